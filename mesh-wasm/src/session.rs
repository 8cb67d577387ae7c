//! Being in a room: the signaling socket, its coming back, and who is met.

use std::collections::BTreeMap;
use std::rc::{Rc, Weak};

use gloo_timers::callback::{Interval, Timeout};
use hostreel_negotiation::{Input, Role, Signal};
use hostreel_protocol::{
    Action, ClientMessage, Code, Command, Envelope, Event, FEATURES, Hello, IceServer, Limits, PersonId,
    RequestId, ResumeToken, SUBPROTOCOL, ServerMessage, VERSION, Welcome,
};
use hostreel_room::{Room, evolve};

use crate::backoff::Backoff;
use crate::browser::page::{self, Departure};
use crate::browser::socket::{Socket, SocketEvent};
use crate::local::LocalTracks;
use crate::person::{Person, Surroundings};
use crate::quality::ladder;
use crate::refusal::{Refusal, refusal};
use crate::shared::Shared;
use crate::{ConnectionState, MeshError, MeshEvent, Options, PeerLoss, PeerState, Slot};

/// Between two pings of ours, in milliseconds: three fit into the server's idle time.
const PING_EVERY_MS: u32 = 15_000;

#[derive(Debug)]
pub(crate) struct Session {
    shared: Weak<Shared>,
    options: Options,
    closed: bool,
    socket: Option<Socket>,
    /// The present socket's `welcome` has come.
    joined: bool,
    heard_at: f64,
    limits: Limits,
    backoff: Backoff,
    retry: Option<Timeout>,
    pings: Option<Interval>,
    departure: Option<Departure>,
    clock_offset_ms: f64,
    you: Option<PersonId>,
    /// Takes the seat back after a lost connection.
    resume: Option<ResumeToken>,
    room: Option<Room>,
    ice_servers: Vec<IceServer>,
    local: LocalTracks,
    people: BTreeMap<PersonId, Person>,
    /// Who was here before the server was started anew, and may come back to their seat as we did: the connections with
    /// them go on meanwhile.
    expected: BTreeMap<PersonId, Person>,
    expecting: Option<Timeout>,
    requests: u64,
}

impl Session {
    pub(crate) fn new(shared: Weak<Shared>, options: Options, local: LocalTracks) -> Self {
        Self {
            shared,
            options,
            closed: false,
            socket: None,
            joined: false,
            heard_at: page::now_ms(),
            limits: Limits::default(),
            backoff: Backoff::default(),
            retry: None,
            pings: None,
            departure: None,
            clock_offset_ms: 0.0,
            you: None,
            resume: None,
            room: None,
            ice_servers: Vec::new(),
            local,
            people: BTreeMap::new(),
            expected: BTreeMap::new(),
            expecting: None,
            requests: 0,
        }
    }

    pub(crate) fn room(&self) -> Option<&Room> {
        self.room.as_ref()
    }

    pub(crate) fn you(&self) -> Option<&PersonId> {
        self.you.as_ref()
    }

    pub(crate) fn clock_offset_ms(&self) -> f64 {
        self.clock_offset_ms
    }

    pub(crate) fn people(&self) -> &BTreeMap<PersonId, Person> {
        &self.people
    }

    /// Opens the socket for the first time.
    pub(crate) fn open(&mut self) -> Result<(), MeshError> {
        let call = self.caller(|session, events| {
            // Goes on watching after the end, as the page may be shown again.
            let departure = session.departure.take();
            session.leave(events);
            session.departure = departure;
        });
        self.departure = Some(page::on_departure(call)?);
        self.open_socket()
    }

    /// Another track for a slot.
    pub(crate) fn set_track(
        &mut self,
        slot: Slot,
        track: Option<web_sys::MediaStreamTrack>,
        events: &mut Vec<MeshEvent>,
    ) {
        self.local.set(slot, track);
        self.with_everybody(events, |person, around| person.track_changed(slot, around));
    }

    /// Sends a command, or denies it right away when there is no connection.
    pub(crate) fn command(&mut self, command: Command, events: &mut Vec<MeshEvent>) -> RequestId {
        self.requests += 1;
        let id = RequestId(self.requests);
        if !self.joined || !self.send(&ClientMessage::Command { id, command }) {
            events.push(MeshEvent::Denied { id: Some(id), code: Code::WrongState });
        }
        id
    }

