//! From one file to the next, without a gap.

use std::cell::RefCell;
use std::rc::Rc;

use hostreel_recording::{Input, LimitWatch, Phase};
use wasm_bindgen_futures::spawn_local;

use super::super::part::Part;
use super::super::{RecorderEvent, Warning};
use super::Session;
use crate::options::put_tag;
use crate::{Error, Recording};

/// Files beside the one that is being written.
#[derive(Default)]
pub(super) struct Others {
    /// The next one, until it runs.
    next: RefCell<Option<Rc<Part>>>,
    /// Those that were followed by the next and are being completed, with their numbers.
    ending: RefCell<Vec<(u32, Rc<Part>)>>,
    /// What was said since the start: for the files that come.
    tags: RefCell<Vec<(String, String)>>,
}

impl Session {
    /// The next file begins before this one ends: nothing is lost between them.
    pub(super) fn begin_next(self: &Rc<Self>) {
        self.is_switching.set(true);
        let session = Rc::clone(self);
        spawn_local(async move {
            match session.begin(Some(session.number.get() + 1)).await {
                // It is followed when it runs.
                Ok(next) => {
                    session.others.tags.borrow().iter().for_each(|tag| next.tag(tag.clone()));
                    *session.others.next.borrow_mut() = Some(next);
                }
                Err(error) => session.next_failed(error, None),
            }
        });
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
        if self.stop_wanted.get() {
            self.end();
        }
    }

    fn next_failed(&self, error: Error, kept: Option<Recording>) {
        self.others.next.borrow_mut().take();
        self.is_switching.set(false);
        if self.phase().can_stop() {
            self.tell(RecorderEvent::Warning(Warning::PartBroke { error, kept: kept.map(Box::new) }));
            self.end();
        }
    }

    /// What a file reports that is not the one being written: the next one runs, or one before is complete.
    pub(super) fn heard_beside(self: &Rc<Self>, number: u32, event: RecorderEvent) {
        if number > self.number.get() {
            match event {
                RecorderEvent::Phase(Phase::Recording) => self.follow_next(),
                RecorderEvent::Failed { error, kept } => self.next_failed(error, kept),
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
