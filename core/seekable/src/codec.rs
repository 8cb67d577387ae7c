//! Codecs by the names of MIME types (RFC 6381, and what each codec's own mapping says about `codecs=`).

/// H.264, from an AVCDecoderConfigurationRecord (ISO/IEC 14496-15, section 5.3.3): profile, constraints and level.
pub(crate) fn avc(name: &str, config: &[u8]) -> String {
    let mut out = name.to_owned();
    if let Some(bytes) = config.get(1..4) {
        out.push('.');
        for digit in bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]) {
            out.push(char::from(if digit < 10 { b'0' + digit } else { b'A' - 10 + digit }));
        }
    }
    out
}

/// AV1, from an AV1CodecConfigurationRecord (AV1 in ISOBMFF, section 2.3): profile, level, tier and bits of a sample.
pub(crate) fn av1(config: &[u8]) -> String {
    let mut out = "av01".to_owned();
    if let Some(&[_, profile_level, flags]) = config.first_chunk() {
        out.push('.');
        out.push(char::from(b'0' + (profile_level >> 5)));
        out.push('.');
        two_digits(&mut out, profile_level & 31);
        out.push(if flags & 0x80 == 0 { 'M' } else { 'H' });
        out.push('.');
        let depth = match flags & 0x60 {
            0x60 => 12,
            0x40 => 10,
            _ => 8,
        };
        two_digits(&mut out, depth);
    }
    out
}

/// VP8 and VP9: profile, level and bits of a sample (VP Codec ISO Media File Format Binding).
pub(crate) fn vp(name: &str, numbers: [u8; 3]) -> String {
    let mut out = name.to_owned();
    for number in numbers {
        out.push('.');
        two_digits(&mut out, number);
    }
    out
}

/// AAC and its kin, from an AudioSpecificConfig (ISO/IEC 14496-3, section 1.6.2.1).
pub(crate) fn aac(config: &[u8]) -> String {
    let mut out = "mp4a.40".to_owned();
    let kind = match *config {
        [first, second, ..] if first >> 3 == 31 => 32 + (first << 3 & 0x38 | second >> 5),
        [first, ..] => first >> 3,
        [] => 0,
    };
    if kind > 0 {
        out.push('.');
        if kind > 9 {
            out.push(char::from(b'0' + kind / 10 % 10));
        }
        out.push(char::from(b'0' + kind % 10));
    }
    out
}

fn two_digits(out: &mut String, value: u8) {
    out.push(char::from(b'0' + value / 10 % 10));
    out.push(char::from(b'0' + value % 10));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        assert_eq!(avc("avc1", &[1, 0x42, 0xE0, 0x1E, 0xFF]), "avc1.42E01E");
        assert_eq!(avc("avc3", &[1, 0x42]), "avc3");
        assert_eq!(av1(&[0x81, 8, 0x0C, 0]), "av01.0.08M.08");
        assert_eq!(av1(&[0x81, 2 << 5 | 13, 0xE0]), "av01.2.13H.12");
        assert_eq!(av1(&[0x81]), "av01");
        assert_eq!(vp("vp09", [0, 31, 8]), "vp09.00.31.08");
        assert_eq!(aac(&[0x12, 0x10]), "mp4a.40.2");
        assert_eq!(aac(&[0xF9, 0x46]), "mp4a.40.42");
        assert_eq!(aac(&[]), "mp4a.40");
    }
}
