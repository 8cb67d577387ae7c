//! Makes recorded media seekable while it is being written. Pure: no I/O, reads no clock, knows no browser.
//!
//! A [`Seekable`] is fed the chunks of a recording, cut anywhere, and answers with [`Edit`]s. Playing all edits
//! so far onto an empty file gives a complete file: after every [`Seekable::checkpoint`] its duration, its sizes and
//! its seek index are right up to there, so that stopping costs one small write and a crash costs only a tail.
//!
//! WebM, Matroska and fragmented MP4 are made seekable. Everything else (Ogg, unknown bytes) passes through unharmed, and
//! [`Seekable::container`] says what it is, from the bytes themselves.
//!
//! ```
//! use seekable::{MemoryFile, Options, Seekable};
//!
//! # fn main() -> Result<(), seekable::Error> {
//! let chunks: [&[u8]; 2] = [b"OggS, as Firefox records ", b"audio by default"];
//! let mut seekable = Seekable::new(Options::default());
//! let mut file = MemoryFile::default();
//! for chunk in chunks {
//!     seekable.push(chunk)?;
//!     seekable.checkpoint();
//!     for edit in seekable.edits() {
//!         file.apply(&edit)?;
//!     }
//! }
//! let summary = seekable.finish()?;
//! for edit in seekable.edits() {
//!     file.apply(&edit)?;
//! }
//! assert_eq!(summary.output_length, file.bytes().len() as u64);
//! # Ok(())
//! # }
//! ```

#[cfg(any(feature = "webm", feature = "mp4"))]
mod codec;
mod container;
mod edit;
mod error;
mod inspect;
#[cfg(any(feature = "webm", feature = "mp4"))]
mod join;
mod limits;
mod machine;
mod memory_file;
mod metadata;
#[cfg(feature = "mp4")]
mod mp4;
#[cfg(any(feature = "webm", feature = "mp4"))]
mod packets;
#[cfg(any(feature = "webm", feature = "mp4"))]
mod resume;
#[cfg(feature = "webm")]
mod seek_points;
#[cfg(any(feature = "webm", feature = "mp4"))]
mod split;
mod stated;
mod summary;
#[cfg(feature = "webm")]
mod webm;

pub use container::Container;
pub use edit::{Edit, EditRef};
pub use error::{Error, Problem, ProblemKind};
#[cfg(feature = "mp4")]
pub use inspect::inspect_mp4;
pub use inspect::{Advice, Finding, FindingKind, IndexReport, Inspector, Report, TrackReport};
#[cfg(any(feature = "webm", feature = "mp4"))]
pub use join::{Gaps, Join};
pub use limits::{Limits, Options};
pub use machine::Seekable;
pub use memory_file::MemoryFile;
pub use metadata::{Chapter, Metadata, UnixMillis};
#[cfg(feature = "mp4-repair")]
pub use mp4::FinishedMp4;
#[cfg(any(feature = "webm", feature = "mp4"))]
pub use packets::{Packet, PacketTrack, Packets, PartsError, Source, SourceError, Span, Timescale};
#[cfg(any(feature = "webm", feature = "mp4"))]
pub use resume::{Repair, Resumed};
#[cfg(feature = "webm")]
pub use seek_points::{SeekPoint, seek_points};
#[cfg(any(feature = "webm", feature = "mp4"))]
pub use split::{Part, PartWriter, RANGES_MAX, Split, SplitAt};
pub use stated::stated_duration;
pub use summary::{Summary, Track, TrackKind};

/// The examples of the README run too.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeExamples;
