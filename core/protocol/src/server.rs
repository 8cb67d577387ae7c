//! From the server to the client.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::client::Head;
use crate::{
    Action, Code, DecodeError, Event, Limits, Millis, PersonId, RequestId, ResumeToken, RoomState, SessionId,
};

/// The answer to `hello`: the sender is in the room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Welcome {
    /// Who the receiver is in this room.
    pub you: PersonId,
    /// The receiver's seat: the same after a resume.
    pub session: SessionId,
    /// The secret that takes the seat back after a lost connection. Good for one use; `welcome` and `session` bring
    /// the next.
    pub resume: ResumeToken,
    /// The seat was taken back, `you` is who the receiver was before.
    #[serde(default)]
    pub resumed: bool,
    /// The room's revision: the same as `room.rev`.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub rev: u64,
    /// The room as it is, the receiver included. Events from `room.rev + 1` on follow.
    pub room: RoomState,
    /// After a resume: the events after the `rev` that the client had, as far as the room; they are in `room` already.
    /// Absent when the server has no longer all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub missed: Option<Vec<Envelope>>,
    /// The server's clock, so that clients can show times that agree.
    pub now: Millis,
    /// For `RTCPeerConnection`.
    #[serde(default)]
    pub ice_servers: Vec<IceServer>,
    /// What the server allows.
    pub limits: Limits,
    /// Name and version of the server.
    pub server: String,
    /// Optional parts of the protocol that the server knows, see [`crate::FEATURES`].
    #[serde(default)]
    pub features: Vec<String>,
}

/// The answer to `hello` while the room has a lobby: `welcome` or `refused` follows when somebody decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Waiting {
    /// Who the receiver is, and will be in the room.
    pub you: PersonId,
    /// The name that others see, cleaned.
    pub name: String,
    /// Whether the host or a co-host is there to decide.
    pub host_present: bool,
    /// The server's clock.
    pub now: Millis,
    /// What the server allows.
    pub limits: Limits,
    /// Name and version of the server.
    pub server: String,
}

/// A STUN or TURN server (WebRTC §4.2.4 `RTCIceServer`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct IceServer {
    /// `stun:` or `turn:` addresses.
    pub urls: Vec<String>,
    /// For TURN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub username: Option<String>,
    /// For TURN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub credential: Option<String>,
}

/// An event with its place in the room's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Envelope {
    /// The room's revision after this event; grows by one.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub rev: u64,
    /// When the server decided it.
    pub at: Millis,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// A message from the server.
#[derive(Debug, Clone)]
pub enum ServerMessage {
    /// `welcome`: you are in.
    Welcome(Box<Welcome>),
    /// `waiting`: you are in the lobby.
    Waiting(Box<Waiting>),
    /// `session`: the receiver's next resume secret, as its role or the room changed.
    Session {
        /// Takes the place of the one before.
        resume: ResumeToken,
    },
    /// `ice_servers`: the credentials of those in `welcome`, or of the message of this kind before, end soon; these take
    /// their place for everything that is negotiated from here on.
    IceServers {
        /// All of them.
        ice_servers: Vec<IceServer>,
    },
    /// `refused`: you are not; the socket is closed after this.
    Refused {
        /// Why.
        code: Code,
        /// An English sentence.
        text: String,
        /// What to do.
        action: Action,
    },
    /// `done`: the command was carried out.
    Done {
        /// Which.
        id: RequestId,
    },
    /// `denied`: the command was not carried out and nobody else hears of it.
    Denied {
        /// Which; absent when the message could not be read that far.
        id: Option<RequestId>,
        /// Why.
        code: Code,
        /// An English sentence.
        text: String,
    },
    /// `event`: something happened in the room.
    Event(Envelope),
    /// `signal`: from another person in the room, stamped by the server.
    Signal {
        /// From whom, truly.
        from: PersonId,
        /// Any JSON.
        data: Box<RawValue>,
    },
    /// `ping`: answer with `pong`.
    Ping,
    /// `pong`: the answer to the client's `ping`.
    Pong,
    /// `bye`: the server closes the socket after this.
    Bye {
        /// Why.
        code: Code,
        /// An English sentence.
        text: String,
        /// What to do.
        action: Action,
        /// Wait this long before trying again, in milliseconds.
        retry_after_ms: Option<u64>,
    },
}

