//! Several servers over a real NATS are as one: wherever people are connected, they are in one room. Without nats-server
//! on the path the tests say so and pass; with `HOSTREEL_REQUIRE=1` it must be there.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that can't go on has failed")]

#[path = "support/nats.rs"]
mod nats;
mod support;

use std::net::SocketAddr;
use std::time::Duration;

use hostreel_protocol::{
    ClientMessage, Code, Command, CreatedRoom, Event, LeaveReason, RecordingKind, RoomPage, ServerMessage,
    StopReason,
};
use nats::{Nats, people, stop};
use signal_server::{Config, Server};
use support::{Client, Raw, create_room, hello, http, resuming, server};

const RECORD: Command = Command::StartRecording { kind: RecordingKind::Video };

/// Everybody's next event is this one, and then all see the same room.
async fn all_hear(people: &mut [&mut Client], event: &Event) {
    for person in people.iter_mut() {
        assert_eq!(person.event().await, *event);
    }
    for person in people.iter() {
        assert_eq!(person.room.state(), people[0].room.state());
    }
}

#[tokio::test]
async fn people_of_one_room_at_different_nodes_meet() {
    let Some(nats) = Nats::start().await else { return };
    let nodes: [Server; 3] = nats.nodes().await;
    let [mut one, mut two, mut three] = people(&nodes).await;
    let text = "Hello, all of you";
    two.ask(Command::Chat { text: text.into() }).await.unwrap();
    for person in [&mut one, &mut two, &mut three] {
        let Event::Chat { text: given, .. } = person.event().await else { panic!("no chat") };
        assert_eq!(given, text);
    }
    pass_signals(&mut one, &mut two).await;
    pass_signals(&mut two, &mut three).await;
    pass_signals(&mut three, &mut one).await;
    let page = http(nodes[2].address(), "GET", &format!("/api/rooms/{}", one.room.state().id), "", "").await;
    let page: RoomPage = page.json();
    assert_eq!(page.people, 3);
    stop(nodes).await;
}

/// More than one burst of signals arrives whole and in order.
async fn pass_signals(sender: &mut Client, receiver: &mut Client) {
    for number in 0..200 {
        sender.signal(&receiver.you, &number.to_string()).await;
    }
    for number in 0..200 {
        assert_eq!(receiver.expect_signal().await, (sender.you.clone(), number.to_string()));
    }
}

#[tokio::test]
async fn the_host_hands_over_to_somebody_at_another_node() {
    let Some(nats) = Nats::start().await else { return };
    let nodes: [Server; 3] = nats.nodes().await;
    let [mut host, mut guest, mut other] = people(&nodes).await;
    host.ask(Command::HandOver { person: guest.you.clone() }).await.unwrap();
    let handed = Event::HandedOver { from: host.you.clone(), to: guest.you.clone() };
    all_hear(&mut [&mut host, &mut guest, &mut other], &handed).await;
    assert_eq!(host.ask(RECORD).await, Err(Code::NotAllowed));
    guest.ask(Command::Remove { person: other.you.clone() }).await.unwrap();
    let left = Event::Left { person: other.you.clone(), reason: LeaveReason::Removed };
    all_hear(&mut [&mut host, &mut guest], &left).await;
    other.raw.expect_bye(Code::Removed, 1000).await;
    stop(nodes).await;
}

