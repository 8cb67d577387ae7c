//! At every checkpoint the file so far is complete, and between any two edits it can be read.

#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod support;

use seekable::{Container, Edit, MemoryFile, Seekable};
use support::{check_cues, check_duration, samples, view};

#[test]
fn after_every_chunk_as_it_came_from_the_browser() {
    for sample in samples() {
        let mut seekable = Seekable::default();
        let mut file = MemoryFile::default();
        let mut at = 0;
        for size in &sample.chunks {
            seekable.push(&sample.bytes[at..at + size]).unwrap();
            at += size;
            seekable.checkpoint();
            let edits: Vec<Edit> = seekable.edits().collect();
            assert!(edits.len() < 12, "{}: {} edits", sample.name, edits.len());
            for edit in &edits {
                file.apply(edit).unwrap();
                if file.bytes().len() > 500 {
                    // A crash between any two edits leaves a file that can be read.
                    view(file.bytes(), false);
                }
            }
            if file.bytes().is_empty() {
                continue;
            }
            let now = view(file.bytes(), true);
            assert_eq!(now.segment_end, file.bytes().len(), "{}", sample.name);
            // Frames of a loaded machine are far from each other now and then.
            check_duration(&now, 1_000);
            check_cues(&now, true);
            let summary = seekable.summary();
            assert_eq!(summary.cues as usize, now.cues.len());
            assert_eq!(summary.duration.map(|duration| duration.as_nanos() as f64 / 1e6), now.duration);
        }
        seekable.finish().unwrap();
        for edit in seekable.edits() {
            file.apply(&edit).unwrap();
        }
        let done = view(file.bytes(), true);
        // Opus says how long its blocks are; a frame lasts as long as the one before.
        check_duration(&done, if sample.name.contains("videoonly") { 301 } else { 61 });
        check_cues(&done, true);
        assert!(done.blocks.len() > 20 && !done.cues.is_empty(), "{}", sample.name);
        assert!(seekable.summary().problem.is_none(), "{}: {:?}", sample.name, seekable.summary().problem);
        assert_eq!(seekable.container() == Some(Container::Matroska), sample.name.ends_with(".mkv"));
    }
}

#[test]
fn the_last_edits_are_small() {
    for sample in samples() {
        let mut seekable = Seekable::default();
        seekable.push(&sample.bytes).unwrap();
        seekable.checkpoint();
        assert_eq!(seekable.edits().filter(|edit| matches!(edit, Edit::Append(_))).count(), 1);
        seekable.finish().unwrap();
        let bytes: usize = seekable
            .edits()
            .map(|edit| match edit {
                Edit::Append(bytes) | Edit::Overwrite { bytes, .. } => bytes.len(),
            })
            .sum();
        assert!(bytes < 400, "{}: {bytes}", sample.name);
    }
}

#[test]
fn the_summary_names_the_tracks() {
    let firefox = support::sample("firefox-audio-webm-opus.weba");
    let (_, summary) = support::fix(&firefox.bytes);
    assert_eq!(summary.tracks.len(), 1);
    assert_eq!((summary.tracks[0].number, summary.tracks[0].codec_id.as_str()), (2, "A_OPUS"));
    assert!(summary.has_audio() && !summary.has_video());
    let (_, summary) = support::fix(&support::sample("chromium-mkv-avc1-opus.mkv").bytes);
    assert!(summary.has_audio() && summary.has_video());
    assert_eq!(summary.tracks[1].codec_id, "V_MPEG4/ISO/AVC");
}
