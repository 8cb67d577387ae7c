//! When a connection is mended, made anew, or called lost.

use crate::{LossCause, Millis, PeerState, Role, TransportState};

/// Time for a new connection to come about.
const CONNECT_MS: u64 = 15_000;
/// A `disconnected` connection often comes back by itself within this time.
const DISCONNECTED_MS: u64 = 2_000;
/// Time for an ICE restart to work.
const RESTART_MS: u64 = 8_000;
/// Between two tries of what is called lost already.
const LOST_MS: u64 = 30_000;
/// Pause before a remedy is looked at again while nothing can be sent.
const UNREACHABLE_MS: u64 = 2_000;
/// The answering side leaves the first try to the other one: two restarts at once are legal, but slower than one.
const STAGGER_MS: u64 = 1_500;
/// ICE restarts of one connection before it is made anew.
const MAX_RESTARTS: u32 = 1;
/// New connections before it is called lost.
const MAX_RENEWALS: u32 = 1;

/// What has to be done about a connection that does not work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// Nothing, or not yet.
    Nothing,
    /// Restart ICE.
    Restart,
    /// Make the connection anew.
    Renew,
}

#[derive(Debug, Clone)]
pub(crate) struct Recovery {
    stagger_ms: u64,
    state: PeerState,
    transport: TransportState,
    was_connected: bool,
    restarts: u32,
    renewals: u32,
    cause: LossCause,
    deadline: Option<Millis>,
}

impl Recovery {
    pub(crate) fn new(role: Role) -> Self {
        Self {
            stagger_ms: if role == Role::Offerer { 0 } else { STAGGER_MS },
            state: PeerState::Connecting,
            transport: TransportState::Connecting,
            was_connected: false,
            restarts: 0,
            renewals: 0,
            cause: LossCause::NoAnswer,
            deadline: None,
        }
    }

    pub(crate) fn state(&self) -> PeerState {
        self.state
    }

    pub(crate) fn deadline(&self) -> Option<Millis> {
        self.deadline
    }

    /// A connection begins.
    pub(crate) fn begin(&mut self, now: Millis) {
        self.transport = TransportState::Connecting;
        self.restarts = 0;
        if !matches!(self.state, PeerState::Lost(_)) {
            self.cause = LossCause::NoAnswer;
            self.deadline = Some(now.plus(CONNECT_MS + self.stagger_ms));
        } else {
            self.deadline = Some(now.plus(LOST_MS + self.stagger_ms));
        }
    }

    /// The other end was heard: what is missing from here on is a route.
    pub(crate) fn heard(&mut self) {
        if self.cause == LossCause::NoAnswer {
            self.cause = LossCause::NoRoute;
        }
    }

    pub(crate) fn transport(&mut self, now: Millis, transport: TransportState, reachable: bool) -> Remedy {
        self.transport = transport;
        match transport {
            TransportState::Connecting => Remedy::Nothing,
            TransportState::Connected => {
                self.state = PeerState::Connected;
                self.was_connected = true;
                self.restarts = 0;
                self.renewals = 0;
                self.cause = LossCause::NoRoute;
                self.deadline = None;
                Remedy::Nothing
            }
            TransportState::Disconnected => {
                self.interrupted();
                self.sooner(now.plus(DISCONNECTED_MS + self.stagger_ms));
                Remedy::Nothing
            }
            TransportState::Failed => {
                self.interrupted();
                self.sooner(now.plus(self.stagger_ms));
                self.due(now, reachable)
            }
        }
    }

    /// A description could not be set.
    pub(crate) fn incompatible(&mut self, now: Millis) -> Remedy {
        self.cause = LossCause::Incompatible;
        self.interrupted();
        self.renew_or_lose(now)
    }

    /// Whether the time for a remedy has come. `reachable`: the other end can be told.
    pub(crate) fn due(&mut self, now: Millis, reachable: bool) -> Remedy {
        if self.deadline.is_none_or(|deadline| deadline > now) {
            return Remedy::Nothing;
        }
        if !reachable {
            self.deadline = Some(now.plus(UNREACHABLE_MS));
            return Remedy::Nothing;
        }
        if matches!(self.state, PeerState::Lost(_)) {
            self.deadline = Some(now.plus(LOST_MS + self.stagger_ms));
            return Remedy::Renew;
        }
        if self.restarts < MAX_RESTARTS {
            self.restarts += 1;
            self.deadline = Some(now.plus(RESTART_MS + self.stagger_ms));
            return Remedy::Restart;
        }
        self.renew_or_lose(now)
    }

    fn renew_or_lose(&mut self, now: Millis) -> Remedy {
        if self.renewals < MAX_RENEWALS {
            self.renewals += 1;
            self.deadline = Some(now.plus(CONNECT_MS + self.stagger_ms));
            return Remedy::Renew;
        }
        self.state = PeerState::Lost(self.cause);
        self.deadline = Some(now.plus(LOST_MS + self.stagger_ms));
        Remedy::Nothing
    }

    fn interrupted(&mut self) {
        if self.was_connected && !matches!(self.state, PeerState::Lost(_)) {
            self.state = PeerState::Unstable;
        }
    }

    fn sooner(&mut self, deadline: Millis) {
        self.deadline = Some(self.deadline.map_or(deadline, |known| known.min(deadline)));
    }
}
