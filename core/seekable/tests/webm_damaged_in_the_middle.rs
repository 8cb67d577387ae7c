//! What is intact behind damage in the middle of a file is read, whatever the damage looks like.

#![cfg(feature = "webm-repair")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod support;

use std::collections::BTreeMap;

use seekable::{Inspector, MemoryFile, Options, Seekable, Summary};
use support::{check_cues, check_structure, drain, sample, view};

const CLUSTER: u32 = 0x1F43_B675;

/// A block as it stands in a file, with the place of its cluster.
#[derive(Debug, Clone)]
struct Block {
    cluster: usize,
    at: usize,
    end: usize,
    time: u64,
    payload: Vec<u8>,
}

fn vint(bytes: &[u8], at: usize) -> (u64, usize) {
    let length = bytes[at].leading_zeros() as usize + 1;
    (bytes[at..at + length].iter().fold(0, |value, byte| value << 8 | u64::from(*byte)), length)
}

/// The blocks of an intact file.
fn blocks(bytes: &[u8]) -> Vec<Block> {
    let (mut at, mut cluster, mut timestamp, mut blocks) = (0, 0, 0_u64, Vec::new());
    while at < bytes.len() {
        let (id, id_length) = vint(bytes, at);
        let (size, size_length) = vint(bytes, at + id_length);
        let data = at + id_length + size_length;
        if [0x1853_8067, u64::from(CLUSTER)].contains(&id) {
            cluster = at;
            at = data;
            continue;
        }
        let end = data + (size & ((1 << (7 * size_length)) - 1)) as usize;
        if id == 0xE7 {
            timestamp = bytes[data..end].iter().fold(0, |value, byte| value << 8 | u64::from(*byte));
        }
        if id == 0xA3 {
            let relative = i16::from_be_bytes([bytes[data + 1], bytes[data + 2]]);
            let time = timestamp.saturating_add_signed(i64::from(relative));
            blocks.push(Block { cluster, at, end, time, payload: bytes[data..end].to_vec() });
        }
        at = end;
    }
    blocks
}

fn fix(bytes: &[u8], options: Options, chunk: usize) -> (Vec<u8>, Summary) {
    let mut seekable = Seekable::new(options);
    let mut file = MemoryFile::default();
    for piece in bytes.chunks(chunk) {
        seekable.push(piece).unwrap();
        drain(&mut seekable, &mut file);
    }
    let summary = seekable.finish().unwrap();
    drain(&mut seekable, &mut file);
    (file.into_bytes(), summary)
}

/// Bytes as any other, and always the same.
fn noise(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut byte = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    (0..length).map(|_| byte()).collect()
}

#[derive(Debug, Clone, Copy)]
enum Damage {
    Hole(usize),
    Zeros(usize),
    Noise(usize),
    Inserted(usize),
}

/// A damaged file, and where the damage ends in the intact one.
fn damaged(bytes: &[u8], at: usize, damage: Damage) -> (Vec<u8>, usize) {
    let (length, new) = match damage {
        Damage::Hole(length) => (length, Vec::new()),
        Damage::Zeros(length) => (length, vec![0; length]),
        Damage::Noise(length) => (length, noise(length, at as u64)),
        Damage::Inserted(length) => (0, noise(length, at as u64)),
    };
    let end = (at + length).min(bytes.len());
    ([&bytes[..at], &new, &bytes[end..]].concat(), end)
}

type Counts = BTreeMap<(u64, Vec<u8>), usize>;

fn counted(blocks: impl IntoIterator<Item = (u64, Vec<u8>)>) -> Counts {
    let mut counts = Counts::new();
    for (time, mut payload) in blocks {
        // Sound becomes key frames.
        payload[3] &= 0x7F;
        *counts.entry((time, payload)).or_insert(0) += 1;
    }
    counts
}

/// How many of `wanted` are not in `have`, with their times.
fn missing(wanted: &Counts, have: &Counts) -> usize {
    wanted.iter().map(|(block, count)| count.saturating_sub(*have.get(block).unwrap_or(&0))).sum()
}

