//! Title and chapters can be said about an MP4 that is finished: only its `moov` changes, and no media moves.

#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]
#![cfg(feature = "mp4")]

mod mp4_support;
mod support;

use std::path::Path;
use std::time::Duration;

use mp4_support::tools::{self, Scratch, has};
use mp4_support::{film, parts, view};
use seekable::{Chapter, Limits, MemoryFile, Metadata, Options, ProblemKind, Seekable, Summary};
use support::{drain, sample};

fn said(title: &str) -> Metadata {
    let chapter = |start, title: &str| Chapter { start: Duration::from_secs(start), title: title.into() };
    Metadata {
        title: Some(title.into()),
        chapters: vec![chapter(0, "Hello"), chapter(3, "결정")],
        ..Metadata::default()
    }
}

/// Says it after `before` bytes, and pushes pieces of `piece` bytes.
fn mark_with(
    bytes: &[u8],
    said: &Metadata,
    before: usize,
    piece: usize,
    options: Options,
) -> (Vec<u8>, Summary) {
    let mut seekable = Seekable::new(options);
    let mut file = MemoryFile::default();
    let (front, rest) = bytes.split_at(before);
    for piece in front.chunks(piece) {
        seekable.push(piece).unwrap();
        drain(&mut seekable, &mut file);
    }
    seekable.set_metadata(said.clone()).unwrap();
    for piece in rest.chunks(piece) {
        seekable.push(piece).unwrap();
        seekable.checkpoint();
        drain(&mut seekable, &mut file);
    }
    let summary = seekable.finish().unwrap();
    drain(&mut seekable, &mut file);
    (file.into_bytes(), summary)
}

fn mark(bytes: &[u8], said: &Metadata) -> Vec<u8> {
    let (out, summary) = mark_with(bytes, said, 0, 65_536, Options::default());
    assert_eq!(summary.problem, None);
    assert_eq!(summary.output_length, out.len() as u64);
    out
}

fn kinds(bytes: &[u8]) -> Vec<String> {
    parts(bytes, 0, bytes.len(), false).into_iter().map(|part| part.kind).collect()
}

/// All that must hold for a plain file that is marked, whoever wrote it.
fn check(name: &str, bytes: &[u8]) -> Vec<u8> {
    let first = mark(bytes, &said("first"));
    let top = parts(bytes, 0, bytes.len(), false);
    let moov = top.iter().find(|part| part.kind == "moov").unwrap();
    let is_last = moov.end == bytes.len();
    // No media moves: all other bytes are where they were.
    assert_eq!(first[..moov.at], bytes[..moov.at], "{name}");
    assert!(is_last || first[moov.at + 8..bytes.len()] == bytes[moov.at + 8..], "{name}");
    assert!(view(&first, false).samples == view(bytes, false).samples, "{name}");
    let mut expected = kinds(bytes);
    if !is_last {
        expected.iter_mut().for_each(|kind| *kind = kind.replace("moov", "free"));
        expected.push("moov".into());
    }
    assert_eq!(kinds(&first), expected, "{name}");
    // Nothing said, nothing done.
    assert!(mark(&first, &Metadata::default()) == first, "{name}");
    // However it comes, and whenever it is said, the same.
    for (before, piece) in [(0, 1_000), (bytes.len(), 99_991), (bytes.len() / 2, bytes.len())] {
        let (again, _) = mark_with(bytes, &said("first"), before, piece, Options::default());
        assert!(again == first, "{name} {before} {piece}");
    }
    // What is said anew replaces what was said, and takes no more room than it needs.
    let second = mark(&first, &said("a longer one"));
    assert_eq!(second.len(), first.len() + "a longer one".len() - "first".len(), "{name}");
    assert!(mark(&second, &said("first")) == first, "{name}");
    second
}

fn shown(file: &Path) -> (String, Vec<(String, String)>) {
    let found = tools::probe(file, &["-show_format", "-show_chapters"]);
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let chapters = found["chapters"].as_array().unwrap().iter();
    let chapters =
        chapters.map(|chapter| (text(&chapter["start_time"]), text(&chapter["tags"]["title"]))).collect();
    (text(&found["format"]["tags"]["title"]), chapters)
}

