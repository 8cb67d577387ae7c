//! Packets are written as a recorder would write them, and pushed through [`Seekable`]: one machine makes durations,
//! sizes and index, here as well as live.

#[cfg(feature = "mp4")]
mod mp4;
#[cfg(feature = "webm")]
mod webm;

#[cfg(feature = "mp4")]
use super::metadata::items;
use super::{Format, Packet, Packets, PartsError, Source, Span, append_from};
use crate::{Edit, Metadata, Options, Seekable, Summary};

/// Bytes that are gathered before they go through the machine, and that a payload is read in at a time.
const BATCH: usize = 256 * 1024;

/// Where a packet goes. Times in ticks of the output's track.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Placed {
    /// Index into the tracks of the output.
    pub(crate) track: usize,
    pub(crate) time: i64,
    #[cfg_attr(not(feature = "mp4"), expect(dead_code, reason = "only MP4 says when packets are decoded"))]
    pub(crate) decode_time: i64,
    /// In ticks of the output's track.
    #[cfg_attr(not(feature = "mp4"), expect(dead_code, reason = "WebM keeps what the block says"))]
    pub(crate) duration: Option<u64>,
    /// Which input it comes from: runs and clusters of different inputs are kept apart.
    #[cfg_attr(not(feature = "webm"), expect(dead_code, reason = "MP4 ends a fragment with its input"))]
    pub(crate) input: usize,
}

/// What an input brings for a track. Times in ticks of the output's track, moved to where the input goes.
#[cfg(feature = "mp4")]
#[derive(Debug, Clone)]
pub(crate) struct Arrival {
    /// Of its packets: the first time that one is decoded, and that one would be shown.
    pub(crate) decode_time: i64,
    pub(crate) time: i64,
    /// What is shown of them.
    pub(crate) shown: Vec<crate::mp4::shown::Shown>,
    /// How exact that is.
    pub(crate) tick: i64,
    /// Whether it goes on exactly where the input before it was cut off.
    pub(crate) follows: bool,
}

/// A file in the making: packets in, edits out.
#[derive(Debug)]
pub(crate) struct Output {
    stream: Stream,
    muxer: Muxer,
}

#[derive(Debug)]
enum Muxer {
    #[cfg(feature = "webm")]
    WebM(webm::Muxer),
    #[cfg(feature = "mp4")]
    Mp4(Box<mp4::Muxer>),
}

/// Whatever gives packets to an output, one after the other.
pub(crate) trait Feed {
    fn output(&mut self) -> &mut Output;

    /// Takes one packet, or ends the output.
    fn advance(&mut self) -> Result<(), PartsError>;

    /// The next edit; `None` when the file is complete.
    fn pull(&mut self) -> Result<Option<Edit>, PartsError> {
        loop {
            let output = self.output();
            if let Some(edit) = output.stream.seekable.next_edit() {
                return Ok(Some(edit));
            }
            if output.stream.is_finished {
                return Ok(None);
            }
            self.advance()?;
        }
    }
}

impl Output {
    /// Writes the head: that of `like`, which also gives the tracks. `delays`: for each track, in its ticks, how much
    /// later than shown its packets are written, so that no decode time is negative (MP4 only). `kept`: whole elements of
    /// [`super::Kept`] (WebM only).
    #[cfg_attr(not(feature = "mp4"), expect(unused_mut, reason = "only MP4 has items"))]
    pub(crate) fn new<S: Source>(
        like: &Packets<S>,
        delays: &[i64],
        mut metadata: Metadata,
        kept: &[u8],
        options: Options,
    ) -> Result<Self, PartsError> {
        #[cfg(feature = "mp4")]
        let items = match &like.format {
            Format::Mp4(_) => items::take(&mut metadata),
            #[cfg(feature = "webm")]
            Format::WebM(_) => Vec::new(),
        };
        let mut seekable = Seekable::new(options);
        seekable.set_metadata(metadata)?;
        let mut stream = Stream { seekable, batch: Vec::new(), is_finished: false };
        let muxer = match &like.format {
            #[cfg(feature = "webm")]
            Format::WebM(reader) => {
                stream.put(&webm::head(reader, &like.tracks))?;
                stream.put(kept)?;
                Muxer::WebM(webm::Muxer::new(&like.tracks))
            }
            #[cfg(feature = "mp4")]
            Format::Mp4(reader) => {
                let muxer = mp4::Muxer::new(&like.tracks, delays)?;
                stream.put(&muxer.head(reader, &items))?;
                Muxer::Mp4(Box::new(muxer))
            }
        };
        #[cfg(not(feature = "mp4"))]
        let _ = delays;
        #[cfg(not(feature = "webm"))]
        let _ = kept;
        Ok(Self { stream, muxer })
    }

    /// Says what comes next; without it all packets of a track are shown, from time zero on. MP4 only.
    #[cfg(feature = "mp4")]
    pub(crate) fn begin_input(&mut self, arrivals: &[Option<Arrival>]) {
        match &mut self.muxer {
            #[cfg(feature = "webm")]
            Muxer::WebM(_) => {}
            Muxer::Mp4(muxer) => muxer.begin_input(arrivals),
        }
    }

