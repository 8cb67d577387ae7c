//! What servers speak: how to come in, and how one signal gets to one other.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use futures::{SinkExt as _, StreamExt as _};
use hostreel_bench_signal::small_buffers;
use hostreel_protocol::{CreatedRoom, ServerMessage};
use serde_json::json;

use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

/// Longer than anything takes that works.
const PATIENCE: Duration = Duration::from_secs(60);
/// Local addresses to connect from: one has too few ports for three waves of ten thousand.
const ADDRESSES: usize = 16;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Dialect {
    /// `signal-server`
    Hostreel,
    /// The bare relays of this crate
    Bare,
    /// matchbox_server
    Matchbox,
    /// peerjs-server
    Peerjs,
    /// y-webrtc's signaling server
    YWebrtc,
}

/// The server that is loaded.
#[derive(Debug)]
pub(crate) struct Target {
    url: String,
    address: SocketAddr,
    pub(crate) dialect: Dialect,
    pub(crate) pid: u32,
    /// Connections so far.
    made: AtomicUsize,
    rooms_made: AtomicUsize,
}

/// Where somebody comes in.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    room: Option<CreatedRoom>,
    name: String,
    is_host: bool,
}

/// Somebody who has come in.
pub(crate) struct Member {
    pub(crate) socket: WebSocketStream<TcpStream>,
    pub(crate) id: String,
}

impl Target {
    pub(crate) fn new(url: &str, dialect: Dialect, pid: u32) -> Result<Self> {
        let address = url.strip_prefix("http://").context("http://ADDRESS:PORT")?.parse()?;
        Ok(Self {
            url: url.to_owned(),
            address,
            dialect,
            pid,
            made: AtomicUsize::new(0),
            rooms_made: AtomicUsize::new(0),
        })
    }

    /// Places for rooms of so many people.
    pub(crate) async fn rooms(&self, rooms: usize, people: usize) -> Result<Vec<Vec<Place>>> {
        let server = signal_client::Server::new(&self.url)?;
        let first = self.rooms_made.fetch_add(rooms, Ordering::Relaxed);
        let mut places = Vec::new();
        for room in 0..rooms {
            let created = match self.dialect {
                Dialect::Hostreel => Some(server.create_room(&Default::default()).await?),
                _ => None,
            };
            let place = |person: usize| Place {
                room: created.clone(),
                // Never the same twice: others know people by it.
                name: format!("p{}-{person}", first + room),
                is_host: person == 0,
            };
            places.push((0..people).map(place).collect());
        }
        Ok(places)
    }

    pub(crate) async fn stream(&self, buffer: Option<u32>) -> Result<TcpStream> {
        let socket = TcpSocket::new_v4()?;
        socket.set_nodelay(true)?;
        if let Some(buffer) = buffer {
            socket.set_recv_buffer_size(buffer)?;
        }
        let number = self.made.fetch_add(1, Ordering::Relaxed) % ADDRESSES;
        let last = u8::try_from(number + 1).unwrap_or(1);
        socket.bind(SocketAddr::from(([127, 0, 0, last], 0)))?;
        Ok(socket.connect(self.address).await?)
    }

    /// Connects and comes in; `buffer` is the size of the kernel's buffer for reading.
    pub(crate) async fn enter(&self, place: &Place, buffer: Option<u32>) -> Result<Member> {
        tokio::time::timeout(PATIENCE, self.enter_now(place, buffer))
            .await
            .context("took too long to come in")?
    }

