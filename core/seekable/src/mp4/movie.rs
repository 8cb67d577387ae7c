//! `moov` (section 8.2): rewritten with room for what grows while recording, and anew with sample tables at the end.

use std::time::Duration;

use super::boxes::{
    self, Child, Kind, Malformed, begin, begin_full, children, end, find, put32, u32_at, u64_at,
};
use super::old_movie::hide_chapters;
#[cfg(feature = "mp4-repair")]
use super::old_movie::names_only;
use super::samples::Samples;
#[cfg(feature = "mp4-repair")]
use super::shown::entries;
use super::track::{Track, is_version_1, to_scale};
#[cfg(feature = "mp4-repair")]
use crate::TrackKind;
use crate::edit::Outbox;

/// Tables of a fragmented file are empty; at the end they are made anew. So is what speaks of single samples.
const TABLES: [Kind; 16] = [
    *b"stts", *b"ctts", *b"cslg", *b"stss", *b"stsh", *b"sdtp", *b"stdp", *b"stsz", *b"stz2", *b"stsc",
    *b"stco", *b"co64", *b"sbgp", *b"saiz", *b"saio", *b"senc",
];

/// Whether samples may be listed in front of fragments.
const IS_LISTED: bool = cfg!(feature = "mp4-repair");

/// What a `moov` is written for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose<'a> {
    /// Fragments follow.
    Live,
    /// All samples are listed in it. The timescale of the movie may differ from the one before.
    /// `hides_chapters`: none but those in the user data count.
    Final { tracks: &'a [Track], timescale: u32, hides_chapters: bool },
}

/// A duration of 64 bits, and where it is in the output.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field {
    pub(crate) at: u64,
    what: What,
}

#[derive(Debug, Clone, Copy)]
enum What {
    Movie,
    /// By the place among the tracks: as it is shown, and as it is decoded.
    Track(usize),
    Media(usize),
}

impl Field {
    /// The bytes that belong there.
    pub(crate) fn value(&self, tracks: &[Track], timescale: u32) -> [u8; 8] {
        let value = match self.what {
            What::Movie => movie_duration(tracks, timescale),
            What::Track(place) => {
                tracks.get(place).map_or(0, |track| to_scale(track.end(), track.timescale, timescale, true))
            }
            What::Media(place) => tracks.get(place).map_or(0, Track::media_duration),
        };
        value.to_be_bytes()
    }
}

/// The end of the track that ends last.
pub(crate) fn movie_duration(tracks: &[Track], timescale: u32) -> u64 {
    tracks
        .iter()
        .map(|track| to_scale(track.end(), track.timescale, timescale, true))
        .max()
        .unwrap_or_default()
}

/// A timescale in which each late start can be said exactly, if there is one that is not too fine.
pub(crate) fn exact_timescale(tracks: &[Track], timescale: u32) -> u32 {
    tracks.iter().fold(timescale, |timescale, track| {
        let ticks = u64::from(track.timescale);
        let start = track.late_start().unwrap_or(0) % ticks;
        // So can whatever tick a stretch begins at.
        #[cfg(feature = "mp4-repair")]
        let start = if track.shown.is_empty() { start } else { 1 };
        if (start * u64::from(timescale)).is_multiple_of(ticks) {
            return timescale;
        }
        let (mut common, mut rest) = (timescale, track.timescale);
        while rest > 0 {
            (common, rest) = (rest, common % rest);
        }
        timescale
            .checked_mul(track.timescale / common.max(1))
            .filter(|scale| scale >> 31 == 0)
            .unwrap_or(timescale)
    })
}

/// Writes the children of a `moov`, all but user data and free space, and gives where durations are. `samples`: of each
/// track, to be listed.
pub(crate) fn write(
    moov: &[u8],
    purpose: Purpose<'_>,
    samples: &mut [Samples],
    outbox: &mut Outbox,
) -> Result<Vec<Field>, Malformed> {
    let mut writer = Writer { purpose, samples, fields: Vec::new(), track: 0 };
    writer.level(b"moov", moov, outbox)?;
    Ok(writer.fields)
}

struct Writer<'a> {
    purpose: Purpose<'a>,
    samples: &'a mut [Samples],
    fields: Vec<Field>,
    track: usize,
}

