//! The client in rooms of a real server.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that can't go on has failed")]

use hostreel_protocol::{Action, Code, Command, Event, Policies};
use serde_json::value::RawValue;
use signal_client::{Client, Error, Incoming, Options, Server};
use signal_server::Config;

async fn start() -> (signal_server::Server, Server) {
    let running = signal_server::Server::bind(Config { port: 0, ..Config::default() }).await.unwrap();
    let server = Server::new(running.url()).unwrap();
    (running, server)
}

#[tokio::test]
async fn two_in_a_room_see_the_same_and_talk() {
    let (running, server) = start().await;
    let created = server.create_room(&Default::default()).await.unwrap();
    let mut host = Client::join(&server, &Options::host(&created, "Mina")).await.unwrap();
    let mut guest = Client::join(&server, &Options::guest(&created.room, "Guest")).await.unwrap();
    assert_eq!(server.room_page(&created.room).await.unwrap().people, 2);

    // The answer comes after other things: they are kept.
    host.command(Command::Rename { name: "Min".into() }).await.unwrap();
    assert!(
        matches!(host.next().await.unwrap(), Incoming::Event(envelope) if matches!(envelope.event, Event::Joined { .. }))
    );
    assert!(
        matches!(host.next().await.unwrap(), Incoming::Event(envelope) if matches!(envelope.event, Event::Renamed { .. }))
    );
    assert!(matches!(guest.next().await.unwrap(), Incoming::Event(_)));
    assert_eq!(guest.room(), host.room());

    let data = RawValue::from_string(r#"{"sdp":1.50}"#.into()).unwrap();
    let to = host.you().clone();
    guest.signal(&to, data).await.unwrap();
    match host.next().await.unwrap() {
        Incoming::Signal { from, data } => assert_eq!((&from, data.get()), (guest.you(), r#"{"sdp":1.50}"#)),
        other => panic!("{other:?}"),
    }
    let denied = guest.command(Command::EndRoom).await.unwrap_err();
    assert!(matches!(denied, Error::Denied { code: Code::NotAllowed }));
    guest.leave().await.unwrap();
    assert!(
        matches!(host.next().await.unwrap(), Incoming::Event(envelope) if matches!(envelope.event, Event::Left { .. }))
    );
    running.stop().await;
}

#[tokio::test]
async fn refusals_and_goodbyes_say_what_to_do() {
    let (running, server) = start().await;
    let created = server.create_room(&Default::default()).await.unwrap();
    let mut host = Client::join(&server, &Options::host(&created, "Mina")).await.unwrap();
    let policies = Policies { locked: true, ..host.room().policies.clone() };
    host.command(Command::SetPolicy { change: policies.into() }).await.unwrap();
    let refused = Client::join(&server, &Options::guest(&created.room, "Guest")).await.unwrap_err();
    assert_eq!((refused.code(), refused.action()), (Code::RoomLocked, Action::Stop));

    let told = async {
        loop {
            if let Err(error) = host.next().await {
                return error;
            }
        }
    };
    let ((), goodbye) = tokio::join!(running.stop(), told);
    let Error::Bye { code, action, retry_after_ms, .. } = goodbye else { panic!("{goodbye:?}") };
    assert_eq!((code, action), (Code::ServerStopping, Code::ServerStopping.action()));
    assert!((1000..=2000).contains(&retry_after_ms.unwrap()), "{retry_after_ms:?}");
    let gone = Client::join(&server, &Options::guest(&created.room, "Guest")).await.unwrap_err();
    assert!(matches!(gone, Error::Connection(_)), "{gone:?}");
}

#[tokio::test]
async fn a_lost_connection_takes_its_seat_back_with_what_it_missed() {
    let (running, server) = start().await;
    let created = server.create_room(&Default::default()).await.unwrap();
    let mut host = Client::join(&server, &Options::host(&created, "Mina")).await.unwrap();
    let guest = Client::join(&server, &Options::guest(&created.room, "Guest")).await.unwrap();
    let (you, session) = (guest.you().clone(), guest.session());
    drop(guest);
    // Joined, and then away.
    host.next().await.unwrap();
    host.next().await.unwrap();
    host.command(Command::Rename { name: "Min".into() }).await.unwrap();
    let mut guest = Client::resume(&server, &session).await.unwrap();
    assert_eq!(guest.you(), &you);
    let mut missed = Vec::new();
    while !missed.iter().any(|event| matches!(event, Event::Renamed { name, .. } if name == "Min")) {
        if let Incoming::Event(envelope) = guest.next().await.unwrap() {
            missed.push(envelope.event);
        }
    }
    while host.room() != guest.room() {
        host.next().await.unwrap();
    }
    assert_eq!(guest.room().people.len(), 2);
    // Left on purpose: there is nothing to take back.
    let session = guest.session();
    guest.leave().await.unwrap();
    let gone = Client::resume(&server, &session).await.unwrap_err();
    assert_eq!(gone.code(), Code::SessionUnknown);
    running.stop().await;
}

#[test]
fn addresses_are_checked() {
    for url in ["", "meet.example", "ftp://a", "http://"] {
        assert!(matches!(Server::new(url), Err(Error::Address(_))), "{url}");
    }
    assert!(Server::new("https://meet.example/").is_ok());
}
