//! Whether a part can follow the first one.

use crate::packets::{PacketTrack, Packets, PartsError, Setup, Source};
use crate::{Container, TrackKind};

/// The place of a track that is left out.
pub(super) const NOWHERE: usize = usize::MAX;

/// For each track of a part: which one of the first part it goes on with.
pub(super) fn tracks<S: Source>(
    first: &Packets<S>,
    other: &Packets<S>,
    part: usize,
) -> Result<Vec<usize>, PartsError> {
    let is_mp4 = |packets: &Packets<S>| packets.container() == Container::Mp4;
    let differs = |track: u64, differs: String| PartsError::Differs { part, track, differs };
    if is_mp4(first) != is_mp4(other) {
        return Err(differs(
            0,
            format!("another container ({:?}, not {:?})", other.container(), first.container()),
        ));
    }
    let mut taken: Vec<bool> = first.tracks().iter().map(|track| !track.is_copied()).collect();
    let mut found = Vec::new();
    for track in other.tracks() {
        if !track.is_copied() {
            found.push(NOWHERE);
            continue;
        }
        // The order may change from recording to recording: the first video goes on with the first video.
        let index = first
            .tracks()
            .iter()
            .zip(&taken)
            .position(|(candidate, is_taken)| !is_taken && candidate.track.kind == track.track.kind);
        let Some(index) = index else {
            let kind = kind(track.track.kind);
            return Err(differs(0, format!("one {kind} track more ({})", track.track.codec_id)));
        };
        if let Some(place) = taken.get_mut(index) {
            *place = true;
        }
        if let Some(before) = first.tracks().get(index) {
            compare(before, track).map_err(|text| differs(before.track.number, text))?;
        }
        found.push(index);
    }
    match first.tracks().iter().zip(&taken).find(|(_, is_taken)| !**is_taken) {
        Some((missing, _)) => Err(differs(
            missing.track.number,
            format!("no match, this {} track is missing", kind(missing.track.kind)),
        )),
        None => Ok(found),
    }
}

fn compare(first: &PacketTrack, other: &PacketTrack) -> Result<(), String> {
    if first.track.codec_id != other.track.codec_id {
        return Err(format!("codec {}, not {}", other.track.codec_id, first.track.codec_id));
    }
    match (&first.setup, &other.setup) {
        #[cfg(feature = "webm")]
        (Setup::WebM(one), Setup::WebM(two)) => webm::compare(&first.track.codec_id, &one.entry, &two.entry),
        #[cfg(feature = "mp4")]
        (Setup::Mp4(one), Setup::Mp4(two)) => crate::packets::mp4::compare(one, two),
        #[cfg(all(feature = "webm", feature = "mp4"))]
        _ => Err("another container".to_owned()),
    }
}

fn kind(kind: TrackKind) -> &'static str {
    match kind {
        TrackKind::Video => "video",
        TrackKind::Audio => "audio",
        TrackKind::Other => "other",
    }
}

#[cfg(feature = "webm")]
mod webm {
    //! Two TrackEntries (RFC 9559, section 5.1.4.1).

    use crate::packets::webm::find;
    use crate::webm::ebml::{big_endian, children};
    use crate::webm::ids;

    const VIDEO: u32 = 0xE0;
    const PIXEL_WIDTH: u32 = 0xB0;
    const PIXEL_HEIGHT: u32 = 0xBA;
    const ALPHA_MODE: u32 = 0x53C0;
    const AUDIO: u32 = 0xE1;
    const SAMPLING_FREQUENCY: u32 = 0xB5;
    const CHANNELS: u32 = 0x9F;
    const BIT_DEPTH: u32 = 0x6264;
    const CONTENT_ENCODINGS: u32 = 0x6D80;
    const CONTENT_ENCODING: u32 = 0x6240;
    const CONTENT_ENCODING_ORDER: u32 = 0x5031;
    const CONTENT_ENCODING_SCOPE: u32 = 0x5032;
    const CONTENT_ENCODING_TYPE: u32 = 0x5033;
    const CONTENT_COMPRESSION: u32 = 0x5034;
    const CONTENT_COMP_ALGO: u32 = 0x4254;
    const CONTENT_COMP_SETTINGS: u32 = 0x4255;
    const CONTENT_ENCRYPTION: u32 = 0x5035;

