//! Shared by the MP4 tests: a reader that is independent of the crate, a maker of odd files, and ffmpeg.
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]
#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    missing_debug_implementations,
    reason = "each test uses its part of it"
)]

pub mod film;
pub mod more_tracks;
pub mod tools;

use std::collections::{BTreeMap, HashSet};

/// Fragmented recordings among the samples.
pub const NAMES: [&str; 5] = [
    "chromium-audio-mp4-opus.m4a",
    "chromium-kfid1000-mp4-avc1-opus.mp4",
    "chromium-mp4-avc3-opus.mp4",
    "chromium-mp4-default.mp4",
    "chromium-notimeslice-mp4-avc1-opus.mp4",
];

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub kind: String,
    pub at: usize,
    pub data: usize,
    pub end: usize,
}

pub fn u32_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()))
}

pub fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_be_bytes(bytes[at..at + 8].try_into().unwrap())
}

/// The boxes that fill these bytes to the last one. `is_open`: the last one may reach past the end.
pub fn parts(bytes: &[u8], from: usize, to: usize, is_open: bool) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut at = from;
    while at < to {
        assert!(at + 8 <= to, "no header at {at}");
        let kind = String::from_utf8_lossy(&bytes[at + 4..at + 8]).into_owned();
        let (data, end) = match u32_at(bytes, at) {
            0 => (at + 8, to),
            1 => (at + 16, at.saturating_add(u64_at(bytes, at + 8) as usize)),
            size => (at + 8, at + size as usize),
        };
        assert!(end >= data && (end <= to || is_open), "{kind} at {at} ends at {end}, behind {to}");
        parts.push(Part { kind, at, data, end: end.min(to) });
        at = end;
    }
    parts
}

pub fn inside(bytes: &[u8], part: &Part) -> Vec<Part> {
    parts(bytes, part.data, part.end, false)
}

/// The boxes that this path leads to.
pub fn all(bytes: &[u8], part: &Part, path: &str) -> Vec<Part> {
    path.split('/').fold(vec![part.clone()], |found, kind| {
        found.iter().flat_map(|part| inside(bytes, part)).filter(|part| part.kind == kind).collect()
    })
}

pub fn one(bytes: &[u8], part: &Part, path: &str) -> Option<Part> {
    all(bytes, part, path).into_iter().next()
}

/// A sample as players see it; times in ticks of its track from the start of the movie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    pub decoded: i64,
    pub shown: i64,
    pub duration: u64,
    pub is_sync: bool,
    pub data: Vec<u8>,
}

#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct View {
    /// By track.
    pub samples: BTreeMap<u64, Vec<Sample>>,
    pub timescales: BTreeMap<u64, u64>,
    /// In nanoseconds, as the file says it.
    pub duration: u64,
    pub kinds: Vec<String>,
    pub is_plain: bool,
    /// Decode time of each track's next sample, before its edit list.
    next: BTreeMap<u64, i64>,
}

impl View {
    /// End of the last picture or sound, in nanoseconds.
    pub fn end(&self) -> u64 {
        let end = |(track, samples): (&u64, &Vec<Sample>)| {
            let last =
                samples.iter().map(|sample| sample.shown + sample.duration as i64).max().unwrap_or(0).max(0);
            (last as u128 * 1_000_000_000 / u128::from(self.timescales[track])) as u64
        };
        self.samples.iter().map(end).max().unwrap_or(0)
    }

    pub fn count(&self) -> usize {
        self.samples.values().map(Vec::len).sum()
    }

    /// Without the lengths: those of a fragment's last samples are guesses.
    pub fn without_lengths(mut self) -> Self {
        self.samples.values_mut().flatten().for_each(|sample| sample.duration = 0);
        self
    }
}

struct TrackView {
    id: u64,
    shift: i64,
}

