//! Loads a signaling server and says what that costs it. `cargo xtask bench signal` calls it; people need not.
//!
//! Answers are one line of JSON. Costs are those of the server's process, as `/proc` counts them (Linux).

mod cluster;
mod crowd;
mod dialect;
mod flow;
mod hold;
mod process;
mod slow;
mod soak;
mod trouble;

use std::sync::Arc;
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
    /// Many connections for a long time, while signals flow: none may be dropped
    Hold {
        #[arg(long, default_value_t = 10_000)]
        connections: usize,
        #[arg(long, default_value_t = 2_000)]
        per_second: u32,
        #[arg(long, default_value_t = 300)]
        seconds: u64,
    },
    /// Signals and commands between servers that share their rooms (`signal-server` only)
    Cluster {
        /// The other servers
        #[arg(long)]
        others: Vec<String>,
        #[arg(long, default_value_t = 50)]
        rooms: usize,
        #[arg(long, default_value_t = 500)]
        per_second: u32,
        #[arg(long, default_value_t = 10)]
        seconds: u64,
    },
    /// Troublemakers beside rooms that go on (`signal-server` only)
    Soak {
        #[arg(long, default_value_t = 60)]
        seconds: u64,
        /// What the troublemakers do, and when, follows from this
        #[arg(long, default_value_t = 1)]
        seed: u64,
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
        Task::Hold { connections, per_second, seconds } => {
            hold::hold(&target, connections, per_second, Duration::from_secs(seconds)).await?
        }
        Task::Cluster { others, rooms, per_second, seconds } => {
            let others = others.iter().map(|url| Target::new(url, dialect, pid));
            let targets = std::iter::once(Ok(target)).chain(others).collect::<Result<Vec<_>>>()?;
            cluster::cluster(&targets, rooms, per_second, Duration::from_secs(seconds)).await?
        }
        Task::Soak { seconds, seed } => {
            soak::soak(&Arc::new(target), Duration::from_secs(seconds), seed).await?
        }
    };
    println!("{answer}");
    Ok(())
}
