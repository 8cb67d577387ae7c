//! The app without its server: a service worker (`assets/sw.js`) keeps it on this device.

use gloo_events::EventListener;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Event, ServiceWorkerContainer};
use yew::prelude::*;

use crate::browser::{document, pause, window};
use crate::parts;

const SCRIPT: &str = "/sw.js";

/// The first page comes first, in milliseconds.
const LATER_MS: u32 = 1_500;

/// Brings the rest of the app and keeps this version on the device, once the page has come to rest. A browser or a window
/// that keeps nothing works all the same, as long as there is a server.
pub(crate) fn keep_for_later() {
    spawn_local(async move {
        pause(LATER_MS).await;
        parts::bring_all().await;
        let Some(container) = container() else { return };
        let _ = JsFuture::from(container.register(SCRIPT)).await;
    });
}

/// Nothing on insecure pages and in browsers without service workers.
fn container() -> Option<ServiceWorkerContainer> {
    let navigator = window()?.navigator();
    let member = js_sys::Reflect::get(&navigator, &"serviceWorker".into()).ok()?;
    // Firefox has a member in private windows that is no container.
    member.is_object().then(|| member.unchecked_into())
}

/// Calls `on_updated` when a newer version of the app was found and kept while this page was open. It is looked for
/// whenever somebody comes back to the page.
#[hook]
pub(crate) fn use_updates(on_updated: Callback<()>) {
    use_effect_with((), move |()| {
        let watched = container().zip(document()).map(|(container, document)| {
            let told = EventListener::new(container.unchecked_ref(), "message", move |event: &Event| {
                let data = event.dyn_ref::<web_sys::MessageEvent>().map(|event| event.data());
                if data.is_some_and(|data| data == JsValue::from_str("updated")) {
                    on_updated.emit(());
                }
            });
            let page = document.clone();
            let back = EventListener::new(&document, "visibilitychange", move |_| {
                if let (false, Some(worker)) = (page.hidden(), container.controller()) {
                    // A worker that is gone is started again, or there is none: either way nothing is lost.
                    let _ = worker.post_message(&"look".into());
                }
            });
            (told, back)
        });
        move || drop(watched)
    });
}
