//! A new file of the origin-private file system, written in place (File System Standard §2.6).

use seekable::Edit;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetDirectoryOptions, FileSystemGetFileOptions,
    FileSystemReadWriteOptions, FileSystemSyncAccessHandle,
};

use super::{Scope, Thrown};

/// A file that is being written; it is closed when this is dropped.
#[derive(Debug)]
#[must_use = "the file is closed with this guard"]
pub(crate) struct DiskFile {
    handle: FileSystemSyncAccessHandle,
    length: u64,
}

impl DiskFile {
    /// Makes a file, or empties the one that is there.
    pub(crate) async fn create(scope: &Scope, folder: &str, name: &str) -> Result<Self, Thrown> {
        let file = handle_of(scope, folder, name, true).await?;
        let handle = JsFuture::from(file.create_sync_access_handle()).await?;
        let handle = handle.unchecked_into::<FileSystemSyncAccessHandle>();
        let made = Self { handle, length: 0 };
        made.handle.truncate_with_f64(0.0)?;
        Ok(made)
    }

    /// Makes one change; gives how many bytes were written.
    pub(crate) fn apply(&mut self, edit: &Edit) -> Result<u64, Thrown> {
        let (offset, bytes) = match edit {
            Edit::Append(bytes) => (self.length, bytes),
            Edit::Overwrite { offset, bytes } => (*offset, bytes),
        };
        self.write_whole(offset, bytes)?;
        let end = offset.saturating_add(bytes.len() as u64);
        self.length = self.length.max(end);
        Ok(bytes.len() as u64)
    }

    /// Makes sure that all is on the disk.
    pub(crate) fn flush(&self) -> Result<(), Thrown> {
        Ok(self.handle.flush()?)
    }

    fn write_whole(&self, offset: u64, bytes: &[u8]) -> Result<(), Thrown> {
        let options = FileSystemReadWriteOptions::new();
        let mut rest = bytes;
        let mut at = offset;
        while !rest.is_empty() {
            options.set_at(at as f64);
            // A float to integer cast saturates.
            let wrote = self.handle.write_with_u8_array_and_options(rest, &options)? as usize;
            if wrote == 0 {
                let name = "QuotaExceededError".to_owned();
                return Err(Thrown { name, message: "the disk took no more bytes".into() });
            }
            rest = rest.get(wrote..).unwrap_or_default();
            at = at.saturating_add(wrote as u64);
        }
        Ok(())
    }
}

impl Drop for DiskFile {
    fn drop(&mut self) {
        self.handle.close();
    }
}

/// A file of a folder in the origin-private file system; both are made where `create` says so.
pub(super) async fn handle_of(
    scope: &Scope,
    folder: &str,
    name: &str,
    create: bool,
) -> Result<FileSystemFileHandle, Thrown> {
    let root: FileSystemDirectoryHandle = JsFuture::from(scope.storage().get_directory()).await?.into();
    let options = FileSystemGetDirectoryOptions::new();
    options.set_create(create);
    let folder: FileSystemDirectoryHandle =
        JsFuture::from(root.get_directory_handle_with_options(folder, &options)).await?.into();
    let options = FileSystemGetFileOptions::new();
    options.set_create(create);
    Ok(JsFuture::from(folder.get_file_handle_with_options(name, &options)).await?.into())
}
