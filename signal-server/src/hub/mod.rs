//! All rooms of this server: decided here (in process), or together with other nodes over a log (see [`cluster`]).

mod applied;
pub(crate) mod asked;
pub(crate) mod cluster;
pub(crate) mod due;
pub(crate) mod keeper;
pub(crate) mod log;
pub(crate) mod nats;
pub(crate) mod nodes;
mod place;
mod reach;

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use hostreel_protocol::{
    Code, CreateRoom, CreatedRoom, FEATURES, HOST_KEY_FRAGMENT, HostKey, Millis, RoomId, RoomPage, join_path,
};
use hostreel_room::Room;
use tokio_util::sync::CancellationToken;

use crate::entry::{Entry, RoomCell};
use crate::hub::cluster::Cluster;
use crate::hub::nats::Nats;
use crate::journal::{Journal, load_or_make_key};
use crate::key::{KeyHash, random_text};
use crate::token::Verifier;
use crate::watch::Watch;
use crate::{Config, SessionKey};

/// Sent in `welcome`.
pub(crate) const SERVER: &str = concat!("hostreel/", env!("CARGO_PKG_VERSION"));

/// How often is looked at what is due in a room: seats, lent rights, succession.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Sent in `welcome`.
pub(crate) fn features() -> Vec<String> {
    FEATURES.map(String::from).to_vec()
}

/// What all rooms need.
pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) session_key: SessionKey,
    pub(crate) journal: Journal,
    /// Told of everything that happens.
    pub(crate) watch: Watch,
    /// Checks tokens of an own login, where there is one.
    pub(crate) verifier: Option<Verifier>,
    /// Tickets from before this are of another process.
    pub(crate) started_at: Millis,
}

/// The rooms. Lock order: the map, then a room, then a queue; none is held across an await.
pub(crate) struct Hub {
    shared: Arc<Shared>,
    rooms: Mutex<HashMap<RoomId, Arc<RoomCell>>>,
    stopping: AtomicBool,
    /// The other nodes. `None`: everything is in process.
    cluster: Option<Cluster>,
}

impl Hub {
    /// # Errors
    /// When the state folder can't be used.
    pub(crate) fn new(
        config: Config,
        watch: Watch,
        verifier: Option<Verifier>,
        nats: Option<Nats>,
        stop: &CancellationToken,
    ) -> std::io::Result<Self> {
        let started_at = now();
        let (journal, kept) = match &config.state_folder {
            Some(folder) => (Journal::open(folder, started_at)?, Some(folder)),
            None => (Journal::default(), None),
        };
        let session_key = match (&config.session_key, kept) {
            (Some(key), _) => key.clone(),
            (None, Some(folder)) => load_or_make_key(folder)?,
            (None, None) => SessionKey::random(),
        };
        let shared = Arc::new(Shared { config, session_key, journal, watch, verifier, started_at });
        let cluster = nats.map(|nats| Cluster::new(nats, &shared.config, stop));
        Ok(Self { shared, rooms: Mutex::new(HashMap::new()), stopping: AtomicBool::new(false), cluster })
    }

    /// The other nodes, if this server is one of several.
    pub(crate) fn cluster(&self) -> Option<&Cluster> {
        self.cluster.as_ref()
    }

    pub(crate) fn config(&self) -> &Config {
        &self.shared.config
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    pub(crate) fn watch(&self) -> &Watch {
        &self.shared.watch
    }

    /// The rooms as they are now.
    pub(crate) fn cells(&self) -> Vec<Arc<RoomCell>> {
        self.rooms().values().cloned().collect()
    }

    fn named_cells(&self) -> Vec<(RoomId, Arc<RoomCell>)> {
        self.rooms().iter().map(|(id, cell)| (id.clone(), Arc::clone(cell))).collect()
    }

    fn is_full(&self) -> bool {
        self.rooms().len() >= self.shared.config.rooms
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }

    fn rooms(&self) -> MutexGuard<'_, HashMap<RoomId, Arc<RoomCell>>> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn find(&self, id: &RoomId) -> Option<Arc<RoomCell>> {
        self.rooms().get(id).cloned()
    }

    /// As [`Self::find`], for who brings no ticket.
    ///
    /// # Errors
    /// [`Code::RoomUnknown`]; soon after a start that follows another one [`Code::TryAgain`], since the people of the
    /// room may be about to bring it back.
    pub(crate) fn find_or_wait(&self, id: &RoomId, now: Millis) -> Result<Arc<RoomCell>, Code> {
        let Shared { config, started_at, .. } = &*self.shared;
        let may_come_back = config.session_key.is_some() || config.state_folder.is_some();
        let is_early = now.since(*started_at).0 < config.limits.guest_grace_ms;
        let unknown = if may_come_back && is_early { Code::TryAgain } else { Code::RoomUnknown };
        self.find(id).ok_or(unknown)
    }

