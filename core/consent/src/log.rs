//! The chain of entries: written as the room changes, sealed with the file, verified by anybody.

use hostreel_protocol::{Envelope, Event, Millis, Person, RecordingState, RoomId, RoomState};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::digest::hexadecimal;
use crate::{Entry, Somebody, What};

/// Where a log was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// There is nothing in it, or it does not begin with a beginning.
    NoBeginning,
    /// This entry (from 0), or one before it, is not what was written.
    Entry(usize),
}

impl Broken {
    /// Which entry, counted from 1.
    #[must_use]
    pub fn entry(self) -> usize {
        match self {
            Self::NoBeginning => 1,
            Self::Entry(index) => index + 1,
        }
    }
}

/// Most entries: a meeting of people who come and go all day.
const MOST_ENTRIES: usize = 400;

/// Why a text is not read as a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotALog {
    /// It has more bytes than [`Log::LONGEST`].
    TooLong,
    /// It is no log; what is wrong with it, and where.
    Form(String),
    /// It is a log of another version.
    Version(u32),
}

impl std::fmt::Display for NotALog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooLong => write!(f, "longer than any consent log ({} MiB)", Log::LONGEST >> 20),
            Self::Form(why) => write!(f, "not a consent log: {why}"),
            Self::Version(version) => write!(f, "a log of version {version}; {} is known", Log::VERSION),
        }
    }
}

impl std::error::Error for NotALog {}

/// The tag of a recording's file that holds its log as it stood when the file was completed, as [`Log::tag`] writes it.
pub const TAG: &str = "CONSENT_LOG";

/// The log of one recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Log {
    /// Of this form: [`Log::VERSION`].
    pub version: u32,
    /// The room.
    pub room: RoomId,
    /// What happened, in order.
    pub entries: Vec<Entry>,
}

impl Log {
    /// The form that this crate writes and knows.
    pub const VERSION: u32 = 1;

    /// No log has more bytes: 400 entries with a hundred people in the first.
    pub const LONGEST: u64 = 16 << 20;

    /// Reads a log from its JSON. Whether it is whole is another question: [`Log::verify`].
    ///
    /// # Errors
    /// Why it is none.
    pub fn read(json: &[u8]) -> Result<Self, NotALog> {
        if json.len() as u64 > Self::LONGEST {
            return Err(NotALog::TooLong);
        }
        // The version first: another one may have another form.
        #[derive(Deserialize)]
        struct Head {
            version: u32,
        }
        let form = |error: serde_json::Error| NotALog::Form(error.to_string());
        let Head { version } = serde_json::from_slice(json).map_err(form)?;
        if version != Self::VERSION {
            return Err(NotALog::Version(version));
        }
        serde_json::from_slice(json).map_err(form)
    }

    /// Of a recording that has just begun in `room`; nothing when there is none.
    #[must_use]
    pub fn begin(room: &RoomState) -> Option<Self> {
        let mut log = Self { version: Self::VERSION, room: room.id.clone(), entries: Vec::new() };
        log.began(room)?;
        Some(log)
    }

    fn began(&mut self, room: &RoomState) -> Option<()> {
        let recording = room.recording.as_ref()?;
        let by = room.person(&recording.by)?.into();
        let of = |wanted: fn(&Person) -> bool| {
            room.people.iter().filter(|person| wanted(person)).map(Somebody::from).collect()
        };
        let began = What::Began {
            recording: recording.id.clone(),
            by,
            kind: recording.kind,
            policy: recording.consent,
            people: of(|_| true),
            granted: of(|person| person.may_record),
        };
        self.add(recording.started_at, room.rev, began);
        for consent in &recording.consents {
            if let Some(person) = room.person(&consent.person) {
                self.add(consent.at, room.rev, What::Consent { person: person.into(), state: consent.state });
            }
        }
        Some(())
    }

