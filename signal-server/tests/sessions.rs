//! A lost connection costs nobody their seat: resuming, its secrets, and a restart of the server.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that can't go on has failed")]

mod support;

use std::net::SocketAddr;
use std::path::PathBuf;

use hostreel_protocol::{
    ClientMessage, Code, Command, ConsentAnswer, ConsentPolicy, ConsentState, Event, LeaveReason, Limits,
    PersonId, PolicyChange, RecordingKind, ResumeToken, Role, RoomId, ServerMessage, StopReason,
};
use signal_server::{Config, Server, SessionKey};
use support::{Client, Raw, create_room, hello, http, patient_config, resuming, server};

const RECORD: Command = Command::StartRecording { kind: RecordingKind::Video };

async fn refused(address: SocketAddr, room: &RoomId, token: &ResumeToken, code: Code) {
    let mut raw = Raw::connect(address).await;
    raw.send(ClientMessage::Hello(resuming(room, token, None)).encode()).await;
    let number = if code == Code::Replaced { 1000 } else { 4403 };
    raw.expect_refused(code, number).await;
}

fn away(person: &PersonId, away: bool) -> Event {
    Event::PresenceChanged { person: person.clone(), away, until: None }
}

#[tokio::test]
async fn a_resume_brings_everything_back_in_one_answer() {
    let server = server(patient_config()).await;
    let created = create_room(&server).await;
    let mut host = Client::host(&server, &created).await;
    let ask = PolicyChange { consent: Some(ConsentPolicy::Ask), ..PolicyChange::default() };
    host.ask(Command::SetPolicy { change: ask }).await.unwrap();
    host.event().await;
    let mut guest = Client::join(&server, &created.room, "Guest", None).await;
    let you = guest.you.clone();
    host.event().await;
    host.ask(Command::GrantRecording { person: you.clone(), for_ms: None }).await.unwrap();
    host.event().await;
    host.ask(RECORD).await.unwrap();
    host.event().await;
    guest.ask(Command::Consent { recording: None, answer: ConsentAnswer::Voice }).await.unwrap();
    host.event().await;
    let rev = guest.room.state().rev;
    let token = guest.resume.clone();
    drop(guest);
    assert_eq!(host.event().await, away(&you, true));
    assert_eq!(host.room.state().people.len(), 2);
    host.ask(Command::Chat { text: "Are you there?".into() }).await.unwrap();
    host.event().await;

    let guest = Client::resume(server.address(), &created.room, &token, Some(rev)).await;
    assert_eq!(host.event().await, away(&you, false));
    assert_eq!(guest.you, you);
    assert_eq!(guest.room.state(), host.room.state());
    let state = guest.room.state();
    assert!(state.person(&you).unwrap().may_record);
    assert_eq!(state.recording.as_ref().unwrap().consent_of(&you), ConsentState::Voice);
    let missed: Vec<_> = guest.missed.unwrap().into_iter().map(|envelope| envelope.event).collect();
    assert!(matches!(
        &missed[..],
        [Event::PresenceChanged { .. }, Event::Chat { .. }, Event::PresenceChanged { .. }]
    ));
    server.stop().await;
}

#[tokio::test]
async fn what_was_said_before_somebody_came_is_never_missed() {
    let server = server(patient_config()).await;
    let created = create_room(&server).await;
    let mut host = Client::host(&server, &created).await;
    let secrecy = PolicyChange { chat_history: Some(false), lobby: Some(true), ..PolicyChange::default() };
    host.ask(Command::SetPolicy { change: secrecy }).await.unwrap();
    host.ask(Command::Chat { text: "Before they knock".into() }).await.unwrap();
    let mut raw = Raw::connect(server.address()).await;
    raw.send(ClientMessage::Hello(hello(&created.room, "Jun", None)).encode()).await;
    assert!(matches!(raw.receive().await, Ok(ServerMessage::Waiting(_))));
    host.catch_up().await;
    host.ask(Command::Chat { text: "While they wait".into() }).await.unwrap();
    let person = host.room.state().waiting[0].id.clone();
    host.ask(Command::Admit { person }).await.unwrap();
    let guest = Client::welcomed(raw).await;
    let (token, came) = (guest.resume.clone(), guest.room.state().rev);
    drop(guest);
    host.ask(Command::Chat { text: "While they are away".into() }).await.unwrap();

    let guest = Client::resume(server.address(), &created.room, &token, Some(0)).await;
    let missed = guest.missed.unwrap();
    assert_eq!(missed[0].rev, came + 1, "{missed:?}");
    let said = missed.iter().filter_map(|envelope| match &envelope.event {
        Event::Chat { text, .. } => Some(text.as_str()),
        _ => None,
    });
    assert_eq!(said.collect::<Vec<_>>(), ["While they are away"]);
    server.stop().await;
}

