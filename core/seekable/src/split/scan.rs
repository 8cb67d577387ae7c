//! One pass over all packets: the stretches between the places where one may cut.

use super::lasting::{LASTING_MAX, Lasting};
use super::order::{Order, Place, Turn};
use super::plan::{PARTS_MAX, Rule};
use crate::TrackKind;
use crate::packets::output::{CLUSTER_COST, cost};
use crate::packets::{Packet, PacketTrack, Packets, PartsError, Source, note_delay};

/// Stretches that are kept apart at most.
const INTERVALS_MAX: usize = 10_000;

/// Packets of other tracks that run ahead of the main one and are remembered one by one.
const AHEAD_MAX: usize = 1_024;

/// Cuts that a text may come too late for.
const LATE_CUTS: usize = 4;

/// A stretch from one possible cut to another. Packets of the main track belong to it by their order, those of other
/// tracks by their time. Times in nanoseconds.
#[derive(Debug, Clone)]
pub(super) struct Interval {
    /// The time of its key frame; the first one reaches back without end.
    pub(super) time: i64,
    /// Packets of the main track before it.
    pub(super) main_from: u64,
    /// Where to begin to read.
    pub(super) from: Place,
    /// Packets of all tracks up to the last one that belongs to it.
    pub(super) last: u64,
    /// Bytes in the output, at most.
    pub(super) bytes: u64,
    /// When its first packet begins and its last one ends.
    pub(super) start: i64,
    pub(super) end: i64,
    /// Texts that begin before it and last into it.
    pub(super) lasting: Vec<Packet>,
    /// Whether anything of it is shown, and not all hidden by edit lists that end before.
    pub(super) is_shown: bool,
}

/// What a pass over all packets tells.
#[derive(Debug)]
pub(super) struct Scanned {
    /// At least one, unless there are no packets. Only the first and the last one may show nothing; what is behind the last one
    /// does not either.
    pub(super) intervals: Vec<Interval>,
    pub(super) measured: Measured,
}

/// What it tells of each track, in its ticks.
#[derive(Debug)]
pub(super) struct Measured {
    /// How much later than shown its packets must be written, so that none is decoded before time zero.
    pub(super) delays: Vec<i64>,
    /// The first time that one of its packets would be shown, were nothing hidden.
    pub(super) earliest: Vec<i64>,
}

/// A packet of another track that is not before the last cut. Whether it is before the next one is not known yet.
#[derive(Debug)]
struct Ahead {
    time: i64,
    share: Share,
    from: Place,
}

/// What packets add to a stretch.
#[derive(Debug, Clone, Copy)]
struct Share {
    start: i64,
    end: i64,
    bytes: u64,
    last: u64,
    is_shown: bool,
}

struct Scan<'a> {
    rule: &'a Rule,
    intervals: Vec<Interval>,
    measured: Measured,
    ahead: Vec<Ahead>,
    lasting: Lasting,
    has_key: bool,
    /// The last two possible cuts.
    cuts: (i64, i64),
    /// The cluster of the packet before.
    cluster: Option<u64>,
}

/// Reads all packets and gives the stretches that `rule` wants apart.
pub(super) fn scan<S: Source>(packets: &mut Packets<S>, rule: &Rule) -> Result<Scanned, PartsError> {
    let mut order = Order::new(packets);
    let is_video = packets.tracks().iter().any(|track| track.track.kind == TrackKind::Video);
    let count = packets.tracks().len();
    let mut scan = Scan {
        rule,
        intervals: Vec::new(),
        measured: Measured { delays: vec![0; count], earliest: vec![i64::MAX; count] },
        ahead: Vec::new(),
        lasting: Lasting::default(),
        has_key: false,
        cuts: (i64::MIN, i64::MIN),
        cluster: None,
    };
    loop {
        let position = packets.position();
        let Some(packet) = packets.next_packet()? else { break };
        if !packets.keeps(&packet) {
            continue;
        }
        let start = packets.start(&packet);
        let place = Place { position, order: order.clone() };
        if scan.intervals.is_empty() {
            scan.intervals.push(Interval::new(i64::MIN, &place));
        }
        if order.is_main(&packet) && (packet.is_key || !is_video) {
            scan.cut(start, &place)?;
        }
        let turn = order.take(&packet, start);
        scan.add(&packet, turn, start, packets, place);
    }
    scan.settle(i64::MAX);
    let end = scan.intervals.iter().map(|interval| interval.end).max().unwrap_or(0);
    scan.join_last(end);
    Ok(Scanned { intervals: without_hidden(scan.intervals), measured: scan.measured })
}

