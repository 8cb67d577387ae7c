//! A file of ours whose writer died is completed where it is, by a few small edits, and comes out as if it had been
//! written anew.

#![cfg(feature = "webm")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod support;

use std::time::Duration;

use proptest::prelude::*;
use seekable::{Chapter, Error, MemoryFile, Metadata, Options, Resumed, Seekable};
use support::resumed::{TRIMS, cut_off, resume, written};
use support::{check_cues, drain, fix, fix_with, names, sample, samples, view};

#[test]
fn a_finished_file_needs_nothing() {
    for sample in samples() {
        let (file, summary) = fix(&sample.bytes);
        let (out, repair, offset) = resume(&file, None).unwrap();
        assert!(out == file, "{}", sample.name);
        assert_eq!(written(&repair), 0, "{}: {:?}", sample.name, repair.edits);
        assert_eq!(repair.summary, summary);
        assert!(offset > 80_000);
    }
}

#[test]
fn what_was_said_afterwards_is_in_the_file() {
    let chapter = |second, title: &str| Chapter { start: Duration::from_secs(second), title: title.into() };
    let metadata = Metadata {
        title: Some("회의".into()),
        chapters: vec![chapter(0, "one"), chapter(3, "two")],
        ..Metadata::default()
    };
    let bytes = sample("chromium-webm-vp8-opus.webm").bytes;
    let (out, repair, _) = resume(&fix(&bytes).0, Some(&metadata)).unwrap();
    let mut seekable = Seekable::default();
    let mut file = MemoryFile::default();
    seekable.set_metadata(metadata).unwrap();
    seekable.push(&bytes).unwrap();
    seekable.finish().unwrap();
    drain(&mut seekable, &mut file);
    assert!(out == file.bytes());
    assert!(written(&repair) < 2_000 && repair.truncate_to == out.len() as u64);
}

#[test]
fn what_is_not_ours_is_refused() {
    let bytes = sample("chromium-webm-vp8-opus.webm").bytes;
    assert_eq!(resume(&bytes, None).unwrap_err(), Error::NotOurs);
    assert_eq!(resume(b"OggS and more", None).unwrap_err().code(), "not_ours");
    let file = fix(&bytes).0;
    let short = Resumed::new(&file[..10_000], file.len() as u64, Options::default());
    assert_eq!(short.unwrap_err(), Error::HeadTooShort { length: 10_000 });
    // Something in the head has another size.
    let mut moved = file;
    moved.insert(400, 0);
    assert_eq!(resume(&moved, None).unwrap_err(), Error::NotOurs);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn as_if_written_anew(
        which in 0usize..15,
        end in any::<prop::sample::Index>(),
        chunk in 5_000usize..60_000,
        unchecked in 0usize..8,
        lost in 0usize..30_000,
        zeros in prop_oneof![Just(0usize), 1usize..5_000],
    ) {
        let bytes = sample(&names()[which]).bytes;
        let end = 2_000 + end.index(bytes.len() - 2_000);
        let mut file = cut_off(&bytes[..end], chunk, unchecked);
        file.truncate(file.len().saturating_sub(lost));
        file.resize(file.len() + zeros, 0);
        if file.len() < 90_000 {
            return Ok(());
        }
        let (out, repair, _) = resume(&file, None).unwrap();
        let anew = fix_with(TRIMS, &file).0;
        let now = view(&out, true);
        prop_assert_eq!(now.segment_end, out.len());
        check_cues(&now, true);
        prop_assert_eq!(&now.blocks, &view(&anew, true).blocks);
        prop_assert!(out == anew);
        prop_assert!(written(&repair) < 3_000, "{}", written(&repair));
        // A second time nothing is left to do.
        let (again, repair, _) = resume(&out, None).unwrap();
        prop_assert!(again == out && repair.edits.is_empty());
    }
}
