//! What operators see and do: metrics, health, the API for administrators, logs.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod support;

use std::process::Stdio;

use hostreel_protocol::{Code, Command, CreatedRoom, EndReason, Event, RecordingKind, StopReason};
use serde_json::Value;
use signal_server::{Config, MetricsAccess, Server};
use support::{Answer, Client, Raw, config, create_room, http, patient, server};
use tokio::io::AsyncReadExt as _;

async fn metrics(server: &Server) -> String {
    let answer = http(server.address(), "GET", "/metrics", "", "").await;
    assert_eq!(answer.status, 200);
    String::from_utf8(answer.body).unwrap()
}

fn has(text: &str, line: &str) {
    assert!(text.lines().any(|found| found == line), "{line} not in\n{text}");
}

#[tokio::test]
async fn metrics_count_what_happens() {
    let server = server(config()).await;
    let created = create_room(&server).await;
    let mut host = Client::host(&server, &created).await;
    let mut guest = Client::join(&server, &created.room, "Guest", None).await;
    host.event().await;
    host.ask(Command::StartRecording { kind: RecordingKind::Video }).await.unwrap();
    guest.event().await;
    for _ in 0..5 {
        guest.signal(&host.you.clone(), "1").await;
    }
    host.event().await;
    for _ in 0..5 {
        host.expect_signal().await;
    }
    let mut refused = Raw::connect(server.address()).await;
    let unknown = hostreel_protocol::RoomId::from_random(1);
    refused.send(hostreel_protocol::ClientMessage::Hello(support::hello(&unknown, "X", None)).encode()).await;
    refused.expect_refused(Code::RoomUnknown, 4403).await;

    let text = metrics(&server).await;
    for line in [
        "hostreel_rooms 1",
        "hostreel_people 2",
        "hostreel_recordings 1",
        "hostreel_rooms_created_total 1",
        "hostreel_joins_total 2",
        "hostreel_signals_total 5",
        "hostreel_commands_total 1",
        "hostreel_refusals_total{code=\"room_unknown\"} 1",
        "hostreel_join_seconds_count 2",
        "# EOF",
    ] {
        has(&text, line);
    }
    assert!(!text.contains("hostreel_relay_seconds_count 0"));
    server.stop().await;
}

#[tokio::test]
async fn metrics_are_for_who_may_read_them() {
    let token = Some("right".to_owned().into());
    let with_token =
        server(Config { metrics: MetricsAccess { token: token.clone(), ..Default::default() }, ..config() })
            .await;
    let get = async |server: &Server, headers: &str| {
        http(server.address(), "GET", "/metrics", headers, "").await.status
    };
    assert_eq!(get(&with_token, "").await, 401);
    assert_eq!(get(&with_token, "authorization: Bearer wrong\r\n").await, 401);
    assert_eq!(get(&with_token, "authorization: Bearer right\r\n").await, 200);
    with_token.stop().await;

    let open = server(config()).await;
    assert_eq!(get(&open, "").await, 200, "from the same machine");
    assert_eq!(get(&open, "x-forwarded-for: 192.0.2.1\r\n").await, 404, "through a proxy");
    open.stop().await;

    let address = Some("127.0.0.1:0".parse().unwrap());
    let apart = server(Config { metrics: MetricsAccess { address, token: None }, ..config() }).await;
    assert_eq!(get(&apart, "").await, 404);
    let own = apart.metrics_address().unwrap();
    assert_eq!(http(own, "GET", "/metrics", "", "").await.status, 200);
    assert_eq!(http(own, "GET", "/", "", "").await.status, 404);
    apart.stop().await;
}

#[tokio::test]
async fn readiness_says_when_nobody_fits_in() {
    let server = server(Config { connections: 1, ..config() }).await;
    let ready = async || {
        let answer = http(server.address(), "GET", "/readyz", "", "").await;
        (answer.status, String::from_utf8(answer.body).unwrap())
    };
    assert_eq!(ready().await, (200, "ready".into()));
    let only = Raw::connect(server.address()).await;
    assert_eq!(ready().await, (503, "full".into()));
    drop(only);
    patient(async { while ready().await.0 != 200 {} }).await;
    server.stop().await;
}

#[tokio::test]
async fn who_checks_with_head_is_told_the_same() {
    let server = server(Config { connections: 1, ..config() }).await;
    let ask = async |method: &str, path: &str| {
        let answer = http(server.address(), method, path, "", "").await;
        (answer.status, answer.body.len())
    };
    let _only = Raw::connect(server.address()).await;
    for (path, status) in [("/healthz", 200), ("/readyz", 503), ("/metrics", 200)] {
        assert_eq!(ask("GET", path).await.0, status, "{path}");
        assert_eq!(ask("HEAD", path).await, (status, 0), "{path}");
        assert_eq!(ask("POST", path).await.0, 405, "{path}");
    }
    server.stop().await;
}