#[derive(Deserialize)]
struct SignalFrom {
    from: PersonId,
    data: Box<RawValue>,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Wire {
    Welcome(Box<Welcome>),
    Waiting(Box<Waiting>),
    Session {
        resume: ResumeToken,
    },
    IceServers {
        ice_servers: Vec<IceServer>,
    },
    Refused {
        code: Code,
        text: String,
        action: Action,
    },
    Done {
        id: RequestId,
    },
    Denied {
        #[serde(default)]
        id: Option<RequestId>,
        code: Code,
        text: String,
    },
    Event(Envelope),
    Ping,
    Pong,
    Bye {
        code: Code,
        text: String,
        action: Action,
        #[serde(default, rename = "retry_after", skip_serializing_if = "Option::is_none")]
        retry_after_ms: Option<u64>,
    },
}

impl ServerMessage {
    /// The refusal for a code, with its text and action.
    #[must_use]
    pub fn refused(code: Code) -> Self {
        Self::Refused { code, text: code.text().into(), action: code.action() }
    }

    /// The denial of a request, with the code's text.
    #[must_use]
    pub fn denied(id: Option<RequestId>, code: Code) -> Self {
        Self::Denied { id, code, text: code.text().into() }
    }

    /// The goodbye for a code, with its text and action.
    #[must_use]
    pub fn bye(code: Code, retry_after_ms: Option<u64>) -> Self {
        Self::Bye { code, text: code.text().into(), action: code.action(), retry_after_ms }
    }

    /// Reads one text message.
    ///
    /// # Errors
    /// [`DecodeError`] when it is not a JSON object of a known `type` with its fields.
    pub fn decode(text: &str) -> Result<Self, DecodeError> {
        let head: Head<'_> = serde_json::from_str(text).map_err(|error| DecodeError::new(&error, None))?;
        let wrong = |error: serde_json::Error| DecodeError::new(&error, head.id);
        if head.kind == "signal" {
            let SignalFrom { from, data } = serde_json::from_str(text).map_err(wrong)?;
            return Ok(Self::Signal { from, data });
        }
        Ok(match serde_json::from_str(text).map_err(wrong)? {
            Wire::Welcome(welcome) => Self::Welcome(welcome),
            Wire::Waiting(waiting) => Self::Waiting(waiting),
            Wire::Session { resume } => Self::Session { resume },
            Wire::IceServers { ice_servers } => Self::IceServers { ice_servers },
            Wire::Refused { code, text, action } => Self::Refused { code, text, action },
            Wire::Done { id } => Self::Done { id },
            Wire::Denied { id, code, text } => Self::Denied { id, code, text },
            Wire::Event(envelope) => Self::Event(envelope),
            Wire::Ping => Self::Ping,
            Wire::Pong => Self::Pong,
            Wire::Bye { code, text, action, retry_after_ms } => {
                Self::Bye { code, text, action, retry_after_ms }
            }
        })
    }

