//! `cargo xtask npm`: the npm package `hostreel-recorder`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::fingerprint::Fingerprint;
use crate::process::{output, run, say};
use crate::shrink::shrink;
use crate::{app, panics, paths, tools};

/// Where the package's own sources are.
const FOLDER: &str = "recorder-wasm/npm";

/// All that the package is made of, relative to the root.
const SOURCES: &[&str] = &[
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
    "recorder-wasm",
    "trim-wasm",
    "core",
    "LICENSE-MIT",
    "LICENSE-APACHE",
    "xtask/src/npm.rs",
    "xtask/src/panics.rs",
    "xtask/src/paths.rs",
    "xtask/src/shrink.rs",
];

/// A wasm module of the package.
struct Module {
    /// Its folder below `target/npm/wasm`.
    name: &'static str,
    /// What cargo calls what it builds, without `.wasm`.
    built: &'static str,
    /// Cargo's arguments for it.
    arguments: &'static [&'static str],
}

/// The recorder in two sizes, and the worker that trims.
const MODULES: &[Module] = &[
    Module {
        name: "small",
        built: "hostreel_recorder_npm",
        arguments: &["--package", "hostreel-recorder-npm", "--no-default-features"],
    },
    Module {
        name: "full",
        built: "hostreel_recorder_npm",
        arguments: &["--package", "hostreel-recorder-npm"],
    },
    Module {
        name: "trim",
        built: "trim-worker",
        arguments: &["--package", "hostreel-trim", "--bin", "trim-worker"],
    },
];

/// Builds the package, unless nothing changed since the last time, or its reference; says where it is.
pub(crate) fn npm(docs: bool) -> Result<()> {
    if docs {
        return reference();
    }
    let package = build_package()?;
    println!("{}", package.display());
    Ok(())
}

/// Builds the reference for programmers from the types' own comments.
fn reference() -> Result<()> {
    tools::ensure(&[tools::Tool::Node, tools::Tool::Npm(FOLDER)])?;
    let out = app::target_folder()?.join("npm/docs");
    let folder = crate::root()?.join(FOLDER);
    run(Command::new("node")
        .arg("node_modules/typedoc/bin/typedoc")
        .arg("--out")
        .arg(&out)
        .current_dir(folder))?;
    println!("{}", out.join("index.html").display());
    Ok(())
}

/// Builds the package, unless nothing changed since the last time; gives the path of the `.tgz`.
pub(crate) fn build_package() -> Result<PathBuf> {
    tools::ensure(tools::TO_PACK)?;
    let root = crate::root()?;
    let target = app::target_folder()?;
    let folder = target.join("npm");
    let packed = folder.join(format!("hostreel-recorder-{}.tgz", version(&root)?));
    let rustc = output("rustc", &["--version"]).unwrap_or_default();
    let versions = [&rustc, tools::WASM_BINDGEN, tools::BINARYEN].join(" ");
    let before =
        Fingerprint::of(&root, SOURCES, packed.clone(), target.join("hostreel-npm.stamp"), &versions)?;
    if before.is_current() {
        return Ok(packed);
    }
    let wasm = folder.join("wasm");
    for module in MODULES {
        build_module(&root, &wasm.join(module.name), module)?;
    }
    provenance(&root, &wasm.join("versions.json"), &rustc)?;
    say("bundling the package");
    let package = folder.join("package");
    run(Command::new("node").arg(root.join(FOLDER).join("build.mjs")).arg(&wasm).arg(&package))?;
    run(Command::new("npm")
        .args(["pack", "--silent", "--pack-destination"])
        .arg(&folder)
        .arg(&package)
        .current_dir(&folder))?;
    before.keep()?;
    Ok(packed)
}

/// Builds the example of the crate (examples/yew); gives the folder with the page.
pub(crate) fn build_yew_example() -> Result<PathBuf> {
    say("building examples/yew (trunk, release)");
    let folder = crate::root()?.join("examples/yew");
    app::trunk_build(&folder)?;
    Ok(folder.join("dist"))
}

