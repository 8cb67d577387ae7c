//! A file that was made right comes out as it is, also when the recording was damaged.

#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod support;

use proptest::prelude::*;
use support::{fix, names, sample, samples, view};

/// Where this payload of a block is in the input; payloads differ from each other. Firefox doesn't flag sound as key.
fn find(bytes: &[u8], wanted: &[u8]) -> usize {
    let mut unflagged = wanted.to_vec();
    unflagged[3] &= 0x7F;
    let mut windows = bytes.windows(wanted.len());
    windows.position(|window| window == wanted || window == unflagged).unwrap()
}

#[test]
fn for_whole_recordings() {
    for sample in samples() {
        let (once, first) = fix(&sample.bytes);
        let (twice, second) = fix(&once);
        assert!(once == twice, "{}", sample.name);
        assert_eq!((first.duration, first.cues), (second.duration, second.cues));
        assert_eq!(second.problem, None);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    /// Cut short anywhere: every whole block is there, and the file is valid. Once there are Tracks, that is.
    #[test]
    fn for_recordings_that_were_cut(which in 0usize..15, end in any::<prop::sample::Index>()) {
        let bytes = sample(&names()[which]).bytes;
        let end = 500 + end.index(bytes.len() - 500);
        let (once, summary) = fix(&bytes[..end]);
        let now = view(&once, true);
        prop_assert_eq!(now.segment_end, once.len());
        let all = view(&fix(&bytes).0, true);
        prop_assert_eq!(&now.blocks[..], &all.blocks[..now.blocks.len()]);
        support::check_cues(&now, true);
        // Only the block that was cut is missing: the whole file holds the next one behind the cut, in the input too.
        if let Some(next) = all.blocks.get(now.blocks.len()) {
            let next_at = find(&bytes, &next.payload);
            prop_assert!(next_at + next.payload.len() + next.behind > end, "a whole block was lost");
        }
        let (twice, again) = fix(&once);
        prop_assert!(once == twice);
        prop_assert_eq!(summary.duration, again.duration);
    }

    /// Damaged anywhere behind the head: nothing panics, the file is valid, and a second time changes nothing.
    #[test]
    fn for_recordings_that_were_damaged(
        which in 0usize..15,
        damage in prop::collection::vec((any::<prop::sample::Index>(), prop::collection::vec(any::<u8>(), 1..20)), 1..8),
    ) {
        let mut bytes = sample(&names()[which]).bytes;
        for (place, values) in damage {
            let place = 500 + place.index(bytes.len() - 520);
            bytes[place..place + values.len()].copy_from_slice(&values);
        }
        let (once, _) = fix(&bytes);
        support::check_structure(&once);
        let (twice, _) = fix(&once);
        prop_assert!(once == twice);
    }
}
