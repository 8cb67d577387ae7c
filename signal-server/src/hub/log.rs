//! What the nodes of a cluster write down together: one log for each room, one record for each decision.
//!
//! A record holds what everybody may see (events) and what only the servers may know (who sits where, the host key's
//! hash). Reading a room's records in their order gives every node the same room.

use std::collections::{BTreeMap, VecDeque};
use std::time::Instant;

use hostreel_protocol::{Event, Millis, PersonId, RoomState};
use serde::{Deserialize, Serialize};

use crate::key::{KeyHash, random_text};

/// A picture of the whole room goes with every so many records: what is before the last but one is not needed any more.
const RECORDS_PER_PICTURE: u32 = 64;
/// A picture is renewed after this many milliseconds, long before the log drops what is old.
const PICTURE_LIFE_MS: u64 = 6 * 3600 * 1000;
/// Signals that may wait for the record that they follow.
const MOST_HELD: usize = 256;

/// One run of one server. A server that was started again is another node.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct NodeId(String);

impl NodeId {
    pub(crate) fn random() -> Self {
        Self(random_text::<9>())
    }

    /// Reads one as it stands in a subject.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        // The same letters as a person's id.
        PersonId::parse(text).is_ok().then(|| Self(text.to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Where somebody's connection is, or was last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SeatAt {
    pub(crate) node: NodeId,
    /// Counts the connections that took the seat: an old ticket is worth nothing.
    pub(crate) generation: u64,
    /// The connection has said something: it has got its newest ticket.
    #[serde(default)]
    pub(crate) heard: bool,
}

/// What the servers agree on and nobody else is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub(crate) enum Aside {
    /// Somebody's connection is at this node now.
    Seated { person: PersonId, seat: SeatAt },
    /// The newest ticket of this seat has arrived: older ones are void.
    Heard { person: PersonId, generation: u64 },
    /// The room is forgotten.
    Closed,
}

/// The whole room, as it is before the record's own events.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Picture {
    pub(crate) room: RoomState,
    pub(crate) key: KeyHash,
    pub(crate) seats: BTreeMap<PersonId, SeatAt>,
}

/// One decision.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Record {
    /// Who wrote it knows it again by this.
    pub(crate) id: String,
    pub(crate) node: NodeId,
    /// Sequence number of the room's record before; zero for the first.
    pub(crate) after: u64,
    pub(crate) at: Millis,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) events: Vec<Event>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) asides: Vec<Aside>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) picture: Option<Box<Picture>>,
}

/// A signal that came before the record that it follows.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) after: u64,
    pub(crate) from: PersonId,
    pub(crate) to: PersonId,
    pub(crate) text: String,
}

/// How far a node has read a room's log, and what it found there beside the room itself.
#[derive(Debug)]
pub(crate) struct Replica {
    pub(crate) here: NodeId,
    /// Sequence number of the last record that was applied.
    pub(crate) seq: u64,
    /// The moment of the last record: a room's time does not run backwards, whoever decides.
    pub(crate) last_at: Millis,
    pub(crate) seats: BTreeMap<PersonId, SeatAt>,
    since_picture: u32,
    picture_at: Millis,
    /// Sequence numbers of the last two pictures, the newest first.
    pictures: [u64; 2],
    pub(crate) held: VecDeque<Held>,
    /// When a record was last read while somebody of this node was in the room.
    pub(crate) needed_at: Instant,
    /// The log is read for the first time: what is in it was reported already.
    pub(crate) is_replay: bool,
}

impl Replica {
    /// A log of which nothing is read yet.
    pub(crate) fn new(here: NodeId) -> Self {
        Self {
            here,
            seq: 0,
            last_at: Millis(0),
            seats: BTreeMap::new(),
            since_picture: 0,
            picture_at: Millis(0),
            pictures: [0; 2],
            held: VecDeque::new(),
            needed_at: Instant::now(),
            is_replay: false,
        }
    }

    /// Now, but not before the last record.
    pub(crate) fn time(&self, now: Millis) -> Millis {
        now.max(self.last_at)
    }

    /// The next record should bring a picture along.
    pub(crate) fn wants_picture(&self, now: Millis) -> bool {
        self.since_picture >= RECORDS_PER_PICTURE || self.picture_is_old(now)
    }

    /// A picture is due even if nothing happens.
    pub(crate) fn picture_is_old(&self, now: Millis) -> bool {
        now.since(self.picture_at).0 >= PICTURE_LIFE_MS
    }

