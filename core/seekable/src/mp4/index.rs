//! The segment index (`sidx`, section 8.16.3): of bounded size, at the front of the file, while it is being written.
//!
//! The area holds a `free` box and two places for an index. The one in use is never touched: the next index is
//! written into the other place, and then four bytes, the size of the `free` box in front, bring it into use. So a
//! checkpoint that was half written leaves the index of the one before.
//!
//! ```text
//! free (8 bytes)           | sidx, free to the end of the area …
//! free (covers the first)  …                                   | sidx, free to the end of the area
//! ```

use super::boxes::{box_header, saturated};
use crate::edit::Outbox;

const FREE_HEADER: usize = 8;
const SIDX_HEADER: usize = 40;
const REFERENCE: usize = 12;

/// Where a fragment begins that can be decoded from its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    offset: u64,
    time: u64,
    is_key: bool,
    ordinal: u64,
}

/// What of the index is in a place already.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    /// Entries at its front that are still right.
    known: usize,
    /// Bytes ever written.
    dirty: usize,
}

#[derive(Debug)]
pub(crate) struct Index {
    at: u64,
    area: usize,
    track: u32,
    timescale: u32,
    entries: Vec<Entry>,
    /// Possible entries so far, and which of them are taken.
    ordinal: u64,
    stride: u64,
    /// Where the last fragment ends: position and time.
    end: (u64, u64),
    places: [Place; 2],
    /// Which place is in use.
    in_use: Option<usize>,
    is_changed: bool,
}

impl Index {
    /// An area of `area` bytes at `at`, for the track of this number.
    pub(crate) fn new(at: u64, area: usize, track: u32, timescale: u32) -> Self {
        Self {
            at,
            area,
            track,
            timescale,
            entries: Vec::new(),
            ordinal: 0,
            stride: 1,
            end: (0, 0),
            places: [Place::default(); 2],
            in_use: None,
            is_changed: false,
        }
    }

    /// The same for an area that something was written into already: `in_use` is the place that readers see.
    pub(crate) fn resumed(self, in_use: Option<usize>) -> Self {
        let place = Place { known: 0, dirty: self.place_length() };
        Self { in_use, places: [place; 2], ..self }
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    fn place_length(&self) -> usize {
        (self.area - FREE_HEADER) / 2
    }

    /// Entries that there is room for.
    fn capacity(&self) -> usize {
        let room = (self.place_length() - SIDX_HEADER - FREE_HEADER) / REFERENCE;
        room.min(usize::from(u16::MAX))
    }

    /// Takes note of a whole fragment. `start`: the first time of the index's track in it, and whether that is a key
    /// frame; `end`: position and time of its end.
    pub(crate) fn add(&mut self, offset: u64, start: Option<(u64, bool)>, end: (u64, u64)) {
        self.end = (end.0, end.1.max(self.end.1));
        self.is_changed = true;
        let Some((time, is_key)) = start.filter(|(_, is_key)| *is_key || self.entries.is_empty()) else {
            return;
        };
        let ordinal = self.ordinal;
        self.ordinal += 1;
        if !ordinal.is_multiple_of(self.stride) {
            return;
        }
        // Time only runs forward.
        let time = time.max(self.entries.last().map_or(0, |entry| entry.time));
        self.entries.push(Entry { offset, time, is_key, ordinal });
        if self.entries.len() > self.capacity() {
            self.stride *= 2;
            let stride = self.stride;
            self.entries.retain(|entry| entry.ordinal.is_multiple_of(stride));
            self.places.iter_mut().for_each(|place| place.known = 0);
        }
    }

    /// Takes back the last fragment, if it is the one that begins at `offset`.
    pub(crate) fn forget(&mut self, offset: u64) {
        let Some(entry) = self.entries.pop_if(|entry| entry.offset == offset) else { return };
        self.end = (entry.offset, entry.time);
        self.is_changed = true;
        let count = self.entries.len();
        self.places.iter_mut().for_each(|place| place.known = place.known.min(count));
    }

    /// References from the entry at `from` on; `None` where one covers more than can be said.
    fn references(&self, from: usize) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        for (place, entry) in self.entries.iter().enumerate() {
            let next = self.entries.get(place + 1).map_or(self.end, |next| (next.offset, next.time));
            let size =
                u32::try_from(next.0.saturating_sub(entry.offset)).ok().filter(|size| size >> 31 == 0)?;
            let duration = u32::try_from(next.1.saturating_sub(entry.time)).ok()?;
            if place >= from {
                out.extend_from_slice(&size.to_be_bytes());
                out.extend_from_slice(&duration.to_be_bytes());
                // starts_with_SAP, and SAP_type 1.
                out.extend_from_slice(&[if entry.is_key { 0x90 } else { 0 }, 0, 0, 0]);
            }
        }
        Some(out)
    }