    /// What is new in the room since `before`. Without an envelope the page was away: then what has no time of its own
    /// gets that of the entry before.
    pub fn follow(&mut self, before: &RoomState, after: &RoomState, envelope: Option<&Envelope>) {
        let last = self.entries.last().map_or(Millis(0), |entry| entry.at);
        let at = envelope.map_or(last, |envelope| envelope.at);
        let (was, is) = (before.recording.as_ref(), after.recording.as_ref());
        if is.is_some() && was.map(|was| &was.id) != is.map(|is| &is.id) {
            // A server that was started anew was told again.
            let _ = self.began(after);
            return;
        }
        for person in before.people.iter().filter(|person| after.person(&person.id).is_none()) {
            self.add(at, after.rev, What::Left { person: person.into() });
        }
        for person in &after.people {
            let known = before.person(&person.id);
            if known.is_none() {
                self.add(person.joined_at, after.rev, What::Joined { person: person.into() });
            }
            let had = known.is_some_and(|known| known.may_record);
            if person.may_record
                && (!had || known.is_some_and(|known| known.record_until != person.record_until))
            {
                self.add(at, after.rev, What::Granted { person: person.into(), until: person.record_until });
            } else if had && !person.may_record {
                self.add(at, after.rev, What::GrantEnded { person: person.into() });
            }
        }
        if let (Some(was), Some(is)) = (was, is) {
            for consent in is.consents.iter().filter(|consent| !was.consents.contains(consent)) {
                if let Some(person) = after.person(&consent.person) {
                    self.add(
                        consent.at,
                        after.rev,
                        What::Consent { person: person.into(), state: consent.state },
                    );
                }
            }
            match (was.state, is.state) {
                (RecordingState::Recording, RecordingState::Paused) => {
                    self.add(is.changed_at, after.rev, What::Paused)
                }
                (RecordingState::Paused, RecordingState::Recording) => {
                    self.add(is.changed_at, after.rev, What::Resumed)
                }
                _ => {}
            }
        }
        if let Some(Event::RecordingStopped { reason, .. }) = envelope.map(|envelope| &envelope.event) {
            self.add(at, after.rev, What::Stopped { reason: *reason });
        }
    }

    /// Whether the end of the recording is written down.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.entries.iter().any(|entry| matches!(entry.what, What::Stopped { .. }))
    }

    /// Whether both are about the same recording.
    #[must_use]
    pub fn begins_as(&self, other: &Self) -> bool {
        self.room == other.room && self.entries.first() == other.entries.first()
    }

    /// The file is complete: its digest closes the log.
    pub fn seal(&mut self, sha256: String, bytes: u64) {
        let last = self.entries.last().map_or((Millis(0), 0), |entry| (entry.at, entry.rev));
        self.entries.retain(|entry| !matches!(entry.what, What::File { .. }));
        self.add(last.0, last.1, What::File { sha256, bytes });
    }

    /// The file that it was sealed with: SHA-256 in hexadecimal, and its length in bytes.
    #[must_use]
    pub fn file(&self) -> Option<(&str, u64)> {
        self.entries.iter().rev().find_map(|entry| match &entry.what {
            What::File { sha256, bytes } => Some((sha256.as_str(), *bytes)),
            _ => None,
        })
    }

    fn add(&mut self, at: Millis, rev: u64, what: What) {
        // The end is always written down.
        if self.entries.len() >= MOST_ENTRIES && !matches!(what, What::Stopped { .. } | What::File { .. }) {
            return;
        }
        let before = self.entries.last().map_or_else(|| self.head(), |entry| entry.digest.clone());
        let digest = digest(&before, at, rev, &what);
        self.entries.push(Entry { at, rev, what, digest });
    }

    fn head(&self) -> String {
        hexadecimal(&Sha256::digest(format!("hostreel consent log {} {}", self.version, self.room)))
    }

    /// Whether all is as it was written. This proves that nothing was changed by accident or in parts; whoever holds
    /// the log could write a whole new one.
    ///
    /// # Errors
    /// Where it is broken.
    pub fn verify(&self) -> Result<(), Broken> {
        if !matches!(self.entries.first(), Some(Entry { what: What::Began { .. }, .. })) {
            return Err(Broken::NoBeginning);
        }
        let mut before = self.head();
        for (index, entry) in self.entries.iter().enumerate() {
            before = digest(&before, entry.at, entry.rev, &entry.what);
            if before != entry.digest {
                return Err(Broken::Entry(index));
            }
        }
        Ok(())
    }

    /// As JSON text on one line, without the file's own digest: to be written into that file.
    #[must_use]
    pub fn tag(&self) -> String {
        let entries = self.entries.iter().filter(|entry| !matches!(entry.what, What::File { .. })).cloned();
        let open = Self { entries: entries.collect(), room: self.room.clone(), ..*self };
        // Texts and numbers always serialize.
        serde_json::to_string(&open).unwrap_or_default()
    }

    /// As JSON text, for people too.
    #[must_use]
    pub fn json(&self) -> String {
        // Texts and numbers always serialize.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

fn digest(before: &str, at: Millis, rev: u64, what: &What) -> String {
    let body = serde_json::to_string(&(before, at, rev, what)).unwrap_or_default();
    hexadecimal(&Sha256::digest(body))
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