#[tokio::test]
async fn a_recording_is_known_everywhere_and_a_revoked_one_stops() {
    let Some(nats) = Nats::start().await else { return };
    let nodes: [Server; 3] = nats.nodes().await;
    let [mut host, mut guest, mut other] = people(&nodes).await;
    assert_eq!(guest.ask(RECORD).await, Err(Code::NotAllowed));
    host.ask(Command::GrantRecording { person: guest.you.clone(), for_ms: None }).await.unwrap();
    for person in [&mut host, &mut guest, &mut other] {
        assert!(matches!(person.event().await, Event::GrantChanged { may_record: true, .. }));
    }
    guest.ask(RECORD).await.unwrap();
    let you = guest.you.clone();
    for person in [&mut host, &mut guest, &mut other] {
        let Event::RecordingStarted { recording } = person.event().await else { panic!("no recording") };
        assert_eq!(recording.by, you);
    }
    let late = Client::join(&nodes[0], &host.room.state().id, "Late", None).await;
    assert_eq!(late.room.state().recording.as_ref().unwrap().by, guest.you, "told before anything else");
    for person in [&mut host, &mut guest, &mut other] {
        assert!(matches!(person.event().await, Event::Joined { .. }));
    }
    host.ask(Command::RevokeRecording { person: guest.you.clone() }).await.unwrap();
    for person in [&mut host, &mut guest, &mut other] {
        let (one, two) = (person.event().await, person.event().await);
        let is_stop =
            |event: &Event| matches!(event, Event::RecordingStopped { reason: StopReason::Revoked, .. });
        let is_grant = |event: &Event| matches!(event, Event::GrantChanged { may_record: false, .. });
        assert!(
            [&one, &two].into_iter().any(is_stop) && [&one, &two].into_iter().any(is_grant),
            "{one:?} {two:?}"
        );
        assert!(person.room.state().recording.is_none());
    }
    stop(nodes).await;
}

#[tokio::test]
async fn who_waits_at_one_node_is_let_in_from_another() {
    let Some(nats) = Nats::start().await else { return };
    let nodes: [Server; 2] = nats.nodes().await;
    let body = r#"{"policies":{"lobby":true}}"#;
    let created: CreatedRoom = http(nodes[0].address(), "POST", "/api/rooms", "", body).await.json();
    let mut host = Client::host(&nodes[0], &created).await;
    let mut raw = Raw::connect(nodes[1].address()).await;
    raw.send(ClientMessage::Hello(hello(&created.room, "Guest", None)).encode()).await;
    let Ok(ServerMessage::Waiting(waiting)) = raw.receive().await else { panic!("not in the lobby") };
    assert!(waiting.host_present);
    assert!(matches!(host.event().await, Event::Knocked { waiting: given } if given.id == waiting.you));
    host.ask(Command::Admit { person: waiting.you.clone() }).await.unwrap();
    assert!(matches!(host.event().await, Event::Joined { .. }));
    let guest = Client::welcomed(raw).await;
    assert_eq!((&guest.you, guest.room.state()), (&waiting.you, host.room.state()));
    // Who gives up in the lobby is gone everywhere.
    let mut raw = Raw::connect(nodes[1].address()).await;
    raw.send(ClientMessage::Hello(hello(&created.room, "Other", None)).encode()).await;
    assert!(matches!(host.event().await, Event::Knocked { .. }));
    drop(raw);
    assert!(matches!(host.event().await, Event::KnockEnded { .. }));
    stop(nodes).await;
}

/// How often a node was overtaken by another.
async fn overtaken(address: SocketAddr) -> u64 {
    let metrics = http(address, "GET", "/metrics", "", "").await;
    let text = String::from_utf8(metrics.body).unwrap();
    let line =
        text.lines().find_map(|line| line.strip_prefix("hostreel_hub_appends_total{result=\"overtaken\"} "));
    line.map_or(0, |count| count.parse().unwrap())
}

#[tokio::test]
async fn of_two_decisions_at_the_same_instant_one_counts() {
    let Some(nats) = Nats::start().await else { return };
    let nodes: [Server; 2] = nats.nodes().await;
    let [mut host, mut guest] = people(&nodes).await;
    host.ask(Command::GrantRecording { person: guest.you.clone(), for_ms: None }).await.unwrap();
    host.event().await;
    guest.event().await;
    let mut rounds = 0;
    // Until it has happened that both nodes wrote at once, and some more.
    while rounds < 20 || overtaken(nodes[0].address()).await + overtaken(nodes[1].address()).await == 0 {
        rounds += 1;
        assert!(rounds < 2_000, "never at the same instant");
        let both = tokio::join!(host.ask(RECORD), guest.ask(RECORD));
        let winner = match both {
            (Ok(()), Err(Code::AlreadyRecording)) => &mut host,
            (Err(Code::AlreadyRecording), Ok(())) => &mut guest,
            both => panic!("{both:?}"),
        };
        let recording = winner.room.state().recording.clone().unwrap();
        assert_eq!(recording.by, winner.you);
        winner.ask(Command::StopRecording).await.unwrap();
        let stopped =
            Event::RecordingStopped { recording: recording.id.clone(), reason: StopReason::Stopped };
        for person in [&mut host, &mut guest] {
            assert_eq!(person.event().await, Event::RecordingStarted { recording: recording.clone() });
            assert_eq!(person.event().await, stopped);
        }
        assert_eq!(host.room.state(), guest.room.state());
    }
    stop(nodes).await;
}

