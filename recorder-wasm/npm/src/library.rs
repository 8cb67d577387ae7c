//! The recordings of this browser.

use hostreel_recorder::{Error, Recording, library, set_worker_factory};
use js_sys::{Array, Function};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::object::thrown;
use crate::recording::RawRecording;

/// Says how workers are made.
#[wasm_bindgen(js_name = makeWorkersBy)]
pub fn make_workers_by(factory: Function) {
    set_worker_factory(factory);
}

/// Says how modules are loaded.
#[cfg(feature = "full")]
#[wasm_bindgen(js_name = loadModulesBy)]
pub fn load_modules_by(loader: Function) {
    hostreel_recorder::set_module_loader(loader);
}

/// All recordings, newest first.
#[wasm_bindgen]
pub async fn list() -> Result<JsValue, JsValue> {
    all(library::list().await)
}

/// Those that were interrupted, newest first.
#[cfg(feature = "full")]
#[wasm_bindgen]
pub async fn unfinished() -> Result<JsValue, JsValue> {
    all(library::unfinished().await)
}

/// Completes an interrupted one.
#[cfg(feature = "full")]
#[wasm_bindgen]
pub async fn recover(id: String) -> Result<RawRecording, JsValue> {
    library::recover(&id).await.map(RawRecording).map_err(|error| thrown(&error))
}

/// Throws an interrupted one away.
#[cfg(feature = "full")]
#[wasm_bindgen]
pub async fn discard(id: String) -> Result<(), JsValue> {
    library::discard(&id).await.map_err(|error| thrown(&error))
}

fn all(found: Result<Vec<Recording>, Error>) -> Result<JsValue, JsValue> {
    let found = found.map_err(|error| thrown(&error))?;
    Ok(found.into_iter().map(|recording| JsValue::from(RawRecording(recording))).collect::<Array>().into())
}
