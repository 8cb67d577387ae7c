//! Sound is flagged as key frames where all of its codec are, in blocks of any size, at any time; Firefox forgets it,
//! and players then fail to seek to the start.

#![cfg(feature = "webm")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod support;

use seekable::{MemoryFile, Options, Seekable};
use support::{drain, fix, fix_with, view};

fn put(id: &[u8], payload: &[u8]) -> Vec<u8> {
    let size = (payload.len() as u64 | 1 << 56).to_be_bytes();
    [id, &size[..], payload].concat()
}

/// A recording of a picture and a sound of this codec.
fn head(codec: &str) -> Vec<u8> {
    let video = put(&[0xAE], b"\xD7\x81\x01\x83\x81\x01\x86\x85V_VP8");
    let audio = put(&[0xAE], &[b"\xD7\x81\x02\x83\x81\x02", &put(&[0x86], codec.as_bytes())[..]].concat());
    let mut out = put(b"\x1A\x45\xDF\xA3", b"\x42\x82\x84webm");
    out.extend_from_slice(b"\x18\x53\x80\x67\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF");
    out.extend_from_slice(&put(b"\x16\x54\xAE\x6B", &[video, audio].concat()));
    out
}

fn block(track: u8, flags: u8, length: usize) -> Vec<u8> {
    let mut payload = vec![0x80 | track, 0, 5, flags];
    payload.resize(length, 9);
    put(&[0xA3], &payload)
}

fn recording(codec: &str, flags: u8, length: usize) -> Vec<u8> {
    let children = [
        &b"\xE7\x81\0"[..],
        &block(1, 0x80, 90),
        &block(2, flags, length),
        &block(1, 0, 50),
        &block(2, flags | 0x08, length),
        &block(2, 0x80, length),
        // No track of the file.
        &block(3, 0, length),
    ];
    [head(codec), put(b"\x1F\x43\xB6\x75", &children.concat())].concat()
}

/// Flags of the blocks of sound.
fn sound(bytes: &[u8]) -> Vec<u8> {
    let blocks = view(bytes, true).blocks;
    assert_eq!(
        blocks.iter().filter(|block| block.track == 1).map(|block| block.payload[3]).sum::<u8>(),
        0x80
    );
    assert_eq!(blocks.last().map(|block| (block.track, block.is_key)), Some((3, false)));
    blocks.iter().filter(|block| block.track == 2).map(|block| block.payload[3]).collect()
}

#[test]
fn of_codecs_that_have_nothing_else() {
    for (codec, is_flagged) in [
        ("A_OPUS", true),
        ("A_PCM/INT/LIT", true),
        ("A_PCM/FLOAT/IEEE", true),
        ("A_VORBIS", true),
        ("A_AAC", true),
        ("A_AAC/MPEG4/LC", true),
        ("A_FLAC", true),
        ("A_MPEG/L3", true),
        ("A_TRUEHD", false),
        ("A_UNKNOWN", false),
    ] {
        let (out, summary) = fix(&recording(codec, 0, 70));
        assert_eq!(summary.problem, None);
        let wanted = if is_flagged { [0x80, 0x88, 0x80] } else { [0, 0x08, 0x80] };
        assert_eq!(sound(&out), wanted, "{codec}");
        assert!(fix(&out).0 == out);
    }
}

#[test]
fn in_blocks_that_are_too_large_to_be_held_and_while_recording() {
    let mut options = Options::default();
    options.limits.held_bytes = 1_024;
    for length in [30, 3_000] {
        let input = recording("A_OPUS", 0, length);
        let (whole, _) = fix_with(options, &input);
        assert_eq!(sound(&whole), [0x80, 0x88, 0x80]);
        assert!(fix_with(options, &whole).0 == whole);
        assert!(fix(&input).0 == whole);
        for chunk in [1, 7, 100, 1_111] {
            let mut seekable = Seekable::new(options);
            let mut file = MemoryFile::default();
            for chunk in input.chunks(chunk) {
                seekable.push(chunk).unwrap();
                seekable.checkpoint();
                drain(&mut seekable, &mut file);
                if file.bytes().len() > 1_000 {
                    // What is shown is flagged.
                    let blocks = view(file.bytes(), true).blocks;
                    assert!(blocks.iter().all(|block| block.track != 2 || block.is_key));
                }
            }
            seekable.finish().unwrap();
            drain(&mut seekable, &mut file);
            assert!(file.bytes() == whole, "{length} {chunk}");
        }
        // A block that was cut short is not touched.
        let end = input.len() - 2 * (length + 9) - 10;
        let (cut, _) = fix_with(options, &input[..end]);
        assert_eq!(view(&cut, true).blocks.len(), 3);
        assert!(fix_with(options, &cut).0 == cut);
    }
}

/// The checksum of a cluster holds no longer where a flag in it was set.
#[test]
fn a_checksum_that_does_not_hold_is_void() {
    for (flags, id) in [(0x80, 0xBF), (0, 0xEC)] {
        let children =
            [&b"\xBF\x84\x01\x02\x03\x04\xE7\x81\0"[..], &block(1, 0x80, 90), &block(2, flags, 90)];
        let input = [head("A_OPUS"), put(b"\x1F\x43\xB6\x75", &children.concat())].concat();
        let (out, _) = fix(&input);
        let wanted = [id, 0x84, 1, 2, 3, 4, 0xE7];
        assert!(out.windows(wanted.len()).any(|window| window == wanted), "{flags}");
        assert!(view(&out, true).blocks.iter().all(|block| block.is_key));
        assert!(fix(&out).0 == out);
    }
}
