//! The tools that building and testing need: whether each is there, and how it is installed.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process::{output, run, say};

/// Must be the version of the crate `wasm-bindgen` in Cargo.lock.
pub(crate) const WASM_BINDGEN: &str = "0.2.129";
pub(crate) const TRUNK: &str = "0.21.14";
/// Must fit the crate `wasm_split_helpers` in Cargo.lock; both move together.
pub(crate) const WASM_SPLIT: &str = "0.2.4";
const WASM_SPLIT_CRATE: &str = "wasm_split_cli_support";
pub(crate) const BINARYEN: &str = "132.0.0";
const GECKODRIVER: &str = "0.37.1";
/// Major and minor version; vite (examples) wants it.
const LEAST_NODE: (u32, u32) = (20, 19);

/// One tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tool {
    /// The standard library for wasm32.
    WasmTarget,
    /// wasm-bindgen's command line, of exactly the crate's version.
    WasmBindgen,
    /// Cuts the web app's wasm into parts.
    WasmSplit,
    /// Builds the web app's page.
    Trunk,
    /// Node and npm: for wasm-opt and the browser tests.
    Node,
    /// Makes wasm smaller.
    WasmOpt,
    /// Debian packages: (program, package).
    Apt(&'static [(&'static str, &'static str)]),
    /// What is in a folder's `package.json`.
    Npm(&'static str),
    /// Drives Firefox for the tests of the bindings.
    Geckodriver,
}

/// What `run` needs.
pub(crate) const TO_BUILD: &[Tool] =
    &[Tool::Node, Tool::WasmTarget, Tool::WasmOpt, Tool::WasmBindgen, Tool::WasmSplit, Tool::Trunk];

/// What `npm` needs.
pub(crate) const TO_PACK: &[Tool] =
    &[Tool::Node, Tool::WasmTarget, Tool::WasmOpt, Tool::WasmBindgen, Tool::Npm("recorder-wasm/npm")];

/// What `test` needs besides.
pub(crate) const TO_TEST: &[Tool] = &[
    Tool::Apt(&[
        ("chromium", "chromium"),
        ("chromedriver", "chromium-driver"),
        ("firefox-esr", "firefox-esr"),
        ("ffmpeg", "ffmpeg"),
        ("mkvmerge", "mkvtoolnix"),
        ("pulseaudio", "pulseaudio"),
        ("Xvfb", "xvfb"),
        ("turnserver", "coturn"),
        ("nats-server", "nats-server"),
    ]),
    Tool::Npm("e2e"),
    Tool::Geckodriver,
    Tool::Npm("examples"),
];

/// What `bench` needs.
pub(crate) const TO_BENCH: &[Tool] = &[
    Tool::Node,
    Tool::WasmTarget,
    Tool::WasmOpt,
    Tool::WasmBindgen,
    Tool::Apt(&[("ffmpeg", "ffmpeg"), ("mkvmerge", "mkvtoolnix")]),
    Tool::Npm("bench/peers"),
];

/// Folder that keeps tools between builds: `$XDG_CACHE_HOME/hostreel/tools`, else `~/.cache/hostreel/tools`.
pub(crate) fn tools_folder() -> Result<PathBuf> {
    let cache = env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| env::var_os("HOME").map(|home| Path::new(&home).join(".cache")))
        .context("neither XDG_CACHE_HOME nor HOME says where tools can be kept")?;
    Ok(cache.join("hostreel/tools"))
}

/// PATH with our tools in front: trunk takes what it finds there, in exactly the versions it wants.
pub(crate) fn path() -> Result<OsString> {
    let folder = tools_folder()?;
    let mut places = vec![folder.join("bin"), folder.join("npm/node_modules/binaryen/bin")];
    places.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    Ok(env::join_paths(places)?)
}

