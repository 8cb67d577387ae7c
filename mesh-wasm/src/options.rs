//! Where to connect to and as whom.

use hostreel_protocol::{HostKey, JoinToken, RoomId, VisitorId};

use crate::MeshError;
use crate::browser::{kept, page};

/// What becomes of the seat in the room when the page goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Seat {
    /// It is given up.
    #[default]
    OfPage,
    /// It is kept for a moment (`hostreel_room::BRIEFLY_MS`), and the tab keeps what takes it back, in its
    /// `sessionStorage`: the page may be loaded anew.
    OfTab,
    /// As [`Self::OfTab`]; and the one that the tab has kept is taken back, with all that belongs to it. When it is gone, that
    /// is told by [`crate::MeshEvent::Refused`] with [`hostreel_protocol::Action::Rejoin`], and the mesh is closed.
    BackInTab,
}

/// Where to connect to and as whom.
#[derive(Debug, Clone)]
pub struct Options {
    /// The signaling socket, `ws://host/ws` or `wss://host/ws`.
    pub url: String,
    /// The room to join.
    pub room: RoomId,
    /// The name to show; the server cleans it. Later the one that was taken by [`hostreel_protocol::Command::Rename`].
    pub name: String,
    /// From who holds it: makes the joiner the host.
    pub host_key: Option<HostKey>,
    /// The pass of an own login, from who has one.
    pub token: Option<JoinToken>,
    /// What stands for this browser in this room: who was banned stays out by it.
    pub visitor: Option<VisitorId>,
    /// What becomes of the seat when the page goes. Default: given up.
    pub seat: Seat,
}

impl Options {
    /// The socket at `/ws` of the server that this page came from; `wss:` when the page is `https:`.
    ///
    /// # Errors
    /// [`MeshError::NoWindow`] outside of a page (in a worker).
    pub fn for_page(room: RoomId, name: String, host_key: Option<HostKey>) -> Result<Self, MeshError> {
        Ok(Self {
            url: page::socket_url("/ws")?,
            room,
            name,
            host_key,
            token: None,
            visitor: None,
            seat: Seat::OfPage,
        })
    }

    /// Whether this tab has kept a seat in a room, for [`Seat::BackInTab`]. Only the server knows whether it is still there.
    #[must_use]
    pub fn has_kept_seat(room: &RoomId) -> bool {
        kept::kept(room).is_some()
    }
}
