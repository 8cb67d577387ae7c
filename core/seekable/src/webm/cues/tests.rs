//! The area of the index while it grows.

use super::*;
use crate::edit::Outbox;
use crate::webm::ebml::children;
use crate::{Edit, MemoryFile};

const CAPACITY: usize = 768;

fn cue(track: u64, ordinal: u64, time: u64) -> Cue {
    Cue { time, track, cluster: 1_000 + time, relative: 3, ordinal }
}

fn start_with(capacity: usize) -> (Index, Outbox, MemoryFile) {
    let mut outbox = Outbox::default();
    outbox.append(&Index::new(0, capacity, 9).hidden());
    let mut file = MemoryFile::default();
    file.apply(&outbox.next_edit().unwrap()).unwrap();
    assert_eq!(entries(&file), None);
    (Index::new(0, capacity, 9), outbox, file)
}

fn start() -> (Index, Outbox, MemoryFile) {
    start_with(CAPACITY)
}

/// The area must always be whole elements; gives the entries, as times.
fn entries(file: &MemoryFile) -> Option<Vec<u64>> {
    let mut times = None;
    for child in children(file.bytes()) {
        let child = child.unwrap();
        if child.id == ids::CUES {
            let points = times.insert(Vec::new());
            for point in children(child.payload).map(|point| point.unwrap()) {
                if point.id != ids::VOID {
                    assert_eq!(point.id, ids::CUE_POINT);
                    let time = children(point.payload).next().unwrap().unwrap();
                    points.push(crate::webm::ebml::big_endian(time.payload));
                }
            }
        } else {
            assert_eq!(child.id, ids::VOID);
        }
    }
    times
}

#[test]
fn the_area_is_readable_after_each_front_of_each_edit_and_stays_bounded() {
    for (capacity, steps) in [(256, 100), (CAPACITY, 300), (33_024, 420)] {
        let (mut index, mut outbox, mut file) = start_with(capacity);
        let mut most = 0;
        for step in 0..steps {
            let old = entries(&file).unwrap_or_default();
            for ordinal in step * 6..step * 6 + step % 7 {
                index.add(cue(1, ordinal, ordinal * 2_000));
            }
            index.write(&mut outbox);
            let new: Vec<u64> = index.entries.iter().map(|cue| cue.time).collect();
            while let Some(edit) = outbox.next_edit() {
                let Edit::Overwrite { offset, bytes } = &edit else { panic!("nothing is appended") };
                for cut in (0..bytes.len()).step_by(1 + bytes.len() * capacity / 300_000) {
                    let mut torn = file.clone();
                    torn.apply(&Edit::Overwrite { offset: *offset, bytes: bytes[..cut].to_vec() }).unwrap();
                    let seen = entries(&torn).unwrap_or_default();
                    let is_between = new.starts_with(&seen) && seen.starts_with(&old);
                    assert!(seen.is_empty() || seen == old || is_between, "{old:?} {seen:?} {new:?}");
                }
                file.apply(&edit).unwrap();
            }
            assert_eq!(entries(&file).unwrap_or_default(), new);
            assert_eq!(file.bytes().len(), SWITCH + capacity);
            most = most.max(index.len());
        }
        assert!(most <= index.slots && most > index.slots * 9 / 10, "{most}");
    }
}

#[test]
fn times_are_spaced_evenly() {
    let (mut index, ..) = start();
    for ordinal in 0..10_000 {
        index.add(cue(1, ordinal, ordinal * 2_000));
    }
    let times: Vec<u64> = index.entries.iter().map(|cue| cue.time).collect();
    let expected: Vec<u64> = (0..10_000 / index.stride + 1).map(|step| step * index.stride * 2_000).collect();
    assert_eq!(times, expected[..times.len()]);
    assert!(times.len() > 5);
}

#[test]
fn writing_often_or_once_gives_the_same_bytes() {
    for count in 1..200 {
        let (mut often, mut outbox, mut file) = start();
        for ordinal in 0..count {
            often.add(cue(1, ordinal, ordinal * 10));
            often.write(&mut outbox);
            while let Some(edit) = outbox.next_edit() {
                file.apply(&edit).unwrap();
            }
        }
        let (mut once, mut outbox, mut other) = start();
        (0..count).for_each(|ordinal| once.add(cue(1, ordinal, ordinal * 10)));
        once.write(&mut outbox);
        while let Some(edit) = outbox.next_edit() {
            other.apply(&edit).unwrap();
        }
        assert!(file == other, "{count}");
    }
}

#[test]
fn entries_that_come_late_or_go_are_put_right() {
    let (mut index, mut outbox, mut file) = start();
    for time in [10, 20, 50, 60, 30, 40, 5] {
        index.add(cue(1, 0, time));
        index.write(&mut outbox);
    }
    while let Some(edit) = outbox.next_edit() {
        file.apply(&edit).unwrap();
    }
    assert_eq!(entries(&file), Some(vec![5, 10, 20, 30, 40, 50, 60]));
    index.forget_from(1_047);
    index.write(&mut outbox);
    index.forget_from(0);
    index.write(&mut outbox);
    while let Some(edit) = outbox.next_edit() {
        file.apply(&edit).unwrap();
    }
    assert!(file.bytes() == Index::new(0, CAPACITY, 9).hidden());
}

#[test]
fn tracks_are_thinned_alike_and_in_order_of_time() {
    let (mut index, ..) = start();
    for ordinal in 0..100 {
        index.add(cue(2, ordinal, ordinal * 10 + 5));
        index.add(cue(1, ordinal, ordinal * 10));
    }
    let of = |track| index.entries.iter().filter(|cue| cue.track == track).count();
    assert!(of(1).abs_diff(of(2)) <= 1 && of(1) > 1);
    assert!(index.entries.is_sorted_by_key(|cue| cue.time));
}

#[test]
fn more_tracks_than_room_ends_too() {
    let (mut index, mut outbox, mut file) = start();
    for track in 0..1_000 {
        index.add(cue(track, 0, track));
    }
    index.write(&mut outbox);
    while let Some(edit) = outbox.next_edit() {
        assert!(!matches!(edit, Edit::Append(_)));
        file.apply(&edit).unwrap();
    }
    assert!(entries(&file).unwrap().len() > 1);
}
