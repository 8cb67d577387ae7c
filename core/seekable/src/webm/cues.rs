//! Cues (RFC 9559, section 5.1.5): a seek index of bounded size, at the front of the file.
//!
//! Every entry has a slot of fixed length, which is a Void until its first byte makes a CuePoint of it: a write that was
//! cut short adds an entry or none. Slots behind the last entry are joined to few Voids. The size of such a Void has two
//! bytes and that of a slot one, so that one byte takes a slot off its front.

use super::area::{SWITCH, Switch};
use super::ebml::{header8, put_element, put_fixed, size8, void_header};
use super::ids;
use crate::edit::Outbox;

const CUES_HEADER: usize = 12;
/// What stands between a cluster's position and what positions of its blocks count from.
const CLUSTER_HEADER: u64 = 12;
/// Length of a slot whose track number has no bytes.
const SLOT: usize = 28;
/// Slots that one Void covers at most: its size has two bytes.
const SLOTS_PER_VOID: usize = 512;

/// One possible entry of the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cue {
    /// In ticks.
    pub(crate) time: u64,
    pub(crate) track: u64,
    /// Position of the cluster, relative to the first byte of the Segment's payload.
    pub(crate) cluster: u64,
    /// Position of the block, relative to the first byte of the cluster's payload.
    pub(crate) relative: u64,
    /// How many possible entries of the same track came before this one.
    pub(crate) ordinal: u64,
}

impl Cue {
    /// Whether it fits into a slot with so many bytes for the track number. What does not is out of this world: 8,900
    /// years, 281 TB, a cluster of 4 GiB.
    pub(crate) fn has_room(&self, width: usize) -> bool {
        let has_room_for_track = self.track < 1 << (8 * width);
        self.time < 1 << 48 && self.cluster < 1 << 48 && self.relative < 1 << 32 && has_room_for_track
    }

    /// Where the block is, but for the cluster's header.
    fn position(&self) -> u64 {
        self.cluster.saturating_add(self.relative)
    }

    /// Appends the entry.
    fn put(&self, width: usize, out: &mut Vec<u8>) {
        let mut positions = Vec::with_capacity(19);
        put_fixed(&mut positions, ids::CUE_TRACK, self.track, width);
        put_fixed(&mut positions, ids::CUE_CLUSTER_POSITION, self.cluster, 6);
        put_fixed(&mut positions, ids::CUE_RELATIVE_POSITION, self.relative, 4);
        out.extend_from_slice(&[ids::CUE_POINT as u8, slot_size(width)]);
        put_fixed(out, ids::CUE_TIME, self.time, 6);
        put_element(out, ids::CUE_TRACK_POSITIONS, &positions);
    }
}

