//! Keeps what is too loud from being cut off.

use web_sys::{AudioContext, DynamicsCompressorNode, GainNode, WaveShaperNode};

use super::audio::chain;
use crate::Error;

/// A browser's compressor makes everything louder: by 0.6 of what it takes away from full scale (Web Audio §1.19.4),
/// here 2.85 dB. This undoes it, so that what is not limited comes out as it went in.
const TRIM: f32 = 0.821;
/// The compressor's detector is slow for sums of several voices: peaks get past it. Up to this they are left as they
/// are, above it they are bent, never beyond full scale.
const STRAIGHT: f32 = 0.8;
/// A shaper's curve covers −1 to 1. It is stretched over this, where peaks end up.
const RANGE: f32 = 4.0;
/// Points of the curve, with straight lines between them.
const POINTS: u16 = 4_097;

/// Where sound goes in, and where it comes out.
pub(super) struct Limiter {
    pub(super) input: DynamicsCompressorNode,
    pub(super) output: WaveShaperNode,
}

impl Limiter {
    pub(super) fn new(context: &AudioContext) -> Result<Self, Error> {
        let input = context.create_dynamics_compressor()?;
        input.threshold().set_value(-3.0);
        input.knee().set_value(0.0);
        input.ratio().set_value(20.0);
        input.attack().set_value(0.003);
        input.release().set_value(0.1);
        let trim: GainNode = context.create_gain()?;
        trim.gain().set_value(TRIM / RANGE);
        let output = context.create_wave_shaper()?;
        output.set_curve_opt_f32_slice(Some(&mut curve()));
        chain(&[&input, &trim, &output])?;
        Ok(Self { input, output })
    }
}

fn curve() -> Vec<f32> {
    let middle = f32::from(POINTS / 2);
    (0..POINTS).map(|point| bend((f32::from(point) - middle) / middle * RANGE)).collect()
}

fn bend(sample: f32) -> f32 {
    let above = (sample.abs() - STRAIGHT).max(0.0);
    let room = 1.0 - STRAIGHT;
    (sample.abs().min(STRAIGHT) + room * (above / room).tanh()).copysign(sample)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_too_loud_stays_and_nothing_is_beyond_full_scale() {
        assert_eq!(bend(0.0), 0.0);
        assert_eq!(bend(-0.79), -0.79);
        assert!((bend(0.9) - 0.892).abs() < 0.001);
        let curve = curve();
        assert_eq!(curve[usize::from(POINTS / 2)], 0.0);
        assert!(curve.iter().all(|sample| sample.abs() <= 1.0));
        assert!(curve.windows(2).all(|pair| pair[0] <= pair[1]));
    }
}
