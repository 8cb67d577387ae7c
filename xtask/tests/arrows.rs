//! The arrows of docs/ARCHITECTURE.md: which member may depend on which, and that pure crates stay pure.

#![expect(clippy::unwrap_used, reason = "a test that can not read the metadata has failed")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Each member and the members it may depend on.
const ARROWS: &[(&str, &[&str])] = &[
    ("seekable", &[]),
    ("hostreel-recording", &[]),
    ("hostreel-protocol", &[]),
    ("hostreel-room", &["hostreel-protocol"]),
    ("hostreel-consent", &["hostreel-protocol"]),
    ("hostreel-negotiation", &["hostreel-protocol"]),
    ("hostreel-recorder", &["hostreel-recording", "seekable"]),
    ("hostreel-recorder-npm", &["hostreel-recorder"]),
    ("hostreel-trim", &["seekable"]),
    ("hostreel-mesh", &["hostreel-negotiation", "hostreel-protocol", "hostreel-room"]),
    (
        "hostreel-app",
        &["hostreel-recorder", "hostreel-mesh", "hostreel-protocol", "hostreel-room", "hostreel-consent"],
    ),
    ("hostreel-example-yew", &["hostreel-recorder"]),
    ("signal-server", &["hostreel-protocol", "hostreel-room"]),
    ("signal-client", &["hostreel-protocol", "hostreel-room"]),
    ("xtask", &[]),
    ("hostreel-bench", &["seekable"]),
    ("hostreel-bench-signal", &["hostreel-protocol", "signal-client"]),
    ("hostreel-bench-wasm", &["seekable"]),
];

/// No pure crate may have these anywhere below it.
const IMPURE: &[&str] =
    &["web-sys", "js-sys", "wasm-bindgen", "tokio", "warp", "hyper", "rand", "getrandom", "gloo-timers"];

/// What libraries get. The command line of `seekable`, an optional feature, does what command lines do.
const LIBRARIES: &[&str] = &["--no-default-features", "--features", "seekable/webm,seekable/mp4"];

fn metadata(features: &[&str]) -> Value {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--manifest-path", manifest])
        .args(features)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Package id → (name, ids it depends on, tests' dependencies left out).
fn graph(metadata: &Value) -> BTreeMap<String, (String, Vec<String>)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let names: BTreeMap<String, String> = metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|package| (text(&package["id"]), text(&package["name"])))
        .collect();
    let normal = |dependency: &&Value| {
        dependency["dep_kinds"].as_array().unwrap().iter().any(|kind| kind["kind"].is_null())
    };
    let nodes = metadata["resolve"]["nodes"].as_array().unwrap();
    nodes
        .iter()
        .map(|node| {
            let id = text(&node["id"]);
            let below =
                node["deps"].as_array().unwrap().iter().filter(normal).map(|dep| text(&dep["pkg"])).collect();
            (id.clone(), (names[&id].clone(), below))
        })
        .collect()
}

#[test]
fn members_depend_only_along_the_arrows() {
    let metadata = metadata(&[]);
    let graph = graph(&metadata);
    let members: BTreeSet<&str> =
        metadata["workspace_members"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
    let known: BTreeSet<&str> = ARROWS.iter().map(|(name, _)| *name).collect();
    for id in &members {
        let (name, below) = &graph[*id];
        assert!(known.contains(name.as_str()), "{name} has no place in the list of arrows");
        let (_, allowed) = ARROWS.iter().find(|(known, _)| known == name).unwrap();
        for dependency in below.iter().filter(|id| members.contains(id.as_str())) {
            let dependency = graph[dependency].0.as_str();
            assert!(allowed.contains(&dependency), "{name} must not depend on {dependency}");
        }
    }
    assert_eq!(members.len(), ARROWS.len());
}

#[test]
fn pure_crates_stay_pure() {
    let metadata = metadata(LIBRARIES);
    let graph = graph(&metadata);
    // What is in `core/` is pure.
    let pure = metadata["packages"].as_array().unwrap().iter().filter(|package| {
        let manifest = package["manifest_path"].as_str().unwrap();
        Path::new(manifest).ancestors().nth(2).unwrap().ends_with("core")
    });
    let pure: Vec<&str> = pure.map(|package| package["id"].as_str().unwrap()).collect();
    assert_eq!(
        pure.len(),
        std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../core")).unwrap().count()
    );
    for start in pure {
        let pure = &graph[start].0;
        let mut todo = vec![start.to_owned()];
        let mut seen = BTreeSet::new();
        while let Some(id) = todo.pop() {
            let (name, below) = &graph[&id];
            assert!(!IMPURE.contains(&name.as_str()), "{pure} has {name} below it");
            if seen.insert(id.clone()) {
                todo.extend(below.iter().cloned());
            }
        }
    }
}
