//! How many pictures a second a mix should draw, from how far the encoder is behind.
//!
//! A browser's recorder can't say that it is too slow: pictures pile up in front of it, and those that still wait when
//! it is stopped are lost. But what it delivers falls behind the clock, and that can be seen.

/// Behind by so much more than at its best, in milliseconds, the recorder is too slow.
const TOO_FAR_MS: u64 = 700;
/// Behind by less than this, it has caught up.
const CLOSE_MS: u64 = 350;
/// So many deliveries in a row must be close before more is asked of it: about a second each.
const PATIENCE: u32 = 3;
/// A change of less than this is none, in milliseconds.
const STEADY_MS: u64 = 150;
/// Fewer pictures than this are no moving picture any more.
const LEAST: u32 = 6;

/// Chooses the frame rate of a mix while it is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pace {
    most: u32,
    now: u32,
    /// The least that it was ever behind: what starting up took.
    least_behind: Option<u64>,
    /// Deliveries in a row that came late, or came in time.
    late: u32,
    close: u32,
    /// How far it was behind when it was last slowed down.
    behind_at_step: u64,
}

impl Pace {
    /// Begins with `most` pictures a second, and never asks for more.
    pub fn new(most: u32) -> Self {
        Self { most, now: most, least_behind: None, late: 0, close: 0, behind_at_step: 0 }
    }

    /// Takes in by how many milliseconds of recorded time a delivery is behind the clock. Gives the new frame rate, in
    /// pictures a second, when it changes.
    pub fn observe(&mut self, behind_ms: u64) -> Option<u32> {
        let least = self.least_behind.map_or(behind_ms, |least| least.min(behind_ms));
        self.least_behind = Some(least);
        let behind = behind_ms - least;
        let before = self.now;
        self.late = if behind > TOO_FAR_MS { self.late + 1 } else { 0 };
        self.close = if behind < CLOSE_MS { self.close + 1 } else { 0 };
        // One late delivery may be a busy page. After a second one the step is taken, and its effect waited for.
        if self.late == 2 {
            self.late = 0;
            let is_slowest = self.now == LEAST.min(self.most);
            if is_slowest && behind_ms.abs_diff(self.behind_at_step) < STEADY_MS {
                // Neither worse nor better for it: sleep or a pause has left it behind, not its work.
                self.least_behind = Some(behind_ms);
            }
            self.behind_at_step = behind_ms;
            self.now = (self.now / 2).max(LEAST.min(self.most));
        } else if self.close == PATIENCE {
            self.close = 0;
            self.now = (self.now + self.now.div_ceil(4)).min(self.most);
        }
        (self.now != before).then_some(self.now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_that_took_long_is_no_reason_to_slow_down() {
        let mut pace = Pace::new(30);
        assert!((0..20).all(|_| pace.observe(2_500).is_none()));
    }

    #[test]
    fn one_late_delivery_changes_nothing_two_do() {
        let mut pace = Pace::new(30);
        assert_eq!(pace.observe(100), None);
        assert_eq!(pace.observe(900), None);
        assert_eq!(pace.observe(120), None);
        assert_eq!(pace.observe(900), None);
        assert_eq!(pace.observe(1_000), Some(15));
    }

    #[test]
    fn it_slows_down_to_a_floor_and_comes_back_slowly() {
        let mut pace = Pace::new(30);
        pace.observe(0);
        let down: Vec<u32> = (0..20).filter_map(|step| pace.observe(3_000 + 500 * step)).collect();
        assert_eq!(down, [15, 7, 6]);
        let up: Vec<u32> = (0..100).filter_map(|_| pace.observe(50)).collect();
        assert_eq!(up, [8, 10, 13, 17, 22, 28, 30]);
    }

    #[test]
    fn a_lasting_distance_is_no_reason_to_stay_slow() {
        let mut pace = Pace::new(30);
        pace.observe(0);
        assert_eq!((0..60).filter_map(|_| pace.observe(3_000)).last(), Some(30));
    }

    #[test]
    fn in_between_it_stays() {
        let mut pace = Pace::new(30);
        pace.observe(0);
        pace.observe(900);
        assert_eq!(pace.observe(900), Some(15));
        assert!((0..50).all(|_| pace.observe(500).is_none()));
    }
}
