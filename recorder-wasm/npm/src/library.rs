//! The recordings of this browser.

use hostreel_recorder::{Recording, library, set_worker_factory};
use js_sys::{Array, Function, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::object::promise;
use crate::recording::raw;

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
pub fn list() -> Promise {
    promise(async { library::list().await.map(all) })
}

/// Those that were interrupted, newest first.
#[cfg(feature = "full")]
#[wasm_bindgen]
pub fn unfinished() -> Promise {
    promise(async { library::unfinished().await.map(all) })
}

/// Completes an interrupted one.
#[cfg(feature = "full")]
#[wasm_bindgen]
pub fn recover(id: String) -> Promise {
    promise(async move { library::recover(&id).await.map(raw) })
}

/// Throws an interrupted one away.
#[cfg(feature = "full")]
#[wasm_bindgen]
pub fn discard(id: String) -> Promise {
    promise(async move { library::discard(&id).await.map(|()| JsValue::UNDEFINED) })
}

fn all(found: Vec<Recording>) -> JsValue {
    found.into_iter().map(raw).collect::<Array>().into()
}