    pub(super) fn compare(codec: &str, first: &[u8], other: &[u8]) -> Result<(), String> {
        let within = |entry: &[u8], master, id| find(entry, master).and_then(|payload| number(payload, id));
        // What is not there has its default (RFC 9559), if the element has one.
        let same = |master, id, default: Option<u64>, what: &str| {
            let value = |entry| within(entry, master, id).or(default);
            let (one, two) = (value(first), value(other));
            let show = |value: Option<u64>| value.map_or("none".to_owned(), |value| value.to_string());
            if one == two { Ok(()) } else { Err(format!("{what} {}, not {}", show(two), show(one))) }
        };
        same(AUDIO, CHANNELS, Some(1), "channels")?;
        // Opus always plays at 48 kHz: what it came from is only told.
        if codec != "A_OPUS" && rate(first) != rate(other) {
            return Err(format!("a sampling rate of {} Hz, not {} Hz", rate(other), rate(first)));
        }
        if codec.starts_with("A_PCM") {
            same(AUDIO, BIT_DEPTH, None, "bits in a sample")?;
        }
        same(VIDEO, ALPHA_MODE, Some(0), "alpha mode")?;
        let private = find(first, ids::CODEC_PRIVATE);
        let says_it_in_band = matches!(codec, "V_VP8" | "V_VP9" | "V_AV1") || private.is_none();
        let size = |entry: &[u8]| (within(entry, VIDEO, PIXEL_WIDTH), within(entry, VIDEO, PIXEL_HEIGHT));
        if !says_it_in_band && size(first) != size(other) {
            let show = |(width, height): (Option<u64>, Option<u64>)| {
                format!("{}x{}", width.unwrap_or(0), height.unwrap_or(0))
            };
            return Err(format!("a resolution of {}, not {}", show(size(other)), show(size(first))));
        }
        if !same_private(codec, private, find(other, ids::CODEC_PRIVATE)) {
            return Err("another codec setup (CodecPrivate)".to_owned());
        }
        if encodings(first) != encodings(other) {
            return Err("another compression or encryption (ContentEncodings)".to_owned());
        }
        Ok(())
    }

    /// The number that an element says; an empty one says nothing, as if it were not there (RFC 8794, section 6.1).
    fn number(payload: &[u8], id: u32) -> Option<u64> {
        find(payload, id).filter(|value| !value.is_empty()).map(big_endian)
    }

    /// Each ContentEncoding: its order, scope, type and algorithm; what compression takes away; and what is said of encryption.
    fn encodings(entry: &[u8]) -> Vec<([u64; 4], &[u8], &[u8])> {
        let all = children(find(entry, CONTENT_ENCODINGS).unwrap_or_default()).map_while(Result::ok);
        all.filter(|child| child.id == CONTENT_ENCODING)
            .map(|encoding| {
                let compression = find(encoding.payload, CONTENT_COMPRESSION).unwrap_or_default();
                let said = |id, default| number(encoding.payload, id).unwrap_or(default);
                let numbers = [
                    said(CONTENT_ENCODING_ORDER, 0),
                    said(CONTENT_ENCODING_SCOPE, 1),
                    said(CONTENT_ENCODING_TYPE, 0),
                    number(compression, CONTENT_COMP_ALGO).unwrap_or(0),
                ];
                let settings = find(compression, CONTENT_COMP_SETTINGS).unwrap_or_default();
                (numbers, settings, find(encoding.payload, CONTENT_ENCRYPTION).unwrap_or_default())
            })
            .collect()
    }

    /// In Hz. A float of four or eight bytes; 8000 when it is not there (RFC 9559, section 5.1.4.1.29.1).
    fn rate(entry: &[u8]) -> f64 {
        let payload = find(entry, AUDIO).and_then(|audio| find(audio, SAMPLING_FREQUENCY));
        match payload {
            Some(&[a, b, c, d]) => f64::from(f32::from_be_bytes([a, b, c, d])),
            Some(bytes) if !bytes.is_empty() => f64::from_bits(big_endian(bytes)),
            _ => 8_000.0,
        }
    }

    /// Of an OpusHead (RFC 7845, section 5.1) only what the decoder needs in the middle of a stream counts: not the
    /// pre-skip, not the rate of the input.
    fn same_private(codec: &str, first: Option<&[u8]>, other: Option<&[u8]>) -> bool {
        if codec == "A_OPUS"
            && let (Some(first), Some(other)) = (first, other)
        {
            return first.get(9) == other.get(9) && first.get(16..) == other.get(16..);
        }
        first == other
    }

    #[cfg(test)]
    mod tests {
        use super::*;
        use crate::webm::ebml::{put_element, put_unsigned};