/// Compiles a module, with its bindings, and shrinks it.
fn build_module(root: &Path, out: &Path, Module { name, built, arguments }: &Module) -> Result<()> {
    say(&format!("building the wasm module ({name})"));
    let mut build = Command::new("cargo");
    build.args(["build", "--quiet", "--profile", "wasm-release", "--target", "wasm32-unknown-unknown"]);
    build.args(*arguments);
    run(paths::hide(build.current_dir(root))?)?;
    let built = app::target_folder()?.join(format!("wasm32-unknown-unknown/wasm-release/{built}.wasm"));
    let mut bindings = Command::new(tools::tools_folder()?.join("bin/wasm-bindgen"));
    bindings.args(["--target", "web", "--omit-default-module-path", "--encode-into", "always"]);
    bindings.args(["--remove-producers-section", "--out-name", "recorder", "--out-dir"]);
    run(bindings.arg(out).arg(built))?;
    let module = out.join("recorder_bg.wasm");
    // Nobody can set a hook for panics: that is left to the page's own module, if it has one.
    let short = panics::shortened(&fs::read(&module)?)?;
    fs::write(&module, short).with_context(|| format!("can't write {}", module.display()))?;
    shrink(&module, &out.join("recorder.js"))
}

/// Writes down what the package is made of.
fn provenance(root: &Path, file: &Path, rustc: &str) -> Result<()> {
    let git = |arguments: &[&str]| {
        let root = root.to_string_lossy();
        output("git", &[&["-C", &root], arguments].concat())
    };
    let lock = fs::read_to_string(root.join("Cargo.lock"))?;
    let facts = json!({
        "version": version(root)?,
        "commit": git(&["rev-parse", "HEAD"]),
        "changed": git(&["status", "--porcelain"]).is_some_and(|changes| !changes.is_empty()),
        "rustc": rustc,
        "wasm-bindgen": tools::WASM_BINDGEN,
        "binaryen": tools::BINARYEN,
        "esbuild": manifest(root)?["devDependencies"]["esbuild"],
        "crates": crates(&lock),
    });
    fs::write(file, format!("{facts:#}\n")).with_context(|| format!("can't write {}", file.display()))
}

/// Names and versions of the crates in the lock file that end up in the module.
fn crates(lock: &str) -> Value {
    const COMPILED_IN: &[&str] = &[
        "seekable",
        "hostreel-recording",
        "hostreel-recorder",
        "js-sys",
        "web-sys",
        "wasm-bindgen",
        "wasm-bindgen-futures",
        "gloo-events",
        "gloo-timers",
        "futures",
        "serde",
        "serde_json",
    ];
    let value = |block: &str, key: &str| {
        let line = block.lines().find_map(|line| line.strip_prefix(key))?;
        Some(line.trim_matches([' ', '=', '"']).to_owned())
    };
    lock.split("[[package]]")
        .filter_map(|block| Some((value(block, "name")?, value(block, "version")?)))
        .filter(|(name, _)| COMPILED_IN.contains(&name.as_str()))
        .map(|(name, version)| (name, Value::from(version)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn version(root: &Path) -> Result<String> {
    manifest(root)?["version"].as_str().map(str::to_owned).context("package.json has no version")
}

fn manifest(root: &Path) -> Result<Value> {
    let path = root.join(FOLDER).join("package.json");
    let text = fs::read_to_string(&path).with_context(|| format!("can't read {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is no JSON", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_package_has_the_version_of_the_workspace() {
        let root = crate::root().unwrap();
        assert_eq!(version(&root).unwrap(), env!("CARGO_PKG_VERSION"));
    }

    #[test]
    fn the_lock_file_tells_what_is_compiled_in() {
        let lock = "[[package]]\nname = \"js-sys\"\nversion = \"0.3.106\"\n\n[[package]]\nname = \"warp\"\nversion = \"0.4.3\"\n";
        assert_eq!(crates(lock), json!({ "js-sys": "0.3.106" }));
    }
}
