//! A decision in the making: events and the room as it will be after them.

use hostreel_protocol::{
    ConsentPolicy, ConsentState, EndReason, Event, LeaveReason, Limits, Millis, Person, PersonId,
    RunningRecording, StopReason,
};

use crate::lookalike::resembles;
use crate::permissions::{Action, allows};
use crate::{Room, evolve};

/// A decision in the making. Each event is applied to a copy at once, so that later steps see what earlier ones did.
pub(crate) struct Draft<'a> {
    pub(crate) room: Room,
    pub(crate) limits: &'a Limits,
    pub(crate) now: Millis,
    pub(crate) events: Vec<Event>,
}

impl<'a> Draft<'a> {
    pub(crate) fn new(room: &Room, limits: &'a Limits, now: Millis) -> Self {
        Self { room: room.clone(), limits, now, events: Vec::new() }
    }

    pub(crate) fn add(&mut self, event: Event) {
        for envelope in self.room.number(self.now, vec![event]) {
            evolve(&mut self.room, &envelope);
            self.events.push(envelope.event);
        }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.room.state.people.len() >= self.limits.people_per_room
    }

    /// Somebody takes a place. Who comes into a recording that asks, is asked.
    pub(crate) fn enters(&mut self, person: Person) {
        let id = person.id.clone();
        self.add(Event::Joined { person });
        let asks = |running: &&RunningRecording| running.consent == ConsentPolicy::Ask && running.by != id;
        if let Some(running) = self.room.state.recording.as_ref().filter(asks) {
            let recording = running.id.clone();
            self.add(Event::ConsentChanged { recording, person: id, state: ConsentState::Asked });
        }
    }

    /// Somebody goes; what they recorded ends first, so that a recording's owner is always present.
    pub(crate) fn goes(&mut self, person: &PersonId, reason: LeaveReason) {
        self.ends_recording_of(person, StopReason::Gone);
        self.add(Event::Left { person: person.clone(), reason });
    }

    pub(crate) fn ends_recording_of(&mut self, person: &PersonId, reason: StopReason) {
        if let Some(running) = self.room.state.recording.as_ref().filter(|running| running.by == *person) {
            let recording = running.id.clone();
            self.add(Event::RecordingStopped { recording, reason });
        }
    }

    /// Ends the recording of `person` when they may not record any more with this role and grant.
    pub(crate) fn ends_recording_without_right(
        &mut self,
        person: &Person,
        role: hostreel_protocol::Role,
        granted: bool,
    ) {
        if !allows(role, granted, &self.room.state.policies, Action::Record) {
            self.ends_recording_of(&person.id, StopReason::Revoked);
        }
    }

    /// The host role goes from one to another; a recording that has no right any more ends before.
    pub(crate) fn hands_over(&mut self, from: &Person, to: &PersonId) {
        self.ends_recording_without_right(from, hostreel_protocol::Role::Cohost, from.may_record);
        self.add(Event::HandedOver { from: from.id.clone(), to: to.clone() });
    }

    pub(crate) fn ends(&mut self, reason: EndReason) {
        if let Some(running) = &self.room.state.recording {
            let recording = running.id.clone();
            self.add(Event::RecordingStopped { recording, reason: StopReason::RoomEnded });
        }
        self.add(Event::Ended { reason });
    }

    /// Compares everybody's name with the host's, after either may have changed.
    pub(crate) fn compares_names(&mut self) {
        let state = &self.room.state;
        let Some(host) = state.host() else { return };
        let differs = |person: &&Person| {
            let resembles_host = person.id != host.id && resembles(&person.name, &host.name);
            resembles_host != person.resembles_host
        };
        let changed: Vec<_> = state.people.iter().filter(differs).cloned().collect();
        for person in changed {
            self.add(Event::ResemblanceChanged { person: person.id, resembles_host: !person.resembles_host });
        }
    }

    /// Whether a name can be mistaken for the present host's.
    pub(crate) fn resembles_host(&self, name: &str) -> bool {
        self.room.state.host().is_some_and(|host| resembles(name, &host.name))
    }
}
