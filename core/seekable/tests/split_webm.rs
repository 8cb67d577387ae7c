//! Parts of WebM and Matroska recordings: together they are the whole, and each stands alone.

#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod support;

use std::io::Cursor;
use std::time::Duration;

use matroska_demuxer::{Frame, MatroskaFile, TrackType};
use proptest::prelude::*;
use seekable::{Container, Limits, MemoryFile, Options, Packets, PartsError, Split, SplitAt};
use support::{Sample, sample, samples, view};

/// Track, timestamp, key frame, payload.
type Packet = (u64, u64, Option<bool>, Vec<u8>);

fn packets(bytes: &[u8]) -> Vec<Packet> {
    let mut file = MatroskaFile::open(Cursor::new(bytes)).unwrap();
    let mut packets = Vec::new();
    let mut frame = Frame::default();
    while file.next_frame(&mut frame).unwrap() {
        packets.push((frame.track, frame.timestamp, frame.is_keyframe, frame.data.clone()));
    }
    packets
}

fn video_tracks(bytes: &[u8]) -> Vec<u64> {
    let file = MatroskaFile::open(Cursor::new(bytes)).unwrap();
    let is_video = |track: &&matroska_demuxer::TrackEntry| track.track_type() == TrackType::Video;
    file.tracks().iter().filter(is_video).map(|track| track.track_number().get()).collect()
}

fn write(split: &mut Split<&[u8]>, number: usize) -> Vec<u8> {
    let mut file = MemoryFile::default();
    let mut part = split.part(number).unwrap();
    while let Some(edit) = part.next_edit().unwrap() {
        file.apply(&edit).unwrap();
    }
    assert_eq!(part.summary().output_length, file.bytes().len() as u64);
    assert_eq!(part.summary().problem, None);
    file.into_bytes()
}

/// A small index, so that parts by size are not mostly index.
fn options() -> Options {
    Options { index_bytes: 1024, metadata_bytes: 1024, ..Options::default() }
}

fn parts(sample: &Sample, at: &SplitAt) -> Vec<Vec<u8>> {
    let mut split = Split::new(&sample.bytes[..], at, options()).unwrap();
    (1..=split.parts().len()).map(|number| write(&mut split, number)).collect()
}

/// Packets of one track, so that the interleaving does not matter.
fn of_track(packets: &[Packet], track: u64) -> Vec<&Packet> {
    packets.iter().filter(|packet| packet.0 == track).collect()
}

fn wishes() -> Vec<SplitAt> {
    vec![
        SplitAt::Duration(Duration::from_millis(1)),
        SplitAt::Duration(Duration::from_millis(2_500)),
        SplitAt::Duration(Duration::from_secs(3_600)),
        SplitAt::Size(120_000),
    ]
}

#[test]
fn parts_together_are_the_whole() {
    for sample in samples() {
        // Sound is flagged as key frames.
        let whole = packets(&support::fix(&sample.bytes).0);
        let videos = video_tracks(&sample.bytes);
        for at in wishes() {
            if videos.is_empty() && at == SplitAt::Duration(Duration::from_millis(1)) {
                continue;
            }
            let name = format!("{} {at:?}", sample.name);
            let mut split = Split::new(&sample.bytes[..], &at, options()).unwrap();
            let mut together = Vec::new();
            for part in split.parts().to_vec() {
                let bytes = write(&mut split, part.number);
                assert!(bytes.len() as u64 <= part.size_at_most, "{name}: {part:?} has {}", bytes.len());
                match at {
                    SplitAt::Size(limit) if !part.is_larger_than_asked => {
                        assert!(bytes.len() as u64 <= limit)
                    }
                    SplitAt::Duration(longest) if !part.is_larger_than_asked => {
                        assert!(
                            part.end - part.start <= longest + Duration::from_millis(200),
                            "{name}: {part:?}"
                        );
                    }
                    _ => {}
                }
                let own = packets(&bytes);
                let first = own.iter().map(|packet| packet.1).min();
                let lead = whole.iter().map(|packet| packet.1).min();
                assert_eq!(first, if part.number == 1 { lead } else { Some(0) }, "{name}");
                for video in &videos {
                    assert_ne!(of_track(&own, *video)[0].2, Some(false), "{name}: begins with a key frame");
                }
                let start = u64::try_from(part.start.as_millis()).unwrap();
                together
                    .extend(own.into_iter().map(|(track, time, key, data)| (track, time + start, key, data)));
            }
            for track in [1, 2] {
                assert!(of_track(&together, track) == of_track(&whole, track), "{name}, track {track}");
            }
            assert_eq!(together.len(), whole.len(), "{name}");
        }
    }
}

