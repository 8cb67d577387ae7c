//! What a file says about the recording, read back as [`Metadata`](crate::Metadata).

#[cfg(feature = "mp4")]
pub(crate) mod items;
#[cfg(feature = "mp4")]
mod mp4;
#[cfg(feature = "webm")]
mod webm;

use crate::{Metadata, UnixMillis};
#[cfg(feature = "mp4")]
pub(super) use mp4::mp4;
#[cfg(feature = "webm")]
pub(crate) use webm::said;
#[cfg(feature = "webm")]
pub(super) use webm::webm;

/// Chapters that are read at most.
const CHAPTERS_MAX: usize = 10_000;

/// Bytes of text (UTF-8), which may be padded with zeros.
pub(super) fn text(bytes: &[u8]) -> String {
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
    let UnixMillis(day) = UnixMillis::from_date(year, month, day)?;
    Some(UnixMillis(day + ((hour * 60 + minute) * 60 + second) * 1_000 + milliseconds))
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
