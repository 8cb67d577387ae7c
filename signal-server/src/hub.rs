//! All rooms of this server.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Instant, SystemTime};

use hostreel_protocol::{
    Code, CreateRoom, CreatedRoom, HOST_KEY_FRAGMENT, Hello, HostKey, Millis, PersonId, RoomId, RoomPage,
    ServerMessage, Welcome, join_path,
};
use hostreel_room::{Input, Join, Room, decide};

use crate::Config;
use crate::key::{KeyHash, random_text};
use crate::queue::{End, Queue};
use crate::seat::{Entry, RoomCell, Seat};

/// Sent in `welcome`.
const SERVER: &str = concat!("hostreel/", env!("CARGO_PKG_VERSION"));

/// The rooms. Lock order: the map, then a room, then a queue; none is held across an await.
pub(crate) struct Hub {
    config: Arc<Config>,
    rooms: Mutex<HashMap<RoomId, Arc<RoomCell>>>,
    stopping: AtomicBool,
}

impl Hub {
    pub(crate) fn new(config: Arc<Config>) -> Self {
        Self { config, rooms: Mutex::new(HashMap::new()), stopping: AtomicBool::new(false) }
    }

    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }

    fn rooms(&self) -> MutexGuard<'_, HashMap<RoomId, Arc<RoomCell>>> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, id: &RoomId) -> Option<Arc<RoomCell>> {
        self.rooms().get(id).cloned()
    }

    /// Makes a room with a fresh id and key.
    pub(crate) fn create(&self, wish: CreateRoom) -> Result<CreatedRoom, Code> {
        let text = random_text::<20>();
        let host_key = HostKey::parse(text).map_err(|_| Code::Internal)?;
        let mut rooms = self.rooms();
        if self.is_stopping() {
            return Err(Code::ServerStopping);
        }
        if rooms.len() >= self.config.rooms {
            return Err(Code::ServerFull);
        }
        let mut id = RoomId::from_random(rand::random());
        while rooms.contains_key(&id) {
            id = RoomId::from_random(rand::random());
        }
        let entry = Entry::new(Room::new(id.clone(), wish.policies), KeyHash::of(&host_key));
        rooms.insert(id.clone(), Arc::new(RoomCell::new(entry)));
        drop(rooms);
        let join_url = join_path(&id);
        let host_url = format!("{join_url}#{HOST_KEY_FRAGMENT}={}", host_key.as_str());
        Ok(CreatedRoom { room: id, host_key, join_url, host_url })
    }

    /// What may be known of a room before joining.
    pub(crate) fn page(&self, id: &RoomId) -> Result<RoomPage, Code> {
        let cell = self.find(id).ok_or(Code::RoomUnknown)?;
        let entry = cell.lock();
        let state = entry.room.state();
        if state.ended {
            return Err(Code::RoomEnded);
        }
        Ok(RoomPage {
            room: id.clone(),
            people: state.people.len(),
            people_limit: self.config.limits.people_per_room,
            recording: state.recording.is_some(),
        })
    }

    /// Lets somebody in. Their queue then holds the `welcome`, and every event after its snapshot follows.
    pub(crate) fn join(&self, hello: &Hello, queue: &Arc<Queue>) -> Result<Seat, Code> {
        let cell = self.find(&hello.room).ok_or(Code::RoomUnknown)?;
        let person = PersonId::parse(random_text::<9>()).map_err(|_| Code::Internal)?;
        let mut entry = cell.lock();
        if let Some(code) = entry.closed {
            return Err(code);
        }
        let holds_key = match &hello.host_key {
            Some(key) if !entry.key.fits(key) => return Err(Code::BadHostKey),
            key => key.is_some(),
        };
        let join = Join { person: person.clone(), name: hello.name.clone(), holds_key };
        let now = now();
        let events = decide(&entry.room, &self.config.limits, now, &Input::Join(join));
        entry.tell(now, events.map_err(|denied| denied.code)?).finish();
        let welcome = Welcome {
            you: person.clone(),
            room: entry.room.state().clone(),
            now,
            ice_servers: self.config.ice_servers.clone(),
            limits: self.config.limits.clone(),
            server: SERVER.into(),
        };
        queue.push(ServerMessage::Welcome(Box::new(welcome)).encode().into());
        entry.queues.insert(person.clone(), Arc::clone(queue));
        drop(entry);
        Ok(Seat::new(cell, Arc::clone(&self.config), person, Arc::clone(queue)))
    }

    /// Forgets rooms that have been empty for too long.
    pub(crate) fn forget_empty(&self, now: Instant) {
        let longest = self.config.empty_room;
        self.rooms().retain(|_, cell| {
            let mut entry = cell.lock();
            let empty = now.saturating_duration_since(entry.empty_since);
            let forget = entry.queues.is_empty() && empty >= longest;
            if forget {
                // Somebody may have found the room just now and waits for this lock.
                entry.closed = Some(Code::RoomUnknown);
            }
            !forget
        });
    }

    /// Says goodbye to everybody at once; nobody gets in any more. People are not told of each other's leaving.
    pub(crate) fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
        let wait = u64::try_from(self.config.retry_after.as_millis()).unwrap_or(u64::MAX);
        let bye = ServerMessage::bye(Code::ServerStopping, Some(wait));
        for cell in self.rooms().values() {
            let mut entry = cell.lock();
            entry.closed = Some(Code::ServerStopping);
            for queue in std::mem::take(&mut entry.queues).into_values() {
                queue.finish(Some(&bye), End::Code(Code::ServerStopping));
            }
        }
    }
}

/// The server's clock.
pub(crate) fn now() -> Millis {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
