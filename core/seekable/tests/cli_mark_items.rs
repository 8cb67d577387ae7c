//! `seekable mark` of an MP4: a tag that iTunes has an item for is that item, and no other of its name stays.

#![cfg(all(feature = "cli", feature = "mp4"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod command;
mod mp4_support;
mod support;

use command::{Folder, oracle};
use mp4_support::film::put;

const NAME: &str = "chromium-kfid1000-mp4-avc1-opus.mp4";

fn data(value: &str) -> Vec<u8> {
    put(b"data", &[&[0, 0, 0, 1, 0, 0, 0, 0], value.as_bytes()])
}

fn item(kind: &[u8; 4], value: &str) -> Vec<u8> {
    put(kind, &[&data(value)])
}

/// An item whose name is not one of iTunes' own.
fn free(name: &str, value: &str) -> Vec<u8> {
    let mean = put(b"mean", &[b"\0\0\0\0com.apple.iTunes"]);
    put(b"----", &[&mean, &put(b"name", &[&[0; 4], name.as_bytes()]), &data(value)])
}

/// A finished recording that says this.
fn saying(items: &[Vec<u8>]) -> Vec<u8> {
    let plain = support::fix(&support::sample(NAME).bytes).0;
    let moov = mp4_support::parts(&plain, 0, plain.len(), false).pop().unwrap();
    let hdlr = put(b"hdlr", &[&[0; 8], b"mdirappl", &[0; 9]]);
    let meta = put(b"meta", &[&[0; 4], &hdlr, &put(b"ilst", &[&items.concat()])]);
    [&plain[..moov.at], &put(b"moov", &[&plain[moov.data..moov.end], &put(b"udta", &[&meta])])].concat()
}

/// How often these bytes are in what the recording says.
fn count(file: &[u8], wanted: &[u8]) -> usize {
    let top = mp4_support::parts(file, 0, file.len(), false);
    let moov = top.iter().find(|part| part.kind == "moov").unwrap();
    let said = mp4_support::one(file, moov, "udta").unwrap();
    file[said.at..said.end].windows(wanted.len()).filter(|window| *window == wanted).count()
}

/// The tags of a file, as `inspect` reads them.
fn tags(folder: &Folder, name: &str) -> Vec<(String, String)> {
    let ran = folder.run(&["inspect", "--json", name]);
    let report: serde_json::Value = serde_json::from_slice(&ran.out).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let tags = report["tags"].as_array().unwrap();
    tags.iter().map(|tag| (text(&tag["name"]), text(&tag["value"]))).collect()
}

#[test]
fn a_tag_takes_the_place_of_the_item_that_is_there() {
    let folder = Folder::new();
    let old =
        [item(b"\xA9ART", "Before"), item(b"\xA9alb", "Album"), free("artist", "Earlier"), free("ROOM", "7")];
    folder.put("x.mp4", &saying(&old));
    let path = folder.path("y.mp4");
    folder.run(&["mark", "x.mp4", "-o", "y.mp4", "--tag", "artist=Ada"]).ok();
    folder.run(&["mark", "-i", "x.mp4", "--tag", "ARTIST=Ada"]).ok();
    for name in ["x.mp4", "y.mp4"] {
        let file = folder.get(name);
        let counts = [&b"\xA9ART"[..], b"Ada", b"Before", b"Earlier", b"artist", b"\xA9alb", b"ROOM"];
        assert_eq!(counts.map(|wanted| count(&file, wanted)), [1, 1, 0, 0, 0, 1, 1], "{name}");
        let tags = tags(&folder, name);
        let is_artist = |tag: &&(String, String)| tag.0.eq_ignore_ascii_case("artist");
        assert_eq!(
            tags.iter().filter(is_artist).collect::<Vec<_>>(),
            [&("artist".to_owned(), "Ada".to_owned())]
        );
    }
    let ran = folder.run(&["mark", "-i", "x.mp4", "--tag", "artist=Ada"]);
    assert!(ran.ok().contains("is right already"), "{}", ran.errors);
    let arguments = ["-v", "error", "-show_format", "-of", "json"];
    let Some(json) = oracle("ffprobe", &arguments, &path) else { return };
    assert_eq!(json.to_ascii_lowercase().matches("\"artist\"").count(), 1, "{json}");
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let said = &json["format"]["tags"];
    assert_eq!([&said["artist"], &said["album"], &said["ROOM"]], ["Ada", "Album", "7"], "{json:#}");
}

#[test]
fn each_name_is_its_item() {
    let items: [(&[u8; 4], &str); 17] = [
        (b"\xA9nam", "title"),
        (b"\xA9ART", "artist"),
        (b"aART", "album_artist"),
        (b"\xA9alb", "album"),
        (b"\xA9cmt", "comment"),
        (b"\xA9gen", "genre"),
        (b"\xA9day", "date"),
        (b"\xA9wrt", "composer"),
        (b"\xA9too", "encoder"),
        (b"\xA9grp", "grouping"),
        (b"\xA9lyr", "lyrics"),
        (b"desc", "description"),
        (b"ldes", "synopsis"),
        (b"cprt", "copyright"),
        (b"keyw", "keywords"),
        (b"catg", "category"),
        (b"tvsh", "show"),
    ];
    let folder = Folder::new();
    let old: Vec<Vec<u8>> = items.iter().map(|(kind, _)| item(kind, "before")).collect();
    let path = folder.put("x.mp4", &saying(&old));
    let words: Vec<String> = items.iter().map(|(_, name)| format!("{name}=the {name} now")).collect();
    let arguments = ["mark", "-i", "x.mp4"].into_iter();
    let arguments: Vec<&str> = arguments.chain(words.iter().flat_map(|words| ["--tag", words])).collect();
    folder.run(&arguments).ok();
    let file = folder.get("x.mp4");
    assert_eq!([count(&file, b"before"), count(&file, b"----")], [0, 0]);
    for (kind, name) in items {
        assert_eq!(count(&file, &item(kind, &format!("the {name} now"))), 1, "{name}");
    }
    let Some(json) = oracle("ffprobe", &["-v", "error", "-show_format", "-of", "json"], &path) else {
        return;
    };
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    for (_, name) in items {
        assert_eq!(json["format"]["tags"][name], format!("the {name} now"), "{json:#}");
    }
}

/// Also what the same command writes, and in a WebM.
#[test]
fn an_empty_value_takes_the_tag_away() {
    let folder = Folder::new();
    let old =
        [item(b"\xA9ART", "Before"), free("Artist", "Earlier"), free("ROOM", "7"), item(b"\xA9alb", "Album")];
    folder.put("x.mp4", &saying(&old));
    folder.put("x.webm", &support::sample("firefox-webm-vp8-opus.webm").bytes);
    folder
        .run(&["mark", "-i", "x.webm", "--tag", "ARTIST=Ada", "--tag", "ROOM=7", "--tag", "ALBUM=Album"])
        .ok();
    for name in ["x.mp4", "x.webm"] {
        folder.run(&["mark", "-i", name, "--tag", "artist=", "--tag", "ROOM="]).ok();
        let left = tags(&folder, name);
        assert!(left.len() == 1 && left[0].1 == "Album", "{name}: {left:?}");
        let file = folder.get(name);
        let ran = folder.run(&["mark", "-i", name, "--tag", "artist="]);
        assert!(ran.ok().contains("is right already") && folder.get(name) == file, "{name}: {}", ran.errors);
    }
    let file = folder.get("x.mp4");
    assert_eq!([count(&file, b"\xA9ART"), count(&file, b"----"), count(&file, b"\xA9alb")], [0, 0, 1]);
}
