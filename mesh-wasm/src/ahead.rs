//! What can be done before anybody joins: nothing of it tells anybody that somebody is about to.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use hostreel_protocol::SUBPROTOCOL;

use crate::browser::page;
use crate::browser::socket::{Socket, SocketEvent};
use crate::{Mesh, MeshError, MeshEvent, Options, lines};

/// How long a socket is kept on which nothing is said, in milliseconds: for less than the server waits for a `hello`.
const KEPT_MS: u32 = 4_000;

/// A socket to the server that is opened before it is needed. Nothing is said on it before [`Self::join`]. Dropped:
/// closed.
pub struct Ahead {
    url: String,
    opened: Rc<RefCell<Option<Opened>>>,
}

struct Opened {
    socket: Socket,
    _over: Timeout,
}

impl fmt::Debug for Ahead {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Ahead").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Ahead {
    /// For what [`Options::for_page`] joins by. Nothing is opened yet.
    ///
    /// # Errors
    /// [`MeshError::NoWindow`] outside of a page (in a worker).
    pub fn for_page() -> Result<Self, MeshError> {
        Ok(Self { url: page::socket_url("/ws")?, opened: Rc::default() })
    }

    /// Opens the socket, unless there is one: somebody seems to be about to join. It is kept for four seconds; call this
    /// as often as there is a sign. One that can't be opened is missed by nobody.
    pub fn open(&self) {
        if self.opened.borrow().as_ref().is_some_and(|opened| opened.socket.is_alive()) {
            return;
        }
        let Ok(mut socket) = Socket::open(&self.url, SUBPROTOCOL) else { return };
        let opened = Rc::downgrade(&self.opened);
        let over = move || {
            if let Some(opened) = opened.upgrade() {
                opened.take();
            }
        };
        let _over = Timeout::new(KEPT_MS, over.clone());
        socket.listen(move |event| match event {
            SocketEvent::Open => {}
            // The server says nothing before the `hello` but that it is over.
            SocketEvent::Text(_) | SocketEvent::Closed => over(),
        });
        *self.opened.borrow_mut() = Some(Opened { socket, _over });
    }

    /// [`Mesh::connect`], on the socket that is open already, if there is one.
    ///
    /// # Errors
    /// As [`Mesh::connect`].
    pub fn join(&self, options: Options, on_event: impl Fn(MeshEvent) + 'static) -> Result<Mesh, MeshError> {
        let socket = self.opened.take().map(|opened| opened.socket);
        let socket = socket.filter(|socket| socket.is_alive() && options.url == self.url);
        Mesh::connect_on(socket, options, on_event)
    }

    /// Makes a connection to nobody and throws it away, as the first one of a page takes longer than all later ones.
    pub async fn rehearse() {
        lines::rehearse().await;
    }
}