impl Writer<'_> {
    /// Writes the children of a box of kind `parent`. It goes down only by steps that exist, so never deep.
    fn level(&mut self, parent: &Kind, payload: &[u8], outbox: &mut Outbox) -> Result<(), Malformed> {
        let is_final = matches!(self.purpose, Purpose::Final { .. });
        for child in children(payload) {
            let child = child?;
            match (parent, &child.kind) {
                (b"moov", b"udta" | b"free" | b"skip") => {}
                (b"moov", b"mvhd") => self.header(&child, 4, What::Movie, outbox)?,
                // Wherever it stands: none follow a finished movie.
                (_, b"mvex") if is_final => {}
                (b"moov", b"mvex") => self.extends(child.payload, outbox)?,
                (b"trak", b"tkhd") => {
                    self.header(&child, 8, What::Track(self.track), outbox)?;
                    self.edits(outbox);
                }
                (b"trak", b"edts") if is_final => {}
                (b"mdia", b"mdhd") => self.header(&child, 4, What::Media(self.track), outbox)?,
                (b"moov", b"trak") | (b"trak", b"mdia") | (b"mdia", b"minf") => {
                    self.inside(&child, outbox)?;
                    self.track += usize::from(&child.kind == b"trak");
                }
                // A fragment tells of what is listed here.
                (b"minf", b"stbl") if is_final || IS_LISTED && lists_samples(child.payload) => {
                    self.inside(&child, outbox)?;
                }
                // Nobody goes in yet; but at the end it must be possible.
                (b"minf", b"stbl") if children(child.payload).any(|table| table.is_err()) => {
                    return Err(Malformed);
                }
                #[cfg(feature = "mp4-repair")]
                (b"trak", b"tref") if self.names_pictures(&child) => outbox.append(child.whole),
                (b"trak", b"tref") => {
                    outbox.append(child.whole);
                    if matches!(self.purpose, Purpose::Final { hides_chapters: true, .. }) {
                        hide_chapters(&child, outbox.length(), outbox);
                    }
                }
                (b"stbl", kind) if TABLES.contains(kind) => {}
                _ => outbox.append(child.whole),
            }
        }
        if parent == b"stbl" {
            match self.samples.get_mut(self.track) {
                Some(samples) => samples.write(outbox),
                None if IS_LISTED => Samples::default().write(outbox),
                None => {}
            }
        }
        Ok(())
    }

    /// Whether a `tref` leads to pictures in place of chapters: they stand beside the titles that are said.
    #[cfg(feature = "mp4-repair")]
    fn names_pictures(&self, tref: &Child<'_>) -> bool {
        let Purpose::Final { tracks, .. } = self.purpose else { return false };
        let is_picture = |track: &Track| track.kind == TrackKind::Video;
        names_only(tref, |number| tracks.iter().any(|track| track.id == number && is_picture(track)))
    }

    fn inside(&mut self, child: &Child<'_>, outbox: &mut Outbox) -> Result<(), Malformed> {
        let at = begin(outbox, &child.kind);
        self.level(&child.kind, child.payload, outbox)?;
        end(outbox, at);
        Ok(())
    }

    /// A header with a duration, made 64 bits wide. `middle`: bytes between its dates and its duration.
    fn header(
        &mut self,
        child: &Child<'_>,
        middle: usize,
        what: What,
        outbox: &mut Outbox,
    ) -> Result<(), Malformed> {
        let payload = child.payload;
        let width = if is_version_1(payload) { 8 } else { 4 };
        let middle_at = 4 + 2 * width;
        let parts = (payload.get(1..4), payload.get(4..4 + width), payload.get(4 + width..middle_at));
        let (Some(flags), Some(created), Some(changed)) = parts else { return Err(Malformed) };
        let duration_at = middle_at + middle;
        let parts = (payload.get(middle_at..duration_at), payload.get(duration_at + width..));
        let (Some(middle), Some(rest)) = parts else { return Err(Malformed) };
        let at = begin(outbox, &child.kind);
        outbox.append(&[1]);
        outbox.append(flags);
        for date in [created, changed] {
            outbox.append(&[0; 4][..8 - width]);
            outbox.append(date);
        }
        match (what, self.purpose) {
            (What::Movie, Purpose::Final { timescale, .. }) => put32(outbox, timescale.into()),
            _ => outbox.append(middle),
        }
        self.duration(what, outbox);
        outbox.append(rest);
        end(outbox, at);
        Ok(())
    }

    fn duration(&mut self, what: What, outbox: &mut Outbox) {
        self.fields.push(Field { at: outbox.length(), what });
        outbox.append(&[0; 8]);
    }

    /// `mvex`, with an `mehd` (section 8.8.2).
    fn extends(&mut self, payload: &[u8], outbox: &mut Outbox) -> Result<(), Malformed> {
        let at = begin(outbox, b"mvex");
        let mehd = begin_full(outbox, b"mehd", 1);
        self.duration(What::Movie, outbox);
        end(outbox, mehd);
        for child in children(payload) {
            let child = child?;
            if &child.kind != b"mehd" {
                outbox.append(child.whole);
            }
        }
        end(outbox, at);
        Ok(())
    }

    /// The edit list (section 8.6.6) of a track that starts late, or whose first part is not to be shown.
    fn edits(&self, outbox: &mut Outbox) {
        let Purpose::Final { tracks, timescale, .. } = self.purpose else { return };
        #[cfg(feature = "mp4-repair")]
        if let Some(track) = tracks.get(self.track).filter(|track| !track.shown.is_empty()) {
            return edit_list(&entries(track, timescale), outbox);
        }
        let Some(track) = tracks.get(self.track).filter(|track| track.start() != 0) else { return };
        let mut edits = Vec::new();
        let mut first = track.start().min(0).saturating_neg();
        let late = track.late_start();
        if let Some(late) = late {
            edits.push((to_scale(late, track.timescale, timescale, false), -1));
            // Some readers take an edit to begin with a picture.
            first = track.reach.lead.into();
        }
        let shown = track.end().saturating_sub(late.unwrap_or(0));
        edits.push((to_scale(shown, track.timescale, timescale, true), first));
        edit_list(&edits, outbox);
    }
}

