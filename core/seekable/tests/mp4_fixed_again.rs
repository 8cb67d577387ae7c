//! What comes out of a damaged MP4 comes out of a second repair as it is.

#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]
#![cfg(feature = "mp4")]

mod mp4_support;
mod support;

use mp4_support::film::{self, Base, PICTURES, Run, SYNC, Traf, put};
use mp4_support::{parts, view};
use seekable::{Container, MemoryFile, Metadata, Options, ProblemKind, Seekable, Summary};
use support::{drain, fix_with, sample};

fn trims() -> Options {
    Options { trims_tail: true, ..Options::default() }
}

/// `count` key frames of 50 bytes.
fn fragment(count: usize) -> Vec<u8> {
    let run = Run {
        frames: vec![(40, 50, true, 0); count],
        stored: [true, true, true, false],
        has_first_flags: false,
        has_offset: true,
    };
    let traf = Traf { track: PICTURES, base: Base::Moof, time: None, defaults: [None; 3], runs: vec![run] };
    film::fragment(0, &[traf], &[], &mut 1)
}

/// Repairs twice, and gives what both gave.
fn twice(options: Options, input: &[u8]) -> (Vec<u8>, Summary) {
    let (once, summary) = fix_with(options, input);
    let (again, second) = fix_with(options, &once);
    assert!(once == again, "{} bytes, and {} the second time", once.len(), again.len());
    assert_eq!((summary.cues, summary.duration), (second.cues, second.duration));
    (once, summary)
}

/// A box that ends in the bytes of our own front box is not that box.
#[test]
fn a_box_that_ends_like_the_one_in_front() {
    let ftyp = put(b"ftyp", &[b"isom\0\0\0\0", &put(b"free", &[&[0; 8]])]);
    let input = [ftyp.clone(), film::moov([40, 0, SYNC]), fragment(5)].concat();
    for options in [Options::default(), trims()] {
        let (output, summary) = twice(options, &input);
        assert!(output.starts_with(&ftyp));
        assert_eq!(parts(&output, 0, output.len(), false)[1].kind, "mdat");
        assert_eq!((view(&output, false).count(), summary.cues), (5, 5));
    }
}

/// A recording without `ftyp`: what comes out begins with `mdat`, and is known as MP4 all the same.
#[test]
fn a_recording_without_a_brand() {
    let input = [film::moov([40, 0, SYNC]), fragment(5)].concat();
    let (output, summary) = twice(Options::default(), &input);
    assert_eq!((summary.container, summary.cues), (Container::Mp4, 5));
    assert_eq!(parts(&output, 0, output.len(), false)[0].kind, "mdat");
    assert_eq!(fix_with(Options::default(), &output).1.container, Container::Mp4);
}

/// The sample tables of a head are written anew at the end only; whether that can be done is known before.
#[test]
fn a_head_with_broken_tables() {
    let mut moov = film::moov([40, 0, SYNC]);
    let stsd = moov.windows(4).position(|window| window == b"stsd").unwrap();
    // What follows it is inside of the description, and no box.
    moov[stsd - 1] -= 9;
    let input = [film::ftyp(), moov, fragment(5)].concat();
    let (output, summary) = twice(Options::default(), &input);
    assert!(output == input);
    assert_eq!(summary.problem.map(|problem| problem.kind), Some(ProblemKind::UnreadableHead));
}

/// A recording that stays fragmented, for its only fragment lies: a track's part ends behind it. Its room for what is said
/// is as long the second time, however much of it was used, and whatever user data it came with.
#[test]
fn a_fragment_that_lies_and_something_said() {
    let mut lying = fragment(5);
    let traf = lying.windows(4).position(|window| window == b"traf").unwrap();
    lying[traf - 1] += 1;
    let options = Options { index_bytes: 600, metadata_bytes: 300, ..Options::default() };
    for existing in [0, 200, 277, 285] {
        let titled = put(b"\xA9xyz", &[&vec![b'x'; existing]]);
        let udta = if existing > 0 { put(b"udta", &[&titled]) } else { Vec::new() };
        let input = [film::ftyp(), film::moov_with(&udta, [40, 0, SYNC]), lying.clone()].concat();
        let mut titles = 0;
        for title in 0..700 {
            let mut seekable = Seekable::new(options);
            let mut file = MemoryFile::default();
            seekable
                .set_metadata(Metadata { title: Some("t".repeat(title)), ..Metadata::default() })
                .unwrap();
            seekable.push(&input).unwrap();
            let summary = seekable.finish().unwrap();
            drain(&mut seekable, &mut file);
            assert_eq!(summary.problem.map(|problem| problem.kind), Some(ProblemKind::NotAnElement));
            titles += usize::from(file.bytes().windows(4).any(|window| window == b"\xA9nam"));
            let (again, _) = fix_with(options, file.bytes());
            let differs = again.iter().zip(file.bytes()).position(|(new, old)| new != old);
            assert!(again == file.bytes(), "{existing} and {title}: {differs:?}");
        }
        // The others have no room.
        assert!((1..700).contains(&titles), "{existing}: {titles}");
    }
}

