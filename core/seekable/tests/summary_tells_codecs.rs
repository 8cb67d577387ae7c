//! Codecs as MIME types name them, the size of pictures, and how long a file says it is.

#![cfg(all(feature = "webm", feature = "mp4"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod support;

use seekable::{MemoryFile, Seekable, stated_duration};
use support::{drain, fix, sample};

#[test]
fn of_every_kind_of_sample() {
    for (name, expected) in [
        ("chromium-webm-vp8-opus.webm", &["opus", "vp8 640x480"][..]),
        ("chromium-webm-vp9-opus.webm", &["opus", "vp9 640x480"]),
        ("chromium-mkv-avc1-opus.mkv", &["avc1 640x480", "opus"]),
        ("chromium-mp4-default.mp4", &["opus", "vp9 640x480"]),
        ("chromium-mp4-avc3-opus.mp4", &["avc3.42C01F 640x480", "opus"]),
        ("firefox-webm-vp8-opus.webm", &["opus", "vp8 640x480"]),
        ("firefox-audio-webm-opus.weba", &["opus"]),
    ] {
        let raw = sample(name).bytes;
        let (file, summary) = fix(&raw);
        let tell = |tracks: &[seekable::Track]| {
            let tell = |track: &seekable::Track| {
                let size =
                    track.picture.map_or(String::new(), |(width, height)| format!(" {width}x{height}"));
                format!("{}{size}", track.codec.as_deref().unwrap_or("none"))
            };
            tracks.iter().map(tell).collect::<Vec<_>>()
        };
        let mut told = tell(&summary.tracks);
        told.sort();
        assert_eq!(told, expected, "{name}");
        // A finished MP4 is read by another part of the crate.
        assert_eq!(fix(&file).1.tracks, summary.tracks, "{name}");
    }
}

#[test]
fn the_head_tells_the_duration_at_every_checkpoint_and_at_the_end() {
    for name in support::names()
        .iter()
        .map(String::as_str)
        .chain(["chromium-mp4-default.mp4", "chromium-audio-mp4-opus.m4a"])
    {
        let raw = sample(name).bytes;
        let mut seekable = Seekable::default();
        let mut file = MemoryFile::default();
        let check = |seekable: &Seekable, file: &MemoryFile| {
            let head = &file.bytes()[..file.bytes().len().min(128 * 1024)];
            let (stated, known) = (stated_duration(head), seekable.summary().duration);
            let differ = stated.unwrap_or_default().abs_diff(known.unwrap_or_default());
            assert!(differ.as_millis() <= 1, "{name}: {stated:?}, {known:?}");
        };
        for chunk in raw.chunks(90_000) {
            seekable.push(chunk).unwrap();
            seekable.checkpoint();
            drain(&mut seekable, &mut file);
            check(&seekable, &file);
        }
        seekable.finish().unwrap();
        drain(&mut seekable, &mut file);
        check(&seekable, &file);
        assert!(stated_duration(file.bytes()).is_some());
        for end in (0..2_000).step_by(7) {
            stated_duration(&file.bytes()[..end]);
        }
    }
    assert_eq!(stated_duration(b""), None);
    assert_eq!(stated_duration(&sample("firefox-audio-ogg-opus.ogg").bytes), None);
    // Firefox writes a duration of zero, Chromium none.
    assert_eq!(stated_duration(&sample("firefox-webm-vp8-opus.webm").bytes), None);
    assert_eq!(stated_duration(&sample("chromium-mp4-default.mp4").bytes), None);
}