impl Tool {
    /// The tool's name, for people.
    pub(crate) fn name(self) -> String {
        match self {
            Self::WasmTarget => "Rust's wasm32-unknown-unknown target".into(),
            Self::WasmBindgen => format!("wasm-bindgen {WASM_BINDGEN}"),
            Self::WasmSplit => format!("wasm-split-cli {WASM_SPLIT}"),
            Self::Trunk => format!("trunk {TRUNK}"),
            Self::Node => format!("node {}.{} or newer, with npm", LEAST_NODE.0, LEAST_NODE.1),
            Self::WasmOpt => format!("wasm-opt (binaryen {BINARYEN})"),
            Self::Apt(packages) => {
                let names: Vec<&str> = packages.iter().map(|(_, package)| *package).collect();
                names.join(", ")
            }
            Self::Npm(folder) => format!("npm packages of {folder}/"),
            Self::Geckodriver => format!("geckodriver {GECKODRIVER}"),
        }
    }

    /// Whether it is there, in the right version.
    pub(crate) fn is_there(self) -> Result<bool> {
        let folder = tools_folder()?;
        let version =
            |program: PathBuf| output(&program.to_string_lossy(), &["--version"]).unwrap_or_default();
        Ok(match self {
            Self::WasmTarget => {
                output("rustc", &["--print", "target-libdir", "--target", "wasm32-unknown-unknown"])
                    .is_some_and(|libraries| Path::new(&libraries).is_dir())
            }
            Self::WasmBindgen => version(folder.join("bin/wasm-bindgen")).ends_with(WASM_BINDGEN),
            // It does not tell its version; cargo knows.
            Self::WasmSplit => {
                let installed = std::fs::read_to_string(folder.join(".crates.toml")).unwrap_or_default();
                installed.contains(&format!("\"{WASM_SPLIT_CRATE} {WASM_SPLIT} "))
            }
            Self::Trunk => version(folder.join("bin/trunk")).ends_with(TRUNK),
            Self::Node => {
                let node = output("node", &["--version"]).unwrap_or_default();
                let mut numbers =
                    node.trim_start_matches('v').split('.').map_while(|number| number.parse().ok());
                numbers.next().zip(numbers.next()) >= Some(LEAST_NODE)
                    && output("npm", &["--version"]).is_some()
            }
            Self::WasmOpt => {
                let program = folder.join("npm/node_modules/binaryen/bin/wasm-opt");
                version(program).contains(BINARYEN.split('.').next().unwrap_or_default())
            }
            Self::Apt(packages) => packages.iter().all(|(program, _)| is_on_path(program)),
            Self::Geckodriver => {
                let first = version(folder.join("bin/geckodriver"));
                first.split_whitespace().any(|word| word == GECKODRIVER)
            }
            Self::Npm(packages) => {
                // npm writes this copy of the lock when it is done.
                let (wanted, there) = npm_locks(packages)?;
                match (wanted.metadata(), there.metadata()) {
                    (Ok(wanted), Ok(there)) => there.modified()? >= wanted.modified()?,
                    _ => false,
                }
            }
        })
    }

    /// The command that installs it, as a person would type it.
    pub(crate) fn command(self) -> Result<String> {
        let folder = tools_folder()?;
        Ok(match self {
            Self::WasmTarget => "rustup target add wasm32-unknown-unknown".into(),
            Self::WasmBindgen => cargo_install(&folder, "wasm-bindgen-cli", WASM_BINDGEN),
            Self::WasmSplit => {
                cargo_install(&folder, WASM_SPLIT_CRATE, WASM_SPLIT) + " --features build-binary"
            }
            Self::Trunk => cargo_install(&folder, "trunk", TRUNK),
            Self::Node => "apt-get install nodejs npm, or see nodejs.org".into(),
            Self::WasmOpt => {
                format!("npm install --prefix {} binaryen@{BINARYEN}", folder.join("npm").display())
            }
            Self::Apt(packages) => {
                let missing: Vec<&str> = packages
                    .iter()
                    .filter(|(program, _)| !is_on_path(program))
                    .map(|(_, package)| *package)
                    .collect();
                format!("apt-get install -y --no-install-recommends {}", missing.join(" "))
            }
            Self::Npm(folder) => format!("npm ci --prefix {folder}"),
            Self::Geckodriver => cargo_install(&folder, "geckodriver", GECKODRIVER),
        })
    }

