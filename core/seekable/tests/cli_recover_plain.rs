//! A plain MP4 whose tables stand in front, cut off within its media: `recover` lists anew what is there.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod command;
mod mp4_support;
mod support;

use command::Folder;
use mp4_support::{u32_at, view};

/// Our own finished file with its `moov` moved in front of the media, as programs do for the web. Also where each sample ends.
fn with_tables_in_front(name: &str) -> (Vec<u8>, Vec<usize>) {
    let plain = support::fix(&support::sample(name).bytes).0;
    let parts = mp4_support::parts(&plain, 0, plain.len(), false);
    let (mdat, moov) = (&parts[1], &parts[2]);
    assert_eq!((mdat.kind.as_str(), moov.kind.as_str()), ("mdat", "moov"));
    let mut tables = plain[moov.at..].to_vec();
    let moved = tables.len() as u64;
    for trak in mp4_support::all(&plain, moov, "trak/mdia/minf/stbl/stco") {
        let at = trak.data - moov.at;
        for entry in 0..u32_at(&tables, at + 4) as usize {
            let place = at + 8 + entry * 4;
            let offset = (u32_at(&tables, place) + moved) as u32;
            tables[place..place + 4].copy_from_slice(&offset.to_be_bytes());
        }
    }
    let whole = [&plain[..mdat.at], &tables, &plain[mdat.at..moov.at]].concat();
    let mut ends = Vec::new();
    let media = whole.len() - (moov.at - mdat.data);
    for samples in view(&whole, false).samples.into_values() {
        // Silence looks always the same: each is sought behind the one before.
        let mut end = media;
        for sample in samples {
            let mut windows = whole[end..].windows(sample.data.len());
            end += windows.position(|window| window == sample.data).unwrap() + sample.data.len();
            ends.push(end);
        }
    }
    (whole, ends)
}

#[test]
fn tables_in_front_of_media_that_is_cut() {
    for name in ["chromium-audio-mp4-opus.m4a", "chromium-mp4-avc3-opus.mp4"] {
        let (whole, ends) = with_tables_in_front(name);
        let all = view(&whole, false);
        let first = *ends.iter().min().unwrap();
        for cut in [first, first + 1, whole.len() / 2, whole.len() * 9 / 10, whole.len() - 1] {
            let folder = Folder::new();
            folder.put("cut.mp4", &whole[..cut]);
            let ran = folder.run(&["inspect", "cut.mp4"]);
            assert_eq!(ran.code, 3);
            assert!(folder.run(&["recover", "cut.mp4"]).ok().contains("recovered into"));
            let out = folder.get("cut.recovered.mp4");
            let now = view(&out, false);
            let kept = ends.iter().filter(|end| **end <= cut).count();
            assert_eq!(now.count(), kept, "{name} at {cut}");
            for (track, samples) in &now.samples {
                for (before, now) in all.samples[track].iter().zip(samples) {
                    assert!(
                        before.data == now.data && before.shown == now.shown && before.is_sync == now.is_sync
                    );
                }
            }
            // What is there of a single picture has no sound, and the other way round.
            if kept > 10 {
                assert_eq!(folder.run(&["inspect", "cut.recovered.mp4"]).code, 0, "{name} at {cut}");
            }
            folder.run(&["recover", "-i", "cut.mp4"]).ok();
            assert!(folder.get("cut.mp4") == out);
            assert!(folder.run(&["recover", "-i", "cut.mp4"]).ok().contains("right already"));
        }
    }
}

/// The zeros of a power cut are no samples, whatever the tables say.
#[test]
fn zeros_behind_the_cut() {
    let (whole, ends) = with_tables_in_front("chromium-mp4-avc3-opus.mp4");
    for zeros in [64, 70_000] {
        let folder = Folder::new();
        let mut cut = whole[..whole.len() / 2].to_vec();
        let kept = ends.iter().filter(|end| **end <= cut.len()).count();
        cut.resize(cut.len() + zeros, 0);
        folder.put("cut.mp4", &cut);
        folder.run(&["recover", "cut.mp4"]).ok();
        let now = view(&folder.get("cut.recovered.mp4"), false);
        assert_eq!(now.count(), kept);
    }
}

/// It is cut before its first sample: nothing can be put together, and the file stays as it is.
#[test]
fn no_sample_is_there() {
    let (whole, ends) = with_tables_in_front("chromium-audio-mp4-opus.m4a");
    let first = *ends.iter().min().unwrap();
    let folder = Folder::new();
    folder.put("cut.mp4", &whole[..first - 1]);
    let ran = folder.run(&["recover", "cut.mp4"]);
    assert!(ran.errors.contains("there is not one whole block"), "{}", ran.errors);
}

/// A program that makes room in advance, and crashes, leaves zeros in place of media.
#[test]
fn zeros_in_place_of_media() {
    let (whole, ends) = with_tables_in_front("chromium-mp4-avc3-opus.mp4");
    let cut = whole.len() / 2;
    let kept = ends.iter().filter(|end| **end <= cut).count();
    for length in [whole.len(), whole.len() + 40_000] {
        let folder = Folder::new();
        folder.put("cut.mp4", &[&whole[..cut], &vec![0; length - cut]].concat());
        assert!(folder.run(&["recover", "cut.mp4", "-o", "out.mp4"]).ok().contains("recovered into"));
        let out = folder.get("out.mp4");
        let now = view(&out, false).count();
        // A sample may end in zeros itself.
        assert!(now == kept || now + 1 == kept, "{now} of {kept} with {length} bytes");
        assert_eq!(folder.run(&["inspect", "out.mp4"]).code, 0);
        folder.run(&["recover", "-i", "cut.mp4"]).ok();
        assert!(folder.get("cut.mp4") == out);
    }
}
