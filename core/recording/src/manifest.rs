//! What lies beside the files of a recording that has one file per participant.

use std::collections::BTreeSet;

use crate::file_name;

/// What [`Manifest::format`] says.
pub const MANIFEST_FORMAT: &str = "hostreel-tracks";

/// The version that [`Manifest::version`] carries. It grows when the meaning of a field changes; readers leave alone
/// what they don't know.
pub const MANIFEST_VERSION: u32 = 1;

/// The name of the manifest's own file.
pub const MANIFEST_FILE: &str = "manifest.json";

/// How the files of one recording belong together; written as JSON ([`MANIFEST_FILE`]) beside them.
///
/// All files count time on one clock, the recording's own: it begins at zero when the recording begins and stands
/// still while it is paused. To line the files up in an editor, put each one's beginning at its
/// [`offset_ms`](ManifestTrack::offset_ms).
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Manifest {
    /// [`MANIFEST_FORMAT`].
    pub format: String,
    /// [`MANIFEST_VERSION`].
    pub version: u32,
    /// What the user calls the recording. May be empty.
    pub title: String,
    /// When the recording's clock was at zero, in milliseconds since 1970 (UTC).
    pub started_at_ms: u64,
    /// From zero to the end of the file that ends last, in milliseconds of the recording's clock.
    pub duration_ms: u64,
    /// The files, in the order in which they began.
    pub tracks: Vec<ManifestTrack>,
}

/// One participant's file. Who left and came back has several.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ManifestTrack {
    /// The participant's id, as whoever records named it.
    pub id: String,
    /// The participant's name, as it was shown.
    pub name: String,
    /// The file's name, beside the manifest. Safe on every system, and unique whatever the case of its letters.
    pub file: String,
    /// MIME type without parameters, by what is in the file.
    pub mime: String,
    /// Codecs as in a MIME type's `codecs` parameter (RFC 6381), separated by `, `. Empty where they are not known.
    #[cfg_attr(feature = "serde", serde(default))]
    pub codecs: String,
    /// Where the file's beginning (its time zero) lies on the recording's clock, in milliseconds; right to within one
    /// picture of a film with 30 a second (33 ms).
    pub offset_ms: u64,
    /// Length of the file, in milliseconds.
    pub duration_ms: u64,
    /// Size of the file, in bytes.
    pub bytes: u64,
    /// The file came to its end. Otherwise it broke off; what there is plays all the same.
    pub finished: bool,
    /// Pauses that were cut out of this file, in order of time.
    pub pauses: Vec<Pause>,
}

/// A pause: nothing of it is in the file. To lay out a file by the time of day, let the rest begin so much later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Pause {
    /// Where it was cut out, in milliseconds from the beginning of the file.
    pub at_ms: u64,
    /// How long it was, in milliseconds.
    pub length_ms: u64,
}

impl Manifest {
    /// Puts the files in the order in which they began, and gives them names that are safe and unique. What they
    /// should be called, with its extension, is taken from each one's [`file`](ManifestTrack::file).
    #[must_use]
    pub fn new(title: &str, started_at_ms: u64, mut tracks: Vec<ManifestTrack>) -> Self {
        tracks.sort_by_key(|track| track.offset_ms);
        let mut names = Names::default();
        for track in &mut tracks {
            track.file = names.take(&track.file);
        }
        let ends = tracks.iter().map(|track| track.offset_ms.saturating_add(track.duration_ms));
        Self {
            format: MANIFEST_FORMAT.into(),
            version: MANIFEST_VERSION,
            title: title.trim().into(),
            started_at_ms,
            duration_ms: ends.max().unwrap_or(0),
            tracks,
        }
    }
}

/// Gives out file names, none twice.
#[derive(Debug, Default)]
struct Names {
    /// In lower case: some systems don't tell the case of letters apart.
    taken: BTreeSet<String>,
}

impl Names {
    /// The wanted name, made safe; with a number before its extension where it is taken.
    fn take(&mut self, wanted: &str) -> String {
        let (stem, extension) = wanted.rsplit_once('.').unwrap_or((wanted, "bin"));
        let mut stem = file_name(stem, "participant");
        if is_device(&stem) {
            stem.insert(0, '_');
        }
        let extension = file_name(extension, "bin");
        let mut number = 1_u32;
        loop {
            let numbered = if number == 1 { stem.clone() } else { format!("{stem} {number}") };
            if self.taken.insert(numbered.to_lowercase()) {
                return format!("{numbered}.{extension}");
            }
            number += 1;
        }
    }
}