#[tokio::test]
async fn the_host_comes_back_as_host_with_the_recording_also_into_a_locked_room() {
    let server = server(patient_config()).await;
    let created = create_room(&server).await;
    let mut host = Client::host(&server, &created).await;
    let mut guest = Client::join(&server, &created.room, "Guest", None).await;
    host.ask(Command::Lock { locked: true }).await.unwrap();
    host.ask(RECORD).await.unwrap();
    let (token, you) = (host.resume.clone(), host.you.clone());
    drop(host);
    while guest.event().await != away(&you, true) {}
    let mut host = Client::resume(server.address(), &created.room, &token, None).await;
    assert_eq!(guest.event().await, away(&you, false));
    assert_eq!(host.room.state().host().unwrap().id, you);
    assert!(host.missed.is_none(), "no revision, no missed events");
    host.ask(Command::StopRecording).await.unwrap();
    // Loading the page anew, with the key alone, works too.
    let again = Client::host(&server, &created).await;
    assert_eq!(again.room.state().people.len(), 2);
    assert_eq!(again.room.state().host().unwrap().id, again.you);
    server.stop().await;
}

#[tokio::test]
async fn the_old_connection_is_told_and_two_tabs_never_hold_one_seat() {
    let server = server(patient_config()).await;
    let created = create_room(&server).await;
    let mut first = Client::host(&server, &created).await;
    first.ask(Command::Rename { name: "First".into() }).await.unwrap();
    let oldest = first.resume.clone();
    let mut second = Client::resume(server.address(), &created.room, &oldest, None).await;
    first.raw.expect_bye(Code::Replaced, 1000).await;
    assert_eq!(second.you, first.you);
    assert_eq!(second.room.state().people.len(), 1);
    // Nobody was away for a moment, and the seat is held once.
    second.expect_quiet("Second", &mut []).await;
    // The second has its own secret now, and has used the line: the older one is worth nothing.
    refused(server.address(), &created.room, &oldest, Code::Replaced).await;
    second.expect_quiet("Still second", &mut []).await;
    server.stop().await;
}

#[tokio::test]
async fn a_page_that_is_loaded_anew_comes_back_as_it_was_and_one_that_is_closed_frees_its_seat_soon() {
    let server = server(patient_config()).await;
    let created = create_room(&server).await;
    let mut host = Client::host(&server, &created).await;
    let mut guest = Client::join(&server, &created.room, "Guest", None).await;
    let person = guest.you.clone();
    host.ask(Command::AppointCohost { person: person.clone() }).await.unwrap();
    host.ask(Command::Mute { person: person.clone() }).await.unwrap();
    host.ask(Command::Lock { locked: true }).await.unwrap();
    host.catch_up().await;
    guest.catch_up().await;
    let token = guest.resume.clone();
    guest.raw.send(ClientMessage::BackSoon.encode()).await;
    let (last, number, reason) = guest.raw.until_closed().await;
    assert_eq!((last.is_none(), number, reason.as_str()), (true, 1000, "left"));
    let ServerMessage::Event(gone) = host.next().await else { panic!("no event") };
    let until = Some(gone.at.plus(10_000));
    assert_eq!(gone.event, Event::PresenceChanged { person: person.clone(), away: true, until });

    // It knows nothing but the secret.
    let guest = Client::resume(server.address(), &created.room, &token, None).await;
    assert_eq!(host.event().await, away(&person, false));
    assert_eq!((&guest.you, guest.missed.is_none()), (&person, true));
    let seat = guest.room.state().person(&person).unwrap();
    assert_eq!((seat.role, seat.muted, seat.away_until), (Role::Cohost, true, None));
    server.stop().await;
}

