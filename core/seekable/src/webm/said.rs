//! What is said about the recording: by the input, in Chapters and Tags, and by the caller. The caller's chapters replace
//! all others, each of the caller's tags those of its name.
//!
//! Chapters and Tags that stand before the clusters live in an area of the head. Those that stand behind them, and what
//! the area has no room for, are written at the end of the file.

use super::area::Area;
use super::info::Info;
use super::{chapters, ids, tags};
use crate::Metadata;
use crate::edit::Outbox;

/// Chapters and Tags of the input, as they came, and what the caller says.
#[derive(Debug, Default)]
pub(crate) struct Said {
    metadata: Metadata,
    /// Of the input, before the clusters: whole elements.
    chapters: Vec<u8>,
    tags: Vec<u8>,
    /// Of the input, behind the first cluster: whole elements, in their order.
    trailing: Vec<(u32, Vec<u8>)>,
    trailing_bytes: usize,
    is_changed: bool,
}

impl Said {
    /// The caller says something: all that was said before is replaced.
    pub(crate) fn set(&mut self, metadata: &Metadata) {
        self.metadata = metadata.clone();
        self.is_changed = true;
    }

    /// Takes an element of the input that stands before the clusters.
    pub(crate) fn keep(&mut self, id: u32, whole: &[u8]) {
        match id {
            ids::CHAPTERS => self.chapters.extend_from_slice(whole),
            _ => self.tags.extend_from_slice(whole),
        }
        self.is_changed = true;
    }

    /// Takes an element of the input that stands behind the first cluster, if all of them stay below `limit` bytes.
    pub(crate) fn keep_trailing(&mut self, id: u32, whole: &[u8], limit: usize) -> bool {
        let total = self.trailing_bytes.saturating_add(whole.len());
        let has_room = total <= limit;
        if has_room {
            self.trailing_bytes = total;
            self.trailing.push((id, whole.to_vec()));
        }
        has_room
    }

    /// Whether the caller says something of this kind.
    fn says(&self, id: u32) -> bool {
        match id {
            ids::CHAPTERS => !self.metadata.chapters.is_empty(),
            _ => tags::is_any(&self.metadata),
        }
    }

    /// Whether the caller's word replaces all of an element.
    pub(crate) fn replaces(&self, id: u32) -> bool {
        id == ids::CHAPTERS && self.says(id)
    }

    /// Bytes of the input's elements that stand before the clusters and stay.
    pub(crate) fn kept_bytes(&self) -> usize {
        let chapters = if self.replaces(ids::CHAPTERS) { 0 } else { self.chapters.len() };
        chapters + self.kept_tags(&self.tags).len()
    }

    /// What is left of Tags of the input, as one element if the caller says something too.
    fn kept_tags(&self, tags: &[u8]) -> Vec<u8> {
        if self.says(ids::TAGS) { tags::wrapped(&tags::kept(&self.metadata, tags)) } else { tags.to_vec() }
    }

    /// Chapters that stand in the head or shall.
    fn chapters(&self) -> Vec<u8> {
        if self.replaces(ids::CHAPTERS) {
            chapters::element(&self.metadata.chapters)
        } else {
            self.chapters.clone()
        }
    }

    fn tags(&self) -> Vec<u8> {
        if self.says(ids::TAGS) { tags::element(&self.metadata, &self.tags) } else { self.tags.clone() }
    }

    /// What the head has room for: Chapters, Tags.
    fn that_fits(&self, area: &Area) -> (Vec<u8>, Vec<u8>) {
        let (mut chapters, mut tags) = (self.chapters(), self.tags());
        if !area.fits(chapters.len()) {
            chapters.clear();
        }
        if !area.fits(chapters.len() + tags.len()) {
            tags.clear();
        }
        (chapters, tags)
    }

    /// Gives what stands behind the first cluster and stays, to be written now.
    pub(crate) fn take_trailing(&mut self) -> Vec<(u32, Vec<u8>)> {
        let mut trailing = std::mem::take(&mut self.trailing);
        trailing.retain_mut(|(id, element)| {
            if *id == ids::TAGS {
                *element = self.kept_tags(element);
            }
            !self.replaces(*id) && !element.is_empty()
        });
        trailing
    }

    /// Writes what changed into the head, as far as there is room. Of too many chapters the first ones are written: the
    /// recording goes on, and at its end there is room for all.
    pub(crate) fn write(&mut self, area: &mut Area, info: &mut Info, outbox: &mut Outbox) {
        if !std::mem::take(&mut self.is_changed) {
            return;
        }
        let (mut chapters, tags) = self.that_fits(area);
        let mut few = self.metadata.chapters.as_slice();
        while chapters.is_empty() && few.len() > 1 {
            few = few.get(..few.len() * 7 / 8).unwrap_or_default();
            let some = chapters::element(few);
            if area.fits(some.len() + tags.len()) {
                chapters = some;
            }
        }
        chapters.extend_from_slice(&tags);
        area.replace(&chapters, outbox);
        info.set_title(self.metadata.title.as_deref());
        info.set_date(self.metadata.date);
    }

    /// Writes all that has room in the head in its last form, and gives the rest, which stands at the end of the file.
    pub(crate) fn finish(&mut self, area: &mut Area, outbox: &mut Outbox) -> Ending {
        if self.says(ids::TAGS) {
            // Some readers look at one element of a kind.
            for (_, element) in self.trailing.extract_if(.., |(id, _)| *id == ids::TAGS) {
                self.tags.extend_from_slice(&element);
            }
        }
        let (mut content, tags) = self.that_fits(area);
        let tags_at = content.len() as u64;
        let has = |part: &[u8], at| (!part.is_empty()).then_some(at);
        let (chapters_at, tags_at) = (has(&content, 0), has(&tags, tags_at));
        content.extend_from_slice(&tags);
        area.replace(&content, outbox);
        area.settle(outbox);
        let mut behind = self.take_trailing();
        for (id, place, part) in
            [(ids::CHAPTERS, chapters_at, self.chapters()), (ids::TAGS, tags_at, self.tags())]
        {
            if place.is_none() && !part.is_empty() {
                behind.push((id, part));
            }
        }
        Ending { chapters_at, tags_at, behind }
    }
}

/// Where Chapters and Tags ended up.
#[derive(Debug)]
pub(crate) struct Ending {
    /// Where in the head's area, behind the switch.
    pub(crate) chapters_at: Option<u64>,
    pub(crate) tags_at: Option<u64>,
    /// What is to be written at the end of the file.
    pub(crate) behind: Vec<(u32, Vec<u8>)>,
}
