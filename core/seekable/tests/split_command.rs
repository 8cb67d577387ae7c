//! `seekable split` and `seekable join`: files are cut, and put together again.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod mp4_support;
mod parts_support;

use std::process::{Command, Output};

use mp4_support::more_tracks::{self, texts};
use parts_support::{fix, read, same};

#[test]
fn files_are_cut_and_put_together_again() {
    let folder = std::env::temp_dir().join(format!("seekable-split-command-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let run = |arguments: &[&str]| -> Output {
        Command::new(env!("CARGO_BIN_EXE_seekable")).args(arguments).current_dir(&folder).output().unwrap()
    };
    let said = |output: &Output| String::from_utf8_lossy(&output.stderr).into_owned();
    for (name, sample) in
        [("a.webm", "chromium-kfid1000-webm-vp8.webm"), ("a.mp4", "chromium-kfid1000-mp4-avc1-opus.mp4")]
    {
        std::fs::write(folder.join(name), read(sample)).unwrap();
        let extension = name.strip_prefix("a.").unwrap();
        let split = run(&["split", name, "--time", "4s", "-o", &format!("p%.{extension}")]);
        assert!(split.status.success(), "{}", said(&split));
        let parts: Vec<String> = (1..)
            .map(|number| format!("p{number:03}.{extension}"))
            .take_while(|part| folder.join(part).exists())
            .collect();
        assert!(parts.len() >= 2, "{}", said(&split));
        let again = run(&["split", name, "--time", "4s", "-o", &format!("p%.{extension}")]);
        assert!(
            again.status.code() == Some(1) && said(&again).contains("exists already"),
            "{}",
            said(&again)
        );
        let joined = format!("joined.{extension}");
        let mut arguments = vec!["join", "-o", &joined];
        arguments.extend(parts.iter().map(String::as_str));
        let join = run(&arguments);
        assert!(join.status.success(), "{}", said(&join));
        same(&read(sample), &std::fs::read(folder.join(&joined)).unwrap(), name);
        let range = run(&["split", name, "--range", "2.5-4", "-o", &format!("t%.{extension}")]);
        assert!(
            range.status.success() && folder.join(format!("t001.{extension}")).exists(),
            "{}",
            said(&range)
        );
    }
    let mixed = run(&["join", "a.webm", "a.mp4", "-o", "x.webm"]);
    assert!(
        said(&mixed).contains("a.mp4: part 2 can not follow part 1: it has another container"),
        "{}",
        said(&mixed)
    );
    let own = run(&["join", "a.webm", "p001.webm", "-o", "a.webm"]);
    assert!(own.status.code() == Some(1) && said(&own).contains("is one of the parts"), "{}", said(&own));
    assert_eq!(run(&["split", "-", "--time", "4s"]).status.code(), Some(2));
    assert_eq!(run(&["split", "a.webm", "--time", "4s", "-o", "x.webm"]).status.code(), Some(2));
    std::fs::remove_dir_all(&folder).unwrap();
}

/// Parts get their names when all are whole: a run that fails in the middle leaves all as it was.
#[cfg(unix)]
#[test]
fn a_run_that_fails_leaves_no_parts() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.webm"), read("chromium-kfid1000-webm-vp8.webm")).unwrap();
    std::fs::write(folder.path().join("p001.webm"), "old").unwrap();
    // The first part may become so large, the second one not.
    let command = "a.webm --range 0-1 --range 2- -f -o p%.webm";
    let script = format!("ulimit -f 150; exec \"$0\" split {command}");
    let mut limited = Command::new("bash");
    limited.args(["-c", &script, env!("CARGO_BIN_EXE_seekable")]).current_dir(folder.path());
    let output = limited.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains("p002.webm: would become larger") && said.contains("nothing was changed"),
        "{said}"
    );
    assert!(!said.contains("part 1 of 2"), "{said}");
    assert_eq!(std::fs::read(folder.path().join("p001.webm")).unwrap(), b"old");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    let mut free = Command::new(env!("CARGO_BIN_EXE_seekable"));
    let output = free.arg("split").args(command.split(' ')).current_dir(folder.path()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("p002.webm: part 2 of 2"), "{said}");
    assert!(std::fs::metadata(folder.path().join("p001.webm")).unwrap().len() > 3);
}

