//! One entry of the index, and the slot that it stands in.

use crate::webm::ebml::{put_element, put_fixed};
use crate::webm::ids;

/// Length of a slot whose track number has no bytes.
pub(super) const SLOT: usize = 28;

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
    pub(super) fn position(&self) -> u64 {
        self.cluster.saturating_add(self.relative)
    }

    /// Appends the entry.
    pub(super) fn put(&self, width: usize, out: &mut Vec<u8>) {
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
pub(super) fn slot_size(width: usize) -> u8 {
    0x80 | (SLOT + width - 2) as u8
}
