//! What happened: applying events.

use hostreel_protocol::{
    ChatMessage, Consent, ConsentPolicy, ConsentState, Envelope, Event, LeaveReason, Millis, Person,
    PersonId, RecordingId, RecordingState, Role, RoomState,
};

use crate::Room;

/// Most chat messages that are kept for who comes late.
pub const CHAT_MESSAGES: usize = 100;
/// Most bytes of chat that are kept for who comes late: a snapshot has to fit a queue.
pub const CHAT_BYTES: usize = 32 * 1024;
/// Most marks of who left while muted that are kept: the newest.
const MUTED_MARKS: usize = 1_000;

/// Applies one event. Total: what does not fit (a newer server, a missed event) changes what it can and never fails.
///
/// An envelope whose revision the room already has is skipped, so a snapshot and events that overlap it are fine.
pub fn evolve(room: &mut Room, envelope: &Envelope) {
    let state = &mut room.state;
    if envelope.rev <= state.rev {
        return;
    }
    state.rev = envelope.rev;
    let at = envelope.at;
    match &envelope.event {
        Event::Joined { person } => joined(state, person, at),
        Event::Knocked { waiting } => {
            state.waiting.retain(|present| present.id != waiting.id);
            state.waiting.push(waiting.clone());
        }
        Event::KnockEnded { person, .. } => state.waiting.retain(|waiting| waiting.id != *person),
        Event::Left { person, reason } => left(state, person, *reason, at),
        Event::PresenceChanged { person, away, until } => change(state, person, |person| {
            person.away_since = away.then_some(at);
            person.away_until = until.filter(|_| *away);
        }),
        Event::Banned { marks } => {
            for mark in marks {
                if !state.banned.contains(mark) {
                    state.banned.push(mark.clone());
                }
            }
        }
        Event::ResemblanceChanged { person, resembles_host } => {
            change(state, person, |person| person.resembles_host = *resembles_host);
        }
        Event::Succeeded { person } => {
            make_host(state, person);
            state.host_stands_in = state.person(person).is_some();
        }
        Event::RoleChanged { person, role: Role::Host } => make_host(state, person),
        Event::RoleChanged { person, role } => change(state, person, |person| person.role = *role),
        Event::HandedOver { from, to } => {
            change(state, from, |person| person.role = Role::Cohost);
            make_host(state, to);
        }
        Event::Renamed { person, name, resembles_host } => change(state, person, |person| {
            person.name.clone_from(name);
            person.resembles_host = *resembles_host;
        }),
        Event::RecordingStarted { recording } => state.recording = Some(recording.clone()),
        Event::RecordingPaused { recording } => switch(state, recording, RecordingState::Paused, at),
        Event::RecordingResumed { recording } => switch(state, recording, RecordingState::Recording, at),
        Event::RecordingStopped { recording, .. } => {
            state.recording.take_if(|running| running.id == *recording);
        }
        Event::ConsentChanged { recording, person, state: consent } => {
            consents(state, recording, person, *consent, at);
        }
        Event::GrantChanged { person, may_record, until } => change(state, person, |person| {
            person.may_record = *may_record;
            person.record_until = until.filter(|_| *may_record);
        }),
        Event::MuteChanged { person, muted } => change(state, person, |person| person.muted = *muted),
        Event::HandChanged { person, raised } => {
            change(state, person, |person| person.hand_raised_at = raised.then_some(at));
        }
        Event::Chat { from, name, text } => {
            let (from, name, text) = (from.clone(), name.clone(), text.clone());
            said(state, ChatMessage { rev: envelope.rev, at, from, name, text });
        }
        Event::Reacted { .. } => {}
        Event::PoliciesChanged { policies } => {
            state.policies = policies.clone();
            if !policies.chat_history {
                state.chat.clear();
            }
        }
        Event::Ended { .. } => {
            // An ended room is empty: who looks at the roster then closes every connection.
            let mut empty = RoomState::new(state.id.clone(), state.policies.clone());
            (empty.rev, empty.ended) = (state.rev, true);
            *state = empty;
        }
    }
}

