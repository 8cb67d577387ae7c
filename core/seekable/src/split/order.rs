//! Which packets are before a cut and which behind it.

use crate::packets::{Packet, Packets, Position, Source};

/// How far the packets were counted.
#[derive(Debug, Clone)]
pub(super) struct Order {
    main: Option<usize>,
    main_count: u64,
    /// For each track: the latest time so far, in nanoseconds.
    reached: Vec<i64>,
}

/// What decides where a packet belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// Of the main track: how many of its packets come before.
    Main(u64),
    /// Of another track: its time in nanoseconds, or that of an earlier packet if that is later. So the order of
    /// packets within a track never changes.
    Other(i64),
}

/// A place to begin to read.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) position: Position,
    pub(super) order: Order,
}

impl Order {
    pub(super) fn new<S: Source>(packets: &Packets<S>) -> Self {
        Self { main: packets.main_track(), main_count: 0, reached: vec![i64::MIN; packets.tracks().len()] }
    }

    /// Counts a packet that begins at `start`.
    pub(super) fn take(&mut self, packet: &Packet, start: i64) -> Turn {
        if self.main == Some(packet.track) {
            self.main_count += 1;
            return Turn::Main(self.main_count - 1);
        }
        let reached = self.reached.get_mut(packet.track);
        Turn::Other(reached.map_or(start, |reached| {
            *reached = start.max(*reached);
            *reached
        }))
    }

    pub(super) fn is_main(&self, packet: &Packet) -> bool {
        self.main == Some(packet.track)
    }

    /// Packets of the main track so far.
    pub(super) fn main_count(&self) -> u64 {
        self.main_count
    }
}
