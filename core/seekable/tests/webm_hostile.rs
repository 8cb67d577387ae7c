//! Input that was made to hurt: nothing panics, hangs, grows, or comes out as something that is no WebM.

#![cfg(feature = "webm")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod support;

use proptest::prelude::*;
use seekable::{MemoryFile, Options, ProblemKind, Resumed, Seekable};
use support::{check_structure, drain, fix, fix_with, sample};

const HEAD: usize = 0xBD;

fn head() -> Vec<u8> {
    sample("chromium-webm-vp8-opus.webm").bytes[..HEAD].to_vec()
}

/// IDs that mean something, and some that do not.
const IDS: [&[u8]; 22] = [
    b"\x1A\x45\xDF\xA3",
    b"\x18\x53\x80\x67",
    b"\x1F\x43\xB6\x75",
    b"\x1F\x43\xB6\x75",
    b"\x1C\x53\xBB\x6B",
    b"\x11\x4D\x9B\x74",
    b"\x15\x49\xA9\x66",
    b"\x16\x54\xAE\x6B",
    b"\x10\x43\xA7\x70",
    b"\x12\x54\xC3\x67",
    b"\xA3",
    b"\xA3",
    b"\xA0",
    b"\xA1",
    b"\xE7",
    b"\xE7",
    b"\xEC",
    b"\xBF",
    b"\xAB",
    b"\xFB",
    b"\x75\xA2",
    b"\x5A\xAA",
];

/// An element that may lie about its length, with a payload that may hold others.
fn element() -> impl Strategy<Value = Vec<u8>> {
    let leaf = prop::collection::vec(prop_oneof![Just(0x81u8), Just(0u8), Just(0xFFu8), any::<u8>()], 0..12);
    leaf.prop_recursive(6, 64, 5, |inner| {
        (0..IDS.len(), prop::collection::vec(inner, 0..5), 0u8..12, any::<u64>()).prop_map(
            |(id, children, kind, lie)| {
                let payload = children.concat();
                let size = match kind {
                    0 => vec![0xFF],
                    1 => b"\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF".to_vec(),
                    2 => (lie & ((1 << 56) - 1) | 1 << 56).to_be_bytes().to_vec(),
                    3 => vec![0x80 | (lie as u8 & 0x7F)],
                    4 => vec![0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE],
                    _ => (payload.len() as u64 | 1 << 56).to_be_bytes().to_vec(),
                };
                [IDS[id], &size, &payload].concat()
            },
        )
    })
}

/// Fixes in small pieces, with checkpoints, and small limits.
fn fix_slowly(bytes: &[u8], piece: usize, options: Options) -> Vec<u8> {
    let mut seekable = Seekable::new(options);
    let mut file = MemoryFile::default();
    for piece in bytes.chunks(piece) {
        seekable.push(piece).unwrap();
        seekable.checkpoint();
        drain(&mut seekable, &mut file);
    }
    seekable.finish().unwrap();
    drain(&mut seekable, &mut file);
    file.into_bytes()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nested_lies(
        before in prop::collection::vec(element(), 0..3),
        elements in prop::collection::vec(element(), 1..8),
        piece in 1usize..60,
        small in any::<bool>(),
        trims in any::<bool>(),
    ) {
        let mut options = Options { trims_tail: trims, ..Options::default() };
        if small {
            options.limits.held_bytes = 1_024;
            options.limits.head_bytes = 2_000;
            options.index_bytes = 256;
            options.metadata_bytes = 256;
        }
        // Behind the head, and in the middle of it.
        let head = head();
        let input = [&head[..HEAD], &elements.concat()].concat();
        let once = fix_with(options, &input).0;
        check_structure(&once);
        prop_assert!(fix_slowly(&input, piece, options) == once);
        let twice = fix_with(options, &once).0;
        prop_assert!(twice == once, "{} {}", once.len(), twice.len());
        let segment = 0x35;
        let input = [&head[..segment], &before.concat(), &head[segment..], &elements.concat()].concat();
        let once = fix_with(options, &input).0;
        prop_assert!(fix_slowly(&input, piece, options) == once);
        let _ = Resumed::new(&input, input.len() as u64, options);
    }

    /// A head of ours in which anything was changed: it is refused, or completed without harm.
    #[test]
    fn a_head_that_was_tampered_with(
        damage in prop::collection::vec((0usize..1_500, any::<u8>()), 1..5),
        far in prop::option::of((0usize..66_000, any::<u8>())),
    ) {
        let mut file = fix(&sample("chromium-slice100-webm-vp8.webm").bytes).0;
        for (at, value) in damage.into_iter().chain(far) {
            file[at] = value;
        }
        let _ = fix(&file);
        if let Ok(mut resumed) = Resumed::new(&file, file.len() as u64, Options::default()) {
            let from = file.len().min(resumed.offset() as usize);
            resumed.push(&file[from..]);
            let repair = resumed.finish();
            prop_assert!(repair.truncate_to <= file.len() as u64);
            let mut out = MemoryFile::from(file[..repair.truncate_to as usize].to_vec());
            for edit in &repair.edits {
                prop_assert!(out.apply(edit).is_ok());
            }
        }
    }
}

/// Deep nesting costs nothing, since nothing is read recursively.
#[test]
fn nesting_bombs() {
    for id in [&b"\xA0"[..], b"\x1F\x43\xB6\x75", b"\x16\x54\xAE\x6B", b"\x5A\xAA"] {
        let bomb = [id, &[0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE]].concat().repeat(50_000);
        let out = fix(&[head(), bomb.clone()].concat()).0;
        assert!(out.len() < 3 * bomb.len() + 100_000);
    }
}

/// As many tracks as there may be, blocks that are laced without end, and cues in the wrong order. With one track more,
/// or thousands, the file passes through.
#[test]
fn much_of_everything() {
    for (count, problem) in
        [(256, None), (257, Some(ProblemKind::UnreadableHead)), (80_000, Some(ProblemKind::UnreadableHead))]
    {
        let bytes = much(count);
        let (out, summary) = fix(&bytes);
        let expected = if problem.is_none() { 256 } else { 0 };
        assert_eq!((summary.tracks.len(), summary.problem.map(|problem| problem.kind)), (expected, problem));
        assert!(problem.is_none() || out == bytes);
        assert!(fix(&out).0 == out);
    }
}

fn much(count: u32) -> Vec<u8> {
    let mut tracks = Vec::new();
    for number in 0..count {
        let [_, high, middle, low] = number.to_be_bytes();
        tracks.extend_from_slice(&[0xAE, 0x88, 0xD7, 0x83, high, middle, low, 0x83, 0x81, 1]);
        let end = tracks.len();
        tracks[end - 9] = 0x88;
    }
    let mut bytes =
        b"\x1A\x45\xDF\xA3\x87\x42\x82\x84webm\x18\x53\x80\x67\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF".to_vec();
    bytes.extend_from_slice(&[0x16, 0x54, 0xAE, 0x6B]);
    bytes.extend_from_slice(&(tracks.len() as u32 | 0x1000_0000).to_be_bytes());
    bytes.extend_from_slice(&tracks);
    for time in (0..20_000u32).rev() {
        bytes.extend_from_slice(b"\x1F\x43\xB6\x75\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xE7\x84");
        bytes.extend_from_slice(&time.to_be_bytes());
        let [_, high, middle, low] = (time * 4).to_be_bytes();
        bytes.extend_from_slice(&[0xA3, 0x8A, 0x20 | high, middle, low, 0, 0, 0x86, 0xFF, 0xFF, 0xFF, 0xFF]);
    }
    bytes
}