/// `edts` with durations (0: to the end, whenever that is), and the times of the samples.
pub(crate) fn edit_list(edits: &[(u64, i64)], outbox: &mut Outbox) {
    let at = begin(outbox, b"edts");
    let elst = begin_full(outbox, b"elst", 1);
    put32(outbox, edits.len() as u64);
    for (duration, media_time) in edits {
        outbox.append(&duration.to_be_bytes());
        outbox.append(&media_time.to_be_bytes());
        // At normal speed.
        outbox.append(&[0, 1, 0, 0]);
    }
    end(outbox, elst);
    end(outbox, at);
}

/// Whether this `moov` lists samples itself.
#[cfg(not(feature = "mp4-repair"))]
pub(crate) fn has_samples(moov: &[u8]) -> bool {
    children(moov)
        .filter_map(Result::ok)
        .filter(|child| &child.kind == b"trak")
        .any(|trak| lists_samples(find(trak.payload, &[b"mdia", b"minf", b"stbl"]).unwrap_or_default()))
}

/// Whether an `stbl` lists samples.
fn lists_samples(stbl: &[u8]) -> bool {
    children(stbl)
        .filter_map(Result::ok)
        .filter(|table| matches!(&table.kind, b"stsz" | b"stz2"))
        .any(|table| u32_at(table.payload, 8).is_some_and(|count| count > 0))
}

/// How long the payload of a `moov` says it is: `mvhd` (section 8.2.2), or `mehd` (section 8.8.2) where fragments follow.
pub(crate) fn stated(moov: &[u8]) -> Option<Duration> {
    let movie = find(moov, &[b"mvhd"])?;
    let (timescale, duration) = match movie.first()? {
        0 => (u32_at(movie, 12)?, u64::from(u32_at(movie, 16)?)),
        _ => (u32_at(movie, 20)?, u64_at(movie, 24)?),
    };
    let fragments = find(moov, &[b"mvex", b"mehd"]).and_then(|mehd| match mehd.first()? {
        0 => u32_at(mehd, 4).map(u64::from),
        _ => u64_at(mehd, 4),
    });
    let ticks = fragments.unwrap_or(0).max(duration);
    let nanoseconds = to_scale(ticks, timescale, 1_000_000_000, false);
    Some(Duration::from_nanos(nanoseconds)).filter(|_| ticks > 0)
}

/// The duration that is said in the front of a file. The `mdat` of a finished file of ours begins with the `moov` from while
/// it was recorded, whose durations are right as well.
pub(crate) fn stated_duration(mut head: &[u8]) -> Option<Duration> {
    while let Ok(header) = boxes::header(head) {
        let payload = head.get(header.length..)?;
        let size = header.size.and_then(|size| usize::try_from(size).ok()).unwrap_or(usize::MAX);
        let is_front = header.length == 16 && boxes::kind_at(payload, 4) == Some(*b"moov");
        head = match &header.kind {
            b"moov" => return stated(payload.get(..size - header.length).unwrap_or(payload)),
            b"mdat" | b"free" if is_front => payload,
            b"moof" => return None,
            _ => head.get(size..)?,
        };
    }
    None
}
