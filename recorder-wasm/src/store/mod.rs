//! Where a recording's bytes go.

mod memory;
mod opfs;

use seekable::Edit;

pub(crate) use memory::{MemoryStore, forget, remembered};
pub(crate) use opfs::{OpfsStore, disk_file, list_files, put_text, remove_files};

use crate::Error;

/// An open place for one recording's file. Edits are applied in order; an error leaves what is there.
#[derive(Debug)]
pub(crate) enum Store {
    /// A file in the origin-private file system.
    Opfs(OpfsStore),
    /// Memory, where there is no such file system.
    Memory(MemoryStore),
}

impl Store {
    /// Most bytes of a recording that is kept in memory.
    pub(crate) const MOST_IN_MEMORY: u64 = memory::MOST_BYTES;

    /// Opens the best store this browser has; the second value tells why it is not the disk.
    pub(crate) async fn open(id: &str) -> (Self, Option<Error>) {
        match OpfsStore::open(id).await {
            Ok(store) => (Self::Opfs(store), None),
            Err(error) => (Self::Memory(MemoryStore::new(id)), Some(error)),
        }
    }

    /// Applies edits and makes sure that they survive a crash of the page.
    pub(crate) async fn apply(&mut self, edits: Vec<Edit>) -> Result<(), Error> {
        match self {
            Self::Opfs(store) => store.apply(edits).await,
            Self::Memory(store) => store.apply(&edits),
        }
    }

    /// Length of the file, in bytes.
    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::Opfs(store) => store.len(),
            Self::Memory(store) => store.len(),
        }
    }

    /// No more edits come.
    pub(crate) async fn close(&mut self) -> Result<(), Error> {
        match self {
            Self::Opfs(store) => store.close().await,
            Self::Memory(store) => store.close(),
        }
    }

    /// Takes the file and the facts away again.
    pub(crate) async fn remove(&self, id: &str) -> Result<(), Error> {
        match self {
            Self::Opfs(_) => remove_files(&[media_name(id), sidecar_name(id)]).await,
            Self::Memory(_) => {
                forget(id);
                Ok(())
            }
        }
    }

    /// Writes the facts beside the file.
    pub(crate) async fn put_sidecar(&self, id: &str, json: &str) -> Result<(), Error> {
        match self {
            Self::Opfs(_) => put_text(&sidecar_name(id), json).await,
            Self::Memory(_) => {
                memory::remember_sidecar(id, json);
                Ok(())
            }
        }
    }
}

/// How the names of media files end.
pub(crate) const MEDIA_SUFFIX: &str = ".media";

/// Name of a recording's media file.
pub(crate) fn media_name(id: &str) -> String {
    format!("{id}{MEDIA_SUFFIX}")
}

/// Name of the facts beside it.
pub(crate) fn sidecar_name(id: &str) -> String {
    format!("{id}.json")
}
