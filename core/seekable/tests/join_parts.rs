//! Parts are put together again: join(split(x)) is x, gaps are kept or closed, what does not fit is refused.
#![cfg(all(feature = "webm", feature = "mp4"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod parts_support;

use std::time::Duration;

use parts_support::{fix, join, names, of_track, options, packets, parts, read, same, sound};
use proptest::prelude::*;
use seekable::{
    Chapter, Gaps, Join, Limits, MemoryFile, Metadata, Packets, PartsError, Seekable, SplitAt, UnixMillis,
};

fn seconds(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

fn metadata(bytes: &[u8]) -> Metadata {
    Packets::open(bytes, Limits::default()).unwrap().metadata().unwrap()
}

/// A recording about which something is said.
fn with(bytes: &[u8], metadata: &Metadata) -> Vec<u8> {
    let mut seekable = Seekable::new(options());
    let mut file = MemoryFile::default();
    seekable.set_metadata(metadata.clone()).unwrap();
    seekable.push(bytes).unwrap();
    seekable.finish().unwrap();
    for edit in seekable.edits() {
        file.apply(&edit).unwrap();
    }
    file.into_bytes()
}

fn told() -> Metadata {
    let chapter = |start, title: &str| Chapter { start: seconds(start), title: title.to_owned() };
    Metadata {
        title: Some("주간 회의".to_owned()),
        date: Some(UnixMillis(1_795_402_984_000)),
        participants: vec!["Kim".to_owned(), "Ada".to_owned()],
        tags: vec![("ROOM".to_owned(), "7".to_owned())],
        chapters: vec![chapter(0.0, "hello"), chapter(2.0, "budget"), chapter(5.25, "end")],
    }
}

fn all() -> Vec<String> {
    names(&[".webm", ".weba", ".mkv", ".mp4", ".m4a"])
}

#[test]
fn what_was_split_is_whole_again() {
    for name in all() {
        let bytes = read(&name);
        for at in [SplitAt::Duration(seconds(1.7)), SplitAt::Size(100_000)] {
            let parts = parts(&bytes, &at);
            for gaps in [Gaps::Close, Gaps::Keep] {
                let joined = join(&parts, gaps).unwrap();
                same(&bytes, &joined, &format!("{name} {at:?} {gaps:?}"));
            }
        }
    }
}

#[test]
fn plain_mp4_too() {
    for name in names(&[".mp4", ".m4a"]) {
        let bytes = fix(&read(&name));
        let joined = join(&parts(&bytes, &SplitAt::Duration(seconds(1.7))), Gaps::Close).unwrap();
        same(&bytes, &joined, &name);
    }
}

#[test]
fn parts_say_what_the_whole_said_and_the_whole_says_it_again() {
    for name in ["chromium-kfid1000-webm-vp8.webm", "chromium-kfid1000-mp4-avc1-opus.mp4"] {
        let whole = with(&read(name), &told());
        assert_eq!(metadata(&whole), told(), "{name}");
        let parts = parts(&whole, &SplitAt::Duration(seconds(4.0)));
        assert!(parts.len() >= 2, "{name}");
        let second = metadata(&parts[1]);
        assert_eq!(second.title.as_deref(), Some("주간 회의 (part 2)"));
        assert_eq!(second.participants, told().participants);
        let tag = |wanted: &str| {
            second.tags.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
        };
        assert_eq!(
            (tag("PART_NUMBER"), tag("TOTAL_PARTS"), tag("ROOM")),
            (Some("2"), Some(&*parts.len().to_string()), Some("7"))
        );
        let start = tag("PART_START").unwrap().strip_prefix("00:00:0").unwrap().parse::<f64>().unwrap();
        assert!((2.0..4.0).contains(&start));
        let titles: Vec<&str> = second.chapters.iter().map(|chapter| chapter.title.as_str()).collect();
        assert_eq!(titles, ["budget", "end"]);
        assert_eq!(second.chapters[0].start, Duration::ZERO);
        assert!(second.chapters[1].start.abs_diff(seconds(5.25 - start)) < Duration::from_micros(1));
        let joined = metadata(&join(&parts, Gaps::Close).unwrap());
        assert_eq!(Metadata { chapters: vec![], ..joined.clone() }, Metadata { chapters: vec![], ..told() });
        for (joined, told) in joined.chapters.iter().zip(told().chapters) {
            assert_eq!(joined.title, told.title);
            assert!(joined.start.abs_diff(told.start) < Duration::from_micros(1));
        }
        assert_eq!(joined.chapters.len(), 3);
    }
}

#[test]
fn a_part_that_is_left_out_leaves_a_gap_or_none() {
    for name in ["chromium-kfid1000-webm-vp8.webm", "chromium-kfid1000-mp4-avc1-opus.mp4"] {
        let bytes = read(name);
        let mut parts = parts(&bytes, &SplitAt::Duration(seconds(3.0)));
        assert!(parts.len() >= 3);
        let missing = packets(&parts.remove(1)).len();
        let whole = packets(&bytes);
        let video = parts_support::track(&bytes, seekable::TrackKind::Video).unwrap();
        let times = |bytes: &[u8]| -> Vec<i64> {
            of_track(&packets(bytes), video).iter().map(|packet| packet.time).collect()
        };
        let (kept, closed) = (join(&parts, Gaps::Keep).unwrap(), join(&parts, Gaps::Close).unwrap());
        assert_eq!(packets(&kept).len(), whole.len() - missing);
        let original: Vec<i64> = of_track(&whole, video).iter().map(|packet| packet.time).collect();
        assert!(
            times(&kept).iter().all(|time| original.iter().any(|other| other.abs_diff(*time) <= 1)),
            "{name}"
        );
        let longest = |times: &[i64]| times.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap();
        let usual = longest(&original);
        assert!(longest(&times(&kept)) > usual * 4, "{name}");
        assert!(longest(&times(&closed)) <= usual * 2, "{name}: {} {usual}", longest(&times(&closed)));
    }
}

#[test]
fn recordings_of_the_same_setup_follow_each_other_by_their_dates() {
    let bytes = read("chromium-kfid1000-webm-vp8.webm");
    let at =
        |milliseconds: u64| Metadata { date: Some(UnixMillis(1_795_402_984_000 + milliseconds)), ..told() };
    let recordings = [with(&bytes, &at(0)), with(&bytes, &at(60_000))];
    let times = |bytes: &[u8]| -> Vec<i64> { packets(bytes).iter().map(|packet| packet.time).collect() };
    let (single, count) = (times(&bytes), times(&bytes).len());
    let kept = times(&join(&recordings, Gaps::Keep).unwrap());
    assert_eq!(kept[..count], single);
    assert!(kept[count..].iter().zip(&single).all(|(time, own)| *time == own + 60_000));
    let closed = times(&join(&recordings, Gaps::Close).unwrap());
    let offset = closed[count] - single[0];
    assert!(
        offset >= *single.iter().max().unwrap() && offset < single.iter().max().unwrap() + 150,
        "{offset}"
    );
    // Sound and picture keep their distance.
    assert!(closed[count..].iter().zip(&single).all(|(time, own)| *time == own + offset));
}

#[test]
fn what_does_not_fit_is_refused_by_name() {
    let refuse = |first: &str, second: &str| match join(&[read(first), read(second)], Gaps::Close) {
        Err(error @ PartsError::Differs { part: 2, .. }) => error.to_string(),
        other => panic!("{first} {second}: {}", other.is_ok()),
    };
    let (vp8, vp9) = ("chromium-webm-vp8-opus.webm", "chromium-webm-vp9-opus.webm");
    assert!(refuse(vp8, vp9).contains("track 1 has codec V_VP9, not V_VP8"), "{}", refuse(vp8, vp9));
    assert!(refuse(vp8, "chromium-audio-webm-opus.weba").contains("this video track is missing"));
    assert!(refuse("chromium-audio-webm-opus.weba", vp8).contains("one video track more (V_VP8)"));
    assert!(refuse(vp8, "chromium-kfid1000-mp4-avc1-opus.mp4").contains("another container"));
    let refused = refuse("chromium-kfid1000-mp4-avc1-opus.mp4", "chromium-mp4-avc3-opus.mp4");
    assert!(refused.contains("avc3"), "{refused}");
    let error = Join::<&[u8]>::new(vec![], Gaps::Close, options()).map(|_| ()).unwrap_err();
    assert_eq!(error.code(), "bad_request");
}

#[test]
fn another_resolution_may_follow_in_vp8_and_another_order_of_tracks() {
    let first = read("chromium-webm-vp8-opus.webm");
    let mut second = first.clone();
    let width = second.windows(4).position(|bytes| bytes == [0xB0, 0x82, 0x02, 0x80]).unwrap();
    second[width + 2..width + 4].copy_from_slice(&[0x01, 0x40]);
    let joined = join(&[first.clone(), second], Gaps::Close).unwrap();
    assert_eq!(packets(&joined).len(), 2 * packets(&first).len());
    let one = read("chromium-kfid1000-mp4-avc1-opus.mp4");
    let two = read("chromium-notimeslice-mp4-avc1-opus.mp4");
    let joined = join(&[one.clone(), two.clone()], Gaps::Close).unwrap();
    let kinds = |bytes: &[u8]| parts_support::track(bytes, seekable::TrackKind::Video).unwrap();
    assert_ne!(kinds(&one), kinds(&two));
    let videos = |bytes: &[u8]| of_track(&packets(bytes), kinds(bytes)).len();
    assert_eq!(videos(&joined), videos(&one) + videos(&two));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, ..ProptestConfig::default() })]

    /// However it is split, it is whole again.
    #[test]
    fn any_split_is_whole_again(
        which in any::<prop::sample::Index>(),
        milliseconds in 1_u64..9_000,
        by_size in any::<bool>(),
    ) {
        let names = all();
        let name = which.get(&names);
        let bytes = read(name);
        let at = if by_size {
            SplitAt::Size(milliseconds * 100 + 5_000)
        } else {
            SplitAt::Duration(Duration::from_millis(milliseconds))
        };
        let parts = parts(&bytes, &at);
        same(&bytes, &join(&parts, Gaps::Close).unwrap(), name);
    }
}

