//! What all handles of a mesh and all its callbacks share. Callbacks hold it weakly, so that dropping the last handle
//! ends everything.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::fmt;
use std::rc::{Rc, Weak};

use gloo_timers::callback::Timeout;
use hostreel_protocol::PersonId;

use crate::browser::page;
use crate::browser::socket::Socket;
use crate::local::LocalTracks;
use crate::person::{Person, Surroundings};
use crate::session::Session;
use crate::{ConnectionState, MeshError, MeshEvent, Options};

/// The page hears of things later by so much, in milliseconds, while a first connection is coming about; then it is seen
/// whether it has to wait again.
const DELAY_MS: u32 = 20;
/// How often in a row it waits at most, whoever comes meanwhile.
const MOST_DELAYS: u32 = 8;

pub(crate) struct Shared {
    me: Weak<Self>,
    session: RefCell<Session>,
    events: RefCell<VecDeque<MeshEvent>>,
    /// How often the oldest of the events has waited, and until when it does now.
    delays: Cell<u32>,
    delay: RefCell<Option<Timeout>>,
    delivering: Cell<bool>,
    silent: Cell<bool>,
    on_event: Box<dyn Fn(MeshEvent)>,
}

impl fmt::Debug for Shared {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Shared").finish_non_exhaustive()
    }
}

impl Shared {
    /// `ahead`: a socket that is open, or will be, to where the options say.
    pub(crate) fn start(
        options: Options,
        ahead: Option<Socket>,
        on_event: impl Fn(MeshEvent) + 'static,
    ) -> Result<Rc<Self>, MeshError> {
        if !page::has_webrtc()? {
            return Err(MeshError::NoWebRtc);
        }
        let local = LocalTracks::new()?;
        let mut failed = Ok(());
        let shared = Rc::new_cyclic(|weak: &Weak<Self>| Self {
            me: weak.clone(),
            session: RefCell::new(Session::new(weak.clone(), options, local)),
            events: RefCell::default(),
            delays: Cell::new(0),
            delay: RefCell::default(),
            delivering: Cell::new(false),
            silent: Cell::new(false),
            on_event: Box::new(on_event),
        });
        shared.later(|session, events| {
            failed = session.open(ahead);
            events.push(MeshEvent::Connection(ConnectionState::Connecting));
        });
        failed.map(|()| shared)
    }

    /// Changes the session, then tells the page what came of it. The page is called with nothing borrowed, so it may
    /// call back; then its events come after those that are being told.
    pub(crate) fn enter<R>(&self, change: impl FnOnce(&mut Session, &mut Vec<MeshEvent>) -> R) -> R {
        let result = self.change(change);
        self.deliver();
        result
    }

    /// As [`Self::enter`], but the page hears of it after the present call.
    pub(crate) fn later<R>(
        self: &Rc<Self>,
        change: impl FnOnce(&mut Session, &mut Vec<MeshEvent>) -> R,
    ) -> R {
        let result = self.change(change);
        let shared = Rc::downgrade(self);
        wasm_bindgen_futures::spawn_local(async move {
            if let Some(shared) = shared.upgrade() {
                shared.deliver();
            }
        });
        result
    }

    /// Reads the session.
    pub(crate) fn read<R>(&self, read: impl FnOnce(&Session) -> R) -> R {
        read(&self.session.borrow())
    }

    /// Works on the connection with a person, if they are still there.
    pub(crate) fn with_person(&self, id: &PersonId, work: impl FnOnce(&mut Person, &mut Surroundings<'_>)) {
        self.enter(|session, events| session.with_person(id, events, work));
    }

    /// Leaves without telling the page.
    pub(crate) fn close_silently(&self) {
        self.silent.set(true);
        self.change(|session, events| session.leave(events));
    }

    fn change<R>(&self, change: impl FnOnce(&mut Session, &mut Vec<MeshEvent>) -> R) -> R {
        let mut events = Vec::new();
        let result = change(&mut self.session.borrow_mut(), &mut events);
        self.events.borrow_mut().extend(events);
        result
    }

    /// Whether the page is told later: what it would draw now is in the way of a first picture. Never for long, and nothing
    /// is lost or overtaken.
    fn holds_back(&self) -> bool {
        let events = self.events.borrow();
        let may = self.delays.get() < MOST_DELAYS && events.iter().all(MeshEvent::can_wait);
        let waits = may && !events.is_empty();
        drop(events);
        if !waits || !self.session.borrow().is_urgent() {
            self.delays.set(0);
            self.delay.take();
            return false;
        }
        if self.delay.borrow().is_none() {
            let me = self.me.clone();
            *self.delay.borrow_mut() = Some(Timeout::new(DELAY_MS, move || {
                if let Some(shared) = me.upgrade() {
                    shared.delay.take();
                    shared.delays.set(shared.delays.get() + 1);
                    shared.session.borrow_mut().delayed();
                    shared.deliver();
                }
            }));
        }
        true
    }

    fn deliver(&self) {
        if self.holds_back() {
            return;
        }
        if self.delivering.replace(true) {
            return;
        }
        loop {
            let next = self.events.borrow_mut().pop_front();
            let Some(event) = next.filter(|_| !self.silent.get()) else { break };
            (self.on_event)(event);
        }
        self.delivering.set(false);
    }
}
