//! What goes into a [`crate::Negotiator`] and what comes out of it.

use crate::{Candidate, Generation, Signal};

/// A point in time, in milliseconds of any clock that only goes forward.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Millis(pub u64);

impl Millis {
    pub(crate) fn plus(self, milliseconds: u64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }
}

/// Who makes the first offer of every connection. It also owns making a connection anew, so that two fresh connections
/// never offer to each other: their media lines would not pair up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Was in the room first: adds the media lines and offers.
    Offerer,
    /// Came later: adds nothing, takes the media lines of the offer.
    Answerer,
}

/// The two kinds of descriptions that are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DescriptionKind {
    /// `offer`.
    Offer,
    /// `answer`.
    Answer,
}

/// A session description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// Offer or answer.
    pub kind: DescriptionKind,
    /// Its text (RFC 8866).
    pub sdp: String,
}

/// `RTCPeerConnection.connectionState`, as far as it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TransportState {
    /// `new` or `connecting`.
    Connecting,
    /// `connected`.
    Connected,
    /// `disconnected`: may come back by itself.
    Disconnected,
    /// `failed`: does not come back by itself.
    Failed,
}

/// What a connection of the browser reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Report {
    /// `negotiationneeded`.
    NegotiationNeeded,
    /// The wanted local description is set: this is it.
    LocalDescription(Description),
    /// The given remote description is set.
    RemoteDescription,
    /// The description that was wanted last could not be set.
    DescriptionFailed,
    /// A local candidate was found.
    Candidate(Candidate),
    /// The state of the transport changed.
    Transport(TransportState),
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Begin: the first connection exists.
    Start,
    /// A message of the other end.
    Signal(Signal),
    /// The browser's connection of this generation reports something. What an older one reports is ignored.
    Report(Generation, Report),
    /// [`crate::Negotiator::deadline`] is reached.
    Tick,
    /// The way to the other end through the server is cut; media may go on.
    SignalingLost,
    /// The way through the server is back; messages may have been lost.
    SignalingResumed,
    /// The same, after a short interruption in which both ends kept their seats: a connection that works is left alone.
    SignalingBack,
}

/// What has to be done, in this order. The browser's operations take time: each `Set…` is answered by a [`Report`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// `setLocalDescription()` without arguments.
    SetLocalDescription,
    /// `setRemoteDescription(description)`. On the answering side the local tracks are put in place after it.
    SetRemoteDescription(Description),
    /// `addIceCandidate(candidate)`. Its failure is of no consequence.
    AddCandidate(Candidate),
    /// `restartIce()`.
    RestartIce,
    /// Bring this to the other end, in order.
    Send(Signal),
    /// Close the connection, make a new one of this generation.
    Recreate(Generation),
    /// Tell the user.
    State(PeerState),
}

/// The connection as a user sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PeerState {
    /// Being made.
    Connecting,
    /// Media flows.
    Connected,
    /// Interrupted, being mended.
    Unstable,
    /// Could not be made or mended. It is still tried now and then.
    Lost(LossCause),
}

/// Why there is no connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LossCause {
    /// No pair of candidates worked.
    NoRoute,
    /// The other end never answered.
    NoAnswer,
    /// A description could not be set.
    Incompatible,
}
