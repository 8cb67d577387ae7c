//! From an HTTP request to a websocket.
//!
//! warp's own websocket filter has no way to set buffer sizes, and 128 KiB of read buffer for each idle connection is
//! most of what a server needs. So the handshake (RFC 6455 §4.2) is done here.

use std::sync::Arc;
use std::time::Duration;

use hostreel_protocol::{Code, SUBPROTOCOL};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use warp::http::header::{
    CONNECTION, HeaderName, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL,
    SEC_WEBSOCKET_VERSION, UPGRADE,
};
use warp::http::{HeaderMap, HeaderValue, StatusCode};
use warp::reply::Response;

use crate::http::{Parts, refuse};
use crate::visitors::Visitor;
use crate::{connection, origin};

/// Big enough for nearly every message at once, small enough for thousands of idle connections.
const BUFFER_BYTES: usize = 4 * 1024;

/// Time from our "101 Switching Protocols" to the switch.
const SWITCH_TIME: Duration = Duration::from_secs(5);

/// Answers `GET /ws`.
pub(crate) fn answer(
    headers: &HeaderMap,
    upgrade: Option<OnUpgrade>,
    visitor: &Arc<Visitor>,
    parts: &Parts,
) -> Response {
    let config = parts.hub.config();
    if !origin::is_allowed(headers, &config.allowed_origins) {
        return refuse(StatusCode::FORBIDDEN, Code::BadOrigin);
    }
    let (Some(upgrade), Some(key)) = (upgrade, handshake_key(headers)) else {
        return not_a_websocket();
    };
    let offered = tokens(headers, &SEC_WEBSOCKET_PROTOCOL);
    let speaks_ours = offered.contains(&SUBPROTOCOL);
    if !offered.is_empty() && !speaks_ours {
        return refuse(StatusCode::BAD_REQUEST, Code::WrongVersion);
    }
    if parts.hub.is_stopping() {
        return refuse(StatusCode::SERVICE_UNAVAILABLE, Code::ServerStopping);
    }
    let Ok(permit) = Arc::clone(&parts.websockets).try_acquire_owned() else {
        return refuse(StatusCode::SERVICE_UNAVAILABLE, Code::ServerFull);
    };
    let Some(visit) = visitor.enter() else {
        return refuse(StatusCode::TOO_MANY_REQUESTS, Code::TooFast);
    };
    let Ok(accept) = HeaderValue::from_str(&derive_accept_key(key.as_bytes())) else {
        return not_a_websocket();
    };

    let (hub, stop) = (Arc::clone(&parts.hub), parts.stop.clone());
    let limits = WebSocketConfig::default()
        .read_buffer_size(BUFFER_BYTES)
        .write_buffer_size(BUFFER_BYTES)
        .max_write_buffer_size(BUFFER_BYTES + config.limits.queue_bytes.max(config.limits.message_bytes * 2))
        .max_message_size(Some(config.limits.message_bytes))
        .max_frame_size(Some(config.limits.message_bytes));
    parts.tasks.spawn(async move {
        let _permit = permit;
        let Ok(Ok(upgraded)) = tokio::time::timeout(SWITCH_TIME, upgrade).await else {
            return;
        };
        let io = TokioIo::new(upgraded);
        let socket = WebSocketStream::from_raw_socket(io, Role::Server, Some(limits)).await;
        connection::run(socket, hub, visit, stop).await;
    });

    let mut response = Response::default();
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let answer = response.headers_mut();
    answer.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    answer.insert(UPGRADE, HeaderValue::from_static("websocket"));
    answer.insert(SEC_WEBSOCKET_ACCEPT, accept);
    if speaks_ours {
        answer.insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(SUBPROTOCOL));
    }
    response
}

/// The client's key, when the request is a websocket handshake of the one version there is.
fn handshake_key(headers: &HeaderMap) -> Option<&HeaderValue> {
    let has = |name: &HeaderName, wanted: &str| {
        tokens(headers, name).iter().any(|token| token.eq_ignore_ascii_case(wanted))
    };
    let good = has(&CONNECTION, "upgrade") && has(&UPGRADE, "websocket") && has(&SEC_WEBSOCKET_VERSION, "13");
    headers.get(SEC_WEBSOCKET_KEY).filter(|_| good)
}

/// A header's comma separated values.
fn tokens<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Vec<&'a str> {
    let lines = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim).filter(|token| !token.is_empty()).collect()
}

fn not_a_websocket() -> Response {
    let mut response = refuse(StatusCode::UPGRADE_REQUIRED, Code::Malformed);
    response.headers_mut().insert(UPGRADE, HeaderValue::from_static("websocket"));
    response.headers_mut().insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
    response
}
