//! Other systems are told what happens: signed, in order, and again when they fail.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod support;

use std::net::SocketAddr;
use std::time::Duration;

use hmac::{Hmac, Mac as _};
use hostreel_protocol::{Command, RecordingKind};
use serde_json::Value;
use sha2::Sha256;
use signal_server::{Config, Webhooks};
use support::{Client, config, create_room, http, patient, server};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

/// What a receiver got.
struct Got {
    signature: String,
    body: String,
}

impl Got {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// A receiver that answers with these, the last for ever.
async fn receiver(answers: &'static [u16]) -> (SocketAddr, mpsc::Receiver<Got>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (sender, got) = mpsc::channel(100);
    tokio::spawn(async move {
        let mut number = 0;
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let mut stream = BufReader::new(stream);
            let (mut length, mut signature, mut line) = (0, String::new(), String::new());
            while stream.read_line(&mut line).await.unwrap() > 2 {
                let lower = line.to_lowercase();
                if let Some(value) = lower.strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                } else if let Some(value) = lower.strip_prefix("hostreel-signature:") {
                    signature = value.trim().to_owned();
                }
                line.clear();
            }
            let mut body = vec![0; length];
            stream.read_exact(&mut body).await.unwrap();
            let status = answers[number.min(answers.len() - 1)];
            number += 1;
            let answer = format!("HTTP/1.1 {status} x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
            sender.send(Got { signature, body: String::from_utf8(body).unwrap() }).await.unwrap();
        }
    });
    (address, got)
}

fn telling(urls: &[SocketAddr]) -> Config {
    let webhooks = Webhooks {
        urls: urls.iter().map(|address| format!("http://{address}/hook")).collect(),
        secret: Some("shared".to_owned().into()),
        back_off: Duration::from_millis(10),
        attempts: 3,
        ..Webhooks::default()
    };
    Config { webhooks, ..config() }
}

#[tokio::test]
async fn a_meeting_is_told_in_order_and_signed() {
    let (address, mut got) = receiver(&[200]).await;
    let server = server(telling(&[address])).await;
    let created = create_room(&server).await;
    let mut host = Client::host(&server, &created).await;
    host.ask(Command::StartRecording { kind: RecordingKind::Video }).await.unwrap();
    host.ask(Command::StopRecording).await.unwrap();
    host.ask(Command::EndRoom).await.unwrap();
    for (kind, what) in [
        ("room_created", ""),
        ("person_joined", "joined"),
        ("recording_started", "recording_started"),
        ("recording_stopped", "recording_stopped"),
        ("room_ended", "ended"),
    ] {
        let got = patient(got.recv()).await.unwrap();
        let body = got.json();
        assert_eq!((&body["type"], &body["room"]), (&kind.into(), &created.room.as_str().into()));
        assert!(body["at"].as_u64().unwrap() > 1_700_000_000_000 && body["id"].is_string());
        if !what.is_empty() {
            assert_eq!(body["event"]["what"], what);
        }
        let (time, hex) = got.signature.strip_prefix("t=").unwrap().split_once(",v1=").unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(b"shared").unwrap();
        mac.update(format!("{time}.{}", got.body).as_bytes());
        let wanted: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, wanted);
    }
    server.stop().await;
}

#[tokio::test]
async fn what_fails_is_tried_again_and_then_given_up() {
    let (flaky, mut first) = receiver(&[500, 429, 200]).await;
    let (refusing, mut second) = receiver(&[400, 200]).await;
    let server = server(telling(&[flaky, refusing])).await;
    create_room(&server).await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(patient(first.recv()).await.unwrap().json()["id"].clone());
    }
    assert!(ids.windows(2).all(|pair| pair[0] == pair[1]), "the same event: {ids:?}");
    // A plain no is final: the next thing that comes there is the next event.
    let refused = patient(second.recv()).await.unwrap().json();
    create_room(&server).await;
    let next = patient(second.recv()).await.unwrap().json();
    assert_ne!(refused["id"], next["id"]);
    patient(async {
        loop {
            let page = http(server.address(), "GET", "/metrics", "", "").await;
            let text = String::from_utf8(page.body).unwrap();
            let wanted = ["result=\"delivered\"} 3", "result=\"failed\"} 1", "result=\"retried\"} 2"];
            if wanted.iter().all(|part| text.contains(part)) {
                break;
            }
            tokio::task::yield_now().await;
        }
    })
    .await;
    server.stop().await;
}

#[tokio::test]
async fn a_receiver_that_is_not_there_holds_nothing_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = listener.local_addr().unwrap();
    drop(listener);
    let mut config = telling(&[nobody]);
    config.webhooks.queue = 2;
    config.webhooks.back_off = Duration::from_secs(60);
    let server = server(config).await;
    for _ in 0..10 {
        create_room(&server).await;
    }
    let page = http(server.address(), "GET", "/metrics", "", "").await;
    let text = String::from_utf8(page.body).unwrap();
    assert!(text.contains("hostreel_webhooks_total{result=\"dropped\"}"), "{text}");
    let begin = std::time::Instant::now();
    server.stop().await;
    assert!(begin.elapsed() < Duration::from_secs(3), "{:?}", begin.elapsed());
}
