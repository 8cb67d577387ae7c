//! Plain JavaScript objects, read and written.

use std::pin::Pin;

use hostreel_recorder::Error;
use js_sys::{Object, Promise, Reflect};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::future_to_promise;

/// Options as JavaScript wrote them. What is `undefined` has its default.
pub(crate) struct Wanted<'a>(pub(crate) &'a JsValue);

impl Wanted<'_> {
    pub(crate) fn get(&self, name: &str) -> JsValue {
        Reflect::get(self.0, &name.into()).unwrap_or(JsValue::UNDEFINED)
    }

    pub(crate) fn text(&self, name: &str, to: &mut String) {
        if let Some(text) = self.get(name).as_string() {
            *to = text;
        }
    }

    pub(crate) fn flag(&self, name: &str, to: &mut bool) {
        if let Some(flag) = self.get(name).as_bool() {
            *to = flag;
        }
    }

    /// A number of something that is never negative; a cast saturates.
    pub(crate) fn number(&self, name: &str, to: &mut u32) {
        if let Some(number) = self.get(name).as_f64() {
            *to = number as u32;
        }
    }

    pub(crate) fn bytes(&self, name: &str, to: &mut u64) {
        if let Some(number) = self.get(name).as_f64() {
            *to = number as u64;
        }
    }
}

/// Whole numbers are exact in a double up to 2^53.
pub(crate) fn number(value: u64) -> JsValue {
    (value as f64).into()
}

/// A plain object. Setting a member of a new one does not fail.
pub(crate) fn object(members: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in members {
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object.into()
}

/// What JavaScript gets to catch.
pub(crate) fn thrown(error: &Error) -> JsValue {
    let thrown = js_sys::Error::new(&error.message());
    let _ = Reflect::set(&thrown, &"code".into(), &error.code().into());
    thrown.into()
}

/// What JavaScript gets at once.
pub(crate) fn answered(result: Result<(), Error>) -> Result<(), JsValue> {
    result.map_err(|error| thrown(&error))
}

/// What JavaScript waits for. All of it goes through one place: an `async fn` of its own for each costs 600 bytes.
pub(crate) fn promise(work: impl Future<Output = Result<JsValue, Error>> + 'static) -> Promise {
    begin(Box::pin(work))
}

fn begin(work: Pin<Box<dyn Future<Output = Result<JsValue, Error>>>>) -> Promise {
    future_to_promise(async { work.await.map_err(|error| thrown(&error)) })
}
