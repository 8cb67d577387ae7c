//! An MP4 whose index (`moov`) is lost or damaged: every command says so, and none sends to another that can't help either.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod command;
mod mp4_support;
mod support;

use command::Folder;
use mp4_support::{Part, inside, parts};

/// A plain MP4, and its `moov` at the end. What it was while it was recorded is hidden, so that it is none of ours.
fn plain() -> (Vec<u8>, Part) {
    let mut file = support::fix(&support::sample("chromium-mp4-avc3-opus.mp4").bytes).0;
    let top = parts(&file, 0, file.len(), false);
    let recorded = top[1].at + 16;
    assert_eq!(file[recorded + 4..recorded + 8], *b"moov");
    file[recorded + 4..recorded + 8].copy_from_slice(b"free");
    (file, top.into_iter().next_back().unwrap())
}

/// All commands refuse these bytes with this text, change nothing, and do not send to each other.
#[track_caller]
fn is_refused(bytes: &[u8], text: &str, what: &str) {
    let folder = Folder::new();
    folder.put("x.mp4", bytes);
    for command in [&["fix"][..], &["fix", "-i"], &["recover"], &["recover", "-i"]] {
        let ran = folder.run(&[command, &["x.mp4"]].concat());
        assert_eq!(ran.code, 1, "{what}, {command:?}: {}", ran.errors);
        ran.failed(1, &["x.mp4: ", text, "Nothing was changed"]);
    }
    for command in [&["inspect"][..], &["split", "--time", "1"]] {
        let ran = folder.run(&[command, &["x.mp4"]].concat());
        assert!(!ran.errors.contains("seekable fix"), "{what}: {}", ran.errors);
        ran.failed(1, &["x.mp4: ", text]);
    }
    assert!(folder.get("x.mp4") == bytes);
    assert_eq!(folder.names(), ["x.mp4"]);
}

/// This box, and all in it that lead to the sample tables.
fn boxes(file: &[u8], part: &Part, all: &mut Vec<usize>) {
    for child in inside(file, part) {
        all.push(child.at);
        if matches!(child.kind.as_str(), "trak" | "mdia" | "minf" | "stbl") {
            boxes(file, &child, all);
        }
    }
}

#[test]
fn an_index_in_which_one_size_is_wrong() {
    let (file, moov) = plain();
    let mut all = Vec::new();
    boxes(&file, &moov, &mut all);
    let mut readable = Vec::new();
    for at in all {
        for difference in [0x08_u8, 0x80] {
            let mut bad = file.clone();
            bad[at + 3] ^= difference;
            let folder = Folder::new();
            folder.put("x.mp4", &bad);
            let told = folder.run(&["inspect", "x.mp4"]);
            let is_advised = String::from_utf8_lossy(&told.out).contains("seekable fix");
            if told.code != 1 {
                assert!(!is_advised, "{at} and {difference}");
                readable.push((String::from_utf8_lossy(&file[at + 4..at + 8]).into_owned(), difference));
            } else {
                is_refused(&bad, "is damaged, and can not be repaired", &format!("{at} and {difference}"));
            }
        }
    }
    // These swallow the header of the box behind them, and what is in that takes its place: nothing that is read is lost.
    assert_eq!(readable, [("vmhd".to_owned(), 8), ("smhd".to_owned(), 8)]);
}

#[test]
fn an_index_that_stood_at_the_end_and_is_lost() {
    let (file, moov) = plain();
    for end in [moov.at / 2, moov.at - 1, moov.at] {
        is_refused(&file[..end], "in front of its index (`moov`)", &format!("{end}"));
    }
    is_refused(&file[..moov.at + 200], "is damaged, and can not be repaired", "cut in its index");
}

/// From a pipe it is not known what stands elsewhere.
#[test]
fn an_index_that_is_lost_in_a_pipe() {
    let (file, moov) = plain();
    let ran = Folder::new().run_with_input(&["fix", "-", "-o", "-"], &file[..moov.at / 2]);
    ran.failed(1, &["without a whole index (`moov`)"]);
    let ran = Folder::new().run_with_input(&["inspect", "-"], &file);
    ran.failed(1, &["is no plain file", "save it to a file first"]);
}
