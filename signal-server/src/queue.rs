//! What waits to be written to one connection: bounded by messages and by bytes.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use hostreel_protocol::{Code, Limits, ServerMessage};
use tokio::sync::Notify;
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// Why and how a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// For the reason of a code.
    Code(Code),
    /// The person left by their own command.
    Left,
}

/// The next thing for the writer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    Message(Utf8Bytes),
    End(End),
}

#[derive(Debug)]
struct State {
    messages: VecDeque<Utf8Bytes>,
    bytes: usize,
    /// Since when the oldest of a batch waits.
    since: Option<Instant>,
    /// Set: nothing is taken in any more, and after what waits the connection ends.
    end: Option<End>,
}

/// One connection's outgoing messages. Many write, one connection task reads.
#[derive(Debug)]
pub(crate) struct Queue {
    most_messages: usize,
    most_bytes: usize,
    state: Mutex<State>,
    wake: Notify,
    heard: AtomicBool,
}

impl Queue {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            most_messages: limits.queue_messages,
            most_bytes: limits.queue_bytes,
            state: Mutex::new(State { messages: VecDeque::new(), bytes: 0, since: None, end: None }),
            wake: Notify::new(),
            heard: AtomicBool::new(false),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The other side has said something since it joined: what it was told before has arrived.
    pub(crate) fn hear(&self) {
        self.heard.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_heard(&self) -> bool {
        self.heard.load(Ordering::Relaxed)
    }

    /// Queues a message. A reader for whom too much waits is cut off: what waits is dropped.
    pub(crate) fn push(&self, message: Utf8Bytes) {
        let mut state = self.state();
        if state.end.is_some() {
            return;
        }
        let bytes = state.bytes + message.len();
        if state.messages.len() >= self.most_messages || bytes > self.most_bytes {
            state.messages = VecDeque::new();
            state.bytes = 0;
            state.end = Some(End::Code(Code::SlowReader));
        } else {
            state.bytes = bytes;
            if state.since.is_none() {
                state.since = Some(Instant::now());
            }
            state.messages.push_back(message);
        }
        drop(state);
        self.wake.notify_one();
    }

    /// Queues a last message beyond the limits and ends the connection after it. The first end counts.
    pub(crate) fn finish(&self, last: Option<&ServerMessage>, end: End) {
        let mut state = self.state();
        if state.end.is_some() {
            return;
        }
        if let Some(last) = last {
            let last = Utf8Bytes::from(last.encode());
            state.bytes += last.len();
            state.messages.push_back(last);
        }
        state.end = Some(end);
        drop(state);
        self.wake.notify_one();
    }

    /// The next thing, if there is one.
    pub(crate) fn try_next(&self) -> Option<Next> {
        let mut state = self.state();
        if let Some(message) = state.messages.pop_front() {
            state.bytes -= message.len();
            if state.messages.is_empty() {
                // Most connections are idle most of the time: an empty queue holds no memory.
                state.messages = VecDeque::new();
            }
            return Some(Next::Message(message));
        }
        state.end.map(Next::End)
    }

    /// Since when the first message waits that was queued after the last call.
    pub(crate) fn take_since(&self) -> Option<Instant> {
        self.state().since.take()
    }

    /// Waits for the next thing. Cancel safe; one waiter at a time.
    pub(crate) async fn next(&self) -> Next {
        loop {
            if let Some(next) = self.try_next() {
                return next;
            }
            self.wake.notified().await;
        }
    }

    /// Waits until the reader is cut off as too slow. Cancel safe; may use up a wake-up of [`Self::next`], which
    /// looks before it waits.
    pub(crate) async fn cut_off(&self) {
        while self.state().end != Some(End::Code(Code::SlowReader)) {
            self.wake.notified().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(messages: usize, bytes: usize) -> Queue {
        Queue::new(&Limits { queue_messages: messages, queue_bytes: bytes, ..Limits::default() })
    }

    const SLOW: Option<Next> = Some(Next::End(End::Code(Code::SlowReader)));

    #[test]
    fn in_order_then_the_end() {
        let queue = queue(3, 100);
        queue.push("a".into());
        queue.push("b".into());
        queue.finish(None, End::Left);
        queue.push("too late".into());
        assert_eq!(queue.try_next(), Some(Next::Message("a".into())));
        assert_eq!(queue.try_next(), Some(Next::Message("b".into())));
        assert_eq!(queue.try_next(), Some(Next::End(End::Left)));
    }

    #[test]
    fn bounded_by_messages() {
        let queue = queue(2, 100);
        for _ in 0..2 {
            queue.push("a".into());
        }
        assert!(matches!(queue.try_next(), Some(Next::Message(_))));
        for _ in 0..2 {
            queue.push("a".into());
        }
        assert_eq!(queue.try_next(), SLOW);
    }

    #[test]
    fn bounded_by_bytes() {
        let queue = queue(100, 10);
        queue.push("12345".into());
        queue.push("12345".into());
        assert!(matches!(queue.try_next(), Some(Next::Message(_))));
        queue.push("123456".into());
        assert_eq!(queue.try_next(), SLOW);
    }
}
