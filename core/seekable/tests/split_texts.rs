//! Tracks of an MP4 whose samples last long: texts, time codes, chapters. Parts are no longer than they should be, and what was
//! cut apart is whole again.
#![cfg(all(feature = "webm", feature = "mp4-repair"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod mp4_support;
mod parts_support;

use std::time::Duration;

use mp4_support::film::{be, put};
use mp4_support::{all, inside, one, u32_at, u64_at};
use parts_support::{fix, join, options, packets, read, write};
use seekable::{Gaps, Limits, Packets, Split, SplitAt};

const NAME: &str = "chromium-kfid1000-mp4-avc1-opus.mp4";

/// A plain file with one more track, whose samples last so many milliseconds and have these bytes. `names_chapters`: the first
/// track names it as its chapters.
fn with_track(entry: &[u8; 4], samples: &[(u32, &[u8])], names_chapters: bool) -> Vec<u8> {
    let plain = fix(&read(NAME));
    let moov = mp4_support::parts(&plain, 0, plain.len(), false).pop().unwrap();
    let whole = |data_at: u32| {
        let mut payload = Vec::new();
        let mut is_first = names_chapters;
        for child in inside(&plain, &moov) {
            let bytes = &plain[child.data..child.end];
            if child.kind == "trak" && std::mem::take(&mut is_first) {
                let tref = put(b"tref", &[&put(b"chap", &[&be(&[9])])]);
                payload.extend(put(b"trak", &[bytes, &tref]));
            } else {
                payload.extend_from_slice(&plain[child.at..child.end]);
            }
        }
        payload.extend(trak(entry, samples, data_at));
        put(b"moov", &[&payload])
    };
    let data_at = moov.at + whole(0).len() + 8;
    let data: Vec<u8> = samples.iter().flat_map(|(_, bytes)| bytes.iter().copied()).collect();
    [&plain[..moov.at], &whole(u32::try_from(data_at).unwrap()), &put(b"mdat", &[&data])].concat()
}

fn trak(entry: &[u8; 4], samples: &[(u32, &[u8])], data_at: u32) -> Vec<u8> {
    let identity = be(&[0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000]);
    let length = samples.iter().map(|sample| sample.0).sum();
    let tkhd = put(b"tkhd", &[&be(&[3, 0, 0, 9, 0, length, 0, 0, 0, 0]), &identity, &be(&[0, 0])]);
    let mdhd = put(b"mdhd", &[&be(&[0, 0, 0, 1000, length, 0x55C4_0000])]);
    let hdlr = put(b"hdlr", &[&be(&[0, 0]), if entry == b"tmcd" { b"tmcd" } else { b"text" }, &[0; 13]]);
    let count = samples.len() as u32;
    let durations: Vec<u32> = samples.iter().flat_map(|sample| [1, sample.0]).collect();
    let sizes: Vec<u32> = samples.iter().map(|sample| sample.1.len() as u32).collect();
    let stbl = [
        put(b"stsd", &[&be(&[0, 1]), &put(entry, &[&be(&[0, 1, 0, 0, 0])])]),
        put(b"stts", &[&be(&[0, count]), &be(&durations)]),
        put(b"stsz", &[&be(&[0, 0, count]), &be(&sizes)]),
        put(b"stsc", &[&be(&[0, 1, 1, count, 1])]),
        put(b"stco", &[&be(&[0, 1, data_at])]),
    ];
    let minf = put(b"minf", &[&put(b"nmhd", &[&be(&[0])]), &put(b"stbl", &[&stbl.concat()])]);
    put(b"trak", &[&tkhd, &put(b"mdia", &[&mdhd, &hdlr, &minf])])
}

/// Of the last track: when its samples begin, how long they last, in milliseconds, and their bytes.
fn last_track(bytes: &[u8]) -> Vec<(i64, u64, Vec<u8>)> {
    let mut reader = Packets::open(bytes, Limits::default()).unwrap();
    let mut found = Vec::new();
    while let Some(packet) = reader.next_packet().unwrap() {
        if packet.track == 2 {
            let mut text = Vec::new();
            reader.read(&packet, &mut text).unwrap();
            found.push((packet.time, packet.duration.unwrap(), text));
        }
    }
    found
}

