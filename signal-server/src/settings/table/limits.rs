//! How much of what, and how long.

use std::time::Duration;

use super::super::values::{one, parsed, session_key, whole};
use super::super::{Group, Kind, Setting};

/// Limits.
pub(super) const LIMITS: Group = (
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
        number!("idle-ms", "MS", "Silence before a connection is dropped", 10..=86_400_000, limits.idle_ms),
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
            "Messages that one connection may send at once, of 2.5 KiB on average",
            1..=1_000_000,
            rate.burst
        ),
        number!(
            "rate-per-second",
            "COUNT",
            "Messages per second that one connection may send on and on, of 2.5 KiB on average",
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
);

/// Sessions.
pub(super) const SESSIONS: Group = (
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
        number!("chat-chars", "COUNT", "Longest chat message, in characters", 1..=100_000, limits.chat_chars),
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
);
