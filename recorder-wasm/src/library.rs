//! The recordings that this browser keeps.

use hostreel_recording::Sidecar;
use js_sys::{Function, Promise};
use seekable::{Container, Seekable, stated_duration};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::StorageEstimate;

use crate::browser::{held_locks, member, window};
use crate::recorder::{codecs, lock_name, media_type};
use crate::sidecar::from_json;
use crate::store::{
    HEAD_BYTES, MEDIA_SUFFIX, StoredFile, disk_file, list_files, media_name, remembered, sidecar_name, slice,
};
use crate::support::support;
use crate::{Error, Recording};

#[cfg(feature = "recover")]
mod recover;

#[cfg(feature = "recover")]
pub use recover::recover;

/// Space of this origin, in bytes, as the browser estimates it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimate {
    /// Used by this origin.
    pub used: u64,
    /// What it may use at most.
    pub quota: u64,
}

impl Estimate {
    /// What is left.
    #[must_use]
    pub fn free(&self) -> u64 {
        self.quota.saturating_sub(self.used)
    }
}

/// All recordings, newest first; those being recorded right now (in any tab) are left out. Files whose facts were
/// lost are listed as interrupted, with what their first bytes tell.
///
/// # Errors
/// [`Error::WorkerBlocked`] or [`Error::WriteFailed`] when the browser won't list them and there are none in memory.
pub async fn list() -> Result<Vec<Recording>, Error> {
    let mut found = Vec::new();
    for (_, text, file) in remembered() {
        if let (Some(sidecar), Some(file)) = (from_json(&text), file) {
            add(&mut found, Recording::from_sidecar(sidecar, file.size() as u64, true));
        }
    }
    if support().opfs {
        match on_disk(&mut found).await {
            Err(error) if found.is_empty() => return Err(error),
            _ => {}
        }
    }
    Ok(found)
}

/// Adds one in its place, newest first.
fn add(found: &mut Vec<Recording>, recording: Recording) {
    let newer = found.iter().take_while(|known| known.started_at_ms >= recording.started_at_ms).count();
    found.insert(newer, recording);
}

/// Recordings that were interrupted (the browser or the page died) and are not being recorded by any tab, newest first:
/// each can be recovered or discarded.
///
/// # Errors
/// As [`list`].
pub async fn unfinished() -> Result<Vec<Recording>, Error> {
    let mut found = list().await?;
    found.retain(|recording| !recording.finished);
    Ok(found)
}

/// Throws an interrupted recording away for good.
///
/// # Errors
/// [`Error::NotFound`] when there is none; [`Error::WriteFailed`] when the browser won't, for instance because it is
/// being recorded.
pub async fn discard(id: &str) -> Result<(), Error> {
    let found = list().await?.into_iter().find(|recording| recording.id == id);
    found.ok_or(Error::NotFound)?.delete().await
}

async fn on_disk(found: &mut Vec<Recording>) -> Result<(), Error> {
    let files = list_files().await?;
    // After the listing: what is begun later is not in it.
    let busy = held_locks().await;
    for file in &files {
        let Some(id) = file.name.strip_suffix(MEDIA_SUFFIX) else { continue };
        if busy.contains(&lock_name(id)) || file.bytes == 0 {
            continue;
        }
        if let Some(recording) = described(&files, id, file.bytes).await {
            add(found, recording);
        }
    }
    Ok(())
}

/// A recording on the disk, as the facts beside it say.
async fn described(files: &[StoredFile], id: &str, bytes: u64) -> Option<Recording> {
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

/// Asks the browser not to clear the recordings when space is short. Firefox asks the user; others decide by
/// themselves. True when it won't.
pub async fn persist() -> bool {
    match asked("persist") {
        Some(answer) => JsFuture::from(answer).await.is_ok_and(|answer| answer.is_truthy()),
        None => false,
    }
}

/// The same where nobody is asked: only Chromium has `userAgentData`, and only there no question is put.
pub(crate) fn persist_silently() {
    let decides_itself =
        window().is_ok_and(|window| member(&window.navigator(), "userAgentData").is_object());
    if decides_itself {
        spawn_local(async {
            // It only makes a bad day less bad: the recording goes on either way.
            let _ = persist().await;
        });
    }
}

fn asked(method: &str) -> Option<Promise> {
    let storage = member(&window().ok()?.navigator(), "storage");
    let ask: Function = member(&storage, method).dyn_into().ok()?;
    ask.call0(&storage).ok()?.dyn_into().ok()
}

/// The first bytes of a recording's file.
async fn head(id: &str) -> Option<Vec<u8>> {
    slice(&disk_file(&media_name(id)).await.ok()?, 0, HEAD_BYTES).await.ok()
}

/// What a file's head says its length is, in milliseconds: right up to the last checkpoint of a recording.
fn stated_duration_ms(head: &[u8]) -> Option<u64> {
    u64::try_from(stated_duration(head)?.as_millis()).ok()
}

/// How much space this origin uses and may use; nothing when the browser does not say.
pub async fn estimate() -> Option<Estimate> {
    let estimate: StorageEstimate = JsFuture::from(asked("estimate")?).await.ok()?.unchecked_into();
    Some(Estimate { used: estimate.get_usage()? as u64, quota: estimate.get_quota()? as u64 })
}
