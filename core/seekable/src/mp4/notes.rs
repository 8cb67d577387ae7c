//! What is said about the recording: `udta` with tags as iTunes writes them (`meta`, `ilst`) and chapters as Nero
//! writes them (`chpl`). Both are what ffmpeg, VLC and most others show.

#[cfg(feature = "mp4-repair")]
mod known;

use super::boxes::{Child, Kind, box_header, children, find, kind_at};
use crate::{Chapter, Metadata};

/// The payload of a `meta` box that holds iTunes tags begins so: version, flags, and its handler.
const META_FRONT: &[u8] = b"\0\0\0\0\0\0\0\x21hdlr\0\0\0\0\0\0\0\0mdirappl\0\0\0\0\0\0\0\0\0";
const MEAN: &[u8] = b"\0\0\0\0com.apple.iTunes";

/// User data: `existing`, the payload of the `udta` that came, and in place of it or beside it what is said now.
/// Nothing where there is nothing to say. With the feature `mp4-repair` an empty title or tag takes away what is there of its
/// name, and tags that have an item of iTunes are written as such.
pub(crate) fn user_data(existing: &[u8], said: &Metadata) -> Vec<u8> {
    #[cfg(feature = "mp4-repair")]
    if let Some((left, said)) = known::without(existing, said) {
        return user_data(&left, &said);
    }
    let mut items = Vec::new();
    if let Some(title) = &said.title {
        items.push(item(b"\xA9nam", title));
    }
    if let Some(date) = said.date {
        items.push(item(b"\xA9day", &date.text("T", false)));
    }
    if !said.participants.is_empty() {
        items.push(freeform("PARTICIPANTS", &said.all_participants()));
    }
    #[cfg(feature = "mp4-repair")]
    items.extend(known::tags(said));
    #[cfg(not(feature = "mp4-repair"))]
    items.extend(said.tags.iter().map(|(name, value)| freeform(name, value)));
    let mut out = Vec::new();
    let mut has_tags = false;
    for child in children(existing).map_while(Result::ok) {
        if &child.kind == b"meta"
            && !items.is_empty()
            && !has_tags
            && kind_of_tags(child.payload) == Some(*b"mdir")
        {
            put(&mut out, b"meta", &[META_FRONT, &item_list(child.payload, &items)]);
            has_tags = true;
        } else if &child.kind != b"chpl" || said.chapters.is_empty() {
            out.extend_from_slice(child.whole);
        }
    }
    if !items.is_empty() && !has_tags {
        put(&mut out, b"meta", &[META_FRONT, &item_list(&[], &items)]);
    }
    if !said.chapters.is_empty() {
        put(&mut out, b"chpl", &[&chapters(said)]);
    }
    let mut udta = Vec::new();
    if !out.is_empty() {
        put(&mut udta, b"udta", &[&out]);
    }
    udta
}

/// User data with these items alone.
pub(crate) fn tags(items: &[Vec<u8>]) -> Vec<u8> {
    let mut meta = Vec::new();
    put(&mut meta, b"meta", &[META_FRONT, &item_list(&[], items)]);
    let mut udta = Vec::new();
    put(&mut udta, b"udta", &[&meta]);
    udta
}

fn put(out: &mut Vec<u8>, kind: &Kind, parts: &[&[u8]]) {
    let size = parts.iter().map(|part| part.len()).sum::<usize>() + 8;
    out.extend_from_slice(&box_header(size, kind));
    parts.iter().for_each(|part| out.extend_from_slice(part));
}

/// An item of iTunes: text.
pub(crate) fn item(kind: &Kind, value: &str) -> Vec<u8> {
    item_of(kind, Vec::new(), value)
}

fn freeform(name: &str, value: &str) -> Vec<u8> {
    let mut front = Vec::new();
    put(&mut front, b"mean", &[MEAN]);
    put(&mut front, b"name", &[&[0; 4], name.as_bytes()]);
    item_of(b"----", front, value)
}

/// An item of the boxes in `front`, and a `data` box of text.
fn item_of(kind: &Kind, mut inside: Vec<u8>, value: &str) -> Vec<u8> {
    put(&mut inside, b"data", &[b"\0\0\0\x01\0\0\0\0", value.as_bytes()]);
    let mut out = Vec::new();
    put(&mut out, kind, &[&inside]);
    out
}

