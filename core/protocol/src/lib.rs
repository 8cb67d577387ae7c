//! What Hostreel clients and servers say to each other: pure data, serde only. No I/O, reads no clock, knows no
//! browser.
//!
//! Messages are flat JSON objects on one websocket (subprotocol [`SUBPROTOCOL`]), tagged by `type`. Read them with
//! [`ClientMessage::decode`] and [`ServerMessage::decode`], write them with `encode`. `docs/PROTOCOL.md` is the same
//! in prose.

mod client;
mod code;
mod command;
mod event;
mod http;
mod ids;
mod limits;
mod policy;
mod recording;
mod room;
mod server;

pub use client::{ClientMessage, DecodeError, Hello, SignalRef};
pub use code::{Action, Audience, CloseCode, Code};
pub use command::{Command, CommandName};
pub use event::{EndReason, Event, KnockEnd, LeaveReason, StopReason};
pub use http::{CreateRoom, CreatedRoom, ErrorBody, HOST_KEY_FRAGMENT, RoomPage, join_path};
pub use ids::{
    HostKey, IdError, JoinToken, Mark, PersonId, RecordingId, RequestId, ResumeToken, RoomId, SECRET_BYTES,
    SessionId, VisitorId,
};
pub use limits::{Limits, Millis};
pub use policy::{ConsentPolicy, Policies, PolicyChange, Succession};
pub use recording::{Consent, ConsentAnswer, ConsentState, RecordingKind, RecordingState, RunningRecording};
pub use room::{ChatMessage, Person, Role, RoomState, WaitingPerson};
pub use server::{Envelope, IceServer, ServerMessage, Waiting, Welcome};

/// The websocket subprotocol. The number is the protocol's major version.
pub const SUBPROTOCOL: &str = "hostreel.v1";

/// The protocol version that `hello` carries. A server refuses any other.
pub const VERSION: u32 = 1;

/// Optional parts of the protocol that this version of the code speaks. Each side lists its own, in `hello` and in
/// `welcome`; what the other does not list is not to be relied on.
pub const FEATURES: [&str; 4] = ["resume", "lobby", "consent", "chat"];
