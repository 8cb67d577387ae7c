//! Several servers as one: every node with people in a room follows the room's log; a decision counts once it is in
//! the log, and is taken anew if another node was quicker.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_nats::{Message, Subscriber};
use futures::StreamExt as _;
use hostreel_protocol::{Code, CreateRoom, Hello, Limits, PersonId, ResumeToken, RoomId, RoomState};
use hostreel_room::Room;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use crate::Config;
use crate::entry::{Entry, RoomCell};
use crate::hub::asked::{Ask, Newcomer, is_idle};
use crate::hub::keeper::{Handle, Keeper, picture_of};
use crate::hub::log::{Held, NodeId, Record, Replica};
use crate::hub::nats::{Ears, Fault, Nats, signal_way};
use crate::hub::nodes::{BEATS, Nodes};
use crate::hub::{Hub, now};
use crate::join::{checked_join, follows_session};
use crate::key::{KeyHash, random_text};
use crate::pass::Pass;
use crate::queue::Queue;
use crate::seat::Seat;

/// A room with nobody at this node is left to the others after this time.
const LEAVE_TO_OTHERS: Duration = Duration::from_secs(60);
/// Pause before rooms without a node are looked for again.
const ADOPT_PAUSE: Duration = Duration::from_secs(1);
/// Shortest time between two heartbeats.
const SHORTEST_BEAT: Duration = Duration::from_millis(20);
/// Heartbeat of a node that is there; the fingerprint of its session key follows.
const HERE: &str = "here ";
/// The last heartbeat of a node that stops.
const GONE: &str = "gone";

/// What all rooms of a node need of the cluster.
pub(crate) struct Inner {
    pub(crate) nats: Nats,
    pub(crate) here: NodeId,
    pub(crate) limits: Limits,
    pub(crate) stop: CancellationToken,
    nodes: Nodes,
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Inner").field("here", &self.here).finish_non_exhaustive()
    }
}

impl Inner {
    /// Whether a node's people may be thought connected.
    pub(crate) fn is_alive(&self, node: &NodeId) -> bool {
        self.nodes.is_alive(node, Instant::now())
    }
}

/// This node among the others.
pub(crate) struct Cluster {
    inner: Arc<Inner>,
}

impl Cluster {
    pub(crate) fn new(nats: Nats, config: &Config, stop: &CancellationToken) -> Self {
        let here = nats.here().clone();
        let nodes = Nodes::new(here.clone(), config.hub.node_silence, Instant::now());
        let (limits, stop) = (config.limits.clone(), stop.clone());
        Self { inner: Arc::new(Inner { nats, here, limits, stop, nodes }) }
    }

    /// Whether decisions can be taken.
    pub(crate) fn is_up(&self) -> bool {
        self.inner.nats.is_up()
    }

    /// How many other nodes are there.
    pub(crate) fn others(&self) -> usize {
        self.inner.nodes.others()
    }
}

/// Makes a node hear and be heard, until the server stops; then the others are told that its people are theirs.
pub(crate) async fn run(hub: Arc<Hub>, ears: Ears) {
    let Some(cluster) = hub.cluster() else { return };
    let Ears { heartbeats, signals } = ears;
    tokio::select! {
        () = cluster.inner.stop.cancelled() => {}
        () = async { tokio::join!(hub.beat_and_listen(cluster, heartbeats), hub.take_signals(signals)); } => {}
    }
    cluster.inner.nats.beat(GONE.into());
    cluster.inner.nats.flush().await;
}

