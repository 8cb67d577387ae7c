//! One room with its members' queues, and one member's seat in it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use hostreel_protocol::{
    Code, Command, Event, LeaveReason, Millis, PersonId, RecordingId, RequestId, ServerMessage,
};
use hostreel_room::{Input, Room, decide, evolve, may_signal};
use serde_json::value::RawValue;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use crate::Config;
use crate::hub::now;
use crate::key::{KeyHash, random_text};
use crate::queue::{End, Queue};

/// A room behind its lock.
pub(crate) struct RoomCell(Mutex<Entry>);

impl RoomCell {
    pub(crate) fn new(entry: Entry) -> Self {
        Self(Mutex::new(entry))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Entry> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A room and what the server keeps beside it. Deciding, applying and queueing happen under one lock, so everybody
/// gets the events in their order.
pub(crate) struct Entry {
    pub(crate) room: Room,
    pub(crate) key: KeyHash,
    pub(crate) queues: HashMap<PersonId, Arc<Queue>>,
    pub(crate) empty_since: Instant,
    /// Set: nobody gets in any more, for this reason.
    pub(crate) closed: Option<Code>,
}

/// Connections that end once everything else has been queued.
#[must_use]
pub(crate) struct Goodbyes(Vec<(Arc<Queue>, End)>);

impl Goodbyes {
    pub(crate) fn finish(self) {
        for (queue, end) in self.0 {
            let bye = match end {
                End::Code(code) => Some(ServerMessage::bye(code, None)),
                End::Left => None,
            };
            queue.finish(bye.as_ref(), end);
        }
    }
}

impl Entry {
    pub(crate) fn new(room: Room, key: KeyHash) -> Self {
        Self { room, key, queues: HashMap::new(), empty_since: Instant::now(), closed: None }
    }

    /// Applies events and queues them for everybody. Who is gone by them gets them too, as the last ones.
    pub(crate) fn tell(&mut self, at: Millis, events: Vec<Event>) -> Goodbyes {
        let mut goodbyes = Vec::new();
        for envelope in self.room.number(at, events) {
            evolve(&mut self.room, &envelope);
            let message = ServerMessage::Event(envelope.clone());
            // One text for all: the queues share it.
            let text = Utf8Bytes::from(message.encode());
            for queue in self.queues.values() {
                queue.push(text.clone());
            }
            match envelope.event {
                Event::Left { person, reason } => {
                    let end = match reason {
                        LeaveReason::Removed => End::Code(Code::Removed),
                        LeaveReason::Replaced => End::Code(Code::Replaced),
                        LeaveReason::Left | LeaveReason::Lost => End::Left,
                    };
                    goodbyes.extend(self.queues.remove(&person).map(|queue| (queue, end)));
                }
                Event::Ended { .. } => {
                    let queues = std::mem::take(&mut self.queues).into_values();
                    goodbyes.extend(queues.map(|queue| (queue, End::Code(Code::RoomEnded))));
                }
                _ => {}
            }
        }
        if self.queues.is_empty() {
            self.empty_since = Instant::now();
        }
        Goodbyes(goodbyes)
    }
}

/// One member's place. Dropping it is how a lost connection reaches the room.
#[must_use]
pub(crate) struct Seat {
    cell: Arc<RoomCell>,
    config: Arc<Config>,
    person: PersonId,
    queue: Arc<Queue>,
}

impl Seat {
    pub(crate) fn new(cell: Arc<RoomCell>, config: Arc<Config>, person: PersonId, queue: Arc<Queue>) -> Self {
        Self { cell, config, person, queue }
    }

    /// Carries out a command and answers it: after its events, before a goodbye that it causes.
    pub(crate) fn command(&self, id: RequestId, command: Command) {
        let Ok(new_recording) = RecordingId::parse(random_text::<9>()) else {
            self.deny(Some(id), Code::Internal);
            return;
        };
        let now = now();
        let input = Input::Command { by: self.person.clone(), command, new_recording };
        let mut entry = self.cell.lock();
        match decide(&entry.room, &self.config.limits, now, &input) {
            Ok(events) => {
                let goodbyes = entry.tell(now, events);
                self.queue.push(ServerMessage::Done { id }.encode().into());
                goodbyes.finish();
            }
            Err(denied) => self.deny(Some(id), denied.code),
        }
    }

    /// Passes a signal on. The lock keeps the signals of one sender to one receiver in order.
    pub(crate) fn signal(&self, to: &PersonId, data: &RawValue) {
        // Written before the lock: it is the only part that takes time.
        let text = ServerMessage::encode_signal(&self.person, data);
        let entry = self.cell.lock();
        match may_signal(&entry.room, &self.person, to) {
            Ok(()) => {
                if let Some(queue) = entry.queues.get(to) {
                    queue.push(text.into());
                }
            }
            Err(denied) => self.deny(None, denied.code),
        }
    }

    pub(crate) fn deny(&self, id: Option<RequestId>, code: Code) {
        self.queue.push(ServerMessage::denied(id, code).encode().into());
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let input = Input::Lost { person: self.person.clone() };
        let now = now();
        let mut entry = self.cell.lock();
        // Refused when the person has left or was removed: nothing is lost then.
        if let Ok(events) = decide(&entry.room, &self.config.limits, now, &input) {
            entry.tell(now, events).finish();
        }
    }
}