        fn video(width: u64, private: &[u8]) -> Vec<u8> {
            let mut master = Vec::new();
            put_unsigned(&mut master, PIXEL_WIDTH, width);
            put_unsigned(&mut master, PIXEL_HEIGHT, 480);
            let mut out = Vec::new();
            put_element(&mut out, VIDEO, &master);
            if !private.is_empty() {
                put_element(&mut out, ids::CODEC_PRIVATE, private);
            }
            out
        }

        fn audio(rate: f32, private: &[u8]) -> Vec<u8> {
            let mut master = Vec::new();
            put_element(&mut master, SAMPLING_FREQUENCY, &rate.to_be_bytes());
            put_unsigned(&mut master, CHANNELS, 2);
            let mut out = Vec::new();
            put_element(&mut out, AUDIO, &master);
            put_element(&mut out, ids::CODEC_PRIVATE, private);
            out
        }

        #[test]
        fn the_resolution_may_change_where_the_stream_says_it() {
            assert!(compare("V_VP8", &video(640, b""), &video(320, b"")).is_ok());
            assert!(compare("V_MPEG4/ISO/AVC", &video(640, b""), &video(320, b"")).is_ok());
            let refused = compare("V_MPEG4/ISO/AVC", &video(640, b"x"), &video(320, b"x")).unwrap_err();
            assert_eq!(refused, "a resolution of 320x480, not 640x480");
            assert!(compare("V_VP9", &video(640, b"x"), &video(640, b"y")).is_err());
        }

        /// Elements in a master.
        fn master(id: u32, children: &[(u32, &[u8])]) -> Vec<u8> {
            let mut payload = Vec::new();
            children.iter().for_each(|(id, value)| put_element(&mut payload, *id, value));
            let mut out = Vec::new();
            put_element(&mut out, id, &payload);
            out
        }

        #[test]
        fn what_is_not_there_has_its_default() {
            let alike = |codec: &str, one: &[u8], two: &[u8]| {
                assert_eq!(compare(codec, one, two), Ok(()));
                assert_eq!(compare(codec, two, one), Ok(()));
            };
            let eight_thousand = 8_000_f32.to_be_bytes();
            let said = master(AUDIO, &[(CHANNELS, &[1]), (SAMPLING_FREQUENCY, &eight_thousand)]);
            alike("A_VORBIS", &said, &master(AUDIO, &[]));
            alike("A_VORBIS", &said, &master(AUDIO, &[(CHANNELS, &[]), (SAMPLING_FREQUENCY, &[])]));
            let two = master(AUDIO, &[(CHANNELS, &[2])]);
            let refused = compare("A_OPUS", &two, &master(AUDIO, &[])).unwrap_err();
            assert_eq!(refused, "channels 1, not 2");
            alike("V_VP8", &master(VIDEO, &[(ALPHA_MODE, &[0])]), &master(VIDEO, &[]));
            let encoding = |more: &[(u32, &[u8])], compression: &[(u32, &[u8])]| {
                let compression = master(CONTENT_COMPRESSION, compression);
                let more = more.iter().flat_map(|(id, value)| {
                    let mut out = Vec::new();
                    put_element(&mut out, *id, value);
                    out
                });
                let inner: Vec<u8> = more.chain(compression).collect();
                master(CONTENT_ENCODINGS, &[(CONTENT_ENCODING, &inner)])
            };
            let numbers: [(u32, &[u8]); 3] = [
                (CONTENT_ENCODING_ORDER, &[0]),
                (CONTENT_ENCODING_SCOPE, &[1]),
                (CONTENT_ENCODING_TYPE, &[0]),
            ];
            alike("V_VP8", &encoding(&numbers, &[(CONTENT_COMP_ALGO, &[0])]), &encoding(&[], &[]));
            let stripped = encoding(&[], &[(CONTENT_COMP_ALGO, &[3]), (CONTENT_COMP_SETTINGS, b"x")]);
            assert!(compare("V_VP8", &stripped, &encoding(&[], &[])).is_err());
        }

        #[test]
        fn opus_may_come_from_another_rate() {
            let head = |rate: u8, gain: u8| {
                [b"OpusHead\x01\x02\x38\x01".as_slice(), &[rate, 0, 0, 0, gain, 0, 0]].concat()
            };
            assert!(compare("A_OPUS", &audio(48_000.0, &head(1, 0)), &audio(44_100.0, &head(2, 0))).is_ok());
            assert!(compare("A_OPUS", &audio(48_000.0, &head(1, 0)), &audio(48_000.0, &head(1, 1))).is_err());
            let refused = compare("A_VORBIS", &audio(48_000.0, b"x"), &audio(44_100.0, b"x")).unwrap_err();
            assert_eq!(refused, "a sampling rate of 44100 Hz, not 48000 Hz");
        }
    }
}