/// Reads a plain or fragmented file, and fails on what is not as it must be.
pub fn view(bytes: &[u8], is_open: bool) -> View {
    let top = parts(bytes, 0, bytes.len(), is_open);
    let moov = top.iter().find(|part| part.kind == "moov").unwrap();
    let mvhd = one(bytes, moov, "mvhd").unwrap();
    let (scale, duration) = timing(bytes, &mvhd);
    let mut view = View { kinds: top.iter().map(|part| part.kind.clone()).collect(), ..View::default() };
    view.duration = (u128::from(duration) * 1_000_000_000 / u128::from(scale)) as u64;
    view.is_plain = one(bytes, moov, "mvex").is_none();
    let mut tracks = Vec::new();
    for trak in all(bytes, moov, "trak") {
        let tkhd = one(bytes, &trak, "tkhd").unwrap();
        let id = u32_at(bytes, tkhd.data + if bytes[tkhd.data] == 1 { 20 } else { 12 });
        let (timescale, _) = timing(bytes, &one(bytes, &trak, "mdia/mdhd").unwrap());
        view.timescales.insert(id, timescale);
        let shift = one(bytes, &trak, "edts/elst").map_or(0, |elst| shift(bytes, &elst, timescale, scale));
        let mut samples = Vec::new();
        if view.is_plain {
            samples = table(bytes, &one(bytes, &trak, "mdia/minf/stbl").unwrap(), shift);
        }
        view.samples.insert(id, samples);
        tracks.push(TrackView { id, shift });
    }
    if !view.is_plain {
        let mehd = one(bytes, moov, "mvex/mehd").map(|mehd| u64_at(bytes, mehd.data + 4));
        if let Some(mehd) = mehd {
            assert_eq!(mehd, duration, "mehd and mvhd differ");
        }
        for moof in top.iter().filter(|part| part.kind == "moof") {
            fragment(bytes, moov, moof, &tracks, &mut view);
        }
    }
    view
}

/// Timescale and duration.
pub fn timing(bytes: &[u8], part: &Part) -> (u64, u64) {
    if bytes[part.data] == 1 {
        (u32_at(bytes, part.data + 20), u64_at(bytes, part.data + 24))
    } else {
        (u32_at(bytes, part.data + 12), u32_at(bytes, part.data + 16))
    }
}

fn shift(bytes: &[u8], elst: &Part, timescale: u64, movie: u64) -> i64 {
    let mut empty = 0;
    let is_long = bytes[elst.data] == 1;
    for entry in bytes[elst.data + 8..elst.end].chunks(if is_long { 20 } else { 12 }) {
        let (length, time) = if is_long {
            (u64_at(entry, 0), u64_at(entry, 8) as i64)
        } else {
            (u32_at(entry, 0), i64::from(u32_at(entry, 4) as i32))
        };
        if time >= 0 {
            return empty - time;
        }
        assert_eq!(length * timescale % movie, 0, "a late start is not exact");
        empty += (length * timescale / movie) as i64;
    }
    empty
}

/// Entries of a table that begins with a count.
fn entries(bytes: &[u8], stbl: &Part, kind: &str, width: usize) -> Vec<Vec<u64>> {
    let Some(part) = one(bytes, stbl, kind) else { return Vec::new() };
    let count = u32_at(bytes, part.data + 4) as usize;
    assert_eq!(part.end, part.data + 8 + count * width * 4, "{kind}");
    let entry = |entry: &[u8]| entry.chunks(4).map(|field| u32_at(field, 0)).collect();
    bytes[part.data + 8..part.end].chunks(width * 4).map(entry).collect()
}

