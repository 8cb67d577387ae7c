//! What one person may do about another: read from the room's permission table, never decided here.

use hostreel_protocol::{Command, Person, PersonId, Policies, Role};
use hostreel_room::permissions::{Action, may};

/// Something to do about a person, as an entry of their menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonAction {
    /// Lend the right to record.
    Grant,
    /// Take the right to record back.
    Revoke,
    /// Mute for everybody.
    Mute,
    /// Lift the mute.
    Unmute,
    /// Make co-host.
    Appoint,
    /// Make guest again.
    Dismiss,
    /// Hand over the host role.
    HandOver,
    /// Send out.
    Remove,
}

impl PersonAction {
    /// The command to the server.
    #[must_use]
    pub fn command(self, person: PersonId) -> Command {
        match self {
            Self::Grant => Command::GrantRecording { person, for_ms: None },
            Self::Revoke => Command::RevokeRecording { person },
            Self::Mute => Command::Mute { person },
            Self::Unmute => Command::Unmute { person },
            Self::Appoint => Command::AppointCohost { person },
            Self::Dismiss => Command::DismissCohost { person },
            Self::HandOver => Command::HandOver { person },
            Self::Remove => Command::Remove { person },
        }
    }

    /// Whether it is asked twice: what can't be taken back by the same person.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::HandOver | Self::Remove)
    }

    /// The stable hook for tests.
    #[must_use]
    pub fn test_id(self) -> &'static str {
        match self {
            Self::Grant => "grant-record",
            Self::Revoke => "revoke-record",
            Self::Mute => "mute-person",
            Self::Unmute => "unmute-person",
            Self::Appoint => "make-cohost",
            Self::Dismiss => "dismiss-cohost",
            Self::HandOver => "make-host",
            Self::Remove => "remove-person",
        }
    }
}

/// What `me` may do about `them` right now.
#[must_use]
pub fn actions(me: &Person, them: &Person, policies: &Policies) -> Vec<PersonAction> {
    if me.id == them.id {
        return Vec::new();
    }
    let allowed = |action| may(me, policies, action);
    let (mute, remove) = match them.role {
        Role::Host => (Action::MuteHost, Action::RemoveHost),
        Role::Cohost => (Action::MuteCohost, Action::RemoveCohost),
        Role::Guest | Role::Waiting => (Action::MuteGuest, Action::RemoveGuest),
    };
    let grant = if them.may_record { PersonAction::Revoke } else { PersonAction::Grant };
    let voice = if them.muted { PersonAction::Unmute } else { PersonAction::Mute };
    let post = if them.role == Role::Cohost { PersonAction::Dismiss } else { PersonAction::Appoint };
    // The host needs no grant and no post.
    let is_host = them.role == Role::Host;
    [
        (!is_host && allowed(Action::GrantRecording), grant),
        (allowed(mute), voice),
        (!is_host && allowed(Action::AppointCohost), post),
        (!is_host && allowed(Action::HandOver), PersonAction::HandOver),
        (allowed(remove), PersonAction::Remove),
    ]
    .into_iter()
    .filter_map(|(shown, action)| shown.then_some(action))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hostreel_protocol::Millis;

    fn person(id: &str, role: Role) -> Person {
        Person::new(PersonId::parse(id).unwrap(), id, role, Millis(0))
    }

    fn of(me: Role, them: Role) -> Vec<PersonAction> {
        actions(&person("a", me), &person("b", them), &Policies::default())
    }

    #[test]
    fn a_guest_can_do_nothing_to_anybody() {
        for role in [Role::Host, Role::Cohost, Role::Guest] {
            assert_eq!(of(Role::Guest, role), []);
        }
    }

    #[test]
    fn a_cohost_keeps_order_among_guests_only() {
        assert_eq!(of(Role::Cohost, Role::Guest), [PersonAction::Mute, PersonAction::Remove]);
        assert_eq!(of(Role::Cohost, Role::Cohost), []);
        assert_eq!(of(Role::Cohost, Role::Host), []);
    }

    #[test]
    fn a_host_has_every_entry_and_each_turns_into_its_opposite() {
        use PersonAction::{Appoint, Dismiss, Grant, HandOver, Mute, Remove, Revoke, Unmute};
        assert_eq!(of(Role::Host, Role::Guest), [Grant, Mute, Appoint, HandOver, Remove]);
        let them = Person { may_record: true, muted: true, ..person("b", Role::Cohost) };
        let all = actions(&person("a", Role::Host), &them, &Policies::default());
        assert_eq!(all, [Revoke, Unmute, Dismiss, HandOver, Remove]);
    }

    #[test]
    fn nobody_acts_on_oneself() {
        assert_eq!(actions(&person("a", Role::Host), &person("a", Role::Host), &Policies::default()), []);
    }
}
