//! Bytes that make no sense stop nothing and are never lost.

#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod support;

use seekable::{Options, ProblemKind, Seekable};
use support::{check_cues, element, fix, fix_with, sample, view};

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

/// A sample, and where its clusters begin.
fn chromium() -> (Vec<u8>, Vec<usize>) {
    let bytes = sample("chromium-webm-vp8-opus.webm").bytes;
    let clusters =
        (0..bytes.len() - 4).filter(|at| bytes[*at..].starts_with(b"\x1F\x43\xB6\x75")).collect::<Vec<_>>();
    assert_eq!(clusters.len(), 11);
    (bytes, clusters)
}

#[test]
fn garbage_between_clusters_is_kept_and_what_follows_is_seekable() {
    let (bytes, clusters) = chromium();
    let garbage = b"\0\0\0\0 this is no element \x1F\x43\xB6\x75 nor is this \0";
    let mut broken = bytes.clone();
    broken.splice(clusters[4]..clusters[4], garbage.iter().copied());
    let (out, summary) = fix(&broken);
    let problem = summary.problem.unwrap();
    assert_eq!((problem.offset, problem.kind), (clusters[4] as u64, ProblemKind::NotAnElement));
    assert_eq!(problem.kind.code(), "not_an_element");
    assert!(contains(&out, garbage));
    let (broken, whole) = (view(&out, true), view(&fix(&bytes).0, true));
    assert_eq!(broken.blocks.len(), whole.blocks.len());
    assert!(broken.blocks.iter().zip(&whole.blocks).all(|(one, other)| one.payload == other.payload));
    check_cues(&broken, true);
    assert!(fix(&out).0 == out);
}

#[test]
fn what_follows_a_cluster_costs_it_no_block() {
    let (bytes, _) = chromium();
    // In what is fixed, clusters have a known size. The last block of one holds what looks like a cluster.
    let mut odd = fix(&bytes).0;
    let last = odd.windows(4).rposition(|id| id == b"\x1F\x43\xB6\x75").unwrap();
    odd.copy_within(last..last + 20, last - 30);
    let whole = view(&odd, true).blocks;
    // Unknown, and of known length; then no element at all.
    for behind in [&b"\x88\x81\x06"[..], b"\0\0 this is no element \0"] {
        let mut odd = odd.clone();
        odd.splice(last..last, behind.iter().copied());
        let (out, _) = fix(&odd);
        assert!(contains(&out, behind));
        let blocks = view(&out, true).blocks;
        assert_eq!(blocks.len(), whole.len());
        assert!(blocks.iter().zip(&whole).all(|(one, other)| one.payload == other.payload));
        assert!(fix(&out).0 == out);
    }
}

#[test]
fn a_length_that_lies_swallows_nothing() {
    let (mut broken, clusters) = chromium();
    // The first block after a Timestamp of three bytes claims 2^56 - 2 bytes.
    let block = clusters[3] + 12 + 4;
    assert_eq!(broken[block], 0xA3);
    broken.splice(block + 1..block + 4, [0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE]);
    let (out, summary) = fix(&broken);
    assert_eq!(summary.problem.unwrap().kind, ProblemKind::LengthTooLarge);
    assert!(contains(&out, &broken[block..clusters[4]]));
    let now = view(&out, true);
    check_cues(&now, true);
    let clusters_in = |view: &support::View| view.parts.iter().filter(|id| **id == 0x1F43_B675).count();
    assert_eq!(clusters_in(&now), 11);
    assert!(fix(&out).0 == out);
}

#[test]
fn a_tail_of_zeros_is_void() {
    let (bytes, _) = chromium();
    let broken = [&bytes[..], &[0; 5_000]].concat();
    let (out, summary) = fix(&broken);
    assert_eq!(summary.problem.unwrap().offset, bytes.len() as u64);
    let now = view(&out, true);
    assert_eq!(now.parts.last(), Some(&0xEC));
    assert_eq!(now.blocks, view(&fix(&bytes).0, true).blocks);
    assert_eq!(now.segment_end, out.len());
}

#[test]
fn the_first_cluster_does_not_span_the_file() {
    // What fix-webm-duration makes: the first cluster has a size that holds all the others.
    let (mut bytes, clusters) = chromium();
    let size = (bytes.len() - clusters[0] - 12) as u64 | 1 << 56;
    bytes[clusters[0] + 4..clusters[0] + 12].copy_from_slice(&size.to_be_bytes());
    let (out, _) = fix(&bytes);
    assert!(out == fix(&chromium().0).0);
}

#[test]
fn a_second_recording_stays_behind_the_first() {
    let (bytes, _) = chromium();
    let (out, summary) = fix(&[&bytes[..], &bytes[..]].concat());
    assert_eq!(summary.problem.unwrap().kind, ProblemKind::Trailing);
    assert!(out.ends_with(&bytes));
    assert_eq!(view(&out, true).segment_end, out.len() - bytes.len());
    assert!(fix(&out).0 == out);
}

