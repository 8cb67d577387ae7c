//! From one file to the next, without a gap.

use std::rc::Rc;

use hostreel_recording::{Input, LimitWatch, Phase};
use wasm_bindgen_futures::spawn_local;

use super::super::{RecorderEvent, Warning};
use super::Session;
use crate::{Error, Recording};

impl Session {
    /// The next file begins before this one ends: nothing is lost between them.
    pub(super) fn begin_next(self: &Rc<Self>) {
        self.is_switching.set(true);
        let session = Rc::clone(self);
        spawn_local(async move {
            match session.begin(Some(session.number.get() + 1)).await {
                // It is followed when it runs.
                Ok(next) => *session.next.borrow_mut() = Some(next),
                Err(error) => session.next_failed(error, None),
            }
        });
    }

    /// The next file runs: the one before is complete from here on.
    pub(super) fn follow_next(&self) {
        let Some(next) = self.next.borrow_mut().take() else { return };
        let number = self.number.get();
        self.number.set(number + 1);
        self.is_switching.set(false);
        *self.limits.borrow_mut() = LimitWatch::new(self.options.limits);
        let before = self.part.replace(Some(Rc::clone(&next)));
        if let Some(before) = before {
            self.before_ms.set(self.before_ms.get() + before.elapsed_ms());
            if before.phase() == Phase::Paused {
                // It runs: a part that runs can be paused.
                let _ = next.input(Input::Pause);
            }
            self.ending.borrow_mut().push((number, Rc::clone(&before)));
            // Refused where it has ended by itself.
            let _ = before.input(Input::Stop);
        }
        self.limit_memory();
        if self.stop_wanted.get() {
            self.end();
        }
    }

    pub(super) fn next_failed(&self, error: Error, kept: Option<Recording>) {
        self.next.borrow_mut().take();
        self.is_switching.set(false);
        if self.phase().can_stop() {
            self.tell(RecorderEvent::Warning(Warning::PartBroke { error, kept }));
            self.end();
        }
    }
}
