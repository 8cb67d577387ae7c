//! A seeded simulator: chunks, checkpoints, chapters and crashes in any order, on recordings that are whole, cut short or
//! damaged. The fuzz targets of `fuzz/` run the same code for longer; what they ever found is played here again.

#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod simulator;
mod support;
#[path = "mp4_support/mod.rs"]
mod support_mp4;

use std::path::Path;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use simulator::Operation;
use support::{names, sample};

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 60,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(20261123),
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_file_is_whole_whatever_happens(
        which in any::<prop::sample::Index>(),
        end in 300_usize..60_000,
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        operations in prop::collection::vec((any::<u8>(), any::<u8>()), 1..24),
    ) {
        let mut names = names();
        names.extend(support_mp4::NAMES.map(str::to_owned));
        let mut recording = sample(which.get::<String>(&names)).bytes;
        recording.truncate(end);
        for (place, value) in damage {
            let place = place.index(recording.len());
            recording[place] = value;
        }
        let operations: Vec<Operation> =
            operations.into_iter().map(|(kind, amount)| Operation::decode(kind, amount)).collect();
        simulator::live(&operations, &recording);
        simulator::cut_off(&operations, &recording);
    }

    #[test]
    fn what_is_taken_apart_can_be_put_together(
        which in any::<prop::sample::Index>(),
        end in 300_usize..200_000,
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3),
        cut in any::<[u8; 3]>(),
    ) {
        let mut names = names();
        names.extend(support_mp4::NAMES.map(str::to_owned));
        let mut recording = sample(which.get::<String>(&names)).bytes;
        recording.truncate(end);
        for (place, value) in damage {
            let place = place.index(recording.len());
            recording[place] = value;
        }
        simulator::parts::any(&[cut.as_slice(), &recording].concat());
    }
}

#[test]
fn what_was_found_once_stays_mended() {
    for (target, body) in
        [("live", live as fn(&[u8])), ("parts", simulator::parts::any), ("resumed", resumed)]
    {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/regressions").join(target);
        // Not there when the crate stands alone.
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            println!("{}", path.display());
            body(&std::fs::read(&path).unwrap());
        }
    }
}

fn live(input: &[u8]) {
    let (operations, recording) = Operation::split_input(input);
    simulator::live(&operations, recording);
}

fn resumed(input: &[u8]) {
    let (operations, recording) = Operation::split_input(input);
    simulator::cut_off(&operations, recording);
}