/// A file with the head and first cluster header of a sample, and then `children`.
fn with_children(children: &[&[u8]]) -> Vec<u8> {
    let (bytes, clusters) = chromium();
    let mut out = bytes[..clusters[0] + 15].to_vec();
    out.extend(children.concat());
    out
}

#[test]
fn blocks_larger_than_what_is_held_are_written_as_they_come() {
    let mut options = Options::default();
    options.limits.held_bytes = 2_000;
    // (A canvas with alpha comes in BlockGroups, whose key frames are told only when they are held as a whole.)
    for sample in support::samples() {
        if view(&fix(&sample.bytes).0, true).blocks.iter().any(|block| block.behind > 0) {
            continue;
        }
        let (out, summary) = fix_with(options, &sample.bytes);
        assert!(out == fix(&sample.bytes).0, "{}", sample.name);
        assert_eq!(summary.problem, None);
    }
    // While such a block is incomplete it does not count.
    let block = [&[0xA3, 0x10, 0x01, 0x00, 0x00, 0x81, 0, 5, 0x80][..], &[7; 40_000]].concat();
    let mut seekable = Seekable::new(options);
    let mut file = seekable::MemoryFile::default();
    for chunk in with_children(&[&block]).chunks(1_000) {
        seekable.push(chunk).unwrap();
        seekable.checkpoint();
        support::drain(&mut seekable, &mut file);
        if !file.bytes().is_empty() {
            assert_eq!(view(file.bytes(), true).blocks, []);
        }
    }
    assert!(file.bytes().len() > 100_000);
    seekable.finish().unwrap();
    support::drain(&mut seekable, &mut file);
    let out = file.into_bytes();
    assert!(contains(&out, &[7; 39_000]));
    assert_eq!(view(&out, true).segment_end, out.len());
    assert!(fix_with(options, &out).0 == out);
}

#[test]
fn unknown_elements_and_void_stay_and_what_is_no_longer_true_goes() {
    let crc: &[u8] = &[0xBF, 0x84, 1, 2, 3, 4];
    let block: &[u8] = &[0xA3, 0x85, 0x81, 0, 5, 0x80, 9];
    let unknown: &[u8] = &[0x5A, 0xAA, 0x83, 1, 2, 3];
    let void: &[u8] = &[0xEC, 0x82, 5, 6];
    let (out, summary) = fix(&with_children(&[crc, block, unknown, void]));
    // Nothing of the cluster changed: its checksum holds.
    assert!(out.ends_with(&[crc, block, unknown, void].concat()));
    assert_eq!((summary.cues, summary.problem), (1, None));
    let position: &[u8] = &[0xA7, 0x82, 1, 0];
    let previous: &[u8] = &[0xAB, 0x81, 9];
    let (out, _) = fix(&with_children(&[crc, position, previous, block]));
    assert!(
        out.ends_with(b"\xEC\x84\x01\x02\x03\x04\xEC\x82\x01\x00\xEC\x81\x09\xA3\x85\x81\x00\x05\x80\x09")
    );
    // A block that was cut: the checksum of its cluster holds no longer.
    let (out, summary) = fix(&with_children(&[crc, block, &block[..4]]));
    assert!(contains(&out, b"\xEC\x84\x01\x02\x03\x04"));
    assert_eq!(summary.problem.unwrap().kind, ProblemKind::CutShort);
    assert!(fix(&out).0 == out);
}

#[test]
fn block_groups_count_like_blocks() {
    let key: &[u8] = &[0xA0, 0x8A, 0xA1, 0x85, 0x81, 0, 5, 0, 9, 0x9B, 0x81, 40];
    let other: &[u8] = &[0xA0, 0x8A, 0xA1, 0x85, 0x81, 0, 9, 0, 9, 0xFB, 0x81, 0xFC];
    let (out, summary) = fix(&with_children(&[key, other]));
    let now = view(&out, true);
    assert_eq!(now.cues.len(), 1);
    check_cues(&now, true);
    assert_eq!(summary.duration.unwrap().as_millis(), 9 + 4);
    let (_, summary) = fix(&with_children(&[key]));
    assert_eq!(summary.duration.unwrap().as_millis(), 5 + 40);
}

#[test]
fn tags_behind_the_clusters_are_found() {
    let (mut bytes, _) = chromium();
    let tags = b"\x12\x54\xC3\x67\x89\x73\x73\x86\x63\xC0\x80\x67\xC8\x80";
    bytes.extend_from_slice(tags);
    let (out, summary) = fix(&bytes);
    assert_eq!(summary.problem, None);
    // The strict reader follows SeekHead; it must lead there.
    assert!(contains(&out[..400], b"\x53\xAB\x84\x12\x54\xC3\x67"));
    let now = view(&out, true);
    assert_eq!(now.parts.last(), Some(&0x1254_C367));
    assert_eq!(element(&out, out.len() - 14, out.len()).id, 0x1254_C367);
    assert!(fix(&out).0 == out);
}
