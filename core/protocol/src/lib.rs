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
mod room;
mod server;

pub use client::{ClientMessage, DecodeError, Hello};
pub use code::{Action, CloseCode, Code};
pub use command::{Command, CommandName};
pub use event::{EndReason, Event, LeaveReason, StopReason};
pub use http::{CreateRoom, CreatedRoom, ErrorBody, HOST_KEY_FRAGMENT, RoomPage, join_path};
pub use ids::{HostKey, IdError, PersonId, RecordingId, RequestId, RoomId};
pub use limits::{Limits, Millis};
pub use room::{Person, Policies, RecordingKind, RecordingState, Role, RoomState, RunningRecording};
pub use server::{Envelope, IceServer, ServerMessage, Welcome};

/// The websocket subprotocol. The number is the protocol's major version.
pub const SUBPROTOCOL: &str = "hostreel.v1";

/// The protocol version that `hello` carries. A server refuses any other.
pub const VERSION: u32 = 1;