#[test]
fn whoever_wrote_it() {
    let scratch = Scratch::new("marked");
    let (hybrid, _) = support::fix(&sample("chromium-kfid1000-mp4-avc1-opus.mp4").bytes);
    let hybrid_path = scratch.write("hybrid.mp4", &hybrid);
    let mut files = vec![("hybrid", hybrid_path.clone())];
    if has("ffmpeg") && has("ffprobe") {
        let chapters = ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1\nSTART=1\nEND=4\ntitle=of ffmpeg\n";
        let chapters = scratch.write("chapters.txt", chapters.as_bytes());
        for (name, more) in [("end", "+disable_chpl"), ("front", "+faststart")] {
            let path = scratch.path(&format!("{name}.mp4"));
            let arguments = ["-v", "error", "-i", hybrid_path.to_str().unwrap(), "-i"];
            let rest = [chapters.to_str().unwrap(), "-map_metadata", "1", "-map", "0", "-c", "copy"];
            let end = ["-movflags", more, path.to_str().unwrap()];
            tools::run("ffmpeg", &[&arguments[..], &rest, &end].concat());
            files.push((name, path));
        }
    }
    for (name, path) in files {
        let second = check(name, &std::fs::read(&path).unwrap());
        if has("ffprobe") {
            let marked = scratch.write("marked.mp4", &second);
            let (title, chapters) = shown(&marked);
            let expected = [("0.000000", "Hello"), ("3.000000", "결정")];
            let seen: Vec<(&str, &str)> =
                chapters.iter().map(|(start, title)| (start.as_str(), title.as_str())).collect();
            assert_eq!((title.as_str(), seen.as_slice()), ("a longer one", &expected[..]), "{name}");
            let of_media = |file| {
                let mut packets = tools::packets(file);
                packets.retain(|packet| packet.0 < 2);
                packets
            };
            assert_eq!(of_media(&marked), of_media(&path), "{name}");
        }
    }
}

/// Chapters that are said take the place of a track that was named as chapters (QuickTime's way).
#[test]
fn chapters_of_a_track_are_replaced() {
    if !(has("ffmpeg") && has("ffprobe")) {
        return;
    }
    let scratch = Scratch::new("chapter-track");
    let hybrid = scratch.write("hybrid.mp4", &support::fix(&sample("chromium-mp4-avc3-opus.mp4").bytes).0);
    let chapters = ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1\nSTART=1\nEND=4\ntitle=of ffmpeg\n";
    let chapters = scratch.write("chapters.txt", chapters.as_bytes());
    let path = scratch.path("fragmented.mp4");
    let arguments = ["-v", "error", "-i", hybrid.to_str().unwrap(), "-i", chapters.to_str().unwrap()];
    let rest = ["-map_metadata", "1", "-map", "0", "-c", "copy", "-movflags", "empty_moov+frag_keyframe"];
    tools::run("ffmpeg", &[&arguments[..], &rest, &[path.to_str().unwrap()]].concat());
    let bytes = std::fs::read(&path).unwrap();
    let marked = scratch.write("marked.mp4", &mark(&bytes, &said("first")));
    let (_, chapters) = shown(&marked);
    let titles: Vec<&str> = chapters.iter().map(|(_, title)| title.as_str()).collect();
    assert_eq!(titles, ["Hello", "결정"]);
    let title = Metadata { title: Some("first".into()), ..Metadata::default() };
    let titled = scratch.write("titled.mp4", &mark(&bytes, &title));
    assert!(shown(&titled).1.iter().any(|(_, title)| title == "of ffmpeg"));
}

