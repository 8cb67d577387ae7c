//! Tracks of an MP4 whose samples last long: texts, time codes, chapters. Parts are no longer than they should be, and what was
//! cut apart is whole again.
#![cfg(all(feature = "webm", feature = "mp4-repair"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod mp4_support;
mod parts_support;

use std::time::Duration;

use mp4_support::more_tracks::{self, Track, texts};
use mp4_support::{all, one, u32_at, u64_at};
use parts_support::{fix, join, options, packets, read, write};
use seekable::{Chapter, Gaps, Limits, MemoryFile, Metadata, Packets, Seekable, Split, SplitAt};

const NAME: &str = "chromium-kfid1000-mp4-avc1-opus.mp4";

/// A plain file with one more track, whose samples last so many milliseconds and have these bytes. `names_chapters`: the first
/// track names it as its chapters.
fn with_track(entry: &[u8; 4], samples: &[(u32, &[u8])], names_chapters: bool) -> Vec<u8> {
    let handler = if entry == b"tmcd" { b"tmcd" } else { b"text" };
    let track = Track { number: 9, handler, entry, samples };
    more_tracks::with(&fix(&read(NAME)), &[track], if names_chapters { &[9] } else { &[] })
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

/// When chapters begin, in milliseconds, and their titles.
fn chapters(bytes: &[u8]) -> Vec<(u128, String)> {
    let said = Packets::open(bytes, Limits::default()).unwrap().metadata().unwrap();
    said.chapters.into_iter().map(|chapter| (chapter.start.as_millis(), chapter.title)).collect()
}

fn tracks(bytes: &[u8]) -> usize {
    Packets::open(bytes, Limits::default()).unwrap().tracks().len()
}

#[test]
fn a_chapter_track_becomes_chapters() {
    let bytes = with_track(b"text", &[(3_000, b"\0\x03one"), (6_900, b"\0\x03two")], true);
    let expected = [(0, "one".to_owned()), (3_000, "two".to_owned())];
    assert_eq!(chapters(&bytes), expected);
    let parts = parts(&bytes);
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

#[test]
fn chapters_in_fragments_go_along_as_well() {
    let (one, two): (&[u8], &[u8]) = (b"\0\x03one", b"\0\x03two");
    let fragments: [&[(u32, &[u8])]; 2] = [&[(1_000, one), (2_000, two)], &[(6_900, b"\0\x05three")]];
    let bytes = more_tracks::with_fragments(&read(NAME), texts(9, &[]), &fragments);
    let expected = [(0, "one".to_owned()), (1_000, "two".to_owned()), (3_000, "three".to_owned())];
    assert_eq!(chapters(&bytes), expected);
    let parts = parts(&bytes);
    assert!(parts.iter().all(|part| tracks(part) == 2));
    assert_eq!(chapters(&parts[0]), expected[..2]);
    assert_eq!(chapters(&join(&parts, Gaps::Close).unwrap()), expected);
    // What is cut off costs only the chapters that are there.
    assert_eq!(chapters(&bytes[..bytes.len() - 100]), expected[..2]);
}

/// What a file names as its chapters: the numbers of tracks.
fn named(bytes: &[u8]) -> Vec<u64> {
    let moov = mp4_support::parts(bytes, 0, bytes.len(), false).pop().unwrap();
    let all = all(bytes, &moov, "trak/tref/chap");
    all.iter().flat_map(|chap| (chap.data..chap.end).step_by(4)).map(|at| u32_at(bytes, at)).collect()
}

#[test]
fn pictures_of_chapters_stay_with_them() {
    let titles: [(u32, &[u8]); 2] = [(3_000, b"\0\x03one"), (6_900, b"\0\x03two")];
    let pictures: [(u32, &[u8]); 2] = [(3_000, b"a picture"), (6_900, b"another")];
    let pictures = Track { number: 8, handler: b"vide", entry: b"jpeg", samples: &pictures };
    let bytes = more_tracks::with(&fix(&read(NAME)), &[texts(9, &titles), pictures], &[9, 8]);
    let parts = parts(&bytes);
    let joined = join(&parts, Gaps::Close).unwrap();
    for file in parts.iter().chain([&joined]) {
        assert_eq!((named(file), tracks(file)), (vec![8], 3));
        assert!(!chapters(file).is_empty());
    }
    assert_eq!(chapters(&joined), chapters(&bytes));
    // Chapters that are said anew take the place of titles only.
    for (file, expected) in [(&joined, vec![8]), (&bytes, vec![])] {
        let mut seekable = Seekable::new(options());
        let mut marked = MemoryFile::default();
        let chapters = vec![Chapter { start: Duration::from_secs(2), title: "new".to_owned() }];
        seekable.set_metadata(Metadata { chapters, ..Metadata::default() }).unwrap();
        seekable.push(file).unwrap();
        seekable.finish().unwrap();
        seekable.edits().for_each(|edit| marked.apply(&edit).unwrap());
        assert_eq!(named(marked.bytes()), expected);
    }
}

/// Chapters in two languages, say.
#[test]
fn a_second_chapter_track_is_left_out_and_told() {
    let one: &[(u32, &[u8])] = &[(9_900, b"\0\x03one")];
    let two: &[(u32, &[u8])] = &[(9_900, b"\0\x04eins")];
    let bytes = more_tracks::with(&fix(&read(NAME)), &[texts(9, one), texts(10, two)], &[9, 10]);
    let split = Split::new(&bytes[..], &SplitAt::Duration(Duration::from_secs(3)), options()).unwrap();
    assert_eq!(split.left_out().map(|track| track.track.number).collect::<Vec<_>>(), [10]);
    for part in parts(&bytes) {
        assert_eq!((tracks(&part), chapters(&part)), (2, vec![(0, "one".to_owned())]));
        assert_eq!(Packets::open(&part[..], Limits::default()).unwrap().left_out().count(), 0);
    }
}
