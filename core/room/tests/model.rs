//! A model of small rooms: three people, every order of coming, going, lost connections, returns, waiting, lending and
//! revoking, handing over, banning and the host's loss, run to its end, or to the depth that is stated. Times are abstract: an away person or a missing
//! host may stay so for any number of steps before the grace time is over.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that can't go on has failed")]

mod common;

use std::time::Instant;

use common::{holds, id, mark, step_holds};
use hostreel_protocol::{
    Command, ConsentAnswer, ConsentPolicy, Event, LeaveReason, Limits, Millis, Policies, RecordingId,
    RecordingKind, Role, RoomId, RoomState, Succession,
};
use hostreel_room::{Input, Join, Keep, Room, decide, evolve, may_signal};
use stateright::{Checker, Model, Property};

const NAMES: [&str; 3] = ["a", "b", "c"];
/// All happens now, but what time brings about.
const NOW: Millis = Millis(1_000_000);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Small {
    room: RoomState,
    /// Who was ever banned.
    banned: [bool; 3],
    /// What each was told last about a recording: by events while connected, by the snapshot on coming in.
    told: [Option<bool>; 3],
    breach: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Step {
    Join(usize),
    Lose(usize),
    Return(usize),
    Command(usize, What),
    /// 31 s: a guest's grace time and a lent right are over.
    Wait,
    /// 61 s: the host's too.
    WaitLong,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum What {
    Start,
    Stop,
    Leave,
    End,
    Consent(ConsentAnswer),
    Grant(usize),
    GrantForAWhile(usize),
    Revoke(usize),
    Appoint(usize),
    Dismiss(usize),
    HandOver(usize),
    Remove(usize),
    Ban(usize),
    Admit(usize),
    Refuse(usize),
}

impl What {
    fn command(&self) -> Command {
        let person = |place: &usize| id(NAMES[*place]);
        match self {
            Self::Start => Command::StartRecording { kind: RecordingKind::Audio },
            Self::Stop => Command::StopRecording,
            Self::Leave => Command::Leave,
            Self::End => Command::EndRoom,
            Self::Consent(answer) => Command::Consent { recording: None, answer: *answer },
            Self::Grant(whom) => Command::GrantRecording { person: person(whom), for_ms: None },
            Self::GrantForAWhile(whom) => {
                Command::GrantRecording { person: person(whom), for_ms: Some(20_000) }
            }
            Self::Revoke(whom) => Command::RevokeRecording { person: person(whom) },
            Self::Appoint(whom) => Command::AppointCohost { person: person(whom) },
            Self::Dismiss(whom) => Command::DismissCohost { person: person(whom) },
            Self::HandOver(whom) => Command::HandOver { person: person(whom) },
            Self::Remove(whom) => Command::Remove { person: person(whom) },
            Self::Ban(whom) => Command::Ban { person: person(whom) },
            Self::Admit(whom) => Command::Admit { person: person(whom) },
            Self::Refuse(whom) => Command::Refuse { person: person(whom) },
        }
    }
}

struct SmallRooms {
    policies: Policies,
}

fn limits() -> Limits {
    Limits { people_per_room: 3, ..Limits::default() }
}

impl Small {
    fn is_there(&self, who: usize) -> bool {
        self.room.person(&id(NAMES[who])).is_some_and(|person| !person.is_away())
    }

    fn is_waiting(&self, who: usize) -> bool {
        self.room.waiting_person(&id(NAMES[who])).is_some()
    }

    /// Forgets what makes no difference any more: when exactly, and how many events ago.
    fn settle(&mut self) {
        let room = &mut self.room;
        room.rev = 0;
        for person in &mut room.people {
            person.joined_at = NOW;
            person.away_since = person.away_since.map(|_| NOW);
            person.record_until = person.record_until.map(|_| NOW.plus(20_000));
        }
        for waiting in &mut room.waiting {
            waiting.since = NOW;
        }
        room.host_gone_at = room.host_gone_at.map(|_| NOW);
        if let Some(running) = &mut room.recording {
            (running.started_at, running.changed_at) = (NOW, NOW);
            running.consents.sort_by(|one, other| one.person.cmp(&other.person));
            running.consents.iter_mut().for_each(|consent| consent.at = NOW);
        }
        room.banned.sort();
        room.muted.sort();
        for (who, told) in self.told.iter_mut().enumerate() {
            if room.person(&id(NAMES[who])).is_none() {
                *told = None;
            }
        }
    }

    /// An event reaches everybody who is connected and inside, and nobody else.
    fn tell(&mut self, event: &Event) {
        let told = match event {
            Event::RecordingStarted { .. } => true,
            Event::RecordingStopped { .. } | Event::Ended { .. } => false,
            _ => return,
        };
        for who in (0..NAMES.len()).filter(|who| self.is_there(*who)).collect::<Vec<_>>() {
            self.told[who] = Some(told);
        }
    }
}

impl Model for SmallRooms {
    type State = Small;
    type Action = Step;

    fn init_states(&self) -> Vec<Small> {
        let room = RoomState::new(RoomId::from_random(1), self.policies.clone());
        vec![Small { room, banned: [false; 3], told: [None; 3], breach: None }]
    }

    fn actions(&self, state: &Small, actions: &mut Vec<Step>) {
        if state.room.ended || state.breach.is_some() {
            return;
        }
        actions.extend([Step::Wait, Step::WaitLong]);
        for (who, name) in NAMES.iter().enumerate() {
            let present = state.room.person(&id(name)).is_some();
            if !present && !state.is_waiting(who) {
                actions.push(Step::Join(who));
                continue;
            }
            if present && !state.is_there(who) {
                actions.push(Step::Return(who));
                continue;
            }
            actions.push(Step::Lose(who));
            let mut command = |what| actions.push(Step::Command(who, what));
            command(What::Leave);
            command(What::Start);
            if state.is_waiting(who) {
                continue;
            }
            command(What::End);
            if state.room.recording.is_some() {
                command(What::Stop);
                command(What::Consent(ConsentAnswer::All));
                command(What::Consent(ConsentAnswer::None));
            }
            for whom in (0..NAMES.len()).filter(|whom| *whom != who) {
                if state.is_waiting(whom) {
                    command(What::Admit(whom));
                    command(What::Refuse(whom));
                    command(What::Ban(whom));
                } else if state.room.person(&id(NAMES[whom])).is_some() {
                    for what in [
                        What::Grant,
                        What::GrantForAWhile,
                        What::Revoke,
                        What::Appoint,
                        What::Dismiss,
                        What::HandOver,
                        What::Remove,
                        What::Ban,
                    ] {
                        command(what(whom));
                    }
                }
            }
        }
    }

    fn next_state(&self, before: &Small, step: Step) -> Option<Small> {
        let (mut next, limits) = (before.clone(), limits());
        let now = match step {
            Step::Wait => NOW.plus(31_000),
            Step::WaitLong => NOW.plus(61_000),
            _ => NOW,
        };
        let input = match &step {
            // The first one holds the host key; each is known by a mark of their own.
            Step::Join(who) => Input::Join(Join {
                holds_key: *who == 0,
                marks: vec![mark(NAMES[*who])],
                ..Join::guest(id(NAMES[*who]), NAMES[*who])
            }),
            Step::Lose(who) => Input::Lost { person: id(NAMES[*who]), seat: Keep::Usual },
            Step::Return(who) => Input::Back { person: id(NAMES[*who]) },
            Step::Command(who, what) => Input::Command {
                by: id(NAMES[*who]),
                command: what.command(),
                new_recording: RecordingId::parse("r").unwrap(),
            },
            Step::Wait | Step::WaitLong => Input::Tick,
        };
        let mut room = Room::from_state(before.room.clone());
        let events = decide(&room, &limits, now, &input).ok()?;
        for envelope in room.number(now, events) {
            if let Err(breach) = step_holds(room.state(), &envelope.event, now, &limits) {
                next.breach = Some(breach);
            }
            evolve(&mut room, &envelope);
            next.room = room.state().clone();
            next.tell(&envelope.event);
            if let Event::Left { person, reason: LeaveReason::Banned } = &envelope.event {
                let who = NAMES.iter().position(|name| *name == person.as_str())?;
                next.banned[who] = true;
            }
            if let Err(breach) = holds(room.state(), &limits) {
                next.breach = Some(breach);
            }
        }
        // Who comes in or back gets the room as it is.
        for who in 0..NAMES.len() {
            if next.is_there(who) && !before.is_there(who) {
                next.told[who] = Some(next.room.recording.is_some());
            }
        }
        next.settle();
        (next != *before).then_some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("every step is one that may be", |_, state: &Small| state.breach.is_none()),
            Property::always("at most one host", |_, state: &Small| {
                state.room.people.iter().filter(|person| person.role == Role::Host).count() <= 1
            }),
            Property::always("a recording has been announced to all who are there", |_, state: &Small| {
                state.room.recording.is_none()
                    || (0..NAMES.len()).all(|who| !state.is_there(who) || state.told[who] == Some(true))
            }),
            Property::always("a banned identity is never a member", |_, state: &Small| {
                (0..NAMES.len()).all(|who| {
                    !state.banned[who]
                        || (state.room.person(&id(NAMES[who])).is_none() && !state.is_waiting(who))
                })
            }),
            Property::always("no signal to or from the lobby", |_, state: &Small| {
                let room = Room::from_state(state.room.clone());
                NAMES.iter().flat_map(|one| NAMES.iter().map(move |other| (id(one), id(other)))).all(
                    |(one, other)| {
                        let waits = room.state().waiting_person(&one).is_some()
                            || room.state().waiting_person(&other).is_some();
                        !waits || may_signal(&room, &one, &other).is_err()
                    },
                )
            }),
            Property::always("no guest is promoted by the host's loss", |_, state: &Small| {
                !state.room.host_stands_in || state.room.host().is_some()
            }),
            // A model in which these never happen would prove nothing.
            Property::sometimes("somebody else records", |_, state: &Small| {
                state.room.recording.as_ref().is_some_and(|running| running.by != id("a"))
            }),
            Property::sometimes("three are inside, one of them away", |_, state: &Small| {
                state.room.people.len() == 3 && state.room.people.iter().any(|person| person.is_away())
            }),
            Property::sometimes("somebody is banned", |_, state: &Small| state.banned.contains(&true)),
            Property::sometimes("somebody else is host", |_, state: &Small| {
                state.room.host().is_some_and(|host| host.id != id("a"))
            }),
        ]
    }
}

/// Runs a model to this depth, or `HOSTREEL_MODEL_DEPTH`; 0: to its end.
fn run(what: &str, depth: usize, policies: Policies) {
    let depth = std::env::var("HOSTREEL_MODEL_DEPTH").ok().map_or(depth, |depth| depth.parse().unwrap());
    let begin = Instant::now();
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let mut checker = SmallRooms { policies }.checker().threads(threads);
    if depth > 0 {
        checker = checker.target_max_depth(depth);
    }
    let checker = checker.spawn_bfs().join();
    println!(
        "{what}: {} states, depth {}, {:?}",
        checker.unique_state_count(),
        checker.max_depth(),
        begin.elapsed()
    );
    checker.assert_properties();
}

#[test]
fn open_rooms() {
    run("open", 0, Policies::default());
}

#[test]
fn rooms_with_a_lobby_that_ask() {
    run("lobby, ask", 12, Policies { lobby: true, consent: ConsentPolicy::Ask, ..Policies::default() });
}

#[test]
fn rooms_that_end_without_their_host() {
    run("end", 10, Policies { succession: Succession::End, ..Policies::default() });
}
