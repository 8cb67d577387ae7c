//! Composition offsets below zero: pictures are shown when they were before, with an edit list and without.

#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]
#![cfg(feature = "mp4")]

mod mp4_support;
mod support;

use std::path::Path;

use mp4_support::film::{self, Base, Frame, PICTURES, Run, SOUND, Traf, put};
use mp4_support::tools::{self, Scratch, has};
use mp4_support::view;
use support::fix;

/// Pictures of 40 ticks of a millisecond, decoded in another order than shown: offsets of I P B B, moved so that none of the
/// key frames has any.
const OFFSETS: [i32; 4] = [0, 80, -40, -40];

/// Two fragments, of two runs each: the second one of them says each offset only in the version of its own.
fn recording(moov: Vec<u8>, move_all: i32) -> Vec<u8> {
    let mut out = [film::ftyp(), moov].concat();
    let mut seed = 7;
    for number in 0..3_u64 {
        let frames = |count: usize| -> Vec<Frame> {
            let frame = |at: usize| (40, 30 + at as u32, at == 0, OFFSETS[at % 4] + move_all);
            (0..count).map(frame).collect()
        };
        let run = |frames| Run { frames, stored: [true; 4], has_first_flags: false, has_offset: true };
        let pictures = Traf {
            track: PICTURES,
            base: Base::Moof,
            time: Some((number * 480, true)),
            defaults: [None; 3],
            runs: vec![run(frames(8)), run(frames(4))],
        };
        let sound: Vec<Frame> = (0..24).map(|_| (960, 20, true, 0)).collect();
        let sound = Traf {
            track: SOUND,
            base: Base::Moof,
            time: Some((number * 23_040, true)),
            defaults: [None; 3],
            runs: vec![run(sound)],
        };
        let fragment = film::fragment(out.len(), &[pictures, sound], &[], &mut seed);
        out.extend(fragment);
    }
    out
}

/// The head with an edit list in its first track. `edits`: duration in ticks of the movie, and where it begins in the media.
fn moov(edits: &[(u32, i32)]) -> Vec<u8> {
    let mut moov = film::moov([40, 9, film::NON_SYNC]);
    if edits.is_empty() {
        return moov;
    }
    let entries: Vec<u8> =
        edits.iter().flat_map(|(duration, time)| film::be(&[*duration, *time as u32, 0x1_0000])).collect();
    let elst = put(b"elst", &[&film::be(&[0, edits.len() as u32]), &entries]);
    let edts = put(b"edts", &[&elst]);
    let name = |name: &[u8]| moov.windows(4).position(|window| window == name).unwrap();
    let (trak, tkhd) = (name(b"trak") - 4, name(b"tkhd") - 4);
    let behind = tkhd + u32::from_be_bytes(moov[tkhd..tkhd + 4].try_into().unwrap()) as usize;
    for at in [0, trak] {
        let size = u32::from_be_bytes(moov[at..at + 4].try_into().unwrap()) + edts.len() as u32;
        moov[at..at + 4].copy_from_slice(&size.to_be_bytes());
    }
    moov.splice(behind..behind, edts);
    moov
}

/// What the standard says: decode time + offset − edit list, by the strict reader of these tests.
fn shown(bytes: &[u8], track: u32) -> Vec<i64> {
    view(bytes, false).samples[&u64::from(track)].iter().map(|sample| sample.shown).collect()
}

/// Times of a stream, as ffprobe shows them: when it is shown, and its bytes. Nothing in them can be decoded, which it says.
fn probed(path: &Path, stream: u64) -> Vec<(i64, String)> {
    let found = tools::probe(path, &["-v", "quiet", "-show_packets", "-show_data_hash", "CRC32"]);
    let packets = found["packets"].as_array().unwrap().iter();
    packets
        .filter(|packet| packet["stream_index"].as_u64() == Some(stream))
        .map(|packet| (packet["pts"].as_i64().unwrap(), packet["data_hash"].as_str().unwrap().to_owned()))
        .collect()
}

