//! How this page stands to the server and to the others.

use hostreel_protocol::Code;

/// The connection to the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Connection {
    /// The first attempt.
    #[default]
    Connecting,
    /// In the lobby: somebody has to let this page in.
    Waiting {
        /// Somebody who may do so was there when this page knocked.
        host_present: bool,
    },
    /// In the room.
    Open,
    /// Lost; trying again. Media between people may still flow.
    Reconnecting,
    /// The server is there, but has no seat for this page in the room any more, and said why. Media between people
    /// still flows.
    Adrift(Code),
}

/// The connection to one other person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Link {
    /// Being made.
    #[default]
    Connecting,
    /// Media can flow.
    Connected,
    /// Trouble, may pass.
    Unstable,
    /// No way through.
    Lost(Loss),
}

/// Why there is no connection to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// No way through the network, not even by a relay.
    NoRoute,
    /// No way through the network, and the server offers no relay (TURN).
    NoRelay,
    /// The other side does not answer.
    NoAnswer,
    /// The two browsers don't understand each other.
    Incompatible,
}

/// Why the meeting is over for this page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Out {
    /// The person left.
    Left,
    /// The person ended it for everybody.
    EndedByMe,
    /// The server said so.
    Code(Code),
    /// The connection could not be set up at all.
    NoConnection,
}

/// Whether joining again can help after the server said no.
#[must_use]
pub fn is_worth_another_try(code: Code) -> bool {
    !matches!(code, Code::RoomEnded | Code::RoomUnknown | Code::Removed | Code::Banned | Code::BadOrigin)
}
