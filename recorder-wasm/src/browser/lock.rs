//! Web Locks: which recordings are being written right now, in any tab.

use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::{Signal, call, first, navigator};
#[cfg(feature = "library")]
use super::{asked, member, text};
use crate::Error;

/// A named lock, held until it is released or dropped. Where the browser has no locks, nothing is held.
#[derive(Debug)]
pub(crate) struct Lock {
    held: Option<Held>,
}

#[derive(Debug)]
struct Held {
    release: Signal,
    released: Promise,
}

impl Lock {
    /// Takes the lock; waits until it is granted. `on_lost` is called when another page takes it away (`steal`).
    pub(crate) async fn hold(name: &str, on_lost: Box<dyn FnOnce()>) -> Result<Self, Error> {
        let locks = navigator("locks");
        if locks.is_undefined() {
            return Ok(Self { held: None });
        }
        // The lock is held until this is told.
        let (release, granted) = (Signal::new(), Rc::new(Signal::new()));
        let (held, grant) = (release.promise(), Rc::clone(&granted));
        let on_grant = Closure::once_into_js(move |_lock: JsValue| -> JsValue {
            grant.tell(&JsValue::TRUE);
            held.into()
        });
        let released = Promise::resolve(&call(&locks, "request", &[&name.into(), &on_grant])?);
        // Where site data is blocked the request is rejected and nothing is ever granted: record without a lock.
        if !first(&granted.promise(), &released).await.is_ok_and(|granted| granted.is_truthy()) {
            return Ok(Self { held: None });
        }
        let end = JsFuture::from(Clone::clone(&released));
        spawn_local(async move {
            // Let go by us it resolves.
            if end.await.is_err() {
                on_lost();
            }
        });
        Ok(Self { held: Some(Held { release, released }) })
    }

    /// Lets it go, and waits until every tab can know.
    pub(crate) async fn release(mut self) {
        if let Some(held) = self.held.take() {
            held.let_go();
            // A page that is being closed rejects it: then the lock is gone all the same.
            let _ = JsFuture::from(held.released).await;
        }
    }
}

impl Held {
    fn let_go(&self) {
        self.release.tell(&JsValue::UNDEFINED);
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if let Some(held) = &self.held {
            held.let_go();
        }
    }
}

/// Names of all locks held by any tab of this origin; none where the browser won't tell.
#[cfg(feature = "library")]
pub(crate) async fn held_locks() -> Vec<String> {
    let snapshot = asked(&navigator("locks"), "query", &[]).await;
    let held = snapshot.map_or(JsValue::UNDEFINED, |snapshot| member(&snapshot, "held"));
    if !held.is_object() {
        return Vec::new();
    }
    js_sys::Array::from(&held).iter().map(|lock| text(&lock, "name")).collect()
}
