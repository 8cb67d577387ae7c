//! The first sample entry of an `stsd` (section 8.5.2): which codec it is, as MIME types name it, and how large pictures are.

use super::boxes::{Kind, find, kind_at};
use crate::codec::{aac, av1, avc, vp};
use crate::{Track, TrackKind};

/// Fields in front of the boxes inside of an entry with pictures, and with sound: by the entry's version, QuickTime has more.
const VIDEO_FIELDS: usize = 78;
const AUDIO_FIELDS: [usize; 3] = [28, 44, 64];

/// What an entry tells.
#[derive(Debug, Clone, Default)]
pub(crate) struct SampleEntry {
    pub(crate) kind: Kind,
    pub(crate) codec: Option<String>,
    pub(crate) picture: Option<(u32, u32)>,
}

impl SampleEntry {
    /// For the summary.
    pub(crate) fn described(&self, number: u64, kind: TrackKind) -> Track {
        let codec_id = self.kind.iter().map(|byte| *byte as char).filter(|letter| *letter != '\0').collect();
        Track { number, kind, codec_id, codec: self.codec.clone(), picture: self.picture }
    }

    /// Reads the payload of an `stsd`, or the front of it.
    pub(crate) fn read(stsd: &[u8], kind: TrackKind) -> Self {
        let name = kind_at(stsd, 12).unwrap_or_default();
        let fields = stsd.get(16..).unwrap_or_default();
        let short = |at| Some(u16::from_be_bytes(*fields.get(at..)?.first_chunk()?));
        let size = short(24).zip(short(26)).filter(|_| kind == TrackKind::Video);
        let version = usize::from(short(8).unwrap_or_default());
        let boxes_at = match kind {
            TrackKind::Audio => AUDIO_FIELDS.get(version).copied().unwrap_or_default(),
            _ => VIDEO_FIELDS,
        };
        Self {
            kind: name,
            codec: codec(name, fields.get(boxes_at..).unwrap_or_default()),
            picture: size
                .filter(|(width, height)| *width > 0 && *height > 0)
                .map(|(width, height)| (width.into(), height.into())),
        }
    }
}

/// From an entry's name and the boxes in it.
fn codec(name: Kind, boxes: &[u8]) -> Option<String> {
    let config = |kind: &Kind| find(boxes, &[kind]);
    Some(match &name {
        b"avc1" | b"avc3" => avc(&text(name), config(b"avcC").unwrap_or_default()),
        b"vp08" | b"vp09" => match config(b"vpcC").and_then(|vpcc| vpcc.get(4..7)) {
            Some(&[profile, level, depth]) if level > 0 => vp(&text(name), [profile, level, depth >> 4]),
            // Chromium leaves the level out.
            _ if &name == b"vp09" => "vp9".to_owned(),
            _ => "vp8".to_owned(),
        },
        b"av01" => av1(config(b"av1C").unwrap_or_default()),
        b"Opus" => "opus".to_owned(),
        b"fLaC" => "flac".to_owned(),
        b"mp4a" => mpeg_audio(config(b"esds").or(find(boxes, &[b"wave", b"esds"])).unwrap_or_default()),
        [0, ..] => return None,
        _ => text(name),
    })
}

/// Names that are shorter are filled up with blanks.
fn text(name: Kind) -> String {
    name.iter().filter(|byte| **byte != b' ').map(|byte| char::from(*byte)).collect()
}

/// From an `esds` (ISO/IEC 14496-14, section 5.6): a descriptor of the stream, in it one of its decoder, in it its setup.
fn mpeg_audio(esds: &[u8]) -> String {
    let found = || {
        let stream = descriptor(esds.get(4..)?, 3)?;
        // In a file it stands alone: without the number of another, an address, or a clock.
        let decoder =
            descriptor(stream.get(3..).filter(|_| stream.get(2).is_some_and(|flags| flags >> 5 == 0))?, 4)?;
        Some((*decoder.first()?, descriptor(decoder.get(13..)?, 5).unwrap_or_default()))
    };
    match found() {
        Some((0x40, setup)) => aac(setup),
        Some((0x69 | 0x6B, _)) => "mp3".to_owned(),
        _ => "mp4a".to_owned(),
    }
}

/// The payload of the descriptor at the front, if it has this tag (ISO/IEC 14496-1, section 8.3.3).
fn descriptor(data: &[u8], tag: u8) -> Option<&[u8]> {
    let (first, mut rest) = data.split_first()?;
    let mut size = 0;
    for _ in 0..4 {
        let (byte, behind) = rest.split_first()?;
        rest = behind;
        size = size << 7 | usize::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            break;
        }
    }
    rest.get(..size).filter(|_| *first == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stsd(name: &[u8; 4], fields: usize, inside: &[u8]) -> Vec<u8> {
        let mut out = vec![0; 16];
        out[12..].copy_from_slice(name);
        out.extend(vec![0; fields]);
        if fields == VIDEO_FIELDS {
            out[16 + 24..16 + 28].copy_from_slice(&[2, 128, 1, 224]);
        }
        out.extend_from_slice(inside);
        out
    }

    #[test]
    fn entries() {
        let esds =
            b"\0\0\0\x24esds\0\0\0\0\x03\x16\0\0\0\x04\x11\x40\x15\0\0\0\0\0\0\0\0\0\0\0\x05\x02\x12\x10";
        let audio = |entry: &[u8]| SampleEntry::read(entry, TrackKind::Audio).codec;
        assert_eq!(audio(&stsd(b"mp4a", 28, esds)).as_deref(), Some("mp4a.40.2"));
        assert_eq!(audio(&stsd(b"mp4a", 28, &esds[..20])).as_deref(), Some("mp4a"));
        assert_eq!(audio(&stsd(b"Opus", 28, b"")).as_deref(), Some("opus"));
        assert_eq!(audio(b""), None);
        let vpcc = b"\0\0\0\x10vpcC\x01\0\0\0\0\x1F\x80\x02";
        let video = SampleEntry::read(&stsd(b"vp09", 78, vpcc), TrackKind::Video);
        assert_eq!((video.codec.as_deref(), video.picture), (Some("vp09.00.31.08"), Some((640, 480))));
        let avcc = b"\0\0\0\x0CavcC\x01\x64\0\x2A";
        let video = SampleEntry::read(&stsd(b"avc3", 78, avcc), TrackKind::Video);
        assert_eq!(video.codec.as_deref(), Some("avc3.64002A"));
        let cut = SampleEntry::read(&stsd(b"avc1", 20, b""), TrackKind::Video);
        assert_eq!((cut.codec.as_deref(), cut.picture), (Some("avc1"), None));
    }
}
