//! What goes on behind a recorder: the state machine is fed, and what it says is done.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use futures::channel::{mpsc, oneshot};
use gloo_events::EventListener;
use gloo_timers::callback::Interval;
use gloo_timers::future::TimeoutFuture;
use hostreel_recording::{Input, Machine, Millis, Output, Phase};
use wasm_bindgen_futures::spawn_local;
use web_sys::MediaStream;

use super::writer::Item;
use super::{RecorderEvent, Warning};
use crate::browser::{Happening, MediaRecorderHandle, monotonic};
use crate::library::estimate;
use crate::store::Store;
use crate::{Error, Recording};

/// How often progress is told, in milliseconds.
const PROGRESS_MS: u32 = 250;

/// A recorder that has delivered nothing after so long will not deliver any more, in milliseconds.
const FIRST_DATA_MS: u64 = 15_000;

/// Firefox may hand over the last data so much after it says that it has stopped, in milliseconds.
const LATE_DATA_MS: u32 = 200;

/// A recorder that does not say that it has stopped is given up after so long, in milliseconds.
const STOP_MS: u32 = 10_000;

pub(super) type Outcome = Result<Recording, Error>;

/// What the writer made of the data.
pub(crate) struct Written {
    /// The recording as it lies in the store; nothing when there was no data, or it could not even be noted.
    pub(crate) recording: Option<Recording>,
    /// Why it is not whole.
    pub(crate) error: Option<Error>,
}

pub(crate) struct Running {
    machine: RefCell<Machine>,
    media: RefCell<Option<MediaRecorderHandle>>,
    items: mpsc::UnboundedSender<Item>,
    on_event: Box<dyn Fn(RecorderEvent)>,
    outcome: RefCell<Option<Outcome>>,
    waiting: RefCell<Vec<oneshot::Sender<Outcome>>>,
    failure: RefCell<Option<Error>>,
    bytes: Cell<u64>,
    free_bytes: Cell<Option<u64>>,
    data_since_stop: Cell<bool>,
    timer: RefCell<Option<Interval>>,
    pictures: RefCell<Vec<EventListener>>,
    least_free_bytes: u64,
    /// Kept in memory: the disk's space is not its limit.
    in_memory: Cell<bool>,
    /// It never started: who asked for it has got the error, nobody else is told.
    refused: Cell<bool>,
}

impl std::fmt::Debug for Running {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Recorder").field("phase", &self.phase()).finish_non_exhaustive()
    }
}

impl Running {
    pub(super) fn new(
        items: mpsc::UnboundedSender<Item>,
        least_free_bytes: u64,
        on_event: impl Fn(RecorderEvent) + 'static,
    ) -> Self {
        Self {
            machine: RefCell::default(),
            media: RefCell::default(),
            items,
            on_event: Box::new(on_event),
            outcome: RefCell::default(),
            waiting: RefCell::default(),
            failure: RefCell::default(),
            bytes: Cell::new(0),
            free_bytes: Cell::new(None),
            data_since_stop: Cell::new(false),
            timer: RefCell::default(),
            pictures: RefCell::default(),
            least_free_bytes,
            in_memory: Cell::new(false),
            refused: Cell::new(false),
        }
    }

    pub(super) fn attach(&self, media: MediaRecorderHandle) {
        *self.media.borrow_mut() = Some(media);
    }

    /// There is no file: the user is told why, and how much fits.
    pub(super) fn kept_in_memory(&self, reason: Error) {
        self.in_memory.set(true);
        let most_bytes = Store::MOST_IN_MEMORY;
        self.tell(RecorderEvent::Warning(Warning::InMemory { reason, most_bytes }));
    }

    /// Why it never started; from then on nothing more is told.
    pub(super) fn refusal(&self) -> Option<Error> {
        let failure = self.failure.borrow().clone();
        self.refused.set(failure.is_some());
        failure
    }

    pub(super) fn phase(&self) -> Phase {
        self.machine.borrow().phase()
    }

