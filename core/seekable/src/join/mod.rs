//! Parts are put behind each other in one file, their packets as they are.

mod begins;
mod compatible;
mod ends;
mod lasting;
mod offsets;
mod words;

use crate::packets::output::{Feed, Output, Placed};
use crate::packets::{Kept, PacketTrack, Packets, Source, Timescale};
use crate::{Edit, Metadata, Options, PartsError, Summary};
use begins::Begin;
use ends::Ends;
use offsets::Told;

/// What becomes of the time between parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Gaps {
    /// A part begins where the one before ends, with its first packet. Sound and picture keep their distance within each
    /// part. Parts that [`crate::Split`] made follow each other exactly as they did before.
    #[default]
    Close,
    /// Time that passed between parts stays: by what [`crate::Split`] wrote into them, else by their dates where all
    /// have one, else only the time that each part has before its first packet.
    Keep,
}

/// Puts parts together that have the same tracks: kinds, codecs and their setup, sampling rates. The resolution may
/// change where the codec says it in the stream (VP8, VP9, AV1, or H.264 with in-band parameters).
///
/// Memory: for each part its head, 16 KiB, and what it says; for all 256 KiB of payload.
///
/// ```no_run
/// use seekable::{Gaps, Join, MemoryFile, Options};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let (first, second) = (std::fs::read("morning.webm")?, std::fs::read("evening.webm")?);
/// let mut join = Join::new(vec![&first[..], &second[..]], Gaps::Close, Options::default())?;
/// let mut file = MemoryFile::default();
/// while let Some(edit) = join.next_edit()? {
///     file.apply(&edit)?;
/// }
/// std::fs::write("day.webm", file.bytes())?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Join<S> {
    inputs: Vec<Input<S>>,
    /// Of the output's tracks.
    timescales: Vec<Timescale>,
    gaps: Gaps,
    output: Output,
    /// Which input is read.
    current: usize,
    /// What is added to the times of its packets, in nanoseconds.
    offset: i64,
    ends: Ends,
    /// Packets that were told already: which input, and the track that begins with one.
    left_out: Vec<(usize, usize)>,
    /// What each part said that the offsets depend on.
    told: Vec<Told>,
    /// What all parts say together; written at the end, when the offsets are known.
    said: Metadata,
    kept: Kept,
}

#[derive(Debug)]
struct Input<S> {
    packets: Packets<S>,
    /// For each of its tracks: which one of the output it becomes.
    tracks: Vec<usize>,
    metadata: Metadata,
    kept: Kept,
    begin: Begin,
}

impl<S: Source> Join<S> {
    /// Compares the parts. They are written in this order.
    ///
    /// # Errors
    /// [`PartsError::Differs`] names the track and what is not the same; those of reading.
    pub fn new(parts: Vec<S>, gaps: Gaps, options: Options) -> Result<Self, PartsError> {
        let mut inputs: Vec<Input<S>> = Vec::new();
        for (part, number) in parts.into_iter().zip(1..) {
            let mut packets = Packets::open(part, options.limits)?;
            let tracks = match inputs.first() {
                Some(first) => compatible::tracks(&first.packets, &packets, number)?,
                None => {
                    let place = |(place, track): (usize, &PacketTrack)| {
                        if track.is_copied() { place } else { compatible::NOWHERE }
                    };
                    packets.tracks().iter().enumerate().map(place).collect()
                }
            };
            #[cfg(feature = "mp4")]
            crate::packets::mp4::check_edits(packets.tracks(), true)?;
            let (metadata, kept) = (packets.metadata()?, packets.kept()?);
            let begin = Begin::read(&mut packets)?;
            inputs.push(Input { packets, tracks, metadata, kept, begin });
        }
        let Some(first) = inputs.first_mut() else {
            return Err(PartsError::BadRequest("there is nothing to join: give at least one part"));
        };
        let said = words::of_first(&first.metadata);
        let delays = first.packets.delays()?;
        let kept = first.kept.clone();
        let output = Output::new(&first.packets, &delays, said.clone(), &kept.tags(), options)?;
        let told: Vec<Told> = inputs.iter().map(|input| Told::new(&input.metadata)).collect();
        let timescales: Vec<_> = inputs
            .iter()
            .take(1)
            .flat_map(|first| first.packets.tracks())
            .map(|track| track.timescale)
            .collect();
        let ends = Ends::new(timescales.len());
        let left_out = Vec::new();
        let mut join = Self {
            inputs,
            timescales,
            gaps,
            output,
            current: 0,
            offset: 0,
            ends,
            left_out,
            told,
            said,
            kept,
        };
        join.begin_input()?;
        Ok(join)
    }

