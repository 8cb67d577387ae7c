//! Keeps one room in step with its log: reads what other nodes write, and writes what is decided here. One task for
//! each room that this node has; no lock is held while it waits.

use std::sync::Arc;
use std::time::Duration;

use async_nats::Subscriber;
use futures::StreamExt as _;
use hostreel_protocol::{Code, Millis, RoomId};
use tokio::sync::{Notify, mpsc};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Bytes;
use tokio_util::sync::CancellationToken;

use crate::entry::{Entry, RoomCell};
use crate::hub::asked::{Ask, Plan};
use crate::hub::cluster::Inner;
use crate::hub::due::due;
use crate::hub::log::{Picture, Record};
use crate::hub::nats::Fault;
use crate::hub::{Shared, now};
use crate::key::random_text;

/// Questions that may wait for one room.
const MOST_ASKED: usize = 512;
/// What could not be written down after this time is denied.
const PATIENCE: Duration = Duration::from_secs(4);
/// Pause before a request to NATS is tried again.
const PAUSE: Duration = Duration::from_millis(100);
/// The log is looked at this often even if nothing was heard of it: a published copy can get lost.
const READ_EVERY: Duration = Duration::from_secs(60);
/// Decisions in a row before others are listened to.
const MOST_IN_A_ROW: usize = 32;
/// A log that is not found so often in a row is gone.
const MISSES: u32 = 3;

/// How a room's keeper is reached.
#[derive(Debug)]
pub(crate) struct Handle {
    asks: mpsc::Sender<(Instant, Ask)>,
    nudge: Arc<Notify>,
    end: CancellationToken,
    pub(crate) inner: Arc<Inner>,
}

/// What a keeper listens to.
pub(crate) struct Ears {
    asks: mpsc::Receiver<(Instant, Ask)>,
    nudge: Arc<Notify>,
    end: CancellationToken,
}

impl Handle {
    pub(crate) fn new(inner: &Arc<Inner>) -> (Self, Ears) {
        let (asks, asked) = mpsc::channel(MOST_ASKED);
        let (nudge, end) = (Arc::new(Notify::new()), inner.stop.child_token());
        let ears = Ears { asks: asked, nudge: Arc::clone(&nudge), end: end.clone() };
        (Self { asks, nudge, end, inner: Arc::clone(inner) }, ears)
    }

    /// Asks for a decision, or fails at once when too much waits.
    pub(crate) fn ask(&self, ask: Ask) {
        if let Err(error) = self.asks.try_send((Instant::now() + PATIENCE, ask)) {
            error.into_inner().1.fail(Code::TryAgain);
        }
    }

    /// Wakes the keeper if something is due.
    pub(crate) fn look(&self, entry: &Entry, at: Millis) {
        let at = entry.replica.as_ref().map_or(at, |replica| replica.time(at));
        let limits = &self.inner.limits;
        if self.inner.nats.is_up() && due(entry, limits, at, |node| self.inner.is_alive(node)).is_some() {
            self.nudge.notify_one();
        }
    }

    /// The keeper lays the room down.
    pub(crate) fn end(&self) {
        self.end.cancel();
    }
}

/// Keeps one room.
pub(crate) struct Keeper {
    pub(crate) room: RoomId,
    pub(crate) cell: Arc<RoomCell>,
    pub(crate) shared: Arc<Shared>,
    pub(crate) inner: Arc<Inner>,
    /// Times in a row that no log was found.
    pub(crate) misses: u32,
}

/// A question whose answer is being written down.
struct Pending {
    /// Of the record.
    id: String,
    /// `None`: it was found in the log, and answered.
    ask: Option<Ask>,
    /// A picture does not fit into a record.
    no_picture: bool,
}

