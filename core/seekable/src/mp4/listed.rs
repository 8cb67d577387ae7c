//! A `moov` that lists samples and has fragments behind it (ffmpeg's `frag_keyframe` without `empty_moov` writes one): its
//! samples become a fragment of their own in front of the others, so that the rest of the code meets fragments only.

use super::boxes::{self, Malformed, begin, begin_full, children, end, find, put32, u32_at, u64_at};
use super::fragment;
use super::track;
use crate::Edit;
use crate::edit::Outbox;

/// Flags of a `tfhd`: data offsets count from a position in the file, and samples have this description.
const TFHD: u32 = 0x3;
/// Flags of a `trun`: data offset, and for each sample its duration, size, flags and composition offset.
const TRUN: u32 = 0xF01;
/// Bytes of a sample in it.
const ENTRY: usize = 16;

/// Flags of samples that can be decoded by themselves, and of those that can't (section 8.8.3.1).
const SYNC: u32 = 0x0200_0000;
const NON_SYNC: u32 = 0x0101_0000;

/// The samples that a whole `moov` lists, as a `moof` that stands at the end of that `moov`, which is at `moov_end` in the input.
/// `None` where it lists none. Positions count in the input, as if the `moof` were in it.
///
/// # Errors
/// [`Malformed`] where a table lies, is too large for `limit` bytes of `moof`, or samples are encrypted: what decrypts them can't
/// be brought along.
pub(super) fn as_fragment(moov: &[u8], moov_end: u64, limit: usize) -> Result<Option<Vec<u8>>, Malformed> {
    let header = boxes::header(moov).map_err(|_| Malformed)?;
    let moov = moov.get(header.length..).ok_or(Malformed)?;
    // Ticks of edit lists do not matter here.
    let tracks = track::read_all(moov, 1)?;
    let mut out = Outbox::default();
    let moof = begin(&mut out, b"moof");
    let header = begin_full(&mut out, b"mfhd", 0);
    put32(&mut out, 0);
    end(&mut out, header);
    let empty = out.length();
    let traks = children(moov).map_while(Result::ok).filter(|child| &child.kind == b"trak");
    for (track, trak) in tracks.iter().zip(traks) {
        let stbl = find(trak.payload, &[b"mdia", b"minf", b"stbl"]).ok_or(Malformed)?;
        let before = out.length();
        Tables::open(stbl)?.write(track.id, limit, &mut out)?;
        if out.length() > before && matches!(&track.entry.kind, b"encv" | b"enca") {
            return Err(Malformed);
        }
    }
    if out.length() == empty {
        return Ok(None);
    }
    end(&mut out, moof);
    let Some(Edit::Append(moof)) = out.next_edit() else { return Err(Malformed) };
    // Everything behind the moov moves back by its length. What lies in front of it would not.
    let moved = moof.len() as u64;
    if first_position(&moof) < moov_end {
        return Err(Malformed);
    }
    Ok(Some(fragment::moved(&moof, moved)))
}

fn first_position(moof: &[u8]) -> u64 {
    let trafs = children(moof.get(8..).unwrap_or_default()).map_while(Result::ok);
    let bases = trafs.filter_map(|traf| u64_at(find(traf.payload, &[b"tfhd"])?, 8));
    bases.min().unwrap_or(0)
}

/// Entries of a table behind their count, each of `width` bytes.
fn entries<'a>(stbl: &'a [u8], kind: &[u8; 4], width: usize) -> Result<&'a [u8], Malformed> {
    let Some(table) = find(stbl, &[kind]) else { return Ok(&[]) };
    let count = u32_at(table, 4).ok_or(Malformed)? as usize;
    let length = count.checked_mul(width).ok_or(Malformed)?;
    table.get(8..).and_then(|entries| entries.get(..length)).ok_or(Malformed)
}

/// Numbers that each hold for some samples in a row: `stts` and `ctts`.
struct Runs<'a> {
    entries: &'a [u8],
    left: u32,
    value: u32,
}

impl<'a> Runs<'a> {
    fn new(entries: &'a [u8]) -> Self {
        Self { entries, left: 0, value: 0 }
    }

    /// The number of the next sample; behind the last one `None`.
    fn next(&mut self) -> Option<u32> {
        while self.left == 0 {
            let (entry, rest) = self.entries.split_at_checked(8)?;
            (self.left, self.value) = (u32_at(entry, 0)?, u32_at(entry, 4)?);
            self.entries = rest;
        }
        self.left -= 1;
        Some(self.value)
    }
}