fn table(bytes: &[u8], stbl: &Part, shift: i64) -> Vec<Sample> {
    let stsz = one(bytes, stbl, "stsz").unwrap();
    let (size, count) = (u32_at(bytes, stsz.data + 4), u32_at(bytes, stsz.data + 8) as usize);
    let sizes: Vec<u64> = if size > 0 {
        vec![size; count]
    } else {
        bytes[stsz.data + 12..stsz.end].chunks(4).map(|size| u32_at(size, 0)).collect()
    };
    assert_eq!(sizes.len(), count);
    let spread = |runs: Vec<Vec<u64>>| -> Vec<u64> {
        runs.iter().flat_map(|run| std::iter::repeat_n(run[1], run[0] as usize)).collect()
    };
    let durations = spread(entries(bytes, stbl, "stts", 2));
    let compositions = spread(entries(bytes, stbl, "ctts", 2));
    let has_negative = one(bytes, stbl, "ctts").is_some_and(|ctts| bytes[ctts.data] == 1);
    assert_eq!(durations.len(), count);
    assert!(compositions.is_empty() || compositions.len() == count);
    let syncs: Option<HashSet<u64>> =
        one(bytes, stbl, "stss").map(|_| entries(bytes, stbl, "stss", 1).concat().into_iter().collect());
    let mut chunks: Vec<u64> = entries(bytes, stbl, "stco", 1).concat();
    chunks.extend(entries(bytes, stbl, "co64", 2).iter().map(|at| at[0] << 32 | at[1]));
    let stsc = entries(bytes, stbl, "stsc", 3);
    let mut samples = Vec::new();
    let mut decoded = 0;
    for (place, chunk) in chunks.iter().enumerate() {
        let run = stsc.iter().rev().find(|run| run[0] <= place as u64 + 1).unwrap();
        assert_eq!(run[2], 1, "sample description");
        let mut at = *chunk as usize;
        for _ in 0..run[1] {
            let number = samples.len();
            let composition = compositions.get(number).copied().unwrap_or(0);
            let composition =
                if has_negative { i64::from(composition as u32 as i32) } else { composition as i64 };
            let end = at + sizes[number] as usize;
            samples.push(Sample {
                decoded: decoded + shift,
                shown: decoded + shift + composition,
                duration: durations[number],
                is_sync: syncs.as_ref().is_none_or(|syncs| syncs.contains(&(number as u64 + 1))),
                data: bytes[at..end].to_vec(),
            });
            decoded += durations[number] as i64;
            at = end;
        }
    }
    assert_eq!(samples.len(), count);
    samples
}

fn fragment(bytes: &[u8], moov: &Part, moof: &Part, tracks: &[TrackView], view: &mut View) {
    let mut data_at = moof.at;
    for traf in all(bytes, moof, "traf") {
        let tfhd = one(bytes, &traf, "tfhd").unwrap();
        let flags = u32_at(bytes, tfhd.data);
        let id = u32_at(bytes, tfhd.data + 4);
        let trex = all(bytes, moov, "mvex/trex").into_iter().find(|trex| u32_at(bytes, trex.data + 4) == id);
        let trex = trex.unwrap();
        let mut at = tfhd.data + 8;
        let mut optional = |bit: u64, width: usize| {
            let there = flags & bit != 0;
            at += if there { width } else { 0 };
            there.then(|| if width == 8 { u64_at(bytes, at - 8) } else { u32_at(bytes, at - 4) })
        };
        let base = optional(1, 8).unwrap_or(if flags & 0x2_0000 != 0 { moof.at } else { data_at } as u64);
        optional(2, 4);
        let duration = optional(8, 4).unwrap_or(u32_at(bytes, trex.data + 12));
        let size = optional(16, 4).unwrap_or(u32_at(bytes, trex.data + 16));
        let sample_flags = optional(32, 4).unwrap_or(u32_at(bytes, trex.data + 20));
        let track = tracks.iter().find(|track| track.id == id).unwrap();
        let samples = view.samples.get_mut(&id).unwrap();
        let mut decoded = view.next.get(&id).copied().unwrap_or(0);
        if let Some(tfdt) = one(bytes, &traf, "tfdt") {
            let time = if bytes[tfdt.data] == 1 {
                u64_at(bytes, tfdt.data + 4)
            } else {
                u32_at(bytes, tfdt.data + 4)
            };
            decoded = time as i64;
        }
        data_at = base as usize;
        for trun in all(bytes, &traf, "trun") {
            let flags = u32_at(bytes, trun.data) & 0xFF_FFFF;
            let count = u32_at(bytes, trun.data + 4);
            let mut at = trun.data + 8;
            let mut field = |bit: u64| {
                let there = flags & bit != 0;
                at += if there { 4 } else { 0 };
                there.then(|| u32_at(bytes, at - 4))
            };
            if let Some(offset) = field(1) {
                data_at = (base as i64 + i64::from(offset as u32 as i32)) as usize;
            }
            let first_flags = field(4);
            for number in 0..count {
                let duration = field(0x100).unwrap_or(duration);
                let size = field(0x200).unwrap_or(size);
                let fallback = if number == 0 { first_flags.unwrap_or(sample_flags) } else { sample_flags };
                let sample_flags = field(0x400).unwrap_or(fallback);
                let composition = field(0x800).unwrap_or(0);
                let composition = if bytes[trun.data] > 0 {
                    i64::from(composition as u32 as i32)
                } else {
                    composition as i64
                };
                samples.push(Sample {
                    decoded: decoded + track.shift,
                    shown: decoded + track.shift + composition,
                    duration,
                    is_sync: sample_flags & 0x1_0000 == 0,
                    data: bytes[data_at..data_at + size as usize].to_vec(),
                });
                decoded += duration as i64;
                data_at += size as usize;
            }
            view.next.insert(id, decoded);
            assert_eq!(at, trun.end, "trun");
        }
    }
}

