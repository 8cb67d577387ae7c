//! One connection of a pair, as far as negotiating it goes.

use crate::Millis;
use crate::candidates::{RemoteCandidates, Waiting};

/// `RTCPeerConnection.signalingState` after the last finished operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signaling {
    Stable,
    HaveLocalOffer,
    HaveRemoteOffer,
}

/// What the browser is busy with. At most one description is on its way into the browser at any time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Operation {
    Idle,
    MakingOffer,
    ApplyingOffer { round: u32, sessions: Vec<String> },
    Answering { round: u32 },
    ApplyingAnswer { sessions: Vec<String> },
}

#[derive(Debug, Clone)]
pub(crate) struct RemoteOffer {
    pub(crate) round: u32,
    pub(crate) sdp: String,
}

/// All that belongs to one connection, and is gone with it.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub(crate) signaling: Signaling,
    pub(crate) operation: Operation,
    /// A description of the other end was set once: the media lines are paired up.
    pub(crate) paired: bool,
    /// A description could not be set: nothing of this connection is used any more, a new one is on its way.
    pub(crate) broken: bool,
    /// An offer should be made as soon as it may.
    pub(crate) wanted: bool,
    /// … and that with new ICE credentials.
    pub(crate) restart: bool,
    /// The open offer has new ICE credentials.
    pub(crate) offered_restart: bool,
    /// The open offer should be replaced by a new one: it or its answer may be lost.
    pub(crate) repeat: bool,
    pub(crate) repeats: u32,
    /// Number of our newest offer.
    pub(crate) round: u32,
    /// Number of their newest offer.
    pub(crate) remote_round: u32,
    /// Their last offer collided with ours and was dropped.
    pub(crate) ignore_offer: bool,
    /// Their newest offer, while the browser is busy.
    pub(crate) inbox: Option<RemoteOffer>,
    pub(crate) remote: RemoteCandidates,
    /// Local candidates that must not overtake their description.
    pub(crate) held: Waiting,
    pub(crate) offer_deadline: Option<Millis>,
}

impl Link {
    pub(crate) fn new() -> Self {
        Self {
            signaling: Signaling::Stable,
            operation: Operation::Idle,
            paired: false,
            broken: false,
            wanted: false,
            restart: false,
            offered_restart: false,
            repeat: false,
            repeats: 0,
            round: 0,
            remote_round: 0,
            ignore_offer: false,
            inbox: None,
            remote: RemoteCandidates::default(),
            held: Waiting::default(),
            offer_deadline: None,
        }
    }

    /// Perfect negotiation's first flag.
    pub(crate) fn making_offer(&self) -> bool {
        self.operation == Operation::MakingOffer
    }

    /// Perfect negotiation's third flag.
    pub(crate) fn is_setting_remote_answer_pending(&self) -> bool {
        matches!(self.operation, Operation::ApplyingAnswer { .. })
    }

    pub(crate) fn is_applying(&self) -> bool {
        matches!(self.operation, Operation::ApplyingOffer { .. }) || self.is_setting_remote_answer_pending()
    }

    pub(crate) fn ready_for_offer(&self) -> bool {
        let stable = self.signaling != Signaling::HaveLocalOffer || self.is_setting_remote_answer_pending();
        !self.making_offer() && stable
    }
}
