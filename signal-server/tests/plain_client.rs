//! A client that was written from `docs/PROTOCOL.md` alone, in another language, gets along with this server:
//! `examples/protocol-client`. Needs Node 20.10 or later; without `node` on the path nothing is proved, and it says so.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod support;

use std::process::Stdio;

use support::{patient, patient_config, server};
use tokio::process::Command;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/protocol-client");

#[tokio::test(flavor = "multi_thread")]
async fn two_plain_clients_hold_a_meeting() {
    let server = server(patient_config()).await;
    let node = Command::new("node")
        // Node 20 has a WebSocket behind this; from 22 on it is there without.
        .args(["--experimental-websocket", "meeting.test.js"])
        .current_dir(FOLDER)
        .env("HOSTREEL_URL", format!("http://{}", server.address()))
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn();
    let node = match node {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            println!("no node on the path: not tested");
            return;
        }
        node => node.unwrap(),
    };
    let output = patient(node.wait_with_output()).await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("pass 3"), "{said}");
    server.stop().await;
}

#[test]
fn the_client_is_short() {
    let text = std::fs::read_to_string(format!("{FOLDER}/client.js")).unwrap();
    assert!(text.lines().count() < 200, "{} lines", text.lines().count());
}
