//! Whether samples of one track can follow those of another: two `stsd` (ISO/IEC 14496-12, section 8.5.2).

use super::Setup;
use crate::mp4::boxes::{Child, Kind, children, find};

/// Bytes of an entry before its boxes.
const VISUAL: usize = 78;
const AUDIO: usize = 28;

/// Says what differs in a way that a decoder would stumble over.
pub(crate) fn compare(first: &Setup, other: &Setup) -> Result<(), String> {
    let entries = |setup: &Setup| children_of(&setup.descriptions, 8).count();
    if entries(first) != entries(other) {
        return Err(format!("{} sample entries, not {}", entries(other), entries(first)));
    }
    children_of(&first.descriptions, 8)
        .zip(children_of(&other.descriptions, 8))
        .try_for_each(|(one, two)| entry(&one, &two))
}

fn children_of(payload: &[u8], from: usize) -> impl Iterator<Item = Child<'_>> {
    children(payload.get(from..).unwrap_or_default()).map_while(Result::ok)
}

fn entry(one: &Child<'_>, two: &Child<'_>) -> Result<(), String> {
    if one.kind != two.kind {
        let name = |kind: Kind| String::from_utf8_lossy(&kind).into_owned();
        return Err(format!("codec {}, not {}", name(two.kind), name(one.kind)));
    }
    let number = |child: &Child<'_>, at: usize| {
        child
            .payload
            .get(at..at + 2)
            .map_or(0, |bytes| bytes.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte)))
    };
    let front = match &one.kind {
        b"Opus" | b"mp4a" | b"fLaC" | b"alac" | b"ac-3" | b"ec-3" | b".mp3" => {
            let (channels, other) = (number(one, 16), number(two, 16));
            if channels != other {
                return Err(format!("channels {other}, not {channels}"));
            }
            let (rate, other) = (number(one, 24), number(two, 24));
            if rate != other {
                return Err(format!("a sampling rate of {other} Hz, not {rate} Hz"));
            }
            AUDIO
        }
        b"avc1" | b"avc3" | b"hvc1" | b"hev1" | b"vp08" | b"vp09" | b"av01" | b"mp4v" => {
            let size = |child| (number(child, 24), number(child, 26));
            if size(one) != size(two) && !is_in_band(one.kind) {
                let show = |(width, height)| format!("{width}x{height}");
                return Err(format!("a resolution of {}, not {}", show(size(two)), show(size(one))));
            }
            VISUAL
        }
        _ if one.payload == two.payload => return Ok(()),
        _ => return Err("another codec setup (stsd)".to_owned()),
    };
    for kind in [b"avcC", b"hvcC", b"vpcC", b"av1C", b"esds", b"dOps", b"dfLa", b"alac", b"sinf"] {
        let setup = |child: &Child<'_>| {
            let boxes = child.payload.get(front..).unwrap_or_default();
            find(boxes, &[kind]).map(|payload| essence(one.kind, kind, payload))
        };
        if setup(one) != setup(two) {
            return Err(format!("another codec setup ({})", String::from_utf8_lossy(kind)));
        }
    }
    Ok(())
}

/// Whether the stream itself says the size of the picture at each key frame.
fn is_in_band(kind: Kind) -> bool {
    matches!(&kind, b"avc3" | b"hev1" | b"vp08" | b"vp09")
}

/// What of a codec's setup must be the same in the middle of a stream.
fn essence(entry: Kind, kind: &Kind, payload: &[u8]) -> Vec<u8> {
    let parts: &[std::ops::Range<usize>] = match (&entry, kind) {
        // Only how lengths are written: the rest comes with each key frame (ISO/IEC 14496-15, section 5.3.3).
        (b"avc3", b"avcC") => std::slice::from_ref(&(4..5)),
        (b"hev1", b"hvcC") => std::slice::from_ref(&(21..22)),
        // Without the level, which goes with the size of the picture.
        (_, b"vpcC") => &[0..5, 6..payload.len()],
        // Without the pre-skip and the rate of the input.
        (_, b"dOps") => &[0..2, 8..payload.len()],
        (_, b"esds") => return decoder_setup(payload).unwrap_or_else(|| payload.to_vec()),
        _ => return payload.to_vec(),
    };
    parts.iter().filter_map(|part| payload.get(part.clone())).collect::<Vec<_>>().concat()
}

