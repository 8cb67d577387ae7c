//! A finished MP4 of ours that has lost its end: what it held while it was recorded is still there.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod command;
mod mp4_support;
mod support;

use command::Folder;
use mp4_support::{parts, view, whole_samples};

/// The file as it was before its end was written: the header in front is free space.
fn reopened(finished: &[u8]) -> Vec<u8> {
    let mdat = &parts(finished, 0, finished.len(), false)[1];
    assert_eq!(mdat.kind, "mdat");
    let mut file = finished[..mdat.end].to_vec();
    file[mdat.at..mdat.at + 16].copy_from_slice(&[&b"\0\0\0\x10free"[..], &[0; 8]].concat());
    file
}

#[test]
fn every_whole_sample_stays() {
    for name in ["chromium-mp4-default.mp4", "chromium-mp4-avc3-opus.mp4", "chromium-audio-mp4-opus.m4a"] {
        let finished = support::fix(&support::sample(name).bytes).0;
        let recorded = reopened(&finished);
        let all = view(&finished, false);
        let boxes = parts(&recorded, 0, recorded.len(), false);
        let media = boxes.iter().find(|part| part.kind == "moof").unwrap().at;
        let part = |tenths: usize| media + (recorded.len() - media) * tenths / 10;
        let movie = finished.len() - recorded.len();
        for (cut, zeros) in [
            (part(3), 0),
            (part(5), 9_000),
            (part(8), 0),
            (part(10) - 1, 0),
            (part(10), 0),
            // Within the `moov` at the end.
            (part(10) + 1, 0),
            (part(10) + 20, 0),
            (part(10) + 300, movie),
            (finished.len() - 1, 0),
            (finished.len() - 200, 200),
        ] {
            let folder = Folder::new();
            folder.put("cut.mp4", &[&finished[..cut], &vec![0; zeros]].concat());
            let told = folder.run(&["inspect", "cut.mp4"]);
            assert_eq!(told.code, 3, "{name} at {cut}");
            assert!(folder.run(&["recover", "cut.mp4", "-o", "out.mp4"]).ok().contains("recovered into"));
            let out = folder.get("out.mp4");
            let now = view(&out, false);
            assert!(now.is_plain);
            // Samples that end in zeros may end a little before the cut.
            let whole = whole_samples(&recorded, cut.min(recorded.len()));
            assert!(now.count() == whole || zeros > 0 && now.count() + 1 == whole, "{name} at {cut}");
            for (track, samples) in &now.samples {
                for (sample, old) in samples.iter().zip(&all.samples[track]) {
                    let same = (sample.decoded, sample.shown, sample.is_sync, &sample.data);
                    assert_eq!(same, (old.decoded, old.shown, old.is_sync, &old.data), "{name} at {cut}");
                }
            }
            assert_eq!(folder.run(&["inspect", "out.mp4"]).code, 0, "{name} at {cut}");
            folder.run(&["recover", "-i", "cut.mp4"]).ok();
            assert!(folder.get("cut.mp4") == out, "{name} at {cut}: in place it becomes the same");
        }
    }
}

/// The tables of such a track are zeros, and the last ones in the file: they are no sign of a lost end.
#[test]
fn what_was_recovered_is_whole_also_where_a_track_has_no_sample() {
    for (name, cut) in [
        ("chromium-mp4-avc3-opus.mp4", 8_000),
        ("chromium-mp4-avc3-opus.mp4", 120_000),
        ("chromium-mp4-default.mp4", 3_200),
    ] {
        let recording = support::sample(name).bytes;
        let folder = Folder::new();
        folder.put("cut.mp4", &recording[..cut]);
        folder.run(&["recover", "cut.mp4", "-o", "out.mp4"]).ok();
        let out = folder.get("out.mp4");
        let now = view(&out, false);
        assert_eq!(now.count(), whole_samples(&recording, cut), "{name} at {cut}");
        assert!(now.samples.values().any(Vec::is_empty), "{name} at {cut}");
        assert_eq!(folder.run(&["inspect", "out.mp4"]).code, 0, "{name} at {cut}");
        for command in ["recover", "fix"] {
            folder.run(&[command, "out.mp4", "-o", "again.mp4", "--force"]).ok();
            assert!(folder.get("again.mp4") == out, "{name} at {cut}: {command}");
            let told = folder.run(&[command, "-i", "out.mp4"]);
            assert!(
                told.ok().contains("is right already") && !told.errors.contains("warning"),
                "{}",
                told.errors
            );
        }
        folder.run(&["split", "out.mp4", "--time", "1"]).ok();
    }
}
