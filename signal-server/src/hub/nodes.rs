//! Which other nodes are alive.
//!
//! Each node says so on a plain NATS subject several times within the time after which it counts as dead. Not by keys
//! that expire: those would be written to disk all the time, and NATS tells nobody when one is gone.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::hub::log::NodeId;

/// Heartbeats within the time after which a silent node counts as dead.
pub(crate) const BEATS: u32 = 5;

#[derive(Debug)]
struct Known {
    /// Nobody is dead before this node has listened for long enough.
    listening_since: Instant,
    heard_at: HashMap<NodeId, Instant>,
    /// Who has said goodbye since then: they are dead at once.
    parted: HashSet<NodeId>,
}

/// What is known of the others.
#[derive(Debug)]
pub(crate) struct Nodes {
    here: NodeId,
    silence: Duration,
    known: Mutex<Known>,
}

impl Nodes {
    /// `silence`: after that much of it a node counts as dead.
    pub(crate) fn new(here: NodeId, silence: Duration, now: Instant) -> Self {
        let known = Known { listening_since: now, heard_at: HashMap::new(), parted: HashSet::new() };
        Self { here, silence, known: Mutex::new(known) }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A node is there. True: it is a new one.
    pub(crate) fn hear(&self, node: NodeId, now: Instant) -> bool {
        node != self.here && self.known().heard_at.insert(node, now).is_none()
    }

    /// Whether another node was heard, and not too long ago.
    pub(crate) fn is_known(&self, node: &NodeId) -> bool {
        self.known().heard_at.contains_key(node)
    }

    /// A node has said that it goes.
    pub(crate) fn part(&self, node: &NodeId) {
        let mut known = self.known();
        known.heard_at.remove(node);
        known.parted.insert(node.clone());
    }

    /// What was not heard while NATS was away says nothing.
    pub(crate) fn listen_anew(&self, now: Instant) {
        let mut known = self.known();
        known.listening_since = now;
        for heard_at in known.heard_at.values_mut() {
            *heard_at = now;
        }
    }

    /// Forgets who was silent for too long: how many.
    pub(crate) fn bury(&self, now: Instant) -> usize {
        let mut known = self.known();
        if now.saturating_duration_since(known.listening_since) >= self.silence {
            // Who is not heard is dead from now on, with or without a goodbye.
            known.parted.clear();
        }
        let before = known.heard_at.len();
        known.heard_at.retain(|_, heard_at| now.saturating_duration_since(*heard_at) < self.silence);
        before - known.heard_at.len()
    }

    /// Whether a node's people may be thought connected.
    pub(crate) fn is_alive(&self, node: &NodeId, now: Instant) -> bool {
        let known = self.known();
        *node == self.here
            || known.heard_at.contains_key(node)
            || (now.saturating_duration_since(known.listening_since) < self.silence
                && !known.parted.contains(node))
    }

    /// How many others are there.
    pub(crate) fn others(&self) -> usize {
        self.known().heard_at.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_death_but_not_while_nobody_could_speak() {
        let silence = Duration::from_secs(5);
        let at = |start: Instant, seconds: u64| start + Duration::from_secs(seconds);
        let start = Instant::now();
        let id = |text: &str| NodeId::parse(text).unwrap();
        let nodes = Nodes::new(id("here"), silence, start);
        assert!(nodes.is_alive(&id("unknown"), at(start, 4)), "it may speak yet");
        assert!(!nodes.is_alive(&id("unknown"), at(start, 5)));
        assert!(nodes.is_alive(&id("here"), at(start, 50)));
        assert!(!nodes.hear(id("here"), at(start, 6)), "itself");
        assert!(nodes.hear(id("a"), at(start, 6)));
        assert!(!nodes.hear(id("a"), at(start, 6)));
        assert_eq!((nodes.bury(at(start, 10)), nodes.others()), (0, 1));
        // NATS was away from second 10 to second 60.
        nodes.listen_anew(at(start, 60));
        assert_eq!(nodes.bury(at(start, 64)), 0);
        assert!(nodes.is_alive(&id("unknown"), at(start, 64)));
        assert_eq!(nodes.bury(at(start, 65)), 1);
        assert!(!nodes.is_alive(&id("a"), at(start, 65)));
        assert!(nodes.hear(id("a"), at(start, 66)) && nodes.is_known(&id("a")));
        nodes.part(&id("a"));
        assert!(!nodes.is_alive(&id("a"), at(start, 66)), "it said goodbye");
        nodes.listen_anew(at(start, 70));
        nodes.part(&id("b"));
        assert!(!nodes.is_alive(&id("b"), at(start, 71)), "so did this one, early");
        assert!(nodes.is_alive(&id("c"), at(start, 71)));
        assert_eq!(nodes.bury(at(start, 80)), 0);
        assert!(!nodes.is_alive(&id("b"), at(start, 80)));
    }
}
