//! What one address may do, all of its connections together.

use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use governor::{DefaultDirectRateLimiter, Quota};
use hostreel_protocol::Code;

use crate::PerAddress;
use crate::client_address::network;

/// An address that did nothing for so long starts afresh: longer than any of its limits looks back.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(120);
/// Addresses that are remembered. With more, those without a connection are forgotten at once.
const MOST_KNOWN: usize = 100_000;
/// Who guessed too often is not listened to for so long.
const PENALTY: Duration = Duration::from_secs(60);

/// All addresses that were seen lately.
pub(crate) struct Visitors {
    limits: PerAddress,
    began: Instant,
    known: Mutex<HashMap<IpAddr, Arc<Visitor>>>,
}

/// One address.
pub(crate) struct Visitor {
    /// The network that it stands for.
    pub(crate) network: IpAddr,
    limits: PerAddress,
    began: Instant,
    /// Milliseconds since `began`.
    seen_at: AtomicU64,
    connections: AtomicU32,
    joins: DefaultDirectRateLimiter,
    guesses: DefaultDirectRateLimiter,
    rooms: DefaultDirectRateLimiter,
    messages: DefaultDirectRateLimiter,
    /// Milliseconds since `began`; zero for never.
    blocked_until: AtomicU64,
}

impl Visitors {
    pub(crate) fn new(limits: PerAddress) -> Self {
        Self { limits, began: Instant::now(), known: Mutex::new(HashMap::new()) }
    }

    /// What is known of an address.
    pub(crate) fn of(&self, address: IpAddr) -> Arc<Visitor> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_KNOWN {
            known.retain(|_, visitor| Arc::strong_count(visitor) > 1);
        }
        let network = network(address);
        let fresh = || Arc::new(Visitor::new(network, self.limits, self.began));
        let visitor = known.entry(network).or_insert_with(fresh);
        visitor.seen_at.store(visitor.now(), Ordering::Relaxed);
        Arc::clone(visitor)
    }

    /// Forgets who has not been here for a while.
    pub(crate) fn forget_idle(&self) {
        let longest = millis(FORGOTTEN_AFTER);
        self.known.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, visitor| {
            let idle = visitor.now().saturating_sub(visitor.seen_at.load(Ordering::Relaxed));
            Arc::strong_count(visitor) > 1 || idle < longest
        });
    }
}

impl Visitor {
    fn new(network: IpAddr, limits: PerAddress, began: Instant) -> Self {
        let some = |count: u32| NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
        let minute = |count| DefaultDirectRateLimiter::direct(Quota::per_minute(some(count)));
        let burst = some(limits.messages_per_second.saturating_mul(10));
        let messages = Quota::per_second(some(limits.messages_per_second)).allow_burst(burst);
        Self {
            network,
            limits,
            began,
            seen_at: AtomicU64::new(0),
            connections: AtomicU32::new(0),
            joins: minute(limits.joins_per_minute),
            guesses: minute(limits.guesses_per_minute),
            rooms: minute(limits.rooms_per_minute),
            messages: DefaultDirectRateLimiter::direct(messages),
            blocked_until: AtomicU64::new(0),
        }
    }

    fn now(&self) -> u64 {
        millis(self.began.elapsed())
    }

    /// Opens a websocket; `None` when the address has as many as it may have.
    pub(crate) fn enter(self: &Arc<Self>) -> Option<Visit> {
        let counted = self.connections.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |count| {
            (count < self.limits.connections).then_some(count + 1)
        });
        counted.is_ok().then(|| Visit(Arc::clone(self)))
    }

    /// Whether one more room may be made.
    pub(crate) fn may_create(&self) -> bool {
        self.rooms.check().is_ok()
    }

    /// Whether it may still ask for rooms by their names.
    ///
    /// # Errors
    /// [`Code::TooFast`].
    pub(crate) fn may_ask(&self) -> Result<(), Code> {
        if self.now() < self.blocked_until.load(Ordering::Relaxed) { Err(Code::TooFast) } else { Ok(()) }
    }

    /// Counts a refusal; one that tells a guesser something waits, the same time for each reason. Guessing on ends
    /// in not being listened to.
    pub(crate) async fn refused(&self, code: Code) {
        if !matches!(code, Code::RoomUnknown | Code::BadHostKey | Code::BadToken) {
            return;
        }
        if self.guesses.check().is_err() {
            self.blocked_until.store(self.now() + millis(PENALTY), Ordering::Relaxed);
        }
        tokio::time::sleep(self.limits.guess_delay).await;
    }
}

