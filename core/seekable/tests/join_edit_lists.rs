//! What an edit list hides of a part stays hidden when parts are joined, and what it shows is shown: one part after the other.
#![cfg(all(feature = "webm", feature = "mp4-repair"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod mp4_support;
mod parts_support;

use mp4_support::film::put;
use mp4_support::{all, inside, one, u32_at, u64_at};
use parts_support::{Packet, fix, join, of_track, packets, parts, read};
use seekable::{Gaps, PartsError, SplitAt};

const NAME: &str = "chromium-kfid1000-mp4-avc1-opus.mp4";

/// The last box of a plain file: its `moov`.
fn moov(bytes: &[u8]) -> mp4_support::Part {
    mp4_support::parts(bytes, 0, bytes.len(), false).pop().filter(|part| part.kind == "moov").unwrap()
}

/// Ticks in a second of each track.
fn timescales(bytes: &[u8]) -> Vec<i64> {
    all(bytes, &moov(bytes), "trak/mdia/mdhd")
        .iter()
        .map(|mdhd| u32_at(bytes, mdhd.data + if bytes[mdhd.data] == 1 { 20 } else { 12 }) as i64)
        .collect()
}

/// A plain file with these edits for each track: how long, and from which time of the samples on (-1: nothing), in milliseconds.
fn with_edits(bytes: &[u8], edits: &[&[(i64, i64)]]) -> Vec<u8> {
    let moov = moov(bytes);
    let scales = timescales(bytes);
    let mut tracks = edits.iter().zip(scales);
    let mut payload = Vec::new();
    for child in inside(bytes, &moov) {
        if child.kind != "trak" {
            payload.extend_from_slice(&bytes[child.at..child.end]);
            continue;
        }
        let (entries, scale) = tracks.next().unwrap();
        let mut elst = [[1, 0, 0, 0], (entries.len() as u32).to_be_bytes()].concat();
        for (length, from) in *entries {
            elst.extend_from_slice(&length.to_be_bytes());
            elst.extend_from_slice(&if *from < 0 { -1 } else { from * scale / 1000 }.to_be_bytes());
            elst.extend_from_slice(&[0, 1, 0, 0]);
        }
        let mut trak: Vec<u8> = Vec::new();
        for part in inside(bytes, &child).iter().filter(|part| part.kind != "edts") {
            trak.extend_from_slice(&bytes[part.at..part.end]);
            if part.kind == "tkhd" && !entries.is_empty() {
                trak.extend(put(b"edts", &[&put(b"elst", &[&elst])]));
            }
        }
        payload.extend(put(b"trak", &[&trak]));
    }
    [&bytes[..moov.at], &put(b"moov", &[&payload])].concat()
}

/// The edits of each track, in seconds.
fn edits(bytes: &[u8]) -> Vec<Vec<(f64, f64)>> {
    let moov = moov(bytes);
    let mvhd = one(bytes, &moov, "mvhd").unwrap();
    let movie = u32_at(bytes, mvhd.data + 20) as f64;
    let entry = |at: usize, scale: i64| {
        let media = u64_at(bytes, at + 8) as i64;
        (u64_at(bytes, at) as f64 / movie, if media < 0 { -1.0 } else { media as f64 / scale as f64 })
    };
    let entries = |(trak, scale): (&mp4_support::Part, i64)| {
        one(bytes, trak, "edts/elst").map_or_else(Vec::new, |elst| {
            (0..u32_at(bytes, elst.data + 4) as usize)
                .map(|index| entry(elst.data + 8 + index * 20, scale))
                .collect()
        })
    };
    all(bytes, &moov, "trak").iter().zip(timescales(bytes)).map(entries).collect()
}

/// What is shown of a track: when, in milliseconds, and the bytes. A packet counts where it begins to be shown.
fn shown(bytes: &[u8], track: usize) -> Vec<(i64, Vec<u8>)> {
    let scale = timescales(bytes)[track] as f64;
    let all: Vec<Packet> = of_track(&packets(bytes), track);
    let mut list = edits(bytes)[track].clone();
    if list.is_empty() {
        list = vec![(1e9, 0.0)];
    }
    // Packets count from what the first edit shows.
    let late: f64 = list.iter().take_while(|edit| edit.1 < 0.0).map(|edit| edit.0).sum();
    let base = list.iter().find(|edit| edit.1 >= 0.0).map_or(0.0, |edit| edit.1) - late;
    let (mut at, mut out) = (0.0, Vec::new());
    for (length, from) in list {
        let within = |packet: &&Packet| {
            let time = packet.time as f64 / scale + base;
            from >= 0.0 && time > from - 1e-6 && time < from + length - 1e-6
        };
        for packet in all.iter().filter(within) {
            let time = packet.time as f64 / scale + base - from + at;
            out.push(((time * 1000.0).round() as i64, packet.bytes.clone()));
        }
        at += length;
    }
    out
}

