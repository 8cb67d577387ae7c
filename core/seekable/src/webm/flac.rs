//! What a FLAC frame tells about time.

use std::num::NonZeroU32;

use super::ebml::children;
use super::ids;
use super::info::float;

/// Samples in a second, from the payload of Audio. FLAC knows whole numbers only.
pub(crate) fn rate(audio: &[u8]) -> Option<NonZeroU32> {
    let found = children(audio).map_while(Result::ok).find(|child| child.id == ids::SAMPLING_FREQUENCY);
    // A cast saturates, and takes what is no number for zero.
    found.and_then(|child| float(child.payload)).and_then(|rate| NonZeroU32::new(rate.round() as u32))
}

/// The duration of a frame in nanoseconds, from its header (RFC 9639, section 9.1), at `rate` samples in a second. `None`
/// for what is no frame, or too little of one: 13 bytes are enough.
pub(crate) fn frame_duration(frame: &[u8], rate: NonZeroU32) -> Option<u64> {
    samples(frame).map(|samples| u64::from(samples) * 1_000_000_000 / u64::from(rate.get()))
}

/// Samples of one channel.
fn samples(frame: &[u8]) -> Option<u32> {
    let [0xFF, 0xF8 | 0xF9, codes, _, rest @ ..] = frame else { return None };
    let code = codes >> 4;
    match code {
        1 => Some(192),
        2..=5 => Some(576 << (code - 2)),
        8.. => Some(256 << (code - 8)),
        // Behind the frame's number, which is coded as UTF-8 codes a letter.
        6 | 7 => {
            let length = match rest.first()?.leading_ones() {
                0 => 1,
                length @ 2..=7 => length as usize,
                _ => return None,
            };
            match *rest.get(length..)? {
                [less_one, ..] if code == 6 => Some(u32::from(less_one) + 1),
                [high, low, ..] => Some(u32::from(u16::from_be_bytes([high, low])) + 1),
                _ => None,
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_says_how_many_samples_it_has() {
        let frame = |code: u8, rest: &[u8]| samples(&[&[0xFF, 0xF8, code << 4 | 9, 8], rest].concat());
        assert_eq!(frame(1, &[0]), Some(192));
        assert_eq!(frame(5, &[0]), Some(4_608));
        assert_eq!(frame(12, &[0]), Some(4_096));
        assert_eq!(frame(15, &[0]), Some(32_768));
        assert_eq!(frame(6, &[5, 15]), Some(16));
        assert_eq!(frame(7, &[0xC2, 0x80, 0x07, 0x97]), Some(1_944));
        for bad in
            [frame(0, &[0]), frame(6, &[0x80, 1, 1]), frame(7, &[0, 1]), frame(6, &[]), samples(b"fLaC")]
        {
            assert_eq!(bad, None);
        }
        let rate = rate(b"\xB5\x84\x47\x3B\x80\x00").unwrap();
        assert_eq!(frame_duration(&[0xFF, 0xF8, 0x19, 8, 0], rate), Some(4_000_000));
    }
}
