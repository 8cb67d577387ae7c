//! However an MP4 is cut, and whenever checkpoints are made, the finished file is the same byte for byte.

#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]
#![cfg(feature = "mp4")]

mod mp4_support;
mod support;

use mp4_support::{NAMES, view};
use proptest::prelude::*;
use seekable::{MemoryFile, Options, Seekable, Summary};
use support::{drain, fix, fix_with, sample};

fn trims() -> Options {
    Options { trims_tail: true, ..Options::default() }
}

/// Feeds `bytes` cut by `sizes` (over and over); a checkpoint where `checkpoints` says so; drains where `drains` says so.
fn replay(
    options: Options,
    bytes: &[u8],
    sizes: &[usize],
    checkpoints: &[bool],
    drains: &[bool],
) -> (Vec<u8>, Summary) {
    let mut seekable = Seekable::new(options);
    let mut file = MemoryFile::default();
    let mut rest = bytes;
    for ((size, checkpoint), drained) in
        sizes.iter().cycle().zip(checkpoints.iter().cycle()).zip(drains.iter().cycle())
    {
        let (chunk, more) = rest.split_at((*size).min(rest.len()));
        rest = more;
        seekable.push(chunk).unwrap();
        if *checkpoint {
            seekable.checkpoint();
        }
        if *drained {
            drain(&mut seekable, &mut file);
        }
        if rest.is_empty() {
            break;
        }
    }
    let summary = seekable.finish().unwrap();
    drain(&mut seekable, &mut file);
    (file.into_bytes(), summary)
}

#[test]
fn one_byte_at_a_time() {
    let bytes = sample(NAMES[0]).bytes;
    for options in [Options::default(), trims()] {
        let whole = fix_with(options, &bytes);
        assert!(replay(options, &bytes, &[1], &[false, true, false], &[true]) == whole);
    }
}

#[test]
fn cut_as_the_browser_cut_it() {
    for name in NAMES {
        let sample = sample(name);
        let whole = fix(&sample.bytes);
        for (checkpoint, drained) in [(true, true), (false, true), (true, false)] {
            let other = replay(Options::default(), &sample.bytes, &sample.chunks, &[checkpoint], &[drained]);
            assert!(other == whole, "{name}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn cut_anywhere(
        sizes in prop::collection::vec(prop_oneof![1usize..40, 1usize..5_000, 1usize..200_000], 1..30),
        checkpoints in prop::collection::vec(any::<bool>(), 1..20),
        drains in prop::collection::vec(any::<bool>(), 1..20),
    ) {
        for name in NAMES {
            let bytes = sample(name).bytes;
            let whole = fix(&bytes);
            prop_assert!(replay(Options::default(), &bytes, &sizes, &checkpoints, &drains) == whole, "{}", name);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    /// The same for files that are cut short, damaged, or end in zeros; and what comes out stays as it is.
    #[test]
    fn damaged_and_cut_anywhere(
        which in 0..NAMES.len(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        end in any::<prop::sample::Index>(),
        zeros in prop_oneof![Just(0usize), 0usize..3_000],
        sizes in prop::collection::vec(1usize..20_000, 1..10),
        checkpoints in prop::collection::vec(any::<bool>(), 1..5),
        drains in prop::collection::vec(any::<bool>(), 1..5),
        trims_tail in any::<bool>(),
        held_bytes in prop_oneof![Just(4 << 20), 1_000u32..100_000],
    ) {
        let mut bytes = sample(NAMES[which]).bytes;
        bytes.truncate(end.index(bytes.len().min(150_000)) + 1);
        for (place, value) in damage {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        bytes.resize(bytes.len() + zeros, 0);
        let mut options = Options { trims_tail, ..Options::default() };
        options.limits.held_bytes = held_bytes;
        let whole = fix_with(options, &bytes);
        prop_assert!(replay(options, &bytes, &sizes, &checkpoints, &drains) == whole);
        let again = fix_with(options, &whole.0);
        prop_assert!(again.0 == whole.0);
    }

    /// Cut anywhere behind the head: all whole samples are there, and nothing else; with and without zeros behind.
    #[test]
    fn every_whole_sample_is_kept(
        which in 0..NAMES.len(),
        end in any::<prop::sample::Index>(),
        zeros in prop_oneof![Just(0usize), 64usize..5_000],
        trims_tail in any::<bool>(),
    ) {
        let bytes = sample(NAMES[which]).bytes;
        let all = view(&bytes, false);
        let end = 1_500 + end.index(bytes.len() - 1_500);
        let mut cut = bytes[..end].to_vec();
        // As far as the file is not zero by itself.
        let solid = if zeros > 0 { cut.iter().rposition(|byte| *byte != 0).unwrap() + 1 } else { end };
        cut.resize(end + zeros, 0);
        let options = Options { trims_tail, ..Options::default() };
        let (output, summary) = fix_with(options, &cut);
        let whole = mp4_support::whole_samples(&bytes, solid);
        // Where there is no whole sample at all, the box that was cut is at the end, as it came.
        let now = view(&output, whole == 0);
        let mut kept = 0;
        for (track, samples) in &all.samples {
            let found = &now.samples[track];
            for (old, new) in samples.iter().zip(found) {
                prop_assert!((old.decoded, old.shown, old.is_sync) == (new.decoded, new.shown, new.is_sync));
                prop_assert!(old.data == new.data);
            }
            kept += found.len();
        }
        prop_assert_eq!(kept, whole, "of {} at {} zeros {}", all.count(), end, zeros);
        if trims_tail && zeros == 0 {
            // At most what lies between the last whole sample and the end is gone.
            prop_assert!(output.len() < cut.len() + 200_000);
        }
        let again = fix_with(options, &output);
        prop_assert!(again.0 == output);
        prop_assert_eq!(again.1.cues, summary.cues);
    }
}