struct Tables<'a> {
    durations: Runs<'a>,
    compositions: Runs<'a>,
    /// `None`: all can be decoded by themselves.
    syncs: Option<&'a [u8]>,
    /// Of each sample, or of all.
    sizes: &'a [u8],
    size: u32,
    count: u32,
    chunk_lengths: &'a [u8],
    chunk_places: &'a [u8],
    place_width: usize,
}

impl<'a> Tables<'a> {
    fn open(stbl: &'a [u8]) -> Result<Self, Malformed> {
        if find(stbl, &[b"stz2"]).is_some_and(|table| u32_at(table, 8).unwrap_or(1) > 0) {
            return Err(Malformed);
        }
        let stsz = find(stbl, &[b"stsz"]).unwrap_or(&[0; 12]);
        let (size, count) = u32_at(stsz, 4).zip(u32_at(stsz, 8)).ok_or(Malformed)?;
        let has_far = find(stbl, &[b"co64"]).is_some();
        let place_width = if has_far { 8 } else { 4 };
        Ok(Self {
            durations: Runs::new(entries(stbl, b"stts", 8)?),
            compositions: Runs::new(entries(stbl, b"ctts", 8)?),
            syncs: find(stbl, &[b"stss"]).map(|_| entries(stbl, b"stss", 4)).transpose()?,
            sizes: stsz.get(12..).unwrap_or_default(),
            size,
            count,
            chunk_lengths: entries(stbl, b"stsc", 12)?,
            chunk_places: entries(stbl, if has_far { b"co64" } else { b"stco" }, place_width)?,
            place_width,
        })
    }

    /// Samples in a chunk, counted from one, and their description.
    fn chunk(&mut self, number: u32) -> Option<(u32, u32)> {
        while u32_at(self.chunk_lengths, 12).is_some_and(|next| next <= number) {
            self.chunk_lengths = self.chunk_lengths.get(12..)?;
        }
        u32_at(self.chunk_lengths, 4).zip(u32_at(self.chunk_lengths, 8))
    }

    fn size_of(&self, sample: u32) -> Option<u32> {
        if self.size > 0 { Some(self.size) } else { u32_at(self.sizes, sample as usize * 4) }
    }

    fn is_sync(&mut self, sample: u32) -> bool {
        let Some(syncs) = &mut self.syncs else { return true };
        while u32_at(syncs, 0).is_some_and(|number| number < sample + 1) {
            *syncs = syncs.get(4..).unwrap_or_default();
        }
        u32_at(syncs, 0) == Some(sample + 1)
    }

    /// Writes one `traf` for each chunk.
    fn write(mut self, track: u32, limit: usize, out: &mut Outbox) -> Result<(), Malformed> {
        let (mut sample, mut time) = (0, 0_u64);
        let places = self.chunk_places.chunks_exact(self.place_width);
        for (number, place) in (1..).zip(places) {
            if sample == self.count {
                break;
            }
            let (length, description) = self.chunk(number).ok_or(Malformed)?;
            let length = length.min(self.count - sample);
            if out.length() + u64::from(length) * ENTRY as u64 + 100 > limit as u64 {
                return Err(Malformed);
            }
            let traf = begin(out, b"traf");
            let tfhd = begin(out, b"tfhd");
            put32(out, TFHD.into());
            put32(out, track.into());
            out.append(
                &u64_at(place, 0).unwrap_or(u32_at(place, 0).unwrap_or_default().into()).to_be_bytes(),
            );
            put32(out, description.into());
            end(out, tfhd);
            let tfdt = begin_full(out, b"tfdt", 1);
            out.append(&time.to_be_bytes());
            end(out, tfdt);
            let trun = begin(out, b"trun");
            // Composition offsets are signed.
            put32(out, u64::from(TRUN | 1 << 24));
            put32(out, length.into());
            put32(out, 0);
            for _ in 0..length {
                let duration = self.durations.next().ok_or(Malformed)?;
                put32(out, duration.into());
                put32(out, self.size_of(sample).ok_or(Malformed)?.into());
                put32(out, if self.is_sync(sample) { SYNC } else { NON_SYNC }.into());
                put32(out, self.compositions.next().unwrap_or(0).into());
                time += u64::from(duration);
                sample += 1;
            }
            end(out, trun);
            end(out, traf);
        }
        if sample < self.count { Err(Malformed) } else { Ok(()) }
    }
}
