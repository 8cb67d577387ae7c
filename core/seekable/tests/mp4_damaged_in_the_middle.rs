//! Bytes are missing within the media of a fragment: its box reaches into the next fragments then. They are found there, and only
//! where the box is not right.

#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]
#![cfg(feature = "mp4-repair")]

mod mp4_support;
mod support;

use mp4_support::{Part, View, parts, view};
use seekable::{MemoryFile, Options, ProblemKind, Seekable};
use support::resumed::resume;
use support::{drain, fix, fix_with, sample};

/// Ten fragments of pictures and sound.
fn recording() -> (Vec<u8>, Vec<Part>) {
    let bytes = sample("chromium-kfid1000-mp4-avc1-opus.mp4").bytes;
    let boxes = parts(&bytes, 0, bytes.len(), false);
    (bytes, boxes)
}

fn of_kind<'a>(boxes: &'a [Part], kind: &str) -> Vec<&'a Part> {
    boxes.iter().filter(|part| part.kind == kind).collect()
}

/// All samples of `some` are among those of `all`, in their order.
fn holds(all: &View, some: &View) -> bool {
    some.samples.iter().all(|(track, samples)| {
        let mut rest = all.samples[track].iter();
        samples.iter().all(|sample| rest.any(|other| other.data == sample.data))
    })
}

/// The same however it comes; afterwards nothing is left to do.
fn in_pieces(input: &[u8], options: Options, output: &[u8], what: &str) {
    for length in [1_000, 4_096, 100_003] {
        let mut seekable = Seekable::new(options);
        let mut file = MemoryFile::default();
        for chunk in input.chunks(length) {
            seekable.push(chunk).unwrap();
            drain(&mut seekable, &mut file);
        }
        seekable.finish().unwrap();
        drain(&mut seekable, &mut file);
        assert!(file.bytes() == output, "{what}: in pieces of {length}");
    }
    assert!(fix_with(options, output).0 == output, "{what}: another time changes it");
}

#[test]
fn the_next_fragment_is_found_where_bytes_are_missing() {
    let (bytes, boxes) = recording();
    let (heads, media) = (of_kind(&boxes, "moof"), of_kind(&boxes, "mdat"));
    for (damaged, missing) in
        [1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 23, 24, 25, 40, 100, 300, 475, 476, 477, 490]
            .map(|missing| (3, missing))
            .into_iter()
            .chain([(3, 40_000), (0, 16), (8, 10), (8, 16), (8, 55_000)])
    {
        let middle = (media[damaged].data + media[damaged].end) / 2;
        let from = middle.min(media[damaged].end - missing - 100);
        let input = [&bytes[..from], &bytes[from + missing..]].concat();
        let others = [&bytes[..heads[damaged].at], &bytes[media[damaged].end..]].concat();
        let others = view(&fix(&others).0, false);
        for trims_tail in [false, true] {
            let what = format!("{missing} bytes of {damaged}, {trims_tail}");
            let options = Options { trims_tail, ..Options::default() };
            let (output, summary) = fix_with(options, &input);
            let now = view(&output, false);
            assert!(now.is_plain, "{what}");
            assert!(holds(&now, &others), "{what}: {} of {}", now.count(), others.count());
            assert!(now.count() > others.count(), "{what}: what is in front of it stays");
            assert_eq!(summary.problem.unwrap().kind, ProblemKind::LengthTooLarge, "{what}");
            assert_eq!(summary.problem.unwrap().offset, (heads[damaged + 1].at - missing) as u64, "{what}");
            in_pieces(&input, options, &output, &what);
        }
    }
}

/// What stays in fragments says what is there, too: it is read again in the same way.
#[test]
fn what_stays_fragmented_is_right_as_well() {
    let (bytes, boxes) = recording();
    let (heads, media) = (of_kind(&boxes, "moof"), of_kind(&boxes, "mdat"));
    let mut options = Options::default();
    options.limits.table_bytes = 1_000;
    let others = [&bytes[..heads[3].at], &bytes[media[3].end..]].concat();
    let others = view(&fix_with(options, &others).0, false);
    for missing in [3, 8, 15, 16, 24, 600] {
        let from = media[3].end - 5_000;
        let input = [&bytes[..from], &bytes[from + missing..]].concat();
        let (output, summary) = fix_with(options, &input);
        let now = view(&output, false);
        assert!(!now.is_plain && holds(&now, &others), "{missing}: {} of {}", now.count(), others.count());
        assert_eq!(of_kind(&parts(&output, 0, output.len(), false), "moof").len(), 9, "{missing}");
        assert_eq!(summary.cues, 9, "{missing}");
        in_pieces(&input, options, &output, &missing.to_string());
    }
}

/// A file of ours is mended where it is.
#[test]
fn in_place() {
    let (bytes, boxes) = recording();
    let mut seekable = Seekable::new(Options::default());
    let mut file = MemoryFile::default();
    seekable.push(&bytes).unwrap();
    drain(&mut seekable, &mut file);
    let ours = file.into_bytes();
    let added = ours.len() - bytes.len();
    let media = of_kind(&boxes, "mdat");
    for missing in [1, 8, 16, 24, 500] {
        let from = media[3].end + added - 5_000;
        let damaged = [&ours[..from], &ours[from + missing..]].concat();
        let (once, repair, _) = resume(&damaged, None).unwrap();
        assert_eq!(repair.summary.problem.unwrap().kind, ProblemKind::LengthTooLarge, "{missing}");
        let other = fix_with(Options { trims_tail: true, ..Options::default() }, &damaged).0;
        assert_eq!(view(&once, false).samples, view(&other, false).samples, "{missing}");
    }
}

#[test]
fn a_fragment_inside_of_media_that_is_right_is_media() {
    let (bytes, boxes) = recording();
    let (heads, media) = (of_kind(&boxes, "moof"), of_kind(&boxes, "mdat"));
    let wanted = view(&fix(&bytes).0, false).count();
    for place in [3, 9] {
        let next = heads.get(place + 1).unwrap_or(&heads[place]);
        let mut inner = bytes[next.at..next.end + 8].to_vec();
        inner[23] = 99;
        let at = media[place].end - 20_000;
        let mut input = bytes.clone();
        input[at..at + inner.len()].copy_from_slice(&inner);
        // The one that is last may have what is no box behind it.
        for tail in [&b""[..], &[0; 7]] {
            let input = if place == 9 { [&input, tail].concat() } else { input.clone() };
            let (output, _) = fix(&input);
            assert_eq!(view(&output, false).count(), wanted, "{place}");
            in_pieces(&input, Options::default(), &output, &place.to_string());
        }
    }
}
