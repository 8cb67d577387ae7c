//! Title, date, people, tags and chapters are in an MP4 at every checkpoint and at its end, as ffprobe shows them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]
#![cfg(feature = "mp4")]

mod mp4_support;
mod support;

use std::path::Path;
use std::time::Duration;

use mp4_support::tools::{self, Scratch, has};
use seekable::{Chapter, MemoryFile, Metadata, Options, Resumed, Seekable, UnixMillis};
use support::{drain, sample};

fn said() -> Metadata {
    let chapter = |start, title: &str| Chapter { start: Duration::from_millis(start), title: title.into() };
    Metadata {
        title: Some("Weekly – 주간".into()),
        date: Some(UnixMillis(1_795_402_984_000)),
        participants: vec!["Ada".into(), "Mina".into()],
        tags: vec![("ROOM".into(), "blue".into())],
        chapters: vec![chapter(0, "start"), chapter(2_500, "결정")],
    }
}

fn check(file: &Path, title: &str, chapters: &[(&str, &str)]) {
    let found = tools::probe(file, &["-show_format", "-show_chapters"]);
    let tags = &found["format"]["tags"];
    assert_eq!(tags["title"], title, "{found}");
    assert_eq!(tags["date"], "2026-11-23T03:03:04Z");
    assert_eq!(tags["PARTICIPANTS"], "Ada, Mina");
    assert_eq!(tags["ROOM"], "blue");
    let seen = found["chapters"].as_array().unwrap();
    let seen: Vec<(&str, &str)> = seen
        .iter()
        .map(|chapter| (chapter["start_time"].as_str().unwrap(), chapter["tags"]["title"].as_str().unwrap()))
        .collect();
    assert_eq!(seen, chapters);
}

#[test]
fn while_recording_and_at_the_end() {
    if !has("ffprobe") {
        return;
    }
    let scratch = Scratch::new("metadata");
    let sample = sample("chromium-kfid1000-mp4-avc1-opus.mp4");
    let mut seekable = Seekable::new(Options::default());
    let mut file = MemoryFile::default();
    let (front, rest) = sample.bytes.split_at(300_000);
    seekable.push(front).unwrap();
    seekable.checkpoint();
    drain(&mut seekable, &mut file);
    seekable.set_metadata(said()).unwrap();
    seekable.checkpoint();
    drain(&mut seekable, &mut file);
    let live = scratch.write("live.mp4", file.bytes());
    check(&live, "Weekly – 주간", &[("0.000000", "start"), ("2.500000", "결정")]);
    seekable.push(rest).unwrap();
    seekable.mark(Chapter { start: Duration::from_secs(6), title: "end".into() }).unwrap();
    seekable.finish().unwrap();
    drain(&mut seekable, &mut file);
    let chapters = [("0.000000", "start"), ("2.500000", "결정"), ("6.000000", "end")];
    check(&scratch.write("end.mp4", file.bytes()), "Weekly – 주간", &chapters);

    // A recording that broke off keeps what was said; what is said anew replaces it.
    let mut again = Seekable::new(Options::default());
    let mut other = MemoryFile::default();
    again.push(&std::fs::read(&live).unwrap()).unwrap();
    again.set_metadata(Metadata { title: Some("other".into()), ..Metadata::default() }).unwrap();
    again.finish().unwrap();
    drain(&mut again, &mut other);
    check(&scratch.write("again.mp4", other.bytes()), "other", &chapters[..2]);
}

/// Of too many chapters the first ones can be seen while it goes on; taken up again, a file that broke off gets all of them.
#[test]
fn more_chapters_than_there_is_room_for() {
    let sample = sample("chromium-kfid1000-mp4-avc1-opus.mp4");
    let chapter = |number: u64| Chapter {
        start: Duration::from_millis(number * 50),
        title: format!("chapter {number:03} {}", "-".repeat(180)),
    };
    let many = Metadata { chapters: (0..120).map(chapter).collect(), ..said() };
    let mut seekable = Seekable::new(Options::default());
    let mut file = MemoryFile::default();
    seekable.push(&sample.bytes[..sample.bytes.len() - 50_000]).unwrap();
    seekable.set_metadata(many.clone()).unwrap();
    seekable.checkpoint();
    drain(&mut seekable, &mut file);
    let titles = |file: &MemoryFile| {
        let has = |number: &usize| {
            let title = format!("chapter {number:03} ");
            file.bytes().windows(title.len()).any(|there| there == title.as_bytes())
        };
        (0..120).filter(has).collect::<Vec<_>>()
    };
    let live = titles(&file);
    assert!(live.len() > 60 && live.len() < 120, "{}", live.len());
    assert!(live.iter().copied().eq(0..live.len()), "the first ones: {live:?}");
    let blue = file.bytes().windows(4).any(|there| there == b"blue");
    assert!(blue, "tags are there as well");

    let mut resumed = Resumed::new(file.bytes(), file.bytes().len() as u64, Options::default()).unwrap();
    let offset = usize::try_from(resumed.offset()).unwrap();
    resumed.set_metadata(&Metadata { chapters: many.chapters, ..Metadata::default() });
    resumed.push(&file.bytes()[offset..]);
    let repair = resumed.finish();
    let mut repaired =
        MemoryFile::from(file.bytes()[..usize::try_from(repair.truncate_to).unwrap()].to_vec());
    repair.edits.iter().for_each(|edit| repaired.apply(edit).unwrap());
    assert_eq!(titles(&repaired).len(), 120);
    if has("ffprobe") {
        let found = tools::probe(
            &Scratch::new("many").write("many.mp4", repaired.bytes()),
            &["-show_format", "-show_chapters"],
        );
        assert_eq!(found["chapters"].as_array().unwrap().len(), 120);
        assert_eq!(found["format"]["tags"]["title"], "Weekly – 주간");
        assert_eq!(found["format"]["tags"]["ROOM"], "blue");
    }
}

/// What does not fit into the room at the front is at the end; the room never grows.
#[test]
fn more_than_there_is_room_for() {
    let sample = sample("chromium-audio-mp4-opus.m4a");
    let mut sizes = Vec::new();
    for length in [10, 100_000] {
        let options = Options { metadata_bytes: 300, ..Options::default() };
        let mut seekable = Seekable::new(options);
        let mut file = MemoryFile::default();
        let title = "long ".repeat(length);
        seekable.set_metadata(Metadata { title: Some(title.clone()), ..said() }).unwrap();
        seekable.push(&sample.bytes).unwrap();
        seekable.checkpoint();
        drain(&mut seekable, &mut file);
        sizes.push(file.bytes().len());
        seekable.finish().unwrap();
        drain(&mut seekable, &mut file);
        let bytes = file.into_bytes();
        let moov = mp4_support::parts(&bytes, 0, bytes.len(), false).pop().unwrap();
        let held = &bytes[moov.at..];
        assert!(held.windows(title.len()).any(|window| window == title.as_bytes()));
    }
    assert_eq!(sizes[0], sizes[1]);
}
