//! A `File` that is read synchronously.

use hostreel_trim::Blocks;
use js_sys::Uint8Array;
use seekable::SourceError;
use wasm_bindgen::JsValue;
use web_sys::{File, FileReaderSync};

use super::Thrown;

/// Reads a file piece by piece; the file stays where it is.
#[derive(Debug)]
pub(crate) struct PickedFile<F> {
    file: File,
    reader: FileReaderSync,
    length: u64,
    /// Is told of each read: up to where, in bytes.
    on_read: F,
}

impl<F: Fn(u64)> PickedFile<F> {
    pub(crate) fn new(file: File, on_read: F) -> Result<Self, Thrown> {
        // Sizes are exact in a double up to 2^53.
        let length = file.size() as u64;
        Ok(Self { file, reader: FileReaderSync::new()?, length, on_read })
    }

    fn piece(&self, from: u64, to: u64) -> Result<Uint8Array, JsValue> {
        let piece = self.file.slice_with_f64_and_f64(from as f64, to as f64)?;
        let buffer: JsValue = self.reader.read_as_array_buffer(&piece)?.into();
        Ok(Uint8Array::new(&buffer))
    }
}

impl<F: Fn(u64)> Blocks for PickedFile<F> {
    fn length(&self) -> u64 {
        self.length
    }

    fn read(&self, offset: u64, length: usize, block: &mut Vec<u8>) -> Result<(), SourceError> {
        let end = offset.saturating_add(length as u64);
        // Its name alone: that is what the page goes by.
        let piece = self
            .piece(offset, end)
            .map_err(|thrown| SourceError { offset, reason: Thrown::from(thrown).name })?;
        block.resize(piece.length() as usize, 0);
        piece.copy_to(block);
        (self.on_read)(end);
        Ok(())
    }
}
