//! `seekable split`: parts that play alone.

use std::path::PathBuf;
use std::time::Duration;

use crate::console::Console;
use crate::each::Outcome;

/// Cut a recording into parts that play alone
///
/// Each part begins at a key frame, so that nothing is encoded again, and has its own duration and seek index. A part
/// becomes longer than asked for where key frames are rare.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("limit").required(true))]
#[command(after_long_help = "\
Examples:
  seekable split talk.webm --size 500M                  talk.part001.webm, talk.part002.webm, …
  seekable split talk.webm --time 10m -o 'part-%.webm'  the number stands where `%` is")]
pub(crate) struct Arguments {
    /// A recording: WebM, Matroska or MP4
    #[arg(value_name = "IN")]
    input: PathBuf,
    /// Largest size of a part: 500M, 2G, 700000 (K, M and G are powers of 1,000; Ki, Mi and Gi of 1,024)
    #[arg(long, value_parser = size, group = "limit")]
    size: Option<u64>,
    /// Longest duration of a part: 90s, 10m, 1h or 1:30:00
    #[arg(long, value_parser = span, group = "limit")]
    time: Option<Duration>,
    /// Names of the parts, `%` standing for their number (001, 002, …). Default: NAME.part%.EXT beside the input
    #[arg(short, long, value_name = "PATTERN")]
    output: Option<PathBuf>,
    /// Replace files that exist already
    #[arg(short, long)]
    force: bool,
}

impl Arguments {
    pub(crate) fn run(&self, _console: &Console) -> Outcome {
        let Self { input, size, time, output, force } = self;
        Outcome::Usage(format!("not there yet: {input:?} {size:?} {time:?} {output:?} {force:?}"))
    }
}

fn size(text: &str) -> Result<u64, String> {
    let wrong = || format!("expected a size such as 500M or 2Gi, found `{text}`");
    let digits = text.find(|other: char| !other.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(digits).ok_or_else(wrong)?;
    let unit: u64 = match unit.trim_end_matches(['b', 'B']).to_ascii_lowercase().as_str() {
        "" => 1,
        "k" => 1_000,
        "m" => 1_000_000,
        "g" => 1_000_000_000,
        "ki" => 1 << 10,
        "mi" => 1 << 20,
        "gi" => 1 << 30,
        _ => return Err(wrong()),
    };
    let size = number.parse::<u64>().ok().and_then(|number| number.checked_mul(unit));
    size.filter(|size| *size > 0).ok_or_else(wrong)
}

fn span(text: &str) -> Result<Duration, String> {
    let wrong = || format!("expected a time such as 90s, 10m, 1h or 1:30:00, found `{text}`");
    let seconds = |number: &str, unit: u64| {
        let number = number.parse::<u64>().ok().and_then(|number| number.checked_mul(unit));
        number.map(Duration::from_secs).ok_or_else(wrong)
    };
    let number = text.trim_end_matches(['s', 'm', 'h']);
    let span = match text.strip_prefix(number).unwrap_or_default() {
        "s" => seconds(number, 1)?,
        "m" => seconds(number, 60)?,
        "h" => seconds(number, 3600)?,
        _ => crate::mark::time_of_day(text).map_err(|_| wrong())?,
    };
    if span.is_zero() { Err(wrong()) } else { Ok(span) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_spans_are_read() {
        assert_eq!(size("500M"), Ok(500_000_000));
        assert_eq!(size("2GiB"), Ok(2 << 30));
        assert_eq!(size("700000"), Ok(700_000));
        for wrong in ["", "0", "M", "-1", "1.5G", "1T", "99999999999999G"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
        assert_eq!(span("10m"), Ok(Duration::from_secs(600)));
        assert_eq!(span("1:30:00"), Ok(Duration::from_secs(5400)));
        for wrong in ["", "0s", "m", "1d"] {
            assert!(span(wrong).is_err(), "{wrong}");
        }
    }
}
