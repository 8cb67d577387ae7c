//! What the begin of a part tells.

use crate::packets::{Packet, Packets, PartsError, Source};

/// Packets that are looked at to find out which track begins first.
const FIRST_PACKETS: usize = 1_000;

/// When a part begins, by its own time.
#[derive(Debug, Clone)]
pub(super) struct Begin {
    /// The first packet of all, in nanoseconds; not before time zero.
    pub(super) time: i64,
    /// For each track what it begins with.
    pub(super) tracks: Vec<Option<First>>,
}

/// What a track begins with.
#[derive(Debug, Clone, Copy)]
pub(super) struct First {
    /// Its first packet.
    pub(super) packet: Packet,
    /// When the first of its packets would be shown, in its ticks.
    pub(super) time: i64,
}

impl Begin {
    /// The packets are read from their beginning again.
    pub(super) fn read<S: Source>(packets: &mut Packets<S>) -> Result<Self, PartsError> {
        let beginning = packets.position();
        let mut first: Option<i64> = None;
        let mut tracks: Vec<Option<First>> = vec![None; packets.tracks().len()];
        for _ in 0..FIRST_PACKETS {
            let Some(packet) = packets.next_packet()? else { break };
            let start = packets.start(&packet);
            first = Some(first.map_or(start, |first| first.min(start)));
            if let Some(track) = tracks.get_mut(packet.track) {
                let first = track.get_or_insert(First { packet, time: packet.time });
                first.time = first.time.min(packet.time);
            }
        }
        packets.seek(&beginning);
        Ok(Self { time: first.unwrap_or(0).max(0), tracks })
    }
}

#[cfg(feature = "mp4")]
pub(super) use mp4::arrivals;

#[cfg(feature = "mp4")]
mod mp4 {
    //! What edit lists show of a part.

    use super::Begin;
    use crate::mp4::shown::Shown;
    use crate::packets::output::Arrival;
    use crate::packets::{PacketTrack, Packets, Source};

    /// For each of `count` tracks of the output: what a part brings for it. `places`: which one each track of the part
    /// becomes; `convert`: its ticks to those of the output, moved to where the part goes.
    pub(in crate::join) fn arrivals<S: Source>(
        packets: &Packets<S>,
        begin: &Begin,
        places: &[usize],
        count: usize,
        follows: bool,
        convert: impl Fn(&PacketTrack, usize, i64) -> i64,
    ) -> Vec<Option<Arrival>> {
        let mut arrivals = vec![None; count];
        for ((track, place), first) in packets.tracks().iter().zip(places).zip(&begin.tracks) {
            let Some(setup) = track.setup.mp4() else { continue };
            let Some(arrival) = arrivals.get_mut(*place) else { continue };
            let convert = |ticks| convert(track, *place, ticks);
            let shown = setup.shown.iter().map(|shown| Shown {
                start: convert(shown.start),
                end: shown.end.map(convert),
                media: convert(shown.media),
            });
            // A track that begins late hides nothing.
            let start = setup.shown.first().map_or(0, |shown| shown.media);
            let (decode_time, time) =
                first.map_or((start, start), |first| (first.packet.decode_time, first.time));
            *arrival = Some(Arrival {
                decode_time: convert(decode_time),
                time: convert(time),
                shown: shown.collect(),
                tick: convert(setup.tick).saturating_sub(convert(0)),
                follows,
            });
        }
        arrivals
    }
}
