//! SeekHead (RFC 9559, section 5.1.1): where the other parts are. It stands in an area of fixed size, rest void.

use super::ebml::{put_element, put_id, void_header};
use super::ids;

/// Entries there is room for.
const SLOTS: usize = 6;
/// One entry: Seek, SeekID of four bytes, SeekPosition of eight.
const SLOT_LENGTH: usize = 21;
/// ID and size of SeekHead, all entries, and the smallest Void whose size is written in eight bytes.
pub(crate) const AREA: usize = 5 + SLOTS * SLOT_LENGTH + 9;

/// Positions of the Segment's parts, relative to the first byte of its payload.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct SeekHead {
    entries: Vec<(u32, u64)>,
    is_changed: bool,
}

impl SeekHead {
    /// Enters a part, if it is the first of its kind and there is room.
    pub(crate) fn enter(&mut self, id: u32, position: u64) {
        if self.entries.len() < SLOTS && self.entries.iter().all(|(other, _)| *other != id) {
            self.entries.push((id, position));
            // In the order of the file, so that it does not matter which was known first.
            self.entries.sort_unstable_by_key(|(_, position)| *position);
            self.is_changed = true;
        }
    }

    /// The whole area anew, if anything was entered since the last call.
    pub(crate) fn take_changed(&mut self) -> Option<Vec<u8>> {
        std::mem::take(&mut self.is_changed).then(|| self.area())
    }

    fn area(&self) -> Vec<u8> {
        let mut payload = Vec::with_capacity(SLOTS * SLOT_LENGTH);
        for (id, position) in &self.entries {
            let mut entry = Vec::with_capacity(SLOT_LENGTH);
            let mut id_bytes = Vec::with_capacity(4);
            put_id(&mut id_bytes, *id);
            put_element(&mut entry, ids::SEEK_ID, &id_bytes);
            put_element(&mut entry, ids::SEEK_POSITION, &position.to_be_bytes());
            put_element(&mut payload, ids::SEEK, &entry);
        }
        let mut area = Vec::with_capacity(AREA);
        put_element(&mut area, ids::SEEK_HEAD, &payload);
        area.extend_from_slice(&void_header((AREA - area.len()) as u64));
        area.resize(AREA, 0);
        area
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webm::ebml::children;

    #[test]
    fn the_area_keeps_its_size() {
        let mut seek_head = SeekHead::default();
        assert_eq!(seek_head.take_changed(), None);
        for id in [ids::INFO, ids::TRACKS, ids::INFO, ids::CUES, ids::TAGS, ids::CHAPTERS, ids::ATTACHMENTS] {
            seek_head.enter(id, u64::from(id));
        }
        seek_head.enter(ids::CLUSTER, 1);
        let area = seek_head.take_changed().unwrap();
        assert_eq!(area.len(), AREA);
        let parts: Vec<_> = children(&area).map(|part| part.unwrap()).collect();
        assert_eq!(parts.iter().map(|part| part.id).collect::<Vec<_>>(), [ids::SEEK_HEAD, ids::VOID]);
        assert_eq!(children(parts[0].payload).count(), SLOTS);
        assert_eq!(seek_head.take_changed(), None);
    }
}