/// Fragments of which no sample is there, with nothing worth keeping behind them.
#[test]
fn fragments_of_nothing_at_the_end() {
    let head = [film::ftyp(), film::moov([40, 0, SYNC])].concat();
    let whole = fragment(5);
    let moof = &whole[..whole.len() - 5 * 50 - 8];
    let empty = fragment(0);
    let empty = &empty[..empty.len() - 8];
    let mut broken = moof.to_vec();
    // The size of the first box in it.
    broken[8..12].fill(0xFF);
    let mut zero = moof.to_vec();
    zero[moof.len() / 2..].fill(0);
    let pieces = [moof, empty, &broken, &zero, &whole[..whole.len() - 230], &[0; 5], &[0; 700]];
    for first in pieces {
        for second in pieces {
            for third in pieces {
                let input = [&head, first, second, third].concat();
                twice(trims(), &input);
                twice(Options::default(), &input);
            }
        }
    }
}

/// Zeros up to behind the end of the only fragment are no pictures: not the first time, and not from then on. Whether
/// an index of them was written before does not matter.
#[test]
fn a_fragment_of_zeros() {
    let mut input = [film::ftyp(), film::moov([40, 0, SYNC]), fragment(5)].concat();
    let end = input.len();
    input[end - 230..].fill(0);
    input.resize(end + 300, 0);
    for options in [Options::default(), trims()] {
        let (output, summary) = twice(options, &input);
        assert_eq!((view(&output, false).count(), summary.cues, summary.duration), (0, 0, None));
        let mut seekable = Seekable::new(options);
        let mut file = MemoryFile::default();
        for chunk in input.chunks(60) {
            seekable.push(chunk).unwrap();
            seekable.checkpoint();
            drain(&mut seekable, &mut file);
        }
        seekable.finish().unwrap();
        drain(&mut seekable, &mut file);
        assert!(file.bytes() == output);
    }
}

/// Some of the zeros end the media, the others are left out or not: all of them count.
#[test]
fn zeros_around_the_end_of_media() {
    let whole = [film::ftyp(), film::moov([40, 0, SYNC]), fragment(5)].concat();
    for missing in 1..=64 {
        let mut input = whole[..whole.len() - missing].to_vec();
        input.resize(input.len() + 65, 0);
        for options in [Options::default(), trims()] {
            let (output, _) = twice(options, &input);
            assert_eq!(view(&output, false).count(), (250 - missing) / 50, "{missing}");
        }
    }
}

/// Cut inside of the first fragment, with the zeros of a power cut up to behind its end.
#[test]
fn a_head_of_a_fragment_that_is_zero_in_part() {
    let all = sample("chromium-mp4-avc3-opus.mp4").bytes;
    for end in (1_230..2_870).step_by(25) {
        let mut input = all[..end].to_vec();
        input.resize(2_881, 0);
        twice(trims(), &input);
    }
}

/// An `mdat` that says to be longer than its fragment's media, past the next fragments or the end of the file: all of them are
/// there all the same.
#[test]
fn media_whose_length_lies() {
    let head = [film::ftyp(), film::moov([40, 0, SYNC])].concat();
    for more in [20, 300, 10_000, 20_000_000, 0x2000_0000] {
        let mut lying = fragment(5);
        let at = lying.windows(4).position(|window| window == b"mdat").unwrap() - 4;
        let size = (lying.len() - at + more) as u32;
        lying[at..at + 4].copy_from_slice(&size.to_be_bytes());
        let input = [&head[..], &lying, &fragment(4), &fragment(3)].concat();
        // One that is small enough to be held, and never whole, is left at its last sample where tails are trimmed.
        let is_left = more == 10_000;
        for options in
            [Options::default(), trims()].into_iter().filter(|options| !(is_left && options.trims_tail))
        {
            let (output, summary) = twice(options, &input);
            assert_eq!((view(&output, false).count(), summary.cues), (12, 12), "{more}");
            assert_eq!(summary.problem.map(|problem| problem.kind), Some(ProblemKind::LengthTooLarge));
            let mut seekable = Seekable::new(options);
            let mut file = MemoryFile::default();
            for chunk in input.chunks(7) {
                seekable.push(chunk).unwrap();
                seekable.checkpoint();
                drain(&mut seekable, &mut file);
            }
            seekable.finish().unwrap();
            drain(&mut seekable, &mut file);
            assert!(file.bytes() == output, "how it was cut changes the file");
        }
    }
}