    /// Writes what changed into the place that is not in use, and brings it into use.
    pub(crate) fn write(&mut self, outbox: &mut Outbox) {
        if self.is_changed && !self.entries.is_empty() {
            self.is_changed = false;
            self.write_place(usize::from(self.in_use == Some(0)), outbox);
        }
    }

    fn write_place(&mut self, which: usize, outbox: &mut Outbox) {
        let offset = FREE_HEADER + which * self.place_length();
        let place = self.places.get(which).copied().unwrap_or_default();
        let from = place.known.saturating_sub(1);
        let Some(mut references) = self.references(from) else {
            outbox.overwrite(self.at, &box_header(self.area, b"free"));
            self.in_use = None;
            return;
        };
        let length = SIDX_HEADER + self.entries.len() * REFERENCE;
        references.extend_from_slice(&box_header(self.area - offset - length, b"free"));
        // What was there before would do no harm, but the file shall not depend on when checkpoints were.
        let dirty = place.dirty.max(length + FREE_HEADER);
        let references_at = SIDX_HEADER + from * REFERENCE;
        references.resize(dirty - references_at, 0);
        let place_at = self.at + offset as u64;
        outbox.overwrite(place_at + references_at as u64, &references);
        outbox.overwrite(place_at, &self.front(place_at + length as u64, length));
        outbox.overwrite(self.at, &box_header(offset, b"free"));
        if let Some(place) = self.places.get_mut(which) {
            *place = Place { known: self.entries.len(), dirty };
        }
        self.in_use = Some(which);
    }

    /// Everything before the references; `end`: where the box ends.
    fn front(&self, end: u64, length: usize) -> Vec<u8> {
        let (offset, time) = self.entries.first().map_or(self.end, |first| (first.offset, first.time));
        let mut out = box_header(length, b"sidx").to_vec();
        out.extend_from_slice(&[1, 0, 0, 0]);
        out.extend_from_slice(&self.track.to_be_bytes());
        out.extend_from_slice(&self.timescale.to_be_bytes());
        out.extend_from_slice(&time.to_be_bytes());
        out.extend_from_slice(&offset.saturating_sub(end).to_be_bytes());
        out.extend_from_slice(&saturated(self.entries.len() as u64).to_be_bytes());
        out
    }

