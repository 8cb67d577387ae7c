//! A `File` that is read synchronously.

use hostreel_trim::Blocks;
use js_sys::{Array, Uint8Array};
use seekable::SourceError;
use wasm_bindgen::JsValue;
use web_sys::{File, FileReaderSync, MessageChannel, MessagePort};

use super::Thrown;

/// Reads a file piece by piece; the file stays where it is.
#[derive(Debug)]
pub(crate) struct PickedFile {
    file: File,
    reader: FileReaderSync,
    length: u64,
    nowhere: MessagePort,
}

impl PickedFile {
    pub(crate) fn new(file: File) -> Result<Self, Thrown> {
        // Sizes are exact in a double up to 2^53.
        let length = file.size() as u64;
        let channel = MessageChannel::new()?;
        channel.port2().close();
        Ok(Self { file, reader: FileReaderSync::new()?, length, nowhere: channel.port1() })
    }

    fn piece(&self, from: u64, to: u64, block: &mut Vec<u8>) -> Result<(), JsValue> {
        let piece = self.file.slice_with_f64_and_f64(from as f64, to as f64)?;
        let buffer: JsValue = self.reader.read_as_array_buffer(&piece)?.into();
        let bytes = Uint8Array::new(&buffer);
        block.resize(bytes.length() as usize, 0);
        bytes.copy_to(block);
        // Each read makes a new buffer, and hundreds of them lie about before they are collected. What is sent where
        // nobody hears is freed at once.
        self.nowhere.post_message_with_transferable(&buffer, &Array::of1(&buffer))
    }
}

impl Blocks for PickedFile {
    fn length(&self) -> u64 {
        self.length
    }

    fn read(&self, offset: u64, length: usize, block: &mut Vec<u8>) -> Result<(), SourceError> {
        // Its name alone: that is what the page goes by.
        self.piece(offset, offset.saturating_add(length as u64), block)
            .map_err(|thrown| SourceError { offset, reason: Thrown::from(thrown).name })
    }
}
