//! MP4 that lies, breaks off or is no MP4 at all: no byte is lost, nothing is believed, nothing takes long.

#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]
#![cfg(feature = "mp4")]

mod mp4_support;
mod support;

use mp4_support::film::{self, Base, PICTURES, Run, SYNC, Traf, be, put};
use mp4_support::{all, parts, view};
use seekable::{Edit, MemoryFile, Options, ProblemKind, Seekable};
use support::{drain, fix, fix_with, sample};

fn pictures(count: usize) -> Vec<Traf> {
    let frames = (0..count).map(|place| (40, 50, place == 0, 0)).collect();
    let run = Run { frames, stored: [true, true, true, false], has_first_flags: false, has_offset: true };
    vec![Traf { track: PICTURES, base: Base::Moof, time: None, defaults: [None; 3], runs: vec![run] }]
}

fn head() -> Vec<u8> {
    [film::ftyp(), film::moov([40, 0, SYNC])].concat()
}

fn holds(file: &[u8], wanted: &[u8]) -> bool {
    file.windows(wanted.len()).any(|window| window == wanted)
}

fn kind_of(problem: &seekable::Summary) -> Option<ProblemKind> {
    problem.problem.map(|problem| problem.kind)
}

#[test]
fn plain_files_pass_unharmed() {
    let plain = fix(&sample("chromium-kfid1000-mp4-avc1-opus.mp4").bytes).0;
    let (output, summary) = fix(&plain);
    assert!(output == plain);
    assert_eq!((summary.problem, summary.tracks.len()), (None, 2));
    for (size, expected) in [(plain.len() - 1, ProblemKind::CutShort), (100_000, ProblemKind::CutShort)] {
        let (output, summary) = fix(&plain[..size]);
        assert!(output == plain[..size]);
        assert_eq!(kind_of(&summary), Some(expected));
    }
}

#[test]
fn heads_that_can_not_be_read() {
    let fragment = film::fragment(0, &pictures(3), &[], &mut 1);
    let cases: [(Vec<u8>, ProblemKind); 6] = [
        // A fragment before any movie; a movie without a size, cut, or broken inside; a track of nothing.
        ([film::ftyp(), fragment.clone(), film::moov([0; 3])].concat(), ProblemKind::UnreadableHead),
        (film::ftyp(), ProblemKind::CutShort),
        (head()[..200].to_vec(), ProblemKind::CutShort),
        ([head()[..200].to_vec(), vec![0xFF; 2_000], fragment].concat(), ProblemKind::NotAnElement),
        (put(b"moov", &[&put(b"mvex", &[]), &put(b"trak", &[])]), ProblemKind::UnreadableHead),
        ([film::ftyp(), vec![0; 64]].concat(), ProblemKind::NotAnElement),
    ];
    for (number, (input, expected)) in cases.into_iter().enumerate() {
        let (output, summary) = fix(&input);
        assert!(output == input, "{number}");
        assert_eq!(kind_of(&summary), Some(expected), "{number}");
    }
}

#[test]
fn two_plain_files_in_one() {
    let plain = fix(&sample("chromium-kfid1000-mp4-avc1-opus.mp4").bytes).0;
    let (output, summary) = fix(&[plain.clone(), plain.clone()].concat());
    assert!(output == [plain.clone(), plain.clone()].concat());
    assert_eq!(summary.tracks, fix(&plain).1.tracks, "those of the first, which players show");
    let problem = summary.problem.unwrap();
    assert_eq!((problem.kind, problem.offset), (ProblemKind::Trailing, plain.len() as u64));
}

/// Only a `mvex` of the movie's own says that fragments follow.
#[test]
fn a_box_of_that_name_elsewhere_says_nothing() {
    let (mvex, track) = (put(b"mvex", &[]), put(b"trak", &[]));
    let media = put(b"mdat", &[&[7; 20]]);
    let cases = [
        ([media.clone(), put(b"moov", &[&track, &mvex])].concat(), Some(ProblemKind::UnreadableHead)),
        ([media.clone(), put(b"moov", &[&put(b"mdia", &[&mvex]), &track])].concat(), None),
        ([mvex, media, put(b"moov", &[&track])].concat(), None),
    ];
    for (number, (input, expected)) in cases.into_iter().enumerate() {
        let (output, summary) = fix(&input);
        assert!(output == input, "{number}");
        assert_eq!(kind_of(&summary), expected, "{number}");
    }
}

#[test]
fn a_box_of_a_plain_file_ends_with_the_one_it_is_in() {
    let (plain, right) = fix(&sample("chromium-kfid1000-mp4-avc1-opus.mp4").bytes);
    let movie = parts(&plain, 0, plain.len(), false).into_iter().find(|part| part.kind == "moov").unwrap();
    let last = all(&plain, &movie, "trak/mdia/minf/dinf").first().unwrap().at;
    let mut input = plain;
    // It would reach over its track, and over the head of the next one.
    input[last..last + 4].copy_from_slice(&3_000_u32.to_be_bytes());
    let (output, summary) = fix(&input);
    assert!(output == input);
    assert_eq!((summary.tracks.len(), summary.cues), (right.tracks.len(), right.cues));
    assert_eq!(kind_of(&summary), Some(ProblemKind::LongerThanParent));
}

