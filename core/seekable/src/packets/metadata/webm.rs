//! Info, Chapters and Tags (RFC 9559, sections 5.1.2, 5.1.7 and 5.1.8).

use std::time::Duration;

use super::{CHAPTERS_MAX, date, sort, text};
use crate::packets::webm::{Reader, display, find};
use crate::packets::{PartsError, Source, Window};
use crate::webm::ebml::{big_endian, children};
use crate::webm::ids;
use crate::{Chapter, Metadata, UnixMillis};

/// DateUTC counts from the first of January 2001 (RFC 9559, section 5.1.2.11): in milliseconds since 1970.
const MILLENNIUM: i64 = 978_307_200_000;

/// What a WebM or Matroska file says.
pub(in crate::packets) fn webm<S: Source>(
    window: &mut Window<S>,
    reader: &Reader,
) -> Result<Metadata, PartsError> {
    Ok(said(&reader.info, &reader.said(window)?))
}

/// What the payload of Info says, and those of Chapters and Tags, which have their IDs in front.
pub(crate) fn said(info: &[u8], all: &[(u32, Vec<u8>)]) -> Metadata {
    let mut metadata = Metadata::default();
    for (id, payload) in all {
        for child in children(payload).map_while(Result::ok) {
            match (*id, child.id) {
                (ids::CHAPTERS, ids::EDITION_ENTRY) => edition(child.payload, &mut metadata),
                (ids::TAGS, ids::TAG) => tag(child.payload, &mut metadata),
                _ => {}
            }
        }
    }
    if let Some(title) = find(info, ids::TITLE) {
        metadata.title = Some(text(title)).filter(|title| !title.is_empty());
    }
    if let Some(date) = find(info, ids::DATE_UTC).filter(|date| date.len() == 8) {
        let milliseconds = (big_endian(date) as i64).div_euclid(1_000_000).saturating_add(MILLENNIUM);
        // To the millisecond: what the tag says is the same.
        metadata.date = u64::try_from(milliseconds).ok().map(UnixMillis);
    }
    sort(&mut metadata);
    metadata
}

/// The chapters of an edition, without those inside of others.
fn edition(payload: &[u8], metadata: &mut Metadata) {
    for atom in children(payload).map_while(Result::ok).filter(|child| child.id == ids::CHAPTER_ATOM) {
        let start = find(atom.payload, ids::CHAPTER_TIME_START).map_or(0, big_endian);
        let title = display(atom.payload).and_then(|display| find(display, ids::CHAPTER_STRING));
        let title = text(title.unwrap_or_default());
        if metadata.chapters.len() < CHAPTERS_MAX {
            metadata.chapters.push(Chapter { start: Duration::from_nanos(start), title });
        }
    }
}

/// Tags of the whole recording. Those of single tracks are not its own: see [`crate::packets::webm::track_tags`].
fn tag(payload: &[u8], metadata: &mut Metadata) {
    let targets = find(payload, ids::TARGETS).unwrap_or_default();
    // TargetTypeValue and TargetType say how large a whole it is; all others name a part, or by a zero all parts.
    if children(targets).map_while(Result::ok).any(|child| {
        !matches!(child.id, ids::TARGET_TYPE_VALUE | ids::TARGET_TYPE) && big_endian(child.payload) != 0
    }) {
        return;
    }
    let mut people = None;
    for simple in children(payload).map_while(Result::ok).filter(|child| child.id == ids::SIMPLE_TAG) {
        let name = text(find(simple.payload, ids::TAG_NAME).unwrap_or_default());
        let Some(value) = find(simple.payload, ids::TAG_STRING).map(text) else { continue };
        match name.as_str() {
            "TITLE" => metadata.title = Some(value),
            "DATE_RECORDED" => metadata.date = date(&value),
            "ACTOR" => metadata.participants.push(value),
            // The same people once more, for readers that show only one tag of a name.
            "PARTICIPANTS" => people = Some(value),
            _ => metadata.tags.push((name, value)),
        }
    }
    if let Some(people) = people.filter(|people| *people != metadata.participants.join(", ")) {
        metadata.tags.push(("PARTICIPANTS".to_owned(), people));
    }
}
