//! Wherever a recording in MP4 is cut, what is recovered is a whole file: a second repair finds nothing to do, and an inspection
//! nothing wrong. Also where a track has no sample yet, so that its tables, the last ones in the file, are nothing but zeros.

#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]
#![cfg(feature = "mp4-repair")]

mod mp4_support;
mod support;

use mp4_support::{view, whole_samples};
use seekable::{Chapter, FinishedMp4, Limits, MemoryFile, Metadata, Options, Seekable, inspect_mp4};
use support::resumed::{TRIMS, cut_off, resume};
use support::{drain, fix_with, sample};

const SAMPLES: [&str; 5] = [
    "chromium-audio-mp4-opus.m4a",
    "chromium-kfid1000-mp4-avc1-opus.mp4",
    "chromium-mp4-avc3-opus.mp4",
    "chromium-mp4-default.mp4",
    "chromium-notimeslice-mp4-avc1-opus.mp4",
];

/// It lacks nothing, and no repair changes it.
#[track_caller]
fn is_finished(file: &[u8], what: &str) {
    assert_eq!(FinishedMp4::without_end(file), Ok(None), "{what}");
    for options in [TRIMS, Options::default()] {
        assert!(fix_with(options, file).0 == file, "{what}: another repair changes it");
    }
    let (again, repair, _) = resume(file, None).unwrap();
    assert!(again == file && repair.edits.is_empty(), "{what}: another repair in place changes it");
    assert_eq!(repair.summary.problem, None, "{what}");
    let report = inspect_mp4(file, Limits::default()).unwrap();
    assert!(report.is_fine(), "{what}: {:?}", report.findings);
}

#[test]
fn a_file_that_was_recovered_is_whole_wherever_it_was_cut() {
    for name in SAMPLES {
        let recording = sample(name).bytes;
        for cut in (997..recording.len()).step_by(997) {
            let what = format!("{name} at {cut}");
            let whole = whole_samples(&recording, cut);
            let (recovered, _) = fix_with(TRIMS, &recording[..cut]);
            if whole > 0 {
                assert_eq!(view(&recovered, false).count(), whole, "{what}");
                is_finished(&recovered, &what);
            }
        }
    }
}

/// The same for one that was written here, with checkpoints, until its writer died.
#[test]
fn a_file_that_was_completed_is_whole_whenever_its_writer_died() {
    for name in SAMPLES {
        let recording = sample(name).bytes;
        for cut in (1..12).map(|part| recording.len() * part / 12) {
            let what = format!("{name} at {cut}");
            let left = cut_off(&recording[..cut], 4_096, 0);
            let (completed, ..) = resume(&left, None).unwrap();
            assert_eq!(view(&completed, false).count(), whole_samples(&recording, cut), "{what}");
            is_finished(&completed, &what);
            assert!(fix_with(TRIMS, &left).0 == completed, "{what}: in place it becomes the same");
        }
    }
}

fn marked(recording: &[u8], said: &Metadata) -> Vec<u8> {
    let mut seekable = Seekable::default();
    let mut file = MemoryFile::default();
    seekable.set_metadata(said.clone()).unwrap();
    seekable.push(recording).unwrap();
    seekable.finish().unwrap();
    drain(&mut seekable, &mut file);
    file.into_bytes()
}

/// What a `moov` ends in is not taken for the zeros of a power cut, and these are not taken for what it ends in.
#[test]
fn a_file_that_lost_its_end_is_told_from_one_that_ends_in_zeros() {
    let recording = sample("chromium-mp4-avc3-opus.mp4").bytes;
    let chapters = |titles: &[&str]| {
        let chapter = |title: &&str| Chapter { title: (*title).to_owned(), ..Chapter::default() };
        Metadata { chapters: titles.iter().map(chapter).collect(), ..Metadata::default() }
    };
    let titled = |title: &str| Metadata { title: Some(title.into()), ..Metadata::default() };
    for (length, said) in [
        (100_000, Metadata::default()),
        // No sound yet: the tables of the last track are empty.
        (8_000, Metadata::default()),
        (8_000, titled("a title")),
        (8_000, titled("")),
        (8_000, chapters(&[""])),
        (8_000, chapters(&["first", ""])),
        (8_000, chapters(&["first", "second"])),
    ] {
        let finished = marked(&recording[..length], &said);
        is_finished(&finished, &format!("{length} bytes and {said:?}"));
        let movie = mp4_support::parts(&finished, 0, finished.len(), false).pop().unwrap();
        assert_eq!(movie.kind, "moov");
        for end in movie.at..finished.len() {
            let cut = &finished[..end];
            assert!(
                FinishedMp4::without_end(cut).unwrap().is_some(),
                "{length} bytes and {said:?}, cut at {end}"
            );
            let mut zeros = finished.clone();
            zeros[end..].fill(0);
            // A few zeros may be those of a number.
            if end + 8 <= finished.len() && zeros != finished {
                let found = FinishedMp4::without_end(zeros.as_slice()).unwrap();
                assert!(found.is_some(), "{length} bytes and {said:?}, zeros at {end}");
            }
        }
    }
}
