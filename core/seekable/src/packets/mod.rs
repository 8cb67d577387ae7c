//! Reading the packets of a recording: what, when, and where its bytes are.
//!
//! Memory is bounded: the head ([`crate::Limits::head_bytes`]), a buffer of 16 KiB, and for MP4 windows of 4 KiB into each
//! sample table, and the samples of one fragment (usually some hundred; at most 250,000, about 30 MB). Payloads are never
//! held: a [`Packet`] says where they are.

mod error;
#[cfg(not(feature = "webm"))]
mod kept;
pub(crate) mod metadata;
#[cfg(feature = "mp4")]
pub(crate) mod mp4;
pub(crate) mod output;
mod source;
mod time;
mod track;
#[cfg(feature = "webm")]
pub(crate) mod webm;

#[cfg(feature = "webm")]
use std::time::Duration;

use crate::container::{FirstBytes, first_bytes};
use crate::{Container, Limits, Metadata, TrackKind};

pub use error::PartsError;
#[cfg(not(feature = "webm"))]
pub(crate) use kept::Kept;
#[cfg(feature = "mp4")]
pub(crate) use source::Buffer;
pub use source::{Source, SourceError, Span};
pub(crate) use source::{Window, append_from};
pub use time::Timescale;
pub use track::PacketTrack;
pub(crate) use track::Setup;
#[cfg(feature = "webm")]
pub(crate) use webm::Kept;

/// A packet: one SimpleBlock or BlockGroup (with all frames that are laced in it), or one sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Packet {
    /// Index into [`Packets::tracks`].
    pub track: usize,
    /// When it is shown or heard, in ticks of its track. WebM: of its first frame.
    pub time: i64,
    /// When it is decoded, in ticks of its track. WebM does not say: the same as `time`.
    pub decode_time: i64,
    /// How long it lasts, in ticks, where the file or (for Opus, FLAC and PCM) the packet itself says so; without what is
    /// discarded at its end.
    pub duration: Option<u64>,
    /// Whether it is flagged as a key frame. Some recorders do not flag audio, all of which can be decoded alone.
    pub is_key: bool,
    /// Its bytes. WebM: with what lacing puts before the frames.
    pub data: Span,
    pub(crate) shape: Shape,
}

/// What else belongs to a packet, so that nothing of it is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A SimpleBlock or BlockGroup. `cluster` is where its cluster begins.
    #[cfg(feature = "webm")]
    Block { cluster: u64, flags: u8, group: Option<webm::Group> },
    /// A sample of MP4, and which of its track's sample entries it needs, the first being 1.
    #[cfg(feature = "mp4")]
    Sample { description: u32 },
}

impl Shape {
    /// Where the cluster begins that the packet is in, if there are clusters.
    pub(crate) fn cluster(&self) -> Option<u64> {
        match self {
            #[cfg(feature = "webm")]
            Self::Block { cluster, .. } => Some(*cluster),
            #[cfg(feature = "mp4")]
            Self::Sample { .. } => None,
        }
    }
}

/// Reads packets one after the other: WebM in the order of the file (all of it later, if it begins before time zero), MP4 in the order of time within a fragment, or
/// within the file where it is not fragmented.
///
/// ```
/// use seekable::{Limits, Packets, PartsError};
///
/// # fn main() {
/// let no_recording: &[u8] = b"RIFF1234WAVE";
/// let error = Packets::open(no_recording, Limits::default()).unwrap_err();
/// assert_eq!(error.code(), "unknown_container");
/// # }
/// ```
#[derive(Debug)]
pub struct Packets<S> {
    window: Window<S>,
    container: Container,
    tracks: Vec<PacketTrack>,
    format: Format,
    next_index: u64,
}

#[derive(Debug)]
enum Format {
    #[cfg(feature = "webm")]
    WebM(webm::Reader),
    #[cfg(feature = "mp4")]
    Mp4(mp4::Reader),
}

/// Packets that are looked at to find out how far decoding runs ahead of showing.
const DELAY_PACKETS: usize = 10_000;

/// Raises a delay (see [`Packets::delays`]) to what this packet needs.
pub(crate) fn note_delay(delay: &mut i64, packet: &Packet) {
    let gap = packet.time.saturating_sub(packet.decode_time);
    *delay = (*delay).max(gap).max(packet.decode_time.saturating_neg());
}

/// A place in the packets to come back to.
#[derive(Debug, Clone)]
pub(crate) struct Position {
    cursor: Cursor,
    /// Packets before it.
    pub(crate) index: u64,
}

