//! Tags that iTunes has an item for: it is written as that, and nothing else of its name stays. And tags that are taken away.

use super::{META_FRONT, freeform, item, kind_of_tags, meta_children, name, put};
use crate::Metadata;
use crate::mp4::boxes::{Child, Kind, children, find};
use crate::packets::metadata::items;

const TITLE: &Kind = b"\xA9nam";
const DATE: &Kind = b"\xA9day";

fn kind(name: &[u8]) -> Option<&'static Kind> {
    if name.eq_ignore_ascii_case(b"title") { Some(TITLE) } else { items::kind(name) }
}

/// The item of iTunes that a free item stands in for, by its name.
pub(super) fn kind_of(item: &Child<'_>) -> Option<&'static Kind> {
    let name = find(item.payload, &[b"name"]).filter(|_| &item.kind == b"----")?;
    kind(name.get(4..)?)
}

fn tag(name: &str, value: &str) -> Vec<u8> {
    kind(name.as_bytes()).map_or_else(|| freeform(name, value), |kind| item(kind, value))
}

/// The items of all tags. Of those that are one item the last one counts; before them title and date do.
pub(super) fn tags(said: &Metadata) -> impl Iterator<Item = Vec<u8>> {
    let is_said = |kind: &Kind| match kind {
        TITLE => said.title.is_some(),
        DATE => said.date.is_some(),
        _ => false,
    };
    let counts = move |place: usize, name: &str| {
        kind(name.as_bytes()).is_none_or(|own| {
            let mut later = said.tags.iter().skip(place + 1);
            !is_said(own) && later.all(|(other, _)| kind(other.as_bytes()) != Some(own))
        })
    };
    let all = said.tags.iter().enumerate();
    all.filter(move |(place, (name, _))| counts(*place, name)).map(|(_, (name, value))| tag(name, value))
}

/// The payload of a `udta` without what is said to be nothing, an empty title or tag; and the rest of what is said. `None` where
/// nothing is taken away.
pub(super) fn without(existing: &[u8], said: &Metadata) -> Option<(Vec<u8>, Metadata)> {
    let empty = said.tags.iter().filter(|(_, value)| value.is_empty());
    let mut gone: Vec<Vec<u8>> = empty.map(|(name, _)| tag(name, "")).collect();
    if said.title.as_deref() == Some("") {
        gone.push(item(TITLE, ""));
    }
    if gone.is_empty() {
        return None;
    }
    let mut rest = said.clone();
    rest.title = rest.title.filter(|title| !title.is_empty());
    rest.tags.retain(|(_, value)| !value.is_empty());
    Some((left(existing, &gone.concat()), rest))
}

/// The payload of a `udta` without items like these; nothing is left of tags that had no others.
fn left(existing: &[u8], gone: &[u8]) -> Vec<u8> {
    let stays = |item: &Child<'_>| children(gone).map_while(Result::ok).all(|gone| name(&gone) != name(item));
    let mut out = Vec::new();
    for child in children(existing).map_while(Result::ok) {
        let list = find(meta_children(child.payload), &[b"ilst"]).unwrap_or_default();
        let items = || children(list).map_while(Result::ok);
        let is_tags = &child.kind == b"meta" && kind_of_tags(child.payload) == Some(*b"mdir");
        if !is_tags || items().all(|item| stays(&item)) {
            out.extend_from_slice(child.whole);
            continue;
        }
        let others: Vec<&[u8]> = items().filter(stays).map(|item| item.whole).collect();
        if !others.is_empty() {
            let mut list = Vec::new();
            put(&mut list, b"ilst", &others);
            put(&mut out, b"meta", &[META_FRONT, &list]);
        }
    }
    out
}
