//! What a server can be told.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use hostreel_protocol::{IceServer, Limits};
use ipnet::IpNet;
use secrecy::{ExposeSecret as _, SecretString};

use crate::SessionKey;

/// How many messages one connection may send, and 2.5 KiB for each of them: token buckets.
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
    /// What one address may do.
    pub per_address: PerAddress,
    /// Reverse proxies in front.
    pub proxies: Proxies,
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
    /// Certificates. Default none: plain HTTP.
    pub tls: Tls,
    /// Who may read the metrics, and where.
    pub metrics: MetricsAccess,
    /// TURN servers that take time-limited credentials.
    pub turn: Turn,
    /// Tokens of an own login.
    pub jwt: Jwt,
    /// Who is told what happens in rooms.
    pub webhooks: Webhooks,
    /// What this server shares with others.
    pub hub: HubConfig,
    /// Opens the API for administrators. Default none: there is no such API.
    pub admin_token: Option<SecretString>,
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
            per_address: PerAddress::default(),
            proxies: Proxies::default(),
            empty_room: Duration::from_secs(6 * 3600),
            retry_after: Duration::from_secs(1),
            session_key: None,
            state_folder: None,
            app_folder: None,
            tls: Tls::default(),
            metrics: MetricsAccess::default(),
            turn: Turn::default(),
            jwt: Jwt::default(),
            webhooks: Webhooks::default(),
            hub: HubConfig::default(),
            admin_token: None,
        }
    }
}

/// What one address may do: an IPv4 address, or an IPv6 network of 64 bits. Generous, because a school or an office
/// often has one address for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PerAddress {
    /// Websockets at a time. Default 500.
    pub connections: u32,
    /// Attempts to join within a minute. Default 300.
    pub joins_per_minute: u32,
    /// Attempts that name no room, or not its key, within a minute. Default 30.
    pub guesses_per_minute: u32,
    /// New rooms within a minute. Default 60.
    pub rooms_per_minute: u32,
    /// Messages of all its connections within a second; ten times as many at once. Default 2,000.
    pub messages_per_second: u32,
    /// Answers to wrong guesses wait this long. Default 300 ms.
    pub guess_delay: Duration,
}

impl Default for PerAddress {
    fn default() -> Self {
        Self {
            connections: 500,
            joins_per_minute: 300,
            guesses_per_minute: 30,
            rooms_per_minute: 60,
            messages_per_second: 2_000,
            guess_delay: Duration::from_millis(300),
        }
    }
}

/// Reverse proxies whose word about the client's address counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies {
    /// Networks of the proxies. Default none.
    pub trusted: Vec<IpNet>,
    /// The header that they set, in lower case: `x-forwarded-for`, `forwarded`, or one with a plain address. Default
    /// none: the connection's own address counts.
    pub header: Option<String>,
}

/// Where certificates come from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tls {
    /// PEM file of the certificate chain, the server's own first.
    pub certificate: Option<PathBuf>,
    /// PEM file of its private key.
    pub key: Option<PathBuf>,
    /// Make a certificate at the start that nobody has signed: for trying out in a local network.
    pub self_signed: bool,
    /// Port on the same address that sends plain HTTP to HTTPS. Default none.
    pub redirect_http: Option<u16>,
    /// How often the files are looked at. Default 10 s when zero.
    pub reload: Duration,
}

impl Tls {
    /// Whether connections are encrypted.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.self_signed || self.certificate.is_some() || self.key.is_some()
    }
}

/// Who may read `/metrics`.
#[derive(Debug, Clone, Default)]
pub struct MetricsAccess {
    /// An address of their own, without TLS. Default none: they are served with everything else.
    pub address: Option<SocketAddr>,
    /// Wanted as `Authorization: Bearer TOKEN`. Default none. Without an address of their own and without a token,
    /// only clients on the same machine may read them.
    pub token: Option<SecretString>,
}

/// TURN servers that share a secret with this one (coturn's `static-auth-secret`).
#[derive(Debug, Clone)]
pub struct Turn {
    /// `turn:` and `turns:` addresses. Default none.
    pub uris: Vec<String>,
    /// The shared secret.
    pub secret: Option<SecretString>,
    /// How long credentials hold. Default 6 h.
    pub ttl: Duration,
}

impl Default for Turn {
    fn default() -> Self {
        Self { uris: Vec::new(), secret: None, ttl: Duration::from_secs(6 * 3600) }
    }
}

/// Keys that sign tokens of an own login. With a key id in front (`KID=…`), the key is for tokens that name it.
#[derive(Debug, Clone)]
pub struct Jwt {
    /// Shared secrets (HS256), `SECRET` or `KID=SECRET`. Default none.
    pub secrets: Vec<SecretString>,
    /// PEM files of public keys (EdDSA, ES256), `FILE` or `KID=FILE`. Default none.
    pub public_keys: Vec<String>,
    /// Tokens must be for one of these (`aud`). Default: not looked at.
    pub audiences: Vec<String>,
    /// How far clocks may differ. Default 30 s.
    pub leeway: Duration,
}

