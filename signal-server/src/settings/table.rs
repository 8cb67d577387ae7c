//! The table itself.

use std::net::SocketAddr;
use std::time::Duration;

use super::values::{
    each, header, http_url, hub_name, hub_url, ice_server, ice_server_text, network, one, origin, parsed,
    secret, session_key, shown, switch, turn_uri, whole,
};
use super::{Group, Kind, Setting};

macro_rules! setting {
    ($kind:ident, $secret:literal, $name:literal, $value:literal, $help:literal, $set:expr, $get:expr) => {
        Setting {
            name: $name,
            value: $value,
            help: $help,
            kind: Kind::$kind,
            is_secret: $secret,
            set: $set,
            get: $get,
        }
    };
}

/// A whole number within a range.
macro_rules! number {
    ($name:literal, $value:literal, $help:literal, $range:expr, $($field:ident).+) => {
        setting!(One, false, $name, $value, $help,
            |config, values| { config.$($field).+ = whole(values, $range)?; Ok(()) },
            |config| vec![config.$($field).+.to_string()])
    };
}

/// A length of time, in the unit of the macro that is named.
macro_rules! time {
    ($name:literal, $help:literal, $range:expr, $from:path, $to:path, $value:literal, $($field:ident).+) => {
        setting!(One, false, $name, $value, $help,
            |config, values| { config.$($field).+ = $from(whole(values, $range)?); Ok(()) },
            |config| vec![$to(&config.$($field).+).to_string()])
    };
}

macro_rules! seconds {
    ($name:literal, $help:literal, $range:expr, $($field:ident).+) => {
        time!($name, $help, $range, Duration::from_secs, Duration::as_secs, "SECONDS", $($field).+)
    };
}

macro_rules! millis {
    ($name:literal, $help:literal, $range:expr, $($field:ident).+) => {
        time!($name, $help, $range, Duration::from_millis, Duration::as_millis, "MS", $($field).+)
    };
}

/// Something that may be missing, read by `FromStr`.
macro_rules! optional {
    ($name:literal, $value:literal, $help:literal, $allowed:literal, $show:expr, $($field:ident).+) => {
        setting!(One, false, $name, $value, $help,
            |config, values| { config.$($field).+ = Some(parsed(values, $allowed)?); Ok(()) },
            |config| config.$($field).+.iter().map($show).collect())
    };
}

macro_rules! secret {
    ($name:literal, $help:literal, $($field:ident).+) => {
        setting!(One, true, $name, "SECRET", $help,
            |config, values| { config.$($field).+ = Some(secret(one(values)?)?); Ok(()) },
            |config| config.$($field).+.iter().map(shown).collect())
    };
}

