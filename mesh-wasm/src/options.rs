//! Where to connect to and as whom.

use hostreel_protocol::{HostKey, JoinToken, RoomId, VisitorId};

use crate::MeshError;
use crate::browser::page;

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
}

impl Options {
    /// The socket at `/ws` of the server that this page came from; `wss:` when the page is `https:`.
    ///
    /// # Errors
    /// [`MeshError::NoWindow`] outside of a page (in a worker).
    pub fn for_page(room: RoomId, name: String, host_key: Option<HostKey>) -> Result<Self, MeshError> {
        Ok(Self { url: page::socket_url("/ws")?, room, name, host_key, token: None, visitor: None })
    }
}
