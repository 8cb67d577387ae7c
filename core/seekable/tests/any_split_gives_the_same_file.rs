//! However the input is cut, and whenever checkpoints are made, the finished file is the same byte for byte.

#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod support;

use proptest::prelude::*;
use seekable::{MemoryFile, Options, Seekable};
use support::{Sample, drain, fix, names, sample, samples};

/// Feeds `bytes` cut by `sizes` (over and over); a checkpoint where `checkpoints` says so; drains where `drains` says so.
fn replay(bytes: &[u8], sizes: &[usize], checkpoints: &[bool], drains: &[bool]) -> Vec<u8> {
    let mut seekable = Seekable::new(Options::default());
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
    seekable.finish().unwrap();
    drain(&mut seekable, &mut file);
    file.into_bytes()
}

#[test]
fn one_byte_at_a_time() {
    for sample in samples().iter().filter(|sample| sample.bytes.len() < 300_000) {
        let whole = fix(&sample.bytes).0;
        assert!(replay(&sample.bytes, &[1], &[false, true, false], &[true]) == whole, "{}", sample.name);
    }
}

#[test]
fn cut_as_the_browser_cut_it() {
    for Sample { name, bytes, chunks } in samples() {
        let whole = fix(&bytes).0;
        assert!(replay(&bytes, &chunks, &[true], &[true]) == whole, "{name}");
        assert!(replay(&bytes, &chunks, &[false], &[true]) == whole, "{name}");
        assert!(replay(&bytes, &chunks, &[true], &[false]) == whole, "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn cut_anywhere(
        sizes in prop::collection::vec(prop_oneof![1usize..40, 1usize..5_000, 1usize..200_000], 1..30),
        checkpoints in prop::collection::vec(any::<bool>(), 1..20),
        drains in prop::collection::vec(any::<bool>(), 1..20),
    ) {
        for sample in samples() {
            let whole = fix(&sample.bytes).0;
            prop_assert!(replay(&sample.bytes, &sizes, &checkpoints, &drains) == whole, "{}", sample.name);
        }
    }

    /// The same for files that are cut short or damaged.
    #[test]
    fn damaged_and_cut_anywhere(
        which in 0usize..15,
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        end in any::<prop::sample::Index>(),
        sizes in prop::collection::vec(1usize..20_000, 1..10),
        checkpoints in prop::collection::vec(any::<bool>(), 1..5),
        drains in prop::collection::vec(any::<bool>(), 1..5),
    ) {
        let mut bytes = sample(&names()[which]).bytes;
        bytes.truncate(end.index(bytes.len()) + 1);
        for (place, value) in damage {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        let whole = fix(&bytes).0;
        prop_assert!(replay(&bytes, &sizes, &checkpoints, &drains) == whole);
    }
}
