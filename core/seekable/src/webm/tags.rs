//! Tags (RFC 9559, section 5.1.8; names by the official Matroska tag list): title, date, people, and free pairs.

use super::ebml::{put_element, put_unsigned};
use super::{ids, info};
use crate::{Metadata, UnixMillis};

/// What the tags are about: the whole recording (TargetTypeValue, section 5.1.8.1.1.1).
const WHOLE_RECORDING: u64 = 50;

/// Whether there is anything that makes Tags of the input stale.
pub(crate) fn is_any(metadata: &Metadata) -> bool {
    metadata.title.is_some()
        || metadata.date.is_some()
        || !metadata.participants.is_empty()
        || !metadata.tags.is_empty()
}

/// The element for all that is said but chapters, and but for a title that stands in Info. Empty if there is nothing else.
pub(crate) fn element(metadata: &Metadata) -> Vec<u8> {
    let mut targets = Vec::new();
    put_unsigned(&mut targets, ids::TARGET_TYPE_VALUE, WHOLE_RECORDING);
    let mut tag = Vec::new();
    put_element(&mut tag, ids::TARGETS, &targets);
    let empty = tag.len();
    if let Some(title) = metadata.title.as_deref().filter(|title| !info::has_room_for(title)) {
        put_simple(&mut tag, "TITLE", title);
    }
    if let Some(date) = metadata.date {
        put_simple(&mut tag, "DATE_RECORDED", &date_and_time(date));
    }
    for participant in &metadata.participants {
        put_simple(&mut tag, "ACTOR", participant);
    }
    if metadata.participants.len() > 1 {
        // Some readers show only the last of several tags of one name.
        put_simple(&mut tag, "PARTICIPANTS", &metadata.participants.join(", "));
    }
    for (name, value) in &metadata.tags {
        // Official names are ASCII; the tables for all of Unicode would weigh more than the rest of this file.
        put_simple(&mut tag, &name.trim_matches(' ').to_ascii_uppercase().replace(' ', "_"), value);
    }
    if tag.len() == empty {
        return Vec::new();
    }
    let mut payload = Vec::new();
    put_element(&mut payload, ids::TAG, &tag);
    let mut out = Vec::new();
    put_element(&mut out, ids::TAGS, &payload);
    out
}

fn put_simple(out: &mut Vec<u8>, name: &str, value: &str) {
    let mut simple = Vec::new();
    put_element(&mut simple, ids::TAG_NAME, name.as_bytes());
    put_element(&mut simple, ids::TAG_STRING, value.as_bytes());
    put_element(out, ids::SIMPLE_TAG, &simple);
}

/// `YYYY-MM-DD HH:MM:SS.MMM`, in UTC.
fn date_and_time(date: UnixMillis) -> String {
    let (year, month, day, time) = date.civil();
    let (seconds, milliseconds) = (time / 1_000, time % 1_000);
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    let mut out = String::new();
    for (before, number, digits) in [
        ("", year, 4),
        ("-", month, 2),
        ("-", day, 2),
        (" ", hours, 2),
        (":", minutes, 2),
        (":", seconds, 2),
        (".", milliseconds, 3),
    ] {
        out.push_str(before);
        put_number(&mut out, number, digits);
    }
    out
}

/// With zeros in front, up to so many digits.
fn put_number(out: &mut String, number: u64, digits: u32) {
    if number > 9 || digits > 1 {
        put_number(out, number / 10, digits.saturating_sub(1));
    }
    out.push(char::from(b'0' + (number % 10) as u8));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        let at = |seconds: u64| date_and_time(UnixMillis(seconds * 1_000 + 7));
        assert_eq!(at(0), "1970-01-01 00:00:00.007");
        assert_eq!(at(951_782_400), "2000-02-29 00:00:00.007");
        assert_eq!(at(951_782_400 + 86_399), "2000-02-29 23:59:59.007");
        assert_eq!(at(1_795_404_275), "2026-11-23 03:24:35.007");
        assert_eq!(at(4_107_542_399), "2100-02-28 23:59:59.007");
        assert_eq!(at(4_107_542_400), "2100-03-01 00:00:00.007");
        assert!(!date_and_time(UnixMillis(u64::MAX)).is_empty());
    }

    #[test]
    fn names_are_as_matroska_wants_them() {
        let metadata =
            Metadata { tags: vec![(" room name ".into(), "회의 1".into())], ..Metadata::default() };
        let tags = element(&metadata);
        assert!(is_any(&metadata) && !is_any(&Metadata::default()));
        let wanted = [b"\x45\xA3\x89ROOM_NAME\x44\x87\x88", "회의 1".as_bytes()].concat();
        assert!(tags.windows(wanted.len()).any(|bytes| bytes == wanted), "{tags:?}");
    }
}