    /// Leaves and closes everything.
    pub(crate) fn leave(&mut self, events: &mut Vec<MeshEvent>) {
        if self.joined {
            self.requests += 1;
            let id = RequestId(self.requests);
            self.send(&ClientMessage::Command { id, command: Command::Leave });
        }
        self.close(events);
    }

    /// Works on the connection with a person, if they are still there.
    pub(crate) fn with_person(
        &mut self,
        id: &PersonId,
        events: &mut Vec<MeshEvent>,
        work: impl FnOnce(&mut Person, &mut Surroundings<'_>),
    ) {
        let Self { shared, socket, local, ice_servers, people, .. } = self;
        if let Some(person) = people.get_mut(id) {
            work(person, &mut Surroundings { shared, socket: socket.as_ref(), local, ice_servers, events });
        }
    }

    fn with_everybody(
        &mut self,
        events: &mut Vec<MeshEvent>,
        mut work: impl FnMut(&mut Person, &mut Surroundings<'_>),
    ) {
        let Self { shared, socket, local, ice_servers, people, .. } = self;
        let socket = socket.as_ref();
        let mut around = Surroundings { shared, socket, local, ice_servers, events };
        people.values_mut().for_each(|person| work(person, &mut around));
    }

    fn open_socket(&mut self) -> Result<(), MeshError> {
        let shared = self.shared.clone();
        self.joined = false;
        self.heard_at = page::now_ms();
        self.socket = Some(Socket::open(&self.options.url, SUBPROTOCOL, move |event| {
            if let Some(shared) = shared.upgrade() {
                shared.enter(|session, events| session.socket_event(event, events));
            }
        })?);
        let call = self.caller(Self::ping);
        self.pings = Some(Interval::new(PING_EVERY_MS, call));
        Ok(())
    }

    fn socket_event(&mut self, event: SocketEvent, events: &mut Vec<MeshEvent>) {
        match event {
            SocketEvent::Open => {
                self.send(&ClientMessage::Hello(Hello {
                    version: VERSION,
                    features: FEATURES.map(String::from).to_vec(),
                    room: self.options.room.clone(),
                    name: self.options.name.clone(),
                    host_key: self.options.host_key.clone(),
                    token: None,
                    visitor: self.options.visitor.clone(),
                    rev: self.resume.as_ref().and(self.room.as_ref()).map(|room| room.state().rev),
                    resume: self.resume.clone(),
                }));
            }
            SocketEvent::Text(text) => {
                self.heard_at = page::now_ms();
                match ServerMessage::decode(&text) {
                    Ok(message) => self.message(message, events),
                    Err(error) => page::warn(&error.to_string()),
                }
            }
            SocketEvent::Closed => self.lost(0, events),
        }
    }

    fn message(&mut self, message: ServerMessage, events: &mut Vec<MeshEvent>) {
        match message {
            ServerMessage::Welcome(welcome) => self.welcome(*welcome, events),
            ServerMessage::Waiting(waiting) => {
                self.backoff.reset();
                self.limits = waiting.limits;
                events.push(MeshEvent::Connection(ConnectionState::Waiting));
            }
            ServerMessage::Session { resume } => self.resume = Some(resume),
            ServerMessage::Refused { code, action, .. } => self.refused(code, action, events),
            ServerMessage::Bye { code, action, retry_after_ms, .. } => {
                events.push(MeshEvent::Bye { code, action });
                self.dismissed(action, retry_after_ms.unwrap_or(0), events);
            }
            ServerMessage::Done { id } => events.push(MeshEvent::Done { id }),
            ServerMessage::Denied { id, code, .. } => events.push(MeshEvent::Denied { id, code }),
            ServerMessage::Event(envelope) => self.happened(&envelope, events),
            ServerMessage::Signal { from, data } => match Signal::decode(data.get()) {
                Ok(signal) => self.with_person(&from, events, |person, around| person.signal(signal, around)),
                Err(error) => page::warn(&error.to_string()),
            },
            ServerMessage::Ping => {
                self.send(&ClientMessage::Pong);
            }
            ServerMessage::Pong => {}
        }
    }

    /// In the room: back on the own seat, so that the connections with the others stay; or as somebody new, so that all
    /// are made anew.
    fn welcome(&mut self, welcome: Welcome, events: &mut Vec<MeshEvent>) {
        let Welcome { you, room, now, ice_servers, limits, resume, resumed, missed, .. } = welcome;
        let same_seat = resumed && self.you.as_ref() == Some(&you) && self.room.is_some();
        self.joined = true;
        self.backoff.reset();
        // A server clock beyond 2⁵³ ms is not one.
        self.clock_offset_ms = now.0 as f64 - page::now_ms();
        (self.you, self.limits, self.ice_servers) = (Some(you), limits, ice_servers);
        self.resume = Some(resume);
        events.push(MeshEvent::Connection(ConnectionState::Joined));
        if !same_seat {
            self.people.clear();
            self.expected.clear();
        }
        let other_history = missed.is_none();
        for envelope in missed.filter(|_| same_seat).unwrap_or_default() {
            self.happened(&envelope, events);
        }
        if self.room.as_ref().map(Room::state) != Some(&room) {
            events.push(MeshEvent::Room { state: Rc::new(room.clone()), event: None });
            self.room = Some(Room::from_state(room));
        }
        if same_seat {
            if other_history {
                self.expect_the_missing();
            }
            self.with_everybody(events, |person, around| person.signaling_back(around));
        }
        self.meet_and_part(events);
    }

    /// Sets aside who is not in the room that we came back to, for as long as their seats are kept.
    fn expect_the_missing(&mut self) {
        let Self { people, expected, room, .. } = self;
        let Some(room) = room else { return };
        let missing: Vec<_> = people.keys().filter(|id| room.state().person(id).is_none()).cloned().collect();
        expected.extend(missing.into_iter().filter_map(|id| people.remove_entry(&id)));
        let wait = u32::try_from(self.limits.guest_grace_ms).unwrap_or(u32::MAX >> 1);
        self.expecting = Some(Timeout::new(wait, self.caller(|session, _| session.expected.clear())));
    }

    fn happened(&mut self, envelope: &Envelope, events: &mut Vec<MeshEvent>) {
        let Some(room) = &mut self.room else { return };
        let known = room.state().rev;
        if !self.joined || envelope.rev <= known {
            return;
        }
        if envelope.rev > known + 1 {
            // Something is missing, and only a new snapshot can tell what.
            page::warn("an event is missing: joining afresh");
            self.lost(0, events);
            return;
        }
        evolve(room, envelope);
        let state = Rc::new(room.state().clone());
        events.push(MeshEvent::Room { state, event: Some(envelope.clone()) });
        self.meet_and_part(events);
        if let Event::PresenceChanged { person, away } = &envelope.event {
            self.with_person(person, events, |person, around| match away {
                true => person.handle(Input::SignalingLost, around),
                false => person.signaling_back(around),
            });
        }
    }

    /// Makes the connections agree with the room: nobody who is gone, everybody who is there, mutes kept,
    /// and to each a picture as good as so many people can have.
    fn meet_and_part(&mut self, events: &mut Vec<MeshEvent>) {
        let Self { shared, socket, local, ice_servers, people, expected, you, room, .. } = self;
        let (Some(you), Some(room)) = (you, room) else { return };
        people.retain(|id, _| room.state().person(id).is_some());
        let socket = socket.as_ref();
        let mut around = Surroundings { shared, socket, local, ice_servers, events };
        let host = room.state().host().map(|host| &host.id);
        // Everybody stands in the order of joining: who is before us offers, and we offer to those who are after us.
        let mut role = Role::Answerer;
        for present in &room.state().people {
            if present.id == *you {
                role = Role::Offerer;
                continue;
            }
            let quality = ladder(room.state().people.len(), host == Some(&present.id));
            if let Some(person) = people.get_mut(&present.id) {
                person.set_muted(present.muted, &mut around);
                person.set_quality(quality, &around);
                continue;
            }
            if let Some(mut person) = expected.remove(&present.id) {
                person.set_muted(present.muted, &mut around);
                person.set_quality(quality, &around);
                person.returned(&mut around);
                people.insert(present.id.clone(), person);
                continue;
            }
            match Person::meet(present.id.clone(), you, role, present.muted, quality, &mut around) {
                Ok(person) => drop(people.insert(present.id.clone(), person)),
                Err(error) => {
                    page::warn(&error.to_string());
                    let state = PeerState::Lost { cause: PeerLoss::NoConnection };
                    around.events.push(MeshEvent::Peer { person: present.id.clone(), state });
                }
            }
        }
    }

    fn refused(&mut self, code: Code, action: Action, events: &mut Vec<MeshEvent>) {
        if self.resume.is_some() && action == Action::Rejoin {
            // The seat is gone, the room may be there: at once as somebody new.
            self.resume = None;
            (self.socket, self.pings) = (None, None);
            self.try_later(0);
            return;
        }
        let Refusal::Adrift { retry } = refusal(code, action, self.room.is_some()) else {
            events.push(MeshEvent::Refused { code, action });
            self.dismissed(action, 0, events);
            return;
        };
        (self.socket, self.pings) = (None, None);
        if retry {
            self.try_later(0);
        }
        events.push(MeshEvent::Connection(ConnectionState::Adrift { code }));
    }

    fn dismissed(&mut self, action: Action, retry_after_ms: u64, events: &mut Vec<MeshEvent>) {
        if action == Action::Stop {
            self.close(events);
        } else {
            self.lost(u32::try_from(retry_after_ms).unwrap_or(u32::MAX), events);
        }
    }

    /// The socket is gone; media goes on. Tries again after a pause.
    fn lost(&mut self, at_least_ms: u32, events: &mut Vec<MeshEvent>) {
        if self.closed {
            return;
        }
        (self.socket, self.pings) = (None, None);
        if std::mem::take(&mut self.joined) {
            self.with_everybody(events, |person, around| person.handle(Input::SignalingLost, around));
        }
        let (attempt, next_in_ms) = self.try_later(at_least_ms);
        events.push(MeshEvent::Connection(ConnectionState::Reconnecting { attempt, next_in_ms }));
    }

    /// Opens a new socket after a pause. Gives the number of that try and the pause in milliseconds.
    fn try_later(&mut self, at_least_ms: u32) -> (u32, u32) {
        let (attempt, next_in_ms) = self.backoff.next(at_least_ms, page::random());
        let call = self.caller(|session, events| {
            if let Err(error) = session.open_socket() {
                page::warn(&error.to_string());
                session.lost(0, events);
            }
        });
        self.retry = Some(Timeout::new(next_in_ms, call));
        (attempt, next_in_ms)
    }

    fn ping(&mut self, events: &mut Vec<MeshEvent>) {
        // Sent or not: silence for the idle time tells.
        self.send(&ClientMessage::Ping);
        let idle_ms = self.limits.idle_ms.max(u64::from(PING_EVERY_MS) * 2);
        if page::now_ms() - self.heard_at > idle_ms as f64 {
            self.lost(0, events);
        }
    }

    fn close(&mut self, events: &mut Vec<MeshEvent>) {
        if std::mem::replace(&mut self.closed, true) {
            return;
        }
        self.joined = false;
        self.people.clear();
        self.expected.clear();
        (self.socket, self.pings, self.retry, self.departure) = (None, None, None, None);
        self.expecting = None;
        for slot in Slot::ALL {
            self.local.set(slot, None);
        }
        events.push(MeshEvent::Connection(ConnectionState::Closed));
    }

    fn send(&self, message: &ClientMessage) -> bool {
        self.socket.as_ref().is_some_and(|socket| socket.send(&message.encode()))
    }

    /// A callback that changes this session, while it exists.
    fn caller(
        &self,
        change: impl Fn(&mut Self, &mut Vec<MeshEvent>) + Copy + 'static,
    ) -> impl Fn() + 'static {
        let shared = self.shared.clone();
        move || {
            if let Some(shared) = shared.upgrade() {
                shared.enter(change);
            }
        }
    }
}
