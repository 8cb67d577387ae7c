//! What a reducer wants done in the world. Reducers stay pure: they queue, a hook carries out.

use std::collections::VecDeque;

/// Numbered effects that wait to be carried out, in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Outbox<E> {
    next: u64,
    waiting: VecDeque<(u64, E)>,
}

impl<E> Default for Outbox<E> {
    fn default() -> Self {
        Self { next: 0, waiting: VecDeque::new() }
    }
}

impl<E> Outbox<E> {
    /// Queues an effect.
    pub fn push(&mut self, effect: E) {
        self.waiting.push_back((self.next, effect));
        self.next += 1;
    }

    /// Number that the next effect will have: changes whenever something is queued.
    #[must_use]
    pub fn next(&self) -> u64 {
        self.next
    }

    /// Effects that nobody carried out yet: those numbered `from` (inclusive) and later.
    pub fn since(&self, from: u64) -> impl Iterator<Item = &E> {
        self.waiting.iter().filter(move |(number, _)| *number >= from).map(|(_, effect)| effect)
    }

    /// Forgets effects before `end` (exclusive): they were carried out.
    pub fn drained(&mut self, end: u64) {
        while self.waiting.front().is_some_and(|(number, _)| *number < end) {
            self.waiting.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_effect_is_seen_once_whatever_was_drained() {
        let mut outbox = Outbox::default();
        outbox.push('a');
        outbox.push('b');
        assert_eq!(outbox.since(0).collect::<Vec<_>>(), [&'a', &'b']);
        let done = outbox.next();
        outbox.push('c');
        assert_eq!(outbox.since(done).collect::<Vec<_>>(), [&'c']);
        outbox.drained(done);
        assert_eq!(outbox.since(0).collect::<Vec<_>>(), [&'c']);
        assert_eq!(outbox.next(), 3);
    }
}
