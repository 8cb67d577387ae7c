//! Parts of MP4 recordings, fragmented and plain: together they are the whole, and each stands alone.
#![cfg(feature = "mp4")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod parts_support;

use std::sync::OnceLock;
use std::time::Duration;

use parts_support::{fix, names, of_track, options, packets, read, track, write};
use proptest::prelude::*;
use seekable::{Container, Limits, Packets, PartsError, Split, SplitAt, TrackKind};

/// All samples as they came, and made plain.
fn inputs() -> Vec<(String, Vec<u8>)> {
    let mut inputs = Vec::new();
    for name in names(&[".mp4", ".m4a"]) {
        let bytes = read(&name);
        inputs.push((format!("plain {name}"), fix(&bytes)));
        inputs.push((name, bytes));
    }
    assert!(inputs.len() >= 4);
    inputs
}

fn wishes() -> Vec<SplitAt> {
    vec![
        SplitAt::Duration(Duration::from_millis(900)),
        SplitAt::Duration(Duration::from_millis(2_500)),
        SplitAt::Duration(Duration::from_secs(3_600)),
        SplitAt::Size(150_000),
    ]
}

#[test]
fn plain_and_fragmented_hold_the_same_packets() {
    for name in names(&[".mp4", ".m4a"]) {
        let bytes = read(&name);
        assert_eq!(Packets::open(&bytes[..], Limits::default()).unwrap().container(), Container::Mp4);
        assert!(packets(&bytes).len() > 50, "{name}");
        parts_support::same(&bytes, &fix(&bytes), &name);
    }
}

#[test]
fn parts_together_are_the_whole() {
    for (name, input) in inputs() {
        let whole = packets(&input);
        let video = track(&input, TrackKind::Video);
        let reader = Packets::open(&input[..], Limits::default()).unwrap();
        let scales: Vec<_> = reader.tracks().iter().map(|track| track.timescale).collect();
        for at in wishes() {
            let name = format!("{name} {at:?}");
            let mut split = Split::new(&input[..], &at, options()).unwrap();
            let mut together = Vec::new();
            for part in split.parts().to_vec() {
                let (bytes, summary) = write(&mut split, part.number);
                assert!(bytes.len() as u64 <= part.size_at_most, "{name}: {part:?} has {}", bytes.len());
                if let (SplitAt::Size(limit), false) = (&at, part.is_larger_than_asked) {
                    assert!(bytes.len() as u64 <= *limit);
                }
                let length = summary.duration.unwrap();
                let expected = part.end - part.start;
                assert!(
                    length.abs_diff(expected) < Duration::from_millis(2),
                    "{name}: {length:?} of {part:?}"
                );
                let own = packets(&bytes);
                if let Some(video) = video {
                    let first = &of_track(&own, video)[0];
                    assert!(first.is_key && first.decode_time == 0, "{name}: {}", first.decode_time);
                }
                for mut packet in own {
                    let start = scales[packet.track].to_ticks(part.start.as_nanos() as i64);
                    packet.time += start;
                    packet.decode_time += start;
                    together.push(packet);
                }
            }
            assert_eq!(together.len(), whole.len(), "{name}");
            for track in 0..scales.len() {
                assert!(of_track(&together, track) == of_track(&whole, track), "{name}, track {track}");
            }
        }
    }
}

#[test]
fn a_part_is_a_finished_file() {
    for (name, input) in inputs() {
        for part in parts_support::parts(&input, &SplitAt::Duration(Duration::from_millis(900))) {
            assert!(part.windows(4).any(|bytes| bytes == b"stsz"), "{name}");
            // A second look changes nothing.
            assert!(fix(&part) == part, "{name}");
        }
    }
}

#[test]
fn a_file_that_is_cut_short_gives_its_whole_packets() {
    let bytes = read("chromium-kfid1000-mp4-avc1-opus.mp4");
    let whole = packets(&bytes);
    for cut in [bytes.len() - 1, bytes.len() / 2, bytes.len() / 3] {
        let short = packets(&bytes[..cut]);
        assert!(short.len() < whole.len() && short.len() > 10);
        assert!(short.iter().all(|packet| whole.contains(packet)));
    }
}

