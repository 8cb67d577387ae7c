//! One element of the body: where it belongs, and what becomes of it.

use super::junk::{has_our_header, lies};
use super::{BLOCK_FRONT, Body, Mode, Passing};
use crate::ProblemKind;
use crate::edit::Outbox;
use crate::webm::block::{block_group, simple_block};
use crate::webm::cluster::Cluster;
use crate::webm::ebml::{self, Header, NoHeader};
use crate::webm::group::GroupReader;
use crate::webm::ids;

impl Body {
    pub(super) fn element(&mut self, rest: &[u8], outbox: &mut Outbox) -> Option<usize> {
        if self.open_cluster().is_some_and(|cluster| cluster.input_end == Some(self.at)) {
            self.close_cluster(true, outbox);
        }
        let is_behind_segment = self.segment_end == Some(self.at);
        let header = match ebml::header(rest) {
            Ok(header) => header,
            Err(NoHeader::NeedMore) => return None,
            Err(NoHeader::Bad) if is_behind_segment => return Some(self.trail(outbox)),
            Err(NoHeader::Bad) => return Some(self.begin_junk(ProblemKind::NotAnElement, outbox)),
        };
        if is_behind_segment {
            // A file that was cut off from its writer goes on behind what it says is its end.
            let goes_on = ids::is_cluster_child(header.id) || ids::ends_a_cluster(header.id);
            if !goes_on {
                return Some(self.trail(outbox));
            }
            self.segment_end = None;
            if !matches!(header.id, ids::EBML | ids::SEGMENT) {
                self.report(ProblemKind::LongerThanParent);
            }
        }
        if header.id == ids::CLUSTER && !begins_well(rest, header) {
            return match first_child_of(rest, header) {
                Err(NoHeader::Bad) => Some(self.begin_junk(ProblemKind::NotAnElement, outbox)),
                _ => None,
            };
        }
        if self.is_in_place && !has_our_header(rest) {
            return Some(self.begin_junk(ProblemKind::NotAnElement, outbox));
        }
        if ids::ends_a_cluster(header.id) {
            // In a cluster of known size it comes too early: some tools let the first cluster span the file.
            let is_whole = self.open_cluster().is_some_and(|cluster| cluster.input_end.is_none());
            self.close_cluster(is_whole, outbox);
        }
        if matches!(header.id, ids::EBML | ids::SEGMENT) {
            return Some(self.trail(outbox));
        }
        let payload_at = self.at + u64::from(header.length);
        if header.id == ids::CLUSTER {
            let end = header.size.map(|size| payload_at + size);
            self.fit_into_segment(end);
            self.set_down(outbox);
            let mut cluster = Cluster::begin(end, outbox);
            if self.is_in_place {
                cluster.shown_size = header.size;
            }
            self.cluster = Some(cluster);
            self.committed = outbox.length();
            return Some(usize::from(header.length));
        }
        let Some(size) = header.size else {
            return Some(self.begin_junk(ProblemKind::NotAnElement, outbox));
        };
        let is_known =
            ids::is_cluster_child(header.id) || ids::ends_a_cluster(header.id) || header.id == ids::VOID;
        let longest = if is_known { self.limits.element_bytes } else { u64::from(self.limits.held_bytes) };
        if size > longest {
            return Some(self.begin_junk(ProblemKind::LengthTooLarge, outbox));
        }
        self.fit_into_segment(Some(payload_at + size));
        self.fit_into_cluster(header.id, payload_at + size, outbox);
        if self.open_cluster().is_some() {
            self.cluster_child(header, size, rest, outbox)
        } else {
            self.segment_child(header, size, rest, outbox)
        }
    }

    /// A Segment that ends before its child does is not believed.
    fn fit_into_segment(&mut self, child_end: Option<u64>) {
        if let (Some(end), Some(child_end)) = (self.segment_end, child_end)
            && child_end > end
        {
            self.segment_end = None;
            self.report(ProblemKind::LongerThanParent);
        }
    }