    /// Leaves the area as it would be had there never been a checkpoint before this one.
    pub(crate) fn settle(&mut self, outbox: &mut Outbox) {
        let second_at = self.at + (FREE_HEADER + self.place_length()) as u64;
        let [first, second] = &mut self.places;
        first.known = 0;
        let zeros = vec![0; second.dirty];
        *second = Place::default();
        if self.entries.is_empty() {
            let was_written = self.places.iter().any(|place| place.dirty > 0) || !zeros.is_empty();
            if !was_written {
                return;
            }
            outbox.overwrite(self.at, &box_header(self.area, b"free"));
            self.in_use = None;
        } else {
            self.write_place(0, outbox);
        }
        if self.in_use.is_none() {
            let zeros = vec![0; self.places.first().map_or(0, |place| place.dirty)];
            outbox.overwrite(self.at + FREE_HEADER as u64, &zeros);
        }
        outbox.overwrite(second_at, &zeros);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mp4::boxes::{children, free, u32_at, u64_at};
    use crate::{Edit, MemoryFile};

    const AREA: usize = 400;

    fn start() -> (Index, Outbox, MemoryFile) {
        let mut outbox = Outbox::default();
        outbox.append(&free(AREA));
        let mut file = MemoryFile::default();
        file.apply(&outbox.next_edit().unwrap()).unwrap();
        (Index::new(0, AREA, 2, 1000), outbox, file)
    }

    /// The area must always be whole boxes; gives what the index in it says: where the first fragment is, and sizes.
    fn references(file: &MemoryFile) -> Vec<(u64, u32)> {
        assert_eq!(file.bytes().len(), AREA);
        let mut found = Vec::new();
        for child in children(file.bytes()) {
            let child = child.unwrap();
            if &child.kind == b"sidx" {
                assert!(found.is_empty());
                let end = (child.payload_at + child.payload.len()) as u64;
                let mut at = end + u64_at(child.payload, 20).unwrap();
                for entry in child.payload[32..].chunks_exact(12) {
                    let size = u32_at(entry, 0).unwrap();
                    found.push((at, size));
                    at += u64::from(size);
                }
                assert_eq!(u32_at(child.payload, 28).unwrap() as usize, found.len());
            } else {
                assert_eq!(&child.kind, b"free");
            }
        }
        found
    }

    #[test]
    fn between_any_two_edits_the_old_or_the_new_index_holds() {
        let (mut index, mut outbox, mut file) = start();
        let mut before = Vec::new();
        for step in 0..500_u64 {
            let offset = 1_000 + step * 100;
            index.add(offset, Some((step * 2_000, step % 3 != 1)), (offset + 100, step * 2_000 + 2_000));
            index.write(&mut outbox);
            let mut seen = Vec::new();
            while let Some(edit) = outbox.next_edit() {
                assert!(matches!(edit, Edit::Overwrite { .. }));
                file.apply(&edit).unwrap();
                seen.push(references(&file));
            }
            let now = seen.pop().unwrap();
            assert!(seen.iter().all(|other| *other == before));
            assert_eq!(now.len(), index.len());
            assert_eq!(now[0].0, 1_000);
            let last = now.last().unwrap();
            assert_eq!(last.0 + u64::from(last.1), offset + 100);
            before = now;
        }
        assert!(index.len() > 4 && index.len() <= index.capacity());
    }

    #[test]
    fn however_often_it_is_written_the_end_is_the_same() {
        let mut ends = Vec::new();
        for every in [1, 2, 7, 1_000] {
            let (mut index, mut outbox, mut file) = start();
            for step in 0..60_u64 {
                index.add(1_000 + step * 100, Some((step, true)), (1_100 + step * 100, step + 1));
                if step % every == 0 {
                    index.write(&mut outbox);
                }
            }
            index.settle(&mut outbox);
            while let Some(edit) = outbox.next_edit() {
                file.apply(&edit).unwrap();
            }
            references(&file);
            ends.push(file.into_bytes());
        }
        assert!(ends.windows(2).all(|pair| pair[0] == pair[1]));
    }

    #[test]
    fn what_can_not_be_said_is_not_said() {
        let (mut index, mut outbox, mut file) = start();
        index.add(1_000, Some((0, true)), (2_000, 10));
        index.write(&mut outbox);
        index.add(2_000, Some((10, true)), (2_000 + (1 << 31), 20));
        index.write(&mut outbox);
        while let Some(edit) = outbox.next_edit() {
            file.apply(&edit).unwrap();
        }
        assert!(references(&file).is_empty());
    }
}