/// The size field of a slot.
fn slot_size(width: usize) -> u8 {
    0x80 | (SLOT + width - 2) as u8
}

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
    /// Which others there were before it was thinned can't be told any more.
    pub(crate) fn keep(&mut self) {
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
        let is_lost = |cue: &Cue| cue.cluster + CLUSTER_HEADER + cue.relative >= end;
        if let Some(place) = self.entries.iter().position(is_lost) {
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

    fn slot(&self) -> usize {
        SLOT + self.width
    }

    fn slot_at(&self, slot: usize) -> u64 {
        self.switch.data_at() + (CUES_HEADER + slot * self.slot()) as u64
    }

    /// Appends slots as they should be.
    fn put_slots(&self, out: &mut Vec<u8>, range: std::ops::Range<usize>) {
        for slot in range {
            let end = out.len() + self.slot();
            match self.entries.get(slot) {
                Some(cue) => cue.put(self.width, out),
                None if slot == self.entries.len() || begins_void(slot) => {
                    out.extend_from_slice(&self.void_from(slot));
                }
                None => {}
            }
            out.resize(end, 0);
        }
    }

    /// The header of the Void that begins at a slot which holds nothing.
    fn void_from(&self, slot: usize) -> Vec<u8> {
        let end = (slot / SLOTS_PER_VOID + 1) * SLOTS_PER_VOID;
        match end.min(self.slots).saturating_sub(slot) {
            0 => Vec::new(),
            1 => vec![ids::VOID as u8, slot_size(self.width)],
            slots => {
                let size = (slots * self.slot() - 3) as u16 | 0x4000;
                let [high, low] = size.to_be_bytes();
                vec![ids::VOID as u8, high, low]
            }
        }
    }

    /// Writes what changed. Each edit by itself, and any front of it, leaves a file that can be read.
    pub(crate) fn write(&mut self, outbox: &mut Outbox) {
        if self.entries.is_empty() {
            self.write_none(outbox);
        } else if self.is_stale || !self.is_shown {
            // While entries are replaced nothing is shown.
            if self.is_shown {
                self.switch.hide_all(outbox);
            }
            self.write_hidden(outbox);
            self.switch.hide(0, outbox);
            self.dirty = self.entries.len();
        } else if self.written < self.entries.len() {
            self.write_more(outbox);
        }
        self.written = self.entries.len();
        self.is_shown = self.written > 0;
        self.is_stale = false;
    }

    fn write_none(&mut self, outbox: &mut Outbox) {
        if self.is_shown {
            self.switch.hide_all(outbox);
            self.write_hidden(outbox);
            self.dirty = 0;
        }
    }

    /// Writes all from the first change on, while nothing is shown.
    fn write_hidden(&self, outbox: &mut Outbox) {
        let end = self.dirty.max(self.entries.len()) + 1;
        let mut bytes = Vec::new();
        self.put_slots(&mut bytes, self.written..end.min(self.slots));
        outbox.patch(self.slot_at(self.written), &bytes);
    }

    /// Adds entries behind those that are shown: first all of them as Voids, then their first bytes.
    fn write_more(&mut self, outbox: &mut Outbox) {
        let (first, end) = (self.written, self.entries.len());
        let mut bytes = Vec::new();
        self.put_slots(&mut bytes, first..end);
        bytes.extend_from_slice(&self.void_from(end));
        let mut hidden = bytes.clone();
        for slot in hidden.chunks_mut(self.slot()).take(end - first) {
            slot.fill_from(&[ids::VOID as u8]);
        }
        // Where a Void begins in the file, it stays until all behind it stands.
        let voids = (first..end).filter(|slot| *slot == first || begins_void(*slot));
        for slot in voids.clone() {
            if let Some(place) = hidden.get_mut((slot - first) * self.slot()..) {
                place.fill_from(&self.void_from(slot));
            }
        }
        outbox.patch(self.slot_at(first), &hidden);
        for slot in voids {
            let from = (slot - first) * self.slot() + 1;
            outbox.patch(self.slot_at(slot) + 1, bytes.get(from..from + 2).unwrap_or_default());
        }
        bytes.truncate((end - first - 1) * self.slot() + 1);
        outbox.patch(self.slot_at(first), &bytes);
        self.dirty = end;
    }
}

/// Voids are joined up to fixed places, so that they do not move when entries come.
fn begins_void(slot: usize) -> bool {
    slot.is_multiple_of(SLOTS_PER_VOID)
}

/// Overwriting the front of a slice.
trait FillFrom {
    fn fill_from(&mut self, front: &[u8]);
}

impl FillFrom for [u8] {
    fn fill_from(&mut self, front: &[u8]) {
        for (place, byte) in self.iter_mut().zip(front) {
            *place = *byte;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webm::ebml::children;
    use crate::{Edit, MemoryFile};

    const CAPACITY: usize = 768;

    fn cue(track: u64, ordinal: u64, time: u64) -> Cue {
        Cue { time, track, cluster: 1_000 + time, relative: 3, ordinal }
    }

    fn start_with(capacity: usize) -> (Index, Outbox, MemoryFile) {
        let mut outbox = Outbox::default();
        outbox.append(&Index::new(0, capacity, 9).hidden());
        let mut file = MemoryFile::default();
        file.apply(&outbox.next_edit().unwrap()).unwrap();
        assert_eq!(entries(&file), None);
        (Index::new(0, capacity, 9), outbox, file)
    }

    fn start() -> (Index, Outbox, MemoryFile) {
        start_with(CAPACITY)
    }

    /// The area must always be whole elements; gives the entries, as times.
    fn entries(file: &MemoryFile) -> Option<Vec<u64>> {
        let mut times = None;
        for child in children(file.bytes()) {
            let child = child.unwrap();
            if child.id == ids::CUES {
                let points = times.insert(Vec::new());
                for point in children(child.payload).map(|point| point.unwrap()) {
                    if point.id != ids::VOID {
                        assert_eq!(point.id, ids::CUE_POINT);
                        let time = children(point.payload).next().unwrap().unwrap();
                        points.push(crate::webm::ebml::big_endian(time.payload));
                    }
                }
            } else {
                assert_eq!(child.id, ids::VOID);
            }
        }
        times
    }

    #[test]
    fn the_area_is_readable_after_each_front_of_each_edit_and_stays_bounded() {
        for (capacity, steps) in [(256, 100), (CAPACITY, 300), (33_024, 420)] {
            let (mut index, mut outbox, mut file) = start_with(capacity);
            let mut most = 0;
            for step in 0..steps {
                let old = entries(&file).unwrap_or_default();
                for ordinal in step * 6..step * 6 + step % 7 {
                    index.add(cue(1, ordinal, ordinal * 2_000));
                }
                index.write(&mut outbox);
                let new: Vec<u64> = index.entries.iter().map(|cue| cue.time).collect();
                while let Some(edit) = outbox.next_edit() {
                    let Edit::Overwrite { offset, bytes } = &edit else { panic!("nothing is appended") };
                    for cut in (0..bytes.len()).step_by(1 + bytes.len() * capacity / 300_000) {
                        let mut torn = file.clone();
                        torn.apply(&Edit::Overwrite { offset: *offset, bytes: bytes[..cut].to_vec() })
                            .unwrap();
                        let seen = entries(&torn).unwrap_or_default();
                        let is_between = new.starts_with(&seen) && seen.starts_with(&old);
                        assert!(seen.is_empty() || seen == old || is_between, "{old:?} {seen:?} {new:?}");
                    }
                    file.apply(&edit).unwrap();
                }
                assert_eq!(entries(&file).unwrap_or_default(), new);
                assert_eq!(file.bytes().len(), SWITCH + capacity);
                most = most.max(index.len());
            }
            assert!(most <= index.slots && most > index.slots * 9 / 10, "{most}");
        }
    }

    #[test]
    fn times_are_spaced_evenly() {
        let (mut index, ..) = start();
        for ordinal in 0..10_000 {
            index.add(cue(1, ordinal, ordinal * 2_000));
        }
        let times: Vec<u64> = index.entries.iter().map(|cue| cue.time).collect();
        let expected: Vec<u64> =
            (0..10_000 / index.stride + 1).map(|step| step * index.stride * 2_000).collect();
        assert_eq!(times, expected[..times.len()]);
        assert!(times.len() > 5);
    }

    #[test]
    fn writing_often_or_once_gives_the_same_bytes() {
        for count in 1..200 {
            let (mut often, mut outbox, mut file) = start();
            for ordinal in 0..count {
                often.add(cue(1, ordinal, ordinal * 10));
                often.write(&mut outbox);
                while let Some(edit) = outbox.next_edit() {
                    file.apply(&edit).unwrap();
                }
            }
            let (mut once, mut outbox, mut other) = start();
            (0..count).for_each(|ordinal| once.add(cue(1, ordinal, ordinal * 10)));
            once.write(&mut outbox);
            while let Some(edit) = outbox.next_edit() {
                other.apply(&edit).unwrap();
            }
            assert!(file == other, "{count}");
        }
    }

    #[test]
    fn entries_that_come_late_or_go_are_put_right() {
        let (mut index, mut outbox, mut file) = start();
        for time in [10, 20, 50, 60, 30, 40, 5] {
            index.add(cue(1, 0, time));
            index.write(&mut outbox);
        }
        while let Some(edit) = outbox.next_edit() {
            file.apply(&edit).unwrap();
        }
        assert_eq!(entries(&file), Some(vec![5, 10, 20, 30, 40, 50, 60]));
        index.forget_from(1_047);
        index.write(&mut outbox);
        index.forget_from(0);
        index.write(&mut outbox);
        while let Some(edit) = outbox.next_edit() {
            file.apply(&edit).unwrap();
        }
        assert!(file.bytes() == Index::new(0, CAPACITY, 9).hidden());
    }

    #[test]
    fn tracks_are_thinned_alike_and_in_order_of_time() {
        let (mut index, ..) = start();
        for ordinal in 0..100 {
            index.add(cue(2, ordinal, ordinal * 10 + 5));
            index.add(cue(1, ordinal, ordinal * 10));
        }
        let of = |track| index.entries.iter().filter(|cue| cue.track == track).count();
        assert!(of(1).abs_diff(of(2)) <= 1 && of(1) > 1);
        assert!(index.entries.is_sorted_by_key(|cue| cue.time));
    }

    #[test]
    fn more_tracks_than_room_ends_too() {
        let (mut index, mut outbox, mut file) = start();
        for track in 0..1_000 {
            index.add(cue(track, 0, track));
        }
        index.write(&mut outbox);
        while let Some(edit) = outbox.next_edit() {
            assert!(!matches!(edit, Edit::Append(_)));
            file.apply(&edit).unwrap();
        }
        assert!(entries(&file).unwrap().len() > 1);
    }
}
