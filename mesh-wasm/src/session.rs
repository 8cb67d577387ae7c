//! Being in a room: the signaling socket, its coming back, and who is met.

use std::collections::BTreeMap;
use std::rc::Weak;

use gloo_timers::callback::{Interval, Timeout};
use hostreel_negotiation::Signal;
use hostreel_protocol::{
    ClientMessage, Code, Command, IceServer, Limits, PersonId, RequestId, ResumeToken, ServerMessage,
};
use hostreel_room::Room;

use crate::backoff::Backoff;
use crate::browser::kept;
use crate::browser::page::{self, Watch};
use crate::browser::socket::Socket;
use crate::local::LocalTracks;
use crate::person::{Person, Surroundings};
use crate::shared::Shared;
use crate::{ConnectionState, MeshError, MeshEvent, Options, Seat, Slot};

mod link;
mod seats;

#[derive(Debug)]
pub(crate) struct Session {
    shared: Weak<Shared>,
    options: Options,
    closed: bool,
    socket: Option<Socket>,
    /// The present socket's `welcome` has come.
    joined: bool,
    /// The present socket was opened ahead, and nothing was heard on it yet.
    unproven: bool,
    heard_at: f64,
    limits: Limits,
    backoff: Backoff,
    retry: Option<Timeout>,
    /// The server does not want to be asked sooner.
    retry_not_before: f64,
    /// Runs while it is asked whether the connection is still alive.
    probe: Option<Timeout>,
    pings: Option<Interval>,
    watch: Option<Watch>,
    /// While nobody else is here: the browser makes a connection to nobody.
    rehearsal: Option<Timeout>,
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
        let back = options.seat == Seat::BackInTab;
        let resume = back.then(|| kept::kept(&options.room)).flatten();
        Self {
            shared,
            options,
            closed: false,
            socket: None,
            joined: false,
            unproven: false,
            heard_at: page::now_ms(),
            limits: Limits::default(),
            backoff: Backoff::default(),
            retry: None,
            retry_not_before: 0.0,
            probe: None,
            pings: None,
            watch: None,
            rehearsal: None,
            clock_offset_ms: 0.0,
            you: None,
            resume,
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

    /// What this page's person is called: as the room says, or before it is known as it was given. Whoever has to join
    /// afresh keeps a name that was taken in the meeting.
    fn name(&self) -> &str {
        let me = self.you.as_ref().zip(self.room.as_ref()).and_then(|(you, room)| room.state().person(you));
        me.map_or(&self.options.name, |me| &me.name)
    }

    pub(crate) fn clock_offset_ms(&self) -> f64 {
        self.clock_offset_ms
    }

    pub(crate) fn people(&self) -> &BTreeMap<PersonId, Person> {
        &self.people
    }

    /// Opens the socket for the first time, or takes the one that was opened ahead.
    pub(crate) fn open(&mut self, ahead: Option<Socket>) -> Result<(), MeshError> {
        let gone = self.caller(|session, events| {
            // Goes on watching after the end, as the page may be shown again.
            let watch = session.watch.take();
            session.step_out(events);
            session.watch = watch;
        });
        self.watch = Some(page::watch(gone, self.caller(Self::wake))?);
        match ahead {
            Some(socket) => self.use_ahead(socket),
            None => self.open_socket()?,
        }
        Ok(())
    }

    /// Whether a first connection is coming about that what the page draws would be in the way of.
    pub(crate) fn is_urgent(&self) -> bool {
        self.people.values().any(Person::is_urgent)
    }

    /// The page has waited for that once more.
    pub(crate) fn delayed(&mut self) {
        self.people.values_mut().filter(|person| person.is_urgent()).for_each(Person::delayed);
    }

    /// Another track for a slot.
    pub(crate) fn set_track(
        &mut self,
        slot: Slot,
        track: Option<web_sys::MediaStreamTrack>,
        events: &mut Vec<MeshEvent>,
    ) {
        let changed = self.local.set(slot, track);
        self.with_everybody(events, |person, around| person.track_set(slot, changed, around));
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

    /// The page goes: it is closed, or loaded anew and back at once.
    fn step_out(&mut self, events: &mut Vec<MeshEvent>) {
        if self.options.seat == Seat::OfPage {
            self.leave(events);
            return;
        }
        if self.joined {
            // Nobody looks at a last picture that stands still.
            self.with_everybody(events, |person, around| person.tell_nothing_live(around));
            self.send(&ClientMessage::BackSoon);
        }
        self.end(events);
    }

    /// What takes the seat back from now on.
    fn keep(&mut self, resume: ResumeToken) {
        if self.options.seat != Seat::OfPage {
            kept::keep(&self.options.room, &resume);
        }
        self.resume = Some(resume);
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

    fn message(&mut self, message: ServerMessage, events: &mut Vec<MeshEvent>) {
        match message {
            ServerMessage::Welcome(welcome) => self.welcome(*welcome, events),
            ServerMessage::Waiting(waiting) => {
                self.backoff.reset();
                self.limits = waiting.limits;
                let host_present = waiting.host_present;
                events.push(MeshEvent::Connection(ConnectionState::Waiting { host_present }));
            }
            ServerMessage::Session { resume } => self.keep(resume),
            ServerMessage::IceServers { ice_servers } => {
                self.ice_servers = ice_servers;
                self.with_everybody(events, |person, around| person.renew(around));
            }
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

    /// A callback that changes this session, while it exists.
    fn caller(
        &self,
        change: impl Fn(&mut Self, &mut Vec<MeshEvent>) + Copy + 'static,
    ) -> impl Fn() + Clone + 'static {
        let shared = self.shared.clone();
        move || {
            if let Some(shared) = shared.upgrade() {
                shared.enter(change);
            }
        }
    }
}
