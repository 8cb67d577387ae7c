//! What happened in a room.

use serde::{Deserialize, Serialize};

use crate::{
    ConsentState, Mark, Millis, Person, PersonId, Policies, RecordingId, Role, RunningRecording,
    WaitingPerson,
};

/// Why somebody is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum LeaveReason {
    /// They left.
    Left,
    /// Their connection was lost.
    Lost,
    /// They were sent out.
    Removed,
    /// The same key joined from elsewhere.
    Replaced,
    /// They were sent out and can't come back.
    Banned,
}

/// Why a recording ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum StopReason {
    /// Who recorded stopped it.
    Stopped,
    /// The host stopped somebody else's.
    StoppedByHost,
    /// The right to record was taken back.
    Revoked,
    /// The right to record was lent for a time, and that is over.
    Expired,
    /// Who recorded is gone.
    Gone,
    /// The meeting ended.
    RoomEnded,
}

/// Why a room ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum EndReason {
    /// The host ended it for everybody.
    EndedByHost,
    /// The host is gone, and the room's policy says that it ends then.
    HostGone,
    /// An administrator of the server ended it.
    EndedByAdmin,
}

/// Why somebody waits no longer, without having been let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum KnockEnd {
    /// The host or a co-host sent them away.
    Refused,
    /// They were sent away and can't come back.
    Banned,
    /// They gave up.
    Left,
    /// Their connection was lost.
    Lost,
}

fn is_false(value: &bool) -> bool {
    !value
}

/// One thing that happened, decided by the server. Applied in order by `hostreel_room::evolve`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Event {
    /// Somebody joined. Who was waiting waits no longer.
    Joined {
        /// Who.
        person: Person,
    },
    /// Somebody waits in the lobby.
    Knocked {
        /// Who.
        waiting: WaitingPerson,
    },
    /// Somebody waits no longer, and is not in the room.
    KnockEnded {
        /// Who.
        person: PersonId,
        /// Why.
        reason: KnockEnd,
    },
    /// Somebody's connection was lost or is back; the seat is theirs all the time.
    PresenceChanged {
        /// Whose.
        person: PersonId,
        /// Lost now.
        away: bool,
        /// The seat is kept until then. Absent: for the grace time of the server's limits.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        until: Option<Millis>,
    },
    /// Marks are banned from now on.
    Banned {
        /// Which, in addition to those before.
        marks: Vec<Mark>,
    },
    /// Somebody's name can be mistaken for the host's now, or no longer.
    ResemblanceChanged {
        /// Whose.
        person: PersonId,
        /// Whether it can.
        resembles_host: bool,
    },
    /// A co-host is host now, because the host is gone. The host key takes the role back.
    Succeeded {
        /// Who is host now.
        person: PersonId,
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
        /// It can be mistaken for the host's.
        #[serde(default, skip_serializing_if = "is_false")]
        #[cfg_attr(feature = "typescript", ts(optional, as = "Option<bool>"))]
        resembles_host: bool,
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
        /// It ends by itself then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        until: Option<Millis>,
    },
    /// Somebody was asked for their consent, or answered.
    ConsentChanged {
        /// To which recording.
        recording: RecordingId,
        /// Whose consent.
        person: PersonId,
        /// How they stand to it now.
        state: ConsentState,
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
    /// Somebody said something in writing.
    Chat {
        /// Who.
        from: PersonId,
        /// Their name.
        name: String,
        /// What, cleaned.
        text: String,
    },
    /// Somebody shows a sign for a moment.
    Reacted {
        /// Who.
        person: PersonId,
        /// Which.
        emoji: String,
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
