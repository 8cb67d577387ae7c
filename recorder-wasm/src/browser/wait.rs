//! Waiting: for something that is told later, and for time to pass.

use js_sys::{Array, Function, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::window;

/// Something that is told once; any number may wait for it.
#[derive(Debug)]
pub(crate) struct Signal {
    promise: Promise,
    settle: Option<(Function, Function)>,
}

impl Signal {
    pub(crate) fn new() -> Self {
        let mut settle = None;
        let promise = Promise::new(&mut |resolve, reject| settle = Some((resolve, reject)));
        Self { promise, settle }
    }

    /// Pending until it is told.
    pub(crate) fn promise(&self) -> Promise {
        Clone::clone(&self.promise)
    }

    /// Tells it. A second time changes nothing.
    pub(crate) fn tell(&self, value: &JsValue) {
        self.call(|(resolve, _)| resolve, value);
    }

    /// Tells that it will not come. Somebody must be waiting: else the browser reports it as an error of the page.
    pub(crate) fn fail(&self, reason: &JsValue) {
        self.call(|(_, reject)| reject, reason);
    }

    fn call(&self, which: fn(&(Function, Function)) -> &Function, value: &JsValue) {
        if let Some(settle) = &self.settle {
            // Settling a promise does not throw.
            let _ = which(settle).call1(&JsValue::UNDEFINED, value);
        }
    }
}

/// Pending for so long. Without a window there is no clock: then it is over at once.
pub(crate) fn sleep(milliseconds: u32) -> JsFuture {
    JsFuture::from(passed(milliseconds))
}

/// What the promise gives, or `undefined` after so long.
pub(crate) fn within(milliseconds: u32, promise: &Promise) -> JsFuture {
    first(promise, &passed(milliseconds))
}

/// What the first of both gives.
pub(crate) fn first(one: &Promise, other: &Promise) -> JsFuture {
    JsFuture::from(Promise::race(&Array::of2(one, other)))
}

fn passed(milliseconds: u32) -> Promise {
    let milliseconds = i32::try_from(milliseconds).unwrap_or(i32::MAX);
    Promise::new(&mut |resolve, _| {
        let set = window().is_ok_and(|window| {
            window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds).is_ok()
        });
        if !set {
            // As above.
            let _ = resolve.call0(&JsValue::UNDEFINED);
        }
    })
}
