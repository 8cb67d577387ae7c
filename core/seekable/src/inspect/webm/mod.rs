//! Inspecting WebM and Matroska: a walk over the elements that believes nothing.

mod cues;
mod elements;
mod findings;
mod head;
#[cfg(feature = "webm-repair")]
mod repair;

use crate::webm::block::simple_block_of;
use crate::webm::body::lies;
#[cfg(not(feature = "webm-repair"))]
use crate::webm::body::{CLUSTER_FRONT, begins_cluster};
use crate::webm::ebml::{self, Header, NoHeader, children};
use crate::webm::group::GroupReader;
use crate::webm::ids;
use crate::{Container, Limits, ProblemKind};

use super::report::{FindingKind, Report};
use cues::Cues;
use findings::Findings;
use head::Counted;

/// Elements up to this size are held back until they are whole. Of larger blocks the front is read.
const HELD: u64 = 64 * 1024;
/// Bytes of a block that tell all about it, unless it is laced.
const FRONT: usize = 64;
/// Entries of SeekHead, and parts of the Segment, that are remembered.
const MOST_PARTS: usize = 64;

#[derive(Debug)]
pub(super) struct WebMInspector {
    limits: Limits,
    container: Container,
    /// Position in the input, and behind the last byte that is not zero.
    at: u64,
    data_end: u64,
    /// Where the bytes end that were searched for it.
    seen_to: u64,
    level: Level,
    /// Where the Segment begins, where its payload begins, and where it ends, if it says so and is believed.
    segment_header_at: u64,
    segment_at: u64,
    segment_end: Option<u64>,
    cluster: Option<Cluster>,
    /// The cluster that was open in front of damage.
    #[cfg(feature = "webm-repair")]
    damaged: Option<Cluster>,
    #[cfg(feature = "webm-repair")]
    is_damaged: bool,
    /// Nothing follows: what is here is all there is.
    #[cfg(feature = "webm-repair")]
    is_last: bool,
    /// The cluster that ended where the next element begins.
    before: Option<Cluster>,
    /// Inside of Cues: where they begin and end.
    cues_range: Option<(u64, u64)>,
    clusters: u64,
    unknown_sizes: u64,
    scale: u64,
    stated: Option<f64>,
    tracks: Vec<Counted>,
    /// The payload of Info; those of Chapters and Tags, with their IDs in front, and bytes of them.
    info: Vec<u8>,
    said: Vec<(u32, Vec<u8>)>,
    said_bytes: usize,
    seeks: Vec<(u32, u64)>,
    seek_head_at: u64,
    /// IDs and places of the Segment's children other than clusters, and of the first cluster.
    parts: Vec<(u32, u64)>,
    cues: Cues,
    is_another_pass: bool,
    findings: Findings,
}

/// Where in the tree the next byte is.
#[derive(Debug)]
enum Level {
    /// Before the Segment.
    File,
    Segment,
    /// In the payload of an element that is not held: its start, its header, bytes to come.
    Skip {
        start: u64,
        header: Header,
        left: u64,
        passing: Passing,
    },
    /// In bytes that are no elements, since here.
    Junk {
        since: u64,
    },
    /// Nothing more is read.
    Over,
}

/// What is read of an element that is not held.
#[derive(Debug)]
enum Passing {
    Unread,
    SimpleBlock(Vec<u8>),
    BlockGroup(Box<GroupReader>),
}

#[derive(Debug)]
struct Cluster {
    at: u64,
    data_at: u64,
    end: Option<u64>,
    time: Option<u64>,
    /// When its last block begins, relative to its time.
    #[cfg(feature = "webm-repair")]
    last: i16,
}

