//! Writing one part.

use super::order::{Order, Turn};
use super::plan::Plan;
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
}

impl<'a, S: Source> PartWriter<'a, S> {
    pub(super) fn new(
        packets: &'a mut Packets<S>,
        plan: &Plan,
        delays: &[i64],
        mut metadata: Metadata,
        kept: &Kept,
        options: Options,
    ) -> Result<Self, PartsError> {
        packets.seek(&plan.from.position);
        let shifts = packets.tracks().iter().map(|track| track.timescale.to_ticks(plan.zero)).collect();
        let length = plan.next_zero.map(|next| next.saturating_sub(plan.zero));
        let kept = kept.of_part(plan.zero, length);
        if packets.container() != Container::Mp4 {
            // They are kept with more than can be said here.
            metadata.chapters.clear();
        }
        let elements = [kept.tags(), kept.chapters()].concat();
        let output = Output::new(packets, delays, metadata, &elements, options)?;
        let order = plan.from.order.clone();
        Ok(Self { packets, plan: plan.clone(), output, order, shifts })
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

impl<S: Source> Feed for PartWriter<'_, S> {
    fn output(&mut self) -> &mut Output {
        &mut self.output
    }

    /// Takes one packet.
    fn advance(&mut self) -> Result<(), PartsError> {
        let is_behind = self.packets.position().index >= self.plan.last;
        let packet = if is_behind { None } else { self.packets.next_packet()? };
        let Some(packet) = packet else {
            self.output.end_of_input(self.packets.source())?;
            return self.output.finish();
        };
        if !self.belongs(&packet) {
            return Ok(());
        }
        let shift = self.shifts.get(packet.track).copied().unwrap_or(0);
        let placed = Placed {
            track: packet.track,
            time: packet.time.saturating_sub(shift),
            decode_time: packet.decode_time.saturating_sub(shift),
            duration: packet.duration,
            input: 0,
        };
        self.output.packet(self.packets.source(), &packet, placed)
    }
}
