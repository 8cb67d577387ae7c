//! Split and join carry what a recording says of itself: tags of MP4 by their usual names, tags of single tracks, and chapters
//! with all that belongs to them.
#![cfg(all(feature = "webm", feature = "mp4"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod parts_support;

use std::time::Duration;

use parts_support::{join, options, parts, read, sized, sound};
use seekable::{Gaps, Inspector, Limits, MemoryFile, Metadata, Packets, Seekable, SplitAt};

fn metadata(bytes: &[u8]) -> Metadata {
    Packets::open(bytes, Limits::default()).unwrap().metadata().unwrap()
}

fn count(bytes: &[u8], wanted: &[u8]) -> usize {
    bytes.windows(wanted.len()).filter(|window| *window == wanted).count()
}

fn pair((name, value): (&str, &str)) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

#[test]
fn items_of_mp4_are_tags_by_their_usual_names() {
    let names = ["artist", "album_artist", "album", "comment", "genre", "date", "composer", "encoder"];
    let kinds = [b"\xA9ART", b"aART", b"\xA9alb", b"\xA9cmt", b"\xA9gen", b"\xA9day", b"\xA9wrt", b"\xA9too"];
    let tags: Vec<_> = names.iter().map(|name| pair((name, &format!("the {name} of 2020")))).collect();
    let mut seekable = Seekable::new(options());
    let mut file = MemoryFile::default();
    seekable.set_metadata(Metadata { tags: tags.clone(), ..Metadata::default() }).unwrap();
    seekable.push(&read("chromium-kfid1000-mp4-avc1-opus.mp4")).unwrap();
    seekable.finish().unwrap();
    seekable.edits().for_each(|edit| file.apply(&edit).unwrap());

    let parts = parts(file.bytes(), &SplitAt::Duration(Duration::from_secs(4)));
    assert!(parts.len() >= 2);
    let joined = join(&parts, Gaps::Close).unwrap();
    // Each once, and as an item that all players know. What was written first is there still, and nothing leads to it.
    for file in parts.iter().chain([&joined]) {
        let last = file.windows(4).rposition(|window| window == b"ilst").unwrap();
        let items = &file[last..];
        for (kind, (name, value)) in kinds.iter().zip(&tags) {
            let data = [
                &kind[..],
                &(16 + value.len() as u32).to_be_bytes(),
                b"data\0\0\0\x01\0\0\0\0",
                value.as_bytes(),
            ];
            assert_eq!((count(items, &data.concat()), count(items, value.as_bytes())), (1, 1), "{name}");
        }
        let said = metadata(file).tags;
        assert!(tags.iter().all(|tag| said.contains(tag)), "{said:?}");
        let report = seekable::inspect_mp4(file.as_slice(), Limits::default()).unwrap();
        assert_eq!(report.metadata.tags, said);
    }
    assert_eq!(metadata(&joined).tags, tags);
}

/// PCM of eight milliseconds; parts may begin every two.
fn with(said: &[Vec<u8>]) -> Vec<u8> {
    let track = b"\x73\xC5\x81\x09\x86\x8DA_PCM/INT/LIT\xE1\x8A\xB5\x84\x44\x7A\0\0\x62\x64\x81\x08";
    let blocks: Vec<Vec<u8>> = (0..4).map(|at| vec![0xA3, 0x86, 0x81, 0, 2 * at, 0x80, 0, 0]).collect();
    sound(track, &said.concat(), &blocks.iter().map(|block| &block[..]).collect::<Vec<_>>())
}

fn simple(name: &str, value: &str) -> Vec<u8> {
    sized(b"\x67\xC8", &[&sized(b"\x45\xA3", &[name.as_bytes()]), &sized(b"\x44\x87", &[value.as_bytes()])])
}

