//! Every packet of the input is in the output, with the same bytes, timestamps and flags, as another reader sees it; but
//! for sound that Firefox did not flag as key frames.

#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod support;

use std::io::Cursor;

use matroska_demuxer::{Frame, MatroskaFile};
use support::{fix, samples, view};

type Packet = (u64, u64, Option<bool>, Vec<u8>);

fn packets(bytes: &[u8]) -> Vec<Packet> {
    let mut file = MatroskaFile::open(Cursor::new(bytes)).unwrap();
    let mut packets = Vec::new();
    let mut frame = Frame::default();
    while file.next_frame(&mut frame).unwrap() {
        packets.push((frame.track, frame.timestamp, frame.is_keyframe, frame.data.clone()));
    }
    packets
}

#[test]
fn another_reader_sees_the_same_packets() {
    for sample in samples() {
        let (output, _) = fix(&sample.bytes);
        let before = packets(&sample.bytes);
        assert!(before.len() > 20, "{}", sample.name);
        let kinds = view(&output, true).tracks;
        let flagged = |(track, time, is_key, data): Packet| {
            let is_sound = kinds[&track] == 2;
            (track, time, if is_sound { Some(true) } else { is_key }, data)
        };
        let before: Vec<Packet> = before.into_iter().map(flagged).collect();
        assert!(before == packets(&output), "{}", sample.name);
    }
}

/// All that stands between two blocks of the input: headers of elements, a timestamp, another cluster.
const GAP: usize = 128;

#[test]
fn sound_is_flagged_and_nothing_else_of_a_block_changes() {
    let mut changed = 0;
    for sample in samples() {
        let (output, _) = fix(&sample.bytes);
        let after = view(&output, true);
        let mut at = None;
        for block in &after.blocks {
            let is_sound = after.tracks[&block.track] == 2;
            assert!(block.is_key || !is_sound, "{}", sample.name);
            let mut unflagged = block.payload.clone();
            unflagged[3] &= if is_sound { 0x7F } else { 0xFF };
            let from = at.unwrap_or(0);
            let input = &sample.bytes[from..];
            let mut windows = input.windows(block.payload.len());
            let place = windows.position(|window| window == block.payload || window == unflagged);
            let place = place.unwrap_or_else(|| panic!("{} at {}", sample.name, block.time));
            assert!(at.is_none() || place <= GAP, "{} at {}", sample.name, block.time);
            if input[place + 3] != block.payload[3] {
                assert!(sample.name.starts_with("firefox"), "{}", sample.name);
                changed += 1;
            }
            at = Some(from + place + block.payload.len() + block.behind);
        }
    }
    assert!(changed > 500, "{changed}");
}

#[test]
fn opus_tracks_say_their_delay_and_pre_roll() {
    for sample in samples() {
        let (output, _) = fix(&sample.bytes);
        let file = MatroskaFile::open(Cursor::new(&output[..])).unwrap();
        for track in file.tracks().iter().filter(|track| track.codec_id() == "A_OPUS") {
            assert_eq!(track.seek_pre_roll(), Some(80_000_000));
            let firefox = sample.name.starts_with("firefox");
            assert_eq!(track.codec_delay(), Some(if firefox { 6_500_000 } else { 0 }), "{}", sample.name);
        }
    }
}

#[test]
fn stale_cues_and_durations_are_gone() {
    let (output, _) = fix(&support::sample("chromium-notimeslice-webm-vp8.webm").bytes);
    let parts = view(&output, true).parts;
    assert_eq!(parts.iter().filter(|id| **id == 0x1C53_BB6B).count(), 1);
    assert_eq!(parts.iter().filter(|id| **id == 0x114D_9B74).count(), 1);
    assert_eq!(parts[..2], [0x114D_9B74, 0xEC]);
    assert_eq!(parts.last(), Some(&0x1F43_B675));
}
