//! What is answered over plain HTTP.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures::{Stream, StreamExt as _};
use hostreel_protocol::{Code, CreateRoom, ErrorBody, RoomId};
use hyper::upgrade::OnUpgrade;
use serde::Serialize;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use warp::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use warp::http::{HeaderMap, HeaderValue, Method, StatusCode};
use warp::hyper::body::Bytes;
use warp::path::FullPath;
use warp::reply::Response;
use warp::{Buf, Filter, Rejection};

use crate::app::App;
use crate::client_address::client_address;
use crate::hub::Hub;
use crate::listen::Peer;
use crate::visitors::{Visitor, Visitors};
use crate::{operations, origin, upgrade};

/// Longest body of a request, in bytes.
const BODY_BYTES: u64 = 4 * 1024;
/// Time for a request's body.
const BODY_TIME: Duration = Duration::from_secs(10);

/// What every request may need.
pub(crate) struct Parts {
    pub(crate) hub: Arc<Hub>,
    pub(crate) app: Arc<App>,
    pub(crate) visitors: Visitors,
    /// Runs every connection; waited for when the server stops.
    pub(crate) tasks: TaskTracker,
    pub(crate) stop: CancellationToken,
    /// One permit for each websocket.
    pub(crate) websockets: Arc<Semaphore>,
    /// How many permits there are in all.
    pub(crate) most_websockets: usize,
}

impl Parts {
    /// Who sends a request.
    fn visitor(&self, peer: Option<Peer>, headers: &HeaderMap) -> Arc<Visitor> {
        // Every connection is stamped when it is accepted.
        let peer = peer.map_or_else(|| SocketAddr::from(([0; 4], 0)), |Peer(address)| address);
        self.visitors.of(client_address(peer, headers, &self.hub.config().proxies))
    }
}

/// All routes. Never rejects: every fault has an answer.
pub(crate) fn routes(
    parts: Arc<Parts>,
) -> impl Filter<Extract = (Response,), Error = Infallible> + Clone + Send + Sync + 'static {
    let operations = Arc::clone(&parts);
    let with = move || {
        let parts = Arc::clone(&parts);
        warp::any().map(move || Arc::clone(&parts))
    };
    let health = warp::path!("healthz").and(warp::method()).map(|method: Method| {
        shown(&method, || plain(StatusCode::OK, HeaderValue::from_static("text/plain"), "ok"))
    });
    let websocket = warp::path!("ws")
        .and(warp::get())
        .and(warp::header::headers_cloned())
        .and(warp::ext::optional::<OnUpgrade>())
        .and(warp::ext::optional::<Peer>())
        .and(with())
        .map(|headers: HeaderMap, on: Option<OnUpgrade>, peer: Option<Peer>, parts: Arc<Parts>| {
            upgrade::answer(&headers, on, &parts.visitor(peer, &headers), &parts)
        });
    let create = warp::path!("api" / "rooms")
        .and(warp::post())
        .and(warp::header::headers_cloned())
        .and(warp::body::content_length_limit(BODY_BYTES))
        .and(warp::body::stream())
        .and(warp::ext::optional::<Peer>())
        .and(with())
        .then(|headers: HeaderMap, body, peer: Option<Peer>, parts: Arc<Parts>| async move {
            match whole(body).await {
                Ok(body) => create_room(&headers, &body, &parts.visitor(peer, &headers), &parts).await,
                Err((status, code)) => refuse(status, code),
            }
        });
    let page = warp::path!("api" / "rooms" / String)
        .and(warp::get())
        .and(warp::header::headers_cloned())
        .and(warp::ext::optional::<Peer>())
        .and(with())
        .then(|id: String, headers: HeaderMap, peer: Option<Peer>, parts: Arc<Parts>| async move {
            room_page(&id, &headers, &parts.visitor(peer, &headers), &parts).await
        });
    let no_api =
        warp::path("api").or(warp::path("ws")).map(|_| refuse(StatusCode::NOT_FOUND, Code::Malformed));
    let app = warp::method().and(warp::path::full()).and(warp::header::headers_cloned()).and(with()).then(
        |method: Method, path: FullPath, headers: HeaderMap, parts: Arc<Parts>| async move {
            parts.app.answer(&method, path.as_str(), &headers).await
        },
    );
    health
        .or(operations::routes(operations))
        .unify()
        .or(websocket)
        .unify()
        .or(create)
        .unify()
        .or(page)
        .unify()
        .recover(faults)
        .unify()
        .or(no_api)
        .unify()
        .or(app)
        .unify()
}

