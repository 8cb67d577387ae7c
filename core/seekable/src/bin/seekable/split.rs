//! `seekable split`: parts that play alone.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use seekable::{Options, PacketTrack, Part, Split, SplitAt};

use crate::console::{Console, shown_duration};
use crate::each::{Outcome, each};
use crate::failure::{Cause, Failure};
use crate::output::Output;
use crate::places::{Place, beside};
use crate::random_access::{RandomAccess, write_all};
use crate::source::is_dash;
use crate::units;

/// Cut a recording into parts that play alone
///
/// Each part begins at a key frame, so that nothing is encoded again, and has its own duration and seek index. A part
/// becomes larger than asked for only where a single stretch from key frame to key frame is; that is said. Chapters and
/// tags go with the parts, also those of single tracks, and chapters with their languages and what is inside of them;
/// attached files, cover pictures and tags of chapters do not. Of MP4, a text that lasts over a cut is in both parts, the
/// first chapter track becomes chapters, and what an edit list hides at the end stays hidden. Parts take their names when all of
/// them are whole: a run that fails or is interrupted before that leaves none.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("limit").required(true))]
#[command(after_long_help = "\
Examples:
  seekable split talk.webm --size 500M                  talk.part001.webm, talk.part002.webm, …
  seekable split talk.webm --time 10m -o 'part-%.webm'  the number stands where `%` is
  seekable split talk.webm --range 1:30-58:00           without what came before and after")]
pub(crate) struct Arguments {
    /// A recording: WebM, Matroska or MP4
    #[arg(value_name = "IN")]
    input: PathBuf,
    /// Largest size of a part: 500M, 1.5G, 700000 (K, M and G are powers of 1,000; Ki, Mi and Gi of 1,024). Below 20K, parts
    /// are mostly head and index
    #[arg(long, value_parser = units::size, group = "limit")]
    size: Option<u64>,
    /// Longest duration of a part: 90s, 10m, 1h30m, 1.5h, 500ms or 1:30:00
    #[arg(long, value_parser = units::span, group = "limit")]
    time: Option<Duration>,
    /// Only what lies between two times, a part for each range: 1:30-58:00, 90s-1h, or 1:30- up to the end. Starts move
    /// back to a key frame, ends on to one
    #[arg(long = "range", value_name = "START-END", value_parser = range, group = "limit")]
    ranges: Vec<Range<Duration>>,
    /// Names of the parts, `%` standing for their number (001, 002, …). Default: NAME.part%.EXT beside the input
    #[arg(short, long, value_name = "PATTERN")]
    output: Option<PathBuf>,
    /// Replace files that exist already
    #[arg(short, long)]
    force: bool,
}

impl Arguments {
    pub(crate) fn run(&self, console: &Console) -> Outcome {
        if is_dash(&self.input) {
            return Outcome::Usage(
                "standard input (`-`) can't be split, it is read twice: save it first".to_owned(),
            );
        }
        let pattern = self.output.clone().unwrap_or_else(|| beside(&self.input, "part%"));
        if !pattern.file_name().unwrap_or_default().to_string_lossy().contains('%') {
            return Outcome::Usage(
                "the names of parts need a place for their number: write a `%` into -o".to_owned(),
            );
        }
        each(std::slice::from_ref(&self.input), console, |input| self.split(input, &pattern, console))
    }

    fn split(&self, input: &Path, pattern: &Path, console: &Console) -> Result<Outcome, Failure> {
        let source = RandomAccess::open(input)?;
        let at = match (self.size, self.time) {
            (Some(size), _) => SplitAt::Size(size),
            (None, Some(time)) => SplitAt::Duration(time),
            (None, None) => SplitAt::Ranges(self.ranges.clone()),
        };
        let failure = |error| Cause::from(error).of(input);
        let mut split = Split::new(&source, &at, Options::default())
            .map_err(|error| Cause::of_parts(error, &source).of(input))?;
        let parts = split.parts().to_vec();
        let digits = parts.len().to_string().len().max(3);
        tell_left_out(input, split.left_out(), console);
        let names: Vec<PathBuf> = parts.iter().map(|part| named(pattern, part.number, digits)).collect();
        if let Some(taken) = names.iter().find(|name| !self.force && name.exists()) {
            return Err(Cause::Exists.of(taken));
        }
        let total = parts.iter().map(|part| part.size_at_most).sum();
        let progress = console.progress(input, Some(total));
        let mut whole = Vec::new();
        for (part, name) in parts.iter().zip(&names) {
            let place = Place::File { path: name.clone(), may_replace: self.force };
            let mut output = Output::create(&place, input)?;
            let mut writer = split.part(part.number).map_err(failure)?;
            write_all(input, &mut output, &progress, || writer.next_edit())?;
            whole.push((output.hold()?, writer.summary().output_length));
        }
        drop(progress);
        let fixed = parts.iter().find_map(|part| match at {
            SplitAt::Size(size) if is_mostly_fixed(part, size) => Some(part.fixed_size),
            _ => None,
        });
        for (((output, length), part), name) in whole.into_iter().zip(&parts).zip(&names) {
            output.show()?;
            console
                .say(name, &format!("part {} of {}: {}", part.number, parts.len(), told(part, &at, length)));
        }
        if let Some(fixed) = fixed {
            let text = format!(
                "each part needs up to {fixed} bytes for its head, its index and what it says: ask for several times that"
            );
            console.say(input, &text);
        }
        Ok(Outcome::Fine)
    }
}

