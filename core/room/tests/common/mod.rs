//! A room that is played through, and what must hold in every room.

#![allow(dead_code, unreachable_pub, missing_docs, reason = "each test file uses a part of it")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that can't go on has failed")]

use hostreel_protocol::{
    Code, Command, ConsentPolicy, Event, Limits, Mark, Millis, Person, PersonId, Policies, RecordingId,
    RecordingKind, Role, RoomId, RoomState, Succession,
};
use hostreel_room::permissions::{Action, may};
use hostreel_room::{Denied, Input, Join, Keep, Room, decide, evolve};

pub mod world;

pub fn id(text: &str) -> PersonId {
    PersonId::parse(text).unwrap()
}

pub fn mark(text: &str) -> Mark {
    Mark::parse(text).unwrap()
}

pub const RECORD: Command = Command::StartRecording { kind: RecordingKind::Video };

pub fn grant(person: &str) -> Command {
    Command::GrantRecording { person: id(person), for_ms: None }
}

/// A room and its clock, in milliseconds.
pub struct Story {
    pub room: Room,
    pub now: u64,
    pub limits: Limits,
}

impl Story {
    pub fn new() -> Self {
        Self::with(Policies::default())
    }

    pub fn with(policies: Policies) -> Self {
        Self {
            room: Room::new(RoomId::from_random(1), policies),
            now: 0,
            limits: Limits { people_per_room: 4, ..Limits::default() },
        }
    }

    pub fn put(&mut self, input: &Input) -> Result<Vec<Event>, Code> {
        self.now += 100;
        let now = Millis(self.now);
        let events = decide(&self.room, &self.limits, now, input).map_err(Denied::code)?;
        for envelope in self.room.number(now, events.clone()) {
            evolve(&mut self.room, &envelope);
            holds(self.room.state(), &self.limits).unwrap();
        }
        Ok(events)
    }

    pub fn join(&mut self, person: &str, holds_key: bool) -> Result<Vec<Event>, Code> {
        self.put(&Input::Join(Join { holds_key, ..Join::guest(id(person), person) }))
    }

    /// Comes in with a mark, as with a login.
    pub fn join_as(&mut self, person: &str, identity: &str) -> Result<Vec<Event>, Code> {
        self.put(&Input::Join(Join { marks: vec![mark(identity)], ..Join::guest(id(person), person) }))
    }

    pub fn ask(&mut self, by: &str, command: Command) -> Result<Vec<Event>, Code> {
        let new_recording = RecordingId::parse(format!("r{}", self.now)).unwrap();
        self.put(&Input::Command { by: id(by), command, new_recording })
    }

    pub fn lose(&mut self, person: &str) -> Result<Vec<Event>, Code> {
        self.put(&Input::Lost { person: id(person), seat: Keep::Usual })
    }

    /// The page says that it goes.
    pub fn close_page(&mut self, person: &str) -> Result<Vec<Event>, Code> {
        self.put(&Input::Lost { person: id(person), seat: Keep::Briefly })
    }

    pub fn back(&mut self, person: &str) -> Result<Vec<Event>, Code> {
        self.put(&Input::Back { person: id(person) })
    }

    /// Lets time pass.
    pub fn wait(&mut self, milliseconds: u64) -> Vec<Event> {
        self.now += milliseconds;
        self.put(&Input::Tick).unwrap_or_default()
    }

    pub fn person(&self, person: &str) -> Option<&Person> {
        self.room.state().person(&id(person))
    }

    pub fn role(&self, person: &str) -> Option<Role> {
        self.person(person).map(|person| person.role)
    }

    pub fn host(&self) -> Option<&str> {
        self.room.state().host().map(|host| host.id.as_str())
    }
}

/// The invariants, as far as they can be seen in one state.
pub fn holds(state: &RoomState, limits: &Limits) -> Result<(), String> {
    let check = |holds: bool, what: &str| if holds { Ok(()) } else { Err(format!("{what}: {state:?}")) };
    check(state.people.iter().filter(|person| person.role == Role::Host).count() <= 1, "two hosts")?;
    check(state.people.len() <= limits.people_per_room, "too many people")?;
    check(state.waiting.len() <= limits.waiting_per_room, "too many waiting")?;
    check(!state.host_stands_in || state.host().is_some(), "nobody stands in")?;
    check(state.host_gone_at.is_none() || state.host().is_none(), "the host is gone and there")?;
    for (place, person) in state.people.iter().enumerate() {
        check(!person.name.trim().is_empty(), "no name")?;
        check(state.people[..place].iter().all(|other| other.id != person.id), "twice in the room")?;
        check(person.role != Role::Waiting, "waits inside")?;
        check(state.waiting_person(&person.id).is_none(), "inside and in the lobby")?;
        check(!state.is_banned(&person.marks), "banned and inside")?;
        check(person.record_until.is_none() || person.may_record, "an end without a grant")?;
    }
    check(state.waiting.iter().all(|waiting| !state.is_banned(&waiting.marks)), "banned and waiting")?;
    if let Some(running) = &state.recording {
        let by = state.person(&running.by).ok_or("who records is gone")?;
        check(may(by, &state.policies, Action::Record), "records without the right")?;
        check(running.consents.iter().all(|consent| consent.person != by.id), "asked for the own recording")?;
        check(
            running.consents.iter().all(|consent| state.person(&consent.person).is_some()),
            "consent of who is gone",
        )?;
        if running.consent == ConsentPolicy::Ask {
            let asked = |person: &Person| {
                person.id == by.id || running.consents.iter().any(|consent| consent.person == person.id)
            };
            check(state.people.iter().all(asked), "recorded and never asked")?;
        }
    }
    let bytes: usize = state.chat.iter().map(|message| message.text.len() + message.name.len()).sum();
    check(state.chat.len() <= hostreel_room::CHAT_MESSAGES && bytes <= hostreel_room::CHAT_BYTES, "chat")?;
    check(state.chat.is_sorted_by_key(|message| message.rev), "chat out of order")
}

/// The rules about how one state becomes the next: nobody comes to be host but by key or pass, by being handed the role,
/// or by succession at its time.
pub fn step_holds(before: &RoomState, event: &Event, now: Millis, limits: &Limits) -> Result<(), String> {
    let right = match event {
        Event::Joined { person } => {
            before.person(&person.id).is_none() && (person.role != Role::Host || before.host().is_none())
        }
        Event::RoleChanged { role, .. } => !matches!(role, Role::Host | Role::Waiting),
        Event::HandedOver { from, to } => {
            before.host().is_some_and(|host| host.id == *from) && before.person(to).is_some()
        }
        Event::Succeeded { person } => {
            before.host().is_none()
                && before.policies.succession == Succession::Cohost
                && before
                    .person(person)
                    .is_some_and(|person| person.role == Role::Cohost && !person.is_away())
                && before.host_gone_at.is_some_and(|gone| gone.plus(limits.host_grace_ms) <= now)
        }
        Event::RecordingStarted { recording } => {
            before.recording.is_none() && before.person(&recording.by).is_some()
        }
        _ => true,
    };
    if right { Ok(()) } else { Err(format!("{event:?} in {before:?}")) }
}
