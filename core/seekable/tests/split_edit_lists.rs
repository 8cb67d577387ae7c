//! What an edit list of an MP4 hides is hidden in parts as well, and what it shows is shown in them, one behind the other. What
//! can not be kept is refused.
#![cfg(all(feature = "webm", feature = "mp4-repair"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod edit_support;
mod mp4_support;
mod parts_support;

use std::time::Duration;

use edit_support::{edits, shown, timescale, with_edits};
use mp4_support::more_tracks;
use parts_support::{Packet, fix, join, options, packets, read, write};
use seekable::{Gaps, Part, PartsError, Split, SplitAt};

/// Sound first, then pictures, with a key frame in each second; ten seconds.
const NAME: &str = "chromium-kfid1000-mp4-avc1-opus.mp4";

fn seconds(seconds: u64) -> SplitAt {
    SplitAt::Duration(Duration::from_secs(seconds))
}

/// To a tick of the movie.
fn is_near(time: Duration, milliseconds: u64) -> bool {
    time.abs_diff(Duration::from_millis(milliseconds)) <= Duration::from_millis(1)
}

/// All that is shown of a track by this and that; times in milliseconds, to one.
#[track_caller]
fn same(one: &[(i64, Vec<u8>)], two: &[(i64, Vec<u8>)]) {
    let times = |all: &[(i64, Vec<u8>)]| all.iter().map(|(time, _)| *time).collect::<Vec<_>>();
    assert_eq!(one.len(), two.len(), "{:?} {:?}", times(one), times(two));
    for (one, two) in one.iter().zip(two) {
        assert!(one.1 == two.1 && one.0.abs_diff(two.0) <= 1, "{} {}", one.0, two.0);
    }
}

/// Splits, and fails unless the parts show what the whole does, also when they are joined again.
#[track_caller]
fn check(whole: &[u8], at: &SplitAt) -> Vec<(Part, Vec<u8>)> {
    let mut split = Split::new(whole, at, options()).unwrap();
    let mut parts = Vec::new();
    for part in split.parts().to_vec() {
        let (bytes, summary) = write(&mut split, part.number);
        assert!(bytes.len() as u64 <= part.size_at_most);
        let length = part.end - part.start;
        assert!(
            summary.duration.unwrap().abs_diff(length) < Duration::from_millis(2),
            "{part:?} {summary:?}"
        );
        parts.push((part, bytes));
    }
    let files: Vec<Vec<u8>> = parts.iter().map(|(_, bytes)| bytes.clone()).collect();
    let joined = join(&files, Gaps::Close).unwrap();
    for track in 0..2 {
        let mut together = Vec::new();
        for (part, bytes) in &parts {
            let start = part.start.as_millis() as i64;
            together.extend(shown(bytes, track).into_iter().map(|(time, data)| (time + start, data)));
        }
        same(&together, &shown(whole, track));
        same(&shown(&joined, track), &shown(whole, track));
    }
    parts
}

#[test]
fn what_is_hidden_at_the_end_is_hidden_in_the_last_part() {
    let whole = with_edits(&fix(&read(NAME)), &[&[(6_500, 0)], &[(6_500, 0)]]);
    for at in [seconds(1), seconds(3), seconds(3_600), SplitAt::Size(200_000)] {
        let parts = check(&whole, &at);
        assert!(is_near(parts.last().unwrap().0.end, 6_500), "{at:?}");
        // From the next key frame on nothing is needed.
        let count: usize = parts.iter().map(|(_, bytes)| packets(bytes).len()).sum();
        assert!(count < packets(&whole).len() * 8 / 10, "{at:?}: {count}");
    }
}

#[test]
fn a_range_ends_with_what_is_shown() {
    let whole = with_edits(&fix(&read(NAME)), &[&[(6_500, 0)], &[(6_500, 0)]]);
    let second = Duration::from_secs(1);
    let to_the_end = SplitAt::Ranges(vec![second * 5..Duration::MAX]);
    let mut split = Split::new(&whole[..], &to_the_end, options()).unwrap();
    assert!(is_near(split.parts()[0].end, 6_500));
    let bytes = write(&mut split, 1).0;
    let last = shown(&bytes, 1).pop().unwrap().0 + split.parts()[0].start.as_millis() as i64;
    assert!((6_400..6_500).contains(&last), "{last}");
    let behind = Split::new(&whole[..], &SplitAt::Ranges(vec![second * 8..second * 9]), options());
    assert!(matches!(behind.unwrap_err(), PartsError::NoPackets(_)));
}

#[test]
fn a_track_that_ends_before_others_shows_nothing_behind_its_end() {
    let plain = fix(&read(NAME));
    let pictures = with_edits(&plain, &[&[(9_800, 0)], &[(4_500, 0)]]);
    let parts = check(&pictures, &seconds(1));
    assert!(parts.len() > 7, "{}", parts.len());
    assert!(shown(&parts[7].1, 1).is_empty() && !shown(&parts[7].1, 0).is_empty());
    check(&pictures, &seconds(3));
    let sound = with_edits(&plain, &[&[(4_500, 0)], &[(9_800, 0)]]);
    check(&sound, &seconds(1));
    check(&sound, &seconds(3));
}

