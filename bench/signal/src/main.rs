//! Loads a signaling server and says what that costs it. `cargo xtask bench signal` calls it; people need not.
//!
//! Answers are one line of JSON. Costs are those of the server's process, as `/proc` counts them (Linux).

mod crowd;
mod dialect;
mod flow;
mod process;
mod slow;

use std::time::Duration;

use anyhow::Result;
use clap::{Parser, Subcommand};

use dialect::{Dialect, Target};

#[derive(Debug, Parser)]
#[command(name = "signal-load", about)]
struct Arguments {
    /// Where the server is: http://127.0.0.1:PORT
    #[arg(long)]
    url: String,
    /// What it speaks
    #[arg(long)]
    dialect: Dialect,
    /// Its process
    #[arg(long)]
    pid: u32,
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Messages of 1.5 KB in many rooms of four, as fast as they come through
    Throughput {
        #[arg(long, default_value_t = 500)]
        rooms: usize,
        #[arg(long, default_value_t = 100_000)]
        messages: usize,
    },
    /// The same at a fixed rate
    Latency {
        #[arg(long, default_value_t = 100)]
        rooms: usize,
        #[arg(long, default_value_t = 2_000)]
        per_second: u32,
        #[arg(long, default_value_t = 10)]
        seconds: u64,
    },
    /// Connections that join and do nothing, in waves
    Idle {
        #[arg(long, default_value_t = 10_000)]
        connections: usize,
        #[arg(long, default_value_t = 3)]
        waves: usize,
    },
    /// Everybody joins at the same moment
    Joins {
        #[arg(long, default_value_t = 1_000)]
        connections: usize,
    },
    /// One reader that does not read, while others talk
    SlowReader {
        /// What is sent to it at most, in bytes
        #[arg(long, default_value_t = 200_000_000)]
        bytes: usize,
    },
}

#[tokio::main]
async fn main() -> Result<()> {
    let Arguments { url, dialect, pid, task } = Arguments::parse();
    let target = Target::new(&url, dialect, pid)?;
    let answer = match task {
        Task::Throughput { rooms, messages } => flow::throughput(&target, rooms, messages).await?,
        Task::Latency { rooms, per_second, seconds } => {
            flow::latency(&target, rooms, per_second, Duration::from_secs(seconds)).await?
        }
        Task::Idle { connections, waves } => crowd::idle(&target, connections, waves).await?,
        Task::Joins { connections } => crowd::joins(&target, connections).await?,
        Task::SlowReader { bytes } => slow::slow_reader(&target, bytes).await?,
    };
    println!("{answer}");
    Ok(())
}
