//! Texts that [`crate::Split`] cut apart are one again.

use super::Join;
use super::offsets::follows;
use crate::packets::{Packet, PacketTrack, Source};

/// Bytes of texts that are compared.
const TEXT_MAX: u64 = 64 * 1024;

impl<S: Source> Join<S> {
    /// How much longer a packet of the current input lasts in the parts behind it, in nanoseconds: where it ends with its
    /// part, and the next part begins with the same bytes. They are left out there.
    pub(super) fn lasts_on(&mut self, packet: &Packet, place: usize) -> i64 {
        let mut longer = 0_i64;
        let (mut number, mut last, mut track) = (self.current, *packet, packet.track);
        while let Some((next_track, next)) = self.goes_on(number, track, &last, place) {
            number += 1;
            self.left_out.push((number, next_track));
            let scale = self.inputs.get(number).and_then(|input| input.packets.tracks().get(next_track));
            let length = i64::try_from(next.duration.unwrap_or(0)).unwrap_or(i64::MAX);
            longer = longer.saturating_add(scale.map_or(0, |track| track.timescale.to_nanoseconds(length)));
            (last, track) = (next, next_track);
        }
        longer
    }

    /// The packet that the part behind `number` begins with in the track at `place` of the output, if it is the rest of `last`.
    fn goes_on(&self, number: usize, track: usize, last: &Packet, place: usize) -> Option<(usize, Packet)> {
        let (input, next) = (self.inputs.get(number)?, self.inputs.get(number + 1)?);
        let described = input.packets.tracks().get(track).filter(|track| track.is_repeated())?;
        if !follows(&self.told, number + 1) {
            return None;
        }
        let end = described.timescale.to_ticks(self.told.get(number)?.length?);
        let own_end = last.time.saturating_add_unsigned(last.duration?);
        let next_track = next.tracks.iter().position(|other| *other == place)?;
        let first = next.begin.tracks.get(next_track).copied().flatten()?.packet;
        let is_text = |track: &PacketTrack| track.is_repeated();
        let is_next = own_end.abs_diff(end) <= 1
            && first.time.unsigned_abs() <= 1
            && next.packets.tracks().get(next_track).is_some_and(is_text)
            && first.data.size == last.data.size
            && last.data.size <= TEXT_MAX;
        if !is_next {
            return None;
        }
        let (mut one, mut two) = (Vec::new(), Vec::new());
        input.packets.read(last, &mut one).ok()?;
        next.packets.read(&first, &mut two).ok()?;
        (one == two).then_some((next_track, first))
    }
}