#[tokio::test]
async fn a_welcome_that_was_lost_on_the_way_costs_nothing() {
    let server = server(patient_config()).await;
    let created = create_room(&server).await;
    let mut client = Client::host(&server, &created).await;
    client.ask(Command::Rename { name: "Here".into() }).await.unwrap();
    let token = client.resume.clone();
    // Comes back, and is lost again before it says anything.
    drop(Client::resume(server.address(), &created.room, &token, None).await);
    let again = Client::resume(server.address(), &created.room, &token, None).await;
    assert_eq!(again.you, client.you);
    server.stop().await;
}

#[tokio::test]
async fn after_the_grace_time_the_seat_is_gone() {
    let limits = Limits { guest_grace_ms: 300, ..Limits::default() };
    let server = server(Config { limits, ..patient_config() }).await;
    let created = create_room(&server).await;
    let mut host = Client::host(&server, &created).await;
    let mut guest = Client::join(&server, &created.room, "Guest", None).await;
    let person = guest.you.clone();
    host.ask(Command::GrantRecording { person: person.clone(), for_ms: None }).await.unwrap();
    guest.ask(RECORD).await.unwrap();
    let token = guest.resume.clone();
    drop(guest);
    while host.event().await != away(&person, true) {}
    assert!(matches!(host.event().await, Event::RecordingStopped { reason: StopReason::Gone, .. }));
    assert_eq!(host.event().await, Event::Left { person, reason: LeaveReason::Lost });
    refused(server.address(), &created.room, &token, Code::SessionUnknown).await;
    server.stop().await;
}

#[tokio::test]
async fn a_lent_right_ends_at_its_time() {
    let server = server(patient_config()).await;
    let created = create_room(&server).await;
    let mut host = Client::host(&server, &created).await;
    let mut guest = Client::join(&server, &created.room, "Guest", None).await;
    let person = guest.you.clone();
    host.ask(Command::GrantRecording { person: person.clone(), for_ms: Some(600) }).await.unwrap();
    guest.event().await;
    guest.ask(RECORD).await.unwrap();
    guest.event().await;
    assert!(matches!(guest.event().await, Event::RecordingStopped { reason: StopReason::Expired, .. }));
    assert_eq!(guest.event().await, Event::GrantChanged { person, may_record: false, until: None });
    server.stop().await;
}

#[tokio::test]
async fn foreign_and_forged_secrets_open_nothing() {
    let server = server(patient_config()).await;
    let (here, there) = (create_room(&server).await, create_room(&server).await);
    let host = Client::host(&server, &here).await;
    // Another room's.
    refused(server.address(), &there.room, &host.resume, Code::SessionUnknown).await;
    let text = host.resume.as_str();
    let (body, signature) = text.split_once('.').unwrap();
    for forged in [format!("{body}x.{signature}"), format!("{body}."), "x".into(), signature.to_owned()] {
        let forged = ResumeToken::parse(forged).unwrap();
        refused(server.address(), &here.room, &forged, Code::SessionUnknown).await;
    }
    // Somebody who has left has no seat.
    let mut guest = Client::join(&server, &here.room, "Guest", None).await;
    guest.ask(Command::Leave).await.unwrap();
    refused(server.address(), &here.room, &guest.resume, Code::SessionUnknown).await;
    // The host's own seat is untouched by all of it.
    let mut host = host;
    host.event().await;
    host.event().await;
    host.expect_quiet("Host 2", &mut []).await;
    server.stop().await;
}

/// Starts a server that shares its sessions with the one before.
async fn restarted(folder: Option<&PathBuf>) -> Server {
    let session_key = folder.is_none().then(|| SessionKey::from_secret("of all servers here"));
    server(Config { session_key, state_folder: folder.cloned(), ..patient_config() }).await
}

