//! A fragmented MP4 is a plain one at its end: every packet with the same bytes, times and flags, as others see it too.

#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]
#![cfg(feature = "mp4")]

mod mp4_support;
mod support;

use std::path::{Path, PathBuf};

use mp4_support::film::{self, Base, Frame, PICTURES, Run, SOUND, Traf};
use mp4_support::tools::{self, Scratch, has};
use mp4_support::{NAMES, View, view};
use proptest::prelude::*;
use seekable::{Container, Seekable, TrackKind};
use support::{fix, sample};

/// What must hold of every file that came out of `fix`.
fn check(input: &[u8], output: &[u8]) -> View {
    let before = view(input, false);
    let after = view(output, false);
    assert!(after.is_plain && !before.is_plain);
    assert_eq!(after.kinds[..after.kinds.len() - 2], before.kinds[..1], "{:?}", after.kinds);
    assert_eq!(after.kinds[after.kinds.len() - 2..], ["mdat", "moov"]);
    // Milliseconds, rounded up.
    let end = before.end();
    assert!(after.duration >= end && after.duration <= end + 1_000_000, "{} {end}", after.duration);
    assert!(after.clone().without_lengths().samples == before.without_lengths().samples);
    let (again, summary) = fix(output);
    assert!(again == output, "fixing it again changes it");
    assert_eq!(summary.problem, None);
    after
}

/// A table that says how long no samples last is as good as none.
#[test]
fn tables_of_no_samples() {
    if !has("ffmpeg") {
        return;
    }
    let scratch = Scratch::new("pcm");
    let path = scratch.path("pcm.mov");
    let sound = ["-v", "error", "-f", "lavfi", "-i", "sine=d=5", "-c:a", "pcm_s16le"];
    let end = ["-movflags", "empty_moov", "-frag_duration", "1000000", path.to_str().unwrap()];
    tools::run("ffmpeg", &[&sound[..], &end].concat());
    let bytes = std::fs::read(&path).unwrap();
    let (out, summary) = fix(&bytes);
    assert!(view(&out, false).is_plain && summary.problem.is_none(), "{summary:?}");
    assert!(summary.duration.unwrap().as_secs_f64() > 4.9);
}

/// A track with reordered pictures that starts late is shown when it was: its edit begins with its first picture.
#[test]
fn a_late_track_with_reordered_pictures() {
    let encoders = std::process::Command::new("ffmpeg").args(["-v", "error", "-encoders"]).output();
    if !encoders.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("libx264")) {
        return;
    }
    let scratch = Scratch::new("late");
    let path = scratch.path("late.mp4");
    let picture = ["-v", "error", "-itsoffset", "3", "-f", "lavfi", "-i", "testsrc=s=64x48:r=25:d=2"];
    let sound = ["-f", "lavfi", "-i", "sine=d=5", "-c:v", "libx264", "-bf", "3", "-g", "25", "-c:a", "flac"];
    let end = ["-strict", "-2", "-movflags", "delay_moov+frag_keyframe", path.to_str().unwrap()];
    tools::run("ffmpeg", &[&picture[..], &sound, &end].concat());
    let fixed = scratch.write("fixed.mp4", &fix(&std::fs::read(&path).unwrap()).0);
    assert!(tools::packets(&fixed) == tools::packets(&path));
}

/// What the end will add is known before it comes, about: who has a limit can keep to it.
#[test]
fn what_the_end_adds_is_told() {
    for name in NAMES {
        let sample = sample(name);
        let mut seekable = Seekable::default();
        seekable.push(&sample.bytes).unwrap();
        let (before, told) = (seekable.summary().output_length, seekable.ending_bytes());
        let added = seekable.finish().unwrap().output_length - before;
        assert!(told >= added && told - added < 20 * 1024, "{name}: {told} {added}");
        assert_eq!(seekable.ending_bytes(), 0);
    }
}

#[test]
fn recordings_of_browsers() {
    for name in NAMES {
        let sample = sample(name);
        let (output, summary) = fix(&sample.bytes);
        let after = check(&sample.bytes, &output);
        assert_eq!((summary.container, summary.problem), (Container::Mp4, None));
        let end = summary.duration.unwrap().as_nanos() as u64;
        assert!(end.abs_diff(after.end()) <= 1, "{end} {}", after.end());
        assert_eq!(summary.tracks.len(), after.samples.len());
        for track in &summary.tracks {
            let expected = if track.kind == TrackKind::Audio { "Opus" } else { &track.codec_id };
            assert_eq!(track.codec_id, expected);
            if track.kind == TrackKind::Video {
                let keys = after.samples[&track.number].iter().filter(|sample| sample.is_sync).count();
                assert_eq!(summary.cues as usize, keys);
            }
        }
        let (_, again) = fix(&output);
        assert_eq!((again.cues, again.tracks), (summary.cues, summary.tracks));
    }
}

