//! What can go wrong: errors of the caller, and problems in the recording that stop nothing.

/// A call that can not be answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// More bytes came after [`crate::Seekable::finish`].
    #[error("the recording was finished already: start a new one")]
    Finished,
    /// An overwrite reaches past the end of the file it is applied to, or past what memory can hold.
    #[error(
        "an overwrite of {size} bytes at offset {offset} lies outside of the file: apply every edit, in order"
    )]
    OutsideOfFile {
        /// First byte to replace, from the start of the file.
        offset: u64,
        /// Bytes to replace.
        size: u64,
    },
    /// A file that this crate did not write can't be taken up where it is.
    #[error("the file was not written by this program, or its head was changed: write it anew instead")]
    NotOurs,
    /// The head of a file reaches behind the bytes that were given.
    #[error("the head of the file is longer than {length} bytes: give more of the front of the file")]
    HeadTooShort {
        /// Bytes that were given.
        length: u64,
    },
}

impl Error {
    /// A stable name for programs to compare.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Finished => "finished",
            Self::OutsideOfFile { .. } => "outside_of_file",
            Self::NotOurs => "not_ours",
            Self::HeadTooShort { .. } => "head_too_short",
        }
    }
}

/// The first thing in the input that was not as it should be. The recording went on: no byte was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{kind} (at byte {offset} of the input)")]
pub struct Problem {
    /// Where, in bytes from the start of the input.
    pub offset: u64,
    /// What.
    pub kind: ProblemKind,
}

/// Kinds of [`Problem`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProblemKind {
    /// These bytes are no element. They are kept inside of a Void element.
    #[error("expected an element, found something else")]
    NotAnElement,
    /// An element claims to be longer than [`crate::Limits::element_bytes`]. It is kept inside of a Void element.
    #[error("an element claims an impossible length")]
    LengthTooLarge,
    /// An element reaches past the end of its parent; the parent's length was not believed.
    #[error("an element is longer than the element it lies in")]
    LongerThanParent,
    /// The head has no usable Tracks, or is larger than [`crate::Limits::head_bytes`]: the file is left as it came.
    #[error("the head can not be read")]
    UnreadableHead,
    /// The input ended in the middle of an element. The rest is kept inside of a Void element.
    #[error("the input ends in the middle of an element")]
    CutShort,
    /// A second recording, or something unknown, follows the first. It is kept as it is, behind the first.
    #[error("something follows the end of the recording")]
    Trailing,
    /// The sample tables of an MP4 grew past [`crate::Limits::table_bytes`]: the file stays fragmented.
    #[error("there are too many samples to list them: the file stays fragmented")]
    TablesTooLarge,
    /// What was said ([`crate::Metadata`]) is not in the file: the head of a plain MP4 is not as it should be, or larger
    /// than [`crate::Limits::head_bytes`] ([`crate::Limits::table_bytes`] if something was said before it came).
    #[error("title, chapters and tags can not be written into this file: it is left as it came")]
    NotMarked,
}

impl ProblemKind {
    /// A stable name for programs to compare.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotAnElement => "not_an_element",
            Self::LengthTooLarge => "length_too_large",
            Self::LongerThanParent => "longer_than_parent",
            Self::UnreadableHead => "unreadable_head",
            Self::CutShort => "cut_short",
            Self::Trailing => "trailing",
            Self::TablesTooLarge => "tables_too_large",
            Self::NotMarked => "not_marked",
        }
    }
}
