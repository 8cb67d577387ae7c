//! What an Opus packet and its OpusHead tell about time.

/// Time a decoder needs before what it plays is right after a seek: 80 ms (RFC 7845, section 4.6), in nanoseconds.
pub(crate) const SEEK_PRE_ROLL: u64 = 80_000_000;

/// The duration of a packet in nanoseconds, from its table-of-contents byte (RFC 6716, section 3.1).
/// `None` for an empty packet.
pub(crate) fn packet_duration(packet: &[u8]) -> Option<u64> {
    let toc = *packet.first()?;
    let step = usize::from(toc >> 3 & 0b11);
    // In units of 2.5 ms.
    let frame: u64 = match toc >> 3 {
        0..=11 => *[4, 8, 16, 24].get(step)?,
        12..=15 => *[4, 8].get(step & 1)?,
        _ => 1 << step,
    };
    let frames = match toc & 0b11 {
        0 => 1,
        1 | 2 => 2,
        _ => u64::from(packet.get(1)? & 0x3F),
    };
    Some(frame * frames * 2_500_000)
}

/// The encoder delay in nanoseconds, from the pre-skip of an OpusHead (RFC 7845, section 5.1), which counts
/// samples of 48 kHz whatever the input's rate.
pub(crate) fn codec_delay(opus_head: &[u8]) -> Option<u64> {
    if !opus_head.starts_with(b"OpusHead") {
        return None;
    }
    let pre_skip = u16::from_le_bytes([*opus_head.get(10)?, *opus_head.get(11)?]);
    Some(u64::from(pre_skip) * 1_000_000_000 / 48_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        let milliseconds =
            |packet: &[u8]| packet_duration(packet).map(|nanoseconds| nanoseconds as f64 / 1e6);
        assert_eq!(milliseconds(&[]), None);
        assert_eq!(milliseconds(&[0]), Some(10.0));
        assert_eq!(milliseconds(&[3 << 3]), Some(60.0));
        assert_eq!(milliseconds(&[13 << 3]), Some(20.0));
        assert_eq!(milliseconds(&[16 << 3]), Some(2.5));
        assert_eq!(milliseconds(&[31 << 3 | 1]), Some(40.0));
        assert_eq!(milliseconds(&[31 << 3 | 3, 3]), Some(60.0));
        assert_eq!(milliseconds(&[31 << 3 | 3]), None);
    }

    #[test]
    fn firefox_writes_a_pre_skip_of_312_samples() {
        let head = b"OpusHead\x01\x01\x38\x01\x44\xac\0\0\0\0\0";
        assert_eq!(codec_delay(head), Some(6_500_000));
        assert_eq!(codec_delay(b"OpusHead\x01"), None);
        assert_eq!(codec_delay(b"something else"), None);
    }
}
