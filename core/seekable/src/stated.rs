//! How long a recording says it is.

use std::time::Duration;

use crate::container::{FirstBytes, first_bytes};

/// What the head of a WebM, Matroska or MP4 file says the recording's length is. `head`: the front of the file, as much as
/// there is of it; 128 KiB are enough for every file of ours, also after a crash: up to its last checkpoint it is right.
///
/// `None` for other files, where nothing is said, and where that is no time above zero. In an MP4 it is not said where
/// `moov` stands behind the media and the file is not ours.
///
/// ```
/// # use std::time::Duration;
/// # let recording = std::fs::read("tests/samples/chromium-webm-vp8-opus.webm").unwrap();
/// assert_eq!(seekable::stated_duration(&recording), None);
/// let mut seekable = seekable::Seekable::default();
/// let mut file = seekable::MemoryFile::default();
/// seekable.push(&recording)?;
/// seekable.checkpoint();
/// # for edit in seekable.edits() { file.apply(&edit)?; }
/// // … its edits are applied to the file …
/// let stated = seekable::stated_duration(file.bytes()).unwrap_or_default();
/// assert!(stated > Duration::from_secs(9));
/// # Ok::<(), seekable::Error>(())
/// ```
pub fn stated_duration(head: &[u8]) -> Option<Duration> {
    match first_bytes(head) {
        #[cfg(feature = "webm")]
        FirstBytes::Ebml => crate::webm::info::stated_duration(head),
        #[cfg(feature = "mp4")]
        FirstBytes::Known(crate::Container::Mp4) => crate::mp4::movie::stated_duration(head),
        _ => None,
    }
}
