//! One element of the Segment, of a cluster or of Cues: what it tells.

use super::cues::Target;
use super::{Cluster, FRONT, HELD, Level, MOST_PARTS, Passing, WebMInspector, head};
use crate::ProblemKind;
use crate::inspect::report::FindingKind;
use crate::webm::block::{Block, block_group, simple_block};
use crate::webm::body::lies;
#[cfg(feature = "webm-repair")]
use crate::webm::body::{begins_well, first_child_of};
use crate::webm::ebml::{self, Header, NoHeader, big_endian};
use crate::webm::group::GroupReader;
use crate::webm::ids;

impl WebMInspector {
    pub(super) fn element(&mut self, rest: &[u8]) -> Option<usize> {
        self.cues_range.take_if(|(_, end)| *end == self.at);
        self.before = self.cluster.take_if(|cluster| cluster.end == Some(self.at));
        let header = match ebml::header(rest) {
            Ok(header) => header,
            Err(NoHeader::NeedMore) => return None,
            Err(NoHeader::Bad) => return Some(self.begin_junk(ProblemKind::NotAnElement)),
        };
        let goes_on = ids::is_cluster_child(header.id) || ids::ends_a_cluster(header.id);
        if self.segment_end == Some(self.at) && !goes_on || matches!(header.id, ids::EBML | ids::SEGMENT) {
            self.findings.add(Some(self.at), ProblemKind::Trailing);
            self.level = Level::Over;
            return Some(0);
        }
        if self.segment_end == Some(self.at) {
            self.segment_end = None;
            self.findings.add(Some(self.at), ProblemKind::LongerThanParent);
        }
        #[cfg(feature = "webm-repair")]
        if header.id == ids::CLUSTER && !begins_well(rest, header) {
            return match first_child_of(rest, header) {
                Err(NoHeader::Bad) => Some(self.begin_junk(ProblemKind::NotAnElement)),
                _ => None,
            };
        }
        if ids::ends_a_cluster(header.id) {
            if let Some((at, end)) = self.cues_range.take() {
                let kind = FindingKind::WrongLength { expected: end - at, actual: self.at - at };
                self.findings.add(Some(at), kind);
            }
            if let Some(cluster) = self.cluster.take().filter(|cluster| cluster.end.is_some()) {
                self.findings.add(Some(cluster.at), FindingKind::ClusterSpansOthers);
            }
        }
        self.go_on(header.id);
        let payload_at = self.at + u64::from(header.length);
        if header.id == ids::CLUSTER {
            self.begin_cluster(header, payload_at);
            return Some(usize::from(header.length));
        }
        let Some(size) = header.size else {
            return Some(self.begin_junk(ProblemKind::NotAnElement));
        };
        let is_known =
            ids::is_cluster_child(header.id) || ids::ends_a_cluster(header.id) || header.id == ids::VOID;
        let longest = if is_known { self.limits.element_bytes } else { u64::from(self.limits.held_bytes) };
        let is_held = size <= u64::from(self.limits.held_bytes);
        let is_said = matches!(header.id, ids::CHAPTERS | ids::TAGS);
        if size > longest || is_said && !is_held {
            let expected = u64::from(header.length) + size;
            return Some(self.begin_junk(FindingKind::ImpossibleLength { expected }));
        }
        if is_held && (ids::is_worth_finding(header.id) || header.id == ids::SEEK_HEAD) {
            let payload = rest.get(usize::from(header.length)..)?.get(..usize::try_from(size).ok()?)?;
            if lies(header.id, payload) {
                let front = u64::from(header.length);
                let (expected, actual) = (front + size, front + ebml::parts_end(payload) as u64);
                return Some(self.begin_junk(FindingKind::WrongLength { expected, actual }));
            }
        }
        self.fit(payload_at + size);
        if header.id == ids::CUES && self.cluster.is_none() {
            self.remember(header.id);
            self.cues_range = Some((self.at, payload_at + size));
            return Some(usize::from(header.length));
        }
        self.child(header, size, rest)
    }

    /// A cluster that ends just before one of its children ends too early: its length is not believed.
    fn go_on(&mut self, id: u32) {
        let before = self.before.take();
        if let Some(cluster) = before.filter(|_| ids::is_cluster_child(id)) {
            self.cluster = Some(Cluster { end: None, ..cluster });
            self.findings.add(Some(self.at), ProblemKind::LongerThanParent);
        }
    }

    fn begin_cluster(&mut self, header: Header, data_at: u64) {
        let end = header.size.map(|size| data_at + size);
        self.unknown_sizes += u64::from(end.is_none());
        if self.clusters == 0 {
            self.remember(ids::CLUSTER);
        }
        self.clusters += 1;
        if let Some(end) = end {
            self.fit(end);
        }
        self.cues.begin_cluster(self.at.saturating_sub(self.segment_at));
        self.cluster = Some(Cluster {
            at: self.at,
            data_at,
            end,
            time: None,
            #[cfg(feature = "webm-repair")]
            last: 0,
        });
    }

