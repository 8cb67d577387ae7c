//! What stands in the journal.

use hostreel_protocol::{Event, LeaveReason, Mark, PersonId, Role, RoomId};

/// One line of the journal, without its time.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fact {
    /// Was sent out.
    Out(PersonId),
    /// Has no seat any more, for any other reason.
    Left(PersonId),
    /// Handed over, and keeps a co-host's role.
    Cohost(PersonId),
    /// Lost a role. A lent right is another matter.
    Guest(PersonId),
    /// Lost a lent right, and no role.
    Unlent(PersonId),
    Ended(RoomId),
    Banned(RoomId, Vec<Mark>),
}

impl Fact {
    /// What a ticket from before this event would be wrong about.
    pub(super) fn of(room: &RoomId, event: &Event) -> Option<Self> {
        Some(match event {
            Event::Left { person, reason: LeaveReason::Removed | LeaveReason::Banned } => {
                Self::Out(person.clone())
            }
            Event::Left { person, .. } => Self::Left(person.clone()),
            Event::RoleChanged { person, role: Role::Guest } => Self::Guest(person.clone()),
            Event::HandedOver { from, .. } => Self::Cohost(from.clone()),
            Event::GrantChanged { person, may_record: false, .. } => Self::Unlent(person.clone()),
            Event::Ended { .. } => Self::Ended(room.clone()),
            Event::Banned { marks } => Self::Banned(room.clone(), marks.clone()),
            _ => return None,
        })
    }

    pub(super) fn read(line: &str) -> Option<Self> {
        let mut words = line.split(' ');
        let (kind, id) = (words.next()?, words.next()?);
        let (person, room) = (|| PersonId::parse(id).ok(), || RoomId::parse(id).ok());
        Some(match kind {
            "out" => Self::Out(person()?),
            "left" => Self::Left(person()?),
            "cohost" => Self::Cohost(person()?),
            "guest" => Self::Guest(person()?),
            "unlent" => Self::Unlent(person()?),
            "ended" => Self::Ended(room()?),
            "banned" => Self::Banned(room()?, words.filter_map(|mark| Mark::parse(mark).ok()).collect()),
            _ => return None,
        })
    }
}

impl std::fmt::Display for Fact {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Out(person) => write!(formatter, "out {person}"),
            Self::Left(person) => write!(formatter, "left {person}"),
            Self::Cohost(person) => write!(formatter, "cohost {person}"),
            Self::Guest(person) => write!(formatter, "guest {person}"),
            Self::Unlent(person) => write!(formatter, "unlent {person}"),
            Self::Ended(room) => write!(formatter, "ended {room}"),
            Self::Banned(room, marks) => {
                let marks: Vec<&str> = marks.iter().map(Mark::as_str).collect();
                write!(formatter, "banned {room} {}", marks.join(" "))
            }
        }
    }
}
