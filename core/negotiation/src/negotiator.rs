//! One end of one pair.

use crate::candidates::ufrags;
use crate::link::{Link, Operation, RemoteOffer, Signaling};
use crate::recovery::{Recovery, Remedy};
use crate::{
    Content, Description, DescriptionKind, Generation, Input, Millis, Output, PeerState, Report, Role, Signal,
};

/// An offer without an answer is made again after this time: one of the two may have been lost.
const OFFER_MS: u64 = 10_000;
/// How often an offer is made again before the connection is.
const MAX_REPEATS: u32 = 3;

/// One end of one pair of people: decides when to offer, what to do when both do, and how to mend.
#[derive(Debug, Clone)]
pub struct Negotiator {
    role: Role,
    polite: bool,
    reachable: bool,
    recovery: Recovery,
    told: Option<PeerState>,
    generation: Generation,
    link: Link,
}

impl Negotiator {
    /// A new end. `polite`: gives way when both offer at once; exactly one of the two ends has to be.
    #[must_use]
    pub fn new(role: Role, polite: bool) -> Self {
        Self {
            role,
            polite,
            reachable: true,
            recovery: Recovery::new(role),
            told: None,
            generation: Generation::FIRST,
            link: Link::new(),
        }
    }

    /// An end that has lost all it knew of a pair which may have had connections: its page was loaded anew. `now_s`: seconds
    /// since 1970, or another number that is greater than all of before; the connections of the offering end are numbered
    /// from it, so that the other end sees that this is another one.
    #[must_use]
    pub fn anew(role: Role, polite: bool, now_s: u32) -> Self {
        let generation = match role {
            Role::Offerer => Generation(now_s).max(Generation::FIRST),
            Role::Answerer => Generation::UNKNOWN,
        };
        Self { generation, ..Self::new(role, polite) }
    }

    /// The connection that counts.
    #[must_use]
    pub fn generation(&self) -> Generation {
        self.generation
    }

    /// The connection as a user sees it.
    #[must_use]
    pub fn state(&self) -> PeerState {
        self.recovery.state()
    }

