//! What the app knows about a recording beside the file itself: kept with it as JSON, read by nobody else.

use serde::{Deserialize, Serialize};

use super::kept_chat::Said;
use hostreel_consent::Log;

/// A moment that was marked while it was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Chapter {
    /// Recorded time, in milliseconds.
    pub at_ms: u64,
    /// What it is called.
    pub title: String,
}

/// The app's notes about one recording. All of them may be missing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Notes {
    /// The room where it was made; nothing for one that was made alone.
    pub room: Option<String>,
    /// Who took part, by name, in the order in which they came; who takes another name meanwhile by both.
    pub people: Vec<String>,
    /// Marked moments, in order.
    pub chapters: Vec<Chapter>,
    /// How loud it is in equal spans, 0 to 99. At most [`MOST_PEAKS`].
    pub peaks: Vec<u8>,
    /// A small picture of it, as a `data:` address of a JPEG.
    pub picture: Option<String>,
    /// Whose file it is, where there is one for each person.
    pub person: Option<String>,
    /// What that file is called in the manifest.
    pub file: Option<String>,
    /// How the files of all people belong together, as JSON text.
    pub manifest: Option<String>,
    /// What was said in writing meanwhile.
    pub chat: Vec<Said>,
    /// Who was told, asked and answered.
    pub consent: Option<Log>,
    /// It was cut out of another recording; the log is that one's.
    pub is_part: bool,
}

/// Most numbers that are kept of a waveform: more than a row is wide.
pub const MOST_PEAKS: usize = 240;

/// Longest picture that is taken, in characters: all notes are read together.
const MOST_PICTURE: usize = 40_000;

impl Notes {
    /// Reads notes; what is not as it should be reads as nothing.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let mut notes: Self = serde_json::from_str(text).unwrap_or_default();
        notes.peaks.truncate(MOST_PEAKS);
        let known = |picture: &String| picture.starts_with("data:image/jpeg;base64,");
        notes.picture = notes.picture.filter(known);
        notes
    }

    /// As JSON text.
    #[must_use]
    pub fn text(&self) -> String {
        // Texts and numbers always serialize.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// As JSON text of at most `most` bytes: where it would be longer, without the chat.
    #[must_use]
    pub fn text_within(&self, most: usize) -> String {
        let whole = self.text();
        if whole.len() <= most {
            return whole;
        }
        Self { chat: Vec::new(), ..self.clone() }.text()
    }

    /// Somebody took part.
    pub fn met(&mut self, name: &str) {
        if !name.is_empty() && !self.people.iter().any(|known| known == name) {
            self.people.push(name.to_owned());
        }
    }

    /// The same with a picture, and nothing else changed; nothing when there is one already, or when this one is too large
    /// to be kept.
    #[must_use]
    pub fn with_picture(self, picture: String) -> Option<Self> {
        let wanted = self.picture.is_none() && picture.len() <= MOST_PICTURE;
        wanted.then_some(Self { picture: Some(picture), ..self })
    }

    /// Which chapter a moment is in, by its number from 0; nothing before the first.
    #[must_use]
    pub fn chapter_at(&self, at_ms: u64) -> Option<usize> {
        self.chapters.iter().rposition(|chapter| chapter.at_ms <= at_ms)
    }
}

/// A waveform of at most [`MOST_PEAKS`] numbers, 0 to 99, each the loudest of its span. Levels are 0 to 1.
#[must_use]
pub fn peaks(levels: &[f32]) -> Vec<u8> {
    let span = levels.len().div_ceil(MOST_PEAKS).max(1);
    levels
        .chunks(span)
        .map(|levels| {
            let loudest = levels.iter().copied().fold(0.0, f32::max);
            // A float to integer cast saturates.
            (loudest.clamp(0.0, 1.0) * 99.0).round() as u8
        })
        .collect()
}

