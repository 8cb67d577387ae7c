//! The command line.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use hostreel_protocol::{IceServer, Limits};
use signal_server::{Config, Rate, SessionKey};

/// Signaling for meetings that only the host records. No media passes through this server.
#[derive(Debug, Parser)]
#[command(version)]
pub(crate) struct Arguments {
    /// Port to listen on; 0 takes any free one.
    #[arg(long, env = "HOSTREEL_PORT", default_value_t = 8080)]
    port: u16,
    /// Address to listen on.
    #[arg(long, env = "HOSTREEL_HOST", default_value = "127.0.0.1")]
    host: IpAddr,
    /// Origin whose pages may use this server, like https://meet.example.org; repeatable. Default: the own host.
    #[arg(long = "allow-origin", env = "HOSTREEL_ALLOW_ORIGIN", value_delimiter = ',')]
    allowed_origins: Vec<String>,
    /// STUN or TURN server for the clients: URL, or URL|USERNAME|CREDENTIAL; repeatable.
    #[arg(long = "ice-server", env = "HOSTREEL_ICE_SERVER", value_delimiter = ',', value_parser = ice_server)]
    ice_servers: Vec<IceServer>,
    #[command(flatten)]
    sessions: SessionArguments,
    /// Serve the web app from this folder instead of the built-in one.
    #[arg(long, env = "HOSTREEL_APP_FOLDER")]
    app_folder: Option<PathBuf>,
    /// Most people in one room.
    #[arg(long, env = "HOSTREEL_PEOPLE_PER_ROOM", default_value_t = Limits::default().people_per_room)]
    people_per_room: usize,
    /// Longest websocket message, in bytes.
    #[arg(long, env = "HOSTREEL_MESSAGE_BYTES", default_value_t = Limits::default().message_bytes)]
    message_bytes: usize,
    /// Messages that may wait for a slow reader.
    #[arg(long, env = "HOSTREEL_QUEUE_MESSAGES", default_value_t = Limits::default().queue_messages)]
    queue_messages: usize,
    /// Bytes that may wait for a slow reader.
    #[arg(long, env = "HOSTREEL_QUEUE_BYTES", default_value_t = Limits::default().queue_bytes)]
    queue_bytes: usize,
    /// Milliseconds from connecting to hello.
    #[arg(long, env = "HOSTREEL_HELLO_MS", default_value_t = Limits::default().hello_ms)]
    hello_ms: u64,
    /// Milliseconds of silence before a connection is dropped.
    #[arg(long, env = "HOSTREEL_IDLE_MS", default_value_t = Limits::default().idle_ms)]
    idle_ms: u64,
    /// Longest name of a person, in characters.
    #[arg(long, env = "HOSTREEL_NAME_CHARS", default_value_t = Limits::default().name_chars)]
    name_chars: usize,
    /// Messages that one connection may send at once.
    #[arg(long, env = "HOSTREEL_RATE_BURST", default_value_t = Rate::default().burst)]
    rate_burst: u32,
    /// Messages per second that one connection may send on and on.
    #[arg(long, env = "HOSTREEL_RATE_PER_SECOND", default_value_t = Rate::default().per_second)]
    rate_per_second: u32,
    /// Unreadable messages that are only denied; one more closes the connection.
    #[arg(long, env = "HOSTREEL_MALFORMED_TOLERATED", default_value_t = Config::default().malformed_tolerated)]
    malformed_tolerated: u32,
    /// Most rooms at a time.
    #[arg(long, env = "HOSTREEL_ROOMS", default_value_t = Config::default().rooms)]
    rooms: usize,
    /// Most websockets at a time.
    #[arg(long, env = "HOSTREEL_CONNECTIONS", default_value_t = Config::default().connections)]
    connections: usize,
    /// Seconds until an empty room is forgotten.
    #[arg(long, env = "HOSTREEL_EMPTY_ROOM_SECONDS", default_value_t = Config::default().empty_room.as_secs())]
    empty_room_seconds: u64,
    /// Milliseconds that clients are told to wait when the server stops.
    #[arg(long, env = "HOSTREEL_RETRY_AFTER_MS", default_value_t = 1000)]
    retry_after_ms: u64,
}

