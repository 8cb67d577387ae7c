//! The few things that are asked over plain HTTP.

use serde::{Deserialize, Serialize};

#[cfg(feature = "typescript")]
use crate::PolicyChange;
use crate::{Code, HostKey, Policies, RoomId};

/// The name in a host link's fragment: `/r/ROOM#host=KEY`. A fragment never travels in a request.
pub const HOST_KEY_FRAGMENT: &str = "host";

/// The path of a room's page.
#[must_use]
pub fn join_path(room: &RoomId) -> String {
    format!("/r/{room}")
}

/// Body of `POST /api/rooms`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct CreateRoom {
    /// What the host chose; defaults where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<PolicyChange>"))]
    pub policies: Policies,
}

/// Answer to `POST /api/rooms`, status 201.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct CreatedRoom {
    /// The new room.
    pub room: RoomId,
    /// Makes its holder the host. Given here once; the server keeps a hash only.
    pub host_key: HostKey,
    /// For guests: a path on the same server.
    pub join_url: String,
    /// For the host: the same with the key in the fragment.
    pub host_url: String,
}

/// Answer to `GET /api/rooms/{id}`: what may be known before joining.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RoomPage {
    /// The room.
    pub room: RoomId,
    /// How many people are inside.
    pub people: usize,
    /// How many may be.
    pub people_limit: usize,
    /// Whether somebody is recording right now.
    pub recording: bool,
}

/// Body of every HTTP error of the API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ErrorBody {
    /// What went wrong.
    #[cfg_attr(feature = "typescript", ts(type = "Code"))]
    pub code: Code,
    /// An English sentence.
    pub text: String,
}

impl From<Code> for ErrorBody {
    fn from(code: Code) -> Self {
        Self { code, text: code.text().into() }
    }
}