#[test]
fn parts_by_size_are_as_large_as_they_may_be() {
    for name in ["firefox-audio-webm-opus.weba", "chromium-audio-webm-opus.weba"] {
        let files = parts(&sample(name), &SplitAt::Size(30_000));
        for file in &files[..files.len() - 1] {
            assert!((24_000..=30_000).contains(&file.len()), "{name}: {}", file.len());
        }
    }
}

#[test]
fn each_part_is_a_finished_file() {
    for sample in samples() {
        for bytes in parts(&sample, &SplitAt::Duration(Duration::from_millis(1_500))) {
            let view = view(&bytes, true);
            support::check_structure(&bytes);
            support::check_cues(&view, true);
            support::check_duration(&view, 1_000);
            // A second look changes nothing.
            assert!(support::fix_with(options(), &bytes).0 == bytes, "{}", sample.name);
        }
    }
}

#[test]
fn what_surrounds_a_block_stays_with_it() {
    let sample = sample("chromium-canvasmix-webm-vp8.webm");
    let behind = |bytes: &[u8]| -> Vec<usize> {
        view(bytes, false).blocks.iter().filter(|block| block.track == 1).map(|block| block.behind).collect()
    };
    let before = behind(&sample.bytes);
    assert!(before.iter().any(|length| *length > 0), "the sample has alpha");
    let after: Vec<usize> = parts(&sample, &SplitAt::Duration(Duration::from_millis(1)))
        .iter()
        .flat_map(|part| behind(part))
        .collect();
    assert_eq!(before, after);
}

#[test]
fn ranges_begin_and_end_on_key_frames() {
    let sample = sample("chromium-kfid1000-webm-vp8.webm");
    let seconds = Duration::from_secs_f64;
    let wanted = vec![seconds(1.5)..seconds(2.2), seconds(3.3)..seconds(900.0)];
    let mut split = Split::new(&sample.bytes[..], &SplitAt::Ranges(wanted.clone()), options()).unwrap();
    let whole = packets(&sample.bytes);
    let keys: Vec<Duration> = whole
        .iter()
        .filter(|packet| packet.0 == video_tracks(&sample.bytes)[0] && packet.2 == Some(true))
        .map(|packet| Duration::from_millis(packet.1))
        .collect();
    assert_eq!(split.parts().len(), 2);
    for (part, range) in split.parts().to_vec().iter().zip(wanted) {
        let start = keys.iter().copied().rfind(|key| *key <= range.start).unwrap();
        assert_eq!(part.start, start);
        assert!(part.end >= range.end.min(Duration::from_millis(whole.last().unwrap().1)));
        let own = packets(&write(&mut split, part.number));
        let from = u64::try_from(start.as_millis()).unwrap();
        let to =
            keys.iter().copied().find(|key| *key >= range.end).map_or(u64::MAX, |key| key.as_millis() as u64);
        let expected: Vec<&Packet> =
            whole.iter().filter(|packet| packet.1 >= from && packet.1 < to).collect();
        assert_eq!(own.len(), expected.len());
        assert!(own.iter().zip(expected).all(|(own, whole)| own.1 + from == whole.1 && own.3 == whole.3));
    }
}