/// Parts of two seconds and a half at most.
fn parts(bytes: &[u8]) -> Vec<Vec<u8>> {
    let at = SplitAt::Duration(Duration::from_millis(2_500));
    let mut split = Split::new(bytes, &at, options()).unwrap();
    assert!(split.parts().len() > 3);
    (1..=split.parts().len())
        .map(|number| {
            let part = split.parts()[number - 1];
            assert!(part.end - part.start < Duration::from_millis(2_600), "{part:?}");
            let (bytes, summary) = write(&mut split, number);
            assert!(summary.duration.unwrap() < Duration::from_millis(2_600), "{number} {summary:?}");
            assert!(bytes.len() as u64 <= part.size_at_most);
            bytes
        })
        .collect()
}

const TEXTS: [(u32, &[u8]); 5] =
    [(500, b"\0\0"), (4_600, b"\0\x05Hello"), (400, b"\0\0"), (3_000, b"\0\x03all"), (500, b"\0\0")];

#[test]
fn a_text_that_lasts_over_cuts_is_in_each_part_and_whole_again() {
    let bytes = with_track(b"tx3g", &TEXTS, false);
    let parts = parts(&bytes);
    let hellos = parts.iter().filter(|part| last_track(part).iter().any(|text| text.2 == b"\0\x05Hello"));
    assert_eq!(hellos.count(), 3);
    assert_eq!(last_track(&parts[1])[0].0, 0);
    let joined = join(&parts, Gaps::Close).unwrap();
    assert_eq!(last_track(&joined), last_track(&bytes));
    assert_eq!(packets(&joined).len(), packets(&bytes).len());
    // Its own end is said: some readers show the last text to the end of the movie.
    let moov = mp4_support::parts(&joined, 0, joined.len(), false).pop().unwrap();
    let movie = u32_at(&joined, one(&joined, &moov, "mvhd").unwrap().data + 20);
    let elst = all(&joined, &moov, "trak/edts/elst").pop().unwrap();
    assert_eq!(u32_at(&joined, elst.data + 4), 1);
    assert_eq!(u64_at(&joined, elst.data + 8), 9 * movie);
}

#[test]
fn the_last_text_too() {
    let bytes = with_track(b"tx3g", &[(100, b"\0\0"), (9_000, b"\0\x05Hello")], false);
    let joined = join(&parts(&bytes), Gaps::Close).unwrap();
    assert_eq!(last_track(&joined), last_track(&bytes));
}

#[test]
fn a_time_code_makes_no_part_longer() {
    let bytes = with_track(b"tmcd", &[(9_900, &[0, 0, 0, 7])], false);
    let parts = parts(&bytes);
    // It would be another one behind a cut.
    let count = |part: &Vec<u8>| last_track(part).len();
    assert_eq!(parts.iter().map(count).sum::<usize>(), 1);
    let joined = join(&parts, Gaps::Close).unwrap();
    assert_eq!(packets(&joined).len(), packets(&bytes).len());
}

#[test]
fn a_chapter_track_becomes_chapters() {
    let bytes = with_track(b"text", &[(3_000, b"\0\x03one"), (6_900, b"\0\x03two")], true);
    let chapters = |bytes: &[u8]| -> Vec<(u128, String)> {
        let said = Packets::open(bytes, Limits::default()).unwrap().metadata().unwrap();
        said.chapters.into_iter().map(|chapter| (chapter.start.as_millis(), chapter.title)).collect()
    };
    let expected = [(0, "one".to_owned()), (3_000, "two".to_owned())];
    assert_eq!(chapters(&bytes), expected);
    let parts = parts(&bytes);
    let tracks = |bytes: &[u8]| Packets::open(bytes, Limits::default()).unwrap().tracks().len();
    assert!(parts.iter().all(|part| tracks(part) == 2 && !part.windows(4).any(|kind| kind == b"chap")));
    assert_eq!(chapters(&parts[1])[0], (0, "one".to_owned()));
    assert_eq!(chapters(&parts[2]), [(0, "two".to_owned())]);
    let joined = join(&parts, Gaps::Close).unwrap();
    assert_eq!(chapters(&joined), expected);
    assert_eq!(tracks(&joined), 2);
    // And parts that are not those of a split.
    let twice = join(&[bytes.clone(), bytes], Gaps::Close).unwrap();
    assert_eq!((tracks(&twice), chapters(&twice).len()), (2, 4));
}
