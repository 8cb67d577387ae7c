//! Random people doing random things: what must hold, holds after every event.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use hostreel_protocol::{
    Command, Event, LeaveReason, Limits, Millis, PersonId, Policies, RecordingId, RecordingKind, Role,
    RoomId, RoomState,
};
use hostreel_room::permissions::{Action, may};
use hostreel_room::{Input, Join, Room, decide, evolve};
use proptest::prelude::*;
use proptest::sample::Index;

/// What happens next. People are chosen by place among all who ever came, so that shrinking keeps it meaningful.
#[derive(Debug, Clone)]
enum Operation {
    Join { holds_key: bool, name: String },
    Lost(Index),
    Command(Index, Asked),
}

#[derive(Debug, Clone)]
enum Asked {
    Simple(Command),
    About(fn(PersonId) -> Command, Index),
}

fn operations() -> impl Strategy<Value = Operation> {
    let simple = prop_oneof![
        6 => prop_oneof![Just(RecordingKind::Video), Just(RecordingKind::Audio)]
            .prop_map(|kind| Command::StartRecording { kind }),
        2 => Just(Command::PauseRecording),
        2 => Just(Command::ResumeRecording),
        2 => Just(Command::StopRecording),
        1 => any::<(bool, bool)>().prop_map(|(guests_share, locked)| Command::SetPolicies {
            policies: Policies { guests_share, locked },
        }),
        1 => Just(Command::RaiseHand),
        1 => "[a-c ]{0,3}".prop_map(|name| Command::Rename { name }),
        1 => Just(Command::Leave),
    ];
    let about: Vec<fn(PersonId) -> Command> = vec![
        |person| Command::GrantRecording { person },
        |person| Command::RevokeRecording { person },
        |person| Command::Mute { person },
        |person| Command::Unmute { person },
        |person| Command::Remove { person },
        |person| Command::AppointCohost { person },
        |person| Command::DismissCohost { person },
        |person| Command::HandOver { person },
        |person| Command::LowerHand { person },
    ];
    let about = (proptest::sample::select(about), any::<Index>());
    let asked = prop_oneof![
        40 => simple.prop_map(Asked::Simple),
        40 => about.prop_map(|(command, whom)| Asked::About(command, whom)),
        1 => Just(Asked::Simple(Command::EndRoom)),
    ];
    prop_oneof![
        3 => (any::<bool>(), "[a-c]{0,2}").prop_map(|(holds_key, name)| Operation::Join { holds_key, name }),
        1 => any::<Index>().prop_map(Operation::Lost),
        12 => (any::<Index>(), asked).prop_map(|(by, asked)| Operation::Command(by, asked)),
    ]
}

fn holds(state: &RoomState, limits: &Limits) -> Result<(), TestCaseError> {
    let hosts = state.people.iter().filter(|person| person.role == Role::Host).count();
    prop_assert!(hosts <= 1, "{hosts} hosts");
    prop_assert!(state.people.len() <= limits.people_per_room);
    for (place, person) in state.people.iter().enumerate() {
        prop_assert!(!person.name.trim().is_empty());
        prop_assert!(state.people[..place].iter().all(|other| other.id != person.id), "twice in the room");
    }
    if let Some(running) = &state.recording {
        let by = state.person(&running.by);
        prop_assert!(by.is_some(), "who records is gone");
        prop_assert!(may(by.unwrap(), &state.policies, Action::Record), "records without the right");
    }
    Ok(())
}

