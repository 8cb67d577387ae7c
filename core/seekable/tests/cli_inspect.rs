//! `seekable inspect` tells what is in a file, and finds the damage that recorders, crashes and other tools leave.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod command;
mod support;

use command::Folder;
use serde_json::Value;

const NAME: &str = "chromium-webm-vp9-opus.webm";

/// The report on these bytes, and the exit code.
fn inspect(bytes: &[u8]) -> (Value, i32) {
    let folder = Folder::new();
    folder.put("x.webm", bytes);
    let ran = folder.run(&["inspect", "--json", "x.webm"]);
    assert!(folder.get("x.webm") == bytes);
    (serde_json::from_slice(&ran.out).unwrap(), ran.code)
}

/// The codes of all problems, and the offset of each.
fn problems(report: &Value) -> Vec<(String, Option<u64>)> {
    let problems = report["problems"].as_array().unwrap();
    problems.iter().map(|one| (one["code"].as_str().unwrap().to_owned(), one["offset"].as_u64())).collect()
}

#[track_caller]
fn has(bytes: &[u8], code: &str, offset: Option<usize>) -> Value {
    let (report, exit) = inspect(bytes);
    let offset = offset.map(|offset| offset as u64);
    assert!(problems(&report).contains(&(code.to_owned(), offset)), "{report:#}");
    assert_eq!(exit, 3);
    report
}

fn find(bytes: &[u8], part: &[u8]) -> usize {
    bytes.windows(part.len()).position(|window| window == part).unwrap()
}

fn fixed() -> Vec<u8> {
    support::fix(&support::sample(NAME).bytes).0
}

/// Blocks that are too large to be held are counted like all others, with all that they tell.
#[test]
fn large_blocks_are_counted() {
    let element = |id: &[u8], payload: &[u8]| {
        let size = 0x1000_0000 | payload.len() as u32;
        [id, &size.to_be_bytes(), payload].concat()
    };
    let group = |ticks: u8, length: usize, rest: &[u8]| {
        let block = element(&[0xA1], &[&[0x81, 0, ticks, 0][..], &vec![7; length]].concat());
        element(&[0xA0], &[&block, rest].concat())
    };
    let head = [
        &b"\x1A\x45\xDF\xA3\x8B\x42\x82\x88matroska\x18\x53\x80\x67\xFF\x15\x49\xA9\x66\x80"[..],
        b"\x16\x54\xAE\x6B\xA3\xAE\xA1\xD7\x81\x01\x83\x81\x02\x86\x8DA_PCM/INT/LIT",
        b"\xE1\x8A\xB5\x84\x47\x3B\x80\x00\x62\x64\x81\x10",
    ];
    let cluster = [&b"\x1F\x43\xB6\x75\xFF\xE7\x81\x00"[..]];
    let simple = element(&[0xA3], &[&[0x81, 0, 0, 0x80][..], &vec![7; 960_000]].concat());
    let blocks = [simple, group(9, 5_000_000, &[0xFB, 0x81, 1]), group(200, 4_800_000, &[])].concat();
    let (report, _) = inspect(&[&head.concat()[..], &cluster.concat(), &blocks].concat());
    let track = &report["tracks"][0];
    assert_eq!((track["blocks"].as_u64(), track["key_frames"].as_u64()), (Some(3), Some(3)), "{report:#}");
    let one = [&head.concat()[..], &cluster.concat(), &blocks[..960_000 + 9]].concat();
    let (report, _) = inspect(&one);
    // 48,000 samples of two bytes a second.
    assert_eq!(report["duration"].as_f64(), Some(10.0), "{report:#}");
}

