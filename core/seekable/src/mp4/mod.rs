//! MP4 (ISO/IEC 14496-12): fragmented as it is recorded, plain at its end.
//!
//! While recording: `ftyp`, a `free` box of 16 bytes, `moov` with durations and room for tags and chapters, the index
//! (`sidx`) in an area of fixed size, then the fragments as they came. Readers find whole fragments only.
//!
//! At the end a `moov` that lists all samples is appended, and the 16 bytes become the header of one `mdat` that goes up
//! to it: the file is a plain MP4, and no media was moved. A file that is one already passes through.

mod body;
pub(crate) mod boxes;
pub(crate) mod fragment;
mod front;
mod head;
mod index;
#[cfg(feature = "mp4-repair")]
mod listed;
pub(crate) mod movie;
pub(crate) mod notes;
mod old_movie;
pub(crate) mod plain;
pub(crate) mod resume;
mod sample_entry;
mod samples;
pub(crate) mod shown;
mod table;
pub(crate) mod track;
#[cfg(feature = "mp4-repair")]
mod whole;

use crate::edit::Outbox;
use crate::{Container, Metadata, Options, Problem, ProblemKind, Summary};
use body::Body;
#[cfg(feature = "mp4-repair")]
pub use front::FinishedMp4;
use head::HeadStep;
use plain::Plain;

/// The part of the machine that knows MP4.
#[derive(Debug)]
pub(crate) struct Mp4 {
    options: Options,
    said: Metadata,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    /// Where the next box begins.
    Head(usize),
    Body(Box<Body>),
    /// Not made seekable: all passes through.
    Plain(Box<Plain>),
}

impl Mp4 {
    pub(crate) fn new(options: &Options) -> Self {
        Self { options: *options, said: Metadata::default(), stage: Stage::Head(0) }
    }

    pub(crate) fn container(&self) -> Option<Container> {
        Some(Container::Mp4)
    }

    /// Consumes the front of `data`; gives back how many bytes. While in the head, nothing is consumed.
    pub(crate) fn take(&mut self, data: &[u8], outbox: &mut Outbox) -> usize {
        let Stage::Head(next) = &mut self.stage else { return self.take_after_head(data, outbox) };
        let mut used = 0;
        self.stage = match head::advance(next, data, self.options.limits.head_bytes as usize) {
            HeadStep::NeedMore => return 0,
            HeadStep::Plain => Stage::Plain(Box::default()),
            HeadStep::Unreadable(at, kind) => unreadable(at, kind),
            HeadStep::Complete(at, end) => match begin(data, at, end, &self.options, outbox) {
                Ok(mut body) => {
                    used = end;
                    body.set_metadata(&self.said);
                    Stage::Body(Box::new(body))
                }
                Err(boxes::Malformed) => unreadable(at, ProblemKind::UnreadableHead),
            },
        };
        used + self.take_after_head(data.get(used..).unwrap_or_default(), outbox)
    }

    fn take_after_head(&mut self, data: &[u8], outbox: &mut Outbox) -> usize {
        match &mut self.stage {
            Stage::Head(_) => 0,
            Stage::Body(body) => body.take(data, outbox),
            Stage::Plain(plain) => {
                let limits = &self.options.limits;
                let is_said = !self.said.is_empty();
                let limit = if is_said { limits.table_bytes } else { limits.head_bytes.into() };
                plain.take(data, limit, outbox)
            }
        }
    }

    /// What is said about the recording, to be written from the next checkpoint on.
    pub(crate) fn set_metadata(&mut self, metadata: &Metadata) {
        if let Stage::Body(body) = &mut self.stage {
            body.set_metadata(metadata);
        } else {
            self.said = metadata.clone();
        }
    }

    pub(crate) fn checkpoint(&mut self, outbox: &mut Outbox) {
        if let Stage::Body(body) = &mut self.stage {
            body.checkpoint(outbox);
        }
    }

    /// About how many bytes the end will append.
    pub(crate) fn ending_bytes(&self) -> u64 {
        if let Stage::Body(body) = &self.stage { body.ending_bytes() } else { 0 }
    }

    /// Says for each track what is shown of it; nothing where all is, from its first sample on. `false`: there is no body yet.
    #[cfg(feature = "mp4-repair")]
    pub(crate) fn set_shown(&mut self, shown: Vec<Vec<shown::Shown>>) -> bool {
        let Stage::Body(body) = &mut self.stage else { return false };
        body.set_shown(shown);
        true
    }

    /// Whether it is a plain movie by now.
    #[cfg(feature = "mp4-repair")]
    pub(crate) fn is_plain(&self) -> bool {
        matches!(&self.stage, Stage::Body(body) if body.is_plain())
    }

    /// Ends the file; `rest` is what was not consumed.
    pub(crate) fn finish(&mut self, rest: &[u8], outbox: &mut Outbox) {
        match &mut self.stage {
            Stage::Head(_) => {
                self.stage = unreadable(rest.len(), ProblemKind::CutShort);
                outbox.append(rest);
            }
            Stage::Body(body) => body.finish(rest, outbox),
            Stage::Plain(plain) => plain.finish(rest, &self.said, outbox),
        }
    }

    /// Fills in what is known.
    pub(crate) fn describe(&self, summary: &mut Summary) {
        match &self.stage {
            Stage::Head(_) => {}
            Stage::Plain(plain) => plain.describe(summary),
            Stage::Body(body) => body.describe(summary),
        }
    }
}

/// Writes the head anew, whose `moov` is from `at` to `end`, and goes on behind it.
fn begin(
    data: &[u8],
    at: usize,
    end: usize,
    options: &Options,
    outbox: &mut Outbox,
) -> Result<Body, boxes::Malformed> {
    #[cfg(feature = "mp4-repair")]
    let listed = {
        let moov = data.get(at..end).unwrap_or_default();
        listed::as_fragment(moov, end as u64, options.limits.held_bytes as usize)?
    };
    let layout = head::write(data, at, end, options, outbox)?;
    #[cfg_attr(not(feature = "mp4-repair"), expect(unused_mut, reason = "nothing is listed then"))]
    let mut body = Body::new(layout, end as u64, options, outbox);
    #[cfg(feature = "mp4-repair")]
    if let Some(listed) = listed {
        body.begin_listed(&listed, outbox);
    }
    Ok(body)
}

fn unreadable(at: usize, kind: ProblemKind) -> Stage {
    Stage::Plain(Box::new(Plain::new(Some(Problem { offset: at as u64, kind }))))
}
