//! Completing a file that this crate was writing, where it is: after a crash, or to say something about it.

use crate::edit::Outbox;
use crate::webm::WebM;
use crate::webm::resume::resume;
use crate::{Container, Edit, Error, Metadata, Options, Summary};

/// A WebM or Matroska file of ours that is taken up again. See [`Resumed::new`].
///
/// ```
/// use seekable::{Edit, MemoryFile, Options, Resumed, Seekable};
///
/// # fn main() -> Result<(), seekable::Error> {
/// # let recording = std::fs::read("tests/samples/chromium-webm-vp8-opus.webm").unwrap();
/// // A recording that was cut off from its writer: its last checkpoint was made in the middle.
/// let mut seekable = Seekable::default();
/// let mut file = MemoryFile::default();
/// seekable.push(&recording[..300_000])?;
/// seekable.checkpoint();
/// seekable.push(&recording[300_000..400_000])?;
/// let edits: Vec<Edit> = seekable.edits().collect();
/// # edits.iter().try_for_each(|edit| file.apply(edit))?;
/// drop(seekable);
///
/// let mut resumed = Resumed::new(file.bytes(), file.bytes().len() as u64, Options::default())?;
/// let offset = resumed.offset() as usize;
/// resumed.push(&file.bytes()[offset..]);
/// let repair = resumed.finish();
/// // Cut the file off at `repair.truncate_to`, then apply the edits.
/// let mut repaired = MemoryFile::from(file.bytes()[..repair.truncate_to as usize].to_vec());
/// for edit in &repair.edits {
///     repaired.apply(edit)?;
/// }
/// assert_eq!(repaired.bytes().len() as u64, repair.summary.output_length);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Resumed {
    webm: WebM,
    outbox: Outbox,
    offset: u64,
    /// Read, but not yet understood.
    held: Vec<u8>,
}

/// What makes a file complete. In this order: cut it off, then apply the edits. A crash in between loses nothing: take
/// the file up again.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Repair {
    /// Length to cut the file off at, in bytes. Never more than it has.
    pub truncate_to: u64,
    /// A few small edits, in the order they must be applied.
    pub edits: Vec<Edit>,
    /// What is in the file then.
    pub summary: Summary,
}

impl Resumed {
    /// Takes up a file of `length` bytes from its first bytes: some more than its reserves have, 128 KiB with the default
    /// options.
    ///
    /// Then give it all bytes of the file from [`Self::offset`] on, and [`Self::finish`]. Nothing of the file is moved or
    /// written anew, whatever its length; every whole block of it is kept, and what is behind the last one goes.
    ///
    /// # Errors
    /// [`Error::NotOurs`]: only files whose reserves are where this crate puts them can be taken up.
    /// [`Error::HeadTooShort`]: give more of the front of the file; if there is no more, it is not ours.
    pub fn new(head: &[u8], length: u64, options: Options) -> Result<Self, Error> {
        let resumed = resume(head, length, &options)?;
        Ok(Self { webm: resumed.webm, outbox: resumed.outbox, offset: resumed.offset, held: Vec::new() })
    }

    /// The byte of the file to read on from.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Takes the next bytes of the file, from [`Self::offset`] on, cut anywhere.
    pub fn push(&mut self, chunk: &[u8]) {
        self.held.extend_from_slice(chunk);
        let used = self.webm.take(&self.held, &mut self.outbox);
        self.held.drain(..used.min(self.held.len()));
    }

    /// Says something about the recording: as [`crate::Seekable::set_metadata`] does.
    pub fn set_metadata(&mut self, metadata: &Metadata) {
        self.webm.set_metadata(metadata);
    }

    /// Tells what is left to do, after the whole file was read.
    pub fn finish(mut self) -> Repair {
        self.webm.finish(&self.held, &mut self.outbox);
        let edits: Vec<Edit> = std::iter::from_fn(|| self.outbox.next_edit()).collect();
        let appended: u64 = edits
            .iter()
            .map(|edit| if let Edit::Append(bytes) = edit { bytes.len() as u64 } else { 0 })
            .sum();
        let mut summary = Summary {
            container: self.webm.container().unwrap_or(Container::Unknown),
            tracks: Vec::new(),
            duration: None,
            cues: 0,
            output_length: self.outbox.length(),
            problem: None,
        };
        self.webm.describe(&mut summary);
        let truncate_to = self.outbox.length() - appended;
        Repair { truncate_to, edits, summary }
    }
}