/// Payload of a `meta`, without version and flags, which QuickTime leaves out.
fn meta_children(meta: &[u8]) -> &[u8] {
    if kind_at(meta, 4) == Some(*b"hdlr") { meta } else { meta.get(4..).unwrap_or_default() }
}

fn kind_of_tags(meta: &[u8]) -> Option<Kind> {
    kind_at(find(meta_children(meta), &[b"hdlr"])?, 8)
}

/// An `ilst` with the new items, and those of `meta` that are not said anew.
fn item_list(meta: &[u8], items: &[Vec<u8>]) -> Vec<u8> {
    let mut all = Vec::new();
    for old in children(find(meta_children(meta), &[b"ilst"]).unwrap_or_default()).map_while(Result::ok) {
        let is_said =
            |new: &Vec<u8>| children(new).filter_map(Result::ok).any(|new| name(&new) == name(&old));
        if !items.iter().any(is_said) {
            all.extend_from_slice(old.whole);
        }
    }
    items.iter().for_each(|item| all.extend_from_slice(item));
    let mut out = Vec::new();
    put(&mut out, b"ilst", &[&all]);
    out
}

/// What tells items apart.
fn name<'a>(item: &Child<'a>) -> (Kind, Option<&'a [u8]>) {
    #[cfg(feature = "mp4-repair")]
    if let Some(kind) = known::kind_of(item) {
        return (*kind, None);
    }
    (item.kind, find(item.payload, &[b"name"]).filter(|_| &item.kind == b"----"))
}

/// The payload of a `chpl`: times are counted in tenths of a microsecond.
fn chapters(said: &Metadata) -> Vec<u8> {
    let chapters = said.chapters.get(..Chapter::MP4_MOST).unwrap_or(&said.chapters);
    let mut out = vec![1, 0, 0, 0, 0, 0, 0, 0, chapters.len() as u8];
    for chapter in chapters {
        let start = chapter.start.as_secs().saturating_mul(10_000_000);
        let start = start.saturating_add(u64::from(chapter.start.subsec_nanos() / 100));
        out.extend_from_slice(&start.to_be_bytes());
        let mut length = chapter.title.len().min(Chapter::MP4_TITLE_BYTES);
        while !chapter.title.is_char_boundary(length) {
            length -= 1;
        }
        out.push(length as u8);
        out.extend_from_slice(chapter.title.as_bytes().get(..length).unwrap_or_default());
    }
    out
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn dates() {
        for (millis, expected) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399_999, "2000-02-28T23:59:59Z"),
            (951_782_400_000, "2000-02-29T00:00:00Z"),
            (1_795_402_984_000, "2026-11-23T03:03:04Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00Z"),
            (253_402_300_800_000, "10000-01-01T00:00:00Z"),
        ] {
            assert_eq!(crate::UnixMillis(millis).text("T", false), expected);
        }
    }

    #[test]
    fn what_is_said_replaces_only_its_like() {
        let first = Metadata {
            title: Some("old".into()),
            tags: vec![("ROOM".into(), "7".into()), ("KEPT".into(), "yes".into())],
            chapters: vec![Chapter { start: Duration::from_secs(2), title: "é".repeat(200) }],
            ..Metadata::default()
        };
        let udta = user_data(b"\0\0\0\x0Cxyz abcd", &first);
        let payload = find(&udta, &[b"udta"]).unwrap();
        assert_eq!(user_data(payload, &Metadata::default()), udta);
        assert_eq!(find(payload, &[b"chpl"]).unwrap().len(), 9 + 9 + 254);
        let second = Metadata {
            title: Some("new".into()),
            tags: vec![("ROOM".into(), "8".into())],
            chapters: vec![Chapter::default(); 300],
            ..Metadata::default()
        };
        let udta = user_data(payload, &second);
        let has = |text: &[u8]| udta.windows(text.len()).filter(|window| *window == text).count();
        assert_eq!(
            [has(b"old"), has(b"new"), has(b"ROOM"), has(b"KEPT"), has(b"chpl"), has(b"xyz abcd")],
            [0, 1, 1, 1, 1, 1]
        );
        assert_eq!(find(&udta, &[b"udta", b"chpl"]).unwrap().len(), 9 + 9 * 255);
        assert!(user_data(&[], &Metadata::default()).is_empty());
    }
}