#[test]
fn the_order_of_tracks_in_the_file_does_not_matter() {
    // All sound first, then all pictures: no reader of a stream would write it, but none of it may get lost.
    let sample = sample("chromium-kfid1000-webm-vp8.webm");
    let sorted = resorted(&sample.bytes);
    let whole = packets(&sorted);
    assert_eq!(whole.len(), packets(&sample.bytes).len());
    let mut split = Split::new(&sorted[..], &SplitAt::Duration(Duration::from_secs(1)), options()).unwrap();
    assert!(split.parts().len() >= 4);
    let mut together = Vec::new();
    for part in split.parts().to_vec() {
        let start = u64::try_from(part.start.as_millis()).unwrap();
        let own = packets(&write(&mut split, part.number));
        assert!(part.number == 1 || own.iter().any(|packet| packet.1 == 0));
        together.extend(own.into_iter().map(|(track, time, key, data)| (track, time + start, key, data)));
    }
    assert_eq!(together.len(), whole.len());
    for track in [1, 2] {
        assert!(of_track(&together, track) == of_track(&whole, track));
    }
}

/// The same blocks, those of sound in clusters before all others. One block to a cluster.
fn resorted(bytes: &[u8]) -> Vec<u8> {
    let view = view(bytes, false);
    let first = view.blocks.iter().map(|block| block.place.0).min().unwrap();
    let ebml = support::element(bytes, 0, bytes.len());
    let segment = support::element(bytes, ebml.end, bytes.len());
    let mut out = bytes[..segment.data + first as usize].to_vec();
    for kind in [2, 1] {
        for block in view.blocks.iter().filter(|block| view.tracks[&block.track] == kind) {
            out.extend_from_slice(b"\x1F\x43\xB6\x75\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xE7\x88");
            out.extend_from_slice(&block.time.to_be_bytes());
            out.extend_from_slice(b"\xA3\x10");
            out.extend_from_slice(&(block.payload.len() as u32).to_be_bytes()[1..]);
            out.extend_from_slice(&[block.payload[0], 0, 0]);
            out.extend_from_slice(&block.payload[3..]);
        }
    }
    out
}

#[test]
fn wishes_that_make_no_sense_are_refused() {
    let bytes = sample("chromium-kfid1000-webm-vp8.webm").bytes;
    let code = |at: &SplitAt| Split::new(&bytes[..], at, options()).map(|_| ()).unwrap_err().code();
    let seconds = Duration::from_secs;
    assert_eq!(code(&SplitAt::Size(0)), "bad_request");
    assert_eq!(code(&SplitAt::Size(1)), "too_many_parts");
    assert_eq!(code(&SplitAt::Duration(Duration::ZERO)), "bad_request");
    assert_eq!(code(&SplitAt::Ranges(vec![])), "bad_request");
    assert_eq!(code(&SplitAt::Ranges(vec![seconds(2)..seconds(2)])), "bad_request");
    assert_eq!(code(&SplitAt::Ranges(vec![seconds(2)..seconds(4), seconds(3)..seconds(5)])), "bad_request");
    assert_eq!(code(&SplitAt::Ranges(vec![seconds(900)..seconds(901)])), "no_packets");
    let mut split = Split::new(&bytes[..], &SplitAt::Duration(seconds(1)), options()).unwrap();
    assert_eq!(split.part(0).map(|_| ()).unwrap_err().code(), "bad_request");
    assert_eq!(split.part(99).map(|_| ()).unwrap_err().code(), "bad_request");
}

#[test]
fn packets_are_where_they_are_said_to_be() {
    for sample in samples() {
        let expected = packets(&sample.bytes);
        let mut reader = Packets::open(&sample.bytes[..], Limits::default()).unwrap();
        assert!(matches!(reader.container(), Container::WebM | Container::Matroska));
        for expected in &expected {
            let packet = reader.next_packet().unwrap().unwrap();
            let mut bytes = Vec::new();
            reader.read(&packet, &mut bytes).unwrap();
            assert!(bytes == expected.3, "{}", sample.name);
            assert_eq!(packet.time, expected.1 as i64);
            assert_eq!(reader.tracks()[packet.track].track.number, expected.0);
            assert!(expected.2.is_none_or(|key| key == packet.is_key));
        }
        assert_eq!(reader.next_packet(), Ok(None));
    }
}

