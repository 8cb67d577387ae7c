//! A real nats-server with JetStream on loopback, and signal servers around it.

#![allow(dead_code, unreachable_pub, missing_docs, reason = "each test file uses a part of it")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test that can't go on has failed"
)]

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use hostreel_protocol::Event;
use signal_server::{Config, HubConfig, Server, SessionKey};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::support::{Client, create_room, patient, patient_config, server};

/// All nodes sign sessions with it.
pub const SECRET: &str = "a secret of thirty-two characters";

/// Long enough for the busiest machine: nobody counts as dead who is only slow.
const CALM: Duration = Duration::from_secs(30);
/// Where a test waits until somebody counts as dead.
pub const QUICK: Duration = Duration::from_millis(1_500);

/// A nats-server that ends with the test. What it keeps outlives its restarts.
pub struct Nats {
    child: Child,
    port: u16,
    store: TempDir,
    /// After which nodes count as dead.
    pub silence: Duration,
}

impl Nats {
    /// `None`: it is not installed, and need not be.
    pub async fn start() -> Option<Self> {
        let store = tempfile::tempdir().unwrap();
        // -1: any free port.
        let (child, port) = run(Some(store.path()), "-1", "").await?;
        Some(Self { child, port, store, silence: CALM })
    }

    /// With a file of settings.
    pub async fn start_with(settings: &str) -> Option<Self> {
        let store = tempfile::tempdir().unwrap();
        let (child, port) = run(Some(store.path()), "-1", settings).await?;
        Some(Self { child, port, store, silence: CALM })
    }

    pub async fn start_without_jetstream() -> Option<Self> {
        let (child, port) = run(None, "-1", "").await?;
        Some(Self { child, port, store: tempfile::tempdir().unwrap(), silence: CALM })
    }

    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// Ends it as a crash would.
    pub async fn kill(&mut self) {
        patient(self.child.kill()).await.unwrap();
    }

    /// Starts it again at the same address, with what it had kept.
    pub async fn start_again(&mut self) {
        let started = run(Some(self.store.path()), &self.port.to_string(), "").await;
        (self.child, _) = started.unwrap();
    }

    /// Settings of a server that shares its rooms with all others of this NATS.
    pub fn config(&self) -> Config {
        with_hub(&self.url(), self.silence)
    }

    pub async fn nodes<const COUNT: usize>(&self) -> [Server; COUNT] {
        let mut nodes = Vec::new();
        for _ in 0..COUNT {
            nodes.push(server(self.config()).await);
        }
        nodes.try_into().unwrap_or_else(|_| unreachable!())
    }
}

pub fn with_hub(url: &str, node_silence: Duration) -> Config {
    Config {
        hub: HubConfig { url: Some(url.to_owned().into()), node_silence, ..HubConfig::default() },
        session_key: Some(SessionKey::from_secret(SECRET)),
        admin_token: Some("admin".to_owned().into()),
        ..patient_config()
    }
}

/// A host at the first node, and a guest at each of the others; everybody has heard of everybody.
pub async fn people<const COUNT: usize>(nodes: &[Server; COUNT]) -> [Client; COUNT] {
    let created = create_room(&nodes[0]).await;
    let mut people: Vec<Client> = vec![Client::host(&nodes[0], &created).await];
    for (node, name) in nodes[1..].iter().zip(["Juno", "Mina"]) {
        let guest = Client::join(node, &created.room, name, None).await;
        for other in &mut people {
            let Event::Joined { person } = other.event().await else { panic!("nobody joined") };
            assert_eq!(person.id, guest.you);
        }
        people.push(guest);
    }
    people.try_into().unwrap_or_else(|_| unreachable!())
}

pub async fn stop(nodes: impl IntoIterator<Item = Server>) {
    futures::future::join_all(nodes.into_iter().map(Server::stop)).await;
}

async fn run(store: Option<&Path>, port: &str, settings: &str) -> Option<(Child, u16)> {
    // Debian puts it there, where only root looks.
    let debian = Path::new("/usr/sbin/nats-server");
    let program = if debian.exists() { debian } else { Path::new("nats-server") };
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), settings).unwrap();
    let started = Command::new(program)
        .arg("--config")
        .arg(file.path())
        .args(["--addr=127.0.0.1", "--port", port])
        .args(store.map(|store| format!("--store_dir={}", store.display())))
        .args(store.map(|_| "--jetstream"))
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn();
    let mut child = match started {
        Ok(child) => child,
        Err(error) if std::env::var_os("HOSTREEL_REQUIRE").is_some() => panic!("nats-server: {error}"),
        Err(_) => {
            eprintln!("nats-server is not installed: nothing was tried");
            return None;
        }
    };
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let (mut port, mut last) = (None, String::new());
    loop {
        let line = patient(lines.next_line()).await.unwrap().unwrap_or_else(|| panic!("NATS: {last}"));
        if let Some((_, address)) = line.split_once("Listening for client connections on ") {
            port = address.rsplit(':').next().unwrap().trim().parse().ok();
        }
        if line.contains("Server is ready") {
            break;
        }
        last = line;
    }
    // A full pipe would stop it.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Some((child, port.unwrap()))
}
