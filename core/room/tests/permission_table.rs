//! Every command for every role: who may, who may not. Written out by hand, so that a change of the table in the
//! code shows here.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that can't go on has failed")]

mod common;

use common::{grant, id};
use hostreel_protocol::{
    Code, Command, CommandName, ConsentAnswer, ConsentPolicy, Event, Limits, Millis, Person, Policies,
    PolicyChange, RecordingId, RecordingKind, RecordingState, Role, RoomId, RoomState, RunningRecording,
    WaitingPerson,
};
use hostreel_room::permissions::{Action, Rule, allows, rule};
use hostreel_room::{Input, Room, decide};

fn person(text: &str, role: Role) -> Person {
    Person::new(id(text), text, role, Millis(0))
}

/// The actor, somebody of each role to act on, and somebody in the lobby. With the actor as host there is no other.
fn room_with(actor: Role) -> RoomState {
    let policies = Policies { consent: ConsentPolicy::Ask, ..Policies::default() };
    let mut state = RoomState::new(RoomId::from_random(1), policies);
    let knocks = |text: &str| WaitingPerson {
        id: id(text),
        name: text.into(),
        since: Millis(0),
        may_record: false,
        resembles_host: false,
        marks: Vec::new(),
    };
    state.waiting.push(knocks("knocks"));
    if actor == Role::Waiting {
        state.waiting.push(knocks("actor"));
    } else {
        state.people.push(person("actor", actor));
    }
    state.people.push(person("host", if actor == Role::Host { Role::Cohost } else { Role::Host }));
    state.people.push(person("cohost", Role::Cohost));
    state.people.push(person("guest", Role::Guest));
    state
}

fn running(by: &str, state: RecordingState) -> Option<RunningRecording> {
    let recording =
        RunningRecording::new(RecordingId::parse("r0").unwrap(), id(by), RecordingKind::Audio, Millis(1));
    Some(RunningRecording { state, consent: ConsentPolicy::Ask, ..recording })
}

fn ask(state: RoomState, command: Command) -> Result<Vec<Event>, Code> {
    let new_recording = RecordingId::parse("new").unwrap();
    let input = Input::Command { by: id("actor"), command, new_recording };
    decide(&Room::from_state(state), &Limits::default(), Millis(5), &input).map_err(|denied| denied.code)
}

const NO: Result<(), Code> = Err(Code::NotAllowed);
const YES: Result<(), Code> = Ok(());
const ALL: [Result<(), Code>; 4] = [YES, YES, YES, NO];
const HOST_AND_COHOST: [Result<(), Code>; 4] = [YES, YES, NO, NO];
const HOST: [Result<(), Code>; 4] = [YES, NO, NO, NO];
const NOBODY: [Result<(), Code>; 4] = [NO, NO, NO, NO];

fn policy(change: impl FnOnce(&mut PolicyChange)) -> Command {
    let mut policies = PolicyChange::default();
    change(&mut policies);
    Command::SetPolicy { change: policies }
}

/// For host, co-host, guest, waiting: each command in a room where nothing but the role stands in its way.
fn expectations() -> Vec<(Command, [Result<(), Code>; 4])> {
    vec![
        (Command::Admit { person: id("knocks") }, HOST_AND_COHOST),
        (Command::Refuse { person: id("knocks") }, HOST_AND_COHOST),
        (Command::Lock { locked: true }, HOST_AND_COHOST),
        (policy(|change| change.locked = Some(true)), HOST_AND_COHOST),
        (policy(|change| change.lobby = Some(true)), HOST),
        (policy(|change| change.guests_share = Some(false)), HOST),
        (
            policy(|change| {
                change.locked = Some(true);
                change.guests_share = Some(false);
            }),
            HOST,
        ),
        (Command::Mute { person: id("guest") }, HOST_AND_COHOST),
        (Command::Mute { person: id("cohost") }, HOST),
        (Command::Unmute { person: id("guest") }, HOST_AND_COHOST),
        (Command::Unmute { person: id("cohost") }, HOST),
        // Oneself, by the role one has.
        (Command::Mute { person: id("actor") }, HOST),
        (Command::Unmute { person: id("actor") }, HOST),
        (Command::Remove { person: id("guest") }, HOST_AND_COHOST),
        (Command::Remove { person: id("cohost") }, HOST),
        (Command::Remove { person: id("actor") }, NOBODY),
        (Command::Ban { person: id("guest") }, HOST_AND_COHOST),
        (Command::Ban { person: id("knocks") }, HOST_AND_COHOST),
        (Command::Ban { person: id("cohost") }, HOST),
        (Command::Ban { person: id("actor") }, NOBODY),
        (grant("guest"), HOST),
        (Command::RevokeRecording { person: id("guest") }, HOST),
        (Command::AppointCohost { person: id("guest") }, HOST),
        (Command::DismissCohost { person: id("cohost") }, HOST),
        (Command::HandOver { person: id("guest") }, HOST),
        (Command::StartRecording { kind: RecordingKind::Video }, HOST),
        (Command::PauseRecording, HOST),
        (Command::ResumeRecording, HOST),
        (Command::StopRecording, HOST),
        (Command::Consent { recording: None, answer: ConsentAnswer::All }, ALL),
        (Command::RaiseHand, ALL),
        (Command::LowerHand { person: None }, ALL),
        (Command::LowerHand { person: Some(id("actor")) }, ALL),
        (Command::LowerHand { person: Some(id("guest")) }, HOST_AND_COHOST),
        (Command::Chat { text: "Hello".into() }, ALL),
        (Command::React { emoji: "👍".into() }, ALL),
        (Command::Rename { name: "New".into() }, ALL),
        (Command::Leave, [YES, YES, YES, YES]),
        (Command::EndRoom, HOST),
    ]
}

