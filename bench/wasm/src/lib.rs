//! `core/seekable` alone behind the thinnest face that JavaScript can call: to weigh the wasm and to time it.
//!
//! No product uses this: the recorder has a face of its own.

use std::time::Duration;

use seekable::{Chapter, Edit, Options, Seekable};
use wasm_bindgen::prelude::wasm_bindgen;

/// One recording.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Machine {
    seekable: Seekable,
    edit: Option<Edit>,
}

#[wasm_bindgen]
impl Machine {
    /// A machine with the default options.
    #[wasm_bindgen(constructor)]
    #[expect(clippy::new_without_default, reason = "only JavaScript makes one")]
    pub fn new() -> Self {
        Self { seekable: Seekable::new(Options::default()), edit: None }
    }

    /// Takes the next bytes; `false` after the end.
    pub fn push(&mut self, chunk: &[u8]) -> bool {
        self.seekable.push(chunk).is_ok()
    }

    /// Makes the file right up to here.
    pub fn checkpoint(&mut self) {
        self.seekable.checkpoint();
    }

    /// Adds a chapter that begins at `seconds`; `false` after the end.
    pub fn mark(&mut self, seconds: f64, title: String) -> bool {
        let start = Duration::try_from_secs_f64(seconds).unwrap_or_default();
        self.seekable.mark(Chapter { start, title }).is_ok()
    }

    /// Ends the recording; `false` when something went wrong.
    pub fn finish(&mut self) -> bool {
        self.seekable.finish().is_ok()
    }

    /// Goes to the next edit: where its bytes belong, -1 for the end of the file; nothing when there is none.
    #[wasm_bindgen(js_name = nextEdit)]
    pub fn next_edit(&mut self) -> Option<f64> {
        self.edit = self.seekable.next_edit();
        self.edit.as_ref().map(|edit| match edit {
            Edit::Append(_) => -1.0,
            Edit::Overwrite { offset, .. } => *offset as f64,
        })
    }

    /// The bytes of the edit that was gone to. Once.
    #[wasm_bindgen(js_name = takeBytes)]
    pub fn take_bytes(&mut self) -> Vec<u8> {
        match self.edit.take() {
            Some(Edit::Append(bytes) | Edit::Overwrite { bytes, .. }) => bytes,
            None => Vec::new(),
        }
    }

    /// Seconds so far; -1 when nothing tells.
    pub fn duration(&self) -> f64 {
        self.seekable.summary().duration.map_or(-1.0, |duration| duration.as_secs_f64())
    }

    /// Entries in the seek index so far.
    pub fn cues(&self) -> u32 {
        self.seekable.summary().cues
    }
}
