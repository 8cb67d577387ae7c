//! Cues as a file has them, and whether each leads where it says.

use std::time::Duration;

use crate::inspect::IndexReport;
use crate::webm::ebml::{big_endian, children};
use crate::webm::ids;

/// One CueTrackPositions, with the time of its CuePoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cue {
    /// Relative to the first byte of the Segment's payload.
    cluster: u64,
    /// Relative to the first byte of the cluster's payload; many files leave it out.
    relative: Option<u64>,
    track: u64,
    /// In ticks.
    time: u64,
    /// Of the CuePoint in the file.
    offset: u64,
    is_right: bool,
}

/// A block that a cue may lead to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target {
    pub(super) relative: u64,
    pub(super) track: u64,
    pub(super) time: u64,
    pub(super) is_key: bool,
}

/// All cues of a file, up to a limit.
#[derive(Debug, Default)]
pub(super) struct Cues {
    list: Vec<Cue>,
    /// Those beyond the limit.
    more: u64,
    /// Since the first cluster.
    is_sorted: bool,
    /// Whether some came behind the first cluster.
    pub(super) are_late: bool,
    /// The cues of the cluster that is read: their range in the list. First those without a relative position.
    current: std::ops::Range<usize>,
    current_exact: usize,
}

impl Cues {
    /// Takes one CuePoint.
    pub(super) fn add(&mut self, payload: &[u8], offset: u64) {
        self.are_late |= self.is_sorted;
        let mut time = 0;
        for child in children(payload).map_while(Result::ok) {
            if child.id == ids::CUE_TIME {
                time = big_endian(child.payload);
            }
        }
        for positions in children(payload).map_while(Result::ok) {
            if positions.id != ids::CUE_TRACK_POSITIONS {
                continue;
            }
            let (mut track, mut cluster, mut relative) = (0, 0, None);
            for child in children(positions.payload).map_while(Result::ok) {
                match child.id {
                    ids::CUE_TRACK => track = big_endian(child.payload),
                    ids::CUE_CLUSTER_POSITION => cluster = big_endian(child.payload),
                    ids::CUE_RELATIVE_POSITION => relative = Some(big_endian(child.payload)),
                    _ => {}
                }
            }
            if self.list.len() < IndexReport::MOST_CHECKED {
                self.list.push(Cue { cluster, relative, track, time, offset, is_right: false });
            } else {
                self.more += 1;
            }
        }
    }

    pub(super) fn len(&self) -> u64 {
        self.list.len() as u64 + self.more
    }

    /// A cluster begins, at this position in the Segment's payload.
    pub(super) fn begin_cluster(&mut self, position: u64) {
        if !self.is_sorted {
            self.list.sort_unstable_by_key(|cue| (cue.cluster, cue.relative, cue.track, cue.time));
            self.is_sorted = true;
        }
        let start = self.list.partition_point(|cue| cue.cluster < position);
        let end = self.list.partition_point(|cue| cue.cluster <= position);
        self.current = start..end;
        self.current_exact =
            self.list.partition_point(|cue| (cue.cluster, cue.relative) < (position, Some(0)));
    }

    /// A block of the current cluster.
    pub(super) fn note(&mut self, target: Target) {
        if self.current.is_empty() || !target.is_key {
            return;
        }
        let vague = self.list.get_mut(self.current.start..self.current_exact).unwrap_or_default();
        let from = vague.partition_point(|cue| (cue.track, cue.time) < (target.track, target.time));
        for cue in vague.iter_mut().skip(from) {
            // What is right already, and all like it, was found before: no work twice.
            if (cue.track, cue.time) != (target.track, target.time) || cue.is_right {
                break;
            }
            cue.is_right = true;
        }
        let exact = self.list.get_mut(self.current_exact..self.current.end).unwrap_or_default();
        let from = exact.partition_point(|cue| cue.relative < Some(target.relative));
        for cue in exact.iter_mut().skip(from) {
            if cue.relative != Some(target.relative) || cue.is_right {
                break;
            }
            cue.is_right = (cue.track, cue.time) == (target.track, target.time);
        }
    }

    /// Forgets which cues are right, for another pass. Cues will not be added again.
    pub(super) fn rewind(&mut self) {
        for cue in &mut self.list {
            cue.is_right = false;
        }
        self.current = 0..0;
        self.is_sorted = false;
        self.are_late = false;
    }

    /// What became of them; `scale`: nanoseconds in a tick.
    pub(super) fn report(&self, are_checked: bool, scale: u64) -> IndexReport {
        let mut report = IndexReport { entries: self.len(), unchecked: self.len(), ..IndexReport::default() };
        if are_checked {
            report.right = self.list.iter().filter(|cue| cue.is_right).count() as u64;
            report.wrong = self.list.len() as u64 - report.right;
            report.unchecked = self.more;
            let wrong = self.list.iter().filter(|cue| !cue.is_right).min_by_key(|cue| cue.time);
            report.first_wrong =
                wrong.map(|cue| (Duration::from_nanos(cue.time.saturating_mul(scale)), cue.offset));
        }
        report
    }
}
