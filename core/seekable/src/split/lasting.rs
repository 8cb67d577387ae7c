//! Texts that last over a cut, and where a packet ends in its part.

use crate::TrackKind;
use crate::packets::{Packet, PacketTrack};

/// Texts that last at the same time and are remembered.
pub(super) const LASTING_MAX: usize = 16;

/// A packet of sound is never longer, in nanoseconds: what lasts longer over a cut does because nothing follows it.
pub(super) const SOUND_MAX: i64 = 120_000_000;

/// Texts that may last over the next cut: when they begin and end, in nanoseconds.
#[derive(Debug, Default)]
pub(super) struct Lasting {
    texts: Vec<(Packet, i64, i64)>,
}

impl Lasting {
    pub(super) fn note(&mut self, packet: Packet, start: i64, end: i64) {
        if self.texts.len() >= LASTING_MAX {
            self.texts.remove(0);
        }
        self.texts.push((packet, start, end));
    }

    /// Those that begin before this time and last longer. Later times are asked for later.
    pub(super) fn over(&mut self, time: i64) -> Vec<Packet> {
        self.texts.retain(|(_, _, end)| *end > time);
        self.texts.iter().filter(|(_, start, _)| *start < time).map(|(packet, ..)| *packet).collect()
    }
}

/// How long a packet lasts in a part that ends at `end`, in ticks of its track; `time`: when it begins there.
pub(super) fn length_in_part(
    packet: &Packet,
    track: &PacketTrack,
    is_main: bool,
    time: i64,
    end: i64,
) -> Option<u64> {
    let duration = packet.duration?;
    let left = u64::try_from(end.saturating_sub(time)).unwrap_or(0);
    let over = i64::try_from(duration.saturating_sub(left)).unwrap_or(i64::MAX);
    let is_cut = track.track.kind == TrackKind::Other || track.timescale.to_nanoseconds(over) > SOUND_MAX;
    let is_cut = is_cut && left > 0 && !is_main && track.tells_durations();
    Some(if is_cut { duration.min(left) } else { duration })
}
