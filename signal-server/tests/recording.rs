//! Who may record is decided by the server, and everybody is told.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod support;

use hostreel_protocol::{Code, Command, Event, RecordingKind, RecordingState, StopReason};
use support::{Client, config, create_room, server};

const VIDEO: Command = Command::StartRecording { kind: RecordingKind::Video };

#[tokio::test]
async fn a_guests_command_is_denied_and_nobody_hears_of_it() {
    let server = server(config()).await;
    let created = create_room(&server).await;
    let mut host = Client::host(&server, &created).await;
    let mut guest = Client::join(&server, &created.room, "Guest", None).await;
    host.event().await;
    for command in [VIDEO, Command::PauseRecording, Command::ResumeRecording, Command::StopRecording] {
        assert_eq!(guest.ask(command).await, Err(Code::NotAllowed));
    }
    guest.expect_quiet("Curious", &mut [&mut host]).await;
    server.stop().await;
}

#[tokio::test]
async fn all_are_told_and_who_comes_late_too() {
    let server = server(config()).await;
    let created = create_room(&server).await;
    let mut host = Client::host(&server, &created).await;
    let mut guest = Client::join(&server, &created.room, "Guest", None).await;
    host.event().await;
    host.ask(VIDEO).await.unwrap();
    let started = guest.event().await;
    assert!(matches!(&started, Event::RecordingStarted { recording } if recording.by == host.you));
    assert_eq!(host.event().await, started);
    host.ask(Command::PauseRecording).await.unwrap();

    let late = Client::join(&server, &created.room, "Late", None).await;
    let recording = late.room.state().recording.clone().unwrap();
    assert_eq!((recording.by, recording.state), (host.you.clone(), RecordingState::Paused));
    let page = format!("/api/rooms/{}", created.room);
    let page: hostreel_protocol::RoomPage =
        support::http(server.address(), "GET", &page, "", "").await.json();
    assert!(page.recording);

    assert_eq!(host.ask(VIDEO).await, Err(Code::AlreadyRecording));
    assert_eq!(host.ask(Command::PauseRecording).await, Err(Code::WrongState));
    host.ask(Command::ResumeRecording).await.unwrap();
    host.ask(Command::StopRecording).await.unwrap();
    assert_eq!(host.ask(Command::StopRecording).await, Err(Code::NotRecording));
    assert_eq!(host.room.state().recording, None);
    server.stop().await;
}

#[tokio::test]
async fn a_lent_right_ends_with_its_recording() {
    let server = server(config()).await;
    let created = create_room(&server).await;
    let mut host = Client::host(&server, &created).await;
    let mut guest = Client::join(&server, &created.room, "Guest", None).await;
    let person = guest.you.clone();
    host.ask(Command::GrantRecording { person: person.clone(), for_ms: None }).await.unwrap();
    guest.event().await;
    guest.ask(VIDEO).await.unwrap();
    guest.event().await;
    let recording = guest.room.state().recording.clone().unwrap().id;
    host.ask(Command::RevokeRecording { person: person.clone() }).await.unwrap();
    assert_eq!(guest.event().await, Event::RecordingStopped { recording, reason: StopReason::Revoked });
    assert_eq!(guest.event().await, Event::GrantChanged { person, may_record: false, until: None });
    assert_eq!(guest.ask(VIDEO).await, Err(Code::NotAllowed));
    server.stop().await;
}

#[tokio::test]
async fn a_lost_host_ends_the_recording_for_all() {
    let server = server(config()).await;
    let created = create_room(&server).await;
    let mut host = Client::host(&server, &created).await;
    let mut guest = Client::join(&server, &created.room, "Guest", None).await;
    host.ask(VIDEO).await.unwrap();
    guest.event().await;
    drop(host);
    assert!(matches!(guest.event().await, Event::RecordingStopped { reason: StopReason::Gone, .. }));
    assert!(matches!(guest.event().await, Event::Left { .. }));
    server.stop().await;
}
