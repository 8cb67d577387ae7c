//! `seekable inspect`: what is in a file, and what is wrong with it.

mod json;
mod text;

use std::path::{Path, PathBuf};

use seekable::{Container, Finding, FindingKind, Inspector, Limits, ProblemKind, Report, inspect_mp4};

use crate::console::Console;
use crate::each::{Outcome, each};
use crate::failure::{Cause, Failure};
use crate::random_access::RandomAccess;
use crate::source::{Source, is_dash};

/// Tell what is in recordings, and what is wrong with them
///
/// Changes nothing. Lists title, date, participants, tags, chapters, tracks with their own tags, durations and the seek index
/// (of chapters inside of chapters only the outer ones; of tags not what was merely counted, such as BPS), checks for each
/// cue whether it leads exactly to a key frame of its track and time, and names every problem with its place in the file and what to do about it. Problems
/// have short names in brackets, which stay the same in all versions. A note is no problem: a track without one block
/// beside one that has some.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  seekable inspect talk.webm
  seekable inspect --json *.webm | jq -r 'select(.problems != []) | .file'

Exit codes: 0 all files are as they should be, 3 there are problems, 1 a file could not be read.")]
pub(crate) struct Arguments {
    /// Recordings: WebM, Matroska or MP4; `-` is standard input (not for MP4, whose index may stand at its end)
    #[arg(required = true, value_name = "IN")]
    inputs: Vec<PathBuf>,
    /// One JSON object per file and line: times in seconds, sizes and offsets in bytes
    #[arg(long)]
    json: bool,
}

impl Arguments {
    pub(crate) fn run(&self, console: &Console) -> Outcome {
        if self.inputs.iter().filter(|input| is_dash(input)).count() > 1 {
            return Outcome::Usage("standard input (`-`) can be read only once".into());
        }
        each(&self.inputs, console, |input| match inspect(input, console) {
            Ok(report) => {
                let text = if self.json { json::line(input, &report) } else { text::lines(input, &report) };
                let outcome = if report.is_fine() { Outcome::Fine } else { Outcome::Problems };
                Ok(console.print(text.as_bytes()).and(outcome))
            }
            Err(failure) => {
                if self.json {
                    console.print(json::failure(input, &failure).as_bytes());
                }
                Err(failure)
            }
        })
    }
}

/// Reads a file, twice where that is needed, and tells what is in it.
pub(crate) fn inspect(input: &Path, console: &Console) -> Result<Report, Failure> {
    let mut inspector = Inspector::default();
    let mut front = Vec::new();
    pass(input, &mut inspector, &mut front, console)?;
    // A pipe can't be read twice: its cues stay unchecked.
    if inspector.wants_another_pass() && input.is_file() {
        inspector.rewind();
        pass(input, &mut inspector, &mut front, console)?;
    }
    let report = inspector.finish();
    if report.container == Container::Mp4 {
        // Its tables may stand anywhere.
        if !input.is_file() {
            return Err(Cause::NeedsAFile.of(input));
        }
        let file = RandomAccess::open(input)?;
        let mut report =
            inspect_mp4(&file, Limits::default()).map_err(|error| Cause::from(error).of(input))?;
        report.length = input.metadata().map_err(|error| Cause::io("read", error).of(input))?.len();
        let cut = FindingKind::Structure(ProblemKind::CutShort);
        if file.has_lost_its_end() && report.findings.iter().all(|finding| finding.kind != cut) {
            report.findings.push(Finding { offset: Some(report.length), kind: cut });
        }
        return Ok(report);
    }
    if report.container == Container::Unknown {
        return Err(Cause::not_a_recording(&front, report.length).of(input));
    }
    Ok(report)
}

fn pass(
    input: &Path,
    inspector: &mut Inspector,
    front: &mut Vec<u8>,
    console: &Console,
) -> Result<(), Failure> {
    let mut source = Source::open(input)?;
    let progress = console.progress(input, source.length);
    source.read_all(&progress, |chunk| {
        if front.len() < 4 {
            front.extend(chunk.iter().take(4));
        }
        inspector.push(chunk);
        Ok(())
    })?;
    Ok(())
}
