//! One connection's place in a room.

use std::sync::Arc;

use hostreel_protocol::{Code, Command, PersonId, RecordingId, RequestId, ServerMessage};
use hostreel_room::{Input, Keep, decide, may_signal};
use serde_json::value::RawValue;

use crate::entry::{Entry, RoomCell};
use crate::hub::asked::Ask;
use crate::hub::keeper::Handle;
use crate::hub::nats::SignalWay;
use crate::hub::{Shared, now};
use crate::key::random_text;
use crate::queue::{End, Queue};
use crate::turn::ice_servers;

/// One connection's place. Dropping it is how a lost connection reaches the room.
#[must_use]
pub(crate) struct Seat {
    cell: Arc<RoomCell>,
    shared: Arc<Shared>,
    person: PersonId,
    queue: Arc<Queue>,
    keep: Keep,
}

impl Seat {
    pub(crate) fn new(cell: Arc<RoomCell>, shared: Arc<Shared>, person: PersonId, queue: Arc<Queue>) -> Self {
        Self { cell, shared, person, queue, keep: Keep::Usual }
    }

    /// Carries out a command and answers it: after its events, before a goodbye that it causes.
    pub(crate) fn command(&self, id: RequestId, command: Command) {
        let Ok(new_recording) = RecordingId::parse(random_text::<9>()) else {
            self.deny(Some(id), Code::Internal);
            return;
        };
        if let Some(keeper) = &self.cell.keeper {
            let (by, queue) = (self.person.clone(), Arc::clone(&self.queue));
            keeper.ask(Ask::Command { by, id, command, new_recording, queue });
            return;
        }
        let now = now();
        let input = Input::Command { by: self.person.clone(), command, new_recording };
        let mut entry = self.cell.lock();
        match decide(&entry.room, &self.shared.config.limits, now, &input) {
            Ok(events) => {
                let after = entry.tell(&self.shared, now, events);
                self.queue.push(ServerMessage::Done { id }.encode().into());
                after.finish();
            }
            Err(denied) => self.deny(Some(id), denied.code),
        }
    }

    /// Gives the person anew what connections are made with: its credentials end.
    pub(crate) fn renew_ice_servers(&self) {
        let ice_servers = ice_servers(&self.shared.config, self.person.as_str(), now());
        self.queue.push(ServerMessage::IceServers { ice_servers }.encode().into());
    }

    /// Passes a signal on. The lock keeps the signals of one sender to one receiver in order. Who is away misses it:
    /// both ends negotiate anew after a resume.
    pub(crate) fn signal(&self, to: &str, data: &RawValue) {
        let Ok(to) = PersonId::parse(to) else {
            self.deny(None, Code::NoSuchPerson);
            return;
        };
        // Written before the lock: it is the only part that takes time.
        let text = ServerMessage::encode_signal(&self.person, data);
        let entry = self.cell.lock();
        match may_signal(&entry.room, &self.person, &to) {
            Ok(()) => {
                if let Some(queue) = entry.lines.get(&to).and_then(|line| line.queue.as_ref()) {
                    queue.push(text.into());
                } else if let Some(keeper) = &self.cell.keeper {
                    self.signal_away(keeper, &entry, &to, text);
                }
            }
            Err(denied) => self.deny(None, denied.code),
        }
    }

    /// To somebody whose connection is at another node, if it is at any.
    fn signal_away(&self, keeper: &Handle, entry: &Entry, to: &PersonId, text: String) {
        let Some(replica) = &entry.replica else { return };
        let Some(seat) = replica.seats.get(to).filter(|seat| seat.node != replica.here) else { return };
        let room = &entry.room.state().id;
        let way = SignalWay { node: &seat.node, room, from: &self.person, to, after: replica.seq };
        if !keeper.inner.nats.signal(&way, text) {
            self.deny(None, Code::TryAgain);
        }
    }

    pub(crate) fn deny(&self, id: Option<RequestId>, code: Code) {
        self.queue.push(ServerMessage::denied(id, code).encode().into());
    }

    /// The page has said that it goes, and may be back at once.
    pub(crate) fn goes_for_a_moment(&mut self) {
        self.keep = Keep::Briefly;
    }

    /// The connection is over for this reason. A fault of the client's own would only be repeated: its seat is not kept.
    pub(crate) fn ends(&mut self, end: Option<End>) {
        if let Some(End::Code(code)) = end
            && code.action() == hostreel_protocol::Action::Stop
        {
            self.keep = Keep::No;
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let now = now();
        let mut entry = self.cell.lock();
        let entry = &mut *entry;
        let ours = |queue: &Arc<Queue>| Arc::ptr_eq(queue, &self.queue);
        let line = entry.lines.get_mut(&self.person).filter(|line| line.queue.as_ref().is_some_and(ours));
        let sits = match line {
            Some(line) => {
                line.queue = None;
                line.was_heard = self.queue.is_heard();
                line.keep = self.keep;
                true
            }
            None => entry.waiting.get(&self.person).is_some_and(|(queue, _)| ours(queue)),
        };
        // Otherwise the person has left or was removed, or sits on a newer connection: nothing is lost then.
        if sits && let Some(keeper) = &self.cell.keeper {
            entry.waiting.remove(&self.person);
            keeper.look(entry, now);
        } else if sits && entry.closed.is_none() {
            let input = Input::Lost { person: self.person.clone(), seat: self.keep };
            if let Ok(events) = decide(&entry.room, &self.shared.config.limits, now, &input) {
                entry.tell(&self.shared, now, events).finish();
            }
        }
    }
}
