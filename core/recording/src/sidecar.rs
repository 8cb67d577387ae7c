//! What is kept about a recording beside its file.

use crate::{Chapter, Report};

/// The version of what is kept. A reader of a later version takes what it does not find as not said.
pub const SIDECAR_VERSION: u32 = 3;

/// Facts about one recording, stored as JSON beside its media file. Written at the start (`finished: false`), from
/// time to time, and at the end.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sidecar {
    /// Unique in this browser; also the stem of the file names.
    pub id: String,
    /// What the user calls it.
    pub title: String,
    /// MIME type, by what is in the file.
    pub mime: String,
    /// Codecs as in a MIME type's `codecs` parameter (RFC 6381), separated by `, `. Empty where they are not known.
    pub codecs: String,
    /// File name extension without the dot, by what is in the file.
    pub extension: String,
    /// Whether it has a picture.
    pub has_video: bool,
    /// When it began, in milliseconds since 1970 (UTC).
    pub started_at_ms: u64,
    /// Recorded time, in milliseconds, as of the last writing.
    pub duration_ms: u64,
    /// Length of the media file, in bytes, as of the last writing.
    pub bytes: u64,
    /// The recording came to its end. Otherwise it was interrupted, or is still going on.
    pub finished: bool,
    /// The first thing in the browser's data that was not as it should be, for developers.
    pub problem: Option<String>,
    /// Which part of a recording it is that was split while it went on, from 1. Nothing for a whole one.
    pub part: Option<u32>,
    /// What recordings have in common that were made together. Nothing for one by itself.
    pub group: Option<String>,
    /// Its own check, made at its end.
    pub report: Option<Report>,
    /// What was marked, in order of time.
    pub chapters: Vec<Chapter>,
}

/// Longest file name made by [`file_name`], in characters.
const LONGEST: usize = 80;

/// A file name that every system takes, from what a user typed: no path separators, control or reserved characters,
/// no leading or trailing dots or spaces, at most 80 characters, `fallback` when nothing is left.
///
/// ```
/// use hostreel_recording::file_name;
/// assert_eq!(file_name("월요일 회의: 1/2", "recording"), "월요일 회의 1 2");
/// assert_eq!(file_name("../..", "recording"), "recording");
/// ```
#[must_use]
pub fn file_name(wanted: &str, fallback: &str) -> String {
    let plain = wanted.chars().map(|letter| match letter {
        '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => ' ',
        // Direction marks can make "exe.webm" read as "mbew.exe".
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => ' ',
        letter if letter.is_control() => ' ',
        letter => letter,
    });
    let plain: String = plain.collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    let short: String = words.join(" ").trim_matches(['.', ' ']).chars().take(LONGEST).collect();
    let short = short.trim_end_matches(['.', ' ']);
    if short.is_empty() { fallback.into() } else { short.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_harmless() {
        assert_eq!(file_name("a/b\\c:d*e?f\"g<h>i|j", "x"), "a b c d e f g h i j");
        assert_eq!(file_name(" .hidden. ", "x"), "hidden");
        assert_eq!(file_name("\u{202e}gpj.exe", "x"), "gpj.exe");
        assert_eq!(file_name("\n\t", "recording"), "recording");
        assert_eq!(file_name(&"가".repeat(500), "x").chars().count(), 80);
    }
}
