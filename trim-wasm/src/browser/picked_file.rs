//! A `File` that is read synchronously.

use hostreel_trim::Blocks;
use js_sys::{Function, Uint8Array};
use seekable::SourceError;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{File, FileReaderSync};

use super::{Thrown, member};

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

    fn piece(&self, from: u64, to: u64, block: &mut Vec<u8>) -> Result<(), JsValue> {
        let piece = self.file.slice_with_f64_and_f64(from as f64, to as f64)?;
        let buffer: JsValue = self.reader.read_as_array_buffer(&piece)?.into();
        let bytes = Uint8Array::new(&buffer);
        block.resize(bytes.length() as usize, 0);
        bytes.copy_to(block);
        give_back(&buffer);
        Ok(())
    }
}

impl<F: Fn(u64)> Blocks for PickedFile<F> {
    fn length(&self) -> u64 {
        self.length
    }

    fn read(&self, offset: u64, length: usize, block: &mut Vec<u8>) -> Result<(), SourceError> {
        let end = offset.saturating_add(length as u64);
        // Its name alone: that is what the page goes by.
        self.piece(offset, end, block)
            .map_err(|thrown| SourceError { offset, reason: Thrown::from(thrown).name })?;
        (self.on_read)(end);
        Ok(())
    }
}

/// Frees a buffer now, where the browser can: else hundreds of them are there before they are collected.
fn give_back(buffer: &JsValue) {
    if let Ok(transfer) = member(buffer, "transfer").dyn_into::<Function>() {
        // What is transferred into nothing is gone (ECMAScript §25.1.6.11).
        let _ = transfer.call1(buffer, &0.into());
    }
}
