//! An MP4 of ours whose writer died is completed where it is, by a few edits, and comes out as if it had been written anew.

#![cfg(feature = "mp4")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod mp4_support;
mod support;

use std::time::Duration;

use mp4_support::{NAMES, view};
use proptest::prelude::*;
use seekable::{Chapter, Edit, Error, MemoryFile, Metadata, Options, Repair, Resumed, Seekable};
use support::resumed::{TRIMS, cut_off, resume, written};
use support::{drain, fix, fix_with, sample};

fn metadata() -> Metadata {
    Metadata {
        title: Some("회의".into()),
        chapters: vec![Chapter { start: Duration::from_secs(1), title: "one".into() }],
        ..Metadata::default()
    }
}

/// What is written into the head and the body; the tables of the end are not counted.
fn patched(repair: &Repair) -> usize {
    let length = |edit: &Edit| if let Edit::Overwrite { bytes, .. } = edit { bytes.len() } else { 0 };
    repair.edits.iter().map(length).sum()
}

#[test]
fn a_finished_file_needs_nothing() {
    for name in NAMES {
        let (file, summary) = fix(&sample(name).bytes);
        let (out, repair, offset) = resume(&file, None).unwrap();
        assert!(out == file && offset > 80_000, "{name}");
        assert!(repair.edits.is_empty(), "{name}: {:?}", repair.edits);
        assert_eq!((repair.summary.cues, repair.summary.problem), (summary.cues, None));
        assert_eq!(repair.summary.tracks, summary.tracks);
    }
}

#[test]
fn a_finished_file_is_marked_without_being_moved() {
    for name in NAMES {
        let (file, _) = fix(&sample(name).bytes);
        let before = view(&file, false);
        let (out, repair, _) = resume(&file, Some(&metadata())).unwrap();
        assert!(repair.truncate_to == file.len() as u64 && patched(&repair) < 16);
        assert!(out[..52] != file[..52] && out[200..file.len()] == file[200..]);
        let now = view(&out, false);
        assert!(now.is_plain && now.samples == before.samples, "{name}");
        let has = |text: &str| out[file.len()..].windows(text.len()).any(|window| window == text.as_bytes());
        assert!(has("회의") && has("chpl"));
        // And again, and that needs nothing more.
        let (third, _, _) =
            resume(&out, Some(&Metadata { title: Some("other".into()), ..Metadata::default() })).unwrap();
        let now = view(&third, false);
        assert!(now.samples == before.samples, "{name}");
        let (fourth, repair, _) = resume(&third, None).unwrap();
        assert!(fourth == third && repair.edits.is_empty());
    }
}

/// However often it is marked, it does not grow: a `moov` that is not in use any more makes room for the next. Wherever
/// that was cut short, there is a `moov` that counts, and it is the old one or the new one.
#[test]
fn marking_often_takes_no_more_room() {
    let bytes = sample("chromium-kfid1000-mp4-avc1-opus.mp4").bytes;
    let mut file = fix(&bytes).0;
    let samples = view(&file, false).samples;
    let moov = |file: &[u8]| file.len() - file.windows(4).rposition(|name| name == b"moov").unwrap();
    let most = file.len() + 3 * moov(&file) + 2_000;
    for (number, length) in [4, 5, 400, 3, 3, 3, 420, 8, 300].into_iter().enumerate() {
        let title = format!("{number}{}", "x".repeat(length));
        let said = Metadata { title: Some(title.clone()), ..Metadata::default() };
        let (out, repair, _) = resume(&file, Some(&said)).unwrap();
        let mut torn = MemoryFile::from(file[..repair.truncate_to as usize].to_vec());
        for edit in &repair.edits {
            if let Edit::Overwrite { offset, bytes } = edit
                && bytes.len() > 16
            {
                let mut half = torn.clone();
                let bytes = bytes[..bytes.len() / 2].to_vec();
                half.apply(&Edit::Overwrite { offset: *offset, bytes }).unwrap();
                assert!(view(half.bytes(), false).samples == samples, "{number}");
            }
            torn.apply(edit).unwrap();
            assert!(view(torn.bytes(), false).samples == samples, "{number}");
        }
        file = out;
        let now = view(&file, false);
        assert!(now.is_plain && now.samples == samples, "{number}");
        assert!(file.windows(title.len()).any(|window| window == title.as_bytes()));
        assert!(number < 3 || file.len() <= most, "{number}: {} of {most}", file.len());
        let (again, repair, _) = resume(&file, None).unwrap();
        assert!(again == file && repair.edits.is_empty(), "{number}");
    }
}

