//! When a connection is mended, made anew, or called lost.

use crate::{LossCause, Millis, PeerState, Role, TransportState};

/// Time for a new connection to come about.
const CONNECT_MS: u64 = 15_000;
/// Time for the first own candidate: the browser has those of its own network at once. One that finds none in this time
/// finds none at all (seen in Chromium, busy, with several connections beginning at once), not even by an ICE restart.
const GATHER_MS: u64 = 4_000;
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
/// New connections for want of own candidates, until one works: without a network there are none.
const MAX_GATHERINGS: u32 = 1;

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
    /// An own candidate was found.
    found: bool,
    gatherings: u32,
    /// When one should have been.
    gathering: Option<Millis>,
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
            found: false,
            gatherings: 0,
            gathering: None,
        }
    }

    pub(crate) fn state(&self) -> PeerState {
        self.state
    }

    pub(crate) fn deadline(&self) -> Option<Millis> {
        match (self.deadline, self.gathering) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        }
    }

    /// A connection begins.
    pub(crate) fn begin(&mut self, now: Millis) {
        self.transport = TransportState::Connecting;
        self.restarts = 0;
        self.found = false;
        self.gathering = None;
        if !matches!(self.state, PeerState::Lost(_)) {
            self.cause = LossCause::NoAnswer;
            self.deadline = Some(now.plus(CONNECT_MS + self.stagger_ms));
        } else {
            self.deadline = Some(now.plus(LOST_MS + self.stagger_ms));
        }
    }

    /// A local description is set: the browser looks for candidates from here on.
    pub(crate) fn gathers(&mut self, now: Millis) {
        let may =
            !self.found && self.gatherings < MAX_GATHERINGS && self.transport == TransportState::Connecting;
        if may && self.gathering.is_none() {
            self.gathering = Some(now.plus(GATHER_MS));
        }
    }

    /// An own candidate was found.
    pub(crate) fn found(&mut self) {
        self.found = true;
        self.gathering = None;
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
                self.gatherings = 0;
                self.cause = LossCause::NoRoute;
                self.deadline = None;
                self.gathering = None;
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
        if self.gathering.is_some_and(|gathering| gathering <= now) {
            if reachable {
                self.gathering = None;
                self.gatherings += 1;
                return Remedy::Renew;
            }
            self.gathering = Some(now.plus(UNREACHABLE_MS));
        }
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
