//! The signaling socket: opened, watched, lost, opened again.

use gloo_timers::callback::{Interval, Timeout};
use hostreel_negotiation::Input;
use hostreel_protocol::{Action, ClientMessage, Code, FEATURES, Hello, SUBPROTOCOL, ServerMessage, VERSION};

use super::Session;
use crate::browser::socket::{Socket, SocketEvent};
use crate::browser::{kept, page};
use crate::refusal::{Refusal, refusal};
use crate::wake::{PROBE_MS, Standing, Waking, waking};
use crate::{ConnectionState, MeshError, MeshEvent, Seat, Slot};

/// Between two pings of ours, in milliseconds: three fit into the server's idle time.
const PING_EVERY_MS: u32 = 15_000;

impl Session {
    pub(super) fn open_socket(&mut self) -> Result<(), MeshError> {
        let socket = Socket::open(&self.options.url, SUBPROTOCOL)?;
        self.use_socket(socket);
        Ok(())
    }

    /// Goes on with a socket that was opened ahead. What was open before it was needed may be over by the time that it is:
    /// then another one takes its place, and nobody need hear of it.
    pub(super) fn use_ahead(&mut self, socket: Socket) {
        let open = socket.is_open();
        self.use_socket(socket);
        self.unproven = true;
        if open {
            self.say_hello();
        }
    }

    fn use_socket(&mut self, mut socket: Socket) {
        let shared = self.shared.clone();
        self.joined = false;
        self.unproven = false;
        self.heard_at = page::now_ms();
        socket.listen(move |event| {
            if let Some(shared) = shared.upgrade() {
                shared.enter(|session, events| session.socket_event(event, events));
            }
        });
        self.socket = Some(socket);
        let call = self.caller(Self::ping);
        self.pings = Some(Interval::new(PING_EVERY_MS, call));
    }

    fn say_hello(&self) {
        self.send(&ClientMessage::Hello(Hello {
            version: VERSION,
            features: FEATURES.map(String::from).to_vec(),
            room: self.options.room.clone(),
            name: self.name().to_owned(),
            host_key: self.options.host_key.clone(),
            token: self.options.token.clone(),
            visitor: self.options.visitor.clone(),
            rev: self.resume.as_ref().and(self.room.as_ref()).map(|room| room.state().rev),
            resume: self.resume.clone(),
        }));
    }

    /// In place of a socket that was opened ahead and was over before it was of use. `false`: this is not one.
    fn replace_unproven(&mut self) -> bool {
        std::mem::take(&mut self.unproven) && self.open_socket().is_ok()
    }

    fn socket_event(&mut self, event: SocketEvent, events: &mut Vec<MeshEvent>) {
        match event {
            SocketEvent::Open => self.say_hello(),
            SocketEvent::Text(text) => {
                self.heard_at = page::now_ms();
                match ServerMessage::decode(&text) {
                    Ok(ServerMessage::Refused { code: Code::HelloTimeout, .. })
                        if self.replace_unproven() => {}
                    Ok(message) => {
                        self.unproven = false;
                        self.message(message, events);
                    }
                    Err(error) => page::warn(&error.to_string()),
                }
            }
            SocketEvent::Closed if self.replace_unproven() => {}
            SocketEvent::Closed => self.lost(0, events),
        }
    }

    pub(super) fn refused(&mut self, code: Code, action: Action, events: &mut Vec<MeshEvent>) {
        if self.resume.is_some() && action == Action::Rejoin {
            self.resume = None;
            kept::forget(&self.options.room);
            if self.room.is_none() {
                // A page that was loaded anew: whether to come in as somebody new is up to who sits before it.
                events.push(MeshEvent::Refused { code, action });
                self.close(events);
                return;
            }
            // The seat is gone, the room may be there: at once as somebody new.
            self.unplug();
            self.try_later(0);
            return;
        }
        let Refusal::Adrift { retry } = refusal(code, action, self.room.is_some()) else {
            events.push(MeshEvent::Refused { code, action });
            self.dismissed(action, 0, events);
            return;
        };
        self.unplug();
        if retry {
            self.try_later(0);
        }
        events.push(MeshEvent::Connection(ConnectionState::Adrift { code }));
    }

