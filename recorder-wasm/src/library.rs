//! The recordings that this browser keeps.

use std::collections::HashMap;

use hostreel_recording::Sidecar;
use wasm_bindgen_futures::JsFuture;
use web_sys::StorageEstimate;

use crate::browser::{held_locks, window};
use crate::recorder::lock_name;
use crate::store::{list_files, media_name, remembered};
use crate::support::support;
use crate::{Error, Recording};

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

/// All recordings, newest first; those being recorded right now (in any tab) are left out.
///
/// # Errors
/// [`Error::NoStorage`], [`Error::WriteFailed`] when the browser won't list them.
pub async fn list() -> Result<Vec<Recording>, Error> {
    let busy = held_locks().await?;
    let mut found = Vec::new();
    if support().opfs {
        let files = list_files().await?;
        let sizes: HashMap<&str, u64> = files.iter().map(|file| (file.name.as_str(), file.bytes)).collect();
        for text in files.iter().filter_map(|file| file.text.as_deref()) {
            // Another version's or a damaged file is not ours to judge.
            let Ok(sidecar) = serde_json::from_str::<Sidecar>(text) else { continue };
            let Some(bytes) = sizes.get(media_name(&sidecar.id).as_str()) else { continue };
            found.push(Recording::from_sidecar(sidecar, *bytes, false));
        }
    }
    for (_, text, file) in remembered() {
        if let (Ok(sidecar), Some(file)) = (serde_json::from_str::<Sidecar>(&text), file) {
            found.push(Recording::from_sidecar(sidecar, file.size() as u64, true));
        }
    }
    found.retain(|recording| !busy.contains(&lock_name(&recording.id)));
    found.sort_by_key(|recording| std::cmp::Reverse(recording.started_at_ms));
    Ok(found)
}

/// How much space this origin uses and may use; nothing when the browser does not say.
pub async fn estimate() -> Option<Estimate> {
    let promise = window().ok()?.navigator().storage().estimate().ok()?;
    let estimate: StorageEstimate = JsFuture::from(promise).await.ok()?.into();
    Some(Estimate { used: estimate.get_usage()? as u64, quota: estimate.get_quota()? as u64 })
}