/// A stretch that shows nothing goes with the one before, unless nothing is shown behind it either: then it is the last one.
fn without_hidden(intervals: Vec<Interval>) -> Vec<Interval> {
    let shown = intervals.iter().rposition(|interval| interval.is_shown).map_or(0, |last| last + 1);
    let mut joined: Vec<Interval> = Vec::with_capacity(intervals.len());
    for (place, interval) in intervals.into_iter().enumerate().take(shown + 1) {
        match joined.last_mut().filter(|_| !interval.is_shown && place < shown) {
            Some(before) => before.join(&interval),
            None => joined.push(interval),
        }
    }
    joined
}

impl Scan<'_> {
    /// A cut is possible here.
    fn cut(&mut self, time: i64, place: &Place) -> Result<(), PartsError> {
        // What comes before the first key frame goes with it. Times that run backwards cut nothing.
        let is_first = !self.has_key;
        self.has_key = true;
        if is_first || time <= self.cuts.1 {
            self.cuts.1 = self.cuts.1.max(time);
            return Ok(());
        }
        self.settle(time);
        self.join_last(time);
        self.cuts = (self.cuts.1, time);
        if self.intervals.len() >= INTERVALS_MAX {
            return Err(PartsError::TooManyParts { max: PARTS_MAX });
        }
        let mut next = Interval::new(time, place);
        next.lasting = self.lasting.over(time);
        for ahead in &self.ahead {
            if ahead.from.position.index < next.from.position.index {
                next.from = ahead.from.clone();
            }
        }
        self.intervals.push(next);
        Ok(())
    }

    /// What is ahead, but before this time, belongs to the last stretch.
    fn settle(&mut self, time: i64) {
        let Some(last) = self.intervals.last_mut() else { return };
        self.ahead.retain(|ahead| {
            let stays = ahead.time >= time && time != i64::MAX;
            if !stays {
                last.add(ahead.share);
            }
            stays
        });
    }

    /// Joins the last two stretches if the rule says so.
    fn join_last(&mut self, next: i64) {
        // Hidden stretches go with what is before them as soon as something is shown behind them.
        while let [.., before, hidden, last] = &mut self.intervals[..]
            && last.is_shown
            && !hidden.is_shown
        {
            before.join(hidden);
            self.intervals.remove(self.intervals.len() - 2);
        }
        let [.., first, second] = &mut self.intervals[..] else { return };
        // What is hidden at the end is to be left out.
        let is_left_out = first.is_shown && !second.is_shown;
        if !is_left_out && self.rule.joins(first, second, self.cuts.0, next) {
            first.join(second);
            self.intervals.pop();
        }
    }

    fn add<S: Source>(
        &mut self,
        packet: &Packet,
        turn: Turn,
        start: i64,
        packets: &Packets<S>,
        place: Place,
    ) {
        let (shown_at, length) = packets.shown(packet);
        let end = shown_at.saturating_add(length.unwrap_or(0));
        let mut bytes = cost(packet);
        bytes = bytes.saturating_add(self.cost_of_cluster(packet));
        let track = packets.tracks().get(packet.track);
        let is_shown = track.is_none_or(|track| !track.is_hidden_from(packet.time));
        let share = Share { start, end, bytes, last: place.position.index + 1, is_shown };
        self.measured.note(packet);
        if track.is_some_and(PacketTrack::is_repeated) {
            // It may come a little late; most cuts that it lasts over are still to come.
            for interval in self.intervals.iter_mut().rev().take(LATE_CUTS) {
                if start < interval.time && interval.time < end && interval.lasting.len() < LASTING_MAX {
                    interval.lasting.push(*packet);
                }
            }
            self.lasting.note(*packet, start, end);
        }
        match turn {
            Turn::Main(_) => {
                if let Some(last) = self.intervals.last_mut() {
                    last.add(share);
                }
            }
            Turn::Other(time) if time >= self.cuts.1 => {
                if self.ahead.len() >= AHEAD_MAX {
                    self.thin_out();
                }
                self.ahead.push(Ahead { time, share, from: place });
            }
            Turn::Other(time) => {
                // Late: the stretch it belongs to was left already.
                let index = self.intervals.partition_point(|interval| interval.time <= time);
                if let Some(interval) = self.intervals.get_mut(index.saturating_sub(1)) {
                    interval.add(share);
                }
            }
        }
    }

    /// What a cluster takes, with its first packet.
    fn cost_of_cluster(&mut self, packet: &Packet) -> u64 {
        let cluster = packet.shape.cluster();
        let is_new = cluster.is_some() && std::mem::replace(&mut self.cluster, cluster) != cluster;
        if is_new { CLUSTER_COST } else { 0 }
    }

    /// Keeps every other of the packets ahead: it then stands for two, and reading may begin a little early.
    fn thin_out(&mut self) {
        let mut is_second = false;
        let mut kept: Vec<Ahead> = Vec::with_capacity(AHEAD_MAX);
        for ahead in self.ahead.drain(..) {
            match kept.last_mut().filter(|_| is_second) {
                Some(first) => {
                    first.time = first.time.max(ahead.time);
                    first.share.add(ahead.share);
                }
                None => kept.push(ahead),
            }
            is_second = !is_second;
        }
        self.ahead = kept;
    }
}

