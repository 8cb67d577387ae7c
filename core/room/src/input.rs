//! What a room is asked to decide, and how it says no.

use hostreel_protocol::{
    Code, Command, Mark, Millis, Person, PersonId, Policies, RecordingId, Role, RunningRecording,
};

/// A refusal: nothing changes and nobody else hears of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[error("denied: {}", code.as_str())]
pub struct Denied {
    /// Why.
    pub code: Code,
}

impl Denied {
    /// The stable code.
    #[must_use]
    pub fn code(self) -> Code {
        self.code
    }
}

pub(crate) fn deny<T>(code: Code) -> Result<T, Denied> {
    Err(Denied { code })
}

/// Somebody comes in, or knocks when the room has a lobby.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Join {
    /// The server's fresh id for them.
    pub person: PersonId,
    /// The name they gave; cleaned by [`crate::decide`].
    pub name: String,
    /// They showed the room's host key, and the server found it right.
    pub holds_key: bool,
    /// The role that a checked pass gives them; [`Role::Guest`] without one.
    pub role: Role,
    /// A checked pass gives them the right to record.
    pub may_record: bool,
    /// What a ban of them would hold for.
    pub marks: Vec<Mark>,
}

impl Join {
    /// Somebody of whom nothing is known but their name.
    #[must_use]
    pub fn guest(person: PersonId, name: impl Into<String>) -> Self {
        Self {
            person,
            name: name.into(),
            holds_key: false,
            role: Role::Guest,
            may_record: false,
            marks: Vec::new(),
        }
    }
}

/// A seat from before a restart of the server, as its checked token tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restore {
    /// Who, as they were.
    pub person: Person,
    /// The room's policies then.
    pub policies: Policies,
    /// What they were recording.
    pub recording: Option<RunningRecording>,
    /// This token was made later than all others that came back so far: where they differ, this one is right.
    pub is_newest: bool,
}

/// What becomes of the seat of a lost connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Keep {
    /// It is given up: the connection ended by a fault of the client's own.
    No,
    /// The page has said that it goes: it was closed, or is loaded anew and comes back at once. Kept for
    /// [`BRIEFLY_MS`], or the guests' grace time if that is shorter; for who is host or holds the key as long as ever.
    Briefly,
    /// Kept for the grace time.
    Usual,
}

/// How long the seat of a guest or co-host is kept whose page has said that it goes, in milliseconds: time for it to be
/// loaded anew.
pub const BRIEFLY_MS: u64 = 10_000;

/// What a room is asked to decide. Ids are arguments: the room makes none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// From the server: somebody wants in.
    Join(Join),
    /// From the server: somebody's connection is gone.
    Lost {
        /// Whose.
        person: PersonId,
        /// Whether their seat is kept, and for how long.
        seat: Keep,
    },
    /// From the server: somebody took their seat back.
    Back {
        /// Who.
        person: PersonId,
    },
    /// From the server: somebody takes a seat back that this server has never seen.
    Restore(Box<Restore>),
    /// From the server: time has passed. Decides what is due; see [`crate::next_due`].
    Tick,
    /// From a member, or from somebody in the lobby.
    Command {
        /// Who asks, truly: the server knows whose connection it is.
        by: PersonId,
        /// What they ask.
        command: Command,
        /// A fresh id, used if a recording starts.
        new_recording: RecordingId,
    },
}

/// How long the seat of somebody is kept, in milliseconds.
pub(crate) fn grace_ms(limits: &hostreel_protocol::Limits, person: &Person) -> u64 {
    // Who holds the key may be the host again at any time.
    if is_waited_for(person) { limits.host_grace_ms } else { limits.guest_grace_ms }
}

fn is_waited_for(person: &Person) -> bool {
    person.role == Role::Host || person.holds_key
}

/// When the seat of somebody is given up whose page has just gone; `None`: after the usual time.
pub(crate) fn brief_end(limits: &hostreel_protocol::Limits, person: &Person, now: Millis) -> Option<Millis> {
    (!is_waited_for(person)).then(|| now.plus(BRIEFLY_MS.min(limits.guest_grace_ms)))
}

/// When the seat of somebody is given up, if their connection is lost.
pub(crate) fn seat_ends_at(limits: &hostreel_protocol::Limits, person: &Person) -> Option<Millis> {
    let usual = person.away_since?.plus(grace_ms(limits, person));
    // Who has become somebody to wait for meanwhile is waited for.
    Some(person.away_until.filter(|_| !is_waited_for(person)).unwrap_or(usual))
}
