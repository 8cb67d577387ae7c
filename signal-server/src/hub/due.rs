//! What a node has to decide without being asked: because time has passed, a connection was lost or is back, or
//! another node has died. Every node with the room looks; the first to write it down has decided, and the others find
//! nothing to do any more.

use hostreel_protocol::{Limits, Millis, PersonId};
use hostreel_room::{Input, Keep, next_due};

use crate::entry::Entry;
use crate::hub::log::{Aside, NodeId, Replica, SeatAt};

/// One thing to decide.
#[derive(Debug)]
pub(crate) enum Due {
    /// For the room.
    Decide(Input),
    /// Between the servers.
    Note(Aside),
    /// Nothing but a fresh picture in the log.
    Picture,
}

/// The first thing that is due by now.
pub(crate) fn due(
    entry: &Entry,
    limits: &Limits,
    now: Millis,
    is_alive: impl Fn(&NodeId) -> bool,
) -> Option<Due> {
    let replica = entry.replica.as_deref()?;
    if entry.closed.is_some() || entry.room.state().ended {
        return None;
    }
    let of_seat = |(person, seat): (&PersonId, &SeatAt)| {
        if seat.node == replica.here {
            of_our_seat(entry, person, seat)
        } else if is_alive(&seat.node) {
            None
        } else {
            is_thought_connected(entry, person).then(|| lost(person, Keep::Usual))
        }
    };
    replica.seats.iter().find_map(of_seat).or_else(|| of_time(entry, replica, limits, now))
}

fn of_time(entry: &Entry, replica: &Replica, limits: &Limits, now: Millis) -> Option<Due> {
    if next_due(&entry.room, limits).is_some_and(|at| at <= now) {
        Some(Due::Decide(Input::Tick))
    } else {
        replica.picture_is_old(now).then_some(Due::Picture)
    }
}

fn of_our_seat(entry: &Entry, person: &PersonId, seat: &SeatAt) -> Option<Due> {
    if entry.room.state().waiting_person(person).is_some() {
        return (!entry.waiting.contains_key(person)).then(|| lost(person, Keep::No));
    }
    let line = entry.lines.get(person);
    let Some(line) = line else {
        // Nobody sits there: it had given up before this was written. Who wanted their seat back may try again.
        let keep = if seat.generation > 1 { Keep::Usual } else { Keep::No };
        return is_thought_connected(entry, person).then(|| lost(person, keep));
    };
    let has_newest = line.generation == seat.generation;
    let is_heard = line.was_heard || line.queue.as_ref().is_some_and(|queue| queue.is_heard());
    match (&line.queue, is_thought_connected(entry, person)) {
        (None, true) => Some(lost(person, line.keep)),
        (Some(_), false) => Some(Due::Decide(Input::Back { person: person.clone() })),
        // Of a first connection there is no older ticket.
        _ if has_newest && is_heard && !seat.heard && seat.generation > 1 => {
            Some(Due::Note(Aside::Heard { person: person.clone(), generation: seat.generation }))
        }
        _ => None,
    }
}

fn is_thought_connected(entry: &Entry, person: &PersonId) -> bool {
    let state = entry.room.state();
    state.waiting_person(person).is_some() || state.person(person).is_some_and(|person| !person.is_away())
}

fn lost(person: &PersonId, seat: Keep) -> Due {
    Due::Decide(Input::Lost { person: person.clone(), seat })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::key::KeyHash;
    use crate::queue::Queue;
    use hostreel_protocol::{HostKey, Person, Policies, Role, RoomId, RoomState};
    use hostreel_room::Room;

    fn id(text: &str) -> PersonId {
        PersonId::parse(text).unwrap()
    }

    /// A room with somebody whose connection is at `node`.
    fn entry(node: &str, generation: u64) -> Entry {
        let mut state = RoomState::new(RoomId::from_random(1), Policies::default());
        state.people.push(Person::new(id("p"), "Mina", Role::Guest, Millis(0)));
        let mut entry = Entry::new(Room::from_state(state), KeyHash::of(&HostKey::parse("k").unwrap()));
        let mut replica = Replica::new(NodeId::parse("here").unwrap());
        let seat = SeatAt { node: NodeId::parse(node).unwrap(), generation, heard: false };
        replica.seats.insert(id("p"), seat);
        entry.replica = Some(Box::new(replica));
        entry
    }

    fn look(entry: &Entry, others_live: bool) -> String {
        match due(entry, &Limits::default(), Millis(1), |_| others_live) {
            Some(Due::Decide(Input::Lost { seat, .. })) => format!("lost, keep {seat:?}"),
            Some(Due::Decide(Input::Back { .. })) => "back".into(),
            Some(Due::Note(_)) => "heard".into(),
            None => "nothing".into(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn people_of_a_dead_node_are_lost_and_keep_their_seats() {
        let mut entry = entry("there", 1);
        assert_eq!(look(&entry, true), "nothing");
        assert_eq!(look(&entry, false), "lost, keep Usual");
        entry.closed = Some(hostreel_protocol::Code::ServerStopping);
        assert_eq!(look(&entry, false), "nothing", "this node stops: others decide");
    }

    #[test]
    fn who_sat_here_before_the_room_was_taken_up_anew_keeps_the_seat() {
        let mut entry = entry("here", 1);
        entry.end_replay();
        assert_eq!(look(&entry, true), "lost, keep Usual");
    }

    #[test]
    fn an_older_connection_does_not_speak_for_a_newer_secret() {
        let mut entry = entry("here", 2);
        let queue = Arc::new(Queue::new(&Limits::default()));
        entry.seat(&id("p"), Arc::clone(&queue), true);
        queue.hear();
        // Somebody asked for the seat, and gave up before it was written.
        entry.replica.as_mut().unwrap().seats.get_mut(&id("p")).unwrap().generation = 3;
        assert_eq!(look(&entry, true), "nothing");
    }

    #[test]
    fn a_connection_of_our_own_comes_and_goes() {
        assert_eq!(look(&entry("here", 1), true), "lost, keep No", "let in after it had given up");
        let mut entry = entry("here", 2);
        assert_eq!(look(&entry, true), "lost, keep Usual", "back after it had given up");
        let queue = Arc::new(Queue::new(&Limits::default()));
        entry.seat(&id("p"), Arc::clone(&queue), true);
        assert_eq!(look(&entry, true), "nothing");
        queue.hear();
        assert_eq!(look(&entry, true), "heard");
        entry.replica.as_mut().unwrap().seats.get_mut(&id("p")).unwrap().heard = true;
        assert_eq!(look(&entry, true), "nothing");
        entry.lines.get_mut(&id("p")).unwrap().queue = None;
        assert_eq!(look(&entry, true), "lost, keep Usual");
        // Thought lost by the others while this node was cut off from them.
        let mut state = entry.room.state().clone();
        state.people[0].away_since = Some(Millis(1));
        entry.room = Room::from_state(state);
        assert_eq!(look(&entry, true), "nothing");
        entry.seat(&id("p"), queue, true);
        assert_eq!(look(&entry, true), "back");
    }
}