/// Fails where a sample lasts no time; the last one may.
fn check_durations(bytes: &[u8]) {
    for stts in all(bytes, &moov(bytes), "trak/mdia/minf/stbl/stts") {
        let count = u32_at(bytes, stts.data + 4) as usize;
        for index in 0..count {
            assert_ne!(u32_at(bytes, stts.data + 12 + 8 * index), 0, "entry {index} of {count}");
        }
    }
}

/// Joins, and fails unless players show first one part and then the other, which begins at `at` milliseconds.
fn check(first: &[u8], second: &[u8], at: i64) -> Vec<u8> {
    let joined = join(&[first.to_vec(), second.to_vec()], Gaps::Close).unwrap();
    check_durations(&joined);
    assert_eq!(packets(&joined).len(), packets(first).len() + packets(second).len());
    for track in 0..2 {
        let mut expected = shown(first, track);
        expected.extend(shown(second, track).into_iter().map(|(time, data)| (time + at, data)));
        let joined = shown(&joined, track);
        assert_eq!(joined.len(), expected.len(), "track {track}");
        for (one, two) in joined.iter().zip(&expected) {
            assert!(one.1 == two.1 && one.0.abs_diff(two.0) <= 1, "track {track}: {} {}", one.0, two.0);
        }
    }
    joined
}

#[test]
fn what_comes_before_a_part_is_hidden_between_the_parts() {
    let plain = with_edits(&fix(&read(NAME)), &[&[(4_000, 0)], &[(4_000, 0)]]);
    let cut = with_edits(&plain, &[&[(3_000, 1_300)], &[(3_000, 1_300)]]);
    let joined = check(&plain, &cut, 4_000);
    for edits in edits(&joined) {
        assert_eq!(edits.len(), 2, "{edits:?}");
        assert_eq!((edits[0].0, edits[1].0), (4.0, 3.0));
    }
    check(&cut, &plain, 3_000);
    check(&cut, &cut, 3_000);
}

#[test]
fn a_track_that_begins_late_or_ends_early_shows_nothing_meanwhile() {
    let plain = fix(&read(NAME));
    let short = with_edits(&plain, &[&[(4_000, 0)], &[(3_000, 500)]]);
    let late = with_edits(&plain, &[&[(500, -1), (2_000, 1_000)], &[(3_000, 1_300)]]);
    let joined = check(&short, &late, 4_000);
    let edits = edits(&joined);
    assert_eq!(edits[0].iter().map(|edit| edit.1 < 0.0).collect::<Vec<_>>(), [false, true, false]);
    assert_eq!(edits[1].iter().map(|edit| edit.1 < 0.0).collect::<Vec<_>>(), [false, true, false]);
    assert_eq!((edits[0][1].0, edits[1][1].0), (0.5, 1.0));
}

#[test]
fn a_joined_recording_can_be_joined_again() {
    let plain = fix(&read(NAME));
    let cut = with_edits(&plain, &[&[(3_000, 1_300)], &[(3_000, 1_300)]]);
    let joined = check(&cut, &cut, 3_000);
    let again = check(&joined, &cut, 6_000);
    assert!(edits(&again).iter().all(|edits| edits.len() == 3));
    check(&cut, &joined, 3_000);
}

#[test]
fn parts_of_split_need_no_edits_between_them() {
    let plain = fix(&read(NAME));
    let cut = with_edits(&plain, &[&[(9_900, 20)], &[(9_900, 20)]]);
    let parts = parts(&cut, &SplitAt::Duration(std::time::Duration::from_secs(3)));
    assert!(parts.len() > 2);
    let joined = join(&parts, Gaps::Close).unwrap();
    assert!(edits(&joined).iter().all(|edits| edits.len() <= 1), "{:?}", edits(&joined));
    parts_support::same(&cut, &joined, NAME);
}

#[test]
fn what_repeats_is_refused() {
    let plain = fix(&read(NAME));
    let again = with_edits(&plain, &[&[(1_000, 0), (1_000, 0)], &[]]);
    let error = join(&[plain, again], Gaps::Close).unwrap_err();
    assert!(matches!(error, PartsError::Unsupported { .. }), "{error}");
    assert!(error.to_string().contains("an edit list"), "{error}");
}
