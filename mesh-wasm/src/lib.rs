//! A full mesh of WebRTC connections for a Hostreel room, in the browser.
//!
//! Thin: it moves data between the browser (`browser/`, one JS class per file) and the pure crates, which decide:
//! `hostreel-negotiation` for each connection, `hostreel-room` for the room. No media ever goes through the server.

mod ahead;
mod backoff;
mod browser;
mod error;
mod event;
mod lines;
mod local;
mod mesh;
mod options;
mod person;
mod quality;
mod refusal;
mod remote;
mod session;
mod shared;
mod slots;
mod tuning;
mod wake;

pub use ahead::Ahead;
pub use error::MeshError;
pub use event::{ConnectionState, MeshEvent, PeerLoss, PeerState, PersonStats, Slot, StreamKind};
pub use mesh::Mesh;
pub use options::{Options, Seat};
