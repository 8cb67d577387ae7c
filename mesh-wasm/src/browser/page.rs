//! The page: its address, its clocks, its chance, its end.

use gloo_events::EventListener;

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

/// Calls when the page is left: the one end that phones tell of, too.
pub(crate) fn on_hide(call: impl Fn() + 'static) -> Result<EventListener, MeshError> {
    let window = window()?;
    Ok(EventListener::new(&window, "pagehide", move |_| call()))
}

/// A word for developers.
pub(crate) fn warn(text: &str) {
    web_sys::console::warn_1(&text.into());
}
