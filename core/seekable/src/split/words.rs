//! What a part says about itself: what the whole said, moved in time, and which part it is.

use std::time::Duration;

use super::plan::Plan;
use crate::{Chapter, Metadata, UnixMillis};

/// Matroska's own names (RFC 9559 tags: which part, of how many).
const PART_NUMBER: &str = "PART_NUMBER";
const TOTAL_PARTS: &str = "TOTAL_PARTS";
/// Where the part began in the recording, and how long it is up to the packet that followed; as `HH:MM:SS.nnnnnnnnn`.
/// With them [`crate::Join`] puts parts together exactly as they were.
const PART_START: &str = "PART_START";
const PART_LENGTH: &str = "PART_LENGTH";

/// What the whole recording says.
#[derive(Debug)]
pub(super) struct Heritage {
    whole: Metadata,
    parts: usize,
}

impl Heritage {
    pub(super) fn new(whole: Metadata, parts: usize) -> Self {
        Self { whole, parts }
    }

    pub(super) fn whole(&self) -> &Metadata {
        &self.whole
    }

    /// What a part says.
    pub(super) fn of(&self, plan: &Plan, number: usize) -> Metadata {
        let zero = Duration::from_nanos(u64::try_from(plan.zero).unwrap_or(0));
        let length = plan.next_zero.and_then(|next| u64::try_from(next.saturating_sub(plan.zero)).ok());
        let length = length.map(Duration::from_nanos);
        let mut part = self.whole.clone();
        let date = part
            .date
            .map(|UnixMillis(date)| date.saturating_add(u64::try_from(zero.as_millis()).unwrap_or(0)));
        part.date = date.map(UnixMillis);
        part.chapters = chapters(&self.whole.chapters, zero, length);
        if self.parts > 1 {
            part.title =
                part.title.map(|title| title_of_part(&title_of_whole(&title, &self.whole.tags), number));
        }
        if self.parts > 1 || !zero.is_zero() || length.is_some() {
            strip(&mut part.tags);
            let mut tag = |name: &str, value: String| part.tags.push((name.to_owned(), value));
            if self.parts > 1 {
                tag(PART_NUMBER, number.to_string());
                tag(TOTAL_PARTS, self.parts.to_string());
            }
            tag(PART_START, write_time(zero));
            if let Some(length) = length {
                tag(PART_LENGTH, write_time(length));
            }
        }
        part
    }
}

/// The chapters of a part. One that began before lasts into it.
fn chapters(all: &[Chapter], zero: Duration, length: Option<Duration>) -> Vec<Chapter> {
    let before = all.iter().rfind(|chapter| chapter.start < zero);
    let within = all.iter().filter_map(|chapter| {
        let start = chapter.start.checked_sub(zero)?;
        length.is_none_or(|length| start < length).then(|| Chapter { start, ..chapter.clone() })
    });
    let mut chapters: Vec<Chapter> = within.collect();
    if let Some(before) = before.filter(|_| chapters.first().is_none_or(|first| !first.start.is_zero())) {
        chapters.insert(0, Chapter { start: Duration::ZERO, ..before.clone() });
    }
    chapters
}

fn title_of_part(title: &str, number: usize) -> String {
    format!("{title} (part {number})")
}

/// The title without what [`title_of_part`] added.
pub(crate) fn title_of_whole(title: &str, tags: &[(String, String)]) -> String {
    let end = value(tags, PART_NUMBER).map(|number| format!(" (part {number})"));
    end.and_then(|end| title.strip_suffix(&end)).unwrap_or(title).to_owned()
}

/// Takes out what only a part says.
pub(crate) fn strip(tags: &mut Vec<(String, String)>) {
    tags.retain(|(name, _)| ![PART_NUMBER, TOTAL_PARTS, PART_START, PART_LENGTH].contains(&name.as_str()));
}

/// Where a part began in the recording, as [`Heritage::of`] wrote it.
pub(crate) fn part_start(metadata: &Metadata) -> Option<Duration> {
    value(&metadata.tags, PART_START).and_then(read_time)
}

/// How long it is.
pub(crate) fn part_length(metadata: &Metadata) -> Option<Duration> {
    value(&metadata.tags, PART_LENGTH).and_then(read_time)
}

fn value<'a>(tags: &'a [(String, String)], name: &str) -> Option<&'a str> {
    tags.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
}

/// As Matroska writes times: hours, minutes, seconds, nanoseconds.
fn write_time(time: Duration) -> String {
    let seconds = time.as_secs();
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    format!("{hours:02}:{minutes:02}:{:02}.{:09}", seconds % 60, time.subsec_nanos())
}

fn read_time(text: &str) -> Option<Duration> {
    let (clock, fraction) = text.split_once('.')?;
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut fields = clock.split(':').map(|field| field.parse::<u32>().ok());
    let (hours, minutes, seconds) = (fields.next()??, fields.next()??, fields.next()??);
    let nanoseconds: u32 = Some(fraction).filter(|fraction| fraction.len() == 9)?.parse().ok()?;
    let seconds = u64::from(hours) * 3600 + u64::from(minutes) * 60 + u64::from(seconds);
    Some(Duration::new(seconds, nanoseconds))
        .filter(|_| fields.next().is_none() && nanoseconds < 1_000_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_back() {
        for time in [Duration::ZERO, Duration::new(59, 999_999_999), Duration::new(360_000 * 3600 + 61, 5)] {
            assert_eq!(read_time(&write_time(time)), Some(time));
        }
        for bad in
            ["", "1", "1:2:3", "00:00:00.1", "00:00:-1.000000000", "00:00:00:00.000000000", "0:0:0.+00000001"]
        {
            assert_eq!(read_time(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_chapter_lasts_into_the_next_part() {
        let at =
            |seconds, title: &str| Chapter { start: Duration::from_secs(seconds), title: title.to_owned() };
        let all = [at(0, "a"), at(10, "b"), at(25, "c")];
        let second = Duration::from_secs(1);
        assert_eq!(chapters(&all, second * 20, Some(second * 10)), [at(0, "b"), at(5, "c")]);
        assert_eq!(chapters(&all, second * 10, Some(second * 10)), [at(0, "b")]);
        assert_eq!(chapters(&all, Duration::ZERO, None), all);
        assert_eq!(chapters(&[], second, None), []);
    }

    #[test]
    fn a_title_is_that_of_the_whole_again() {
        let tags = vec![(PART_NUMBER.to_owned(), "2".to_owned())];
        assert_eq!(title_of_whole(&title_of_part("Weekly", 2), &tags), "Weekly");
        assert_eq!(title_of_whole("Weekly (part 3)", &tags), "Weekly (part 3)");
        assert_eq!(title_of_whole("Weekly (part 2)", &[]), "Weekly (part 2)");
    }
}
