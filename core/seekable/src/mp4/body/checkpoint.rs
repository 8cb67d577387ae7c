//! Making the file right: index and durations at a checkpoint, one plain movie at the end.

use std::time::Duration;

use super::{Body, Mode, ZERO_TAIL};
use crate::edit::Outbox;
use crate::mp4::boxes::{self, begin, box_header, children, end, free, kind_at, large_header, u32_at};
use crate::mp4::fragment::{self, Fragment};
use crate::mp4::movie::{self, Purpose};
use crate::mp4::notes;
use crate::mp4::track::{Track, to_scale};
use crate::{Metadata, ProblemKind, Summary, TrackKind};

/// Nanoseconds.
const SECOND: u32 = 1_000_000_000;

impl Body {
    /// Makes index, durations and notes right up to the last whole fragment.
    pub(crate) fn checkpoint(&mut self, outbox: &mut Outbox) {
        self.layout.index.write(outbox);
        self.write_durations(outbox);
        self.write_notes(outbox);
    }

    /// All durations, in one edit from the first to the last.
    fn write_durations(&mut self, outbox: &mut Outbox) {
        let layout = &mut self.layout;
        let mut first = None;
        let mut end = 0;
        // They are in the order of the file.
        for field in &layout.fields {
            let at = field.at as usize;
            let value = field.value(&layout.tracks, layout.timescale);
            if let Some(place) = layout.moov.get_mut(at..at + 8).filter(|place| **place != value) {
                place.copy_from_slice(&value);
                first.get_or_insert(at);
                end = at + 8;
            }
        }
        if let Some(first) = first
            && let Some(changed) = layout.moov.get(first..end)
        {
            outbox.overwrite(layout.moov_at + first as u64, changed);
        }
    }

    /// What is said about the recording, as far as it fits into its room: of too many chapters the first ones. The room is
    /// one free box until all is written.
    fn write_notes(&mut self, outbox: &mut Outbox) {
        if !std::mem::take(&mut self.notes_changed) {
            return;
        }
        let layout = &mut self.layout;
        let room = layout.moov.len() - layout.notes_at;
        let mut said = self.said.clone();
        let notes = loop {
            let mut notes = notes::user_data(&layout.user_data, &said);
            // The free box behind it tells how long the room is.
            if let Some(spare) = room.checked_sub(notes.len()).filter(|spare| *spare >= 8) {
                notes.extend_from_slice(&free(spare));
                break notes;
            }
            let many = said.chapters.len();
            said.chapters.truncate(many - many.div_ceil(8));
            if many == 0 {
                if said.is_empty() {
                    return;
                }
                said = Metadata::default();
            }
        };
        let Some(place) = layout.moov.get_mut(layout.notes_at..) else { return };
        // Behind the last byte that differs nothing needs to be written.
        let differs = place.iter().zip(&notes).rposition(|(old, new)| old != new);
        let Some(length) = differs.map(|last| last + 1) else { return };
        place.copy_from_slice(&notes);
        let at = layout.moov_at + layout.notes_at as u64;
        if length > 8 {
            outbox.overwrite(at, &box_header(room, b"free"));
            outbox.overwrite(at + 8, notes.get(8..length).unwrap_or_default());
        }
        outbox.overwrite(at, notes.get(..8).unwrap_or_default());
    }

    /// Writes what was held back, and turns the fragments into one plain movie.
    pub(crate) fn finish(&mut self, rest: &[u8], outbox: &mut Outbox) {
        #[cfg(feature = "mp4-repair")]
        let rest = self.pass_lies(rest, outbox);
        self.is_last = true;
        let kept = if self.trims_tail { self.worth_keeping(rest, outbox.length()) } else { rest.len() };
        let is_trimmed = kept < rest.len();
        let kept = rest.get(..kept).unwrap_or_default();
        let used = self.take(kept, outbox);
        // Zeros count whether they are kept or not.
        let behind = rest.get(used..).unwrap_or_default();
        let rest = kept.get(used..).unwrap_or_default();
        let is_cut = match self.mode {
            Mode::Boxes => is_trimmed || !rest.is_empty(),
            Mode::Copy { left } => left < 1 << 62,
            Mode::Drop { .. } => true,
            Mode::Junk { .. } | Mode::Trailing => false,
        };
        let has_tail = is_cut || matches!(self.mode, Mode::Junk { .. });
        let is_zero = has_tail
            && behind.iter().all(|byte| *byte == 0)
            && outbox.length() + behind.len() as u64 - self.solid_end >= ZERO_TAIL;
        let available = if is_zero { self.solid_end } else { outbox.length() };
        if matches!(self.mode, Mode::Copy { .. }) && !is_cut {
            // An mdat that goes to the end of the file.
            self.box_ends(outbox);
        }
        if is_cut {
            self.report(ProblemKind::CutShort);
        }
        if matches!(self.mode, Mode::Boxes) && !rest.is_empty() {
            // No whole header, or a moof that is cut: nothing in it is looked for.
            self.begin_junk(ProblemKind::CutShort, rest, outbox);
        }
        self.put(rest, outbox);
        if self.is_in_place {
            self.cut_off(outbox);
        }
        if is_zero {
            self.forget_zeros(outbox);
        }
        self.list_fragment(available, outbox);
        self.end_junk(outbox);
        self.make_plain(outbox);
        self.write_durations(outbox);
        self.write_notes(outbox);
        self.layout.index.settle(outbox);
    }

