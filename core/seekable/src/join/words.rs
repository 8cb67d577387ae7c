//! What the joined recording says: all that its parts say, moved in time.

use std::time::Duration;

use crate::split::{strip, title_of_whole};
use crate::{Chapter, Metadata};

/// What the first part says of the whole.
pub(super) fn of_first(first: &Metadata) -> Metadata {
    let mut said = first.clone();
    said.title = said.title.map(|title| title_of_whole(&title, &first.tags));
    strip(&mut said.tags);
    said
}

/// Adds what a later part says: its people and its chapters.
pub(super) fn add(said: &mut Metadata, part: &Metadata, offset: i64) {
    for name in &part.participants {
        if !said.participants.contains(name) {
            said.participants.push(name.clone());
        }
    }
    for chapter in &part.chapters {
        // A chapter that lasts over the cut began before it.
        let goes_on = chapter.start.is_zero()
            && said.chapters.last().is_some_and(|last: &Chapter| last.title == chapter.title);
        if !goes_on {
            said.chapters.push(Chapter { start: moved(chapter.start, offset), title: chapter.title.clone() });
        }
    }
}

fn moved(time: Duration, offset: i64) -> Duration {
    let by = Duration::from_nanos(offset.unsigned_abs());
    if offset < 0 { time.saturating_sub(by) } else { time.saturating_add(by) }
}
