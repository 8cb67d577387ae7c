//! The recording of a room, and who consents to it.

use serde::{Deserialize, Serialize};

use crate::{ConsentPolicy, Millis, PersonId, RecordingId};

/// What is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
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
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum RecordingState {
    /// It records.
    Recording,
    /// It is paused and can go on.
    Paused,
}

/// How somebody stands to a recording of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum ConsentState {
    /// Asked, no answer yet: nothing of them is recorded.
    Asked,
    /// Voice and picture.
    All,
    /// Voice only.
    Voice,
    /// Nothing.
    None,
    /// Nothing any more: they had agreed before.
    Withdrawn,
}

impl ConsentState {
    /// Whether their sound may be recorded.
    #[must_use]
    pub fn allows_voice(self) -> bool {
        matches!(self, Self::All | Self::Voice)
    }

    /// Whether their picture may be recorded.
    #[must_use]
    pub fn allows_picture(self) -> bool {
        self == Self::All
    }
}

/// What somebody answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum ConsentAnswer {
    /// Voice and picture.
    All,
    /// Voice only.
    Voice,
    /// Nothing.
    None,
    /// Nothing any more; the same as `none`.
    Withdrawn,
}

/// One person's consent.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Consent {
    /// Whose.
    pub person: PersonId,
    /// How they stand to it.
    pub state: ConsentState,
    /// Since when.
    pub at: Millis,
}

/// The recording that is going on.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
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
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub paused_ms: u64,
    /// The policy when it began: it holds to its end.
    #[serde(default)]
    pub consent: ConsentPolicy,
    /// Who was asked (with `ask`): everybody present but who records, and who comes later.
    #[serde(default)]
    pub consents: Vec<Consent>,
}

impl RunningRecording {
    /// A recording that begins now, everybody told and nobody asked.
    #[must_use]
    pub fn new(id: RecordingId, by: PersonId, kind: RecordingKind, now: Millis) -> Self {
        Self {
            id,
            by,
            kind,
            started_at: now,
            state: RecordingState::Recording,
            changed_at: now,
            paused_ms: 0,
            consent: ConsentPolicy::Notify,
            consents: Vec::new(),
        }
    }

    /// How this person stands to the recording. With `notify`, and for who records: `all`. Who was not asked yet
    /// counts as asked.
    #[must_use]
    pub fn consent_of(&self, person: &PersonId) -> ConsentState {
        if self.consent == ConsentPolicy::Notify || self.by == *person {
            return ConsentState::All;
        }
        let found = self.consents.iter().find(|consent| consent.person == *person);
        found.map_or(ConsentState::Asked, |consent| consent.state)
    }
}