impl Hub {
    /// A room that this node has, or takes up from the log.
    pub(crate) async fn open(self: &Arc<Self>, id: &RoomId) -> Result<Arc<RoomCell>, Code> {
        if let Some(cell) = self.find(id) {
            let closed = cell.lock().closed;
            match closed {
                None => return Ok(cell),
                Some(Code::TryAgain) => self.lay_down(id, &cell),
                Some(code) => return Err(code),
            }
        }
        if self.is_stopping() {
            return Err(Code::ServerStopping);
        }
        let inner = &self.cluster().ok_or(Code::Internal)?.inner;
        let away = |error: Fault| {
            tracing::debug!(%error, "a room can't be looked up");
            Code::TryAgain
        };
        inner.nats.next(id, 1).await.map_err(away)?.ok_or(Code::RoomUnknown)?;
        // First listening, then reading: nothing is missed in between.
        let told = inner.nats.follow(id).await.map_err(away)?;
        let mut entry: Option<Entry> = None;
        let mut seq = 0;
        while let Some((at, text)) = inner.nats.next(id, seq + 1).await.map_err(away)? {
            let record: Record = serde_json::from_slice(&text).map_err(|error| {
                tracing::error!(seq = at, %error, "a room's log can't be read: are all nodes of one version?");
                Code::Internal
            })?;
            if record.after != seq || entry.is_none() {
                // What is before the picture was dropped, before or while we read.
                let picture = record.picture.as_ref().ok_or_else(|| {
                    tracing::error!(seq = at, "a room's log has a gap");
                    Code::TryAgain
                })?;
                let mut fresh = first_entry(inner, picture.room.clone(), picture.key.clone());
                fresh.repaint((**picture).clone(), record.after);
                entry = Some(fresh);
            }
            if let Some(entry) = &mut entry {
                entry.apply(self.shared(), at, record, None);
            }
            seq = at;
        }
        let mut entry = entry.ok_or(Code::RoomUnknown)?;
        if let Some(code) = entry.closed {
            return Err(code);
        }
        entry.end_replay();
        self.keep(id, entry, told)
    }

    /// This node has nothing more to do with a room.
    fn lay_down(&self, id: &RoomId, cell: &Arc<RoomCell>) {
        if let Some(keeper) = &cell.keeper {
            keeper.end();
        }
        self.remove(id, cell);
    }

    /// Starts keeping a room, unless this node has it already.
    fn keep(self: &Arc<Self>, id: &RoomId, entry: Entry, told: Subscriber) -> Result<Arc<RoomCell>, Code> {
        let inner = &self.cluster().ok_or(Code::Internal)?.inner;
        let (handle, ears) = Handle::new(inner);
        let cell = Arc::new(RoomCell::kept(entry, handle));
        let there = self.insert(id.clone(), Arc::clone(&cell))?;
        if Arc::ptr_eq(&there, &cell) {
            let keeper = Keeper {
                room: id.clone(),
                cell,
                shared: Arc::clone(self.shared()),
                inner: Arc::clone(inner),
                misses: 0,
            };
            tokio::spawn(keeper.run(ears, told));
        }
        Ok(there)
    }

    /// Makes a room that all nodes know.
    pub(crate) async fn create_together(
        self: &Arc<Self>,
        wish: CreateRoom,
        key: KeyHash,
    ) -> Result<RoomId, Code> {
        let inner = &self.cluster().ok_or(Code::Internal)?.inner;
        if self.is_stopping() {
            return Err(Code::ServerStopping);
        }
        if self.is_full() {
            return Err(Code::ServerFull);
        }
        let id = RoomId::from_random(rand::random());
        let mut entry = first_entry(inner, RoomState::new(id.clone(), wish.policies), key);
        let record = Record {
            id: random_text::<9>(),
            node: inner.here.clone(),
            after: 0,
            at: now(),
            events: Vec::new(),
            asides: Vec::new(),
            picture: Some(Box::new(picture_of(&entry))),
        };
        let text = serde_json::to_vec(&record).map_err(|_| Code::Internal)?;
        let away = |error: Fault| {
            tracing::warn!(%error, "a room could not be made");
            Code::TryAgain
        };
        let told = inner.nats.follow(&id).await.map_err(away)?;
        let seq = inner.nats.append(&id, 0, text.into()).await.map_err(away)?;
        entry.apply(self.shared(), seq, record, None);
        entry.end_replay();
        self.keep(&id, entry, told)?;
        Ok(id)
    }

