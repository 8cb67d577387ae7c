//! TURN credentials of the `welcome`, tried at a real coturn. Without coturn on the path the test says so and passes;
//! with `HOSTREEL_REQUIRE=1` it must be there.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test that can't go on has failed"
)]
#![cfg(unix)]

mod support;

use std::net::UdpSocket;
use std::process::Stdio;
use std::time::Duration;

use hostreel_protocol::IceServer;
use signal_client::{Client, Options};
use signal_server::{Config, Turn};
use support::{config, patient, server};
use tokio::process::{Child, Command};

/// A coturn with this secret on this port of loopback; `None` when it is not installed.
fn coturn(port: u16, secret: &str) -> Option<Child> {
    let started = Command::new("turnserver")
        .args(["-n", "-L", "127.0.0.1", "-E", "127.0.0.1", "--no-tls", "--no-dtls", "--no-cli"])
        .args(["--allow-loopback-peers", "--use-auth-secret", "--realm=test", "--log-file=stdout"])
        .args(["--min-port=49160", "--max-port=49260", "--pidfile=/dev/null"])
        .arg(format!("--listening-port={port}"))
        .arg(format!("--static-auth-secret={secret}"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn();
    match started {
        Ok(child) => Some(child),
        Err(error) if std::env::var_os("HOSTREEL_REQUIRE").is_some() => panic!("turnserver: {error}"),
        Err(_) => {
            eprintln!("coturn is not installed: nothing was tried");
            None
        }
    }
}

/// Whether data gets through the relay with these credentials.
async fn relays(port: u16, server: &IceServer) -> bool {
    let status = Command::new("turnutils_uclient")
        .args(["-y", "-n", "1", "-m", "1", "-p", &port.to_string()])
        .args(["-u", server.username.as_deref().unwrap(), "-w", server.credential.as_deref().unwrap()])
        .arg("127.0.0.1")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    patient(status).await.unwrap().success()
}

async fn credentials(secret: &str, ttl: u64, port: u16) -> IceServer {
    let turn = Turn {
        uris: vec![format!("turn:127.0.0.1:{port}?transport=udp")],
        secret: Some(secret.to_owned().into()),
        ttl: Duration::from_secs(ttl),
    };
    let server = server(Config { turn, ..config() }).await;
    let at = signal_client::Server::new(server.url()).unwrap();
    let created = at.create_room(&Default::default()).await.unwrap();
    let host = Client::join(&at, &Options::host(&created, "Mina")).await.unwrap();
    let [given] = host.ice_servers() else { panic!("{:?}", host.ice_servers()) };
    // Who is behind a name stays here: the TURN server learns the room's own id for the person.
    assert!(given.username.as_deref().unwrap().ends_with(host.you().as_str()));
    let given = given.clone();
    server.stop().await;
    given
}

#[tokio::test]
async fn a_real_coturn_takes_the_credentials_of_the_welcome() {
    let port = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let Some(_coturn) = coturn(port, "north") else { return };
    let good = credentials("north", 600, port).await;
    // It says nothing when it is ready.
    patient(async { while !relays(port, &good).await {} }).await;
    let other_secret = credentials("south", 600, port).await;
    assert!(!relays(port, &other_secret).await);
    let mut longer = good.clone();
    let later = longer.username.as_deref().unwrap().split_once(':').unwrap().1.to_owned();
    longer.username = Some(format!("9999999999:{later}"));
    assert!(!relays(port, &longer).await, "nobody makes their credentials last longer");
    let over = credentials("north", 0, port).await;
    assert!(!relays(port, &over).await);
}

#[tokio::test]
async fn credentials_are_renewed_half_way_to_their_end() {
    let turn = Turn {
        uris: vec!["turn:turn.example".into()],
        secret: Some("north".to_owned().into()),
        ttl: Duration::from_secs(2),
    };
    let mut config = Config { turn, ..config() };
    // How often is looked is a third of it.
    config.limits.idle_ms = 600;
    let server = server(config).await;
    let at = signal_client::Server::new(server.url()).unwrap();
    let created = at.create_room(&Default::default()).await.unwrap();
    let mut host = Client::join(&at, &Options::host(&created, "Mina")).await.unwrap();
    let expiry = |host: &Client| -> u64 {
        let [given] = host.ice_servers() else { panic!("{:?}", host.ice_servers()) };
        given.username.as_deref().unwrap().split_once(':').unwrap().0.parse().unwrap()
    };
    let first = expiry(&host);
    for _ in 0..2 {
        let before = expiry(&host);
        let renewed = async {
            while expiry(&host) == before {
                // Nothing else is said here: what comes in is taken in meanwhile.
                assert!(tokio::time::timeout(Duration::from_millis(50), host.next()).await.is_err());
            }
        };
        patient(renewed).await;
        assert!(expiry(&host) > before);
    }
    assert!(expiry(&host) >= first + 2);
    server.stop().await;
}
