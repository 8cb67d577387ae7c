//! Limits that a server keeps and tells its clients.

use serde::{Deserialize, Serialize};

/// Milliseconds: since 1970 (UTC) for a point in time, else a length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Millis(#[cfg_attr(feature = "typescript", ts(type = "number"))] pub u64);

impl Millis {
    /// Time from `earlier` to this; zero when `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Self {
        Self(self.0.saturating_sub(earlier.0))
    }

    /// The moment `milliseconds` after this.
    #[must_use]
    pub fn plus(self, milliseconds: u64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }
}

/// What a server allows. Sent in `welcome`; every limit is enforced by the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Limits {
    /// Longest websocket message, in bytes. Default 65,536.
    pub message_bytes: usize,
    /// Messages that may wait for one slow reader before it is cut off. Default 256.
    pub queue_messages: usize,
    /// Bytes that may wait for one slow reader before it is cut off. Default 1,048,576.
    pub queue_bytes: usize,
    /// Time from connecting to `hello`, in milliseconds. Default 5,000.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub hello_ms: u64,
    /// A connection that is silent for longer is dropped, in milliseconds. Default 45,000.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub idle_ms: u64,
    /// Most people in one room. Default 8: more does not work well in a mesh.
    pub people_per_room: usize,
    /// Longest name of a person, in characters. Default 40.
    pub name_chars: usize,
    /// A guest's or co-host's seat is kept this long after their connection was lost, in milliseconds. Default
    /// 30,000; 0: not at all.
    #[serde(default = "guest_grace")]
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub guest_grace_ms: u64,
    /// The host's seat, and the host role without a host, are kept this long, in milliseconds. Default 60,000; 0: not
    /// at all.
    #[serde(default = "host_grace")]
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub host_grace_ms: u64,
    /// Most people in a lobby. Default 32.
    #[serde(default = "waiting")]
    pub waiting_per_room: usize,
    /// Longest chat message, in characters. Default 1,000.
    #[serde(default = "chat_chars")]
    pub chat_chars: usize,
}

fn guest_grace() -> u64 {
    30_000
}

fn host_grace() -> u64 {
    60_000
}

fn waiting() -> usize {
    32
}

fn chat_chars() -> usize {
    1_000
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message_bytes: 65_536,
            queue_messages: 256,
            queue_bytes: 1_048_576,
            hello_ms: 5_000,
            idle_ms: 45_000,
            people_per_room: 8,
            name_chars: 40,
            guest_grace_ms: guest_grace(),
            host_grace_ms: host_grace(),
            waiting_per_room: waiting(),
            chat_chars: chat_chars(),
        }
    }
}