    /// What ends before its child does is not believed.
    fn fit(&mut self, child_end: u64) {
        let cluster_end = self.cluster.as_mut().map(|cluster| &mut cluster.end);
        for end in [Some(&mut self.segment_end), cluster_end].into_iter().flatten() {
            if end.is_some_and(|end| child_end > end) {
                *end = None;
                self.findings.add(Some(self.at), ProblemKind::LongerThanParent);
            }
        }
    }

    /// A child of the Segment, of a cluster or of Cues that is no master to be entered.
    fn child(&mut self, header: Header, size: u64, rest: &[u8]) -> Option<usize> {
        let length = usize::from(header.length);
        #[cfg(feature = "webm-repair")]
        if self.cues_range.is_none()
            && !ids::ends_a_cluster(header.id)
            && let Some(kind) = self.garbage(header, size, rest)?
        {
            return Some(self.begin_junk(kind));
        }
        let is_read_whole = match header.id {
            ids::SIMPLE_BLOCK | ids::CUE_POINT => size <= HELD,
            ids::TIMESTAMP
            | ids::BLOCK_GROUP
            | ids::SEEK_HEAD
            | ids::INFO
            | ids::TRACKS
            | ids::CHAPTERS
            | ids::TAGS => size <= u64::from(self.limits.held_bytes),
            _ => false,
        };
        if is_read_whole {
            let total = length + usize::try_from(size).ok()?;
            let payload = rest.get(length..total)?;
            self.read(header.id, payload, total as u64);
            return Some(total);
        }
        let passing = match header.id {
            ids::SIMPLE_BLOCK => Passing::SimpleBlock(rest.get(length..length + FRONT)?.to_vec()),
            ids::BLOCK_GROUP => Passing::BlockGroup(Box::new(GroupReader::new())),
            _ => Passing::Unread,
        };
        if self.cluster.is_none() {
            self.remember(header.id);
        }
        if size > 0 {
            self.level = Level::Skip { start: self.at, header, left: size, passing };
        }
        Some(length)
    }

    /// A whole element, `total` bytes with its header.
    fn read(&mut self, id: u32, payload: &[u8], total: u64) {
        match id {
            ids::TIMESTAMP => {
                if let Some(cluster) = &mut self.cluster {
                    cluster.time = Some(big_endian(payload));
                }
            }
            ids::SIMPLE_BLOCK | ids::BLOCK_GROUP => {
                let block =
                    if id == ids::SIMPLE_BLOCK { simple_block(payload) } else { block_group(payload) };
                if let Some(block) = block {
                    self.note(&block, self.at, total);
                }
            }
            ids::CUE_POINT if self.cues_range.is_some() && !self.is_another_pass => {
                self.cues.add(payload, self.at);
            }
            ids::SEEK_HEAD => {
                self.remember(id);
                if self.seeks.is_empty() {
                    self.seeks = head::seek_head(payload, MOST_PARTS);
                    self.seek_head_at = self.at;
                }
            }
            ids::INFO => {
                self.remember(id);
                if self.stated.is_none() {
                    (self.scale, self.stated) = crate::webm::info::stated(payload);
                }
                if self.info.is_empty() {
                    self.info = payload.to_vec();
                }
            }
            ids::CHAPTERS | ids::TAGS => {
                self.remember(id);
                self.said_bytes = self.said_bytes.saturating_add(payload.len());
                // However many there are, they take no more memory than a single one may.
                if self.said.len() < MOST_PARTS && self.said_bytes as u64 <= self.limits.held_bytes.into() {
                    self.said.push((id, payload.to_vec()));
                }
            }
            ids::TRACKS => {
                self.remember(id);
                if self.tracks.is_empty() {
                    match head::tracks(payload) {
                        Ok((tracks, lacks_delay)) => {
                            self.tracks = tracks;
                            if lacks_delay {
                                self.findings.add(Some(self.at), FindingKind::OpusWithoutDelay);
                            }
                        }
                        Err(ebml::Malformed) => self.findings.add(Some(self.at), ProblemKind::UnreadableHead),
                    }
                }
            }
            _ => {}
        }
    }

    fn remember(&mut self, id: u32) {
        // There is always room for the first cluster.
        if self.parts.len() < MOST_PARTS || id == ids::CLUSTER {
            self.parts.push((id, self.at));
        }
    }

    /// Counts a whole block.
    pub(super) fn note(&mut self, block: &Block<'_>, at: u64, bytes: u64) {
        let Some(cluster) = &mut self.cluster else { return };
        let Some(timestamp) = cluster.time else { return };
        let Some(track) = self.tracks.iter_mut().find(|track| track.state.track.number == block.track) else {
            return;
        };
        #[cfg(feature = "webm-repair")]
        {
            cluster.last = block.relative_time;
        }
        let time = timestamp.saturating_add_signed(i64::from(block.relative_time));
        let nanoseconds = time.saturating_mul(self.scale);
        track.state.note(block, nanoseconds, self.scale);
        let is_key = track.is_key(block.is_key);
        track.count(nanoseconds, is_key, bytes);
        let relative = at.saturating_sub(cluster.data_at);
        self.cues.note(Target { relative, track: block.track, time, is_key });
    }
}
