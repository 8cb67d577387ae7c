//! The connection to NATS: the log of each room on JetStream, and signals between nodes on plain subjects.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_nats::jetstream::context::{ContextBuilder, PublishErrorKind};
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::stream::{self, LastRawMessageErrorKind, Republish, StorageType};
use async_nats::jetstream::{self, Context};
use async_nats::{Client, ConnectOptions, Event, Subscriber};
use futures::{FutureExt as _, StreamExt as _};
use hostreel_protocol::{PersonId, RoomId};
use secrecy::ExposeSecret as _;
use tokio::sync::watch;
use tokio_tungstenite::tungstenite::Bytes;

use crate::HubConfig;
use crate::hub::log::NodeId;
use crate::metrics::Metrics;

/// Time for one request.
const REQUEST_TIME: Duration = Duration::from_secs(2);
/// Longest pause between attempts to connect again.
const LONGEST_PAUSE: Duration = Duration::from_millis(500);
/// What nobody has touched for so long is dropped: rooms renew theirs every few hours.
const LOG_LIFE: Duration = Duration::from_secs(48 * 3600);
/// Messages that may wait for one of our subscriptions. Who falls behind further reads the log.
const SUBSCRIPTION_MESSAGES: usize = 4_096;
/// Messages that may wait to be written to NATS.
const OUTGOING_MESSAGES: usize = 4_096;

/// Why a request to NATS did not work.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// Another node was quicker: the log has a newer record.
    #[error("the log has a newer record")]
    Overtaken,
    /// The record is larger than NATS takes.
    #[error("the record is larger than the NATS server takes (max_payload)")]
    TooLarge,
    /// No answer, or none that says whether it was done.
    #[error("no answer from NATS: {0}")]
    Unknown(String),
}

/// Whether NATS is there.
#[derive(Debug)]
struct Link {
    is_up: AtomicBool,
    /// Counts the times that it came back.
    returns: watch::Sender<u64>,
}

/// One node's connection.
pub(crate) struct Nats {
    client: Client,
    context: Context,
    stream: stream::Stream<()>,
    name: String,
    link: Arc<Link>,
    metrics: Arc<Metrics>,
}

impl Nats {
    /// Connects, and makes the stream where there is none yet.
    ///
    /// # Errors
    /// When NATS is not there, has no JetStream, or does not let us in: a sentence for the operator.
    pub(crate) async fn connect(config: &HubConfig, metrics: Arc<Metrics>) -> Result<Self, String> {
        let link = Arc::new(Link { is_up: AtomicBool::new(true), returns: watch::Sender::new(0) });
        let (told, counted) = (Arc::clone(&link), Arc::clone(&metrics));
        let mut options = ConnectOptions::new();
        if let Some(file) = &config.credentials {
            options =
                options.credentials_file(file).await.map_err(|error| format!("{}: {error}", file.display()))?;
        }
        let options = options
            .name("hostreel")
            .subscription_capacity(SUBSCRIPTION_MESSAGES)
            .client_capacity(OUTGOING_MESSAGES)
            .ping_interval(Duration::from_secs(5))
            .request_timeout(Some(REQUEST_TIME))
            .reconnect_delay_callback(|attempts| {
                let attempts = u32::try_from(attempts).unwrap_or(u32::MAX);
                Duration::from_millis(20).saturating_mul(attempts).min(LONGEST_PAUSE)
            })
            .event_callback(move |event| {
                told.hear(&event, &counted);
                async {}
            });
        let urls: Vec<String> = config.url.expose_secret().split(',').map(str::to_owned).collect();
        // The password in an address is not for the log.
        let client = options.connect(urls).await.map_err(|error| format!("can't connect: {}", error.kind()))?;
        let context = ContextBuilder::new().timeout(REQUEST_TIME).build(client.clone());
        let name = config.name.clone();
        let wanted = stream_config(&name, config.replicas);
        let stream_name = wanted.name.clone();
        context
            .get_or_create_stream(wanted)
            .await
            .map_err(|error| format!("no stream {stream_name}: {error}; start NATS with JetStream (-js)"))?;
        let stream = context.get_stream_no_info(&stream_name).await.map_err(|error| error.to_string())?;
        metrics.hub_up(true);
        Ok(Self { client, context, stream, name, link, metrics })
    }

    /// Whether the connection stands.
    pub(crate) fn is_up(&self) -> bool {
        self.link.is_up.load(Ordering::SeqCst)
    }

