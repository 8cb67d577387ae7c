//! A server in this process and clients on real sockets.

#![allow(dead_code, unreachable_pub, missing_docs, reason = "each test file uses a part of it")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that can't go on has failed")]

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use futures::{SinkExt as _, StreamExt as _};
use hostreel_protocol::{
    ClientMessage, Code, Command, CreatedRoom, Envelope, Event, Hello, HostKey, Limits, PersonId, RequestId,
    ResumeToken, RoomId, SUBPROTOCOL, ServerMessage, VERSION, Welcome,
};
use hostreel_room::{Room, evolve};
use serde_json::value::RawValue;
use signal_server::{Config, Rate, Server};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::net::{TcpSocket, TcpStream};
use tokio::process::{Child, ChildStdout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};

/// Long enough for a busy machine; a test that waits for it has failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// Who is lost is gone at once.
pub fn config() -> Config {
    let limits = Limits { guest_grace_ms: 0, host_grace_ms: 0, ..Limits::default() };
    Config { limits, ..patient_config() }
}

/// Seats of lost connections are kept, as a server does.
pub fn patient_config() -> Config {
    Config { port: 0, rate: Rate { burst: 100_000, per_second: 100_000 }, ..Config::default() }
}

/// A server as a process of its own: with its standard output behind the address, and that address.
pub async fn process(
    command: &mut tokio::process::Command,
) -> (Child, Lines<BufReader<ChildStdout>>, SocketAddr) {
    let mut process = command.stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let line = patient(lines.next_line()).await.unwrap().unwrap();
    let address = line.strip_prefix("Listening on http://").unwrap().parse().unwrap();
    (process, lines, address)
}

pub async fn server(config: Config) -> Server {
    Server::bind(config).await.unwrap()
}

pub async fn patient<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.unwrap()
}

/// An answer over plain HTTP.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value).next()
    }

    pub fn json<T: serde::de::DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap()
    }
}

pub async fn http(address: SocketAddr, method: &str, path: &str, headers: &str, body: &str) -> Answer {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let length = if method == "POST" { format!("content-length: {}\r\n", body.len()) } else { String::new() };
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{length}{headers}\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut all = Vec::new();
    patient(stream.read_to_end(&mut all)).await.unwrap();
    let end = all.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(all[..end].to_vec()).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head, body: all[end + 4..].to_vec() }
}

pub async fn create_room(server: &Server) -> CreatedRoom {
    let answer = http(server.address(), "POST", "/api/rooms", "", "{}").await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json()
}

/// A websocket that has not said anything yet.
pub struct Raw(pub WebSocketStream<TcpStream>);

impl Raw {
    pub async fn connect(address: SocketAddr) -> Self {
        Self::connect_with(address, None, "").await.unwrap()
    }

    /// Connects with a receive buffer of this many bytes, and an `Origin` if not empty.
    pub async fn connect_with(address: SocketAddr, buffer: Option<u32>, origin: &str) -> Result<Self, Error> {
        let socket = TcpSocket::new_v4().unwrap();
        if let Some(buffer) = buffer {
            socket.set_recv_buffer_size(buffer).unwrap();
        }
        let stream = socket.connect(address).await.unwrap();
        let mut request = format!("ws://{address}/ws").into_client_request().unwrap();
        request.headers_mut().insert("sec-websocket-protocol", SUBPROTOCOL.parse().unwrap());
        if !origin.is_empty() {
            request.headers_mut().insert("origin", origin.parse().unwrap());
        }
        let (socket, _) = patient(tokio_tungstenite::client_async(request, stream)).await?;
        Ok(Self(socket))
    }

    pub async fn send(&mut self, text: impl Into<String>) {
        patient(self.0.send(Message::text(text.into()))).await.unwrap();
    }

    /// The next message; `Err` is the close frame's number and text.
    pub async fn receive(&mut self) -> Result<ServerMessage, (u16, String)> {
        loop {
            match patient(self.0.next()).await {
                Some(Ok(Message::Text(text))) => return Ok(ServerMessage::decode(&text).unwrap()),
                Some(Ok(Message::Close(Some(frame)))) => {
                    return Err((frame.code.into(), frame.reason.to_string()));
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("no message: {other:?}"),
            }
        }
    }

    /// Reads until the close frame and gives the last message before it, too.
    pub async fn until_closed(&mut self) -> (Option<ServerMessage>, u16, String) {
        let mut last = None;
        loop {
            match self.receive().await {
                Ok(message) => last = Some(message),
                Err((number, reason)) => return (last, number, reason),
            }
        }
    }

    /// Expects `refused` with this code and the close frame that goes with it.
    pub async fn expect_refused(&mut self, code: Code, number: u16) {
        let message = self.receive().await;
        assert!(
            matches!(&message, Ok(ServerMessage::Refused { code: given, .. }) if *given == code),
            "{message:?}"
        );
        assert_eq!(self.receive().await.unwrap_err(), (number, code.as_str().to_owned()));
    }

    /// Expects the last words to be `bye` with this code, then the close frame that goes with it.
    pub async fn expect_bye(&mut self, code: Code, number: u16) {
        let (last, given, reason) = self.until_closed().await;
        assert_eq!((given, reason.as_str()), (number, code.as_str()));
        assert!(matches!(&last, Some(ServerMessage::Bye { code: given, .. }) if *given == code), "{last:?}");
    }
}

pub fn hello(room: &RoomId, name: &str, key: Option<&HostKey>) -> Hello {
    Hello {
        version: VERSION,
        features: vec!["resume".into()],
        room: room.clone(),
        name: name.into(),
        host_key: key.cloned(),
        token: None,
        visitor: None,
        resume: None,
        rev: None,
    }
}

pub fn resuming(room: &RoomId, token: &ResumeToken, rev: Option<u64>) -> Hello {
    Hello { resume: Some(token.clone()), rev, ..hello(room, "Somebody", None) }
}

/// A member of a room, with its own picture of it.
pub struct Client {
    pub raw: Raw,
    pub you: PersonId,
    pub room: Room,
    pub limits: Limits,
    pub resume: ResumeToken,
    pub missed: Option<Vec<Envelope>>,
    requests: u64,
    waiting: VecDeque<ServerMessage>,
}

impl Client {
    pub async fn join(server: &Server, room: &RoomId, name: &str, key: Option<&HostKey>) -> Self {
        Self::join_on(Raw::connect(server.address()).await, room, name, key).await
    }

