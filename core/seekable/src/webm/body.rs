//! The body: everything behind Info and Tracks, written as it comes, element by element.

use super::block::{Block, block_group, simple_block};
use super::cluster::Cluster;
use super::cues::{Cue, Index};
use super::ebml::{self, Header, NoHeader, children, size8, void_header};
use super::head::Layout;
use super::{ids, info};
use crate::edit::Outbox;
use crate::{Limits, Problem, ProblemKind, TrackKind};

/// Bytes of a block that tell all about it (unless it is laced).
const BLOCK_FRONT: usize = 16;

/// Bytes that show whether a cluster begins: ID, size, and the first byte of its first child.
const CLUSTER_FRONT: usize = ebml::HEADER_MAX + 1;

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

    /// From here on bytes are kept in a Void directly in the Segment, until a cluster begins.
    fn begin_junk(&mut self, kind: ProblemKind, outbox: &mut Outbox) -> usize {
        self.report(kind);
        self.close_cluster(false, outbox);
        self.segment_end = None;
        self.may_drop_void = false;
        self.cluster = None;
        self.mode = Mode::Junk { void_at: outbox.length() };
        outbox.append(&[0; 9]);
        0
    }

    fn junk(&mut self, rest: &[u8], outbox: &mut Outbox) -> Option<usize> {
        if rest.len() < CLUSTER_FRONT {
            return None;
        }
        let cluster_at = rest.windows(CLUSTER_FRONT).position(begins_cluster);
        let junk = rest.get(..cluster_at.unwrap_or(rest.len() - CLUSTER_FRONT + 1)).unwrap_or_default();
        outbox.append(junk);
        if cluster_at.is_some() {
            self.end_junk(outbox);
        }
        Some(junk.len())
    }

    fn end_junk(&mut self, outbox: &mut Outbox) {
        if let Mode::Junk { void_at } = self.mode {
            let mut void = vec![ids::VOID as u8];
            void.extend_from_slice(&size8(outbox.length() - void_at - 9));
            outbox.overwrite_first(void_at, &void);
            self.committed = outbox.length();
            self.mode = Mode::Elements;
        }
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

    fn close_cluster(&mut self, is_whole: bool, outbox: &mut Outbox) {
        let committed = self.committed;
        if let Some(cluster) = self.cluster.as_mut().filter(|cluster| cluster.is_open) {
            if outbox.is_handed_out(cluster.size_at()) && self.written_size.is_some() {
                write_segment_size(&self.layout, &mut self.written_size, committed, outbox);
            }
            cluster.close(committed, is_whole, outbox);
        }
    }

    fn report(&mut self, kind: ProblemKind) {
        self.problem.get_or_insert(Problem { offset: self.at, kind });
    }

    /// Makes sizes, duration and index right up to the last whole element.
    pub(crate) fn checkpoint(&mut self, outbox: &mut Outbox) {
        write_segment_size(&self.layout, &mut self.written_size, self.committed, outbox);
        if let Some(cluster) = self.open_cluster() {
            cluster.write_size(self.committed, outbox);
        }
        let duration = self.duration();
        if let Some(nanoseconds) = duration.filter(|_| duration != self.written_duration) {
            outbox.overwrite(self.layout.duration_at, &info::duration(nanoseconds, self.layout.scale));
            self.written_duration = duration;
        }
        self.index.write(outbox);
        if self.index.len() > 0 {
            self.layout.seek_head.enter(ids::CUES, self.layout.index_at - self.layout.segment_data_at);
        }
        if let Some(area) = self.layout.seek_head.take_changed() {
            outbox.overwrite(self.layout.seek_head_at, &area);
        }
    }

    /// Writes what was held back, ends what is open, and makes the last checkpoint.
    pub(crate) fn finish(&mut self, rest: &[u8], outbox: &mut Outbox) {
        match self.mode {
            Mode::Elements if !rest.is_empty() => {
                self.begin_junk(ProblemKind::CutShort, outbox);
            }
            Mode::Copy { start, .. } => {
                // Its front is in the file already: it becomes the front of a Void.
                self.report(ProblemKind::CutShort);
                let length = outbox.length() - start;
                outbox.overwrite_first(start, &void_header(length));
                self.committed = outbox.length();
                if let Some(cluster) = &mut self.cluster {
                    cluster.is_altered = true;
                }
            }
            Mode::Drop { .. } => self.report(ProblemKind::CutShort),
            Mode::Elements | Mode::Junk { .. } | Mode::Trailing => {}
        }
        outbox.append(rest);
        self.end_junk(outbox);
        let is_whole =
            self.open_cluster().is_some_and(|cluster| cluster.input_end.is_none_or(|end| end == self.at));
        if !is_whole && self.open_cluster().is_some() {
            self.report(ProblemKind::CutShort);
        }
        self.close_cluster(is_whole, outbox);
        self.checkpoint(outbox);
    }
}

