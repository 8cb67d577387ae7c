//! When a sender is set to what is wanted of it. Pure: knows no browser.

use crate::quality::Encoding;

/// How often the same thing is tried: a negotiation under way can spoil a try, and after it the next one works.
const MAX_TRIES: u32 = 2;

/// How far one sender of a connection is with what is wanted of it. One try at a time: of two that overlap the
/// browser refuses one.
#[derive(Debug, Default)]
pub(crate) struct Tuning {
    /// What was tried last.
    tried: Option<Encoding>,
    tries: u32,
    busy: bool,
    in_place: bool,
}

/// How a try ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The browser took it.
    Done,
    /// The browser refused it.
    Refused,
    /// The sender had nothing to be set yet; that does not count as a try.
    TooEarly,
}

impl Tuning {
    /// Whether to set the sender to this now; [`Self::end`] must follow. While a try is under way the answer is no: ask
    /// again when it has ended.
    pub(crate) fn begin(&mut self, wanted: Encoding) -> bool {
        if self.busy {
            return false;
        }
        if self.tried != Some(wanted) {
            *self = Self { tried: Some(wanted), ..Self::default() };
        }
        self.busy = !self.in_place && self.tries < MAX_TRIES;
        self.busy
    }

    /// The try has ended.
    pub(crate) fn end(&mut self, outcome: Outcome) {
        self.busy = false;
        match outcome {
            Outcome::Done => self.in_place = true,
            Outcome::Refused => self.tries += 1,
            Outcome::TooEarly => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Slot;
    use crate::quality::{encoding, ladder};

    fn camera(people: usize) -> Encoding {
        encoding(Slot::Camera, ladder(people, false), Some(720))
    }

    #[test]
    fn what_is_in_place_is_not_set_again() {
        let mut tuning = Tuning::default();
        assert!(tuning.begin(camera(2)));
        tuning.end(Outcome::Done);
        assert!(!tuning.begin(camera(2)));
        assert!(tuning.begin(camera(3)));
        tuning.end(Outcome::Done);
        assert!(tuning.begin(camera(2)), "back again");
    }

    #[test]
    fn tries_never_overlap_and_the_newest_wish_comes_after() {
        let mut tuning = Tuning::default();
        assert!(tuning.begin(camera(2)));
        assert!(!tuning.begin(camera(3)));
        tuning.end(Outcome::Done);
        assert!(tuning.begin(camera(3)));
    }

    #[test]
    fn a_refusal_is_tried_once_more_and_then_left() {
        let mut tuning = Tuning::default();
        for _ in 0..2 {
            assert!(tuning.begin(camera(2)));
            tuning.end(Outcome::Refused);
        }
        assert!(!tuning.begin(camera(2)));
        assert!(tuning.begin(camera(3)), "another wish has tries of its own");
    }

    #[test]
    fn a_sender_without_encodings_is_asked_again_as_often_as_it_takes() {
        let mut tuning = Tuning::default();
        for _ in 0..5 {
            assert!(tuning.begin(camera(2)));
            tuning.end(Outcome::TooEarly);
        }
        assert!(tuning.begin(camera(2)));
    }
}
