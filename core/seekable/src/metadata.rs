//! What is said about a recording beside its sound and picture: title, date, people, chapters, free tags.

use std::time::Duration;

/// Said about a recording, written into its file. All of it may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metadata {
    /// What the recording is called.
    pub title: Option<String>,
    /// When it began.
    pub date: Option<UnixMillis>,
    /// Who took part, by name.
    pub participants: Vec<String>,
    /// Anything else, as pairs of name and value. Names are written as Matroska wants them: upper case, `_` for spaces.
    pub tags: Vec<(String, String)>,
    /// Places worth finding, in order of time.
    pub chapters: Vec<Chapter>,
}

impl Metadata {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
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

/// Milliseconds since the first of January 1970, 00:00 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixMillis(pub u64);

#[cfg(any(feature = "webm", feature = "mp4"))]
impl UnixMillis {
    /// Year, month and day in UTC (proleptic Gregorian), months and days from 1; and the milliseconds of that day.
    pub(crate) fn civil(self) -> (u64, u64, u64, u64) {
        const DAY: u64 = 86_400_000;
        // Years that begin in March, in eras of 400 of them: the day that comes and goes is then always the last.
        let days = self.0 / DAY + 719_468;
        let (era, day) = (days / 146_097, days % 146_097);
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        let month = (5 * day + 2) / 153;
        let day = day - (153 * month + 2) / 5 + 1;
        let (month, carry) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
        (era * 400 + year + carry, month, day, self.0 % DAY)
    }
}
