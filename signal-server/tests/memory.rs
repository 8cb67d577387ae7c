//! What an idle member costs the server. Measured on the real binary:
//! `cargo test --release -p signal-server --test memory -- --ignored --nocapture`

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod support;

use std::net::SocketAddr;
use std::process::Stdio;

use hostreel_protocol::CreatedRoom;
use support::{Client, Raw, http};
use tokio::process::Command;

/// Resident memory of a process, in KiB (proc(5), `VmRSS`).
fn resident_kib(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

async fn fill_rooms(address: SocketAddr, rooms: usize) -> Vec<Client> {
    let mut clients = Vec::new();
    for _ in 0..rooms {
        let created: CreatedRoom = http(address, "POST", "/api/rooms", "", "{}").await.json();
        for place in 0..8 {
            let key = (place == 0).then_some(&created.host_key);
            clients.push(Client::join_on(Raw::connect(address).await, &created.room, "Somebody", key).await);
        }
    }
    clients
}

#[tokio::test]
#[ignore = "a measurement of the release build"]
async fn an_idle_member_costs_little() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_signal-server"));
    command.args(["--port=0", "--idle-ms=600000"]).env("HOSTREEL_LOG", "warn").stderr(Stdio::null());
    let (process, _lines, address) = support::process(&mut command).await;
    let pid = process.id().unwrap();
    // What the first connections leave behind in the allocator is not the cost of one more.
    let _first = fill_rooms(address, 12).await;
    let before = resident_kib(pid);
    let clients = fill_rooms(address, 125).await;
    let after = resident_kib(pid);
    let bytes = (after - before) * 1024 / u64::try_from(clients.len()).unwrap();
    println!("{} idle members: {before} to {after} KiB, {bytes} bytes each", clients.len());
    assert!(bytes < 10 * 1024, "{bytes} bytes for an idle member");
}
