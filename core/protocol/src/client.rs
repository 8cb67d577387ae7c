//! From the client to the server.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{
    Code, Command, HostKey, JoinToken, PersonId, Policies, RequestId, ResumeToken, RoomId, VisitorId,
};

/// The first message on a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Hello {
    /// The protocol version, see [`crate::VERSION`].
    pub version: u32,
    /// Optional parts of the protocol that the client knows, see [`crate::FEATURES`].
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<String>>"))]
    pub features: Vec<String>,
    /// The room to join.
    pub room: RoomId,
    /// The name to show, cleaned by the server.
    pub name: String,
    /// The host key, from who has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub host_key: Option<HostKey>,
    /// A pass from a login of one's own, or an invitation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub token: Option<JoinToken>,
    /// Stands for a browser or a device in this one room, so that who was banned does not come back by the link: any
    /// text that the client makes and keeps. Another one in each room, lest it be followed from room to room.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub visitor: Option<VisitorId>,
    /// Take a seat back: the last `resume` that the server gave. `host_key` and `token` are not looked at then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub resume: Option<ResumeToken>,
    /// With `resume`: the last event that the client has; what came after it is told again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
    pub rev: Option<u64>,
}

/// A message from a client.
#[derive(Debug, Clone)]
pub enum ClientMessage {
    /// `hello`: join a room.
    Hello(Hello),
    /// `signal`: something for one other person, that the server does not look into.
    Signal {
        /// For whom.
        to: PersonId,
        /// Any JSON.
        data: Box<RawValue>,
    },
    /// `ping`: answered by `pong`. Browsers can't see the websocket's own pings.
    Ping,
    /// `pong`: the answer to the server's `ping`.
    Pong,
    /// `back_soon`: the page is being closed or loaded anew, which looks the same to it. The server ends the connection
    /// and keeps the seat for a moment.
    BackSoon,
    /// Any command, tagged by its own name.
    Command {
        /// Comes back in the answer.
        id: RequestId,
        /// What to do.
        command: Command,
    },
}

/// Why a message can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unreadable message: {reason}")]
pub struct DecodeError {
    /// What is wrong with it, for a developer's eyes.
    pub reason: String,
    /// The request it would have been, if that much could be read.
    pub id: Option<RequestId>,
}

impl DecodeError {
    /// The code that answers it: always [`Code::Malformed`].
    #[must_use]
    pub fn code(&self) -> Code {
        Code::Malformed
    }

    pub(crate) fn new(error: &serde_json::Error, id: Option<RequestId>) -> Self {
        Self { reason: error.to_string(), id }
    }
}

#[derive(Deserialize)]
pub(crate) struct Head<'a> {
    #[serde(borrow, rename = "type")]
    pub(crate) kind: Cow<'a, str>,
    #[serde(default)]
    pub(crate) id: Option<RequestId>,
}

#[derive(Deserialize)]
struct SignalTo {
    to: PersonId,
    data: Box<RawValue>,
}

/// A `signal` of a client that borrows its content from the message: the relay's hot path copies it once, into what is
/// sent on.
#[derive(Debug, Clone, Copy)]
pub struct SignalRef<'a> {
    /// For whom, as written: an id, or nobody's.
    pub to: &'a str,
    /// Any JSON.
    pub data: &'a RawValue,
}

impl<'a> SignalRef<'a> {
    /// Reads a message that is a `signal` and looks like one at its beginning. `None` means nothing: read it with
    /// [`ClientMessage::decode`].
    #[must_use]
    pub fn read(text: &'a str) -> Option<Self> {
        #[derive(Deserialize)]
        struct Wire<'a> {
            r#type: &'a str,
            to: &'a str,
            #[serde(borrow)]
            data: &'a RawValue,
        }
        // A look at the beginning spares all other messages a second reading.
        let begin = &text.as_bytes()[..text.len().min(32)];
        if !begin.windows(8).any(|eight| eight == b"\"signal\"") {
            return None;
        }
        let Wire { r#type, to, data } = serde_json::from_str(text).ok()?;
        (r#type == "signal").then_some(Self { to, data })
    }
}

#[derive(Deserialize)]
struct SetPolicies {
    policies: Policies,
}

impl ClientMessage {
    /// Reads one text message. Unknown fields are ignored, so that newer clients can talk to older servers.
    ///
    /// # Errors
    /// [`DecodeError`] when it is not a JSON object of a known `type` with its fields.
    pub fn decode(text: &str) -> Result<Self, DecodeError> {
        let head: Head<'_> = serde_json::from_str(text).map_err(|error| DecodeError::new(&error, None))?;
        let wrong = |error: serde_json::Error| DecodeError::new(&error, head.id);
        match head.kind.as_ref() {
            "hello" => serde_json::from_str(text).map(Self::Hello).map_err(wrong),
            "signal" => {
                let SignalTo { to, data } = serde_json::from_str(text).map_err(wrong)?;
                Ok(Self::Signal { to, data })
            }
            "ping" => Ok(Self::Ping),
            "pong" => Ok(Self::Pong),
            "back_soon" => Ok(Self::BackSoon),
            kind => {
                let command = match kind {
                    // The name before `set_policy`.
                    "set_policies" => {
                        let SetPolicies { policies } = serde_json::from_str(text).map_err(wrong)?;
                        Command::SetPolicy { change: policies.into() }
                    }
                    _ => serde_json::from_str(text).map_err(wrong)?,
                };
                let Some(id) = head.id else {
                    return Err(DecodeError { reason: "a command needs an `id`".into(), id: None });
                };
                Ok(Self::Command { id, command })
            }
        }
    }

