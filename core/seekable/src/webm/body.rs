//! The body: everything behind Info and Tracks, written as it comes, element by element.

mod checkpoint;
mod junk;

use super::block::{Block, block_group, simple_block};
use super::cluster::Cluster;
use super::cues::{Cue, Index};
use super::ebml::{self, Header, NoHeader, children};
use super::head::Layout;
use super::ids;
use crate::edit::Outbox;
use crate::{Limits, Problem, ProblemKind, TrackKind};

/// Bytes of a block that tell all about it (unless it is laced).
const BLOCK_FRONT: usize = 16;

#[derive(Debug)]
pub(crate) struct Body {
    layout: Layout,
    limits: Limits,
    index: Index,
    has_video: bool,
    /// Without video: the track whose blocks get cues.
    main_track: Option<u64>,
    /// Position in the input.
    at: u64,
    /// Where the Segment ends in the input, if it says so and is believed.
    segment_end: Option<u64>,
    /// End of the last whole element in the output.
    committed: u64,
    cluster: Option<Cluster>,
    mode: Mode,
    /// The Void behind our own index is made anew; others are kept.
    may_drop_void: bool,
    written_size: Option<u64>,
    written_duration: Option<u64>,
    pub(crate) problem: Option<Problem>,
}

#[derive(Debug)]
enum Mode {
    /// At the start of an element.
    Elements,
    /// Inside of an element that is too large to be held: its start in the output, bytes to come, its first bytes.
    Copy { start: u64, left: u64, front: Option<[u8; BLOCK_FRONT]> },
    /// Inside of an element that is left out: bytes to come.
    Drop { left: u64 },
    /// In bytes that are no elements: they are kept in a Void that begins here, until a cluster begins.
    Junk { void_at: u64 },
    /// Behind the end of the Segment.
    Trailing,
}

impl Body {
    /// Goes on behind the head, at byte `at` of the input.
    pub(crate) fn new(
        layout: Layout,
        at: u64,
        segment_end: Option<u64>,
        area: usize,
        limits: Limits,
        outbox: &Outbox,
    ) -> Self {
        // The front of a block is always held.
        let limits = Limits { held_bytes: limits.held_bytes.max(1024), ..limits };
        let of_kind = |kind| layout.tracks.iter().find(move |state| state.track.kind == kind);
        let main = of_kind(TrackKind::Audio).or(layout.tracks.first());
        Self {
            has_video: of_kind(TrackKind::Video).is_some(),
            main_track: main.map(|state| state.track.number),
            index: Index::new(layout.index_at, area),
            layout,
            limits,
            at,
            segment_end,
            committed: outbox.length(),
            cluster: None,
            mode: Mode::Elements,
            may_drop_void: true,
            written_size: None,
            written_duration: None,
            problem: None,
        }
    }

    /// Consumes the front of `data`; gives back how many bytes.
    pub(crate) fn take(&mut self, data: &[u8], outbox: &mut Outbox) -> usize {
        let mut used = 0;
        while let Some(step) = self.step(data.get(used..).unwrap_or_default(), outbox) {
            used += step;
            self.at += step as u64;
        }
        used
    }

    /// The tracks, and how far each has come.
    pub(crate) fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Where the last block ends, in nanoseconds.
    pub(crate) fn duration(&self) -> Option<u64> {
        self.layout.tracks.iter().filter_map(|state| state.end()).max()
    }

    /// Entries in the index.
    pub(crate) fn cues(&self) -> usize {
        self.index.len()
    }

    /// One step: bytes consumed, or `None` when more are needed. A step of zero bytes changes the mode.
    fn step(&mut self, rest: &[u8], outbox: &mut Outbox) -> Option<usize> {
        if rest.is_empty() {
            return None;
        }
        match &mut self.mode {
            Mode::Elements => self.element(rest, outbox),
            Mode::Copy { start, left, front } => {
                let piece = front_of(rest, *left);
                outbox.append(piece);
                *left -= piece.len() as u64;
                if *left == 0 {
                    let (start, front) = (*start, *front);
                    self.mode = Mode::Elements;
                    self.committed = outbox.length();
                    if let Some(block) = front.as_ref().and_then(|front| simple_block(front)) {
                        self.note(&block, start);
                    }
                }
                Some(piece.len())
            }
            Mode::Drop { left } => {
                let piece = front_of(rest, *left);
                *left -= piece.len() as u64;
                if *left == 0 {
                    self.mode = Mode::Elements;
                }
                Some(piece.len())
            }
            Mode::Junk { .. } => self.junk(rest, outbox),
            Mode::Trailing => {
                outbox.append(rest);
                Some(rest.len())
            }
        }
    }

