//! What an inspection found.

use std::time::Duration;

use crate::{Container, Metadata, ProblemKind, Track};

/// What is in a file, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// The container, from the bytes themselves.
    pub container: Container,
    /// Bytes in the file.
    pub length: u64,
    /// What the file says of its own duration; `None` where it says nothing.
    pub stated_duration: Option<Duration>,
    /// From time zero to the end of the last whole block or sample; `None` where there is none.
    pub duration: Option<Duration>,
    /// Where sound and picture begin, in bytes from the start of the file: the first cluster or fragment.
    pub media_offset: Option<u64>,
    /// Clusters (WebM, Matroska) or fragments (MP4).
    pub clusters: u64,
    /// In the order of the file.
    pub tracks: Vec<TrackReport>,
    /// Title, date, people, tags and chapters.
    pub metadata: Metadata,
    /// The seek index.
    pub index: IndexReport,
    /// What is not as it should be, and what is worth a note ([`Self::is_note`]), in the order it was found; at most
    /// [`Report::MOST_FINDINGS`].
    pub findings: Vec<Finding>,
    /// Findings that were left out, because there were too many.
    pub more_findings: u64,
}

impl Report {
    /// Most findings that are kept.
    pub const MOST_FINDINGS: usize = 100;

    pub(super) fn new(container: Container, length: u64) -> Self {
        Self {
            container,
            length,
            stated_duration: None,
            duration: None,
            media_offset: None,
            clusters: 0,
            tracks: Vec::new(),
            metadata: Metadata::default(),
            index: IndexReport::default(),
            findings: Vec::new(),
            more_findings: 0,
        }
    }

    /// Whether all is as it should be: there is nothing but notes ([`Self::is_note`]).
    pub fn is_fine(&self) -> bool {
        self.findings.iter().all(|finding| self.is_note(finding))
    }

    /// Whether a finding is a fact rather than a problem: a track that has not one block beside one that has some. Players
    /// play the other, and there is nothing to repair.
    pub fn is_note(&self, finding: &Finding) -> bool {
        matches!(finding.kind, FindingKind::EmptyTrack { .. })
            && self.tracks.iter().any(|track| track.blocks > 0)
    }
}

/// One track.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TrackReport {
    /// Number, kind and codec.
    pub track: Track,
    /// Samples of sound per second, rounded, where the file says so.
    pub sample_rate: Option<u64>,
    /// Channels of sound, where the file says so.
    pub channels: Option<u64>,
    /// Whole blocks or samples.
    pub blocks: u64,
    /// Those of them that can be decoded without others. Sound needs no others, whatever its flags say.
    pub key_frames: u64,
    /// Bytes of whole blocks or samples, their headers included.
    pub bytes: u64,
    /// When the first block starts.
    pub start: Option<Duration>,
    /// When the block that starts last ends.
    pub end: Option<Duration>,
    /// Names and values of its own tags (WebM, Matroska), without what the program counted that wrote the file: `BPS`,
    /// `NUMBER_OF_FRAMES` and their like.
    pub tags: Vec<(String, String)>,
    /// The longest way from one key frame to the next: jumping can be that far off. `None` with fewer than two.
    pub longest_key_distance: Option<Duration>,
}

impl TrackReport {
    pub(super) fn new(track: Track) -> Self {
        Self {
            track,
            sample_rate: None,
            channels: None,
            blocks: 0,
            key_frames: 0,
            bytes: 0,
            start: None,
            end: None,
            tags: Vec::new(),
            longest_key_distance: None,
        }
    }
}

/// The seek index: Cues in WebM and Matroska; `sidx` in an MP4 that is fragmented, whose entries are right where a fragment
/// begins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct IndexReport {
    /// Where it begins, in bytes from the start of the file; the first one, if there are several.
    pub offset: Option<u64>,
    /// Whether it stands before the first cluster, so that a player finds it without jumping.
    pub is_at_front: bool,
    /// Entries.
    pub entries: u64,
    /// Entries that lead exactly to a key frame of their track and time.
    pub right: u64,
    /// Entries that lead elsewhere.
    pub wrong: u64,
    /// Entries that were not checked: another pass is needed, or there are more than
    /// [`IndexReport::MOST_CHECKED`].
    pub unchecked: u64,
    /// Time and offset of the first wrong entry.
    pub first_wrong: Option<(Duration, u64)>,
}

impl IndexReport {
    /// Most entries that are checked.
    pub const MOST_CHECKED: usize = 100_000;
}

/// Something that is not as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct Finding {
    /// Where, in bytes from the start of the file; `None` where it is about the file as a whole.
    pub offset: Option<u64>,
    /// What.
    pub kind: FindingKind,
}

