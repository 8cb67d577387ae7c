//! The rules of one room: no I/O, reads no clock, knows no browser.
//!
//! Two functions: [`decide`] says what a command (or somebody coming or going) leads to, as events or as a refusal;
//! [`evolve`] applies an event and never fails. The server runs both; a client runs [`evolve`] on the events it
//! gets, so its picture is the server's. Who may do what is the table in [`permissions`].
//!
//! ```
//! use hostreel_protocol::{Command, Limits, Millis, PersonId, Policies, RecordingId, RecordingKind, RoomId};
//! use hostreel_room::{Input, Join, Room, decide, evolve};
//!
//! let mut room = Room::new(RoomId::from_random(7), Policies::default());
//! let mina = PersonId::parse("mina")?;
//! let now = Millis(1_000);
//! let join = Input::Join(Join { holds_key: true, ..Join::guest(mina.clone(), " Mina ") });
//! for envelope in room.number(now, decide(&room, &Limits::default(), now, &join)?) {
//!     evolve(&mut room, &envelope);
//! }
//! assert_eq!(room.state().host().map(|host| host.name.as_str()), Some("Mina"));
//!
//! let record = Input::Command {
//!     by: mina,
//!     command: Command::StartRecording { kind: RecordingKind::Video },
//!     new_recording: RecordingId::parse("r1")?,
//! };
//! assert_eq!(decide(&room, &Limits::default(), now, &record)?.len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod asked;
mod decide;
mod door;
mod draft;
mod evolve;
mod input;
mod lookalike;
mod name;
pub mod permissions;
mod room;
mod text;
mod time;

pub use decide::{decide, may_signal};
pub use evolve::{CHAT_BYTES, CHAT_MESSAGES, evolve};
pub use input::{BRIEFLY_MS, Denied, Input, Join, Keep, Restore};
pub use name::clean_name;
pub use room::Room;
pub use time::next_due;
