//! Stopping in good order: everybody is told, nobody new gets in, and the process ends by itself.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]
#![cfg(unix)]

mod support;

use std::process::Stdio;
use std::time::{Duration, Instant};

use hostreel_protocol::{Code, CreatedRoom, ServerMessage};
use support::{Client, Raw, config, create_room, http, patient, server};
use tokio::io::AsyncReadExt as _;
use tokio::process::Command;

#[tokio::test]
async fn everybody_is_told_at_once() {
    let server = server(config()).await;
    let address = server.address();
    let created = create_room(&server).await;
    let mut host = Client::host(&server, &created).await;
    let mut guest = Client::join(&server, &created.room, "Guest", None).await;
    host.event().await;
    let mut silent = Raw::connect(address).await;
    let watching = async {
        silent.expect_refused(Code::ServerStopping, 1001).await;
        for client in [&mut host, &mut guest] {
            // The goodbye comes first: no news of others leaving before it.
            let first = client.next().await;
            let ServerMessage::Bye { code, retry_after_ms, .. } = first else { panic!("{first:?}") };
            assert_eq!(code, Code::ServerStopping);
            // Each waits a while of its own.
            assert!((1000..=2000).contains(&retry_after_ms.unwrap()), "{retry_after_ms:?}");
            let closed = client.raw.receive().await.unwrap_err();
            assert_eq!(closed, (1001, Code::ServerStopping.as_str().to_owned()));
        }
    };
    tokio::join!(server.stop(), watching);
    assert!(tokio::net::TcpStream::connect(address).await.is_err(), "still listening");
}

#[tokio::test]
async fn sigterm_ends_the_process_with_0_even_with_a_dead_client() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_signal-server"));
    command.args(["--port=0", "--retry-after-ms=250"]).stderr(Stdio::piped());
    let (mut process, mut lines, address) = support::process(&mut command).await;
    let created: CreatedRoom = http(address, "POST", "/api/rooms", "", "{}").await.json();
    let key = Some(&created.host_key);
    let mut host = Client::join_on(Raw::connect(address).await, &created.room, "Very Secret Name", key).await;
    // Never reads and never answers.
    let _dead = Client::join_on(Raw::connect(address).await, &created.room, "Dead", None).await;
    host.event().await;

    let begin = Instant::now();
    let pid = process.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().await.unwrap().success());
    host.raw.expect_bye(Code::ServerStopping, 1001).await;
    drop(host);
    let status = patient(process.wait()).await.unwrap();
    assert_eq!(status.code(), Some(0));
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
    assert_eq!(patient(lines.next_line()).await.unwrap(), None, "stdout is for the address only");
    let mut log = String::new();
    process.stderr.take().unwrap().read_to_string(&mut log).await.unwrap();
    assert!(log.contains("stopping"));
    for secret in ["Very Secret Name", created.host_key.as_str(), created.room.as_str()] {
        assert!(!log.contains(secret), "{log}");
    }
}