/// Kinds of [`Finding`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FindingKind {
    /// The file was written live and never finished.
    #[error(
        "{count} {} no size: the file was written live and never finished",
        if *.count == 1 { "element has" } else { "elements have" }
    )]
    UnknownSizes {
        /// The Segment and clusters of unknown size.
        count: u64,
    },
    /// Nothing says how long it is.
    #[error("the duration is missing")]
    NoDuration,
    /// The stated duration is not that of the blocks.
    #[error("the duration is wrong: the file says {} s, its blocks last {} s", .stated.as_secs_f64(), .measured.as_secs_f64())]
    WrongDuration {
        /// What the file says.
        stated: Duration,
        /// To the end of the last block.
        measured: Duration,
    },
    /// There is no seek index, although there is more than one place to jump to.
    #[error("there is no seek index: players can't jump, or must read all of the file to do so")]
    NoIndex,
    /// Entries of the seek index that lead to no key frame of their track and time.
    #[error("{wrong} of {entries} cues lead to no key frame of their time: players show wrong pictures")]
    WrongCues {
        /// How many.
        wrong: u64,
        /// Of how many.
        entries: u64,
    },
    /// SeekHead leads to something else than it says.
    #[error("the list of parts (SeekHead) leads to the wrong place")]
    WrongSeekHead,
    /// A cluster claims the ones behind it as its own.
    #[error(
        "a cluster claims to contain the ones behind it: strict players show nothing after the first seconds"
    )]
    ClusterSpansOthers,
    /// An Opus track lacks its delay or pre-roll: the start, or what is heard after a jump, is off.
    #[error("an Opus track says nothing of its delay or pre-roll: sound is off after a jump")]
    OpusWithoutDelay,
    /// A track has not one whole block.
    #[error("track {number} has not one whole block")]
    EmptyTrack {
        /// The track's number.
        number: u64,
    },
    /// A video track has no key frame.
    #[error("video track {number} has no key frame: it can't be decoded")]
    NoKeyFrame {
        /// The track's number.
        number: u64,
    },
    /// Nothing but zeros up to the end, as a power cut leaves them.
    #[error("the last {length} bytes are zeros, as after a power cut")]
    ZeroTail {
        /// How many.
        length: u64,
    },
    /// The file ends in the middle of an element or box.
    #[error("it says that it is {expected} bytes long, but the file ends after {actual} of them")]
    EndsEarly {
        /// Bytes that the element says it has, its header included.
        expected: u64,
        /// Bytes up to the end of the file.
        actual: u64,
    },
    /// The length of an element lies: what can't be in it begins before its end.
    #[error("it says that it is {expected} bytes long, but something else begins after {actual} of them")]
    WrongLength {
        /// Bytes that the element says it has, its header included.
        expected: u64,
        /// Bytes up to what can't be in it.
        actual: u64,
    },
    /// An element claims more than any has.
    #[error("it says that it is {expected} bytes long: that is impossible")]
    ImpossibleLength {
        /// Bytes that the element says it has, its header included.
        expected: u64,
    },
    /// The structure is damaged, as [`crate::Problem`]s tell.
    #[error(transparent)]
    Structure(#[from] ProblemKind),
}

impl FindingKind {
    /// A stable name for programs to compare.
    pub fn code(self) -> &'static str {
        match self {
            Self::UnknownSizes { .. } => "unknown_sizes",
            Self::NoDuration => "no_duration",
            Self::WrongDuration { .. } => "wrong_duration",
            Self::NoIndex => "no_index",
            Self::WrongCues { .. } => "wrong_cues",
            Self::WrongSeekHead => "wrong_seek_head",
            Self::ClusterSpansOthers => "cluster_spans_others",
            Self::OpusWithoutDelay => "opus_without_delay",
            Self::EmptyTrack { .. } => "empty_track",
            Self::NoKeyFrame { .. } => "no_key_frame",
            Self::ZeroTail { .. } => "zero_tail",
            Self::EndsEarly { .. } => ProblemKind::CutShort.code(),
            Self::WrongLength { .. } => "wrong_length",
            Self::ImpossibleLength { .. } => ProblemKind::LengthTooLarge.code(),
            Self::Structure(kind) => kind.code(),
        }
    }

    /// How many bytes an element says it has, and how many it has, as far as that is known. Both are `None` where the
    /// finding is about something else.
    pub fn lengths(self) -> (Option<u64>, Option<u64>) {
        match self {
            Self::EndsEarly { expected, actual } | Self::WrongLength { expected, actual } => {
                (Some(expected), Some(actual))
            }
            Self::ImpossibleLength { expected } => (Some(expected), None),
            _ => (None, None),
        }
    }

    /// What helps.
    pub fn advice(self) -> Advice {
        match self {
            Self::UnknownSizes { .. }
            | Self::NoDuration
            | Self::WrongDuration { .. }
            | Self::NoIndex
            | Self::WrongCues { .. }
            | Self::WrongSeekHead
            | Self::ClusterSpansOthers
            | Self::OpusWithoutDelay
            | Self::WrongLength { .. }
            | Self::ImpossibleLength { .. } => Advice::Fix,
            Self::ZeroTail { .. } | Self::EndsEarly { .. } | Self::Structure(ProblemKind::CutShort) => {
                Advice::Recover
            }
            Self::Structure(ProblemKind::Trailing) => Advice::CutThere,
            Self::Structure(ProblemKind::UnreadableHead)
            | Self::EmptyTrack { .. }
            | Self::NoKeyFrame { .. } => Advice::Nothing,
            Self::Structure(_) => Advice::Fix,
        }
    }
}

/// What helps against a [`Finding`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Advice {
    /// Pass the file through [`crate::Seekable`].
    Fix,
    /// The same, with [`crate::Options::trims_tail`].
    Recover,
    /// Cut the file at the finding: what follows is a file of its own, which players do not show.
    CutThere,
    /// This crate can't help: it is lost, or was never there.
    Nothing,
}