/// A track of subtitles may have nothing to say; one of pictures is worth a note, and is no problem as long as another
/// has blocks.
#[test]
fn tracks_without_blocks() {
    let file = fixed();
    let track = find(&file, b"\x83\x81\x01\x55\xEE");
    let first = find(&file, b"\xD7\x81\x01");
    for (kind, is_noted) in [(2, true), (0x11, false)] {
        // No block has the number that the track has now.
        let mut other = file.clone();
        other[track + 2] = kind;
        other[first + 2] = 9;
        let (report, _) = inspect(&other);
        let codes: Vec<&str> =
            report["notes"].as_array().unwrap().iter().map(|note| note["code"].as_str().unwrap()).collect();
        assert_eq!(codes == ["empty_track"], is_noted, "{report:#}");
        assert!(problems(&report).iter().all(|(code, _)| code != "empty_track"), "{report:#}");
    }
    // Nothing at all is in it.
    let mut nothing = file.clone();
    nothing[first + 2] = 9;
    let second = first + 1 + find(&file[first + 1..], b"\xD7\x81\x02");
    nothing[second + 2] = 8;
    has(&nothing, "empty_track", None);
}

/// What is left of a recording that was cut before its first sound is as it should be.
#[test]
fn the_result_of_a_very_early_cut_is_fine() {
    let folder = Folder::new();
    let bytes = support::sample(NAME).bytes;
    // The first block is one of the picture; its length has two bytes.
    let first = find(&bytes, b"\xE7\x81\x00\xA3\x4B") + 3;
    let length = usize::from(bytes[first + 1] & 0x3F) << 8 | usize::from(bytes[first + 2]);
    folder.put("x.webm", &bytes[..first + 3 + length + 1]);
    folder.run(&["recover", "x.webm", "-o", "y.webm"]).ok();
    let ran = folder.run(&["inspect", "y.webm"]);
    let text = String::from_utf8(ran.out).unwrap();
    assert_eq!(ran.code, 0, "{text}");
    assert!(text.contains("  note: track ") && text.contains("  no problems"), "{text}");
}

/// Another recording stands behind the first.
#[test]
fn two_mp4_in_one() {
    let one = support::fix(&support::sample("chromium-mp4-default.mp4").bytes).0;
    let report = has(&[&one[..], &one].concat(), "trailing", Some(one.len()));
    assert_eq!(report["problems"][0]["advice"], "cut");
    let folder = Folder::new();
    folder.put("x.webm", &[&one[..], &one].concat());
    let told = String::from_utf8(folder.run(&["inspect", "x.webm"]).out).unwrap();
    let advice = format!("cut the file there (head -c {}, tail -c +{})", one.len(), one.len() + 1);
    assert!(told.contains(&advice), "{told}");
}

#[test]
fn every_sample_has_problems_and_none_after_it_was_fixed() {
    for sample in support::samples() {
        let (report, exit) = inspect(&sample.bytes);
        assert_eq!(exit, 3, "{}: {report:#}", sample.name);
        let (out, summary) = support::fix(&sample.bytes);
        let (report, exit) = inspect(&out);
        assert_eq!((exit, problems(&report)), (0, vec![]), "{}: {report:#}", sample.name);
        // What the strict reader of these tests sees is what the report says.
        let view = support::view(&out, true);
        assert_eq!(report["tracks"].as_array().unwrap().len(), view.tracks.len());
        for track in report["tracks"].as_array().unwrap() {
            let number = track["number"].as_u64().unwrap();
            let blocks = view.blocks.iter().filter(|block| block.track == number);
            assert_eq!(track["blocks"].as_u64(), Some(blocks.clone().count() as u64));
            if track["kind"] == "video" {
                let keys = blocks.filter(|block| block.is_key).count() as u64;
                assert_eq!(track["key_frames"].as_u64(), Some(keys));
            }
        }
        assert_eq!(report["index"]["entries"].as_u64(), Some(view.cues.len() as u64));
        assert_eq!(report["index"]["right"], report["index"]["entries"]);
        assert_eq!(report["duration"].as_f64(), Some(summary.duration.unwrap().as_secs_f64()));
        let stated = report["stated_duration"].as_f64().unwrap();
        assert!((stated - summary.duration.unwrap().as_secs_f64()).abs() < 0.001);
    }
}

