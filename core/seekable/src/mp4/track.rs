//! One track, as its `trak` (section 8.3) and `trex` (section 8.8.3) say it.

use super::boxes::{Malformed, children, find, kind_at, u32_at, u64_at};
use super::sample_entry::SampleEntry;
#[cfg(feature = "mp4-repair")]
use super::shown::Shown;
use crate::TrackKind;

/// What holds for samples that do not say otherwise.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Defaults {
    pub(crate) description: u32,
    pub(crate) duration: u32,
    pub(crate) size: u32,
    pub(crate) flags: u32,
}

/// How far a track has come, in its own ticks.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Reach {
    /// Decode time of the first sample.
    pub(crate) first: Option<u64>,
    /// Decode time behind the last sample.
    pub(crate) next: u64,
    /// Where the last picture ends, in the order they are shown.
    pub(crate) shown: u64,
    /// From decoding the first sample to showing it.
    pub(crate) lead: u32,
}

#[derive(Debug)]
pub(crate) struct Track {
    pub(crate) id: u32,
    /// Ticks in a second; never zero.
    pub(crate) timescale: u32,
    pub(crate) kind: TrackKind,
    pub(crate) entry: SampleEntry,
    pub(crate) defaults: Defaults,
    /// What the edit list adds to the time of a sample, in ticks.
    pub(crate) shift: i64,
    /// What is shown, where that is not all from one sample on.
    #[cfg(feature = "mp4-repair")]
    pub(crate) shown: Vec<Shown>,
    pub(crate) reach: Reach,
}

impl Track {
    /// Reads the payload of a `trak`. `movie_timescale`: ticks of its edit list in a second.
    pub(crate) fn read(trak: &[u8], movie_timescale: u32) -> Option<Self> {
        let tkhd = find(trak, &[b"tkhd"])?;
        let id = u32_at(tkhd, if is_version_1(tkhd) { 20 } else { 12 })?;
        let mdia = find(trak, &[b"mdia"])?;
        let mdhd = find(mdia, &[b"mdhd"])?;
        let timescale = timescale(mdhd).filter(|timescale| *timescale > 0)?;
        let kind = track_kind(kind_at(find(mdia, &[b"hdlr"])?, 8)?);
        let entry = SampleEntry::read(find(mdia, &[b"minf", b"stbl", b"stsd"])?, kind);
        let edits = find(trak, &[b"edts", b"elst"]);
        let shift = edits.map_or(0, |elst| shift(elst, timescale, movie_timescale));
        Some(Self {
            id,
            timescale,
            kind,
            entry,
            defaults: Defaults::default(),
            shift,
            #[cfg(feature = "mp4-repair")]
            shown: Vec::new(),
            reach: Reach::default(),
        })
    }

    /// For the summary.
    pub(crate) fn described(&self) -> crate::Track {
        self.entry.described(self.id.into(), self.kind)
    }

    /// Where the track ends for those who watch: in ticks from the start of the movie.
    pub(crate) fn end(&self) -> u64 {
        #[cfg(feature = "mp4-repair")]
        if let Some(last) = self.shown.last() {
            let shown = i64::try_from(self.reach.shown).unwrap_or(i64::MAX);
            return last.end.unwrap_or(last.shown_at(shown)).max(0).unsigned_abs();
        }
        if self.reach.first.is_none() { 0 } else { self.reach.shown.saturating_add_signed(self.shift) }
    }

    /// When the first sample is shown, if that is not when the movie starts: in ticks from there.
    pub(crate) fn late_start(&self) -> Option<u64> {
        let late = self.start().saturating_add(self.reach.lead.into());
        u64::try_from(late).ok().filter(|late| *late > 0)
    }

    /// Length of the samples, in ticks, in the order they are decoded.
    pub(crate) fn media_duration(&self) -> u64 {
        self.reach.next.saturating_sub(self.reach.first.unwrap_or(self.reach.next))
    }

    /// When the first sample is shown, if it were shown as it is decoded; negative where an edit list skips some.
    pub(crate) fn start(&self) -> i64 {
        i64::try_from(self.reach.first.unwrap_or_default()).unwrap_or(i64::MAX).saturating_add(self.shift)
    }
}

pub(crate) fn track_kind(handler: [u8; 4]) -> TrackKind {
    match &handler {
        b"vide" => TrackKind::Video,
        b"soun" => TrackKind::Audio,
        _ => TrackKind::Other,
    }
}

/// Whether times in this full box have 64 bits.
pub(crate) fn is_version_1(full_box: &[u8]) -> bool {
    full_box.first() == Some(&1)
}

