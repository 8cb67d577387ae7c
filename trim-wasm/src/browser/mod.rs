//! What the browser gives a worker: one concept a file.

mod disk_file;
mod kept_file;
mod picked_file;
mod scope;

use wasm_bindgen::JsValue;

pub(crate) use disk_file::DiskFile;
pub(crate) use kept_file::KeptFile;
pub(crate) use picked_file::PickedFile;
pub(crate) use scope::{Scope, member, text};

/// What a browser threw: its name, and its message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Thrown {
    pub(crate) name: String,
    pub(crate) message: String,
}

impl From<JsValue> for Thrown {
    fn from(thrown: JsValue) -> Self {
        let name = text(&thrown, "name");
        // Browsers do throw things that are no `Error`.
        let name = if name.is_empty() { "Error".into() } else { name };
        Self { name, message: text(&thrown, "message") }
    }
}
