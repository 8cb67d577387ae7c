//! Reading a large file piece by piece.

use js_sys::{Promise, Uint8Array};
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

use crate::Error;

/// Bytes that are read at once. Two pieces are in memory: the one in hand and the one that is being read.
const SLICE_BYTES: f64 = 2_097_152.0;

/// A file's bytes from the first to the last, in pieces. The next one is read while one is worked on.
#[derive(Debug)]
pub(crate) struct Slices<'a> {
    file: &'a Blob,
    at: f64,
    coming: Option<Promise>,
}

impl<'a> Slices<'a> {
    pub(crate) fn new(file: &'a Blob) -> Result<Self, Error> {
        let mut slices = Self { file, at: 0.0, coming: None };
        slices.ask()?;
        Ok(slices)
    }

    fn ask(&mut self) -> Result<(), Error> {
        let end = (self.at + SLICE_BYTES).min(self.file.size());
        self.coming = if self.at < end {
            let slice = self.file.slice_with_f64_and_f64(self.at, end)?;
            Some(slice.array_buffer())
        } else {
            None
        };
        self.at = end;
        Ok(())
    }

    /// The next bytes; nothing at the end.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the file was deleted or changed meanwhile.
    pub(crate) async fn next(&mut self) -> Result<Option<Uint8Array>, Error> {
        let Some(coming) = self.coming.take() else { return Ok(None) };
        self.ask()?;
        let buffer = JsFuture::from(coming).await.map_err(|_| Error::NotFound)?;
        Ok(Some(Uint8Array::new(&buffer)))
    }
}