/// Nobody comes to be host but by key or by being handed the role.
fn is_no_secret_promotion(before: &RoomState, event: &Event, holds_key: bool) -> bool {
    match event {
        Event::Joined { person } => person.role != Role::Host || holds_key,
        Event::RoleChanged { role, .. } => *role != Role::Host,
        Event::HandedOver { from, .. } => before.host().is_some_and(|host| host.id == *from),
        _ => true,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn what_must_hold_holds_after_every_event(
        operations in proptest::collection::vec(operations(), 1..80),
        late in any::<Index>(),
    ) {
        let limits = Limits { people_per_room: 4, ..Limits::default() };
        let mut server = Room::new(RoomId::from_random(3), Policies::default());
        let mut client = Room::from_state(server.state().clone());
        let mut late_client = None;
        let late = late.index(operations.len());
        let mut everybody: Vec<PersonId> = Vec::new();
        for (number, operation) in operations.into_iter().enumerate() {
            if number == late {
                late_client = Some(Room::from_state(server.state().clone()));
            }
            let now = Millis(u64::try_from(number).unwrap() * 10);
            let who = |index: Index| {
                let nobody = || PersonId::parse("nobody").unwrap();
                if everybody.is_empty() { nobody() } else { index.get(&everybody).clone() }
            };
            let mut joins_with_key = false;
            let input = match operation {
                Operation::Join { holds_key, name } => {
                    joins_with_key = holds_key;
                    let person = PersonId::parse(format!("p{number}")).unwrap();
                    everybody.push(person.clone());
                    Input::Join(Join { person, name, holds_key })
                }
                Operation::Lost(index) => Input::Lost { person: who(index) },
                Operation::Command(by, asked) => Input::Command {
                    by: who(by),
                    command: match asked {
                        Asked::Simple(command) => command,
                        Asked::About(command, whom) => command(who(whom)),
                    },
                    new_recording: RecordingId::parse(format!("r{number}")).unwrap(),
                },
            };
            let decided = decide(&server, &limits, now, &input);
            prop_assert_eq!(&decided, &decide(&server, &limits, now, &input), "decide is not deterministic");
            let before = server.state().clone();
            let Ok(events) = decided else { continue };
            for envelope in server.number(now, events) {
                let rev = server.state().rev;
                prop_assert!(is_no_secret_promotion(server.state(), &envelope.event, joins_with_key));
                evolve(&mut server, &envelope);
                evolve(&mut client, &envelope);
                late_client.iter_mut().for_each(|client| evolve(client, &envelope));
                prop_assert_eq!(server.state().rev, rev + 1);
                holds(server.state(), &limits)?;
                // Again, as after a snapshot that has it already: nothing changes.
                let once = server.clone();
                evolve(&mut server, &envelope);
                prop_assert_eq!(&once, &server);
            }
            if matches!(&input, Input::Join(Join { holds_key: true, .. })) && before.host().is_none() {
                prop_assert!(server.state().host().is_some(), "the key comes back and nobody is host");
            }
            prop_assert_eq!(client.state(), server.state());
        }
        if let Some(late_client) = late_client {
            prop_assert_eq!(late_client.state(), server.state());
        }
    }

    #[test]
    fn evolve_takes_any_event_in_any_order(
        operations in proptest::collection::vec((0u64..20, 0usize..4, 0usize..8), 1..60),
    ) {
        let mut room = Room::new(RoomId::from_random(3), Policies::default());
        for (rev, who, what) in operations {
            let person = PersonId::parse(format!("p{who}")).unwrap();
            let recording = RecordingId::parse(format!("r{who}")).unwrap();
            let event = match what {
                0 => Event::Left { person, reason: LeaveReason::Lost },
                1 => Event::RoleChanged { person, role: Role::Cohost },
                2 => Event::HandedOver { from: person.clone(), to: person },
                3 => Event::RecordingPaused { recording },
                4 => Event::RecordingResumed { recording },
                5 => Event::MuteChanged { person, muted: true },
                6 => Event::HandChanged { person, raised: true },
                _ => Event::GrantChanged { person, may_record: true },
            };
            let before = room.state().rev;
            evolve(&mut room, &hostreel_protocol::Envelope { rev, at: Millis(rev), event });
            prop_assert_eq!(room.state().rev, before.max(rev));
        }
    }
}
