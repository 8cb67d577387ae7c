//! Bytes that are no elements: kept in a Void, or left out, until a cluster or another recording begins.

use super::{Body, Mode};
use crate::ProblemKind;
use crate::edit::Outbox;
use crate::webm::ebml::{self, void_header};
use crate::webm::ids;

/// Bytes that show whether a cluster begins: ID, size, and the first byte of its first child.
pub(crate) const CLUSTER_FRONT: usize = ebml::HEADER_MAX + 1;

impl Body {
    /// From here on bytes belong to a Void directly in the Segment, until a cluster begins.
    pub(super) fn begin_junk(&mut self, kind: ProblemKind, outbox: &mut Outbox) -> usize {
        self.report(kind);
        #[cfg(feature = "webm-repair")]
        self.cluster.take_if(|cluster| !cluster.is_open);
        self.close_cluster(false, outbox);
        self.set_down(outbox);
        self.segment_end = None;
        #[cfg(not(feature = "webm-repair"))]
        {
            self.cluster = None;
        }
        self.mode = Mode::Junk { void_at: outbox.length(), is_fresh: true };
        if !self.trims {
            outbox.append(&[0; 9]);
        }
        0
    }

    pub(super) fn junk(&mut self, rest: &[u8], outbox: &mut Outbox) -> Option<usize> {
        if rest.len() < CLUSTER_FRONT {
            return None;
        }
        // What was found to be no element is not tried again. In place, no Void is one byte long.
        let mut skipped = 0;
        if let Mode::Junk { is_fresh, .. } = &mut self.mode
            && std::mem::take(is_fresh)
        {
            skipped = if self.is_in_place { 2 } else { 1 };
        }
        #[cfg(feature = "webm-repair")]
        {
            self.junk_or_blocks(rest, skipped, outbox)
        }
        #[cfg(not(feature = "webm-repair"))]
        self.junk_up_to_a_cluster(rest, skipped, outbox)
    }

    /// Consumes what stands in front of a cluster, or all there is but for what may be the front of one.
    #[cfg(not(feature = "webm-repair"))]
    fn junk_up_to_a_cluster(&mut self, rest: &[u8], skipped: usize, outbox: &mut Outbox) -> Option<usize> {
        let mut windows = rest.windows(CLUSTER_FRONT).skip(skipped);
        // In place nothing moves: a cluster whose header has another length than ours is not one of ours.
        let is_in_place = self.is_in_place;
        let fits = |data| !is_in_place || has_our_header(data);
        let next_at = windows.position(|data| begins_something(data) && fits(data)).map(|at| at + skipped);
        let junk = rest.get(..next_at.unwrap_or(rest.len() - CLUSTER_FRONT + 1)).unwrap_or_default();
        self.append_junk(junk, outbox);
        if next_at.is_some() {
            self.end_junk(outbox);
        }
        Some(junk.len())
    }

    pub(super) fn append_junk(&self, junk: &[u8], outbox: &mut Outbox) {
        if !self.trims || self.is_in_place {
            outbox.append(junk);
        }
    }

    pub(super) fn end_junk(&mut self, outbox: &mut Outbox) {
        if let Mode::Junk { void_at, .. } = self.mode {
            // In place a Void takes the place of the junk.
            let length = outbox.length() - void_at;
            if length >= 2 {
                outbox.patch(void_at, &void_header(length));
            }
            self.committed = outbox.length();
            self.mode = Mode::Elements;
        }
    }
}

/// Whether the header here, if it is that of a cluster, is as long as we write it.
pub(super) fn has_our_header(data: &[u8]) -> bool {
    ebml::header(data).is_ok_and(|header| header.id != ids::CLUSTER || header.length == 12)
}

/// Whether a cluster begins here, or another recording.
pub(crate) fn begins_something(data: &[u8]) -> bool {
    // The first byte first: nearly all of junk is told by it.
    match data.first() {
        Some(0x1F) => begins_cluster(data),
        Some(0x1A) => ebml::header(data).is_ok_and(|header| {
            let child = data.get(usize::from(header.length)..).unwrap_or_default();
            // All that an EBML header holds has IDs of two bytes that begin with 42.
            header.id == ids::EBML
                && header.size.is_some_and(|size| size < 1_000)
                && child.starts_with(&[0x42])
        }),
        _ => false,
    }
}

/// Whether a cluster begins here: its ID, a size, and then a Timestamp, or what may stand before it.
pub(crate) fn begins_cluster(data: &[u8]) -> bool {
    ebml::header(data).is_ok_and(|header| {
        header.id == ids::CLUSTER
            && header.size != Some(0)
            && data
                .get(usize::from(header.length))
                .is_some_and(|byte| [ids::TIMESTAMP, ids::VOID, ids::CRC_32].contains(&u32::from(*byte)))
    })
}

/// Whether the length of a part of the Segment lies, so that it would swallow what is behind. Of what is made anew all must
/// be right; in others the ID of a cluster shows it: what is only odd stays as it is.
pub(crate) fn lies(id: u32, payload: &[u8]) -> bool {
    let next = payload.get(ebml::parts_end(payload));
    let is_stale = matches!(id, ids::CUES | ids::SEEK_HEAD | ids::INFO | ids::TRACKS);
    is_stale && next.is_some() || ids::is_worth_finding(id) && next == Some(&0x1F)
}
