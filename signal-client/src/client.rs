//! A member of a room.

use std::collections::VecDeque;

use futures::{SinkExt as _, StreamExt as _};
use hostreel_protocol::{
    ClientMessage, Command, CreatedRoom, Envelope, Hello, HostKey, IceServer, JoinToken, Limits, PersonId,
    RequestId, ResumeToken, RoomId, RoomState, ServerMessage, VERSION, VisitorId, Welcome,
};
use hostreel_room::{Room, evolve};
use serde_json::value::RawValue;
use tokio_tungstenite::tungstenite::Message;

use crate::server::Socket;
use crate::{Error, Server};

/// Who wants to come in where.
#[derive(Debug, Clone)]
pub struct Options {
    /// The room.
    pub room: RoomId,
    /// The name to show.
    pub name: String,
    /// The host key, from who has it.
    pub host_key: Option<HostKey>,
    /// A token of an own login, from who has one.
    pub token: Option<JoinToken>,
    /// What stands for this device in this room, kept by the caller: who was banned stays out by it.
    pub visitor: Option<VisitorId>,
}

impl Options {
    /// A guest.
    #[must_use]
    pub fn guest(room: &RoomId, name: &str) -> Self {
        Self { room: room.clone(), name: name.to_owned(), host_key: None, token: None, visitor: None }
    }

    /// The host of a room that was just made.
    #[must_use]
    pub fn host(created: &CreatedRoom, name: &str) -> Self {
        Self { host_key: Some(created.host_key.clone()), ..Self::guest(&created.room, name) }
    }

    fn hello(&self) -> Hello {
        Hello {
            version: VERSION,
            features: vec!["resume".into()],
            room: self.room.clone(),
            name: self.name.clone(),
            host_key: self.host_key.clone(),
            token: self.token.clone(),
            visitor: self.visitor.clone(),
            resume: None,
            rev: None,
        }
    }
}

/// What takes a seat back after the connection was lost.
#[derive(Debug, Clone)]
pub struct Session {
    room: RoomId,
    resume: ResumeToken,
    rev: u64,
}

/// What comes in.
#[derive(Debug, Clone)]
pub enum Incoming {
    /// Something happened in the room. It is in [`Client::room`] already.
    Event(Envelope),
    /// From another person.
    Signal {
        /// From whom.
        from: PersonId,
        /// Any JSON.
        data: Box<RawValue>,
    },
}

/// A member of a room.
#[derive(Debug)]
pub struct Client {
    socket: Socket,
    you: PersonId,
    room: Room,
    resume: ResumeToken,
    limits: Limits,
    ice_servers: Vec<IceServer>,
    requests: u64,
    /// What came in while an answer was waited for. Bounded by the room: the server cuts off who does not read.
    waiting: VecDeque<Incoming>,
}

impl Client {
    /// Connects and joins. Where there is a lobby, this waits until somebody lets it in.
    ///
    /// # Errors
    /// [`Error::Refused`] when the server does not let it in, else what stood in the way.
    pub async fn join(server: &Server, options: &Options) -> Result<Self, Error> {
        let (socket, welcome) = enter(server, options.hello()).await?;
        Ok(Self::welcomed(socket, welcome, VecDeque::new()))
    }

    /// Takes a seat back on a new connection. Events that were missed come first in [`Self::next`]; where there were
    /// too many of them, [`Self::room`] is right all the same.
    ///
    /// # Errors
    /// [`Error::Refused`] when the seat is gone: join afresh then. Else what stood in the way.
    pub async fn resume(server: &Server, session: &Session) -> Result<Self, Error> {
        let options = Options::guest(&session.room, "-");
        let hello = Hello { resume: Some(session.resume.clone()), rev: Some(session.rev), ..options.hello() };
        let (socket, mut welcome) = enter(server, hello).await?;
        let missed = welcome.missed.take().unwrap_or_default();
        Ok(Self::welcomed(socket, welcome, missed.into_iter().map(Incoming::Event).collect()))
    }

    fn welcomed(socket: Socket, welcome: Welcome, waiting: VecDeque<Incoming>) -> Self {
        Self {
            socket,
            you: welcome.you,
            room: Room::from_state(welcome.room),
            resume: welcome.resume,
            limits: welcome.limits,
            ice_servers: welcome.ice_servers,
            requests: 0,
            waiting,
        }
    }

    /// What takes this seat back when the connection is lost. It changes: ask for it when it is needed, or after each
    /// event to be kept elsewhere.
    #[must_use]
    pub fn session(&self) -> Session {
        let state = self.room.state();
        Session { room: state.id.clone(), resume: self.resume.clone(), rev: state.rev }
    }

    /// Who this client is in the room.
    #[must_use]
    pub fn you(&self) -> &PersonId {
        &self.you
    }

