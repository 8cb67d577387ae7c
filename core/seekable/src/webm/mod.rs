//! WebM and Matroska (RFC 8794 EBML, RFC 9559 Matroska).
//!
//! The output: EBML header, Segment, SeekHead, Info, Tracks, the index (Cues and Void), other parts, Clusters.

pub(crate) mod block;
mod body;
mod cluster;
mod cues;
pub(crate) mod ebml;
mod head;
pub(crate) mod ids;
mod info;
mod opus;
mod seek_head;
pub(crate) mod tracks;

use std::time::Duration;

use crate::edit::Outbox;
use crate::{Container, Limits, Metadata, Options, Problem, ProblemKind, Summary};
use body::Body;
use head::{HeadReader, HeadStep};

/// The part of the machine that knows EBML.
#[derive(Debug)]
pub(crate) struct WebM {
    limits: Limits,
    index_area: usize,
    container: Option<Container>,
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
            limits: options.limits,
            index_area: options.index_area(),
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
        let step = reader.advance(data, self.limits.head_bytes as usize);
        self.container = reader.container;
        let used = match step {
            HeadStep::NeedMore => return 0,
            HeadStep::OtherDocType => {
                self.stage = Stage::PassThrough;
                0
            }
            HeadStep::Unreadable(offset, kind) => {
                self.container.get_or_insert(Container::Unknown);
                self.problem = Some(Problem { offset: offset as u64, kind });
                self.stage = Stage::PassThrough;
                0
            }
            HeadStep::Complete(end) => match reader.write(data, self.index_area, outbox) {
                Ok(layout) => {
                    let segment_end = reader.segment_end;
                    self.stage = Stage::Body(Box::new(Body::new(
                        layout,
                        end as u64,
                        segment_end,
                        self.index_area,
                        self.limits,
                        outbox,
                    )));
                    end
                }
                Err(ebml::Malformed) => {
                    self.problem = Some(Problem { offset: 0, kind: ProblemKind::UnreadableHead });
                    self.stage = Stage::PassThrough;
                    0
                }
            },
        };
        used + self.take_after_head(data.get(used..).unwrap_or_default(), outbox)
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
    pub(crate) fn set_metadata(&mut self, _metadata: &Metadata) {}

    pub(crate) fn checkpoint(&mut self, outbox: &mut Outbox) {
        if let Stage::Body(body) = &mut self.stage {
            body.checkpoint(outbox);
        }
    }

    /// Ends the file; `rest` is what was not consumed.
    pub(crate) fn finish(&mut self, rest: &[u8], outbox: &mut Outbox) {
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
            summary.cues = u32::try_from(body.cues()).unwrap_or(u32::MAX);
            summary.problem = body.problem;
        }
    }
}
