//! What is told of a room's people beside who came and went.

use hostreel_protocol::{
    ConsentState, Event, LeaveReason, PersonId, RecordingKind, RoomState, RunningRecording,
};

/// A piece of news; the words are the catalogue's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoomNews {
    /// Somebody's connection is lost for the moment; the seat is kept.
    Away(String),
    /// Their connection is back.
    Back(String),
    /// A hand went up.
    HandUp(String),
    /// Somebody was called this and is called that now.
    Renamed(String, String),
    /// I am called this now.
    MyName(String),
    /// Somebody wrote this, and the chat is closed.
    Wrote(String, String),
    /// Somebody answered my recording's question.
    Consent(String, ConsentState, RecordingKind),
    /// What the host lets people do has changed.
    Policies,
    /// My right to record ends by itself, after so many minutes.
    MayRecordFor(u64),
    /// Somebody can't come back.
    Banned(String),
}

impl RoomNews {
    /// Whose presence it is about.
    #[must_use]
    pub fn presence(&self) -> Option<&str> {
        match self {
            Self::Away(name) | Self::Back(name) | Self::Banned(name) => Some(name),
            _ => None,
        }
    }
}

/// The news in an event, for `you`. `before`: the room before it. `at_ms`: when it happened. `chat_open`: what is written
/// is seen anyway.
#[must_use]
pub fn news(
    you: &PersonId,
    before: &RoomState,
    event: &Event,
    at_ms: u64,
    chat_open: bool,
) -> Option<RoomNews> {
    let name = |id: &PersonId| before.person(id).map(|person| person.name.clone()).unwrap_or_default();
    Some(match event {
        Event::PresenceChanged { person, away: true, .. } if person != you => RoomNews::Away(name(person)),
        Event::PresenceChanged { person, away: false, .. } if person != you => RoomNews::Back(name(person)),
        Event::HandChanged { person, raised: true } if person != you => RoomNews::HandUp(name(person)),
        Event::Renamed { person, name: new, .. } if person == you => RoomNews::MyName(new.clone()),
        Event::Renamed { person, name: new, .. } => RoomNews::Renamed(name(person), new.clone()),
        Event::Chat { from, name, text } if from != you && !chat_open => {
            RoomNews::Wrote(name.clone(), text.clone())
        }
        Event::ConsentChanged { recording, person, state }
            if *state != ConsentState::Asked && person != you =>
        {
            let mine = |known: &&RunningRecording| known.id == *recording && known.by == *you;
            RoomNews::Consent(name(person), *state, before.recording.as_ref().filter(mine)?.kind)
        }
        Event::GrantChanged { person, may_record: true, until: Some(until) } if person == you => {
            RoomNews::MayRecordFor(until.0.saturating_sub(at_ms).div_ceil(60_000))
        }
        Event::PoliciesChanged { policies } if policies.locked == before.policies.locked => {
            RoomNews::Policies
        }
        Event::Left { person, reason: LeaveReason::Banned } if person != you => {
            RoomNews::Banned(name(person))
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use hostreel_protocol::{Millis, Person, Policies, RecordingId, Role, RoomId};

    fn id(text: &str) -> PersonId {
        PersonId::parse(text).unwrap()
    }

    #[test]
    fn who_records_hears_of_answers_and_nobody_hears_of_themselves() {
        let mut room = RoomState::new(RoomId::from_random(1), Policies::default());
        room.people = ["mina", "juno"].map(|name| Person::new(id(name), name, Role::Guest, Millis(0))).into();
        let recording = RecordingId::parse("r").unwrap();
        room.recording =
            Some(RunningRecording::new(recording.clone(), id("mina"), RecordingKind::Video, Millis(0)));
        let told = |you, event: &Event| news(&id(you), &room, event, 60_000, false);
        let answer =
            |state| Event::ConsentChanged { recording: recording.clone(), person: id("juno"), state };
        let voice = RoomNews::Consent("juno".into(), ConsentState::Voice, RecordingKind::Video);
        assert_eq!(told("mina", &answer(ConsentState::Voice)), Some(voice));
        assert_eq!(told("mina", &answer(ConsentState::Asked)), None);
        assert_eq!(told("juno", &answer(ConsentState::Voice)), None);
        let away = Event::PresenceChanged { person: id("juno"), away: true, until: None };
        assert_eq!(told("mina", &away), Some(RoomNews::Away("juno".into())));
        assert_eq!(told("juno", &away), None);
        let renamed = Event::Renamed { person: id("juno"), name: "Kim".into(), resembles_host: false };
        assert_eq!(told("mina", &renamed), Some(RoomNews::Renamed("juno".into(), "Kim".into())));
        assert_eq!(told("juno", &renamed), Some(RoomNews::MyName("Kim".into())));
        let granted =
            Event::GrantChanged { person: id("juno"), may_record: true, until: Some(Millis(660_000)) };
        assert_eq!(told("juno", &granted), Some(RoomNews::MayRecordFor(10)));
        let chat = Event::Chat { from: id("juno"), name: "juno".into(), text: "hi".into() };
        assert_eq!(told("mina", &chat), Some(RoomNews::Wrote("juno".into(), "hi".into())));
        assert_eq!(news(&id("mina"), &room, &chat, 0, true), None);
    }
}
