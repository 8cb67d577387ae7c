//! What one person may do about another: read from the room's permission table, never decided here.

use hostreel_protocol::{Command, Person, PersonId, Policies, Role, RoomState};
use hostreel_room::permissions::{Action, may};

/// Something to do about a person, as an entry of their menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonAction {
    /// Lend the right to record.
    Grant,
    /// Lend it for so many minutes.
    GrantFor(u64),
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
    /// Lower their hand.
    LowerHand,
    /// Send out.
    Remove,
    /// Send out until the meeting ends.
    Ban,
}

/// For how long the right to record is lent, in minutes.
pub const GRANT_MINUTES: [u64; 2] = [10, 60];

impl PersonAction {
    /// The command to the server.
    #[must_use]
    pub fn command(self, person: PersonId) -> Command {
        match self {
            Self::Grant => Command::GrantRecording { person, for_ms: None },
            Self::GrantFor(minutes) => {
                Command::GrantRecording { person, for_ms: Some(minutes.saturating_mul(60_000)) }
            }
            Self::LowerHand => Command::LowerHand { person: Some(person) },
            Self::Ban => Command::Ban { person },
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
        matches!(self, Self::HandOver | Self::Remove | Self::Ban)
    }

    /// The stable hook for tests.
    #[must_use]
    pub fn test_id(self) -> &'static str {
        match self {
            Self::Grant => "grant-record",
            Self::GrantFor(10) => "grant-record-10",
            Self::GrantFor(_) => "grant-record-60",
            Self::LowerHand => "lower-hand",
            Self::Ban => "ban-person",
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

/// What `me` may do about `them` by their roles.
fn actions(me: &Person, them: &Person, policies: &Policies) -> Vec<PersonAction> {
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
    let may_grant = !is_host(them) && allowed(Action::GrantRecording);
    let [short, long] = GRANT_MINUTES.map(PersonAction::GrantFor);
    let voice = if them.muted { PersonAction::Unmute } else { PersonAction::Mute };
    let post = if them.role == Role::Cohost { PersonAction::Dismiss } else { PersonAction::Appoint };
    // The host needs no grant and no post.
    let is_host = is_host(them);
    [
        (them.hand_raised_at.is_some() && allowed(Action::LowerHands), PersonAction::LowerHand),
        (may_grant, grant),
        (may_grant && !them.may_record, short),
        (may_grant && !them.may_record, long),
        (allowed(mute), voice),
        (!is_host && allowed(Action::AppointCohost), post),
        (!is_host && allowed(Action::HandOver), PersonAction::HandOver),
        (allowed(remove), PersonAction::Remove),
        (allowed(remove), PersonAction::Ban),
    ]
    .into_iter()
    .filter_map(|(shown, action)| shown.then_some(action))
    .collect()
}

/// What `me` may do about `them` right now. Who only stands in for the host has no role to hand over, and nobody takes it
/// who is away.
#[must_use]
pub fn actions_in(room: &RoomState, me: &Person, them: &Person) -> Vec<PersonAction> {
    let mut all = actions(me, them, &room.policies);
    all.retain(|action| *action != PersonAction::HandOver || !(room.host_stands_in || them.is_away()));
    all
}

fn is_host(person: &Person) -> bool {
    person.role == Role::Host
}

/// The guests that `me` may mute for everybody and who are not muted. Co-hosts are muted one by one.
#[must_use]
pub fn to_be_muted(me: &Person, people: &[Person], policies: &Policies) -> Vec<PersonId> {
    let can_mute = |them: &&Person| {
        them.role == Role::Guest && actions(me, them, policies).contains(&PersonAction::Mute)
    };
    people.iter().filter(can_mute).map(|person| person.id.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hostreel_protocol::{Millis, RoomId};

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
        assert_eq!(
            of(Role::Cohost, Role::Guest),
            [PersonAction::Mute, PersonAction::Remove, PersonAction::Ban]
        );
        assert_eq!(of(Role::Cohost, Role::Cohost), []);
        assert_eq!(of(Role::Cohost, Role::Host), []);
    }

    #[test]
    fn a_host_has_every_entry_and_each_turns_into_its_opposite() {
        use PersonAction::{
            Appoint, Ban, Dismiss, Grant, GrantFor, HandOver, LowerHand, Mute, Remove, Revoke, Unmute,
        };
        assert_eq!(
            of(Role::Host, Role::Guest),
            [Grant, GrantFor(10), GrantFor(60), Mute, Appoint, HandOver, Remove, Ban]
        );
        let raised = Some(Millis(1));
        let them =
            Person { may_record: true, muted: true, hand_raised_at: raised, ..person("b", Role::Cohost) };
        let all = actions(&person("a", Role::Host), &them, &Policies::default());
        assert_eq!(all, [LowerHand, Revoke, Unmute, Dismiss, HandOver, Remove, Ban]);
    }

    #[test]
    fn all_guests_who_can_be_muted_are_muted_at_once() {
        let people = [
            person("a", Role::Host),
            person("b", Role::Guest),
            Person { muted: true, ..person("c", Role::Guest) },
            person("d", Role::Cohost),
        ];
        let of = |me: usize| to_be_muted(&people[me], &people, &Policies::default());
        assert_eq!(of(0), [people[1].id.clone()]);
        assert_eq!(of(1), []);
    }

    #[test]
    fn the_role_is_handed_over_by_who_has_it_to_who_is_there() {
        let mut room = RoomState::new(RoomId::from_random(1), Policies::default());
        let (host, mut them) = (person("a", Role::Host), person("b", Role::Guest));
        let is_offered =
            |room: &RoomState, them: &Person| actions_in(room, &host, them).contains(&PersonAction::HandOver);
        assert!(is_offered(&room, &them));
        room.host_stands_in = true;
        assert!(!is_offered(&room, &them));
        room.host_stands_in = false;
        them.away_since = Some(Millis(1));
        assert!(!is_offered(&room, &them));
    }

    #[test]
    fn nobody_acts_on_oneself() {
        assert_eq!(actions(&person("a", Role::Host), &person("a", Role::Host), &Policies::default()), []);
    }
}