    /// Changes each time that the connection comes back.
    pub(crate) fn returns(&self) -> watch::Receiver<u64> {
        self.link.returns.subscribe()
    }

    fn log_subject(&self, room: &RoomId) -> String {
        format!("{}.log.{room}", self.name)
    }

    /// Appends a record if the room's last one is still `after`: its sequence number.
    pub(crate) async fn append(&self, room: &RoomId, after: u64, record: Bytes) -> Result<u64, Fault> {
        let message = PublishMessage::build().payload(record).expected_last_subject_sequence(after);
        let stored = async { self.context.send_publish(self.log_subject(room), message).await?.await };
        // The client waits for a place in its queue without a limit.
        let stored = tokio::time::timeout(REQUEST_TIME, stored).await;
        let result = match stored {
            Ok(Ok(ack)) => Ok(ack.sequence),
            Ok(Err(error)) => Err(match error.kind() {
                PublishErrorKind::WrongLastSequence => Fault::Overtaken,
                PublishErrorKind::MaxPayloadExceeded => Fault::TooLarge,
                _ => Fault::Unknown(error.to_string()),
            }),
            Err(_) => Err(Fault::Unknown("timed out".into())),
        };
        self.metrics.appended(match &result {
            Ok(_) => "stored",
            Err(Fault::Overtaken) => "overtaken",
            Err(_) => "failed",
        });
        result
    }

    /// Number and text of a room's last record; `None`: there is no log.
    pub(crate) async fn last(&self, room: &RoomId) -> Result<Option<(u64, Bytes)>, Fault> {
        let request = self.stream.raw_message_builder().last_by_subject(self.log_subject(room));
        self.fetch(request.send()).await
    }

    /// The first record with this number or a higher one. From the stream's leader: what is appended is found.
    pub(crate) async fn next(&self, room: &RoomId, from: u64) -> Result<Option<(u64, Bytes)>, Fault> {
        let request = self.stream.raw_message_builder().sequence(from.max(1));
        self.fetch(request.next_by_subject(self.log_subject(room)).send()).await
    }

    async fn fetch(
        &self,
        request: impl Future<Output = Result<jetstream::message::StreamMessage, stream::RawMessageError>>,
    ) -> Result<Option<(u64, Bytes)>, Fault> {
        match tokio::time::timeout(REQUEST_TIME, request).await {
            Ok(Ok(message)) => Ok(Some((message.sequence, message.payload))),
            Ok(Err(error)) if error.kind() == LastRawMessageErrorKind::NoMessageFound => Ok(None),
            Ok(Err(error)) => Err(Fault::Unknown(error.to_string())),
            Err(_) => Err(Fault::Unknown("timed out".into())),
        }
    }

    /// Drops a room's records before this number, or all of them.
    pub(crate) async fn purge(&self, room: &RoomId, before: Option<u64>) {
        let purge = self.stream.purge().filter(self.log_subject(room));
        let done = match before {
            Some(before) => purge.sequence(before).await,
            None => purge.await,
        };
        if let Err(error) = done {
            // The stream's own limit drops them in the end.
            tracing::warn!(%error, "a room's old records could not be dropped");
        }
    }

    /// All rooms that have a log.
    pub(crate) async fn rooms(&self) -> Result<Vec<RoomId>, Fault> {
        let unknown = |error: String| Fault::Unknown(error);
        let every = format!("{}.log.*", self.name);
        let answer = self.stream.info_builder().subjects(every).fetch();
        let answer = tokio::time::timeout(REQUEST_TIME, answer).await.map_err(|_| unknown("timed out".into()))?;
        let mut subjects = answer.map_err(|error| unknown(error.to_string()))?;
        let mut rooms = Vec::new();
        while let Some(subject) = subjects.next().await {
            let (subject, _) = subject.map_err(|error| unknown(error.to_string()))?;
            rooms.extend(subject.rsplit('.').next().and_then(|room| RoomId::parse(room).ok()));
        }
        Ok(rooms)
    }

    /// A room's records as they are appended, by whomever.
    pub(crate) async fn follow(&self, room: &RoomId) -> Result<Subscriber, Fault> {
        self.subscribe(format!("{}.told.{room}", self.name)).await
    }

    /// What other nodes tell of themselves.
    pub(crate) async fn heartbeats(&self) -> Result<Subscriber, Fault> {
        self.subscribe(format!("{}.node.*", self.name)).await
    }

