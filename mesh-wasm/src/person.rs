//! The connection with one person: carries out what the negotiator decides.

use std::cell::Cell;
use std::rc::Weak;

use gloo_timers::callback::Timeout;
use hostreel_negotiation::{
    Content, Generation, Input, LiveSlots, Millis, Negotiator, Output, PeerState as NegotiatedState, Report,
    Role, Signal,
};
use hostreel_protocol::{ClientMessage, IceServer, PersonId};
use serde_json::value::RawValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::MediaStream;

use crate::browser::peer::{Peer, PeerEvent};
use crate::browser::socket::Socket;
use crate::browser::{page, receiver, sender, transceiver};
use crate::lines;
use crate::local::LocalTracks;
use crate::quality::{Quality, encoding};
use crate::remote::RemoteMedia;
use crate::shared::Shared;
use crate::tuning::{Outcome, Tuning};
use crate::{MeshError, MeshEvent, PeerLoss, PeerState, Slot, StreamKind};

/// What a connection needs of the rest of the mesh.
pub(crate) struct Surroundings<'a> {
    pub(crate) shared: &'a Weak<Shared>,
    pub(crate) socket: Option<&'a Socket>,
    pub(crate) local: &'a LocalTracks,
    pub(crate) ice_servers: &'a [IceServer],
    pub(crate) events: &'a mut Vec<MeshEvent>,
}

/// How often a first connection that comes about may put off what the page has to draw: it is there sooner then, and with
/// it the picture.
const MOST_DELAYS: u32 = 8;
/// The same while the first offer is still to come: near by it is there soon, from afar there is time to draw before.
const MOST_DELAYS_AWAITING: u32 = 3;

/// The connection with one person. Dropped: closed.
#[derive(Debug)]
pub(crate) struct Person {
    id: PersonId,
    role: Role,
    negotiator: Negotiator,
    /// `None` when the browser gives no more connections.
    peer: Option<Peer>,
    media: RemoteMedia,
    /// What they know of our slots.
    told: LiveSlots,
    /// How good their copy of our camera may be.
    quality: Quality,
    /// How far the present connection's senders are with it.
    tuning: [Tuning; 3],
    /// How often the page has waited for the first connection.
    delays: u32,
    /// Which packet of their sound was looked at last, by when it was played.
    looked_at: Cell<f64>,
    _timer: Option<Timeout>,
}

impl Person {
    /// Begins to connect. `role`: who was in the room first offers; the negotiator's own. A browser that makes no more connections is not an
    /// error: the person is lost, and tried again now and then.
    pub(crate) fn meet(
        id: PersonId,
        negotiator: Negotiator,
        role: Role,
        muted: bool,
        quality: Quality,
        around: &mut Surroundings<'_>,
    ) -> Result<Self, MeshError> {
        let mut media = RemoteMedia::new()?;
        media.set_muted(muted);
        let mut person = Self {
            id,
            role,
            negotiator,
            peer: None,
            media,
            told: LiveSlots::default(),
            quality,
            tuning: Default::default(),
            delays: 0,
            looked_at: Cell::new(0.0),
            _timer: None,
        };
        let connected = person.connect(around);
        person.tell_live(true, around);
        person.handle(Input::Start, around);
        if !connected {
            person.unconnected(around);
        }
        Ok(person)
    }

    pub(crate) fn stream(&self, kind: StreamKind) -> &MediaStream {
        self.media.stream(kind)
    }

    /// Whether the page should draw a little later. Each [`Self::delayed`] brings the end of that nearer.
    pub(crate) fn is_urgent(&self) -> bool {
        let most = if self.negotiator.awaits_offer() { MOST_DELAYS_AWAITING } else { MOST_DELAYS };
        self.negotiator.state() == NegotiatedState::Connecting && self.peer.is_some() && self.delays < most
    }

    /// The page has waited for this once more.
    pub(crate) fn delayed(&mut self) {
        self.delays = self.delays.saturating_add(1);
    }

    pub(crate) fn peer(&self) -> Option<&Peer> {
        self.peer.as_ref()
    }

    /// There are other servers, or other credentials for them.
    pub(crate) fn renew(&self, around: &Surroundings<'_>) {
        if let Some(peer) = &self.peer {
            peer.set_ice_servers(around.ice_servers);
        }
    }

    /// How loud they are at this moment, as an amplitude of 0 to 1; 0 when nothing has come since the last look. `None`
    /// while there is nothing to hear of them.
    pub(crate) fn loudness(&self) -> Option<f64> {
        if !self.media.is_heard() {
            return None;
        }
        let lines = self.peer.as_ref()?.transceivers();
        let newest = receiver::loudness(lines.get(Slot::Audio.index())?);
        let fresh = newest.filter(|newest| self.looked_at.replace(newest.at) != newest.at);
        Some(fresh.map_or(0.0, |newest| newest.amplitude))
    }

    /// The host muted or unmuted them.
    pub(crate) fn set_muted(&mut self, muted: bool, around: &mut Surroundings<'_>) {
        self.media.set_muted(muted);
        around.events.extend(self.media.settle(&self.id));
    }

