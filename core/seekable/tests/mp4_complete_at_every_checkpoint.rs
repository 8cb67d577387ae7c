//! At every checkpoint an MP4 is complete up to its last whole fragment, and between any two edits it can be read.

#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]
#![cfg(feature = "mp4")]

mod mp4_support;
mod support;

use mp4_support::tools::{self, Scratch, has};
use mp4_support::{NAMES, check_index, parts, view};
use seekable::{Edit, MemoryFile, Options, Seekable};
use support::{drain, sample};

#[test]
fn whole_fragments_and_an_index_of_them() {
    for name in NAMES {
        let sample = sample(name);
        let all = view(&sample.bytes, false);
        let mut seekable = Seekable::new(Options::default());
        let mut file = MemoryFile::default();
        // Chunks that end anywhere: in heads, in the middle of media.
        for chunk in sample.bytes.chunks(17_001) {
            seekable.push(chunk).unwrap();
            seekable.checkpoint();
            drain(&mut seekable, &mut file);
            let now = view(file.bytes(), true);
            assert!(!now.is_plain);
            assert_eq!(now.kinds[..4], ["ftyp", "free", "moov", "free"]);
            for (track, samples) in &now.samples {
                assert!(all.samples[track].starts_with(samples), "{name}");
            }
            let summary = seekable.summary();
            let end = summary.duration.map_or(0, |duration| duration.as_nanos() as u64);
            assert!(end.abs_diff(now.end()) <= 1);
            assert!(now.duration >= end && now.duration <= end + 1_000_000);
            if end > 0 {
                assert_eq!(check_index(file.bytes(), true), summary.cues as usize);
            }
        }
        // At the last checkpoint, before the end is even known, all is there.
        assert_eq!(view(file.bytes(), true).count(), all.count(), "{name}");
        assert!(seekable.summary().cues > 1);
    }
}

/// A write that never happened: at any edit the file can be read, and loses nothing that it had.
#[test]
fn between_any_two_edits() {
    for name in NAMES {
        let sample = sample(name);
        let mut seekable = Seekable::new(Options::default());
        let mut file = MemoryFile::default();
        let mut count = 0;
        let mut edits = 0;
        let mut apply = |edit: Edit, file: &mut MemoryFile| {
            file.apply(&edit).unwrap();
            edits += 1;
            if file.bytes().len() > 1_300 {
                let now = view_before_durations(file.bytes());
                assert!(now >= count, "{name}: {now} after {count}");
                count = now;
            }
        };
        for chunk in sample.bytes.chunks(60_000) {
            seekable.push(chunk).unwrap();
            seekable.checkpoint();
            while let Some(edit) = seekable.next_edit() {
                apply(edit, &mut file);
            }
        }
        seekable.finish().unwrap();
        while let Some(edit) = seekable.next_edit() {
            apply(edit, &mut file);
        }
        assert!(edits > 10);
        assert_eq!(count, view(&sample.bytes, false).count());
    }
}

/// Samples that can be found, whatever the file is at the moment; its index must be right or not there.
fn view_before_durations(bytes: &[u8]) -> usize {
    let top = parts(bytes, 0, bytes.len(), true);
    let sidx = top.iter().find(|part| part.kind == "sidx");
    if let Some(sidx) = sidx {
        let count = mp4_support::u32_at(bytes, sidx.data + 28) as usize;
        let mut at = sidx.end + mp4_support::u64_at(bytes, sidx.data + 20) as usize;
        for number in 0..count {
            assert!(top.iter().any(|part| part.at == at && part.kind == "moof"));
            at += mp4_support::u32_at(bytes, sidx.data + 32 + 12 * number) as usize;
        }
    }
    view(bytes, true).count()
}

#[test]
fn ffprobe_reads_it_with_the_right_duration() {
    if !has("ffprobe") {
        return;
    }
    let scratch = Scratch::new("checkpoints");
    let sample = sample("chromium-kfid1000-mp4-avc1-opus.mp4");
    let mut seekable = Seekable::new(Options::default());
    let mut file = MemoryFile::default();
    for (number, chunk) in sample.bytes.chunks(70_001).enumerate() {
        seekable.push(chunk).unwrap();
        seekable.checkpoint();
        drain(&mut seekable, &mut file);
        let Some(expected) = seekable.summary().duration.filter(|_| number % 3 == 2) else { continue };
        let path = scratch.write("live.mp4", file.bytes());
        let found = tools::duration(&path);
        assert!((found - expected.as_secs_f64()).abs() < 0.0015, "{found} {expected:?}");
        assert_eq!(tools::packets(&path).len(), view(file.bytes(), true).count());
    }
}

#[test]
fn the_index_stays_within_its_area() {
    let mut options = Options { index_bytes: 256, ..Options::default() };
    options.limits.held_bytes = 100_000;
    let sample = sample("chromium-mp4-default.mp4");
    let mut seekable = Seekable::new(options);
    let mut file = MemoryFile::default();
    let mut most = 0;
    for chunk in sample.bytes.chunks(5_000) {
        seekable.push(chunk).unwrap();
        seekable.checkpoint();
        drain(&mut seekable, &mut file);
        if seekable.summary().duration.is_some() {
            most = most.max(check_index(file.bytes(), true));
        }
    }
    assert!((3..=6).contains(&most), "{most}");
}

#[test]
fn an_inspection_checks_the_index() {
    let sample = sample("chromium-kfid1000-mp4-avc1-opus.mp4");
    let mut seekable = Seekable::new(Options::default());
    let mut file = MemoryFile::default();
    seekable.push(&sample.bytes).unwrap();
    seekable.checkpoint();
    drain(&mut seekable, &mut file);
    let mut bytes = file.into_bytes();
    let inspect = |bytes: &[u8]| seekable::inspect_mp4(bytes, seekable::Limits::default()).unwrap();
    let report = inspect(&bytes);
    let cues = u64::from(seekable.summary().cues);
    assert_eq!((report.index.entries, report.index.right, report.index.wrong), (cues, cues, 0));
    assert!(report.is_fine() && cues > 3, "{report:?}");
    // The second fragment is said to begin one byte later.
    let at = bytes.windows(4).position(|name| name == b"sidx").unwrap() - 4;
    bytes[at + 40 + 3] += 1;
    let report = inspect(&bytes);
    assert_eq!((report.index.right, report.index.wrong), (1, cues - 1));
    assert!(report.findings.iter().any(|finding| finding.kind.code() == "wrong_cues"), "{report:?}");
}
