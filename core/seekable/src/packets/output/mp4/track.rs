//! One track: the samples that were gathered for the next fragment, and what is shown of it.

use super::Placed;
use crate::edit::Outbox;
use crate::mp4::boxes::{begin, begin_full, end, put32};
use crate::mp4::shown::Shown;
use crate::packets::output::Arrival;
use crate::packets::{Packet, PacketTrack, Span};

/// Of a sample (section 8.8.3.1): depends on no other, or on others and is no key frame.
const SYNC: u64 = 0x0200_0000;
const NON_SYNC: u64 = 0x0101_0000;

#[derive(Debug)]
pub(super) struct Track {
    pub(super) setup: PacketTrack,
    pub(super) id: u32,
    pub(super) pending: Vec<Sample>,
    pub(super) description: u32,
    /// What is added to times, and taken off again by the edit list.
    shift: i64,
    /// Decode time of the last sample, and where it ends; never negative.
    last: i64,
    next: i64,
    /// When the first sample is shown, in the order they are, with what is added; without samples nothing.
    first: Option<i64>,
    /// Where the last picture ends, with what is added; without samples nothing.
    reached: Option<i64>,
    /// What is shown, by times with what is added; the last stretch is still growing. Nothing where inputs do not say it.
    shown: Vec<Shown>,
    /// Whether an edit list that only says where the first sample is shown would be wrong.
    is_cut: bool,
    /// How exact the end of the last stretch is.
    tick: i64,
    /// Until a sample comes for the stretches that an input began: how many there were before, and what was added to times.
    before: Option<(usize, i64)>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Sample {
    pub(super) data: Span,
    decode_time: i64,
    composition: i64,
    duration: u64,
    is_key: bool,
}

impl Track {
    pub(super) fn new(setup: &PacketTrack, delay: i64) -> Self {
        Self {
            setup: setup.clone(),
            id: setup.setup.mp4().map_or(0, |setup| setup.id),
            pending: Vec::new(),
            description: 1,
            shift: delay,
            last: 0,
            next: 0,
            first: None,
            reached: None,
            shown: Vec::new(),
            is_cut: false,
            tick: 0,
            before: None,
        }
    }

    /// What is added to times.
    pub(super) fn shift(&self) -> i64 {
        self.shift
    }

    /// Takes note of what the next input brings. What is hidden of it, at its begin or at the end of what came before, lies
    /// between two stretches that are shown.
    pub(super) fn arrive(&mut self, arrival: &Arrival) {
        let Some(first) = arrival.shown.first() else { return };
        self.forget_empty();
        let is_hidden = arrival.time < first.media;
        // Of what came before: its end is as exact as its own edit list.
        let hidden_from = self.hidden_from();
        self.tick = arrival.tick;
        if self.shown.is_empty() {
            self.is_cut = is_hidden && first.start > 0;
            self.shown = moved(&arrival.shown, self.shift);
            return;
        }
        let is_behind = self.reached.is_none() || arrival.decode_time.saturating_add(self.shift) > self.last;
        // A text that was cut off lasts longer, as it does here.
        let follows = arrival.follows && (hidden_from.is_none() || self.setup.is_repeated());
        let fits = follows || hidden_from.is_none() && is_behind && !is_hidden;
        match self.shown.last_mut() {
            Some(last) if fits && arrival.shown.len() == 1 => last.end = first.end,
            _ => self.begin_stretch(arrival, *first, hidden_from.or(self.reached)),
        }
    }

    /// Ends what is shown so far at `end`, by times with what is added, and puts what comes behind all samples.
    fn begin_stretch(&mut self, arrival: &Arrival, first: Shown, end: Option<i64>) {
        if let Some(last) = self.shown.last_mut() {
            let shown_until = end.map_or(last.start, |end| last.shown_at(end));
            last.end = Some(shown_until.min(first.start));
        }
        self.shown.retain(|shown| shown.end.is_none_or(|end| end > shown.start));
        self.before = Some((self.shown.len(), self.shift));
        let behind_last = self.next.saturating_sub(arrival.decode_time);
        let behind_shown = end.unwrap_or(0).saturating_sub(arrival.time);
        self.shift = behind_last.max(behind_shown);
        self.shown.extend(moved(&arrival.shown, self.shift));
    }

    /// Stretches that no sample came for show nothing.
    fn forget_empty(&mut self) {
        if let Some((count, shift)) = self.before.take() {
            self.shown.truncate(count);
            self.shift = shift;
        }
    }