#[tokio::test]
async fn administrators_list_inspect_and_close_rooms() {
    let server = server(Config { admin_token: Some("boss".to_owned().into()), ..config() }).await;
    let created = create_room(&server).await;
    let mut host = Client::host(&server, &created).await;
    host.ask(Command::StartRecording { kind: RecordingKind::Audio }).await.unwrap();
    host.event().await;
    let ask = async |method: &str, path: &str, token: &str| -> Answer {
        http(server.address(), method, path, &format!("authorization: Bearer {token}\r\n"), "").await
    };
    let one = format!("/api/admin/rooms/{}", created.room);
    for (method, path) in [("GET", "/api/admin/rooms"), ("GET", &one), ("DELETE", &one)] {
        assert_eq!(ask(method, path, "bos").await.status, 401, "{method} {path}");
    }
    let list: Value = ask("GET", "/api/admin/rooms", "boss").await.json();
    assert_eq!(list["rooms"][0]["room"], created.room.as_str());
    assert_eq!((&list["rooms"][0]["people"], &list["rooms"][0]["recording"]), (&1.into(), &true.into()));
    let room: Value = ask("GET", &one, "boss").await.json();
    assert_eq!((&room["people"][0]["role"], &room["recording"]), (&"host".into(), &"audio".into()));
    assert_eq!(ask("GET", "/api/admin/rooms/abcd-efgh-jkmn", "boss").await.status, 404);

    assert_eq!(ask("DELETE", &one, "boss").await.status, 200);
    assert!(matches!(host.event().await, Event::RecordingStopped { reason: StopReason::RoomEnded, .. }));
    assert_eq!(host.event().await, Event::Ended { reason: EndReason::EndedByAdmin });
    host.raw.expect_bye(Code::RoomEnded, 1000).await;
    assert_eq!(ask("DELETE", &one, "boss").await.status, 404);
    let list: Value = ask("GET", "/api/admin/rooms", "boss").await.json();
    assert_eq!(list["rooms"].as_array().map(Vec::len), Some(0));
    server.stop().await;
}

#[tokio::test]
async fn without_a_token_there_is_no_such_api() {
    let server = server(config()).await;
    for path in ["/api/admin/rooms", "/api/admin/rooms/abcd-efgh-jkmn"] {
        assert_eq!(http(server.address(), "GET", path, "authorization: Bearer \r\n", "").await.status, 404);
    }
    server.stop().await;
}

/// A real process with its secrets in the configuration; all that it logs is looked through.
#[tokio::test]
async fn logs_hold_no_names_keys_tokens_or_descriptions() {
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_signal-server"));
    command
        .args(["--port=0", "--log-format=json", "--admin-token=admin-very-secret", "--message-bytes=2048"])
        .args(["--turn-uri=turn:t.example", "--turn-secret=turn-very-secret"])
        .env("HOSTREEL_JWT_SECRET", "jwt-very-secret-0123456789abcdef0123")
        .stderr(Stdio::piped());
    let (mut process, _lines, address) = support::process(&mut command).await;
    let created: CreatedRoom = http(address, "POST", "/api/rooms", "", "{}").await.json();
    let key = Some(&created.host_key);
    let mut host = Client::join_on(Raw::connect(address).await, &created.room, "Very Secret Name", key).await;
    let mut guest = Client::join_on(Raw::connect(address).await, &created.room, "Other Secret", None).await;
    host.event().await;
    guest.signal(&host.you.clone(), r#"{"sdp":"v=0 very secret sdp"}"#).await;
    host.expect_signal().await;
    guest.ask(Command::Rename { name: "Third Secret".into() }).await.unwrap();
    host.event().await;
    // Faults of all kinds.
    let wrong = hostreel_protocol::HostKey::parse("guessed-very-secret").unwrap();
    let mut raw = Raw::connect(address).await;
    let hello = support::hello(&created.room, "X", Some(&wrong));
    raw.send(hostreel_protocol::ClientMessage::Hello(hello).encode()).await;
    raw.expect_refused(Code::BadHostKey, 4403).await;
    guest.raw.send("x".repeat(5000)).await;
    guest.raw.until_closed().await;
    http(address, "GET", "/api/admin/rooms", "authorization: Bearer guessed-very-secret\r\n", "").await;
    let close = format!("/api/admin/rooms/{}", created.room);
    http(address, "DELETE", &close, "authorization: Bearer admin-very-secret\r\n", "").await;
    host.raw.until_closed().await;

    let pid = process.id().unwrap().to_string();
    assert!(tokio::process::Command::new("kill").args(["-TERM", &pid]).status().await.unwrap().success());
    let mut log = String::new();
    patient(process.stderr.take().unwrap().read_to_string(&mut log)).await.unwrap();
    assert_eq!(patient(process.wait()).await.unwrap().code(), Some(0));
    for line in log.lines() {
        let value: Value = serde_json::from_str(line).unwrap();
        assert!(value["level"].is_string() && value["timestamp"].is_string(), "{line}");
    }
    assert!(log.lines().count() > 5, "{log}");
    for secret in ["ecret", "v=0", created.host_key.as_str(), created.room.as_str(), host.you.as_str()] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
}
