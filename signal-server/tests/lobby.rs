//! The lobby: who waits is told nothing of the room, until somebody decides. And who is banned stays out.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that can't go on has failed")]

mod support;

use hostreel_protocol::{
    ClientMessage, Code, Command, CreatedRoom, Event, Hello, HostKey, PolicyChange, RequestId, RoomId,
    ServerMessage, VisitorId, Waiting,
};
use signal_server::Server;
use support::{Client, Raw, config, create_room, hello, http, server};

async fn lobby_room(server: &Server) -> CreatedRoom {
    http(server.address(), "POST", "/api/rooms", "", r#"{"policies":{"lobby":true}}"#).await.json()
}

/// Comes into the lobby.
async fn knock(server: &Server, room: &RoomId, name: &str) -> (Raw, Waiting) {
    let mut raw = Raw::connect(server.address()).await;
    raw.send(ClientMessage::Hello(hello(room, name, None)).encode()).await;
    match raw.receive().await {
        Ok(ServerMessage::Waiting(waiting)) => (raw, *waiting),
        other => panic!("not in the lobby: {other:?}"),
    }
}

#[tokio::test]
async fn who_waits_hears_nothing_until_they_are_let_in() {
    let server = server(config()).await;
    let created = lobby_room(&server).await;
    // Before the host is there.
    let (mut early, waiting) = knock(&server, &created.room, " Early ").await;
    assert_eq!((waiting.name.as_str(), waiting.host_present), ("Early", false));
    let mut host = Client::host(&server, &created).await;
    assert_eq!(host.room.state().waiting[0].id, waiting.you);
    let (late, second) = knock(&server, &created.room, "Late").await;
    assert!(second.host_present);
    assert!(matches!(host.event().await, Event::Knocked { waiting } if waiting.id == second.you));

    // Much happens in the room; nobody can be reached from the lobby, or reach it.
    host.ask(Command::Chat { text: "secret".into() }).await.unwrap();
    host.event().await;
    host.signal(&waiting.you, "1").await;
    assert!(matches!(host.next().await, ServerMessage::Denied { code: Code::NoSuchPerson, .. }));
    early.send(format!(r#"{{"type":"signal","to":"{}","data":1}}"#, host.you)).await;
    early.send(r#"{"type":"chat","id":5,"text":"Let me in"}"#).await;
    for id in [None, Some(RequestId(5))] {
        let message = early.receive().await;
        assert!(
            matches!(&message, Ok(ServerMessage::Denied { id: given, code: Code::NotAllowed, .. }) if *given == id),
            "{message:?}"
        );
    }

    host.ask(Command::Admit { person: waiting.you.clone() }).await.unwrap();
    assert!(matches!(host.event().await, Event::Joined { person } if person.id == waiting.you));
    let mut early = Client::welcomed(early).await;
    assert_eq!(early.you, waiting.you);
    assert_eq!(early.room.state(), host.room.state());
    host.expect_quiet("Host 2", &mut [&mut early]).await;

    // Gone from the lobby by a lost connection.
    drop(late);
    assert!(matches!(host.event().await, Event::KnockEnded { person, .. } if person == second.you));
    server.stop().await;
}

#[tokio::test]
async fn who_is_refused_is_told_and_who_leaves_is_gone() {
    let server = server(config()).await;
    let created = lobby_room(&server).await;
    let mut host = Client::host(&server, &created).await;
    let (mut refused, waiting) = knock(&server, &created.room, "A").await;
    host.ask(Command::Refuse { person: waiting.you }).await.unwrap();
    refused.expect_refused(Code::NotAdmitted, 4403).await;
    let (mut leaves, _) = knock(&server, &created.room, "B").await;
    leaves.send(r#"{"type":"leave","id":1}"#).await;
    assert!(matches!(leaves.receive().await, Ok(ServerMessage::Done { .. })));
    assert_eq!(leaves.receive().await.unwrap_err(), (1000, "left".to_owned()));
    let (mut waits, _) = knock(&server, &created.room, "C").await;
    host.ask(Command::EndRoom).await.unwrap();
    waits.expect_refused(Code::RoomEnded, 1000).await;
    server.stop().await;
}

#[tokio::test]
async fn opening_the_lobby_welcomes_all_who_wait() {
    let server = server(config()).await;
    let created = lobby_room(&server).await;
    let mut host = Client::host(&server, &created).await;
    let (a, _) = knock(&server, &created.room, "A").await;
    let (b, _) = knock(&server, &created.room, "B").await;
    let change = PolicyChange { lobby: Some(false), ..PolicyChange::default() };
    host.ask(Command::SetPolicy { change }).await.unwrap();
    let mut a = Client::welcomed(a).await;
    let b = Client::welcomed(b).await;
    // The first one hears of the second.
    assert!(matches!(a.event().await, Event::Joined { person } if person.id == b.you));
    assert_eq!(a.room.state(), b.room.state());
    server.stop().await;
}

#[tokio::test]
async fn the_host_key_of_who_was_banned_opens_nothing() {
    let server = server(config()).await;
    let created = create_room(&server).await;
    let mut maker = Client::host(&server, &created).await;
    let mut heir = Client::join(&server, &created.room, "Heir", None).await;
    maker.event().await;
    maker.ask(Command::HandOver { person: heir.you.clone() }).await.unwrap();
    heir.event().await;
    heir.ask(Command::Ban { person: maker.you.clone() }).await.unwrap();
    maker.raw.expect_bye(Code::Banned, 1000).await;
    let refused = async |key: Option<&HostKey>, code: Code| {
        let mut raw = Raw::connect(server.address()).await;
        raw.send(ClientMessage::Hello(hello(&created.room, "X", key)).encode()).await;
        raw.expect_refused(code, if code == Code::Banned { 1000 } else { 4403 }).await;
    };
    refused(Some(&created.host_key), Code::Banned).await;
    // Nor does the seat of before.
    let mut raw = Raw::connect(server.address()).await;
    let resume = ClientMessage::Hello(support::resuming(&created.room, &maker.resume, None));
    raw.send(resume.encode()).await;
    raw.expect_refused(Code::SessionUnknown, 4403).await;
    server.stop().await;
}

#[tokio::test]
async fn who_was_banned_does_not_come_back_in_the_same_browser() {
    let server = server(config()).await;
    let created = create_room(&server).await;
    let mut host = Client::host(&server, &created).await;
    let from = |visitor: &str| {
        let visitor = Some(VisitorId::parse(visitor).unwrap());
        ClientMessage::Hello(Hello { visitor, ..hello(&created.room, "Guest", None) }).encode()
    };
    let join = async |visitor: &str| {
        let mut raw = Raw::connect(server.address()).await;
        raw.send(from(visitor)).await;
        raw
    };
    let mut banned = Client::welcomed(join("one").await).await;
    let other = Client::welcomed(join("two").await).await;
    host.ask(Command::Ban { person: banned.you.clone() }).await.unwrap();
    banned.raw.expect_bye(Code::Banned, 1000).await;
    join("one").await.expect_refused(Code::Banned, 1000).await;
    let _again = Client::welcomed(join("two").await).await;
    // The others see that they are two visits of one browser, and nothing of what it said.
    let text = serde_json::to_string(other.room.state()).unwrap();
    assert!(!text.contains("two"), "{text}");
    server.stop().await;
}

#[tokio::test]
async fn a_name_in_other_letters_is_flagged() {
    let server = server(config()).await;
    let created = create_room(&server).await;
    let host = Client::join(&server, &created.room, "Mina", Some(&created.host_key)).await;
    // The last letter is Cyrillic.
    let guest = Client::join(&server, &created.room, "Minа", None).await;
    assert!(guest.room.state().person(&guest.you).unwrap().resembles_host);
    assert!(!guest.room.state().person(&host.you).unwrap().resembles_host);
    server.stop().await;
}