    /// As [`Hub::join`], over the log.
    pub(crate) async fn join_together(
        self: &Arc<Self>,
        hello: &Hello,
        queue: &Arc<Queue>,
    ) -> Result<Seat, Code> {
        if let Some(token) = &hello.resume {
            return self.resume_together(hello, token, queue).await;
        }
        let cell = self.open(&hello.room).await?;
        let pass = Pass::of(hello, self.shared(), now())?;
        let join = checked_join(hello, pass, &cell.lock())?;
        let person = join.person.clone();
        let ask = |newcomer| Ask::Join { join: Box::new(join), newcomer };
        self.take_seat(cell, person, hello, queue, ask).await
    }

    async fn resume_together(
        self: &Arc<Self>,
        hello: &Hello,
        token: &ResumeToken,
        queue: &Arc<Queue>,
    ) -> Result<Seat, Code> {
        let ticket = self.shared().session_key.verify(token).ok_or(Code::SessionUnknown)?;
        if ticket.room != hello.room {
            return Err(Code::SessionUnknown);
        }
        let cell = self.open(&ticket.room).await;
        // What is in no log is over.
        let cell =
            cell.map_err(|code| if code == Code::RoomUnknown { Code::SessionUnknown } else { code })?;
        let (person, rev) = (ticket.person.id.clone(), hello.rev);
        let ask = |newcomer| Ask::Resume { ticket: Box::new(ticket), rev, newcomer };
        self.take_seat(cell, person, hello, queue, ask).await
    }

    async fn take_seat(
        &self,
        cell: Arc<RoomCell>,
        person: PersonId,
        hello: &Hello,
        queue: &Arc<Queue>,
        ask: impl FnOnce(Newcomer) -> Ask,
    ) -> Result<Seat, Code> {
        let (answer, answered) = oneshot::channel();
        let (queue, follows_session) = (Arc::clone(queue), follows_session(hello));
        let newcomer = Newcomer { queue: Arc::clone(&queue), follows_session, answer };
        cell.keeper.as_ref().ok_or(Code::Internal)?.ask(ask(newcomer));
        // The room may have been laid down in this very moment.
        answered.await.map_err(|_| Code::TryAgain)??;
        Ok(Seat::new(cell, Arc::clone(self.shared()), person, queue))
    }

    /// Ends a room for everybody, wherever they are.
    pub(crate) async fn end_together(&self, cell: &RoomCell) -> Result<(), Code> {
        let (answer, answered) = oneshot::channel();
        cell.keeper.as_ref().ok_or(Code::Internal)?.ask(Ask::End { answer });
        answered.await.map_err(|_| Code::TryAgain)?
    }

    /// Lays down rooms that nobody at this node is in; those that nobody is in at all are forgotten.
    pub(crate) fn let_go(&self) {
        let empty_ms = u64::try_from(self.config().empty_room.as_millis()).unwrap_or(u64::MAX);
        for (id, cell) in self.named_cells() {
            let Some(keeper) = &cell.keeper else { continue };
            let (closed, is_empty, is_left, is_idle) = {
                let entry = cell.lock();
                let is_left = is_left_to_others(&entry, &keeper.inner.nodes);
                (entry.closed, entry.is_empty(), is_left, is_idle(&entry, empty_ms, now()))
            };
            if is_empty && (closed.is_some() || is_left) {
                self.lay_down(&id, &cell);
                if closed == Some(Code::RoomUnknown) {
                    let inner = Arc::clone(&keeper.inner);
                    tokio::spawn(async move { inner.nats.purge(&id, None).await });
                }
            } else if closed.is_none() && is_idle && keeper.inner.nats.is_up() {
                keeper.ask(Ask::Forget { idle_ms: empty_ms });
            }
        }
    }

    /// Takes up every room that has a log: nobody else may look after those of a node that died.
    pub(crate) async fn adopt(self: &Arc<Self>, cluster: &Cluster) -> Result<(), Code> {
        let rooms = cluster.inner.nats.rooms().await.map_err(|error| {
            tracing::warn!(%error, "can't look for rooms without a node");
            Code::TryAgain
        })?;
        for room in rooms {
            if let Err(code) = self.open(&room).await {
                tracing::debug!(code = code.as_str(), "a room is not taken up");
            }
        }
        Ok(())
    }