    pub(super) fn dismissed(&mut self, action: Action, retry_after_ms: u64, events: &mut Vec<MeshEvent>) {
        if action == Action::Stop {
            self.close(events);
        } else {
            self.lost(u32::try_from(retry_after_ms).unwrap_or(u32::MAX), events);
        }
    }

    /// The socket is gone; media goes on. Tries again after a pause.
    pub(super) fn lost(&mut self, at_least_ms: u32, events: &mut Vec<MeshEvent>) {
        if self.closed {
            return;
        }
        self.unplug();
        if std::mem::take(&mut self.joined) {
            self.with_everybody(events, |person, around| person.handle(Input::SignalingLost, around));
        }
        let (attempt, next_in_ms) = self.try_later(at_least_ms);
        events.push(MeshEvent::Connection(ConnectionState::Reconnecting { attempt, next_in_ms }));
    }

    /// Opens a new socket after a pause. Gives the number of that try and the pause in milliseconds.
    fn try_later(&mut self, at_least_ms: u32) -> (u32, u32) {
        let (attempt, next_in_ms) = self.backoff.next(at_least_ms, page::random());
        self.retry_not_before = if at_least_ms > 0 { page::now_ms() + f64::from(next_in_ms) } else { 0.0 };
        self.retry = Some(Timeout::new(next_in_ms, self.caller(Self::try_now)));
        (attempt, next_in_ms)
    }

    fn try_now(&mut self, events: &mut Vec<MeshEvent>) {
        self.retry = None;
        if let Err(error) = self.open_socket() {
            page::warn(&error.to_string());
            self.lost(0, events);
        }
    }

    /// The page may not have run for a while, or had no network: looks how things are.
    pub(super) fn wake(&mut self, events: &mut Vec<MeshEvent>) {
        let standing = match &self.socket {
            _ if self.closed => Standing::Over,
            Some(socket) if socket.is_open() => Standing::Open,
            Some(_) => Standing::Opening { since_ms: self.heard_at },
            None if self.retry.is_some() => Standing::Pausing { not_before_ms: self.retry_not_before },
            None => Standing::Over,
        };
        match waking(standing, page::now_ms()) {
            Waking::TryNow => {
                self.backoff.reset();
                self.try_now(events);
            }
            Waking::Probe if self.probe.is_none() => self.probe(),
            Waking::Probe | Waking::Wait => {}
        }
    }

    /// Asks whether the connection is alive: what is said is heard soon, or never.
    fn probe(&mut self) {
        self.send(&ClientMessage::Ping);
        let asked_at = page::now_ms();
        let shared = self.shared.clone();
        self.probe = Some(Timeout::new(PROBE_MS, move || {
            if let Some(shared) = shared.upgrade() {
                shared.enter(|session, events| {
                    session.probe = None;
                    if session.heard_at < asked_at {
                        session.lost(0, events);
                    }
                });
            }
        }));
    }

    /// Lets go of the socket, and of all that watches it.
    fn unplug(&mut self) {
        (self.socket, self.pings, self.probe) = (None, None, None);
    }

    fn ping(&mut self, events: &mut Vec<MeshEvent>) {
        // Sent or not: silence for the idle time tells.
        self.send(&ClientMessage::Ping);
        let idle_ms = self.limits.idle_ms.max(u64::from(PING_EVERY_MS) * 2);
        if page::now_ms() - self.heard_at > idle_ms as f64 {
            self.lost(0, events);
        }
    }

    /// It is over: there is no seat to come back to.
    pub(super) fn close(&mut self, events: &mut Vec<MeshEvent>) {
        if !self.closed && self.options.seat != Seat::OfPage {
            kept::forget(&self.options.room);
        }
        self.end(events);
    }

    /// Lets go of everything.
    pub(super) fn end(&mut self, events: &mut Vec<MeshEvent>) {
        if std::mem::replace(&mut self.closed, true) {
            return;
        }
        self.joined = false;
        self.people.clear();
        self.expected.clear();
        self.unplug();
        (self.retry, self.watch) = (None, None);
        (self.expecting, self.rehearsal) = (None, None);
        for slot in Slot::ALL {
            self.local.set(slot, None);
        }
        events.push(MeshEvent::Connection(ConnectionState::Closed));
    }

    pub(super) fn send(&self, message: &ClientMessage) -> bool {
        self.socket.as_ref().is_some_and(|socket| socket.send(&message.encode()))
    }
}
