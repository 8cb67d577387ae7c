//! What to do when the page is looked at again, or the network is back: a phone that was locked has not run for a while, and
//! what it believes of its connection may be long over. Pure.

/// How long an answer may take when it is asked whether a connection is still alive, and how long one may take to open
/// before another is tried, in milliseconds.
pub(crate) const PROBE_MS: u32 = 3_000;

/// How the way to the server stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Standing {
    /// It is lost; a pause runs before it is tried again. `not_before_ms`: the server does not want to be asked sooner.
    Pausing { not_before_ms: f64 },
    /// It is being opened, since then.
    Opening { since_ms: f64 },
    /// It seems to be there.
    Open,
    /// It is over, and nothing is tried any more.
    Over,
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Waking {
    /// Open a connection now, in place of the one that there is.
    TryNow,
    /// Ask whether it is alive, with a short limit.
    Probe,
    /// Nothing.
    Wait,
}

/// What to do at `now_ms`, in milliseconds of the clock that `standing` has.
pub(crate) fn waking(standing: Standing, now_ms: f64) -> Waking {
    match standing {
        Standing::Pausing { not_before_ms } if now_ms >= not_before_ms => Waking::TryNow,
        Standing::Opening { since_ms } if now_ms - since_ms > f64::from(PROBE_MS) => Waking::TryNow,
        Standing::Open => Waking::Probe,
        Standing::Pausing { .. } | Standing::Opening { .. } | Standing::Over => Waking::Wait,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_pauses_tries_at_once_unless_the_server_wants_it_later() {
        assert_eq!(waking(Standing::Pausing { not_before_ms: 0.0 }, 5.0), Waking::TryNow);
        assert_eq!(waking(Standing::Pausing { not_before_ms: 6.0 }, 5.0), Waking::Wait);
    }

    #[test]
    fn what_seems_to_be_there_is_asked_and_what_hangs_is_tried_anew() {
        assert_eq!(waking(Standing::Open, 5.0), Waking::Probe);
        assert_eq!(waking(Standing::Opening { since_ms: 1_000.0 }, 2_000.0), Waking::Wait);
        assert_eq!(waking(Standing::Opening { since_ms: 1_000.0 }, 4_001.0), Waking::TryNow);
        assert_eq!(waking(Standing::Over, 5.0), Waking::Wait);
    }
}