    /// The room as it is after the last event that was taken in.
    #[must_use]
    pub fn room(&self) -> &RoomState {
        self.room.state()
    }

    /// What the server allows.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// STUN and TURN servers, with credentials. These end, and are renewed before: ask for them when they are needed.
    #[must_use]
    pub fn ice_servers(&self) -> &[IceServer] {
        &self.ice_servers
    }

    /// The next thing that comes in. Cancel safe. Answers pings meanwhile.
    ///
    /// # Errors
    /// [`Error::Bye`] or [`Error::Closed`] when the connection is over.
    pub async fn next(&mut self) -> Result<Incoming, Error> {
        if let Some(incoming) = self.waiting.pop_front() {
            return Ok(incoming);
        }
        loop {
            let message = receive(&mut self.socket).await?;
            if let Some(incoming) = self.take(message).await? {
                return Ok(incoming);
            }
        }
    }

    /// Says a command and waits for its answer. What comes in meanwhile is kept for [`Self::next`].
    ///
    /// # Errors
    /// [`Error::Denied`] when it was not carried out; else as [`Self::next`].
    pub async fn command(&mut self, command: Command) -> Result<(), Error> {
        self.requests += 1;
        let id = RequestId(self.requests);
        self.say(ClientMessage::Command { id, command }.encode()).await?;
        loop {
            match receive(&mut self.socket).await? {
                ServerMessage::Done { id: answered } if answered == id => return Ok(()),
                ServerMessage::Denied { id: Some(answered), code, .. } if answered == id => {
                    return Err(Error::Denied { code });
                }
                other => {
                    let incoming = self.take(other).await?;
                    self.waiting.extend(incoming);
                }
            }
        }
    }

    /// Sends something to one other person.
    ///
    /// # Errors
    /// When the connection is over.
    pub async fn signal(&mut self, to: &PersonId, data: Box<RawValue>) -> Result<(), Error> {
        self.say(ClientMessage::Signal { to: to.clone(), data }.encode()).await
    }

    /// Leaves, and waits until the server has closed the connection.
    ///
    /// # Errors
    /// When the connection broke before.
    pub async fn leave(mut self) -> Result<(), Error> {
        match self.command(Command::Leave).await {
            Ok(()) | Err(Error::Closed) => {}
            Err(error) => return Err(error),
        }
        while self.socket.next().await.is_some_and(|message| message.is_ok()) {}
        Ok(())
    }

    async fn say(&mut self, text: String) -> Result<(), Error> {
        Ok(self.socket.send(Message::text(text)).await?)
    }

    /// Applies what came in. What is for the application is given back.
    async fn take(&mut self, message: ServerMessage) -> Result<Option<Incoming>, Error> {
        match message {
            ServerMessage::Event(envelope) => {
                evolve(&mut self.room, &envelope);
                Ok(Some(Incoming::Event(envelope)))
            }
            ServerMessage::Signal { from, data } => Ok(Some(Incoming::Signal { from, data })),
            ServerMessage::Session { resume } => {
                self.resume = resume;
                Ok(None)
            }
            ServerMessage::IceServers { ice_servers } => {
                self.ice_servers = ice_servers;
                Ok(None)
            }
            ServerMessage::Ping => self.say(ClientMessage::Pong.encode()).await.map(|()| None),
            ServerMessage::Bye { code, text, action, retry_after_ms } => {
                Err(Error::Bye { code, text, action, retry_after_ms })
            }
            // Answers to what nobody waits for any more.
            _ => Ok(None),
        }
    }
}

/// Says `hello` and waits for the `welcome`.
async fn enter(server: &Server, hello: Hello) -> Result<(Socket, Welcome), Error> {
    let mut socket = server.connect().await?;
    socket.send(Message::text(ClientMessage::Hello(hello).encode())).await?;
    loop {
        match receive(&mut socket).await? {
            ServerMessage::Welcome(welcome) => return Ok((socket, *welcome)),
            ServerMessage::Refused { code, text, action } => {
                return Err(Error::Refused { code, text, action });
            }
            ServerMessage::Bye { code, text, action, retry_after_ms } => {
                return Err(Error::Bye { code, text, action, retry_after_ms });
            }
            ServerMessage::Ping => socket.send(Message::text(ClientMessage::Pong.encode())).await?,
            // News from the lobby, for who waits there.
            _ => {}
        }
    }
}

async fn receive(socket: &mut Socket) -> Result<ServerMessage, Error> {
    loop {
        match socket.next().await {
            Some(Ok(Message::Text(text))) => {
                return ServerMessage::decode(&text).map_err(|error| Error::Unreadable(error.to_string()));
            }
            Some(Ok(Message::Close(_))) | None => return Err(Error::Closed),
            Some(Ok(_)) => {}
            Some(Err(error)) => return Err(error.into()),
        }
    }
}