/// Whether Windows takes a name for a device, whatever its extension (Naming Files, Paths, and Namespaces).
fn is_device(stem: &str) -> bool {
    let name = stem.split('.').next().unwrap_or_default().trim_end().to_uppercase();
    let port = |prefix: &str| {
        name.strip_prefix(prefix).is_some_and(|rest| {
            let mut letters = rest.chars();
            matches!((letters.next(), letters.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
        })
    };
    matches!(name.as_str(), "CON" | "PRN" | "AUX" | "NUL") || port("COM") || port("LPT")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn track(file: &str, offset_ms: u64) -> ManifestTrack {
        ManifestTrack {
            id: "p1".into(),
            name: "Mina".into(),
            file: file.into(),
            mime: "audio/webm".into(),
            codecs: "opus".into(),
            offset_ms,
            duration_ms: 1_000,
            bytes: 5_000_000_000,
            finished: true,
            pauses: vec![Pause { at_ms: 400, length_ms: 90_000 }],
        }
    }

    fn names(wanted: &[&str]) -> Vec<String> {
        let tracks = wanted.iter().map(|name| track(name, 0)).collect();
        Manifest::new("", 0, tracks).tracks.into_iter().map(|track| track.file).collect()
    }

    #[test]
    fn files_stand_in_the_order_of_their_beginnings() {
        let manifest = Manifest::new(
            " Stand-up ",
            7,
            vec![track("c.webm", 9_000), track("a.webm", 20), track("b.webm", 20)],
        );
        let order: Vec<&str> = manifest.tracks.iter().map(|track| track.file.as_str()).collect();
        assert_eq!(order, ["a.webm", "b.webm", "c.webm"]);
        assert_eq!((manifest.title.as_str(), manifest.duration_ms), ("Stand-up", 10_000));
        assert_eq!(Manifest::new("", 0, Vec::new()).duration_ms, 0);
    }

    #[test]
    fn names_are_unique_whatever_the_case() {
        assert_eq!(
            names(&["Mina.webm", "mina.WEBM", "Mina.m4a", "Mina 2.webm"]),
            ["Mina.webm", "mina 2.WEBM", "Mina 3.m4a", "Mina 2 2.webm"]
        );
        assert_eq!(names(&["민아.webm", "민아.webm"]), ["민아.webm", "민아 2.webm"]);
    }

    #[test]
    fn names_are_safe() {
        assert_eq!(
            names(&[
                "../../etc/passwd.webm",
                "Dr. Kim.webm",
                ".webm",
                "con.webm",
                "LPT1.webm",
                "nul.txt.webm"
            ]),
            [
                "etc passwd.webm",
                "Dr. Kim.webm",
                "participant.webm",
                "_con.webm",
                "_LPT1.webm",
                // Windows looks at what stands before the first dot.
                "_nul.txt.webm"
            ]
        );
        assert_eq!(names(&["a.we/../bm"]), ["a.we.bm"]);
        assert_eq!(names(&["Mina"]), ["Mina.bin"]);
    }

    #[cfg(feature = "serde")]
    #[test]
    fn as_json_it_says_what_the_documentation_says() {
        let manifest = Manifest::new("회의 \"1\"", 1_700_000_000_000, vec![track("Mina.webm", 3_021)]);
        let json = serde_json::to_value(&manifest).unwrap();
        assert_eq!(
            json,
            serde_json::json!({
                "format": "hostreel-tracks",
                "version": 1,
                "title": "회의 \"1\"",
                "started_at_ms": 1_700_000_000_000_u64,
                "duration_ms": 4_021,
                "tracks": [{
                    "id": "p1",
                    "name": "Mina",
                    "file": "Mina.webm",
                    "mime": "audio/webm",
                    "codecs": "opus",
                    "offset_ms": 3_021,
                    "duration_ms": 1_000,
                    "bytes": 5_000_000_000_u64,
                    "finished": true,
                    "pauses": [{ "at_ms": 400, "length_ms": 90_000 }]
                }]
            })
        );
        let read: Manifest = serde_json::from_value(json).unwrap();
        assert_eq!(read, manifest);
    }

    #[cfg(feature = "serde")]
    #[test]
    fn what_a_later_version_adds_is_left_alone() {
        let text = r#"{"format":"hostreel-tracks","version":2,"title":"","started_at_ms":0,"duration_ms":0,
            "tracks":[],"colour":"red"}"#;
        let read: Manifest = serde_json::from_str(text).unwrap();
        assert_eq!(read.version, 2);
    }
}