impl WebMInspector {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            container: Container::Unknown,
            at: 0,
            data_end: 0,
            seen_to: 0,
            level: Level::File,
            segment_header_at: 0,
            segment_at: 0,
            segment_end: None,
            cluster: None,
            #[cfg(feature = "webm-repair")]
            damaged: None,
            #[cfg(feature = "webm-repair")]
            is_damaged: false,
            #[cfg(feature = "webm-repair")]
            is_last: false,
            before: None,
            cues_range: None,
            clusters: 0,
            unknown_sizes: 0,
            scale: 1_000_000,
            stated: None,
            tracks: Vec::new(),
            info: Vec::new(),
            said: Vec::new(),
            said_bytes: 0,
            seeks: Vec::new(),
            seek_head_at: 0,
            parts: Vec::new(),
            cues: Cues::default(),
            is_another_pass: false,
            findings: Findings::default(),
        }
    }

    pub(super) fn wants_another_pass(&self) -> bool {
        self.cues.are_late
    }

    pub(super) fn rewind(&mut self) {
        let mut cues = std::mem::take(&mut self.cues);
        cues.rewind();
        *self = Self { cues, is_another_pass: true, ..Self::new(self.limits) };
    }

    /// Consumes the front of `data`; gives back how many bytes.
    pub(super) fn take(&mut self, data: &[u8]) -> usize {
        // What was held back was looked at before.
        let known =
            usize::try_from(self.seen_to.saturating_sub(self.at)).unwrap_or(usize::MAX).min(data.len());
        if let Some(last) = data.iter().skip(known).rposition(|byte| *byte != 0) {
            self.data_end = self.data_end.max(self.at + (known + last) as u64 + 1);
        }
        self.seen_to = self.at + data.len() as u64;
        let mut used = 0;
        while let Some(step) = self.step(data.get(used..).unwrap_or_default()) {
            used += step;
            self.at += step as u64;
        }
        used
    }

    /// One step: bytes consumed, or `None` when more are needed. A step of zero bytes changes the level.
    fn step(&mut self, rest: &[u8]) -> Option<usize> {
        if rest.is_empty() {
            return None;
        }
        match &mut self.level {
            Level::File => self.before_segment(rest),
            Level::Segment => self.element(rest),
            Level::Skip { left, passing, .. } => {
                let length = usize::try_from(*left).map_or(rest.len(), |left| left.min(rest.len()));
                if let Passing::BlockGroup(group) = passing {
                    group.take(rest.get(..length).unwrap_or_default());
                }
                *left -= length as u64;
                if *left == 0 {
                    self.end_skip();
                }
                Some(length)
            }
            Level::Junk { .. } => self.junk(rest),
            Level::Over => Some(rest.len()),
        }
    }

    /// An element that was not held is whole.
    fn end_skip(&mut self) {
        let Level::Skip { start, header, passing, .. } = std::mem::replace(&mut self.level, Level::Segment)
        else {
            return;
        };
        let size = header.size.unwrap_or(0);
        let block = match &passing {
            Passing::Unread => None,
            Passing::SimpleBlock(front) => simple_block_of(front, size),
            Passing::BlockGroup(group) => group.block(),
        };
        if let Some(block) = block {
            self.note(&block, start, u64::from(header.length) + size);
        }
    }

    fn before_segment(&mut self, rest: &[u8]) -> Option<usize> {
        let header = match ebml::header(rest) {
            Ok(header) => header,
            Err(NoHeader::NeedMore) => return None,
            Err(NoHeader::Bad) => return Some(self.give_up()),
        };
        let length = usize::from(header.length);
        if header.id == ids::SEGMENT && self.at > 0 {
            self.segment_header_at = self.at;
            self.segment_at = self.at + u64::from(header.length);
            self.segment_end = header.size.map(|size| self.segment_at + size);
            self.unknown_sizes += u64::from(header.size.is_none());
            self.level = Level::Segment;
            return Some(length);
        }
        let is_expected = header.id == if self.at == 0 { ids::EBML } else { ids::VOID };
        let Some(size) = header.size.filter(|size| is_expected && *size <= HELD) else {
            return Some(self.give_up());
        };
        let total = length + usize::try_from(size).ok()?;
        let payload = rest.get(length..total)?;
        if header.id == ids::EBML {
            let name = children(payload).map_while(Result::ok).find(|child| child.id == ids::DOC_TYPE);
            // A string may be padded with zeros.
            self.container = match name.and_then(|name| name.payload.split(|byte| *byte == 0).next()) {
                Some(b"webm") => Container::WebM,
                Some(b"matroska") => Container::Matroska,
                _ => return Some(self.give_up()),
            };
        }
        Some(total)
    }

    fn give_up(&mut self) -> usize {
        if self.container != Container::Unknown {
            self.findings.add(Some(self.at), ProblemKind::UnreadableHead);
        }
        self.level = Level::Over;
        0
    }

    /// From here on bytes are skipped until a cluster begins.
    fn begin_junk(&mut self, kind: impl Into<FindingKind>) -> usize {
        // What it really is shows at its end: zeros up to the end of the file are another thing.
        self.findings.suspect(self.at, kind);
        #[cfg(feature = "webm-repair")]
        {
            self.damaged = self.cluster.take();
            self.is_damaged = true;
        }
        self.leave_all();
        self.level = Level::Junk { since: self.at };
        0
    }

    /// What the next byte is in is not known any more.
    fn leave_all(&mut self) {
        self.cluster = None;
        self.cues_range = None;
        self.segment_end = None;
    }

    #[cfg(not(feature = "webm-repair"))]
    fn junk(&mut self, rest: &[u8]) -> Option<usize> {
        if rest.len() < CLUSTER_FRONT {
            return None;
        }
        let found = next_cluster(rest);
        if found.is_some() {
            self.findings.confirm();
            self.level = Level::Segment;
        }
        Some(found.unwrap_or(rest.len() - CLUSTER_FRONT + 1))
    }

    /// An element says that it ends behind the file: what stands in it may be clusters. Gives what is left then.
    #[cfg(not(feature = "webm-repair"))]
    fn look_inside<'a>(&mut self, mut held: &'a [u8], length: u64) -> &'a [u8] {
        while matches!(self.level, Level::Segment)
            && let Some(next) = held.get(1..).and_then(next_cluster)
        {
            let kind = self.shortage(held, length).unwrap_or(ProblemKind::CutShort.into());
            self.findings.add(Some(self.at), kind);
            self.leave_all();
            self.at += next as u64 + 1;
            held = held.get(next + 1..).unwrap_or_default();
            held = held.get(self.take(held)..).unwrap_or_default();
        }
        held
    }

    /// What an element lacks that `held` is the front of. `None` where not even its header is there.
    fn shortage(&self, held: &[u8], length: u64) -> Option<FindingKind> {
        let header = ebml::header(held).ok()?;
        let (front, expected) = (usize::from(header.length), u64::from(header.length) + header.size?);
        let payload = held.get(front..).unwrap_or_default();
        if ids::is_worth_finding(header.id) && lies(header.id, payload) {
            let actual = (front + ebml::parts_end(payload)) as u64;
            return Some(FindingKind::WrongLength { expected, actual });
        }
        Some(FindingKind::EndsEarly { expected, actual: length.saturating_sub(self.at) })
    }

    /// The file has ended; `held` was not understood.
    pub(super) fn finish(mut self, held: &[u8], length: u64) -> Report {
        if let Some(last) = held.iter().rposition(|byte| *byte != 0) {
            self.data_end = self.data_end.max(self.at + last as u64 + 1);
        }
        let held = self.look_inside(held, length);
        let early = |from: u64, end: u64| {
            (Some(from), FindingKind::EndsEarly { expected: end - from, actual: length - from })
        };
        let cut = match self.level {
            Level::Junk { since } if self.data_end > since => {
                self.findings.confirm();
                None
            }
            Level::Skip { start, header, .. } => {
                Some(early(start, start + u64::from(header.length) + header.size.unwrap_or(0)))
            }
            Level::File | Level::Segment if !held.is_empty() => {
                let kind = self.shortage(held, length);
                Some((Some(self.at), kind.unwrap_or(ProblemKind::CutShort.into())))
            }
            Level::Segment => {
                let cluster = self.cluster.as_ref().and_then(|cluster| Some((cluster.at, cluster.end?)));
                let segment = self.segment_end.map(|end| (self.segment_header_at, end));
                let mut open = [cluster, self.cues_range, segment].into_iter().flatten();
                open.find(|(_, end)| *end > length).map(|(from, end)| early(from, end))
            }
            Level::Junk { .. } | Level::File | Level::Over => None,
        };
        // The last block of a file may end in zeros of its own.
        let zeros_at = match self.level {
            Level::Junk { since } => self.data_end.max(since),
            _ => self.data_end,
        };
        let zeros = length.saturating_sub(zeros_at);
        if matches!(self.level, Level::Junk { .. }) && zeros > 0 || zeros >= HELD {
            self.findings.add(Some(zeros_at), FindingKind::ZeroTail { length: zeros });
        } else if let Some((at, kind)) = cut {
            self.findings.add(at, kind);
        }
        self.report(length)
    }
}

/// Where a cluster begins.
#[cfg(not(feature = "webm-repair"))]
fn next_cluster(rest: &[u8]) -> Option<usize> {
    // Nearly all is told by the first byte.
    rest.windows(CLUSTER_FRONT).position(|front| front.first() == Some(&0x1F) && begins_cluster(front))
}
