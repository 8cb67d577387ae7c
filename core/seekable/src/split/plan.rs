//! Which stretches make which part.

use std::time::Duration;

use super::lasting::SOUND_MAX;
use super::order::Place;
use super::scan::{Interval, Scanned};
use super::{Part, RANGES_MAX, SplitAt};
use crate::packets::output::cost_of_second;
use crate::packets::{Kept, Packet, Packets, PartsError, Source};
use crate::{Metadata, Options};

/// Parts that are made at most.
pub(super) const PARTS_MAX: usize = 2_000;

/// Says which neighbouring stretches need not be kept apart, so that memory does not grow with the input.
#[derive(Debug)]
pub(super) enum Rule {
    /// Parts of so many bytes; stretches below the grain are joined at once.
    Size { limit: u64, grain: u64 },
    /// In nanoseconds.
    Duration(i64),
    /// In nanoseconds, both in order.
    Ranges { starts: Vec<i64>, ends: Vec<i64> },
}

impl Rule {
    pub(super) fn new(at: &SplitAt, length: u64) -> Result<Self, PartsError> {
        match at {
            SplitAt::Size(0) => Err(PartsError::BadRequest("parts of no bytes can not be made: give a size")),
            SplitAt::Size(limit) => {
                if length / limit > PARTS_MAX as u64 {
                    return Err(PartsError::TooManyParts { max: PARTS_MAX });
                }
                let grain = (limit / 64).max(length / 4_096).min(limit / 2);
                Ok(Self::Size { limit: *limit, grain })
            }
            SplitAt::Duration(length) if length.is_zero() => {
                Err(PartsError::BadRequest("parts of no length can not be made: give a duration"))
            }
            SplitAt::Duration(length) => Ok(Self::Duration(nanoseconds(*length))),
            SplitAt::Ranges(ranges) => {
                if ranges.is_empty() || ranges.iter().any(|range| range.is_empty()) {
                    return Err(PartsError::BadRequest("a range is empty: it must end after it begins"));
                }
                if ranges.iter().zip(ranges.iter().skip(1)).any(|(one, next)| next.start < one.end) {
                    return Err(PartsError::BadRequest("ranges must be in order and must not overlap"));
                }
                if ranges.len() > RANGES_MAX {
                    return Err(PartsError::TooManyParts { max: RANGES_MAX });
                }
                Ok(Self::Ranges {
                    starts: ranges.iter().map(|range| nanoseconds(range.start)).collect(),
                    ends: ranges.iter().map(|range| nanoseconds(range.end)).collect(),
                })
            }
        }
    }

    /// Whether `second` is joined to `first`, which it follows. The cut before that of `second` was possible at
    /// `before`, the next one is at `next`.
    pub(super) fn joins(&self, first: &Interval, second: &Interval, before: i64, next: i64) -> bool {
        match self {
            Self::Size { grain, .. } => first.bytes.saturating_add(second.bytes) <= *grain,
            Self::Duration(longest) => next.saturating_sub(first.zero()) <= *longest,
            Self::Ranges { starts, ends } => {
                let has = |times: &[i64], from: i64, to: i64| {
                    times.get(times.partition_point(|time| *time < from)).is_some_and(|time| *time < to)
                };
                let begins_one = has(starts, second.time, next);
                let ends_one = has(ends, before.saturating_add(1), second.time.saturating_add(1));
                !begins_one && !ends_one
            }
        }
    }
}

/// One part: packets of the main track by their order, others by their time.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    /// Where to begin to read.
    pub(super) from: Place,
    /// Packets up to the last that belongs to it.
    pub(super) last: u64,
    pub(super) main: std::ops::Range<u64>,
    /// In nanoseconds.
    pub(super) times: std::ops::Range<i64>,
    /// What becomes time zero, in nanoseconds; and the end of the last packet.
    pub(super) zero: i64,
    pub(super) end: i64,
    /// Where the next part begins, when it follows without a gap.
    pub(super) next_zero: Option<i64>,
    /// Texts that begin before it and last into it.
    pub(super) lasting: Vec<Packet>,
    bytes: u64,
    /// What each part has beside its packets.
    fixed: u64,
    is_larger_than_asked: bool,
}

impl Plan {
    /// Where packets say their durations, none lasts much longer than up to the next part.
    pub(super) fn end_with_next(&mut self) {
        if let Some(next) = self.next_zero.filter(|next| self.end.saturating_sub(*next) > SOUND_MAX) {
            self.end = next;
        }
    }

    pub(super) fn describe(&self, number: usize) -> Part {
        Part {
            number,
            start: duration(self.zero),
            end: duration(self.end.max(self.zero)),
            size_at_most: self.bytes,
            is_larger_than_asked: self.is_larger_than_asked,
            fixed_size: self.fixed,
        }
    }
}

/// Bytes that each part has beside its packets, at most.
#[derive(Debug, Clone, Copy)]
pub(super) struct Overhead {
    once: u64,
    in_a_second: u64,
}

impl Overhead {
    /// Of a part that goes from one time to another, in nanoseconds.
    fn of(self, start: i64, end: i64) -> u64 {
        let seconds = end.saturating_sub(start).max(0).unsigned_abs() / 1_000_000_000 + 3;
        self.once.saturating_add(seconds.saturating_mul(self.in_a_second))
    }
}

