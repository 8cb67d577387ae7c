//! What a mesh tells the page.

use std::rc::Rc;

use hostreel_negotiation::{LossCause, PeerState as NegotiatedState};
use hostreel_protocol::{Action, Code, Envelope, Event, PersonId, RequestId, RoomState};
use web_sys::MediaStream;

/// The three media lines of every connection, in this order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Slot {
    /// The microphone.
    Audio,
    /// The camera.
    Camera,
    /// The shared screen.
    Screen,
}

impl Slot {
    /// All of them, in the order of the media lines.
    pub const ALL: [Self; 3] = [Self::Audio, Self::Camera, Self::Screen];

    /// The place in [`Slot::ALL`].
    #[must_use]
    pub fn index(self) -> usize {
        match self {
            Self::Audio => 0,
            Self::Camera => 1,
            Self::Screen => 2,
        }
    }

    /// The track kind, as the browser names it.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Self::Audio => "audio",
            Self::Camera | Self::Screen => "video",
        }
    }

    /// Which stream of a person it belongs to.
    #[must_use]
    pub fn stream(self) -> StreamKind {
        match self {
            Self::Audio | Self::Camera => StreamKind::Face,
            Self::Screen => StreamKind::Screen,
        }
    }
}

/// A person's two streams.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum StreamKind {
    /// Microphone and camera.
    Face,
    /// The shared screen.
    Screen,
}

/// How the signaling is. Media goes on without it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ConnectionState {
    /// The first connection is being made.
    Connecting,
    /// In the room.
    Joined,
    /// The connection is lost and is tried again.
    Reconnecting {
        /// The how manieth try comes next, from 1.
        attempt: u32,
        /// The pause before it, in milliseconds.
        next_in_ms: u32,
    },
    /// The server has no seat for us any more, though we were in the room: it has forgotten the room
    /// ([`Code::RoomUnknown`]; it is not tried again), or the room is full or locked (it is tried again, and
    /// [`Self::Joined`] follows when that works). The people and what comes from them stay as they are, until the page
    /// leaves; but no command gets through, and nobody new is met. Told after every try that ends so.
    Adrift {
        /// What the server said.
        code: Code,
    },
    /// In the lobby: somebody has to let us in.
    Waiting {
        /// Somebody who may do so was there when we knocked.
        host_present: bool,
    },
    /// Over: left, refused, sent out or ended. Nothing more comes.
    Closed,
}

/// How the media connection with one person is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PeerState {
    /// It is being made.
    Connecting,
    /// Media flows.
    Connected,
    /// It has gaps and is being mended.
    Unstable,
    /// It could not be made or mended; it is tried again now and then.
    Lost {
        /// Why, as far as can be told.
        cause: PeerLoss,
    },
}

/// Why there is no connection with a person.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum PeerLoss {
    /// No way through the network was found.
    NoRoute {
        /// Whether a relay (TURN) was among what was tried.
        relay_tried: bool,
    },
    /// The other side does not answer.
    NoAnswer,
    /// The two browsers don't understand each other.
    Incompatible,
    /// This browser makes no more connections.
    NoConnection,
}

impl PeerLoss {
    /// A name that stays, for translations and logs.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NoRoute { relay_tried: true } => "no_route",
            Self::NoRoute { relay_tried: false } => "no_route_no_relay",
            Self::NoAnswer => "no_answer",
            Self::Incompatible => "incompatible",
            Self::NoConnection => "no_connection",
        }
    }
}

impl PeerState {
    pub(crate) fn new(state: NegotiatedState, relay_tried: bool) -> Self {
        match state {
            NegotiatedState::Connecting => Self::Connecting,
            NegotiatedState::Connected => Self::Connected,
            NegotiatedState::Unstable => Self::Unstable,
            NegotiatedState::Lost(cause) => Self::Lost {
                cause: match cause {
                    LossCause::NoRoute => PeerLoss::NoRoute { relay_tried },
                    LossCause::NoAnswer => PeerLoss::NoAnswer,
                    LossCause::Incompatible => PeerLoss::Incompatible,
                },
            },
        }
    }
}

/// What a mesh tells the page, one after the other. The page may call the mesh while it handles one.
#[derive(Clone, Debug)]
pub enum MeshEvent {
    /// The signaling changed.
    Connection(ConnectionState),
    /// The room as it is now: after joining, and after every event.
    Room {
        /// The whole room.
        state: Rc<RoomState>,
        /// What happened, and when; `None` right after joining (afresh).
        event: Option<Envelope>,
    },
    /// The server does not let us in. Not told when that leaves us [`ConnectionState::Adrift`].
    Refused {
        /// Why.
        code: Code,
        /// What follows. With [`Action::Stop`] the mesh is closed, else it tries again by itself.
        action: Action,
    },
    /// The server says goodbye.
    Bye {
        /// Why.
        code: Code,
        /// What follows. With [`Action::Stop`] the mesh is closed, else it tries again by itself.
        action: Action,
    },
    /// A command was carried out.
    Done {
        /// Which, as [`crate::Mesh::command`] gave it.
        id: RequestId,
    },
    /// A command was not carried out.
    Denied {
        /// Which, as [`crate::Mesh::command`] gave it.
        id: Option<RequestId>,
        /// Why.
        code: Code,
    },
    /// What comes from a person changed: a slot went on or off, or has another track in the same stream.
    Media {
        /// Who.
        person: PersonId,
        /// Microphone and camera. The same object for as long as the person stays; tracks come and go in it.
        stream: MediaStream,
        /// The shared screen, while there is one. The same object each time.
        screen: Option<MediaStream>,
        /// Whether there is a camera picture: else show a placeholder.
        has_camera: bool,
        /// Whether there is sound (also `false` while the host mutes this person).
        has_audio: bool,
    },
    /// The media connection with a person changed.
    Peer {
        /// Who.
        person: PersonId,
        /// How it is now.
        state: PeerState,
    },
}

impl MeshEvent {
    /// Whether the page may hear of it a little later: it is about who comes, and what comes from whom. All that somebody
    /// says or decides is told at once.
    pub(crate) fn can_wait(&self) -> bool {
        match self {
            Self::Connection(state) => *state == ConnectionState::Joined,
            Self::Room { event, .. } => {
                event.as_ref().is_none_or(|envelope| matches!(envelope.event, Event::Joined { .. }))
            }
            Self::Media { .. } | Self::Peer { .. } => true,
            _ => false,
        }
    }
}

/// What went over the connection with one person since it was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PersonStats {
    /// Who.
    pub person: PersonId,
    /// Media bytes received.
    pub bytes_received: u64,
    /// Media bytes sent.
    pub bytes_sent: u64,
    /// Pictures decoded.
    pub frames_decoded: u64,
    /// Pictures encoded for this person.
    pub frames_encoded: u64,
}
