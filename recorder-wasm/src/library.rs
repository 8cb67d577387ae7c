//! The recordings that this browser keeps.

use std::cmp::Reverse;
use std::collections::HashMap;

use hostreel_recording::Sidecar;
use js_sys::{Function, Promise};
use seekable::{Container, Seekable, stated_duration};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::StorageEstimate;

use crate::browser::{held_locks, member, window};
use crate::recorder::{codecs, lock_name, media_type};
use crate::sidecar::from_json;
use crate::store::{HEAD_BYTES, MEDIA_SUFFIX, disk_file, list_files, media_name, remembered, slice};
use crate::support::support;
use crate::{Error, Recording};

mod recover;

pub use recover::{discard, recover, unfinished};

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
    let mut found: Vec<Recording> = remembered()
        .into_iter()
        .filter_map(|(_, text, file)| {
            let sidecar = from_json(&text)?;
            Some(Recording::from_sidecar(sidecar, file?.size() as u64, true))
        })
        .collect();
    if support().opfs {
        match on_disk().await {
            Ok(recordings) => found.extend(recordings),
            Err(error) if found.is_empty() => return Err(error),
            Err(_) => {}
        }
    }
    found.sort_by_key(|recording| Reverse(recording.started_at_ms));
    Ok(found)
}

async fn on_disk() -> Result<Vec<Recording>, Error> {
    let files = list_files().await?;
    // After the listing: what is begun later is not in it.
    let busy = held_locks().await;
    let sidecars: HashMap<String, Sidecar> = files
        .iter()
        .filter_map(|file| from_json(file.text.as_deref()?))
        .map(|sidecar| (sidecar.id.clone(), sidecar))
        .collect();
    let mut found = Vec::new();
    for file in &files {
        let Some(id) = file.name.strip_suffix(MEDIA_SUFFIX) else { continue };
        if busy.contains(&lock_name(id)) || file.bytes == 0 {
            continue;
        }
        match sidecars.get(id) {
            Some(sidecar) => {
                let mut recording = Recording::from_sidecar(sidecar.clone(), file.bytes, false);
                if !recording.finished {
                    // The facts beside the file are renewed now and then; the file's own head is never behind.
                    let stated = head(id).await.and_then(|head| stated_duration_ms(&head));
                    recording.duration_ms = recording.duration_ms.max(stated.unwrap_or(0));
                }
                found.push(recording);
            }
            None => found.extend(guessed(id, file.bytes).await),
        }
    }
    Ok(found)
}

/// A recording whose facts were lost: its start is in its id, its type in its first bytes.
async fn guessed(id: &str, bytes: u64) -> Option<Recording> {
    let head = head(id).await?;
    let mut seekable = Seekable::default();
    seekable.push(&head).ok()?;
    let summary = seekable.summary();
    // MP4 and Ogg tell their tracks elsewhere: Ogg is sound, MP4 most likely has a picture.
    let video = summary.has_video() || summary.container == Container::Mp4;
    let media = media_type(summary.container, video);
    Some(Recording {
        id: id.to_owned(),
        title: String::new(),
        mime: media.mime().into(),
        codecs: codecs(&summary),
        extension: media.extension().into(),
        bytes,
        // What was read of the media itself is only its beginning.
        duration_ms: stated_duration_ms(&head)
            .or_else(|| Some(summary.duration?.as_millis() as u64))
            .unwrap_or(0),
        started_at_ms: id.split('-').next().and_then(|time| time.parse().ok()).unwrap_or(0),
        has_video: media.has_video(),
        finished: false,
        in_memory: false,
        problem: None,
        part: None,
        group: None,
        report: None,
        picked: None,
    })
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
    let promise = window().ok()?.navigator().storage().estimate().ok()?;
    let estimate: StorageEstimate = JsFuture::from(promise).await.ok()?.into();
    Some(Estimate { used: estimate.get_usage()? as u64, quota: estimate.get_quota()? as u64 })
}