impl Default for Jwt {
    fn default() -> Self {
        Self {
            secrets: Vec::new(),
            public_keys: Vec::new(),
            audiences: Vec::new(),
            leeway: Duration::from_secs(30),
        }
    }
}

/// Who is told by HTTP what happens in rooms.
#[derive(Debug, Clone)]
pub struct Webhooks {
    /// Where events are posted. Default none.
    pub urls: Vec<String>,
    /// Signs what is sent. Needed with an address.
    pub secret: Option<SecretString>,
    /// Events that may wait for each address; more are dropped. Default 1,000.
    pub queue: usize,
    /// Attempts for one event. Default 6.
    pub attempts: u32,
    /// Pause after the first failure; doubles with each. Default 1 s.
    pub back_off: Duration,
}

impl Default for Webhooks {
    fn default() -> Self {
        Self { urls: Vec::new(), secret: None, queue: 1_000, attempts: 6, back_off: Duration::from_secs(1) }
    }
}

/// Several servers as one, over NATS with JetStream.
#[derive(Debug, Clone)]
pub struct HubConfig {
    /// Addresses of the NATS servers, separated by commas: `nats://…` or `tls://…`, with user and password or a token
    /// in them if they want one. Default none: everything is in process.
    pub url: Option<SecretString>,
    /// Servers with the same name share their rooms. Letters, digits, `-` and `_`. Default `hostreel`.
    pub name: String,
    /// File with credentials for NATS (a JWT and its key). Default none.
    pub credentials: Option<PathBuf>,
    /// PEM file of the CA that has signed the certificates of NATS. Default: the system's.
    pub ca: Option<PathBuf>,
    /// PEM file of our own certificate, for a NATS that wants one. Default none.
    pub certificate: Option<PathBuf>,
    /// PEM file of that certificate's private key.
    pub key: Option<PathBuf>,
    /// NATS servers that keep each room's log; counts only when the stream is made. Default 1.
    pub replicas: usize,
    /// A server that was silent for so long counts as dead. Default 5 s.
    pub node_silence: Duration,
}

impl Default for HubConfig {
    fn default() -> Self {
        Self {
            url: None,
            name: "hostreel".into(),
            credentials: None,
            ca: None,
            certificate: None,
            key: None,
            replicas: 1,
            node_silence: Duration::from_secs(5),
        }
    }
}

impl HubConfig {
    fn is_tls(&self) -> bool {
        let is_tls = |url: &SecretString| url.expose_secret().split(',').any(|one| one.starts_with("tls://"));
        self.url.as_ref().is_some_and(is_tls)
    }
}

/// Settings that contradict each other.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Contradiction(&'static str);

impl Config {
    /// Looks for settings that make no sense together.
    ///
    /// # Errors
    /// [`Contradiction`], which names them and says what to do.
    pub fn check(&self) -> Result<(), Contradiction> {
        let tls = &self.tls;
        let wrong = if tls.certificate.is_some() != tls.key.is_some() {
            "tls-cert and tls-key go together: give both files"
        } else if tls.self_signed && tls.certificate.is_some() {
            "tls-self-signed makes its own certificate: leave tls-cert and tls-key away, or leave it away"
        } else if tls.redirect_http.is_some() && !tls.is_on() {
            "redirect-http needs TLS: give tls-cert and tls-key, or tls-self-signed"
        } else if self.proxies.header.is_some() && self.proxies.trusted.is_empty() {
            "client-address-header is believed from trusted proxies only: name them with trusted-proxy"
        } else if !self.proxies.trusted.is_empty() && self.proxies.header.is_none() {
            "trusted-proxy needs client-address-header: say which header the proxy sets"
        } else if self.turn.uris.is_empty() != self.turn.secret.is_none() {
            "turn-uri and turn-secret go together: give both"
        } else if !self.webhooks.urls.is_empty() && self.webhooks.secret.is_none() {
            "webhook-url needs webhook-secret: who receives must be able to tell ours from others'"
        } else if self.hub.url.is_some() && self.session_key.is_none() {
            "hub needs session-secret, the same on all servers: each must know the sessions of the others"
        } else if self.hub.url.is_none() && self.hub.credentials.is_some() {
            "hub-credentials are for NATS: give its address with hub, or leave them away"
        } else if self.hub.certificate.is_some() != self.hub.key.is_some() {
            "hub-cert and hub-key go together: give both files"
        } else if (self.hub.ca.is_some() || self.hub.certificate.is_some()) && !self.hub.is_tls() {
            "hub-ca, hub-cert and hub-key are for TLS: begin the address in hub with tls://"
        } else {
            return Ok(());
        };
        Err(Contradiction(wrong))
    }
}
