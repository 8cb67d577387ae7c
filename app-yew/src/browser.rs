//! Small things that the browser gives. Each is total: what is missing reads as nothing.

use gloo_timers::future::TimeoutFuture;
use js_sys::{Date, Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, Window};

pub(crate) fn window() -> Option<Window> {
    web_sys::window()
}

pub(crate) fn document() -> Option<Document> {
    window()?.document()
}

/// A remembered value. Storage may be forbidden; then nothing is remembered.
pub(crate) fn remembered(key: &str) -> Option<String> {
    window()?.local_storage().ok()??.get_item(key).ok()?
}

pub(crate) fn remember(key: &str, value: &str) {
    if let Some(Ok(Some(storage))) = window().map(|window| window.local_storage()) {
        let _ = storage.set_item(key, value);
    }
}

/// The own clock, in milliseconds since 1970.
pub(crate) fn now_ms() -> f64 {
    Date::now()
}

/// The page's address up to the path, like `https://meet.example`.
pub(crate) fn origin() -> String {
    window().and_then(|window| window.location().origin().ok()).unwrap_or_default()
}

/// The address after `#`, the sign included.
pub(crate) fn fragment() -> String {
    window().and_then(|window| window.location().hash().ok()).unwrap_or_default()
}

/// Goes to a path of the app, fragment included, without loading the page anew.
pub(crate) fn go(path: &str) {
    let Some(window) = window() else { return };
    let pushed =
        window.history().and_then(|history| history.push_state_with_url(&JsValue::NULL, "", Some(path)));
    // The router reads the address when the history moves, and the router's own push keeps no fragment.
    let moved = web_sys::PopStateEvent::new("popstate").and_then(|event| window.dispatch_event(&event));
    if pushed.is_err() || moved.is_err() {
        let _ = window.location().assign(path);
    }
}

pub(crate) fn set_title(title: &str) {
    if let Some(document) = document()
        && document.title() != title
    {
        document.set_title(title);
    }
}

/// Puts a text into the clipboard.
pub(crate) async fn copy(text: &str) -> bool {
    let Some(window) = window() else { return false };
    let navigator = window.navigator();
    // Missing on insecure pages, whatever its type says.
    if Reflect::get(&navigator, &"clipboard".into()).is_ok_and(|clipboard| clipboard.is_undefined()) {
        return false;
    }
    JsFuture::from(navigator.clipboard().write_text(text)).await.is_ok()
}

/// Keeps the screen awake; gives what has to be released, where the browser has it.
pub(crate) async fn wake_lock() -> Option<JsValue> {
    let navigator = window()?.navigator();
    let wake_lock = Reflect::get(&navigator, &"wakeLock".into()).ok()?;
    let request: Function = Reflect::get(&wake_lock, &"request".into()).ok()?.dyn_into().ok()?;
    let promise: Promise = request.call1(&wake_lock, &"screen".into()).ok()?.dyn_into().ok()?;
    JsFuture::from(promise).await.ok()
}

/// Lets the screen sleep again.
pub(crate) fn release_wake_lock(sentinel: &JsValue) {
    if let Ok(release) = Reflect::get(sentinel, &"release".into())
        && let Ok(release) = release.dyn_into::<Function>()
    {
        let _ = release.call0(sentinel);
    }
}

/// Waits, in milliseconds.
pub(crate) async fn pause(milliseconds: u32) {
    TimeoutFuture::new(milliseconds).await;
}

/// A date and time in the words of `language` (a BCP 47 tag).
pub(crate) fn date_text(milliseconds: u64, language: &str) -> String {
    let date = Date::new(&JsValue::from_f64(milliseconds as f64));
    let options = js_sys::Object::new();
    for (name, value) in [("dateStyle", "medium"), ("timeStyle", "short")] {
        let _ = Reflect::set(&options, &name.into(), &value.into());
    }
    date.to_locale_string(language, &options).into()
}
