//! Anything that can happen to a room, one operation after the other, and what must hold after each: for random tests and
//! the fuzz target `rooms`.

use hostreel_protocol::{Command, Limits, Millis, Person, PersonId, Policies, RecordingId, Role, RoomId};
use hostreel_room::{Input, Join, Keep, Restore, Room, decide, evolve, may_signal, next_due};

use super::{holds, mark, step_holds};

/// What happens next. People are chosen by place among all who ever came, so that shrinking keeps it meaningful.
#[derive(Debug, Clone)]
pub enum Operation {
    Join { holds_key: bool, role: Role, name: String, identity: Option<u8> },
    Lost(usize, Keep),
    Back(usize),
    Restore { of: usize, is_newest: bool },
    Wait(u64),
    Command(usize, Asked),
}

#[derive(Debug, Clone)]
pub enum Asked {
    Simple(Command),
    About(fn(PersonId) -> Command, usize),
}

/// Commands about somebody. What leads on to more stands there twice.
pub const ABOUT: &[fn(PersonId) -> Command] = &[
    |person| Command::Admit { person },
    |person| Command::Admit { person },
    |person| Command::Refuse { person },
    |person| Command::GrantRecording { person, for_ms: None },
    |person| Command::GrantRecording { person, for_ms: Some(15_000) },
    |person| Command::RevokeRecording { person },
    |person| Command::Mute { person },
    |person| Command::Unmute { person },
    |person| Command::Remove { person },
    |person| Command::Ban { person },
    |person| Command::AppointCohost { person },
    |person| Command::AppointCohost { person },
    |person| Command::DismissCohost { person },
    |person| Command::HandOver { person },
    |person| Command::LowerHand { person: Some(person) },
];

/// A server's room, a client who saw everything, and everybody who ever came.
pub struct World {
    limits: Limits,
    pub server: Room,
    pub client: Room,
    everybody: Vec<PersonId>,
    /// As they were when they were seen last: what a token from before a restart would say.
    remembered: Vec<Person>,
    now: u64,
    number: usize,
}

impl World {
    pub fn new() -> Self {
        let server = Room::new(RoomId::from_random(3), Policies::default());
        let client = Room::from_state(server.state().clone());
        let limits = Limits { people_per_room: 4, waiting_per_room: 2, chat_chars: 10, ..Limits::default() };
        Self { limits, server, client, everybody: Vec::new(), remembered: Vec::new(), now: 0, number: 0 }
    }

    fn input(&mut self, operation: Operation) -> Input {
        self.number += 1;
        let number = self.number;
        // Who is here, who waits, and some who came last and may be gone.
        let state = self.server.state();
        let mut known: Vec<_> = state.people.iter().map(|person| person.id.clone()).collect();
        known.extend(state.waiting.iter().map(|waiting| waiting.id.clone()));
        known.extend(self.everybody.iter().rev().take(2).cloned());
        known.push(PersonId::parse("nobody").unwrap());
        let who = |index: usize| known[index % known.len()].clone();
        match operation {
            Operation::Join { holds_key, role, name, identity } => {
                let person = PersonId::parse(format!("p{number}")).unwrap();
                self.everybody.push(person.clone());
                let mut marks: Vec<_> =
                    identity.map(|identity| mark(&format!("m{identity}"))).into_iter().collect();
                if holds_key {
                    marks.push(mark("key"));
                }
                Input::Join(Join { holds_key, role, marks, ..Join::guest(person, name) })
            }
            Operation::Lost(index, seat) => Input::Lost { person: who(index), seat },
            Operation::Back(index) => Input::Back { person: who(index) },
            Operation::Restore { of, is_newest } => match self.remembered.as_slice() {
                [] => Input::Tick,
                remembered => Input::Restore(Box::new(Restore {
                    person: remembered[of % remembered.len()].clone(),
                    policies: Policies::default(),
                    recording: None,
                    is_newest,
                })),
            },
            Operation::Wait(milliseconds) => {
                self.now += milliseconds;
                Input::Tick
            }
            Operation::Command(by, asked) => Input::Command {
                by: who(by),
                command: match asked {
                    Asked::Simple(command) => command,
                    Asked::About(command, whom) => command(who(whom)),
                },
                new_recording: RecordingId::parse(format!("r{number}")).unwrap(),
            },
        }
    }

    pub fn step(&mut self, operation: Operation) -> Result<(), String> {
        let input = self.input(operation);
        self.now += 10;
        let now = Millis(self.now);
        let decided = decide(&self.server, &self.limits, now, &input);
        if decided != decide(&self.server, &self.limits, now, &input) {
            return Err("decide is not deterministic".into());
        }
        let Ok(events) = decided else { return Ok(()) };
        for envelope in self.server.number(now, events) {
            let before = self.server.state().clone();
            step_holds(&before, &envelope.event, now, &self.limits)?;
            evolve(&mut self.server, &envelope);
            evolve(&mut self.client, &envelope);
            if self.server.state().rev != before.rev + 1 {
                return Err("a revision is left out".into());
            }
            holds(self.server.state(), &self.limits)?;
            // Again, as after a snapshot that has it already: nothing changes.
            let once = self.server.clone();
            evolve(&mut self.server, &envelope);
            if once != self.server {
                return Err("an event counts twice".into());
            }
        }
        if self.client != self.server {
            return Err("the client's picture differs".into());
        }
        let state = self.server.state();
        for waiting in &state.waiting {
            for person in &state.people {
                if may_signal(&self.server, &waiting.id, &person.id).is_ok()
                    || may_signal(&self.server, &person.id, &waiting.id).is_ok()
                {
                    return Err("a signal to or from the lobby".into());
                }
            }
        }
        if matches!(input, Input::Tick) && next_due(&self.server, &self.limits).is_some_and(|due| due <= now)
        {
            return Err(format!("something due was left: {state:?}"));
        }
        self.remembered.extend(state.people.iter().cloned());
        let surplus = self.remembered.len().saturating_sub(20);
        self.remembered.drain(..surplus);
        Ok(())
    }
}
