//! What lies on the disk.

use hostreel_recording::Sidecar;
use seekable::{Container, Seekable, stated_duration};

use super::add;
use crate::browser::held_locks;
use crate::recorder::{codecs, lock_name, media_type};
use crate::sidecar::from_json;
use crate::store::{
    HEAD_BYTES, MEDIA_SUFFIX, StoredFile, disk_file, list_files, media_name, sidecar_name, slice,
};
use crate::{Error, Recording};

/// Adds the recordings of the disk.
pub(super) async fn on_disk(found: &mut Vec<Recording>) -> Result<(), Error> {
    let before = held_locks().await;
    let files = list_files().await?;
    // After the listing: what is begun later is not in it.
    let busy = held_locks().await;
    for file in &files {
        let Some(id) = file.name.strip_suffix(MEDIA_SUFFIX) else { continue };
        if busy.contains(&lock_name(id)) || file.bytes == 0 {
            continue;
        }
        // What ended meanwhile was complete only after its facts had been read.
        let is_true = |recording: &Recording| recording.finished || !before.contains(&lock_name(id));
        if let Some(recording) = described(&files, id, file.bytes).await.filter(is_true) {
            add(found, recording);
        }
    }
    Ok(())
}

/// A recording on the disk, as the facts beside it say.
pub(super) async fn described(files: &[StoredFile], id: &str, bytes: u64) -> Option<Recording> {
    let facts = sidecar_name(id);
    let facts = files.iter().find(|file| file.name == facts);
    let known = facts.and_then(|file| from_json(file.text.as_deref()?));
    let finished = known.as_ref().is_some_and(|sidecar| sidecar.finished);
    // The facts of one that is not finished are renewed now and then; the file's own head is never behind.
    let start = if finished { None } else { head(id).await };
    let Some(sidecar) = known else { return guessed(id, bytes, &start?) };
    let mut recording = Recording::from_sidecar(sidecar, bytes, false);
    if let Some(stated) = start.and_then(|head| stated_duration_ms(&head)) {
        recording.duration_ms = recording.duration_ms.max(stated);
    }
    Some(recording)
}

/// A recording whose facts were lost: its start is in its id, its type in its first bytes.
fn guessed(id: &str, bytes: u64, head: &[u8]) -> Option<Recording> {
    let mut seekable = Seekable::default();
    seekable.push(head).ok()?;
    let summary = seekable.summary();
    // MP4 and Ogg tell their tracks elsewhere: Ogg is sound, MP4 most likely has a picture.
    let video = summary.has_video() || summary.container == Container::Mp4;
    let media = media_type(summary.container, video);
    // What was read of the media itself is only its beginning.
    let duration_ms =
        stated_duration_ms(head).or_else(|| Some(summary.duration?.as_millis() as u64)).unwrap_or(0);
    let facts = Sidecar {
        id: id.to_owned(),
        mime: media.mime().into(),
        codecs: codecs(&summary),
        extension: media.extension().into(),
        has_video: media.has_video(),
        started_at_ms: id.split('-').next().and_then(|time| time.parse().ok()).unwrap_or(0),
        duration_ms,
        ..Sidecar::default()
    };
    Some(Recording::from_sidecar(facts, bytes, false))
}

/// The first bytes of a recording's file.
async fn head(id: &str) -> Option<Vec<u8>> {
    slice(&disk_file(&media_name(id)).await.ok()?, 0, HEAD_BYTES).await.ok()
}

/// What a file's head says its length is, in milliseconds: right up to the last checkpoint of a recording.
fn stated_duration_ms(head: &[u8]) -> Option<u64> {
    u64::try_from(stated_duration(head)?.as_millis()).ok()
}
