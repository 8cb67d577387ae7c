//! `seekable split` and `seekable join`: files are cut, and put together again.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod parts_support;

use std::process::{Command, Output};

use parts_support::{read, same};

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
