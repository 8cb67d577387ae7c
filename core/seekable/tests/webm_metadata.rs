//! Chapters and tags stand in the file from the next checkpoint on, other programs read them, and what the input said
//! is kept or replaced, never both.

#![cfg(feature = "webm")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "these are tests")]

mod support;

use std::process::Command;
use std::time::Duration;

use seekable::{Chapter, MemoryFile, Metadata, Options, Seekable, UnixMillis};
use support::{drain, fix, fix_with, sample, samples, view};

const CHAPTERS: u32 = 0x1043_A770;
const TAGS: u32 = 0x1254_C367;

fn metadata(chapters: u64) -> Metadata {
    let chapter = |number| Chapter {
        start: Duration::from_millis(number * 1_500),
        title: format!("Part {number} 회의"),
    };
    Metadata {
        title: Some("Weekly".into()),
        date: Some(UnixMillis(1_795_404_275_000)),
        participants: vec!["Ann".into(), "Ben".into()],
        tags: vec![("room name".into(), "green".into())],
        chapters: (0..chapters).map(chapter).collect(),
    }
}

fn fix_saying(bytes: &[u8], metadata: &Metadata) -> Vec<u8> {
    let mut seekable = Seekable::new(Options::default());
    let mut file = MemoryFile::default();
    seekable.set_metadata(metadata.clone()).unwrap();
    seekable.push(bytes).unwrap();
    seekable.finish().unwrap();
    drain(&mut seekable, &mut file);
    file.into_bytes()
}

fn count(bytes: &[u8], wanted: &[u8]) -> usize {
    bytes.windows(wanted.len()).filter(|window| *window == wanted).count()
}

/// Output of a program, if it is there.
fn run(program: &str, arguments: &[&str], file: &[u8], name: &str) -> Option<String> {
    let path = std::env::temp_dir().join(format!("seekable-{}-{name}.webm", std::process::id()));
    std::fs::write(&path, file).unwrap();
    let output = Command::new(program).args(arguments).arg(&path).output();
    std::fs::remove_file(&path).unwrap();
    let Ok(output) = output else {
        eprintln!("{program} is missing: not compared");
        return None;
    };
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.trim().is_empty(), "{program}: {errors}");
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn other_programs_read_it() {
    for (name, chapters) in [("chromium-webm-vp8-opus.webm", 3), ("firefox-audio-webm-opus.weba", 600)] {
        let file = fix_saying(&sample(name).bytes, &metadata(chapters));
        let arguments = ["-v", "error", "-of", "json", "-show_chapters", "-show_format"];
        if let Some(json) = run("ffprobe", &arguments, &file, "ffprobe") {
            let json: serde_json::Value = serde_json::from_str(&json).unwrap();
            assert_eq!(json["chapters"].as_array().unwrap().len() as u64, chapters);
            assert_eq!(json["chapters"][1]["tags"]["title"], "Part 1 회의");
            assert_eq!(json["chapters"][1]["start_time"], "1.500000");
            assert_eq!(json["chapters"][1]["end_time"], "3.000000");
            let tags = &json["format"]["tags"];
            assert_eq!(tags["title"], "Weekly");
            assert_eq!(tags["PARTICIPANTS"], "Ann, Ben");
            assert_eq!(tags["ROOM_NAME"], "green");
            assert_eq!(tags["DATE_RECORDED"], "2026-11-23 03:24:35.000");
            assert_eq!(tags["creation_time"], "2026-11-23T03:24:35.000000Z");
        }
        if let Some(json) = run("mkvmerge", &["-J"], &file, "mkvmerge") {
            let json: serde_json::Value = serde_json::from_str(&json).unwrap();
            assert_eq!(json["chapters"][0]["num_entries"], chapters);
            assert_eq!(json["global_tags"][0]["num_entries"], 5);
            assert_eq!(json["container"]["properties"]["title"], "Weekly");
            assert_eq!(json["warnings"].as_array().unwrap().len(), 0, "{json}");
        }
        if let Some(text) = run("mkvinfo", &["--all"], &file, "mkvinfo") {
            assert!(text.contains("Part 2 회의") && text.contains("Ben"));
            let unknown = text.lines().find(|line| {
                // Chromium writes one that mkvinfo does not know.
                line.to_lowercase().contains("unknown element") && !line.contains("VideoAlphaMode")
            });
            assert_eq!(unknown, None);
        }
    }
}

