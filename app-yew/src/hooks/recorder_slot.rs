//! One recorder, and what it records: kept as long as it is recorded, given back afterwards. Serves meetings and the
//! solo recorder.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use hostreel_recorder::{Options, Phase, Recorder, RecorderEvent, Recording, Warning};
use wasm_bindgen_futures::spawn_local;
use web_sys::MediaStream;

/// What becomes of a recording.
pub(crate) enum Report {
    /// The recorder runs, for the first time or again.
    Running,
    /// It is paused.
    Paused,
    /// It is completing the file.
    Finishing,
    /// How far it is.
    Progress(Progress),
    /// What was delivered last ends so far before its delivery, in milliseconds.
    Behind(u64),
    /// The disk is nearly full: it was ended, complete.
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

struct Inner<S> {
    source: RefCell<Option<S>>,
    recorder: RefCell<Option<Recorder>>,
    /// A recorder that is still being made is stopped as soon as it is there.
    stop_wanted: Cell<bool>,
}

impl<S: 'static> Inner<S> {
    /// Not from within the recorder's own call: it may be borrowed there.
    fn release_later(self: Rc<Self>) {
        spawn_local(async move {
            self.recorder.take();
            self.source.take();
        });
    }
}

/// A place for one recorder and for what it records, an `S`. Clones are handles to the same place.
pub(crate) struct RecorderSlot<S>(Rc<Inner<S>>);

impl<S> Clone for RecorderSlot<S> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<S> Default for RecorderSlot<S> {
    fn default() -> Self {
        Self(Rc::new(Inner {
            source: RefCell::default(),
            recorder: RefCell::default(),
            stop_wanted: Cell::default(),
        }))
    }
}

impl<S: 'static> RecorderSlot<S> {
    /// Puts in what will be recorded, in place of what was there.
    pub(crate) fn put(&self, source: S) {
        let before = self.0.source.replace(Some(source));
        drop(before);
    }

    /// Gives back what is in it, while no recorder runs.
    pub(crate) fn empty(&self) {
        self.0.source.take();
    }

    /// Does something with what is recorded, if it is there.
    pub(crate) fn with<T>(&self, act: impl FnOnce(&mut S) -> T) -> Option<T> {
        self.0.source.borrow_mut().as_mut().map(act)
    }

    /// A recorder is about to be made: [`RecorderSlot::stop`] is about that one from now on.
    pub(crate) fn begin(&self) {
        self.0.stop_wanted.set(false);
    }

    /// Starts to record `stream`. Everything that follows is reported; when it is over, what was recorded is given back.
    /// Gives the code of what kept it from starting.
    pub(crate) async fn start(
        &self,
        stream: &MediaStream,
        title: String,
        report: impl Fn(Report) + 'static,
    ) -> Result<(), &'static str> {
        let options = Options { title, ..Options::default() };
        let on_event = translated(Rc::downgrade(&self.0), report);
        let recorder = Recorder::start(stream, options, on_event).await.map_err(|error| error.code())?;
        *self.0.recorder.borrow_mut() = Some(recorder);
        if self.0.stop_wanted.get() {
            self.stop();
        }
        Ok(())
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
            // What is recorded is needed until then, also when the page that held this is gone.
            drop(this);
        });
    }

    /// Recorded time, in milliseconds, at this moment; nothing when no recorder runs.
    pub(crate) fn elapsed_ms(&self) -> Option<u64> {
        self.0.recorder.borrow().as_ref().map(Recorder::elapsed_ms)
    }
}

/// The recorder's events as reports. The slot is not kept alive by it: it holds the recorder that holds this.
fn translated<S: 'static>(
    slot: Weak<Inner<S>>,
    report: impl Fn(Report) + 'static,
) -> impl Fn(RecorderEvent) + 'static {
    move |event| {
        let over = || {
            if let Some(slot) = slot.upgrade() {
                slot.release_later();
            }
        };
        match event {
            RecorderEvent::Phase(Phase::Recording) => report(Report::Running),
            RecorderEvent::Phase(Phase::Paused) => report(Report::Paused),
            RecorderEvent::Phase(Phase::Stopping) => report(Report::Finishing),
            RecorderEvent::Progress { elapsed_ms, bytes, free_bytes } => {
                report(Report::Progress(Progress { elapsed_ms, bytes, free_bytes }));
            }
            RecorderEvent::Behind { milliseconds } => report(Report::Behind(milliseconds)),
            RecorderEvent::Warning(Warning::LowSpace { .. }) => report(Report::StorageLow),
            RecorderEvent::Warning(Warning::InMemory { .. }) => report(Report::NoStorage),
            RecorderEvent::Failed { error, kept, .. } => {
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
