//! The slots of the index: writing what changed, in steps of which each leaves whole elements.

use super::cue::{SLOT, slot_size};
use super::{CUES_HEADER, Index};
use crate::edit::Outbox;
use crate::webm::ids;

/// Slots that one Void covers at most: its size has two bytes.
const SLOTS_PER_VOID: usize = 512;

impl Index {
    fn slot(&self) -> usize {
        SLOT + self.width
    }

    fn slot_at(&self, slot: usize) -> u64 {
        self.switch.data_at() + (CUES_HEADER + slot * self.slot()) as u64
    }

    /// Appends slots as they should be.
    pub(super) fn put_slots(&self, out: &mut Vec<u8>, range: std::ops::Range<usize>) {
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
