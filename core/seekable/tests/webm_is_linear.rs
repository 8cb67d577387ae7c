//! Time grows with the bytes, however they are cut, and memory does not. Figures: `cargo test --release -p seekable
//! --test webm_is_linear -- --ignored --nocapture`.

#![cfg(feature = "webm")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "these are tests")]
#![allow(clippy::disallowed_methods, reason = "time is measured")]

mod support;

use std::time::Instant;

use seekable::{EditRef, Options, Seekable};
use support::sample;

/// Clusters of a second, as Chromium writes them, and where their timestamps are.
struct Lap {
    bytes: Vec<u8>,
    timestamps: Vec<usize>,
}

fn lap(seconds: usize) -> Lap {
    let mut bytes = Vec::new();
    let mut timestamps = Vec::new();
    for _ in 0..seconds {
        bytes.extend_from_slice(b"\x1F\x43\xB6\x75\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xE7\x88");
        timestamps.push(bytes.len());
        bytes.extend_from_slice(&[0; 8]);
        for frame in 0..30u16 {
            let size: u32 = if frame == 0 { 60_000 } else { 8_000 };
            let [_, high, middle, low] = size.to_be_bytes();
            bytes.extend_from_slice(&[0xA3, 0x20 | high, middle, low, 0x81]);
            bytes.extend_from_slice(&(frame * 33).to_be_bytes());
            bytes.push(if frame == 0 { 0x80 } else { 0 });
            bytes.resize(bytes.len() + size as usize - 4, frame as u8);
            bytes.extend_from_slice(&[0xA3, 0x41, 0x04, 0x82]);
            bytes.extend_from_slice(&(frame * 33).to_be_bytes());
            bytes.extend_from_slice(&[0x80, 0x98]);
            bytes.resize(bytes.len() + 0x100 - 1, 1);
        }
    }
    Lap { bytes, timestamps }
}

/// Pushes so many bytes in chunks of a size; gives how many were to be written, and how many of them over others.
fn run(total: usize, chunk: usize) -> (usize, usize) {
    let mut seekable = Seekable::new(Options::default());
    let (mut written, mut overwritten) = (0, 0);
    let mut drain = |seekable: &mut Seekable| {
        seekable
            .lend_edits(|edit| {
                match edit {
                    EditRef::Append(bytes) => written += bytes.len(),
                    EditRef::Overwrite { bytes, .. } => overwritten += bytes.len(),
                }
                Ok::<(), ()>(())
            })
            .unwrap();
    };
    seekable.push(&sample("chromium-webm-vp8-opus.webm").bytes[..0xBD]).unwrap();
    let mut lap = lap(20);
    for number in 0..total.div_ceil(lap.bytes.len()) {
        for (second, at) in lap.timestamps.iter().enumerate() {
            let time = ((number * lap.timestamps.len() + second) * 1_000) as u64;
            lap.bytes[*at..at + 8].copy_from_slice(&time.to_be_bytes());
        }
        for chunk in lap.bytes.chunks(chunk) {
            seekable.push(chunk).unwrap();
            drain(&mut seekable);
        }
    }
    let summary = seekable.finish().unwrap();
    drain(&mut seekable);
    assert!(summary.cues > 10 && summary.problem.is_none());
    assert_eq!(written as u64, summary.output_length);
    (written, overwritten)
}

#[test]
#[ignore = "only for figures"]
fn figures() {
    for (gigabytes, chunk) in [(1, 64 << 10), (4, 256 << 10), (4, 1 << 20), (1, 4096)] {
        let start = Instant::now();
        let (written, overwritten) = run(gigabytes * 1_000_000_000, chunk);
        let seconds = start.elapsed().as_secs_f64();
        println!(
            "{gigabytes} GB in chunks of {chunk}: {:.2} GB/s, {written} bytes, {overwritten} overwritten",
            gigabytes as f64 / seconds
        );
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    println!("{:?}", status.lines().find(|line| line.starts_with("VmHWM")));
}

/// Quadratic code would need hours for this.
#[test]
fn an_element_of_4_mib_byte_by_byte() {
    let mut seekable = Seekable::new(Options::default());
    let (head, lap) = (sample("chromium-webm-vp8-opus.webm").bytes, lap(1));
    seekable.push(&head[..0xBD]).unwrap();
    seekable.push(&lap.bytes[..lap.timestamps[0] + 8]).unwrap();
    let size = 4 * 1024 * 1024 - 20u32;
    seekable.push(&[0xA3]).unwrap();
    seekable.push(&(size | 0x1000_0000).to_be_bytes()).unwrap();
    seekable.push(&[0x81, 0, 0, 0x80]).unwrap();
    for _ in 4..size {
        seekable.push(&[7]).unwrap();
    }
    seekable.push(&[0xA3, 0x85, 0x81, 0, 9, 0, 1]).unwrap();
    let summary = seekable.finish().unwrap();
    assert_eq!((summary.cues, summary.problem), (1, None));
    assert_eq!(summary.duration.unwrap().as_millis(), 9 + 9);
}

/// What may be blocks behind damage, each two megabytes long, at every ninth byte.
#[cfg(feature = "webm-repair")]
#[test]
fn looking_for_blocks_behind_damage_takes_no_longer_than_reading() {
    let head = &sample("chromium-webm-vp8-opus.webm").bytes[..0xBD];
    let block = b"\xA3\x85\x81\0\x05\x80\x09";
    for candidate in [&b"\xA3\x10\x20\0\x03\x81\0\x09\x80"[..], b"\xA3\x10\x20\0\x04\x81\0\x09\x80"] {
        let cluster: &[u8] = b"\x1F\x43\xB6\x75\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xE7\x81\0";
        let mut bytes = [head, cluster, block, b"\0"].concat();
        bytes.extend(candidate.iter().cycle().take(8_000_000));
        let begun = Instant::now();
        let mut seekable = Seekable::new(Options::default());
        let mut written = 0;
        for chunk in bytes.chunks(500) {
            seekable.push(chunk).unwrap();
            seekable
                .lend_edits(|edit| {
                    written += if let EditRef::Append(bytes) = edit { bytes.len() } else { 0 };
                    Ok::<(), ()>(())
                })
                .unwrap();
        }
        let summary = seekable.finish().unwrap();
        assert_eq!(summary.problem.unwrap().offset, (head.len() + cluster.len() + block.len()) as u64);
        // It takes a tenth of a second; looking at all that is held with each chunk would take minutes.
        assert!(begun.elapsed().as_secs() < 20);
        assert!(written > 4_000_000);
    }
}
