//! Limits that a server keeps and tells its clients.

use serde::{Deserialize, Serialize};

/// Milliseconds: since 1970 (UTC) for a point in time, else a length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Millis(pub u64);

impl Millis {
    /// Time from `earlier` to this; zero when `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Self {
        Self(self.0.saturating_sub(earlier.0))
    }
}

/// What a server allows. Sent in `welcome`; every limit is enforced by the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Longest websocket message, in bytes. Default 65,536.
    pub message_bytes: usize,
    /// Messages that may wait for one slow reader before it is cut off. Default 256.
    pub queue_messages: usize,
    /// Bytes that may wait for one slow reader before it is cut off. Default 1,048,576.
    pub queue_bytes: usize,
    /// Time from connecting to `hello`, in milliseconds. Default 5,000.
    pub hello_ms: u64,
    /// A connection that is silent for longer is dropped, in milliseconds. Default 45,000.
    pub idle_ms: u64,
    /// Most people in one room. Default 8: more does not work well in a mesh.
    pub people_per_room: usize,
    /// Longest name of a person, in characters. Default 40.
    pub name_chars: usize,
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
        }
    }
}
