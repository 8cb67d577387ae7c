//! Pauses between tries: growing, and never the same for everybody.

/// The first pause, in milliseconds.
const FIRST_MS: u32 = 500;
/// The longest pause, in milliseconds.
const LONGEST_MS: u32 = 10_000;

#[derive(Debug, Default)]
pub(crate) struct Backoff {
    attempt: u32,
}

impl Backoff {
    /// It worked: the next pause is short again.
    pub(crate) fn reset(&mut self) {
        self.attempt = 0;
    }

    /// The number of the next try, from 1, and the pause before it, in milliseconds: half to all of what doubling
    /// gives, by `random` (0 to 1), and not less than what the server wants.
    pub(crate) fn next(&mut self, at_least_ms: u32, random: f64) -> (u32, u32) {
        let doubled = FIRST_MS.saturating_mul(1_u32.checked_shl(self.attempt.min(16)).unwrap_or(u32::MAX));
        let most = doubled.min(LONGEST_MS);
        self.attempt = self.attempt.saturating_add(1);
        let jitter = (f64::from(most / 2) * random.clamp(0.0, 1.0)) as u32;
        // Not even a server makes a page wait for more than ten minutes.
        let floor = at_least_ms.min(600_000);
        (self.attempt, floor.max(FIRST_MS).max(most / 2 + jitter))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_the_limit_and_start_over() {
        let mut backoff = Backoff::default();
        let pauses: Vec<u32> = (0..8).map(|_| backoff.next(0, 1.0).1).collect();
        assert_eq!(pauses, [500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000]);
        assert_eq!(backoff.next(0, 0.0), (9, 5_000));
        backoff.reset();
        assert_eq!(backoff.next(0, 0.0), (1, 500));
        assert_eq!(backoff.next(30_000, 0.5), (2, 30_000));
        assert_eq!(backoff.next(u32::MAX, 0.5).1, 600_000);
    }
}
