//! The browser's classes, one per file: handles that clean up after themselves, and no decisions.

pub(crate) mod kept;
pub(crate) mod page;
pub(crate) mod peer;
pub(crate) mod receiver;
pub(crate) mod sender;
pub(crate) mod socket;
pub(crate) mod stats;
pub(crate) mod stream;
pub(crate) mod track;
pub(crate) mod transceiver;

use wasm_bindgen::{JsCast, JsValue};

/// The browser's own words for what went wrong. Total: anything can be thrown, not only an `Error`.
pub(crate) fn reason(thrown: &JsValue) -> String {
    if let Some(text) = thrown.as_string() {
        return text;
    }
    let read = |name: &str| property(thrown, name).as_string();
    match (read("name"), read("message")) {
        (Some(name), Some(message)) => format!("{name}: {message}"),
        (None, Some(text)) | (Some(text), None) => text,
        (None, None) => "something unnamed was thrown".into(),
    }
}

/// A property that not every browser has; `undefined` when it is missing.
pub(crate) fn property(object: &JsValue, name: &str) -> JsValue {
    js_sys::Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

/// A method that not every browser has.
pub(crate) fn method(object: &JsValue, name: &str) -> Option<js_sys::Function> {
    property(object, name).dyn_into().ok()
}