#[test]
fn tags_of_a_track_stay_with_it() {
    let targets = |uid: &[u8]| sized(b"\x63\xC0", &[&sized(b"\x63\xC5", &[uid])]);
    let tag = |uid: &[u8], simple: &[Vec<u8>]| sized(b"\x73\x73", &[&targets(uid), &simple.concat()]);
    let tags = sized(
        b"\x12\x54\xC3\x67",
        &[
            // What was counted is not true of a part.
            &tag(&[9], &[simple("FOO", "bar"), simple("NUMBER_OF_FRAMES", "4"), simple("BPS-eng", "8000")]),
            // UID zero: all tracks.
            &tag(&[0], &[simple("ROOM", "7")]),
        ],
    );
    let whole = with(&[tags]);
    let parts = parts(&whole, &SplitAt::Duration(Duration::from_millis(4)));
    assert_eq!(parts.len(), 2);
    let joined = join(&parts, Gaps::Close).unwrap();
    for file in parts.iter().chain([&whole, &joined]) {
        let mut inspector = Inspector::new(Limits::default());
        inspector.push(file);
        let report = inspector.finish();
        assert_eq!(report.tracks[0].tags, [pair(("FOO", "bar"))]);
        assert!(report.metadata.tags.contains(&pair(("ROOM", "7"))), "{:?}", report.metadata);
    }
    assert_eq!(parts.iter().chain([&joined]).map(|part| count(part, b"NUMBER_OF_FRAMES")).sum::<usize>(), 0);
}

/// A ChapterAtom: times in milliseconds.
fn atom(uid: u8, start: u32, end: Option<u32>, titles: &[(&str, &str)], inner: &[u8]) -> Vec<u8> {
    let time = |milliseconds: u32| (u64::from(milliseconds) * 1_000_000).to_be_bytes();
    let display = |(title, language): &(&str, &str)| {
        sized(b"\x80", &[&sized(b"\x85", &[title.as_bytes()]), &sized(b"\x43\x7C", &[language.as_bytes()])])
    };
    let displays: Vec<Vec<u8>> = titles.iter().map(display).collect();
    let end = end.map(|end| sized(b"\x92", &[&time(end)])).unwrap_or_default();
    let start = sized(b"\x91", &[&time(start)]);
    sized(b"\xB6", &[&sized(b"\x73\xC4", &[&[uid]]), &start, &end, &displays.concat(), inner])
}

#[test]
fn chapters_keep_their_ends_languages_and_what_is_inside() {
    let inner = atom(2, 2, None, &[("inner", "eng")], &[]);
    let outer = atom(1, 0, Some(4), &[("outer", "eng"), ("aussen", "ger")], &inner);
    let last = atom(3, 6, None, &[("last", "kor")], &[]);
    let chapters = sized(b"\x10\x43\xA7\x70", &[&sized(b"\x45\xB9", &[&outer, &last])]);
    let whole = with(&[chapters]);
    let parts = parts(&whole, &SplitAt::Duration(Duration::from_millis(2)));
    let titles = ["outer", "aussen", "inner", "last", "eng", "ger", "kor"];
    let counted = |file: &[u8]| titles.map(|title| count(file, title.as_bytes()));
    let starts = |file: &[u8]| -> Vec<(Duration, String)> {
        metadata(file).chapters.into_iter().map(|chapter| (chapter.start, chapter.title)).collect()
    };
    let zero = |title: &str| vec![(Duration::ZERO, title.to_owned())];
    assert_eq!(
        parts.iter().map(|part| counted(part)).collect::<Vec<_>>(),
        [
            [1, 1, 0, 0, 1, 1, 0],
            [1, 1, 1, 0, 2, 1, 0],
            // The first has ended just before.
            [0; 7],
            [0, 0, 0, 1, 0, 0, 1],
        ]
    );
    assert_eq!(
        parts.iter().map(|part| starts(part)).collect::<Vec<_>>(),
        [zero("outer"), zero("outer"), vec![], zero("last"),]
    );
    let joined = join(&parts, Gaps::Close).unwrap();
    assert_eq!((counted(&joined), starts(&joined)), (counted(&whole), starts(&whole)));
}
