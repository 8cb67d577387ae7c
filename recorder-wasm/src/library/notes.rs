//! What a page itself knows about its recordings: kept beside them, and gone with them.

use std::collections::BTreeMap;

use crate::Error;
use crate::store::{
    NOTES_SUFFIX, disk_file, list_files, media_name, notes_name, put_text, remember_note, remembered_notes,
};
use crate::support::support;

/// Longest note, in bytes: all notes are read together.
pub const MOST_NOTES_BYTES: usize = 262_143;

/// Keeps a page's own note about a recording (finished, or being recorded), in place of the one before: a picture, who
/// took part, anything as JSON text. The recorder never reads it. It is deleted with the recording.
///
/// # Errors
/// [`Error::NotFound`] where the recording has been deleted; [`Error::WriteFailed`] for a note that is longer than
/// [`MOST_NOTES_BYTES`], or when the browser won't write it; [`Error::StorageFull`].
pub async fn set_note(id: &str, json: &str) -> Result<(), Error> {
    check(json)?;
    if remember_note(id, json) {
        return Ok(());
    }
    if !support().opfs {
        return Err(Error::NotFound);
    }
    // A note about nothing would stay for ever: another tab may have deleted what this one records or has just recorded.
    if let Err(Error::NotFound) = disk_file(&media_name(id)).await {
        return Err(Error::NotFound);
    }
    put_note(id, json).await
}

/// The same for a recording whose file comes only after it.
pub(crate) async fn put_note(id: &str, json: &str) -> Result<(), Error> {
    check(json)?;
    put_text(&notes_name(id), json).await.map(drop)
}

fn check(json: &str) -> Result<(), Error> {
    if json.len() > MOST_NOTES_BYTES {
        return Err(Error::WriteFailed { reason: "the note is too long".into() });
    }
    Ok(())
}

/// All notes, by the recording's id.
///
/// # Errors
/// As [`super::list`].
pub async fn notes() -> Result<BTreeMap<String, String>, Error> {
    let mut found: BTreeMap<String, String> = remembered_notes().into_iter().collect();
    if support().opfs {
        for file in list_files().await? {
            if let (Some(id), Some(text)) = (file.name.strip_suffix(NOTES_SUFFIX), file.text) {
                found.insert(id.to_owned(), text);
            }
        }
    }
    Ok(found)
}

/// The note about one recording, if there is one.
pub async fn note(id: &str) -> Option<String> {
    notes().await.ok()?.remove(id)
}