#[test]
fn what_a_live_recording_lacks() {
    let raw = support::sample(NAME).bytes;
    let report = has(&raw, "no_duration", None);
    has(&raw, "unknown_sizes", Some(find(&raw, b"\x18\x53\x80\x67")));
    has(&raw, "no_index", None);
    assert_eq!(report["container"], "webm");
    assert_eq!(report["tracks"][0]["codec"], "V_VP9");
    assert_eq!(
        (report["tracks"][0]["width"].as_u64(), report["tracks"][1]["channels"].as_u64()),
        (Some(640), Some(1))
    );
    // Firefox states a duration of zero.
    let report = has(&support::sample("firefox-webm-vp8-opus.webm").bytes, "wrong_duration", None);
    assert_eq!(report["stated_duration"].as_f64(), Some(0.0));
}

#[test]
fn a_duration_of_one_millisecond() {
    let mut bytes = fixed();
    let at = find(&bytes, b"\x44\x89\x88");
    bytes[at + 3..at + 11].copy_from_slice(&1.0_f64.to_be_bytes());
    has(&bytes, "wrong_duration", None);
}

#[test]
fn a_first_cluster_that_claims_the_whole_file() {
    let mut bytes = fixed();
    let at = find(&bytes, b"\x1F\x43\xB6\x75");
    let rest = (bytes.len() - at - 12) as u64;
    bytes[at + 4..at + 12].copy_from_slice(&(rest | 1 << 56).to_be_bytes());
    has(&bytes, "cluster_spans_others", Some(at));
    // Fixing undoes it.
    assert_eq!(inspect(&support::fix(&bytes).0).1, 0);
}

#[test]
fn cues_that_lead_elsewhere() {
    let bytes = fixed();
    // SeekHead names the ID first.
    let cues = positions(&bytes, b"\x1C\x53\xBB\x6B").nth(1).unwrap();
    // The time of the second cue is another; its relative position leads into the block.
    let times: Vec<usize> =
        positions(&bytes[cues + 12..cues + 2000], &[0xBB]).map(|at| cues + 12 + at).take(2).collect();
    let relative = times[1] + find(&bytes[times[1]..], &[0xF0, 0x84]);
    for place in [times[1] + 9, relative + 5] {
        let mut bytes = bytes.clone();
        bytes[place] ^= 1;
        let report = has(&bytes, "wrong_cues", Some(times[1]));
        assert_eq!(report["index"]["wrong"].as_u64(), Some(1), "{report:#}");
        assert_eq!(inspect(&support::fix(&bytes).0).1, 0);
    }
}

/// Tags whose length lies: the file ends before it, or clusters follow inside of it. Their place is named, what they say, and
/// what is there; all that follows is looked at as if they were not there.
#[test]
fn tags_whose_length_lies() {
    let raw = support::sample(NAME).bytes;
    let blocks = |report: &Value| -> Vec<u64> {
        let tracks = report["tracks"].as_array().unwrap();
        tracks.iter().map(|track| track["blocks"].as_u64().unwrap()).collect()
    };
    let tag = b"\x73\x73\x8A\x63\xC0\x80\x67\xC8\x84\x45\xA3\x81X";
    let places = positions(&raw, b"\x1F\x43\xB6\x75").collect::<Vec<_>>();
    let cut = raw.len() - 10_000;
    let kept = blocks(&inspect(&raw[..cut]).0);
    for at in [places[0], places[4]] {
        for (length, code, actual) in [
            (5_000, "wrong_length", Some(12 + tag.len() as u64)),
            (raw.len(), "wrong_length", Some(12 + tag.len() as u64)),
            (1 << 40, "length_too_large", None),
        ] {
            let size = (length as u64 | 1 << 56).to_be_bytes();
            let tags = [&b"\x12\x54\xC3\x67"[..], &size, tag].concat();
            let bytes = [&raw[..at], &tags, &raw[at..cut]].concat();
            let report = has(&bytes, code, Some(at));
            assert_eq!(blocks(&report), kept, "{report:#}");
            let problem = report["problems"].as_array().unwrap().iter().find(|one| one["code"] == code);
            let problem = problem.unwrap();
            let expected = length as u64 + 12;
            assert_eq!((problem["expected"].as_u64(), problem["actual"].as_u64()), (Some(expected), actual));
            assert!(problem["text"].as_str().unwrap().contains(&format!("{expected} bytes")), "{problem}");
            // What is fixed has all that was counted.
            let (report, exit) = inspect(&support::fix(&bytes).0);
            assert_eq!((blocks(&report), exit), (kept.clone(), 0), "{report:#}");
        }
    }
    // At the end, cut within: nothing else begins in what is there.
    let bytes = [&raw[..], b"\x12\x54\xC3\x67\x41\x00", tag].concat();
    let report = has(&bytes, "cut_short", Some(raw.len()));
    let problem = report["problems"].as_array().unwrap().iter().find(|one| one["code"] == "cut_short");
    let problem = problem.unwrap();
    assert_eq!((problem["expected"].as_u64(), problem["actual"].as_u64()), (Some(262), Some(19)));
    assert_eq!(problem["advice"], "recover");
}

