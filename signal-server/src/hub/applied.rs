//! What follows when something was written down: for the room, and for who is connected at this node.

use std::sync::Arc;
use std::time::Instant;

use hostreel_protocol::{Code, Millis, ServerMessage};
use hostreel_room::{Keep, Room, may_signal};

use crate::entry::{Entry, Line, Resumed};
use crate::hub::Shared;
use crate::hub::asked::{Ask, Newcomer};
use crate::hub::log::{Aside, Held, Picture, Record};
use crate::queue::End;

impl Entry {
    /// Applies a record of the log. `asked`: what was asked of this node and led to it.
    pub(crate) fn apply(&mut self, shared: &Shared, seq: u64, record: Record, asked: Option<Ask>) {
        let Some(replica) = self.replica.as_mut() else { return };
        replica.read(seq, &record);
        let here = replica.here.clone();
        let is_ours = record.node == here && !replica.is_replay;
        for aside in &record.asides {
            match aside {
                Aside::Seated { person, seat } if seat.node != here => {
                    self.unseat(person);
                    self.lines.remove(person);
                }
                Aside::Closed => {
                    self.closed = Some(Code::RoomUnknown);
                    if is_ours && !self.room.state().ended {
                        shared.watch.room_forgotten(&self.room.state().id);
                    }
                }
                Aside::Seated { .. } | Aside::Heard { .. } => {}
            }
        }
        if let Some(Ask::Resume { ticket, .. }) = &asked {
            self.unseat(&ticket.person.id);
        }
        let after = self.tell_of(shared, record.at, record.events, is_ours);
        if let Some(replica) = self.replica.as_mut() {
            replica.drop_empty_seats(self.room.state());
        }
        if let Some(Ask::Command { id, queue, .. }) = &asked {
            queue.push(ServerMessage::Done { id: *id }.encode().into());
        }
        after.finish();
        self.seats(shared, record.at, asked);
        self.deliver_held();
        let is_needed = !self.is_empty();
        if let Some(replica) = self.replica.as_mut().filter(|_| is_needed) {
            replica.needed_at = Instant::now();
        }
    }

    /// Answers what led to nothing: it is so already.
    pub(crate) fn is_so(&mut self, shared: &Shared, now: Millis, asked: Ask) {
        if let Ask::Command { id, queue, .. } = &asked {
            queue.push(ServerMessage::Done { id: *id }.encode().into());
        }
        self.seats(shared, now, Some(asked));
    }

    /// Connects who asked for a seat and has it now.
    fn seats(&mut self, shared: &Shared, now: Millis, asked: Option<Ask>) {
        let (person, newcomer) = match asked {
            Some(Ask::Join { join, newcomer }) => {
                let Newcomer { queue, follows_session, .. } = &newcomer;
                self.let_in(shared, now, &join.person, queue, *follows_session);
                (join.person, newcomer)
            }
            Some(Ask::Resume { ticket, rev, newcomer }) => {
                let person = ticket.person.id;
                let Newcomer { queue, follows_session, .. } = &newcomer;
                self.seat(&person, Arc::clone(queue), *follows_session);
                self.welcome(shared, now, &person, queue, Some(Resumed { after: rev }));
                (person, newcomer)
            }
            Some(Ask::End { answer }) => {
                let _ = answer.send(Ok(()));
                return;
            }
            _ => return,
        };
        if newcomer.answer.send(Ok(())).is_err() {
            // Nobody waits for the seat any more.
            newcomer.queue.finish(None, End::Left);
            self.waiting.remove(&person);
            self.lines.entry(person).and_modify(|line| line.queue = None);
        }
    }

    /// Takes in a signal from another node. False: it follows a record that is not here yet, and waits for it as the
    /// first one.
    pub(crate) fn take_signal(&mut self, signal: Held) -> bool {
        if let Some(replica) = self.replica.as_mut()
            && signal.after > replica.seq
        {
            let is_first = replica.held.is_empty();
            replica.hold(signal);
            return !is_first;
        }
        self.deliver(signal);
        true
    }

    fn deliver_held(&mut self) {
        let Some(replica) = self.replica.as_mut().filter(|replica| !replica.held.is_empty()) else { return };
        for signal in replica.release() {
            self.deliver(signal);
        }
    }

    /// The sender's node has looked already; since then somebody may have left.
    fn deliver(&self, signal: Held) {
        if may_signal(&self.room, &signal.from, &signal.to).is_ok()
            && let Some(queue) = self.lines.get(&signal.to).and_then(|line| line.queue.as_ref())
        {
            queue.push(signal.text.into());
        }
    }

    /// Goes on from a picture of the room, after records that this node has missed. Who is connected here has missed
    /// them, too: they come back for the whole room.
    pub(crate) fn repaint(&mut self, picture: Picture, seq: u64) {
        self.room = Room::from_state(picture.room);
        self.key = picture.key;
        self.history.clear();
        if let Some(replica) = self.replica.as_mut() {
            replica.seq = seq;
            replica.seats = picture.seats;
        }
        let bye = ServerMessage::bye(Code::TryAgain, None);
        let lines = self.lines.values_mut().filter_map(|line| {
            let queue = line.queue.take()?;
            line.was_heard = queue.is_heard();
            Some(queue)
        });
        for queue in lines.chain(self.waiting.drain().map(|(_, (queue, _))| queue)) {
            queue.finish(Some(&bye), End::Code(Code::TryAgain));
        }
        let state = self.room.state();
        self.lines.retain(|person, _| state.person(person).is_some());
    }

    /// The log is read: from here on, what happens is news. Who sat at this node before it took the room up anew may
    /// come back.
    pub(crate) fn end_replay(&mut self) {
        let Some(replica) = self.replica.as_mut() else { return };
        replica.is_replay = false;
        for (person, seat) in &replica.seats {
            if seat.node == replica.here && self.room.state().person(person).is_some() {
                let line = Line {
                    queue: None,
                    generation: seat.generation,
                    was_heard: seat.heard,
                    follows_session: false,
                    keep: Keep::Usual,
                };
                self.lines.insert(person.clone(), line);
            }
        }
    }
}