/// Says what parts and joined files do not have.
pub(crate) fn tell_left_out<'a>(
    input: &Path,
    tracks: impl Iterator<Item = &'a PacketTrack>,
    console: &Console,
) {
    for track in tracks {
        let number = track.track.number;
        let text = format!("note: track {number} is left out: only one list of chapters goes along");
        console.say(input, &text);
    }
}

/// Times that are as far as this from what was asked are no more what was asked.
const FAR: Duration = Duration::from_millis(500);

/// Whether a part is larger than asked for because of what each part has, and not because key frames are rare.
fn is_mostly_fixed(part: &Part, size: u64) -> bool {
    let packets = part.size_at_most.saturating_sub(part.fixed_size);
    part.is_larger_than_asked && packets <= size && part.fixed_size > size / 2
}

/// `10:00.0 to 20:00.0, 1234 bytes`, and what is not as it was asked for.
fn told(part: &Part, at: &SplitAt, length: u64) -> String {
    let (start, end) = (shown_duration(part.start), shown_duration(part.end));
    let is_larger = part.is_larger_than_asked;
    match at {
        SplitAt::Size(size) if length > *size => {
            let why = if is_mostly_fixed(part, *size) { "" } else { ": key frames are rare" };
            format!("{start} to {end}, {length} bytes (larger than asked{why})")
        }
        SplitAt::Duration(longest) if is_larger => {
            let (long, asked) = (part.end.saturating_sub(part.start), shown_duration(*longest));
            let long = shown_duration(long);
            // What looks the same needs no word.
            let why = if long == asked {
                String::new()
            } else {
                format!(" ({long} instead of {asked}: key frames are rare)")
            };
            format!("{start} to {end}{why}, {length} bytes")
        }
        SplitAt::Ranges(ranges) => {
            let range = part.number.checked_sub(1).and_then(|index| ranges.get(index));
            let asked = range.filter(|range| {
                range.start.saturating_sub(part.start) >= FAR || part.end.saturating_sub(range.end) >= FAR
            });
            let asked = asked.map(|range| {
                let end =
                    if range.end == Duration::MAX { "the end".into() } else { shown_duration(range.end) };
                format!(" (instead of {} to {end}: key frames are rare)", shown_duration(range.start))
            });
            format!("{start} to {end}{}, {length} bytes", asked.unwrap_or_default())
        }
        _ => format!("{start} to {end}, {length} bytes"),
    }
}

/// The pattern with the number in place of each `%` in its last component.
fn named(pattern: &Path, number: usize, digits: usize) -> PathBuf {
    let name = pattern.file_name().unwrap_or_default().to_string_lossy();
    pattern.with_file_name(name.replace('%', &format!("{number:0digits$}")))
}

fn range(text: &str) -> Result<Range<Duration>, String> {
    let wrong = || format!("expected two times such as 1:30-58:00, or 1:30- up to the end, found `{text}`");
    let (start, end) = text.split_once('-').ok_or_else(wrong)?;
    let time = |text| units::time(text).ok_or_else(wrong);
    let range = time(start)?..if end.is_empty() { Duration::MAX } else { time(end)? };
    if range.is_empty() { Err(wrong()) } else { Ok(range) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_and_names() {
        assert_eq!(range("1:30-58:00"), Ok(Duration::from_secs(90)..Duration::from_secs(3480)));
        assert_eq!(range("1m30s-1h"), Ok(Duration::from_secs(90)..Duration::from_secs(3600)));
        assert_eq!(range("0-"), Ok(Duration::ZERO..Duration::MAX));
        for wrong in ["", "-", "5", "5-4", "-5", "a-b"] {
            assert!(range(wrong).is_err(), "{wrong}");
        }
        assert_eq!(named(Path::new("a%/b-%.webm"), 7, 3), Path::new("a%/b-007.webm"));
    }
}