    /// The next edit to apply to the joined file; `None` when it is complete. An edit is at most about 256 KiB, or what
    /// the machine held back ([`crate::Limits::held_bytes`]).
    ///
    /// # Errors
    /// [`PartsError`]: an input can not be read. What was written so far is of no use then.
    pub fn next_edit(&mut self) -> Result<Option<Edit>, PartsError> {
        self.pull()
    }

    /// What was written, complete once [`Self::next_edit`] has given `None`.
    pub fn summary(&self) -> Summary {
        self.output.summary()
    }

    /// Finds out where the current input goes.
    fn begin_input(&mut self) -> Result<(), PartsError> {
        let Some(input) = self.inputs.get_mut(self.current) else { return Ok(()) };
        let begin = &input.begin;
        self.offset =
            offsets::offset(self.gaps, &self.told, self.current, self.offset, self.ends.end(), begin.time);
        #[cfg(feature = "mp4")]
        {
            let follows = offsets::follows(&self.told, self.current);
            let (scales, offset) = (&self.timescales, self.offset);
            let convert = |track: &PacketTrack, place: usize, ticks: i64| {
                scales.get(place).map_or(ticks, |scale| moved(ticks, track.timescale, *scale, offset))
            };
            let count = scales.len();
            let arrivals = begins::arrivals(&input.packets, begin, &input.tracks, count, follows, convert);
            self.output.begin_input(&arrivals);
        }
        if self.current > 0 {
            words::add(&mut self.said, &input.metadata, self.offset);
            self.kept.add(&input.kept, self.offset);
        }
        Ok(())
    }
}

impl<S: Source> Feed for Join<S> {
    fn output(&mut self) -> &mut Output {
        &mut self.output
    }

    /// Takes one packet, or goes to the next input.
    fn advance(&mut self) -> Result<(), PartsError> {
        let number = self.current;
        let Some(input) = self.inputs.get_mut(number) else { return self.output.finish() };
        let Some(packet) = input.packets.next_packet()? else {
            self.output.end_of_input(input.packets.source())?;
            self.current += 1;
            if self.current < self.inputs.len() {
                return self.begin_input();
            }
            let is_plain = self.kept.has_plain_chapters();
            if !is_plain {
                self.said.chapters.clear();
            }
            self.output.set_metadata(self.said.clone())?;
            if !is_plain {
                // Nothing that is said takes their place any more.
                self.output.keep(&self.kept.chapters())?;
            }
            return self.output.finish();
        };
        if let Some(told) = self.left_out.iter().position(|first| *first == (number, packet.track)) {
            self.left_out.swap_remove(told);
            return Ok(());
        }
        let Some(&track) = input.tracks.get(packet.track) else { return Ok(()) };
        let longer = self.lasts_on(&packet, track);
        let Some(input) = self.inputs.get(number) else { return Ok(()) };
        let Some(from) = input.packets.tracks().get(packet.track) else { return Ok(()) };
        let Some(scale) = self.timescales.get(track) else { return Ok(()) };
        let convert = |ticks: i64| moved(ticks, from.timescale, *scale, self.offset);
        let (start, length) = input.packets.shown(&packet);
        let length = length.map(|length| length.saturating_add(longer));
        self.ends.note(track, start.saturating_add(self.offset), length);
        let placed = Placed {
            track,
            time: convert(packet.time),
            decode_time: convert(packet.decode_time),
            duration: packet.duration.map(|ticks| {
                let ticks = i64::try_from(ticks).unwrap_or(i64::MAX);
                let longer = scale.to_ticks(longer);
                convert(ticks).saturating_sub(convert(0)).saturating_add(longer).unsigned_abs()
            }),
            input: number,
        };
        self.output.packet(input.packets.source(), &packet, placed)
    }
}

/// Ticks of a track in ticks of another, moved by `offset` nanoseconds.
fn moved(ticks: i64, from: Timescale, to: Timescale, offset: i64) -> i64 {
    // The same scale: ticks are moved, so that distances stay exactly as they were.
    let own = if from == to { ticks } else { to.to_ticks(from.to_nanoseconds(ticks)) };
    own.saturating_add(to.to_ticks(offset))
}