/// How long a seat is kept, and what outlives a restart.
#[derive(Debug, clap::Args)]
struct SessionArguments {
    /// Secret that signs sessions, 32 random characters or more. Default: one kept in the state folder.
    #[arg(long, env = "HOSTREEL_SESSION_SECRET", hide_env_values = true, value_parser = session_secret)]
    session_secret: Option<String>,
    /// Folder for what a restarted server has to know. Default: none, and sessions end with the process.
    #[arg(long, env = "HOSTREEL_STATE_FOLDER")]
    state_folder: Option<PathBuf>,
    /// Milliseconds that a lost guest's seat is kept.
    #[arg(long, env = "HOSTREEL_GUEST_GRACE_MS", default_value_t = Limits::default().guest_grace_ms)]
    guest_grace_ms: u64,
    /// Milliseconds that a lost host's seat is kept.
    #[arg(long, env = "HOSTREEL_HOST_GRACE_MS", default_value_t = Limits::default().host_grace_ms)]
    host_grace_ms: u64,
}

/// A secret that can be guessed makes anybody host.
fn session_secret(text: &str) -> Result<String, String> {
    if text.len() < 32 {
        return Err("a session secret has 32 characters or more".into());
    }
    Ok(text.to_owned())
}

impl Arguments {
    pub(crate) fn into_config(self) -> Config {
        Config {
            host: self.host,
            port: self.port,
            allowed_origins: self.allowed_origins,
            ice_servers: self.ice_servers,
            limits: Limits {
                message_bytes: self.message_bytes,
                queue_messages: self.queue_messages,
                queue_bytes: self.queue_bytes,
                hello_ms: self.hello_ms,
                idle_ms: self.idle_ms,
                people_per_room: self.people_per_room,
                name_chars: self.name_chars,
                guest_grace_ms: self.sessions.guest_grace_ms,
                host_grace_ms: self.sessions.host_grace_ms,
                ..Limits::default()
            },
            rate: Rate { burst: self.rate_burst, per_second: self.rate_per_second },
            malformed_tolerated: self.malformed_tolerated,
            rooms: self.rooms,
            connections: self.connections,
            empty_room: Duration::from_secs(self.empty_room_seconds),
            retry_after: Duration::from_millis(self.retry_after_ms),
            session_key: self.sessions.session_secret.as_deref().map(SessionKey::from_secret),
            state_folder: self.sessions.state_folder,
            app_folder: self.app_folder,
        }
    }
}

fn ice_server(text: &str) -> Result<IceServer, String> {
    let parts: Vec<&str> = text.split('|').collect();
    let (url, username, credential) = match parts[..] {
        [url] => (url, None, None),
        [url, username, credential] => (url, Some(username.to_owned()), Some(credential.to_owned())),
        _ => return Err("write URL or URL|USERNAME|CREDENTIAL".into()),
    };
    if !["stun:", "stuns:", "turn:", "turns:"].iter().any(|scheme| url.starts_with(scheme)) {
        return Err("the address begins with stun:, stuns:, turn: or turns:".into());
    }
    if username.is_none() && url.starts_with("turn") {
        return Err("a TURN server needs URL|USERNAME|CREDENTIAL".into());
    }
    Ok(IceServer { urls: vec![url.to_owned()], username, credential })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_become_the_config() {
        let arguments = Arguments::parse_from([
            "signal-server",
            "--port=0",
            "--allow-origin=https://a.example",
            "--allow-origin=https://b.example",
            "--ice-server=turn:t.example?transport=tcp|u|c",
            "--idle-ms=10",
        ]);
        let config = arguments.into_config();
        assert_eq!(config.port, 0);
        assert_eq!(config.allowed_origins, ["https://a.example", "https://b.example"]);
        assert_eq!(config.ice_servers[0].credential.as_deref(), Some("c"));
        assert_eq!(config.limits, Limits { idle_ms: 10, ..Limits::default() });
    }

    #[test]
    fn ice_servers_are_checked() {
        assert!(ice_server("stun:s.example:3478").is_ok());
        for text in ["http://s.example", "turn:t.example", "turn:t|u", ""] {
            assert!(ice_server(text).is_err(), "{text}");
        }
    }
}