#[test]
fn sizes_that_lie() {
    let mut seed = 1;
    let first = film::fragment(head().len(), &pictures(3), &[], &mut seed);
    for (number, liar) in [
        put(b"free", &[])[..4].iter().copied().chain(*b"\0\0\0\0").collect::<Vec<u8>>(),
        [&be(&[1])[..], b"mdat", &(1u64 << 56).to_be_bytes()].concat(),
        [&be(&[1])[..], b"mdat", &3u64.to_be_bytes()].concat(),
        [&be(&[0xFFFF_FFFF])[..], b"moof", b"what?"].concat(),
        [&be(&[0xFFFF_FFFF])[..], b"skip"].concat(),
        [&be(&[7])[..], b"mdat"].concat(),
    ]
    .into_iter()
    .enumerate()
    {
        let mut input = [head(), first.clone(), liar.clone()].concat();
        let second = film::fragment(input.len(), &pictures(4), &[], &mut seed.clone());
        input.extend(&second);
        let (output, summary) = fix(&input);
        let now = view(&output, false);
        assert!(now.is_plain);
        assert_eq!(now.count(), 7, "{number}: what is behind the lie is found");
        assert!(kind_of(&summary).is_some(), "{number}");
        assert!(holds(&output, &liar), "{number}: no byte is lost");
    }
    // The media itself claims more than there ever was.
    let mut input = [head(), first].concat();
    let media_at = input.len() - 3 * 50 - 8;
    input.splice(media_at..media_at + 8, [&be(&[1])[..], b"mdat", &(1u64 << 56).to_be_bytes()].concat());
    let offset_at = input.windows(4).position(|window| window == b"trun").unwrap() + 15;
    input[offset_at] += 8;
    let second = film::fragment(input.len(), &pictures(4), &[], &mut seed);
    input.extend(&second);
    let (output, summary) = fix(&input);
    assert_eq!(view(&output, false).count(), 7);
    assert_eq!(kind_of(&summary), Some(ProblemKind::LengthTooLarge));
}

/// One length in a whole recording that is not true costs no sample, whether all of the file comes at once or in pieces.
#[test]
fn the_length_of_one_box_lies() {
    let recording = sample("chromium-kfid1000-mp4-avc1-opus.mp4").bytes;
    let wanted = view(&fix(&recording).0, false);
    let boxes = parts(&recording, 0, recording.len(), false);
    for kind in ["moof", "mdat"] {
        let boxes: Vec<_> = boxes.iter().filter(|part| part.kind == kind).collect();
        for lie in [-20, -1, 1, 100, 100_000, 1_000_000, 100_000_000] {
            if kind == "mdat" && lie < 0 {
                continue;
            }
            let (input, at) = (&mut recording.clone(), boxes[3].at);
            let length = i64::try_from(boxes[3].end - at).unwrap() + lie;
            input[at..at + 4].copy_from_slice(&u32::try_from(length).unwrap().to_be_bytes());
            for trims_tail in [false, true] {
                let options = Options { trims_tail, ..Options::default() };
                let (output, summary) = fix_with(options, input);
                let now = view(&output, false);
                assert!(now.is_plain);
                assert_eq!(now.count(), wanted.count(), "{kind:?} {lie} {trims_tail}");
                assert_eq!(kind_of(&summary), Some(ProblemKind::LengthTooLarge));
                let mut seekable = Seekable::new(options);
                let mut file = MemoryFile::default();
                for chunk in input.chunks(1_000) {
                    seekable.push(chunk).unwrap();
                    drain(&mut seekable, &mut file);
                }
                seekable.finish().unwrap();
                drain(&mut seekable, &mut file);
                assert!(file.bytes() == output, "{kind:?} {lie} {trims_tail}: in pieces");
                assert!(fix(&output).0 == output);
            }
        }
    }
}

/// A few bytes that claim billions of samples.
#[test]
fn samples_that_are_not_there() {
    let claim = |size: u32, fields: u32, entries: &[u8]| {
        let tfhd = put(b"tfhd", &[&be(&[0x2_0010, PICTURES, size])]);
        let trun = put(b"trun", &[&be(&[1 | fields, u32::MAX, 100]), entries]);
        let trafs = put(b"traf", &[&tfhd, &trun]).repeat(2_000);
        put(b"moof", &[&put(b"mfhd", &[&be(&[0, 1])]), &trafs])
    };
    for moof in [claim(0, 0, &[]), claim(1, 0, &[]), claim(u32::MAX, 0, &[]), claim(1, 0x200, &[0; 40])] {
        let media = put(b"mdat", &[&[1; 5_000]]);
        let mut input = [head(), moof, media].concat();
        let second = film::fragment(input.len(), &pictures(3), &[], &mut 5);
        input.extend(second);
        let (output, _) = fix(&input);
        assert!(output.len() < input.len() + 2_000_000, "{}", output.len());
        let now = view(&output, false);
        assert!(now.count() >= 3);
        assert!(fix(&output).0 == output);
    }
}

