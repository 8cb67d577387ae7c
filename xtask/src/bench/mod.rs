//! `cargo xtask bench`: figures beside those of others, taken in the same run, and the goals they must reach.

mod answer;
mod app;
mod growth;
mod measure;
mod recorder;
mod repair;
mod report;
mod signal;
mod wasm;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use clap::Subcommand;
use serde_json::Value;

use crate::process::{run, say};
use crate::{app as build, tools};
use report::Report;

/// What can be measured.
#[derive(Debug, Subcommand)]
pub(crate) enum Part {
    /// core/seekable: repairing files, recording in wasm, growth, size, seeking.
    Seekable {
        /// Size of the recordings, with K, M or G for powers of 1000.
        #[arg(long, default_value = "1G", value_parser = size)]
        size: u64,
        /// A tenth of everything, and no browsers: minutes instead of tens of minutes. Goals for 1 GB do not hold then.
        #[arg(long)]
        quick: bool,
    },
    /// The recorder in real browsers: what a page loads, memory, CPU, the mix, crashes, sound and picture.
    Recorder(recorder::Options),
    /// The web app in Chromium: what its pages load and when they can be used, joining, a quiet room, what jumps.
    App(app::Options),
    /// The signal server beside bare relays (one in Bun), matchbox, peerjs-server and y-webrtc's: relaying, latency, joins, memory, slow readers; and held
    /// for long, beside troublemakers, killed again and again.
    Signal(signal::Options),
}

/// Measures, prints, and keeps nothing but the tools.
pub(crate) fn bench(part: &Part) -> Result<()> {
    let (size, quick) = match part {
        Part::Seekable { size, quick } => (size, quick),
        Part::Recorder(options) => return recorder::recorder(options),
        Part::App(options) => return app::app(options),
        Part::Signal(options) => return signal::signal(options),
    };
    tools::ensure(tools::TO_BENCH)?;
    let bench = Bench::new(if *quick { size / 10 } else { *size }, *quick)?;
    let mut report = Report::default();
    let done = bench.all(&mut report);
    // Gigabytes should not stay behind, whatever went wrong.
    std::fs::remove_dir_all(&bench.folder)?;
    // What was measured before something broke is worth showing.
    report.print();
    done
}

/// Where things are.
struct Bench {
    root: PathBuf,
    /// Takes the big files.
    folder: PathBuf,
    /// `hostreel-bench`.
    tool: PathBuf,
    /// The command line of core/seekable.
    seekable: PathBuf,
    size: u64,
    is_quick: bool,
}

impl Bench {
    fn new(size: u64, is_quick: bool) -> Result<Self> {
        let root = crate::root()?;
        let (seekable, _) = build::build_command_lines()?;
        run(Command::new("cargo")
            .args(["build", "--release", "--package", "hostreel-bench"])
            .current_dir(&root))?;
        let folder = build::target_folder()?.join("bench");
        std::fs::create_dir_all(&folder)?;
        Ok(Self { root, folder, tool: build::built("hostreel-bench")?, seekable, size, is_quick })
    }

    fn all(&self, report: &mut Report) -> Result<()> {
        self.weigh(report)?;
        self.grow_live(report)?;
        self.repair_webm(report)?;
        self.repair_mp4(report)?;
        if self.is_quick {
            report.skipped(
                "the frame shown is the frame wanted",
                "9 of 9 seeks in Chromium and Firefox",
                "--quick",
            );
        } else {
            self.seek_in_browsers(report)?;
        }
        Ok(())
    }

    /// A recording of a browser, from the crate's tests.
    fn sample(&self, name: &str) -> PathBuf {
        self.root.join("core/seekable/tests/samples").join(name)
    }

    /// Runs `hostreel-bench`; gives what it measured itself.
    fn ask(&self, arguments: &[&str], path: &[&Path]) -> Result<(measure::Cost, Value)> {
        let cost = measure::measure(Command::new(&self.tool).args(arguments).args(path))?;
        let answer = serde_json::from_str(&cost.output).context("hostreel-bench answers in JSON")?;
        Ok((cost, answer))
    }

    fn seek_in_browsers(&self, report: &mut Report) -> Result<()> {
        say("seeking in Chromium and Firefox");
        tools::ensure(tools::TO_TEST)?;
        let mut command = Command::new("node");
        command.args(["--test", "--test-reporter=spec", "test/seeking.test.js"]);
        command.current_dir(self.root.join("e2e"));
        command.env("HOSTREEL_SEEKABLE", &self.seekable).env("HOSTREEL_REQUIRE", "1");
        let is_right = crate::process::run_watched("browser", &mut command)?.ok;
        let measured = if is_right { "9 of 9" } else { "not all: see above" };
        report.goal(
            "the frame shown is the frame wanted",
            "9 of 9 seeks in Chromium and Firefox",
            measured,
            is_right,
        );
        Ok(())
    }
}

/// A field of an answer; 0 where it is missing.
fn field(answer: &Value, name: &str) -> f64 {
    answer.get(name).and_then(Value::as_f64).unwrap_or_default()
}

/// `10M`, `1G`, `2500000000`.
fn size(text: &str) -> Result<u64> {
    let (digits, unit) = match text.chars().last() {
        Some('K' | 'k') => (text.get(..text.len() - 1), 1_000),
        Some('M' | 'm') => (text.get(..text.len() - 1), 1_000_000),
        Some('G' | 'g') => (text.get(..text.len() - 1), 1_000_000_000),
        _ => (Some(text), 1),
    };
    let number: u64 = digits.unwrap_or_default().parse().context("a size looks like 100M or 1G")?;
    match number.checked_mul(unit) {
        Some(bytes) if bytes >= 10_000_000 => Ok(bytes),
        _ => bail!("at least 10M are needed to measure anything"),
    }
}
