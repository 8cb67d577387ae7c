//! The mesh as the page holds it.

use std::fmt;
use std::rc::Rc;

use hostreel_protocol::{Command, PersonId, RequestId, RoomState};
use web_sys::{MediaStream, MediaStreamTrack};

use crate::browser::socket::Socket;
use crate::browser::stats::totals;
use crate::browser::stream::same;
use crate::person::Person;
use crate::shared::Shared;
use crate::{MeshError, MeshEvent, Options, PersonStats, Slot, StreamKind};

/// A room, joined: a handle that can be cloned. When the last one is dropped, the room is left.
#[derive(Clone)]
pub struct Mesh {
    owner: Rc<Owner>,
}

struct Owner(Rc<Shared>);

impl Drop for Owner {
    fn drop(&mut self) {
        self.0.close_silently();
    }
}

impl fmt::Debug for Mesh {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Mesh").finish_non_exhaustive()
    }
}

impl Mesh {
    /// Joins a room. All that follows comes as events, the first one after this call has returned. The room is left
    /// when the page is; a page that comes back from the browser's cache of pages is loaded afresh.
    ///
    /// # Errors
    /// [`MeshError`] when there is no page, no WebRTC, or the address is not one. A server that does not answer is not
    /// an error: it is tried again and again.
    pub fn connect(options: Options, on_event: impl Fn(MeshEvent) + 'static) -> Result<Self, MeshError> {
        Ok(Self { owner: Rc::new(Owner(Shared::start(options, None, on_event)?)) })
    }

    pub(crate) fn connect_on(
        socket: Option<Socket>,
        options: Options,
        on_event: impl Fn(MeshEvent) + 'static,
    ) -> Result<Self, MeshError> {
        Ok(Self { owner: Rc::new(Owner(Shared::start(options, socket, on_event)?)) })
    }

    /// What this slot sends to everybody, from now on; `None`: nothing. No negotiation: it takes effect at once. Call
    /// it again after switching the track's `enabled`, so that the others hear of it.
    pub fn set_track(&self, slot: Slot, track: Option<MediaStreamTrack>) {
        self.owner.0.enter(|session, events| session.set_track(slot, track, events));
    }

    /// Sends a command. [`MeshEvent::Done`] or [`MeshEvent::Denied`] answers it, unless the connection is lost before.
    pub fn command(&self, command: Command) -> RequestId {
        self.owner.0.later(|session, events| session.command(command, events))
    }

    /// The room as it is now; `None` before the first [`MeshEvent::Room`].
    #[must_use]
    pub fn room(&self) -> Option<RoomState> {
        self.owner.0.read(|session| session.room().map(|room| room.state().clone()))
    }

    /// Who this page is in the room. Changes when it had to join afresh.
    #[must_use]
    pub fn you(&self) -> Option<PersonId> {
        self.owner.0.read(|session| session.you().cloned())
    }

    /// Server time less this page's `Date.now()`, in milliseconds. Add it to `Date.now()` to compare with times in
    /// the room's state.
    #[must_use]
    pub fn server_clock_offset_ms(&self) -> f64 {
        self.owner.0.read(|session| session.clock_offset_ms())
    }

    /// A person's stream, the same object as in [`MeshEvent::Media`]; may be empty. `None` for strangers and oneself.
    #[must_use]
    pub fn remote_stream(&self, person: &PersonId, kind: StreamKind) -> Option<MediaStream> {
        self.owner.0.read(|session| Some(same(session.people().get(person)?.stream(kind))))
    }

    /// How loud everybody is at this moment of whom there is something to hear, as amplitudes of 0 to 1. It costs next to
    /// nothing: packets say it. Two looks should be at least 50 ms apart: what has not moved since the last one is
    /// silent.
    #[must_use]
    pub fn loudness(&self) -> Vec<(PersonId, f64)> {
        self.owner.0.read(|session| {
            let people = session.people().iter();
            people.filter_map(|(id, person)| Some((id.clone(), person.loudness()?))).collect()
        })
    }

    /// Leaves the room and closes everything; [`crate::ConnectionState::Closed`] is the last event. Calling it again
    /// does nothing.
    pub fn leave(&self) {
        self.owner.0.enter(|session, events| session.leave(events));
    }

    /// What went over each connection so far.
    pub async fn stats(&self) -> Vec<PersonStats> {
        let waiting: Vec<_> = self.owner.0.read(|session| {
            let people = session.people().iter();
            people.filter_map(|(id, person)| Some((id.clone(), Person::peer(person)?.stats()))).collect()
        });
        let mut stats = Vec::new();
        for (person, report) in waiting {
            if let Some(Ok(report)) = report.await {
                let totals = totals(&report);
                stats.push(PersonStats {
                    person,
                    bytes_received: totals.bytes_received,
                    bytes_sent: totals.bytes_sent,
                    frames_decoded: totals.frames_decoded,
                    frames_encoded: totals.frames_encoded,
                });
            }
        }
        stats
    }
}
