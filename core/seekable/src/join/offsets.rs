//! Where a part goes in the joined recording.

use super::Gaps;
use crate::packets::{Packets, PartsError, Source};
use crate::split::{part_length, part_start};
use crate::{Metadata, UnixMillis};

/// Packets that are looked at to find out which track begins first.
const FIRST_PACKETS: usize = 1_000;

/// What a part says about its place, in nanoseconds.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Told {
    start: Option<i64>,
    length: Option<i64>,
    date: Option<i64>,
}

impl Told {
    pub(super) fn new(metadata: &Metadata) -> Self {
        let nanoseconds = |time: std::time::Duration| i64::try_from(time.as_nanos()).ok();
        Self {
            start: part_start(metadata).and_then(nanoseconds),
            length: part_length(metadata).and_then(nanoseconds),
            date: metadata.date.and_then(|UnixMillis(date)| i64::try_from(date).ok()?.checked_mul(1_000_000)),
        }
    }

    /// Where a part begins that follows this one without a gap.
    fn next_start(&self) -> Option<i64> {
        self.start?.checked_add(self.length?)
    }
}

/// What is added to the times of part `index`. `before`: what was added to those of the one before; `end`: where that
/// ends; `first`: when the first packet of this part begins, by its own time.
pub(super) fn offset(gaps: Gaps, told: &[Told], index: usize, before: i64, end: i64, first: i64) -> i64 {
    let own = told.get(index).copied().unwrap_or_default();
    let Some(previous) = index.checked_sub(1).and_then(|previous| told.get(previous)) else {
        return 0;
    };
    // Parts of one recording that follow each other do so again, to the nanosecond.
    if let (Some(start), Some(next), Some(length)) = (own.start, previous.next_start(), previous.length)
        && start == next
    {
        return before.saturating_add(length);
    }
    if gaps == Gaps::Close {
        return end.saturating_sub(first);
    }
    if let (Some(start), Some(previous_start)) = (own.start, previous.start)
        && start >= previous.next_start().unwrap_or(previous_start)
    {
        return before.saturating_add(start.saturating_sub(previous_start));
    }
    let dates: Option<Vec<i64>> = told.iter().map(|part| part.date).collect();
    let by_date = dates.and_then(|dates| dates.get(index)?.checked_sub(*dates.first()?));
    by_date.unwrap_or(end).max(end)
}

/// When the first packet begins, in nanoseconds; not before time zero. The packets are read from their beginning again.
pub(super) fn first_time<S: Source>(packets: &mut Packets<S>) -> Result<i64, PartsError> {
    let beginning = packets.position();
    let mut first: Option<i64> = None;
    for _ in 0..FIRST_PACKETS {
        let Some(packet) = packets.next_packet()? else { break };
        let start = packets.start(&packet);
        first = Some(first.map_or(start, |first| first.min(start)));
    }
    packets.seek(&beginning);
    Ok(first.unwrap_or(0).max(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(start: i64, length: i64, date: i64) -> Told {
        let some = |value: i64| Some(value).filter(|value| *value >= 0);
        Told { start: some(start), length: some(length), date: some(date) }
    }

    #[test]
    fn parts_of_a_recording_follow_each_other_exactly() {
        let parts = [told(7, 100, -1), told(107, 50, -1), told(300, -1, -1)];
        assert_eq!(offset(Gaps::Close, &parts, 0, 0, 0, 3), 0);
        assert_eq!(offset(Gaps::Keep, &parts, 0, 0, 0, 3), 0);
        // The estimated end, 104, does not matter.
        assert_eq!(offset(Gaps::Close, &parts, 1, 0, 104, 0), 100);
        assert_eq!(offset(Gaps::Keep, &parts, 1, 0, 104, 0), 100);
        // A part is left out.
        assert_eq!(offset(Gaps::Keep, &parts, 2, 100, 151, 0), 293);
        assert_eq!(offset(Gaps::Close, &parts, 2, 100, 151, 0), 151);
    }

    #[test]
    fn dates_keep_gaps_but_never_overlap() {
        let parts = [told(-1, -1, 1_000), told(-1, -1, 1_500), told(-1, -1, 1_600)];
        assert_eq!(offset(Gaps::Keep, &parts, 1, 0, 400, 5), 500);
        assert_eq!(offset(Gaps::Keep, &parts, 2, 500, 900, 5), 900);
        assert_eq!(offset(Gaps::Close, &parts, 1, 0, 400, 5), 395);
        let undated = [told(-1, -1, 1_000), told(-1, -1, -1)];
        assert_eq!(offset(Gaps::Keep, &undated, 1, 0, 400, 5), 400);
    }
}