impl Keeper {
    /// Runs until the room is laid down.
    pub(crate) async fn run(mut self, mut ears: Ears, mut told: Subscriber) {
        let mut link = self.inner.nats.link();
        // Not all rooms at the same moment.
        let mut read_at = Instant::now() + READ_EVERY.mul_f64(rand::random_range(0.1..=1.0));
        loop {
            tokio::select! {
                biased;
                () = ears.end.cancelled() => return,
                message = told.next() => match message {
                    Some(message) => {
                        let seq = sequence(&message);
                        if self.hear(seq, &message.payload).await.is_err() {
                            read_at = Instant::now() + PAUSE;
                        }
                    }
                    // The client is gone for good: so is this process.
                    None => return,
                },
                asked = ears.asks.recv() => match asked {
                    Some((_, Ask::Read)) => {
                        if self.catch_up(None).await.is_err() {
                            read_at = Instant::now() + PAUSE;
                        }
                    }
                    Some((until, ask)) => self.settle(ask, until).await,
                    None => return,
                },
                () = ears.nudge.notified() => self.act().await,
                _ = link.changed() => read_at = Instant::now(),
                () = tokio::time::sleep_until(read_at), if self.inner.nats.is_up() => {
                    let pause = if self.catch_up(None).await.is_ok() { READ_EVERY } else { PAUSE * 3 };
                    read_at = Instant::now() + pause;
                }
            }
        }
    }

    fn seq(&self) -> u64 {
        self.cell.lock().replica.as_ref().map_or(0, |replica| replica.seq)
    }

    /// Takes in a published copy of a record.
    async fn hear(&mut self, seq: Option<u64>, payload: &Bytes) -> Result<(), Fault> {
        let known = self.seq();
        let Some(seq) = seq else { return self.catch_up(None).await };
        if seq <= known {
            // Our own, or read from the log already.
            return Ok(());
        }
        match serde_json::from_slice::<Record>(payload) {
            Ok(record) if record.after == known => {
                self.apply(seq, record, None);
                Ok(())
            }
            _ => self.catch_up(None).await,
        }
    }

    /// Decides what is due, one thing after the other.
    async fn act(&mut self) {
        for _ in 0..MOST_IN_A_ROW {
            let is_due = {
                let entry = self.cell.lock();
                let at = entry.replica.as_ref().map_or_else(now, |replica| replica.time(now()));
                due(&entry, &self.inner.limits, at, |node| self.inner.is_alive(node)).is_some()
            };
            if !is_due || !self.inner.nats.is_up() {
                return;
            }
            self.settle(Ask::Due, Instant::now() + PATIENCE).await;
        }
    }

    /// Decides, and writes the decision down; or says why not.
    async fn settle(&mut self, ask: Ask, until: Instant) {
        let mut pending = Pending { id: random_text::<9>(), ask: Some(ask), no_picture: false };
        let stored = tokio::time::timeout_at(until, self.store(&mut pending)).await;
        let code = match stored {
            Ok(Ok(())) => return,
            Ok(Err(code)) => code,
            Err(_) => Code::TryAgain,
        };
        if let Some(ask) = pending.ask {
            ask.fail(code);
        }
    }

    async fn store(&mut self, pending: &mut Pending) -> Result<(), Code> {
        loop {
            self.inner.nats.wait_until_up().await;
            let Some(record) = self.decide(pending)? else { return Ok(()) };
            let has_picture = record.picture.is_some();
            let text = serde_json::to_vec(&record).map_err(|_| Code::Internal)?;
            match self.inner.nats.append(&self.room, record.after, text.into()).await {
                Ok(seq) => {
                    self.apply(seq, record, pending.ask.take());
                    if has_picture {
                        self.tidy();
                    }
                    return Ok(());
                }
                Err(Fault::TooLarge) if has_picture => {
                    tracing::warn!("a room is larger than NATS takes at once: set its max_payload higher");
                    pending.no_picture = true;
                    continue;
                }
                Err(Fault::TooLarge) => return Err(Code::TooLarge),
                Err(Fault::Overtaken) => {}
                // It may have been stored all the same: then it is found by its id.
                Err(error @ Fault::Unknown(_)) => {
                    tracing::warn!(%error, "a decision could not be written down yet");
                    tokio::time::sleep(PAUSE).await;
                }
            }
            if let Err(error) = self.catch_up(Some(pending)).await {
                tracing::debug!(%error, "the log can't be read");
                tokio::time::sleep(PAUSE).await;
            }
            if pending.ask.is_none() {
                return Ok(());
            }
        }
    }