    /// Notes that a record was read: before its events are applied.
    pub(crate) fn read(&mut self, seq: u64, record: &Record) {
        self.seq = seq;
        self.last_at = self.last_at.max(record.at);
        self.since_picture = self.since_picture.saturating_add(1);
        if record.picture.is_some() {
            self.since_picture = 0;
            self.picture_at = record.at;
            self.pictures = [seq, self.pictures[0]];
        }
        for aside in &record.asides {
            match aside {
                Aside::Seated { person, seat } => drop(self.seats.insert(person.clone(), seat.clone())),
                Aside::Heard { person, generation } => {
                    if let Some(seat) =
                        self.seats.get_mut(person).filter(|seat| seat.generation == *generation)
                    {
                        seat.heard = true;
                    }
                }
                Aside::Closed => {}
            }
        }
    }

    /// Drops the seats of who is not there any more: after a record's events were applied.
    pub(crate) fn drop_empty_seats(&mut self, room: &RoomState) {
        self.seats.retain(|person, _| room.person(person).is_some() || room.waiting_person(person).is_some());
    }

    /// Records before this number are not needed any more: nodes that are a little behind still find theirs.
    pub(crate) fn first_needed(&self) -> Option<u64> {
        (self.pictures[1] > 0).then_some(self.pictures[1])
    }

    /// Keeps a signal until its record is here; the oldest gives way, and both ends negotiate anew.
    pub(crate) fn hold(&mut self, signal: Held) {
        if self.held.len() >= MOST_HELD {
            self.held.pop_front();
        }
        self.held.push_back(signal);
    }

    /// The signals that waited for what is read by now, in their order.
    pub(crate) fn release(&mut self) -> Vec<Held> {
        let (ready, held) =
            std::mem::take(&mut self.held).into_iter().partition(|held| held.after <= self.seq);
        self.held = held;
        Vec::from_iter::<VecDeque<Held>>(ready)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hostreel_protocol::{HostKey, Policies, RoomId};

    fn record(after: u64, asides: Vec<Aside>) -> Record {
        let node = NodeId::parse("a").unwrap();
        Record { id: "x".into(), node, after, at: Millis(after), events: Vec::new(), asides, picture: None }
    }

    fn picture() -> Option<Box<Picture>> {
        let room = RoomState::new(RoomId::from_random(1), Policies::default());
        let key = KeyHash::of(&HostKey::parse("k").unwrap());
        Some(Box::new(Picture { room, key, seats: BTreeMap::new() }))
    }

    #[test]
    fn a_picture_now_and_then_and_the_last_two_are_kept() {
        let mut replica = Replica::new(NodeId::random());
        replica.read(1, &Record { picture: picture(), ..record(0, Vec::new()) });
        assert_eq!(replica.first_needed(), None);
        for seq in 2..=65 {
            assert!(!replica.wants_picture(Millis(seq)), "{seq}");
            replica.read(seq, &record(seq - 1, Vec::new()));
        }
        assert!(replica.wants_picture(Millis(66)));
        replica.read(66, &Record { picture: picture(), ..record(65, Vec::new()) });
        assert_eq!(replica.first_needed(), Some(1));
        assert!(!replica.wants_picture(Millis(67)));
        assert!(replica.wants_picture(Millis(66 + PICTURE_LIFE_MS)), "an idle room's picture grows old");
    }

    #[test]
    fn only_the_generation_that_was_heard_is_noted() {
        let person = PersonId::parse("p").unwrap();
        let node = NodeId::parse("a").unwrap();
        let mut replica = Replica::new(node.clone());
        let seat = SeatAt { node, generation: 2, heard: false };
        replica.read(1, &record(0, vec![Aside::Seated { person: person.clone(), seat }]));
        replica.read(2, &record(1, vec![Aside::Heard { person: person.clone(), generation: 1 }]));
        assert!(!replica.seats[&person].heard);
        replica.read(3, &record(2, vec![Aside::Heard { person: person.clone(), generation: 2 }]));
        assert!(replica.seats[&person].heard);
        replica.drop_empty_seats(&RoomState::new(RoomId::from_random(1), Policies::default()));
        assert!(replica.seats.is_empty());
    }

    #[test]
    fn signals_wait_for_their_record_in_order_and_are_bounded() {
        let mut replica = Replica::new(NodeId::random());
        let id = |text: &str| PersonId::parse(text).unwrap();
        for number in 0..MOST_HELD + 1 {
            let after = if number % 2 == 0 { 5 } else { 9 };
            replica.hold(Held { after, from: id("a"), to: id("b"), text: number.to_string() });
        }
        assert_eq!(replica.held.len(), MOST_HELD);
        replica.seq = 5;
        let texts: Vec<String> = replica.release().into_iter().map(|held| held.text).collect();
        assert_eq!(texts[..2], ["2", "4"], "the oldest gave way");
        assert_eq!(replica.held.len(), MOST_HELD / 2);
    }
}
