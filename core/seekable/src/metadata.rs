//! What is said about a recording beside its sound and picture: title, date, people, chapters, free tags.

use std::time::Duration;

/// Said about a recording, written into its file. All of it may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metadata {
    /// What the recording is called.
    pub title: Option<String>,
    /// When it began.
    pub date: Option<UnixMillis>,
    /// Who took part, by name.
    pub participants: Vec<String>,
    /// Anything else, as pairs of name and value. Names are written as Matroska wants them: upper case, `_` for spaces.
    pub tags: Vec<(String, String)>,
    /// Places worth finding, in order of time.
    pub chapters: Vec<Chapter>,
}

impl Metadata {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A place in the recording that has a name. It lasts until the next one begins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chapter {
    /// From the start of the recording.
    pub start: Duration,
    /// What players show.
    pub title: String,
}

/// Milliseconds since the first of January 1970, 00:00 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixMillis(pub u64);
