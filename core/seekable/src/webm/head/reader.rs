//! Reading the head without consuming it, so that it can still pass through as it came.

use std::ops::Range;

use super::super::body::lies;
use super::super::ebml::{self, NoHeader, children};
use super::super::ids;
use super::Signature;
use crate::{Container, ProblemKind};

/// Finds the parts of the head.
#[derive(Debug, Default)]
pub(crate) struct HeadReader {
    pub(crate) container: Option<Container>,
    /// Where the next element begins, from the start of the input. The EBML header ends at `ebml_end`.
    next: usize,
    pub(crate) ebml_end: usize,
    /// Whether the Segment has begun; its payload, and where it ends, if it says so.
    in_segment: bool,
    pub(crate) segment_data_at: usize,
    pub(crate) segment_end: Option<u64>,
    /// What we wrote about our own areas.
    pub(crate) signature: Option<Signature>,
    /// Payload of Info; the whole element and the payload of Tracks.
    pub(crate) info: Option<Range<usize>>,
    pub(crate) tracks: Option<(Range<usize>, Range<usize>)>,
    /// Chapters and Tags.
    pub(crate) said: Vec<(u32, Range<usize>)>,
    /// Everything else that stays. Neighbours of no interest are one range.
    pub(crate) others: Vec<(u32, Range<usize>)>,
}

/// How far the head was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HeadStep {
    NeedMore,
    /// All is there; the body goes on at this byte of the input.
    Complete(usize),
    /// The file must pass through as it came; the problem, and where it is.
    Unreadable(usize, ProblemKind),
    /// EBML, but neither WebM nor Matroska: the file passes through.
    OtherDocType,
}

impl HeadReader {
    /// Where the head ends if nothing more comes, once there are Tracks.
    pub(crate) fn end_so_far(&self) -> Option<usize> {
        self.tracks.is_some().then_some(self.next)
    }

    /// Reads on. `data` is the input from its very start.
    pub(crate) fn advance(&mut self, data: &[u8], limit: usize) -> HeadStep {
        loop {
            let at = self.next;
            let end_of_head = if self.tracks.is_some() {
                HeadStep::Complete(at)
            } else {
                HeadStep::Unreadable(at, ProblemKind::UnreadableHead)
            };
            let rest = data.get(at..).unwrap_or_default();
            let header = match ebml::header(rest) {
                Ok(header) => header,
                Err(NoHeader::NeedMore) => return HeadStep::NeedMore,
                Err(NoHeader::Bad) => return end_of_head,
            };
            let begins_body = ids::is_cluster_child(header.id)
                || matches!(header.id, ids::CLUSTER | ids::SEGMENT | ids::EBML)
                || self.segment_end.is_some_and(|end| end <= at as u64);
            if self.in_segment && begins_body {
                return end_of_head;
            }
            let payload_at = at + usize::from(header.length);
            let is_before_segment = self.ebml_end > 0 && !self.in_segment;
            if is_before_segment && header.id != ids::VOID {
                if header.id != ids::SEGMENT {
                    return end_of_head;
                }
                self.in_segment = true;
                self.segment_data_at = payload_at;
                self.segment_end = header.size.map(|size| payload_at as u64 + size);
                self.next = payload_at;
                continue;
            }
            let end = header
                .size
                .and_then(|size| usize::try_from(size).ok())
                .and_then(|size| payload_at.checked_add(size));
            // Our own areas are no reason to give up.
            let own = self.signature.map_or(0, |areas| areas.index + areas.said + areas.info);
            let Some(end) = end.filter(|end| *end <= limit.saturating_add(own)) else { return end_of_head };
            if data.get(at..end).is_none() {
                return HeadStep::NeedMore;
            }
            let payload = data.get(payload_at..end).unwrap_or_default();
            if self.ebml_end == 0 {
                if !self.read_doc_type(payload) {
                    return HeadStep::OtherDocType;
                }
                self.ebml_end = end;
            } else if is_before_segment {
                // ffmpeg does not find its way behind a Void that stands here.
            } else if self.keep(header.id, at..end, payload_at..end, payload).is_none() {
                return end_of_head;
            }
            self.next = end;
        }
    }

    /// Whether the document is one of ours.
    fn read_doc_type(&mut self, payload: &[u8]) -> bool {
        for child in children(payload) {
            let Ok(child) = child else { break };
            if child.id == ids::DOC_TYPE {
                // A string may be padded with zeros.
                let name = child.payload.split(|byte| *byte == 0).next().unwrap_or_default();
                self.container = match name {
                    b"webm" => Some(Container::WebM),
                    b"matroska" => Some(Container::Matroska),
                    _ => None,
                };
            }
        }
        let is_ours = self.container.is_some();
        self.container.get_or_insert(Container::Unknown);
        is_ours
    }

    /// Where our own areas end, in a file of ours.
    fn own_end(&self) -> Option<usize> {
        let (signature, (tracks, _)) = (self.signature?, self.tracks.as_ref()?);
        Some(tracks.end + 2 * super::area::SWITCH + signature.index + signature.said)
    }

    /// Takes note of a part. `None`: it can not be what it says, so it belongs to the body.
    fn keep(&mut self, id: u32, whole: Range<usize>, range: Range<usize>, payload: &[u8]) -> Option<()> {
        if self.tracks.is_some() && lies(id, payload) {
            return None;
        }
        match id {
            // The first of each counts.
            ids::INFO => _ = self.info.get_or_insert(range),
            ids::TRACKS => _ = self.tracks.get_or_insert((whole, range)),
            ids::VOID => {
                if self.signature.is_none() && self.tracks.is_none() {
                    self.signature = Signature::read(payload);
                } else if self.own_end().is_some_and(|end| whole.start >= end) {
                    // In a file of ours this one holds bytes that were no elements.
                    self.others.push((id, whole));
                }
            }
            // Made anew, or no longer true.
            ids::SEEK_HEAD | ids::CUES => {}
            ids::CRC_32 => {}
            // In a file of ours that has no clusters: they stand at its end, and stay there.
            ids::CHAPTERS | ids::TAGS if self.own_end().is_some_and(|end| whole.start >= end) => return None,
            ids::CHAPTERS | ids::TAGS => self.said.push((id, whole)),
            _ => match self.others.last_mut() {
                Some((_, last)) if last.end == whole.start && !ids::is_worth_finding(id) => {
                    last.end = whole.end
                }
                _ => self.others.push((id, whole)),
            },
        }
        Some(())
    }
}