    /// Writes the message as JSON.
    #[must_use]
    pub fn encode(&self) -> String {
        #[derive(Serialize)]
        #[serde(tag = "type", rename_all = "snake_case")]
        enum Wire<'a> {
            Hello(&'a Hello),
            Ping,
            Pong,
            BackSoon,
        }
        #[derive(Serialize)]
        struct Signal<'a> {
            r#type: &'static str,
            to: &'a PersonId,
            data: &'a RawValue,
        }
        #[derive(Serialize)]
        struct Request<'a> {
            id: RequestId,
            #[serde(flatten)]
            command: &'a Command,
        }
        let json = match self {
            Self::Hello(hello) => serde_json::to_string(&Wire::Hello(hello)),
            Self::Ping => serde_json::to_string(&Wire::Ping),
            Self::Pong => serde_json::to_string(&Wire::Pong),
            Self::BackSoon => serde_json::to_string(&Wire::BackSoon),
            Self::Signal { to, data } => serde_json::to_string(&Signal { r#type: "signal", to, data }),
            Self::Command { id, command } => serde_json::to_string(&Request { id: *id, command }),
        };
        // Strings and numbers always serialize.
        json.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RecordingKind;

    fn round(message: &ClientMessage) -> String {
        let text = message.encode();
        let again = ClientMessage::decode(&text).unwrap();
        assert_eq!(format!("{message:?}"), format!("{again:?}"));
        text
    }

    #[test]
    fn commands_are_flat() {
        let text = round(&ClientMessage::Command {
            id: RequestId(7),
            command: Command::StartRecording { kind: RecordingKind::Audio },
        });
        assert_eq!(text, r#"{"id":7,"type":"start_recording","kind":"audio"}"#);
    }

    #[test]
    fn hello_and_signal_read_back() {
        round(&ClientMessage::Hello(Hello {
            version: 1,
            features: vec![],
            room: RoomId::from_random(5),
            name: "민아".into(),
            host_key: Some(HostKey::parse("k").unwrap()),
            token: Some(JoinToken::parse("a.b.c").unwrap()),
            visitor: Some(VisitorId::parse("v").unwrap()),
            resume: Some(ResumeToken::parse("s.t").unwrap()),
            rev: Some(4),
        }));
        round(&ClientMessage::Command {
            id: RequestId(8),
            command: Command::SetPolicy { change: Policies::default().into() },
        });
        let data = RawValue::from_string(r#"{"sdp":"v=0\r\n","n":1.50}"#.into()).unwrap();
        let text = round(&ClientMessage::Signal { to: PersonId::parse("b").unwrap(), data });
        // Opaque: not even a number is written anew.
        assert!(text.contains("1.50"));
    }

    #[test]
    fn a_signal_is_read_without_copying() {
        let text = r#"{"type":"signal","to":"b","data":{"n":1.50}}"#;
        let signal = SignalRef::read(text).unwrap();
        assert_eq!((signal.to, signal.data.get()), ("b", r#"{"n":1.50}"#));
        // What it can't take is left to the other way.
        for text in [
            r#"{"to":"b","data":{"a":"long enough to hide the type"},"type":"signal"}"#,
            r#"{"type":"chat","id":1,"text":"\"signal\""}"#,
            r#"{"type":"chat","to":"signal","data":1}"#,
            r#"{"type":"signal","to":"b"}"#,
            r#"{"type":"signal""#,
        ] {
            assert!(SignalRef::read(text).is_none(), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_the_request() {
        let error =
            ClientMessage::decode(r#"{"type":"start_recording","id":3,"kind":"hologram"}"#).unwrap_err();
        assert_eq!(error.id, Some(RequestId(3)));
        assert!(error.reason.contains("hologram"));
        for text in ["", "[]", "{}", "null", r#"{"type":"fly","id":1}"#, r#"{"type":"end_room"}"#] {
            assert_eq!(ClientMessage::decode(text).unwrap_err().code(), Code::Malformed, "{text}");
        }
    }
}