/// Tags that say to reach into the clusters behind them, or past the end of the file: their place is told, and nothing is left out.
#[test]
fn tags_whose_length_lies() {
    let bytes = sample("chromium-webm-vp8-opus.webm").bytes;
    let clusters: Vec<usize> =
        (0..bytes.len()).filter(|at| bytes[*at..].starts_with(b"\x1F\x43\xB6\x75")).collect();
    for at in [clusters[0], clusters[5]] {
        for length in [2_000_u64, 3_000_000] {
            let size = (length | 1 << 56).to_be_bytes();
            let lying = [&bytes[..at], b"\x12\x54\xC3\x67", &size, &bytes[at..]].concat();
            let error =
                Split::new(&lying[..], &SplitAt::Duration(Duration::from_secs(3)), options()).unwrap_err();
            let PartsError::Malformed { offset, .. } = error else { panic!("{error}") };
            assert_eq!(offset, at as u64);
            let fixed = support::fix(&lying).0;
            assert_eq!(packets(&fixed), packets(&support::fix(&bytes).0));
        }
    }
}

/// A Void may stand anywhere, also in front of the Segment.
#[test]
fn a_void_in_front_of_the_segment() {
    let bytes = sample("chromium-webm-vp8-opus.webm").bytes;
    let at = support::element(&bytes, 0, bytes.len()).end;
    let void = [&[0xEC, 0x94][..], &[0; 20]].concat();
    let odd = [&bytes[..at], &void, &void, &bytes[at..]].concat();
    let count = |bytes: &[u8]| {
        let mut packets = Packets::open(bytes, Limits::default()).unwrap();
        std::iter::from_fn(|| packets.next_packet().unwrap()).count()
    };
    assert_eq!(count(&odd), count(&bytes));
}

#[test]
fn errors_say_where_and_what() {
    let open = |bytes: &[u8]| Packets::open(bytes, Limits::default()).map(|_| ()).unwrap_err();
    assert_eq!(open(b"").code(), "unknown_container");
    assert_eq!(open(b"OggS1234"), PartsError::UnknownContainer(Container::Ogg));
    let sample = sample("chromium-webm-vp8-opus.webm").bytes;
    let mut damaged = sample.clone();
    let middle = view(&sample, false).blocks[40].place;
    let at = 48 + middle.0 as usize + 12 + middle.1 as usize;
    damaged[at..at + 4].fill(0);
    let error = Split::new(&damaged[..], &SplitAt::Size(100_000), options()).map(|_| ()).unwrap_err();
    assert_eq!(error, PartsError::Malformed { offset: at as u64, expected: "an element" });
    let mut liar = sample;
    liar[at + 1..at + 9].copy_from_slice(&[1, 255, 255, 255, 255, 255, 255, 254]);
    let error = Split::new(&liar[..], &SplitAt::Size(100_000), options()).map(|_| ()).unwrap_err();
    let size = (1 << 56) - 2;
    assert_eq!(
        error,
        PartsError::TooLarge { offset: at as u64, size, max_size: Limits::default().element_bytes }
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Damaged and cut: an answer or an error, never a panic, and what is written is sound.
    #[test]
    fn hostile_input_is_survived(
        cut in 0_usize..20_000,
        damage in proptest::collection::vec((0_usize..20_000, any::<u8>()), 0..12),
        wish in 0_usize..4,
    ) {
        let mut bytes = sample("chromium-slice100-webm-vp8.webm").bytes;
        bytes.truncate(20_000 - cut.min(19_000));
        for (at, value) in damage {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = value;
            }
        }
        if let Ok(mut split) = Split::new(&bytes[..], &wishes()[wish], options()) {
            for number in 1..=split.parts().len().min(3) {
                let mut part = split.part(number).unwrap();
                while let Ok(Some(_)) = part.next_edit() {}
            }
        }
    }
}
