//! `seekable fix` writes what the library makes, to where it was told, and never half of it.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod command;
mod support;

use std::io::Write;
use std::process::{Command, Stdio};

use command::{Folder, oracle, probed_duration};
use seekable::{MemoryFile, Options, Seekable};

const NAME: &str = "chromium-webm-vp8-opus.webm";

fn raw() -> Vec<u8> {
    support::sample(NAME).bytes
}

#[test]
fn many_files_into_a_folder() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("out")).unwrap();
    let samples = support::samples();
    let mut arguments = vec!["fix"];
    for sample in &samples {
        folder.put(&sample.name, &sample.bytes);
        arguments.push(&sample.name);
    }
    arguments.extend(["-o", "out"]);
    let ran = folder.run(&arguments);
    ran.ok();
    assert_eq!(ran.errors.lines().count(), samples.len(), "{}", ran.errors);
    for sample in &samples {
        let path = folder.path("out").join(&sample.name);
        let (expected, summary) = support::fix(&sample.bytes);
        assert!(std::fs::read(&path).unwrap() == expected, "{}", sample.name);
        assert!(folder.get(&sample.name) == sample.bytes);
        if let Some(seconds) = probed_duration(&path) {
            let expected = summary.duration.unwrap().as_secs_f64();
            assert!((seconds - expected).abs() < 0.002, "{}: {seconds} {expected}", sample.name);
        }
        if let Some(json) = oracle("mkvmerge", &["-J"], &path) {
            let json: serde_json::Value = serde_json::from_str(&json).unwrap();
            assert_eq!(json["tracks"].as_array().unwrap().len(), summary.tracks.len());
            assert_eq!(json["warnings"].as_array().unwrap().len(), 0, "{}: {json}", sample.name);
        }
    }
}

#[test]
fn the_result_stands_beside_the_input_and_is_never_overwritten() {
    let folder = Folder::new();
    folder.put("talk.webm", &raw());
    assert!(folder.run(&["fix", "talk.webm"]).ok().contains("talk.fixed.webm"));
    let fixed = support::fix(&raw()).0;
    assert!(folder.get("talk.fixed.webm") == fixed);
    folder.put("talk.fixed.webm", b"mine");
    folder.run(&["fix", "talk.webm"]).failed(1, &["talk.fixed.webm: exists already", "--force"]);
    assert_eq!(folder.get("talk.fixed.webm"), b"mine");
    folder.run(&["fix", "--force", "--quiet", "talk.webm"]).ok();
    assert!(folder.get("talk.fixed.webm") == fixed);
    assert_eq!(folder.names(), ["talk.fixed.webm", "talk.webm"]);
}

#[test]
fn from_a_pipe_into_a_pipe() {
    let folder = Folder::new();
    let fixed = support::fix(&raw()).0;
    for arguments in [&["fix", "-"][..], &["fix", "-", "-o", "-"], &["-q", "fix", "-"]] {
        let ran = folder.run_with_input(arguments, &raw());
        ran.ok();
        assert!(ran.out == fixed);
    }
    folder.run_with_input(&["fix", "-", "-o", "x.webm"], &raw()).ok();
    assert!(folder.get("x.webm") == fixed);
    folder.put("talk.webm", &raw());
    assert!(folder.run(&["fix", "talk.webm", "-o", "-"]).out == fixed);
}

#[test]
fn one_bad_file_does_not_stop_the_others() {
    let folder = Folder::new();
    folder.put("a.webm", &raw());
    folder.put("b.webm", b"no recording at all");
    folder.put("c.webm", &raw());
    let ran = folder.run(&["fix", "a.webm", "b.webm", "missing.webm", "c.webm"]);
    ran.failed(
        1,
        &["b.webm: is no recording: at byte 0", "6E 6F 20 72", "missing.webm: there is no such file"],
    );
    assert_eq!(folder.names(), ["a.fixed.webm", "a.webm", "b.webm", "c.fixed.webm", "c.webm"]);
}