    /// Where more fragments follow, what was waited for is no tail: its length lies. Gives what is left behind them.
    #[cfg(feature = "mp4-repair")]
    fn pass_lies<'a>(&mut self, mut rest: &'a [u8], outbox: &mut Outbox) -> &'a [u8] {
        self.has_all = true;
        let used = self.take(rest, outbox);
        rest = rest.get(used..).unwrap_or_default();
        loop {
            self.is_last = true;
            // Inside of what is whole none begins.
            let whole = children(rest).next().and_then(Result::ok).map_or(8, |first| first.whole.len());
            let Some(next) = self.next_fragment(rest, whole) else { return rest };
            let mut used = self.take(rest.get(..next).unwrap_or_default(), outbox);
            if used == 0 {
                self.begin_junk(ProblemKind::LengthTooLarge, rest, outbox);
                self.put(rest.get(..8).unwrap_or_default(), outbox);
                self.at += 8;
                used = 8;
            }
            self.is_last = false;
            used += self.take(rest.get(used..).unwrap_or_default(), outbox);
            rest = rest.get(used..).unwrap_or_default();
        }
    }

    /// In place: the file ends where the last part of the recording does. What is appended from here on is new.
    fn cut_off(&mut self, outbox: &mut Outbox) {
        let end = match self.mode {
            Mode::Junk { free_at } => free_at,
            _ => outbox.length(),
        };
        self.mode = Mode::Boxes;
        outbox.end_in_place(end);
    }

    /// How much of what was held back is whole: a fragment up to its last whole sample.
    fn worth_keeping(&self, rest: &[u8], at: u64) -> usize {
        // Samples of which no fragment and no table tells are of no use.
        if !matches!(self.mode, Mode::Boxes) || self.is_fragmented {
            return 0;
        }
        let solid = rest.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        let solid = if rest.len() - solid < ZERO_TAIL as usize { rest.len() } else { solid };
        let kept = |fragment: &Fragment, header: usize| {
            let end = fragment.whole_end(at + solid as u64, &self.layout.tracks);
            let kept = end.and_then(|end| usize::try_from(end.checked_sub(at)?).ok()).unwrap_or(0);
            if kept > header { kept.min(rest.len()) } else { 0 }
        };
        if let (Ok(media), Some(fragment)) = (boxes::header(rest), &self.fragment)
            && &media.kind == b"mdat"
            && !fragment.is_complete
        {
            return kept(fragment, media.length);
        }
        let Some(moof) = children(rest).next().and_then(Result::ok) else { return 0 };
        let is_alone = moof.whole.len() == rest.len() && u32_at(rest, 0) != Some(0);
        if is_alone && &moof.kind == b"free" && kind_at(moof.payload, 4) == Some(*b"mfhd") {
            // It was kept hidden when this file was made: all behind it was left out then.
            return rest.len();
        }
        let whole = fragment::moved(moof.whole, at.wrapping_sub(self.at));
        let Ok(fragment) = Fragment::read(whole, at, &self.layout.tracks, self.layout.reference) else {
            return 0;
        };
        if is_alone && &moof.kind == b"moof" && fragment.end <= at + rest.len() as u64 {
            // It tells of no media, or of media in front of it.
            return rest.len();
        }
        kept(&fragment, moof.whole.len())
    }

    /// Appends a `moov` that lists all samples, and makes all before it, the old `moov` too, the inside of one `mdat`.
    fn make_plain(&mut self, outbox: &mut Outbox) {
        if self.is_fragmented || self.samples.iter().all(|samples| samples.count() == 0) {
            return;
        }
        for (track, samples) in self.layout.tracks.iter_mut().zip(&mut self.samples) {
            track.reach = samples.close();
        }
        let layout = &self.layout;
        let timescale = movie::exact_timescale(&layout.tracks, layout.timescale);
        let hides_chapters = !self.said.chapters.is_empty();
        let purpose = Purpose::Final { tracks: &layout.tracks, timescale, hides_chapters };
        let at = begin(outbox, b"moov");
        // It was written by the same code before.
        let fields =
            movie::write(layout.moov.get(8..).unwrap_or_default(), purpose, &mut self.samples, outbox)
                .unwrap_or_default();
        for field in fields {
            outbox.overwrite(field.at, &field.value(&layout.tracks, timescale));
        }
        outbox.append(&notes::user_data(&layout.user_data, &self.said));
        end(outbox, at);
        // The size first, where no reader looks yet: then one byte of the size in front of it makes a large `free` box, and
        // its name the `mdat`. Cut short anywhere, it is one of the three.
        let header = large_header(at - layout.front_at, b"mdat");
        let (front, size) = header.split_at(8);
        outbox.overwrite(layout.front_at + 8, size);
        outbox.overwrite(layout.front_at, front);
        self.is_plain = true;
    }

    /// Fills in what is known.
    pub(crate) fn describe(&self, summary: &mut Summary) {
        summary.tracks = self.layout.tracks.iter().map(Track::described).collect();
        summary.duration = self.duration().map(Duration::from_nanos);
        summary.cues = u32::try_from(self.cues()).unwrap_or(u32::MAX);
        summary.problem = self.problem;
    }

    /// Entries of the index: of the one at the front, or at the end of all pictures that can be sought.
    fn cues(&self) -> u64 {
        let layout = &self.layout;
        match self.samples.get(layout.reference).filter(|_| self.is_plain) {
            Some(samples) => {
                let is_video =
                    layout.tracks.get(layout.reference).is_some_and(|track| track.kind == TrackKind::Video);
                if is_video { samples.sync_count() } else { samples.chunks().into() }
            }
            None => layout.index.len() as u64,
        }
    }

    /// End of the recording, in nanoseconds. Zero is no duration: in a finished file the two look the same.
    fn duration(&self) -> Option<u64> {
        let layout = &self.layout;
        let has_samples = layout.tracks.iter().any(|track| track.reach.first.is_some());
        let ends = layout.tracks.iter().map(|track| to_scale(track.end(), track.timescale, SECOND, true));
        ends.max().filter(|end| has_samples && *end > 0)
    }
}