    /// The record to write, on the room as it is known here; `None`: there is nothing to write, and that is answered.
    fn decide(&self, pending: &mut Pending) -> Result<Option<Record>, Code> {
        let mut entry = self.cell.lock();
        let entry = &mut *entry;
        let (Some(ask), Some(replica)) = (&pending.ask, &entry.replica) else { return Ok(None) };
        let at = replica.time(now());
        let plan = ask.plan(entry, &self.shared, &self.inner, at)?;
        let is_picture_only = plan.events.is_empty() && plan.asides.is_empty();
        if plan.is_empty() || (pending.no_picture && is_picture_only) {
            if let Some(ask) = pending.ask.take() {
                entry.is_so(&self.shared, at, ask);
            }
            return Ok(None);
        }
        let wants_picture = !pending.no_picture && (plan.picture || replica.wants_picture(at));
        let picture = wants_picture.then(|| Box::new(picture_of(entry)));
        let Plan { events, asides, .. } = plan;
        let (id, node, after) = (pending.id.clone(), self.inner.here.clone(), replica.seq);
        Ok(Some(Record { id, node, after, at, events, asides, picture }))
    }

    fn apply(&self, seq: u64, record: Record, asked: Option<Ask>) {
        self.cell.lock().apply(&self.shared, seq, record, asked);
    }

    /// Reads what the log has beyond what is known here, `pending`'s record among it perhaps.
    async fn catch_up(&mut self, mut pending: Option<&mut Pending>) -> Result<(), Fault> {
        let Some((last, _)) = self.inner.nats.last(&self.room).await? else {
            self.misses += 1;
            if self.misses < MISSES {
                return Err(Fault::Unknown("the room's log is not there".into()));
            }
            // Forgotten by another node, or NATS has lost its store.
            self.shut(Code::RoomUnknown);
            return Ok(());
        };
        self.misses = 0;
        let mut known = self.seq();
        if last < known {
            tracing::error!("a room's log has lost its end: was NATS set back to an older state?");
            self.shut(Code::TryAgain);
            return Ok(());
        }
        while known < last {
            let next = self.inner.nats.next(&self.room, known.saturating_add(1)).await?;
            let Some((seq, text)) = next else { return Ok(()) };
            let record = serde_json::from_slice::<Record>(&text).ok();
            let Some(record) = record.filter(|record| record.after == known || self.jump(record)) else {
                // A gap; or written by a newer version: others may go on with the room, this node can't.
                tracing::error!(seq, "a room's log can't be read here: are all nodes of one version?");
                self.shut(Code::TryAgain);
                return Ok(());
            };
            let asked = pending.as_mut().filter(|pending| pending.id == record.id);
            let asked = asked.and_then(|pending| pending.ask.take());
            self.apply(seq, record, asked);
            known = seq;
        }
        Ok(())
    }

    /// Lays the room down for everybody at this node: with `try_again`, it is taken up anew from its log.
    fn shut(&self, code: Code) {
        self.cell.lock().shut(code, || None);
    }

    /// What this node has missed is not in the log any more: goes on from the picture, if there is one.
    fn jump(&self, record: &Record) -> bool {
        let Some(picture) = &record.picture else { return false };
        tracing::warn!("too far behind a room's log: going on from its last picture");
        self.cell.lock().repaint((**picture).clone(), record.after);
        true
    }

    /// Drops what no node needs any more from the log.
    fn tidy(&self) {
        let first = self.cell.lock().replica.as_ref().and_then(|replica| replica.first_needed());
        if let Some(first) = first {
            let (inner, room) = (Arc::clone(&self.inner), self.room.clone());
            tokio::spawn(async move { inner.nats.purge(&room, Some(first)).await });
        }
    }
}

/// The stream's number of a published copy.
fn sequence(message: &async_nats::Message) -> Option<u64> {
    message.headers.as_ref()?.get(async_nats::header::NATS_SEQUENCE)?.as_str().parse().ok()
}

/// The whole room as it is now.
pub(crate) fn picture_of(entry: &Entry) -> Picture {
    let seats = entry.replica.as_ref().map(|replica| replica.seats.clone()).unwrap_or_default();
    Picture { room: entry.room.state().clone(), key: entry.key.clone(), seats }
}
