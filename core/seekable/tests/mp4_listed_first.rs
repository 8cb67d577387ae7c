//! A `moov` that lists the first samples, and fragments behind it, as ffmpeg's `frag_keyframe` alone writes them: all samples are in
//! the plain movie, as they were. And where pictures are shown before they are decoded, what the standard says about when they are
//! shown stays as it is.
#![cfg(feature = "mp4")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod mp4_support;
mod support;

use std::path::Path;

use mp4_support::tools::{Packet, Scratch, has, packets, run};
use mp4_support::view;
use seekable::Options;
use support::{fix, fix_with};

/// Two seconds of pictures with some that are decoded before they are shown, and of sound; a key frame each half second.
fn film(scratch: &Scratch, flags: &str) -> Vec<u8> {
    let path = scratch.path("film.mp4");
    let pictures = "testsrc=size=64x48:rate=20:duration=2";
    let arguments =
        ["-v", "error", "-y", "-f", "lavfi", "-i", pictures, "-f", "lavfi", "-i", "sine=duration=2"];
    let coding = ["-c:v", "libx264", "-bf", "2", "-g", "10", "-c:a", "aac", "-movflags", flags];
    run("ffmpeg", &[&arguments[..], &coding, &[path.to_str().unwrap()]].concat());
    std::fs::read(path).unwrap()
}

fn moov_lists_samples(file: &[u8]) -> bool {
    let at = file.windows(4).position(|kind| kind == b"stsz").unwrap();
    file[at + 12..at + 16] != [0; 4]
}

/// All packets, by stream, and where in the file each ends.
fn places(path: &Path) -> Vec<(Packet, u64)> {
    let found = mp4_support::tools::probe(path, &["-show_packets"]);
    let mut places: Vec<(u64, u64)> = found["packets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|packet| {
            let number = |name: &str| packet[name].as_str().unwrap().parse::<u64>().unwrap();
            (packet["stream_index"].as_u64().unwrap(), number("pos") + number("size"))
        })
        .collect();
    places.sort_by_key(|(stream, _)| *stream);
    let all = packets(path);
    assert_eq!(all.len(), places.len());
    all.into_iter().zip(places.into_iter().map(|(_, end)| end)).collect()
}

#[test]
fn every_packet_is_in_the_plain_movie() {
    if !has("ffmpeg") || !has("ffprobe") {
        return;
    }
    let scratch = Scratch::new("listed");
    let file = film(&scratch, "frag_keyframe");
    assert!(moov_lists_samples(&file));
    let before = scratch.write("before.mp4", &file);
    let (fixed, summary) = fix(&file);
    assert_eq!((summary.problem, summary.cues), (None, 4));
    assert!(view(&fixed, false).is_plain);
    assert_eq!(packets(&scratch.write("after.mp4", &fixed)), packets(&before));
    assert!(fix(&fixed).0 == fixed);
    // In pieces as well.
    let mut seekable = seekable::Seekable::default();
    let mut again = seekable::MemoryFile::default();
    for piece in file.chunks(701) {
        seekable.push(piece).unwrap();
        seekable.checkpoint();
        support::drain(&mut seekable, &mut again);
    }
    seekable.finish().unwrap();
    support::drain(&mut seekable, &mut again);
    assert!(again.bytes() == fixed);
}

#[test]
fn a_file_that_is_cut_keeps_every_whole_sample() {
    if !has("ffmpeg") || !has("ffprobe") {
        return;
    }
    let scratch = Scratch::new("listed-cut");
    let file = film(&scratch, "frag_keyframe");
    let all = places(&scratch.write("whole.mp4", &file));
    let head = file.windows(4).position(|kind| kind == b"mdat").unwrap() + 4;
    let options = Options { trims_tail: true, ..Options::default() };
    for cut in (head..file.len()).step_by(file.len() / 10) {
        for zeros in [0, 50_000] {
            let cut =
                if zeros > 0 { file[..cut].iter().rposition(|byte| *byte != 0).unwrap() + 1 } else { cut };
            let (out, _) = fix_with(options, &[&file[..cut], &vec![0; zeros]].concat());
            let whole = all.iter().filter(|(_, end)| *end <= cut as u64);
            let expected: Vec<Packet> = whole.map(|(packet, _)| packet.clone()).collect();
            // Media of which no fragment is left tells nothing.
            let mut kept = Vec::new();
            if out.windows(4).any(|kind| kind == b"mdat") {
                kept = packets(&scratch.write("cut.mp4", &out));
            }
            assert_eq!(kept, expected, "cut at {cut}, {zeros} zeros");
        }
    }
}

#[test]
fn pictures_are_shown_when_the_standard_says() {
    if !has("ffmpeg") {
        return;
    }
    let scratch = Scratch::new("negative");
    for flags in ["frag_keyframe+empty_moov", "frag_keyframe+empty_moov+negative_cts_offsets"] {
        let file = film(&scratch, flags);
        let (before, after) = (view(&file, false), view(&fix(&file).0, false));
        assert!(!before.is_plain && after.is_plain);
        assert_eq!(after.without_lengths().samples, before.without_lengths().samples, "{flags}");
    }
}

/// Players that take an edit to begin with a picture show it when it is to be shown: beside its sound.
#[test]
fn a_picture_that_starts_after_its_sound_stays_beside_it() {
    if !has("ffmpeg") || !has("ffprobe") {
        return;
    }
    let scratch = Scratch::new("late");
    let path = scratch.path("late.mp4");
    let pictures = "testsrc=size=64x48:rate=20:duration=2";
    let inputs = ["-v", "error", "-y", "-f", "lavfi", "-i", pictures, "-f", "lavfi", "-i", "sine=duration=2"];
    let coding = ["-vf", "setpts=PTS+0.2/TB", "-c:v", "libx264", "-bf", "2", "-g", "10", "-c:a", "aac"];
    let output = ["-movflags", "frag_keyframe+delay_moov", path.to_str().unwrap()];
    run("ffmpeg", &[&inputs[..], &coding, &output].concat());
    let starts = |path: &Path| -> Vec<f64> {
        let found = mp4_support::tools::probe(path, &["-show_streams"]);
        let streams = found["streams"].as_array().unwrap().iter();
        streams.map(|stream| stream["start_time"].as_str().unwrap().parse().unwrap()).collect()
    };
    let before = starts(&path);
    assert!(before[0] - before[1] > 0.15, "{before:?}");
    let (fixed, summary) = fix(&std::fs::read(&path).unwrap());
    assert_eq!(summary.problem, None);
    let after = starts(&scratch.write("after.mp4", &fixed));
    // What the encoder put in front of the sound is skipped in a plain file; in fragments ffprobe counts it.
    assert!((before[0] - after[0]).abs() < 0.002 && after[1].abs() < 0.002, "{before:?} became {after:?}");
}