    /// The room grew or shrank, or they became the host or are it no more.
    pub(crate) fn set_quality(&mut self, quality: Quality, around: &Surroundings<'_>) {
        self.quality = quality;
        self.tune(around);
    }

    /// A local slot has another track, or its track was switched on or off.
    pub(crate) fn track_set(&mut self, slot: Slot, changed: bool, around: &mut Surroundings<'_>) {
        // Before the first offer is here, an answering end has no lines: they are filled when it comes.
        if let Some(peer) = self.peer.as_ref().filter(|_| changed)
            && let Some(line) = peer.transceivers().get(slot.index())
        {
            lines::put_track(peer, line, slot, around.local);
        }
        self.tune(around);
        self.tell_live(false, around);
    }

    /// The way to them through the server is back, and they are who they were. What was said meanwhile is lost.
    pub(crate) fn signaling_back(&mut self, around: &mut Surroundings<'_>) {
        self.tell_live(true, around);
        self.handle(Input::SignalingBack, around);
    }

    /// They are in the room again, after the page was told that they were not.
    pub(crate) fn returned(&mut self, around: &mut Surroundings<'_>) {
        self.media.tell_again();
        around.events.extend(self.media.settle(&self.id));
        self.tell_state(self.negotiator.state(), around);
        self.signaling_back(around);
    }

    /// A message of theirs.
    pub(crate) fn signal(&mut self, signal: Signal, around: &mut Surroundings<'_>) {
        if let Content::Media(live) = signal.content {
            self.media.set_live(live);
            around.events.extend(self.media.settle(&self.id));
        } else {
            self.handle(Input::Signal(signal), around);
        }
    }

    /// The browser reports something about a connection with them.
    pub(crate) fn report(&mut self, generation: Generation, report: Report, around: &mut Surroundings<'_>) {
        if generation == self.negotiator.generation() && report == Report::RemoteDescription {
            self.pair_lines(around);
        }
        let described = matches!(report, Report::RemoteDescription | Report::LocalDescription(_));
        self.handle(Input::Report(generation, report), around);
        if described {
            self.tune(around);
        }
    }

    /// Feeds the negotiator and does what it says.
    pub(crate) fn handle(&mut self, input: Input, around: &mut Surroundings<'_>) {
        let mut connected = true;
        for output in self.negotiator.handle(now(), input) {
            match output {
                Output::SetLocalDescription => self.set_local_description(around),
                Output::SetRemoteDescription(description) => {
                    let Some(peer) = &self.peer else { continue };
                    let done = peer.set_remote_description(&description);
                    let tell = self.teller(around.shared);
                    spawn_local(async move {
                        match done.await {
                            Some(Ok(_)) => tell(Report::RemoteDescription),
                            Some(Err(reason)) => failed(&reason, &tell),
                            None => {}
                        }
                    });
                }
                Output::AddCandidate(candidate) => {
                    let Some(peer) = &self.peer else { continue };
                    let done = peer.add_candidate(&candidate);
                    spawn_local(async move {
                        if let Some(Err(reason)) = done.await {
                            page::warn(&format!("a candidate can't be used: {reason}"));
                        }
                    });
                }
                Output::RestartIce => {
                    if let Some(peer) = &self.peer {
                        peer.restart_ice();
                    }
                }
                Output::Send(signal) => self.send(&signal, around),
                Output::Recreate(_) => {
                    connected = self.connect(around);
                    // The old tracks are gone, whether or not new ones come.
                    around.events.extend(self.media.settle(&self.id));
                }
                Output::State(state) => self.tell_state(state, around),
            }
        }
        if connected {
            self.arm(around.shared);
        } else {
            self.unconnected(around);
        }
    }

    fn tell_state(&self, state: NegotiatedState, around: &mut Surroundings<'_>) {
        let state = if self.peer.is_none() && matches!(state, NegotiatedState::Lost(_)) {
            PeerState::Lost { cause: PeerLoss::NoConnection }
        } else {
            let relay = |server: &IceServer| server.urls.iter().any(|url: &String| url.starts_with("turn"));
            PeerState::new(state, around.ice_servers.iter().any(relay))
        };
        around.events.push(MeshEvent::Peer { person: self.id.clone(), state });
    }

    /// There is no connection to carry anything out with. That ends: the negotiator wants one more, then waits.
    fn unconnected(&mut self, around: &mut Surroundings<'_>) {
        let report = Report::DescriptionFailed;
        self.handle(Input::Report(self.negotiator.generation(), report), around);
    }

    /// Makes the connection of the negotiator's generation; an older one is closed. `false`: the browser refuses.
    fn connect(&mut self, around: &Surroundings<'_>) -> bool {
        self.peer = None;
        self.tuning = Default::default();
        for slot in Slot::ALL {
            self.media.bind(slot, None);
        }
        let tell = self.teller(around.shared);
        let made = Peer::new(around.ice_servers, move |event| {
            tell(match event {
                PeerEvent::NegotiationNeeded => Report::NegotiationNeeded,
                PeerEvent::Candidate(candidate) => Report::Candidate(candidate),
                PeerEvent::Transport(state) => Report::Transport(state),
            });
        });
        let peer = match made {
            Ok(peer) => peer,
            Err(error) => {
                page::warn(&error.to_string());
                return false;
            }
        };
        if self.role == Role::Offerer {
            lines::add(&peer, around.local);
        }
        self.peer = Some(peer);
        true
    }

