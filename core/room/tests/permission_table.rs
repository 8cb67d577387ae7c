//! Every command for every role: who may, who may not. Written out by hand, so that a change of the table in the
//! code shows here.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use hostreel_protocol::{
    Code, Command, CommandName, Event, Limits, Millis, Person, PersonId, Policies, RecordingId,
    RecordingKind, RecordingState, Role, RoomId, RoomState, RunningRecording,
};
use hostreel_room::permissions::{Action, Rule, rule};
use hostreel_room::{Input, Room, decide};

fn id(text: &str) -> PersonId {
    PersonId::parse(text).unwrap()
}

fn person(text: &str, role: Role) -> Person {
    Person {
        id: id(text),
        name: text.into(),
        role,
        joined_at: Millis(0),
        may_record: false,
        muted: false,
        hand_raised_at: None,
    }
}

/// The actor, and somebody of each role to act on. With the actor as host there is no other host.
fn room_with(actor: Role) -> RoomState {
    let mut state = RoomState::new(RoomId::from_random(1), Policies::default());
    state.people = vec![
        person("actor", actor),
        person("host", if actor == Role::Host { Role::Cohost } else { Role::Host }),
        person("cohost", Role::Cohost),
        person("guest", Role::Guest),
    ];
    state
}

fn running(by: &str, state: RecordingState) -> Option<RunningRecording> {
    Some(RunningRecording {
        id: RecordingId::parse("r0").unwrap(),
        by: id(by),
        kind: RecordingKind::Audio,
        started_at: Millis(1),
        state,
        changed_at: Millis(1),
        paused_ms: 0,
    })
}

fn ask(state: RoomState, command: Command) -> Result<Vec<Event>, Code> {
    let new_recording = RecordingId::parse("new").unwrap();
    let input = Input::Command { by: id("actor"), command, new_recording };
    decide(&Room::from_state(state), &Limits::default(), Millis(5), &input).map_err(|denied| denied.code)
}

const NO: Result<(), Code> = Err(Code::NotAllowed);
const YES: Result<(), Code> = Ok(());

/// For host, co-host, guest: each command in a room where nothing but the role stands in its way.
fn expectations() -> Vec<(Command, [Result<(), Code>; 3])> {
    let locked = Policies { locked: true, ..Policies::default() };
    let no_sharing = Policies { guests_share: false, ..Policies::default() };
    let both = Policies { guests_share: false, locked: true };
    vec![
        (Command::StartRecording { kind: RecordingKind::Video }, [YES, NO, NO]),
        (Command::PauseRecording, [YES, NO, NO]),
        (Command::ResumeRecording, [YES, NO, NO]),
        (Command::StopRecording, [YES, NO, NO]),
        (Command::GrantRecording { person: id("guest") }, [YES, NO, NO]),
        (Command::RevokeRecording { person: id("guest") }, [YES, NO, NO]),
        (Command::Mute { person: id("guest") }, [YES, YES, NO]),
        (Command::Mute { person: id("cohost") }, [YES, NO, NO]),
        (Command::Unmute { person: id("guest") }, [YES, YES, NO]),
        (Command::Unmute { person: id("cohost") }, [YES, NO, NO]),
        // Oneself, by the role one has.
        (Command::Mute { person: id("actor") }, [YES, NO, NO]),
        (Command::Unmute { person: id("actor") }, [YES, NO, NO]),
        (Command::Remove { person: id("guest") }, [YES, YES, NO]),
        (Command::Remove { person: id("cohost") }, [YES, NO, NO]),
        (Command::Remove { person: id("actor") }, [NO, NO, NO]),
        (Command::AppointCohost { person: id("guest") }, [YES, NO, NO]),
        (Command::DismissCohost { person: id("cohost") }, [YES, NO, NO]),
        (Command::HandOver { person: id("guest") }, [YES, NO, NO]),
        (Command::SetPolicies { policies: locked }, [YES, YES, NO]),
        (Command::SetPolicies { policies: no_sharing }, [YES, NO, NO]),
        (Command::SetPolicies { policies: both }, [YES, NO, NO]),
        (Command::RaiseHand, [YES, YES, YES]),
        (Command::LowerHand { person: id("actor") }, [YES, YES, YES]),
        (Command::LowerHand { person: id("guest") }, [YES, YES, NO]),
        (Command::Rename { name: "New".into() }, [YES, YES, YES]),
        (Command::Leave, [YES, YES, YES]),
        (Command::EndRoom, [YES, NO, NO]),
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
        for (role, expected) in [Role::Host, Role::Cohost, Role::Guest].into_iter().zip(expected) {
            let mut state = room_with(role);
            match command {
                Command::PauseRecording | Command::StopRecording => {
                    state.recording = running("actor", RecordingState::Recording);
                }
                Command::ResumeRecording => state.recording = running("actor", RecordingState::Paused),
                _ => {}
            }
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
        for command in [Command::GrantRecording { person: id("guest") }, Command::EndRoom] {
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
        Command::GrantRecording { person: id("nobody") },
        Command::LowerHand { person: id("nobody") },
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
    }
}
