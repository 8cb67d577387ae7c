//! What a person in a room asks the server to do.

use serde::{Deserialize, Serialize};

use crate::{ConsentAnswer, PersonId, PolicyChange, RecordingId, RecordingKind};

macro_rules! commands {
    ($($(#[doc = $doc:literal])+ $variant:ident $name:literal $({ $($(#[$fmeta:meta])* $field:ident: $type:ty),+ $(,)? })?;)+) => {
        /// A request that changes the room. Answered by `done` or `denied`; its effect reaches everybody as events.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "type", rename_all = "snake_case")]
        #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
        pub enum Command {
            $($(#[doc = $doc])+ $variant $({ $($(#[$fmeta])* $field: $type),+ })?,)+
        }

        /// A command's name, without its content.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum CommandName {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl CommandName {
            /// All commands.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The `type` on the wire.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }
        }

        impl Command {
            /// The command's name.
            #[must_use]
            pub fn name(&self) -> CommandName {
                match self { $(Self::$variant { .. } => CommandName::$variant,)+ }
            }
        }
    };
}

fn yes() -> bool {
    true
}

commands! {
    /// Let somebody in from the lobby.
    Admit "admit" {
        /// Who.
        person: PersonId,
    };
    /// Send somebody in the lobby away.
    Refuse "refuse" {
        /// Who.
        person: PersonId,
    };
    /// Let nobody new in, or open again.
    Lock "lock" {
        /// Locked from now on. Default true.
        #[serde(default = "yes")]
        #[cfg_attr(feature = "typescript", ts(optional, as = "Option<bool>"))]
        locked: bool,
    };
    /// Change policies; those that are absent stay.
    SetPolicy "set_policy" {
        /// What changes. On the wire its fields stand in the command itself.
        #[serde(flatten)]
        change: PolicyChange,
    };
    /// Mute somebody for everybody.
    Mute "mute" {
        /// Who is muted.
        person: PersonId,
    };
    /// Lift a mute.
    Unmute "unmute" {
        /// Who may be heard again.
        person: PersonId,
    };
    /// Send somebody out of the room.
    Remove "remove" {
        /// Who has to go.
        person: PersonId,
    };
    /// Send somebody out of the room or the lobby, who can't come back until the room ends.
    Ban "ban" {
        /// Who has to go.
        person: PersonId,
    };
    /// Lend somebody the right to record. Again: with another time limit.
    GrantRecording "grant_recording" {
        /// Who gets it.
        person: PersonId,
        /// For how long, in milliseconds. Default: until it is taken back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
        for_ms: Option<u64>,
    };
    /// Take the right to record back. Stops that person's recording.
    RevokeRecording "revoke_recording" {
        /// Who loses it.
        person: PersonId,
    };
    /// Make somebody a co-host.
    AppointCohost "appoint_cohost" {
        /// Who becomes co-host.
        person: PersonId,
    };
    /// Make a co-host a guest again.
    DismissCohost "dismiss_cohost" {
        /// Who becomes guest.
        person: PersonId,
    };
    /// Make somebody else the host; the giver becomes co-host in the same moment.
    HandOver "hand_over" {
        /// Who becomes host.
        person: PersonId,
    };
    /// Begin to record. The recorder starts when the event comes back, never before.
    StartRecording "start_recording" {
        /// What to record.
        kind: RecordingKind,
    };
    /// Pause the own recording.
    PauseRecording "pause_recording";
    /// Go on with the own recording.
    ResumeRecording "resume_recording";
    /// Stop the own recording, or (host only) anybody's.
    StopRecording "stop_recording";
    /// Answer a recording's question, or change the answer. Takes effect at once.
    Consent "consent" {
        /// Which recording. Default: the one that is going on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        recording: Option<RecordingId>,
        /// What may be recorded of the sender.
        answer: ConsentAnswer,
    };
    /// Raise the own hand.
    RaiseHand "raise_hand";
    /// Lower the own hand, or (host, co-host) somebody's.
    LowerHand "lower_hand" {
        /// Whose hand. Default: the own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        person: Option<PersonId>,
    };
    /// Say something to everybody in writing.
    Chat "chat" {
        /// What.
        text: String,
    };
    /// Show a sign to everybody for a moment.
    React "react" {
        /// One emoji.
        emoji: String,
    };
    /// Take another name.
    Rename "rename" {
        /// The new name.
        name: String,
    };
    /// Leave the room.
    Leave "leave";
    /// End the meeting for everybody.
    EndRoom "end_room";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_absent() {
        for (text, command) in [
            (r#"{"type":"lock"}"#, Command::Lock { locked: true }),
            (r#"{"type":"lower_hand"}"#, Command::LowerHand { person: None }),
            (
                r#"{"type":"set_policy","lobby":true}"#,
                Command::SetPolicy { change: PolicyChange { lobby: Some(true), ..PolicyChange::default() } },
            ),
        ] {
            assert_eq!(serde_json::from_str::<Command>(text).unwrap(), command, "{text}");
        }
    }

    #[test]
    fn names_are_the_tags_on_the_wire() {
        let person = PersonId::parse("p").unwrap();
        for command in [
            Command::StartRecording { kind: RecordingKind::Video },
            Command::RevokeRecording { person: person.clone() },
            Command::HandOver { person },
            Command::SetPolicy { change: PolicyChange::default() },
            Command::Lock { locked: true },
            Command::EndRoom,
        ] {
            let json = serde_json::to_value(&command).unwrap();
            assert_eq!(json["type"], command.name().as_str());
        }
    }
}
