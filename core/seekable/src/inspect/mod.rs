//! What is in a file, and what is wrong with it: a look that changes nothing.

#[cfg(feature = "mp4")]
mod mp4;
mod report;
#[cfg(feature = "webm")]
mod webm;

use crate::container::{FirstBytes, first_bytes};
use crate::{Container, Limits};

#[cfg(feature = "mp4")]
pub use mp4::inspect_mp4;
pub use report::{Advice, Finding, FindingKind, IndexReport, Report, TrackReport};

/// Looks at a recording: its bytes in, cut anywhere, a [`Report`] out.
///
/// Memory stays flat: blocks are counted, not kept. A seek index that stands behind the blocks it leads to can only be
/// checked in a second pass over the same bytes; [`Self::wants_another_pass`] says so.
///
/// ```
/// use seekable::Inspector;
///
/// let bytes = b"OggS, as Firefox records audio by default";
/// let mut inspector = Inspector::default();
/// inspector.push(bytes);
/// if inspector.wants_another_pass() {
///     inspector.rewind();
///     inspector.push(bytes);
/// }
/// let report = inspector.finish();
/// assert_eq!(report.container, seekable::Container::Ogg);
/// assert!(report.is_fine());
/// ```
#[derive(Debug)]
pub struct Inspector {
    #[cfg_attr(not(feature = "webm"), expect(dead_code, reason = "only WebM is held back so far"))]
    limits: Limits,
    state: State,
    /// Received, but not yet understood.
    held: Vec<u8>,
    length: u64,
}

#[derive(Debug)]
enum State {
    Detecting,
    #[cfg(feature = "webm")]
    Ebml(Box<webm::WebMInspector>),
    Other(Container),
}

impl Inspector {
    /// An inspector for one file. Of the limits, those of elements that are held count.
    pub fn new(limits: Limits) -> Self {
        Self { limits, state: State::Detecting, held: Vec::new(), length: 0 }
    }

    /// Takes the next bytes of the file. An empty chunk is fine.
    pub fn push(&mut self, chunk: &[u8]) {
        self.length += chunk.len() as u64;
        if self.held.is_empty() {
            let used = self.take(chunk);
            self.held.extend_from_slice(chunk.get(used..).unwrap_or_default());
        } else {
            let mut data = std::mem::take(&mut self.held);
            data.extend_from_slice(chunk);
            let used = self.take(&data);
            data.drain(..used.min(data.len()));
            self.held = data;
        }
    }

    /// Whether, once all bytes were pushed, the same bytes must be pushed again, after [`Self::rewind`], to check all of
    /// the seek index.
    pub fn wants_another_pass(&self) -> bool {
        match &self.state {
            #[cfg(feature = "webm")]
            State::Ebml(webm) => webm.wants_another_pass(),
            State::Detecting | State::Other(_) => false,
        }
    }

    /// Goes back to the first byte, for another pass.
    pub fn rewind(&mut self) {
        self.held.clear();
        self.length = 0;
        match &mut self.state {
            #[cfg(feature = "webm")]
            State::Ebml(webm) => webm.rewind(),
            State::Detecting | State::Other(_) => self.state = State::Detecting,
        }
    }

    /// The file has ended: what was found.
    pub fn finish(self) -> Report {
        match self.state {
            #[cfg(feature = "webm")]
            State::Ebml(webm) => webm.finish(&self.held, self.length),
            State::Detecting => Report::new(Container::Unknown, self.length),
            State::Other(container) => Report::new(container, self.length),
        }
    }

    /// Consumes the front of `data`; gives back how many bytes.
    fn take(&mut self, data: &[u8]) -> usize {
        if matches!(self.state, State::Detecting) {
            self.state = match first_bytes(data) {
                FirstBytes::NeedMore => return 0,
                #[cfg(feature = "webm")]
                FirstBytes::Ebml => State::Ebml(Box::new(webm::WebMInspector::new(self.limits))),
                #[cfg(not(feature = "webm"))]
                FirstBytes::Ebml => State::Other(Container::Unknown),
                FirstBytes::Known(container) => State::Other(container),
            };
        }
        match &mut self.state {
            #[cfg(feature = "webm")]
            State::Ebml(webm) => webm.take(data),
            State::Detecting | State::Other(_) => data.len(),
        }
    }
}

impl Default for Inspector {
    fn default() -> Self {
        Self::new(Limits::default())
    }
}