#[test]
fn in_place_a_file_is_replaced_once_and_then_left_alone() {
    let folder = Folder::new();
    let path = folder.put("talk.webm", &raw());
    assert!(folder.run(&["fix", "--in-place", "talk.webm"]).ok().contains("fixed in place"));
    let fixed = support::fix(&raw()).0;
    assert!(folder.get("talk.webm") == fixed);
    let before = std::fs::metadata(&path).unwrap();
    assert!(folder.run(&["fix", "-i", "talk.webm"]).ok().contains("right already, nothing was changed"));
    let after = std::fs::metadata(&path).unwrap();
    assert_eq!(before.modified().unwrap(), after.modified().unwrap());
    assert!(folder.get("talk.webm") == fixed);
    assert_eq!(folder.names(), ["talk.webm"]);
}

/// A recording of ours that was never finished: its head has its place already.
#[test]
fn in_place_only_what_differs_is_written() {
    let folder = Folder::new();
    let sample = support::sample(NAME);
    let mut seekable = Seekable::new(Options::default());
    let mut file = MemoryFile::default();
    let mut rest = sample.bytes.as_slice();
    for size in &sample.chunks {
        let (chunk, more) = rest.split_at(*size);
        seekable.push(chunk).unwrap();
        // The last three chunks never saw a checkpoint.
        if more.len() > 150_000 {
            seekable.checkpoint();
        }
        support::drain(&mut seekable, &mut file);
        rest = more;
    }
    let path = folder.put("talk.webm", file.bytes());
    let expected = support::fix(file.bytes()).0;
    assert!(file.bytes() != expected);
    let same_file = same_inode(&path);
    let ran = folder.run(&["fix", "--in-place", "talk.webm"]);
    let text = ran.ok();
    let bytes: u64 =
        text.split("in place, ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap().parse().unwrap();
    assert!(bytes < 1000, "{text}");
    assert!(folder.get("talk.webm") == expected);
    assert!(same_file == same_inode(&path));
}

/// Our own head is not believed either: a wrong duration and a wrong cue are found and put right.
#[test]
fn in_place_a_damaged_head_is_put_right() {
    let folder = Folder::new();
    let fixed = support::fix(&support::sample("chromium-webm-vp9-opus.webm").bytes).0;
    let find = |part: &[u8], from: usize| {
        from + fixed[from..].windows(part.len()).position(|window| window == part).unwrap()
    };
    let duration = find(b"\x44\x89\x88", 0) + 3;
    let cue = find(b"\xF0\x84", find(b"\x1C\x53\xBB\x6B", 512) + 40) + 5;
    for places in [vec![duration], vec![cue], vec![duration, cue]] {
        let mut damaged = fixed.clone();
        for place in places {
            damaged[place] ^= 1;
        }
        folder.put("x.webm", &damaged);
        folder.run(&["fix", "-i", "x.webm"]).ok();
        assert!(folder.get("x.webm") == support::fix(&damaged).0);
        assert!(folder.get("x.webm") == fixed);
    }
}

#[cfg(unix)]
fn same_inode(path: &std::path::Path) -> u64 {
    std::os::unix::fs::MetadataExt::ino(&std::fs::metadata(path).unwrap())
}

#[cfg(not(unix))]
fn same_inode(_path: &std::path::Path) -> u64 {
    0
}

#[cfg(unix)]
#[test]
fn in_place_permissions_and_links_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = Folder::new();
    std::fs::create_dir(folder.path("real")).unwrap();
    let path = folder.path("real").join("talk.webm");
    std::fs::write(&path, raw()).unwrap();
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o640)).unwrap();
    symlink("real/talk.webm", folder.path("link.webm")).unwrap();
    folder.run(&["fix", "-i", "link.webm"]).ok();
    assert!(std::fs::symlink_metadata(folder.path("link.webm")).unwrap().is_symlink());
    assert!(std::fs::read(&path).unwrap() == support::fix(&raw()).0);
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);

    folder.put("a.webm", &raw());
    std::fs::hard_link(folder.path("a.webm"), folder.path("b.webm")).unwrap();
    folder.run(&["fix", "-i", "a.webm"]).failed(1, &["a.webm: has 2 names (hard links)", "-o"]);
    assert!(folder.get("a.webm") == raw());
    assert_eq!(folder.names(), ["a.webm", "b.webm", "link.webm", "real"]);
}

