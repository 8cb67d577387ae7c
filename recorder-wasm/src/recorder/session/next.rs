//! From one file to the next, without a gap.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use hostreel_recording::{Input, LimitWatch, Millis, Phase};
use wasm_bindgen_futures::spawn_local;

use super::super::part::Part;
use super::super::{RecorderEvent, Warning};
use super::Session;
use super::watch::{FIRST_DATA_MS, too_late};
use crate::browser::monotonic;
use crate::options::put_tag;
use crate::{Error, Recording};

/// A recording that is to end waits so long for its next file to run, in milliseconds.
const LAST_WAIT_MS: u64 = 1_000;

/// Files beside the one that is being written.
#[derive(Default)]
pub(super) struct Others {
    /// The next one, until it runs.
    next: RefCell<Option<Rc<Part>>>,
    /// When it was begun.
    since: Cell<Millis>,
    /// Those that were followed by the next and are being completed, with their numbers.
    ending: RefCell<Vec<(u32, Rc<Part>)>>,
    /// What was said since the start: for the files that come.
    tags: RefCell<Vec<(String, String)>>,
}

impl Session {
    /// The next file begins before this one ends: nothing is lost between them.
    pub(super) fn begin_next(self: &Rc<Self>) {
        self.is_switching.set(true);
        self.others.since.set(monotonic());
        let session = Rc::clone(self);
        spawn_local(async move {
            match session.begin(Some(session.number.get() + 1)).await {
                Ok(next) if !session.is_switching.get() => next.broke(too_late()),
                // It is followed when it runs.
                Ok(next) => {
                    session.others.tags.borrow().iter().for_each(|tag| next.tag(tag.clone()));
                    *session.others.next.borrow_mut() = Some(next);
                }
                Err(error) => session.next_failed(error, None),
            }
        });
    }

    /// Gives the next file up when nothing comes for it: what is being written goes on meanwhile, and has to end.
    pub(super) fn check_next(&self) {
        let passed = |since: Millis| monotonic().0.saturating_sub(since.0);
        let is_late = passed(self.others.since.get()) > FIRST_DATA_MS
            || self.stop_wanted.get().is_some_and(|since| passed(since) > LAST_WAIT_MS);
        if self.is_switching.get() && is_late {
            self.give_up_next();
            self.next_failed(too_late(), None);
        }
    }

    fn give_up_next(&self) {
        self.is_switching.set(false);
        let next = self.others.next.borrow_mut().take();
        if let Some(next) = next {
            next.broke(too_late());
        }
    }

    /// Takes note of a tag for the files that come.
    pub(super) fn keep_tag(&self, tag: &(String, String)) {
        if let Some(next) = self.others.next.borrow().as_ref() {
            next.tag(tag.clone());
        }
        let (name, value) = tag.clone();
        put_tag(&mut self.others.tags.borrow_mut(), name, value);
    }

    /// The next file runs: the one before is complete from here on.
    fn follow_next(&self) {
        if !self.phase().can_stop() {
            // The recording has ended meanwhile, and that was told.
            self.give_up_next();
            return;
        }
        let Some(next) = self.others.next.borrow_mut().take() else { return };
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
            self.others.ending.borrow_mut().push((number, Rc::clone(&before)));
            // Refused where it has ended by itself.
            let _ = before.input(Input::Stop);
        }
        self.limit_memory();
        if self.stop_wanted.get().is_some() {
            self.end();
        }
    }

    fn next_failed(&self, error: Error, kept: Option<Recording>) {
        self.others.next.borrow_mut().take();
        self.is_switching.set(false);
        if !self.phase().can_stop() {
            return;
        }
        if self.stop_wanted.get().is_none() {
            self.tell(RecorderEvent::Warning(Warning::PartBroke { error, kept: kept.map(Box::new) }));
        }
        self.end();
    }

    /// What a file reports that is not the one being written: the next one runs, or one before is complete.
    pub(super) fn heard_beside(self: &Rc<Self>, number: u32, event: RecorderEvent) {
        if number > self.number.get() {
            match event {
                RecorderEvent::Phase(Phase::Recording) => self.follow_next(),
                // Of one that was given up, a moment at most is kept, beyond the end that was told.
                RecorderEvent::Failed { kept: Some(kept), .. } if !self.is_switching.get() => {
                    spawn_local(async move { drop(kept.delete().await) });
                }
                RecorderEvent::Failed { error, kept } => self.next_failed(error, kept),
                RecorderEvent::Warning(_) => self.tell(event),
                _ => {}
            }
            return;
        }
        let told = match event {
            RecorderEvent::Finished(recording) => RecorderEvent::Part(recording),
            RecorderEvent::Failed { error, kept } => {
                RecorderEvent::Warning(Warning::PartBroke { error, kept: kept.map(Box::new) })
            }
            _ => return,
        };
        self.others.ending.borrow_mut().retain(|(ended, _)| *ended != number);
        self.tell(told);
    }
}
