//! `seekable join`: parts become one recording.

use std::path::PathBuf;

use clap::ValueEnum;
use seekable::{Join, Options, Packets, PartsError};

use crate::console::{Console, shown_duration};
use crate::each::{Outcome, each};
use crate::failure::{Cause, Failure};
use crate::output::Output;
use crate::places::Place;
use crate::random_access::{RandomAccess, write_all};
use crate::source::is_dash;
use crate::split::tell_left_out;

/// Put parts with the same codecs together
///
/// Parts follow one another in the order they are named; nothing is encoded again. What `seekable split` cut apart is
/// as before, texts that last over a cut too; but a chapter track of MP4 is gone, its chapters are not, and a time code track
/// ends with the part that it was in. What edit lists of MP4 hide stays hidden. Chapters move with their parts; title, date
/// and tags, also those of tracks, are those of the first.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  seekable join part001.webm part002.webm -o talk.webm
  seekable join part*.webm -o talk.webm --gaps keep")]
pub(crate) struct Arguments {
    /// Parts, in order: all WebM or Matroska, or all MP4
    #[arg(required = true, value_name = "IN", num_args = 2..)]
    inputs: Vec<PathBuf>,
    /// Write here; `-` is standard output
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
    /// What happens to the time between parts
    #[arg(long, value_enum, default_value_t = Gaps::Close)]
    gaps: Gaps,
    /// Replace an output that exists already
    #[arg(short, long)]
    force: bool,
}

/// What happens to time between parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Gaps {
    /// Time that passed between parts stays: as `split` wrote it into them, else by their dates, else only what each
    /// has before its first packet
    Keep,
    /// Each part begins where the one before it ends
    Close,
}

impl Arguments {
    pub(crate) fn run(&self, console: &Console) -> Outcome {
        if self.inputs.iter().any(|input| is_dash(input)) {
            return Outcome::Usage("standard input (`-`) can't be joined: save it first".to_owned());
        }
        each(std::slice::from_ref(&self.output), console, |_| self.join(console))
    }

    fn join(&self, console: &Console) -> Result<Outcome, Failure> {
        let options = Options::default();
        let mut parts = Vec::new();
        for input in &self.inputs {
            let part = RandomAccess::open(input)?;
            // Whose fault it is can be said here.
            let packets = Packets::open(&part, options.limits)
                .map_err(|error| Cause::of_parts(error, &part).of(input))?;
            tell_left_out(input, packets.left_out(), console);
            if !is_dash(&self.output) && same_file::is_same_file(input, &self.output).unwrap_or(false) {
                return Err(Cause::IsAPart.of(&self.output));
            }
            parts.push(part);
        }
        let total = parts.iter().map(seekable::Source::length).sum();
        let gaps = match self.gaps {
            Gaps::Keep => seekable::Gaps::Keep,
            Gaps::Close => seekable::Gaps::Close,
        };
        let mut join = Join::new(parts, gaps, options).map_err(|error| {
            let part = if let PartsError::Differs { part, .. } = error { part } else { 1 };
            let blamed = part.checked_sub(1).and_then(|index| self.inputs.get(index)).unwrap_or(&self.output);
            Cause::from(error).of(blamed)
        })?;
        let place = if is_dash(&self.output) {
            Place::StandardOutput
        } else {
            Place::File { path: self.output.clone(), may_replace: self.force }
        };
        let mut output = Output::create(&place, self.inputs.first().unwrap_or(&self.output))?;
        let progress = console.progress(&self.output, Some(total));
        write_all(&self.output, &mut output, &progress, || join.next_edit())?;
        let summary = join.summary();
        output.finish()?;
        let duration = summary.duration.map(shown_duration).unwrap_or_default();
        let text = format!("{} parts joined, {duration}, {} bytes", self.inputs.len(), summary.output_length);
        console.say(&self.output, &text);
        Ok(Outcome::Fine)
    }
}