/// A cluster that says to be empty, or to end before its last block: all of its blocks are counted, as they are kept.
#[test]
fn clusters_that_end_too_early() {
    let bytes = fixed();
    let cluster = positions(&bytes, b"\x1F\x43\xB6\x75").nth(3).unwrap();
    let size = u64::from_be_bytes(bytes[cluster + 4..cluster + 12].try_into().unwrap());
    let tracks = inspect(&bytes).0["tracks"].clone();
    for less in [size & 0xFF_FFFF, 10] {
        let mut bytes = bytes.clone();
        bytes[cluster + 4..cluster + 12].copy_from_slice(&(size - less).to_be_bytes());
        let (report, exit) = inspect(&bytes);
        assert_eq!(exit, 3);
        assert!(problems(&report).iter().any(|(code, _)| code == "longer_than_parent"), "{report:#}");
        assert_eq!(report["tracks"], tracks);
        assert_eq!(inspect(&support::fix(&bytes).0).0["tracks"], tracks);
    }
}

/// Cues that say to be longer than they are: they end where a cluster begins.
#[test]
fn cues_whose_length_lies() {
    let bytes = fixed();
    let cues = positions(&bytes, b"\x1C\x53\xBB\x6B").nth(1).unwrap();
    let mut lying = bytes.clone();
    // Its size has eight bytes.
    assert_eq!(lying[cues + 4..cues + 10], [1, 0, 0, 0, 0, 0]);
    lying[cues + 9] += 2;
    let report = has(&lying, "wrong_length", Some(cues));
    assert_eq!(report["tracks"], inspect(&bytes).0["tracks"]);
    assert_eq!(inspect(&support::fix(&lying).0).0["tracks"], report["tracks"]);
}

fn positions<'a>(bytes: &'a [u8], part: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    bytes.windows(part.len()).enumerate().filter(move |(_, window)| *window == part).map(|(at, _)| at)
}

/// Chromium without timeslice writes a finished file whose cues stand at its end: they take a second pass.
#[test]
fn cues_behind_the_clusters() {
    let folder = Folder::new();
    let bytes = support::sample("chromium-notimeslice-webm-vp8.webm").bytes;
    let (report, _) = inspect(&bytes);
    assert_eq!(report["index"]["at_front"], false);
    assert_eq!(
        (report["index"]["right"].as_u64(), report["index"]["unchecked"].as_u64()),
        (Some(1), Some(0))
    );
    // A pipe has no second pass.
    let ran = folder.run_with_input(&["inspect", "--json", "-"], &bytes);
    let report: Value = serde_json::from_slice(&ran.out).unwrap();
    assert_eq!(
        (report["index"]["right"].as_u64(), report["index"]["unchecked"].as_u64()),
        (Some(0), Some(1))
    );
}