    pub async fn host(server: &Server, created: &CreatedRoom) -> Self {
        Self::join(server, &created.room, "Host", Some(&created.host_key)).await
    }

    pub async fn join_on(mut raw: Raw, room: &RoomId, name: &str, key: Option<&HostKey>) -> Self {
        raw.send(ClientMessage::Hello(hello(room, name, key)).encode()).await;
        Self::welcomed(raw).await
    }

    /// Waits for the `welcome`.
    pub async fn welcomed(mut raw: Raw) -> Self {
        let message = raw.receive().await;
        let Ok(ServerMessage::Welcome(welcome)) = message else { panic!("no welcome: {message:?}") };
        let Welcome { you, room, limits, resume, missed, rev, .. } = *welcome;
        assert_eq!(rev, room.rev);
        let room = Room::from_state(room);
        Self { raw, you, room, limits, resume, missed, requests: 0, waiting: VecDeque::new() }
    }

    /// Takes a seat back on a new connection.
    pub async fn resume(address: SocketAddr, room: &RoomId, token: &ResumeToken, rev: Option<u64>) -> Self {
        let mut raw = Raw::connect(address).await;
        raw.send(ClientMessage::Hello(resuming(room, token, rev)).encode()).await;
        Self::welcomed(raw).await
    }

    async fn read(&mut self) -> ServerMessage {
        loop {
            let message = self.raw.receive().await.unwrap();
            match &message {
                ServerMessage::Ping => self.raw.send(ClientMessage::Pong.encode()).await,
                ServerMessage::Session { resume } => self.resume = resume.clone(),
                ServerMessage::Event(envelope) => {
                    assert_eq!(envelope.rev, self.room.state().rev + 1, "a gap in the events");
                    evolve(&mut self.room, envelope);
                    return message;
                }
                _ => return message,
            }
        }
    }

    /// The next message, events applied.
    pub async fn next(&mut self) -> ServerMessage {
        match self.waiting.pop_front() {
            Some(message) => message,
            None => self.read().await,
        }
    }

    /// The next message, which has to be an event.
    pub async fn event(&mut self) -> Event {
        match self.next().await {
            ServerMessage::Event(envelope) => envelope.event,
            other => panic!("not an event: {other:?}"),
        }
    }

    /// Sends a command and waits for its answer. What comes before it stays for [`Self::next`].
    pub async fn ask(&mut self, command: Command) -> Result<(), Code> {
        self.requests += 1;
        let id = RequestId(self.requests);
        self.raw.send(ClientMessage::Command { id, command }.encode()).await;
        loop {
            match self.read().await {
                ServerMessage::Done { id: answered } if answered == id => return Ok(()),
                ServerMessage::Denied { id: Some(answered), code, .. } if answered == id => return Err(code),
                other => self.waiting.push_back(other),
            }
        }
    }

    /// Takes in all that has been sent so far: what comes before the answer to a ping.
    pub async fn catch_up(&mut self) {
        self.raw.send(ClientMessage::Ping.encode()).await;
        while !matches!(self.next().await, ServerMessage::Pong) {}
    }

    pub async fn signal(&mut self, to: &PersonId, json: &str) {
        let data = RawValue::from_string(json.to_owned()).unwrap();
        self.raw.send(ClientMessage::Signal { to: to.clone(), data }.encode()).await;
    }

    /// The next message, which has to be a signal.
    pub async fn expect_signal(&mut self) -> (PersonId, String) {
        match self.next().await {
            ServerMessage::Signal { from, data } => (from, data.get().to_owned()),
            other => panic!("not a signal: {other:?}"),
        }
    }

    /// Proves that nothing else came before: renames itself and expects that as everybody's next event.
    pub async fn expect_quiet(&mut self, name: &str, others: &mut [&mut Self]) {
        self.ask(Command::Rename { name: name.into() }).await.unwrap();
        let renamed = Event::Renamed { person: self.you.clone(), name: name.into(), resembles_host: false };
        assert_eq!(self.event().await, renamed);
        for other in others {
            assert_eq!(other.event().await, renamed);
            assert_eq!(other.room.state(), self.room.state());
        }
    }
}
