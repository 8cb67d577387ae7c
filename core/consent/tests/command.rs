//! The command line: what it says of a log and a file, and by which exit code.

#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test that can not prepare its files has failed")]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use hostreel_consent::{FileDigest, Log};
use hostreel_protocol::{
    ConsentPolicy, Millis, Person, PersonId, Policies, RecordingId, RecordingKind, Role, RoomId, RoomState,
    RunningRecording,
};

const RECORDED: &[u8] = b"not really a recording, but bytes all the same";

/// A folder of its own for each test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn log() -> Log {
    let id = |text| PersonId::parse(text).unwrap();
    let mut room = RoomState::new(RoomId::from_random(1), Policies::default());
    room.people = vec![
        Person::new(id("mina"), "Mina", Role::Host, Millis(5)),
        Person::new(id("juno"), "Juno\u{1b}[2J", Role::Guest, Millis(6)),
    ];
    let recording = RecordingId::parse("r").unwrap();
    let running =
        RunningRecording::new(recording, id("mina"), RecordingKind::Video, Millis(1_790_000_000_000));
    room.recording = Some(RunningRecording { consent: ConsentPolicy::Ask, ..running });
    Log::begin(&room).unwrap()
}

fn sealed() -> Log {
    let mut log = log();
    let mut digest = FileDigest::default();
    digest.update(RECORDED);
    log.seal(digest.finish(), RECORDED.len() as u64);
    log
}

fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_consent-log")).args(arguments).current_dir(folder).output();
    said(&output.unwrap())
}

fn said(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn a_log_and_its_file_are_as_they_were_written() {
    let folder = folder("as-written");
    fs::write(folder.join("log.json"), sealed().json()).unwrap();
    fs::write(folder.join("talk.webm"), RECORDED).unwrap();
    let (code, out, _) = run(&folder, &["verify", "log.json", "talk.webm"]);
    assert_eq!(code, 0, "{out}");
    assert!(
        out.contains("The log is whole: 2 entries")
            && out.contains("talk.webm is the file that was recorded")
    );
    assert!(out.contains(&sealed().entries[1].digest));
    // Without the file, it says that it did not look at it.
    let (code, out, _) = run(&folder, &["verify", "log.json"]);
    assert_eq!(code, 0);
    assert!(out.contains("was not looked at"));
}

#[test]
fn another_file_and_a_changed_log_are_told() {
    let folder = folder("changed");
    fs::write(folder.join("log.json"), sealed().json()).unwrap();
    let mut same_length = RECORDED.to_vec();
    same_length[7] ^= 1;
    fs::write(folder.join("changed.webm"), &same_length).unwrap();
    fs::write(folder.join("shorter.webm"), &RECORDED[1..]).unwrap();
    for (file, why) in
        [("changed.webm", "its bytes were changed"), ("shorter.webm", "it has 45 bytes, that one 46")]
    {
        let (code, out, _) = run(&folder, &["verify", "log.json", file]);
        assert_eq!(code, 1);
        assert!(out.contains(why), "{out}");
    }
    // The file is right, the log is not.
    fs::write(folder.join("talk.webm"), RECORDED).unwrap();
    fs::write(folder.join("forged.json"), sealed().json().replace("\"ask\"", "\"notify\"")).unwrap();
    let (code, out, _) = run(&folder, &["verify", "forged.json", "talk.webm"]);
    assert_eq!(code, 1);
    assert!(out.contains("entry 1 is not what was written"), "{out}");
    // An interrupted recording proves nothing of a file.
    fs::write(folder.join("open.json"), log().json()).unwrap();
    let (code, out, _) = run(&folder, &["verify", "open.json", "talk.webm"]);
    assert_eq!(code, 1);
    assert!(out.contains("names no file"), "{out}");
}

#[test]
fn what_is_no_log_is_an_error_that_says_what_to_do() {
    let folder = folder("no-log");
    fs::write(folder.join("empty.json"), "").unwrap();
    fs::write(folder.join("other.json"), "{\"version\":1}").unwrap();
    fs::write(folder.join("later.json"), log().json().replace("\"version\": 1", "\"version\": 2")).unwrap();
    fs::File::create(folder.join("film.webm")).unwrap().set_len((16 << 20) + 1).unwrap();
    for (name, word) in [
        ("empty.json", "Save as JSON"),
        ("other.json", "Save as JSON"),
        ("later.json", "version 2"),
        ("film.webm", "The log comes first"),
        ("missing.json", "can't be read"),
        (".", "can't be read"),
    ] {
        let (code, out, error) = run(&folder, &["verify", name]);
        assert_eq!((code, out.as_str()), (2, ""), "{name}");
        assert!(error.contains(word) && error.contains(name), "{error}");
    }
    let sealed = sealed().json();
    fs::write(folder.join("log.json"), sealed).unwrap();
    let (code, _, error) = run(&folder, &["verify", "log.json", "missing.webm"]);
    assert_eq!(code, 2);
    assert!(error.contains("missing.webm can't be read"), "{error}");
}

#[test]
fn it_is_shown_in_words_from_a_pipe_and_steers_no_terminal() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_consent-log"))
        .args(["show", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(sealed().json().as_bytes()).unwrap();
    let (code, out, _) = said(&child.wait_with_output().unwrap());
    assert_eq!(code, 0);
    assert!(out.contains(
        "2026-09-21 14:13:20 UTC  Mina (host, mina) began to record video (r); everybody is asked."
    ));
    assert!(!out.contains('\u{1b}') && out.contains("Juno\u{FFFD}[2J (guest, juno)"), "{out}");
    assert!(out.contains("complete: 46 bytes"));
}
