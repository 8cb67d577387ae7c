//! The command line: `consent-log verify`, `show`.

mod words;

use std::fs::File;
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, anyhow};
use clap::{Parser, Subcommand};
use hostreel_consent::{FileDigest, Log, NotALog, stamp};

/// Verifies the consent log of a recording.
///
/// The app keeps beside each recording of a meeting who was told of it, who was asked and what they answered, and saves
/// it as JSON. Each entry holds the digest of the one before, and the last one that of the recording's file.
#[derive(Debug, Parser)]
#[command(name = "consent-log", version, after_help = EXIT_CODES, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  all is as it was written
  1  something was changed, or it is another file
  2  it could not be looked at";

#[derive(Debug, Subcommand)]
enum Command {
    /// Tell whether a log, and the recording it belongs to, are as they were written.
    Verify {
        /// The log, as JSON; `-` reads it from standard input.
        log: PathBuf,
        /// The recording as the app saved it.
        recording: Option<PathBuf>,
    },
    /// Print what a log says, entry by entry, and whether it is whole.
    Show {
        /// The log, as JSON; `-` reads it from standard input.
        log: PathBuf,
    },
}

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    AsWritten,
    Changed,
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(Verdict::AsWritten) => ExitCode::SUCCESS,
        Ok(Verdict::Changed) => ExitCode::from(1),
        // Whoever reads has read enough (`| head`).
        Err(error) if error.downcast_ref::<io::Error>().is_some_and(is_broken_pipe) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("consent-log: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn is_broken_pipe(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::BrokenPipe
}

fn run(command: Command) -> Result<Verdict> {
    let mut out = io::stdout().lock();
    match command {
        Command::Verify { log, recording } => {
            let log = read_log(&log)?;
            let chain = chain(&log);
            writeln!(out, "{}", chain.1)?;
            let Some(recording) = recording else {
                if log.file().is_some() {
                    writeln!(out, "The recording was not looked at: name it after the log.")?;
                }
                return Ok(chain.0);
            };
            let file = file(&log, &recording)?;
            writeln!(out, "{}", file.1)?;
            Ok(if file.0 == Verdict::AsWritten { chain.0 } else { file.0 })
        }
        Command::Show { log } => {
            let log = read_log(&log)?;
            writeln!(out, "Room {}", words::safe(log.room.as_str()))?;
            for entry in &log.entries {
                writeln!(out, "{} UTC  {}", stamp(entry.at), words::words(&entry.what))?;
            }
            let (verdict, text) = chain(&log);
            writeln!(out, "{text}")?;
            Ok(verdict)
        }
    }
}

fn read_log(path: &Path) -> Result<Log> {
    let shown = path.display();
    let mut text = Vec::new();
    let read = if path == Path::new("-") {
        io::stdin().lock().take(Log::LONGEST + 1).read_to_end(&mut text)
    } else {
        File::open(path).and_then(|file| file.take(Log::LONGEST + 1).read_to_end(&mut text))
    };
    read.with_context(|| format!("{shown} can't be read"))?;
    Log::read(&text).map_err(|why| {
        anyhow!(match &why {
            NotALog::TooLong => format!("{shown} is {why}: is it the recording? The log comes first."),
            NotALog::Form(_) =>
                format!("{shown} is {why}: save it in the app by \"Consent log\", \"Save as JSON\""),
            NotALog::Version(_) => format!("{shown} is {why}"),
        })
    })
}

fn chain(log: &Log) -> (Verdict, String) {
    match log.verify() {
        Ok(()) => {
            let last = log.entries.last().map_or("", |entry| entry.digest.as_str());
            let text = format!(
                "The log is whole: {} entries, the last one's digest is {}.",
                log.entries.len(),
                words::safe(last)
            );
            (Verdict::AsWritten, text)
        }
        Err(broken) => (
            Verdict::Changed,
            format!(
                "The log was changed: entry {} is not what was written, or one before it.",
                broken.entry()
            ),
        ),
    }
}

fn file(log: &Log, path: &Path) -> Result<(Verdict, String)> {
    let shown = path.display();
    let Some((sealed, bytes)) = log.file() else {
        return Ok((Verdict::Changed, "The log names no file: the recording was interrupted.".into()));
    };
    let mut file = File::open(path).with_context(|| format!("{shown} can't be read"))?;
    let (mut digest, mut buffer, mut read) = (FileDigest::default(), vec![0; 1 << 16], 0u64);
    loop {
        let count = match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error).with_context(|| format!("{shown} can't be read")),
        };
        digest.update(&buffer[..count]);
        read += count as u64;
    }
    if read == bytes && digest.finish() == sealed {
        return Ok((Verdict::AsWritten, format!("{shown} is the file that was recorded.")));
    }
    let why = if read == bytes {
        "its bytes were changed".to_owned()
    } else {
        format!("it has {read} bytes, that one {bytes}")
    };
    Ok((Verdict::Changed, format!("{shown} is not the file that was recorded: {why}.")))
}
