//! What several servers do when one of them dies, or the NATS between them. Without nats-server on the path the tests
//! say so and pass; with `HOSTREEL_REQUIRE=1` it must be there.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that can't go on has failed")]

#[path = "support/nats.rs"]
mod nats;
mod support;

use std::net::SocketAddr;

use hostreel_protocol::{
    Code, Command, CreatedRoom, Event, LeaveReason, PersonId, RecordingKind, ResumeToken, Role, RoomId,
    ServerMessage,
};
use nats::{Nats, QUICK, SECRET, people, stop, with_hub};
use signal_server::Server;
use support::{Client, create_room, http, patient, process, server};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

const RECORD: Command = Command::StartRecording { kind: RecordingKind::Video };

fn away(person: &PersonId, away: bool) -> Event {
    Event::PresenceChanged { person: person.clone(), away, until: None }
}

fn say(text: &str) -> Command {
    Command::Chat { text: text.into() }
}

/// Waits until `/readyz` begins with this.
async fn until_ready_says(address: SocketAddr, wanted: &str) {
    patient(async {
        while !http(address, "GET", "/readyz", "", "").await.body.starts_with(wanted.as_bytes()) {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn after_kill_9_the_people_of_a_node_resume_elsewhere_and_the_room_goes_on() {
    let Some(mut nats) = Nats::start().await else { return };
    nats.silence = QUICK;
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_signal-server"));
    command.args(["--port=0", "--hub-silence-ms=1500"]);
    command.arg(format!("--hub={}", nats.url())).arg(format!("--session-secret={SECRET}"));
    let (mut victim, _lines, address) = process(&mut command).await;
    let nodes: [Server; 2] = nats.nodes().await;
    let created: CreatedRoom = http(address, "POST", "/api/rooms", "", "{}").await.json();
    let raw = support::Raw::connect(address).await;
    let mut host = Client::join_on(raw, &created.room, "Host", Some(&created.host_key)).await;
    let mut guest = Client::join(&nodes[0], &created.room, "Guest", None).await;
    host.event().await;
    host.ask(Command::GrantRecording { person: guest.you.clone(), for_ms: None }).await.unwrap();
    host.event().await;
    guest.event().await;
    guest.ask(RECORD).await.unwrap();
    guest.event().await;
    host.event().await;
    let (you, token, rev) = (host.you.clone(), host.resume.clone(), host.room.state().rev);

    patient(victim.kill()).await.unwrap();
    drop(host);
    // The room goes on meanwhile, and its recording.
    guest.ask(say("Are you there?")).await.unwrap();
    assert!(matches!(guest.event().await, Event::Chat { .. }));
    assert_eq!(guest.event().await, away(&you, true));
    assert!(guest.room.state().recording.is_some());

    let mut host = Client::resume(nodes[1].address(), &created.room, &token, Some(rev)).await;
    assert_eq!(guest.event().await, away(&you, false));
    assert_eq!((&host.you, host.room.state()), (&you, guest.room.state()));
    assert_eq!(host.room.state().person(&you).unwrap().role, Role::Host);
    host.ask(Command::RevokeRecording { person: guest.you.clone() }).await.unwrap();
    for _ in 0..2 {
        guest.event().await;
    }
    assert!(guest.room.state().recording.is_none(), "the host is the host still");
    stop(nodes).await;
}

#[tokio::test]
async fn who_does_not_come_back_from_another_node_leaves_after_the_grace_time() {
    let Some(nats) = Nats::start().await else { return };
    let short = || {
        let mut config = nats.config();
        config.limits.guest_grace_ms = 100;
        config
    };
    let [one, two] = [server(short()).await, server(short()).await];
    let nodes = [one, two];
    let [mut host, guest] = people(&nodes).await;
    let you = guest.you.clone();
    let [one, two] = nodes;
    let stopped = tokio::spawn(two.stop());
    assert_eq!(host.event().await, away(&you, true));
    let left = Event::Left { person: you, reason: LeaveReason::Lost };
    assert_eq!(host.event().await, left, "decided by the node that is left");
    stopped.await.unwrap();
    one.stop().await;
}

#[tokio::test]
async fn a_restart_of_nats_loses_nothing() {
    let Some(mut nats) = Nats::start().await else { return };
    let nodes: [Server; 3] = nats.nodes().await;
    let [mut host, mut guest, mut other] = people(&nodes).await;
    let empty = create_room(&nodes[0]).await;
    host.ask(say("before")).await.unwrap();
    for person in [&mut host, &mut guest, &mut other] {
        person.event().await;
    }
    let before = host.room.state().clone();
    nats.kill().await;
    for node in &nodes {
        until_ready_says(node.address(), "degraded").await;
    }
    // Asked while it is away, and done once it is back.
    let later = tokio::join!(host.ask(say("meanwhile")), nats.start_again()).0;
    later.unwrap();
    for person in [&mut host, &mut guest, &mut other] {
        assert!(matches!(person.event().await, Event::Chat { text, .. } if text == "meanwhile"));
    }
    assert_eq!(host.room.state(), guest.room.state());
    assert_eq!(host.room.state(), other.room.state());
    assert_eq!((host.room.state().rev, &host.room.state().people), (before.rev + 1, &before.people));
    for node in &nodes {
        until_ready_says(node.address(), "ready").await;
        let page = http(node.address(), "GET", &format!("/api/rooms/{}", empty.room), "", "").await;
        assert_eq!(page.status, 200, "{page:?}");
    }
    // Signals pass again, too.
    host.signal(&other.you, "1").await;
    assert_eq!(other.expect_signal().await, (host.you.clone(), "1".into()));
    stop(nodes).await;
}

#[tokio::test]
async fn without_nats_nothing_is_decided_and_nobody_loses_a_seat() {
    let Some(mut nats) = Nats::start().await else { return };
    let nodes: [Server; 2] = nats.nodes().await;
    let [mut host, mut guest] = people(&nodes).await;
    let room = host.room.state().id.clone();
    let mut neighbour = Client::join(&nodes[0], &room, "Neighbour", None).await;
    host.event().await;
    guest.event().await;
    nats.kill().await;
    for node in &nodes {
        until_ready_says(node.address(), "degraded").await;
    }
    let metrics = http(nodes[0].address(), "GET", "/metrics", "", "").await;
    assert!(String::from_utf8(metrics.body).unwrap().contains("\nhostreel_hub_up 0\n"));
    // At the same node signals pass; to another they can't, and the sender is told.
    host.signal(&neighbour.you, "1").await;
    assert_eq!(neighbour.expect_signal().await, (host.you.clone(), "1".into()));
    host.signal(&guest.you, "2").await;
    let denied = host.next().await;
    let is_denied = matches!(denied, ServerMessage::Denied { id: None, code: Code::TryAgain, .. });
    assert!(is_denied, "{denied:?}");
    let created = http(nodes[0].address(), "POST", "/api/rooms", "", "{}").await;
    assert_eq!(created.status, 503, "{created:?}");
    let (one, two) = tokio::join!(host.ask(say("x")), guest.ask(RECORD));
    assert_eq!((one, two), (Err(Code::TryAgain), Err(Code::TryAgain)));
    // Lost and back while nothing can be written: the seat is there.
    let (token, you) = (neighbour.resume.clone(), neighbour.you.clone());
    drop(neighbour);
    nats.start_again().await;
    let back = Client::resume(nodes[1].address(), &room, &token, None).await;
    assert_eq!(back.you, you);
    // The two may or may not have been seen as away and back.
    let last = say("all here");
    host.ask(last).await.unwrap();
    for person in [&mut host, &mut guest] {
        while !matches!(person.event().await, Event::Chat { .. }) {}
        assert!(person.room.state().people.iter().all(|person| !person.is_away()));
        assert_eq!(person.room.state().people.len(), 3);
    }
    stop(nodes).await;
}

#[tokio::test]
async fn people_of_a_node_that_stops_resume_at_another() {
    let Some(nats) = Nats::start().await else { return };
    let nodes: [Server; 2] = nats.nodes().await;
    let [mut host, mut guest] = people(&nodes).await;
    let (room, token, you) = (guest.room.state().id.clone(), guest.resume.clone(), guest.you.clone());
    let [one, two] = nodes;
    let stopped = tokio::spawn(two.stop());
    guest.raw.expect_bye(Code::ServerStopping, 1001).await;
    drop(guest);
    stopped.await.unwrap();
    let guest = Client::resume(one.address(), &room, &token, None).await;
    assert_eq!(guest.you, you);
    host.ask(say("x")).await.unwrap();
    while !matches!(host.event().await, Event::Chat { .. }) {}
    assert!(!host.room.state().person(&you).unwrap().is_away());
    one.stop().await;
}

async fn resumed(node: &Server, room: &RoomId, token: &ResumeToken, rev: u64) -> Client {
    let client = Client::resume(node.address(), room, token, Some(rev)).await;
    assert_eq!(client.room.state().id, *room);
    client
}

#[tokio::test]
async fn when_all_nodes_were_away_the_room_is_still_there() {
    let Some(mut nats) = Nats::start().await else { return };
    nats.silence = QUICK;
    let nodes: [Server; 2] = nats.nodes().await;
    let [mut host, mut guest] = people(&nodes).await;
    host.ask(RECORD).await.unwrap();
    host.event().await;
    guest.event().await;
    let (room, rev) = (host.room.state().id.clone(), host.room.state().rev);
    let tokens = [host.resume.clone(), guest.resume.clone()];
    stop(nodes).await;
    drop((host, guest));
    let nodes: [Server; 2] = nats.nodes().await;
    let host = resumed(&nodes[1], &room, &tokens[0], rev).await;
    let mut guest = resumed(&nodes[0], &room, &tokens[1], rev).await;
    assert_eq!(host.room.state().person(&host.you).unwrap().role, Role::Host);
    assert_eq!(host.room.state().recording.as_ref().unwrap().by, host.you);
    guest.catch_up().await;
    assert!(guest.room.state().people.len() == 2 && guest.room.state().recording.is_some());
    stop(nodes).await;
}

/// A way to NATS that can be cut.
struct Way {
    address: SocketAddr,
    is_open: watch::Sender<bool>,
}

impl Way {
    async fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (is_open, open) = watch::channel(true);
        tokio::spawn(async move {
            while let Ok((mut here, _)) = listener.accept().await {
                let mut open = open.clone();
                if !*open.borrow() {
                    continue;
                }
                tokio::spawn(async move {
                    let mut there = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
                    tokio::select! {
                        _ = tokio::io::copy_bidirectional(&mut here, &mut there) => {}
                        _ = open.wait_for(|open| !open) => {}
                    }
                });
            }
        });
        Self { address, is_open }
    }
}

#[tokio::test]
async fn a_node_that_was_cut_off_catches_up() {
    let Some(mut nats) = Nats::start().await else { return };
    nats.silence = QUICK;
    let way = Way::to(nats.port()).await;
    let nodes =
        [server(nats.config()).await, server(with_hub(&format!("nats://{}", way.address), QUICK)).await];
    let [mut host, mut guest] = people(&nodes).await;
    way.is_open.send(false).unwrap();
    until_ready_says(nodes[1].address(), "degraded").await;
    // The others think that its people are gone, and go on.
    assert_eq!(host.event().await, away(&guest.you, true));
    for number in 0..200 {
        host.ask(say(&number.to_string())).await.unwrap();
        host.event().await;
    }
    way.is_open.send(true).unwrap();
    // What was missed is beyond what the log keeps: they are sent back for the whole room, and keep their seat.
    guest.raw.expect_bye(Code::TryAgain, 4403).await;
    let room = host.room.state().id.clone();
    let mut guest = Client::resume(nodes[1].address(), &room, &guest.resume, None).await;
    assert_eq!(host.event().await, away(&guest.you, false));
    guest.catch_up().await;
    assert_eq!(guest.room.state(), host.room.state());

    // A short while costs nobody more than a moment.
    way.is_open.send(false).unwrap();
    until_ready_says(nodes[1].address(), "degraded").await;
    host.ask(say("short")).await.unwrap();
    host.event().await;
    way.is_open.send(true).unwrap();
    while !matches!(guest.event().await, Event::Chat { .. }) {}
    host.signal(&guest.you, "1").await;
    while !matches!(guest.next().await, ServerMessage::Signal { .. }) {}
    stop(nodes).await;
}

#[tokio::test]
async fn what_can_t_be_shared_is_said_at_the_start() {
    let none = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let mut config = with_hub(&format!("nats://user:hidden@{none}"), QUICK);
    let error = Server::bind(config.clone()).await.unwrap_err().to_string();
    assert!(error.contains(&none.to_string()) && !error.contains("hidden"), "{error}");
    config.session_key = None;
    let error = Server::bind(config).await.unwrap_err().to_string();
    assert!(error.contains("session-secret"), "{error}");

    let Some(nats) = Nats::start().await else { return };
    let mut config = nats.config();
    config.limits.message_bytes = 16_000_000;
    let error = Server::bind(config).await.unwrap_err().to_string();
    assert!(error.contains("max_payload") && error.contains("message-bytes"), "{error}");
    let Some(plain) = Nats::start_without_jetstream().await else { return };
    let error = Server::bind(plain.config()).await.unwrap_err().to_string();
    assert!(error.contains("JetStream"), "{error}");
}
