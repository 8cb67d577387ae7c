//! Stable codes of everything that can be refused, and what the client should do about it.

use serde::{Deserialize, Serialize};

/// What a client does next after a refusal or a goodbye.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Action {
    /// Connect again after a while, with growing, jittered pauses.
    Retry,
    /// Connect again and take the seat back.
    Resume,
    /// Join afresh: the old seat is gone.
    Rejoin,
    /// Don't try again by itself: a person must change something.
    Stop,
}

/// Whom a code is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Audience {
    /// Somebody has to know or do something: show it.
    Person,
    /// The client handles it by itself; at most say that it is reconnecting.
    Client,
    /// A fault in the client's code, or in what runs the server: log it.
    Developer,
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal, $audience:ident, $action:ident, $text:literal;)+) => {
        /// Why something was refused or ended. The text form is stable; new ones may be added.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[doc = $doc])+ $variant,)+
            /// A code of a newer server that this client does not know.
            Unknown,
        }

        impl Code {
            /// All known codes.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The stable text form, for instance `room_full`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ Self::Unknown => "unknown" }
            }

            /// Whom it is for.
            #[must_use]
            pub fn audience(self) -> Audience {
                match self { $(Self::$variant => Audience::$audience,)+ Self::Unknown => Audience::Person }
            }

            /// What the client does next.
            #[must_use]
            pub fn action(self) -> Action {
                match self { $(Self::$variant => Action::$action,)+ Self::Unknown => Action::Stop }
            }

            /// One English sentence for logs and for clients without an own translation.
            #[must_use]
            pub fn text(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ Self::Unknown => "The server refused this." }
            }

            /// Reads the text form; what is not known is [`Code::Unknown`].
            #[must_use]
            pub fn parse(text: &str) -> Self {
                match text { $($name => Self::$variant,)+ _ => Self::Unknown }
            }
        }
    };
}