#[test]
fn tables_that_grow_too_large_are_not_made() {
    let input = sample("chromium-mp4-avc3-opus.mp4").bytes;
    let mut options = Options::default();
    options.limits.table_bytes = 3_000;
    let (output, summary) = fix_with(options, &input);
    assert_eq!(kind_of(&summary), Some(ProblemKind::TablesTooLarge));
    let now = view(&output, false);
    assert!(!now.is_plain);
    assert!(now.samples == view(&input, false).samples);
    assert_eq!(mp4_support::check_index(&output, false), 2);
    assert!(fix_with(options, &output).0 == output);
}

#[test]
fn nesting_is_not_followed() {
    let mut bomb = Vec::new();
    for _ in 0..30_000 {
        bomb.splice(0..0, [&be(&[bomb.len() as u32 + 8])[..], b"trak"].concat());
    }
    let (output, summary) = fix(&[film::ftyp(), put(b"moov", &[&bomb])].concat());
    assert_eq!(output.len(), bomb.len() + 8 + film::ftyp().len());
    assert!(summary.tracks.len() <= 128);
    let moof = put(b"moof", &[&put(b"mfhd", &[&be(&[0, 1])]), &bomb]);
    let (output, _) = fix(&[head(), moof.clone(), moof].concat());
    assert!(holds(&output, &bomb[..100]));
}

/// A second recording behind the first is kept, and is not taken for a part of it.
#[test]
fn two_movies() {
    let mut input = [head(), film::fragment(head().len(), &pictures(5), &[], &mut 1)].concat();
    let again = input.clone();
    input.extend(&again);
    let (output, summary) = fix(&input);
    assert_eq!(view(&output, false).count(), 5);
    assert_eq!(kind_of(&summary), Some(ProblemKind::Trailing));
    assert!(holds(&output, &again));
}

#[test]
fn media_without_a_size() {
    let mut input = [head(), film::fragment(head().len(), &pictures(5), &[], &mut 1)].concat();
    let size_at = input.len() - 5 * 50 - 8;
    input[size_at..size_at + 4].fill(0);
    let (output, summary) = fix(&input);
    assert_eq!((view(&output, false).count(), summary.problem), (5, None));
}

#[test]
fn a_million_chunks_of_one_byte() {
    let sample = sample("chromium-kfid1000-mp4-avc1-opus.mp4");
    let mut seekable = Seekable::default();
    let mut file = MemoryFile::default();
    for byte in sample.bytes.iter().chain([0; 395_000].iter()) {
        seekable.push(std::slice::from_ref(byte)).unwrap();
    }
    seekable.finish().unwrap();
    drain(&mut seekable, &mut file);
    assert_eq!(view(file.bytes(), false).count(), view(&sample.bytes, false).count());
}

/// Media of a large fragment is handed on as it comes.
#[test]
fn media_is_not_held() {
    let frames = vec![(40, 100_000, true, 0); 30];
    let run = Run { frames, stored: [true, true, false, false], has_first_flags: false, has_offset: true };
    let traf = Traf { track: PICTURES, base: Base::Moof, time: None, defaults: [None; 3], runs: vec![run] };
    let input = [head(), film::fragment(head().len(), &[traf], &[], &mut 1)].concat();
    for trims_tail in [false, true] {
        let mut options = Options { trims_tail, ..Options::default() };
        options.limits.held_bytes = 100_000;
        let mut seekable = Seekable::new(options);
        let (mut given, mut taken) = (0, 0);
        for chunk in input.chunks(10_000) {
            given += chunk.len();
            seekable.push(chunk).unwrap();
            for edit in seekable.edits() {
                if let Edit::Append(bytes) = edit {
                    taken += bytes.len();
                }
            }
            // The head grew by the room for index and tags.
            assert!(given < taken + 1_000, "{given} {taken}");
        }
    }
}

/// What is no whole sample at the end is left out on demand, and otherwise kept where no reader looks.
#[test]
fn tails() {
    let whole = [head(), film::fragment(head().len(), &pictures(10), &[], &mut 1)].concat();
    let trims = Options { trims_tail: true, ..Options::default() };
    let full = fix(&whole).0;
    assert!(fix_with(trims, &whole).0 == full);
    for cut in (1..=500).step_by(7) {
        let (trimmed, summary) = fix_with(trims, &whole[..whole.len() - cut]);
        assert_eq!(kind_of(&summary), Some(ProblemKind::CutShort));
        let left = (500 - cut) / 50;
        assert_eq!(view(&trimmed, false).count(), left, "{cut}");
        if left > 0 {
            // Nothing but whole samples: media shrinks by 50 bytes a sample.
            let tables = |bytes: &[u8]| parts(bytes, 0, bytes.len(), false).pop().unwrap();
            assert_eq!(tables(&trimmed).at, tables(&full).at - (10 - left) * 50);
        }
        let kept = fix(&whole[..whole.len() - cut]).0;
        assert!(holds(&kept, &whole[whole.len() - 500 - 8..whole.len() - cut]), "{cut}");
    }
}
