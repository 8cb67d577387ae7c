//! A recording is cut into parts on key frames; each part is a complete file of its own.

mod lasting;
mod order;
mod part;
mod plan;
mod scan;
#[cfg(feature = "mp4-repair")]
mod shown;
mod words;

use std::time::Duration;

use crate::packets::{Kept, PacketTrack, Packets, Source};
use crate::{Metadata, Options, PartsError};
pub use part::PartWriter;
use plan::Plan;
use scan::Measured;
use words::Heritage;
pub(crate) use words::{part_length, part_start, strip, title_of_whole};

/// Where to cut. Cuts are always made on key frames of the first video track; of a recording without video, between
/// any two packets of its first track. Of further video tracks a part may begin with pictures that need earlier ones: only
/// the first video track is sure to play from its start.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SplitAt {
    /// Parts of at most so many bytes each. Only where a single stretch from one key frame to the next needs more does
    /// a part get larger; [`Part::is_larger_than_asked`] says so.
    Size(u64),
    /// Parts that last at most so long, with the same exception.
    Duration(Duration),
    /// Only what lies in these ranges, a part for each: this trims a recording. Starts move back to a key frame, ends
    /// move on to one, so that nothing that was asked for is lost. In order, and not overlapping; times count from the
    /// start of the file's timeline, the end is exclusive. At most [`RANGES_MAX`].
    Ranges(Vec<std::ops::Range<Duration>>),
}

impl SplitAt {
    /// Small parts reserve less for their index and for what they say: no more of the size than this.
    fn fitting(&self, options: Options) -> Options {
        const INDEX_SHARE: u64 = 32;
        const METADATA_SHARE: u64 = 64;
        const LEAST: u64 = 1024;
        let Self::Size(size) = self else { return options };
        let share =
            |bytes: u32, share: u64| bytes.min(u32::try_from((size / share).max(LEAST)).unwrap_or(u32::MAX));
        Options {
            index_bytes: share(options.index_bytes, INDEX_SHARE),
            metadata_bytes: share(options.metadata_bytes, METADATA_SHARE),
            ..options
        }
    }
}

/// Ranges that are cut out of a recording at most.
pub const RANGES_MAX: usize = 2_000;

/// A part that will be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Part {
    /// The first is 1.
    pub number: usize,
    /// Where it begins in the recording: its own time zero. Of the first part that is the start of the file's timeline, of
    /// others their first packet.
    pub start: Duration,
    /// Where its last packet ends in the recording, as far as the file tells.
    pub end: Duration,
    /// About how large its file will be, in bytes, never less than it is.
    pub size_at_most: u64,
    /// Whether a single stretch from key frame to key frame is more than was asked for, with what each part has.
    pub is_larger_than_asked: bool,
    /// What each part has beside its packets, in bytes: its head, room for its index, and what it says about the recording.
    pub fixed_size: u64,
}

/// Cuts a recording into parts.
///
/// The input is read twice: first only its headers, then each part as a whole. Memory: that of [`Packets`], some hundred
/// bytes for each of at most 2,000 parts (for [`SplitAt::Size`] and [`SplitAt::Ranges`] of at most 10,000 stretches that
/// may become parts), and 256 KiB of payload beside what the machine holds back.
///
/// ```no_run
/// use std::time::Duration;
/// use seekable::{MemoryFile, Options, Split, SplitAt};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let recording = std::fs::read("recording.webm")?;
/// let mut split = Split::new(&recording[..], &SplitAt::Duration(Duration::from_secs(600)), Options::default())?;
/// for number in 1..=split.parts().len() {
///     let mut file = MemoryFile::default();
///     let mut part = split.part(number)?;
///     while let Some(edit) = part.next_edit()? {
///         file.apply(&edit)?;
///     }
///     std::fs::write(format!("recording-{number}.webm"), file.bytes())?;
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Split<S> {
    packets: Packets<S>,
    plans: Vec<Plan>,
    measured: Measured,
    parts: Vec<Part>,
    heritage: Heritage,
    kept: Kept,
    options: Options,
}

impl<S: Source> Split<S> {
    /// Finds out where to cut. Reads all headers of the input.
    ///
    /// # Errors
    /// [`PartsError`]: the input can not be read or is damaged, nothing is in the ranges, or the wish makes no sense.
    pub fn new(source: S, at: &SplitAt, options: Options) -> Result<Self, PartsError> {
        let mut packets = Packets::open(source, options.limits)?;
        #[cfg(feature = "mp4")]
        crate::packets::mp4::check_edits(packets.tracks(), false)?;
        let options = at.fitting(options);
        let beginning = packets.position();
        let rule = plan::Rule::new(at, packets.source().length())?;
        let scanned = scan::scan(&mut packets, &rule)?;
        packets.seek(&beginning);
        let metadata = packets.metadata()?;
        let kept = packets.kept()?;
        let overhead = plan::overhead(&packets, &metadata, &kept, &options);
        let mut plans = plan::plans(&rule, &scanned, overhead)?;
        if packets.tracks().iter().any(PacketTrack::tells_durations) {
            plans.iter_mut().for_each(Plan::end_with_next);
        }
        let parts = plans.iter().zip(1..).map(|(plan, number)| plan.describe(number)).collect();
        let heritage = Heritage::new(metadata, plans.len());
        Ok(Self { packets, plans, measured: scanned.measured, parts, heritage, kept, options })
    }

    /// The parts, in order.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// What the input says about the recording.
    pub fn metadata(&self) -> &Metadata {
        self.heritage.whole()
    }

    /// The tracks that are left out; see [`Packets::left_out`].
    pub fn left_out(&self) -> impl Iterator<Item = &PacketTrack> {
        self.packets.left_out()
    }

    /// Begins to write a part, the first being 1. Parts can be written in any order, and again.
    ///
    /// # Errors
    /// [`PartsError::BadRequest`] when there is no such part, and those of reading.
    pub fn part(&mut self, number: usize) -> Result<PartWriter<'_, S>, PartsError> {
        let plan = number.checked_sub(1).and_then(|index| self.plans.get(index));
        let plan = plan.ok_or(PartsError::BadRequest("there is no part of this number"))?;
        let metadata = self.heritage.of(plan, number);
        PartWriter::new(&mut self.packets, plan, &self.measured, metadata, &self.kept, self.options)
    }
}
