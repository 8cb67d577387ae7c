//! The machine that callers see: it tells containers apart and hands the bytes to the right part.

use crate::container::{FirstBytes, first_bytes};
use crate::edit::Outbox;
#[cfg(feature = "mp4")]
use crate::mp4::Mp4;
#[cfg(feature = "webm")]
use crate::webm::WebM;
use crate::{Chapter, Container, Edit, EditRef, Error, Metadata, Options, Summary};

/// Bytes of a chunk that are joined to what is held, at least: about one block.
const JOINED: usize = 4096;

/// Chunks of a recording in, [`Edit`]s out. See the crate's first page.
#[derive(Debug)]
pub struct Seekable {
    options: Options,
    outbox: Outbox,
    /// Received, but not yet understood: the front of an incomplete element.
    held: Vec<u8>,
    metadata: Metadata,
    state: State,
    is_finished: bool,
}

#[derive(Debug)]
enum State {
    /// Too few bytes to tell the container.
    Detecting,
    /// EBML of some kind: it tells its container itself.
    #[cfg(feature = "webm")]
    Ebml(Box<WebM>),
    #[cfg(feature = "mp4")]
    Mp4(Box<Mp4>),
    /// Everything else passes through.
    PassThrough(Container),
}

impl Seekable {
    /// A machine for one recording.
    pub fn new(options: Options) -> Self {
        Self {
            options,
            outbox: Outbox::default(),
            held: Vec::new(),
            metadata: Metadata::default(),
            state: State::Detecting,
            is_finished: false,
        }
    }

    /// Takes the next bytes of the recording, cut anywhere. An empty chunk is fine.
    ///
    /// Edits pile up until they are taken with [`Self::edits`]. Bytes that are no recording, or stop being one, are no
    /// error: they pass through, and [`Summary::problem`] tells.
    ///
    /// # Errors
    /// [`Error::Finished`] after [`Self::finish`].
    pub fn push(&mut self, chunk: &[u8]) -> Result<(), Error> {
        if self.is_finished {
            return Err(Error::Finished);
        }
        let mut rest = chunk;
        while !self.held.is_empty() && !rest.is_empty() {
            // Only as much is joined as what is held seems to need: the rest of the chunk is read where it lies.
            let (piece, behind) = rest.split_at(rest.len().min(self.held.len().max(JOINED)));
            let mut data = std::mem::take(&mut self.held);
            let before = data.len();
            data.extend_from_slice(piece);
            let used = self.take(&data).min(data.len());
            rest = match used.checked_sub(before) {
                Some(used) => {
                    data.clear();
                    rest.get(used..).unwrap_or_default()
                }
                None => {
                    data.drain(..used);
                    behind
                }
            };
            self.held = data;
        }
        if !rest.is_empty() {
            let used = self.take(rest);
            self.held.extend_from_slice(rest.get(used..).unwrap_or_default());
        }
        Ok(())
    }

    /// Makes the file right up to here: sizes, duration and seek index. A few small edits; call it after each chunk,
    /// but at most about once a second. How often it is called does not change the finished file.
    pub fn checkpoint(&mut self) {
        match &mut self.state {
            #[cfg(feature = "webm")]
            State::Ebml(webm) => webm.checkpoint(&mut self.outbox),
            #[cfg(feature = "mp4")]
            State::Mp4(mp4) => mp4.checkpoint(&mut self.outbox),
            State::Detecting | State::PassThrough(_) => {}
        }
    }

    /// What is said about the recording so far.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// Says something about the recording: replaces all that was said here before, and what the input says of the same
    /// kind: its chapters, and those of its tags that have the same names. It is in the file from the next checkpoint on; in an MP4 that was finished before, at the end. Other containers
    /// that only pass through ignore it.
    ///
    /// # Errors
    /// [`Error::Finished`] after [`Self::finish`].
    pub fn set_metadata(&mut self, metadata: Metadata) -> Result<(), Error> {
        if self.is_finished {
            return Err(Error::Finished);
        }
        self.metadata = metadata;
        self.hand_on_metadata();
        Ok(())
    }

    /// Adds a chapter. In the file from the next checkpoint on.
    ///
    /// # Errors
    /// [`Error::Finished`] after [`Self::finish`].
    pub fn mark(&mut self, chapter: Chapter) -> Result<(), Error> {
        let mut metadata = self.metadata.clone();
        let place = metadata.chapters.partition_point(|other| other.start <= chapter.start);
        metadata.chapters.insert(place, chapter);
        self.set_metadata(metadata)
    }

    fn hand_on_metadata(&mut self) {
        match &mut self.state {
            #[cfg(feature = "webm")]
            State::Ebml(webm) => webm.set_metadata(&self.metadata),
            #[cfg(feature = "mp4")]
            State::Mp4(mp4) => mp4.set_metadata(&self.metadata),
            State::Detecting | State::PassThrough(_) => {}
        }
    }

    /// Says for each track of an MP4 what is shown of it, once the file is finished. `false`: it can not be said.
    #[cfg(feature = "mp4-repair")]
    pub(crate) fn set_shown(&mut self, shown: Vec<Vec<crate::mp4::shown::Shown>>) -> bool {
        if let State::Mp4(mp4) = &mut self.state { mp4.set_shown(shown) } else { false }
    }

