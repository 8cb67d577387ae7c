//! `cargo xtask fuzz`: libFuzzer on the pure crates.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::app;
use crate::process::{output, run, say};

/// What libFuzzer needs to see which way an input took, in code that the stable compiler makes. Unsafe code is forbidden:
/// there is nothing for a sanitizer to find, and without one it is many times as quick.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 -Cdebug-assertions";

/// What is fuzzed, and for how long.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// A target of fuzz/fuzz_targets; all of them, one after the other, when left out.
    target: Option<String>,
    /// How long each is fuzzed.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
}

/// Fuzzes. What is found lies in `fuzz/artifacts`; what was learned, in `fuzz/corpus`, where the next run begins.
pub(crate) fn fuzz(arguments: &Arguments) -> Result<()> {
    let root = crate::root()?;
    let folder = root.join("fuzz");
    let targets = match &arguments.target {
        Some(target) => vec![target.clone()],
        None => targets(&folder)?,
    };
    let seeds = Seeds::make(&root, &folder, &targets)?;
    let programs = build(&folder)?;
    let mut broken = Vec::new();
    for target in targets {
        say(&format!("fuzzing {target} for {} s", arguments.seconds));
        let corpus = folder.join("corpus").join(&target);
        let artifacts = folder.join("artifacts").join(&target);
        std::fs::create_dir_all(&corpus)?;
        std::fs::create_dir_all(&artifacts)?;
        let mut command = Command::new(programs.join(&target));
        command.arg(corpus).args(seeds.of(&target));
        let regressions = folder.join("regressions").join(&target);
        if regressions.is_dir() {
            command.arg(regressions);
        }
        // No input may make it hold more than its limits say, nor make it slow.
        command.args(["-rss_limit_mb=1024", "-timeout=10", "-max_len=65536", "-len_control=0"]);
        command.arg(format!("-artifact_prefix={}/", artifacts.display()));
        command.arg(format!("-max_total_time={}", arguments.seconds));
        if run(command.current_dir(&root)).is_err() {
            broken.push(target);
        }
    }
    if broken.is_empty() {
        return Ok(());
    }
    bail!(
        "found something: {}. See fuzz/artifacts, and fuzz/README.md for what to do with it",
        broken.join(", ")
    )
}

fn targets(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder.join("fuzz_targets"))? {
        let path = entry?.path();
        names.extend(path.file_stem().map(|name| name.to_string_lossy().into_owned()));
    }
    names.sort();
    Ok(names)
}

/// Builds all targets; gives the folder that they are in.
fn build(folder: &Path) -> Result<PathBuf> {
    let host =
        output("rustc", &["--print", "host-tuple"]).context("rustc does not say what it builds for")?;
    let out = app::target_folder()?.join("fuzz");
    let mut command = Command::new("cargo");
    // With a target named, build scripts are left without the flags.
    command.args(["build", "--release", "--locked", "--target", &host, "--target-dir"]).arg(&out);
    run(command.current_dir(folder).env("RUSTFLAGS", FLAGS))?;
    Ok(out.join(host).join("release"))
}

/// What a target begins with.
struct Seeds {
    recordings: PathBuf,
    messages: PathBuf,
}

impl Seeds {
    fn make(root: &Path, folder: &Path, targets: &[String]) -> Result<Self> {
        let seeds = folder.join("seeds");
        let made = Self { recordings: seeds.join("recordings"), messages: seeds.join("messages") };
        for folder in [&made.recordings, &made.messages] {
            std::fs::create_dir_all(folder)?;
        }
        messages(root, &made.messages)?;
        if targets.iter().any(|target| made.of(target) == Some(&made.recordings)) {
            recordings(root, &made.recordings)?;
        }
        Ok(made)
    }

    fn of(&self, target: &str) -> Option<&PathBuf> {
        match target {
            // Any bytes are a story.
            "rooms" => None,
            "messages" => Some(&self.messages),
            _ => Some(&self.recordings),
        }
    }
}

/// Recordings of every kind, each a few kilobytes, made from the crate's samples.
fn recordings(root: &Path, seeds: &Path) -> Result<()> {
    let mut command = Command::new("cargo");
    command.args(["run", "--quiet", "--release", "--package", "hostreel-bench", "--", "seeds"]);
    command.arg(root.join("core/seekable/tests/samples")).arg(seeds);
    run(command.current_dir(root)).context("the corpus begins with seeds from the samples")
}

/// The examples of the protocol's document, each block a file.
fn messages(root: &Path, seeds: &Path) -> Result<()> {
    let document = std::fs::read_to_string(root.join("docs/PROTOCOL.md"))?;
    let blocks = document.split("```json").skip(1).filter_map(|rest| rest.split("```").next());
    for (number, block) in blocks.enumerate() {
        std::fs::write(seeds.join(format!("block-{number:03}")), block.trim())?;
        for (line, text) in block.lines().filter(|line| line.starts_with('{')).enumerate() {
            std::fs::write(seeds.join(format!("line-{number:03}-{line:02}")), text)?;
        }
    }
    Ok(())
}