/// Ticks in a second, of an `mvhd` or `mdhd`.
pub(crate) fn timescale(full_box: &[u8]) -> Option<u32> {
    u32_at(full_box, if is_version_1(full_box) { 20 } else { 12 })
}

/// Empty edits move a track back, the start of its first other edit moves it forward.
fn shift(elst: &[u8], timescale: u32, movie_timescale: u32) -> i64 {
    let is_long = is_version_1(elst);
    let count = u32_at(elst, 4).unwrap_or_default();
    let mut empty: u64 = 0;
    for entry in
        elst.get(8..).unwrap_or_default().chunks_exact(if is_long { 20 } else { 12 }).take(count as usize)
    {
        let (duration, time) = if is_long {
            (u64_at(entry, 0).unwrap_or_default(), u64_at(entry, 8).unwrap_or_default() as i64)
        } else {
            let time = u32_at(entry, 4).unwrap_or_default() as i32;
            (u64::from(u32_at(entry, 0).unwrap_or_default()), i64::from(time))
        };
        if time >= 0 {
            return (to_scale(empty, movie_timescale, timescale, false) as i64).saturating_sub(time);
        }
        empty = empty.saturating_add(duration);
    }
    to_scale(empty, movie_timescale, timescale, false) as i64
}

/// From one timescale to another; down, or up.
pub(crate) fn to_scale(ticks: u64, from: u32, to: u32, up: bool) -> u64 {
    let (from, to) = (u64::from(from.max(1)), u64::from(to));
    // The part below one step of `from` times 32 bits never takes more than 64.
    let part = ticks % from * to;
    let part = if up { part.div_ceil(from) } else { part / from };
    (ticks / from).saturating_mul(to).saturating_add(part)
}

/// More tracks than anybody records; looking for one among them stays cheap.
const TRACKS_MAX: usize = 128;

/// Reads all tracks of a `moov`, in its order. Gives them only when it is one that fragments follow, and not too many.
pub(crate) fn read_all(moov: &[u8], movie_timescale: u32) -> Result<Vec<Track>, Malformed> {
    let mut tracks = Vec::new();
    for child in children(moov) {
        let child = child?;
        if &child.kind == b"trak" {
            if tracks.len() >= TRACKS_MAX {
                return Err(Malformed);
            }
            tracks.push(Track::read(child.payload, movie_timescale).ok_or(Malformed)?);
        }
    }
    if tracks.is_empty() {
        return Err(Malformed);
    }
    for child in children(find(moov, &[b"mvex"]).ok_or(Malformed)?) {
        let child = child?;
        let value = |at| u32_at(child.payload, at).unwrap_or_default();
        if &child.kind == b"trex"
            && let Some(track) = tracks.iter_mut().find(|track| track.id == value(4))
        {
            track.defaults =
                Defaults { description: value(8), duration: value(12), size: value(16), flags: value(20) };
        }
    }
    Ok(tracks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales() {
        assert_eq!(to_scale(1, 3, 2, false), 0);
        assert_eq!(to_scale(1, 3, 2, true), 1);
        assert_eq!(to_scale(3, 3, 2, true), 2);
        assert_eq!(to_scale(7, 0, 5, false), 35);
        assert_eq!(to_scale(u64::MAX, u32::MAX, u32::MAX, true), u64::MAX);
        assert_eq!(to_scale(u64::MAX, 1, 2, false), u64::MAX);
        assert_eq!(to_scale(u64::MAX, 2, 1, false), u64::MAX / 2);
        assert_eq!(to_scale((1 << 40) + 1, 48_000, 1_000_000_000, false), 22_906_492_245_354_166);
    }

    #[test]
    fn edit_lists() {
        let entry = |duration: u32, time: i32| {
            [&duration.to_be_bytes()[..], &time.to_be_bytes(), &[0, 1, 0, 0]].concat()
        };
        let list = |entries: &[Vec<u8>]| {
            [&[0; 4][..], &(entries.len() as u32).to_be_bytes(), &entries.concat()].concat()
        };
        assert_eq!(shift(&list(&[entry(0, 1024)]), 48_000, 1000), -1024);
        assert_eq!(shift(&list(&[entry(500, -1), entry(9, 0)]), 48_000, 1000), 24_000);
        assert_eq!(shift(&list(&[entry(500, -1), entry(9, 30_000)]), 48_000, 1000), -6_000);
        assert_eq!(shift(&list(&[entry(500, -1)]), 48_000, 1000), 24_000);
        assert_eq!(shift(&[0; 5], 48_000, 1000), 0);
    }
}
