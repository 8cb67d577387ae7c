//! Damage in the middle: what it must not swallow, and where it ends.

use super::Body;
use crate::edit::Outbox;
use crate::webm::block::Block;
use crate::webm::body::CLUSTER_FRONT;
use crate::webm::ebml::Header;
use crate::webm::search::{Found, Parent, Search};

use super::junk::has_our_header;
use super::note::place_of;

impl Body {
    /// `last`: when the last block of the cluster begins whose blocks are looked for.
    fn search(&self, last: Option<i16>) -> Search<impl Fn(u64) -> bool> {
        Search {
            knows: |track| place_of(&self.places, track).is_some(),
            last,
            longest: u64::from(self.limits.held_bytes),
            is_last: self.is_last,
        }
    }

    /// When the last block of the damaged cluster begins, if blocks of it may stand at byte `at` of the input.
    fn last_of_cluster(&self, at: u64) -> Option<i16> {
        let cluster = self.cluster.as_ref()?;
        cluster.timestamp?;
        cluster.input_end.is_none_or(|end| at < end).then_some(cluster.last)
    }

    /// Consumes what stands in front of a cluster, or of a block of the cluster that was damaged.
    pub(super) fn junk_or_blocks(
        &mut self,
        rest: &[u8],
        skipped: usize,
        outbox: &mut Outbox,
    ) -> Option<usize> {
        let mut from = skipped;
        let (end, found) = loop {
            let last = self.last_of_cluster(self.at + from as u64);
            let found = self.search(last).first(rest, from);
            match found {
                // In place nothing moves: a cluster whose header has another length than ours is not one of ours.
                Found::Cluster(at)
                    if self.is_in_place && !has_our_header(rest.get(at..).unwrap_or_default()) =>
                {
                    from = at + 1;
                }
                Found::Block(at) if self.last_of_cluster(self.at + at as u64).is_some() => {
                    break (at, Found::Block(at));
                }
                Found::Block(at) | Found::OtherBlock(at) => {
                    self.cluster = None;
                    from = at;
                }
                Found::Nothing => break (rest.len() - CLUSTER_FRONT + 1, Found::Nothing),
                Found::Cluster(at) | Found::Unsure(at) => break (at, found),
            }
        };
        if end == 0 && matches!(found, Found::Unsure(_)) {
            return None;
        }
        self.append_junk(rest.get(..end).unwrap_or_default(), outbox);
        match found {
            Found::Cluster(_) => self.end_junk(outbox),
            Found::Block(_) => {
                self.end_junk(outbox);
                self.reopen_cluster(outbox);
            }
            _ => {}
        }
        Some(end)
    }

    /// The cluster that was closed in front of the damage goes on behind it.
    fn reopen_cluster(&mut self, outbox: &mut Outbox) {
        if let Some(cluster) = &mut self.cluster {
            let end = cluster.input_end;
            cluster.go_on(outbox);
            cluster.input_end = end;
        }
    }

    /// Whether an element that is here as a whole, and ends in front of byte `end` of the input, is none: see
    /// [`Search::is_garbage`].
    pub(super) fn is_garbage(
        &self,
        id: u32,
        end: u64,
        block: Option<&Block<'_>>,
        payload: &[u8],
        behind: &[u8],
    ) -> Option<bool> {
        let cluster = self.open_cluster();
        let parent = cluster.map_or(Parent::Segment, |cluster| Parent::Cluster {
            has_time: cluster.timestamp.is_some(),
            ends_here: cluster.input_end == Some(end),
        });
        let last = cluster.and_then(|_| self.last_of_cluster(self.at));
        self.search(last).is_garbage(id, block, parent, payload, behind)
    }

    /// Where the recording ends, which seems to be at `end`. The last frame of sound may be there only in part: where the input
    /// says that the recording ends within it, it does.
    pub(super) fn or_stated(&self, end: u64) -> u64 {
        let tracks = || self.layout.tracks.iter().filter_map(|state| state.estimated());
        let last_start = tracks().map(|(start, _)| start).max().unwrap_or(0);
        let is_estimate = tracks().any(|(_, estimate)| estimate == Some(end));
        let is_within = |stated: &u64| is_estimate && *stated > last_start && *stated < end;
        self.layout.info.stated.filter(is_within).unwrap_or(end)
    }

    /// Whether the child of a cluster may be so large that it is not held, by the front of its payload.
    pub(super) fn may_be_large(&self, header: Header, front: &[u8]) -> bool {
        self.search(None).may_be_large(header, front, self.problem.is_some())
    }
}
