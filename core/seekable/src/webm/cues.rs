//! Cues (RFC 9559, section 5.1.5): a seek index of bounded size, at the front of the file.

use super::ebml::{header8, put_element, put_unsigned, size8, void_header};
use super::ids;
use crate::edit::Outbox;

/// Cues header before the entries, and the Void header behind them.
const CUES_HEADER: usize = 12;
const VOID_HEADER: usize = 9;

/// One possible entry of the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cue {
    /// In ticks.
    pub(crate) time: u64,
    pub(crate) track: u64,
    /// Position of the cluster, relative to the first byte of the Segment's payload.
    pub(crate) cluster: u64,
    /// Position of the block, relative to the first byte of the cluster's payload.
    pub(crate) relative: u64,
    /// How many possible entries of the same track came before this one.
    pub(crate) ordinal: u64,
}

impl Cue {
    fn put(&self, out: &mut Vec<u8>) {
        let mut positions = Vec::with_capacity(32);
        put_unsigned(&mut positions, ids::CUE_TRACK, self.track);
        put_unsigned(&mut positions, ids::CUE_CLUSTER_POSITION, self.cluster);
        put_unsigned(&mut positions, ids::CUE_RELATIVE_POSITION, self.relative);
        let mut point = Vec::with_capacity(48);
        put_unsigned(&mut point, ids::CUE_TIME, self.time);
        put_element(&mut point, ids::CUE_TRACK_POSITIONS, &positions);
        put_element(out, ids::CUE_POINT, &point);
    }

    fn encoded_length(&self) -> usize {
        let mut out = Vec::with_capacity(64);
        self.put(&mut out);
        out.len()
    }
}

/// The index, and what of it is in the file already.
///
/// The area in the file is one Void, or Cues followed by one Void. When it is full, every other entry of each track
/// is dropped, and from then on only every second (fourth, eighth, …) possible entry is taken.
#[derive(Debug)]
pub(crate) struct Index {
    /// Where the area begins in the file, and its length.
    at: u64,
    area: usize,
    entries: Vec<Cue>,
    /// Length of all entries, in bytes.
    encoded: usize,
    stride: u64,
    /// Entries that are in the file, unless they must all be written anew; and their length.
    written: usize,
    written_bytes: usize,
    /// End of what was ever written behind the Cues header, counted from there.
    dirty: usize,
}

impl Index {
    pub(crate) fn new(at: u64, area: usize) -> Self {
        Self { at, area, entries: Vec::new(), encoded: 0, stride: 1, written: 0, written_bytes: 0, dirty: 0 }
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The empty area.
    pub(crate) fn void(area: usize) -> Vec<u8> {
        let mut out = void_header(area as u64);
        out.resize(area, 0);
        out
    }

    /// Takes an entry, if it is the turn of its ordinal.
    pub(crate) fn add(&mut self, cue: Cue) {
        if !cue.ordinal.is_multiple_of(self.stride) {
            return;
        }
        let place =
            self.entries.iter().rposition(|other| other.time <= cue.time).map_or(0, |place| place + 1);
        self.entries.insert(place, cue);
        self.encoded += cue.encoded_length();
        if place < self.written {
            self.start_anew();
        }
        while self.encoded > self.area - CUES_HEADER - VOID_HEADER {
            let before = self.entries.len();
            self.stride = self.stride.saturating_mul(2);
            self.entries.retain(|other| other.ordinal.is_multiple_of(self.stride));
            if self.entries.len() == before {
                // As many tracks as there is room for entries: it can not be thinned any more.
                self.entries.truncate(before / 2);
            }
            self.encoded = self.entries.iter().map(Cue::encoded_length).sum();
            self.start_anew();
        }
    }

    /// All entries must be written, over what is there.
    fn start_anew(&mut self) {
        self.written = 0;
        self.written_bytes = 0;
    }

    /// Writes what changed. Each edit by itself leaves a file that can be read.
    pub(crate) fn write(&mut self, outbox: &mut Outbox) {
        let fresh = self.entries.get(self.written..).unwrap_or_default();
        if fresh.is_empty() {
            return;
        }
        let mut tail = Vec::new();
        for cue in fresh {
            cue.put(&mut tail);
        }
        let end = self.written_bytes + tail.len();
        tail.extend_from_slice(&void_header((self.area - CUES_HEADER - end) as u64));
        // Old entries behind the end would be harmless, but the file shall not depend on when checkpoints were.
        let dirty = self.dirty.max(end + VOID_HEADER);
        tail.resize(dirty - self.written_bytes, 0);
        let tail_at = self.at + (CUES_HEADER + self.written_bytes) as u64;
        if self.written == 0 {
            // While the entries are replaced the whole area is void.
            if self.dirty > 0 {
                outbox.overwrite(self.at, &void_header(self.area as u64));
            }
            outbox.overwrite(tail_at, &tail);
            outbox.overwrite(self.at, &header8(ids::CUES, size8(end as u64)));
        } else {
            outbox.overwrite(tail_at, &tail);
            outbox.overwrite(self.at + 4, &size8(end as u64));
        }
        self.dirty = dirty;
        self.written = self.entries.len();
        self.written_bytes = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webm::ebml::children;
    use crate::{Edit, MemoryFile};

    const AREA: usize = 300;

    fn cue(track: u64, ordinal: u64, time: u64) -> Cue {
        Cue { time, track, cluster: 1_000 + time, relative: 3, ordinal }
    }

    fn start() -> (Index, Outbox, MemoryFile) {
        let mut outbox = Outbox::default();
        outbox.append(&Index::void(AREA));
        let mut file = MemoryFile::default();
        file.apply(&outbox.next_edit().unwrap()).unwrap();
        (Index::new(0, AREA), outbox, file)
    }

    /// The area must always be whole elements; gives the number of entries.
    fn entries(file: &MemoryFile) -> usize {
        assert_eq!(file.bytes().len(), AREA);
        let mut count = 0;
        for child in children(file.bytes()) {
            let child = child.unwrap();
            if child.id == ids::CUES {
                count = children(child.payload).collect::<Result<Vec<_>, _>>().unwrap().len();
            }
        }
        count
    }

    #[test]
    fn the_area_is_readable_after_each_edit_and_stays_bounded() {
        let (mut index, mut outbox, mut file) = start();
        for ordinal in 0..10_000 {
            index.add(cue(1, ordinal, ordinal * 2_000));
            index.write(&mut outbox);
            while let Some(edit) = outbox.next_edit() {
                file.apply(&edit).unwrap();
                entries(&file);
            }
            assert_eq!(entries(&file), index.len());
        }
        assert!(index.len() > 5, "{}", index.len());
        let times: Vec<u64> = index.entries.iter().map(|cue| cue.time).collect();
        let expected: Vec<u64> =
            (0..10_000 / index.stride + 1).map(|step| step * index.stride * 2_000).collect();
        assert_eq!(times, expected[..times.len()]);
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
            assert_eq!(file, other, "{count}");
        }
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
        assert!(entries(&file) > 1);
    }
}
