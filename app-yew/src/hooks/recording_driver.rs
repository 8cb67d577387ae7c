//! One recorder, and the mix it records: carries out what the state machine wants, reports what happens.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use hostreel_protocol::RecordingKind;
use hostreel_recorder::{
    Mix, MixOptions, Options, Pace, Participant, Phase, Recorder, RecorderEvent, Recording, Warning,
};
use wasm_bindgen_futures::spawn_local;
use web_sys::MediaStream;

/// What a driver reports.
pub(crate) enum Report {
    /// The recorder runs.
    Started,
    /// How far it is.
    Progress(Progress),
    /// Less and less space.
    StorageLow,
    /// Kept in memory only.
    NoStorage,
    /// It could not start, or broke; then with what was recorded until then.
    Failed(&'static str, Option<Recording>),
    /// The file is complete.
    Finished(Recording),
}

/// How far a recording is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Progress {
    /// Recorded time, pauses left out, in milliseconds.
    pub(crate) elapsed_ms: u64,
    /// Size of the file, in bytes.
    pub(crate) bytes: u64,
    /// Free space, in bytes, where the browser tells.
    pub(crate) free_bytes: Option<u64>,
}

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
    mix: RefCell<Option<Mix>>,
    recorder: RefCell<Option<Recorder>>,
    people: RefCell<Vec<Fed>>,
    pace: RefCell<Option<Pace>>,
    /// A recorder that is still being made is stopped as soon as it is there.
    stop_wanted: Cell<bool>,
}

impl Inner {
    /// Draws fewer pictures when the browser can't encode so many: those that wait at the end would be lost.
    fn keep_up(&self, behind_ms: u64) {
        let frame_rate = self.pace.borrow_mut().as_mut().and_then(|pace| pace.observe(behind_ms));
        if let (Some(frame_rate), Some(mix)) = (frame_rate, self.mix.borrow().as_ref()) {
            mix.set_frame_rate(frame_rate);
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
        this.0.stop_wanted.set(false);
        spawn_local(async move {
            if let Err(code) = this.try_start(kind, title, &report).await {
                this.release();
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
        *self.0.mix.borrow_mut() = Some(mix);
        let on_event = self.translate(Rc::clone(report));
        let options = Options { title, ..Options::default() };
        let recorder = Recorder::start(&stream, options, on_event).await.map_err(|error| error.code())?;
        *self.0.recorder.borrow_mut() = Some(recorder);
        if self.0.stop_wanted.get() {
            self.stop();
        }
        Ok(())
    }

    fn translate(&self, report: Rc<impl Fn(Report) + 'static>) -> impl Fn(RecorderEvent) + 'static {
        let inner = Rc::downgrade(&self.0);
        move |event| {
            let over = || {
                if let Some(inner) = inner.upgrade() {
                    Self(inner).release();
                }
            };
            match event {
                RecorderEvent::Phase(Phase::Recording) => report(Report::Started),
                RecorderEvent::Progress { elapsed_ms, bytes, free_bytes } => {
                    report(Report::Progress(Progress { elapsed_ms, bytes, free_bytes }));
                }
                RecorderEvent::Behind { milliseconds } => {
                    if let Some(inner) = inner.upgrade() {
                        inner.keep_up(milliseconds);
                    }
                }
                RecorderEvent::Warning(Warning::LowSpace { .. }) => report(Report::StorageLow),
                RecorderEvent::Warning(Warning::InMemory { .. }) => report(Report::NoStorage),
                RecorderEvent::Failed { error, kept } => {
                    over();
                    report(Report::Failed(error.code(), kept));
                }
                RecorderEvent::Finished(recording) => {
                    over();
                    report(Report::Finished(recording));
                }
                _ => {}
            }
        }
    }

    /// Who is recorded, from now on.
    pub(crate) fn feed(&self, people: Vec<Fed>) {
        if let Some(mix) = self.0.mix.borrow().as_ref() {
            for gone in self.0.people.borrow().iter() {
                if people.iter().all(|other| other.id != gone.id) {
                    mix.remove(&gone.id);
                }
            }
            for fed in &people {
                fed.feed(mix);
            }
        }
        *self.0.people.borrow_mut() = people;
    }

    pub(crate) fn pause(&self) {
        if let Some(recorder) = self.0.recorder.borrow().as_ref() {
            // Only a recorder that has just ended refuses, and that is reported by itself.
            let _ = recorder.pause();
        }
    }

    pub(crate) fn resume(&self) {
        if let Some(recorder) = self.0.recorder.borrow().as_ref() {
            let _ = recorder.resume();
        }
    }

    /// Ends the recording (also one that is just starting); the complete file is reported.
    pub(crate) fn stop(&self) {
        self.0.stop_wanted.set(true);
        let Some(recorder) = self.0.recorder.borrow().clone() else { return };
        let this = self.clone();
        spawn_local(async move {
            // How it ended is reported as an event.
            let _ = recorder.stop().await;
            // The mix is needed until then, also when the page that held this is gone.
            drop(this);
        });
    }

    /// Recorded time, in milliseconds, at this moment; nothing when no recorder runs.
    pub(crate) fn elapsed_ms(&self) -> Option<u64> {
        self.0.recorder.borrow().as_ref().map(Recorder::elapsed_ms)
    }

    /// Gives back the mix and the recorder. Not from within the recorder's own call: it may be borrowed there.
    fn release(&self) {
        let this = self.clone();
        spawn_local(async move {
            this.0.recorder.take();
            this.0.mix.take();
        });
    }
}
