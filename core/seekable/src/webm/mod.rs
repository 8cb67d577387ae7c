//! WebM and Matroska (RFC 8794 EBML, RFC 9559 Matroska).
//!
//! The output: EBML header, then the Segment:
//!
//! ```text
//! SeekHead     fixed size; inside is an area
//! Void         tells that the file is ours, and how large the areas are
//! Info         what the input says; at its end is an area: Duration, DateUTC, Title
//! Tracks       as they came, but for what Opus lacks
//! area         Cues: the index
//! area         Chapters and Tags
//! other parts  as they came: Attachments, unknown elements
//! Clusters     as they came, with sizes of eight bytes
//! other parts  Chapters and Tags that stood behind the clusters, or have no room in front of them
//! ```
//!
//! An [`area`] has a fixed length and is switched by one byte, so that a write that was cut short never shows half of
//! something. No sequence number tells which of two states is the newer: at any moment only one can be seen.

mod area;
pub(crate) mod block;
pub(crate) mod body;
mod chapters;
mod cluster;
pub(crate) mod codec;
mod cues;
pub(crate) mod ebml;
pub(crate) mod flac;
pub(crate) mod group;
mod head;
pub(crate) mod ids;
pub(crate) mod info;
mod opus;
pub(crate) mod resume;
mod said;
#[cfg(feature = "webm-repair")]
pub(crate) mod search;
mod seek_head;
mod tags;
pub(crate) mod tracks;

use std::time::Duration;

use crate::edit::Outbox;
use crate::{Container, Metadata, Options, Problem, ProblemKind, Summary};
use body::Body;
use head::{HeadReader, HeadStep};
use said::Said;

/// The part of the machine that knows EBML.
#[derive(Debug)]
pub(crate) struct WebM {
    options: Options,
    container: Option<Container>,
    /// What is said before the head is written.
    said: Said,
    stage: Stage,
    /// A problem in the head; those of the body are with the body.
    problem: Option<Problem>,
}

#[derive(Debug)]
enum Stage {
    Head(Box<HeadReader>),
    Body(Box<Body>),
    /// The head can not be read: all passes through.
    PassThrough,
}

impl WebM {
    pub(crate) fn new(options: &Options) -> Self {
        Self {
            options: *options,
            said: Said::default(),
            container: None,
            stage: Stage::Head(Box::default()),
            problem: None,
        }
    }

    pub(crate) fn container(&self) -> Option<Container> {
        self.container
    }

    /// Consumes the front of `data`; gives back how many bytes. While in the head, nothing is consumed.
    pub(crate) fn take(&mut self, data: &[u8], outbox: &mut Outbox) -> usize {
        let Stage::Head(reader) = &mut self.stage else { return self.take_after_head(data, outbox) };
        let step = reader.advance(data, self.options.limits.head_bytes as usize);
        self.container = reader.container;
        match step {
            HeadStep::NeedMore => 0,
            HeadStep::OtherDocType => self.pass_through(data, outbox),
            HeadStep::Unreadable(offset, kind) => {
                self.container.get_or_insert(Container::Unknown);
                self.problem = Some(Problem { offset: offset as u64, kind });
                self.pass_through(data, outbox)
            }
            HeadStep::Complete(end) => self.end_head(data, end, outbox),
        }
    }

    /// Writes the head, which ends at byte `end` of the input, and goes on behind it.
    fn end_head(&mut self, data: &[u8], end: usize, outbox: &mut Outbox) -> usize {
        let Stage::Head(reader) = &mut self.stage else { return 0 };
        let segment_end = reader.segment_end;
        let used = match head::write(reader, data, &self.options, &mut self.said, outbox) {
            Ok(layout) => {
                let said = std::mem::take(&mut self.said);
                let body = Body::new(layout, said, end as u64, segment_end, &self.options, outbox);
                self.stage = Stage::Body(Box::new(body));
                end
            }
            Err(_) => {
                self.problem = Some(Problem { offset: 0, kind: ProblemKind::UnreadableHead });
                self.stage = Stage::PassThrough;
                0
            }
        };
        used + self.take_after_head(data.get(used..).unwrap_or_default(), outbox)
    }

    fn pass_through(&mut self, data: &[u8], outbox: &mut Outbox) -> usize {
        self.stage = Stage::PassThrough;
        self.take_after_head(data, outbox)
    }

    fn take_after_head(&mut self, data: &[u8], outbox: &mut Outbox) -> usize {
        match &mut self.stage {
            Stage::Body(body) => body.take(data, outbox),
            Stage::Head(_) | Stage::PassThrough => {
                outbox.append(data);
                data.len()
            }
        }
    }

    /// What is said about the recording, to be written from the next checkpoint on.
    pub(crate) fn set_metadata(&mut self, metadata: &Metadata) {
        match &mut self.stage {
            Stage::Body(body) => body.said_mut().set(metadata),
            Stage::Head(_) | Stage::PassThrough => self.said.set(metadata),
        }
    }

    pub(crate) fn checkpoint(&mut self, outbox: &mut Outbox) {
        if let Stage::Body(body) = &mut self.stage {
            body.checkpoint(outbox);
        }
    }

    /// Ends the file; `rest` is what was not consumed.
    pub(crate) fn finish(&mut self, rest: &[u8], outbox: &mut Outbox) {
        let mut rest = rest;
        if let Stage::Head(reader) = &self.stage
            && let Some(end) = reader.end_so_far()
        {
            // There are no clusters, but all that is needed for a head.
            let used = self.end_head(rest, end, outbox);
            rest = rest.get(used..).unwrap_or_default();
        }
        match &mut self.stage {
            Stage::Body(body) => body.finish(rest, outbox),
            Stage::Head(_) => {
                self.container.get_or_insert(Container::Unknown);
                self.problem = Some(Problem { offset: rest.len() as u64, kind: ProblemKind::CutShort });
                self.stage = Stage::PassThrough;
                outbox.append(rest);
            }
            Stage::PassThrough => outbox.append(rest),
        }
    }

    /// Fills in what is known.
    pub(crate) fn describe(&self, summary: &mut Summary) {
        summary.problem = self.problem;
        if let Stage::Body(body) = &self.stage {
            summary.tracks = body.layout().tracks.iter().map(|state| state.track.clone()).collect();
            summary.duration = body.duration().map(Duration::from_nanos);
            summary.cues = u32::try_from(body.layout().index.len()).unwrap_or(u32::MAX);
            summary.problem = body.problem();
        }
    }
}
