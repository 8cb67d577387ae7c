//! Recorded time.

/// Milliseconds of a monotonic clock, or a length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Millis(pub u64);

/// Counts recorded time; what passes while paused does not count. It reads no clock: each call is told the time.
///
/// ```
/// use hostreel_recording::{Clock, Millis};
/// let mut clock = Clock::default();
/// clock.run(Millis(1_000));
/// clock.hold(Millis(4_000));
/// clock.run(Millis(9_000));
/// assert_eq!(clock.elapsed(Millis(10_000)), Millis(4_000));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Clock {
    before: u64,
    since: Option<Millis>,
}

impl Clock {
    /// Time counts from `now` on. No effect while it counts already.
    pub fn run(&mut self, now: Millis) {
        self.since.get_or_insert(now);
    }

    /// Time stops counting at `now`. No effect while it is held already.
    pub fn hold(&mut self, now: Millis) {
        if let Some(since) = self.since.take() {
            self.before = self.before.saturating_add(now.0.saturating_sub(since.0));
        }
    }

    /// Recorded time at `now`. A clock that went backwards counts as standing still.
    #[must_use]
    pub fn elapsed(&self, now: Millis) -> Millis {
        let running = self.since.map_or(0, |since| now.0.saturating_sub(since.0));
        Millis(self.before.saturating_add(running))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_do_not_count() {
        let mut clock = Clock::default();
        assert_eq!(clock.elapsed(Millis(500)), Millis(0));
        clock.run(Millis(100));
        clock.run(Millis(150));
        assert_eq!(clock.elapsed(Millis(200)), Millis(100));
        clock.hold(Millis(300));
        clock.hold(Millis(900));
        assert_eq!(clock.elapsed(Millis(5_000)), Millis(200));
        clock.run(Millis(6_000));
        assert_eq!(clock.elapsed(Millis(6_001)), Millis(201));
    }

    #[test]
    fn a_clock_that_jumps_back_takes_nothing_away() {
        let mut clock = Clock::default();
        clock.run(Millis(1_000));
        assert_eq!(clock.elapsed(Millis(10)), Millis(0));
        clock.hold(Millis(10));
        assert_eq!(clock.elapsed(Millis(2_000)), Millis(0));
    }
}
