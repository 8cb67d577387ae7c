//! The recordings that this browser keeps.

use std::cmp::Reverse;
use std::collections::HashMap;

use hostreel_recording::Sidecar;
use js_sys::Uint8Array;
use seekable::{Container, Seekable};
use wasm_bindgen_futures::JsFuture;
use web_sys::StorageEstimate;

use crate::browser::{held_locks, window};
use crate::recorder::{lock_name, media_type};
use crate::store::{MEDIA_SUFFIX, disk_file, list_files, media_name, remembered};
use crate::support::support;
use crate::{Error, Recording};

/// As much of a file as is looked at to tell its type: more than the head with its reserved index.
const HEAD_BYTES: f64 = 131_072.0;

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
            let sidecar = serde_json::from_str(&text).ok()?;
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
        .filter_map(|file| serde_json::from_str::<Sidecar>(file.text.as_deref()?).ok())
        .map(|sidecar| (sidecar.id.clone(), sidecar))
        .collect();
    let mut found = Vec::new();
    for file in &files {
        let Some(id) = file.name.strip_suffix(MEDIA_SUFFIX) else { continue };
        if busy.contains(&lock_name(id)) || file.bytes == 0 {
            continue;
        }
        match sidecars.get(id) {
            Some(sidecar) => found.push(Recording::from_sidecar(sidecar.clone(), file.bytes, false)),
            None => found.extend(guessed(id, file.bytes).await),
        }
    }
    Ok(found)
}

/// A recording whose facts were lost: its start is in its id, its type in its first bytes.
async fn guessed(id: &str, bytes: u64) -> Option<Recording> {
    let file = disk_file(&media_name(id)).await.ok()?;
    let head = file.slice_with_f64_and_f64(0.0, HEAD_BYTES).ok()?;
    let head = Uint8Array::new(&JsFuture::from(head.array_buffer()).await.ok()?).to_vec();
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
        extension: media.extension().into(),
        bytes,
        duration_ms: summary.duration.map_or(0, |duration| duration.as_millis() as u64),
        started_at_ms: id.split('-').next().and_then(|time| time.parse().ok()).unwrap_or(0),
        has_video: media.has_video(),
        finished: false,
        in_memory: false,
        problem: None,
    })
}

/// How much space this origin uses and may use; nothing when the browser does not say.
pub async fn estimate() -> Option<Estimate> {
    let promise = window().ok()?.navigator().storage().estimate().ok()?;
    let estimate: StorageEstimate = JsFuture::from(promise).await.ok()?.into();
    Some(Estimate { used: estimate.get_usage()? as u64, quota: estimate.get_quota()? as u64 })
}
