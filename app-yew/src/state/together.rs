//! Files that were made together, one for each person: what they are called as one, and within an archive.

use serde_json::Value;

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