#[test]
fn a_second_time_changes_nothing() {
    for sample in samples() {
        for chapters in [0, 3, 600] {
            let once = fix_saying(&sample.bytes, &metadata(chapters));
            let now = view(&once, true);
            assert_eq!(now.segment_end, once.len());
            assert_eq!(now.parts.iter().filter(|id| **id == TAGS).count(), 1);
            assert_eq!(now.parts.iter().filter(|id| **id == CHAPTERS).count(), usize::from(chapters > 0));
            assert!(fix(&once).0 == once, "{} {chapters}", sample.name);
            assert!(fix_saying(&once, &metadata(chapters)) == once);
        }
    }
}

#[test]
fn it_does_not_matter_when_it_is_said() {
    let bytes = sample("chromium-webm-vp8-opus.webm").bytes;
    for chapters in [2, 400] {
        let whole = fix_saying(&bytes, &metadata(chapters));
        for said_at in [100_000, 250_000, bytes.len()] {
            let mut seekable = Seekable::default();
            let mut file = MemoryFile::default();
            let mut at = 0;
            for chunk in bytes.chunks(20_000) {
                if at < said_at && at + chunk.len() >= said_at {
                    seekable.set_metadata(Metadata { chapters: vec![], ..metadata(1) }).unwrap();
                    for chapter in metadata(chapters).chapters.into_iter().rev() {
                        seekable.mark(chapter).unwrap();
                        seekable.checkpoint();
                        drain(&mut seekable, &mut file);
                    }
                }
                at += chunk.len();
                seekable.push(chunk).unwrap();
                seekable.checkpoint();
                drain(&mut seekable, &mut file);
                if at >= said_at {
                    // Of many chapters some are there, and all at the end.
                    let now = view(file.bytes(), true);
                    assert!(now.parts.contains(&CHAPTERS) && now.parts.contains(&TAGS));
                }
            }
            seekable.finish().unwrap();
            drain(&mut seekable, &mut file);
            assert!(file.bytes() == whole, "{chapters} {said_at}");
        }
    }
}

#[test]
fn what_the_input_says_stays_or_goes() {
    let bytes = sample("chromium-webm-vp8-opus.webm").bytes;
    let old_chapters =
        b"\x10\x43\xA7\x70\x94\x45\xB9\x91\xB6\x8F\x73\xC4\x81\x07\x91\x81\x00\x80\x86\x85\x84oldc";
    let old_chapters =
        [&old_chapters[..4], &[0x80 | (old_chapters.len() as u8 - 5)], &old_chapters[5..]].concat();
    let old_tags = b"\x12\x54\xC3\x67\x8F\x73\x73\x8C\x67\xC8\x89\x45\xA3\x80\x44\x87\x84oldt".to_vec();
    let old_tags = [&old_tags[..4], &[0x80 | (old_tags.len() as u8 - 5)], &old_tags[5..]].concat();
    let before = [&bytes[..0xBD], &old_chapters, &old_tags, &bytes[0xBD..]].concat();
    let behind = [&bytes[..], &old_tags, &old_chapters].concat();
    for input in [&before, &behind] {
        let once = fix(input).0;
        assert_eq!((count(&once, &old_chapters), count(&once, &old_tags)), (1, 1));
        assert!(fix(&once).0 == once);
        for new in
            [metadata(0), metadata(2), Metadata { chapters: metadata(2).chapters, ..Metadata::default() }]
        {
            let out = fix_saying(&once, &new);
            assert_eq!(count(&out, b"oldc"), usize::from(new.chapters.is_empty()));
            assert_eq!(count(&out, b"oldt"), usize::from(new.title.is_none()));
            assert_eq!(count(&out, b"Weekly"), usize::from(new.title.is_some()));
            assert!(out == fix_saying(input, &new) && fix(&out).0 == out);
            let parts = view(&out, true).parts;
            assert_eq!(parts.iter().filter(|id| **id == CHAPTERS).count(), 1);
            assert_eq!(parts.iter().filter(|id| **id == TAGS).count(), 1);
        }
    }
}

fn element(id: &[u8], payload: &[u8]) -> Vec<u8> {
    let size = 0x1000_0000 | payload.len() as u32;
    [id, &size.to_be_bytes(), payload].concat()
}

fn simple_tag(name: &str, value: &str) -> Vec<u8> {
    element(
        &[0x67, 0xC8],
        &[element(&[0x45, 0xA3], name.as_bytes()), element(&[0x44, 0x87], value.as_bytes())].concat(),
    )
}

