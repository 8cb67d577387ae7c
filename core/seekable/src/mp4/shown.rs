//! What is shown of a track, and when: its edit list (section 8.6.6), without its empty edits.

#[cfg(feature = "mp4-repair")]
use super::track::{Track, to_scale};

/// A stretch of a track that is shown at its usual speed. Times in ticks of the track.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shown {
    /// When it begins in the movie.
    pub(crate) start: i64,
    /// When it ends there, exclusive; without, when the last sample does.
    pub(crate) end: Option<i64>,
    /// The time of the samples that is shown at `start`.
    pub(crate) media: i64,
}

impl Shown {
    /// Moved in the movie, and among the samples.
    pub(crate) fn moved(self, start: i64, media: i64) -> Self {
        Self {
            start: self.start.saturating_add(start),
            end: self.end.map(|end| end.saturating_add(start)),
            media: self.media.saturating_add(media),
        }
    }

    /// How long it lasts; zero where that is not said.
    pub(crate) fn length(&self) -> i64 {
        self.end.map_or(0, |end| end.saturating_sub(self.start).max(0))
    }

    /// When a time of the samples is shown, if this stretch goes on that long.
    pub(crate) fn shown_at(&self, media: i64) -> i64 {
        media.saturating_sub(self.media).saturating_add(self.start)
    }
}

/// The entries of an edit list: how long in ticks of the movie, and from which time of the samples on (-1: nothing is shown).
#[cfg(feature = "mp4-repair")]
pub(super) fn entries(track: &Track, timescale: u32) -> Vec<(u64, i64)> {
    let in_movie = |ticks: i64, up| to_scale(ticks.max(0).unsigned_abs(), track.timescale, timescale, up);
    // Tables count from the first sample on.
    let first = i64::try_from(track.reach.first.unwrap_or_default()).unwrap_or(i64::MAX);
    let mut entries = Vec::new();
    let mut at = 0;
    for (index, shown) in track.shown.iter().enumerate() {
        let start = in_movie(shown.start, false);
        // What is hidden behind a stretch does not show for a part of a tick.
        let end = match shown.end {
            Some(end) if index + 1 < track.shown.len() => in_movie(end, false),
            _ => to_scale(track.end(), track.timescale, timescale, true),
        };
        if end > start {
            if start > at {
                entries.push((start - at, -1));
            }
            entries.push((end.saturating_sub(start.max(at)), shown.media.saturating_sub(first).max(0)));
            at = end;
        }
    }
    if entries.is_empty() && !track.shown.is_empty() {
        // A list without entries would show all.
        entries.push((1, -1));
    }
    entries
}