    /// Their description is set: what comes in each line is known, and an answering end fills its own half.
    fn pair_lines(&mut self, around: &mut Surroundings<'_>) {
        let Some(peer) = &self.peer else { return };
        let lines = peer.transceivers();
        for (slot, line) in Slot::ALL.into_iter().zip(&lines) {
            let track = line.receiver().track();
            if track.kind() != slot.kind() {
                // Not one of ours; a foreign order of lines gives no media, and no confusion.
                continue;
            }
            if self.role == Role::Answerer {
                transceiver::send_too(line, around.local.stream(slot));
                lines::put_track(peer, line, slot, around.local);
            }
            self.media.bind(slot, Some(track));
        }
        around.events.extend(self.media.settle(&self.id));
    }

    /// Sets the senders to what is wanted of them, where they are not. Only while no negotiation is under way: the
    /// end of one calls this again.
    fn tune(&mut self, around: &Surroundings<'_>) {
        let Some(peer) = self.peer.as_ref().filter(|_| self.negotiator.is_settled()) else { return };
        for (slot, line) in Slot::ALL.into_iter().zip(&peer.transceivers()) {
            let wanted = encoding(slot, self.quality, around.local.height(slot));
            let tuning = &mut self.tuning[slot.index()];
            if !tuning.begin(wanted) {
                continue;
            }
            let Some(promise) = sender::set_encoding(line, &wanted) else {
                tuning.end(Outcome::TooEarly);
                continue;
            };
            let (shared, id, done) = (around.shared.clone(), self.id.clone(), peer.wait(&promise));
            spawn_local(async move {
                // Nothing comes from a connection that is closed, so this is about the present one.
                let Some(result) = done.await else { return };
                let outcome = if result.is_ok() { Outcome::Done } else { Outcome::Refused };
                if let Err(reason) = result {
                    page::warn(&format!("a sender can't be set: {reason}"));
                }
                if let Some(shared) = shared.upgrade() {
                    shared.with_person(&id, |person, around| {
                        person.tuning[slot.index()].end(outcome);
                        person.tune(around);
                    });
                }
            });
        }
    }

    fn set_local_description(&self, around: &Surroundings<'_>) {
        let Some(peer) = &self.peer else { return };
        let done = peer.set_local_description();
        let tell = self.teller(around.shared);
        spawn_local(async move {
            match done.await {
                Some(Ok(description)) => tell(Report::LocalDescription(description)),
                Some(Err(reason)) => failed(&reason, &tell),
                None => {}
            }
        });
    }

    /// Says which slots are live, when they don't know it.
    fn tell_live(&mut self, anyway: bool, around: &mut Surroundings<'_>) {
        let live = around.local.live();
        if anyway || live != self.told {
            self.told = live;
            let generation = self.negotiator.generation();
            self.send(&Signal { generation, content: Content::Media(live) }, around);
        }
    }

    /// Says that nothing comes from here any more.
    pub(crate) fn tell_nothing_live(&mut self, around: &mut Surroundings<'_>) {
        self.told = LiveSlots::default();
        let generation = self.negotiator.generation();
        self.send(&Signal { generation, content: Content::Media(self.told) }, around);
    }

    fn send(&self, signal: &Signal, around: &Surroundings<'_>) {
        let (Some(socket), Ok(data)) = (around.socket, RawValue::from_string(signal.encode())) else {
            return;
        };
        // What can't be sent is made up for when the signaling is back.
        socket.send(&ClientMessage::Signal { to: self.id.clone(), data }.encode());
    }

    fn arm(&mut self, shared: &Weak<Shared>) {
        self._timer = self.negotiator.deadline().map(|deadline| {
            let (shared, id) = (shared.clone(), self.id.clone());
            let wait = u32::try_from(deadline.0.saturating_sub(now().0)).unwrap_or(u32::MAX >> 1);
            Timeout::new(wait.saturating_add(1), move || {
                if let Some(shared) = shared.upgrade() {
                    shared.with_person(&id, |person, around| person.handle(Input::Tick, around));
                }
            })
        });
    }

    /// Brings reports about the present connection to the negotiator.
    fn teller(&self, shared: &Weak<Shared>) -> impl Fn(Report) + Clone + 'static {
        let (shared, id, generation) = (shared.clone(), self.id.clone(), self.negotiator.generation());
        move |report| {
            if let Some(shared) = shared.upgrade() {
                shared.with_person(&id, |person, around| person.report(generation, report, around));
            }
        }
    }
}

fn failed(reason: &str, tell: &impl Fn(Report)) {
    page::warn(&format!("a description can't be set: {reason}"));
    tell(Report::DescriptionFailed);
}

fn now() -> Millis {
    // Whole milliseconds since 1970 fit; a negative clock becomes 0.
    Millis(page::now_ms() as u64)
}
