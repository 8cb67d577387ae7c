//! The mesh as the page holds it.

use std::fmt;
use std::rc::Rc;

use hostreel_protocol::{Command, PersonId, RequestId, RoomState};
use web_sys::{MediaStream, MediaStreamTrack};

use crate::{MeshError, MeshEvent, Options, PersonStats, Slot, StreamKind};

/// A room, joined: a handle that can be cloned. When the last one is dropped, the room is left.
#[derive(Clone)]
pub struct Mesh {
    owner: Rc<()>,
}

impl fmt::Debug for Mesh {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Mesh").finish_non_exhaustive()
    }
}

impl Mesh {
    /// Joins a room. All that follows comes as events, the first one after this call has returned.
    ///
    /// # Errors
    /// [`MeshError`] when there is no page, no WebRTC, or the address is not one. A server that does not answer is not
    /// an error: it is tried again and again.
    pub fn connect(_options: Options, _on_event: impl Fn(MeshEvent) + 'static) -> Result<Self, MeshError> {
        Ok(Self { owner: Rc::new(()) })
    }

    /// What this slot sends to everybody, from now on; `None`: nothing. No negotiation: it takes effect at once. Call
    /// it again after switching the track's `enabled`, so that the others hear of it.
    pub fn set_track(&self, _slot: Slot, _track: Option<MediaStreamTrack>) {}

    /// Sends a command. [`MeshEvent::Done`] or [`MeshEvent::Denied`] answers it, unless the connection is lost before.
    pub fn command(&self, _command: Command) -> RequestId {
        RequestId(0)
    }

    /// The room as it is now; `None` before the first [`MeshEvent::Room`].
    #[must_use]
    pub fn room(&self) -> Option<RoomState> {
        None
    }

    /// Who this page is in the room. Changes when it had to join afresh.
    #[must_use]
    pub fn you(&self) -> Option<PersonId> {
        None
    }

    /// Server time less this page's `Date.now()`, in milliseconds. Add it to `Date.now()` to compare with times in
    /// the room's state.
    #[must_use]
    pub fn server_clock_offset_ms(&self) -> f64 {
        0.0
    }

    /// A person's stream, the same object as in [`MeshEvent::Media`]; may be empty. `None` for strangers and oneself.
    #[must_use]
    pub fn remote_stream(&self, _person: &PersonId, _kind: StreamKind) -> Option<MediaStream> {
        None
    }

    /// Leaves the room and closes everything; [`crate::ConnectionState::Closed`] is the last event. Calling it again
    /// does nothing.
    pub fn leave(&self) {}

    /// What went over each connection so far.
    pub async fn stats(&self) -> Vec<PersonStats> {
        Vec::new()
    }
}
