//! `seekable join`: parts become one recording.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::console::Console;
use crate::each::Outcome;

/// Put parts with the same codecs together
///
/// Parts follow one another in the order they are named; nothing is encoded again.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  seekable join part001.webm part002.webm -o talk.webm
  seekable join part*.webm -o talk.webm --gaps close")]
pub(crate) struct Arguments {
    /// Parts, in order: all WebM or Matroska, or all MP4
    #[arg(required = true, value_name = "IN", num_args = 2..)]
    inputs: Vec<PathBuf>,
    /// Write here; `-` is standard output
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
    /// What happens to silence between parts
    #[arg(long, value_enum, default_value_t = Gaps::Close)]
    gaps: Gaps,
    /// Replace an output that exists already
    #[arg(short, long)]
    force: bool,
}

/// What happens to time between parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Gaps {
    /// A part that begins later than its time zero begins that much later in the result
    Keep,
    /// Each part begins where the one before it ends
    Close,
}

impl Arguments {
    pub(crate) fn run(&self, _console: &Console) -> Outcome {
        let Self { inputs, output, gaps, force } = self;
        Outcome::Usage(format!("not there yet: {inputs:?} {output:?} {gaps:?} {force:?}"))
    }
}