/// What was said before the writer died is said in the finished file.
#[test]
fn what_was_said_stays() {
    let bytes = sample("chromium-mp4-avc3-opus.mp4").bytes;
    let mut seekable = Seekable::default();
    let mut file = MemoryFile::default();
    seekable.set_metadata(metadata()).unwrap();
    seekable.push(&bytes).unwrap();
    seekable.checkpoint();
    drain(&mut seekable, &mut file);
    let (out, repair, _) = resume(file.bytes(), None).unwrap();
    let moov_at = repair.truncate_to as usize;
    assert!(out[moov_at..].windows(4).any(|window| window == b"chpl"));
    let mut whole = MemoryFile::default();
    let mut seekable = Seekable::default();
    seekable.set_metadata(metadata()).unwrap();
    seekable.push(&bytes).unwrap();
    seekable.finish().unwrap();
    drain(&mut seekable, &mut whole);
    assert!(out == whole.bytes());
}

/// The writer dies at each edit of the end, and at a few places inside of it.
#[test]
fn whenever_the_end_was_cut_short() {
    let bytes = sample("chromium-kfid1000-mp4-avc1-opus.mp4").bytes;
    let mut seekable = Seekable::default();
    let mut file = MemoryFile::default();
    seekable.push(&bytes).unwrap();
    seekable.checkpoint();
    drain(&mut seekable, &mut file);
    seekable.finish().unwrap();
    let edits: Vec<Edit> = seekable.edits().collect();
    let mut whole = file.clone();
    edits.iter().for_each(|edit| whole.apply(edit).unwrap());
    for (number, edit) in edits.iter().enumerate() {
        let length = match edit {
            Edit::Append(bytes) | Edit::Overwrite { bytes, .. } => bytes.len(),
        };
        let step = (length / 17).max(1);
        for torn in (0..=length).step_by(step) {
            let part = match edit {
                Edit::Append(bytes) => Edit::Append(bytes[..torn].to_vec()),
                Edit::Overwrite { offset, bytes } => {
                    Edit::Overwrite { offset: *offset, bytes: bytes[..torn].to_vec() }
                }
            };
            let mut file = file.clone();
            edits[..number].iter().chain([&part]).for_each(|edit| file.apply(edit).unwrap());
            let (out, _, _) = resume(file.bytes(), None).unwrap();
            let (again, repair, _) = resume(&out, None).unwrap();
            assert!(again == out && repair.edits.is_empty());
            assert_eq!(view(&out, false).samples, view(whole.bytes(), false).samples);
        }
    }
}

#[test]
fn what_is_not_ours_is_refused() {
    for name in NAMES {
        let bytes = sample(name).bytes;
        assert_eq!(resume(&bytes, None).unwrap_err(), Error::NotOurs);
        let file = fix(&bytes).0;
        for length in [0, 7, 40, 60, 10_000, 70_000] {
            let short = Resumed::new(&file[..length], file.len() as u64, Options::default());
            assert!(matches!(short.unwrap_err(), Error::HeadTooShort { .. } | Error::NotOurs), "{length}");
        }
        let short = Resumed::new(&file[..10_000], file.len() as u64, Options::default());
        assert_eq!(short.unwrap_err(), Error::HeadTooShort { length: 10_000 });
        let mut moved = file;
        moved.insert(400, 0);
        assert_eq!(resume(&moved, None).unwrap_err(), Error::NotOurs);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn as_if_written_anew(
        which in 0usize..5,
        end in any::<prop::sample::Index>(),
        chunk in 5_000usize..60_000,
        unchecked in 0usize..8,
        lost in 0usize..30_000,
        zeros in prop_oneof![Just(0usize), 1usize..5_000],
    ) {
        let bytes = sample(NAMES[which]).bytes;
        let end = 2_000 + end.index(bytes.len() - 2_000);
        let mut file = cut_off(&bytes[..end], chunk, unchecked);
        file.truncate(file.len().saturating_sub(lost));
        file.resize(file.len() + zeros, 0);
        if file.len() < 90_000 {
            return Ok(());
        }
        let (out, repair, _) = resume(&file, None).unwrap();
        let anew = fix_with(TRIMS, &file).0;
        prop_assert!(out == anew, "{} and {} bytes", out.len(), anew.len());
        prop_assert!(patched(&repair) < 3_000, "{}", patched(&repair));
        prop_assert!(written(&repair) < 100_000);
        // A second time nothing is left to do.
        let (again, repair, _) = resume(&out, None).unwrap();
        prop_assert!(again == out && repair.edits.is_empty(), "{:?}", repair.edits);
    }
}
