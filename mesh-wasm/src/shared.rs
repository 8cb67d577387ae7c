//! What all handles of a mesh and all its callbacks share. Callbacks hold it weakly, so that dropping the last handle
//! ends everything.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::fmt;
use std::rc::{Rc, Weak};

use hostreel_protocol::PersonId;

use crate::browser::page;
use crate::local::LocalTracks;
use crate::person::{Person, Surroundings};
use crate::session::Session;
use crate::{ConnectionState, MeshError, MeshEvent, Options};

pub(crate) struct Shared {
    session: RefCell<Session>,
    events: RefCell<VecDeque<MeshEvent>>,
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
    pub(crate) fn start(
        options: Options,
        on_event: impl Fn(MeshEvent) + 'static,
    ) -> Result<Rc<Self>, MeshError> {
        if !page::has_webrtc()? {
            return Err(MeshError::NoWebRtc);
        }
        let local = LocalTracks::new()?;
        let mut failed = Ok(());
        let shared = Rc::new_cyclic(|weak: &Weak<Self>| Self {
            session: RefCell::new(Session::new(weak.clone(), options, local)),
            events: RefCell::default(),
            delivering: Cell::new(false),
            silent: Cell::new(false),
            on_event: Box::new(on_event),
        });
        shared.later(|session, events| {
            failed = session.open();
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

    fn deliver(&self) {
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
