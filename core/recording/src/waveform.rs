//! A recording's loudness over its whole length, in bounded memory.

use crate::Millis;

/// Most peaks kept.
const MOST: usize = 2_000;
/// Length of a peak's span at first.
const FIRST_SPAN: Millis = Millis(100);

/// Peaks of loudness in equal spans of recorded time. When there are 2,000 of them, pairs become one and spans double:
/// enough to draw any length.
///
/// ```
/// use hostreel_recording::{Millis, Waveform};
/// let mut waveform = Waveform::default();
/// waveform.add(Millis(0), 0.2);
/// waveform.add(Millis(50), 0.6);
/// waveform.add(Millis(210), 0.1);
/// assert_eq!(waveform.peaks(), [0.6, 0.0, 0.1]);
/// assert_eq!(waveform.span(), Millis(100));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Waveform {
    peaks: Vec<f32>,
    span: Millis,
}

impl Default for Waveform {
    fn default() -> Self {
        Self { peaks: Vec::new(), span: FIRST_SPAN }
    }
}

impl Waveform {
    /// Takes in a level, from 0 to 1, at a moment of recorded time.
    pub fn add(&mut self, at: Millis, level: f32) {
        let mut index = self.index(at);
        while index >= MOST {
            self.peaks = self.peaks.chunks(2).map(|pair| pair.iter().copied().fold(0.0, f32::max)).collect();
            self.span = Millis(self.span.0.saturating_mul(2));
            index = self.index(at);
        }
        if index >= self.peaks.len() {
            self.peaks.resize(index + 1, 0.0);
        }
        if let Some(peak) = self.peaks.get_mut(index) {
            *peak = peak.max(level.clamp(0.0, 1.0));
        }
    }

    fn index(&self, at: Millis) -> usize {
        usize::try_from(at.0 / self.span.0.max(1)).unwrap_or(usize::MAX)
    }

    /// The largest level in each span, in order; 0 where there was no reading.
    #[must_use]
    pub fn peaks(&self) -> &[f32] {
        &self.peaks
    }

    /// Recorded time that one peak stands for.
    #[must_use]
    pub fn span(&self) -> Millis {
        self.span
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_hours_fit_and_the_loudest_moment_stays() {
        let mut waveform = Waveform::default();
        for second in 0..36_000_u64 {
            waveform.add(Millis(second * 1_000), if second == 12_345 { 0.9 } else { 0.1 });
        }
        assert!(waveform.peaks().len() <= MOST);
        let loudest = waveform.peaks().iter().position(|peak| *peak > 0.5).unwrap() as u64;
        let span = waveform.span().0;
        assert!((loudest * span..(loudest + 1) * span).contains(&12_345_000));
    }

    #[test]
    fn odd_levels_are_cut_to_the_scale() {
        let mut waveform = Waveform::default();
        waveform.add(Millis(0), 7.0);
        waveform.add(Millis(100), -1.0);
        waveform.add(Millis(200), f32::NAN);
        assert_eq!(waveform.peaks(), [1.0, 0.0, 0.0]);
    }

    #[test]
    fn a_moment_far_ahead_takes_no_memory() {
        let mut waveform = Waveform::default();
        waveform.add(Millis(u64::MAX), 0.5);
        assert!(waveform.peaks().len() <= MOST);
    }
}