codes! {
    /// Not JSON, or not an object with the fields that its type needs.
    Malformed = "malformed", Developer, Stop, "The message could not be read. Send one JSON object of a known type.";
    /// The `hello` has another protocol version.
    WrongVersion = "wrong_version", Person, Stop, "This client speaks another protocol version. Reload the page.";
    /// The first message was not `hello`.
    HelloExpected = "hello_expected", Developer, Stop, "Say hello first.";
    /// No `hello` within the limit.
    HelloTimeout = "hello_timeout", Client, Retry, "No hello came in time.";
    /// A second `hello` on one connection.
    AlreadyJoined = "already_joined", Developer, Stop, "This connection has joined already.";
    /// There is no such room (or it may not be known to you).
    RoomUnknown = "room_unknown", Person, Stop, "There is no such room. Ask for a new link.";
    /// The room has as many people as it may have.
    RoomFull = "room_full", Person, Stop, "The room is full.";
    /// The room lets nobody in.
    RoomLocked = "room_locked", Person, Stop, "The room is locked.";
    /// The room was ended.
    RoomEnded = "room_ended", Person, Stop, "The meeting has ended.";
    /// The server has as many rooms or connections as it may have.
    ServerFull = "server_full", Person, Retry, "The server is full. Try again later.";
    /// The host key does not fit the room.
    BadHostKey = "bad_host_key", Person, Stop, "This host link is not valid for the room.";
    /// The name is empty or too long after cleaning.
    BadName = "bad_name", Person, Stop, "Give a name of 1 to 40 characters.";
    /// The role (or a missing grant) does not allow it.
    NotAllowed = "not_allowed", Person, Stop, "You may not do this in this room.";
    /// The person meant is not in the room.
    NoSuchPerson = "no_such_person", Person, Stop, "This person is not in the room.";
    /// The command does not fit what is going on (a second recording, a pause of what does not run).
    WrongState = "wrong_state", Person, Stop, "This does not fit what is going on in the room.";
    /// Somebody is recording already.
    AlreadyRecording = "already_recording", Person, Stop, "Somebody is recording already.";
    /// Nothing is being recorded.
    NotRecording = "not_recording", Person, Stop, "Nothing is being recorded.";
    /// A message over the limit.
    TooLarge = "too_large", Developer, Stop, "The message is larger than the server allows.";
    /// More messages than the limit.
    TooFast = "too_fast", Client, Retry, "Too many messages. Slow down.";
    /// The client did not read what was sent to it.
    SlowReader = "slow_reader", Client, Resume, "The connection was too slow for the room.";
    /// Nothing was heard for longer than the limit.
    IdleTimeout = "idle_timeout", Client, Resume, "Nothing was heard for too long.";
    /// Removed by the host or a co-host.
    Removed = "removed", Person, Stop, "You were removed from the meeting.";
    /// The same host key or session came in from elsewhere: the newer connection holds the seat.
    Replaced = "replaced", Person, Stop, "This place in the meeting was taken from somewhere else.";
    /// Removed, with the door shut: not before the room has ended.
    Banned = "banned", Person, Stop, "You may not come back to this meeting.";
    /// Waited in the lobby, and was sent away.
    NotAdmitted = "not_admitted", Person, Stop, "The host did not let you in.";
    /// The seat to resume is gone: the grace time is over, or the secret is not (or no longer) the right one.
    SessionUnknown = "session_unknown", Client, Rejoin, "Your place in the meeting was not kept. Join again.";
    /// The join token is forged, for another room, or over.
    BadToken = "bad_token", Person, Stop, "This pass is not valid for the room. Get a new one.";
    /// A chat message or reaction is empty or too long after cleaning.
    BadText = "bad_text", Person, Stop, "Write something, and not too long.";
    /// More bans than a room keeps.
    TooMany = "too_many", Person, Stop, "There are too many of these already.";
    /// The page comes from an address that the server does not allow.
    BadOrigin = "bad_origin", Developer, Stop, "This page may not use this server.";
    /// The server is stopping.
    ServerStopping = "server_stopping", Client, Retry, "The server is restarting.";
    /// The server can't decide anything at the moment: it has no connection to what it shares with other servers.
    TryAgain = "try_again", Person, Retry, "The server can't do this at the moment. Try again.";
    /// A fault of the server's own.
    Internal = "internal", Developer, Retry, "The server has a problem. Try again.";
}

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::parse(&std::borrow::Cow::<str>::deserialize(deserializer)?))
    }
}

/// Websocket close codes (RFC 6455 §7.4.2: 4000 to 4999 are an application's own).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CloseCode {
    /// 1000: left, removed or ended; nothing more to come.
    Done,
    /// 1001: the server is going away.
    Away,
    /// 1009: a message over the limit.
    TooLarge,
    /// 4400: what was sent can't be read, or not at this moment.
    Protocol,
    /// 4403: refused.
    Refused,
    /// 4408: too slow, silent or late.
    Timeout,
}

impl CloseCode {
    /// The number on the wire.
    #[must_use]
    pub fn number(self) -> u16 {
        match self {
            Self::Done => 1000,
            Self::Away => 1001,
            Self::TooLarge => 1009,
            Self::Protocol => 4400,
            Self::Refused => 4403,
            Self::Timeout => 4408,
        }
    }
}

impl From<Code> for CloseCode {
    fn from(code: Code) -> Self {
        match code {
            Code::RoomEnded | Code::Removed | Code::Banned | Code::Replaced => Self::Done,
            Code::ServerStopping => Self::Away,
            Code::TooLarge => Self::TooLarge,
            Code::Malformed | Code::WrongVersion | Code::HelloExpected | Code::AlreadyJoined => {
                Self::Protocol
            }
            Code::HelloTimeout | Code::IdleTimeout | Code::SlowReader | Code::TooFast => Self::Timeout,
            _ => Self::Refused,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_reads_back_and_has_a_text() {
        for code in Code::ALL {
            assert_eq!(Code::parse(code.as_str()), *code);
            assert!(code.text().ends_with('.'), "{code:?}");
        }
    }

    #[test]
    fn a_newer_code_is_kept_as_unknown() {
        assert_eq!(serde_json::from_str::<Code>("\"from_the_future\"").unwrap(), Code::Unknown);
    }
}
