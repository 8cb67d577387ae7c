//! `seekable mark` writes what other programs read; `seekable recover` keeps every whole block.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod command;
mod support;

use command::{Folder, oracle};

const NAME: &str = "firefox-webm-vp8-opus.webm";

#[test]
fn what_is_said_is_read_by_ffprobe() {
    let folder = Folder::new();
    let path = folder.put("x.webm", &support::sample(NAME).bytes);
    folder.run(&["fix", "-i", "x.webm"]).ok();
    let ran = folder.run(&[
        "mark",
        "-i",
        "x.webm",
        "--title",
        "A talk",
        "--date",
        "2026-11-22T14:00:00Z",
        "--participant",
        "Ada",
        "--participant",
        "Grace",
        "--tag",
        "CONSENT=given",
        "--chapter",
        "00:00:05=Questions",
        "--chapter",
        "0=Hello",
    ]);
    // There is room in the head: sound and picture stay where they are.
    assert!(ran.ok().contains("marked in place, "), "{}", ran.errors);
    let arguments = ["-v", "error", "-show_chapters", "-show_format", "-of", "json"];
    let Some(json) = oracle("ffprobe", &arguments, &path) else { return };
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    // Where the title stands in the file decides how ffprobe spells its name.
    let tags = &json["format"]["tags"];
    assert!(tags["title"] == "A talk" || tags["TITLE"] == "A talk", "{json:#}");
    assert_eq!(json["format"]["tags"]["CONSENT"], "given", "{json:#}");
    let chapters: Vec<(&str, &str)> = json["chapters"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["tags"]["title"].as_str().unwrap(), one["start_time"].as_str().unwrap()))
        .collect();
    assert_eq!(chapters, [("Hello", "0.000000"), ("Questions", "5.000000")]);
    let said = json.to_string();
    assert!(said.contains("Ada") && said.contains("Grace") && said.contains("2026-11-22"), "{json:#}");
    assert_eq!(folder.run(&["inspect", "x.webm"]).code, 0);
}

/// Nobody finds a chapter behind the end, and a time that is none is not guessed.
#[test]
fn chapters_that_make_no_sense() {
    let folder = Folder::new();
    folder.put("x.webm", &support::sample(NAME).bytes);
    for place in [&["-o", "y.webm"][..], &["-i"]] {
        let arguments = ["mark", "x.webm", "-c", "00:01:02=Late", "-c", "0:01=Early"];
        let ran = folder.run(&[&arguments, place].concat());
        assert!(
            ran.ok().contains("warning: chapter `Late` at 1:02.0 is behind the end, 0:"),
            "{}",
            ran.errors
        );
        assert!(!ran.errors.contains("Early"), "{}", ran.errors);
    }
    for time in ["1:99", "0:60:00", "1:2:3:4"] {
        let ran = folder.run(&["mark", "x.webm", "-c", &format!("{time}=Wrong")]);
        ran.failed(2, &["expected hours:minutes:seconds, minutes and seconds below 60", time]);
    }
}

/// Nero's chapters are counted in one byte, and the bytes of a title too. WebM has no such limits.
#[cfg(feature = "mp4")]
#[test]
fn chapters_that_an_mp4_has_no_room_for_are_told() {
    let folder = Folder::new();
    folder.put("x.mp4", &support::sample("chromium-mp4-avc3-opus.mp4").bytes);
    folder.put("x.webm", &support::sample(NAME).bytes);
    let long = format!("0:02={}", "é".repeat(128));
    let many: Vec<String> = (0..257).map(|number| format!("0:0{}={number}", number / 100)).collect();
    let mut arguments = vec!["-c", &long];
    arguments.extend(many.iter().flat_map(|one| ["-c", one.as_str()]));
    for place in [&["-o", "y.mp4"][..], &["-i"]] {
        let ran = folder.run(&[&["mark", "x.mp4"], &arguments[..], place].concat());
        ran.ok();
        for told in [
            "warning: an MP4 has room for 255 chapters: 3 of them are left out, those from 0:02",
            "warning: the title of the chapter at 0:02",
            "is cut: it has 256 bytes, and an MP4 has room for 255",
        ] {
            assert!(ran.errors.contains(told), "{told}: {}", ran.errors);
        }
    }
    let ran = folder.run(&[&["mark", "x.webm", "-i"], &arguments[..]].concat());
    assert!(!ran.ok().contains("warning"), "{}", ran.errors);
}

