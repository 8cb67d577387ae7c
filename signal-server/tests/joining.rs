//! Who gets into a room, and what they and the others see of it.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod support;

use hostreel_protocol::{ClientMessage, Code, Command, Event, HostKey, LeaveReason, Limits, Role, RoomId};
use signal_server::Config;
use support::{Client, Raw, config, create_room, hello, server};

#[tokio::test]
async fn everybody_has_the_same_roster() {
    let server = server(config()).await;
    let created = create_room(&server).await;
    let mut host = Client::host(&server, &created).await;
    let mut guest = Client::join(&server, &created.room, " 민아\u{202e} ", None).await;
    let joined = host.event().await;
    assert!(matches!(&joined, Event::Joined { person } if person.id == guest.you && person.name == "민아"));
    assert_eq!(host.room.state().host().unwrap().id, host.you);
    assert_eq!(guest.room.state().person(&guest.you).unwrap().role, Role::Guest);
    assert_eq!(guest.room.state(), host.room.state());
    assert_eq!(guest.limits, config().limits);

    guest.ask(Command::Leave).await.unwrap();
    assert_eq!(host.event().await, Event::Left { person: guest.you.clone(), reason: LeaveReason::Left });
    let (_, number, reason) = guest.raw.until_closed().await;
    assert_eq!((number, reason.as_str()), (1000, "left"));

    let dropped = Client::join(&server, &created.room, "Gone", None).await;
    assert!(matches!(host.event().await, Event::Joined { .. }));
    let person = dropped.you.clone();
    drop(dropped);
    assert_eq!(host.event().await, Event::Left { person, reason: LeaveReason::Lost });
    server.stop().await;
}

#[tokio::test]
async fn the_host_key_comes_back_and_takes_the_seat() {
    let server = server(config()).await;
    let created = create_room(&server).await;
    let mut first = Client::host(&server, &created).await;
    let mut guest = Client::join(&server, &created.room, "Guest", None).await;
    first.event().await;

    // From elsewhere, while the first is still there: the newer connection holds the seat.
    let mut second = Client::host(&server, &created).await;
    first.raw.expect_bye(Code::Replaced, 1000).await;
    assert_eq!(guest.event().await, Event::Left { person: first.you, reason: LeaveReason::Replaced });
    assert!(matches!(guest.event().await, Event::Joined { person } if person.role == Role::Host));

    // Lost: the room goes on without a host until the key comes back.
    let lost = second.you.clone();
    second.ask(Command::Rename { name: "Second".into() }).await.unwrap();
    guest.event().await;
    drop(second);
    assert_eq!(guest.event().await, Event::Left { person: lost, reason: LeaveReason::Lost });
    assert_eq!(guest.room.state().host(), None);
    let third = Client::host(&server, &created).await;
    assert!(matches!(guest.event().await, Event::Joined { person } if person.id == third.you));
    assert_eq!(guest.room.state().host().unwrap().id, third.you);
    server.stop().await;
}

#[tokio::test]
async fn a_wrong_key_and_an_unknown_room_are_refused() {
    let server = server(config()).await;
    let created = create_room(&server).await;
    let other = create_room(&server).await;
    for (room, key, code) in [
        (&created.room, Some(&other.host_key), Code::BadHostKey),
        (&created.room, Some(&HostKey::parse("x").unwrap()), Code::BadHostKey),
        (&RoomId::from_random(1), None, Code::RoomUnknown),
        (&RoomId::from_random(1), Some(&other.host_key), Code::RoomUnknown),
    ] {
        let mut raw = Raw::connect(server.address()).await;
        raw.send(ClientMessage::Hello(hello(room, "X", key)).encode()).await;
        raw.expect_refused(code, 4403).await;
    }
    server.stop().await;
}

