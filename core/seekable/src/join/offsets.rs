//! Where a part goes in the joined recording.

use super::Gaps;
use crate::split::{part_length, part_start};
use crate::{Metadata, UnixMillis};

/// What a part says about its place, in nanoseconds.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Told {
    start: Option<i64>,
    pub(super) length: Option<i64>,
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

/// Whether part `index` begins where the one before it was cut off.
pub(super) fn follows(told: &[Told], index: usize) -> bool {
    let start = told.get(index).and_then(|part| part.start);
    let next = index.checked_sub(1).and_then(|index| told.get(index)?.next_start());
    start.is_some() && start == next
}

/// What is added to the times of part `index`. `before`: what was added to those of the one before; `end`: where that
/// ends; `first`: when the first packet of this part begins, by its own time.
pub(super) fn offset(gaps: Gaps, told: &[Told], index: usize, before: i64, end: i64, first: i64) -> i64 {
    let own = told.get(index).copied().unwrap_or_default();
    let Some(previous) = index.checked_sub(1).and_then(|previous| told.get(previous)) else {
        return 0;
    };
    // Parts of one recording that follow each other do so again, to the nanosecond.
    if let Some(length) = previous.length.filter(|_| follows(told, index)) {
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
