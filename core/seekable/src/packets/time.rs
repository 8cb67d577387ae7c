//! Ticks of a track, and nanoseconds.

use std::num::NonZeroU64;

/// How long a tick of a track is: so many ticks in so many nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timescale {
    ticks: NonZeroU64,
    nanoseconds: NonZeroU64,
}

impl Timescale {
    /// Matroska's way (RFC 9559, section 5.1.2.9): nanoseconds in a tick. Zero is taken for one.
    pub fn nanoseconds_per_tick(nanoseconds: u64) -> Self {
        Self { ticks: NonZeroU64::MIN, nanoseconds: NonZeroU64::new(nanoseconds).unwrap_or(NonZeroU64::MIN) }
    }

    /// MP4's way (ISO/IEC 14496-12, section 8.4.2): ticks in a second. Zero is taken for one.
    pub fn ticks_per_second(ticks: u32) -> Self {
        Self {
            ticks: NonZeroU64::new(u64::from(ticks)).unwrap_or(NonZeroU64::MIN),
            nanoseconds: NonZeroU64::MIN.saturating_add(999_999_999),
        }
    }

    /// A time in nanoseconds, to the nearest, kept within what 64 bits hold.
    pub fn to_nanoseconds(self, ticks: i64) -> i64 {
        scale(ticks, self.nanoseconds, self.ticks)
    }

    /// A time in ticks, to the nearest, kept within what 64 bits hold.
    pub fn to_ticks(self, nanoseconds: i64) -> i64 {
        scale(nanoseconds, self.ticks, self.nanoseconds)
    }
}

fn scale(value: i64, by: NonZeroU64, over: NonZeroU64) -> i64 {
    let (by, over) = (i128::from(by.get()), i128::from(over.get()));
    let scaled = (i128::from(value) * by + over / 2).div_euclid(over);
    i64::try_from(scaled).unwrap_or(if scaled < 0 { i64::MIN } else { i64::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_and_at_the_ends() {
        let opus = Timescale::ticks_per_second(48_000);
        assert_eq!(opus.to_nanoseconds(48_000), 1_000_000_000);
        assert_eq!(opus.to_ticks(20_833), 1);
        assert_eq!(opus.to_ticks(-20_834), -1);
        for ticks in -100..100 {
            assert_eq!(opus.to_ticks(opus.to_nanoseconds(ticks)), ticks);
        }
        let milliseconds = Timescale::nanoseconds_per_tick(1_000_000);
        assert_eq!(milliseconds.to_nanoseconds(7), 7_000_000);
        assert_eq!(milliseconds.to_nanoseconds(i64::MAX), i64::MAX);
        assert_eq!(Timescale::nanoseconds_per_tick(u64::MAX).to_nanoseconds(i64::MIN), i64::MIN);
        assert_eq!(Timescale::ticks_per_second(u32::MAX).to_ticks(i64::MIN), i64::MIN);
        assert_eq!(Timescale::nanoseconds_per_tick(0).to_nanoseconds(3), 3);
    }
}
