//! What can go wrong while packets are read, split and joined.

use super::SourceError;
use crate::Container;

/// Packets can not be read, or not be put together in the way that was asked for. The inputs are never changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PartsError {
    /// The input could not be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The machine that writes the output refused.
    #[error(transparent)]
    Machine(#[from] crate::Error),
    /// The input is damaged, or something else than it claims.
    #[error("expected {expected} at byte {offset}: repair the file first (`seekable fix`)")]
    Malformed {
        /// Where, in bytes from the start of the input.
        offset: u64,
        /// What should have been there.
        expected: &'static str,
    },
    /// The index of an MP4 (`moov`) is damaged: nothing leads to its media any more.
    #[error(
        "expected {expected} at byte {offset}: the index of the file (`moov`) is damaged, and can not be repaired. Take another \
         copy of the file, or try to re-mux it with another program (`ffmpeg -i IN -c copy OUT`)"
    )]
    UnreadableMoov {
        /// Where, in bytes from the start of the input.
        offset: u64,
        /// What should have been there.
        expected: &'static str,
    },
    /// An MP4 without its index (`moov`): one that stands behind the media is lost first, or was never written.
    #[error(
        "ends at byte {length}, {}",
        if *.has_media {
            "in front of its index (`moov`), which stands behind the media: without it sound and picture can not be read. \
             Take another copy of the file"
        } else {
            "within its head: there is no sound or picture in it"
        }
    )]
    NoMoov {
        /// Bytes of the input.
        length: u64,
        /// Whether there is media that it would lead to.
        has_media: bool,
    },
    /// Something in the input claims to be larger than it may be.
    #[error("what begins at byte {offset} claims {size} bytes, at most {max_size} are believed")]
    TooLarge {
        /// Where, in bytes from the start of the input.
        offset: u64,
        /// What it claims, in bytes (for a table: its entries).
        size: u64,
        /// The most that is believed.
        max_size: u64,
    },
    /// Packets of such files are not read.
    #[error("packets are read from WebM, Matroska and MP4 only, this is {0:?}: convert it first")]
    UnknownContainer(Container),
    /// The input is sound, but uses what is not supported.
    #[error("{what} (at byte {offset}) is not supported: convert the file first")]
    Unsupported {
        /// Where, in bytes from the start of the input.
        offset: u64,
        /// What it uses.
        what: &'static str,
    },
    /// An edit list of an MP4 does what can not be kept.
    #[error(
        "the edit list of track {track} {what}, which can not be kept: have the file written as it is shown first \
         (`ffmpeg -i IN OUT`)"
    )]
    EditList {
        /// The number of the track.
        track: u64,
        /// What it does.
        what: &'static str,
    },
    /// There is nothing to write.
    #[error("there are no packets {0}: ask for a part that holds some")]
    NoPackets(&'static str),
    /// The size, duration or ranges make no sense.
    #[error("{0}")]
    BadRequest(&'static str),
    /// There would be too many parts.
    #[error("this makes more than {max} parts: ask for larger ones")]
    TooManyParts {
        /// The most that are made.
        max: usize,
    },
    /// A part can not follow the first one.
    #[error(
        "part {part} can not follow part 1: {} {differs}. Join only parts of the same recording setup",
        if *.track == 0 { "it has".to_owned() } else { format!("track {track} has") }
    )]
    Differs {
        /// Which input, the first being 1.
        part: usize,
        /// The track's number in the first part; 0 where it is about the file.
        track: u64,
        /// What is not the same, with both values.
        differs: String,
    },
}

impl PartsError {
    /// A stable name for programs to compare.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Source(_) => "source",
            Self::Machine(error) => error.code(),
            Self::Malformed { .. } => "malformed",
            Self::UnreadableMoov { .. } => "unreadable_moov",
            Self::NoMoov { .. } => "no_moov",
            Self::TooLarge { .. } => "too_large",
            Self::UnknownContainer(_) => "unknown_container",
            Self::Unsupported { .. } | Self::EditList { .. } => "unsupported",
            Self::NoPackets(_) => "no_packets",
            Self::BadRequest(_) => "bad_request",
            Self::TooManyParts { .. } => "too_many_parts",
            Self::Differs { .. } => "differs",
        }
    }
}