/// Every setting, in the order of the help.
pub(crate) const GROUPS: &[Group] = &[
    (
        "Listening",
        &[
            number!("port", "PORT", "Port to listen on; 0 takes any free one", 0..=65_535, port),
            setting!(
                One,
                false,
                "host",
                "ADDRESS",
                "Address to listen on",
                |config, values| {
                    config.host = parsed(values, "an IP address like 127.0.0.1, 0.0.0.0 or ::")?;
                    Ok(())
                },
                |config| vec![config.host.to_string()]
            ),
            setting!(
                List,
                false,
                "allow-origin",
                "ORIGIN",
                "Origin whose pages may use this server, like https://meet.example.org. Without any: the own host",
                |config, values| {
                    config.allowed_origins = each(values, origin)?;
                    Ok(())
                },
                |config| config.allowed_origins.clone()
            ),
            optional!(
                "app-folder",
                "FOLDER",
                "Serve the web app from this folder instead of the built-in one",
                "a folder",
                |folder| folder.display().to_string(),
                app_folder
            ),
            setting!(
                List,
                false,
                "trusted-proxy",
                "NETWORK",
                "Reverse proxy (address or network like 10.0.0.0/8) whose word about the client's address counts",
                |config, values| {
                    config.proxies.trusted = each(values, network)?;
                    Ok(())
                },
                |config| config.proxies.trusted.iter().map(ToString::to_string).collect()
            ),
            setting!(
                One,
                false,
                "client-address-header",
                "HEADER",
                "Header in which trusted proxies name the client: x-forwarded-for, forwarded, or one with a plain address",
                |config, values| {
                    config.proxies.header = Some(header(one(values)?)?);
                    Ok(())
                },
                |config| config.proxies.header.iter().cloned().collect()
            ),
        ],
    ),
    (
        "TLS",
        &[
            optional!(
                "tls-cert",
                "FILE",
                "PEM file of the certificate chain; taken anew when it changes",
                "a PEM file",
                |file| file.display().to_string(),
                tls.certificate
            ),
            optional!(
                "tls-key",
                "FILE",
                "PEM file of the certificate's private key",
                "a PEM file",
                |file| file.display().to_string(),
                tls.key
            ),
            setting!(
                Switch,
                false,
                "tls-self-signed",
                "BOOL",
                "Make a certificate that nobody has signed: for trying out in a local network; browsers warn of it",
                |config, values| {
                    config.tls.self_signed = switch(values)?;
                    Ok(())
                },
                |config| vec![config.tls.self_signed.to_string()]
            ),
            setting!(
                One,
                false,
                "redirect-http",
                "PORT",
                "Send plain HTTP on this port to HTTPS",
                |config, values| {
                    config.tls.redirect_http = Some(whole(values, 0..=65_535)?);
                    Ok(())
                },
                |config| config.tls.redirect_http.iter().map(ToString::to_string).collect()
            ),
        ],
    ),
    (
        "Limits",
        &[
            number!("people-per-room", "COUNT", "Most people in one room", 1..=1_000, limits.people_per_room),
            number!(
                "message-bytes",
                "BYTES",
                "Longest websocket message",
                1_024..=16_777_216,
                limits.message_bytes
            ),
            number!(
                "queue-messages",
                "COUNT",
                "Messages that may wait for a slow reader",
                8..=1_000_000,
                limits.queue_messages
            ),
            number!(
                "queue-bytes",
                "BYTES",
                "Bytes that may wait for a slow reader",
                4_096..=1_073_741_824,
                limits.queue_bytes
            ),
            number!("hello-ms", "MS", "From connecting to hello", 10..=600_000, limits.hello_ms),
            number!(
                "idle-ms",
                "MS",
                "Silence before a connection is dropped",
                10..=86_400_000,
                limits.idle_ms
            ),
            number!(
                "name-chars",
                "COUNT",
                "Longest name of a person, in characters",
                1..=1_000,
                limits.name_chars
            ),
            number!(
                "rate-burst",
                "COUNT",
                "Messages that one connection may send at once",
                1..=1_000_000,
                rate.burst
            ),
            number!(
                "rate-per-second",
                "COUNT",
                "Messages per second that one connection may send on and on",
                1..=1_000_000,
                rate.per_second
            ),
            number!(
                "malformed-tolerated",
                "COUNT",
                "Unreadable messages that are only denied; one more closes the connection",
                0..=1_000_000,
                malformed_tolerated
            ),
            number!("rooms", "COUNT", "Most rooms at a time", 1..=10_000_000, rooms),
            number!("connections", "COUNT", "Most websockets at a time", 1..=10_000_000, connections),
            number!(
                "address-connections",
                "COUNT",
                "Most websockets of one address (IPv6: of one /64) at a time",
                1..=10_000_000,
                per_address.connections
            ),
            number!(
                "address-joins-per-minute",
                "COUNT",
                "Attempts to join from one address",
                1..=10_000_000,
                per_address.joins_per_minute
            ),
            number!(
                "address-guesses-per-minute",
                "COUNT",
                "Attempts from one address that name no room, or not its key",
                1..=10_000_000,
                per_address.guesses_per_minute
            ),
            number!(
                "address-rooms-per-minute",
                "COUNT",
                "New rooms from one address",
                1..=10_000_000,
                per_address.rooms_per_minute
            ),
            number!(
                "address-messages-per-second",
                "COUNT",
                "Messages from one address; ten times as many at once",
                1..=10_000_000,
                per_address.messages_per_second
            ),
            millis!(
                "guess-delay-ms",
                "Answers to wrong guesses wait this long",
                0..=60_000,
                per_address.guess_delay
            ),
            seconds!("empty-room-seconds", "Until an empty room is forgotten", 0..=31_536_000, empty_room),
            millis!(
                "retry-after-ms",
                "Clients are told to wait this long when the server stops",
                0..=600_000,
                retry_after
            ),
        ],
    ),
    (
        "Sessions",
        &[
            number!(
                "guest-grace-ms",
                "MS",
                "How long a lost guest's seat is kept",
                0..=3_600_000,
                limits.guest_grace_ms
            ),
            number!(
                "host-grace-ms",
                "MS",
                "How long a lost host's seat is kept",
                0..=3_600_000,
                limits.host_grace_ms
            ),
            number!(
                "waiting-per-room",
                "COUNT",
                "Most people in one room's lobby",
                0..=10_000,
                limits.waiting_per_room
            ),
            number!(
                "chat-chars",
                "COUNT",
                "Longest chat message, in characters",
                1..=100_000,
                limits.chat_chars
            ),
            optional!(
                "state-folder",
                "FOLDER",
                "Keeps what a restarted server has to know; without one, sessions end with the process",
                "a folder",
                |folder| folder.display().to_string(),
                state_folder
            ),
            setting!(
                One,
                true,
                "session-secret",
                "SECRET",
                "Signs sessions, 32 random characters or more. Without one: kept in the state folder",
                |config, values| {
                    config.session_key = Some(session_key(one(values)?)?);
                    Ok(())
                },
                |config| config.session_key.iter().map(|_| String::new()).collect()
            ),
        ],
    ),
    (
        "Several servers",
        &[
            setting!(
                One,
                true,
                "hub",
                "URL",
                "Share rooms with other servers over NATS with JetStream: nats://HOST:4222; several: separated by commas",
                |config, values| {
                    config.hub.url = Some(hub_url(one(values)?)?);
                    Ok(())
                },
                |config| config.hub.url.iter().map(shown).collect()
            ),
            setting!(
                One,
                false,
                "hub-name",
                "NAME",
                "Servers with the same name share their rooms",
                |config, values| {
                    config.hub.name = hub_name(one(values)?)?;
                    Ok(())
                },
                |config| vec![config.hub.name.clone()]
            ),
            optional!(
                "hub-credentials",
                "FILE",
                "File with credentials for NATS (.creds)",
                "a file",
                |file| file.display().to_string(),
                hub.credentials
            ),
            number!(
                "hub-replicas",
                "COUNT",
                "NATS servers that keep each room's log; counts when the first server makes the stream",
                1..=5,
                hub.replicas
            ),
            millis!(
                "hub-silence-ms",
                "A server that was silent for so long counts as dead",
                500..=600_000,
                hub.node_silence
            ),
        ],
    ),
    (
        "STUN and TURN",
        &[
            setting!(
                List,
                true,
                "ice-server",
                "SERVER",
                "STUN or TURN server for the clients: URL, or URL|USERNAME|CREDENTIAL",
                |config, values| {
                    config.ice_servers = each(values, ice_server)?;
                    Ok(())
                },
                |config| config.ice_servers.iter().map(ice_server_text).collect()
            ),
            setting!(
                List,
                false,
                "turn-uri",
                "URI",
                "TURN server that takes time-limited credentials, like turn:turn.example.org:3478",
                |config, values| {
                    config.turn.uris = each(values, turn_uri)?;
                    Ok(())
                },
                |config| config.turn.uris.clone()
            ),
            secret!(
                "turn-secret",
                "Secret shared with the TURN server (coturn: static-auth-secret)",
                turn.secret
            ),
            seconds!("turn-ttl", "How long TURN credentials hold", 60..=604_800, turn.ttl),
        ],
    ),
    (
        "An own login",
        &[
            setting!(
                List,
                true,
                "jwt-secret",
                "SECRET",
                "Secret that signs tokens (HS256): SECRET, or KID=SECRET",
                |config, values| {
                    config.jwt.secrets = each(values, secret)?;
                    Ok(())
                },
                |config| config.jwt.secrets.iter().map(shown).collect()
            ),
            setting!(
                List,
                false,
                "jwt-public-key",
                "FILE",
                "PEM file of a key that signs tokens (EdDSA, ES256): FILE, or KID=FILE",
                |config, values| {
                    config.jwt.public_keys = values.to_vec();
                    Ok(())
                },
                |config| config.jwt.public_keys.clone()
            ),
            setting!(
                List,
                false,
                "jwt-audience",
                "AUDIENCE",
                "Tokens must be for one of these (aud). Without any: not looked at",
                |config, values| {
                    config.jwt.audiences = values.to_vec();
                    Ok(())
                },
                |config| config.jwt.audiences.clone()
            ),
            seconds!("jwt-leeway-seconds", "How far clocks may differ", 0..=600, jwt.leeway),
        ],
    ),
    (
        "Operations",
        &[
            optional!(
                "metrics-address",
                "ADDRESS:PORT",
                "Serve /metrics here, in plain HTTP, instead of with everything else",
                "an address with a port, like 127.0.0.1:9090",
                SocketAddr::to_string,
                metrics.address
            ),
            secret!("metrics-token", "Wanted for /metrics as `Authorization: Bearer`", metrics.token),
            secret!("admin-token", "Opens /api/admin for `Authorization: Bearer`", admin_token),
            setting!(
                List,
                false,
                "webhook-url",
                "URL",
                "Told by POST what happens in rooms",
                |config, values| {
                    config.webhooks.urls = each(values, http_url)?;
                    Ok(())
                },
                |config| config.webhooks.urls.clone()
            ),
            secret!("webhook-secret", "Signs what is posted (HMAC-SHA256)", webhooks.secret),
            number!(
                "webhook-queue",
                "COUNT",
                "Events that may wait for each address",
                1..=1_000_000,
                webhooks.queue
            ),
            number!("webhook-attempts", "COUNT", "Attempts for one event", 1..=100, webhooks.attempts),
        ],
    ),
];
