//! The connection to NATS: the log of each room on JetStream, and signals between nodes on plain subjects.

use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::context::{ContextBuilder, PublishErrorKind};
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::stream::{self, LastRawMessageErrorKind, Republish, StorageType};
use async_nats::jetstream::{self, Context};
use async_nats::{Client, ConnectOptions, Event, Subscriber};
use futures::{FutureExt as _, StreamExt as _};
use hostreel_protocol::{Limits, PersonId, RoomId};
use secrecy::SecretString;
use tokio::sync::watch;
use tokio_tungstenite::tungstenite::Bytes;

use crate::HubConfig;
use crate::hub::log::NodeId;
use crate::hub::reach::Reach;
use crate::metrics::Metrics;

/// Time for one request.
const REQUEST_TIME: Duration = Duration::from_secs(2);
/// Pause before the first attempt to connect again; it grows with each.
const PAUSE: Duration = Duration::from_millis(20);
/// Longest pause between attempts to connect again.
const LONGEST_PAUSE: Duration = Duration::from_millis(500);
/// How often is looked whether a silent connection is one.
const PING_INTERVAL: Duration = Duration::from_secs(5);
/// What stands around the data of a signal, in bytes, and more.
const SIGNAL_BYTES: usize = 1_024;
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

/// One node's connection.
pub(crate) struct Nats {
    client: Client,
    context: Context,
    stream: stream::Stream<()>,
    name: String,
    here: NodeId,
    /// Whether NATS is there.
    link: Arc<watch::Sender<bool>>,
    metrics: Arc<Metrics>,
}

/// What one node listens to, beside the rooms that it has.
pub(crate) struct Ears {
    /// What other nodes tell of themselves.
    pub(crate) heartbeats: Subscriber,
    /// Signals for people at this node.
    pub(crate) signals: Subscriber,
}

impl Nats {
    /// Connects, and makes the stream where there is none yet.
    ///
    /// # Errors
    /// When NATS is not there, has no JetStream, or does not let us in: a sentence for the operator.
    pub(crate) async fn connect(
        config: &HubConfig,
        url: &SecretString,
        limits: &Limits,
        metrics: Arc<Metrics>,
    ) -> Result<(Self, Ears), String> {
        let link = Arc::new(watch::Sender::new(true));
        let reach = Reach::parse(url)?;
        let options = with_habits(reach.options(config).await?, &link, &metrics);
        let connected = options.connect(&reach.addresses).await;
        let client = connected.map_err(|error| reach.no_connection(&error))?;
        let most = client.server_info().max_payload;
        if most < limits.message_bytes.saturating_add(SIGNAL_BYTES) {
            return Err(format!("NATS takes {most} bytes at once (max_payload): set message-bytes lower"));
        }
        let (name, here) = (config.name.clone(), NodeId::random());
        // First listening, then the stream: who finds this node by a record reaches it.
        let listen = |subject: String| async {
            client.subscribe(subject).await.map_err(|error| format!("can't listen to NATS: {error}"))
        };
        let heartbeats = listen(format!("{name}.node.*")).await?;
        let signals = listen(format!("{name}.signal.{}.>", here.as_str())).await?;
        let context = ContextBuilder::new().timeout(REQUEST_TIME).build(client.clone());
        let stream = open_stream(&context, &name, config.replicas).await?;
        metrics.hub_up(true);
        let nats = Self { client, context, stream, name, here, link, metrics };
        Ok((nats, Ears { heartbeats, signals }))
    }

    /// This run of this server.
    pub(crate) fn here(&self) -> &NodeId {
        &self.here
    }

    /// Whether the connection stands.
    pub(crate) fn is_up(&self) -> bool {
        *self.link.borrow()
    }

    /// Changes when the connection goes, and when it comes back.
    pub(crate) fn link(&self) -> watch::Receiver<bool> {
        self.link.subscribe()
    }

    /// Waits for the connection, if it is away.
    pub(crate) async fn wait_until_up(&self) {
        // The sender lives as long as we do.
        let _ = self.link.subscribe().wait_for(|is_up| *is_up).await;
    }

    /// Waits for an answer, but not for long, and not when NATS goes away meanwhile.
    async fn within<T>(&self, answer: impl Future<Output = T>) -> Result<T, Fault> {
        let mut link = self.link.subscribe();
        tokio::select! {
            biased;
            _ = link.wait_for(|is_up| !is_up) => Err(Fault::Unknown("NATS is away".into())),
            answer = tokio::time::timeout(REQUEST_TIME, answer) => {
                answer.map_err(|_| Fault::Unknown("timed out".into()))
            }
        }
    }