    /// Where the end of what is shown is, if samples go on behind it.
    fn hidden_from(&self) -> Option<i64> {
        let last = self.shown.last()?;
        last.end?;
        let end = last.media.saturating_add(last.length());
        self.reached.filter(|reached| *reached > end.saturating_add(self.tick)).map(|_| end)
    }

    /// Whether something is hidden that players would show without an edit list.
    pub(super) fn hides(&mut self) -> bool {
        self.forget_empty();
        self.reached.is_some() && (self.shown.len() > 1 || self.is_cut || self.hidden_from().is_some())
    }

    /// What is shown in the end; nothing where all is, from its first sample on.
    pub(super) fn take_shown(&mut self) -> Vec<Shown> {
        let (hides, is_hidden) = (self.hides(), self.hidden_from().is_some());
        let mut shown = std::mem::take(&mut self.shown);
        if let Some(last) = shown.last_mut().filter(|_| !is_hidden) {
            last.end = None;
        }
        if let (Some(stretch), Some(first)) = (shown.first_mut(), self.first) {
            // Tables begin with the first sample.
            let late = first.saturating_sub(stretch.media).max(0);
            stretch.start = stretch.start.saturating_add(late);
            stretch.media = stretch.media.saturating_add(late);
        }
        if hides {
            return shown;
        }
        // Some readers show the last text to the end of the movie, unless an edit list ends before.
        let first = self.first.filter(|_| self.setup.is_repeated());
        let text =
            first.zip(self.reached).filter(|(first, reached)| first < reached).map(|(first, reached)| {
                let start = first.saturating_sub(self.shift);
                Shown { start, end: Some(reached.saturating_sub(self.shift)), media: first }
            });
        text.filter(|text| text.start >= 0).into_iter().collect()
    }

    /// When the next sample is decoded: never before the last one.
    fn decode_time(&self, placed: &Placed) -> i64 {
        placed.decode_time.saturating_add(self.shift).max(self.last)
    }

    /// The last sample lasts until the next one: whatever lies between them is told by it.
    pub(super) fn lead_to(&mut self, placed: &Placed) {
        let decode_time = self.decode_time(placed);
        if let Some(last) = self.pending.last_mut() {
            last.duration = decode_time.saturating_sub(last.decode_time).unsigned_abs();
        }
    }

    pub(super) fn add(&mut self, packet: &Packet, placed: &Placed) {
        let decode_time = self.decode_time(placed);
        let time = placed.time.saturating_add(self.shift);
        let duration = placed.duration.unwrap_or(0);
        self.pending.push(Sample {
            data: packet.data,
            decode_time,
            composition: time.saturating_sub(decode_time),
            duration,
            is_key: packet.is_key,
        });
        self.before = None;
        self.last = decode_time;
        self.next = decode_time.saturating_add_unsigned(duration);
        self.first = Some(self.first.map_or(time, |first| first.min(time)));
        let end = time.saturating_add_unsigned(duration);
        self.reached = Some(self.reached.map_or(end, |reached| reached.max(end)));
    }

    /// Writes `traf`; gives where the offset of its data belongs.
    pub(super) fn write(&self, outbox: &mut Outbox) -> u64 {
        let traf = begin(outbox, b"traf");
        let tfhd = begin(outbox, b"tfhd");
        // Offsets count from `moof`; and which sample entry.
        for value in [0x2_0002, u64::from(self.id), u64::from(self.description)] {
            put32(outbox, value);
        }
        end(outbox, tfhd);
        let tfdt = begin_full(outbox, b"tfdt", 1);
        outbox.append(&self.pending.first().map_or(0, |sample| sample.decode_time).to_be_bytes());
        end(outbox, tfdt);
        let has_composition = self.pending.iter().any(|sample| sample.composition != 0);
        let trun = begin(outbox, b"trun");
        // Version 1: what lies between decoding and showing may be negative.
        put32(outbox, 0x0100_0701 | if has_composition { 0x800 } else { 0 });
        put32(outbox, self.pending.len() as u64);
        let offset_at = outbox.length();
        put32(outbox, 0);
        for sample in &self.pending {
            put32(outbox, sample.duration);
            put32(outbox, sample.data.size);
            put32(outbox, if sample.is_key { SYNC } else { NON_SYNC });
            if has_composition {
                let composition = i32::try_from(sample.composition);
                let nearest = if sample.composition < 0 { i32::MIN } else { i32::MAX };
                outbox.append(&composition.unwrap_or(nearest).to_be_bytes());
            }
        }
        end(outbox, trun);
        end(outbox, traf);
        offset_at
    }
}

fn moved(shown: &[Shown], by: i64) -> Vec<Shown> {
    shown.iter().map(|shown| shown.moved(0, by)).collect()
}
