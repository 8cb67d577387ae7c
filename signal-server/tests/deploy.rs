//! What lies in `deploy/` fits the server: settings that it knows, metrics that it has.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod support;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use hostreel_protocol::{ClientMessage, Code, RoomId};
use serde_json::Value;
use signal_server::{Config, Webhooks};
use support::{Client, Raw, config, create_room, hello, http, server};

fn deploy(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy").join(name)
}

/// All `hostreel_…` in a text.
fn names(text: &str) -> BTreeSet<String> {
    let is_part = |character: char| character.is_ascii_alphanumeric() || character == '_';
    let words = text.split(|character: char| !is_part(character));
    words.filter(|word| word.starts_with("hostreel_")).map(str::to_owned).collect()
}

#[tokio::test]
async fn the_dashboard_asks_for_metrics_that_there_are() {
    let dashboard: Value =
        serde_json::from_str(&std::fs::read_to_string(deploy("grafana/hostreel.json")).unwrap()).unwrap();
    let panels = dashboard["panels"].as_array().unwrap().iter();
    let queries: String = panels
        .flat_map(|panel| panel["targets"].as_array().unwrap())
        .map(|target| format!("{} ", target["expr"].as_str().unwrap()))
        .collect();
    let webhooks = Webhooks {
        urls: vec!["http://127.0.0.1:9/".into()],
        secret: Some("s".to_owned().into()),
        attempts: 1,
        queue: 1,
        ..Webhooks::default()
    };
    let server = server(Config { webhooks, ..config() }).await;
    // Metrics by code are there once something happened.
    let created = create_room(&server).await;
    let mut host = Client::host(&server, &created).await;
    host.raw.send("x".repeat(100_000)).await;
    host.raw.expect_bye(Code::TooLarge, 1009).await;
    let mut raw = Raw::connect(server.address()).await;
    raw.send(ClientMessage::Hello(hello(&RoomId::from_random(1), "X", None)).encode()).await;
    raw.expect_refused(Code::RoomUnknown, 4403).await;
    let metrics = http(server.address(), "GET", "/metrics", "", "").await;
    server.stop().await;
    let there = names(&String::from_utf8(metrics.body).unwrap());
    let wanted = names(&queries);
    assert!(wanted.len() > 10, "{wanted:?}");
    let missing: Vec<&String> = wanted.difference(&there).collect();
    assert!(missing.is_empty(), "{missing:?} not in {there:?}");
}

#[test]
fn the_example_file_is_one_that_the_server_takes() {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("turn-secret");
    std::fs::write(&secret, "north\n").unwrap();
    let text = std::fs::read_to_string(deploy("hostreel.toml")).unwrap();
    let text =
        text.replace("@/run/credentials/hostreel.service/turn-secret", &format!("@{}", secret.display()));
    // With what is written as an alternative, too.
    let is_wanted = |line: &&str| ["tls-", "ice-", "turn-"].iter().any(|start| line.starts_with(start));
    let others = text.lines().filter_map(|line| line.strip_prefix("# ")).filter(is_wanted);
    let all = format!("{text}\n{}", others.collect::<Vec<_>>().join("\n"));
    let file = folder.path().join("hostreel.toml");
    std::fs::write(&file, all).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_signal-server"))
        .arg("--print-config")
        .arg("--config")
        .arg(&file)
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(printed.contains("client-address-header = \"x-forwarded-for\""), "{printed}");
    assert!(printed.contains("turn-secret") && !printed.contains("north"), "{printed}");
}

#[test]
fn environment_variables_of_the_compose_file_are_known() {
    let help = Command::new(env!("CARGO_BIN_EXE_signal-server")).arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    for file in ["compose.yaml", "cluster.yaml", "Dockerfile", "hostreel.service"] {
        let text = std::fs::read_to_string(deploy(file)).unwrap();
        let is_part = |character: char| character.is_ascii_uppercase() || character == '_';
        let words = text.split(|character: char| !is_part(character));
        for name in words.filter(|word| word.starts_with("HOSTREEL_")) {
            let is_compose_own = ["HOSTREEL_DOMAIN", "HOSTREEL_UPSTREAM", "HOSTREEL_HEALTH"].contains(&name);
            assert!(is_compose_own || help.contains(&format!("[env: {name}]")), "{name} of {file}");
        }
    }
}

/// What stands between the two texts, wherever they follow each other.
fn between<'a>(text: &'a str, before: &'a str, after: &'a str) -> BTreeSet<&'a str> {
    text.split(before).skip(1).filter_map(|rest| rest.split(after).next()).collect()
}

#[test]
fn the_unit_loads_the_secrets_that_the_example_file_names() {
    let unit = std::fs::read_to_string(deploy("hostreel.service")).unwrap();
    let file = std::fs::read_to_string(deploy("hostreel.toml")).unwrap();
    let loaded = between(&unit, "LoadCredential=", ":");
    assert_eq!(loaded, between(&file, "@/run/credentials/hostreel.service/", "\""));
    assert_eq!(loaded.len(), 3, "{loaded:?}");
    // Those in use are loaded by lines in use.
    let used = |text: &str| {
        text.lines().filter(|line| !line.starts_with('#')).map(|line| format!("{line}\n")).collect::<String>()
    };
    let (unit, file) = (used(&unit), used(&file));
    let loaded = between(&unit, "LoadCredential=", ":");
    assert_eq!(loaded, between(&file, "@/run/credentials/hostreel.service/", "\""));
}

#[test]
fn the_compose_files_ask_for_what_the_example_sets() {
    let example = std::fs::read_to_string(deploy("example.env")).unwrap();
    let set = example.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split('=').next());
    let set: BTreeSet<&str> = set.collect();
    let compose = std::fs::read_to_string(deploy("compose.yaml")).unwrap();
    let asked = between(&compose, "${", "}").into_iter().filter_map(|name| name.split(':').next());
    assert_eq!(asked.collect::<BTreeSet<&str>>(), set);
}

#[test]
fn a_silent_connection_is_closed_by_the_server_and_not_by_nginx() {
    let nginx = std::fs::read_to_string(deploy("nginx.conf")).unwrap();
    for name in ["proxy_read_timeout ", "proxy_send_timeout "] {
        let given = between(&nginx, name, "s;");
        let seconds: Vec<u64> = given.into_iter().map(|seconds| seconds.parse().unwrap()).collect();
        assert!(matches!(seconds[..], [one] if one * 1_000 > config().limits.idle_ms), "{name} {seconds:?}");
    }
}

#[test]
fn the_container_is_built_from_files_that_are_there() {
    let root = deploy("..");
    let ignored = std::fs::read_to_string(deploy("Dockerfile.dockerignore")).unwrap();
    let ignored: BTreeSet<&str> = ignored.lines().collect();
    for folder in ["app-yew", "core", "deploy", "recorder-wasm", "signal-server", "xtask"] {
        assert!(root.join(folder).is_dir() && !ignored.contains(folder), "{folder}");
    }
    let compose = std::fs::read_to_string(deploy("compose.yaml")).unwrap();
    for file in between(&compose, "dockerfile: ", "\n") {
        assert!(root.join(file).is_file(), "{file}");
    }
    for file in between(&compose, "- ./", ":") {
        assert!(deploy(file).is_file(), "{file}");
    }
    assert!(ignored.contains("**/.env"), "secrets stay out of the image");
}