/// One websocket of an address. Dropping it makes room for another.
#[must_use]
pub(crate) struct Visit(Arc<Visitor>);

impl Visit {
    /// See [`Visitor::may_ask`].
    pub(crate) fn may_ask(&self) -> Result<(), Code> {
        self.0.may_ask()
    }

    /// Whether one more attempt to join, or to take a seat back, may be made.
    ///
    /// # Errors
    /// [`Code::TooFast`].
    pub(crate) fn may_join(&self) -> Result<(), Code> {
        self.0.joins.check().map_err(|_| Code::TooFast)
    }

    /// Whether one more message may be sent.
    pub(crate) fn may_send(&self) -> bool {
        self.0.messages.check().is_ok()
    }

    /// See [`Visitor::refused`].
    pub(crate) async fn refused(&self, code: Code) {
        self.0.refused(code).await;
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        self.0.connections.fetch_sub(1, Ordering::Relaxed);
        self.0.seen_at.store(self.0.now(), Ordering::Relaxed);
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visitors() -> Visitors {
        Visitors::new(PerAddress {
            connections: 2,
            joins_per_minute: 3,
            guesses_per_minute: 2,
            rooms_per_minute: 1,
            messages_per_second: 1,
            guess_delay: Duration::ZERO,
        })
    }

    #[test]
    fn one_address_s_limits_are_not_another_s() {
        let visitors = visitors();
        let one = visitors.of("2001:db8::1".parse().unwrap());
        let neighbour = visitors.of("2001:db8::2".parse().unwrap());
        let other = visitors.of("2001:db8:0:1::1".parse().unwrap());
        let first = one.enter().unwrap();
        let _second = neighbour.enter().unwrap();
        assert!(one.enter().is_none(), "the same /64");
        assert!(other.enter().is_some());
        assert_eq!((0..5).filter(|_| first.may_join().is_ok()).count(), 3);
        assert_eq!((0..20).filter(|_| first.may_send()).count(), 10);
        assert!(one.may_create() && !one.may_create() && other.may_create());
        drop(first);
        assert!(one.enter().is_some());
    }

    #[tokio::test]
    async fn guessing_on_ends_in_silence() {
        let visitor = visitors().of("192.0.2.1".parse().unwrap());
        for code in [Code::RoomFull, Code::RoomUnknown, Code::BadHostKey, Code::RoomLocked] {
            visitor.refused(code).await;
        }
        assert!(visitor.may_ask().is_ok());
        visitor.refused(Code::RoomUnknown).await;
        assert_eq!(visitor.may_ask(), Err(Code::TooFast));
        let visit = visitor.enter().unwrap();
        assert_eq!((visit.may_ask(), visit.may_join()), (Err(Code::TooFast), Ok(())));
    }

    #[test]
    fn who_holds_a_connection_is_not_forgotten() {
        let visitors = visitors();
        let count = || visitors.known.lock().unwrap().len();
        let visit = visitors.of("192.0.2.1".parse().unwrap()).enter().unwrap();
        let _ = visitors.of("192.0.2.2".parse().unwrap());
        visitors.forget_idle();
        assert_eq!(count(), 2, "seen just now");
        visitors.known.lock().unwrap().retain(|_, visitor| Arc::strong_count(visitor) > 1);
        assert_eq!(count(), 1);
        drop(visit);
    }
}