#[test]
fn tails() {
    let bytes = fixed();
    has(
        &bytes[..bytes.len() - 5],
        "cut_short",
        Some(
            support::view(&bytes, true)
                .blocks
                .last()
                .map(|last| {
                    bytes.len() - last.payload.len() - last.behind - header_length(last.payload.len())
                })
                .unwrap(),
        ),
    );
    let mut zeros = support::sample(NAME).bytes;
    let length = zeros.len();
    zeros.resize(length + 10_000, 0);
    let report = has(&zeros, "zero_tail", Some(length));
    assert_eq!(
        report["problems"].as_array().unwrap().iter().filter(|one| one["advice"] == "recover").count(),
        1
    );
    let mut twice = bytes.clone();
    twice.extend_from_slice(&bytes);
    has(&twice, "trailing", Some(bytes.len()));
    let mut junk = support::sample(NAME).bytes;
    let second = positions(&junk, b"\x1F\x43\xB6\x75").nth(5).unwrap();
    junk.splice(second..second, *b"\x01\x02\x03 something else");
    has(&junk, "not_an_element", Some(second));
}

/// ID and size of a SimpleBlock with this payload.
fn header_length(payload: usize) -> usize {
    if payload < 127 { 2 } else { 3 }
}

#[test]
fn many_files_in_one_run() {
    let folder = Folder::new();
    folder.put("good.webm", &fixed());
    folder.put("raw.webm", &support::sample(NAME).bytes);
    folder.put("a.ogg", &support::sample("firefox-audio-ogg-opus.ogg").bytes);
    folder.put("bad", b"no recording");
    let ran = folder.run(&["inspect", "good.webm", "a.ogg"]);
    ran.ok();
    assert_eq!(String::from_utf8(ran.out).unwrap().matches("no problems").count(), 2);
    let ran = folder.run(&["inspect", "raw.webm", "good.webm"]);
    assert_eq!(ran.code, 3);
    assert!(String::from_utf8(ran.out).unwrap().contains("[no_duration]: seekable fix"));
    let ran = folder.run(&["inspect", "--json", "raw.webm", "bad", "good.webm"]);
    ran.failed(1, &["bad: is no recording"]);
    let lines: Vec<Value> =
        String::from_utf8(ran.out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 3);
    assert!(lines[1]["error"].as_str().unwrap().contains("is no recording"));
}

/// The report does not depend on how the bytes were cut.
#[test]
fn any_split_gives_the_same_report() {
    use seekable::Inspector;
    let mut bytes = support::sample("chromium-notimeslice-webm-vp8.webm").bytes;
    bytes.extend_from_slice(&[7; 1000]);
    let report = |size: usize| {
        let mut inspector = Inspector::default();
        bytes.chunks(size).for_each(|chunk| inspector.push(chunk));
        assert!(inspector.wants_another_pass());
        inspector.rewind();
        bytes.chunks(size).for_each(|chunk| inspector.push(chunk));
        inspector.finish()
    };
    let whole = report(bytes.len());
    for size in [1, 3, 4096, 70_001] {
        assert_eq!(report(size), whole);
    }
}

#[test]
fn mp4() {
    let names = [
        "chromium-kfid1000-mp4-avc1-opus.mp4",
        "chromium-mp4-avc3-opus.mp4",
        "chromium-mp4-default.mp4",
        "chromium-audio-mp4-opus.m4a",
    ];
    for name in names {
        let bytes = support::sample(name).bytes;
        let report = has(&bytes, "no_duration", None);
        assert_eq!(report["container"], "mp4");
        assert!(report["clusters"].as_u64().unwrap() > 1);
        let (out, summary) = support::fix(&bytes);
        let (fixed, exit) = inspect(&out);
        assert_eq!((exit, problems(&fixed)), (0, vec![]), "{name}: {fixed:#}");
        for (track, before) in
            fixed["tracks"].as_array().unwrap().iter().zip(report["tracks"].as_array().unwrap())
        {
            for field in ["number", "kind", "codec", "blocks", "key_frames"] {
                assert_eq!(track[field], before[field], "{name} {field}");
            }
        }
        let duration = summary.duration.unwrap().as_secs_f64();
        assert!((fixed["stated_duration"].as_f64().unwrap() - duration).abs() < 0.1, "{name}: {fixed:#}");
        let last = bytes.len() - 100;
        assert!(problems(&inspect(&bytes[..last]).0).iter().any(|(code, _)| code == "cut_short"));
        let mut zeros = bytes.clone();
        zeros.resize(bytes.len() + 5000, 0);
        has(&zeros, "zero_tail", Some(bytes.len()));
    }
    let folder = Folder::new();
    let ran = folder.run_with_input(&["inspect", "-"], &support::sample(names[0]).bytes);
    ran.failed(1, &["save it to a file first"]);
}

