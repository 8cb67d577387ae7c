//! How loud a sound is to the ear.

/// Root mean square of samples of −1 to 1, on a scale that is even to the ear: 0 is −60 dBFS or less, 1 is full scale.
///
/// ```
/// use hostreel_recording::level;
/// assert_eq!(level(&[0.0; 64]), 0.0);
/// assert!((level(&[0.03162; 64]) - 0.5).abs() < 0.01);
/// ```
pub fn level(samples: &[f32]) -> f32 {
    let energy: f32 = samples.iter().map(|sample| sample * sample).sum();
    even((energy / samples.len().max(1) as f32).sqrt())
}

/// The loudest of samples of −1 to 1, on the same scale as [`level`].
pub fn peak(samples: &[f32]) -> f32 {
    even(samples.iter().fold(0.0, |most, sample| sample.abs().max(most)))
}

fn even(amplitude: f32) -> f32 {
    ((20.0 * amplitude.max(1e-9).log10() + 60.0) / 60.0).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::{level, peak};

    #[test]
    fn silence_is_zero_and_full_scale_is_one() {
        assert_eq!(level(&[]), 0.0);
        assert_eq!(level(&[0.0; 64]), 0.0);
        assert_eq!(level(&[1.0; 64]), 1.0);
        assert_eq!(level(&[-3.0; 64]), 1.0);
        assert_eq!(peak(&[]), 0.0);
        assert_eq!(peak(&[0.0, -1.0, 0.5]), 1.0);
    }
}