fn change(state: &mut RoomState, id: &PersonId, with: impl FnOnce(&mut Person)) {
    if let Some(person) = state.people.iter_mut().find(|person| person.id == *id) {
        with(person);
    }
}

fn joined(state: &mut RoomState, person: &Person, at: Millis) {
    state.waiting.retain(|waiting| waiting.id != person.id);
    state.people.retain(|present| present.id != person.id);
    state.muted.retain(|mark| !person.marks.contains(mark));
    state.people.push(person.clone());
    if person.role == Role::Host {
        make_host(state, &person.id);
    }
    // Nobody is inside for a moment without having been asked.
    if let Some(running) = &mut state.recording {
        running.consents.retain(|known| known.person != person.id);
        if running.consent == ConsentPolicy::Ask && running.by != person.id {
            running.consents.push(Consent { person: person.id.clone(), state: ConsentState::Asked, at });
        }
    }
}

/// There is never a moment with two, whatever the events say.
fn make_host(state: &mut RoomState, id: &PersonId) {
    if state.person(id).is_none() {
        return;
    }
    for person in &mut state.people {
        if person.id == *id {
            person.role = Role::Host;
            person.resembles_host = false;
        } else if person.role == Role::Host {
            person.role = Role::Cohost;
        }
    }
    state.host_gone_at = None;
    state.host_stands_in = false;
}

fn left(state: &mut RoomState, id: &PersonId, reason: LeaveReason, at: Millis) {
    if let Some(host) = state.host().filter(|host| host.id == *id) {
        let gone_at = host.away_since.unwrap_or(at);
        state.host_gone_at = (reason != LeaveReason::Replaced).then_some(gone_at);
        state.host_stands_in = false;
    }
    // Somebody else who has the seat has the mute as well.
    if let Some(person) = state.person(id).filter(|person| person.muted && reason != LeaveReason::Replaced) {
        let marks = person.marks.clone();
        state.muted.retain(|mark| !marks.contains(mark));
        state.muted.extend(marks);
        let surplus = state.muted.len().saturating_sub(MUTED_MARKS);
        state.muted.drain(..surplus);
    }
    state.people.retain(|person| person.id != *id);
    if let Some(running) = &mut state.recording {
        running.consents.retain(|consent| consent.person != *id);
    }
}

fn switch(state: &mut RoomState, id: &RecordingId, to: RecordingState, at: Millis) {
    if let Some(running) = state.recording.as_mut().filter(|running| running.id == *id)
        && running.state != to
    {
        if to == RecordingState::Recording {
            let paused = at.since(running.changed_at).0;
            running.paused_ms = running.paused_ms.saturating_add(paused);
        }
        running.state = to;
        running.changed_at = at;
    }
}

fn consents(state: &mut RoomState, id: &RecordingId, person: &PersonId, consent: ConsentState, at: Millis) {
    if let Some(running) = state.recording.as_mut().filter(|running| running.id == *id) {
        running.consents.retain(|known| known.person != *person);
        running.consents.push(Consent { person: person.clone(), state: consent, at });
    }
}

fn said(state: &mut RoomState, message: ChatMessage) {
    if !state.policies.chat_history {
        return;
    }
    state.chat.push(message);
    let bytes = |message: &ChatMessage| message.text.len() + message.name.len();
    let mut total: usize = state.chat.iter().map(bytes).sum();
    let mut over = state.chat.len().saturating_sub(CHAT_MESSAGES);
    for message in &state.chat[..over] {
        total = total.saturating_sub(bytes(message));
    }
    while total > CHAT_BYTES && over < state.chat.len() {
        total = total.saturating_sub(bytes(&state.chat[over]));
        over += 1;
    }
    state.chat.drain(..over);
}
