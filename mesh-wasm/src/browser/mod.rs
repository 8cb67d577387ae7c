//! The browser's classes, one per file: handles that clean up after themselves, and no decisions.

pub(crate) mod page;

use wasm_bindgen::JsValue;

/// The browser's own words for what went wrong. Total: anything can be thrown, not only an `Error`.
pub(crate) fn reason(thrown: &JsValue) -> String {
    if let Some(text) = thrown.as_string() {
        return text;
    }
    let read =
        |name: &str| js_sys::Reflect::get(thrown, &name.into()).ok().and_then(|value| value.as_string());
    match (read("name"), read("message")) {
        (Some(name), Some(message)) => format!("{name}: {message}"),
        (None, Some(text)) | (Some(text), None) => text,
        (None, None) => "something unnamed was thrown".into(),
    }
}