/// Fixes the damaged file in all ways; gives how many intact blocks were lost: of clusters that the damage did not touch,
/// and of all.
fn lost(bytes: &[u8], all: &[Block], at: usize, damage: Damage) -> (usize, usize) {
    let (broken, end) = damaged(bytes, at, damage);
    let intact = || all.iter().filter(|block| block.end <= at || block.at >= end);
    let first = all.iter().map(|block| block.cluster).filter(|cluster| *cluster <= at).max().unwrap_or(0);
    let next = all.iter().map(|block| block.cluster).filter(|cluster| *cluster >= end).min();
    let is_outside = |block: &&Block| block.cluster < first || next.is_some_and(|next| block.cluster >= next);
    let mut worst = (0, 0);
    for trims_tail in [false, true] {
        let options = Options { trims_tail, ..Options::default() };
        let (out, summary) = fix(&broken, options, broken.len());
        assert!(fix(&broken, options, 1_000).0 == out, "in chunks: {damage:?} at {at}");
        assert!(fix(&out, options, out.len()).0 == out, "twice: {damage:?} at {at}");
        check_structure(&out);
        let now = view(&out, true);
        check_cues(&now, true);
        let timed = |block: &Block| (block.time, block.payload.clone());
        let have = counted(now.blocks.iter().map(|block| (block.time, block.payload.clone())));
        let outside = missing(&counted(intact().filter(is_outside).map(timed)), &have);
        let anywhere = missing(&counted(intact().map(timed)), &have);
        // What the damage made of a block, and of the one behind it, may be a block still. None is moved in time.
        let strange = missing(&have, &counted(intact().map(timed)));
        let is_timestamp_hit = all.iter().any(|block| (block.cluster + 1..block.cluster + 16).contains(&at));
        assert!(strange <= 2 || is_timestamp_hit, "{strange} strange blocks: {damage:?} at {at}");
        worst = (worst.0.max(outside), worst.1.max(anywhere));

        if trims_tail {
            // Leaves out blocks that end in zeros as well.
            continue;
        }
        let mut inspector = Inspector::default();
        broken.chunks(777).for_each(|piece| inspector.push(piece));
        let report = inspector.finish();
        assert_eq!(
            report.tracks.iter().map(|track| track.blocks).sum::<u64>(),
            now.blocks.len() as u64,
            "inspect: {damage:?} at {at}"
        );
        assert_eq!(report.duration, summary.duration, "inspect: {damage:?} at {at}");
    }
    worst
}

#[test]
fn no_block_of_an_intact_cluster_is_lost() {
    let kinds = [
        Damage::Hole(4_096),
        Damage::Inserted(1),
        Damage::Noise(700),
        Damage::Zeros(5_000),
        Damage::Inserted(60),
    ];
    for name in ["chromium-webm-vp8-opus.webm", "chromium-audio-webm-opus.weba", "firefox-webm-vp8-opus.webm"]
    {
        let bytes = sample(name).bytes;
        let all = blocks(&bytes);
        for place in 0..20 {
            let at = all[0].at + (bytes.len() - all[0].at) / 20 * place + 17 * place;
            for damage in kinds {
                let (outside, anywhere) = lost(&bytes, &all, at, damage);
                assert_eq!(outside, 0, "{name}: {damage:?} at {at}");
                // Nobody can tell the times of a cluster whose header is gone.
                let (_, end) = damaged(&bytes, at, damage);
                let is_gone = |block: &Block| block.cluster < end && block.cluster + 16 > at;
                assert!(anywhere <= 2 || all.iter().any(is_gone), "{name}: {damage:?} at {at}: {anywhere}");
            }
        }
    }
}

#[test]
fn one_large_cluster_goes_on_behind_damage() {
    let bytes = sample("chromium-notimeslice-webm-vp8.webm").bytes;
    let all = blocks(&bytes);
    assert!(all.iter().all(|block| block.cluster == all[0].cluster));
    for place in 1..20 {
        let at = all[0].at + (bytes.len() - all[0].at) / 20 * place;
        for damage in [Damage::Hole(4_096), Damage::Inserted(1), Damage::Noise(700), Damage::Zeros(5_000)] {
            let (_, anywhere) = lost(&bytes, &all, at, damage);
            assert!(anywhere <= 2, "{damage:?} at {at}: {anywhere} of {}", all.len());
        }
    }
}

#[test]
fn the_first_damage_is_told() {
    let bytes = sample("chromium-webm-vp8-opus.webm").bytes;
    let all = blocks(&bytes);
    let hit = &all[100];
    let mut broken = bytes;
    broken[hit.at..hit.at + 300].fill(0);
    let (_, summary) = fix(&broken, Options::default(), broken.len());
    assert_eq!(summary.problem.unwrap().offset, hit.at as u64);
    let mut inspector = Inspector::default();
    inspector.push(&broken);
    let findings = inspector.finish().findings;
    assert!(findings.iter().any(|finding| finding.offset == Some(hit.at as u64)), "{findings:?}");
}

#[test]
fn the_id_of_a_cluster_in_a_block_is_no_cluster() {
    let bytes = sample("chromium-webm-vp8-opus.webm").bytes;
    let all = blocks(&bytes);
    let mut odd = bytes;
    for block in all.iter().filter(|block| block.payload.len() > 200) {
        let header =
            b"\x1F\x43\xB6\x75\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xE7\x81\x05\xA3\x85\x81\0\x05\x80\x09";
        odd[block.end - 150..block.end - 150 + header.len()].copy_from_slice(header);
    }
    for chunk in [1, 1_000, odd.len()] {
        let (out, summary) = fix(&odd, Options::default(), chunk);
        assert_eq!(summary.problem, None);
        assert_eq!(view(&out, true).blocks.len(), all.len());
        assert!(fix(&out, Options::default(), chunk).0 == out);
    }
}