    fn element(&mut self, rest: &[u8], outbox: &mut Outbox) -> Option<usize> {
        if self.open_cluster().is_some_and(|cluster| cluster.input_end == Some(self.at)) {
            self.close_cluster(true, outbox);
        }
        if self.segment_end == Some(self.at) {
            return Some(self.trail(outbox));
        }
        let header = match ebml::header(rest) {
            Ok(header) => header,
            Err(NoHeader::NeedMore) => return None,
            Err(NoHeader::Bad) => return Some(self.begin_junk(ProblemKind::NotAnElement, outbox)),
        };
        if ids::ends_a_cluster(header.id) {
            // In a cluster of known size it comes too early: some tools let the first cluster span the file.
            let is_whole = self.open_cluster().is_some_and(|cluster| cluster.input_end.is_none());
            self.close_cluster(is_whole, outbox);
        }
        if matches!(header.id, ids::EBML | ids::SEGMENT) {
            return Some(self.trail(outbox));
        }
        let payload_at = self.at + u64::from(header.length);
        if header.id == ids::CLUSTER {
            let end = header.size.map(|size| payload_at + size);
            self.fit_into_segment(end);
            self.may_drop_void = false;
            self.cluster = Some(Cluster::begin(end, outbox));
            self.committed = outbox.length();
            return Some(usize::from(header.length));
        }
        let Some(size) = header.size else {
            return Some(self.begin_junk(ProblemKind::NotAnElement, outbox));
        };
        let is_known =
            ids::is_cluster_child(header.id) || ids::ends_a_cluster(header.id) || header.id == ids::VOID;
        let longest = if is_known { self.limits.element_bytes } else { u64::from(self.limits.held_bytes) };
        if size > longest {
            return Some(self.begin_junk(ProblemKind::LengthTooLarge, outbox));
        }
        self.fit_into_segment(Some(payload_at + size));
        self.fit_into_cluster(header.id, payload_at + size, outbox);
        if self.open_cluster().is_some() {
            self.cluster_child(header, size, rest, outbox)
        } else {
            self.segment_child(header, size, rest, outbox)
        }
    }

    /// A Segment that ends before its child does is not believed.
    fn fit_into_segment(&mut self, child_end: Option<u64>) {
        if let (Some(end), Some(child_end)) = (self.segment_end, child_end)
            && child_end > end
        {
            self.segment_end = None;
            self.report(ProblemKind::LongerThanParent);
        }
    }

    /// A cluster that ends before its child does is not believed, nor one that ended just before a block.
    fn fit_into_cluster(&mut self, id: u32, child_end: u64, outbox: &mut Outbox) {
        let Some(cluster) = &mut self.cluster else { return };
        let is_too_short = if cluster.is_open {
            cluster.input_end.is_some_and(|end| child_end > end)
        } else {
            ids::is_cluster_child(id) && cluster.end == outbox.length()
        };
        if is_too_short {
            cluster.go_on(outbox);
            self.report(ProblemKind::LongerThanParent);
        }
    }

    fn cluster_child(
        &mut self,
        header: Header,
        size: u64,
        rest: &[u8],
        outbox: &mut Outbox,
    ) -> Option<usize> {
        let length = usize::from(header.length);
        if size > u64::from(self.limits.held_bytes) {
            let front = rest.get(length..length + BLOCK_FRONT)?.first_chunk().copied();
            let front = front.filter(|_| header.id == ids::SIMPLE_BLOCK);
            return Some(self.begin_copy(rest, length, size, front, outbox));
        }
        let total = length + usize::try_from(size).ok()?;
        let (whole, payload) = (rest.get(..total)?, rest.get(length..total)?);
        let at = outbox.length();
        if let Some(cluster) = &mut self.cluster {
            cluster.append_child(header.id, whole, payload, outbox);
        }
        self.committed = outbox.length();
        let block = match header.id {
            ids::SIMPLE_BLOCK => simple_block(payload),
            ids::BLOCK_GROUP => block_group(payload),
            _ => None,
        };
        if let Some(block) = block {
            self.note(&block, at);
        }
        Some(total)
    }

