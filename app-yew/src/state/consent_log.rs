//! The consent log of a recording: who was told and asked what, and what they answered, as a chain of entries in which
//! each holds the digest of the one before. What is changed, taken out or put in afterwards breaks it.

use hostreel_protocol::{
    ConsentPolicy, ConsentState, Envelope, Event, Millis, Person, PersonId, RecordingId, RecordingKind,
    RecordingState, Role, RoomId, RoomState, StopReason,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

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

/// The log of one recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Log {
    /// Of this form: 1.
    pub version: u32,
    /// The room.
    pub room: RoomId,
    /// What happened, in order.
    pub entries: Vec<Entry>,
}

impl Log {
    /// Of a recording that has just begun in `room`; nothing when there is none.
    #[must_use]
    pub fn begin(room: &RoomState) -> Option<Self> {
        let mut log = Self { version: 1, room: room.id.clone(), entries: Vec::new() };
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

/// Lower case, two digits a byte.
#[must_use]
pub fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing into a string can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The digest of a file that is read piece by piece.
#[derive(Debug, Clone, Default)]
pub struct FileDigest(Sha256);

impl FileDigest {
    /// The next piece.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// SHA-256 of all pieces, in hexadecimal.
    #[must_use]
    pub fn finish(self) -> String {
        hexadecimal(&self.0.finalize())
    }
}

#[cfg(test)]
mod tests;