/// A recording that has not one block is marked like any other.
#[test]
fn a_head_alone_is_marked_in_place() {
    let folder = Folder::new();
    let bytes = support::sample(NAME).bytes;
    let cluster = bytes.windows(4).position(|id| id == [0x1F, 0x43, 0xB6, 0x75]).unwrap();
    folder.put("x.webm", &bytes[..cluster]);
    folder.run(&["fix", "-i", "x.webm"]).ok();
    folder.run(&["mark", "-i", "x.webm", "--title", "A talk"]).ok();
    let out = folder.get("x.webm");
    assert!(out.windows(6).any(|text| text == b"A talk"));
    folder.run(&["fix", "-i", "x.webm"]).ok();
    assert!(folder.get("x.webm") == out);
}

/// An MP4 that is finished passes through, and only what it says about itself changes.
#[cfg(feature = "mp4")]
#[test]
fn a_finished_mp4_is_marked_again() {
    let folder = Folder::new();
    let path = folder.put("x.mp4", &support::sample("chromium-kfid1000-mp4-avc1-opus.mp4").bytes);
    folder.run(&["fix", "-i", "x.mp4"]).ok();
    let fixed = folder.get("x.mp4");
    folder.run(&["mark", "x.mp4", "-o", "y.mp4", "--title", "A talk"]).ok();
    let ran = folder.run(&["mark", "-i", "x.mp4", "--title", "Another", "--chapter", "00:02=Questions"]);
    assert!(ran.ok().contains("marked in place, "), "{}", ran.errors);
    folder.run(&["mark", "-i", "x.mp4", "--title", "A talk"]).ok();
    let (once, often) = (folder.get("y.mp4"), folder.get("x.mp4"));
    assert!(once.len() > fixed.len() && once.len() < fixed.len() + 1_000);
    // The chapter that was said in between stays: only the title was said anew.
    let tables = |file: &[u8]| file.len() - file.windows(4).rposition(|name| name == b"moov").unwrap();
    assert_eq!(tables(&often), tables(&once) + "Questions".len() + 9 + 17);
    // Each time in place, what was there before stays behind the media.
    let moved = |file: &[u8]| file[52..fixed.len()] == fixed[52..];
    assert!(moved(&often) && often.len() < fixed.len() + 2 * tables(&once) + 1_000);
    folder.run(&["fix", "x.mp4", "-o", "z.mp4"]).ok();
    assert!(folder.get("z.mp4") == often);
    let arguments = ["-v", "error", "-show_chapters", "-show_format", "-of", "json"];
    let Some(json) = oracle("ffprobe", &arguments, &path) else { return };
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["format"]["tags"]["title"], "A talk", "{json:#}");
    assert_eq!(json["chapters"][0]["tags"]["title"], "Questions", "{json:#}");
}

/// A recording of ours whose writer died: only its end is written.
#[cfg(feature = "mp4")]
#[test]
fn an_mp4_of_ours_is_completed_in_place() {
    let folder = Folder::new();
    let raw = support::sample("chromium-mp4-avc3-opus.mp4").bytes;
    for (command, word) in [("recover", "recovered"), ("fix", "fixed")] {
        let path = folder.put("x.mp4", &support::resumed::cut_off(&raw, 50_000, 3)[..600_000]);
        assert_eq!(folder.run(&["inspect", "x.mp4"]).code, 3);
        let ran = folder.run(&[command, "-i", "x.mp4"]);
        assert!(ran.ok().contains(&format!("{word} in place, ")), "{}", ran.errors);
        let out = folder.get("x.mp4");
        assert!(out.len() < 610_000);
        assert_eq!(folder.run(&["inspect", "x.mp4"]).code, 0);
        let ran = folder.run(&[command, "-i", "x.mp4"]);
        ran.ok();
        assert!(folder.get("x.mp4") == out);
        let Some(duration) = command::probed_duration(&path) else { continue };
        assert!(duration > 3.0, "{duration}");
    }
}

