//! Tells other systems by HTTP what happens in rooms: signed, in order, and tried again when they don't answer.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use hmac::{Hmac, Mac as _};
use hostreel_protocol::{Envelope, Event, Millis, RoomId};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::sync::mpsc;
use tokio_rustls::rustls::crypto::ring;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use warp::http::header::CONTENT_TYPE;
use warp::http::{Request, StatusCode, Uri};

use crate::Webhooks;
use crate::hub::now;
use crate::key::random_text;
use crate::metrics::Metrics;

/// Time for one attempt.
const ATTEMPT_TIME: Duration = Duration::from_secs(10);
/// Longest pause between attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// One event on its way.
#[derive(Debug, Clone)]
struct Notice {
    id: Arc<str>,
    body: Bytes,
}

/// Takes events in. Never waits: what does not fit into a queue is dropped and counted.
pub(crate) struct Sender {
    queues: Vec<mpsc::Sender<Notice>>,
    results: Counted,
}

/// Counts a result by its name.
type Counted = Arc<dyn Fn(&'static str) + Send + Sync>;

impl Sender {
    pub(crate) fn room_created(&self, room: &RoomId) {
        self.send(room, now(), "room_created", json!({}));
    }

    pub(crate) fn room_forgotten(&self, room: &RoomId) {
        self.send(room, now(), "room_ended", json!({ "event": { "what": "forgotten" } }));
    }

    pub(crate) fn event(&self, room: &RoomId, envelope: &Envelope) {
        let kind = match &envelope.event {
            Event::Joined { .. } => "person_joined",
            Event::Left { .. } => "person_left",
            Event::RecordingStarted { .. } => "recording_started",
            Event::RecordingStopped { .. } => "recording_stopped",
            Event::Ended { .. } => "room_ended",
            _ => return,
        };
        // As it is on the wire, so that one description is enough.
        let event = serde_json::to_value(&envelope.event).unwrap_or_default();
        self.send(room, envelope.at, kind, json!({ "event": event }));
    }

    fn send(&self, room: &RoomId, at: Millis, kind: &'static str, more: Value) {
        #[derive(Serialize)]
        struct Body<'a> {
            id: &'a str,
            r#type: &'static str,
            at: Millis,
            room: &'a RoomId,
            #[serde(flatten)]
            more: Value,
        }
        let id: Arc<str> = random_text::<12>().into();
        let body = Body { id: &id, r#type: kind, at, room, more };
        let body = Bytes::from(serde_json::to_string(&body).unwrap_or_default());
        for queue in &self.queues {
            if queue.try_send(Notice { id: Arc::clone(&id), body: body.clone() }).is_err() {
                (self.results)("dropped");
            }
        }
    }
}

/// Starts a worker for each address; `None` when there is none. `metrics` is asked for when a result is counted.
///
/// # Errors
/// When an address is none, or the system's certificates can't be read.
pub(crate) fn start(
    config: &Webhooks,
    results: Counted,
    tasks: &TaskTracker,
    stop: &CancellationToken,
) -> Result<Option<Sender>, String> {
    let Some(secret) = config.secret.clone().filter(|_| !config.urls.is_empty()) else { return Ok(None) };
    let connector = HttpsConnectorBuilder::new()
        .with_provider_and_native_roots(ring::default_provider())
        .map_err(|error| error.to_string())?
        .https_or_http()
        .enable_http1()
        .build();
    let client = Client::builder(TokioExecutor::new()).build(connector);
    let mut queues = Vec::new();
    for url in &config.urls {
        let url: Uri = url.parse().map_err(|error| format!("{url}: {error}"))?;
        let (queue, waiting) = mpsc::channel(config.queue.max(1));
        queues.push(queue);
        let worker = Worker {
            client: client.clone(),
            url,
            secret: secret.clone(),
            attempts: config.attempts,
            back_off: config.back_off,
            results: Arc::clone(&results),
            stop: stop.clone(),
        };
        tasks.spawn(worker.run(waiting));
    }
    Ok(Some(Sender { queues, results }))
}

/// Delivers to one address, one after the other: order is kept.
struct Worker {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    url: Uri,
    secret: SecretString,
    attempts: u32,
    back_off: Duration,
    results: Counted,
    stop: CancellationToken,
}

impl Worker {
    async fn run(self, mut waiting: mpsc::Receiver<Notice>) {
        loop {
            let notice = tokio::select! {
                biased;
                notice = waiting.recv() => notice,
                () = self.stop.cancelled() => return,
            };
            let Some(notice) = notice else { return };
            (self.results)(if self.deliver(&notice).await { "delivered" } else { "failed" });
        }
    }

    async fn deliver(&self, notice: &Notice) -> bool {
        let mut pause = self.back_off;
        for attempt in 1..=self.attempts {
            match tokio::time::timeout(ATTEMPT_TIME, self.post(notice)).await {
                Ok(Some(status)) if status.is_success() => return true,
                Ok(Some(status)) if is_final(status) => {
                    tracing::warn!(%status, "a webhook is refused");
                    return false;
                }
                _ => {}
            }
            if attempt == self.attempts || self.stop.is_cancelled() {
                break;
            }
            (self.results)("retried");
            // Many servers may come back to one receiver: not all at the same moment.
            let jittered = pause.mul_f64(rand::random_range(0.75..1.25));
            tokio::select! {
                () = tokio::time::sleep(jittered) => {}
                () = self.stop.cancelled() => {}
            }
            pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
        }
        tracing::warn!("a webhook is given up");
        false
    }

    async fn post(&self, notice: &Notice) -> Option<StatusCode> {
        let at = now().0 / 1000;
        let request = Request::post(self.url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header("hostreel-event", &*notice.id)
            .header("hostreel-signature", signature(&self.secret, at, &notice.body))
            .body(Full::new(notice.body.clone()))
            .ok()?;
        self.client.request(request).await.ok().map(|response| response.status())
    }
}

/// What trying again does not change.
fn is_final(status: StatusCode) -> bool {
    status.is_client_error()
        && !matches!(
            status,
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS
        )
}

/// `t=SECONDS,v1=HEX`: HMAC-SHA256 over `SECONDS.BODY`. The time in it lets receivers refuse old ones.
fn signature(secret: &SecretString, at: u64, body: &[u8]) -> String {
    let mut text = format!("t={at},v1=");
    // HMAC takes keys of any length.
    if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()) {
        mac.update(format!("{at}.").as_bytes());
        mac.update(body);
        for byte in mac.finalize().into_bytes() {
            // Writing to a String does not fail.
            let _ = write!(text, "{byte:02x}");
        }
    }
    text
}

/// Counts into metrics that live elsewhere.
pub(crate) fn counted(metrics: &Arc<Metrics>) -> Counted {
    let metrics = Arc::clone(metrics);
    Arc::new(move |result| metrics.webhook(result))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_what_openssl_says() {
        // printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac secret
        let signed = signature(&"secret".to_owned().into(), 1_700_000_000, br#"{"a":1}"#);
        let hex = signed.strip_prefix("t=1700000000,v1=").unwrap();
        assert_eq!(hex, "49f24e537407743fa4a0242bb63b94b9a47ee99cbbe071ccd8a22550ae411686");
    }

    #[test]
    fn only_some_refusals_are_final() {
        for (status, is) in [(400, true), (410, true), (408, false), (429, false), (500, false), (503, false)]
        {
            assert_eq!(is_final(StatusCode::from_u16(status).unwrap()), is, "{status}");
        }
    }
}
