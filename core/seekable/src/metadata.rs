//! What is said about a recording beside its sound and picture: title, date, people, chapters, free tags.

use std::time::Duration;

/// Said about a recording, written into its file. All of it may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metadata {
    /// What the recording is called. Empty: it has no title any more (in MP4 with the feature `mp4-repair`).
    pub title: Option<String>,
    /// When it began.
    pub date: Option<UnixMillis>,
    /// Who took part, by name.
    pub participants: Vec<String>,
    /// Anything else, as pairs of name and value. In WebM names are written as Matroska wants them: upper case, `_` for spaces. In
    /// MP4 (with the feature `mp4-repair`) those that iTunes has an item for, as `artist`, are that item. An empty value: there is
    /// none of that name any more (with the features `webm-repair` and `mp4-repair`).
    pub tags: Vec<(String, String)>,
    /// Places worth finding, in order of time.
    pub chapters: Vec<Chapter>,
}

impl Metadata {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        self.title.is_none()
            && self.date.is_none()
            && self.participants.is_empty()
            && self.tags.is_empty()
            && self.chapters.is_empty()
    }

    /// All participants in one line.
    #[cfg(any(feature = "webm", feature = "mp4"))]
    pub(crate) fn all_participants(&self) -> String {
        let mut all = String::new();
        for participant in &self.participants {
            if !all.is_empty() {
                all.push_str(", ");
            }
            all.push_str(participant);
        }
        all
    }
}

/// A place in the recording that has a name. It lasts until the next one begins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chapter {
    /// From the start of the recording.
    pub start: Duration,
    /// What players show.
    pub title: String,
}

impl Chapter {
    /// Most chapters that an MP4 has room for: Nero's `chpl` counts them in one byte. Those behind are left out.
    pub const MP4_MOST: usize = 255;
    /// Longest title in an MP4, in bytes; a longer one is cut at a whole character.
    pub const MP4_TITLE_BYTES: usize = 255;
}

/// Milliseconds since the first of January 1970, 00:00 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixMillis(pub u64);

/// From the 1st of March of year 0.
const DAYS_TO_1970: u64 = 719_468;
/// In a day.
const DAY: u64 = 86_400_000;

impl UnixMillis {
    /// The beginning of a day in UTC (proleptic Gregorian); months and days count from 1. `None` for days that are in no
    /// calendar (a 32nd, a 13th month, the 30th of February), and before 1970 or after 9999.
    ///
    /// ```
    /// # use seekable::UnixMillis;
    /// assert_eq!(UnixMillis::from_date(2026, 11, 22), Some(UnixMillis(1_795_305_600_000)));
    /// assert_eq!(UnixMillis::from_date(2026, 2, 29), None);
    /// ```
    pub fn from_date(year: u64, month: u64, day: u64) -> Option<Self> {
        if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return None;
        }
        // Years that begin in March: the day that comes and goes is then always the last.
        let (shifted, march) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        let days =
            shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + (march * 153 + 2) / 5 + day - 1;
        let date = Self(days.checked_sub(DAYS_TO_1970)? * DAY);
        // A day too many is the first of the next month.
        (date.civil() == (year, month, day, 0)).then_some(date)
    }

    /// Year, month and day in UTC (proleptic Gregorian), months and days from 1; and the milliseconds of that day.
    pub(crate) fn civil(self) -> (u64, u64, u64, u64) {
        // Years that begin in March, in eras of 400 of them: the day that comes and goes is then always the last.
        let days = self.0 / DAY + DAYS_TO_1970;
        let (era, day) = (days / 146_097, days % 146_097);
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        let month = (5 * day + 2) / 153;
        let day = day - (153 * month + 2) / 5 + 1;
        let (month, carry) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
        (era * 400 + year + carry, month, day, self.0 % DAY)
    }

    /// `YYYY-MM-DD`, `between`, `HH:MM:SS` in UTC; then `.MMM`, or the `Z` of ISO 8601.
    pub(crate) fn text(self, between: &str, has_milliseconds: bool) -> String {
        let (year, month, day, time) = self.civil();
        let (seconds, milliseconds) = (time / 1_000, time % 1_000);
        let mut out = String::new();
        for (before, number) in [
            ("", year / 100),
            ("", year % 100),
            ("-", month),
            ("-", day),
            (between, seconds / 3_600),
            (":", seconds / 60 % 60),
            (":", seconds % 60),
        ] {
            out.push_str(before);
            put_number(&mut out, number, 2);
        }
        if has_milliseconds {
            out.push('.');
            put_number(&mut out, milliseconds, 3);
        } else {
            out.push('Z');
        }
        out
    }
}

/// As ISO 8601 writes it, in UTC; milliseconds where there are any.
///
/// ```
/// # use seekable::UnixMillis;
/// assert_eq!(UnixMillis(1_795_305_600_000).to_string(), "2026-11-22T00:00:00Z");
/// assert_eq!(UnixMillis(250).to_string(), "1970-01-01T00:00:00.250Z");
/// ```
impl std::fmt::Display for UnixMillis {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let has_milliseconds = !self.0.is_multiple_of(1_000);
        formatter.write_str(&self.text("T", has_milliseconds))?;
        formatter.write_str(if has_milliseconds { "Z" } else { "" })
    }
}

/// With zeros in front, up to so many digits.
fn put_number(out: &mut String, number: u64, digits: u32) {
    if number > 9 || digits > 1 {
        put_number(out, number / 10, digits.saturating_sub(1));
    }
    out.push(char::from(b'0' + (number % 10) as u8));
}