#[test]
fn ogg_is_not_marked() {
    let folder = Folder::new();
    folder.put("x.ogg", &support::sample("firefox-audio-ogg-opus.ogg").bytes);
    folder
        .run(&["mark", "x.ogg", "--title", "T"])
        .failed(1, &["x.ogg: Ogg can not be changed by this command"]);
    assert_eq!(folder.names(), ["x.ogg"]);
}

#[test]
fn a_torn_tail_is_dropped() {
    let folder = Folder::new();
    let raw = support::sample(NAME).bytes;
    let whole = support::view(&support::fix(&raw).0, true).blocks.len();
    for (cut, zeros) in [(1, 0), (777, 0), (100_000, 0), (0, 5_000), (300, 70_000)] {
        let mut bytes = raw[..raw.len() - cut].to_vec();
        bytes.resize(bytes.len() + zeros, 0);
        folder.put("x.webm", &bytes);
        folder.run(&["recover", "--force", "x.webm"]).ok();
        let out = folder.get("x.recovered.webm");
        let view = support::view(&out, true);
        assert_eq!(view.segment_end, out.len());
        assert!(view.blocks.len() <= whole && view.blocks.len() > whole / 2);
        assert_eq!(folder.run(&["inspect", "x.recovered.webm"]).code, 0);
        // What was recovered stays as it is.
        folder.run(&["recover", "-i", "x.recovered.webm"]).ok();
        assert!(folder.get("x.recovered.webm") == out);
    }
}

/// The title of a file, as `inspect` reads it.
fn title(folder: &Folder, name: &str) -> Option<String> {
    let ran = folder.run(&["inspect", "--json", name]);
    let report: serde_json::Value = serde_json::from_slice(&ran.out).unwrap();
    report["title"].as_str().map(str::to_owned)
}

/// An MP4 that is finished takes another `moov` for other words, and none for the same.
#[test]
fn the_same_words_change_nothing_the_second_time() {
    for name in [NAME, "chromium-kfid1000-mp4-avc1-opus.mp4", "chromium-mp4-avc3-opus.mp4"] {
        let folder = Folder::new();
        folder.put("x", &support::sample(name).bytes);
        folder.run(&["fix", "-i", "x"]).ok();
        for words in
            [&["-t", "a talk"][..], &["-t", "b", "-c", "0:01=Questions", "--tag", "ROOM=7"], &["-p", "Ada"]]
        {
            let arguments = [&["mark", "-i", "x"], words].concat();
            assert!(folder.run(&arguments).ok().contains("marked in place"), "{name}: {words:?}");
            let marked = folder.get("x");
            for _ in 0..2 {
                let ran = folder.run(&arguments);
                assert!(ran.ok().contains("is right already, nothing was changed"), "{name}: {}", ran.errors);
                assert!(folder.get("x") == marked, "{name}: {words:?}");
            }
        }
    }
}

/// In an MP4 nothing is left of it.
#[test]
fn an_empty_title_takes_the_title_away() {
    for name in [NAME, "chromium-mp4-avc3-opus.mp4"] {
        for is_fixed in [false, true] {
            let folder = Folder::new();
            folder.put("x", &support::sample(name).bytes);
            if is_fixed {
                folder.run(&["fix", "-i", "x"]).ok();
            }
            if name.ends_with("mp4") {
                folder.run(&["mark", "x", "-o", "untitled", "-t", ""]).ok();
                folder.run(&["fix", "x", "-o", "fixed"]).ok();
                assert!(folder.get("untitled") == folder.get("fixed"), "{name}");
            }
            folder.run(&["mark", "x", "-o", "titled", "-t", "a talk", "-p", "Ada"]).ok();
            assert_eq!(title(&folder, "titled").as_deref(), Some("a talk"), "{name}");
            folder.run(&["mark", "-i", "titled", "-t", ""]).ok();
            assert_eq!(title(&folder, "titled"), None, "{name}");
            let told = folder.run(&["inspect", "titled"]);
            assert_eq!(told.code, 0);
            assert!(String::from_utf8(told.out).unwrap().contains("Ada"), "{name}: the rest stays");
        }
    }
}
