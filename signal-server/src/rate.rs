//! A token bucket.

use std::time::Instant;

use crate::Rate;

/// Bytes that a message of the rate may have on average: descriptions of a call have more, what follows them less.
const BYTES_PER_MESSAGE: u32 = 2_560;

/// How many bytes go with so many messages; one of the largest size always does.
pub(crate) fn bytes_of(messages: Rate, largest: usize) -> Rate {
    let largest = u32::try_from(largest).unwrap_or(u32::MAX);
    Rate {
        burst: messages.burst.saturating_mul(BYTES_PER_MESSAGE).max(largest),
        per_second: messages.per_second.saturating_mul(BYTES_PER_MESSAGE),
    }
}

/// Counts one connection's messages, or their bytes, against a [`Rate`].
#[derive(Debug)]
pub(crate) struct Bucket {
    rate: Rate,
    /// In thousandths of a message or byte: whole milliseconds add whole numbers.
    level: u64,
    filled_at: Instant,
}

impl Bucket {
    pub(crate) fn new(rate: Rate, now: Instant) -> Self {
        Self { rate, level: u64::from(rate.burst) * 1_000, filled_at: now }
    }

    /// Takes so many messages or bytes; false, and nothing taken, when there are not as many.
    pub(crate) fn take(&mut self, now: Instant, count: usize) -> bool {
        let elapsed = now.saturating_duration_since(self.filled_at);
        let millis = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
        if millis > 0 {
            let gain = millis.saturating_mul(u64::from(self.rate.per_second));
            self.level = self.level.saturating_add(gain).min(u64::from(self.rate.burst) * 1_000);
            // Fractions of a millisecond stay for the next time.
            self.filled_at += std::time::Duration::from_millis(millis);
        }
        let wanted = u64::try_from(count).unwrap_or(u64::MAX).saturating_mul(1_000);
        let left = self.level.checked_sub(wanted);
        self.level = left.unwrap_or(self.level);
        left.is_some()
    }
}

/// How long somebody who is too fast is put up with.
#[derive(Debug)]
pub(crate) struct Patience {
    /// Messages that were over the rate, less those that were not.
    over: u32,
    most: u32,
}

impl Patience {
    pub(crate) fn new(most: u32) -> Self {
        Self { over: 0, most }
    }

    /// Takes in whether a message was in the rate; false when it is enough. One that was does not make up for many.
    pub(crate) fn bears(&mut self, in_rate: bool) -> bool {
        self.over = if in_rate { self.over.saturating_sub(1) } else { self.over.saturating_add(1) };
        self.over <= self.most
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
        let taken = |bucket: &mut Bucket, at: u64| bucket.take(start + Duration::from_millis(at), 1);
        assert!((0..3).all(|_| taken(&mut bucket, 0)));
        assert!(!taken(&mut bucket, 99));
        assert!(taken(&mut bucket, 100));
        assert!(!taken(&mut bucket, 100));
        // A long rest fills the burst and no more.
        assert_eq!((0..10).filter(|_| taken(&mut bucket, 60_000)).count(), 3);
    }
    #[test]
    fn a_message_of_the_largest_size_fits_and_then_its_bytes_are_missing() {
        let start = Instant::now();
        let mut bytes = Bucket::new(bytes_of(Rate { burst: 1, per_second: 1 }, 64_000), start);
        assert!(bytes.take(start, 64_000));
        assert!(!bytes.take(start, 1));
        let later = start + Duration::from_secs(2);
        assert!(!bytes.take(later, 5_121) && bytes.take(later, 5_120));
    }
    #[test]
    fn a_message_now_and_then_in_the_rate_does_not_excuse_a_flood() {
        let mut patience = Patience::new(10);
        assert!((0..1_000).all(|number| patience.bears(number % 2 == 0)), "as many in the rate as over it");
        assert!(!(0..100).all(|number| patience.bears(number % 10 == 0)));
    }
}
