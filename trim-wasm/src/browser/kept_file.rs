//! A file of the origin-private file system that is only read: many times faster than through a `File`, and without
//! anything left to collect.

use hostreel_trim::Blocks;
use js_sys::{Function, Object, Promise, Reflect};
use seekable::SourceError;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{FileSystemReadWriteOptions, FileSystemSyncAccessHandle};

use super::disk_file::handle_of;
use super::{Scope, Thrown, member};

/// An open file; it is closed when this is dropped.
#[derive(Debug)]
#[must_use = "the file is closed with this guard"]
pub(crate) struct KeptFile {
    handle: FileSystemSyncAccessHandle,
    length: u64,
}

impl KeptFile {
    /// Opens it. Where the browser knows that way of opening, others may read it meanwhile; nobody may write it.
    pub(crate) async fn open(scope: &Scope, folder: &str, name: &str) -> Result<Self, Thrown> {
        let file: JsValue = handle_of(scope, folder, name, false).await?.into();
        let options = Object::new();
        Reflect::set(&options, &"mode".into(), &"read-only".into())?;
        let open: Function = member(&file, "createSyncAccessHandle").dyn_into()?;
        let opened: Promise = open.call1(&file, &options)?.dyn_into()?;
        let handle = JsFuture::from(opened).await?.unchecked_into::<FileSystemSyncAccessHandle>();
        let mut kept = Self { handle, length: 0 };
        // Sizes are exact in a double up to 2^53.
        kept.length = kept.handle.get_size()? as u64;
        Ok(kept)
    }
}

impl Blocks for KeptFile {
    fn length(&self) -> u64 {
        self.length
    }

    fn read(&self, offset: u64, length: usize, block: &mut Vec<u8>) -> Result<(), SourceError> {
        block.resize(length, 0);
        let options = FileSystemReadWriteOptions::new();
        options.set_at(offset as f64);
        let read = self
            .handle
            .read_with_u8_array_and_options(block, &options)
            .map_err(|thrown| SourceError { offset, reason: Thrown::from(thrown).name })?;
        // A float to integer cast saturates.
        block.truncate(read as usize);
        Ok(())
    }
}

impl Drop for KeptFile {
    fn drop(&mut self) {
        self.handle.close();
    }
}
