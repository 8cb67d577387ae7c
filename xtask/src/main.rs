//! Hostreel's commands: run, build, test, npm, bench, fuzz, doctor. Each sets up what is missing and says what it installs.

mod app;
mod bench;
mod build_server;
mod doctor;
mod fingerprint;
mod fuzz;
mod npm;
mod panics;
mod parts;
mod paths;
mod process;
mod run;
mod shots;
mod shrink;
mod suite;
mod tools;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, Subcommand};

/// Hostreel's commands. Each sets up what is missing and says what it installs.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Builds the web app and the server, starts the server and prints its address.
    Run {
        /// Port to listen on; 0 for any that is free.
        #[arg(long, default_value_t = 8080)]
        port: u16,
        /// Opens the address in the default browser.
        #[arg(long)]
        open: bool,
    },
    /// Builds the web app and the server with it inside, and prints where the server is.
    Build,
    /// Runs everything: unit and property tests, wasm checks, and end to end in real browsers.
    Test {
        /// Leaves out the tests in browsers.
        #[arg(long)]
        no_browser: bool,
    },
    /// Builds the npm package `hostreel-recorder` into `target/npm/`, and prints where it is.
    Npm {
        /// Builds the reference for programmers instead, into `target/npm/docs/`.
        #[arg(long)]
        docs: bool,
    },
    /// Says which tools are there, which are missing, and how each would be installed.
    Doctor {
        /// Installs what is missing.
        #[arg(long)]
        fix: bool,
    },
    /// Measures a part of Hostreel beside others that do the same, and compares it with what it must reach.
    Bench {
        #[command(subcommand)]
        part: bench::Part,
    },
    /// Feeds a target of `fuzz/` with what makes it go new ways, until it breaks or the time is over.
    Fuzz(fuzz::Arguments),
    /// Makes the pictures of the README (docs/images) from the running product.
    Shots,
}

fn main() -> ExitCode {
    let done = match Arguments::parse().task {
        Task::Run { port, open } => run::run(port, open),
        Task::Build => build_server::build(),
        Task::Test { no_browser } => suite::test(no_browser),
        Task::Npm { docs } => npm::npm(docs),
        Task::Doctor { fix } => doctor::doctor(fix),
        Task::Bench { part } => bench::bench(&part),
        Task::Fuzz(arguments) => fuzz::fuzz(&arguments),
        Task::Shots => shots::shots(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The workspace's folder.
fn root() -> anyhow::Result<PathBuf> {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().map(PathBuf::from).context("xtask lies in the workspace")
}