#[test]
fn another_reader_sees_the_same_samples() {
    for name in NAMES {
        let sample = sample(name);
        let (output, _) = fix(&sample.bytes);
        let before = view(&sample.bytes, false);
        let after = re_mp4::Mp4::read_bytes(&output).unwrap();
        assert!(after.moofs.is_empty());
        assert_eq!(after.tracks().len(), before.samples.len());
        for (number, track) in after.tracks() {
            let expected = &before.samples[&u64::from(*number)];
            assert_eq!(track.samples.len(), expected.len(), "{name}");
            assert_eq!(track.timescale, before.timescales[&u64::from(*number)]);
            for (seen, expected) in track.samples.iter().zip(expected) {
                assert!(output[seen.offset as usize..][..seen.size as usize] == expected.data, "{name}");
                let is_sync = seen.is_sync || track.kind == Some(re_mp4::TrackKind::Audio);
                let seen = (seen.decode_timestamp, seen.composition_timestamp, is_sync);
                assert_eq!(seen, (expected.decoded, expected.shown, expected.is_sync), "{name}");
            }
        }
    }
}

/// Fixes a file and compares what ffprobe sees. `shift`: by how much it misreads the input.
fn compare(scratch: &Scratch, input: &Path, shift: i64) -> PathBuf {
    let bytes = std::fs::read(input).unwrap();
    let (output, summary) = fix(&bytes);
    assert_eq!(summary.problem, None);
    check(&bytes, &output);
    let output = scratch.write("out.mp4", &output);
    let mut before = tools::packets(input);
    for packet in before.iter_mut().filter(|packet| packet.0 == 0) {
        packet.1 -= shift;
        packet.2 -= shift;
    }
    let after = tools::packets(&output);
    let differing = before.iter().zip(&after).find(|(old, new)| old != new);
    assert!(before == after, "{}: {differing:?}", input.display());
    let expected = summary.duration.unwrap().as_secs_f64();
    let found = tools::duration(&output);
    assert!((found - expected).abs() < 0.0015, "{found} {expected}");
    output
}

#[test]
fn ffprobe_sees_the_same_packets() {
    if !has("ffprobe") {
        return;
    }
    let scratch = Scratch::new("packets");
    for name in NAMES {
        compare(&scratch, &scratch.write(name, &sample(name).bytes), 0);
    }
}

/// What Safari writes looks like some of these: H.264 or HEVC with AAC, B frames, edit lists.
#[test]
fn ffmpegs_own_ways_to_fragment() {
    if !has("ffmpeg") || !has("ffprobe") {
        return;
    }
    let scratch = Scratch::new("ways");
    let source = scratch.path("source.mp4");
    let source = source.to_str().unwrap();
    let pictures = "testsrc2=size=160x120:rate=30:duration=2";
    let sound = "sine=frequency=440:duration=2";
    let codecs = ["-c:v", "libx264", "-g", "30", "-bf", "2", "-preset", "ultrafast", "-c:a", "aac"];
    let mut arguments = vec!["-v", "error", "-y", "-f", "lavfi", "-i", pictures, "-f", "lavfi", "-i", sound];
    arguments.extend(codecs);
    arguments.push(source);
    tools::run("ffmpeg", &arguments);
    for (flags, more, shift) in [
        ("frag_keyframe+empty_moov", "", 0),
        ("frag_keyframe+empty_moov+default_base_moof+global_sidx", "", 0),
        ("dash+frag_keyframe", "", 0),
        ("frag_keyframe+delay_moov", "", 0),
        // Of fragments ffprobe shows pictures late by the largest negative offset; they begin at zero.
        ("frag_keyframe+delay_moov+negative_cts_offsets", "", 512),
        ("empty_moov", "400000", 0),
    ] {
        let input = scratch.path("in.mp4");
        let mut arguments = vec!["-v", "error", "-y", "-i", source, "-c", "copy", "-movflags", flags];
        if !more.is_empty() {
            arguments.extend(["-frag_duration", more]);
        }
        arguments.push(input.to_str().unwrap());
        tools::run("ffmpeg", &arguments);
        let output = compare(&scratch, &input, shift);
        // All pictures can be decoded, and the ones after a seek are those of the source.
        let frame = |file: &str| {
            let seek = [
                "-v",
                "error",
                "-ss",
                "1.5",
                "-i",
                file,
                "-frames:v",
                "1",
                "-map",
                "v",
                "-f",
                "framemd5",
                "-",
            ];
            tools::run("ffmpeg", &seek).lines().last().unwrap().rsplit(',').next().unwrap().to_owned()
        };
        if flags.contains("delay_moov") {
            assert_eq!(frame(output.to_str().unwrap()), frame(source), "{flags}");
        } else {
            // Without an edit list the same picture stands two frames later.
            assert_eq!(frame(output.to_str().unwrap()), frame(input.to_str().unwrap()), "{flags}");
        }
    }
}