/// Says many things without waiting for anybody; then says that it has done, and waits for that of all.
async fn chatter(mut person: Client, others: usize, seed: usize) -> Client {
    for number in 0..60 {
        let command = match (number * 7 + seed * 3) % 5 {
            0 => Command::RaiseHand,
            1 => RECORD,
            2 => Command::StopRecording,
            3 => Command::Rename { name: format!("{seed} {number}") },
            _ => Command::Chat { text: number.to_string() },
        };
        // Some are denied: others were quicker, or it is not theirs to do.
        let _ = person.ask(command).await;
    }
    person.ask(Command::Chat { text: "done".into() }).await.unwrap();
    let mut done = 0;
    while done <= others {
        let event = person.event().await;
        done += usize::from(matches!(&event, Event::Chat { text, .. } if text == "done"));
    }
    person
}

#[tokio::test]
async fn whatever_all_do_at_once_they_see_the_same_room() {
    let Some(nats) = Nats::start().await else { return };
    let nodes: [Server; 3] = nats.nodes().await;
    let [mut host, mut guest, mut other] = people(&nodes).await;
    let grant = Command::GrantRecording { person: guest.you.clone(), for_ms: None };
    host.ask(grant).await.unwrap();
    for person in [&mut host, &mut guest, &mut other] {
        person.event().await;
    }
    let (one, two, three) = tokio::join!(chatter(host, 2, 0), chatter(guest, 2, 1), chatter(other, 2, 2));
    assert_eq!(one.room.state(), two.room.state());
    assert_eq!(one.room.state(), three.room.state());
    assert!(one.room.state().rev > 100);
    // One that comes late reads the same from the log: of which the beginning is gone by now.
    let late: [Server; 1] = nats.nodes().await;
    let somebody = Client::join(&late[0], &one.room.state().id, "Late", None).await;
    assert_eq!(somebody.room.state().people[..3], one.room.state().people[..]);
    assert_eq!(somebody.room.state().rev, one.room.state().rev + 1);
    stop(nodes).await;
    stop(late).await;
}

#[tokio::test]
async fn a_seat_is_taken_back_at_another_node() {
    let Some(nats) = Nats::start().await else { return };
    let nodes: [Server; 3] = nats.nodes().await;
    let [mut host, guest, other] = people(&nodes).await;
    let (room, you, rev) = (host.room.state().id.clone(), guest.you.clone(), guest.room.state().rev);
    let first = guest.resume.clone();
    drop(guest);
    assert_eq!(host.event().await, Event::PresenceChanged { person: you.clone(), away: true, until: None });
    host.ask(Command::Chat { text: "missed".into() }).await.unwrap();
    host.event().await;
    let mut guest = Client::resume(nodes[2].address(), &room, &first, Some(rev)).await;
    assert_eq!(host.event().await, Event::PresenceChanged { person: you.clone(), away: false, until: None });
    assert_eq!(guest.you, you);
    assert_eq!(guest.room.state(), host.room.state());
    let missed = guest.missed.take().unwrap();
    assert!(missed.iter().any(|envelope| matches!(envelope.event, Event::Chat { .. })), "{missed:?}");
    pass_signals(&mut host, &mut guest).await;

    // From a live connection, too: the older one is told, wherever it is.
    let second = guest.resume.clone();
    let mut again = Client::resume(nodes[1].address(), &room, &second, None).await;
    guest.raw.expect_bye(Code::Replaced, 1000).await;
    again.catch_up().await;
    pass_signals(&mut again, &mut host).await;
    // Once the newest secret has arrived, older ones are worth nothing; those before the last one, at any node.
    for (node, token) in [(&nodes[0], &first), (&nodes[1], &second)] {
        let mut raw = Raw::connect(node.address()).await;
        raw.send(ClientMessage::Hello(resuming(&room, token, None)).encode()).await;
        raw.expect_refused(Code::Replaced, 1000).await;
    }
    // A page that is loaded anew may come back to any node, and has a moment for it.
    again.raw.send(ClientMessage::BackSoon.encode()).await;
    let gone = loop {
        if let Event::PresenceChanged { until, .. } = host.event().await {
            break until;
        }
    };
    assert!(gone.is_some_and(|until| until > host.room.state().person(&you).unwrap().away_since.unwrap()));
    let again = Client::resume(nodes[0].address(), &room, &again.resume, None).await;
    assert_eq!((&again.you, again.room.state().people.len()), (&you, 3));
    drop(other);
    stop(nodes).await;
}

