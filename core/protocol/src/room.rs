//! A room as its members see it. How it changes is decided in the crate `hostreel-room`.

use serde::{Deserialize, Serialize};

use crate::{Mark, Millis, PersonId, Policies, RoomId, RunningRecording};

/// What a person may do is looked up by this (see `hostreel-room`'s permission table).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Role {
    /// Holds the host key, or was given the role. At most one in a room.
    Host,
    /// Appointed by the host to help.
    Cohost,
    /// Everybody else.
    Guest,
    /// In the lobby: not in the room yet. Nobody in `people` has it.
    Waiting,
}

impl Role {
    /// All roles, the mightiest first.
    pub const ALL: [Self; 4] = [Self::Host, Self::Cohost, Self::Guest, Self::Waiting];
}

/// Somebody in the room.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Person {
    /// The server's id for this person.
    pub id: PersonId,
    /// The name they gave, cleaned by the server.
    pub name: String,
    /// Their role.
    pub role: Role,
    /// When they joined.
    pub joined_at: Millis,
    /// The host lent them the right to record.
    #[serde(default)]
    pub may_record: bool,
    /// The lent right ends by itself at this moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub record_until: Option<Millis>,
    /// Muted by the host or a co-host: every honest receiver drops their sound, the recorder leaves it out.
    #[serde(default)]
    pub muted: bool,
    /// Their hand is up, since this moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub hand_raised_at: Option<Millis>,
    /// Their connection is lost since this moment; the seat is kept for a while. Media may still flow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub away_since: Option<Millis>,
    /// While they are away: the seat is kept until this moment. Absent: for the grace time of the server's limits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub away_until: Option<Millis>,
    /// They came in with the host key, whatever their role is now.
    #[serde(default, skip_serializing_if = "is_false")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<bool>"))]
    pub holds_key: bool,
    /// Their name can be mistaken for the host's. Show it with a warning.
    #[serde(default, skip_serializing_if = "is_false")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<bool>"))]
    pub resembles_host: bool,
    /// What they are known by beyond their name; a ban holds for these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<Mark>>"))]
    pub marks: Vec<Mark>,
}

fn is_false(value: &bool) -> bool {
    !value
}

impl Person {
    /// Somebody who has just come in: no grant, not muted, hand down, connected.
    #[must_use]
    pub fn new(id: PersonId, name: impl Into<String>, role: Role, joined_at: Millis) -> Self {
        Self {
            id,
            name: name.into(),
            role,
            joined_at,
            may_record: false,
            record_until: None,
            muted: false,
            hand_raised_at: None,
            away_since: None,
            away_until: None,
            holds_key: false,
            resembles_host: false,
            marks: Vec::new(),
        }
    }

    /// Whether their connection is lost and the seat is kept.
    #[must_use]
    pub fn is_away(&self) -> bool {
        self.away_since.is_some()
    }
}

/// Somebody in the lobby.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct WaitingPerson {
    /// The server's id; stays the same when they are let in.
    pub id: PersonId,
    /// The name they gave, cleaned by the server.
    pub name: String,
    /// Since when they wait.
    pub since: Millis,
    /// They bring the right to record with them.
    #[serde(default, skip_serializing_if = "is_false")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<bool>"))]
    pub may_record: bool,
    /// Their name can be mistaken for the host's.
    #[serde(default, skip_serializing_if = "is_false")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<bool>"))]
    pub resembles_host: bool,
    /// What they are known by beyond their name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<Mark>>"))]
    pub marks: Vec<Mark>,
}

/// One line of the chat.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ChatMessage {
    /// The event's number: unique in the room, and the order.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub rev: u64,
    /// When it was said.
    pub at: Millis,
    /// By whom.
    pub from: PersonId,
    /// Their name then: they may have left since.
    pub name: String,
    /// What was said, cleaned by the server.
    pub text: String,
}

