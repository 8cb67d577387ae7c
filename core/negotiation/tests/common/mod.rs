//! A connection as a browser has it, small and strict: whatever WebRTC forbids is a failed test.
#![allow(dead_code, unreachable_pub, missing_docs, reason = "shared by tests that each use a part")]

use std::collections::BTreeSet;

use hostreel_negotiation::{
    Candidate, Content, Description, DescriptionKind, Generation, Input, Millis, Negotiator, Output,
    PeerState, Report, Role, Signal, TransportState,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Stable,
    HaveLocalOffer,
    HaveRemoteOffer,
}

/// `RTCPeerConnection`, as far as negotiation sees it. A description's text is `KIND GENERATION SERIAL` and its ufrag.
#[derive(Debug)]
pub struct Browser {
    name: char,
    pub generation: Generation,
    pub state: State,
    pub restart: bool,
    serial: u32,
    pub ufrag: String,
    stable_ufrag: String,
    pub remote_ufrag: Option<String>,
    stable_remote_ufrag: Option<String>,
    /// The offer that an answer has to be for.
    pub open_offer: Option<String>,
    pub remote_offer: Option<String>,
    /// Candidates of the other end that fit its present description.
    pub added: BTreeSet<String>,
}

impl Browser {
    pub fn new(name: char, generation: Generation) -> Self {
        let ufrag = format!("{name}{}.0", generation.0);
        Self {
            name,
            generation,
            state: State::Stable,
            restart: false,
            serial: 0,
            stable_ufrag: ufrag.clone(),
            ufrag,
            remote_ufrag: None,
            stable_remote_ufrag: None,
            open_offer: None,
            remote_offer: None,
            added: BTreeSet::new(),
        }
    }

    fn text(&self, kind: &str, extra: &str) -> String {
        format!("{kind} {} {} {extra}\r\na=ice-ufrag:{}\r\n", self.generation.0, self.serial, self.ufrag)
    }

    /// `setLocalDescription()`.
    pub fn set_local(&mut self) -> Description {
        self.serial += 1;
        if self.state == State::HaveRemoteOffer {
            let offer = self.remote_offer.take().unwrap();
            let sdp = self.text("answer", offer.lines().next().unwrap());
            self.state = State::Stable;
            (self.stable_ufrag, self.stable_remote_ufrag) = (self.ufrag.clone(), self.remote_ufrag.clone());
            return Description { kind: DescriptionKind::Answer, sdp };
        }
        if std::mem::take(&mut self.restart) {
            self.ufrag = format!("{}{}.{}", self.name, self.generation.0, self.serial);
        }
        let sdp = self.text("offer", "");
        self.state = State::HaveLocalOffer;
        self.open_offer = Some(sdp.clone());
        Description { kind: DescriptionKind::Offer, sdp }
    }

    /// `setRemoteDescription()`.
    pub fn set_remote(&mut self, description: &Description) {
        let sdp = &description.sdp;
        let generation = sdp.split(' ').nth(1).unwrap();
        assert_eq!(generation, self.generation.0.to_string(), "a description of another connection: {sdp}");
        let ufrag = sdp.split("a=ice-ufrag:").nth(1).unwrap().trim().to_owned();
        match description.kind {
            DescriptionKind::Offer => {
                assert_ne!(self.state, State::HaveRemoteOffer);
                if self.state == State::HaveLocalOffer {
                    // Rolled back.
                    self.ufrag = self.stable_ufrag.clone();
                    self.open_offer = None;
                }
                if self.stable_remote_ufrag.as_ref().is_some_and(|known| *known != ufrag) {
                    // An answer to a restart restarts, too.
                    self.serial += 1;
                    self.ufrag = format!("{}{}.{}", self.name, self.generation.0, self.serial);
                    self.restart = false;
                }
                self.state = State::HaveRemoteOffer;
                self.remote_offer = Some(sdp.clone());
            }
            DescriptionKind::Answer => {
                assert_eq!(self.state, State::HaveLocalOffer, "an answer without an offer");
                let offer = self.open_offer.take().unwrap();
                assert!(sdp.contains(offer.lines().next().unwrap()), "{sdp} does not answer {offer}");
                self.state = State::Stable;
                self.stable_ufrag = self.ufrag.clone();
                self.stable_remote_ufrag = Some(ufrag.clone());
            }
        }
        if self.remote_ufrag.as_ref() != Some(&ufrag) {
            self.added.clear();
        }
        self.remote_ufrag = Some(ufrag);
    }

    /// `addIceCandidate()`.
    pub fn add(&mut self, candidate: &Candidate) {
        assert!(self.remote_ufrag.is_some(), "a candidate before any description");
        assert_eq!(candidate.ufrag, self.remote_ufrag, "a candidate of another session");
        self.added.insert(candidate.candidate.clone());
    }

    pub fn candidate(&self, number: u32) -> Candidate {
        let ufrag = self.ufrag.clone();
        Candidate { candidate: format!("candidate:{number}"), mid: None, line: Some(0), ufrag: Some(ufrag) }
    }
}

