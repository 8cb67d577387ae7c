//! The web app in Chromium: `bench/app` measures, this builds, asks and prints.

use std::process::Command;

use anyhow::{Context, Result};
use clap::ValueEnum;

use super::answer::{self, Answer};
use super::measure::measure;
use crate::{app, tools};

/// What can be measured of the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Figure {
    /// What its files weigh, and what each page loads.
    Size,
    /// When a page can be used.
    Start,
    /// From joining to the first picture, beside a bare page.
    Join,
    /// CPU of a quiet room.
    Idle,
    /// What jumps while a page comes up.
    Shifts,
}

/// How to measure.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// Only these, separated by commas.
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Figure>,
    /// Shorter and fewer runs.
    #[arg(long)]
    quick: bool,
}

/// Measures what was asked for, each as soon as the one before is done, and prints all goals at the end.
pub(crate) fn app(options: &Options) -> Result<()> {
    tools::ensure(tools::TO_BUILD)?;
    tools::ensure(tools::TO_TEST)?;
    app::build_app()?;
    let server = app::build_server()?;
    let root = crate::root()?;
    answer::ask_all("The web app", &options.only, |name| -> Result<Answer> {
        let mut command = Command::new("node");
        command.arg(root.join("bench/app/main.js")).arg(name);
        command.arg("--dist").arg(root.join("dist"));
        if options.quick {
            command.arg("--quick");
        }
        command.env("HOSTREEL_SERVER", &server);
        let output = measure(&mut command)?.output;
        serde_json::from_str(&output).context("bench/app answers in JSON")
    })
}
