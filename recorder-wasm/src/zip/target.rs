//! A file of the user's choice while it is written.

use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{FileSystemFileHandle, FileSystemWritableFileStream};

use crate::Error;
use crate::error::name_and_message;

/// A file that appears when it is closed. When this is dropped before, the file stays as it was.
#[derive(Debug)]
#[must_use = "what was written is thrown away with this guard"]
pub(crate) struct Target {
    stream: Option<FileSystemWritableFileStream>,
    position: u64,
}

impl Target {
    pub(crate) async fn open(handle: &FileSystemFileHandle) -> Result<Self, Error> {
        let stream = JsFuture::from(handle.create_writable()).await.map_err(|thrown| refused(&thrown))?;
        Ok(Self { stream: Some(stream.unchecked_into()), position: 0 })
    }

    /// Writes bytes at a place; what is skipped is zeros until it is written too.
    pub(crate) async fn write_at(&mut self, at: u64, bytes: &Uint8Array) -> Result<(), Error> {
        let Some(stream) = &self.stream else { return Ok(()) };
        if at != self.position {
            // File positions are exact in a double up to 2^53.
            let sought = stream.seek_with_f64(at as f64).map_err(|thrown| refused(&thrown))?;
            JsFuture::from(sought).await.map_err(|thrown| refused(&thrown))?;
        }
        let written = stream.write_with_buffer_source(bytes).map_err(|thrown| refused(&thrown))?;
        JsFuture::from(written).await.map_err(|thrown| refused(&thrown))?;
        self.position = at + u64::from(bytes.length());
        Ok(())
    }

    /// Writes the next bytes.
    pub(crate) async fn append(&mut self, bytes: &Uint8Array) -> Result<(), Error> {
        self.write_at(self.position, bytes).await
    }

    /// The file appears, whole; or, when something of it could not be `written`, not at all, and it is let go of.
    pub(crate) async fn end(mut self, written: Result<(), Error>) -> Result<(), Error> {
        let Some(stream) = self.stream.take() else { return written };
        if written.is_ok() {
            return JsFuture::from(stream.close()).await.map(drop).map_err(|thrown| refused(&thrown));
        }
        // A stream that has failed by itself can't be aborted: nothing appears either way.
        let _ = JsFuture::from(stream.abort()).await;
        written
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        if let Some(stream) = self.stream.take() {
            let aborted = JsFuture::from(stream.abort());
            spawn_local(async move {
                // As above.
                let _ = aborted.await;
            });
        }
    }
}

fn refused(thrown: &JsValue) -> Error {
    let (name, message) = name_and_message(thrown);
    Error::from_target(&name, &message)
}
