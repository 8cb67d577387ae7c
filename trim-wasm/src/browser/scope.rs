//! The worker's own global scope: messages in and out.

use gloo_events::EventListener;
use js_sys::{Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent, StorageManager};

/// The scope of a dedicated worker.
#[derive(Debug, Clone)]
pub(crate) struct Scope(DedicatedWorkerGlobalScope);

impl Scope {
    /// Nothing where this is no dedicated worker.
    pub(crate) fn here() -> Option<Self> {
        js_sys::global().dyn_into().ok().map(Self)
    }

    /// Calls `on_message` with the data of each message, for as long as the listener lives.
    #[must_use = "listening ends with the listener"]
    pub(crate) fn listen(&self, on_message: impl Fn(JsValue) + 'static) -> EventListener {
        EventListener::new(&self.0, "message", move |event| {
            if let Some(event) = event.dyn_ref::<MessageEvent>() {
                on_message(event.data());
            }
        })
    }

    /// Sends a message of these members.
    pub(crate) fn tell(&self, members: &[(&str, JsValue)]) {
        let message = Object::new();
        for (name, value) in members {
            // A plain object takes every member.
            let _ = Reflect::set(&message, &JsValue::from_str(name), value);
        }
        self.post(&message);
    }

    /// Sends a message.
    pub(crate) fn post(&self, message: &JsValue) {
        // Texts and numbers can always be cloned; a page that is gone hears nothing.
        let _ = self.0.post_message(message);
    }

    pub(crate) fn storage(&self) -> StorageManager {
        self.0.navigator().storage()
    }
}

/// A member of an object; `undefined` when it is not there.
pub(crate) fn member(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

/// A text member of an object; empty when it is not there.
pub(crate) fn text(object: &JsValue, name: &str) -> String {
    member(object, name).as_string().unwrap_or_default()
}