/// What decrypts a sample stands in its fragment: an encrypted recording stays fragmented.
#[test]
fn encrypted_media_stays_in_its_fragments() {
    let mut bytes = sample("chromium-mp4-avc3-opus.mp4").bytes;
    let entry = bytes.windows(4).position(|name| name == b"stsd").unwrap() + 16;
    assert_eq!(bytes[entry..entry + 4], *b"avc3");
    bytes[entry..entry + 4].copy_from_slice(b"encv");
    let (out, summary) = support::fix(&bytes);
    let now = view(&out, false);
    assert!(!now.is_plain && summary.problem.is_none());
    assert!(summary.duration.is_some() && summary.cues > 0);
    assert!(support::fix(&out).0 == out);
    // Recovered it holds whole fragments only.
    let trims = Options { trims_tail: true, ..Options::default() };
    let (cut, _) = support::fix_with(trims, &bytes[..bytes.len() * 2 / 3]);
    let front = view(&cut, false);
    assert!(
        !front.is_plain && front.samples.iter().all(|(id, samples)| now.samples[id].starts_with(samples))
    );
}

/// A plain movie of three boxes; `mdat` comes last, and says its size or not.
fn small(mdat_size: u32) -> Vec<u8> {
    let moov = film::put(
        b"moov",
        &[&film::put(b"mvhd", &[&film::be(&[0, 0, 0, 1000, 5_000]), &[0; 80]]), &film::put(b"trak", &[])],
    );
    [film::ftyp(), moov, film::be(&[mdat_size]), b"mdat1234".to_vec()].concat()
}

#[test]
fn media_without_a_size_gets_one() {
    let marked = mark(&small(0), &said("first"));
    assert_eq!(kinds(&marked), ["ftyp", "free", "mdat", "moov"]);
    assert!(marked == mark(&small(12), &said("first")));
}

#[test]
fn what_can_not_be_marked_stays_as_it_came() {
    let whole = small(12);
    let is_same = |bytes: &[u8], before, options, expected: Option<ProblemKind>| {
        let (out, summary) = mark_with(bytes, &said("first"), before, bytes.len(), options);
        assert_eq!(summary.problem.map(|problem| problem.kind), expected);
        out == bytes
    };
    let default = Options::default();
    // Cut, two movies, something that is no box, a child that is longer than its parent.
    let cut_short = Some(ProblemKind::CutShort);
    for cut in [1, 5, 11, 14, 30] {
        assert!(is_same(&whole[..whole.len() - cut], 0, default, cut_short), "{cut}");
    }
    let (ftyp, rest) = whole.split_at(film::ftyp().len());
    let (moov, _) = rest.split_at(rest.len() - 12);
    let two = [ftyp, moov, moov, &film::put(b"mdat", &[])].concat();
    assert!(is_same(&two, 0, default, Some(ProblemKind::NotMarked)));
    let junk = [&whole[..], &[0xFF; 40]].concat();
    assert!(is_same(&junk, 0, default, Some(ProblemKind::NotAnElement)));
    let mut lies = moov.to_vec();
    let at = lies.len() - 5;
    lies[at] = 12;
    let lies = [ftyp, &lies, &film::put(b"mdat", &[b"1234"])].concat();
    let told =
        if cfg!(feature = "mp4-repair") { ProblemKind::LongerThanParent } else { ProblemKind::NotMarked };
    assert!(is_same(&lies, 0, default, Some(told)));
    // Too large to be held: more is held when it is known that something is said.
    let limits = Limits { head_bytes: 1_000, table_bytes: 2_000, ..Limits::default() };
    let options = Options { limits, ..default };
    for (free, before, is_marked) in [(500, usize::MAX, true), (1_500, usize::MAX, false), (1_500, 0, true)] {
        let more = film::put(b"free", &[&vec![0; free]]);
        let moov = film::put(b"moov", &[&moov[8..], &more]);
        let bytes = [ftyp, &film::put(b"mdat", &[b"1234"]), &moov].concat();
        let (out, summary) = mark_with(&bytes, &said("first"), before.min(bytes.len()), bytes.len(), options);
        assert_eq!(out != bytes, is_marked);
        let expected = (!is_marked).then_some(ProblemKind::NotMarked);
        assert_eq!(summary.problem.map(|problem| problem.kind), expected);
    }
}