#[tokio::test]
async fn a_full_a_locked_and_an_ended_room_let_nobody_in() {
    let limits = Limits { people_per_room: 2, ..config().limits };
    let server = server(Config { limits, ..config() }).await;
    let created = create_room(&server).await;
    let mut host = Client::host(&server, &created).await;
    let guest = Client::join(&server, &created.room, "Guest", None).await;
    let refused = async |code: Code| {
        let mut raw = Raw::connect(server.address()).await;
        raw.send(ClientMessage::Hello(hello(&created.room, "X", None)).encode()).await;
        raw.expect_refused(code, if code == Code::RoomEnded { 1000 } else { 4403 }).await;
    };
    refused(Code::RoomFull).await;
    // Taking the own seat back needs no free one.
    let mut host_again = Client::host(&server, &created).await;
    host.raw.expect_bye(Code::Replaced, 1000).await;

    drop(guest);
    assert!(matches!(host_again.event().await, Event::Left { .. }));
    host_again.ask(Command::Lock { locked: true }).await.unwrap();
    refused(Code::RoomLocked).await;

    host_again.ask(Command::EndRoom).await.unwrap();
    host_again.raw.expect_bye(Code::RoomEnded, 1000).await;
    refused(Code::RoomEnded).await;
    server.stop().await;
}

#[tokio::test]
async fn a_name_with_nothing_to_see_is_refused() {
    let server = server(config()).await;
    let created = create_room(&server).await;
    let mut raw = Raw::connect(server.address()).await;
    raw.send(ClientMessage::Hello(hello(&created.room, " \u{200b}", None)).encode()).await;
    raw.expect_refused(Code::BadName, 4403).await;
    server.stop().await;
}

#[tokio::test]
async fn who_is_removed_is_told_and_gone() {
    let server = server(config()).await;
    let created = create_room(&server).await;
    let mut host = Client::host(&server, &created).await;
    let mut guest = Client::join(&server, &created.room, "Guest", None).await;
    host.ask(Command::Remove { person: guest.you.clone() }).await.unwrap();
    assert_eq!(guest.event().await, Event::Left { person: guest.you.clone(), reason: LeaveReason::Removed });
    guest.raw.expect_bye(Code::Removed, 1000).await;
    assert_eq!(host.room.state().people.len(), 1);
    server.stop().await;
}

#[tokio::test]
async fn an_empty_room_is_forgotten_after_a_while() {
    let server = server(Config { empty_room: std::time::Duration::from_millis(40), ..config() }).await;
    let created = create_room(&server).await;
    let path = format!("/api/rooms/{}", created.room);
    support::patient(async {
        while support::http(server.address(), "GET", &path, "", "").await.status != 404 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn coming_going_and_talking_at_once_leaves_no_gap() {
    let server = std::sync::Arc::new(server(config()).await);
    let created = std::sync::Arc::new(create_room(&server).await);
    let mut host = Client::host(&server, &created).await;
    let mut guests = tokio::task::JoinSet::new();
    for number in 0..7 {
        let (server, created) = (std::sync::Arc::clone(&server), std::sync::Arc::clone(&created));
        guests.spawn(async move {
            for round in 0..5 {
                let mut guest = Client::join(&server, &created.room, "Guest", None).await;
                for name in 0..6 {
                    let name = format!("{number} {round} {name}");
                    guest.ask(Command::Rename { name: name.clone() }).await.unwrap();
                    assert_eq!(guest.room.state().person(&guest.you).unwrap().name, name);
                }
                guest.ask(Command::Leave).await.unwrap();
            }
        });
    }
    // Each client checks that the revisions follow its snapshot one by one; the host hears of everything.
    let (mut joined, mut left, mut renamed) = (0, 0, 0);
    while left < 35 {
        match host.event().await {
            Event::Joined { .. } => joined += 1,
            Event::Left { .. } => left += 1,
            Event::Renamed { .. } => renamed += 1,
            other => panic!("{other:?}"),
        }
    }
    while let Some(guest) = guests.join_next().await {
        guest.unwrap();
    }
    assert_eq!((joined, renamed), (35, 210));
    let late = Client::join(&server, &created.room, "Late", None).await;
    host.event().await;
    assert_eq!(late.room.state(), host.room.state());
    std::sync::Arc::into_inner(server).unwrap().stop().await;
}