    /// Nothing is going on: no offer is open, wanted or being worked on.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        let link = &self.link;
        let open = link.wanted || link.restart || link.repeat || link.inbox.is_some() || link.broken;
        link.signaling == Signaling::Stable && link.operation == Operation::Idle && !open
    }

    /// The other end makes the first offer, and it has not come yet.
    #[must_use]
    pub fn awaits_offer(&self) -> bool {
        let first =
            self.role == Role::Answerer && !self.link.paired && self.link.operation == Operation::Idle;
        first && self.state() == PeerState::Connecting
    }

    /// When [`Input::Tick`] is due, if ever. Ask again after every input.
    #[must_use]
    pub fn deadline(&self) -> Option<Millis> {
        match (self.recovery.deadline(), self.link.offer_deadline) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        }
    }

    /// Takes what happened and gives what has to be done, in order. Never fails: what does not fit is ignored.
    pub fn handle(&mut self, now: Millis, input: Input) -> Vec<Output> {
        let mut out = Vec::new();
        match input {
            Input::Start => {
                self.recovery.begin(now);
                self.link.wanted = self.role == Role::Offerer;
                if self.generation == Generation::UNKNOWN {
                    self.send(Content::Renew, &mut out);
                }
            }
            Input::Signal(signal) => self.signal(now, signal, &mut out),
            Input::Report(generation, report) if generation == self.generation && !self.link.broken => {
                self.report(now, report, &mut out);
            }
            Input::Report(..) => {}
            Input::Tick => self.tick(now, &mut out),
            Input::SignalingLost => self.reachable = false,
            Input::SignalingBack if self.works() => self.reachable = true,
            Input::SignalingResumed | Input::SignalingBack => self.resumed(now, &mut out),
        }
        self.advance(&mut out);
        if self.told != Some(self.recovery.state()) {
            self.told = Some(self.recovery.state());
            out.push(Output::State(self.recovery.state()));
        }
        out
    }

    fn signal(&mut self, now: Millis, signal: Signal, out: &mut Vec<Output>) {
        let Signal { generation, content } = signal;
        let begins_anew = generation == Generation::UNKNOWN && content == Content::Renew;
        if begins_anew && self.role == Role::Offerer {
            // Whatever there was, the other end knows nothing of it any more.
            if let Some(next) = self.generation.next() {
                self.recreate(now, next, out);
            }
            return;
        }
        if generation > self.generation {
            match content {
                // Only the offering side makes connections anew, so only its offers can be ahead.
                Content::Offer { .. } if self.role == Role::Answerer => self.recreate(now, generation, out),
                Content::Renew
                    if self.role == Role::Offerer && self.generation.next() == Some(generation) =>
                {
                    self.recreate(now, generation, out);
                    return;
                }
                _ => return,
            }
        } else if generation < self.generation || self.link.broken {
            return;
        }
        match content {
            Content::Offer { round, sdp } => self.offered(RemoteOffer { round, sdp }),
            Content::Answer { round, sdp } => self.answered(round, sdp, out),
            Content::Candidate(candidate) => {
                let homeless = candidate.ufrag.is_none() && self.link.ignore_offer;
                let changing = self.link.is_applying();
                if !homeless && let Some(candidate) = self.link.remote.offer(candidate, changing) {
                    out.push(Output::AddCandidate(candidate));
                }
            }
            Content::Renew | Content::Media(_) => {}
        }
    }

    fn offered(&mut self, offer: RemoteOffer) {
        let link = &mut self.link;
        // A first offer to the offering side would add media lines of its own.
        if offer.round <= link.remote_round || (self.role == Role::Offerer && !link.paired) {
            return;
        }
        link.remote_round = offer.round;
        self.recovery.heard();
        let collision = !link.ready_for_offer();
        link.ignore_offer = collision && !self.polite;
        if !link.ignore_offer {
            link.inbox = Some(offer);
        }
    }

    fn answered(&mut self, round: u32, sdp: String, out: &mut Vec<Output>) {
        let link = &mut self.link;
        let expected = link.signaling == Signaling::HaveLocalOffer && link.operation == Operation::Idle;
        if !expected || round != link.round {
            return;
        }
        self.recovery.heard();
        link.operation = Operation::ApplyingAnswer { sessions: ufrags(&sdp) };
        link.ignore_offer = false;
        out.push(Output::SetRemoteDescription(Description { kind: DescriptionKind::Answer, sdp }));
    }

    fn report(&mut self, now: Millis, report: Report, out: &mut Vec<Output>) {
        match report {
            Report::NegotiationNeeded => self.link.wanted = true,
            Report::LocalDescription(description) => self.local_description(now, description, out),
            Report::RemoteDescription => self.remote_description(now, out),
            Report::DescriptionFailed => self.description_failed(now, out),
            Report::Candidate(candidate) => {
                self.recovery.found();
                if matches!(self.link.operation, Operation::MakingOffer | Operation::Answering { .. }) {
                    self.link.held.push(candidate);
                } else {
                    self.send(Content::Candidate(candidate), out);
                }
            }
            Report::Transport(state) => {
                let remedy = self.recovery.transport(now, state, self.reachable);
                self.apply(now, remedy, out);
            }
        }
    }

    fn local_description(&mut self, now: Millis, description: Description, out: &mut Vec<Output>) {
        let operation = std::mem::replace(&mut self.link.operation, Operation::Idle);
        self.recovery.gathers(now);
        match (operation, description.kind) {
            (Operation::MakingOffer, DescriptionKind::Offer) => {
                self.link.signaling = Signaling::HaveLocalOffer;
                if self.link.inbox.is_some() {
                    // Theirs came meanwhile and wins, as we are polite: ours need not even be sent.
                    self.link.held.clear();
                    return;
                }
                self.link.round = self.link.round.saturating_add(1);
                self.link.offer_deadline = Some(now.plus(OFFER_MS));
                let round = self.link.round;
                self.send(Content::Offer { round, sdp: description.sdp }, out);
                self.release(out);
            }
            (Operation::Answering { round }, DescriptionKind::Answer) => {
                self.link.signaling = Signaling::Stable;
                self.send(Content::Answer { round, sdp: description.sdp }, out);
                self.release(out);
            }
            (Operation::Idle, _) => {}
            _ => self.description_failed(now, out),
        }
    }

    fn remote_description(&mut self, now: Millis, out: &mut Vec<Output>) {
        match std::mem::replace(&mut self.link.operation, Operation::Idle) {
            Operation::ApplyingOffer { round, sessions } => {
                self.link.signaling = Signaling::HaveRemoteOffer;
                if self.described(sessions, out) {
                    // Their restart gives new credentials to both ends: ours is done as well.
                    self.link.restart = false;
                }
                self.link.operation = Operation::Answering { round };
                out.push(Output::SetLocalDescription);
            }
            Operation::ApplyingAnswer { sessions } => {
                self.link.signaling = Signaling::Stable;
                self.link.offered_restart = false;
                self.link.repeat = false;
                self.link.repeats = 0;
                self.link.offer_deadline = None;
                self.described(sessions, out);
            }
            Operation::Idle => {}
            Operation::MakingOffer | Operation::Answering { .. } => self.description_failed(now, out),
        }
    }

    /// Adds the candidates that waited. Whether ICE was restarted by this description.
    fn described(&mut self, sessions: Vec<String>, out: &mut Vec<Output>) -> bool {
        self.link.paired = true;
        let (ready, restarted) = self.link.remote.described(sessions);
        out.extend(ready.into_iter().map(Output::AddCandidate));
        restarted
    }

    fn description_failed(&mut self, now: Millis, out: &mut Vec<Output>) {
        self.link = Link { broken: true, ..Link::new() };
        let remedy = self.recovery.incompatible(now);
        self.apply(now, remedy, out);
    }

    fn tick(&mut self, now: Millis, out: &mut Vec<Output>) {
        if self.link.offer_deadline.is_some_and(|deadline| deadline <= now) {
            self.link.offer_deadline = None;
            if !self.reachable {
                self.link.offer_deadline = Some(now.plus(OFFER_MS));
            } else if self.link.repeats < MAX_REPEATS {
                self.link.repeats += 1;
                self.link.repeat = true;
            } else {
                // Heard of by nobody, though there is a way: the other end waits for something else.
                self.apply(now, Remedy::Renew, out);
            }
        }
        let remedy = self.recovery.due(now, self.reachable);
        self.apply(now, remedy, out);
    }

    /// Media flows, and no message that may be lost is missing for anything.
    fn works(&self) -> bool {
        self.recovery.state() == PeerState::Connected && self.is_settled()
    }

    fn resumed(&mut self, now: Millis, out: &mut Vec<Output>) {
        self.reachable = true;
        // The first offer may be lost, and only the other side can make one: then this asks for it.
        self.apply(now, Remedy::Restart, out);
    }

    fn restart(&mut self) {
        self.link.restart = true;
        self.link.repeat = self.link.signaling == Signaling::HaveLocalOffer;
        self.link.repeats = 0;
    }

    fn apply(&mut self, now: Millis, remedy: Remedy, out: &mut Vec<Output>) {
        let usable = !self.link.broken && (self.link.paired || self.role == Role::Offerer);
        if remedy == Remedy::Nothing {
            return;
        }
        if remedy == Remedy::Restart && usable {
            self.restart();
            return;
        }
        let unknown = self.generation == Generation::UNKNOWN;
        let next = if unknown { Some(Generation::UNKNOWN) } else { self.generation.next() };
        let Some(next) = next else { return };
        match self.role {
            Role::Offerer => self.recreate(now, next, out),
            Role::Answerer => out.push(Output::Send(Signal { generation: next, content: Content::Renew })),
        }
    }

    fn recreate(&mut self, now: Millis, generation: Generation, out: &mut Vec<Output>) {
        self.generation = generation;
        self.link = Link::new();
        self.link.wanted = self.role == Role::Offerer;
        self.recovery.begin(now);
        out.push(Output::Recreate(generation));
    }

    /// Begins the next operation, if the browser is free and there is one.
    fn advance(&mut self, out: &mut Vec<Output>) {
        let link = &mut self.link;
        if link.operation != Operation::Idle || link.broken {
            return;
        }
        if let Some(RemoteOffer { round, sdp }) = link.inbox.take() {
            if link.signaling == Signaling::HaveLocalOffer {
                // The browser rolls our offer back by itself; it is made again afterwards.
                link.wanted = true;
                link.restart |= link.offered_restart;
                link.offered_restart = false;
                link.repeat = false;
                link.offer_deadline = None;
            }
            link.operation = Operation::ApplyingOffer { round, sessions: ufrags(&sdp) };
            out.push(Output::SetRemoteDescription(Description { kind: DescriptionKind::Offer, sdp }));
            return;
        }
        let open = link.signaling == Signaling::HaveLocalOffer;
        let may = self.reachable && (self.role == Role::Offerer || link.paired);
        let due = if open { link.repeat } else { link.wanted || link.restart };
        if !may || !due || link.signaling == Signaling::HaveRemoteOffer {
            return;
        }
        if std::mem::take(&mut link.restart) {
            link.offered_restart = true;
            out.push(Output::RestartIce);
        }
        link.wanted = false;
        link.repeat = false;
        link.operation = Operation::MakingOffer;
        link.offer_deadline = None;
        out.push(Output::SetLocalDescription);
    }

    fn release(&mut self, out: &mut Vec<Output>) {
        for candidate in self.link.held.take() {
            self.send(Content::Candidate(candidate), out);
        }
    }

    fn send(&self, content: Content, out: &mut Vec<Output>) {
        out.push(Output::Send(Signal { generation: self.generation, content }));
    }
}