#[tokio::test]
async fn a_restarted_server_takes_its_room_back_with_its_host() {
    let before = restarted(None).await;
    let created = create_room(&before).await;
    let mut host = Client::host(&before, &created).await;
    let mut guest = Client::join(&before, &created.room, "Guest", None).await;
    host.event().await;
    host.ask(Command::Lock { locked: true }).await.unwrap();
    host.ask(RECORD).await.unwrap();
    host.ask(Command::Mute { person: guest.you.clone() }).await.unwrap();
    // New secrets come with the changes; the last one is read here.
    host.catch_up().await;
    guest.catch_up().await;
    let recording = host.room.state().recording.clone().unwrap().id;
    // A page that is loaded anew meanwhile is no different.
    guest.raw.send(ClientMessage::BackSoon.encode()).await;
    while !matches!(host.event().await, Event::PresenceChanged { .. }) {}
    before.stop().await;

    let after = restarted(None).await;
    let guest2 = Client::resume(after.address(), &created.room, &guest.resume, Some(3)).await;
    assert_eq!(guest2.you, guest.you);
    assert!(guest2.missed.is_none(), "another history");
    assert!(guest2.room.state().policies.locked);
    let host2 = Client::resume(after.address(), &created.room, &host.resume, None).await;
    let state = host2.room.state();
    assert_eq!((state.host().unwrap().id.clone(), state.people.len()), (host.you.clone(), 2));
    assert!(state.person(&guest.you).unwrap().muted);
    assert_eq!(state.recording.as_ref().unwrap().id, recording);
    // The key opens this room as it did the one before.
    let again = Client::host(&after, &created).await;
    assert_eq!(again.room.state().host().unwrap().id, again.you);
    // A secret from before is used once: the seat was given up for the key's new connection.
    refused(after.address(), &created.room, &host.resume, Code::SessionUnknown).await;
    after.stop().await;

    // A server with another secret knows nobody.
    let stranger = server(patient_config()).await;
    refused(stranger.address(), &created.room, &host.resume, Code::SessionUnknown).await;
    stranger.stop().await;
}

