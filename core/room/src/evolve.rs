//! What happened: applying events.

use hostreel_protocol::{Envelope, Event, Person, PersonId, RecordingId, RecordingState, Role};

use crate::Room;

/// Applies one event. Total: what does not fit (a newer server, a missed event) changes what it can and never fails.
///
/// An envelope whose revision the room already has is skipped, so a snapshot and events that overlap it are fine.
pub fn evolve(room: &mut Room, envelope: &Envelope) {
    if envelope.rev <= room.state.rev {
        return;
    }
    room.state.rev = envelope.rev;
    let at = envelope.at;
    match &envelope.event {
        Event::Joined { person } => joined(room, person),
        Event::Left { person, .. } => left(room, person),
        Event::RoleChanged { person, role } => {
            change(room, person, |person| person.role = *role);
        }
        Event::HandedOver { from, to } => {
            change(room, from, |person| person.role = Role::Cohost);
            change(room, to, |person| person.role = Role::Host);
        }
        Event::Renamed { person, name } => change(room, person, |person| person.name.clone_from(name)),
        Event::RecordingStarted { recording } => room.state.recording = Some(recording.clone()),
        Event::RecordingPaused { recording } => switch(room, recording, RecordingState::Paused, envelope),
        Event::RecordingResumed { recording } => switch(room, recording, RecordingState::Recording, envelope),
        Event::RecordingStopped { recording, .. } => {
            room.state.recording.take_if(|running| running.id == *recording);
        }
        Event::GrantChanged { person, may_record } => {
            change(room, person, |person| person.may_record = *may_record);
        }
        Event::MuteChanged { person, muted } => change(room, person, |person| person.muted = *muted),
        Event::HandChanged { person, raised } => {
            change(room, person, |person| person.hand_raised_at = raised.then_some(at));
        }
        Event::PoliciesChanged { policies } => room.state.policies = policies.clone(),
        Event::Ended { .. } => {
            // An ended room is empty: who looks at the roster then closes every connection.
            room.state.people.clear();
            room.state.recording = None;
            room.state.ended = true;
            room.key_holder = None;
        }
    }
}

fn change(room: &mut Room, id: &PersonId, with: impl FnOnce(&mut Person)) {
    if let Some(person) = room.state.people.iter_mut().find(|person| person.id == *id) {
        with(person);
    }
}

fn joined(room: &mut Room, person: &Person) {
    room.state.people.retain(|present| present.id != person.id);
    if person.role == Role::Host {
        // Nobody but the holder of the key joins as host.
        room.key_holder = Some(person.id.clone());
    }
    room.state.people.push(person.clone());
}

fn left(room: &mut Room, id: &PersonId) {
    room.state.people.retain(|person| person.id != *id);
    room.key_holder.take_if(|holder| holder == id);
}

fn switch(room: &mut Room, id: &RecordingId, to: RecordingState, envelope: &Envelope) {
    if let Some(running) = room.state.recording.as_mut().filter(|running| running.id == *id)
        && running.state != to
    {
        if to == RecordingState::Recording {
            let paused = envelope.at.since(running.changed_at).0;
            running.paused_ms = running.paused_ms.saturating_add(paused);
        }
        running.state = to;
        running.changed_at = envelope.at;
    }
}