    /// How it ended, if it has.
    pub(super) fn outcome(&self) -> Option<Outcome> {
        self.outcome.borrow().clone()
    }

    /// Gives the outcome as soon as there is one.
    pub(super) fn ended(&self) -> oneshot::Receiver<Outcome> {
        let (sender, receiver) = oneshot::channel();
        self.waiting.borrow_mut().push(sender);
        receiver
    }

    fn tell(&self, event: RecorderEvent) {
        if self.refused.get() {
            return;
        }
        (self.on_event)(event);
    }

    pub(super) fn elapsed_ms(&self) -> u64 {
        self.machine.borrow().elapsed(monotonic()).0
    }

    /// Feeds the state machine and does what it says.
    pub(super) fn input(self: &Rc<Self>, input: Input) -> Result<(), Error> {
        let outputs = self.machine.borrow_mut().handle(input, monotonic())?;
        for output in outputs {
            let done = match output {
                Output::StartRecorder => self.with_media(MediaRecorderHandle::start),
                Output::PauseRecorder => self.with_media(MediaRecorderHandle::pause),
                Output::ResumeRecorder => self.with_media(MediaRecorderHandle::resume),
                Output::StopRecorder => {
                    self.stop_media();
                    Ok(())
                }
                Output::CloseStore => {
                    let broken = self.machine.borrow().is_broken();
                    // The writer may be gone already: then everything is on disk.
                    let _ = self.items.unbounded_send(Item::End { broken });
                    Ok(())
                }
                Output::Enter(phase) => {
                    if !phase.can_stop() {
                        self.timer.borrow_mut().take();
                        self.pictures.borrow_mut().clear();
                    }
                    self.tell(RecorderEvent::Phase(phase));
                    Ok(())
                }
            };
            if let Err(error) = done {
                self.broke(error);
            }
        }
        Ok(())
    }

    fn with_media(&self, act: impl Fn(&MediaRecorderHandle) -> Result<(), Error>) -> Result<(), Error> {
        self.media.borrow().as_ref().map_or(Ok(()), act)
    }

    fn stop_media(self: &Rc<Self>) {
        self.data_since_stop.set(false);
        let running = self.media.borrow().as_ref().is_some_and(MediaRecorderHandle::stop);
        if !running {
            self.drained();
            return;
        }
        let weak = Rc::downgrade(self);
        spawn_local(async move {
            TimeoutFuture::new(STOP_MS).await;
            if let Some(inner) = weak.upgrade() {
                // Refused when it has stopped meanwhile, as it should.
                let _ = inner.input(Input::Drained);
            }
        });
    }

    pub(super) fn happened(self: &Rc<Self>, happening: Happening) {
        match happening {
            // Late or repeated reports don't fit the phase and change nothing.
            Happening::Started => drop(self.input(Input::Started)),
            Happening::Data(blob) => {
                self.data_since_stop.set(true);
                // The writer may have ended after a failure: its error was told.
                let _ = self.items.unbounded_send(Item::Data { blob, elapsed_ms: self.elapsed_ms() });
            }
            Happening::Stopped => self.drained(),
            Happening::Broke(error) => self.broke(error),
        }
    }

    /// The browser's recorder has stopped. Its last data has come before, or comes a little later (Firefox).
    fn drained(self: &Rc<Self>) {
        let asked = self.phase() == Phase::Stopping;
        let wait_ms = if asked && self.data_since_stop.get() { 0 } else { LATE_DATA_MS };
        let inner = Rc::clone(self);
        spawn_local(async move {
            TimeoutFuture::new(wait_ms).await;
            // Refused when it was drained before.
            let _ = inner.input(Input::Drained);
        });
    }

    pub(super) fn broke(self: &Rc<Self>, error: Error) {
        if self.phase().is_over() {
            return;
        }
        self.failure.borrow_mut().get_or_insert(error);
        // Checked above: a phase that is not over takes it; an idle one has nothing to break.
        let _ = self.input(Input::Broke);
    }

