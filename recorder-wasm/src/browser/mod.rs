//! Browser handles as guards: one concept a file.

mod lock;
mod media_recorder;
mod queue;
mod wait;
mod worker;

use std::cell::RefCell;

use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

pub(crate) use lock::Lock;
#[cfg(feature = "library")]
pub(crate) use lock::held_locks;
pub(crate) use media_recorder::{Happening, MediaRecorderHandle};
pub(crate) use queue::Queue;
pub(crate) use wait::{Signal, first, sleep, within};
pub(crate) use worker::Requests;
#[cfg(any(feature = "mix", feature = "trim"))]
pub(crate) use worker::WorkerHandle;

use crate::Error;

thread_local! {
    #[cfg(feature = "script-base")]
    static WORKER_BASE: RefCell<String> = const { RefCell::new(String::new()) };
    static WORKER_FACTORY: RefCell<Option<Function>> = const { RefCell::new(None) };
    #[cfg(feature = "mix")]
    static MODULE_LOADER: RefCell<Option<Function>> = const { RefCell::new(None) };
}

/// Says where `store-worker.js`, `mix-worker.js`, `mix-colour.js`, `mix-draw.js` and `mix-pace.js` are: a folder's
/// address that ends in `/`. Default `/`. Call it before anything is recorded.
#[cfg(feature = "script-base")]
pub fn set_worker_base(url: &str) {
    WORKER_BASE.with(|base| *base.borrow_mut() = url.to_owned());
}

/// Says how workers are made, instead of [`set_worker_base`]: the function gets a file name (`store-worker.js`,
/// `mix-worker.js`) and returns a `Worker`. Bundlers find a worker's script only where the address stands in the
/// JavaScript itself: `new Worker(new URL("./store-worker.js", import.meta.url), { type: "module" })`.
pub fn set_worker_factory(factory: Function) {
    WORKER_FACTORY.with(|slot| *slot.borrow_mut() = Some(factory));
}

#[cfg(feature = "mix")]
/// Says how ES modules are loaded, instead of [`set_worker_base`]: the function gets a file name (`mix-draw.js`) and
/// returns a promise of the module, as `import()` does.
pub fn set_module_loader(loader: Function) {
    MODULE_LOADER.with(|slot| *slot.borrow_mut() = Some(loader));
}

/// The function that makes workers, if there is one.
fn worker_factory() -> Option<Function> {
    WORKER_FACTORY.with(|slot| slot.borrow().clone())
}

#[cfg(feature = "mix")]
/// The function that loads modules, if there is one.
pub(crate) fn module_loader() -> Option<Function> {
    MODULE_LOADER.with(|slot| slot.borrow().clone())
}

/// Address of one of the scripts.
#[cfg(feature = "script-base")]
pub(crate) fn script(name: &str) -> String {
    WORKER_BASE.with(|base| {
        let base = base.borrow();
        let base = if base.is_empty() { "/" } else { base.as_str() };
        [base, name].concat()
    })
}

/// The window this runs in.
pub(crate) fn window() -> Result<web_sys::Window, Error> {
    web_sys::window().ok_or(Error::Unsupported)
}

/// Milliseconds of the page's monotonic clock.
pub(crate) fn monotonic() -> hostreel_recording::Millis {
    let now = window().ok().and_then(|window| window.performance()).map_or(0.0, |clock| clock.now());
    hostreel_recording::Millis(now as u64)
}

/// Milliseconds since 1970 (UTC).
pub(crate) fn wall_clock() -> u64 {
    js_sys::Date::now() as u64
}

/// A whole number in digits: what `to_string` does, without all that formatting can do besides.
pub(crate) fn decimal(number: u64) -> String {
    let mut digits = if number < 10 { String::new() } else { decimal(number / 10) };
    digits.push(char::from(b'0' + (number % 10) as u8));
    digits
}

/// A plain object from its members.
pub(crate) fn object(members: &[(&str, JsValue)]) -> Result<js_sys::Object, Error> {
    let object = js_sys::Object::new();
    for (name, value) in members {
        Reflect::set(&object, &JsValue::from_str(name), value)?;
    }
    Ok(object)
}

/// Calls a method, whatever the object's class is: one binding instead of one for each method.
pub(crate) fn call(object: &JsValue, method: &str, arguments: &[&JsValue]) -> Result<JsValue, JsValue> {
    let Ok(function) = member(object, method).dyn_into::<Function>() else {
        return Err(["there is no ", method].concat().into());
    };
    Reflect::apply(&function, object, &arguments.iter().copied().collect::<Array>())
}

/// Calls a method that gives a promise. What it throws comes as a rejection.
pub(crate) fn asked(object: &JsValue, method: &str, arguments: &[&JsValue]) -> JsFuture {
    JsFuture::from(match call(object, method, arguments) {
        Ok(answer) => Promise::resolve(&answer),
        Err(thrown) => Promise::reject(&thrown),
    })
}

/// A member of the window's `navigator`; `undefined` where there is none.
pub(crate) fn navigator(name: &str) -> JsValue {
    window().map_or(JsValue::UNDEFINED, |window| member(&window.navigator(), name))
}

/// Whether the page's policy forbids something (Permissions Policy §9). Only Chromium can be asked.
pub(crate) fn is_forbidden(policy: &str) -> bool {
    let Some(document) = window().ok().and_then(|window| window.document()) else { return false };
    let allows = call(&member(&document, "featurePolicy"), "allowsFeature", &[&policy.into()]);
    allows.is_ok_and(|allows| allows == JsValue::FALSE)
}

/// A text member of an object; empty when it is not there.
pub(crate) fn text(object: &JsValue, name: &str) -> String {
    member(object, name).as_string().unwrap_or_default()
}

/// A member of an object; `undefined` when it is not there.
pub(crate) fn member(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_written_as_by_the_library() {
        for number in [0, 7, 10, 1_732_000_000_000, u64::MAX] {
            assert_eq!(decimal(number), number.to_string());
        }
    }
}
