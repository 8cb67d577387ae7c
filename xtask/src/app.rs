//! Building what ships: the web app, and the server with the app inside.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::fingerprint::Fingerprint;
use crate::process::{output, run, say};
use crate::{parts, paths, tools};

/// All that the web app is made of, relative to the root.
const SOURCES: &[&str] = &[
    "index.html",
    "Trunk.toml",
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
    "app-yew",
    "recorder-wasm/Cargo.toml",
    "recorder-wasm/src",
    "recorder-wasm/js",
    "mesh-wasm",
    "trim-wasm",
    "core",
    "xtask/src/parts.rs",
    "xtask/src/paths.rs",
    "xtask/src/compress.mjs",
];

/// Builds the web app into `dist/`, unless nothing changed since the last time.
pub(crate) fn build_app() -> Result<()> {
    let root = crate::root()?;
    let target = target_folder()?;
    let versions = [tools::TRUNK, tools::WASM_SPLIT, tools::WASM_BINDGEN, tools::BINARYEN].join(" ")
        + &output("rustc", &["--version", "--verbose"]).unwrap_or_default();
    let stamp = target.join("hostreel-app.stamp");
    let before = Fingerprint::of(&root, SOURCES, root.join("dist"), stamp, &versions)?;
    if before.is_current() {
        return Ok(());
    }
    say("building the web app (trunk, release)");
    let dist = root.join("dist");
    trunk_build(&root)?;
    parts::build(&root, &dist)?;
    // The server hands these on as they are: brotli takes seconds at its best, once for all.
    run(Command::new("node").arg(root.join("xtask/src/compress.mjs")).arg(dist))?;
    std::fs::create_dir_all(target)?;
    before.keep()
}

/// Builds a folder's page into its `dist/` by Trunk.
pub(crate) fn trunk_build(folder: &Path) -> Result<()> {
    let mut trunk = Command::new(tools::tools_folder()?.join("bin/trunk"));
    trunk.args(["build", "--release", "--offline", "true"]).current_dir(folder);
    // Trunk takes only true and false for an answer.
    trunk.env("PATH", tools::path()?).env_remove("NO_COLOR");
    run(paths::hide(&mut trunk)?)
}

/// Builds the server, which embeds `dist/`; gives its path.
pub(crate) fn build_server() -> Result<PathBuf> {
    say("building the server (release, app inside)");
    let root = crate::root()?;
    run(Command::new("cargo").args(["build", "--release", "--package", "signal-server"]).current_dir(&root))?;
    built("signal-server")
}

/// Builds the command lines `seekable` and `consent-log`; gives their paths.
pub(crate) fn build_command_lines() -> Result<(PathBuf, PathBuf)> {
    say("building seekable and consent-log (release)");
    let root = crate::root()?;
    run(Command::new("cargo")
        .args(["build", "--release", "--package", "seekable", "--package", "hostreel-consent"])
        .current_dir(&root))?;
    Ok((built("seekable")?, built("consent-log")?))
}

/// Builds the page on which the browser tests try the meeting mix; gives its folder.
pub(crate) fn build_mix_page() -> Result<PathBuf> {
    say("building the page of the mix (dev)");
    let target = target_folder()?;
    run(Command::new("cargo")
        .args(["build", "--package", "hostreel-recorder", "--example", "mix_page"])
        .args(["--target", "wasm32-unknown-unknown"])
        .current_dir(crate::root()?))?;
    let folder = target.join("hostreel-mix-page");
    run(Command::new(tools::tools_folder()?.join("bin/wasm-bindgen"))
        .args(["--target", "web", "--no-typescript", "--out-dir"])
        .arg(&folder)
        .arg(target.join("wasm32-unknown-unknown/debug/examples/mix_page.wasm")))?;
    Ok(folder)
}

/// Where a program is after a release build.
pub(crate) fn built(name: &str) -> Result<PathBuf> {
    Ok(target_folder()?.join("release").join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
}

/// Where cargo puts what it builds.
pub(crate) fn target_folder() -> Result<PathBuf> {
    let root = crate::root()?;
    let manifest = root.join("Cargo.toml");
    let manifest = manifest.to_string_lossy();
    let metadata =
        output("cargo", &["metadata", "--no-deps", "--format-version", "1", "--manifest-path", &manifest]);
    let folder = metadata.as_deref().and_then(|json| {
        let after = json.split("\"target_directory\":\"").nth(1)?;
        after.split('"').next().map(|text| text.replace("\\\\", "\\"))
    });
    Ok(folder.map_or_else(|| root.join("target"), PathBuf::from))
}