/// The waveform as a path in a box of `width` by `height`: a bar for each number, around the middle.
#[must_use]
pub fn waveform_path(peaks: &[u8], width: f64, height: f64) -> String {
    use std::fmt::Write as _;
    let step = width / peaks.len().max(1) as f64;
    let middle = height / 2.0;
    let mut path = String::new();
    for (index, peak) in peaks.iter().enumerate() {
        let x = step * (index as f64 + 0.5);
        let half = (f64::from(*peak) / 99.0 * (middle - 1.0)).max(0.75);
        // Writing into a string can't fail.
        let _ = write!(path, "M{x:.1} {:.1}V{:.1}", middle - half, middle + half);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_survive_writing_and_reading() {
        let mut notes = Notes { room: Some("abcd-efgh-jkmn".into()), ..Notes::default() };
        for name in ["Mina", "", "Juno", "Mina"] {
            notes.met(name);
        }
        notes.chapters.push(Chapter { at_ms: 1_500, title: "</script>".into() });
        notes = notes.with_picture("data:image/jpeg;base64,AAAA".into()).unwrap();
        assert_eq!(notes.people, ["Mina", "Juno"]);
        assert_eq!(Notes::read(&notes.text()), notes);
    }

    #[test]
    fn what_is_too_long_loses_the_chat_and_nothing_else() {
        let said = Said { at_ms: 1, name: "Mina".into(), text: "hello".into() };
        let notes = Notes { people: vec!["Mina".into()], chat: vec![said], ..Notes::default() };
        let whole = notes.text();
        assert_eq!(notes.text_within(whole.len()), whole);
        let short = Notes { chat: Vec::new(), ..notes.clone() };
        assert_eq!(notes.text_within(whole.len() - 1), short.text());
    }

    #[test]
    fn what_is_no_note_reads_as_nothing() {
        for text in ["", "[]", "7", "{\"peaks\":[1000]}", "{\"people\":3}"] {
            assert_eq!(Notes::read(text), Notes::default(), "{text}");
        }
        let strange = "{\"picture\":\"javascript:alert(1)\",\"room\":\"r\",\"new\":1}";
        assert_eq!(Notes::read(strange), Notes { room: Some("r".into()), ..Notes::default() });
    }

    #[test]
    fn a_picture_that_is_too_large_is_not_kept() {
        assert_eq!(Notes::default().with_picture("x".repeat(MOST_PICTURE + 1)), None);
    }

    #[test]
    fn the_first_picture_stays_and_changes_nothing_else() {
        let notes = Notes { person: Some("Mina".into()), ..Notes::default() };
        let shown = notes.clone().with_picture("first".into()).unwrap();
        assert_eq!(shown, Notes { picture: Some("first".into()), ..notes });
        assert_eq!(shown.with_picture("second".into()), None);
    }

    #[test]
    fn a_moment_is_in_the_chapter_that_began_last() {
        let chapter = |at_ms| Chapter { at_ms, title: String::new() };
        let notes = Notes { chapters: vec![chapter(1_000), chapter(5_000)], ..Notes::default() };
        assert_eq!(
            [999, 1_000, 4_999, 5_000].map(|at| notes.chapter_at(at)),
            [None, Some(0), Some(0), Some(1)]
        );
    }

    #[test]
    fn the_loudest_moment_stays() {
        let mut levels = vec![0.1; 2_000];
        levels[1_234] = 2.0;
        let peaks = peaks(&levels);
        assert!(peaks.len() <= MOST_PEAKS);
        assert_eq!(peaks.iter().max(), Some(&99));
        assert!(super::peaks(&[]).is_empty());
        assert_eq!(super::peaks(&[f32::NAN, -1.0, 0.5]), [0, 0, 50]);
        let path = waveform_path(&peaks, 100.0, 20.0);
        assert_eq!(path.matches('M').count(), peaks.len());
        assert!(path.contains("V19.0"), "the loudest fills the box");
    }
}
