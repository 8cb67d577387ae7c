//! A room, wrapped so that it changes by events only.

use hostreel_protocol::{Envelope, Event, Millis, Policies, RoomId, RoomState};

/// One room. Changes only through [`crate::evolve`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    pub(crate) state: RoomState,
}

impl Room {
    /// A new, empty room.
    #[must_use]
    pub fn new(id: RoomId, policies: Policies) -> Self {
        Self { state: RoomState::new(id, policies) }
    }

    /// A room from a snapshot: the `room` of a `welcome`.
    #[must_use]
    pub fn from_state(state: RoomState) -> Self {
        Self { state }
    }

    /// What every member may see.
    #[must_use]
    pub fn state(&self) -> &RoomState {
        &self.state
    }

    /// Puts decided events into envelopes: numbered from the room's revision on, all at the same moment.
    #[must_use]
    pub fn number(&self, at: Millis, events: Vec<Event>) -> Vec<Envelope> {
        (self.state.rev.saturating_add(1)..)
            .zip(events)
            .map(|(rev, event)| Envelope { rev, at, event })
            .collect()
    }
}
