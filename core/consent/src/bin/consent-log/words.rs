//! Entries in words. What comes from a file is made safe for a terminal.

use hostreel_consent::{Somebody, What, stamp};
use hostreel_protocol::{ConsentPolicy, ConsentState, RecordingKind, Role, StopReason};

/// Without what would steer a terminal, or turn the order of its letters round.
pub(crate) fn safe(text: &str) -> String {
    let steers = |character: char| {
        character.is_control()
            || matches!(character, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|character| if steers(character) { '\u{FFFD}' } else { character }).collect()
}

fn name(person: &Somebody) -> String {
    let role = match person.role {
        Role::Host => "host",
        Role::Cohost => "co-host",
        Role::Guest => "guest",
        Role::Waiting => "in the lobby",
    };
    format!("{} ({role}, {})", safe(&person.name), safe(person.id.as_str()))
}

fn names(people: &[Somebody]) -> String {
    people.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// What an entry says.
pub(crate) fn words(what: &What) -> String {
    match what {
        What::Began { recording, by, kind, policy, people, granted } => {
            let kind = match kind {
                RecordingKind::Video => "video",
                RecordingKind::Audio => "audio only",
                RecordingKind::Screen => "the screen",
                RecordingKind::Tracks => "one file each",
            };
            let asked =
                if *policy == ConsentPolicy::Ask { "everybody is asked" } else { "everybody is told" };
            let mut text = format!(
                "{} began to record {kind} ({}); {asked}. Told: {}.",
                name(by),
                safe(recording.as_str()),
                names(people)
            );
            if !granted.is_empty() {
                text.push_str(&format!(" Who may record: {}.", names(granted)));
            }
            text
        }
        What::Joined { person } => format!("{} came, and was told", name(person)),
        What::Left { person } => format!("{} left", name(person)),
        What::Consent { person, state } => {
            let answer = match state {
                ConsentState::Asked => "was asked; neither seen nor heard in the recording until they answer",
                ConsentState::All => "agreed to be recorded with voice and picture",
                ConsentState::Voice => "agreed to be recorded with the voice only",
                ConsentState::None => "did not agree to be recorded",
                ConsentState::Withdrawn => "took the agreement back",
            };
            format!("{} {answer}", name(person))
        }
        What::Granted { person, until: Some(until) } => {
            format!("{} may record until {} UTC", name(person), stamp(*until))
        }
        What::Granted { person, until: None } => format!("{} may record", name(person)),
        What::GrantEnded { person } => format!("{} may no longer record", name(person)),
        What::Paused => "paused".into(),
        What::Resumed => "went on".into(),
        What::Stopped { reason } => format!("ended: {}", reason_words(*reason)),
        What::File { sha256, bytes } => format!("complete: {bytes} bytes, SHA-256 {}", safe(sha256)),
    }
}

fn reason_words(reason: StopReason) -> &'static str {
    match reason {
        StopReason::Stopped => "whoever recorded stopped it",
        StopReason::StoppedByHost => "the host stopped it",
        StopReason::Revoked => "the right to record was taken back",
        StopReason::Expired => "the right to record was lent for a time, and that was over",
        StopReason::Gone => "whoever recorded was gone",
        StopReason::RoomEnded => "the meeting ended",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_steers_no_terminal() {
        assert_eq!(safe("Mi\u{1b}[2Jna\u{202e}\n민아"), "Mi\u{FFFD}[2Jna\u{FFFD}\u{FFFD}민아");
    }
}
