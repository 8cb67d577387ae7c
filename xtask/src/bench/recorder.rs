//! The recorder in real browsers, beside others that do the same: `bench/recorder` measures, this builds, asks and prints.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use clap::ValueEnum;

use super::answer::{self, Answer};
use super::measure::measure;
use crate::process::run;
use crate::{app, npm, tools};

/// The recording that is delivered over and over.
const SAMPLE: &str = "core/seekable/tests/samples/chromium-webm-vp9-opus.webm";

/// What can be measured of the recorder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Figure {
    /// What a page loads to record.
    Size,
    /// Memory while a recording grows, and the time that `stop()` takes.
    Memory,
    /// CPU beside a bare `MediaRecorder`.
    Cpu,
    /// The longest task on the page's main thread.
    Tasks,
    /// Frames of the mix, drawn of those due.
    Mix,
    /// What a killed browser loses.
    Crash,
    /// Sound and picture.
    Sync,
}

/// How to measure.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// Only these, separated by commas.
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Figure>,
    /// Size that recordings grow to, with K, M or G for powers of 1000.
    #[arg(long, default_value = "1G", value_parser = super::size)]
    size: u64,
    /// Minutes that sound and picture are watched; 10 for the goal after ten minutes.
    #[arg(long, default_value_t = 0.5)]
    minutes: f64,
    /// A tenth of the size, and shorter or fewer runs of all else: minutes instead of tens of minutes.
    #[arg(long)]
    quick: bool,
    /// Draws the plots anew in docs/images.
    #[arg(long)]
    plots: bool,
}

/// What the browsers are started with.
struct Bench {
    root: PathBuf,
    /// Takes what is built for a run.
    folder: PathBuf,
    package: PathBuf,
    sample: PathBuf,
    /// Length of the sample, in milliseconds.
    sample_milliseconds: f64,
}

/// Measures what was asked for, each as soon as the one before is done, and prints all goals at the end.
pub(crate) fn recorder(options: &Options) -> Result<()> {
    tools::ensure(tools::TO_BENCH)?;
    tools::ensure(tools::TO_TEST)?;
    let bench = Bench::new()?;
    let done = answer::ask_all("The recorder", &options.only, |name| bench.ask(name, options));
    fs::remove_dir_all(&bench.folder)?;
    done
}

impl Bench {
    fn new() -> Result<Self> {
        let root = crate::root()?;
        // Another one may be measured: its path, as for the tests.
        let package = match std::env::var_os("HOSTREEL_PACKAGE") {
            Some(path) => PathBuf::from(path),
            None => npm::build_package()?,
        };
        run(Command::new("cargo")
            .args(["build", "--release", "--package", "hostreel-bench"])
            .current_dir(&root))?;
        let folder = app::target_folder()?.join("bench-recorder");
        fs::create_dir_all(&folder)?;
        let sample = folder.join("round.webm");
        // One round of it: the page makes all others.
        let mut grow = Command::new(app::built("hostreel-bench")?);
        grow.args(["grow", "--bytes", "1000"]).arg(root.join(SAMPLE)).arg(&sample);
        let answer: serde_json::Value = serde_json::from_str(&measure(&mut grow)?.output)?;
        let sample_milliseconds = super::field(&answer, "seconds") * 1000.0;
        Ok(Self { root, folder, package, sample, sample_milliseconds })
    }

    /// Runs one part of `bench/recorder`.
    fn ask(&self, name: &str, options: &Options) -> Result<Answer> {
        let size = if options.quick { options.size / 10 } else { options.size };
        let mut command = Command::new("node");
        command.arg(self.root.join("bench/recorder/main.js")).arg(name);
        command.arg("--folder").arg(&self.folder).arg("--sample").arg(&self.sample);
        command.args(["--milliseconds", &format!("{:.0}", self.sample_milliseconds)]);
        command.args(["--bytes", &size.to_string(), "--minutes", &options.minutes.to_string()]);
        if options.quick {
            command.arg("--quick");
        }
        if options.plots {
            command.arg("--images").arg(self.root.join("docs/images"));
        }
        command.env("HOSTREEL_PACKAGE", &self.package);
        let output = measure(&mut command)?.output;
        serde_json::from_str(&output).context("bench/recorder answers in JSON")
    }
}
