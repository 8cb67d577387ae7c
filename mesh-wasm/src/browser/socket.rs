//! `WebSocket`.

use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{MessageEvent, WebSocket};

use crate::MeshError;

/// Most bytes that may wait in the browser. The server's messages are small: more means that nothing gets through.
const MAX_BUFFERED_BYTES: u32 = 1_048_576;

/// What a socket tells.
#[derive(Debug)]
pub(crate) enum SocketEvent {
    /// It can send.
    Open,
    /// A text message.
    Text(String),
    /// It is over, or never came about.
    Closed,
}

/// An open socket. Dropped: closed, and it tells nothing more.
#[must_use]
#[derive(Debug)]
pub(crate) struct Socket {
    socket: WebSocket,
    _listeners: Option<[EventListener; 3]>,
}

impl Socket {
    /// Begins to connect. It tells nothing before [`Self::listen`]: call that within the same task.
    pub(crate) fn open(url: &str, protocol: &str) -> Result<Self, MeshError> {
        let socket = WebSocket::new_with_str(url, protocol)
            .map_err(|thrown| MeshError::BadUrl { reason: super::reason(&thrown) })?;
        Ok(Self { socket, _listeners: None })
    }

    /// Tells `tell` from now on, and nobody else any more. Events are tasks of their own, so none is lost in between.
    pub(crate) fn listen(&mut self, tell: impl Fn(SocketEvent) + Clone + 'static) {
        let socket = &self.socket;
        // `error` is always followed by `close`.
        let (opened, closed) = (tell.clone(), tell.clone());
        self._listeners = Some([
            EventListener::new(socket, "open", move |_| opened(SocketEvent::Open)),
            EventListener::new(socket, "close", move |_| closed(SocketEvent::Closed)),
            EventListener::new(socket, "message", move |event| {
                let data = event.dyn_ref::<MessageEvent>().and_then(|message| message.data().as_string());
                if let Some(text) = data {
                    tell(SocketEvent::Text(text));
                }
            }),
        ]);
    }

    /// It can send.
    pub(crate) fn is_open(&self) -> bool {
        self.socket.ready_state() == WebSocket::OPEN
    }

    /// It can send, or will.
    pub(crate) fn is_alive(&self) -> bool {
        self.is_open() || self.socket.ready_state() == WebSocket::CONNECTING
    }

    /// Sends a text message; `false` when it can't (not open, or too much is waiting already).
    pub(crate) fn send(&self, text: &str) -> bool {
        self.is_open()
            && self.socket.buffered_amount() < MAX_BUFFERED_BYTES
            && self.socket.send_with_str(text).is_ok()
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        // What was sent before still goes out. Fails only for a bad code, and none is given.
        let _ = self.socket.close();
    }
}
