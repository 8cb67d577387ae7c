//! SeekHead (RFC 9559, section 5.1.1): where the other parts are. It has a fixed size; inside is an [`Area`].

use super::area::{self, Area};
use super::ebml::{put_element, put_fixed, put_id};
use super::ids;
use crate::edit::Outbox;

/// Entries there is room for.
const SLOTS: usize = 6;
/// Room for entries: twice as many as there are at first, so that few changes hide any.
pub(crate) const CAPACITY: usize = 255;
/// ID, a size of two bytes, the area.
pub(crate) const LENGTH: usize = HEADER + area::SWITCH + CAPACITY;
pub(crate) const HEADER: usize = 6;

/// Positions of the Segment's parts, relative to the first byte of its payload.
#[derive(Debug)]
pub(crate) struct SeekHead {
    area: Area,
    entries: Vec<(u32, u64)>,
}

impl SeekHead {
    /// For the element that begins at `at` in the file.
    pub(crate) fn new(at: u64) -> Self {
        Self { area: Area::new(at + HEADER as u64, CAPACITY), entries: Vec::new() }
    }

    /// The element, without entries.
    pub(crate) fn empty() -> Vec<u8> {
        let mut out = Vec::with_capacity(LENGTH);
        put_element(&mut out, ids::SEEK_HEAD, &area::hidden(CAPACITY));
        out
    }

    /// Takes over an element that is in the file already.
    pub(crate) fn resume(area: Area) -> Self {
        Self { area, entries: Vec::new() }
    }

    /// Enters a part, if it is the first of its kind and there is room.
    pub(crate) fn enter(&mut self, id: u32, position: u64) {
        if self.entries.len() < SLOTS && self.entries.iter().all(|(other, _)| *other != id) {
            // In the order of the file, so that it does not matter which was known first.
            let place = self.entries.partition_point(|(_, other)| *other <= position);
            self.entries.insert(place, (id, position));
        }
    }

    /// Takes out a part.
    pub(crate) fn leave(&mut self, id: u32) {
        self.entries.retain(|(other, _)| *other != id);
    }

    /// Writes what changed.
    pub(crate) fn write(&mut self, outbox: &mut Outbox) {
        let mut content = Vec::with_capacity(SLOTS * 21);
        for (id, position) in &self.entries {
            let mut entry = Vec::with_capacity(21);
            let mut id_bytes = Vec::with_capacity(4);
            put_id(&mut id_bytes, *id);
            put_element(&mut entry, ids::SEEK_ID, &id_bytes);
            put_fixed(&mut entry, ids::SEEK_POSITION, *position, 8);
            put_element(&mut content, ids::SEEK, &entry);
        }
        self.area.replace(&content, outbox);
    }

    /// Brings it into its last form.
    pub(crate) fn settle(&mut self, outbox: &mut Outbox) {
        self.area.settle(outbox);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MemoryFile;
    use crate::webm::ebml::children;

    #[test]
    fn the_element_keeps_its_size() {
        let mut outbox = Outbox::default();
        outbox.append(&SeekHead::empty());
        let mut seek_head = SeekHead::new(0);
        let mut file = MemoryFile::default();
        let ids = [ids::INFO, ids::TRACKS, ids::INFO, ids::CUES, ids::TAGS, ids::CHAPTERS, ids::ATTACHMENTS];
        for id in ids {
            seek_head.enter(id, u64::from(id));
            seek_head.write(&mut outbox);
        }
        seek_head.enter(ids::CLUSTER, 1);
        seek_head.write(&mut outbox);
        seek_head.settle(&mut outbox);
        while let Some(edit) = outbox.next_edit() {
            file.apply(&edit).unwrap();
        }
        assert_eq!(file.bytes().len(), LENGTH);
        let whole = children(file.bytes()).next().unwrap().unwrap();
        assert_eq!((whole.id, whole.whole.len()), (ids::SEEK_HEAD, LENGTH));
        let entries: Vec<_> = children(whole.payload).map(|part| part.unwrap()).collect();
        assert_eq!(entries.iter().filter(|part| part.id == ids::SEEK).count(), SLOTS);
        seek_head.leave(ids::CUES);
        assert_eq!(seek_head.entries.len(), SLOTS - 1);
    }
}
