//! What is looked at while it is recorded: loudness, pictures, data, limits.

use std::rc::Rc;

use hostreel_recording::{Health, Millis, Phase, Reached};

use super::super::stream::{counted, is_live};
use super::super::{RecorderEvent, Warning};
use super::Session;
use crate::browser::monotonic;
use crate::{AtLimit, Error};

/// A recorder that has delivered nothing after so long, or after a few slices, will not deliver any more, in milliseconds.
pub(super) const FIRST_DATA_MS: u64 = 15_000;
const FIRST_DATA_SLICES: u64 = 3;

/// What that is told as.
pub(super) fn too_late() -> Error {
    Error::RecorderFailed { reason: "nothing was delivered in time".into() }
}

impl Session {
    /// Nothing may be borrowed here: who is told may call back.
    pub(super) fn tell_health(&self, health: impl IntoIterator<Item = Health>) {
        for health in health {
            self.tell(RecorderEvent::Health(health));
        }
    }

    /// Progress, and what is missing.
    pub(super) fn tick(self: &Rc<Self>) {
        let phase = self.phase();
        self.check_first_data(phase);
        self.check_next();
        // The browser's recorder stops by itself then. The clock must not go on until its last data is here.
        if phase.can_stop() && !self.sources.iter().any(is_live) {
            self.end();
        }
        if phase == Phase::Recording {
            let now = monotonic();
            let pictures = self.stream.get_video_tracks().iter().next().and_then(|track| counted(&track));
            let moved = pictures
                .and_then(|(delivered, lost)| self.health.borrow_mut().pictures(now, delivered, lost));
            self.tell_health(moved);
            let missed = self.health.borrow_mut().check(now);
            self.tell_health(missed);
        }
        self.tell(RecorderEvent::Progress {
            elapsed_ms: self.elapsed_ms(),
            bytes: self.bytes(),
            free_bytes: self.part.borrow().as_ref().and_then(|part| part.free_bytes()),
        });
        self.check_limits();
    }

    /// A recorder from which nothing comes would go on for ever and end with an empty file: a suspended sound card, a
    /// picture without frames.
    fn check_first_data(&self, phase: Phase) {
        let waited = monotonic().0.saturating_sub(self.began.get().0);
        let most = FIRST_DATA_MS.max(FIRST_DATA_SLICES * u64::from(self.options.timeslice_ms));
        let waiting = matches!(phase, Phase::Starting | Phase::Recording) && self.number.get() == 1;
        let part = self.part.borrow().clone();
        if let Some(part) = part.filter(|_| waiting && self.bytes() == 0 && waited > most) {
            part.broke(too_late());
        }
    }

    pub(super) fn check_limits(self: &Rc<Self>) {
        let part = self.part.borrow().clone();
        let Some(part) = part.filter(|part| part.phase() == Phase::Recording) else { return };
        if self.is_switching.get() || self.stop_wanted.get().is_some() {
            return;
        }
        let reached = self.limits.borrow_mut().reached(Millis(part.elapsed_ms()), part.whole_bytes());
        match (reached, self.options.at_limit) {
            (None, _) => {}
            (Some(_), AtLimit::Split) => self.begin_next(),
            (Some(reached), AtLimit::Stop) => self.stop_at(reached),
        }
    }

    fn stop_at(&self, reached: Reached) {
        self.tell(RecorderEvent::Warning(Warning::Limit(reached)));
        self.end();
    }
}
