//! Places of a recording that were marked.

/// A place in a recording that has a name. It lasts until the next one begins.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chapter {
    /// In recorded time of its own file, in milliseconds.
    pub at_ms: u64,
    /// What players show.
    pub title: String,
}

/// The chapters of the part from `start_ms` to `end_ms` (exclusive) of a recording, at the times that they have in the
/// part. One that began before lasts into it.
///
/// ```
/// use hostreel_recording::{Chapter, chapters_of_part};
/// let at = |at_ms, title: &str| Chapter { at_ms, title: title.into() };
/// let all = [at(0, "a"), at(10, "b"), at(30, "c")];
/// assert_eq!(chapters_of_part(&all, 20, 40), [at(0, "b"), at(10, "c")]);
/// assert_eq!(chapters_of_part(&all, 10, 30), [at(0, "b")]);
/// ```
#[must_use]
pub fn chapters_of_part(all: &[Chapter], start_ms: u64, end_ms: u64) -> Vec<Chapter> {
    let before = all.iter().rfind(|chapter| chapter.at_ms < start_ms);
    let within = all.iter().filter(|chapter| (start_ms..end_ms).contains(&chapter.at_ms));
    let mut part: Vec<Chapter> =
        within.map(|chapter| Chapter { at_ms: chapter.at_ms - start_ms, ..chapter.clone() }).collect();
    if let Some(before) = before.filter(|_| part.first().is_none_or(|first| first.at_ms > 0)) {
        part.insert(0, Chapter { at_ms: 0, ..before.clone() });
    }
    part
}