    /// A cluster that ends before its child does is not believed, nor one that ended just before a block.
    fn fit_into_cluster(&mut self, id: u32, child_end: u64, outbox: &mut Outbox) {
        let Some(cluster) = &mut self.cluster else { return };
        let is_too_short = if cluster.is_open {
            cluster.input_end.is_some_and(|end| child_end > end)
        } else {
            ids::is_cluster_child(id) && cluster.end == outbox.length()
        };
        if is_too_short {
            cluster.go_on(outbox);
            self.report(ProblemKind::LongerThanParent);
        }
    }

    fn cluster_child(
        &mut self,
        header: Header,
        size: u64,
        rest: &[u8],
        outbox: &mut Outbox,
    ) -> Option<usize> {
        let length = usize::from(header.length);
        if size > u64::from(self.limits.held_bytes) {
            let front = rest.get(length..length + BLOCK_FRONT)?;
            #[cfg(feature = "webm-repair")]
            if !self.may_be_large(header, front) {
                return Some(self.begin_junk(ProblemKind::LengthTooLarge, outbox));
            }
            let passing = match (header.id, front.first_chunk()) {
                (ids::SIMPLE_BLOCK, Some(front)) => {
                    Passing::SimpleBlock(*front, outbox.length() + length as u64)
                }
                (ids::BLOCK_GROUP, _) => Passing::BlockGroup(Box::new(GroupReader::new())),
                _ => Passing::Unread,
            };
            return Some(self.begin_copy(rest, length, size, passing, outbox));
        }
        let total = length + usize::try_from(size).ok()?;
        let (whole, payload) = (rest.get(..total)?, rest.get(length..total)?);
        let (is_block, block) = match header.id {
            ids::SIMPLE_BLOCK => (true, simple_block(payload)),
            ids::BLOCK_GROUP => (true, block_group(payload)),
            _ => (false, None),
        };
        // What a power cut leaves of a block ends in zeros. Where zeros go on behind it nobody can tell whether those inside are its
        // own: a block too few is better than one that lacks its end. Any other that can't be read is kept, and so is what
        // follows it.
        if self.trims && is_block {
            let zeros = payload.iter().rev().take_while(|byte| **byte == 0).count();
            let is_torn = match rest.get(total) {
                _ if block.is_none() => zeros > 0 || payload.is_empty(),
                // No element begins with a zero: the tail does, and it may have begun before.
                Some(next) => *next == 0 && zeros > 0,
                None if zeros > 0 && !self.is_last => return None,
                None => false,
            };
            if is_torn {
                return Some(self.begin_junk(ProblemKind::NotAnElement, outbox));
            }
        }
        #[cfg(feature = "webm-repair")]
        if self.is_garbage(header.id, self.at + total as u64, block.as_ref(), payload, rest.get(total..)?)? {
            return Some(self.begin_junk(ProblemKind::NotAnElement, outbox));
        }
        let at = outbox.length();
        if let Some(cluster) = &mut self.cluster {
            cluster.append_child(header.id, whole, payload, outbox);
        }
        self.committed = outbox.length();
        if header.id == ids::SIMPLE_BLOCK {
            self.flag_key(block.as_ref(), payload, at + length as u64, outbox);
        }
        self.note(block.as_ref(), at);
        Some(total)
    }