    /// Writes the message as JSON.
    #[must_use]
    pub fn encode(&self) -> String {
        let wire = match self {
            Self::Signal { from, data } => return Self::encode_signal(from, data),
            Self::Welcome(welcome) => Wire::Welcome(welcome.clone()),
            Self::Waiting(waiting) => Wire::Waiting(waiting.clone()),
            Self::Session { resume } => Wire::Session { resume: resume.clone() },
            Self::IceServers { ice_servers } => Wire::IceServers { ice_servers: ice_servers.clone() },
            Self::Refused { code, text, action } => {
                Wire::Refused { code: *code, text: text.clone(), action: *action }
            }
            Self::Done { id } => Wire::Done { id: *id },
            Self::Denied { id, code, text } => Wire::Denied { id: *id, code: *code, text: text.clone() },
            Self::Event(envelope) => Wire::Event(envelope.clone()),
            Self::Ping => Wire::Ping,
            Self::Pong => Wire::Pong,
            Self::Bye { code, text, action, retry_after_ms } => Wire::Bye {
                code: *code,
                text: text.clone(),
                action: *action,
                retry_after_ms: *retry_after_ms,
            },
        };
        // Strings and numbers always serialize.
        serde_json::to_string(&wire).unwrap_or_default()
    }

    /// Writes a `signal` without copying its content first: the relay's hot path.
    #[must_use]
    pub fn encode_signal(from: &PersonId, data: &RawValue) -> String {
        let (from, data) = (from.as_str(), data.get());
        // An id has nothing that would have to be escaped. The right size at once: no growing.
        let mut text = String::with_capacity(40 + from.len() + data.len());
        text.push_str(r#"{"type":"signal","from":""#);
        text.push_str(from);
        text.push_str(r#"","data":"#);
        text.push_str(data);
        text.push('}');
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{LeaveReason, Policies, RoomId};

    fn round(message: &ServerMessage) -> String {
        let text = message.encode();
        let again = ServerMessage::decode(&text).unwrap();
        assert_eq!(format!("{message:?}"), format!("{again:?}"));
        text
    }

    #[test]
    fn events_are_flat() {
        let text = round(&ServerMessage::Event(Envelope {
            rev: 4,
            at: Millis(99),
            event: Event::Left { person: PersonId::parse("p").unwrap(), reason: LeaveReason::Lost },
        }));
        assert_eq!(text, r#"{"type":"event","rev":4,"at":99,"what":"left","person":"p","reason":"lost"}"#);
    }

    #[test]
    fn every_kind_reads_back() {
        let room = RoomState::new(RoomId::from_random(9), Policies::default());
        round(&ServerMessage::Welcome(Box::new(Welcome {
            you: PersonId::parse("me").unwrap(),
            session: SessionId::parse("me").unwrap(),
            resume: ResumeToken::parse("secret").unwrap(),
            resumed: true,
            rev: 0,
            room,
            missed: Some(Vec::new()),
            now: Millis(5),
            ice_servers: vec![IceServer { urls: vec!["stun:a".into()], username: None, credential: None }],
            limits: Limits::default(),
            server: "t".into(),
            features: vec!["lobby".into()],
        })));
        round(&ServerMessage::Waiting(Box::new(Waiting {
            you: PersonId::parse("me").unwrap(),
            name: "Mina".into(),
            host_present: false,
            now: Millis(5),
            limits: Limits::default(),
            server: "t".into(),
        })));
        round(&ServerMessage::Session { resume: ResumeToken::parse("secret").unwrap() });
        let stun = IceServer { urls: vec!["stun:a".into()], username: None, credential: None };
        let text = round(&ServerMessage::IceServers { ice_servers: vec![stun] });
        assert_eq!(text, r#"{"type":"ice_servers","ice_servers":[{"urls":["stun:a"]}]}"#);
        round(&ServerMessage::refused(Code::RoomFull));
        round(&ServerMessage::denied(None, Code::Malformed));
        round(&ServerMessage::denied(Some(RequestId(1)), Code::NotAllowed));
        round(&ServerMessage::Done { id: RequestId(2) });
        round(&ServerMessage::bye(Code::ServerStopping, Some(500)));
        round(&ServerMessage::Ping);
        round(&ServerMessage::Pong);
        let data = RawValue::from_string("[1,2]".into()).unwrap();
        round(&ServerMessage::Signal { from: PersonId::parse("x").unwrap(), data });
    }
}
