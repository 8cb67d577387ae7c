//! What a server can be told.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;

use hostreel_protocol::{IceServer, Limits};

use crate::SessionKey;

/// How many messages one connection may send: a token bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// At once, after a rest. Default 400: a newcomer talks to seven others at the same time.
    pub burst: u32,
    /// Per second, for as long as it likes. Default 100.
    pub per_second: u32,
}

impl Default for Rate {
    fn default() -> Self {
        Self { burst: 400, per_second: 100 }
    }
}

/// Settings of a server.
#[derive(Debug, Clone)]
pub struct Config {
    /// Address to listen on. Default 127.0.0.1.
    pub host: IpAddr,
    /// Port to listen on; 0 takes any free one. Default 8080.
    pub port: u16,
    /// Origins whose pages may use this server, like `https://meet.example.org`. Empty (the default): pages from the
    /// host that the request names.
    pub allowed_origins: Vec<String>,
    /// Given to clients in `welcome`. Default none.
    pub ice_servers: Vec<IceServer>,
    /// Limits told to clients.
    pub limits: Limits,
    /// Messages per connection.
    pub rate: Rate,
    /// Unreadable messages that are only denied; one more closes the connection. Default 5.
    pub malformed_tolerated: u32,
    /// Most rooms at a time. Default 10,000.
    pub rooms: usize,
    /// Most websockets at a time. Default 10,000.
    pub connections: usize,
    /// An empty room is forgotten after this. Default 6 h.
    pub empty_room: Duration,
    /// Clients are told to wait this long before they come back to a stopped server. Default 1 s.
    pub retry_after: Duration,
    /// Signs the resume secrets. Default: the one kept in `state_folder`; without a folder a fresh one, and then nobody's
    /// session outlives a restart.
    pub session_key: Option<SessionKey>,
    /// Keeps what a restarted server has to know. Default none.
    pub state_folder: Option<PathBuf>,
    /// Serve the web app from this folder instead of the built-in one. Default: built in.
    pub app_folder: Option<PathBuf>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 8080,
            allowed_origins: Vec::new(),
            ice_servers: Vec::new(),
            limits: Limits::default(),
            rate: Rate::default(),
            malformed_tolerated: 5,
            rooms: 10_000,
            connections: 10_000,
            empty_room: Duration::from_secs(6 * 3600),
            retry_after: Duration::from_secs(1),
            session_key: None,
            state_folder: None,
            app_folder: None,
        }
    }
}
