//! Damage in the middle, seen as a fix sees it: what it must not swallow, and where it ends.

use super::{Cluster, FRONT, Level, WebMInspector};
use crate::ProblemKind;
use crate::inspect::report::FindingKind;
use crate::webm::block::{block_group, simple_block};
use crate::webm::body::CLUSTER_FRONT;
use crate::webm::ebml::Header;
use crate::webm::ids;
use crate::webm::search::{Found, Parent, Search};

impl WebMInspector {
    fn search(&self, last: Option<i16>) -> Search<impl Fn(u64) -> bool> {
        Search {
            knows: |number| self.tracks.iter().any(|track| track.state.track.number == number),
            last,
            longest: u64::from(self.limits.held_bytes.max(1024)),
            is_last: self.is_last,
        }
    }

    /// What is wrong with an element that a fix takes for garbage. `None` where more is needed to tell.
    pub(super) fn garbage(&self, header: Header, size: u64, rest: &[u8]) -> Option<Option<FindingKind>> {
        let length = usize::from(header.length);
        if size > u64::from(self.limits.held_bytes) {
            let is_odd = self.cluster.is_some()
                && !self.search(None).may_be_large(
                    header,
                    rest.get(length..length + FRONT)?,
                    self.is_damaged,
                );
            let expected = u64::from(header.length) + size;
            return Some(is_odd.then_some(FindingKind::ImpossibleLength { expected }));
        }
        let total = length + usize::try_from(size).ok()?;
        let payload = rest.get(length..total)?;
        let block = match header.id {
            ids::SIMPLE_BLOCK => simple_block(payload),
            ids::BLOCK_GROUP => block_group(payload),
            _ => None,
        };
        let parent = self.cluster.as_ref().map_or(Parent::Segment, |cluster| Parent::Cluster {
            has_time: cluster.time.is_some(),
            ends_here: cluster.end == Some(self.at + total as u64),
        });
        let last = self.cluster.as_ref().and_then(|cluster| last_of(cluster, self.at));
        let behind = rest.get(total..)?;
        let is_garbage = self.search(last).is_garbage(header.id, block.as_ref(), parent, payload, behind)?;
        Some(is_garbage.then_some(ProblemKind::NotAnElement.into()))
    }

    pub(super) fn junk(&mut self, rest: &[u8]) -> Option<usize> {
        if rest.len() < CLUSTER_FRONT {
            return None;
        }
        // What was found to be no element is not tried again.
        let mut from = usize::from(matches!(self.level, Level::Junk { since } if since == self.at));
        let (end, found) = loop {
            let last =
                |at: usize| self.damaged.as_ref().and_then(|cluster| last_of(cluster, self.at + at as u64));
            let found = self.search(last(from)).first(rest, from);
            match found {
                Found::Block(at) if last(at).is_some() => break (at, found),
                Found::Block(at) | Found::OtherBlock(at) => {
                    self.damaged = None;
                    from = at;
                }
                Found::Nothing => break (rest.len() - CLUSTER_FRONT + 1, found),
                Found::Cluster(at) | Found::Unsure(at) => break (at, found),
            }
        };
        match found {
            Found::Unsure(0) => return None,
            Found::Block(_) => self.cluster = self.damaged.take(),
            Found::Cluster(_) => {}
            _ => return Some(end),
        }
        self.findings.confirm();
        self.level = Level::Segment;
        Some(end)
    }

    /// What is left is all there is: an element may say that it ends behind the file, while something intact stands in it.
    /// Gives what is left then.
    pub(super) fn look_inside<'a>(&mut self, mut held: &'a [u8], length: u64) -> &'a [u8] {
        self.is_last = true;
        held = held.get(self.take(held)..).unwrap_or_default();
        while matches!(self.level, Level::Segment) && !held.is_empty() {
            let (at, segment_end, cues_range) = (self.at, self.segment_end, self.cues_range);
            let kind = self.shortage(held, length).unwrap_or(ProblemKind::CutShort.into());
            self.begin_junk(kind);
            let rest = held.get(self.take(held)..).unwrap_or_default();
            if matches!(self.level, Level::Junk { .. }) {
                // Nothing is: the file ends early.
                (self.at, self.segment_end, self.cues_range) = (at, segment_end, cues_range);
                self.level = Level::Segment;
                break;
            }
            held = rest;
        }
        held
    }
}

/// When the last block of a damaged cluster begins, if blocks of it may stand at byte `at`.
fn last_of(cluster: &Cluster, at: u64) -> Option<i16> {
    cluster.time?;
    cluster.end.is_none_or(|end| at < end).then_some(cluster.last)
}
