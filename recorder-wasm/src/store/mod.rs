//! Where a recording's bytes go.

#[cfg_attr(not(feature = "self-check"), path = "no_check.rs")]
mod check;
mod memory;
#[cfg_attr(not(feature = "picked-file"), path = "no_mirror.rs")]
mod mirror;
mod opfs;
#[cfg(feature = "library")]
mod slice;

use std::future::ready;

use hostreel_recording::Sidecar;
use seekable::Edit;
use wasm_bindgen::JsValue;
use web_sys::FileSystemFileHandle;

pub(crate) use memory::{MemoryStore, forget, memory_file, remember_sidecar, remembered};
#[cfg(feature = "library")]
pub(crate) use memory::{remember_note, remembered_notes};
#[cfg(feature = "trim")]
pub(crate) use opfs::FOLDER;
#[cfg(feature = "recover")]
pub(crate) use opfs::repair_file;
pub(crate) use opfs::{Asked, OpfsStore, disk_file, put_text, remove_files};
#[cfg(feature = "library")]
pub(crate) use opfs::{StoredFile, list_files};

#[cfg(feature = "library")]
pub(crate) use slice::{HEAD_BYTES, slice};

use crate::sidecar::to_json;
use crate::{Error, Options, StoreChoice};
use mirror::Mirror;

/// An open place for one recording's file. Edits are applied in order; an error leaves what is there.
#[derive(Debug)]
pub(crate) struct Store {
    place: Place,
    /// The file that the user chose before.
    mirror: Option<Mirror>,
}

#[derive(Debug)]
enum Place {
    /// A file in the origin-private file system.
    Opfs(OpfsStore),
    /// Memory, where there is no such file system, or it is not wanted.
    Memory(MemoryStore),
}

impl Store {
    /// Opens the best store this browser has and the options allow; the second value tells why it is not the disk,
    /// where that was wanted.
    pub(crate) async fn open(id: &str, options: &Options) -> Result<(Self, Option<Error>), Error> {
        let memory = || Place::Memory(MemoryStore::new(id, options.most_memory_bytes));
        let (place, fallback) = match options.store {
            StoreChoice::Memory => (memory(), None),
            StoreChoice::Disk => (Place::Opfs(OpfsStore::open(id).await?), None),
            StoreChoice::Auto => match OpfsStore::open(id).await {
                Ok(store) => (Place::Opfs(store), None),
                Err(error) => (memory(), Some(error)),
            },
        };
        let mirror = options.file.as_ref().and_then(|file| Mirror::new(Clone::clone(file)));
        Ok((Self { place, mirror }, fallback))
    }

    /// Whether a crash leaves something.
    pub(crate) fn is_on_disk(&self) -> bool {
        matches!(self.place, Place::Opfs(_))
    }

    /// Most bytes that it takes; nothing: as many as the disk has.
    pub(crate) fn most_bytes(&self) -> Option<u64> {
        match &self.place {
            Place::Opfs(_) => None,
            Place::Memory(store) => Some(store.most_bytes()),
        }
    }

    /// Applies edits and makes sure that they survive a crash of the page.
    pub(crate) async fn apply(&mut self, edits: Vec<Edit>) -> Result<(), Error> {
        if edits.is_empty() {
            return Ok(());
        }
        let len = self.len();
        if let Some(mirror) = &mut self.mirror {
            mirror.apply(len, &edits);
        }
        match &mut self.place {
            Place::Opfs(store) => store.apply(edits).await,
            Place::Memory(store) => store.apply(&edits),
        }
    }

    /// Why the file that the user chose can't be written any more; told once.
    pub(crate) fn mirror_failure(&mut self) -> Option<Error> {
        self.mirror.as_mut()?.failed()
    }

    /// Length of the file, in bytes.
    pub(crate) fn len(&self) -> u64 {
        match &self.place {
            Place::Opfs(store) => store.len(),
            Place::Memory(store) => store.len(),
        }
    }

    /// No more edits come.
    pub(crate) fn close(&mut self) -> Asked {
        match &mut self.place {
            Place::Opfs(store) => store.close(),
            Place::Memory(store) => done(store.close()),
        }
    }

    /// Closes the file that the user chose, if there is one that could be written: then it is whole. Where nothing was recorded
    /// it stays as it was.
    pub(crate) async fn close_mirror(&mut self) -> Option<Result<FileSystemFileHandle, Error>> {
        if self.len() == 0 {
            self.mirror = None;
        }
        self.mirror.as_mut()?.close().await
    }

    /// Takes the file, the facts and the notes away again.
    pub(crate) fn remove(&self, id: &str) -> Asked {
        match self.place {
            Place::Opfs(_) => remove_files(&[media_name(id), sidecar_name(id), notes_name(id)]),
            Place::Memory(_) => {
                forget(id);
                done(Ok(()))
            }
        }
    }

    /// Nothing was written: leaves nothing behind.
    pub(crate) async fn abandon(mut self, id: &str) {
        self.mirror = None;
        // An empty file that stays is not listed.
        let _ = self.close().await;
        let _ = self.remove(id).await;
    }

    /// Writes the facts beside the file.
    pub(crate) fn put_sidecar(&self, sidecar: &Sidecar) -> Asked {
        match self.place {
            Place::Opfs(_) => put_text(&sidecar_name(&sidecar.id), &to_json(sidecar)),
            Place::Memory(_) => {
                remember_sidecar(sidecar);
                done(Ok(()))
            }
        }
    }
}

/// What memory did at once.
fn done(result: Result<(), Error>) -> Asked {
    Box::pin(ready(result.map(|()| JsValue::UNDEFINED)))
}

/// How the names of media files end.
pub(crate) const MEDIA_SUFFIX: &str = ".media";

/// Name of a recording's media file.
pub(crate) fn media_name(id: &str) -> String {
    [id, MEDIA_SUFFIX].concat()
}

/// How the names of a page's own notes end.
pub(crate) const NOTES_SUFFIX: &str = ".notes.json";

/// Name of a page's own notes beside it.
pub(crate) fn notes_name(id: &str) -> String {
    [id, NOTES_SUFFIX].concat()
}

/// Name of the facts beside it.
pub(crate) fn sidecar_name(id: &str) -> String {
    [id, ".json"].concat()
}