/// All that can be said of the edits that recorders write: none, the first picture at zero, a start that is late, both.
#[test]
fn times_stay_as_they_are() {
    let lists: [&[(u32, i32)]; 5] =
        [&[], &[(0, 40)], &[(0, 0)], &[(200, -1), (0, 40)], &[(1_000, -1), (0, 0)]];
    let scratch = has("ffprobe").then(|| Scratch::new("negative-offsets"));
    for edits in lists {
        for move_all in [0, -40, 40] {
            let input = recording(moov(edits), move_all);
            let (output, summary) = fix(&input);
            assert_eq!(summary.problem, None);
            let (before, after) = (view(&input, false), view(&output, false));
            assert!(!before.is_plain && after.is_plain);
            assert_eq!(after.clone().without_lengths().samples, before.clone().without_lengths().samples);
            // First picture: its offset, less what is cut off, and what it is late by.
            let late: i64 = edits.iter().filter(|edit| edit.1 < 0).map(|edit| i64::from(edit.0)).sum();
            let cut: i64 = edits.iter().filter(|edit| edit.1 >= 0).map(|edit| i64::from(edit.1)).sum();
            let expected = |at: usize| {
                let place = (at % 12) as i64 + (at / 12) as i64 * 12;
                let in_run = if at % 12 < 8 { at % 12 } else { at % 12 - 8 };
                place * 40 + i64::from(OFFSETS[in_run % 4] + move_all) + late - cut
            };
            let all: Vec<i64> = (0..36).map(expected).collect();
            assert_eq!(shown(&output, PICTURES), all, "{edits:?} {move_all}");
            assert!(fix(&output).0 == output);
            // A late track whose key frame itself is shown before it is decoded, ffprobe takes to begin with that frame: nobody
            // records such.
            let is_odd = late > 0 && move_all < 0;
            let Some(scratch) = scratch.as_ref().filter(|_| !is_odd) else { continue };
            let path = scratch.write("out.mp4", &output);
            let seen: Vec<i64> = probed(&path, 0).iter().map(|packet| packet.0).collect();
            assert_eq!(seen, all, "{edits:?} {move_all}: as ffprobe sees it");
            // Of fragments it shows all pictures late by the lowest offset.
            let lowest = i64::from(OFFSETS.iter().min().unwrap() + move_all).min(0);
            let input = scratch.write("in.mp4", &input);
            let was: Vec<i64> = probed(&input, 0).iter().map(|packet| packet.0 + lowest).collect();
            assert_eq!(was, all, "{edits:?} {move_all}: as ffprobe saw it");
            assert_eq!(probed(&input, 1), probed(&path, 1));
        }
    }
}

/// Fragments in another order than their times: what is decoded late for that is shown when it should be, and what follows is
/// not moved.
#[test]
fn fragments_in_another_order() {
    let fragment = |at: usize, number: u64| {
        let frames = (0..5).map(|place| (40, 30 + number as u32, place == 0, 0)).collect();
        let run = Run { frames, stored: [true; 4], has_first_flags: false, has_offset: true };
        let time = Some((number * 200, true));
        let traf = Traf { track: PICTURES, base: Base::Moof, time, defaults: [None; 3], runs: vec![run] };
        film::fragment(at, &[traf], &[], &mut (number as u32 + 1))
    };
    let mut input = [film::ftyp(), moov(&[])].concat();
    for number in [0, 2, 1, 3, 4] {
        let fragment = fragment(input.len(), number);
        input.extend(fragment);
    }
    let (output, summary) = fix(&input);
    assert_eq!(summary.duration.map(|duration| duration.as_millis()), Some(1_000));
    assert_eq!(shown(&output, PICTURES), shown(&input, PICTURES));
    assert!(fix(&output).0 == output);
}
