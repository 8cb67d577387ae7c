//! Getting a seat: a new one, one in the lobby, or the own one back.

use std::sync::Arc;

use hostreel_protocol::{Code, Hello, Millis, PersonId, ResumeToken, RoomState};
use hostreel_room::{Input, Join, Restore, Room, decide};

use crate::entry::{Entry, Resumed, RoomCell};
use crate::hub::{Hub, now};
use crate::key::random_text;
use crate::pass::Pass;
use crate::queue::Queue;
use crate::seat::Seat;
use crate::ticket::Ticket;

impl Hub {
    /// Lets somebody in, or into the lobby. Their queue then holds the `welcome` or the `waiting`, and every event after
    /// the welcome's snapshot follows.
    pub(crate) async fn join(self: &Arc<Self>, hello: &Hello, queue: &Arc<Queue>) -> Result<Seat, Code> {
        match (self.cluster(), &hello.resume) {
            (Some(_), _) => self.join_together(hello, queue).await,
            (None, Some(token)) => self.resume(hello, token, queue),
            (None, None) => self.join_here(hello, queue),
        }
    }

    fn join_here(&self, hello: &Hello, queue: &Arc<Queue>) -> Result<Seat, Code> {
        let (shared, now) = (self.shared(), now());
        let cell = self.find_or_wait(&hello.room, now)?;
        let pass = Pass::of(hello, shared, now)?;
        let mut entry = cell.lock();
        let join = checked_join(hello, pass, &entry)?;
        let person = join.person.clone();
        let events = decide(&entry.room, &shared.config.limits, now, &Input::Join(join));
        let events = events.map_err(|denied| denied.code)?;
        entry.tell(shared, now, events).finish();
        entry.let_in(shared, now, &person, queue, follows_session(hello));
        drop(entry);
        Ok(Seat::new(cell, Arc::clone(shared), person, Arc::clone(queue)))
    }

    /// Takes a seat back. The connection that had it is told.
    fn resume(&self, hello: &Hello, token: &ResumeToken, queue: &Arc<Queue>) -> Result<Seat, Code> {
        let shared = self.shared();
        let ticket = shared.session_key.verify(token).ok_or(Code::SessionUnknown)?;
        if ticket.room != hello.room {
            return Err(Code::SessionUnknown);
        }
        let now = now();
        // What this process made, it remembers; what it does not remember is over.
        let ticket_is_older = ticket.at < shared.started_at;
        let (person, generation) = (ticket.person.id.clone(), ticket.generation);
        let cell = match self.find(&ticket.room) {
            Some(cell) => cell,
            None if ticket_is_older => self.restore_room(&ticket, now)?,
            None => return Err(Code::SessionUnknown),
        };
        let mut entry = cell.lock();
        if let Some(code) = entry.closed {
            return Err(code);
        }
        if entry.room.state().ended {
            return Err(Code::RoomEnded);
        }
        let (input, after) = match entry.lines.get(&person) {
            Some(line) => {
                // A ticket is good until the next one is known to have arrived.
                let heard = line.was_heard || line.queue.as_ref().is_some_and(|queue| queue.is_heard());
                let oldest = line.generation.saturating_sub(u64::from(!heard));
                if ticket.generation < oldest {
                    return Err(Code::Replaced);
                }
                (Input::Back { person: person.clone() }, hello.rev)
            }
            None if ticket_is_older && !entry.restored.contains(&person) => {
                let input = self.restored_input(&mut entry, ticket, now)?;
                // The numbers that they know are of another history.
                (input, None)
            }
            None => return Err(Code::SessionUnknown),
        };
        let events = decide(&entry.room, &shared.config.limits, now, &input);
        let events = events.map_err(|denied| denied.code)?;
        if matches!(input, Input::Restore(_)) {
            entry.restored.insert(person.clone());
        }
        entry.unseat(&person);
        entry.tell(shared, now, events).finish();
        entry.seat_after(generation, &person, Arc::clone(queue), follows_session(hello));
        entry.welcome(shared, now, &person, queue, Some(Resumed { after }));
        drop(entry);
        tracing::info!("resumed");
        Ok(Seat::new(cell, Arc::clone(shared), person, Arc::clone(queue)))
    }

    /// A room from before a restart, empty, as this ticket knows it.
    fn restore_room(&self, ticket: &Ticket, now: Millis) -> Result<Arc<RoomCell>, Code> {
        let journal = &self.shared().journal;
        if journal.has_left(&ticket.person.id) && !ticket.person.holds_key {
            return Err(Code::SessionUnknown);
        }
        let checked = journal.check(ticket.clone(), now).ok_or(Code::SessionUnknown)?;
        let mut state = RoomState::new(checked.room.clone(), checked.policies);
        state.banned = journal.banned(&checked.room);
        // Nobody is there yet, the host neither: the succession's time runs until they come back.
        state.host_gone_at = Some(now);
        let entry = Entry::new(Room::from_state(state), checked.key);
        self.insert(checked.room, Arc::new(RoomCell::new(entry)))
    }

    fn restored_input(&self, entry: &mut Entry, ticket: Ticket, now: Millis) -> Result<Input, Code> {
        let journal = &self.shared().journal;
        if journal.has_left(&ticket.person.id) {
            return Err(Code::SessionUnknown);
        }
        let ticket = journal.check(ticket, now).ok_or(Code::SessionUnknown)?;
        let is_newest = ticket.at >= entry.restored_at;
        if is_newest {
            entry.restored_at = ticket.at;
        }
        let Ticket { person, policies, recording, .. } = ticket;
        Ok(Input::Restore(Box::new(Restore { person, policies, recording, is_newest })))
    }
}

/// What somebody claims, the host key checked: with a fresh id.
pub(crate) fn checked_join(hello: &Hello, pass: Pass, entry: &Entry) -> Result<Join, Code> {
    if let Some(code) = entry.closed {
        return Err(code);
    }
    let holds_key = match &hello.host_key {
        Some(key) if !entry.key.fits(key) => return Err(Code::BadHostKey),
        key => key.is_some(),
    };
    Ok(Join {
        person: PersonId::parse(random_text::<9>()).map_err(|_| Code::Internal)?,
        name: pass.name.unwrap_or_else(|| hello.name.clone()),
        holds_key,
        role: pass.role,
        may_record: pass.may_record,
        marks: pass.marks,
    })
}

pub(crate) fn follows_session(hello: &Hello) -> bool {
    hello.features.iter().any(|feature| feature == "resume")
}
