//! What a node's keeper of a room is asked to decide.

use std::sync::Arc;

use hostreel_protocol::{Code, Command, Event, Millis, PersonId, RecordingId, RequestId, ServerMessage};
use hostreel_room::{Input, Join, decide};
use tokio::sync::oneshot;

use crate::admin;
use crate::entry::Entry;
use crate::hub::Shared;
use crate::hub::cluster::Inner;
use crate::hub::due::{Due, due};
use crate::hub::log::{Aside, SeatAt};
use crate::queue::Queue;
use crate::ticket::Ticket;

/// Says whether it was done.
type Answer = oneshot::Sender<Result<(), Code>>;

/// A connection that wants a seat.
#[derive(Debug)]
pub(crate) struct Newcomer {
    pub(crate) queue: Arc<Queue>,
    pub(crate) follows_session: bool,
    pub(crate) answer: Answer,
}

/// One thing to decide.
#[derive(Debug)]
pub(crate) enum Ask {
    /// From a connection of this node.
    Command { by: PersonId, id: RequestId, command: Command, new_recording: RecordingId, queue: Arc<Queue> },
    /// Somebody wants in; the key and the pass are checked.
    Join { join: Box<Join>, newcomer: Newcomer },
    /// Somebody wants their seat back; `rev`: the last event that they have.
    Resume { ticket: Box<Ticket>, rev: Option<u64>, newcomer: Newcomer },
    /// An administrator ends the room.
    End { answer: Answer },
    /// The room has been empty for this many milliseconds: forget it.
    Forget { idle_ms: u64 },
    /// Whatever is due by now.
    Due,
    /// Nothing: read what others have written.
    Read,
}

/// What is to be written down.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) events: Vec<Event>,
    pub(crate) asides: Vec<Aside>,
    /// Write even if there is nothing else, for the picture.
    pub(crate) picture: bool,
}

impl Plan {
    pub(crate) fn is_empty(&self) -> bool {
        self.events.is_empty() && self.asides.is_empty() && !self.picture
    }
}

impl Ask {
    /// Decides on the room as this node knows it.
    pub(crate) fn plan(
        &self,
        entry: &Entry,
        shared: &Shared,
        inner: &Inner,
        now: Millis,
    ) -> Result<Plan, Code> {
        if let Some(code) = entry.closed {
            return Err(code);
        }
        let limits = &shared.config.limits;
        let decided = |input: &Input| decide(&entry.room, limits, now, input).map_err(|denied| denied.code);
        let events = |events| Plan { events, ..Plan::default() };
        let seated = |person: &PersonId, generation| {
            let seat = SeatAt { node: inner.here.clone(), generation, heard: false };
            vec![Aside::Seated { person: person.clone(), seat }]
        };
        match self {
            Self::Command { by, command, new_recording, .. } => {
                let (command, new_recording) = (command.clone(), new_recording.clone());
                decided(&Input::Command { by: by.clone(), command, new_recording }).map(events)
            }
            Self::Join { join, .. } => {
                let asides = seated(&join.person, 1);
                Ok(Plan { asides, ..events(decided(&Input::Join((**join).clone()))?) })
            }
            Self::Resume { ticket, .. } => {
                let person = ticket.person.id.clone();
                let generation = newest_generation(entry, ticket)?;
                let asides = seated(&person, generation.saturating_add(1));
                Ok(Plan { asides, ..events(decided(&Input::Back { person })?) })
            }
            Self::End { .. } => admin::closing(entry.room.state()).map(events),
            Self::Forget { idle_ms } => Ok(match is_idle(entry, *idle_ms, now) {
                true => Plan { asides: vec![Aside::Closed], ..Plan::default() },
                false => Plan::default(),
            }),
            Self::Due => match due(entry, limits, now, |node| inner.is_alive(node)) {
                Some(Due::Decide(input)) => decided(&input).map(events),
                Some(Due::Note(aside)) => Ok(Plan { asides: vec![aside], ..Plan::default() }),
                Some(Due::Picture) => Ok(Plan { picture: true, ..Plan::default() }),
                None => Ok(Plan::default()),
            },
            Self::Read => Ok(Plan::default()),
        }
    }

    /// It could not be done.
    pub(crate) fn fail(self, code: Code) {
        match self {
            Self::Command { id, queue, .. } => {
                queue.push(ServerMessage::denied(Some(id), code).encode().into());
            }
            // Who asked may be gone meanwhile.
            Self::Join { newcomer, .. } | Self::Resume { newcomer, .. } => {
                let _ = newcomer.answer.send(Err(code));
            }
            Self::End { answer } => {
                let _ = answer.send(Err(code));
            }
            Self::Forget { .. } | Self::Due | Self::Read => {}
        }
    }
}

/// The seat's newest generation, if the ticket is still good: until the next one is known to have arrived.
fn newest_generation(entry: &Entry, ticket: &Ticket) -> Result<u64, Code> {
    let person = &ticket.person.id;
    if entry.room.state().ended {
        return Err(Code::RoomEnded);
    }
    let seat = entry.replica.as_ref().and_then(|replica| replica.seats.get(person));
    // Of who waits in the lobby there are no tickets.
    let seat = seat.filter(|_| entry.room.state().person(person).is_some()).ok_or(Code::SessionUnknown)?;
    let line = entry.lines.get(person).filter(|line| line.generation == seat.generation);
    let heard_here =
        line.is_some_and(|line| line.was_heard || line.queue.as_ref().is_some_and(|queue| queue.is_heard()));
    let is_heard = seat.heard || heard_here;
    if ticket.generation < seat.generation.saturating_sub(u64::from(!is_heard)) {
        return Err(Code::Replaced);
    }
    Ok(seat.generation)
}

/// Nobody is in the room, and nothing has been written for so long.
pub(crate) fn is_idle(entry: &Entry, idle_ms: u64, now: Millis) -> bool {
    let state = entry.room.state();
    let last_at = entry.replica.as_ref().map_or(now, |replica| replica.last_at);
    state.people.is_empty() && state.waiting.is_empty() && now.since(last_at).0 >= idle_ms
}
