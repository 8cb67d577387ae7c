//! What clients do wrong, on purpose or not: each has its code, and nobody else is harmed.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod support;

use futures::SinkExt as _;
use hostreel_protocol::{ClientMessage, Code, Event, LeaveReason, Limits, RequestId, ServerMessage};
use signal_server::{Config, Rate};
use support::{Client, Raw, config, create_room, hello, patient, server};
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn before_the_hello_every_fault_closes() {
    let limits = Limits { message_bytes: 1000, ..config().limits };
    let server = server(Config { limits, ..config() }).await;
    let room = create_room(&server).await.room;
    let mut next_version = hello(&room, "X", None);
    next_version.version = 2;
    for (text, code, number) in [
        ("no json".to_owned(), Code::Malformed, 4400),
        (r#"{"type":"ping"}"#.to_owned(), Code::HelloExpected, 4400),
        (ClientMessage::Hello(next_version).encode(), Code::WrongVersion, 4400),
        ("x".repeat(1001), Code::TooLarge, 1009),
    ] {
        let mut raw = Raw::connect(server.address()).await;
        raw.send(text).await;
        raw.expect_refused(code, number).await;
    }
    let mut raw = Raw::connect(server.address()).await;
    raw.0.send(Message::binary(vec![1, 2])).await.unwrap();
    raw.expect_refused(Code::Malformed, 4400).await;
    server.stop().await;
}

#[tokio::test]
async fn who_says_nothing_is_refused_after_a_while() {
    let limits = Limits { hello_ms: 50, ..config().limits };
    let server = server(Config { limits, ..config() }).await;
    let mut raw = Raw::connect(server.address()).await;
    raw.expect_refused(Code::HelloTimeout, 4408).await;
    server.stop().await;
}

#[tokio::test]
async fn a_few_unreadable_messages_are_denied_then_the_connection_ends() {
    let server = server(Config { malformed_tolerated: 2, ..config() }).await;
    let created = create_room(&server).await;
    let mut host = Client::host(&server, &created).await;
    let mut guest = Client::join(&server, &created.room, "Guest", None).await;
    host.event().await;
    guest.raw.send(r#"{"type":"mute","id":7}"#).await;
    let answer = guest.next().await;
    let id = Some(RequestId(7));
    assert!(matches!(answer, ServerMessage::Denied { id: given, code: Code::Malformed, .. } if given == id));
    guest.raw.send("{").await;
    let answer = guest.next().await;
    assert!(matches!(answer, ServerMessage::Denied { id: None, code: Code::Malformed, .. }));
    guest.raw.send("[]").await;
    guest.raw.expect_bye(Code::Malformed, 4400).await;
    assert_eq!(host.event().await, Event::Left { person: guest.you, reason: LeaveReason::Lost });
    host.expect_quiet("Host 2", &mut []).await;
    server.stop().await;
}

#[tokio::test]
async fn a_second_hello_a_binary_and_a_large_message_end_the_connection() {
    let limits = Limits { message_bytes: 2000, ..config().limits };
    let server = server(Config { limits, ..config() }).await;
    let created = create_room(&server).await;
    let mut host = Client::host(&server, &created).await;
    let second = ClientMessage::Hello(hello(&created.room, "X", None)).encode();
    for (message, code, number) in [
        (Message::text(second), Code::AlreadyJoined, 4400),
        (Message::binary(vec![0; 10]), Code::Malformed, 4400),
        (Message::text("x".repeat(2001)), Code::TooLarge, 1009),
        // Far more than fits any buffer: our words have to reach it all the same.
        (Message::text("x".repeat(1_000_000)), Code::TooLarge, 1009),
    ] {
        let mut guest = Client::join(&server, &created.room, "Guest", None).await;
        assert!(matches!(host.event().await, Event::Joined { .. }));
        guest.raw.0.send(message).await.unwrap();
        guest.raw.expect_bye(code, number).await;
        assert_eq!(host.event().await, Event::Left { person: guest.you, reason: LeaveReason::Lost });
    }
    server.stop().await;
}

#[tokio::test]
async fn a_flood_of_bytes_is_denied_too() {
    let server = server(Config { rate: Rate { burst: 100, per_second: 1 }, ..config() }).await;
    let created = create_room(&server).await;
    let mut host = Client::host(&server, &created).await;
    let mut guest = Client::join(&server, &created.room, "Guest", None).await;
    host.event().await;
    // 60 KB each: few messages, but four of them are what a hundred usual ones have.
    let large = format!("\"{}\"", "x".repeat(60_000));
    for _ in 0..5 {
        guest.signal(&host.you.clone(), &large).await;
    }
    for _ in 0..4 {
        host.expect_signal().await;
    }
    assert!(matches!(guest.next().await, ServerMessage::Denied { code: Code::TooFast, .. }));
    host.expect_quiet("Host 2", &mut [&mut guest]).await;
    server.stop().await;
}

#[tokio::test]
async fn a_flood_is_denied_then_cut() {
    let server = server(Config { rate: Rate { burst: 20, per_second: 1 }, ..config() }).await;
    let created = create_room(&server).await;
    let mut host = Client::host(&server, &created).await;
    let mut guest = Client::join(&server, &created.room, "Guest", None).await;
    let flood = async {
        // The server ends the connection somewhere in the middle.
        for _ in 0..10_000 {
            if guest.raw.0.send(Message::text(ClientMessage::Ping.encode())).await.is_err() {
                break;
            }
        }
    };
    // Reading comes after: what was answered has to fit the queue.
    patient(flood).await;
    assert!(matches!(host.event().await, Event::Joined { .. }));
    assert!(matches!(host.event().await, Event::Left { reason: LeaveReason::Lost, .. }));

    let mut polite = Client::join(&server, &created.room, "Polite", None).await;
    for _ in 0..21 {
        polite.raw.send(ClientMessage::Ping.encode()).await;
    }
    for _ in 0..20 {
        assert!(matches!(polite.next().await, ServerMessage::Pong));
    }
    let denied = polite.next().await;
    assert!(matches!(denied, ServerMessage::Denied { id: None, code: Code::TooFast, .. }), "{denied:?}");
    for _ in 0..25 {
        polite.raw.send(ClientMessage::Ping.encode()).await;
    }
    polite.raw.expect_bye(Code::TooFast, 4408).await;
    server.stop().await;
}

#[tokio::test]
async fn who_is_silent_is_dropped_and_who_answers_pings_is_not() {
    let limits = Limits { idle_ms: 900, ..config().limits };
    let server = server(Config { limits, ..config() }).await;
    let created = create_room(&server).await;
    let mut host = Client::host(&server, &created).await;
    let mut silent = Client::join(&server, &created.room, "Silent", None).await;
    assert!(matches!(host.event().await, Event::Joined { .. }));
    // The host's client answers pings while it waits here.
    let lost = Event::Left { person: silent.you.clone(), reason: LeaveReason::Lost };
    assert_eq!(host.event().await, lost);
    assert!(matches!(silent.raw.receive().await, Ok(ServerMessage::Ping)));
    silent.raw.expect_bye(Code::IdleTimeout, 4408).await;
    host.expect_quiet("Still here", &mut []).await;
    server.stop().await;
}

#[tokio::test]
async fn a_slow_reader_is_cut_off_and_harms_nobody() {
    let limits = Limits { queue_messages: 100, queue_bytes: 200_000, ..config().limits };
    let server = server(Config { limits, ..config() }).await;
    let created = create_room(&server).await;
    let mut host = Client::host(&server, &created).await;
    let mut other = Client::join(&server, &created.room, "Other", None).await;
    let raw = Raw::connect_with(server.address(), Some(16 * 1024), "").await.unwrap();
    let mut slow = Client::join_on(raw, &created.room, "Slow", None).await;
    assert!(matches!(host.event().await, Event::Joined { .. }));
    assert!(matches!(host.event().await, Event::Joined { .. }));
    assert!(matches!(other.event().await, Event::Joined { .. }));
    // Until the room hears that it is gone; the kernel's buffers and the queue take less than this.
    let large = format!("\"{}\"", "x".repeat(10_000));
    let slow_id = slow.you.clone();
    let mut sent = 0;
    let lost = loop {
        assert!(sent < 4_000_000, "the queue grows without bounds");
        host.signal(&slow_id, &large).await;
        sent += large.len();
        // The other one gets its own in the meantime.
        host.signal(&other.you, "1").await;
        match other.next().await {
            ServerMessage::Signal { from, .. } => assert_eq!(from, host.you),
            ServerMessage::Event(envelope) => break envelope.event,
            unexpected => panic!("{unexpected:?}"),
        }
    };
    assert_eq!(lost, Event::Left { person: slow_id, reason: LeaveReason::Lost });
    // Beginning to read now, it learns why.
    let (_, number, reason) = slow.raw.until_closed().await;
    assert_eq!((number, reason.as_str()), (4408, Code::SlowReader.as_str()));
    server.stop().await;
}