#[tokio::test]
async fn administrators_see_and_end_rooms_of_all_nodes() {
    let Some(nats) = Nats::start().await else { return };
    let nodes: [Server; 2] = nats.nodes().await;
    let [mut host, mut guest] = people(&nodes).await;
    let created = create_room(&nodes[0]).await;
    let admin = "authorization: Bearer admin\r\n";
    let listed = http(nodes[1].address(), "GET", "/api/admin/rooms", admin, "").await;
    let rooms: serde_json::Value = listed.json();
    let rooms = rooms["rooms"].as_array().unwrap().clone();
    for room in [&created.room, &host.room.state().id] {
        assert!(rooms.iter().any(|listed| listed["room"] == room.as_str()), "{rooms:?}");
    }
    let path = format!("/api/admin/rooms/{}", host.room.state().id);
    let closed = http(nodes[1].address(), "DELETE", &path, admin, "").await;
    assert_eq!(closed.status, 200, "{closed:?}");
    host.raw.expect_bye(Code::RoomEnded, 1000).await;
    guest.raw.expect_bye(Code::RoomEnded, 1000).await;
    let page = http(nodes[0].address(), "GET", &format!("/api/rooms/{}", host.room.state().id), "", "").await;
    assert_eq!(page.status, 404);
    stop(nodes).await;
}

#[tokio::test]
async fn a_room_that_nobody_needs_is_forgotten_by_all() {
    let Some(nats) = Nats::start().await else { return };
    let config = || Config { empty_room: Duration::from_millis(300), ..nats.config() };
    let nodes = [server(config()).await, server(config()).await];
    let created = create_room(&nodes[0]).await;
    let path = format!("/api/rooms/{}", created.room);
    let mut host = Client::host(&nodes[1], &created).await;
    host.catch_up().await;
    assert_eq!(http(nodes[0].address(), "GET", &path, "", "").await.status, 200);
    host.ask(Command::Leave).await.unwrap();
    for node in &nodes {
        support::patient(async { while http(node.address(), "GET", &path, "", "").await.status != 404 {} })
            .await;
    }
    stop(nodes).await;
}

#[tokio::test]
async fn a_room_that_is_larger_than_nats_takes_at_once_goes_on() {
    let Some(nats) = Nats::start_with("max_payload: 4096").await else { return };
    let config = || {
        let mut config = nats.config();
        config.limits.message_bytes = 2048;
        config
    };
    let nodes = [server(config()).await, server(config()).await];
    let [mut host, mut guest] = people(&nodes).await;
    // Beyond the records after which a picture of the room is due.
    for number in 0..100 {
        host.ask(Command::Chat { text: format!("{number} {}", "x".repeat(100)) }).await.unwrap();
        assert!(matches!(guest.event().await, Event::Chat { .. }));
    }
    let late = server(config()).await;
    let somebody = Client::join(&late, &host.room.state().id, "Late", None).await;
    assert_eq!(somebody.room.state().chat.len(), 100);
    stop(nodes.into_iter().chain([late])).await;
}