#[test]
fn every_role_and_every_command() {
    let expectations = expectations();
    for name in CommandName::ALL {
        assert!(
            expectations.iter().any(|(command, _)| command.name() == *name),
            "{name:?} is not in the table"
        );
    }
    for (command, expected) in expectations {
        for (role, expected) in Role::ALL.into_iter().zip(expected) {
            let mut state = room_with(role);
            let by = if role == Role::Waiting { "guest" } else { "actor" };
            match command {
                Command::PauseRecording | Command::StopRecording => {
                    state.recording = running(by, RecordingState::Recording);
                }
                Command::ResumeRecording => state.recording = running(by, RecordingState::Paused),
                Command::Consent { .. } => state.recording = running("guest", RecordingState::Recording),
                _ => {}
            }
            assert_eq!(ask(state, command.clone()).map(drop), expected, "{role:?} {command:?}");
        }
    }
}

#[test]
fn every_rule_for_every_action() {
    let (all, none) = (
        Policies::default(),
        PolicyChange {
            guests_share: Some(false),
            guests_chat: Some(false),
            guests_raise_hand: Some(false),
            ..PolicyChange::default()
        },
    );
    let none = none.applied_to(&all);
    for action in Action::ALL {
        for role in Role::ALL {
            let allowed = |granted, policies| allows(role, granted, policies, *action);
            let expected = match rule(role, *action) {
                Rule::Always => [true, true, true],
                Rule::Never => [false, false, false],
                Rule::WithGrant => [false, true, false],
                Rule::IfGuestsShare | Rule::IfGuestsChat | Rule::IfGuestsRaiseHand => [true, true, false],
            };
            let found = [allowed(false, &all), allowed(true, &all), allowed(false, &none)];
            assert_eq!(found, expected, "{role:?} {action:?}");
        }
    }
}

#[test]
fn what_guests_may_as_the_policy_says() {
    for (change, command) in [
        (policy(|change| change.guests_chat = Some(false)), Command::Chat { text: "Hello".into() }),
        (policy(|change| change.guests_raise_hand = Some(false)), Command::RaiseHand),
    ] {
        let Command::SetPolicy { change } = change else { panic!("a policy") };
        for (role, expected) in Role::ALL.into_iter().zip(HOST_AND_COHOST) {
            let mut state = room_with(role);
            state.policies = change.applied_to(&state.policies);
            assert_eq!(ask(state, command.clone()).map(drop), expected, "{role:?} {command:?}");
        }
    }
}

#[test]
fn nobody_acts_on_the_host() {
    for role in [Role::Cohost, Role::Guest] {
        for command in [
            Command::Mute { person: id("host") },
            Command::Remove { person: id("host") },
            Command::DismissCohost { person: id("host") },
            Command::HandOver { person: id("actor") },
        ] {
            assert_eq!(ask(room_with(role), command.clone()), Err(Code::NotAllowed), "{role:?} {command:?}");
        }
    }
}

#[test]
fn a_grant_lends_the_own_recording_and_nothing_else() {
    for role in [Role::Cohost, Role::Guest] {
        let mut state = room_with(role);
        state.people[0].may_record = true;
        assert!(ask(state.clone(), Command::StartRecording { kind: RecordingKind::Audio }).is_ok());
        assert_eq!(ask(state.clone(), Command::StopRecording), Err(Code::NotRecording));
        for command in [grant("guest"), Command::EndRoom] {
            assert_eq!(ask(state.clone(), command), Err(Code::NotAllowed));
        }
        // Somebody else's recording: hands off.
        state.recording = running("host", RecordingState::Recording);
        for command in [Command::PauseRecording, Command::StopRecording] {
            assert_eq!(ask(state.clone(), command), Err(Code::NotAllowed));
        }
        assert_eq!(
            ask(state, Command::StartRecording { kind: RecordingKind::Audio }),
            Err(Code::AlreadyRecording)
        );
    }
}

#[test]
fn who_is_not_there_may_nothing() {
    let mut state = room_with(Role::Host);
    state.people.remove(0);
    for (command, _) in expectations() {
        assert_eq!(ask(state.clone(), command), Err(Code::NotAllowed));
    }
}

#[test]
fn an_ended_room_does_nothing_any_more() {
    let mut state = room_with(Role::Host);
    state.ended = true;
    for (command, _) in expectations() {
        assert_eq!(ask(state.clone(), command), Err(Code::RoomEnded));
    }
}

#[test]
fn a_person_who_is_not_there_is_named_only_to_who_may_ask() {
    for command in [
        Command::Mute { person: id("nobody") },
        Command::Remove { person: id("nobody") },
        grant("nobody"),
        Command::LowerHand { person: Some(id("nobody")) },
        Command::Ban { person: id("nobody") },
        Command::Admit { person: id("nobody") },
        Command::Refuse { person: id("nobody") },
        Command::HandOver { person: id("nobody") },
    ] {
        assert_eq!(ask(room_with(Role::Host), command.clone()), Err(Code::NoSuchPerson));
        assert_eq!(ask(room_with(Role::Guest), command), Err(Code::NotAllowed));
    }
}

#[test]
fn the_host_may_all_that_anybody_may() {
    for action in Action::ALL {
        let host = rule(Role::Host, *action);
        let cohost = rule(Role::Cohost, *action);
        assert!(host == Rule::Always || cohost == Rule::Never, "{action:?}");
        assert!(cohost != Rule::Never || rule(Role::Guest, *action) == Rule::Never, "{action:?}");
        assert!(rule(Role::Waiting, *action) == Rule::Never || *action == Action::Leave, "{action:?}");
    }
}
