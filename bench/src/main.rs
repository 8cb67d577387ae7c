//! Grows recordings to any size and times `core/seekable` on them. `cargo xtask bench` calls it; people need not.
//!
//! Answers are one line of JSON.

mod cues;
mod grow;
mod live;
mod seeds;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "hostreel-bench", about)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Writes a recording of at least so many bytes: the sample over and over, with its timestamps going on.
    Grow {
        /// A recording as a browser delivers it: live WebM or fragmented MP4.
        sample: PathBuf,
        /// The file to write.
        output: PathBuf,
        /// Least size of the file, in bytes.
        #[arg(long)]
        bytes: u64,
    },
    /// Feeds such a recording to the machine, a second at a time, with a checkpoint after each. Nothing is on disk.
    Live {
        /// As for `grow`.
        sample: PathBuf,
        /// Least size of the recording, in bytes.
        #[arg(long)]
        bytes: u64,
        /// Only makes the recording and feeds it to nobody: what is to be subtracted.
        #[arg(long)]
        nobody: bool,
    },
    /// Counts the cues of a WebM file, and those that lead to a key frame of their track and time.
    Cues {
        /// The file to look at.
        file: PathBuf,
    },
    /// Makes seeds for fuzzing from samples.
    Seeds {
        /// Folder of samples.
        samples: PathBuf,
        /// Folder to write to.
        output: PathBuf,
    },
}

fn main() -> Result<()> {
    let answer = match Arguments::parse().task {
        Task::Grow { sample, output, bytes } => {
            let recording = grow::Recording::read(&sample)?;
            let file = File::create(&output).with_context(|| output.display().to_string())?;
            let mut file = BufWriter::with_capacity(1 << 20, file);
            file.write_all(recording.head())?;
            let mut written = recording.head().len() as u64;
            let mut round = 0;
            while written < bytes {
                let part = recording.round(round)?;
                file.write_all(&part)?;
                written += part.len() as u64;
                round += 1;
            }
            file.flush()?;
            format!(
                r#"{{"bytes":{written},"seconds":{},"second_bytes":{}}}"#,
                recording.seconds() * round as f64,
                recording.second_bytes()
            )
        }
        Task::Live { sample, bytes, nobody } => {
            live::feed(&grow::Recording::read(&sample)?, bytes, nobody)?.to_json()
        }
        Task::Seeds { samples, output } => format!(r#"{{"seeds":{}}}"#, seeds::make(&samples, &output)?),
        Task::Cues { file } => cues::count(&file)?.to_json(),
    };
    println!("{answer}");
    Ok(())
}