/// What was written by `mark` is told, of files and of pipes, and does no harm to a terminal.
#[test]
fn what_is_said_about_a_recording() {
    let folder = Folder::new();
    let webm = support::sample(NAME).bytes;
    let mp4 = support::sample("chromium-kfid1000-mp4-avc1-opus.mp4").bytes;
    for (name, bytes) in [("x.webm", webm), ("x.mp4", mp4)] {
        folder.put(name, &bytes);
        let ran = folder.run(&["inspect", name]);
        assert!(!String::from_utf8(ran.out).unwrap().contains("title"));
        let words = "mark -i --title A\x1B[31m_talk --date 2026-11-22T14:00:00Z --participant Ada --participant Grace \
            --tag CONSENT=given --chapter 00:02=Questions --chapter 0=Hello";
        let mut arguments: Vec<&str> = words.split_whitespace().collect();
        arguments.push(name);
        folder.run(&arguments).ok();
        let ran = folder.run(&["inspect", name]);
        let text = String::from_utf8(ran.out).unwrap();
        for line in [
            "  title: A [31m_talk\n",
            "  date: 2026-11-22T14:00:00Z\n",
            "  participants: Ada, Grace\n",
            "  tag CONSENT: given\n",
            "  chapter 0:00.0: Hello\n  chapter 0:02.0: Questions\n",
        ] {
            assert!(text.contains(line), "{line} is missing in: {text}");
        }
        let ran = folder.run(&["inspect", "--json", name]);
        let report: Value = serde_json::from_slice(&ran.out).unwrap();
        assert_eq!(report["title"], "A\x1B[31m_talk");
        assert_eq!(report["date"], "2026-11-22T14:00:00Z");
        assert_eq!(report["participants"], serde_json::json!(["Ada", "Grace"]));
        assert_eq!(report["tags"], serde_json::json!([{ "name": "CONSENT", "value": "given" }]));
        let chapters =
            serde_json::json!([{ "start": 0.0, "title": "Hello" }, { "start": 2.0, "title": "Questions" }]);
        assert_eq!(report["chapters"], chapters);
        if name == "x.webm" {
            let ran = folder.run_with_input(&["inspect", "--json", "-"], &folder.get(name));
            let piped: Value = serde_json::from_slice(&ran.out).unwrap();
            assert_eq!((&piped["title"], &piped["chapters"]), (&report["title"], &chapters));
        }
    }
}

/// Tags that are about one track stand with it.
#[test]
fn tags_of_a_track() {
    let mut bytes = support::sample(NAME).bytes;
    let uid = find(&bytes, b"\x73\xC5");
    let length = usize::from(bytes[uid + 2] & 0x7F);
    let target = [b"\x63", &bytes[uid + 1..uid + 3 + length]].concat();
    let targets = [&[0x63, 0xC0, 0x80 | target.len() as u8][..], &target].concat();
    let simple = b"\x67\xC8\x8C\x45\xA3\x83FOO\x44\x87\x83bar";
    let tag = [&[0x73, 0x73, 0x80 | (targets.len() + simple.len()) as u8][..], &targets, simple].concat();
    bytes.extend_from_slice(&[&[0x12, 0x54, 0xC3, 0x67, 0x80 | tag.len() as u8][..], &tag].concat());
    let (report, _) = inspect(&bytes);
    assert_eq!(report["tracks"][0]["tags"], serde_json::json!([{ "name": "FOO", "value": "bar" }]));
    assert_eq!(report["tracks"][1]["tags"], serde_json::json!([]));
    let folder = Folder::new();
    folder.put("x.webm", &bytes);
    let text = String::from_utf8(folder.run(&["inspect", "x.webm"]).out).unwrap();
    assert!(text.contains("\n    tag FOO: bar\n  track 2"), "{text}");
}
