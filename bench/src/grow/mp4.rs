//! Fragments: pairs of `moof` and `mdat` (ISO/IEC 14496-12, 8.8).

use std::collections::HashMap;

use anyhow::{Context, Result, ensure};

use super::{Body, Recording, number, part};

#[derive(Debug)]
pub(super) struct Fragments {
    bytes: Vec<u8>,
    /// Where each `mfhd` has its sequence number.
    sequence_numbers: Vec<usize>,
    times: Vec<Time>,
}

/// A `tfdt` of version 1.
#[derive(Debug)]
struct Time {
    at: usize,
    /// In units of the track's timescale.
    time: u64,
    /// Units per second.
    timescale: u64,
}

impl Fragments {
    pub(super) fn shifted(&self, milliseconds: u64, round: u64) -> Result<Vec<u8>> {
        let mut bytes = self.bytes.clone();
        let mut put = |at: usize, value: &[u8]| -> Result<()> {
            bytes.get_mut(at..at + value.len()).context("a place outside")?.copy_from_slice(value);
            Ok(())
        };
        let before = round * self.sequence_numbers.len() as u64;
        for (index, at) in self.sequence_numbers.iter().enumerate() {
            // 32 bits that wrap, after more fragments than anyone records.
            put(*at, &((before + index as u64 + 1) as u32).to_be_bytes())?;
        }
        for Time { at, time, timescale } in &self.times {
            put(*at, &(time + milliseconds * timescale / 1000).to_be_bytes())?;
        }
        Ok(bytes)
    }

    pub(super) fn length(&self) -> usize {
        self.bytes.len()
    }
}

pub(super) fn read(bytes: &[u8]) -> Result<Recording> {
    let top = boxes(bytes, 0, bytes.len())?;
    let first = top.iter().find(|part| part.is(b"moof")).context("there is no fragment")?.at;
    let head = part(bytes, 0, first)?.to_vec();
    let mut timescales = HashMap::new();
    for moov in top.iter().filter(|part| part.is(b"moov")) {
        for trak in moov.children(bytes)?.iter().filter(|part| part.is(b"trak")) {
            let fields = trak.children(bytes)?;
            let id = find(&fields, b"tkhd")?.field(bytes, 12, 20, 4)?;
            let mdia = find(&fields, b"mdia")?.children(bytes)?;
            timescales.insert(id, find(&mdia, b"mdhd")?.field(bytes, 12, 20, 4)?);
        }
    }
    let (mut body, mut sequence_numbers, mut times) = (Vec::new(), Vec::new(), Vec::new());
    // For each track, its last two fragments: the last one is taken to be as long as the one before.
    let mut ends: HashMap<u64, (u64, u64)> = HashMap::new();
    for media in top.iter().filter(|part| part.is(b"moof") || part.is(b"mdat")) {
        let moved = |at: usize| at - media.at + body.len();
        if media.is(b"moof") {
            let fields = media.children(bytes)?;
            sequence_numbers.push(moved(find(&fields, b"mfhd")?.data + 4));
            for traf in fields.iter().filter(|part| part.is(b"traf")) {
                let fields = traf.children(bytes)?;
                let track = find(&fields, b"tfhd")?.field(bytes, 4, 4, 4)?;
                let tfdt = find(&fields, b"tfdt")?;
                ensure!(tfdt.field(bytes, 0, 0, 1)? == 1, "a tfdt of 32 bits");
                let (time, timescale) =
                    (tfdt.field(bytes, 4, 4, 8)?, *timescales.get(&track).context("tkhd")?);
                times.push(Time { at: moved(tfdt.data + 4), time, timescale });
                let before = ends.get(&track).map_or(0, |(_, before)| *before);
                let milliseconds = time * 1000 / timescale;
                ends.insert(track, (before, milliseconds));
            }
        }
        body.extend_from_slice(part(bytes, media.at, media.end)?);
    }
    let milliseconds = ends.values().map(|(before, last)| 2 * last - before).max().context("no track")?;
    let body = Body::Mp4(Fragments { bytes: body, sequence_numbers, times });
    Ok(Recording { head, body, milliseconds })
}

/// Leaves four bytes of each sample: every size in every `trun` becomes four.
pub(super) fn shrink(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut small = Vec::new();
    let mut left: u32 = 0;
    for top in boxes(bytes, 0, bytes.len())? {
        if top.is(b"mdat") {
            small.extend_from_slice(&(left + 8).to_be_bytes());
            small.extend_from_slice(b"mdat");
            let payload = part(bytes, top.data, top.end)?;
            small.extend(payload.iter().copied().take(left as usize));
            continue;
        }
        let start = small.len();
        small.extend_from_slice(part(bytes, top.at, top.end)?);
        if !top.is(b"moof") {
            continue;
        }
        left = 0;
        for traf in top.children(bytes)?.iter().filter(|part| part.is(b"traf")) {
            for trun in traf.children(bytes)?.iter().filter(|part| part.is(b"trun")) {
                let flags = trun.field(bytes, 0, 0, 4)?;
                let count = trun.field(bytes, 4, 4, 4)?;
                ensure!(flags & 0x201 == 0x201, "a trun without sizes, or without an offset");
                let mut put = |at: usize, value: u32| -> Result<()> {
                    let at = at - top.at + start;
                    small.get_mut(at..at + 4).context("trun")?.copy_from_slice(&value.to_be_bytes());
                    Ok(())
                };
                put(trun.data + 8, (top.end - top.at) as u32 + 8 + left)?;
                // ISO/IEC 14496-12, 8.8.8: duration, size, flags and composition offset of a sample, each if flagged.
                let each = (flags & 0xF00).count_ones() as usize * 4;
                let first = trun.data + 12 + if flags & 4 != 0 { 4 } else { 0 };
                let size_at = if flags & 0x100 != 0 { 4 } else { 0 };
                for sample in 0..usize::try_from(count)? {
                    put(first + sample * each + size_at, 4)?;
                    left += 4;
                }
            }
        }
    }
    Ok(small)
}

/// A box: where it begins, where its payload begins, where it ends.
#[derive(Debug)]
struct Part {
    kind: [u8; 4],
    at: usize,
    data: usize,
    end: usize,
}

impl Part {
    fn is(&self, kind: &[u8; 4]) -> bool {
        self.kind == *kind
    }

    fn children(&self, bytes: &[u8]) -> Result<Vec<Self>> {
        boxes(bytes, self.data, self.end)
    }

    /// A number, `offset` bytes into the payload; boxes of version 1 have it elsewhere.
    fn field(&self, bytes: &[u8], offset: usize, offset_in_version_1: usize, length: usize) -> Result<u64> {
        let version = number(part(bytes, self.data, self.data + 1)?);
        let at = self.data + if version == 1 { offset_in_version_1 } else { offset };
        Ok(number(part(bytes, at, at + length)?))
    }
}

fn boxes(bytes: &[u8], from: usize, to: usize) -> Result<Vec<Part>> {
    let mut parts = Vec::new();
    let mut at = from;
    while at < to {
        let size = number(part(bytes, at, at + 4)?) as usize;
        ensure!(size >= 8 && at + size <= to, "a box of {size} bytes at byte {at}");
        let kind = part(bytes, at + 4, at + 8)?.try_into()?;
        parts.push(Part { kind, at, data: at + 8, end: at + size });
        at += size;
    }
    Ok(parts)
}

fn find<'a>(parts: &'a [Part], kind: &[u8; 4]) -> Result<&'a Part> {
    let name = || format!("there is no {}", String::from_utf8_lossy(kind));
    parts.iter().find(|part| part.is(kind)).with_context(name)
}