    /// As [`Self::adopt`], while other things go on; again until it works.
    fn start_to_adopt(self: &Arc<Self>) {
        let hub = Arc::clone(self);
        tokio::spawn(async move {
            let Some(cluster) = hub.cluster() else { return };
            let inner = &cluster.inner;
            while !inner.stop.is_cancelled() {
                inner.nats.wait_until_up().await;
                if hub.adopt(cluster).await.is_ok() {
                    return;
                }
                tokio::time::sleep(ADOPT_PAUSE).await;
            }
        });
    }

    /// Says now and then that this node is there, and notices when another is not any more.
    async fn beat_and_listen(self: &Arc<Self>, cluster: &Cluster, mut beats: Subscriber) {
        let inner = &cluster.inner;
        let fingerprint = self.shared().session_key.fingerprint();
        let mut every = tokio::time::interval((self.config().hub.node_silence / BEATS).max(SHORTEST_BEAT));
        every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut link = inner.nats.link();
        self.start_to_adopt();
        loop {
            tokio::select! {
                biased;
                _ = link.changed() => inner.nodes.listen_anew(Instant::now()),
                beat = beats.next() => match beat {
                    Some(beat) => self.hear_beat(inner, &beat, &fingerprint),
                    // The client is gone for good: so is this process.
                    None => return,
                },
                _ = every.tick(), if inner.nats.is_up() => {
                    inner.nats.beat(format!("{HERE}{fingerprint}"));
                    let died = inner.nodes.bury(Instant::now());
                    if died > 0 {
                        tracing::warn!(died, "another node is gone: its people may come back to this one");
                        self.start_to_adopt();
                    }
                }
            }
        }
    }

    fn hear_beat(self: &Arc<Self>, inner: &Inner, beat: &Message, fingerprint: &str) {
        let node = beat.subject.rsplit('.').next().and_then(NodeId::parse);
        let Some(node) = node.filter(|node| *node != inner.here) else { return };
        if beat.payload.as_ref() == GONE.as_bytes() {
            tracing::info!("another node stops");
            inner.nodes.part(&node);
            self.start_to_adopt();
            return;
        }
        let is_ours = beat.payload.as_ref().strip_prefix(HERE.as_bytes()) == Some(fingerprint.as_bytes());
        if inner.nodes.hear(node, Instant::now()) {
            tracing::info!("another node is there");
            if !is_ours {
                tracing::error!("another node has another session-secret: give all of them the same");
            }
        }
    }

    /// Hands signals from other nodes to people at this one.
    async fn take_signals(&self, mut signals: Subscriber) {
        while let Some(message) = signals.next().await {
            let Some((room, from, to, after)) = signal_way(&message.subject) else { continue };
            let Ok(text) = String::from_utf8(message.payload.into()) else { continue };
            let Some(cell) = self.find(&room) else { continue };
            let is_taken = cell.lock().take_signal(Held { after, from, to, text });
            if let Some(keeper) = cell.keeper.as_ref().filter(|_| !is_taken) {
                keeper.ask(Ask::Read);
            }
        }
    }
}

/// Nobody at this node was in the room for a while, and another one that is there has somebody in it.
fn is_left_to_others(entry: &Entry, nodes: &Nodes) -> bool {
    let Some(replica) = &entry.replica else { return false };
    replica.needed_at.elapsed() >= LEAVE_TO_OTHERS
        && replica.seats.values().any(|seat| nodes.is_known(&seat.node))
}

/// A room of which the log is yet to be read.
fn first_entry(inner: &Inner, state: RoomState, key: KeyHash) -> Entry {
    let mut entry = Entry::new(Room::from_state(state), key);
    let mut replica = Replica::new(inner.here.clone());
    replica.is_replay = true;
    entry.replica = Some(Box::new(replica));
    entry
}
