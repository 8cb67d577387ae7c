//! The recording of a meeting: one recorder on a mix of everybody. Carries out what the state machine wants, reports
//! what happens.

use std::cell::RefCell;
use std::rc::Rc;

use hostreel_protocol::RecordingKind;
use hostreel_recorder::{Mix, MixOptions, Pace, Participant};
use wasm_bindgen_futures::spawn_local;

use super::recorder_slot::{RecorderSlot, Report};

/// Somebody to record, by an id that stays.
pub(crate) type Fed = (String, Participant);

#[derive(Default)]
struct Inner {
    slot: RecorderSlot<Mix>,
    people: RefCell<Vec<Fed>>,
    pace: RefCell<Option<Pace>>,
}

impl Inner {
    /// Draws fewer pictures when the browser can't encode so many: those that wait at the end would be lost.
    fn keep_up(&self, behind_ms: u64) {
        let frame_rate = self.pace.borrow_mut().as_mut().and_then(|pace| pace.observe(behind_ms));
        if let Some(frame_rate) = frame_rate {
            self.slot.with(|mix| mix.set_frame_rate(frame_rate));
        }
    }
}

/// A handle to the one recorder of a meeting.
#[derive(Clone, Default)]
pub(crate) struct Driver(Rc<Inner>);

impl Driver {
    /// Builds the mix and starts to record it. Everything that follows is reported.
    pub(crate) fn start(&self, kind: RecordingKind, title: String, report: impl Fn(Report) + 'static) {
        let this = self.clone();
        let report = Rc::new(report);
        this.0.slot.begin();
        spawn_local(async move {
            if let Err(code) = this.try_start(kind, title, &report).await {
                this.0.slot.empty();
                report(Report::Failed(code, None));
            }
        });
    }

    async fn try_start(
        &self,
        kind: RecordingKind,
        title: String,
        report: &Rc<impl Fn(Report) + 'static>,
    ) -> Result<(), &'static str> {
        let picture = kind != RecordingKind::Audio;
        let options = MixOptions { picture, ..MixOptions::default() };
        *self.0.pace.borrow_mut() = Some(Pace::new(options.frame_rate));
        let mix = Mix::new(options).await.map_err(|error| error.code())?;
        for (id, participant) in self.0.people.borrow().iter() {
            mix.set(id, participant.clone());
        }
        let stream = mix.stream();
        self.0.slot.put(mix);
        let (inner, report) = (Rc::downgrade(&self.0), Rc::clone(report));
        let paced = move |reported| match reported {
            Report::Behind(milliseconds) => {
                if let Some(inner) = inner.upgrade() {
                    inner.keep_up(milliseconds);
                }
            }
            reported => report(reported),
        };
        self.0.slot.start(&stream, title, paced).await
    }

    /// Who is recorded, from now on.
    pub(crate) fn feed(&self, people: Vec<Fed>) {
        self.0.slot.with(|mix| {
            for (id, _) in self.0.people.borrow().iter() {
                if !people.iter().any(|(other, _)| other == id) {
                    mix.remove(id);
                }
            }
            for (id, participant) in &people {
                mix.set(id, participant.clone());
            }
        });
        *self.0.people.borrow_mut() = people;
    }

    pub(crate) fn pause(&self) {
        self.0.slot.pause();
    }

    pub(crate) fn resume(&self) {
        self.0.slot.resume();
    }

    /// Ends the recording (also one that is just starting); the complete file is reported.
    pub(crate) fn stop(&self) {
        self.0.slot.stop();
    }

    /// Recorded time, in milliseconds, at this moment; nothing when no recorder runs.
    pub(crate) fn elapsed_ms(&self) -> Option<u64> {
        self.0.slot.elapsed_ms()
    }
}