    /// Takes a room in that comes back from before a restart; the one that is there already, if somebody was quicker.
    pub(crate) fn insert(&self, id: RoomId, cell: Arc<RoomCell>) -> Result<Arc<RoomCell>, Code> {
        let mut rooms = self.rooms();
        if self.is_stopping() {
            return Err(Code::ServerStopping);
        }
        if !rooms.contains_key(&id) && !self.has_place(&mut rooms, None) {
            return Err(Code::ServerFull);
        }
        Ok(Arc::clone(rooms.entry(id).or_insert(cell)))
    }

    /// Forgets a room, if it is still this one.
    pub(crate) fn remove(&self, id: &RoomId, cell: &Arc<RoomCell>) {
        let mut rooms = self.rooms();
        if rooms.get(id).is_some_and(|there| Arc::ptr_eq(there, cell)) {
            rooms.remove(id);
        }
    }

    /// Makes a room with a fresh id and key, for somebody in this network.
    pub(crate) async fn create(
        self: &Arc<Self>,
        wish: CreateRoom,
        maker: IpAddr,
    ) -> Result<CreatedRoom, Code> {
        let text = random_text::<20>();
        let host_key = HostKey::parse(text).map_err(|_| Code::Internal)?;
        let id = match &self.cluster {
            Some(_) => self.create_together(wish, KeyHash::of(&host_key)).await?,
            None => self.create_here(wish, KeyHash::of(&host_key), maker)?,
        };
        self.shared.watch.room_created(&id);
        let join_url = join_path(&id);
        let host_url = format!("{join_url}#{HOST_KEY_FRAGMENT}={}", host_key.as_str());
        Ok(CreatedRoom { room: id, host_key, join_url, host_url })
    }

    fn create_here(&self, wish: CreateRoom, key: KeyHash, maker: IpAddr) -> Result<RoomId, Code> {
        let mut rooms = self.rooms();
        if self.is_stopping() {
            return Err(Code::ServerStopping);
        }
        if !self.has_place(&mut rooms, Some(maker)) {
            return Err(Code::ServerFull);
        }
        let mut id = RoomId::from_random(rand::random());
        while rooms.contains_key(&id) {
            id = RoomId::from_random(rand::random());
        }
        let mut entry = Entry::new(Room::new(id.clone(), wish.policies), key);
        entry.maker = Some(maker);
        rooms.insert(id.clone(), Arc::new(RoomCell::new(entry)));
        Ok(id)
    }

    /// What may be known of a room before joining.
    pub(crate) async fn page(self: &Arc<Self>, id: &RoomId) -> Result<RoomPage, Code> {
        let cell = match &self.cluster {
            Some(_) => self.open(id).await?,
            None => self.find_or_wait(id, now())?,
        };
        let entry = cell.lock();
        let state = entry.room.state();
        if state.ended {
            return Err(Code::RoomEnded);
        }
        Ok(RoomPage {
            room: id.clone(),
            people: state.people.len(),
            people_limit: self.shared.config.limits.people_per_room,
            recording: state.recording.is_some(),
        })
    }

    /// Forgets rooms that have been empty for too long.
    pub(crate) fn forget_empty(&self, now: Instant) {
        if self.cluster.is_some() {
            self.let_go();
            return;
        }
        let longest = self.shared.config.empty_room;
        self.rooms().retain(|id, cell| {
            let mut entry = cell.lock();
            let empty = now.saturating_duration_since(entry.empty_since);
            let forget = entry.is_empty() && empty >= longest;
            if forget {
                // Somebody may have found the room just now and waits for this lock.
                entry.closed = Some(Code::RoomUnknown);
                if !entry.room.state().ended {
                    self.shared.watch.room_forgotten(id);
                }
            }
            !forget
        });
    }

    /// Decides what is due by now in each room.
    fn tick(&self) {
        let now = now();
        for cell in self.cells() {
            match &cell.keeper {
                None => cell.lock().tick(&self.shared, now),
                Some(keeper) => keeper.look(&cell.lock(), now),
            }
        }
    }

    /// Says goodbye to everybody at once; nobody gets in any more. People are not told of each other's leaving. Each is
    /// told to wait a while of its own, so that they don't all come back at the same moment.
    pub(crate) fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
        let wait = u64::try_from(self.shared.config.retry_after.as_millis()).unwrap_or(u64::MAX);
        let later = || Some(wait.saturating_add(rand::random_range(0..=wait)));
        for cell in self.rooms().values() {
            cell.lock().shut(Code::ServerStopping, later);
        }
    }
}

/// Looks at all rooms now and then, until the server stops.
pub(crate) async fn keep_time(hub: Arc<Hub>, stop: CancellationToken) {
    let mut every = tokio::time::interval(LOOK_EVERY);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = every.tick() => hub.tick(),
            () = stop.cancelled() => return,
        }
    }
}

/// The server's clock.
pub(crate) fn now() -> Millis {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