/// All that a member may see of a room; no secrets.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RoomState {
    /// The room.
    pub id: RoomId,
    /// Number of the last event in here. The next one has `rev + 1`.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub rev: u64,
    /// Everybody present or away for a moment, in the order of joining.
    pub people: Vec<Person>,
    /// Who waits in the lobby, in the order of coming.
    #[serde(default)]
    pub waiting: Vec<WaitingPerson>,
    /// What the host chose.
    pub policies: Policies,
    /// What is being recorded, if anything.
    pub recording: Option<RunningRecording>,
    /// The last chat messages, the oldest first.
    #[serde(default)]
    pub chat: Vec<ChatMessage>,
    /// The marks that are banned until the room ends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<Mark>>"))]
    pub banned: Vec<Mark>,
    /// The marks of who left while muted for everybody: who comes with one of them is muted, too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<Mark>>"))]
    pub muted: Vec<Mark>,
    /// The last host is gone since this moment, and nobody else is host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub host_gone_at: Option<Millis>,
    /// The host stands in for one who is gone: the host key takes the role back.
    #[serde(default, skip_serializing_if = "is_false")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<bool>"))]
    pub host_stands_in: bool,
    /// The room was ended for everybody.
    #[serde(default)]
    pub ended: bool,
}

impl RoomState {
    /// An empty room.
    #[must_use]
    pub fn new(id: RoomId, policies: Policies) -> Self {
        Self {
            id,
            rev: 0,
            people: Vec::new(),
            waiting: Vec::new(),
            policies,
            recording: None,
            chat: Vec::new(),
            banned: Vec::new(),
            muted: Vec::new(),
            host_gone_at: None,
            host_stands_in: false,
            ended: false,
        }
    }

    /// Somebody present, by id.
    #[must_use]
    pub fn person(&self, id: &PersonId) -> Option<&Person> {
        self.people.iter().find(|person| person.id == *id)
    }

    /// Somebody in the lobby, by id.
    #[must_use]
    pub fn waiting_person(&self, id: &PersonId) -> Option<&WaitingPerson> {
        self.waiting.iter().find(|waiting| waiting.id == *id)
    }

    /// The host, when present.
    #[must_use]
    pub fn host(&self) -> Option<&Person> {
        self.people.iter().find(|person| person.role == Role::Host)
    }

    /// Who has a hand up, in the order of raising; at the same moment, in the order of joining.
    #[must_use]
    pub fn raised_hands(&self) -> Vec<&Person> {
        let mut raised: Vec<_> =
            self.people.iter().filter(|person| person.hand_raised_at.is_some()).collect();
        raised.sort_by_key(|person| person.hand_raised_at);
        raised
    }

    /// Whether somebody with one of these marks left while muted for everybody.
    #[must_use]
    pub fn left_muted(&self, marks: &[Mark]) -> bool {
        marks.iter().any(|mark| self.muted.contains(mark))
    }

    /// Whether one of these marks is banned.
    #[must_use]
    pub fn is_banned(&self, marks: &[Mark]) -> bool {
        marks.iter().any(|mark| self.banned.contains(mark))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hands_stand_in_the_order_of_raising() {
        let mut room = RoomState::new(RoomId::from_random(1), Policies::default());
        for (name, raised_at) in [("a", Some(30)), ("b", None), ("c", Some(10)), ("d", Some(30))] {
            let mut person = Person::new(PersonId::parse(name).unwrap(), name, Role::Guest, Millis(0));
            person.hand_raised_at = raised_at.map(Millis);
            room.people.push(person);
        }
        let names: Vec<_> = room.raised_hands().iter().map(|person| person.name.clone()).collect();
        assert_eq!(names, ["c", "a", "d"]);
    }

    #[test]
    fn a_snapshot_of_an_older_server_can_be_read() {
        let text = r#"{"id":"abcd-efgh-jkmn","rev":3,"people":[{"id":"p","name":"Mina","role":"host","joined_at":5}],
            "policies":{"guests_share":true},"recording":null}"#;
        let room: RoomState = serde_json::from_str(text).unwrap();
        assert_eq!(room.person(&PersonId::parse("p").unwrap()).unwrap().role, Role::Host);
        assert_eq!(room.policies, Policies::default());
    }
}
