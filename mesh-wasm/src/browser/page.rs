//! The page: its address, its clocks, its chance, its end.

use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{PageTransitionEvent, VisibilityState};

use crate::MeshError;

fn window() -> Result<web_sys::Window, MeshError> {
    web_sys::window().ok_or(MeshError::NoWindow)
}

/// The websocket address of a path on the server that the page came from.
pub(crate) fn socket_url(path: &str) -> Result<String, MeshError> {
    let location = window()?.location();
    let read = |value: Result<String, wasm_bindgen::JsValue>| {
        value.map_err(|thrown| MeshError::Browser { reason: super::reason(&thrown) })
    };
    let scheme = if read(location.protocol())? == "https:" { "wss:" } else { "ws:" };
    Ok(format!("{scheme}//{}{path}", read(location.host())?))
}

/// The wall clock, in milliseconds since 1970 (UTC).
pub(crate) fn now_ms() -> f64 {
    js_sys::Date::now()
}

/// A random number, 0 inclusive to 1 exclusive; not for secrets.
pub(crate) fn random() -> f64 {
    js_sys::Math::random()
}

/// Whether the browser has `RTCPeerConnection` (some switch it off).
pub(crate) fn has_webrtc() -> Result<bool, MeshError> {
    let window = window()?;
    Ok(super::method(&window, "RTCPeerConnection").is_some())
}

/// Watches the page go and come back, until it is dropped.
#[must_use]
#[derive(Debug)]
pub(crate) struct Watch {
    _listeners: [EventListener; 4],
}

/// Calls `gone` when the page is left: the one end that phones tell of, too. A page that the browser only put aside, and shows
/// again (HTML: `persisted`), is loaded afresh, as what the call ended can't be revived. Calls `awake` when a page that was
/// hidden is seen again, and when there is a network again: it may not have run meanwhile.
pub(crate) fn watch(
    gone: impl Fn() + 'static,
    awake: impl Fn() + Clone + 'static,
) -> Result<Watch, MeshError> {
    let window = window()?;
    let document = window.document().ok_or(MeshError::NoWindow)?;
    let location = window.location();
    let left = EventListener::new(&window, "pagehide", move |_| gone());
    let online = {
        let awake = awake.clone();
        EventListener::new(&window, "online", move |_| awake())
    };
    let shown_document = document.clone();
    let seen = EventListener::new(&document, "visibilitychange", move |_| {
        if shown_document.visibility_state() == VisibilityState::Visible {
            awake();
        }
    });
    let shown = EventListener::new(&window, "pageshow", move |event| {
        let again = event.dyn_ref::<PageTransitionEvent>().is_some_and(PageTransitionEvent::persisted);
        if again && let Err(thrown) = location.reload() {
            warn(&super::reason(&thrown));
        }
    });
    Ok(Watch { _listeners: [left, shown, online, seen] })
}

/// A word for developers.
pub(crate) fn warn(text: &str) {
    web_sys::console::warn_1(&text.into());
}
