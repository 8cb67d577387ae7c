//! What a person has settled for this device. Kept here, sent nowhere.

use hostreel_room::clean_name;
use serde::{Deserialize, Serialize};

use crate::i18n::Language;

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system is.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// All of them, in the order of the choice.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// Its stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// How good recordings are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quality {
    /// Small files: speech, and faces at 360 lines.
    Small,
    /// Faces at 720 lines.
    #[default]
    Standard,
    /// 1080 lines.
    High,
}

impl Quality {
    /// All of them, in the order of the choice.
    pub const ALL: [Self; 3] = [Self::Small, Self::Standard, Self::High];

    /// Its stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Standard => "standard",
            Self::High => "high",
        }
    }
}

/// Which kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// WebM where the browser has it: it survives everything best.
    #[default]
    Auto,
    /// MP4, which opens everywhere, where the browser can record it.
    Mp4,
}

impl FileKind {
    /// All of them, in the order of the choice.
    pub const ALL: [Self; 2] = [Self::Auto, Self::Mp4];

    /// Its stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Mp4 => "mp4",
        }
    }
}

/// Seconds that may be counted down before a recording, in the order of the choice.
pub const COUNTDOWNS: [u8; 4] = [0, 3, 5, 10];

/// Tints to choose from for a name without a picture.
pub const TINTS: u8 = 6;

/// Longest name, in characters.
pub const LONGEST_NAME: usize = 40;

/// A name as the server takes it: without what can't be seen. Nothing when too little or too much is left.
#[must_use]
pub fn checked_name(typed: &str) -> Option<String> {
    clean_name(typed, usize::MAX).filter(|name| name.chars().count() <= LONGEST_NAME)
}

/// Version of an exported file.
const VERSION: u32 = 1;

/// Everything that is settled. What an older or a foreign file does not say is as it is by default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Version of this form; 0 where a file does not say, and so is none of ours.
    #[serde(rename = "hostreel_settings", default)]
    pub version: u32,
    /// What others see. May be empty.
    pub name: String,
    /// The tint behind the own name, below [`TINTS`]; nothing: by the name.
    pub tint: Option<u8>,
    /// The microphone, by the browser's id; nothing is the browser's default.
    pub microphone: Option<String>,
    /// The camera.
    pub camera: Option<String>,
    /// The speaker.
    pub speaker: Option<String>,
    /// The own picture is shown as in a mirror.
    pub mirror: bool,
    /// The microphone is off, and on while the space bar is held.
    pub push_to_talk: bool,
    /// How good recordings are.
    pub quality: Quality,
    /// Which kind of file.
    pub file: FileKind,
    /// One of [`COUNTDOWNS`].
    pub countdown_s: u8,
    /// Light or dark.
    pub theme: Theme,
    /// The language's tag, only in an exported file: this device keeps it by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            version: VERSION,
            name: String::new(),
            tint: None,
            microphone: None,
            camera: None,
            speaker: None,
            mirror: true,
            push_to_talk: false,
            quality: Quality::default(),
            file: FileKind::default(),
            countdown_s: 3,
            theme: Theme::default(),
            language: None,
        }
    }
}

impl Settings {
    /// Reads what was kept; what is no settings reads as the default.
    #[must_use]
    pub fn kept(text: Option<&str>) -> Self {
        text.and_then(Self::read).unwrap_or_default()
    }

    /// Reads an exported file. Nothing when it is none, or of a later version.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let read: Self = serde_json::from_str(text).ok()?;
        (1..=VERSION).contains(&read.version).then(|| read.mended())
    }

    /// As JSON text, for keeping and for a file.
    #[must_use]
    pub fn text(&self) -> String {
        // Texts, numbers and booleans always serialize.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// An exported file: all of this, and the language.
    #[must_use]
    pub fn exported(&self, language: Language) -> String {
        Self { language: Some(language.tag().to_owned()), ..self.clone() }.text()
    }

    /// Takes the language out of what was read from a file; nothing where it says none that is known.
    pub fn take_language(&mut self) -> Option<Language> {
        Language::from_tag(&self.language.take()?)
    }

    /// Whatever a file said, what is used is in range.
    fn mended(mut self) -> Self {
        self.version = VERSION;
        self.name =
            self.name.trim().chars().filter(|letter| !letter.is_control()).take(LONGEST_NAME).collect();
        self.tint = self.tint.filter(|tint| *tint < TINTS);
        if !COUNTDOWNS.contains(&self.countdown_s) {
            self.countdown_s = Self::default().countdown_s;
        }
        for device in [&mut self.microphone, &mut self.camera, &mut self.speaker] {
            device.take_if(|id| id.is_empty() || id.len() > 200);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_survive_a_file() {
        let settings = Settings {
            name: "민아 \"Mina\" <b>".into(),
            tint: Some(3),
            camera: Some("abc".into()),
            push_to_talk: true,
            quality: Quality::High,
            file: FileKind::Mp4,
            countdown_s: 10,
            theme: Theme::Dark,
            ..Settings::default()
        };
        assert_eq!(Settings::read(&settings.text()), Some(settings));
    }

    #[test]
    fn the_language_goes_through_a_file_and_is_kept_by_itself() {
        let settings = Settings { name: "Mina".into(), ..Settings::default() };
        let mut read = Settings::read(&settings.exported(Language::Korean)).unwrap();
        assert_eq!(read.take_language(), Some(Language::Korean));
        assert_eq!(read, settings);
        let strange = "{\"hostreel_settings\":1,\"language\":\"tlh\"}";
        assert_eq!(Settings::read(strange).unwrap().take_language(), None);
        assert!(!settings.text().contains("language"));
    }

    #[test]
    fn a_file_that_says_less_is_taken_and_a_strange_one_is_not() {
        assert_eq!(Settings::read("{\"hostreel_settings\":1}"), Some(Settings::default()));
        let strange = ["{\"hostreel_settings\":1,\"theme\":\"pink\"}", "{\"hostreel_settings\":99}"];
        for text in ["", "7", "[]", "{}", "{\"name\":\"a package\"}", "not json"].into_iter().chain(strange) {
            assert_eq!(Settings::read(text), None, "{text}");
            assert_eq!(Settings::kept(Some(text)), Settings::default());
        }
        assert_eq!(Settings::kept(None), Settings::default());
    }

    #[test]
    fn a_name_is_what_can_be_seen_of_it() {
        assert_eq!(checked_name("  Kim \t Mina\u{202e} ").as_deref(), Some("Kim Mina"));
        let longest = "가".repeat(LONGEST_NAME);
        assert_eq!(checked_name(&longest), Some(longest.clone()));
        for typed in ["", " \u{200b}\u{3164} ", &format!("{longest}나")] {
            assert_eq!(checked_name(typed), None, "{typed:?}");
        }
    }

    #[test]
    fn whatever_a_file_says_is_in_range() {
        let name = "가".repeat(10_000);
        let text = format!(
            "{{\"hostreel_settings\":1,\"name\":\"\\n{name}\",\"tint\":200,\"countdown_s\":77,\"camera\":\"\",\"unknown\":[1]}}"
        );
        let read = Settings::read(&text).unwrap();
        assert_eq!(read.name.chars().count(), LONGEST_NAME);
        assert_eq!((read.tint, read.countdown_s, read.camera), (None, 3, None));
    }
}
