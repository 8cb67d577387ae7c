//! Tags (RFC 9559, section 5.1.8; names by the official Matroska tag list): title, date, people, and free pairs.

use super::ebml::{big_endian, children, put_element, put_unsigned};
use super::{ids, info};
use crate::Metadata;

/// What the tags are about: the whole recording (TargetTypeValue, section 5.1.8.1.1.1).
const WHOLE_RECORDING: u64 = 50;

/// Whether there is anything that makes tags of the input stale.
pub(crate) fn is_any(metadata: &Metadata) -> bool {
    metadata.title.is_some()
        || metadata.date.is_some()
        || !metadata.participants.is_empty()
        || !metadata.tags.is_empty()
}

/// The element for all that is said but chapters, and but for a title that stands in Info, with what is kept of
/// `existing`: see [`kept`]. Empty if there is nothing else.
pub(crate) fn element(metadata: &Metadata, existing: &[u8]) -> Vec<u8> {
    let mut targets = Vec::new();
    put_unsigned(&mut targets, ids::TARGET_TYPE_VALUE, WHOLE_RECORDING);
    let mut tag = Vec::new();
    put_element(&mut tag, ids::TARGETS, &targets);
    let empty = tag.len();
    if let Some(title) = metadata.title.as_deref().filter(|title| !info::has_room_for(title)) {
        put_simple(&mut tag, b"TITLE", title);
    }
    if let Some(date) = metadata.date {
        put_simple(&mut tag, b"DATE_RECORDED", &date.text(" ", true));
    }
    for participant in &metadata.participants {
        put_simple(&mut tag, b"ACTOR", participant);
    }
    if metadata.participants.len() > 1 {
        // Some readers show only the last of several tags of one name.
        put_simple(&mut tag, b"PARTICIPANTS", &metadata.all_participants());
    }
    for (name, value) in &metadata.tags {
        // It is taken away.
        if cfg!(feature = "webm-repair") && value.is_empty() {
            continue;
        }
        put_simple(&mut tag, &official(name), value);
    }
    let mut payload = Vec::new();
    if tag.len() > empty {
        put_element(&mut payload, ids::TAG, &tag);
    }
    payload.extend(kept(metadata, existing));
    wrapped(&payload)
}

/// The element with this payload; nothing without one.
pub(crate) fn wrapped(payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    if !payload.is_empty() {
        put_element(&mut out, ids::TAGS, payload);
    }
    out
}

/// What is inside of `existing` (whole elements of Tags) and stays: all but what is said anew about the whole recording.
pub(crate) fn kept(metadata: &Metadata, existing: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for element in children(existing).map_while(Result::ok) {
        for tag in children(element.payload).map_while(Result::ok) {
            match tag.id {
                ids::CRC_32 | ids::VOID => {}
                ids::TAG if is_about_all(tag.payload) => keep_simple_tags(metadata, tag.payload, &mut out),
                _ => out.extend_from_slice(tag.whole),
            }
        }
    }
    out
}

/// Appends a Tag with those of its SimpleTags that stay, if any does.
fn keep_simple_tags(metadata: &Metadata, tag: &[u8], out: &mut Vec<u8>) {
    let mut left = Vec::new();
    let mut is_empty = true;
    for child in children(tag).map_while(Result::ok) {
        let is_simple = child.id == ids::SIMPLE_TAG;
        if !(is_simple && is_said(metadata, child.payload)) && child.id != ids::CRC_32 {
            left.extend_from_slice(child.whole);
            is_empty &= !is_simple;
        }
    }
    if !is_empty {
        put_element(out, ids::TAG, &left);
    }
}

/// Whether a Tag is about the whole recording, and not about a track, a chapter or a series.
fn is_about_all(tag: &[u8]) -> bool {
    let targets = children(tag).map_while(Result::ok).find(|child| child.id == ids::TARGETS);
    let targets = targets.map_or(&[][..], |targets| targets.payload);
    children(targets).map_while(Result::ok).all(|target| match target.id {
        ids::TARGET_TYPE_VALUE => big_endian(target.payload) == WHOLE_RECORDING,
        ids::TARGET_TYPE => true,
        // A UID of zero is all of them (section 5.1.8.1.1.3).
        _ => big_endian(target.payload) == 0,
    })
}

/// Whether the caller says what this SimpleTag does.
fn is_said(metadata: &Metadata, simple: &[u8]) -> bool {
    let name = children(simple).map_while(Result::ok).find(|child| child.id == ids::TAG_NAME);
    let name = name.map_or(&[][..], |name| name.payload);
    let is = |other: &[u8]| name.eq_ignore_ascii_case(other);
    is(b"TITLE") && metadata.title.is_some()
        || is(b"DATE_RECORDED") && metadata.date.is_some()
        || (is(b"ACTOR") || is(b"PARTICIPANTS")) && !metadata.participants.is_empty()
        || metadata.tags.iter().any(|(other, _)| is(&official(other)))
}

/// Official names are ASCII; the tables for all of Unicode would weigh more than the rest of this file.
fn official(name: &str) -> Vec<u8> {
    let official = |byte: &u8| if *byte == b' ' { b'_' } else { byte.to_ascii_uppercase() };
    name.as_bytes().trim_ascii().iter().map(official).collect()
}

fn put_simple(out: &mut Vec<u8>, name: &[u8], value: &str) {
    let mut simple = Vec::new();
    put_element(&mut simple, ids::TAG_NAME, name);
    put_element(&mut simple, ids::TAG_STRING, value.as_bytes());
    put_element(out, ids::SIMPLE_TAG, &simple);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        let at = |seconds: u64| crate::UnixMillis(seconds * 1_000 + 7).text(" ", true);
        assert_eq!(at(0), "1970-01-01 00:00:00.007");
        assert_eq!(at(951_782_400), "2000-02-29 00:00:00.007");
        assert_eq!(at(951_782_400 + 86_399), "2000-02-29 23:59:59.007");
        assert_eq!(at(1_795_404_275), "2026-11-23 03:24:35.007");
        assert_eq!(at(4_107_542_399), "2100-02-28 23:59:59.007");
        assert_eq!(at(4_107_542_400), "2100-03-01 00:00:00.007");
        assert!(!crate::UnixMillis(u64::MAX).text(" ", true).is_empty());
    }

    #[test]
    fn names_are_as_matroska_wants_them() {
        let metadata =
            Metadata { tags: vec![(" room name ".into(), "회의 1".into())], ..Metadata::default() };
        let tags = element(&metadata, &[]);
        assert!(is_any(&metadata) && !is_any(&Metadata::default()));
        let wanted = [b"\x45\xA3\x89ROOM_NAME\x44\x87\x88", "회의 1".as_bytes()].concat();
        assert!(tags.windows(wanted.len()).any(|bytes| bytes == wanted), "{tags:?}");
    }
}