/// Where a key frame is, and in the middle of the tick before it.
#[test]
fn what_ends_at_a_key_frame_shows_nothing_of_it() {
    let plain = fix(&read(NAME));
    let is_key = |packet: &&Packet| packet.track == 1 && packet.is_key;
    let all = packets(&plain);
    let keys: Vec<i64> =
        all.iter().filter(is_key).map(|key| key.time * 1_000 / timescale(&plain, 1)).collect();
    assert!(keys.len() > 8, "{keys:?}");
    for end in [keys[2], keys[5], keys[5] + 1] {
        let both = with_edits(&plain, &[&[(end, 0)], &[(end, 0)]]);
        for at in [seconds(1), seconds(3)] {
            let parts = check(&both, &at);
            assert!(is_near(parts.last().unwrap().0.end, end as u64), "{end} {at:?}");
            assert!(parts.iter().all(|(part, _)| part.end > part.start), "{end} {at:?}");
        }
        check(&with_edits(&plain, &[&[(9_800, 0)], &[(end, 0)]]), &seconds(1));
        check(&with_edits(&plain, &[&[(end, 0)], &[(9_800, 0)]]), &seconds(1));
    }
}

#[test]
fn what_is_hidden_in_the_middle_makes_no_part() {
    let hidden = with_edits(&fix(&read(NAME)), &[&[(5_000, 0)], &[(5_000, 0)]]);
    let said: [(u32, &[u8]); 3] = [(5_500, b"\0\0"), (3_000, b"\0\x05Hello"), (1_000, b"\0\x03you")];
    let whole = more_tracks::with(&hidden, &[more_tracks::texts(9, &said)], &[]);
    let split = Split::new(&whole[..], &seconds(3_600), options()).unwrap();
    assert_eq!(split.parts().len(), 1, "{:?}", split.parts());
    assert!(Split::new(&whole[..], &seconds(3), options()).unwrap().parts().len() > 1);
}

#[test]
fn what_is_hidden_behind_a_late_start_stays_hidden() {
    let plain = fix(&read(NAME));
    let whole = with_edits(&plain, &[&[(500, -1), (6_000, 1_000)], &[(500, -1), (6_000, 1_000)]]);
    let parts = check(&whole, &seconds(3));
    assert!(shown(&parts[0].1, 1)[0].0 >= 500);
}

#[test]
fn edits_that_go_on_where_the_one_before_ends_are_one() {
    let plain = fix(&read(NAME));
    let one: &[(i64, i64)] = &[(500, -1), (6_000, 1_000)];
    let many: &[(i64, i64)] = &[(200, -1), (300, -1), (2_000, 1_000), (1_500, 3_000), (2_500, 4_500)];
    let (one, many) = (with_edits(&plain, &[one, one]), with_edits(&plain, &[many, many]));
    let all = |parts: Vec<(Part, Vec<u8>)>| {
        let told = |(part, bytes): &(Part, Vec<u8>)| (part.start, part.end, packets(bytes), edits(bytes));
        parts.iter().map(told).collect::<Vec<_>>()
    };
    assert!(all(check(&one, &seconds(3))) == all(check(&many, &seconds(3))));
}

#[test]
fn what_can_not_be_kept_is_refused_with_what_to_do() {
    let plain = fix(&read(NAME));
    let refused = |bytes: &[u8], text: &str| {
        let error = Split::new(bytes, &seconds(3), options()).map(|_| ()).unwrap_err();
        assert!(matches!(error, PartsError::EditList { .. }), "{error:?}");
        let said = error.to_string();
        assert!(said.contains(text) && said.contains("ffmpeg -i IN OUT"), "{said}");
        assert_eq!(error.code(), "unsupported");
    };
    let all: &[(i64, i64)] = &[(9_000, 0)];
    let of_second = |edits: &[(i64, i64)]| with_edits(&plain, &[all, edits]);
    refused(&of_second(&[(2_000, 0), (2_000, 3_000)]), "track 2 leaves something out in the middle");
    refused(
        &of_second(&[(2_000, 0), (500, -1), (2_000, 2_000)]),
        "track 2 leaves something out in the middle, or pauses",
    );
    refused(&of_second(&[(2_000, 0), (2_000, 0)]), "track 2 shows something again");
    refused(&of_second(&[(2_000, 2_000), (2_000, 0)]), "goes back");
    let mut fast = of_second(&[(2_000, 0)]);
    let rate = fast.windows(4).rposition(|kind| kind == b"elst").unwrap() + 28;
    assert_eq!(fast[rate..rate + 4], [0, 1, 0, 0]);
    fast[rate + 1] = 2;
    refused(&fast, "track 2 changes the speed");
    let joined = join(&[plain, fast], Gaps::Close).unwrap_err();
    assert!(joined.to_string().contains("changes the speed"), "{joined}");
}