    /// Bytes have reached the store; what they hold ends so far before their delivery, where that is known.
    pub(super) fn stored(self: &Rc<Self>, bytes: u64, behind_ms: Option<u64>) {
        self.bytes.set(bytes);
        // The last deliveries come all at once, and nothing can be done about them.
        if let Some(milliseconds) = behind_ms.filter(|_| self.phase() == Phase::Recording) {
            self.tell(RecorderEvent::Behind { milliseconds });
        }
    }

    /// Space is looked after by the writer, every few seconds.
    pub(super) async fn check_space(self: &Rc<Self>) {
        if self.in_memory.get() {
            return;
        }
        let Some(estimate) = estimate().await else { return };
        let free = estimate.free();
        self.free_bytes.set(Some(free));
        if free < self.least_free_bytes && self.phase().can_stop() {
            self.tell(RecorderEvent::Warning(Warning::LowSpace { free_bytes: free }));
            // Checked above.
            let _ = self.input(Input::Stop);
        }
    }

    /// The writer is done: the recording is as complete as it can be.
    pub(super) fn completed(self: &Rc<Self>, written: Written) {
        self.media.borrow_mut().take();
        let told = self.failure.borrow_mut().take();
        let failure = told.or(written.error);
        if failure.is_some() {
            // Refused where the failure was entered before.
            let _ = self.input(Input::Broke);
        }
        // Refused only by a recorder that never came to an end by itself.
        let _ = self.input(Input::Stored);
        let (outcome, event) = match (failure, written.recording) {
            (None, Some(recording)) => (Ok(recording.clone()), RecorderEvent::Finished(recording)),
            (failure, kept) => {
                let error = failure.unwrap_or(Error::NotFound);
                (Err(error.clone()), RecorderEvent::Failed { error, kept })
            }
        };
        *self.outcome.borrow_mut() = Some(outcome.clone());
        for waiting in self.waiting.take() {
            // Who asked may have stopped waiting.
            let _ = waiting.send(outcome.clone());
        }
        self.tell(event);
    }

    /// A recorder from which nothing comes would go on for ever and end with an empty file: a suspended sound card, a
    /// picture without frames.
    fn check_data(self: &Rc<Self>, since: Millis) {
        let waited = monotonic().0.saturating_sub(since.0);
        let waiting = matches!(self.phase(), Phase::Starting | Phase::Recording);
        if waiting && self.bytes.get() == 0 && waited > FIRST_DATA_MS {
            let reason = format!("nothing was delivered in {} s", FIRST_DATA_MS / 1_000);
            self.broke(Error::RecorderFailed { reason });
        }
    }

    /// Tells progress, and notices a picture that ends.
    pub(super) fn watch(self: &Rc<Self>, stream: &MediaStream, stop_with_picture: bool) {
        let weak: Weak<Self> = Rc::downgrade(self);
        let began = monotonic();
        let progress = move || {
            if let Some(inner) = weak.upgrade() {
                inner.check_data(began);
                inner.tell(RecorderEvent::Progress {
                    elapsed_ms: inner.elapsed_ms(),
                    bytes: inner.bytes.get(),
                    free_bytes: inner.free_bytes.get(),
                });
            }
        };
        *self.timer.borrow_mut() = Some(Interval::new(PROGRESS_MS, progress));
        if !stop_with_picture {
            return;
        }
        for track in crate::devices::tracks(stream).into_iter().filter(|track| track.kind() == "video") {
            let weak = Rc::downgrade(self);
            let on_ended = move |_: &web_sys::Event| {
                if let Some(inner) = weak.upgrade()
                    && inner.phase().can_stop()
                {
                    // Checked above.
                    let _ = inner.input(Input::Stop);
                }
            };
            self.pictures.borrow_mut().push(EventListener::new(&track, "ended", on_ended));
        }
    }
}
