//! One pass over all packets: the stretches between the places where one may cut.

use super::plan::{PARTS_MAX, Rule};
use crate::TrackKind;
use crate::packets::output::{RUN_COST, cost};
use crate::packets::{Packet, Packets, PartsError, Position, Shape, Source, note_delay};

/// Stretches that are kept apart at most.
const INTERVALS_MAX: usize = 10_000;

/// Packets of other tracks that run ahead of the main one and are remembered one by one.
const AHEAD_MAX: usize = 1_024;

/// A stretch from one possible cut to another. Packets of the main track belong to it by their order, those of other
/// tracks by their time. Times in nanoseconds.
#[derive(Debug, Clone)]
pub(super) struct Interval {
    /// The time of its key frame; the first one reaches back without end.
    pub(super) time: i64,
    /// Packets of the main track before it.
    pub(super) main_from: u64,
    /// Where to begin to read, and packets of the main track before that.
    pub(super) from: Position,
    pub(super) from_main: u64,
    /// Packets of all tracks up to the last one that belongs to it.
    pub(super) last: u64,
    /// Bytes in the output, at most.
    pub(super) bytes: u64,
    /// When its first packet begins and its last one ends.
    pub(super) start: i64,
    pub(super) end: i64,
}

/// What a pass over all packets tells.
#[derive(Debug)]
pub(super) struct Scanned {
    /// At least one, unless there are no packets.
    pub(super) intervals: Vec<Interval>,
    /// For each track, in ticks: how much later than shown its packets must be written, so that none is decoded before
    /// time zero.
    pub(super) delays: Vec<i64>,
}

/// A packet of another track, ahead of the main one.
#[derive(Debug)]
struct Ahead {
    time: i64,
    bytes: u64,
    from: Position,
    from_main: u64,
}

struct Scan<'a> {
    rule: &'a Rule,
    intervals: Vec<Interval>,
    delays: Vec<i64>,
    ahead: Vec<Ahead>,
    /// Of the main track.
    main_count: u64,
    has_key: bool,
    /// The last two possible cuts.
    cuts: (i64, i64),
    run: Option<u64>,
}

/// Reads all packets and gives the stretches that `rule` wants apart.
pub(super) fn scan<S: Source>(packets: &mut Packets<S>, rule: &Rule) -> Result<Scanned, PartsError> {
    let main = packets.main_track();
    let is_video = packets.tracks().iter().any(|track| track.track.kind == TrackKind::Video);
    let mut scan = Scan {
        rule,
        intervals: Vec::new(),
        delays: vec![0; packets.tracks().len()],
        ahead: Vec::new(),
        main_count: 0,
        has_key: false,
        cuts: (i64::MIN, i64::MIN),
        run: None,
    };
    loop {
        let position = packets.position();
        let Some(packet) = packets.next_packet()? else { break };
        let start = packets.start(&packet);
        let is_main = main == Some(packet.track);
        if scan.intervals.is_empty() {
            scan.intervals.push(Interval::new(i64::MIN, 0, &position));
        }
        if is_main && (packet.is_key || !is_video) {
            scan.cut(start, &position)?;
        }
        scan.add(&packet, is_main, start, packets, position);
    }
    let end = scan.intervals.iter().map(|interval| interval.end).max().unwrap_or(0);
    scan.join_last(end);
    Ok(Scanned { intervals: scan.intervals, delays: scan.delays })
}

impl Scan<'_> {
    /// A cut is possible here.
    fn cut(&mut self, time: i64, position: &Position) -> Result<(), PartsError> {
        // What comes before the first key frame goes with it. Times that run backwards cut nothing.
        let is_first = !self.has_key;
        self.has_key = true;
        if is_first || time <= self.cuts.1 {
            self.cuts.1 = self.cuts.1.max(time);
            return Ok(());
        }
        self.join_last(time);
        self.cuts = (self.cuts.1, time);
        if self.intervals.len() >= INTERVALS_MAX {
            return Err(PartsError::TooManyParts { max: PARTS_MAX });
        }
        let mut next = Interval::new(time, self.main_count, position);
        self.ahead.retain(|ahead| ahead.time >= time);
        for ahead in &self.ahead {
            if ahead.from.index < next.from.index {
                (next.from, next.from_main) = (ahead.from.clone(), ahead.from_main);
            }
            next.bytes = next.bytes.saturating_add(ahead.bytes);
        }
        if let Some(last) = self.intervals.last_mut() {
            last.bytes = last.bytes.saturating_sub(next.bytes);
        }
        next.bytes = next.bytes.saturating_add(RUN_COST);
        self.intervals.push(next);
        Ok(())
    }

    /// Joins the last two stretches if the rule says so.
    fn join_last(&mut self, next: i64) {
        let [.., first, second] = &mut self.intervals[..] else { return };
        if self.rule.joins(first, second, self.cuts.0, next) {
            if second.from.index < first.from.index {
                (first.from, first.from_main) = (second.from.clone(), second.from_main);
            }
            first.last = first.last.max(second.last);
            first.bytes = first.bytes.saturating_add(second.bytes);
            first.start = first.start.min(second.start);
            first.end = first.end.max(second.end);
            self.intervals.pop();
        }
    }

    fn add<S: Source>(
        &mut self,
        packet: &Packet,
        is_main: bool,
        start: i64,
        packets: &Packets<S>,
        position: Position,
    ) {
        let end = start.saturating_add(packets.length_of(packet).unwrap_or(0));
        let mut bytes = cost(packet);
        let run = run(packet);
        if self.run.replace(run) != Some(run) {
            bytes = bytes.saturating_add(RUN_COST);
        }
        let of_time = self.intervals.partition_point(|interval| interval.time <= start).saturating_sub(1);
        let index = if is_main { self.intervals.len().saturating_sub(1) } else { of_time };
        if let Some(interval) = self.intervals.get_mut(index) {
            interval.last = position.index + 1;
            interval.bytes = interval.bytes.saturating_add(bytes);
            interval.start = interval.start.min(start);
            interval.end = interval.end.max(end);
        }
        if let Some(delay) = self.delays.get_mut(packet.track) {
            note_delay(delay, packet);
        }
        let from_main = self.main_count;
        if is_main {
            self.main_count += 1;
        } else if start >= self.cuts.1 {
            if self.ahead.len() >= AHEAD_MAX {
                self.thin_out();
            }
            self.ahead.push(Ahead { time: start, bytes, from: position, from_main });
        }
    }

    /// Keeps every other of the packets ahead: it then stands for two, and reading may begin a little early.
    fn thin_out(&mut self) {
        let mut is_second = false;
        let mut kept: Vec<Ahead> = Vec::with_capacity(AHEAD_MAX);
        for ahead in self.ahead.drain(..) {
            match kept.last_mut().filter(|_| is_second) {
                Some(first) => {
                    first.time = first.time.max(ahead.time);
                    first.bytes = first.bytes.saturating_add(ahead.bytes);
                }
                None => kept.push(ahead),
            }
            is_second = !is_second;
        }
        self.ahead = kept;
    }
}

impl Interval {
    fn new(time: i64, main_from: u64, from: &Position) -> Self {
        Self {
            time,
            main_from,
            from: from.clone(),
            from_main: main_from,
            last: from.index,
            bytes: RUN_COST,
            start: i64::MAX,
            end: i64::MIN,
        }
    }
}

/// Which cluster or fragment a packet is in.
fn run(packet: &Packet) -> u64 {
    match packet.shape {
        #[cfg(feature = "webm")]
        Shape::Block { cluster, .. } => cluster,
        #[cfg(feature = "mp4")]
        Shape::Sample { run, .. } => run,
    }
}
