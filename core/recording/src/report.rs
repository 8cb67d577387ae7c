//! What a look at the finished file tells.

/// Duration and clock may differ by so much: starting up and the last slice, in milliseconds.
const SLACK_MS: u64 = 1_500;
/// And by so much of each thousand, on machines whose sound card has a clock of its own.
const DRIFT_PER_MILLE: u64 = 2;

/// A recording's own check of its file, made when it ends: is it as long as it took, does its index lead where it should,
/// and did the sound system run?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Report {
    /// Length by the file, in milliseconds; nothing where the container does not tell.
    pub duration_ms: Option<u64>,
    /// Recorded time by the clock, in milliseconds.
    pub clock_ms: u64,
    /// Entries of the seek index.
    pub index_entries: u32,
    /// Entries that were followed in the file as it lies on the disk. None of an MP4, and none by a build that does not follow
    /// them: that the index is right is not known then.
    pub index_checked: u32,
    /// Those of them that led to a key frame.
    pub index_right: u32,
    /// How long the browser's sound system stood still meanwhile, in milliseconds: what went through it is silent there.
    pub stalled_ms: u64,
}

impl Report {
    /// How much longer the clock ran than the file is, in milliseconds; negative when the file is longer.
    #[must_use]
    pub fn difference_ms(&self) -> Option<i64> {
        let duration = i64::try_from(self.duration_ms?).ok()?;
        Some(i64::try_from(self.clock_ms).ok()?.saturating_sub(duration))
    }

    /// Whether all that was looked at is as it should be.
    #[must_use]
    pub fn is_good(&self) -> bool {
        let most = SLACK_MS + self.clock_ms * DRIFT_PER_MILLE / 1_000;
        let in_time = self.difference_ms().is_none_or(|difference| difference.unsigned_abs() <= most);
        in_time && self.index_right == self.index_checked && self.stalled_ms == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_lacks_seconds_is_not_good() {
        let good = Report {
            duration_ms: Some(59_000),
            clock_ms: 60_000,
            index_entries: 30,
            index_checked: 3,
            index_right: 3,
            stalled_ms: 0,
        };
        assert!(good.is_good());
        assert_eq!(good.difference_ms(), Some(1_000));
        assert!(!Report { duration_ms: Some(57_000), ..good }.is_good());
        assert!(!Report { duration_ms: Some(64_000), ..good }.is_good());
        assert!(!Report { index_right: 2, ..good }.is_good());
        assert!(Report { duration_ms: None, ..good }.is_good());
        assert!(!Report { stalled_ms: 3_000, ..good }.is_good());
    }

    #[test]
    fn an_hour_may_drift_more_than_a_minute() {
        let hour = Report { duration_ms: Some(3_592_000), clock_ms: 3_600_000, ..Report::default() };
        assert!(hour.is_good());
        assert!(!Report { duration_ms: Some(3_590_000), ..hour }.is_good());
    }
}
