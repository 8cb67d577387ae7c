//! The recording of a meeting: one recorder on a mix of everybody. Carries out what the state machine wants, reports
//! what happens.

use std::cell::RefCell;
use std::rc::Rc;

use hostreel_protocol::RecordingKind;
use hostreel_recorder::{Mix, MixOptions, Pace, Participant};
use wasm_bindgen_futures::spawn_local;
use web_sys::MediaStream;

use super::recorder_slot::{RecorderSlot, Report};

/// Somebody to record.
#[derive(Debug, Clone)]
pub(crate) struct Fed {
    /// It stays as long as they are here.
    pub(crate) id: String,
    /// Camera and microphone.
    pub(crate) stream: Option<MediaStream>,
    /// A shared screen.
    pub(crate) screen: Option<MediaStream>,
    pub(crate) about: Participant,
}

impl Fed {
    /// Into the mix, or what is new about them.
    fn feed(&self, mix: &Mix) {
        mix.add(&self.id, self.stream.as_ref(), self.about.clone());
        mix.set_screen(&self.id, self.screen.as_ref());
    }
}

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
        let options = if picture { MixOptions::hd() } else { MixOptions::sound() };
        *self.0.pace.borrow_mut() = Some(Pace::new(options.frame_rate));
        let mix = Mix::new(options).await.map_err(|error| error.code())?;
        for fed in self.0.people.borrow().iter() {
            fed.feed(&mix);
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
            for gone in self.0.people.borrow().iter() {
                if people.iter().all(|other| other.id != gone.id) {
                    mix.remove(&gone.id);
                }
            }
            for fed in &people {
                fed.feed(mix);
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