    fn segment_child(
        &mut self,
        header: Header,
        size: u64,
        rest: &[u8],
        outbox: &mut Outbox,
    ) -> Option<usize> {
        let length = usize::from(header.length);
        let is_held = size <= u64::from(self.limits.held_bytes);
        match header.id {
            ids::VOID if self.may_drop_void => {
                self.may_drop_void = false;
                self.mode = if size > 0 { Mode::Drop { left: size } } else { Mode::Elements };
                return Some(length);
            }
            // Made anew, said already, or no longer true. But a length that lies must not swallow clusters.
            ids::CUES | ids::SEEK_HEAD | ids::INFO | ids::TRACKS | ids::CRC_32 => {
                if !is_held {
                    return Some(self.begin_junk(ProblemKind::LengthTooLarge, outbox));
                }
                let total = length + usize::try_from(size).ok()?;
                let payload = rest.get(length..total)?;
                if header.id != ids::CRC_32 && children(payload).any(|child| child.is_err()) {
                    return Some(self.begin_junk(ProblemKind::NotAnElement, outbox));
                }
                return Some(total);
            }
            _ => {}
        }
        let total = if is_held { length + usize::try_from(size).ok()? } else { length };
        let whole = rest.get(..total)?;
        self.may_drop_void = false;
        let start = outbox.length();
        if !is_held {
            self.begin_copy(rest, length, size, None, outbox);
        } else {
            outbox.append(whole);
            self.committed = outbox.length();
        }
        if ids::is_worth_finding(header.id) {
            self.layout.seek_head.enter(header.id, start - self.layout.segment_data_at);
        }
        Some(total)
    }

    /// Writes the header of an element that is too large to be held; the rest follows as it comes.
    fn begin_copy(
        &mut self,
        rest: &[u8],
        length: usize,
        size: u64,
        front: Option<[u8; BLOCK_FRONT]>,
        outbox: &mut Outbox,
    ) -> usize {
        self.mode = Mode::Copy { start: outbox.length(), left: size, front };
        outbox.append(rest.get(..length).unwrap_or_default());
        length
    }

    /// The Segment has ended; what follows stays as it is.
    fn trail(&mut self, outbox: &mut Outbox) -> usize {
        self.report(ProblemKind::Trailing);
        self.close_cluster(true, outbox);
        self.mode = Mode::Trailing;
        0
    }

    /// Counts a whole block whose element begins at `at` in the output, and offers a cue for it.
    fn note(&mut self, block: &Block<'_>, at: u64) {
        let scale = self.layout.scale;
        let Some(cluster) = &mut self.cluster else { return };
        let Some(timestamp) = cluster.timestamp else { return };
        let Some(state) = self.layout.tracks.iter_mut().find(|state| state.track.number == block.track)
        else {
            return;
        };
        let time = timestamp.saturating_add_signed(i64::from(block.relative_time));
        state.note(block, time.saturating_mul(scale), scale);
        let is_cue = if self.has_video {
            state.track.kind == TrackKind::Video && block.is_key
        } else {
            self.main_track == Some(block.track) && !cluster.has_offered
        };
        if is_cue {
            cluster.has_offered = true;
            let ordinal = state.cue_candidates;
            state.cue_candidates += 1;
            self.index.add(Cue {
                time,
                track: block.track,
                cluster: cluster.at - self.layout.segment_data_at,
                relative: at - cluster.data_at(),
                ordinal,
            });
        }
    }

    fn open_cluster(&self) -> Option<&Cluster> {
        self.cluster.as_ref().filter(|cluster| cluster.is_open)
    }

    fn report(&mut self, kind: ProblemKind) {
        self.problem.get_or_insert(Problem { offset: self.at, kind });
    }
}

/// At most `left` bytes of the front of `data`.
fn front_of(data: &[u8], left: u64) -> &[u8] {
    let length = usize::try_from(left).map_or(data.len(), |left| left.min(data.len()));
    data.get(..length).unwrap_or_default()
}
