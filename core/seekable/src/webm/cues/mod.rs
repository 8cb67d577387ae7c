//! Cues (RFC 9559, section 5.1.5): a seek index of bounded size, at the front of the file.
//!
//! Every entry has a slot of fixed length, which is a Void until its first byte makes a CuePoint of it: a write that was
//! cut short adds an entry or none. Slots behind the last entry are joined to few Voids. The size of such a Void has two
//! bytes and that of a slot one, so that one byte takes a slot off its front.

mod cue;
mod slots;
#[cfg(test)]
mod tests;

use super::area::{SWITCH, Switch};
use super::ebml::{header8, size8, void_header};
use super::ids;
pub(crate) use cue::Cue;
use cue::SLOT;

const CUES_HEADER: usize = 12;
/// What stands between a cluster's position and what positions of its blocks count from.
const CLUSTER_HEADER: u64 = 12;

/// The index, and what of it is in the file already.
///
/// When it is full, every other entry of each track is dropped, and from then on only every second (fourth, eighth, …)
/// possible entry is taken.
#[derive(Debug)]
pub(crate) struct Index {
    switch: Switch,
    /// Bytes for a track number.
    width: usize,
    /// Entries there is room for.
    slots: usize,
    entries: Vec<Cue>,
    stride: u64,
    /// In a file that is taken up again: what stands up to here was decided before.
    decided_to: Option<u64>,
    /// Then: entries whose blocks are still to be met once more.
    unmet: Vec<Cue>,
    /// Entries that are in the file, from the first on.
    written: usize,
    /// Slots that hold entries in the file, whether they still should or not.
    dirty: usize,
    is_shown: bool,
    /// What is shown is to be changed, not only added to.
    is_stale: bool,
}

impl Index {
    /// The capacity (see [`super::area`]) of an index of about `bytes`.
    pub(crate) fn capacity(bytes: usize) -> usize {
        super::area::capacity(bytes.max(256))
    }

    /// For an area that begins at `at`, and track numbers up to `last_track`.
    pub(crate) fn new(at: u64, capacity: usize, last_track: u64) -> Self {
        let width = (8 - last_track.leading_zeros() as usize / 8).clamp(1, 3);
        let room = capacity.saturating_sub(CUES_HEADER);
        // No Void is one byte long, so one byte can not be left.
        let slots = if room % (SLOT + width) == 1 { room - 2 } else { room } / (SLOT + width);
        Self {
            switch: Switch::new(at, capacity),
            width,
            slots,
            entries: Vec::new(),
            stride: 1,
            decided_to: None,
            unmet: Vec::new(),
            written: 0,
            dirty: 0,
            is_shown: false,
            is_stale: false,
        }
    }

    /// The area, showing nothing.
    pub(crate) fn hidden(&self) -> Vec<u8> {
        let length = SWITCH + self.switch.capacity();
        let mut out = void_header(length as u64);
        out.extend_from_slice(&header8(ids::CUES, size8((self.switch.capacity() - CUES_HEADER) as u64)));
        self.put_slots(&mut out, 0..self.slots);
        let rest = length - out.len();
        if rest > 0 {
            out.extend_from_slice(&void_header(rest as u64));
        }
        out.resize(length, 0);
        out
    }

    /// Takes over the entries that are in the file already; `None` if there are too many to be ours.
    pub(crate) fn resume(self, entries: Vec<Cue>) -> Option<Self> {
        let written = entries.len();
        let is_ours = written <= self.slots && entries.is_sorted_by_key(|cue| cue.time);
        is_ours.then_some(Self { is_shown: written > 0, dirty: written, written, entries, ..self })
    }

    /// The cluster to read on from when a file is taken up again: that of the last entry but one, so that some blocks of
    /// each track come before the end.
    pub(crate) fn restart(&self) -> Option<u64> {
        let mut clusters: Vec<u64> = self.entries.iter().rev().take(8).map(|cue| cue.cluster).collect();
        clusters.dedup();
        clusters.get(1).copied()
    }

    /// What is in the index stays: entries are only added for blocks behind those that have one, and while there is room.
    /// Which others there were before it was thinned can't be told any more. Those of the clusters that are read again must be
    /// met again: where damage in front of them is taken for something else now, they may lead to nothing.
    pub(crate) fn keep(&mut self) {
        let from = self.restart().unwrap_or(0);
        self.unmet = self.entries.iter().filter(|cue| cue.cluster >= from).copied().collect();
        self.decided_to = Some(self.entries.iter().map(Cue::position).max().unwrap_or(0));
    }

    /// Where the element is, once there is an entry.
    pub(crate) fn element_at(&self) -> u64 {
        self.switch.data_at()
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Takes an entry, if it is the turn of its ordinal.
    pub(crate) fn add(&mut self, cue: Cue) {
        let place = |cue: &Cue| (cue.cluster, cue.relative, cue.time);
        self.unmet.retain(|other| place(other) != place(&cue));
        let is_decided = |to| cue.position() <= to || self.entries.len() >= self.slots;
        if self.decided_to.is_some_and(is_decided) {
            return;
        }
        if !cue.ordinal.is_multiple_of(self.stride) || !cue.has_room(self.width) {
            return;
        }
        let place = self.entries.partition_point(|other| other.time <= cue.time);
        self.entries.insert(place, cue);
        self.changed_from(place);
        while self.entries.len() > self.slots {
            let before = self.entries.len();
            self.stride = self.stride.saturating_mul(2);
            self.entries.retain(|other| other.ordinal.is_multiple_of(self.stride));
            if self.entries.len() == before {
                // As many tracks as there is room for entries: it can not be thinned any more.
                self.entries.truncate(before / 2);
            }
            self.changed_from(0);
        }
    }

    /// Drops entries that lead to blocks at or behind `end`.
    pub(crate) fn forget_from(&mut self, end: u64) {
        self.forget(|cue| cue.cluster + CLUSTER_HEADER + cue.relative >= end);
    }

    /// Drops entries whose blocks were not met again.
    pub(crate) fn forget_unmet(&mut self) {
        for unmet in std::mem::take(&mut self.unmet) {
            self.forget(|cue| cue.position() == unmet.position());
        }
    }

    fn forget(&mut self, is_lost: impl Fn(&Cue) -> bool) {
        if let Some(place) = self.entries.iter().position(&is_lost) {
            self.entries.retain(|cue| !is_lost(cue));
            self.changed_from(place);
        }
    }

    /// Whether [`Self::write`] will hide what is shown, so that nothing should lead there meanwhile.
    pub(crate) fn will_hide(&self) -> bool {
        self.is_shown && (self.is_stale || self.entries.is_empty())
    }

    fn changed_from(&mut self, place: usize) {
        if place < self.written {
            self.written = place;
            self.is_stale = true;
        }
    }
}