/// It ends by itself, or the test fails.
#[cfg(unix)]
fn ended(mut child: std::process::Child) -> command::Ran {
    let beginning = std::time::Instant::now();
    while child.try_wait().unwrap().is_none() {
        if beginning.elapsed().as_secs() > 30 {
            child.kill().unwrap();
            panic!("it goes on");
        }
        std::thread::yield_now();
    }
    command::Ran::from(child.wait_with_output().unwrap())
}

/// The pipe stays open, and nothing comes out of it any more.
#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_nothing_behind() {
    for (arguments, signal) in [
        (&["fix", "-", "-o", "x.webm"][..], "-INT"),
        (&["fix", "-", "-o", "x.webm"], "-TERM"),
        (&["fix", "-", "-o", "-"], "-INT"),
        (&["recover", "-", "-o", "x.webm"], "-INT"),
        (&["mark", "-t", "T", "-", "-o", "x.webm"], "-INT"),
        (&["inspect", "-"], "-INT"),
        (&["fix", "/dev/stdin", "-o", "x.webm"], "-INT"),
    ] {
        let folder = Folder::new();
        let mut command = folder.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // More than a pipe holds: when all is written, it reads, so it listens.
        stdin.write_all(&raw()).unwrap();
        let killed = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
        assert!(killed.success());
        let ran = ended(child);
        drop(stdin);
        ran.failed(130, &["interrupted: nothing was changed"]);
        assert!(ran.out.is_empty() && folder.names().is_empty(), "{arguments:?}: {:?}", folder.names());
    }
}

/// A pipe that has a name, and nobody who writes into it.
#[cfg(unix)]
#[test]
fn a_pipe_that_nobody_opens_is_waited_for_until_interrupted() {
    use std::io::{BufRead, BufReader};
    let folder = Folder::new();
    folder.put("x.webm", &raw());
    assert!(Command::new("mkfifo").arg(folder.path("pipe.webm")).status().unwrap().success());
    let mut command = folder.command(&["fix", "x.webm", "pipe.webm"]);
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    let mut errors = BufReader::new(child.stderr.take().unwrap()).lines();
    // It has done the first, so it listens.
    assert!(errors.next().unwrap().unwrap().contains("fixed into"));
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    assert_eq!(ended(child).code, 130);
    let said = errors.next().unwrap().unwrap();
    assert!(said.contains("pipe.webm: interrupted: nothing was changed"), "{said}");
    assert_eq!(folder.names(), ["pipe.webm", "x.fixed.webm", "x.webm"]);
    // Somebody comes.
    let mut command = folder.command(&["fix", "pipe.webm", "-o", "y.webm"]);
    let child = command.stderr(Stdio::piped()).spawn().unwrap();
    std::fs::write(folder.path("pipe.webm"), raw()).unwrap();
    command::Ran::from(child.wait_with_output().unwrap()).ok();
    assert!(folder.get("y.webm") == support::fix(&raw()).0);
}

#[test]
fn shells_are_completed_and_help_teaches() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish"] {
        let ran = folder.run(&["completions", shell]);
        ran.ok();
        assert!(String::from_utf8(ran.out).unwrap().contains("in-place"));
    }
    for command in ["fix", "inspect", "recover", "split", "join", "mark"] {
        let help = String::from_utf8(folder.run(&[command, "--help"]).out).unwrap();
        assert!(help.contains("Examples:") && help.contains(&format!("seekable {command} ")), "{help}");
    }
    let help = String::from_utf8(folder.run(&["fix", "--help"]).out).unwrap();
    assert!(help.contains("After a crash use `recover`"), "{help}");
    let help = String::from_utf8(folder.run(&["--help"]).out).unwrap();
    assert!(help.contains("Exit codes:"));
}
