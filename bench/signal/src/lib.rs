//! What the two bare relays share: a signal goes from one websocket to another by name, and nothing else is done. No
//! rooms, no rules, no limits: what a relay costs at the least.
//!
//! A client connects to `/ws/NAME` and sends `{"to":NAME,"data":…}`; the other gets `{"from":NAME,"data":…}`.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use futures::{SinkExt as _, StreamExt as _};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

/// Small buffers, as our server has them.
#[must_use]
pub fn small_buffers() -> WebSocketConfig {
    WebSocketConfig::default().read_buffer_size(4 * 1024).write_buffer_size(4 * 1024)
}

/// A listening socket with a long backlog and without delay, as our server has it.
///
/// # Errors
/// When the address is taken.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    socket.set_tcp_nodelay(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(4096)?;
    TcpListener::from_std(socket.into())
}

/// Everybody, by name.
#[derive(Debug, Clone, Default)]
pub struct Everybody(Arc<Mutex<HashMap<String, mpsc::UnboundedSender<Utf8Bytes>>>>);

#[derive(Deserialize)]
struct To<'a> {
    to: &'a str,
    #[serde(borrow)]
    data: &'a RawValue,
}

#[derive(Serialize)]
struct From<'a> {
    from: &'a str,
    data: &'a RawValue,
}

/// Relays for one client until it goes.
pub async fn relay<S>(socket: WebSocketStream<S>, name: String, everybody: Everybody)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (queue, mut waiting) = mpsc::unbounded_channel::<Utf8Bytes>();
    let lock = || everybody.0.lock().unwrap_or_else(PoisonError::into_inner);
    lock().insert(name.clone(), queue);
    let (mut sink, mut stream) = socket.split();
    let write = async {
        while let Some(text) = waiting.recv().await {
            if sink.send(Message::Text(text)).await.is_err() {
                break;
            }
        }
    };
    let read = async {
        while let Some(Ok(message)) = stream.next().await {
            let Message::Text(text) = message else { continue };
            let Ok(To { to, data }) = serde_json::from_str(&text) else { continue };
            let text = serde_json::to_string(&From { from: &name, data }).unwrap_or_default();
            if let Some(queue) = lock().get(to) {
                let _ = queue.send(text.into());
            }
        }
    };
    tokio::select! {
        () = write => {}
        () = read => {}
    }
    lock().remove(&name);
}
