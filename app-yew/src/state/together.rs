//! Recordings in one archive: what they are called there, above all those that were made together, one for each person;
//! and what comes along, the chat and the consent log.

use hostreel_consent::Log;
use serde_json::Value;

use super::consent_page::html;
use super::kept_chat::{Said, as_text, as_webvtt};
use crate::i18n::{Language, Texts};

/// A small file of an archive: name with extension, content.
pub type TextFile = (String, String);

/// Characters of a name that a number follows: it must not be cut off with the end of a long one.
const NUMBERED: usize = 70;

/// The title of all of them: that of one, without whose it is.
#[must_use]
pub fn common_title<'a>(title: &'a str, person: Option<&str>) -> &'a str {
    let common = person.and_then(|person| title.strip_suffix(person)?.strip_suffix(" - "));
    common.unwrap_or(title)
}

/// Whose a file is, by its own title and by that of all.
#[must_use]
pub fn person_of<'a>(title: &'a str, common: &str) -> Option<&'a str> {
    title.strip_prefix(common.trim())?.strip_prefix(" - ")
}

/// What a file is called within an archive, without its extension: as its manifest says, and, where there are others
/// beside, with `group` before it.
#[must_use]
pub fn entry_name(file: &str, group: Option<&str>) -> String {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    group.map_or_else(|| stem.to_owned(), |group| format!("{group} {stem}"))
}

/// The names, without extensions, with those that are taken already, whatever their letters' case, told apart by a
/// number: then what lies beside each can be called as it is.
#[must_use]
pub fn distinct(names: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut taken = Vec::new();
    let mut told_apart = Vec::new();
    for wanted in names {
        let short: String = wanted.chars().take(NUMBERED).collect();
        let mut name = wanted;
        for number in 2.. {
            if !taken.contains(&name.to_lowercase()) {
                break;
            }
            name = format!("{} {number}", short.trim_end());
        }
        taken.push(name.to_lowercase());
        told_apart.push(name);
    }
    told_apart
}

/// The chat beside a recording of `length_ms` that is called `name`: as text and as WebVTT. Nothing when nothing was
/// written.
#[must_use]
pub fn chat_files(name: &str, lines: &[Said], length_ms: u64, texts: &Texts) -> Vec<TextFile> {
    if lines.is_empty() {
        return Vec::new();
    }
    let name = format!("{name} {}", texts.chat.title);
    vec![(format!("{name}.txt"), as_text(lines)), (format!("{name}.vtt"), as_webvtt(lines, length_ms))]
}

/// The consent log beside a recording that is called `name`: as JSON, and as a page with `title` on it.
#[must_use]
pub fn log_files(name: &str, title: &str, log: &Log, language: Language) -> Vec<TextFile> {
    let texts = language.texts();
    let name = format!("{name} {}", texts.consent.log);
    let page = html(log, title, language.tag(), texts);
    vec![(format!("{name}.json"), log.json()), (format!("{name}.html"), page)]
}

/// A manifest whose files are called otherwise in the archive. What is none stays as it is.
#[must_use]
pub fn manifest_with(manifest: &str, named: impl Fn(&str) -> Option<String>) -> String {
    let Ok(mut read) = serde_json::from_str::<Value>(manifest) else { return manifest.to_owned() };
    for track in read.get_mut("tracks").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(file) = track.get_mut("file")
            && let Some(name) = file.as_str().and_then(&named)
        {
            *file = Value::String(name);
        }
    }
    serde_json::to_string_pretty(&read).unwrap_or_else(|_| manifest.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_without_the_person() {
        assert_eq!(common_title("Meeting - Mina", Some("Mina")), "Meeting");
        assert_eq!(common_title("Meeting - Mina", Some("Juno")), "Meeting - Mina");
        assert_eq!(common_title("Mina", Some("Mina")), "Mina");
        assert_eq!(common_title("Talk", None), "Talk");
        assert_eq!(person_of("Meeting - Mina", "Meeting "), Some("Mina"));
        assert_eq!(person_of("Meeting", "Meeting"), None);
    }

    #[test]
    fn two_of_one_name_are_told_apart_however_long_it_is() {
        let distinct = |names: &[&str]| distinct(names.iter().map(|name| (*name).to_owned()));
        assert_eq!(distinct(&["Talk", "talk", "Talk", "Other"]), ["Talk", "talk 2", "Talk 3", "Other"]);
        let long = "가".repeat(80);
        let apart = distinct(&[&long, &long]);
        assert_eq!(apart[0], long);
        assert_eq!(apart[1], format!("{} 2", "가".repeat(70)));
    }

    #[test]
    fn what_comes_along_is_called_as_the_recording() {
        let said = Said { at_ms: 1_000, name: "Juno".into(), text: "hello".into() };
        let texts = Language::English.texts();
        let files = chat_files("2026 Talk", &[said], 9_000, texts);
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["2026 Talk Chat.txt", "2026 Talk Chat.vtt"]);
        assert!(files[0].1.contains("Juno: hello") && files[1].1.starts_with("WEBVTT"));
        assert_eq!(chat_files("2026 Talk", &[], 9_000, texts), []);
    }

    #[test]
    fn files_are_called_as_their_manifest_says() {
        assert_eq!(entry_name("Dr. Kim.webm", None), "Dr. Kim");
        assert_eq!(entry_name("Mina.webm", Some("Meeting")), "Meeting Mina");
        let manifest = r#"{"title":"T","tracks":[{"file":"Mina.webm","offset_ms":3},{"file":"Juno.webm"}]}"#;
        let named = manifest_with(manifest, |file| (file == "Mina.webm").then(|| format!("T {file}")));
        let read: Value = serde_json::from_str(&named).unwrap();
        assert_eq!(read["tracks"][0]["file"], "T Mina.webm");
        assert_eq!(
            (&read["tracks"][0]["offset_ms"], &read["tracks"][1]["file"]),
            (&3.into(), &"Juno.webm".into())
        );
        assert_eq!(manifest_with("no manifest", |_| None), "no manifest");
    }
}