    async fn enter_now(&self, place: &Place, buffer: Option<u32>) -> Result<Member> {
        let (name, address) = (&place.name, self.address);
        let path = match self.dialect {
            Dialect::Hostreel => "ws".to_owned(),
            Dialect::Bare => format!("ws/{name}"),
            // One room for each four, so that nobody is told of thousands.
            Dialect::Matchbox => name.split('-').next().unwrap_or(name).to_owned(),
            Dialect::Peerjs => format!("peerjs?key=peerjs&id={name}&token=t"),
            Dialect::YWebrtc => String::new(),
        };
        let mut request = format!("ws://{address}/{path}").into_client_request()?;
        if self.dialect == Dialect::Hostreel {
            request.headers_mut().insert("sec-websocket-protocol", hostreel_protocol::SUBPROTOCOL.parse()?);
        }
        let stream = self.stream(buffer).await?;
        let (mut socket, _) =
            tokio_tungstenite::client_async_with_config(request, stream, Some(small_buffers())).await?;
        let id = match self.dialect {
            Dialect::Hostreel => {
                socket.send(Message::text(hello(place)?)).await?;
                match ServerMessage::decode(&text(&mut socket).await?)? {
                    ServerMessage::Welcome(welcome) => welcome.you.as_str().to_owned(),
                    other => bail!("not welcome: {other:?}"),
                }
            }
            Dialect::Bare => name.clone(),
            Dialect::Matchbox => {
                let first: serde_json::Value = serde_json::from_str(&text(&mut socket).await?)?;
                first["IdAssigned"].as_str().context("no id")?.to_owned()
            }
            Dialect::Peerjs => {
                let first = text(&mut socket).await?;
                if !first.contains("OPEN") {
                    bail!("not open: {first}");
                }
                name.clone()
            }
            Dialect::YWebrtc => {
                let subscribe = json!({ "type": "subscribe", "topics": [name] }).to_string();
                socket.send(Message::text(subscribe)).await?;
                // It answers nothing to that; but to this, and in order.
                socket.send(Message::text(r#"{"type":"ping"}"#)).await?;
                text(&mut socket).await?;
                name.clone()
            }
        };
        Ok(Member { socket, id })
    }

    /// One signal for one other.
    pub(crate) fn signal(&self, to: &str, data: &str) -> String {
        match self.dialect {
            Dialect::Hostreel => format!(r#"{{"type":"signal","to":"{to}","data":{data}}}"#),
            Dialect::Bare => format!(r#"{{"to":"{to}","data":{data}}}"#),
            Dialect::Matchbox => format!(r#"{{"Signal":{{"receiver":"{to}","data":{data}}}}}"#),
            Dialect::Peerjs => format!(r#"{{"type":"OFFER","dst":"{to}","payload":{data}}}"#),
            Dialect::YWebrtc => format!(r#"{{"type":"publish","topic":"{to}","data":{data}}}"#),
        }
    }

    /// Waits for the next signal and gives its text.
    pub(crate) async fn receive(&self, member: &mut Member) -> Result<String> {
        let mark = match self.dialect {
            Dialect::Hostreel => r#"{"type":"signal""#,
            Dialect::Bare => r#"{"from":"#,
            Dialect::Matchbox => r#"{"Signal":"#,
            Dialect::Peerjs => r#""type":"OFFER""#,
            Dialect::YWebrtc => r#""type":"publish""#,
        };
        let found = async {
            loop {
                let text = text(&mut member.socket).await?;
                if text.contains(mark) {
                    return Ok(text);
                }
            }
        };
        tokio::time::timeout(PATIENCE, found).await.context("no signal came")?
    }
}

/// A description of usual size, with a number in front.
pub(crate) fn payload(number: u128) -> String {
    let line = "a=candidate:1 1 UDP 2122252543 192.0.2.7 51234 typ host\\r\\n";
    format!(r#"{{"t":{number},"sdp":"v=0\r\n{}"}}"#, line.repeat(24))
}

/// The number in a relayed [`payload`].
pub(crate) fn number(text: &str) -> Result<u128> {
    let digits = text.split(r#""t":"#).nth(1).context("no number in the signal")?;
    Ok(digits.split(|character: char| !character.is_ascii_digit()).next().unwrap_or_default().parse()?)
}

fn hello(place: &Place) -> Result<String> {
    let created = place.room.as_ref().context("no room was made")?;
    let mut hello = json!({
        "type": "hello", "version": hostreel_protocol::VERSION, "room": created.room, "name": place.name,
    });
    if place.is_host {
        hello["host_key"] = created.host_key.as_str().into();
    }
    Ok(hello.to_string())
}

/// The next message.
pub(crate) async fn text(socket: &mut WebSocketStream<TcpStream>) -> Result<String> {
    loop {
        match socket.next().await.context("the server closed the connection")?? {
            Message::Text(text) => return Ok(text.as_str().to_owned()),
            Message::Close(frame) => bail!("the server closed the connection: {frame:?}"),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hostreel_protocol::{ClientMessage, Hello};
    use serde_json::value::RawValue;

    #[test]
    fn payloads_are_of_a_description_s_size_and_read_back() {
        let text = payload(1234);
        assert!((1_400..1_600).contains(&text.len()), "{}", text.len());
        assert_eq!(number(&text).unwrap(), 1234);
        let _: Box<RawValue> = serde_json::from_str(&text).unwrap();
    }

    #[test]
    fn hello_is_what_the_protocol_says() {
        let created = json!({ "room": "abcd-efgh-jkmn", "host_key": "k", "join_url": "", "host_url": "" });
        let room = Some(serde_json::from_value(created).unwrap());
        let text = hello(&Place { room, name: "n".into(), is_host: true }).unwrap();
        let read = ClientMessage::decode(&text).unwrap();
        assert!(matches!(read, ClientMessage::Hello(Hello { host_key: Some(_), .. })));
    }
}
