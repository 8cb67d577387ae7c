//! The items that iTunes gave names of four letters, and how ffprobe and others call them.

use crate::Metadata;
use crate::mp4::boxes::{Child, Kind, find, u32_at};
use crate::mp4::notes;

const NAMES: [(&Kind, &str); 16] = [
    (b"\xA9ART", "artist"),
    (b"aART", "album_artist"),
    (b"\xA9alb", "album"),
    (b"\xA9cmt", "comment"),
    (b"\xA9gen", "genre"),
    (b"\xA9day", "date"),
    (b"\xA9wrt", "composer"),
    (b"\xA9too", "encoder"),
    (b"\xA9grp", "grouping"),
    (b"\xA9lyr", "lyrics"),
    (b"desc", "description"),
    (b"ldes", "synopsis"),
    (b"cprt", "copyright"),
    (b"keyw", "keywords"),
    (b"catg", "category"),
    (b"tvsh", "show"),
];

/// What an item is called that has no name of its own.
pub(super) fn name(item: &Child<'_>) -> Option<&'static str> {
    // Text in UTF-8.
    let is_text = find(item.payload, &[b"data"]).and_then(|data| u32_at(data, 0)) == Some(1);
    NAMES.iter().find(|(kind, _)| **kind == item.kind && is_text).map(|(_, name)| *name)
}

/// The item that tells what such a tag does, however its name is written.
#[cfg(feature = "mp4-repair")]
pub(crate) fn kind(name: &[u8]) -> Option<&'static Kind> {
    NAMES.iter().find(|(_, other)| name.eq_ignore_ascii_case(other.as_bytes())).map(|(kind, _)| *kind)
}

/// The user data of an MP4 for those tags that have such an item, which are taken out: they are written so, and not by their
/// names.
pub(in crate::packets) fn take(metadata: &mut Metadata) -> Vec<u8> {
    let mut items = Vec::new();
    metadata.tags.retain(|(name, value)| {
        let kind = NAMES.iter().find(|(_, other)| other == name).map(|(kind, _)| *kind);
        items.extend(kind.map(|kind| notes::item(kind, value)));
        kind.is_none()
    });
    if items.is_empty() { Vec::new() } else { notes::tags(&items) }
}
