//! What follows when the server does not let us in. Pure.

use hostreel_protocol::{Action, Code};

/// What follows a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It is over.
    Close,
    /// Another try after a pause.
    Retry,
    /// We were inside, and those who are inside with us can still be seen and heard: that goes on.
    Adrift {
        /// Whether there may be a seat again later.
        retry: bool,
    },
}

/// What follows this code and action. `was_inside`: this is about coming back, not about coming in.
pub(crate) fn refusal(code: Code, action: Action, was_inside: bool) -> Refusal {
    match code {
        // A server that was started anew knows no room of before, and never will.
        Code::RoomUnknown if was_inside => Refusal::Adrift { retry: false },
        // The seat that is taken may be our own of before, until the server notices that it is empty.
        Code::RoomFull | Code::RoomLocked if was_inside => Refusal::Adrift { retry: true },
        _ if action == Action::Stop => Refusal::Close,
        _ => Refusal::Retry,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(code: Code, was_inside: bool) -> Refusal {
        refusal(code, code.action(), was_inside)
    }

    #[test]
    fn who_was_inside_drifts_where_a_newcomer_is_sent_away() {
        for (code, retry) in [(Code::RoomUnknown, false), (Code::RoomFull, true), (Code::RoomLocked, true)] {
            assert_eq!(of(code, true), Refusal::Adrift { retry }, "{code:?}");
            assert_eq!(of(code, false), Refusal::Close, "{code:?}");
        }
    }

    #[test]
    fn what_is_meant_for_us_ends_it_even_inside() {
        for code in [Code::Removed, Code::RoomEnded, Code::Replaced, Code::BadHostKey] {
            assert_eq!(of(code, true), Refusal::Close, "{code:?}");
        }
    }

    #[test]
    fn a_server_in_trouble_is_tried_again() {
        for (code, was_inside) in
            [(Code::ServerFull, false), (Code::ServerFull, true), (Code::Internal, true)]
        {
            assert_eq!(of(code, was_inside), Refusal::Retry, "{code:?}");
        }
    }
}