impl Measured {
    fn note(&mut self, packet: &Packet) {
        if let Some(delay) = self.delays.get_mut(packet.track) {
            note_delay(delay, packet);
        }
        if let Some(earliest) = self.earliest.get_mut(packet.track) {
            *earliest = packet.time.min(*earliest);
        }
    }
}

impl Share {
    fn add(&mut self, other: Self) {
        self.start = self.start.min(other.start);
        self.end = self.end.max(other.end);
        self.bytes = self.bytes.saturating_add(other.bytes);
        self.last = self.last.max(other.last);
        self.is_shown |= other.is_shown;
    }
}

impl Interval {
    fn add(&mut self, share: Share) {
        let mut sum = self.share();
        sum.add(share);
        let Share { start, end, bytes, last, is_shown } = sum;
        (self.start, self.end, self.bytes, self.last, self.is_shown) = (start, end, bytes, last, is_shown);
    }

    fn share(&self) -> Share {
        let Self { start, end, bytes, last, is_shown, .. } = *self;
        Share { start, end, bytes, last, is_shown }
    }

    /// Takes up the stretch that follows it.
    fn join(&mut self, second: &Self) {
        if second.from.position.index < self.from.position.index {
            self.from = second.from.clone();
        }
        self.add(second.share());
    }

    /// What becomes time zero of a part that begins here. The first part begins where the recording does, even when its
    /// first packet comes later; and what is before time zero is there to be decoded, not to be played.
    pub(super) fn zero(&self) -> i64 {
        if self.time == i64::MIN { 0 } else { self.start.max(0) }
    }

    fn new(time: i64, place: &Place) -> Self {
        Self {
            time,
            main_from: place.order.main_count(),
            from: place.clone(),
            last: place.position.index,
            bytes: 0,
            start: i64::MAX,
            end: i64::MIN,
            lasting: Vec::new(),
            is_shown: false,
        }
    }

    /// Bytes of what lasts into it.
    pub(super) fn lasting_bytes(&self) -> u64 {
        self.lasting.iter().fold(0, |sum, packet| sum.saturating_add(cost(packet)))
    }
}
