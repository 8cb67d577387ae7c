//! `seekable inspect`.
use crate::console::Console;
use crate::each::Outcome;
use std::path::PathBuf;

/// Tell what is in recordings, and what is wrong with them
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Recordings: WebM, Matroska or MP4; `-` is standard input
    #[arg(required = true, value_name = "IN")]
    inputs: Vec<PathBuf>,
}

impl Arguments {
    pub(crate) fn run(&self, _console: &Console) -> Outcome {
        Outcome::Usage(format!("not there yet: {:?}", self.inputs))
    }
}