#[test]
fn what_begins_before_zero_is_moved_as_a_whole() {
    let mut bytes = read("chromium-webm-vp8-opus.webm");
    let before = packets(&bytes);
    // The blocks of the first cluster begin half a second earlier.
    let clusters: Vec<usize> =
        (0..bytes.len() - 4).filter(|at| bytes[*at..].starts_with(b"\x1F\x43\xB6\x75")).collect();
    let (mut at, mut count) = (clusters[0] + 12 + 3, 0);
    while at < clusters[1] {
        assert_eq!(bytes[at], 0xA3);
        let length = bytes[at + 1].leading_zeros() as usize + 1;
        let size = bytes[at + 1..at + 1 + length].iter().fold(0, |size, byte| size << 8 | usize::from(*byte))
            & ((1 << (7 * length)) - 1);
        let block = at + 1 + length;
        let time = i16::from_be_bytes([bytes[block + 1], bytes[block + 2]]) - 500;
        bytes[block + 1..block + 3].copy_from_slice(&time.to_be_bytes());
        at = block + size;
        count += 1;
    }
    let first = before.iter().map(|packet| packet.time).min().unwrap();
    let expected: Vec<i64> = before
        .iter()
        .zip(0..)
        .map(|(packet, index)| packet.time - first + if index < count { 0 } else { 500 })
        .collect();
    assert!(first < 500);
    for at in [SplitAt::Duration(seconds(3.0)), SplitAt::Duration(seconds(100.0))] {
        let parts = parts(&bytes, &at);
        for part in &parts {
            assert_eq!(packets(part).iter().map(|packet| packet.time).min(), Some(0));
        }
        for gaps in [Gaps::Close, Gaps::Keep] {
            let joined = packets(&join(&parts, gaps).unwrap());
            for track in 0..2 {
                let times: Vec<i64> = of_track(&joined, track).iter().map(|packet| packet.time).collect();
                let own = before.iter().zip(&expected).filter(|(packet, _)| packet.track == track);
                assert_eq!(times, own.map(|(_, time)| *time).collect::<Vec<_>>(), "track {track}");
            }
        }
    }
}

