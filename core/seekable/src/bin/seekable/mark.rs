//! `seekable mark`: title, date, participants, chapters and free tags.

use std::path::PathBuf;
use std::time::Duration;

use seekable::{Chapter, Metadata, Options, UnixMillis};

use crate::console::Console;
use crate::convert::{Job, convert_all};
use crate::each::Outcome;
use crate::places::Places;
use crate::units::clock;

/// Write a title, a date, names and chapters into recordings
///
/// Also fixes them, as `fix` does. What is said replaces what the file said of the same kind.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  seekable mark talk.webm --title \"How seeking works\" --date 2026-11-22T14:00:00Z
  seekable mark talk.webm -i --participant Ada --participant Grace
  seekable mark talk.webm -i --chapter 00:00=Hello --chapter 00:01:02=Questions
  seekable mark talk.webm -o told.webm --tag CONSENT=\"given by all\"")]
pub(crate) struct Arguments {
    /// Recordings: WebM, Matroska or MP4; `-` is standard input
    #[arg(required = true, value_name = "IN")]
    inputs: Vec<PathBuf>,
    /// What the recording is called; an empty one (`--title ""`) takes away the title that is there
    #[arg(short, long)]
    title: Option<String>,
    /// When it began, in UTC: 2026-11-22 or 2026-11-22T14:00:00Z
    #[arg(short, long, value_parser = date)]
    date: Option<UnixMillis>,
    /// Who took part; may be given many times
    #[arg(short, long, value_name = "NAME")]
    participant: Vec<String>,
    /// Anything else; may be given many times. In an MP4, artist, album, genre, comment and the like are the items that iTunes
    /// has for them. An empty value (`--tag artist=`) takes away what is there
    #[arg(long, value_name = "KEY=VALUE", value_parser = tag)]
    tag: Vec<(String, String)>,
    /// A place worth finding, hours:minutes:seconds from the start; may be given many times
    #[arg(short, long, value_name = "TIME=TITLE", value_parser = chapter)]
    chapter: Vec<Chapter>,
    #[command(flatten)]
    places: Places,
}

impl Arguments {
    pub(crate) fn run(&self, console: &Console) -> Outcome {
        let mut chapters = self.chapter.clone();
        chapters.sort_by_key(|chapter| chapter.start);
        let metadata = Metadata {
            title: self.title.clone().or_else(|| takes_title(&self.tag).then(String::new)),
            date: self.date,
            participants: self.participant.clone(),
            tags: last_said(&self.tag),
            chapters,
        };
        if metadata.is_empty() {
            return Outcome::Usage(
                "nothing to write: give --title, --date, --participant, --tag or --chapter".into(),
            );
        }
        let job = Job { options: Options::default(), metadata: Some(metadata), word: "marked" };
        convert_all(&self.inputs, &self.places, &job, console)
    }
}

/// Whether the last that is said of the title is that there is none.
fn takes_title(tags: &[(String, String)]) -> bool {
    let mut titles = tags.iter().rev().filter(|(name, _)| name.eq_ignore_ascii_case("title"));
    titles.next().is_some_and(|(_, value)| value.is_empty())
}

/// The tags without those that are taken away by a later one of the same name.
fn last_said(tags: &[(String, String)]) -> Vec<(String, String)> {
    let mut said: Vec<(String, String)> = Vec::new();
    for (name, value) in tags {
        if value.is_empty() {
            said.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
        }
        said.push((name.clone(), value.clone()));
    }
    said
}

fn tag(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("expected KEY=VALUE, for instance CONSENT=given".into()),
    }
}

fn chapter(text: &str) -> Result<Chapter, String> {
    let (time, title) = text.split_once('=').ok_or("expected TIME=TITLE, for instance 00:01:02=Questions")?;
    let start = clock(time).ok_or_else(|| {
        format!("expected hours:minutes:seconds, minutes and seconds below 60 behind a colon, found `{time}`")
    })?;
    Ok(Chapter { start, title: title.to_owned() })
}

/// `2026-11-22`, `2026-11-22T14:00:00Z` or with a blank instead of the `T`; always UTC.
fn date(text: &str) -> Result<UnixMillis, String> {
    let wrong = || {
        format!(
            "expected a day of the calendar, 1970 or later, such as 2026-11-22 or 2026-11-22T14:00:00Z, found `{text}`"
        )
    };
    let (day, time) = match text.split_once(['T', ' ']) {
        Some((day, time)) => (day, clock(time.strip_suffix('Z').unwrap_or(time)).ok_or_else(wrong)?),
        None => (text, Duration::ZERO),
    };
    let numbers: Option<Vec<u64>> = day.split('-').map(|number| number.parse().ok()).collect();
    let day = match numbers.as_deref() {
        Some(&[year, month, day]) => UnixMillis::from_date(year, month, day),
        _ => None,
    };
    let UnixMillis(day) = day.ok_or_else(wrong)?;
    if time >= Duration::from_secs(86_400) {
        return Err(wrong());
    }
    let milliseconds = u64::try_from(time.as_millis()).map_err(|_| wrong())?;
    Ok(UnixMillis(day + milliseconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read() {
        assert_eq!(date("1970-01-01"), Ok(UnixMillis(0)));
        assert_eq!(date("2000-02-29T12:00:01Z"), Ok(UnixMillis(951_825_601_000)));
        assert_eq!(date("2026-11-22 14:00:00.25"), Ok(UnixMillis(1_795_356_000_250)));
        for wrong in
            ["", "2026", "2026-13-01", "2026-11-00", "1969-12-31", "2026-11-22T25:00:00", "2026-11-22Tx"]
        {
            assert!(date(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn days_that_no_calendar_has_are_refused() {
        for wrong in ["2026-02-30", "2026-02-29", "2100-02-29", "2026-04-31T10:00:00Z", "2026-12-32"] {
            assert!(date(wrong).is_err_and(|error| error.contains("2026-11-22")), "{wrong}");
        }
        for right in ["2028-02-29", "2000-02-29", "2026-02-28", "2026-12-31"] {
            assert!(date(right).is_ok(), "{right}");
        }
    }

    #[test]
    fn chapters_and_tags_are_read() {
        assert_eq!(
            chapter("00:01:02=a=b"),
            Ok(Chapter { start: Duration::from_secs(62), title: "a=b".into() })
        );
        for wrong in ["00:01:02", "1:99=a", "-1=a"] {
            assert!(chapter(wrong).is_err(), "{wrong}");
        }
        assert_eq!(tag("A=b=c"), Ok(("A".into(), "b=c".into())));
        assert!(tag("=b").is_err());
        let tags = ["Artist=A", "b=c", "artist=", "Title=x", "title="].map(|text| tag(text).unwrap());
        let left = last_said(&tags).into_iter().map(|(name, value)| format!("{name}={value}"));
        assert_eq!(left.collect::<Vec<_>>(), ["b=c", "artist=", "title="]);
        assert!(takes_title(&tags) && !takes_title(&tags[..4]));
    }
}