#[test]
fn errors_say_where_and_what() {
    let open = |bytes: &[u8]| Packets::open(bytes, Limits::default()).map(|_| ()).unwrap_err();
    let none = open(b"\0\0\0\x08ftyp");
    assert_eq!(none, PartsError::NoMoov { length: 8, has_media: false });
    let bytes = read("chromium-kfid1000-mp4-avc1-opus.mp4");
    assert_eq!(open(&bytes[..600]).code(), "no_moov");
    let plain = fix(&bytes);
    let movie = plain.windows(4).rposition(|bytes| bytes == b"mvhd").unwrap() - 12;
    assert_eq!(open(&plain[..movie]), PartsError::NoMoov { length: movie as u64, has_media: true });
    let unreadable = PartsError::UnreadableMoov { offset: movie as u64, expected: "a whole moov" };
    assert_eq!(open(&plain[..movie + 99]), unreadable);
    let at = plain.windows(4).rposition(|bytes| bytes == b"stsz").unwrap();
    let mut liar = plain;
    liar[at + 12..at + 16].fill(0xFF);
    let error = open(&liar);
    assert!(matches!(error, PartsError::TooLarge { size: 0xFFFF_FFFF, .. }), "{error:?}");
}

/// What is written knows tracks by their numbers, and nothing of what decrypts them: neither can be kept, so neither is tried.
#[test]
fn what_can_not_be_written_is_refused() {
    let plain = fix(&read("chromium-kfid1000-mp4-avc1-opus.mp4"));
    let refused = |bytes: &[u8]| {
        let mut split = Split::new(bytes, &SplitAt::Duration(Duration::from_secs(1)), options()).unwrap();
        let error = split.part(1).map(|_| ()).unwrap_err();
        let joined = seekable::Join::new(vec![bytes], seekable::Gaps::Close, options()).map(|_| ());
        assert_eq!(joined.unwrap_err(), error);
        error.to_string()
    };
    let moov = plain.windows(4).rposition(|bytes| bytes == b"moov").unwrap();
    let name = |name: &[u8]| plain[moov..].windows(4).position(|bytes| bytes == name).unwrap() + moov;
    let mut encrypted = plain.clone();
    encrypted[name(b"avc1")..][..4].copy_from_slice(b"encv");
    assert!(refused(&encrypted).contains("an encrypted MP4"));
    let mut twins = plain.clone();
    let numbers: Vec<usize> = (moov..plain.len() - 4)
        .filter(|at| plain[*at..].starts_with(b"tkhd"))
        .map(|at| at + 4 + 20)
        .collect();
    let first = plain[numbers[0]..numbers[0] + 4].to_vec();
    twins[numbers[1]..numbers[1] + 4].copy_from_slice(&first);
    assert!(refused(&twins).contains("two tracks of one number"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    /// Damaged and cut: an answer or an error, never a panic.
    #[test]
    fn hostile_input_is_survived(
        is_plain in any::<bool>(),
        cut in 0_usize..60_000,
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        wish in 0_usize..4,
    ) {
        let (bytes, tables) = &hostile()[usize::from(is_plain)];
        let mut bytes = bytes.clone();
        bytes.truncate(bytes.len() - cut / 2 * usize::from(cut % 2 == 0));
        for (place, value) in damage {
            if let Some(byte) = tables.get(place.index(tables.len().max(1))).and_then(|at| bytes.get_mut(*at)) {
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

/// A fragmented and a plain file, each with the places of all bytes near the front of a table or header: most bytes are
/// media, which is not worth damaging.
fn hostile() -> &'static [(Vec<u8>, Vec<usize>); 2] {
    const NAMES: [&[u8; 4]; 14] = [
        b"moof", b"traf", b"tfhd", b"tfdt", b"trun", b"moov", b"trak", b"mdhd", b"stts", b"stsz", b"stsc",
        b"stco", b"stsd", b"mdat",
    ];
    static FILES: OnceLock<[(Vec<u8>, Vec<usize>); 2]> = OnceLock::new();
    FILES.get_or_init(|| {
        let bytes = read("chromium-audio-mp4-opus.m4a");
        [bytes.clone(), fix(&bytes)].map(|bytes| {
            let is_name = |at: &usize| NAMES.iter().any(|name| bytes[*at..].starts_with(*name));
            let names = (0..bytes.len()).filter(is_name);
            let places = names.flat_map(|at| at - 4..(at + 28).min(bytes.len())).collect();
            (bytes, places)
        })
    })
}