/// Of an `esds` (ISO/IEC 14496-1, section 7.2.6): the kind of stream and its DecoderSpecificInfo, without bit rates.
fn decoder_setup(payload: &[u8]) -> Option<Vec<u8>> {
    let (tag, stream) = descriptor(payload.get(4..)?)?;
    let (decoder_tag, decoder) = descriptor(stream.get(3..)?)?;
    let (specific_tag, specific) = descriptor(decoder.get(13..)?)?;
    let object = *decoder.first()?;
    (tag == 3 && decoder_tag == 4 && specific_tag == 5).then(|| [&[object], specific].concat())
}

/// A tag and what it holds; its size has seven bits in each byte.
fn descriptor(data: &[u8]) -> Option<(u8, &[u8])> {
    let (&tag, mut rest) = data.split_first()?;
    let mut size = 0_usize;
    for _ in 0..4 {
        let (&byte, behind) = rest.split_first()?;
        rest = behind;
        size = size << 7 | usize::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            break;
        }
    }
    Some((tag, rest.get(..size)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setup(kind: &Kind, width: u8, config: &Kind, payload: &[u8]) -> Setup {
        let mut front = vec![0; VISUAL];
        front[25] = width;
        let mut descriptions = vec![0, 0, 0, 0, 0, 0, 0, 1];
        descriptions.extend_from_slice(&((8 + VISUAL + 8 + payload.len()) as u32).to_be_bytes());
        descriptions.extend_from_slice(kind);
        descriptions.extend_from_slice(&front);
        descriptions.extend_from_slice(&((8 + payload.len()) as u32).to_be_bytes());
        descriptions.extend_from_slice(config);
        descriptions.extend_from_slice(payload);
        Setup { id: 1, descriptions, ..Setup::default() }
    }

    #[test]
    fn the_resolution_may_change_where_the_stream_says_it() {
        let avc1 = |width, config: &[u8]| setup(b"avc1", width, b"avcC", config);
        assert_eq!(compare(&avc1(64, b"1"), &avc1(64, b"1")), Ok(()));
        assert_eq!(compare(&avc1(64, b"1"), &avc1(32, b"1")).unwrap_err(), "a resolution of 32x0, not 64x0");
        assert_eq!(compare(&avc1(64, b"1"), &avc1(64, b"2")).unwrap_err(), "another codec setup (avcC)");
        let avc3 = |width, config: &[u8]| setup(b"avc3", width, b"avcC", config);
        assert_eq!(compare(&avc3(64, b"1234X56"), &avc3(32, b"4321X78")), Ok(()));
        assert!(compare(&avc3(64, b"1234X56"), &avc3(64, b"1234Y56")).is_err());
        let vp09 = |width, config: &[u8]| setup(b"vp09", width, b"vpcC", config);
        assert_eq!(compare(&vp09(64, b"0000p1bc"), &vp09(32, b"0000p2bc")), Ok(()));
        assert!(compare(&vp09(64, b"0000p1bc"), &vp09(64, b"0000q1bc")).is_err());
        assert!(compare(&avc1(64, b"1"), &vp09(64, b"1")).is_err());
    }

    #[test]
    fn bit_rates_do_not_matter() {
        let esds = |rate: u8, config: u8| {
            let decoder =
                [&[4, 17, 0x40, 0x15, 0, 0, 0, 0, 0, 0, rate, 0, 0, 0, rate][..], &[5, 2, 0x11, config]]
                    .concat();
            [&[0, 0, 0, 0, 3, 0x80, 0x80, 22, 0, 1, 0][..], &decoder].concat()
        };
        assert_eq!(decoder_setup(&esds(1, 0x90)), Some(vec![0x40, 0x11, 0x90]));
        assert_eq!(decoder_setup(&esds(1, 0x90)), decoder_setup(&esds(2, 0x90)));
        assert_ne!(decoder_setup(&esds(1, 0x90)), decoder_setup(&esds(1, 0x10)));
        assert_eq!(decoder_setup(&[0; 4]), None);
    }
}
