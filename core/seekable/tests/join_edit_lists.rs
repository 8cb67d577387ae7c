//! What an edit list hides of a part stays hidden when parts are joined, and what it shows is shown: one part after the other.
#![cfg(all(feature = "webm", feature = "mp4-repair"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod edit_support;
mod mp4_support;
mod parts_support;

use edit_support::{edits, moov, shown, with_edits};
use mp4_support::{all, u32_at};
use parts_support::{fix, join, packets, parts, read};
use seekable::{Gaps, PartsError, SplitAt};

const NAME: &str = "chromium-kfid1000-mp4-avc1-opus.mp4";

/// Fails where a sample lasts no time; the last one may.
fn check_durations(bytes: &[u8]) {
    for stts in all(bytes, &moov(bytes), "trak/mdia/minf/stbl/stts") {
        let count = u32_at(bytes, stts.data + 4) as usize;
        for index in 0..count {
            assert_ne!(u32_at(bytes, stts.data + 12 + 8 * index), 0, "entry {index} of {count}");
        }
    }
}

/// Joins, and fails unless players show first one part and then the other, which begins at `at` milliseconds.
fn check(first: &[u8], second: &[u8], at: i64) -> Vec<u8> {
    let joined = join(&[first.to_vec(), second.to_vec()], Gaps::Close).unwrap();
    check_durations(&joined);
    assert_eq!(packets(&joined).len(), packets(first).len() + packets(second).len());
    for track in 0..2 {
        let mut expected = shown(first, track);
        expected.extend(shown(second, track).into_iter().map(|(time, data)| (time + at, data)));
        let joined = shown(&joined, track);
        assert_eq!(joined.len(), expected.len(), "track {track}");
        for (one, two) in joined.iter().zip(&expected) {
            assert!(one.1 == two.1 && one.0.abs_diff(two.0) <= 1, "track {track}: {} {}", one.0, two.0);
        }
    }
    joined
}

#[test]
fn what_comes_before_a_part_is_hidden_between_the_parts() {
    let plain = with_edits(&fix(&read(NAME)), &[&[(4_000, 0)], &[(4_000, 0)]]);
    let cut = with_edits(&plain, &[&[(3_000, 1_300)], &[(3_000, 1_300)]]);
    let joined = check(&plain, &cut, 4_000);
    for edits in edits(&joined) {
        assert_eq!(edits.len(), 2, "{edits:?}");
        assert_eq!((edits[0].0, edits[1].0), (4.0, 3.0));
    }
    check(&cut, &plain, 3_000);
    check(&cut, &cut, 3_000);
}

#[test]
fn a_track_that_begins_late_or_ends_early_shows_nothing_meanwhile() {
    let plain = fix(&read(NAME));
    let short = with_edits(&plain, &[&[(4_000, 0)], &[(3_000, 500)]]);
    let late = with_edits(&plain, &[&[(500, -1), (2_000, 1_000)], &[(3_000, 1_300)]]);
    let joined = check(&short, &late, 4_000);
    let edits = edits(&joined);
    assert_eq!(edits[0].iter().map(|edit| edit.1 < 0.0).collect::<Vec<_>>(), [false, true, false]);
    assert_eq!(edits[1].iter().map(|edit| edit.1 < 0.0).collect::<Vec<_>>(), [false, true, false]);
    assert_eq!((edits[0][1].0, edits[1][1].0), (0.5, 1.0));
}

#[test]
fn a_joined_recording_can_be_joined_again() {
    let plain = fix(&read(NAME));
    let cut = with_edits(&plain, &[&[(3_000, 1_300)], &[(3_000, 1_300)]]);
    let joined = check(&cut, &cut, 3_000);
    let again = check(&joined, &cut, 6_000);
    assert!(edits(&again).iter().all(|edits| edits.len() == 3));
    check(&cut, &joined, 3_000);
}

#[test]
fn parts_of_split_need_no_edits_between_them() {
    let plain = fix(&read(NAME));
    let cut = with_edits(&plain, &[&[(9_900, 20)], &[(9_900, 20)]]);
    let parts = parts(&cut, &SplitAt::Duration(std::time::Duration::from_secs(3)));
    assert!(parts.len() > 2);
    let joined = join(&parts, Gaps::Close).unwrap();
    assert!(edits(&joined).iter().all(|edits| edits.len() <= 1), "{:?}", edits(&joined));
    parts_support::same(&cut, &joined, NAME);
}

#[test]
fn what_repeats_is_refused() {
    let plain = fix(&read(NAME));
    let again = with_edits(&plain, &[&[(1_000, 0), (1_000, 0)], &[]]);
    let error = join(&[plain, again], Gaps::Close).unwrap_err();
    assert!(matches!(error, PartsError::EditList { track: 1, .. }), "{error}");
    assert!(error.to_string().contains("shows something again"), "{error}");
}
