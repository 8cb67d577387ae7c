//! `seekable fix`: duration and seek index for recordings of any origin.

use std::path::PathBuf;

use seekable::Options;

use crate::console::Console;
use crate::convert::{Job, convert_all};
use crate::each::Outcome;
use crate::places::Places;

/// Give recordings a duration and a seek index
///
/// Sound and picture stay as they are, bit by bit. After a crash use `recover`, which drops a torn end: here what is
/// damaged is kept, where no player looks. Fixing a file twice changes nothing the second time. Wrong repairs of other tools are undone: cues that
/// lead to no key frame, a first cluster that claims the whole file, a duration of 1 ms. With --in-place the torn end of
/// a recording that this program's library was writing is dropped.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  seekable fix talk.webm                    writes talk.fixed.webm
  seekable fix talk.webm -o better.webm
  seekable fix *.webm -o fixed/             many files, into a folder that exists
  seekable fix --in-place *.webm            the files themselves
  curl -s URL | seekable fix - -o - | mpv -")]
pub(crate) struct Arguments {
    /// Recordings: WebM, Matroska or MP4; `-` is standard input
    #[arg(required = true, value_name = "IN")]
    inputs: Vec<PathBuf>,
    #[command(flatten)]
    places: Places,
}

impl Arguments {
    pub(crate) fn run(&self, console: &Console) -> Outcome {
        let job = Job { options: Options::default(), metadata: None, word: "fixed" };
        convert_all(&self.inputs, &self.places, &job, console)
    }
}
