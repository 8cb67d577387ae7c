//! What a file says about the recording, read back as [`Metadata`](crate::Metadata).

#[cfg(feature = "mp4")]
mod mp4;
#[cfg(feature = "webm")]
mod webm;

use crate::{Metadata, UnixMillis};
#[cfg(feature = "mp4")]
pub(super) use mp4::mp4;
#[cfg(feature = "webm")]
pub(super) use webm::webm;

/// Chapters that are read at most.
const CHAPTERS_MAX: usize = 10_000;

/// Bytes of text (UTF-8), which may be padded with zeros.
fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(bytes.get(..end).unwrap_or_default()).into_owned()
}

/// Chapters in order of time.
fn sort(metadata: &mut Metadata) {
    metadata.chapters.sort_by_key(|chapter| chapter.start);
}

/// `YYYY-MM-DD`, then maybe `HH:MM:SS` behind a space or a `T`, then maybe a fraction; in UTC.
fn date(text: &str) -> Option<UnixMillis> {
    let mut numbers = text.split(|letter: char| !letter.is_ascii_digit());
    let mut next = |digits: usize| {
        let number = numbers.next().filter(|number| number.len() == digits)?;
        number.parse::<u64>().ok()
    };
    let (year, month, day) = (next(4)?, next(2)?, next(2)?);
    let (hour, minute, second) = (next(2).unwrap_or(0), next(2).unwrap_or(0), next(2).unwrap_or(0));
    let milliseconds = next(3).unwrap_or(0);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || year < 1970 {
        return None;
    }
    // Years that begin in March: the day that comes and goes is then always the last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 1;
    let days = days.checked_sub(719_468)?;
    Some(UnixMillis((((days * 24 + hour) * 60 + minute) * 60 + second) * 1_000 + milliseconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        assert_eq!(date("1970-01-01"), Some(UnixMillis(0)));
        assert_eq!(date("2000-02-29 00:00:00.007"), Some(UnixMillis(951_782_400_007)));
        assert_eq!(date("2026-11-23T03:24:35Z"), Some(UnixMillis(1_795_404_275_000)));
        assert_eq!(date("2100-03-01 00:00:00.000"), Some(UnixMillis(4_107_542_400_000)));
        for bad in ["", "2026", "1969-12-31", "2026-13-01", "today", "20261-01-01"] {
            assert_eq!(date(bad), None, "{bad}");
        }
    }
}
