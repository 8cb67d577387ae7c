//! The body: everything behind the head, written as it comes, element by element.

mod checkpoint;
mod elements;
mod junk;
mod note;
#[cfg(feature = "webm-repair")]
mod repair;

use super::block::simple_block_front;
use super::cluster::Cluster;
use super::group::GroupReader;
use super::head::Layout;
use super::said::Said;
use crate::edit::Outbox;
use crate::{Limits, Options, Problem, ProblemKind, TrackKind};
#[cfg(feature = "webm-repair")]
pub(crate) use elements::{begins_well, first_child_of};
#[cfg(not(feature = "webm-repair"))]
pub(crate) use junk::begins_cluster;
#[cfg(feature = "webm-repair")]
pub(crate) use junk::begins_something;
pub(crate) use junk::{CLUSTER_FRONT, lies};

/// Bytes of a block that tell all about it (unless it is laced).
const BLOCK_FRONT: usize = 16;

#[derive(Debug)]
pub(crate) struct Body {
    layout: Layout,
    said: Said,
    limits: Limits,
    /// Whether what is no whole element is left out.
    trims: bool,
    /// Whether the input is the file itself: see [`super::resume`].
    is_in_place: bool,
    /// Track numbers and their places in the layout, in order of the numbers.
    places: Vec<(u64, usize)>,
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
    /// In place: where Chapters and Tags stand that are written anew at the end.
    lifted_from: Option<u64>,
    mode: Mode,
    /// Nothing follows: what is here is all there is.
    is_last: bool,
    /// The Segment's size in the file; `None` while it is unknown.
    written_size: Option<u64>,
    problem: Option<Problem>,
}

#[derive(Debug)]
enum Mode {
    /// At the start of an element.
    Elements,
    /// Inside of an element that is too large to be held: its start in the output, and bytes to come.
    Copy { start: u64, left: u64, passing: Passing },
    /// In bytes that are no elements, until a cluster begins. They are kept in a Void that begins here, or left out.
    Junk { void_at: u64, is_fresh: bool },
    /// Behind the end of the Segment.
    Trailing,
}

/// What is read of an element while it passes by.
#[derive(Debug)]
enum Passing {
    Unread,
    /// Directly in the Segment, with this ID.
    Part(u32),
    /// The front of the payload, and where that is in the output.
    SimpleBlock([u8; BLOCK_FRONT], u64),
    BlockGroup(Box<GroupReader>),
}

impl Body {
    /// Goes on behind the head, at byte `at` of the input.
    pub(crate) fn new(
        layout: Layout,
        said: Said,
        at: u64,
        segment_end: Option<u64>,
        options: &Options,
        outbox: &Outbox,
    ) -> Self {
        let of_kind = |kind| layout.tracks.iter().find(move |state| state.track.kind == kind);
        let main = of_kind(TrackKind::Audio).or(layout.tracks.first());
        // A sort weighs ten times as much in wasm. Of tracks with one number the first counts.
        let mut places: Vec<(u64, usize)> = Vec::new();
        for (number, place) in layout.tracks.iter().map(|state| state.track.number).zip(0..) {
            let at = places.partition_point(|(other, _)| *other < number);
            if places.get(at).is_none_or(|(other, _)| *other != number) {
                places.insert(at, (number, place));
            }
        }
        Self {
            has_video: of_kind(TrackKind::Video).is_some(),
            main_track: main.map(|state| state.track.number),
            places,
            layout,
            said,
            // The front of a block is always held.
            limits: Limits { held_bytes: options.limits.held_bytes.max(1024), ..options.limits },
            trims: options.trims_tail,
            is_in_place: false,
            at,
            segment_end,
            committed: outbox.length(),
            cluster: None,
            lifted_from: None,
            mode: Mode::Elements,
            is_last: false,
            written_size: None,
            problem: None,
        }
    }

    /// The same for a file that is mended where it is: nothing moves, and the tail is cut off.
    pub(crate) fn in_place(self, segment_size: Option<u64>) -> Self {
        Self { is_in_place: true, trims: true, written_size: segment_size, ..self }
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

    /// What is said about the recording.
    pub(crate) fn said_mut(&mut self) -> &mut Said {
        &mut self.said
    }

    /// The tracks, and how far each has come.
    pub(crate) fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Where the last block ends, in nanoseconds.
    pub(crate) fn duration(&self) -> Option<u64> {
        let end = self.layout.tracks.iter().filter_map(|state| state.end()).max();
        #[cfg(feature = "webm-repair")]
        let end = end.map(|end| self.or_stated(end));
        end
    }

    /// The first thing that was not as it should be.
    pub(crate) fn problem(&self) -> Option<Problem> {
        self.problem
    }

    /// One step: bytes consumed, or `None` when more are needed. A step of zero bytes changes the mode.
    fn step(&mut self, rest: &[u8], outbox: &mut Outbox) -> Option<usize> {
        if rest.is_empty() {
            return None;
        }
        match &mut self.mode {
            Mode::Elements => self.element(rest, outbox),
            Mode::Copy { left, passing, .. } => {
                let length = usize::try_from(*left).map_or(rest.len(), |left| left.min(rest.len()));
                let piece = rest.get(..length).unwrap_or_default();
                outbox.append(piece);
                if let Passing::BlockGroup(group) = passing {
                    group.take(piece);
                }
                *left -= length as u64;
                if *left == 0 {
                    self.end_copy(outbox);
                }
                Some(length)
            }
            Mode::Junk { .. } => self.junk(rest, outbox),
            Mode::Trailing => {
                if !self.trims {
                    outbox.append(rest);
                }
                Some(rest.len())
            }
        }
    }

    /// An element that was too large to be held is whole.
    fn end_copy(&mut self, outbox: &mut Outbox) {
        self.committed = outbox.length();
        if let Mode::Copy { start, passing, .. } = std::mem::replace(&mut self.mode, Mode::Elements) {
            match &passing {
                Passing::Unread => {}
                Passing::Part(id) => self.find(*id, start),
                Passing::SimpleBlock(front, payload_at) => {
                    let block = simple_block_front(front);
                    self.flag_key(block.as_ref(), front, *payload_at, outbox);
                    self.note(block.as_ref(), start);
                }
                Passing::BlockGroup(group) => self.note(group.block().as_ref(), start),
            }
        }
    }

    fn open_cluster(&self) -> Option<&Cluster> {
        self.cluster.as_ref().filter(|cluster| cluster.is_open)
    }

    fn report(&mut self, kind: ProblemKind) {
        self.problem.get_or_insert(Problem { offset: self.at, kind });
    }
}
