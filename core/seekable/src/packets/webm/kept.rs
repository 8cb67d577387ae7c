//! What a file says that [`crate::Metadata`] has no place for: it goes with parts of the recording too.

use super::chapters::{self, Atom};
use super::{Reader, track_tags};
use crate::packets::{PartsError, Source, Window};
use crate::webm::ebml::put_element;
use crate::webm::ids;

/// Chapters with all their names, and tags of single tracks.
#[derive(Debug, Clone, Default)]
pub(crate) struct Kept {
    chapters: Vec<Atom>,
    /// Whole Tag elements. Tracks keep their UIDs, those of a joined file are the first part's.
    track_tags: Vec<u8>,
}

impl Kept {
    /// `shift`: how much later all is, in nanoseconds.
    pub(crate) fn read<S: Source>(
        reader: &Reader,
        window: &mut Window<S>,
        shift: i64,
    ) -> Result<Self, PartsError> {
        let said = reader.said(window)?;
        let of = |wanted| said.iter().filter(move |(id, _)| *id == wanted).map(|(_, payload)| &payload[..]);
        Ok(Self {
            chapters: chapters::moved(chapters::read(of(ids::CHAPTERS)), shift),
            track_tags: track_tags::kept(of(ids::TAGS)),
        })
    }

    /// What a part says that begins at `zero` and is so long, in nanoseconds.
    pub(crate) fn of_part(&self, zero: i64, length: Option<i64>) -> Self {
        let length = length.unwrap_or(i64::MAX);
        Self {
            chapters: chapters::cut(&self.chapters, zero, length, i64::MAX),
            track_tags: self.track_tags.clone(),
        }
    }

    /// Adds what a recording says that follows from `offset` on, in nanoseconds.
    pub(crate) fn add(&mut self, following: &Self, offset: i64) {
        chapters::add(&mut self.chapters, following.chapters.clone(), offset);
    }

    /// Whether the chapters say no more than [`crate::Metadata`] can.
    pub(crate) fn has_plain_chapters(&self) -> bool {
        chapters::are_plain(&self.chapters)
    }

    /// The whole Chapters; nothing without any.
    pub(crate) fn chapters(&self) -> Vec<u8> {
        chapters::element(&self.chapters)
    }

    /// The whole Tags; nothing without any.
    pub(crate) fn tags(&self) -> Vec<u8> {
        let mut out = Vec::new();
        if !self.track_tags.is_empty() {
            put_element(&mut out, ids::TAGS, &self.track_tags);
        }
        out
    }
}
