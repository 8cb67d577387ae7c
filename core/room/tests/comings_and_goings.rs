//! The host key, hand-over and what a recording does meanwhile: the stories behind the table.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod common;

use common::{RECORD, Story, grant, id};
use hostreel_protocol::{Code, Command, Event, LeaveReason, Limits, Millis, PolicyChange, Role, StopReason};
use hostreel_room::{Input, Join, may_signal};

/// Where nobody's seat is kept, who is lost is gone at once.
fn without_grace() -> Story {
    let mut room = Story::new();
    room.limits = Limits { guest_grace_ms: 0, host_grace_ms: 0, ..room.limits };
    room
}

#[test]
fn the_newer_connection_of_the_key_takes_the_seat_in_one_decision() {
    let mut room = Story::new();
    room.join("old", true).unwrap();
    room.ask("old", RECORD).unwrap();
    let events = room.join("new", true).unwrap();
    assert!(matches!(&events[..], [
        Event::RecordingStopped { reason: StopReason::Gone, .. },
        Event::Left { reason: LeaveReason::Replaced, .. },
        Event::Joined { person },
    ] if person.role == Role::Host));
    assert_eq!((room.role("old"), room.role("new")), (None, Some(Role::Host)));
}

#[test]
fn after_a_hand_over_the_key_makes_no_second_host() {
    let mut room = without_grace();
    room.join("maker", true).unwrap();
    room.join("mina", false).unwrap();
    room.ask("maker", Command::HandOver { person: id("mina") }).unwrap();
    assert_eq!((room.role("maker"), room.role("mina")), (Some(Role::Cohost), Some(Role::Host)));
    // A reload keeps the role that the hand-over left.
    room.join("maker2", true).unwrap();
    assert_eq!((room.role("maker"), room.role("maker2")), (None, Some(Role::Cohost)));
    // Gone and back: a guest, until the host says otherwise.
    room.lose("maker2").unwrap();
    room.join("maker3", true).unwrap();
    assert_eq!((room.role("maker3"), room.role("mina")), (Some(Role::Guest), Some(Role::Host)));
    // With no host, the key makes host again.
    room.lose("mina").unwrap();
    room.join("maker4", true).unwrap();
    assert_eq!(room.role("maker4"), Some(Role::Host));
}

#[test]
fn a_replaced_connection_keeps_its_mute_and_grant() {
    let mut room = Story::new();
    room.join("maker", true).unwrap();
    room.join("mina", false).unwrap();
    room.ask("maker", Command::HandOver { person: id("mina") }).unwrap();
    room.ask("mina", Command::DismissCohost { person: id("maker") }).unwrap();
    room.ask("mina", Command::Mute { person: id("maker") }).unwrap();
    room.ask("mina", grant("maker")).unwrap();
    room.join("again", true).unwrap();
    let again = room.room.state().person(&id("again")).unwrap();
    assert_eq!((again.role, again.muted, again.may_record), (Role::Guest, true, true));
}

#[test]
fn handing_over_ends_a_recording_that_has_no_right_any_more() {
    let mut room = Story::new();
    room.join("maker", true).unwrap();
    room.join("mina", false).unwrap();
    room.ask("maker", RECORD).unwrap();
    let events = room.ask("maker", Command::HandOver { person: id("mina") }).unwrap();
    assert!(matches!(
        &events[..],
        [Event::RecordingStopped { reason: StopReason::Revoked, .. }, Event::HandedOver { .. }]
    ));
    // With a grant of its own it goes on.
    room.ask("mina", grant("mina")).unwrap();
    room.ask("mina", RECORD).unwrap();
    room.ask("mina", Command::HandOver { person: id("maker") }).unwrap();
    assert_eq!(room.room.state().recording.as_ref().unwrap().by, id("mina"));
}

#[test]
fn the_host_stops_anybodys_recording() {
    let mut room = Story::new();
    room.join("maker", true).unwrap();
    room.join("mina", false).unwrap();
    room.ask("maker", grant("mina")).unwrap();
    room.ask("mina", RECORD).unwrap();
    let events = room.ask("maker", Command::StopRecording).unwrap();
    assert!(matches!(&events[..], [Event::RecordingStopped { reason: StopReason::StoppedByHost, .. }]));
    assert_eq!(room.ask("maker", Command::PauseRecording), Err(Code::NotRecording));
}

#[test]
fn the_clock_of_a_recording_leaves_pauses_out() {
    let mut room = Story::new();
    room.join("maker", true).unwrap();
    room.ask("maker", RECORD).unwrap(); // at 200
    room.ask("maker", Command::PauseRecording).unwrap(); // at 300
    assert_eq!(room.ask("maker", Command::PauseRecording), Err(Code::WrongState));
    room.ask("maker", Command::ResumeRecording).unwrap(); // at 500
    room.ask("maker", Command::PauseRecording).unwrap(); // at 600
    room.ask("maker", Command::ResumeRecording).unwrap(); // at 700
    let running = room.room.state().recording.clone().unwrap();
    assert_eq!((running.started_at, running.changed_at, running.paused_ms), (Millis(200), Millis(700), 300));
}

#[test]
fn doors_are_kept() {
    let mut room = without_grace();
    room.join("maker", true).unwrap();
    room.ask("maker", Command::Lock { locked: true }).unwrap();
    assert_eq!(room.join("late", false), Err(Code::RoomLocked));
    room.lose("maker").unwrap();
    room.join("maker2", true).unwrap();
    room.ask("maker2", Command::Lock { locked: false }).unwrap();
    for guest in ["a", "b", "c"] {
        room.join(guest, false).unwrap();
    }
    assert_eq!(room.join("d", false), Err(Code::RoomFull));
    // Replacing takes no further seat.
    room.join("maker3", true).unwrap();
    let unseen = Join::guest(id("e"), "\u{200b}");
    assert_eq!(room.put(&Input::Join(unseen)), Err(Code::BadName));
}

#[test]
fn what_is_so_already_is_no_event() {
    let mut room = Story::new();
    room.join("maker", true).unwrap();
    room.join("mina", false).unwrap();
    for command in [
        Command::Unmute { person: id("mina") },
        Command::RevokeRecording { person: id("mina") },
        Command::DismissCohost { person: id("mina") },
        Command::LowerHand { person: Some(id("mina")) },
        Command::SetPolicy { change: PolicyChange::default() },
        Command::Lock { locked: false },
        Command::Rename { name: " maker ".into() },
    ] {
        assert_eq!(room.ask("maker", command.clone()), Ok(Vec::new()), "{command:?}");
    }
}

#[test]
fn signals_stay_inside() {
    let mut room = Story::new();
    room.join("a", true).unwrap();
    room.join("b", false).unwrap();
    let code =
        |from: &str, to: &str| may_signal(&room.room, &id(from), &id(to)).map_err(|denied| denied.code);
    assert_eq!(code("a", "b"), Ok(()));
    assert_eq!(code("a", "a"), Err(Code::NoSuchPerson));
    assert_eq!(code("a", "x"), Err(Code::NoSuchPerson));
    assert_eq!(code("x", "a"), Err(Code::NotAllowed));
}
