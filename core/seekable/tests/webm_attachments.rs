//! Attachments: wherever they stand, however large they are, and wherever the file is cut within them, the file becomes right
//! and keeps every whole block.

#![cfg(feature = "webm")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod support;

use seekable::{MemoryFile, Options, ProblemKind, Seekable};
use support::{View, check_cues, check_structure, drain, fix, fix_with, sample, view};

const CLUSTER: &[u8] = b"\x1F\x43\xB6\x75";
const ATTACHMENTS: u32 = 0x1941_A469;

fn trims() -> Options {
    Options { trims_tail: true, ..Options::default() }
}

fn element(id: &[u8], payload: &[u8]) -> Vec<u8> {
    [id, &(payload.len() as u64 | 1 << 56).to_be_bytes(), payload].concat()
}

/// Attachments with two files, `length` bytes of data each (RFC 9559, section 5.1.6).
fn attachments(length: usize) -> Vec<u8> {
    let file = |name: &[u8], uid: u8| {
        let data: Vec<u8> = (0..length).map(|at| (at % 251) as u8 | 1).collect();
        let parts = [
            element(b"\x46\x6E", name),
            element(b"\x46\x60", b"image/png"),
            element(b"\x46\x5C", &data),
            element(b"\x46\xAE", &[uid]),
        ];
        element(b"\x61\xA7", &parts.concat())
    };
    element(b"\x19\x41\xA4\x69", &[file(b"cover.png", 1), file(b"small.png", 2)].concat())
}

fn clusters(bytes: &[u8]) -> Vec<usize> {
    let windows = bytes.windows(4).enumerate();
    windows.filter(|(_, window)| *window == CLUSTER).map(|(at, _)| at).collect()
}

fn times(view: &View) -> Vec<(u64, u64, &[u8])> {
    view.blocks.iter().map(|block| (block.track, block.time, block.payload.as_slice())).collect()
}

/// What must hold of a file that was made right: a strict reader finds these blocks.
fn check(out: &[u8], kept: &View) -> View {
    check_structure(out);
    let now = view(out, true);
    assert_eq!(now.segment_end, out.len());
    check_cues(&now, true);
    assert!(times(&now) == times(kept), "{} blocks of {}", now.blocks.len(), kept.blocks.len());
    now
}

/// All at once, and in chunks with a checkpoint after each.
fn made_right(options: Options, input: &[u8]) -> Vec<u8> {
    let (out, _) = fix_with(options, input);
    let mut seekable = Seekable::new(options);
    let mut file = MemoryFile::default();
    for chunk in input.chunks(150_000) {
        seekable.push(chunk).unwrap();
        seekable.checkpoint();
        drain(&mut seekable, &mut file);
    }
    seekable.finish().unwrap();
    drain(&mut seekable, &mut file);
    assert!(file.bytes() == out, "how it was cut changes the file");
    out
}

/// Held in the head, behind it, and written as they come: in front of the clusters, between them and behind them.
#[test]
fn cut_within_attachments() {
    let raw = sample("chromium-webm-vp9-opus.webm").bytes;
    let places = clusters(&raw);
    for length in [20_000, 600_000, 2_500_000] {
        let attachments = attachments(length);
        for at in [places[0], places[4], raw.len()] {
            let kept = if at > places[0] { view(&fix(&raw[..at]).0, true) } else { View::default() };
            let whole = [&raw[..at], &attachments, &raw[at..]].concat();
            let (out, summary) = fix(&whole);
            assert_eq!(summary.problem, None);
            assert!(check(&out, &view(&fix(&raw).0, true)).parts.contains(&ATTACHMENTS));
            let first_data = length.min(200);
            for cut in [1, 4, 11, 12, 13, 24, 60, first_data, length, length + 100, attachments.len() - 1] {
                let input = &whole[..at + cut];
                for options in [Options::default(), trims()] {
                    let out = made_right(options, input);
                    let now = check(&out, &kept);
                    assert!(!now.parts.contains(&ATTACHMENTS), "half of them is none");
                    assert!(
                        fix_with(options, &out).0 == out,
                        "{length} at {at}, cut at {cut}: a second time"
                    );
                }
                assert_eq!(fix(input).1.problem.unwrap().kind, ProblemKind::CutShort);
            }
            // Behind the cut is nothing, but all of the attachments are there.
            for options in [Options::default(), trims()] {
                let out = made_right(options, &whole[..at + attachments.len()]);
                assert!(check(&out, &kept).parts.contains(&ATTACHMENTS));
            }
        }
    }
}

/// A file of ours whose writer died within them is completed where it is.
#[test]
fn a_writer_that_died_within_attachments() {
    let raw = sample("chromium-webm-vp9-opus.webm").bytes;
    let places = clusters(&raw);
    for length in [20_000, 2_500_000] {
        let attachments = attachments(length);
        let kept = view(&fix(&raw[..places[6]]).0, true);
        for cut in [5, 300, length, attachments.len() - 1] {
            let input = [&raw[..places[6]], &attachments[..cut]].concat();
            for unchecked in [0, 3] {
                let died = support::resumed::cut_off(&input, 20_000, unchecked);
                let (out, repair, _) = support::resumed::resume(&died, None).unwrap();
                assert!(repair.summary.cues > 0);
                check(&out, &kept);
            }
        }
    }
}

/// Attachments that say to be longer than they are: the clusters behind them are not inside of them.
#[test]
fn attachments_whose_length_lies() {
    let raw = sample("chromium-webm-vp9-opus.webm").bytes;
    let places = clusters(&raw);
    let all = view(&fix(&raw).0, true);
    for at in [places[0], places[4]] {
        for more in [1, 700, places[6] - places[4], raw.len() - at, raw.len(), 2 << 20] {
            let mut lying = attachments(20_000);
            let size = lying.len() - 12 + more;
            lying[4..12].copy_from_slice(&(size as u64 | 1 << 56).to_be_bytes());
            let input = [&raw[..at], &lying, &raw[at..]].concat();
            for options in [Options::default(), trims()] {
                let out = made_right(options, &input);
                check(&out, &all);
                assert!(fix_with(options, &out).0 == out, "{more} too many at {at}: a second time");
            }
        }
    }
}
