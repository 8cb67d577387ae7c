//! The recordings of this browser, and what it can do.

use hostreel_recorder::{Error, library, set_worker_factory};
use js_sys::{Array, Function};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::object::{object, thrown};
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

/// Reads what `getUserMedia` or `getDisplayMedia` threw.
#[wasm_bindgen(js_name = captureError)]
pub fn capture_error(exception: &JsValue) -> JsValue {
    thrown(&Error::from_capture(exception))
}

/// All recordings, newest first.
#[wasm_bindgen]
pub async fn list() -> Result<JsValue, JsValue> {
    let found = library::list().await.map_err(|error| thrown(&error))?;
    Ok(found.into_iter().map(|recording| JsValue::from(RawRecording(recording))).collect::<Array>().into())
}

/// Space: used and at most, in bytes.
#[wasm_bindgen]
pub async fn estimate() -> JsValue {
    library::estimate().await.map_or(JsValue::NULL, |space| {
        object(&[
            ("used", (space.used as f64).into()),
            ("quota", (space.quota as f64).into()),
            ("free", (space.free() as f64).into()),
        ])
    })
}