    fn log_subject(&self, room: &RoomId) -> String {
        format!("{}.log.{room}", self.name)
    }

    /// Appends a record if the room's last one is still `after`: its sequence number.
    pub(crate) async fn append(&self, room: &RoomId, after: u64, record: Bytes) -> Result<u64, Fault> {
        let message = PublishMessage::build().payload(record).expected_last_subject_sequence(after);
        let stored = async { self.context.send_publish(self.log_subject(room), message).await?.await };
        let result = match self.within(stored).await {
            Ok(Ok(ack)) => Ok(ack.sequence),
            Ok(Err(error)) => Err(match error.kind() {
                PublishErrorKind::WrongLastSequence => Fault::Overtaken,
                PublishErrorKind::MaxPayloadExceeded => Fault::TooLarge,
                _ => Fault::Unknown(error.to_string()),
            }),
            Err(fault) => Err(fault),
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
        match self.within(request).await? {
            Ok(message) => Ok(Some((message.sequence, message.payload))),
            Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => Ok(None),
            Err(error) => Err(Fault::Unknown(error.to_string())),
        }
    }

    /// Drops a room's records before this number, or all of them.
    pub(crate) async fn purge(&self, room: &RoomId, before: Option<u64>) {
        // nats-server (2.9, at least) takes 1 for "all".
        if before.is_some_and(|before| before <= 1) {
            return;
        }
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
        let mut subjects = self.within(answer).await?.map_err(|error| unknown(error.to_string()))?;
        let mut rooms = Vec::new();
        while let Some(subject) = self.within(subjects.next()).await? {
            let (subject, _) = subject.map_err(|error| unknown(error.to_string()))?;
            rooms.extend(subject.rsplit('.').next().and_then(|room| RoomId::parse(room).ok()));
        }
        Ok(rooms)
    }

    /// A room's records as they are appended, by whomever.
    pub(crate) async fn follow(&self, room: &RoomId) -> Result<Subscriber, Fault> {
        let subject = format!("{}.told.{room}", self.name);
        let subscribed = self.within(self.client.subscribe(subject)).await?;
        subscribed.map_err(|error| Fault::Unknown(error.to_string()))
    }

    /// Tells the other nodes something of this one.
    pub(crate) fn beat(&self, text: String) {
        // One that is not heard is followed by the next.
        let _ = self.publish(format!("{}.node.{}", self.name, self.here.as_str()), Bytes::from(text));
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

/// Limits and pauses, and what is done when the connection comes and goes.
fn with_habits(
    options: ConnectOptions,
    link: &Arc<watch::Sender<bool>>,
    metrics: &Arc<Metrics>,
) -> ConnectOptions {
    let (link, metrics) = (Arc::clone(link), Arc::clone(metrics));
    options
        .name("hostreel")
        .subscription_capacity(SUBSCRIPTION_MESSAGES)
        .client_capacity(OUTGOING_MESSAGES)
        .ping_interval(PING_INTERVAL)
        .request_timeout(Some(REQUEST_TIME))
        .reconnect_delay_callback(|attempts| {
            let attempts = u32::try_from(attempts).unwrap_or(u32::MAX);
            PAUSE.saturating_mul(attempts).min(LONGEST_PAUSE)
        })
        .event_callback(move |event| {
            hear(&event, &link, &metrics);
            async {}
        })
}

fn hear(event: &Event, link: &watch::Sender<bool>, metrics: &Metrics) {
    let is_up = match event {
        Event::Connected => true,
        Event::Disconnected | Event::Closed => false,
        other => return tracing::warn!("NATS: {other}"),
    };
    let has_changed = link.send_if_modified(|was_up| std::mem::replace(was_up, is_up) != is_up);
    if has_changed {
        metrics.hub_up(is_up);
        if is_up {
            tracing::warn!("NATS is back");
        } else {
            tracing::error!("NATS is away: nothing can be decided until it is back");
        }
    }
}

async fn open_stream(context: &Context, name: &str, replicas: usize) -> Result<stream::Stream<()>, String> {
    let wanted = stream_config(name, replicas);
    let stream = wanted.name.clone();
    let destination = wanted.republish.as_ref().map(|republish| republish.destination.clone());
    let opened = context
        .get_or_create_stream(wanted)
        .await
        .map_err(|error| format!("no stream {stream}: {error}; NATS needs JetStream (nats-server -js)"))?;
    let there = opened.cached_info().config.republish.as_ref().map(|republish| republish.destination.clone());
    if there != destination {
        return Err(format!("the stream {stream} is of something else: choose another hub-name"));
    }
    context.get_stream_no_info(&stream).await.map_err(|error| error.to_string())
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
