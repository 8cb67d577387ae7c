//! What happened in a room.

use serde::{Deserialize, Serialize};

use crate::{Person, PersonId, Policies, RecordingId, Role, RunningRecording};

/// Why somebody is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeaveReason {
    /// They left.
    Left,
    /// Their connection was lost.
    Lost,
    /// They were sent out.
    Removed,
    /// The same key joined from elsewhere.
    Replaced,
}

/// Why a recording ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// Who recorded stopped it.
    Stopped,
    /// The host stopped somebody else's.
    StoppedByHost,
    /// The right to record was taken back.
    Revoked,
    /// Who recorded is gone.
    Gone,
    /// The meeting ended.
    RoomEnded,
}

/// Why a room ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// The host ended it for everybody.
    EndedByHost,
}

/// One thing that happened, decided by the server. Applied in order by `hostreel_room::evolve`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Event {
    /// Somebody joined.
    Joined {
        /// Who.
        person: Person,
    },
    /// Somebody is gone.
    Left {
        /// Who.
        person: PersonId,
        /// Why.
        reason: LeaveReason,
    },
    /// Somebody's role changed.
    RoleChanged {
        /// Who.
        person: PersonId,
        /// The new role.
        role: Role,
    },
    /// The host role went from one person to another, in one step: there is never a moment with two.
    HandedOver {
        /// Who was host and is co-host now.
        from: PersonId,
        /// Who is host now.
        to: PersonId,
    },
    /// Somebody took another name.
    Renamed {
        /// Who.
        person: PersonId,
        /// The new name, cleaned.
        name: String,
    },
    /// A recording began. Who is named in it starts the recorder now.
    RecordingStarted {
        /// The recording.
        recording: RunningRecording,
    },
    /// The recording is paused.
    RecordingPaused {
        /// Which.
        recording: RecordingId,
    },
    /// The recording goes on.
    RecordingResumed {
        /// Which.
        recording: RecordingId,
    },
    /// The recording ended.
    RecordingStopped {
        /// Which.
        recording: RecordingId,
        /// Why.
        reason: StopReason,
    },
    /// The right to record was lent or taken back.
    GrantChanged {
        /// Whose.
        person: PersonId,
        /// Whether they may record now.
        may_record: bool,
    },
    /// Somebody was muted for everybody, or may be heard again.
    MuteChanged {
        /// Who.
        person: PersonId,
        /// Whether they are muted now.
        muted: bool,
    },
    /// A hand went up or down.
    HandChanged {
        /// Whose.
        person: PersonId,
        /// Whether it is up now.
        raised: bool,
    },
    /// The host changed the policies.
    PoliciesChanged {
        /// All of them, as they are now.
        policies: Policies,
    },
    /// The room has ended for everybody.
    Ended {
        /// Why.
        reason: EndReason,
    },
}