/// The whole body of a request, or what is answered to one that does not come, or not in time.
async fn whole(
    body: impl Stream<Item = Result<impl Buf, warp::Error>>,
) -> Result<Vec<u8>, (StatusCode, Code)> {
    let all = async {
        let mut body = pin!(body);
        let mut bytes = Vec::new();
        while let Some(part) = body.next().await {
            let mut part = part.map_err(|_| (StatusCode::BAD_REQUEST, Code::Malformed))?;
            bytes.extend_from_slice(&part.copy_to_bytes(part.remaining()));
        }
        Ok(bytes)
    };
    let late = Err((StatusCode::REQUEST_TIMEOUT, Code::IdleTimeout));
    tokio::time::timeout(BODY_TIME, all).await.unwrap_or(late)
}

async fn create_room(headers: &HeaderMap, body: &[u8], visitor: &Visitor, parts: &Parts) -> Response {
    if !origin::is_allowed(headers, &parts.hub.config().allowed_origins) {
        return refuse(StatusCode::FORBIDDEN, Code::BadOrigin);
    }
    let Ok(wish) = serde_json::from_slice::<CreateRoom>(body) else {
        return refuse(StatusCode::BAD_REQUEST, Code::Malformed);
    };
    if !visitor.may_create() {
        return refuse(StatusCode::TOO_MANY_REQUESTS, Code::TooFast);
    }
    match parts.hub.create(wish, visitor.network).await {
        Ok(created) => {
            tracing::info!("room created");
            json(StatusCode::CREATED, &created)
        }
        Err(code) => refuse(status(code), code),
    }
}

async fn room_page(id: &str, headers: &HeaderMap, visitor: &Visitor, parts: &Parts) -> Response {
    // Not counted: what another site's page asks for is no guess of who looks at it.
    if !origin::may_look(headers, &parts.hub.config().allowed_origins) {
        return refuse(StatusCode::FORBIDDEN, Code::BadOrigin);
    }
    if let Err(code) = visitor.may_ask() {
        return refuse(status(code), code);
    }
    let page = match RoomId::parse(id) {
        Ok(id) => parts.hub.page(&id).await,
        Err(_) => Err(Code::RoomUnknown),
    };
    match page {
        Ok(page) => json(StatusCode::OK, &page),
        Err(code) => {
            visitor.refused(code).await;
            refuse(status(code), code)
        }
    }
}

pub(crate) fn status(code: Code) -> StatusCode {
    match code {
        Code::RoomUnknown | Code::RoomEnded => StatusCode::NOT_FOUND,
        Code::ServerFull | Code::ServerStopping | Code::TryAgain => StatusCode::SERVICE_UNAVAILABLE,
        Code::TooFast => StatusCode::TOO_MANY_REQUESTS,
        Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::BAD_REQUEST,
    }
}

/// Bodies without a length or over the limit; what is for other routes is passed on.
async fn faults(rejection: Rejection) -> Result<Response, Rejection> {
    if rejection.find::<warp::reject::PayloadTooLarge>().is_some() {
        Ok(refuse(StatusCode::PAYLOAD_TOO_LARGE, Code::TooLarge))
    } else if rejection.find::<warp::reject::LengthRequired>().is_some() {
        Ok(refuse(StatusCode::LENGTH_REQUIRED, Code::Malformed))
    } else {
        Err(rejection)
    }
}

/// The answer where there is only something to look at: to GET and HEAD.
pub(crate) fn shown(method: &Method, answer: impl FnOnce() -> Response) -> Response {
    match *method {
        Method::GET => answer(),
        Method::HEAD => answer().map(|_| Default::default()),
        _ => wrong_method(),
    }
}

/// The answer to other methods than GET and HEAD.
pub(crate) fn wrong_method() -> Response {
    let mut response = refuse(StatusCode::METHOD_NOT_ALLOWED, Code::Malformed);
    response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
    response
}

/// The error answer of the API.
pub(crate) fn refuse(status: StatusCode, code: Code) -> Response {
    json(status, &ErrorBody::from(code))
}

pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Response {
    let text = serde_json::to_string(body).unwrap_or_default();
    plain(status, HeaderValue::from_static("application/json"), text)
}

pub(crate) fn plain(status: StatusCode, content_type: HeaderValue, body: impl Into<Bytes>) -> Response {
    let mut response = Response::new(body.into().into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, content_type);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_body_that_does_not_come_is_not_waited_for() {
        let parts = futures::stream::iter([Ok(Bytes::from_static(b"{"))]);
        let body = parts.chain(futures::stream::pending::<Result<Bytes, warp::Error>>());
        let waited = tokio::time::timeout(BODY_TIME * 2, whole(body)).await.unwrap();
        assert_eq!(waited, Err((StatusCode::REQUEST_TIMEOUT, Code::IdleTimeout)));
    }
}