/// How many samples of a fragmented recording are whole when it ends at `end`: of fragments whose `moof` is.
pub fn whole_samples(bytes: &[u8], end: usize) -> usize {
    let whole = view(bytes, false);
    let mut places = Vec::new();
    for part in parts(bytes, 0, bytes.len(), false).iter().filter(|part| part.kind == "mdat") {
        places.push((part.data, part.end));
    }
    // Media is sought where it is, fragment by fragment: browsers write tracks one behind the other.
    let mut next: BTreeMap<u64, usize> = BTreeMap::new();
    let mut count = 0;
    let top = parts(bytes, 0, bytes.len(), false);
    for (number, moof) in top.iter().filter(|part| part.kind == "moof").enumerate() {
        let mut at = places[number].0;
        for traf in all(bytes, moof, "traf") {
            let id = u32_at(bytes, one(bytes, &traf, "tfhd").unwrap().data + 4);
            for trun in all(bytes, &traf, "trun") {
                for _ in 0..u32_at(bytes, trun.data + 4) {
                    let sample = &whole.samples[&id][*next.entry(id).or_default()];
                    assert!(bytes[at..].starts_with(&sample.data));
                    *next.get_mut(&id).unwrap() += 1;
                    at += sample.data.len();
                    count += usize::from(at <= end && moof.end <= end);
                }
            }
        }
    }
    count
}

/// The index at the front leads to fragments that are there, one behind the other up to the end of the last, and each
/// begins with a key frame. Gives how many references it has.
pub fn check_index(bytes: &[u8], is_open: bool) -> usize {
    let top = parts(bytes, 0, bytes.len(), is_open);
    let Some(sidx) = top.iter().find(|part| part.kind == "sidx") else { return 0 };
    let end = top.iter().rfind(|part| part.kind == "moof").unwrap();
    let end = top.iter().find(|part| part.at == end.end).unwrap().end;
    let count = u32_at(bytes, sidx.data + 28) as usize;
    assert_eq!(sidx.end, sidx.data + 32 + 12 * count);
    let mut at = sidx.end + u64_at(bytes, sidx.data + 20) as usize;
    for number in 0..count {
        assert!(top.iter().any(|part| part.at == at && part.kind == "moof"), "no fragment at {at}");
        let entry = sidx.data + 32 + 12 * number;
        assert_eq!(u32_at(bytes, entry + 8), 0x9000_0000);
        at += u32_at(bytes, entry) as usize;
    }
    assert_eq!(at, end, "the index does not reach to the end of the last fragment");
    count
}
