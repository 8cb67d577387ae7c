//! Writing one part.

use super::lasting::length_in_part;
use super::order::{Order, Turn};
use super::plan::Plan;
use super::scan::Measured;
#[cfg(feature = "mp4-repair")]
use super::shown::arrivals;
use crate::packets::output::{Feed, Output, Placed};
use crate::packets::{Kept, Packet, Packets, PartsError, Source};
use crate::{Container, Edit, Metadata, Options, Summary};

/// Writes one part, edit by edit, at the pace of whoever takes them.
#[derive(Debug)]
pub struct PartWriter<'a, S> {
    packets: &'a mut Packets<S>,
    plan: Plan,
    output: Output,
    order: Order,
    /// For each track: what is taken off its times, in ticks.
    shifts: Vec<i64>,
    /// Texts that last into the part and are still to be written, the first of them last.
    lasting: Vec<Packet>,
}

impl<'a, S: Source> PartWriter<'a, S> {
    pub(super) fn new(
        packets: &'a mut Packets<S>,
        plan: &Plan,
        measured: &Measured,
        mut metadata: Metadata,
        kept: &Kept,
        options: Options,
    ) -> Result<Self, PartsError> {
        packets.seek(&plan.from.position);
        let shifts: Vec<i64> =
            packets.tracks().iter().map(|track| track.timescale.to_ticks(plan.zero)).collect();
        let length = plan.next_zero.map(|next| next.saturating_sub(plan.zero));
        let kept = kept.of_part(plan.zero, length);
        if packets.container() != Container::Mp4 {
            // They are kept with more than can be said here.
            metadata.chapters.clear();
        }
        let elements = [kept.tags(), kept.chapters()].concat();
        #[cfg_attr(
            not(feature = "mp4-repair"),
            expect(unused_mut, reason = "what is hidden is not said then")
        )]
        let mut output = Output::new(packets, &measured.delays, metadata, &elements, options)?;
        #[cfg(feature = "mp4-repair")]
        output.begin_input(&arrivals(packets.tracks(), &shifts, &measured.earliest));
        let order = plan.from.order.clone();
        let lasting = plan.lasting.iter().rev().copied().collect();
        Ok(Self { packets, plan: plan.clone(), output, order, shifts, lasting })
    }

    /// The next edit to apply to the part's file; `None` when it is complete. An edit is at most about 256 KiB, or
    /// what the machine held back ([`crate::Limits::held_bytes`]).
    ///
    /// # Errors
    /// [`PartsError`]: the input can not be read. What was written so far is of no use then.
    pub fn next_edit(&mut self) -> Result<Option<Edit>, PartsError> {
        self.pull()
    }

    /// What was written, complete once [`Self::next_edit`] has given `None`.
    pub fn summary(&self) -> Summary {
        self.output.summary()
    }

    fn belongs(&mut self, packet: &Packet) -> bool {
        match self.order.take(packet, self.packets.start(packet)) {
            Turn::Main(ordinal) => self.plan.main.contains(&ordinal),
            // The last part has no end, not even at the last time that can be told.
            Turn::Other(time) => self.plan.times.contains(&time),
        }
    }
}

impl<S: Source> PartWriter<'_, S> {
    /// Writes a packet, or of one that lasts into the part what is behind its start.
    fn write(&mut self, packet: &Packet, is_lasting: bool) -> Result<(), PartsError> {
        let Some(track) = self.packets.tracks().get(packet.track) else { return Ok(()) };
        let shift = self.shifts.get(packet.track).copied().unwrap_or(0);
        if track.is_hidden_from(shift) {
            // Nothing of it is shown in this part or behind it.
            return Ok(());
        }
        let mut packet = *packet;
        if is_lasting {
            let before = u64::try_from(shift.saturating_sub(packet.time)).unwrap_or(0);
            let left = packet.duration.and_then(|duration| duration.checked_sub(before));
            // What comes before the first key frame may begin behind its end.
            let Some(left) = left.filter(|left| *left > 0) else { return Ok(()) };
            (packet.time, packet.decode_time, packet.duration) =
                (packet.time.max(shift), packet.decode_time.max(shift), Some(left));
        }
        let time = packet.time.saturating_sub(shift);
        let end = self.plan.next_zero.map(|next| track.timescale.to_ticks(next).saturating_sub(shift));
        let is_main = self.order.is_main(&packet);
        let length = length_in_part(&packet, track, is_main, time, end.unwrap_or(i64::MAX));
        let placed = Placed {
            track: packet.track,
            time,
            decode_time: packet.decode_time.saturating_sub(shift),
            duration: length,
            input: 0,
        };
        self.output.packet(self.packets.source(), &packet, placed)
    }
}

impl<S: Source> Feed for PartWriter<'_, S> {
    fn output(&mut self) -> &mut Output {
        &mut self.output
    }

    /// Takes one packet.
    fn advance(&mut self) -> Result<(), PartsError> {
        if let Some(packet) = self.lasting.pop() {
            return self.write(&packet, true);
        }
        let is_behind = self.packets.position().index >= self.plan.last;
        let packet = if is_behind { None } else { self.packets.next_packet()? };
        let Some(packet) = packet else {
            self.output.end_of_input(self.packets.source())?;
            return self.output.finish();
        };
        if !self.packets.keeps(&packet) || !self.belongs(&packet) {
            return Ok(());
        }
        self.write(&packet, false)
    }
}
