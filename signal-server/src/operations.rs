//! What operators ask of a server: readiness, metrics, the API for administrators.

use std::sync::Arc;

use hostreel_protocol::{Code, RoomId};
use std::convert::Infallible;
use warp::http::header::WWW_AUTHENTICATE;
use warp::http::{HeaderMap, HeaderValue, Method, StatusCode};
use warp::reply::Response;
use warp::{Filter, Rejection};

use crate::admin::is_bearer;
use crate::client_address::client_address;
use crate::http::{Parts, json, plain, refuse, shown, status};
use crate::listen::Peer;
use crate::metrics;

/// Their routes among all others.
pub(crate) fn routes(
    parts: Arc<Parts>,
) -> impl Filter<Extract = (Response,), Error = Rejection> + Clone + Send + Sync + 'static {
    let with = move || {
        let parts = Arc::clone(&parts);
        warp::any().map(move || Arc::clone(&parts))
    };
    let ready = warp::path!("readyz")
        .and(warp::method())
        .and(with())
        .map(|method: Method, parts: Arc<Parts>| shown(&method, || readiness(&parts)));
    let metrics = warp::path!("metrics")
        .and(warp::method())
        .and(warp::header::headers_cloned())
        .and(warp::ext::optional::<Peer>())
        .and(with())
        .map(|method: Method, headers: HeaderMap, peer: Option<Peer>, parts: Arc<Parts>| {
            shown(&method, || metrics_page(&headers, peer, &parts))
        });
    let rooms = warp::path!("api" / "admin" / "rooms")
        .and(warp::get())
        .and(warp::header::headers_cloned())
        .and(with())
        .then(|headers: HeaderMap, parts: Arc<Parts>| async move {
            match not_for_you(&headers, &parts) {
                Some(refused) => refused,
                None => admin_rooms(&parts).await,
            }
        });
    let room = warp::path!("api" / "admin" / "rooms" / String)
        .and(warp::get().map(|| false).or(warp::delete().map(|| true)).unify())
        .and(warp::header::headers_cloned())
        .and(with())
        .then(|id: String, close: bool, headers: HeaderMap, parts: Arc<Parts>| async move {
            admin_room(&id, close, &headers, &parts).await
        });
    ready.or(metrics).unify().or(rooms).unify().or(room).unify()
}

/// The metrics alone, for an address of their own.
pub(crate) fn metrics_routes(
    parts: Arc<Parts>,
) -> impl Filter<Extract = (Response,), Error = Infallible> + Clone + Send + Sync + 'static {
    let metrics = warp::path!("metrics").and(warp::method()).and(warp::header::headers_cloned()).map(
        move |method: Method, headers: HeaderMap| {
            shown(&method, || match &parts.hub.config().metrics.token {
                Some(token) if !is_bearer(&headers, token) => unauthorized(),
                _ => all_metrics(&parts),
            })
        },
    );
    let nothing = warp::any().map(|| refuse(StatusCode::NOT_FOUND, Code::Malformed));
    metrics.or(nothing).unify()
}

/// Without a token, only for the same machine: how busy a server is concerns its operator.
fn metrics_page(headers: &HeaderMap, peer: Option<Peer>, parts: &Parts) -> Response {
    let config = parts.hub.config();
    let open = match &config.metrics.token {
        Some(token) if !is_bearer(headers, token) => return unauthorized(),
        Some(_) => true,
        None => peer.is_some_and(|Peer(peer)| {
            let client = client_address(peer, headers, &config.proxies);
            // A proxy on this machine that does not say for whom it asks makes everybody look local.
            client.is_loopback() && !is_forwarded(headers)
        }),
    };
    if config.metrics.address.is_some() || !open {
        return refuse(StatusCode::NOT_FOUND, Code::Malformed);
    }
    all_metrics(parts)
}

fn is_forwarded(headers: &HeaderMap) -> bool {
    ["forwarded", "x-forwarded-for", "x-real-ip"].iter().any(|name| headers.contains_key(*name))
}

fn readiness(parts: &Parts) -> Response {
    let text = HeaderValue::from_static("text/plain");
    if parts.hub.is_stopping() {
        plain(StatusCode::SERVICE_UNAVAILABLE, text, "stopping")
    } else if parts.websockets.available_permits() == 0 {
        plain(StatusCode::SERVICE_UNAVAILABLE, text, "full")
    } else if parts.hub.cluster().is_some_and(|cluster| !cluster.is_up()) {
        // Who is here stays; who is new is better sent to a server that can decide.
        plain(StatusCode::SERVICE_UNAVAILABLE, text, "degraded: NATS is away")
    } else {
        plain(StatusCode::OK, text, "ready")
    }
}

/// The answer to who is no administrator; `None` to who is.
fn not_for_you(headers: &HeaderMap, parts: &Parts) -> Option<Response> {
    match &parts.hub.config().admin_token {
        // Nothing to see: without a token there is no such API.
        None => Some(refuse(StatusCode::NOT_FOUND, Code::Malformed)),
        Some(token) => (!is_bearer(headers, token)).then(unauthorized),
    }
}

async fn admin_rooms(parts: &Parts) -> Response {
    match parts.hub.list().await {
        Ok(rooms) => json(StatusCode::OK, &serde_json::json!({ "rooms": rooms })),
        Err(code) => refuse(status(code), code),
    }
}

async fn admin_room(id: &str, close: bool, headers: &HeaderMap, parts: &Parts) -> Response {
    if let Some(refused) = not_for_you(headers, parts) {
        return refused;
    }
    let Ok(id) = RoomId::parse(id) else {
        return refuse(StatusCode::NOT_FOUND, Code::RoomUnknown);
    };
    let done = if close {
        parts.hub.close(&id).await.map(|()| {
            tracing::info!("room closed by an administrator");
            json(StatusCode::OK, &serde_json::json!({ "closed": id }))
        })
    } else {
        parts.hub.inspect(&id).await.map(|room| json(StatusCode::OK, &room))
    };
    done.unwrap_or_else(|code| refuse(status(code), code))
}

fn unauthorized() -> Response {
    let mut response = refuse(StatusCode::UNAUTHORIZED, Code::NotAllowed);
    response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}

fn all_metrics(parts: &Parts) -> Response {
    let open = parts.most_websockets - parts.websockets.available_permits().min(parts.most_websockets);
    let metrics = &parts.hub.watch().metrics;
    if let Some(cluster) = parts.hub.cluster() {
        metrics.hub_nodes(cluster.others());
    }
    let text = metrics.encode(parts.hub.census(), open);
    plain(StatusCode::OK, HeaderValue::from_static(metrics::CONTENT_TYPE), text)
}
