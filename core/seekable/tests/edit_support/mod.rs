//! Shared by the tests of edit lists: they are written into plain files, and read back as players do.
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]
#![allow(dead_code, unreachable_pub, missing_docs, reason = "each test uses its part of it")]

use crate::mp4_support::film::put;
use crate::mp4_support::{self, all, inside, one, u32_at, u64_at};
use crate::parts_support::{Packet, of_track, packets};

/// The last box of a plain file: its `moov`.
pub fn moov(bytes: &[u8]) -> mp4_support::Part {
    mp4_support::parts(bytes, 0, bytes.len(), false).pop().filter(|part| part.kind == "moov").unwrap()
}

/// Ticks in a second of each track.
fn timescales(bytes: &[u8]) -> Vec<i64> {
    all(bytes, &moov(bytes), "trak/mdia/mdhd")
        .iter()
        .map(|mdhd| u32_at(bytes, mdhd.data + if bytes[mdhd.data] == 1 { 20 } else { 12 }) as i64)
        .collect()
}

/// Ticks of a track in a second.
pub fn timescale(bytes: &[u8], track: usize) -> i64 {
    timescales(bytes)[track]
}

/// A plain file with these edits for each track: how long, and from which time of the samples on (-1: nothing), in milliseconds.
pub fn with_edits(bytes: &[u8], edits: &[&[(i64, i64)]]) -> Vec<u8> {
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
pub fn edits(bytes: &[u8]) -> Vec<Vec<(f64, f64)>> {
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
pub fn shown(bytes: &[u8], track: usize) -> Vec<(i64, Vec<u8>)> {
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
