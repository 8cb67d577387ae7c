//! What one address may do, and whom a proxy speaks for.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that can't go on has failed")]

mod support;

use std::time::{Duration, Instant};

use hostreel_protocol::{ClientMessage, Code, CreatedRoom, ErrorBody, HostKey, ResumeToken, RoomId};
use signal_server::{Config, PerAddress, Proxies};
use support::{Client, Raw, config, create_room, hello, http, patient, resuming, server};
use tokio_tungstenite::tungstenite::Error;

fn limited(per_address: PerAddress) -> Config {
    Config { per_address, ..config() }
}

#[tokio::test]
async fn an_address_has_so_many_websockets() {
    let server = server(limited(PerAddress { connections: 2, ..PerAddress::default() })).await;
    let first = Raw::connect(server.address()).await;
    let _second = Raw::connect(server.address()).await;
    let refused = Raw::connect_with(server.address(), None, "").await.err();
    assert!(matches!(&refused, Some(Error::Http(response)) if response.status() == 429), "{refused:?}");
    drop(first);
    patient(async { while Raw::connect_with(server.address(), None, "").await.is_err() {} }).await;
    server.stop().await;
}

#[tokio::test]
async fn an_address_joins_and_makes_rooms_so_often() {
    let limits = PerAddress { joins_per_minute: 2, rooms_per_minute: 1, ..PerAddress::default() };
    let server = server(limited(limits)).await;
    let created = create_room(&server).await;
    let again = http(server.address(), "POST", "/api/rooms", "", "{}").await;
    assert_eq!((again.status, again.json::<ErrorBody>().code), (429, Code::TooFast));
    let _host = Client::host(&server, &created).await;
    let _guest = Client::join(&server, &created.room, "Guest", None).await;
    let mut third = Raw::connect(server.address()).await;
    third.send(ClientMessage::Hello(hello(&created.room, "X", None)).encode()).await;
    third.expect_refused(Code::TooFast, 4408).await;
    server.stop().await;
}

#[tokio::test]
async fn all_messages_of_an_address_count_together() {
    // Ten at once.
    let server = server(limited(PerAddress { messages_per_second: 1, ..PerAddress::default() })).await;
    let created = create_room(&server).await;
    let mut host = Client::host(&server, &created).await;
    let mut guest = Client::join(&server, &created.room, "Guest", None).await;
    host.event().await;
    for number in 0..10 {
        let name = format!("Name {number}");
        let asked = if number % 2 == 0 { &mut host } else { &mut guest };
        asked.ask(hostreel_protocol::Command::Rename { name }).await.unwrap();
    }
    let denied = guest.ask(hostreel_protocol::Command::Rename { name: "Last".into() }).await;
    assert_eq!(denied, Err(Code::TooFast));
    server.stop().await;
}

#[tokio::test]
async fn guessing_is_slow_alike_for_every_reason_and_ends() {
    let delay = Duration::from_millis(200);
    let limits = PerAddress { guesses_per_minute: 3, guess_delay: delay, ..PerAddress::default() };
    let server = server(limited(limits)).await;
    let created = create_room(&server).await;
    let wrong = HostKey::parse("wrong").unwrap();
    let unknown = RoomId::from_random(1);
    for (room, key, code) in [
        (&unknown, None, Code::RoomUnknown),
        (&unknown, Some(&wrong), Code::RoomUnknown),
        (&created.room, Some(&wrong), Code::BadHostKey),
        (&created.room, Some(&wrong), Code::BadHostKey),
    ] {
        let mut raw = Raw::connect(server.address()).await;
        let begin = Instant::now();
        raw.send(ClientMessage::Hello(hello(room, "X", key)).encode()).await;
        raw.expect_refused(code, 4403).await;
        assert!(begin.elapsed() >= delay, "{:?}", begin.elapsed());
    }
    // Now even the right key is not listened to from there, over HTTP neither.
    let mut raw = Raw::connect(server.address()).await;
    raw.send(ClientMessage::Hello(hello(&created.room, "X", Some(&created.host_key))).encode()).await;
    raw.expect_refused(Code::TooFast, 4408).await;
    let page = http(server.address(), "GET", &format!("/api/rooms/{}", created.room), "", "").await;
    assert_eq!((page.status, page.json::<ErrorBody>().code), (429, Code::TooFast));
    server.stop().await;
}

#[tokio::test]
async fn who_has_a_seat_comes_back_to_it_where_others_have_guessed() {
    let limits = PerAddress { guesses_per_minute: 1, guess_delay: Duration::ZERO, ..PerAddress::default() };
    let server = server(Config { per_address: limits, ..support::patient_config() }).await;
    let created = create_room(&server).await;
    let host = Client::host(&server, &created).await;
    let unknown = format!("/api/rooms/{}", RoomId::from_random(1));
    let look = async |headers: &str| http(server.address(), "GET", &unknown, headers, "").await.status;
    // Another site's page, in the browser of somebody here.
    for foreign in ["origin: https://evil.example\r\n", "sec-fetch-site: cross-site\r\n"] {
        for _ in 0..3 {
            assert_eq!(look(foreign).await, 403);
        }
    }
    for status in [404, 404, 429] {
        assert_eq!(look("").await, status);
    }
    let mut forged = Raw::connect(server.address()).await;
    let token = ResumeToken::parse("e30.AAAA").unwrap();
    forged.send(ClientMessage::Hello(resuming(&created.room, &token, None)).encode()).await;
    forged.expect_refused(Code::TooFast, 4408).await;
    let again = Client::resume(server.address(), &created.room, &host.resume, None).await;
    assert_eq!(again.you, host.you);
    server.stop().await;
}