/// One end: the machine, its browser, what the browser is busy with, and what is to be sent.
#[derive(Debug)]
pub struct End {
    pub negotiator: Negotiator,
    pub browser: Browser,
    pub busy: Option<Output>,
    pub sent: Vec<Signal>,
    pub states: Vec<PeerState>,
    pub restarts: u32,
    /// Once: the next description fails.
    pub fail: bool,
    found: u32,
}

impl End {
    pub fn new(name: char, role: Role, polite: bool) -> Self {
        Self {
            negotiator: Negotiator::new(role, polite),
            browser: Browser::new(name, Generation::FIRST),
            busy: None,
            sent: Vec::new(),
            states: Vec::new(),
            restarts: 0,
            fail: false,
            found: 0,
        }
    }

    /// The page was loaded anew: nothing of before is known.
    pub fn reloaded(&self, role: Role, polite: bool, now_s: u32) -> Self {
        let negotiator = Negotiator::anew(role, polite, now_s);
        let browser = Browser::new(self.browser.name.to_ascii_uppercase(), negotiator.generation());
        Self { negotiator, browser, ..Self::new(self.browser.name, role, polite) }
    }

    pub fn handle(&mut self, now: Millis, input: Input) {
        for output in self.negotiator.handle(now, input) {
            match output {
                Output::SetLocalDescription | Output::SetRemoteDescription(_) => {
                    assert!(self.busy.is_none(), "two operations at once: {:?}, {output:?}", self.busy);
                    self.busy = Some(output);
                }
                Output::AddCandidate(candidate) => self.browser.add(&candidate),
                Output::RestartIce => {
                    self.restarts += 1;
                    self.browser.restart = true;
                }
                Output::Send(signal) => self.sent.push(signal),
                Output::Recreate(generation) => {
                    assert!(generation > self.browser.generation);
                    let name = self.browser.name;
                    self.browser = Browser::new(name, generation);
                    self.busy = None;
                }
                Output::State(state) => self.states.push(state),
            }
        }
    }

    pub fn report(&mut self, now: Millis, report: Report) {
        self.handle(now, Input::Report(self.browser.generation, report));
    }

    pub fn transport(&mut self, now: Millis, state: TransportState) {
        self.report(now, Report::Transport(state));
    }

    /// A local candidate appears.
    pub fn find_candidate(&mut self, now: Millis) {
        self.found += 1;
        let candidate = self.browser.candidate(self.found);
        self.report(now, Report::Candidate(candidate));
    }

    /// Lets the browser finish what it is busy with. Whether there was anything.
    pub fn finish(&mut self, now: Millis) -> bool {
        let Some(operation) = self.busy.take() else { return false };
        let report = match operation {
            _ if std::mem::take(&mut self.fail) => Report::DescriptionFailed,
            Output::SetRemoteDescription(description) => {
                self.browser.set_remote(&description);
                Report::RemoteDescription
            }
            _ => Report::LocalDescription(self.browser.set_local()),
        };
        self.report(now, report);
        true
    }
}

/// Hands over all that is sent and finishes all that is begun, until nothing is left.
pub fn settle(now: Millis, one: &mut End, other: &mut End) {
    for _ in 0..200 {
        let mut moved = one.finish(now) | other.finish(now);
        for signal in std::mem::take(&mut one.sent) {
            moved = true;
            other.handle(now, Input::Signal(signal));
        }
        for signal in std::mem::take(&mut other.sent) {
            moved = true;
            one.handle(now, Input::Signal(signal));
        }
        if !moved {
            return;
        }
    }
    panic!("never settles: {one:?} {other:?}");
}

/// Both ends agree: same connection, nothing open, each has the other's credentials.
pub fn assert_agree(one: &End, other: &End) {
    for end in [one, other] {
        assert!(end.negotiator.is_settled(), "{end:?}");
        assert_eq!(end.browser.state, State::Stable);
        assert_eq!(end.browser.generation, end.negotiator.generation());
    }
    assert_eq!(one.browser.generation, other.browser.generation);
    assert_eq!(one.browser.remote_ufrag.as_ref(), Some(&other.browser.ufrag));
    assert_eq!(other.browser.remote_ufrag.as_ref(), Some(&one.browser.ufrag));
}

/// Two ends that are through with their first negotiation; the offering one is polite or not.
pub fn connected(offerer_polite: bool) -> (End, End) {
    let now = Millis(0);
    let mut one = End::new('a', Role::Offerer, offerer_polite);
    let mut other = End::new('b', Role::Answerer, !offerer_polite);
    one.handle(now, Input::Start);
    other.handle(now, Input::Start);
    settle(now, &mut one, &mut other);
    one.transport(now, TransportState::Connected);
    other.transport(now, TransportState::Connected);
    assert_agree(&one, &other);
    (one, other)
}

pub fn kinds(signals: &[Signal]) -> Vec<&'static str> {
    signals
        .iter()
        .map(|signal| match signal.content {
            Content::Offer { .. } => "offer",
            Content::Answer { .. } => "answer",
            Content::Candidate(_) => "candidate",
            Content::Renew => "renew",
            Content::Media(_) => "media",
        })
        .collect()
}