#[derive(Debug, Clone)]
enum Cursor {
    #[cfg(feature = "webm")]
    WebM(webm::Cursor),
    #[cfg(feature = "mp4")]
    Mp4(mp4::Cursor),
}

impl<S: Source> Packets<S> {
    /// Reads the head of a file.
    ///
    /// # Errors
    /// [`PartsError::UnknownContainer`] unless it is WebM, Matroska or MP4; [`PartsError::Malformed`] and others where
    /// the head can not be read.
    pub fn open(source: S, limits: Limits) -> Result<Self, PartsError> {
        let mut window = Window::new(source);
        let (container, tracks, format) = match first_bytes(window.up_to(0, 8)?) {
            #[cfg(feature = "webm")]
            FirstBytes::Ebml => {
                let (reader, container, tracks) = webm::Reader::open(&mut window, limits)?;
                (container, tracks, Format::WebM(reader))
            }
            #[cfg(feature = "mp4")]
            FirstBytes::Known(Container::Mp4) => {
                let (reader, tracks) = mp4::Reader::open(&mut window, limits)?;
                (Container::Mp4, tracks, Format::Mp4(reader))
            }
            FirstBytes::Known(container) => return Err(PartsError::UnknownContainer(container)),
            _ => return Err(PartsError::UnknownContainer(Container::Unknown)),
        };
        Ok(Self { window, container, tracks, format, next_index: 0 })
    }

    /// The container, from the bytes.
    pub fn container(&self) -> Container {
        self.container
    }

    /// The tracks, in the order of the file.
    pub fn tracks(&self) -> &[PacketTrack] {
        &self.tracks
    }

    /// The tracks that go neither into parts nor into what they say: of several chapter tracks of an MP4 all but the first one.
    pub fn left_out(&self) -> impl Iterator<Item = &PacketTrack> {
        self.tracks.iter().filter(|track| !track.is_copied()).skip(1)
    }

    /// The next packet; `None` at the end. A packet at the very end that is cut short is not given.
    ///
    /// # Errors
    /// [`PartsError::Source`] and [`PartsError::Malformed`]; the same again when called again.
    pub fn next_packet(&mut self) -> Result<Option<Packet>, PartsError> {
        let packet = match &mut self.format {
            #[cfg(feature = "webm")]
            Format::WebM(reader) => reader.next(&mut self.window, &self.tracks)?,
            #[cfg(feature = "mp4")]
            Format::Mp4(reader) => reader.next(&mut self.window, &self.tracks)?,
        };
        self.next_index += u64::from(packet.is_some());
        Ok(packet)
    }

    /// Reads the bytes of a packet to the end of `out`. A packet is never larger than
    /// [`crate::Limits::element_bytes`], and memory is taken only for bytes that the source has.
    ///
    /// # Errors
    /// [`PartsError::Source`]; [`PartsError::Malformed`] when the source has become shorter.
    pub fn read(&self, packet: &Packet, out: &mut Vec<u8>) -> Result<(), PartsError> {
        let begin = out.len();
        if append_from(&self.window.source, packet.data, out)? as u64 == packet.data.size {
            return Ok(());
        }
        out.truncate(begin);
        Err(PartsError::Malformed { offset: packet.data.offset, expected: "the bytes of a packet" })
    }

    /// What the file says about the recording.
    ///
    /// # Errors
    /// [`PartsError::Source`]. What can not be understood is left out.
    pub fn metadata(&mut self) -> Result<Metadata, PartsError> {
        match &mut self.format {
            #[cfg(feature = "webm")]
            Format::WebM(reader) => {
                let mut metadata = metadata::webm(&mut self.window, reader)?;
                let shift = Duration::from_nanos(u64::try_from(shift(reader, &self.tracks)).unwrap_or(0));
                for chapter in &mut metadata.chapters {
                    chapter.start = chapter.start.saturating_add(shift);
                }
                Ok(metadata)
            }
            #[cfg(feature = "mp4")]
            Format::Mp4(reader) => metadata::mp4(&mut self.window, reader, &self.tracks),
        }
    }

    /// What else it says that is true of a part of it as well.
    pub(crate) fn kept(&mut self) -> Result<Kept, PartsError> {
        match &self.format {
            #[cfg(feature = "webm")]
            Format::WebM(reader) => Kept::read(reader, &mut self.window, shift(reader, &self.tracks)),
            #[cfg(feature = "mp4")]
            Format::Mp4(_) => Ok(Kept::default()),
        }
    }