/// What parts of this recording have beside their packets.
pub(super) fn overhead<S: Source>(
    packets: &Packets<S>,
    metadata: &Metadata,
    kept: &Kept,
    options: &Options,
) -> Overhead {
    let text = |text: &str| text.len() as u64 + 64;
    let words: u64 = metadata.chapters.iter().map(|chapter| text(&chapter.title) + 128).sum::<u64>()
        + metadata.tags.iter().map(|(name, value)| text(name) + text(value)).sum::<u64>()
        + metadata.participants.iter().map(|name| text(name)).sum::<u64>()
        + metadata.title.as_deref().map_or(0, text)
        + (kept.tags().len() + kept.chapters().len()) as u64;
    let reserved = u64::from(options.index_bytes.max(256)) + u64::from(options.metadata_bytes.max(256));
    // The text may be there twice: in the reserved space and, where it does not fit, at the end.
    Overhead { once: packets.head_length() + reserved + words + 4_096, in_a_second: cost_of_second(packets) }
}

/// Puts stretches together to parts.
pub(super) fn plans(rule: &Rule, scanned: &Scanned, overhead: Overhead) -> Result<Vec<Plan>, PartsError> {
    let intervals = &scanned.intervals;
    let Some(last) = intervals.iter().rposition(|interval| interval.is_shown) else {
        return Err(PartsError::NoPackets("in this recording"));
    };
    // Where one stands behind them, it shows nothing.
    let count = last + 1;
    let mut plans = Vec::new();
    match rule {
        Rule::Size { limit, .. } => {
            let mut from = 0;
            // Of the part so far: bytes of its packets, when it begins and ends.
            let (mut bytes, mut start, mut end) = (0_u64, i64::MAX, i64::MIN);
            for (index, interval) in intervals.iter().enumerate().take(count) {
                let (first, last) = (start.min(interval.start), end.max(interval.end));
                let before = intervals.get(from).map_or(0, Interval::lasting_bytes);
                let own = bytes.saturating_add(interval.bytes).saturating_add(before);
                let total = own.saturating_add(overhead.of(first, last));
                if index > from && total > *limit {
                    plans.extend(plan(intervals, from..index, overhead));
                    (from, bytes, start, end) = (index, 0, i64::MAX, i64::MIN);
                }
                bytes = bytes.saturating_add(interval.bytes);
                (start, end) = (start.min(interval.start), end.max(interval.end));
            }
            plans.extend(plan(intervals, from..count, overhead));
            for plan in &mut plans {
                plan.is_larger_than_asked = plan.bytes > *limit;
            }
        }
        Rule::Duration(longest) => {
            plans.extend((0..count).filter_map(|index| plan(intervals, index..index + 1, overhead)));
            for plan in &mut plans {
                let end = plan.next_zero.unwrap_or(plan.end);
                plan.is_larger_than_asked = end.saturating_sub(plan.zero) > *longest;
            }
        }
        Rule::Ranges { starts, ends } => {
            for (start, end) in starts.iter().zip(ends) {
                let from = intervals.partition_point(|interval| interval.time <= *start).saturating_sub(1);
                let to = intervals.partition_point(|interval| interval.time < *end).min(count);
                let is_behind_all = intervals.get(last).is_some_and(|last| last.end.max(last.start) < *start);
                let plan = plan(intervals, from..to, overhead).filter(|_| !is_behind_all);
                plans.push(plan.ok_or(PartsError::NoPackets("in one of the ranges"))?);
            }
        }
    }
    if plans.len() > PARTS_MAX {
        return Err(PartsError::TooManyParts { max: PARTS_MAX });
    }
    Ok(plans)
}

/// One part of these stretches; `None` when there are no packets in them.
fn plan(intervals: &[Interval], range: std::ops::Range<usize>, overhead: Overhead) -> Option<Plan> {
    let next = intervals.get(range.end);
    let own = intervals.get(range)?;
    let (first, earliest) = (own.first()?, own.iter().min_by_key(|interval| interval.from.position.index)?);
    let start = own.iter().map(|interval| interval.start).min()?;
    if start == i64::MAX {
        return None;
    }
    let end = own.iter().map(|interval| interval.end).max()?;
    let bytes = overhead.of(start, end).saturating_add(first.lasting_bytes());
    Some(Plan {
        from: earliest.from.clone(),
        last: own.iter().map(|interval| interval.last).max()?,
        main: first.main_from..next.map_or(u64::MAX, |next| next.main_from),
        times: first.time..next.map_or(i64::MAX, |next| next.time),
        zero: own.iter().map(Interval::zero).min()?,
        end,
        next_zero: next.filter(|next| next.is_shown).map(Interval::zero),
        lasting: first.lasting.clone(),
        fixed: overhead.once,
        bytes: own.iter().fold(bytes, |sum, interval| sum.saturating_add(interval.bytes)),
        is_larger_than_asked: false,
    })
}

fn nanoseconds(time: Duration) -> i64 {
    i64::try_from(time.as_nanos()).unwrap_or(i64::MAX)
}

fn duration(nanoseconds: i64) -> Duration {
    Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(0))
}