#[test]
fn what_follows_begins_where_the_last_frame_of_sound_ends_to_the_sample() {
    let flac = b"\x86\x86A_FLAC\xE1\x86\xB5\x84\x47\x3B\x80\x00";
    // Frames of 4,608 samples at 48 kHz, then one of 768.
    let frames: [&[u8]; 3] = [
        b"\xA3\x89\x81\0\0\x80\xFF\xF8\x5A\x18\0",
        b"\xA3\x89\x81\0\x60\x80\xFF\xF8\x5A\x18\x01",
        b"\xA3\x8B\x81\0\xC0\x80\xFF\xF8\x7A\x18\x02\x02\xFF",
    ];
    // Two packets of 20 ms, 14 ms of the last discarded: as ffmpeg writes it, and as mkvmerge does.
    let packet = b"\xA3\x85\x81\0\0\x80\x08";
    let by_ffmpeg = b"\xA0\x8E\xA1\x85\x81\0\x14\0\x08\x75\xA2\x84\x00\xD5\x9F\x80";
    let by_mkvmerge = b"\xA0\x91\xA1\x85\x81\0\x14\0\x08\x75\xA2\x84\x00\xD5\x9F\x80\x9B\x81\x06";
    for (recording, end) in [
        (sound(flac, &[], &frames), 208),
        (sound(b"\x86\x86A_OPUS", &[], &[packet, by_ffmpeg]), 26),
        (sound(b"\x86\x86A_OPUS", &[], &[packet, by_mkvmerge]), 26),
        (
            sound(
                b"\x86\x8DA_PCM/INT/LIT\xE1\x8A\xB5\x84\x44\x7A\0\0\x62\x64\x81\x08",
                &[],
                &[b"\xA3\x86\x81\0\0\x80\0\0"],
            ),
            2,
        ),
    ] {
        let times = |bytes: &[u8]| packets(bytes).iter().map(|packet| packet.time).collect::<Vec<_>>();
        let alone = times(&recording);
        let joined = join(&[recording.clone(), recording.clone()], Gaps::Close).unwrap();
        let second: Vec<i64> = alone.iter().map(|time| time + end).collect();
        assert_eq!(times(&joined), [alone, second].concat());
    }
}
