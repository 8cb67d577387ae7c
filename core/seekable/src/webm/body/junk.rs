//! Bytes that are no elements: kept in a Void, until a cluster begins.

use super::{Body, Mode};
use crate::ProblemKind;
use crate::edit::Outbox;
use crate::webm::ebml::{self, size8};
use crate::webm::ids;

/// Bytes that show whether a cluster begins: ID, size, and the first byte of its first child.
const CLUSTER_FRONT: usize = ebml::HEADER_MAX + 1;

impl Body {
    /// From here on bytes are kept in a Void directly in the Segment, until a cluster begins.
    pub(super) fn begin_junk(&mut self, kind: ProblemKind, outbox: &mut Outbox) -> usize {
        self.report(kind);
        self.close_cluster(false, outbox);
        self.segment_end = None;
        self.may_drop_void = false;
        self.cluster = None;
        self.mode = Mode::Junk { void_at: outbox.length() };
        outbox.append(&[0; 9]);
        0
    }

    pub(super) fn junk(&mut self, rest: &[u8], outbox: &mut Outbox) -> Option<usize> {
        if rest.len() < CLUSTER_FRONT {
            return None;
        }
        let cluster_at = rest.windows(CLUSTER_FRONT).position(begins_cluster);
        let junk = rest.get(..cluster_at.unwrap_or(rest.len() - CLUSTER_FRONT + 1)).unwrap_or_default();
        outbox.append(junk);
        if cluster_at.is_some() {
            self.end_junk(outbox);
        }
        Some(junk.len())
    }

    pub(super) fn end_junk(&mut self, outbox: &mut Outbox) {
        if let Mode::Junk { void_at } = self.mode {
            let mut void = vec![ids::VOID as u8];
            void.extend_from_slice(&size8(outbox.length() - void_at - 9));
            outbox.overwrite_first(void_at, &void);
            self.committed = outbox.length();
            self.mode = Mode::Elements;
        }
    }
}

/// Whether a cluster begins here: its ID, a size, and then a Timestamp, or what may stand before it.
fn begins_cluster(data: &[u8]) -> bool {
    // The ID first: nearly all of junk is told by one byte.
    data.first() == Some(&0x1F)
        && ebml::header(data).is_ok_and(|header| {
            header.id == ids::CLUSTER
                && header.size != Some(0)
                && data
                    .get(usize::from(header.length))
                    .is_some_and(|byte| [ids::TIMESTAMP, ids::VOID, ids::CRC_32].contains(&u32::from(*byte)))
        })
}
