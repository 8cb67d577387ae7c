//! The head: everything up to the end of Info and Tracks. It is read as a whole and written anew once.

use std::ops::Range;

use super::ebml::{self, Header, Malformed, NoHeader, UNKNOWN_SIZE, children, header8};
use super::seek_head::{self, SeekHead};
use super::tracks::TrackState;
use super::{cues, ids, info, tracks};
use crate::edit::Outbox;
use crate::{Container, ProblemKind};

/// Positions and parts of the head that was written.
#[derive(Debug)]
pub(crate) struct Layout {
    /// Where the size field of the Segment is, and its first byte of payload.
    pub(crate) segment_size_at: u64,
    pub(crate) segment_data_at: u64,
    pub(crate) seek_head_at: u64,
    pub(crate) duration_at: u64,
    pub(crate) index_at: u64,
    pub(crate) seek_head: SeekHead,
    /// Nanoseconds in a tick.
    pub(crate) scale: u64,
    pub(crate) tracks: Vec<TrackState>,
}

/// Reads the head without consuming it, so that it can still pass through as it came.
#[derive(Debug, Default)]
pub(crate) struct HeadReader {
    pub(crate) container: Option<Container>,
    /// Where the next element begins, from the start of the input. The EBML header ends at `ebml_end`.
    next: usize,
    ebml_end: usize,
    /// Whether the Segment has begun, and where it ends, if it says so.
    in_segment: bool,
    pub(crate) segment_end: Option<u64>,
    info: Option<Range<usize>>,
    tracks: Option<(Range<usize>, Range<usize>)>,
    /// Other elements that came before Info or Tracks, with their positions in `others`.
    others: Vec<u8>,
    other_parts: Vec<(u32, usize)>,
}

/// How far the head was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HeadStep {
    NeedMore,
    /// All is there that is needed; the body goes on at this byte of the input.
    Complete(usize),
    /// The file must pass through as it came; the problem, and where it is.
    Unreadable(usize, ProblemKind),
    /// EBML, but neither WebM nor Matroska: the file passes through.
    OtherDocType,
}

impl HeadReader {
    /// Reads on. `data` is the input from its very start.
    pub(crate) fn advance(&mut self, data: &[u8], limit: usize) -> HeadStep {
        loop {
            let at = self.next;
            if self.info.is_some() && self.tracks.is_some() {
                return HeadStep::Complete(at);
            }
            let unreadable = HeadStep::Unreadable(at, ProblemKind::UnreadableHead);
            let rest = data.get(at..).unwrap_or_default();
            let header = match ebml::header(rest) {
                Ok(header) => header,
                Err(NoHeader::NeedMore) => return HeadStep::NeedMore,
                Err(NoHeader::Bad) => return unreadable,
            };
            let begins_body =
                header.id == ids::CLUSTER || self.segment_end.is_some_and(|end| end <= at as u64);
            if self.in_segment && begins_body {
                return if self.tracks.is_some() { HeadStep::Complete(at) } else { unreadable };
            }
            let payload_at = at + usize::from(header.length);
            if self.ebml_end > 0 && !self.in_segment {
                if header.id != ids::SEGMENT {
                    return unreadable;
                }
                self.in_segment = true;
                self.segment_end = header.size.map(|size| payload_at as u64 + size);
                self.next = payload_at;
                continue;
            }
            let end = header
                .size
                .and_then(|size| usize::try_from(size).ok())
                .and_then(|size| payload_at.checked_add(size));
            let Some(end) = end.filter(|end| *end <= limit) else { return unreadable };
            let Some(whole) = data.get(at..end) else { return HeadStep::NeedMore };
            if self.ebml_end == 0 {
                if !self.read_doc_type(data.get(payload_at..end).unwrap_or_default()) {
                    return HeadStep::OtherDocType;
                }
                self.ebml_end = end;
            } else {
                self.keep(header, whole, at..end, payload_at);
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

    fn keep(&mut self, header: Header, whole: &[u8], range: Range<usize>, payload_at: usize) {
        match header.id {
            ids::INFO => self.info = Some(payload_at..range.end),
            ids::TRACKS => self.tracks = Some((range.clone(), payload_at..range.end)),
            // Made anew, or no longer true.
            ids::SEEK_HEAD | ids::CUES | ids::VOID | ids::CRC_32 => {}
            _ => {
                // SeekHead names only a few: hostile input shall not fill memory with positions.
                if self.other_parts.len() < 8 {
                    self.other_parts.push((header.id, self.others.len()));
                }
                self.others.extend_from_slice(whole);
            }
        }
    }

    /// Writes the head anew, with an empty index of `area` bytes.
    pub(crate) fn write(&self, data: &[u8], area: usize, outbox: &mut Outbox) -> Result<Layout, Malformed> {
        let slice = |range: &Range<usize>| data.get(range.clone()).unwrap_or_default();
        let info = info::rewrite(self.info.as_ref().map(slice))?;
        let (tracks_whole, tracks_payload) = self.tracks.as_ref().ok_or(Malformed)?;
        let (tracks, changed) = tracks::read(slice(tracks_payload))?;

        outbox.append(slice(&(0..self.ebml_end)));
        let segment_size_at = outbox.length() + 4;
        outbox.append(&header8(ids::SEGMENT, UNKNOWN_SIZE));
        let segment_data_at = outbox.length();
        let mut seek_head = SeekHead::default();
        let seek_head_at = segment_data_at;
        outbox.append(&[0; seek_head::AREA]);
        seek_head.enter(ids::INFO, outbox.length() - segment_data_at);
        outbox.append(&info.element);
        let duration_at = outbox.length() - info::DURATION_LENGTH;
        seek_head.enter(ids::TRACKS, outbox.length() - segment_data_at);
        outbox.append(changed.as_deref().unwrap_or(slice(tracks_whole)));
        let index_at = outbox.length();
        outbox.append(&cues::Index::void(area));
        for (id, at) in &self.other_parts {
            if ids::is_worth_finding(*id) {
                seek_head.enter(*id, outbox.length() + *at as u64 - segment_data_at);
            }
        }
        outbox.append(&self.others);
        if let Some(area) = seek_head.take_changed() {
            outbox.overwrite(seek_head_at, &area);
        }
        Ok(Layout {
            segment_size_at,
            segment_data_at,
            seek_head_at,
            duration_at,
            index_at,
            seek_head,
            scale: info.scale,
            tracks,
        })
    }
}
