//! A meeting that was joined before its page is there.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use hostreel_mesh::{Ahead, ConnectionState, Mesh, MeshError, MeshEvent, Options, Seat, Slot};
use wasm_bindgen_futures::spawn_local;
use yew::Callback;

use super::device_streams::first_track;
use super::devices::DevicesHandle;
use super::door::{Door, Entry};
use super::join_token;
use super::visitor::visitor_of;

/// When the browser makes a connection to nobody, in milliseconds after everything has come: the camera goes first.
const REHEARSED_AFTER_MS: u32 = 1_000;

/// The page before the meeting stays for so long at most, in milliseconds, unless something is known before.
const STAYS_MS: u32 = 180;

/// A meeting that is being joined, and what came of it so far.
pub(crate) struct Begun {
    pub(crate) mesh: Result<Mesh, MeshError>,
    pub(crate) events: Rc<Events>,
}

impl Begun {
    /// Joins at once.
    pub(crate) fn new(entry: &Entry, ahead: Option<&Ahead>) -> Self {
        let events = Rc::new(Events::default());
        let on_event = {
            let events = Rc::clone(&events);
            move |event| events.happened(event)
        };
        let seat = if entry.back { Seat::BackInTab } else { Seat::OfTab };
        let options = Options::for_page(entry.room.clone(), entry.name.clone(), entry.host_key.clone()).map(
            |options| Options {
                token: join_token::kept(&entry.room),
                visitor: visitor_of(&entry.room),
                seat,
                ..options
            },
        );
        let mesh = options.and_then(|options| match ahead {
            Some(ahead) => ahead.join(options, on_event),
            None => Mesh::connect(options, on_event),
        });
        Self { mesh, events }
    }
}

type Handler = Rc<dyn Fn(MeshEvent)>;

/// What happens in a meeting, in order: kept until somebody follows it.
#[derive(Default)]
pub(crate) struct Events {
    waiting: RefCell<VecDeque<MeshEvent>>,
    /// Told once, of the first that there is to show, or when that takes too long.
    news: RefCell<Option<(Callback<()>, Timeout)>>,
    handler: RefCell<Option<Handler>>,
}

impl Events {
    /// Hands on what waits, and all that comes from now on.
    pub(crate) fn follow(&self, handler: impl Fn(MeshEvent) + 'static) {
        loop {
            // What comes while this is told waits behind it.
            let next = self.waiting.borrow_mut().pop_front();
            let Some(event) = next else { break };
            handler(event);
        }
        *self.handler.borrow_mut() = Some(Rc::new(handler));
    }

    fn happened(&self, event: MeshEvent) {
        let handler = self.handler.borrow().clone();
        if let Some(handler) = handler {
            handler(event);
            return;
        }
        let begins = matches!(event, MeshEvent::Connection(ConnectionState::Connecting));
        self.waiting.borrow_mut().push_back(event);
        if !begins {
            self.tell_news();
        }
    }

    fn tell_news(&self) {
        let news = self.news.take();
        if let Some((on_news, _)) = news {
            on_news.emit(());
        }
    }
}

/// A door of this page's server; nothing where there can't be one.
pub(crate) fn door() -> Option<Rc<dyn Door>> {
    let rehearsal = Timeout::new(REHEARSED_AFTER_MS, || spawn_local(Ahead::rehearse()));
    Some(Rc::new(Ready {
        ahead: Ahead::for_page().ok()?,
        begun: RefCell::default(),
        rehearsal: RefCell::new(Some(rehearsal)),
    }))
}

struct Ready {
    ahead: Ahead,
    begun: RefCell<Option<Begun>>,
    rehearsal: RefCell<Option<Timeout>>,
}

impl Door for Ready {
    fn approach(&self) {
        self.ahead.open();
    }

    fn enter(&self, entry: &Entry, devices: &DevicesHandle, on_news: Callback<()>) {
        if self.begun.borrow().is_some() {
            // Pressed twice.
            return;
        }
        // It would only be in the way now.
        self.rehearsal.take();
        let begun = Begun::new(entry, Some(&self.ahead));
        let Ok(mesh) = &begun.mesh else {
            *self.begun.borrow_mut() = Some(begun);
            on_news.emit(());
            return;
        };
        let devices = devices.devices();
        mesh.set_track(Slot::Audio, devices.heard().and_then(first_track));
        mesh.set_track(Slot::Camera, devices.seen().and_then(first_track));
        let events = Rc::downgrade(&begun.events);
        let late = Timeout::new(STAYS_MS, move || {
            if let Some(events) = events.upgrade() {
                events.tell_news();
            }
        });
        *begun.events.news.borrow_mut() = Some((on_news, late));
        *self.begun.borrow_mut() = Some(begun);
    }

    fn take(&self) -> Option<Begun> {
        self.begun.take()
    }
}