    fn segment_child(
        &mut self,
        header: Header,
        size: u64,
        rest: &[u8],
        outbox: &mut Outbox,
    ) -> Option<usize> {
        let length = usize::from(header.length);
        let is_held = size <= u64::from(self.limits.held_bytes);
        let is_said = matches!(header.id, ids::CHAPTERS | ids::TAGS);
        // Made anew, said already, or no longer true.
        let is_stale =
            matches!(header.id, ids::CUES | ids::SEEK_HEAD | ids::INFO | ids::TRACKS | ids::CRC_32);
        // None of these is so large: a length that lies must not swallow clusters.
        if (is_stale || is_said) && !is_held {
            return Some(self.begin_junk(ProblemKind::LengthTooLarge, outbox));
        }
        let total = if is_held { length + usize::try_from(size).ok()? } else { length };
        let whole = rest.get(..total)?;
        let payload = whole.get(length..).unwrap_or_default();
        if is_held && lies(header.id, payload) {
            return Some(self.begin_junk(ProblemKind::NotAnElement, outbox));
        }
        #[cfg(feature = "webm-repair")]
        if is_held
            && !ids::ends_a_cluster(header.id)
            && self.is_garbage(header.id, self.at + total as u64, None, payload, rest.get(total..)?)?
        {
            return Some(self.begin_junk(ProblemKind::NotAnElement, outbox));
        }
        if is_stale {
            if self.is_in_place {
                self.lift(whole, outbox);
            }
            return Some(total);
        }
        let is_written_later = is_said
            && (self.said.replaces(header.id)
                || self.said.keep_trailing(header.id, whole, self.limits.head_bytes as usize));
        if is_written_later {
            if self.is_in_place {
                self.lift(whole, outbox);
            }
            return Some(total);
        }
        self.set_down(outbox);
        let start = outbox.length();
        if is_held {
            outbox.append(whole);
            self.committed = outbox.length();
            self.find(header.id, start);
        } else {
            self.begin_copy(rest, length, size, Passing::Part(header.id), outbox);
        }
        Some(total)
    }

    /// Lets the SeekHead name a whole part of the Segment, if it should, which begins at `start` in the output.
    pub(super) fn find(&mut self, id: u32, start: u64) {
        if ids::is_worth_finding(id) {
            self.layout.seek_head.enter(id, start - self.layout.segment_data_at);
        }
    }

    /// In place: passes over an element that is not wanted where it is.
    fn lift(&mut self, whole: &[u8], outbox: &mut Outbox) {
        self.lifted_from.get_or_insert(outbox.length());
        outbox.append(whole);
    }

    /// In place: something follows what is not wanted, so that a Void takes its place.
    pub(super) fn set_down(&mut self, outbox: &mut Outbox) {
        if let Some(from) = self.lifted_from.take() {
            outbox.patch(from, &ebml::void_header(outbox.length() - from));
            self.committed = outbox.length();
        }
    }

    /// Writes the header of an element that is too large to be held; the rest follows as it comes.
    fn begin_copy(
        &mut self,
        rest: &[u8],
        length: usize,
        size: u64,
        passing: Passing,
        outbox: &mut Outbox,
    ) -> usize {
        self.mode = Mode::Copy { start: outbox.length(), left: size, passing };
        outbox.append(rest.get(..length).unwrap_or_default());
        length
    }

    /// The Segment has ended; what follows stays as it is, or is left out.
    fn trail(&mut self, outbox: &mut Outbox) -> usize {
        self.report(ProblemKind::Trailing);
        self.close_cluster(true, outbox);
        if !self.trims {
            // The last chance to stand in the Segment.
            let trailing = self.said.take_trailing();
            self.append_said(&trailing, outbox);
        }
        self.mode = Mode::Trailing;
        0
    }
}

/// The header of the first child of a cluster. A cluster that says it is empty has none.
pub(crate) fn first_child_of(rest: &[u8], cluster: Header) -> Result<Header, NoHeader> {
    ebml::header(rest.get(usize::from(cluster.length)..).unwrap_or_default())
}

/// Whether enough of a cluster is there to begin it: its Timestamp, which it must have, or whatever comes first.
pub(crate) fn begins_well(rest: &[u8], cluster: Header) -> bool {
    if cluster.size == Some(0) {
        return true;
    }
    first_child_of(rest, cluster).is_ok_and(|child| {
        let end = u64::from(cluster.length) + u64::from(child.length) + child.size.unwrap_or(0);
        child.id != ids::TIMESTAMP || child.size.is_none_or(|size| size > 8) || rest.len() as u64 >= end
    })
}