/// Tags that nobody says anew stay: those of other names, of tracks and of a series.
#[test]
fn other_tags_stay() {
    let bytes = sample("chromium-webm-vp8-opus.webm").bytes;
    let about = |targets: &[u8], simple: &[Vec<u8>]| {
        element(&[0x73, 0x73], &[element(&[0x63, 0xC0], targets), simple.concat()].concat())
    };
    let all = about(
        b"",
        &[simple_tag("title", "oldt"), simple_tag("ENCODER", "kept1"), simple_tag("ACTOR", "olda")],
    );
    let track = about(b"\x63\xC5\x81\x07", &[simple_tag("TITLE", "kept2")]);
    let series = about(b"\x68\xCA\x81\x46", &[simple_tag("TITLE", "kept3")]);
    let gone = about(b"\x68\xCA\x81\x32\x63\xC5\x81\x00", &[simple_tag("Room_Name", "oldr")]);
    let tags = element(&[0x12, 0x54, 0xC3, 0x67], &[all, track, gone, series].concat());
    let before = [&bytes[..0xBD], &tags, &bytes[0xBD..]].concat();
    let behind = [&bytes[..], &tags].concat();
    for input in [before, behind] {
        let once = fix_saying(&input, &metadata(0));
        for (text, expected) in [
            ("oldt", 0),
            ("olda", 0),
            ("oldr", 0),
            ("kept1", 1),
            ("kept2", 1),
            ("kept3", 1),
            ("Ann", 2),
            ("green", 1),
        ] {
            assert_eq!(count(&once, text.as_bytes()), expected, "{text}");
        }
        assert_eq!(view(&once, true).parts.iter().filter(|id| **id == TAGS).count(), 1);
        assert!(fix(&once).0 == once && fix_saying(&once, &metadata(0)) == once);
        // What was said before stays as well, where something else is said.
        let title = Metadata { title: Some("Other".into()), ..Metadata::default() };
        let twice = fix_saying(&once, &title);
        let counts = ["Weekly", "Other", "kept1", "kept2", "kept3", "Ann", "green"]
            .map(|text| count(&twice, text.as_bytes()));
        assert_eq!(counts, [0, 1, 1, 1, 1, 2, 1]);
        if let Some(json) =
            run("ffprobe", &["-v", "error", "-of", "json", "-show_format"], &twice, "other-tags")
        {
            let json: serde_json::Value = serde_json::from_str(&json).unwrap();
            let tags = &json["format"]["tags"];
            let encoder = tags.get("ENCODER").or(tags.get("encoder"));
            assert_eq!(encoder.unwrap(), "kept1");
            assert_eq!(tags["ROOM_NAME"], "green");
        }
    }
}

/// However long the input's title is, a new one stands in its place.
#[test]
fn a_long_title_is_replaced() {
    let bytes = sample("chromium-webm-vp8-opus.webm").bytes;
    let info = bytes.windows(4).position(|window| window == [0x15, 0x49, 0xA9, 0x66]).unwrap();
    let size = usize::from(bytes[info + 4] & 0x7F);
    let old = [bytes[info + 5..][..size].to_vec(), element(&[0x7B, 0xA9], &vec![b'o'; 200_000])].concat();
    let input =
        [&bytes[..info], &element(&[0x15, 0x49, 0xA9, 0x66], &old), &bytes[info + 5 + size..]].concat();
    assert_eq!(count(&fix(&input).0, &[b'o'; 200_000]), 1);
    let out = fix_saying(&input, &metadata(0));
    assert_eq!((count(&out, &[b'o'; 20]), count(&out, b"Weekly")), (0, 1));
    assert!(fix(&out).0 == out);
}

/// Without clusters too, what has no room in the head stays at the end.
#[test]
fn a_head_that_says_much_stays_as_it_is() {
    let bytes = sample("firefox-audio-webm-opus.weba").bytes;
    let cluster = bytes.windows(4).position(|window| window == [0x1F, 0x43, 0xB6, 0x75]).unwrap();
    let metadata = Metadata { title: Some("t".repeat(20_000)), ..metadata(400) };
    let once = fix_saying(&bytes[..cluster], &metadata);
    assert_eq!(view(&once, true).parts.last(), Some(&TAGS));
    assert!(fix(&once).0 == once);
}

/// Chapters that fill the reserve to its last bytes do not make it grow.
#[test]
fn a_full_reserve_is_large_enough() {
    let bytes = sample("chromium-audio-webm-opus.weba").bytes;
    for length in 200..300 {
        let chapter = Chapter { start: Duration::ZERO, title: "c".repeat(length) };
        let options = Options { metadata_bytes: 300, ..Options::default() };
        let mut seekable = Seekable::new(options);
        let mut file = MemoryFile::default();
        seekable.mark(chapter).unwrap();
        seekable.push(&bytes[..4_000]).unwrap();
        seekable.finish().unwrap();
        drain(&mut seekable, &mut file);
        let twice = fix_with(options, file.bytes()).0;
        assert_eq!(twice.len(), file.bytes().len(), "{length}");
        assert!(twice == file.bytes(), "{length}");
    }
}
