//! Random people doing random things: what must hold, holds after every event. `HOSTREEL_RANDOM_COMMANDS` sets the
//! number of inputs of the long run (default 20,000).

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that can't go on has failed")]

mod common;

use common::world::{ABOUT, Asked, Operation, World};
use hostreel_protocol::{
    Command, ConsentAnswer, ConsentPolicy, Envelope, Event, LeaveReason, Millis, PersonId, Policies,
    PolicyChange, RecordingId, RecordingKind, Role, RoomId, Succession,
};
use hostreel_room::{Keep, Room, evolve};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

fn policy_change() -> impl Strategy<Value = PolicyChange> {
    let flag = || prop_oneof![3 => Just(None), 1 => any::<bool>().prop_map(Some)];
    let consent = prop_oneof![Just(None), Just(Some(ConsentPolicy::Ask)), Just(Some(ConsentPolicy::Notify))];
    let succession = prop_oneof![
        6 => Just(None),
        2 => Just(Some(Succession::Cohost)),
        1 => Just(Some(Succession::Wait)),
        1 => Just(Some(Succession::End)),
    ];
    (flag(), flag(), flag(), flag(), flag(), flag(), consent, succession).prop_map(
        |(guests_share, guests_chat, guests_raise_hand, locked, lobby, chat_history, consent, succession)| {
            PolicyChange {
                guests_share,
                guests_chat,
                guests_raise_hand,
                locked,
                lobby,
                consent,
                succession,
                chat_history,
            }
        },
    )
}

fn operations() -> impl Strategy<Value = Operation> {
    let answers =
        vec![ConsentAnswer::All, ConsentAnswer::Voice, ConsentAnswer::None, ConsentAnswer::Withdrawn];
    let simple = prop_oneof![
        6 => prop_oneof![Just(RecordingKind::Video), Just(RecordingKind::Audio)]
            .prop_map(|kind| Command::StartRecording { kind }),
        2 => Just(Command::PauseRecording),
        2 => Just(Command::ResumeRecording),
        2 => Just(Command::StopRecording),
        2 => policy_change().prop_map(|change| Command::SetPolicy { change }),
        1 => any::<bool>().prop_map(|locked| Command::Lock { locked }),
        3 => proptest::sample::select(answers).prop_map(|answer| Command::Consent { recording: None, answer }),
        1 => Just(Command::RaiseHand),
        2 => "[a-c \u{7}]{0,20}".prop_map(|text| Command::Chat { text }),
        1 => prop_oneof![Just("👍"), Just("")].prop_map(|emoji| Command::React { emoji: emoji.into() }),
        1 => "[a-c ]{0,3}".prop_map(|name| Command::Rename { name }),
        1 => Just(Command::Leave),
    ];
    let about = (proptest::sample::select(ABOUT), any::<usize>());
    let asked = prop_oneof![
        40 => simple.prop_map(Asked::Simple),
        40 => about.prop_map(|(command, whom)| Asked::About(command, whom)),
        1 => Just(Asked::Simple(Command::EndRoom)),
    ];
    let role = prop_oneof![12 => Just(Role::Guest), 2 => Just(Role::Cohost), 1 => Just(Role::Host)];
    let identity = prop_oneof![2 => Just(None), 1 => (0u8..3).prop_map(Some)];
    prop_oneof![
        4 => (prop::bool::weighted(0.3), role, "[a-c]{0,2}", identity)
            .prop_map(|(holds_key, role, name, identity)| Operation::Join { holds_key, role, name, identity }),
        2 => (any::<usize>(), proptest::sample::select(vec![Keep::Usual, Keep::Usual, Keep::Briefly, Keep::No]))
            .prop_map(|(who, seat)| Operation::Lost(who, seat)),
        2 => any::<usize>().prop_map(Operation::Back),
        1 => (any::<usize>(), any::<bool>()).prop_map(|(of, is_newest)| Operation::Restore { of, is_newest }),
        2 => prop_oneof![Just(1_000u64), Just(31_000), Just(61_000)].prop_map(Operation::Wait),
        20 => (any::<usize>(), asked).prop_map(|(by, asked)| Operation::Command(by, asked)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn what_must_hold_holds_after_every_event(
        operations in proptest::collection::vec(operations(), 1..80),
        late in any::<Index>(),
    ) {
        let mut world = World::new();
        let late = late.index(operations.len());
        for (number, operation) in operations.into_iter().enumerate() {
            if number == late {
                // Who comes late goes on from a snapshot.
                world.client = Room::from_state(world.server.state().clone());
            }
            if let Err(breach) = world.step(operation) {
                return Err(TestCaseError::fail(breach));
            }
        }
    }

    #[test]
    fn evolve_takes_any_event_in_any_order(
        operations in proptest::collection::vec((0u64..20, 0usize..4, 0usize..10), 1..60),
    ) {
        let mut room = Room::new(RoomId::from_random(3), Policies::default());
        for (rev, who, what) in operations {
            let person = PersonId::parse(format!("p{who}")).unwrap();
            let recording = RecordingId::parse(format!("r{who}")).unwrap();
            let event = match what {
                0 => Event::Left { person, reason: LeaveReason::Lost },
                1 => Event::RoleChanged { person, role: Role::Host },
                2 => Event::HandedOver { from: person.clone(), to: person },
                3 => Event::RecordingPaused { recording },
                4 => Event::RecordingResumed { recording },
                5 => Event::Succeeded { person },
                6 => Event::HandChanged { person, raised: true },
                7 => Event::Joined {
                    person: hostreel_protocol::Person::new(person, "x", Role::Host, Millis(rev)),
                },
                8 => Event::Chat { from: person, name: "x".into(), text: "x".repeat(20_000) },
                _ => Event::GrantChanged { person, may_record: true, until: None },
            };
            let before = room.state().rev;
            evolve(&mut room, &Envelope { rev, at: Millis(rev), event });
            prop_assert_eq!(room.state().rev, before.max(rev));
            prop_assert!(room.state().people.iter().filter(|person| person.role == Role::Host).count() <= 1);
        }
    }
}

#[test]
fn many_random_inputs_breach_nothing() {
    let wanted =
        std::env::var("HOSTREEL_RANDOM_COMMANDS").ok().map_or(20_000, |number| number.parse().unwrap());
    let mut runner = TestRunner::deterministic();
    let strategy = operations();
    let mut world = World::new();
    let (mut done, mut events, mut denied) = (0_u64, 0_u64, 0_u64);
    while done < wanted {
        let operation = strategy.new_tree(&mut runner).unwrap().current();
        let before = world.server.state().rev;
        if let Err(breach) = world.step(operation) {
            panic!("after {done} inputs: {breach}");
        }
        let happened = world.server.state().rev - before;
        (events, denied) = (events + happened, denied + u64::from(happened == 0));
        done += 1;
        if world.server.state().ended || done.is_multiple_of(500) {
            world = World::new();
        }
    }
    println!("{done} inputs, {events} events, {denied} without one, 0 breaches");
    // A run in which nothing happens would prove nothing.
    assert!(events * 8 > done, "{events} events only");
}
