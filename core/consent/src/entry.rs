//! What one line of the log says.

use hostreel_protocol::{
    ConsentPolicy, ConsentState, Millis, Person, PersonId, RecordingId, RecordingKind, Role, StopReason,
};
use serde::{Deserialize, Serialize};

/// Somebody in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Somebody {
    /// The server's id for them.
    pub id: PersonId,
    /// Their name at that moment.
    pub name: String,
    /// Their role at that moment.
    pub role: Role,
}

impl From<&Person> for Somebody {
    fn from(person: &Person) -> Self {
        Self { id: person.id.clone(), name: person.name.clone(), role: person.role }
    }
}

/// What an entry says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum What {
    /// Everybody present was told, and the recording began.
    Began {
        /// The server's id of the recording.
        recording: RecordingId,
        /// Who records, on their own disk.
        by: Somebody,
        /// What.
        kind: RecordingKind,
        /// Whether everybody is asked.
        policy: ConsentPolicy,
        /// Who was told.
        people: Vec<Somebody>,
        /// Who holds a lent right to record.
        granted: Vec<Somebody>,
    },
    /// Somebody came while it was recorded, and was told.
    Joined {
        /// Who.
        person: Somebody,
    },
    /// Somebody is gone.
    Left {
        /// Who.
        person: Somebody,
    },
    /// Somebody was asked, or answered.
    Consent {
        /// Who.
        person: Somebody,
        /// How they stand to it since then.
        state: ConsentState,
    },
    /// The right to record was lent.
    Granted {
        /// To whom.
        person: Somebody,
        /// Until when, in milliseconds since 1970; nothing: until it is taken back.
        until: Option<Millis>,
    },
    /// The right to record ended.
    GrantEnded {
        /// Whose.
        person: Somebody,
    },
    /// Nothing is recorded from here on.
    Paused,
    /// It is recorded again.
    Resumed,
    /// The recording ended.
    Stopped {
        /// Why.
        reason: StopReason,
    },
    /// The complete file.
    File {
        /// SHA-256 of all its bytes, in hexadecimal.
        sha256: String,
        /// Its length, in bytes.
        bytes: u64,
    },
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When, by the server's clock, in milliseconds since 1970 (UTC).
    pub at: Millis,
    /// The room's revision then.
    pub rev: u64,
    /// What.
    #[serde(flatten)]
    pub what: What,
    /// SHA-256, in hexadecimal, of the digest before (of the head, for the first) and this entry without its digest.
    pub digest: String,
}