#[tokio::test]
async fn one_address_does_not_fill_the_server_with_rooms() {
    let proxies =
        Proxies { trusted: vec!["127.0.0.0/8".parse().unwrap()], header: Some("x-forwarded-for".into()) };
    let server = server(Config { rooms: 3, proxies, ..config() }).await;
    let create = async |client: &str| {
        http(server.address(), "POST", "/api/rooms", &format!("x-forwarded-for: {client}\r\n"), "{}").await
    };
    let is_there = async |created: &CreatedRoom| {
        let page = format!("/api/rooms/{}", created.room);
        http(server.address(), "GET", &page, "", "").await.status == 200
    };
    let (greedy, other) = ("192.0.2.1", "192.0.2.2");
    let used: CreatedRoom = create(greedy).await.json();
    let mut host = Client::join(&server, &used.room, "Host", Some(&used.host_key)).await;
    let older: CreatedRoom = create(greedy).await.json();
    let newer: CreatedRoom = create(greedy).await.json();
    assert_eq!(create(greedy).await.status, 503, "nothing of the own goes");
    assert!(is_there(&older).await);
    assert_eq!(create(other).await.status, 201);
    assert!(!is_there(&older).await && is_there(&newer).await && is_there(&used).await);
    assert_eq!(create(other).await.status, 201);
    assert!(!is_there(&newer).await && is_there(&used).await, "who is in a room keeps it");
    assert_eq!(create(other).await.status, 503);
    // What has ended is in nobody's way.
    host.ask(hostreel_protocol::Command::EndRoom).await.unwrap();
    assert_eq!(create(other).await.status, 201);
    server.stop().await;
}

#[tokio::test]
async fn behind_a_proxy_each_client_has_its_own_limits() {
    let limits = PerAddress { rooms_per_minute: 1, ..PerAddress::default() };
    let proxies =
        Proxies { trusted: vec!["127.0.0.0/8".parse().unwrap()], header: Some("x-forwarded-for".into()) };
    let behind = server(Config { proxies, ..limited(limits) }).await;
    let create = async |address, client: &str| {
        http(address, "POST", "/api/rooms", &format!("x-forwarded-for: {client}\r\n"), "{}").await.status
    };
    for (client, status) in [
        ("192.0.2.1", 201),
        ("192.0.2.1", 429),
        ("192.0.2.2", 201),
        // What a client claims itself stands in front.
        ("203.0.113.1, 192.0.2.2", 429),
        ("2001:db8::1", 201),
        ("2001:db8::ffff", 429),
        ("2001:db8:0:1::1", 201),
    ] {
        assert_eq!(create(behind.address(), client).await, status, "{client}");
    }
    behind.stop().await;
    // Not configured: the header is anybody's word.
    let open = server(limited(limits)).await;
    assert_eq!(create(open.address(), "192.0.2.1").await, 201);
    assert_eq!(create(open.address(), "192.0.2.2").await, 429);
    open.stop().await;
}

#[tokio::test]
async fn brotli_and_gzip_of_the_build_are_served() {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in
        [("index.html", "page"), ("a.js", "script"), ("a.js.br", "brotli"), ("a.js.gz", "gzip")]
    {
        std::fs::write(folder.path().join(name), content).unwrap();
    }
    let server = server(Config { app_folder: Some(folder.path().to_owned()), ..config() }).await;
    for (accepts, encoding, body) in [
        ("gzip, br", Some("br"), "brotli"),
        ("gzip, br;q=0", Some("gzip"), "gzip"),
        ("deflate", None, "script"),
    ] {
        let headers = format!("accept-encoding: {accepts}\r\n");
        let answer = http(server.address(), "GET", "/a.js", &headers, "").await;
        assert_eq!((answer.header("content-encoding"), answer.body.as_slice()), (encoding, body.as_bytes()));
        assert_eq!(answer.header("content-type"), Some("text/javascript; charset=utf-8"));
        assert_eq!(answer.header("vary"), Some("accept-encoding"));
    }
    assert_eq!(http(server.address(), "GET", "/a.js.br", "", "").await.status, 404);
    server.stop().await;
}

/// A process that may open few files: accepting fails while they are used up, and goes on afterwards.
#[cfg(unix)]
#[tokio::test]
async fn running_out_of_files_is_survived() {
    use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
    use tokio::net::TcpStream;
    let mut command = tokio::process::Command::new("sh");
    command
        .args(["-c", "ulimit -n 48; exec \"$0\" --port=0", env!("CARGO_BIN_EXE_signal-server")])
        .stderr(std::process::Stdio::piped());
    let (mut process, _lines, address) = support::process(&mut command).await;
    let created: CreatedRoom = http(address, "POST", "/api/rooms", "", "{}").await.json();
    let mut host =
        Client::join_on(Raw::connect(address).await, &created.room, "Mina", Some(&created.host_key)).await;
    let mut held = Vec::new();
    for _ in 0..80 {
        held.push(TcpStream::connect(address).await.unwrap());
    }
    let mut log = BufReader::new(process.stderr.take().unwrap());
    let mut found = String::new();
    while !found.contains("can't accept") {
        found.clear();
        assert!(patient(log.read_line(&mut found)).await.unwrap() > 0);
    }
    // Who is in notices nothing.
    host.ask(hostreel_protocol::Command::RaiseHand).await.unwrap();
    drop(held);
    let page = format!("/api/rooms/{}", created.room);
    assert_eq!(http(address, "GET", &page, "", "").await.status, 200);
    // Not a line for each of the many attempts: it pauses in between.
    process.kill().await.unwrap();
    let mut rest = String::new();
    log.read_to_string(&mut rest).await.unwrap();
    assert!(rest.matches("can't accept").count() < 100, "{rest}");
}