#[tokio::test]
async fn what_was_taken_away_stays_so_after_a_restart() {
    let folder = std::env::temp_dir().join(format!("hostreel-sessions-{}", std::process::id()));
    let before = restarted(Some(&folder)).await;
    let created = create_room(&before).await;
    let ended = create_room(&before).await;
    let mut host = Client::host(&before, &created).await;
    let mut other = Client::host(&before, &ended).await;
    other.ask(Command::EndRoom).await.unwrap();
    let banned = Client::join(&before, &created.room, "Banned", None).await;
    let mut cohost = Client::join(&before, &created.room, "Cohost", None).await;
    host.ask(Command::AppointCohost { person: cohost.you.clone() }).await.unwrap();
    cohost.event().await;
    cohost.ask(Command::RaiseHand).await.unwrap();
    cohost.event().await;
    host.ask(Command::Ban { person: banned.you.clone() }).await.unwrap();
    // Demoted, and keeps the secret of before.
    let old = cohost.resume.clone();
    host.ask(Command::DismissCohost { person: cohost.you.clone() }).await.unwrap();
    before.stop().await;

    let after = restarted(Some(&folder)).await;
    refused(after.address(), &created.room, &banned.resume, Code::SessionUnknown).await;
    refused(after.address(), &ended.room, &other.resume, Code::SessionUnknown).await;
    let cohost = Client::resume(after.address(), &created.room, &old, None).await;
    assert_eq!(cohost.room.state().person(&cohost.you).unwrap().role, Role::Guest);
    after.stop().await;
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn a_cohost_stands_in_where_the_host_does_not_come_back_after_a_restart() {
    let before = restarted(None).await;
    let created = create_room(&before).await;
    let mut host = Client::host(&before, &created).await;
    let mut cohost = Client::join(&before, &created.room, "Cohost", None).await;
    host.ask(Command::AppointCohost { person: cohost.you.clone() }).await.unwrap();
    cohost.event().await;
    cohost.catch_up().await;
    before.stop().await;

    let session_key = Some(SessionKey::from_secret("of all servers here"));
    let limits = Limits { host_grace_ms: 100, ..Limits::default() };
    let after = server(Config { session_key, limits, ..patient_config() }).await;
    let mut back = Client::resume(after.address(), &created.room, &cohost.resume, None).await;
    if back.room.state().host().is_none() {
        assert_eq!(back.event().await, Event::Succeeded { person: back.you.clone() });
    }
    assert_eq!(back.room.state().host().unwrap().id, cohost.you);
    after.stop().await;
}

#[tokio::test]
async fn who_handed_over_is_a_cohost_after_a_restart_too() {
    let folder = tempfile::tempdir().unwrap().keep();
    let before = restarted(Some(&folder)).await;
    let created = create_room(&before).await;
    let mut mina = Client::host(&before, &created).await;
    let mut jun = Client::join(&before, &created.room, "Jun", None).await;
    mina.event().await;
    let old = mina.resume.clone();
    mina.ask(Command::HandOver { person: jun.you.clone() }).await.unwrap();
    // The secrets that came with it.
    mina.catch_up().await;
    jun.catch_up().await;
    before.stop().await;

    for token in [&old, &mina.resume] {
        let after = restarted(Some(&folder)).await;
        let _jun = Client::resume(after.address(), &created.room, &jun.resume, None).await;
        let mina = Client::resume(after.address(), &created.room, token, None).await;
        let state = mina.room.state();
        assert_eq!(state.person(&mina.you).unwrap().role, Role::Cohost);
        assert_eq!(state.host().unwrap().id, jun.you);
        after.stop().await;
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn who_has_left_has_no_seat_after_a_restart_but_the_key_brings_the_room_back() {
    let folder = tempfile::tempdir().unwrap().keep();
    let before = restarted(Some(&folder)).await;
    let created = create_room(&before).await;
    let mut host = Client::host(&before, &created).await;
    let mut guest = Client::join(&before, &created.room, "Guest", None).await;
    guest.ask(Command::Leave).await.unwrap();
    host.ask(Command::Lock { locked: true }).await.unwrap();
    host.catch_up().await;
    host.ask(Command::Leave).await.unwrap();
    before.stop().await;

    let after = restarted(Some(&folder)).await;
    refused(after.address(), &created.room, &guest.resume, Code::SessionUnknown).await;
    let page = format!("/api/rooms/{}", created.room);
    assert_ne!(http(after.address(), "GET", &page, "", "").await.status, 200, "not brought back by a guest");
    refused(after.address(), &created.room, &host.resume, Code::SessionUnknown).await;
    let host = Client::host(&after, &created).await;
    assert!(host.room.state().policies.locked);
    refused(after.address(), &created.room, &guest.resume, Code::SessionUnknown).await;
    after.stop().await;
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn a_secret_that_was_used_up_stays_so_after_a_restart() {
    let before = restarted(None).await;
    let created = create_room(&before).await;
    let first = Client::host(&before, &created).await;
    let second = Client::resume(before.address(), &created.room, &first.resume, None).await;
    let mut third = Client::resume(before.address(), &created.room, &second.resume, None).await;
    third.catch_up().await;
    before.stop().await;

    let after = restarted(None).await;
    let mut fourth = Client::resume(after.address(), &created.room, &third.resume, None).await;
    fourth.catch_up().await;
    for token in [&first.resume, &second.resume, &third.resume] {
        refused(after.address(), &created.room, token, Code::Replaced).await;
    }
    fourth.expect_quiet("Still here", &mut []).await;
    after.stop().await;
}

#[tokio::test]
async fn soon_after_a_restart_newcomers_are_told_to_wait_for_the_room() {
    let before = restarted(None).await;
    let created = create_room(&before).await;
    let host = Client::host(&before, &created).await;
    before.stop().await;

    let after = restarted(None).await;
    let page = format!("/api/rooms/{}", created.room);
    assert_eq!(http(after.address(), "GET", &page, "", "").await.status, 503);
    let mut early = Raw::connect(after.address()).await;
    early.send(ClientMessage::Hello(hello(&created.room, "Guest", None)).encode()).await;
    early.expect_refused(Code::TryAgain, 4403).await;
    let _host = Client::resume(after.address(), &created.room, &host.resume, None).await;
    let guest = Client::join(&after, &created.room, "Guest", None).await;
    assert_eq!(guest.room.state().people.len(), 2);
    after.stop().await;

    // Nobody brings a room back where secrets are forgotten, or once the time for it is over.
    let limits = Limits { guest_grace_ms: 0, ..Limits::default() };
    let session_key = Some(SessionKey::from_secret("of all servers here"));
    for config in [patient_config(), Config { limits, session_key, ..patient_config() }] {
        let late = server(config).await;
        let mut raw = Raw::connect(late.address()).await;
        raw.send(ClientMessage::Hello(hello(&created.room, "Guest", None)).encode()).await;
        raw.expect_refused(Code::RoomUnknown, 4403).await;
        late.stop().await;
    }
}