    /// Whether the file is an MP4 whose samples are all listed by now.
    #[cfg(feature = "mp4-repair")]
    pub(crate) fn is_plain_mp4(&self) -> bool {
        matches!(&self.state, State::Mp4(mp4) if mp4.is_plain())
    }

    /// Ends the recording: writes what was held back and makes a last checkpoint. A second call changes nothing.
    ///
    /// # Errors
    /// None so far; callers should be ready for some.
    pub fn finish(&mut self) -> Result<Summary, Error> {
        if !self.is_finished {
            self.is_finished = true;
            let rest = std::mem::take(&mut self.held);
            match &mut self.state {
                #[cfg(feature = "webm")]
                State::Ebml(webm) => webm.finish(&rest, &mut self.outbox),
                #[cfg(feature = "mp4")]
                State::Mp4(mp4) => mp4.finish(&rest, &mut self.outbox),
                State::Detecting | State::PassThrough(_) => self.outbox.append(&rest),
            }
        }
        Ok(self.summary())
    }

    /// About how many bytes [`Self::finish`] will append, by what has come so far: the tables of an MP4, 2 to 4 MB for an hour
    /// (ISO/IEC 14496-12, section 8.5). Zero for all that is complete as it is.
    pub fn ending_bytes(&self) -> u64 {
        match &self.state {
            #[cfg(feature = "mp4")]
            State::Mp4(mp4) if !self.is_finished => mp4.ending_bytes(),
            _ => 0,
        }
    }

    /// The next edit to apply, if there is one.
    pub fn next_edit(&mut self) -> Option<Edit> {
        self.outbox.next_edit()
    }

    /// Takes all waiting edits, in the order they must be applied.
    pub fn edits(&mut self) -> impl Iterator<Item = Edit> + '_ {
        std::iter::from_fn(|| self.next_edit())
    }

    /// Lends all waiting edits to `apply`, in the order they must be applied: the same as [`Self::edits`], but the buffer
    /// they stand in is used again. For whole files.
    ///
    /// # Errors
    /// The first error of `apply`. The edit that it refused, and all behind it, wait on.
    ///
    /// ```
    /// # use seekable::{EditRef, Seekable};
    /// let mut seekable = Seekable::default();
    /// let mut length = 0;
    /// seekable.push(b"neither WebM nor MP4")?;
    /// seekable.lend_edits(|edit| {
    ///     if let EditRef::Append(bytes) = edit {
    ///         length += bytes.len();
    ///     }
    ///     Ok::<(), seekable::Error>(())
    /// })?;
    /// assert_eq!(length, 20);
    /// # Ok::<(), seekable::Error>(())
    /// ```
    pub fn lend_edits<E>(&mut self, apply: impl FnMut(EditRef<'_>) -> Result<(), E>) -> Result<(), E> {
        self.outbox.lend(apply)
    }

    /// The container, as soon as the bytes tell it (for WebM: after the EBML header).
    pub fn container(&self) -> Option<Container> {
        match &self.state {
            State::Detecting => self.is_finished.then_some(Container::Unknown),
            #[cfg(feature = "webm")]
            State::Ebml(webm) => webm.container(),
            #[cfg(feature = "mp4")]
            State::Mp4(mp4) => mp4.container(),
            State::PassThrough(container) => Some(*container),
        }
    }

    /// What is known so far. Duration and cues include blocks since the last checkpoint.
    pub fn summary(&self) -> Summary {
        let mut summary = Summary::new(self.container().unwrap_or(Container::Unknown), self.outbox.length());
        match &self.state {
            #[cfg(feature = "webm")]
            State::Ebml(webm) => webm.describe(&mut summary),
            #[cfg(feature = "mp4")]
            State::Mp4(mp4) => mp4.describe(&mut summary),
            State::Detecting | State::PassThrough(_) => {}
        }
        summary
    }

    /// Consumes the front of `data`; gives back how many bytes.
    fn take(&mut self, data: &[u8]) -> usize {
        if matches!(self.state, State::Detecting) {
            self.state = match first_bytes(data) {
                FirstBytes::NeedMore => return 0,
                #[cfg(feature = "webm")]
                FirstBytes::Ebml => State::Ebml(Box::new(WebM::new(&self.options))),
                #[cfg(not(feature = "webm"))]
                FirstBytes::Ebml => State::PassThrough(Container::Unknown),
                #[cfg(feature = "mp4")]
                FirstBytes::Known(Container::Mp4) => State::Mp4(Box::new(Mp4::new(&self.options))),
                FirstBytes::Known(container) => State::PassThrough(container),
            };
            self.hand_on_metadata();
        }
        match &mut self.state {
            #[cfg(feature = "webm")]
            State::Ebml(webm) => webm.take(data, &mut self.outbox),
            #[cfg(feature = "mp4")]
            State::Mp4(mp4) => mp4.take(data, &mut self.outbox),
            State::Detecting | State::PassThrough(_) => {
                self.outbox.append(data);
                data.len()
            }
        }
    }
}

impl Default for Seekable {
    fn default() -> Self {
        Self::new(Options::default())
    }
}
