//! A room as its members see it. How it changes is decided in the crate `hostreel-room`.

use serde::{Deserialize, Serialize};

use crate::{Millis, PersonId, RecordingId, RoomId};

/// What a person may do is looked up by this (see `hostreel-room`'s permission table).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Holds the host key. At most one in a room.
    Host,
    /// Appointed by the host to help.
    Cohost,
    /// Everybody else.
    Guest,
}

/// Somebody in the room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The server's id for this person.
    pub id: PersonId,
    /// The name they gave, cleaned by the server.
    pub name: String,
    /// Their role.
    pub role: Role,
    /// When they joined.
    pub joined_at: Millis,
    /// The host lent them the right to record.
    #[serde(default)]
    pub may_record: bool,
    /// Muted by the host or a co-host: every honest receiver drops their sound, the recorder leaves it out.
    #[serde(default)]
    pub muted: bool,
    /// Their hand is up, since this moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hand_raised_at: Option<Millis>,
}

/// What is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordingKind {
    /// Everybody's picture in one grid, and everybody's sound.
    Video,
    /// Everybody's sound, no picture.
    Audio,
    /// The shared screen, and everybody's sound.
    Screen,
    /// One file for each person.
    Tracks,
}

/// Whether the recorder runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordingState {
    /// It records.
    Recording,
    /// It is paused and can go on.
    Paused,
}

/// The recording that is going on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunningRecording {
    /// The server's id for it.
    pub id: RecordingId,
    /// Who records, on their own disk.
    pub by: PersonId,
    /// What is recorded.
    pub kind: RecordingKind,
    /// When it began.
    pub started_at: Millis,
    /// Running or paused.
    pub state: RecordingState,
    /// When `state` last changed.
    pub changed_at: Millis,
    /// Time spent paused before `changed_at`, in milliseconds.
    pub paused_ms: u64,
}

/// What the host chose for the room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policies {
    /// Guests may share their screen. Default true.
    #[serde(default = "yes")]
    pub guests_share: bool,
    /// Nobody new gets in, except the host by key. Default false.
    #[serde(default)]
    pub locked: bool,
}

fn yes() -> bool {
    true
}

impl Default for Policies {
    fn default() -> Self {
        Self { guests_share: true, locked: false }
    }
}

/// All that a member may see of a room; no secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomState {
    /// The room.
    pub id: RoomId,
    /// Number of the last event in here. The next one has `rev + 1`.
    pub rev: u64,
    /// Everybody present, in the order of joining.
    pub people: Vec<Person>,
    /// What the host chose.
    pub policies: Policies,
    /// What is being recorded, if anything.
    pub recording: Option<RunningRecording>,
    /// The room was ended for everybody.
    #[serde(default)]
    pub ended: bool,
}

impl RoomState {
    /// An empty room.
    #[must_use]
    pub fn new(id: RoomId, policies: Policies) -> Self {
        Self { id, rev: 0, people: Vec::new(), policies, recording: None, ended: false }
    }

    /// Somebody present, by id.
    #[must_use]
    pub fn person(&self, id: &PersonId) -> Option<&Person> {
        self.people.iter().find(|person| person.id == *id)
    }

    /// The host, when present.
    #[must_use]
    pub fn host(&self) -> Option<&Person> {
        self.people.iter().find(|person| person.role == Role::Host)
    }
}
