//! What of somebody may be recorded, and how everybody stands to a recording.

use hostreel_protocol::{ConsentPolicy, ConsentState, PersonId, RoomState, RunningRecording};

/// What of one person goes into the recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowed {
    /// Their voice.
    pub voice: bool,
    /// Their face and their screen.
    pub picture: bool,
}

impl Allowed {
    /// All of them.
    pub const ALL: Self = Self { voice: true, picture: true };

    /// What `recording` may take of `person`. Who was not asked yet gives nothing where it is asked.
    #[must_use]
    pub fn of(recording: &RunningRecording, person: &PersonId) -> Self {
        let state = recording.consent_of(person);
        Self { voice: state.allows_voice(), picture: state.allows_picture() }
    }
}

/// How many stand how to a recording that asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Voice and picture.
    pub all: usize,
    /// Voice only.
    pub voice: usize,
    /// Nothing.
    pub none: usize,
    /// No answer yet.
    pub open: usize,
}

impl Tally {
    /// Everybody who was asked; nothing where nobody is.
    #[must_use]
    pub fn of(room: &RoomState) -> Option<Self> {
        let recording = room.recording.as_ref()?;
        if recording.consent != ConsentPolicy::Ask {
            return None;
        }
        let mut tally = Self::default();
        for person in room.people.iter().filter(|person| person.id != recording.by) {
            match recording.consent_of(&person.id) {
                ConsentState::All => tally.all += 1,
                ConsentState::Voice => tally.voice += 1,
                ConsentState::None | ConsentState::Withdrawn => tally.none += 1,
                ConsentState::Asked => tally.open += 1,
            }
        }
        Some(tally)
    }

    /// How many were asked.
    #[must_use]
    pub fn asked(self) -> usize {
        self.all + self.voice + self.none + self.open
    }
}

/// How `you` stand to a recording of somebody else that asks; nothing when nobody asks.
#[must_use]
pub fn own_consent(room: &RoomState, you: &PersonId) -> Option<ConsentState> {
    let recording = room.recording.as_ref()?;
    (recording.consent == ConsentPolicy::Ask && recording.by != *you).then(|| recording.consent_of(you))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hostreel_protocol::{Consent, Millis, Person, Policies, RecordingId, RecordingKind, Role, RoomId};

    fn id(text: &str) -> PersonId {
        PersonId::parse(text).unwrap()
    }

    fn room(policy: ConsentPolicy, answers: &[(&str, ConsentState)]) -> RoomState {
        let mut room = RoomState::new(RoomId::from_random(1), Policies::default());
        let names = ["mina"].into_iter().chain(answers.iter().map(|(name, _)| *name)).chain(["late"]);
        room.people = names.map(|name| Person::new(id(name), name, Role::Guest, Millis(0))).collect();
        let recording = RunningRecording::new(
            RecordingId::parse("r").unwrap(),
            id("mina"),
            RecordingKind::Video,
            Millis(0),
        );
        let consents = answers
            .iter()
            .map(|(name, state)| Consent { person: id(name), state: *state, at: Millis(1) })
            .collect();
        room.recording = Some(RunningRecording { consent: policy, consents, ..recording });
        room
    }

    #[test]
    fn only_what_was_agreed_to_is_recorded() {
        use ConsentState::{All, Asked, None, Voice, Withdrawn};
        let answers = [("a", All), ("v", Voice), ("n", None), ("w", Withdrawn), ("q", Asked)];
        let asked = room(ConsentPolicy::Ask, &answers);
        let of = |room: &RoomState, name| {
            let allowed = Allowed::of(room.recording.as_ref().unwrap(), &id(name));
            (allowed.voice, allowed.picture)
        };
        assert_eq!(of(&asked, "mina"), (true, true), "who records");
        assert_eq!(of(&asked, "a"), (true, true));
        assert_eq!(of(&asked, "v"), (true, false));
        for name in ["n", "w", "q", "late"] {
            assert_eq!(of(&asked, name), (false, false), "{name}");
        }
        let told = room(ConsentPolicy::Notify, &answers);
        assert_eq!(of(&told, "late"), (true, true));
        assert_eq!(Tally::of(&asked), Some(Tally { all: 1, voice: 1, none: 2, open: 2 }));
        assert_eq!(Tally::of(&told), Option::None);
    }

    #[test]
    fn who_records_and_who_is_only_told_is_not_asked() {
        let asked = room(ConsentPolicy::Ask, &[("a", ConsentState::All)]);
        assert_eq!(own_consent(&asked, &id("mina")), None);
        assert_eq!(own_consent(&asked, &id("a")), Some(ConsentState::All));
        assert_eq!(own_consent(&asked, &id("late")), Some(ConsentState::Asked));
        assert_eq!(own_consent(&room(ConsentPolicy::Notify, &[]), &id("late")), None);
    }
}
