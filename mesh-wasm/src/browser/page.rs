//! The page: its address, its clocks, its chance, its end.

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
