//! A room, wrapped so that it changes by events only.

use hostreel_protocol::{Envelope, Event, Millis, PersonId, Policies, RoomId, RoomState};

/// One room. Changes only through [`crate::evolve`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    pub(crate) state: RoomState,
    /// Who came in as host by key and is still here, whatever their role is now. Follows from the events, and only
    /// the server's decisions need it: a client's guess after a snapshot does no harm.
    pub(crate) key_holder: Option<PersonId>,
}

impl Room {
    /// A new, empty room.
    #[must_use]
    pub fn new(id: RoomId, policies: Policies) -> Self {
        Self { state: RoomState::new(id, policies), key_holder: None }
    }

    /// A room from a snapshot, for clients: the `room` of a `welcome`.
    #[must_use]
    pub fn from_state(state: RoomState) -> Self {
        let key_holder = state.host().map(|host| host.id.clone());
        Self { state, key_holder }
    }

    /// What every member may see.
    #[must_use]
    pub fn state(&self) -> &RoomState {
        &self.state
    }

    /// Puts decided events into envelopes: numbered from the room's revision on, all at the same moment.
    #[must_use]
    pub fn number(&self, at: Millis, events: Vec<Event>) -> Vec<Envelope> {
        (self.state.rev + 1..).zip(events).map(|(rev, event)| Envelope { rev, at, event }).collect()
    }
}
