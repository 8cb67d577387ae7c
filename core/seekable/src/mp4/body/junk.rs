//! Bytes that are no boxes: kept in a free box, until a fragment begins.

use super::{Body, Mode};
use crate::ProblemKind;
use crate::edit::Outbox;
use crate::mp4::boxes::{kind_at, large_header, u32_at};

/// Bytes that show whether a fragment begins: the headers of `moof` and of `mfhd`, its first child.
pub(super) const MOOF_FRONT: usize = 16;
/// `moof` with nothing in it but `mfhd`.
const MOOF_MIN: u32 = 24;
/// A size beyond every file, for as long as it is not known where junk ends.
const NO_END: u64 = 1 << 62;

impl Body {
    /// From here on bytes are kept in a free box, until a fragment begins. With `trims_tail` it is looked first whether
    /// one does.
    pub(super) fn begin_junk(
        &mut self,
        kind: ProblemKind,
        rest: &[u8],
        outbox: &mut Outbox,
    ) -> Option<usize> {
        if self.trims_tail && !self.is_last && rest.len() <= self.limits.held_bytes as usize {
            let found = self.next_fragment(rest, self.searched);
            self.searched = rest.len().saturating_sub(MOOF_FRONT - 1);
            found?;
        }
        self.report(kind);
        // Bytes behind here are not where they were counted from.
        self.end_fragment(outbox);
        self.mode = Mode::Junk { free_at: outbox.length() };
        if !self.is_in_place {
            outbox.append(&large_header(NO_END, b"free"));
        }
        Some(0)
    }

    pub(super) fn junk(&mut self, rest: &[u8], outbox: &mut Outbox) -> Option<usize> {
        if rest.len() < MOOF_FRONT {
            return None;
        }
        let found = self.next_fragment(rest, 0);
        let junk = rest.get(..found.unwrap_or(rest.len() - MOOF_FRONT + 1)).unwrap_or_default();
        self.put(junk, outbox);
        if found.is_some() {
            self.end_junk(outbox);
        }
        Some(junk.len())
    }

    pub(super) fn end_junk(&mut self, outbox: &mut Outbox) {
        if let Mode::Junk { free_at } = self.mode {
            let length = outbox.length() - free_at;
            // In place its first bytes give way to the header; where there are too few, the plain movie hides them.
            if !self.is_in_place || length >= 16 {
                outbox.overwrite(free_at, &large_header(length, b"free"));
            }
            self.mode = Mode::Boxes;
        }
    }

    /// Where a fragment begins, from `from` on.
    pub(super) fn next_fragment(&self, rest: &[u8], from: usize) -> Option<usize> {
        let begins = |front: &[u8]| {
            // The name first: nearly all of junk is told by one byte.
            front.get(4) == Some(&b'm')
                && kind_at(front, 4) == Some(*b"moof")
                && kind_at(front, 12) == Some(*b"mfhd")
                && u32_at(front, 0).is_some_and(|size| (MOOF_MIN..=self.limits.held_bytes).contains(&size))
        };
        rest.get(from..)?.windows(MOOF_FRONT).position(begins).map(|place| place + from)
    }
}
