//! The recordings that this browser keeps.

use crate::browser::{asked, member, navigator};
use crate::store::remembered;
use crate::support::support;
use crate::{Error, Recording};

#[cfg_attr(not(feature = "library"), path = "library/no_disk.rs")]
mod disk;
#[cfg(feature = "notes")]
mod notes;
#[cfg(feature = "recover")]
mod recover;
#[cfg(feature = "tracks")]
mod together;

#[cfg(feature = "trim")]
pub(crate) use notes::put_note;
#[cfg(feature = "notes")]
pub use notes::{MOST_NOTES_BYTES, note, notes, set_note};
#[cfg(feature = "recover")]
pub use recover::recover;
#[cfg(feature = "tracks")]
pub use together::save_zip;

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
/// lost are listed as interrupted, with what their first bytes tell. Without the crate's feature `library` only those
/// that are kept in memory.
///
/// # Errors
/// [`Error::WorkerBlocked`] or [`Error::WriteFailed`] when the browser won't list them and there are none in memory.
pub async fn list() -> Result<Vec<Recording>, Error> {
    let mut found = Vec::new();
    for (sidecar, file) in remembered() {
        add(&mut found, Recording::from_sidecar(sidecar, file.size() as u64, true));
    }
    if support().opfs {
        match disk::on_disk(&mut found).await {
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
/// each can be recovered or discarded. What broke off in memory is only in [`list`]: there is nothing to recover.
///
/// # Errors
/// As [`list`].
pub async fn unfinished() -> Result<Vec<Recording>, Error> {
    let mut found = list().await?;
    found.retain(|recording| !recording.finished && !recording.in_memory);
    Ok(found)
}

/// Throws an interrupted recording away for good.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or when it is complete (another tab may have recovered it);
/// [`Error::WriteFailed`] when the browser won't, for instance because it is
/// being recorded.
pub async fn discard(id: &str) -> Result<(), Error> {
    let found = unfinished().await?.into_iter().find(|recording| recording.id == id);
    found.ok_or(Error::NotFound)?.delete().await
}

/// Asks the browser not to clear the recordings when space is short. Firefox asks the user; others decide by
/// themselves. True when it won't.
pub async fn persist() -> bool {
    asked(&navigator("storage"), "persist", &[]).await.is_ok_and(|answer| answer.is_truthy())
}

/// The same where nobody is asked: only Chromium has `userAgentData`, and only there no question is put.
pub(crate) fn persist_silently() {
    if navigator("userAgentData").is_object() {
        // It only makes a bad day less bad: the recording goes on either way.
        drop(asked(&navigator("storage"), "persist", &[]));
    }
}

/// How much space this origin uses and may use; nothing when the browser does not say.
pub async fn estimate() -> Option<Estimate> {
    let estimate = asked(&navigator("storage"), "estimate", &[]).await.ok()?;
    let bytes = |name: &str| member(&estimate, name).as_f64().map(|bytes| bytes as u64);
    Some(Estimate { used: bytes("usage")?, quota: bytes("quota")? })
}