    /// Signals for people at this node.
    pub(crate) async fn signals(&self, here: &NodeId) -> Result<Subscriber, Fault> {
        self.subscribe(format!("{}.signal.{}.>", self.name, here.as_str())).await
    }

    async fn subscribe(&self, subject: String) -> Result<Subscriber, Fault> {
        let subscribed = tokio::time::timeout(REQUEST_TIME, self.client.subscribe(subject)).await;
        match subscribed {
            Ok(Ok(subscriber)) => Ok(subscriber),
            Ok(Err(error)) => Err(Fault::Unknown(error.to_string())),
            Err(_) => Err(Fault::Unknown("timed out".into())),
        }
    }

    /// Tells the other nodes something of this one.
    pub(crate) fn beat(&self, here: &NodeId, text: &'static str) {
        self.publish(format!("{}.node.{}", self.name, here.as_str()), Bytes::from_static(text.as_bytes()));
    }

    /// Writes out what was published so far.
    pub(crate) async fn flush(&self) {
        // Whether it worked or not: nothing follows.
        let _ = tokio::time::timeout(REQUEST_TIME, self.client.flush()).await;
    }

    /// Passes a signal on to another node, which delivers it once it has read the record `after`. False: it can't be.
    #[must_use]
    pub(crate) fn signal(&self, way: &SignalWay<'_>, text: String) -> bool {
        let SignalWay { node, room, from, to, after } = way;
        let subject = format!("{}.signal.{}.{room}.{from}.{to}.{after}", self.name, node.as_str());
        self.is_up() && self.publish(subject, Bytes::from(text))
    }

    /// Without waiting: what finds no place in the bounded queue is not sent.
    fn publish(&self, subject: String, payload: Bytes) -> bool {
        let publish = self.client.publish(subject, payload);
        // Else a task that has done much since it last gave way would be told to wait.
        matches!(tokio::task::unconstrained(publish).now_or_never(), Some(Ok(())))
    }
}

/// From whom to whom a signal goes.
pub(crate) struct SignalWay<'a> {
    pub(crate) node: &'a NodeId,
    pub(crate) room: &'a RoomId,
    pub(crate) from: &'a PersonId,
    pub(crate) to: &'a PersonId,
    /// The last record that the sender's node had read.
    pub(crate) after: u64,
}

/// Reads a signal's way back from its subject: room, sender, receiver, record.
pub(crate) fn signal_way(subject: &str) -> Option<(RoomId, PersonId, PersonId, u64)> {
    let mut words = subject.rsplit('.');
    let after = words.next()?.parse().ok()?;
    let to = PersonId::parse(words.next()?).ok()?;
    let from = PersonId::parse(words.next()?).ok()?;
    let room = RoomId::parse(words.next()?).ok()?;
    Some((room, from, to, after))
}

impl Link {
    fn hear(&self, event: &Event, metrics: &Metrics) {
        match event {
            Event::Connected => {
                if !self.is_up.swap(true, Ordering::SeqCst) {
                    tracing::warn!("NATS is back");
                    metrics.hub_up(true);
                    self.returns.send_modify(|count| *count += 1);
                }
            }
            Event::Disconnected | Event::Closed => {
                if self.is_up.swap(false, Ordering::SeqCst) {
                    tracing::error!("NATS is away: nothing can be decided until it is back");
                    metrics.hub_up(false);
                }
            }
            other => tracing::warn!("NATS: {other}"),
        }
    }
}

fn stream_config(name: &str, replicas: usize) -> stream::Config {
    stream::Config {
        name: format!("{name}-rooms"),
        subjects: vec![format!("{name}.log.*")],
        storage: StorageType::File,
        num_replicas: replicas,
        max_age: LOG_LIFE,
        republish: Some(Republish {
            source: format!("{name}.log.>"),
            destination: format!("{name}.told.>"),
            headers_only: false,
        }),
        ..stream::Config::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_s_way_reads_back_from_its_subject() {
        let id = |text: &str| PersonId::parse(text).unwrap();
        let way = signal_way("hostreel.signal.n0-_.abcd-efgh-jkmn.from.to.17").unwrap();
        assert_eq!(way, (RoomId::parse("abcd-efgh-jkmn").unwrap(), id("from"), id("to"), 17));
        for subject in ["", "a.b", "h.signal.n.abcd-efgh-jkmn.from.to.x", "h.signal.n.nowhere.from.to.1"] {
            assert!(signal_way(subject).is_none(), "{subject}");
        }
    }
}