    fn install(self) -> Result<()> {
        let command = self.command()?;
        say(&format!("installing {}: {command}", self.name()));
        match self {
            Self::Node => bail!("node is needed and can't be installed from here: {command}"),
            Self::Apt(_) => apt(&command),
            Self::WasmBindgen => cargo_tool("wasm-bindgen-cli", WASM_BINDGEN, &[]),
            Self::WasmSplit => cargo_tool(WASM_SPLIT_CRATE, WASM_SPLIT, &["build-binary"]),
            Self::Trunk => cargo_tool("trunk", TRUNK, &[]),
            Self::Geckodriver => cargo_tool("geckodriver", GECKODRIVER, &[]),
            Self::Npm(folder) => {
                run(Command::new("npm").args(["ci", "--prefix"]).arg(crate::root()?.join(folder)))
            }
            Self::WasmTarget | Self::WasmOpt => {
                let mut words = command.split(' ');
                run(Command::new(words.next().unwrap_or_default()).args(words))
            }
        }
        .with_context(|| format!("{} could not be installed; try yourself: {command}", self.name()))
    }
}

/// Installs what is missing of `tools`, one after the other.
pub(crate) fn ensure(tools: &[Tool]) -> Result<()> {
    for tool in tools {
        if !tool.is_there()? {
            tool.install()?;
            if !tool.is_there()? {
                bail!("{} was installed but does not answer; try yourself: {}", tool.name(), tool.command()?);
            }
        }
    }
    Ok(())
}

fn cargo_install(folder: &Path, name: &str, version: &str) -> String {
    format!("cargo install --locked --root {} {name}@{version}", folder.display())
}

fn cargo_tool(name: &str, version: &str, features: &[&str]) -> Result<()> {
    let root = tools_folder()?;
    let package = format!("{name}@{version}");
    // Prebuilt where the user has cargo-binstall and the network lets it; else from source.
    if features.is_empty() && output("cargo", &["binstall", "-V"]).is_some() {
        let mut prebuilt = Command::new("cargo");
        prebuilt.args(["binstall", "--no-confirm", "--force", "--root"]).arg(&root).arg(&package);
        if run(&mut prebuilt).is_ok() {
            return Ok(());
        }
    }
    let mut install = Command::new("cargo");
    // A target folder or flags of the project's are not the tool's.
    install.env_remove("CARGO_TARGET_DIR").env_remove("RUSTFLAGS").current_dir(env::temp_dir());
    // They work for seconds, and are compiled for minutes: what makes them quick by a little is not worth its time.
    install.envs([
        ("CARGO_PROFILE_RELEASE_LTO", "off"),
        ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
        ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
    ]);
    run(install
        .args(["install", "--locked", "--force", "--root"])
        .arg(&root)
        .arg(&package)
        .args(features.iter().flat_map(|feature| ["--features", feature])))
}

fn apt(command: &str) -> Result<()> {
    let is_root = output("id", &["-u"]).as_deref() == Some("0");
    let sudo = !is_root && output("sudo", &["-n", "true"]).is_some();
    if !is_root && !sudo {
        bail!("this needs root: sudo {command}");
    }
    let apt_get = |arguments: &[&str]| {
        let mut words = if sudo { vec!["sudo", "-n", "apt-get"] } else { vec!["apt-get"] };
        words.extend(["-o", "DPkg::Lock::Timeout=560", "-q"]);
        words.extend(arguments);
        run(Command::new(words[0]).args(&words[1..]).env("DEBIAN_FRONTEND", "noninteractive"))
    };
    let install: Vec<&str> = command.split(' ').skip(1).collect();
    apt_get(&["update"])?;
    // A mirror may fail once.
    apt_get(&install).or_else(|_| apt_get(&install))
}

/// Where a program is.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    // Debian puts servers there, where only root looks.
    let places = env::split_paths(&path).chain(["/usr/sbin".into()]);
    places.map(|folder| folder.join(program)).find(|file| file.is_file())
}

fn is_on_path(program: &str) -> bool {
    on_path(program).is_some()
}

fn npm_locks(packages: &str) -> Result<(PathBuf, PathBuf)> {
    let folder = crate::root()?.join(packages);
    Ok((folder.join("package-lock.json"), folder.join("node_modules/.package-lock.json")))
}