fn write_segment_size(layout: &Layout, written: &mut Option<u64>, end: u64, outbox: &mut Outbox) {
    let size = end - layout.segment_data_at;
    if *written != Some(size) {
        // First of all, so that nothing in the Segment ever sticks out of it.
        outbox.overwrite_first(layout.segment_size_at, &size8(size));
        *written = Some(size);
    }
}

/// At most `left` bytes of the front of `data`.
fn front_of(data: &[u8], left: u64) -> &[u8] {
    let length = usize::try_from(left).map_or(data.len(), |left| left.min(data.len()));
    data.get(..length).unwrap_or_default()
}

/// Whether a cluster begins here: its ID, a size, and then a Timestamp, or what may stand before it.
fn begins_cluster(data: &[u8]) -> bool {
    // The ID first: nearly all of junk is told by one byte.
    data.first() == Some(&0x1F)
        && ebml::header(data).is_ok_and(|header| {
            header.id == ids::CLUSTER
                && header.size != Some(0)
                && data
                    .get(usize::from(header.length))
                    .is_some_and(|byte| [ids::TIMESTAMP, ids::VOID, ids::CRC_32].contains(&u32::from(*byte)))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webm::WebM;
    use crate::{Edit, Options};

    const FIVE_GIB: u64 = 5 << 30;

    fn head() -> Vec<u8> {
        let mut out =
            b"\x1A\x45\xDF\xA3\x87\x42\x82\x84webm\x18\x53\x80\x67\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF".to_vec();
        out.extend_from_slice(
            b"\x15\x49\xA9\x66\x80\x16\x54\xAE\x6B\x8F\xAE\x8D\xD7\x81\x01\x83\x81\x01\x86\x85V_VP8",
        );
        out
    }

    fn cluster(time: u8) -> Vec<u8> {
        let mut out = b"\x1F\x43\xB6\x75\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xE7\x81".to_vec();
        out.extend_from_slice(&[time, 0xA3, 0x85, 0x81, 0, 1, 0x80, 9]);
        out
    }

    /// Positions and sizes past 4 GiB, without 4 GiB of data: the output and a block are said to be that far.
    #[test]
    fn positions_past_4_gib() {
        let mut outbox = Outbox::default();
        let mut webm = WebM::new(&Options::default());
        let mut input = head();
        input.extend(cluster(1));
        assert_eq!(webm.take(&input, &mut outbox), input.len());
        webm.checkpoint(&mut outbox);
        while outbox.next_edit().is_some() {}
        // The first cluster grows by five GiB.
        outbox.pretend_written(FIVE_GIB);
        let second_at = outbox.length();
        let second = cluster(9);
        assert_eq!(webm.take(&second, &mut outbox), second.len());
        webm.finish(&[], &mut outbox);
        let edits: Vec<Edit> = std::iter::from_fn(|| outbox.next_edit()).collect();
        let segment_data_at = 12 + 12;
        let total = second_at + second.len() as u64;
        let written = |offset: u64| {
            edits.iter().find_map(|edit| match edit {
                Edit::Overwrite { offset: at, bytes } if *at == offset => Some(bytes.clone()),
                _ => None,
            })
        };
        assert_eq!(written(segment_data_at - 8), Some(size8(total - segment_data_at).to_vec()));
        let position = (second_at - segment_data_at).to_be_bytes();
        let cue_holds_position = edits.iter().any(|edit| match edit {
            Edit::Overwrite { bytes, .. } => bytes
                .windows(7)
                .any(|window| window.starts_with(&[0xF1, 0x85]) && window.get(2..) == position.get(3..)),
            Edit::Append(_) => false,
        });
        assert!(cue_holds_position, "{edits:?}");
        assert!(edits.iter().all(|edit| matches!(edit, Edit::Append(bytes) if bytes.len() == second.len())
            || matches!(edit, Edit::Overwrite { offset, bytes } if offset + (bytes.len() as u64) < total)));
    }
}
