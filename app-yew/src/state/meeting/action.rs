//! What happens in a meeting, and what has to be done about it.

use std::rc::Rc;

use hostreel_protocol::{
    Code, Command, CommandName, Envelope, PersonId, RecordingKind, RequestId, RoomState,
};

use super::{Connection, Link, Media, Out, recording};
use crate::state::toasts::Message;

/// What has to be done in the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Send a command.
    Send(Command),
    /// Build the mix and start the recorder.
    StartRecorder(RecordingKind),
    /// Pause the recorder.
    PauseRecorder,
    /// Let the recorder go on.
    ResumeRecorder,
    /// Stop the recorder, complete the file.
    StopRecorder,
    /// Leave the mesh.
    Leave,
}

/// What happens in a meeting.
#[derive(Debug, Clone, PartialEq)]
pub enum Action<S> {
    /// The connection to the server changed.
    Connection(Connection),
    /// The room as it is now, and the event that led to it (none: a welcome).
    Room {
        /// Who this page is.
        you: PersonId,
        /// The room.
        room: Rc<RoomState>,
        /// What happened.
        event: Option<Envelope>,
    },
    /// The server has no place for this page (any more).
    Out(Out),
    /// Something comes from another person.
    Media(PersonId, Media<S>),
    /// The connection to another person changed.
    Link(PersonId, Link),
    /// The person wants a command sent.
    Command(Command),
    /// A command was sent under this number.
    Sent(RequestId, CommandName),
    /// The server carried it out.
    Done(RequestId),
    /// The server refused it.
    Denied(Option<RequestId>, Code),
    /// Something about the own recording.
    Recording(recording::Input),
    /// The chat was opened or closed.
    LookAtChat(bool),
    /// The reaction of this number was shown long enough.
    Fade(u64),
    /// The person leaves.
    Leave,
    /// Show a message.
    Show(Message),
    /// A message was shown long enough.
    Dismiss(u64),
    /// Effects before this number were carried out.
    Drained(u64),
}