    /// For each track, in its ticks: how much later than shown its packets must be written, so that none is decoded
    /// before time zero. From the first packets, for files that are written in one go.
    pub(crate) fn delays(&mut self) -> Result<Vec<i64>, PartsError> {
        let beginning = self.position();
        let mut delays = vec![0; self.tracks.len()];
        for _ in 0..DELAY_PACKETS {
            let Some(packet) = self.next_packet()? else { break };
            if let Some(delay) = delays.get_mut(packet.track) {
                note_delay(delay, &packet);
            }
        }
        self.seek(&beginning);
        Ok(delays)
    }

    /// The track whose key frames are where one may cut: the first video track, else audio, else any.
    pub(crate) fn main_track(&self) -> Option<usize> {
        let of_kind = |kind| self.tracks.iter().position(|track| track.track.kind == kind);
        of_kind(TrackKind::Video)
            .or_else(|| of_kind(TrackKind::Audio))
            .or(Some(0))
            .filter(|_| !self.tracks.is_empty())
    }

    /// When a packet is shown, in nanoseconds from the start of the file's timeline. Always before [`i64::MAX`].
    pub(crate) fn start(&self, packet: &Packet) -> i64 {
        let start =
            self.tracks.get(packet.track).map_or(0, |track| track.timescale.to_nanoseconds(packet.time));
        start.min(i64::MAX - 1)
    }

    /// How long a packet lasts, in nanoseconds, where that is known.
    pub(crate) fn length_of(&self, packet: &Packet) -> Option<i64> {
        let ticks = i64::try_from(packet.duration?).unwrap_or(i64::MAX);
        self.tracks.get(packet.track).map(|track| track.timescale.to_nanoseconds(ticks))
    }

    /// When a packet is shown and how long, in nanoseconds, where the last edit of its track goes on up to it: behind the end of
    /// what is shown, no longer.
    pub(crate) fn shown(&self, packet: &Packet) -> (i64, Option<i64>) {
        #[cfg(feature = "mp4")]
        if let Some(track) = self.tracks.get(packet.track)
            && let Some(setup) = track.setup.mp4()
            && let Some(last) = setup.shown.last()
        {
            let start = last.shown_at(packet.time);
            let length = i64::try_from(packet.duration.unwrap_or(0)).unwrap_or(i64::MAX);
            let end = start.saturating_add(length);
            let limit = last.end.filter(|limit| end > limit.saturating_add(setup.tick)).unwrap_or(i64::MAX);
            let nanoseconds = |ticks: i64| track.timescale.to_nanoseconds(ticks).min(i64::MAX - 1);
            let (start, end) = (nanoseconds(start.min(limit)), nanoseconds(end.min(limit)));
            return (start, Some(end.saturating_sub(start)));
        }
        (self.start(packet), self.length_of(packet))
    }

    /// Whether a packet goes into parts; see [`PacketTrack::keeps`].
    pub(crate) fn keeps(&self, packet: &Packet) -> bool {
        self.tracks.get(packet.track).is_some_and(|track| track.keeps(packet))
    }

    /// Bytes of the head, about.
    pub(crate) fn head_length(&self) -> u64 {
        match &self.format {
            #[cfg(feature = "webm")]
            Format::WebM(reader) => reader.head_length(&self.tracks),
            #[cfg(feature = "mp4")]
            Format::Mp4(reader) => reader.head_length(),
        }
    }

    pub(crate) fn source(&self) -> &S {
        &self.window.source
    }

    pub(crate) fn position(&self) -> Position {
        let cursor = match &self.format {
            #[cfg(feature = "webm")]
            Format::WebM(reader) => Cursor::WebM(reader.cursor()),
            #[cfg(feature = "mp4")]
            Format::Mp4(reader) => Cursor::Mp4(reader.cursor()),
        };
        Position { cursor, index: self.next_index }
    }

    /// Goes back to a place that [`Self::position`] gave.
    pub(crate) fn seek(&mut self, position: &Position) {
        self.next_index = position.index;
        match (&mut self.format, &position.cursor) {
            #[cfg(feature = "webm")]
            (Format::WebM(reader), Cursor::WebM(cursor)) => reader.seek(*cursor),
            #[cfg(feature = "mp4")]
            (Format::Mp4(reader), Cursor::Mp4(cursor)) => reader.seek(cursor),
            #[cfg(all(feature = "webm", feature = "mp4"))]
            _ => {}
        }
    }
}

/// How much later all is than the file says, in nanoseconds.
#[cfg(feature = "webm")]
fn shift(reader: &webm::Reader, tracks: &[PacketTrack]) -> i64 {
    tracks.first().map_or(0, |track| track.timescale.to_nanoseconds(reader.shift()))
}
