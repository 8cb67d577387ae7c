//! A token bucket.

use std::time::Instant;

use crate::Rate;

/// Counts one connection's messages against its [`Rate`].
#[derive(Debug)]
pub(crate) struct Bucket {
    rate: Rate,
    /// In thousandths of a message: whole milliseconds add whole numbers.
    level: u64,
    filled_at: Instant,
}

impl Bucket {
    pub(crate) fn new(rate: Rate, now: Instant) -> Self {
        Self { rate, level: u64::from(rate.burst) * 1_000, filled_at: now }
    }

    /// Takes one message's worth; false when there is none.
    pub(crate) fn take(&mut self, now: Instant) -> bool {
        let elapsed = now.saturating_duration_since(self.filled_at);
        let millis = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
        if millis > 0 {
            let gain = millis.saturating_mul(u64::from(self.rate.per_second));
            self.level = self.level.saturating_add(gain).min(u64::from(self.rate.burst) * 1_000);
            // Fractions of a millisecond stay for the next time.
            self.filled_at += std::time::Duration::from_millis(millis);
        }
        if self.level < 1_000 {
            return false;
        }
        self.level -= 1_000;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_burst_then_the_rate() {
        let start = Instant::now();
        let mut bucket = Bucket::new(Rate { burst: 3, per_second: 10 }, start);
        let taken = |bucket: &mut Bucket, at: u64| bucket.take(start + Duration::from_millis(at));
        assert!((0..3).all(|_| taken(&mut bucket, 0)));
        assert!(!taken(&mut bucket, 99));
        assert!(taken(&mut bucket, 100));
        assert!(!taken(&mut bucket, 100));
        // A long rest fills the burst and no more.
        assert_eq!((0..10).filter(|_| taken(&mut bucket, 60_000)).count(), 3);
    }
}
