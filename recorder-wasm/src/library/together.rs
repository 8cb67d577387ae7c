//! Several recordings in one archive.

use js_sys::Array;
use web_sys::{Blob, BlobPropertyBag};

use crate::browser::wall_clock;
use crate::zip::{Packed, SaveOptions, save};
use crate::{Error, Recording, Saved};

/// Characters of a name that a number follows.
const NUMBERED: usize = 60;

/// Saves recordings as one ZIP archive where the user wants: a file dialog where the browser has one (call it from a
/// click), else a download. `name` is without extension. Each recording comes with the name it gets in the archive,
/// without extension; two of one name are told apart by a number. `texts` are small files to be added: name with
/// extension, content.
///
/// # Errors
/// As [`Recording::save`]. One that is cancelled gives [`Saved::Cancelled`]; then nothing is left of it.
pub async fn save_zip(
    recordings: &[(Recording, String)],
    texts: &[(String, String)],
    name: &str,
    options: &SaveOptions,
) -> Result<Saved, Error> {
    let packed = async {
        let mut packed = Vec::new();
        let mut taken = Vec::new();
        for (recording, name) in recordings {
            let name = distinct(&mut taken, name, |name| recording.file_name(name));
            let ended_ms = recording.started_at_ms + recording.duration_ms;
            packed.push(Packed::new(&name, recording.file().await?.into(), ended_ms));
        }
        for (name, text) in texts {
            let options = BlobPropertyBag::new();
            options.set_type("application/json");
            let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &options)?;
            packed.push(Packed::new(name, blob, wall_clock()));
        }
        Ok(packed)
    };
    save(packed, name, options).await
}

/// A file name that is not taken yet, whatever its letters' case; takes it.
fn distinct(taken: &mut Vec<String>, wanted: &str, file_name: impl Fn(&str) -> String) -> String {
    // The end of a long name is cut off: the number would go with it.
    let short: String = wanted.chars().take(NUMBERED).collect();
    let mut number = 1_u32;
    loop {
        let name = if number == 1 { file_name(wanted) } else { file_name(&format!("{short} {number}")) };
        let folded = name.to_lowercase();
        if !taken.contains(&folded) {
            taken.push(folded);
            return name;
        }
        number += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::distinct;

    #[test]
    fn two_of_one_name_are_told_apart() {
        let mut taken = Vec::new();
        let names: Vec<String> = ["Talk", "talk", "Talk", "Other"]
            .iter()
            .map(|name| distinct(&mut taken, name, |name| format!("{name}.webm")))
            .collect();
        assert_eq!(names, ["Talk.webm", "talk 2.webm", "Talk 3.webm", "Other.webm"]);
        let cut = |name: &str| hostreel_recording::file_name(name, "recording");
        let long = "x".repeat(200);
        let mut taken = Vec::new();
        let names = [(); 2].map(|()| distinct(&mut taken, &long, cut));
        assert_ne!(names[0], names[1]);
    }
}