/// Where key frames are rare, what came out is told in the terms of what was asked.
#[test]
fn parts_that_are_not_as_asked() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.mp4"), read("chromium-mp4-avc3-opus.mp4")).unwrap();
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_seekable"));
        command.args(["split", "a.mp4", "-f", "-o", "p%.mp4"]).args(arguments).current_dir(folder.path());
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}");
        said
    };
    let said = run(&["--range", "1-3"]);
    assert!(said.contains("(instead of 0:01.0 to 0:03.0: key frames are rare), "), "{said}");
    let said = run(&["--time", "500ms"]);
    assert!(said.contains(" instead of 0:00.5: key frames are rare), "), "{said}");
    let said = run(&["--size", "0.01M"]);
    assert!(said.contains(" bytes (larger than asked: key frames are rare)"), "{said}");
    for arguments in [&["--range", "0-"][..], &["--time", "1h30m"], &["--size", "1.5M"]] {
        let said = run(arguments);
        assert!(said.contains("part 1 of 1: 0:00.0 to ") && !said.contains("rare"), "{said}");
    }
}

#[test]
fn what_looks_as_asked_is_not_said_to_differ() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["chromium-kfid1000-webm-vp8.webm", "chromium-kfid1000-mp4-avc1-opus.mp4"] {
        std::fs::write(folder.path().join(name), read(name)).unwrap();
        for time in ["1s", "2s"] {
            let output = Command::new(env!("CARGO_BIN_EXE_seekable"))
                .args(["split", name, "--time", time, "-f", "-o", "p%"])
                .current_dir(folder.path())
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success() && said.contains("part 1 of "), "{said}");
            let same = format!("(0:0{}.0 instead of 0:0{}.0", &time[..1], &time[..1]);
            assert!(!said.contains(&same), "{said}");
        }
    }
}

#[test]
fn small_parts_of_sound_are_as_small_as_asked_or_it_is_said_once_why_not() {
    let folder = tempfile::tempdir().unwrap();
    let name = "firefox-audio-webm-opus.weba";
    std::fs::write(folder.path().join(name), read(name)).unwrap();
    let run = |size: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_seekable"))
            .args(["split", name, "--size", size, "-f", "-o", "p%.weba"])
            .current_dir(folder.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() && !said.contains("rare"), "{said}");
        said
    };
    let said = run("40K");
    assert!(!said.contains("larger than asked") && !said.contains("each part needs"), "{said}");
    let lengths: Vec<u64> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_name() != name)
        .map(|entry| entry.metadata().unwrap().len())
        .collect();
    assert!(lengths.len() > 1 && lengths.iter().all(|length| *length <= 40_000), "{lengths:?}");
    assert_eq!(run("6K").matches("each part needs up to ").count(), 1);
}

#[test]
fn what_is_no_recording_is_said_to_be_none() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.txt"), "hello, this is text").unwrap();
    for arguments in [&["split", "a.txt", "--time", "1s"][..], &["join", "a.txt", "a.txt", "-o", "b.webm"]] {
        let output = Command::new(env!("CARGO_BIN_EXE_seekable"))
            .args(arguments)
            .current_dir(folder.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("a.txt: is no recording") && said.contains("found 68 65 6C 6C"), "{said}");
    }
}

#[test]
fn what_is_left_out_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let plain = fix(&read("chromium-mp4-avc3-opus.mp4"));
    let titles: &[(u32, &[u8])] = &[(3_000, b"\0\x03one")];
    let bytes = more_tracks::with(&plain, &[texts(9, titles), texts(10, titles)], &[9, 10]);
    std::fs::write(folder.path().join("two.mp4"), &bytes).unwrap();
    std::fs::write(folder.path().join("one.mp4"), more_tracks::with(&plain, &[texts(9, titles)], &[9]))
        .unwrap();
    for (name, count) in [("two.mp4", 1), ("one.mp4", 0)] {
        for arguments in
            [&["split", name, "--time", "2s", "-o", "p%.mp4"][..], &["join", name, "one.mp4", "-o", "j.mp4"]]
        {
            let mut command = Command::new(env!("CARGO_BIN_EXE_seekable"));
            let output = command.args(arguments).arg("-f").current_dir(folder.path()).output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{said}");
            assert_eq!(said.matches("two.mp4: note: track 10 is left out: ").count(), count, "{said}");
            assert_eq!(said.matches("note: ").count(), count, "{said}");
        }
    }
}