    /// Writes a packet of `input`.
    pub(crate) fn packet<S: Source>(
        &mut self,
        source: &S,
        packet: &Packet,
        placed: Placed,
    ) -> Result<(), PartsError> {
        match &mut self.muxer {
            #[cfg(feature = "webm")]
            Muxer::WebM(muxer) => muxer.packet(&mut self.stream, source, packet, placed),
            #[cfg(feature = "mp4")]
            Muxer::Mp4(muxer) => muxer.packet(&mut self.stream, source, packet, placed),
        }
    }

    /// Writes what was held back of the packets of a source; before those of another one, and at the end.
    pub(crate) fn end_of_input<S: Source>(&mut self, source: &S) -> Result<(), PartsError> {
        match &mut self.muxer {
            #[cfg(feature = "webm")]
            Muxer::WebM(_) => {
                let _ = source;
                Ok(())
            }
            #[cfg(feature = "mp4")]
            Muxer::Mp4(muxer) => muxer.flush(&mut self.stream, source),
        }
    }

    /// Writes whole elements of [`super::Kept`] behind all packets (WebM only).
    pub(crate) fn keep(&mut self, elements: &[u8]) -> Result<(), PartsError> {
        self.stream.put(elements)
    }

    /// Says something else about the recording. Items of MP4 stay as they were said first.
    #[cfg_attr(not(feature = "mp4"), expect(unused_mut, reason = "only MP4 has items"))]
    pub(crate) fn set_metadata(&mut self, mut metadata: Metadata) -> Result<(), PartsError> {
        #[cfg(feature = "mp4")]
        if matches!(self.muxer, Muxer::Mp4(_)) {
            items::take(&mut metadata);
        }
        Ok(self.stream.seekable.set_metadata(metadata)?)
    }

    /// Ends the file. Edits are still to be taken.
    pub(crate) fn finish(&mut self) -> Result<(), PartsError> {
        self.stream.push()?;
        match &mut self.muxer {
            #[cfg(feature = "mp4")]
            Muxer::Mp4(muxer) => {
                let hides = muxer.hides();
                self.stream.finish_mp4(&muxer.take_shown(), hides)?;
            }
            #[cfg(feature = "webm")]
            Muxer::WebM(_) => _ = self.stream.seekable.finish()?,
        }
        self.stream.is_finished = true;
        Ok(())
    }

    pub(crate) fn summary(&self) -> Summary {
        self.stream.seekable.summary()
    }
}

/// The bytes that a recorder would deliver, on their way through the machine.
#[derive(Debug)]
struct Stream {
    seekable: Seekable,
    batch: Vec<u8>,
    is_finished: bool,
}

impl Stream {
    fn put(&mut self, bytes: &[u8]) -> Result<(), PartsError> {
        self.batch.extend_from_slice(bytes);
        if self.batch.len() >= BATCH {
            self.push()?;
        }
        Ok(())
    }

    /// Copies bytes of the input, a piece at a time.
    fn copy<S: Source>(&mut self, source: &S, span: Span) -> Result<(), PartsError> {
        let mut at = span.offset;
        while at < span.end() {
            let size = (span.end() - at).min(BATCH as u64);
            let done = append_from(source, Span { offset: at, size }, &mut self.batch)? as u64;
            if done < size {
                return Err(PartsError::Malformed { offset: at + done, expected: "the bytes of a packet" });
            }
            at += size;
            self.put(&[])?;
        }
        Ok(())
    }

    /// Ends the file; `shown`: what is shown of each track, where that is not all. `hides`: without an edit list something would be
    /// shown that was hidden, not only the last text for longer.
    #[cfg(feature = "mp4")]
    fn finish_mp4(&mut self, shown: &[Vec<crate::mp4::shown::Shown>], hides: bool) -> Result<(), PartsError> {
        #[cfg(feature = "mp4-repair")]
        let is_said = shown.is_empty() || self.seekable.set_shown(shown.to_vec());
        #[cfg(not(feature = "mp4-repair"))]
        let is_said = shown.is_empty();
        self.seekable.finish()?;
        #[cfg(feature = "mp4-repair")]
        let is_said = is_said && self.seekable.is_plain_mp4();
        if hides && !is_said {
            return Err(PartsError::BadRequest(
                "edit lists hide something, which can't be written into a file this large, or with such a head: join fewer, make smaller parts, or convert first",
            ));
        }
        Ok(())
    }

    fn push(&mut self) -> Result<(), PartsError> {
        self.seekable.push(&self.batch)?;
        self.batch.clear();
        Ok(())
    }
}

/// Bytes that a packet takes in the output, at most (without the clusters' and fragments' own).
pub(crate) fn cost(packet: &Packet) -> u64 {
    packet.data.size
        + match &packet.shape {
            #[cfg(feature = "webm")]
            super::Shape::Block { group, .. } => webm::cost(packet.data.size, group.as_ref()),
            #[cfg(feature = "mp4")]
            super::Shape::Sample { .. } => mp4::SAMPLE_COST,
        }
}

/// Bytes that a cluster of the input takes in the output, beside its blocks.
pub(crate) const CLUSTER_COST: u64 = 32;

/// Bytes that a second takes beside its packets, at most: fragments are that long, and clusters are begun anew when
/// their blocks no longer fit.
pub(crate) fn cost_of_second<S: Source>(like: &Packets<S>) -> u64 {
    match &like.format {
        #[cfg(feature = "webm")]
        Format::WebM(_) => CLUSTER_COST,
        #[cfg(feature = "mp4")]
        Format::Mp4(_) => 64 + 96 * like.tracks.len() as u64,
    }
}
