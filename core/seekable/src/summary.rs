//! What is known about the recording so far.

use std::time::Duration;

use crate::{Container, Problem};

/// What was recorded, as the bytes tell it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// The container that was found; [`Container::Unknown`] while there are too few bytes to say.
    pub container: Container,
    /// The tracks, in the order of the file. Empty for containers that only pass through.
    pub tracks: Vec<Track>,
    /// From time zero to the end of the last block, in steps of a nanosecond. `None` while there is no block, and for
    /// containers that only pass through.
    pub duration: Option<Duration>,
    /// Entries in the seek index.
    pub cues: u32,
    /// Bytes of the output file once every edit is applied.
    pub output_length: u64,
    /// The first thing in the input that was not as it should be, if any.
    pub problem: Option<Problem>,
}

impl Summary {
    pub(crate) fn new(container: Container, output_length: u64) -> Self {
        Self { container, tracks: Vec::new(), duration: None, cues: 0, output_length, problem: None }
    }

    /// Whether there is a video track.
    pub fn has_video(&self) -> bool {
        self.tracks.iter().any(|track| track.kind == TrackKind::Video)
    }

    /// Whether there is an audio track.
    pub fn has_audio(&self) -> bool {
        self.tracks.iter().any(|track| track.kind == TrackKind::Audio)
    }
}

/// One track of the recording.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Track {
    /// The number blocks refer to it by. Any number: Firefox gives 2 to the only track of an audio recording.
    pub number: u64,
    /// Picture, sound or something else.
    pub kind: TrackKind,
    /// The codec as the container names it, for instance `V_VP9` or `A_OPUS` (Matroska codec mappings).
    pub codec_id: String,
    /// The codec as MIME types name it in `codecs=` (RFC 6381), for instance `vp8`, `vp09.00.31.08`, `avc1.42E01E`, `opus`
    /// or `mp4a.40.2`; as long as the bytes tell. `None` for codecs that have no such name.
    pub codec: Option<String>,
    /// Width and height of the pictures as they are coded, in pixels, where the head tells them.
    pub picture: Option<(u32, u32)>,
}

/// What a track holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TrackKind {
    /// Pictures.
    Video,
    /// Sound.
    Audio,
    /// Anything else: subtitles, buttons, metadata.
    Other,
}
