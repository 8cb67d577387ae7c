//! `seekable recover`: the same as `fix`, but a torn tail is dropped.

use std::path::PathBuf;

use seekable::Options;

use crate::console::Console;
use crate::convert::{Job, convert_all};
use crate::each::Outcome;
use crate::places::Places;

/// Save what a crash or a full disk left of recordings
///
/// Like `fix`, but what is no whole part of the recording at its end is dropped: an element that was cut short, or the
/// zeros that a power cut leaves. Every whole block of sound and picture stays.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  seekable recover cut.webm                 writes cut.recovered.webm
  seekable recover --in-place cut.webm      the file itself")]
pub(crate) struct Arguments {
    /// Recordings: WebM, Matroska or MP4; `-` is standard input
    #[arg(required = true, value_name = "IN")]
    inputs: Vec<PathBuf>,
    #[command(flatten)]
    places: Places,
}

impl Arguments {
    pub(crate) fn run(&self, console: &Console) -> Outcome {
        let options = Options { trims_tail: true, ..Options::default() };
        let job = Job { options, metadata: None, word: "recovered" };
        convert_all(&self.inputs, &self.places, &job, console)
    }
}
