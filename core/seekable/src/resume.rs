//! Completing a file that this crate was writing, where it is: after a crash, or to say something about it.

use crate::container::{FirstBytes, first_bytes};
#[cfg(feature = "mp4")]
use crate::mp4::resume as mp4;
#[cfg(feature = "webm")]
use crate::webm::resume as webm;
use crate::{Edit, Error, Metadata, Options, Summary};

/// A WebM, Matroska or MP4 file of ours that is taken up again. See [`Resumed::new`].
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
    state: State,
}

#[derive(Debug)]
enum State {
    #[cfg(feature = "webm")]
    WebM(Box<webm::InPlace>),
    #[cfg(feature = "mp4")]
    Mp4(Box<mp4::InPlace>),
}

/// What makes a file complete. In this order: cut it off, then apply the edits. A crash in between loses nothing: take
/// the file up again.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Repair {
    /// Length to cut the file off at, in bytes. Never more than it has.
    pub truncate_to: u64,
    /// A few small edits, in the order they must be applied. MP4's tables of samples are appended: as many bytes as
    /// [`crate::Limits::table_bytes`] tells, about 2 MB for an hour.
    pub edits: Vec<Edit>,
    /// What is in the file then.
    pub summary: Summary,
}

impl Resumed {
    /// Takes up a file of `length` bytes from its first bytes: some more than its reserves have, 128 KiB with the default
    /// options. [`Error::HeadTooShort`] asks for more.
    ///
    /// Then give it all bytes of the file from [`Self::offset`] on, and [`Self::finish`]. Nothing of the file is moved or
    /// written anew, whatever its length; every whole block of it is kept, and what is behind the last one goes. WebM is
    /// read on from its last seek point but one. MP4 is read from its first fragment on, and becomes a plain movie.
    ///
    /// # Errors
    /// [`Error::NotOurs`]: only files whose reserves are where this crate puts them can be taken up.
    /// [`Error::HeadTooShort`]: give more of the front of the file; if there is no more, it is not ours.
    pub fn new(head: &[u8], length: u64, options: Options) -> Result<Self, Error> {
        let state = match first_bytes(head) {
            #[cfg(feature = "webm")]
            FirstBytes::Ebml => State::WebM(Box::new(webm::InPlace::new(head, length, &options)?)),
            #[cfg(feature = "mp4")]
            FirstBytes::Known(crate::Container::Mp4) => {
                State::Mp4(Box::new(mp4::InPlace::new(head, length, &options)?))
            }
            _ => return Err(Error::NotOurs),
        };
        Ok(Self { state })
    }

    /// The byte of the file to read on from. It stays the same.
    pub fn offset(&self) -> u64 {
        match &self.state {
            #[cfg(feature = "webm")]
            State::WebM(webm) => webm.offset,
            #[cfg(feature = "mp4")]
            State::Mp4(mp4) => mp4.offset,
        }
    }

    /// Takes the next bytes of the file, from [`Self::offset`] on, cut anywhere.
    pub fn push(&mut self, chunk: &[u8]) {
        match &mut self.state {
            #[cfg(feature = "webm")]
            State::WebM(webm) => webm.push(chunk),
            #[cfg(feature = "mp4")]
            State::Mp4(mp4) => mp4.push(chunk),
        }
    }

    /// Says something about the recording: as [`crate::Seekable::set_metadata`] does.
    pub fn set_metadata(&mut self, metadata: &Metadata) {
        match &mut self.state {
            #[cfg(feature = "webm")]
            State::WebM(webm) => webm.set_metadata(metadata),
            #[cfg(feature = "mp4")]
            State::Mp4(mp4) => mp4.set_metadata(metadata),
        }
    }

    /// Tells what is left to do, after the whole file was read.
    pub fn finish(self) -> Repair {
        match self.state {
            #[cfg(feature = "webm")]
            State::WebM(webm) => webm.finish(),
            #[cfg(feature = "mp4")]
            State::Mp4(mp4) => mp4.finish(),
        }
    }
}