/// A film in all the ways of saying the same.
fn films() -> impl Strategy<Value = Vec<Vec<Traf>>> {
    let frame = (1u32..2_000, 1u32..300, any::<bool>(), -20i32..400);
    let frames = prop::collection::vec(frame, 0..6);
    let run = (frames, any::<[bool; 4]>(), any::<bool>(), any::<bool>());
    let traf = (
        any::<bool>(),
        prop_oneof![Just(Base::Absolute), Just(Base::Moof), Just(Base::Nothing)],
        any::<[bool; 4]>(),
        prop::collection::vec(run, 0..4),
        0u64..3_000,
    );
    let fragments = prop::collection::vec(prop::collection::vec(traf, 1..5), 1..6);
    type Choices = (bool, Base, [bool; 4], Vec<(Vec<Frame>, [bool; 4], bool, bool)>, u64);
    fragments.prop_map(|fragments: Vec<Vec<Choices>>| {
        let mut times = [0, 0];
        let mut make = |(is_sound, base, choices, runs, gap): Choices, behind_data: bool| {
            let track = if is_sound { SOUND } else { PICTURES };
            let time = &mut times[usize::from(is_sound)];
            let mut traf = Traf { track, base, time: None, defaults: [None; 3], runs: Vec::new() };
            if choices[3] {
                *time += gap;
                traf.time = Some((*time, gap % 2 == 0));
            }
            let mut has_data = false;
            for (mut frames, stored, has_first_flags, has_offset) in runs {
                let (duration, size) = (7 + gap as u32 % 5, 11 + gap as u32 % 7);
                for (place, frame) in frames.iter_mut().enumerate() {
                    // What is not stored is the same for all, here or in the whole file.
                    if !stored[0] {
                        frame.0 = if choices[0] { duration } else { 40 };
                    }
                    if !stored[1] {
                        frame.1 = if choices[1] { size } else { 9 };
                    }
                    if !(stored[2] || has_first_flags && place == 0) {
                        frame.2 = choices[2];
                    }
                    if !stored[3] {
                        frame.3 = 0;
                    }
                }
                traf.defaults = [
                    choices[0].then_some(duration),
                    choices[1].then_some(size),
                    Some(if choices[2] { film::SYNC } else { film::NON_SYNC }),
                ];
                *time += frames.iter().map(|frame| u64::from(frame.0)).sum::<u64>();
                // Where nothing else says where data is, an offset must.
                let follows = has_data || base == Base::Nothing && behind_data;
                let first_flags = has_first_flags && !stored[2];
                traf.runs.push(Run {
                    frames,
                    stored,
                    has_first_flags: first_flags,
                    has_offset: has_offset || !follows,
                });
                has_data = true;
            }
            traf
        };
        let trafs = |trafs: Vec<Choices>| {
            let mut behind_data = false;
            let one = |choices| {
                let traf = make(choices, behind_data);
                behind_data = traf.runs.iter().any(|run| !run.frames.is_empty());
                traf
            };
            trafs.into_iter().map(one).collect()
        };
        fragments.into_iter().map(trafs).collect()
    })
}

/// The file of a film, with boxes between its parts that nobody asked for.
fn file(film: &[Vec<Traf>]) -> Vec<u8> {
    let mut out = [film::ftyp(), film::moov([40, 9, film::NON_SYNC])].concat();
    let mut seed = 1;
    for (number, trafs) in film.iter().enumerate() {
        if number % 2 == 1 {
            out.extend(film::put(b"styp", &[b"msdh\0\0\0\0"]));
            out.extend(film::put(b"prft", &[&[0; 24]]));
            out.extend(film::put(b"sidx", &[b"stale, leads nowhere at all, more than forty bytes"]));
        }
        let between = if number % 3 == 1 { film::put(b"emsg", &[&[7; 30]]) } else { Vec::new() };
        let fragment = film::fragment(out.len(), trafs, &between, &mut seed);
        out.extend(fragment);
    }
    out.extend(film::put(b"mfra", &[&film::put(b"mfro", &[&film::be(&[0, 24])])]));
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn however_it_is_said(film in films()) {
        let input = file(&film);
        let before = view(&input, false);
        let (output, summary) = fix(&input);
        prop_assert_eq!(summary.problem, None);
        if before.count() > 0 {
            let after = view(&output, false);
            prop_assert!(after.is_plain);
            prop_assert!(after.without_lengths().samples == before.clone().without_lengths().samples);
            let end = summary.duration.unwrap().as_nanos() as u64;
            prop_assert!(end.abs_diff(before.end()) <= 1);
        } else {
            prop_assert!(!view(&output, false).is_plain);
        }
        prop_assert!(fix(&output).0 == output);
    }
}
