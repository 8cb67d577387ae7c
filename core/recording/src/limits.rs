//! When a recording has become as long or as large as it may.

use crate::Millis;

/// How long and how large a recording may become. Nothing: as long as there is space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Limits {
    /// Recorded time, pauses left out.
    pub duration: Option<Millis>,
    /// Length of the file, in bytes. It is not exceeded: what the last deliveries bring is expected again.
    pub bytes: Option<u64>,
}

/// Which limit was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reached {
    /// [`Limits::duration`].
    Duration,
    /// [`Limits::bytes`].
    Bytes,
}

/// Watches one recording's limits.
///
/// ```
/// use hostreel_recording::{Limits, LimitWatch, Millis, Reached};
/// let mut watch = LimitWatch::new(Limits { duration: Some(Millis(60_000)), bytes: Some(1_000_000) });
/// assert_eq!(watch.reached(Millis(1_000), 300_000), None);
/// // Another delivery like this one, and the last one at the stop, would be too much.
/// assert_eq!(watch.reached(Millis(2_000), 600_000), Some(Reached::Bytes));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitWatch {
    limits: Limits,
    bytes: u64,
    /// The largest growth between two readings.
    delivery: u64,
}

impl LimitWatch {
    /// Begins with an empty file.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self { limits, bytes: 0, delivery: 0 }
    }

    /// Takes in how far the recording is; tells when it has to end now.
    pub fn reached(&mut self, elapsed: Millis, bytes: u64) -> Option<Reached> {
        self.delivery = self.delivery.max(bytes.saturating_sub(self.bytes));
        self.bytes = self.bytes.max(bytes);
        if self.limits.duration.is_some_and(|most| elapsed >= most) {
            return Some(Reached::Duration);
        }
        // One more delivery may be on its way, and stopping brings another.
        let expected = bytes.saturating_add(self.delivery.saturating_mul(2));
        (bytes > 0 && self.limits.bytes.is_some_and(|most| expected > most)).then_some(Reached::Bytes)
    }

    /// How long until [`Limits::duration`] is reached, were it to go on without a pause.
    #[must_use]
    pub fn remaining(&self, elapsed: Millis) -> Option<Millis> {
        self.limits.duration.map(|most| Millis(most.0.saturating_sub(elapsed.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn without_limits_nothing_is_reached() {
        let mut watch = LimitWatch::new(Limits::default());
        assert_eq!(watch.reached(Millis(u64::MAX), u64::MAX), None);
        assert_eq!(watch.remaining(Millis(5)), None);
    }

    #[test]
    fn time_is_reached_at_its_very_end() {
        let mut watch = LimitWatch::new(Limits { duration: Some(Millis(1_000)), bytes: None });
        assert_eq!(watch.reached(Millis(999), 5), None);
        assert_eq!(watch.remaining(Millis(999)), Some(Millis(1)));
        assert_eq!(watch.reached(Millis(1_000), 5), Some(Reached::Duration));
    }

    proptest! {
        #[test]
        fn the_file_stays_below_its_limit(deliveries in proptest::collection::vec(1_000_u64..2_000, 1..100)) {
            let most = 50_000;
            let mut watch = LimitWatch::new(Limits { duration: None, bytes: Some(most) });
            let mut length = 0;
            let mut last = 0;
            for delivery in deliveries {
                length += delivery;
                if watch.reached(Millis(0), length).is_some() {
                    // What is on its way, no larger than what came: two deliveries.
                    prop_assert!(length + 2 * last.min(delivery) <= most + 2 * 2_000);
                    prop_assert!(length <= most);
                    break;
                }
                prop_assert!(length + 2 * delivery <= most);
                last = delivery;
            }
        }
    }
}
