//! The few things that are asked over plain HTTP.

use hostreel_protocol::{Code, CreateRoom, CreatedRoom, ErrorBody, Policies, RoomId, RoomPage};
use js_sys::JSON;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Request, RequestInit, Response};

use crate::browser::window;

/// Why the server did not give what was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// It could not be reached.
    Unreachable,
    /// It refused.
    Refused(Code),
}

/// Creates a room with these rules.
pub(crate) async fn create_room(policies: Policies) -> Result<CreatedRoom, Failure> {
    let body = serde_json::to_string(&CreateRoom { policies }).unwrap_or_default();
    let text = fetch("POST", "/api/rooms", Some(&body)).await?;
    serde_json::from_str(&text).map_err(|_| Failure::Refused(Code::WrongVersion))
}

/// What may be known of a room before joining.
pub(crate) async fn room_page(room: &RoomId) -> Result<RoomPage, Failure> {
    let text = fetch("GET", &format!("/api/rooms/{room}"), None).await?;
    serde_json::from_str(&text).map_err(|_| Failure::Refused(Code::WrongVersion))
}

async fn fetch(method: &str, path: &str, body: Option<&str>) -> Result<String, Failure> {
    let window = window().ok_or(Failure::Unreachable)?;
    let init = RequestInit::new();
    init.set_method(method);
    if let Some(body) = body {
        init.set_body(&JsValue::from_str(body));
    }
    let request = Request::new_with_str_and_init(path, &init).map_err(|_| Failure::Unreachable)?;
    if body.is_some() {
        let _ = request.headers().set("content-type", "application/json");
    }
    let response = JsFuture::from(window.fetch_with_request(&request)).await;
    let response: Response =
        response.ok().and_then(|value| value.dyn_into().ok()).ok_or(Failure::Unreachable)?;
    let json = match response.json() {
        Ok(promise) => JsFuture::from(promise).await.ok(),
        Err(_) => None,
    };
    let text = json.and_then(|value| JSON::stringify(&value).ok()).map(String::from).unwrap_or_default();
    if response.ok() {
        return Ok(text);
    }
    match serde_json::from_str::<ErrorBody>(&text) {
        Ok(error) => Err(Failure::Refused(error.code)),
        // Something between this page and the server answered in its place.
        Err(_) => Err(Failure::Unreachable),
    }
}
