//! What a person in a room asks the server to do.

use serde::{Deserialize, Serialize};

use crate::{PersonId, Policies, RecordingKind};

macro_rules! commands {
    ($($(#[doc = $doc:literal])+ $variant:ident $name:literal $({ $($(#[$fmeta:meta])* $field:ident: $type:ty),+ $(,)? })?;)+) => {
        /// A request that changes the room. Answered by `done` or `denied`; its effect reaches everybody as events.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "type", rename_all = "snake_case")]
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

commands! {
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
    /// Lend somebody the right to record.
    GrantRecording "grant_recording" {
        /// Who gets it.
        person: PersonId,
    };
    /// Take the right to record back. Stops that person's recording.
    RevokeRecording "revoke_recording" {
        /// Who loses it.
        person: PersonId,
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
    /// Replace the room's policies.
    SetPolicies "set_policies" {
        /// The new ones, whole.
        policies: Policies,
    };
    /// Raise the own hand.
    RaiseHand "raise_hand";
    /// Lower the own hand, or (host, co-host) somebody's.
    LowerHand "lower_hand" {
        /// Whose hand.
        person: PersonId,
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
    fn names_are_the_tags_on_the_wire() {
        let person = PersonId::parse("p").unwrap();
        for command in [
            Command::StartRecording { kind: RecordingKind::Video },
            Command::RevokeRecording { person: person.clone() },
            Command::HandOver { person },
            Command::SetPolicies { policies: Policies::default() },
            Command::EndRoom,
        ] {
            let json = serde_json::to_value(&command).unwrap();
            assert_eq!(json["type"], command.name().as_str());
        }
    }
}
