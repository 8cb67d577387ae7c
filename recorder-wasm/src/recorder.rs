//! The recorder: one `MediaRecorder`, one store, one state machine.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use futures::channel::{mpsc, oneshot};
use gloo_events::EventListener;
use gloo_timers::callback::Interval;
use gloo_timers::future::TimeoutFuture;
use hostreel_recording::{ContainerChoice, Input, Machine, Millis, Output, Phase, Wanted, candidates};
use wasm_bindgen_futures::spawn_local;
use web_sys::{MediaRecorder, MediaStream};

use crate::browser::{Happening, Lock, MediaRecorderHandle, monotonic, wall_clock};
use crate::library::estimate;
use crate::store::Store;
use crate::support::support;
use crate::{Error, Options, Recording};

mod writer;

pub(crate) use writer::media_type;
use writer::{Item, Writer};

/// How often progress is told, in milliseconds.
const PROGRESS_MS: u32 = 250;

/// A recorder that has delivered nothing after so long will not deliver any more, in milliseconds.
const FIRST_DATA_MS: u64 = 15_000;

/// Firefox may hand over the last data so much after it says that it has stopped, in milliseconds.
const LATE_DATA_MS: u32 = 200;

/// A recorder that does not say that it has stopped is given up after so long, in milliseconds.
const STOP_MS: u32 = 10_000;

/// Something the user should know; the recording goes on (or ends by itself, complete).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// There is no storage: the recording is kept in memory and is lost with the page, unless it is saved.
    InMemory {
        /// Why.
        reason: Error,
        /// Most that can be recorded, in bytes.
        most_bytes: u64,
    },
    /// The disk is nearly full: the recording was stopped and is complete.
    LowSpace {
        /// What is left, in bytes.
        free_bytes: u64,
    },
}

/// What a recorder reports.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum RecorderEvent {
    /// It entered another phase.
    Phase(Phase),
    /// How far it is; about four times a second (once a second in a hidden tab).
    Progress {
        /// Recorded time, pauses left out, in milliseconds.
        elapsed_ms: u64,
        /// Length of the file so far, in bytes.
        bytes: u64,
        /// Space left, in bytes, where the browser tells.
        free_bytes: Option<u64>,
    },
    /// Something the user should know.
    Warning(Warning),
    /// It broke off.
    Failed {
        /// Why.
        error: Error,
        /// What was recorded until then; it is listed in the library too. Nothing when there was no data at all.
        kept: Option<Recording>,
    },
    /// It ended and the file is complete.
    Finished(Recording),
}

/// Records one [`MediaStream`]. Clones are handles to the same recorder; when the last one is dropped, it stops.
#[derive(Debug, Clone)]
pub struct Recorder {
    inner: Rc<Inner>,
}

type Outcome = Result<Recording, Error>;

/// What the writer made of the data.
pub(crate) struct Written {
    /// The recording as it lies in the store; nothing when there was no data, or it could not even be noted.
    pub(crate) recording: Option<Recording>,
    /// Why it is not whole.
    pub(crate) error: Option<Error>,
}

pub(crate) struct Inner {
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
    ended: RefCell<Vec<EventListener>>,
    least_free_bytes: u64,
    /// Kept in memory: the disk's space is not its limit.
    in_memory: Cell<bool>,
    /// It never started: who asked for it has got the error, nobody else is told.
    refused: Cell<bool>,
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Recorder")
            .field("phase", &self.machine.borrow().phase())
            .finish_non_exhaustive()
    }
}

impl Recorder {
    /// Opens a store and begins to record `stream`. The first [`RecorderEvent::Phase`] with [`Phase::Recording`] comes
    /// when the browser's recorder runs.
    ///
    /// # Errors
    /// [`Error::NoRecorder`], [`Error::Unsupported`] for the wanted container, [`Error::NoDevice`] for a stream
    /// without a live track, [`Error::RecorderFailed`].
    pub async fn start(
        stream: &MediaStream,
        options: Options,
        on_event: impl Fn(RecorderEvent) + 'static,
    ) -> Result<Self, Error> {
        if !support().media_recorder {
            return Err(Error::NoRecorder);
        }
        if !stream.active() {
            return Err(Error::NoDevice);
        }
        let wanted = Wanted {
            video: stream.get_video_tracks().length() > 0,
            audio: stream.get_audio_tracks().length() > 0,
        };
        let mime = choose_type(options.container, wanted)?;
        let (items, queue) = mpsc::unbounded();
        let inner = Rc::new(Inner {
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
            ended: RefCell::default(),
            least_free_bytes: options.least_free_bytes,
            in_memory: Cell::new(false),
            refused: Cell::new(false),
        });
        let weak = Rc::downgrade(&inner);
        let report = move |happening| {
            if let Some(inner) = weak.upgrade() {
                inner.happened(happening);
            }
        };
        // What can be refused comes first: after this there is a file.
        *inner.media.borrow_mut() = Some(MediaRecorderHandle::new(stream, mime, &options, report)?);
        if estimate().await.is_some_and(|space| space.free() < options.least_free_bytes) {
            return Err(Error::StorageFull);
        }
        let id = new_id();
        let lock = Lock::hold(&lock_name(&id)).await?;
        let (store, fallback) = Store::open(&id).await;
        if let Some(reason) = fallback {
            inner.in_memory.set(true);
            inner.tell(RecorderEvent::Warning(Warning::InMemory {
                reason,
                most_bytes: Store::MOST_IN_MEMORY,
            }));
        }
        let writer = Writer::new(id, wanted, options.title.clone(), wall_clock(), store, lock);
        spawn_local(writer.run(queue, Rc::downgrade(&inner)));
        inner.input(Input::Start)?;
        let failure = inner.failure.borrow().clone();
        if let Some(error) = failure {
            inner.refused.set(true);
            return Err(error);
        }
        inner.watch(stream, options.stop_with_picture);
        Ok(Self { inner })
    }

    /// Pauses: the gap does not appear in the file.
    ///
    /// # Errors
    /// [`Error::WrongState`] unless it is recording.
    pub fn pause(&self) -> Result<(), Error> {
        self.inner.input(Input::Pause)
    }

    /// Goes on after a pause.
    ///
    /// # Errors
    /// [`Error::WrongState`] unless it is paused.
    pub fn resume(&self) -> Result<(), Error> {
        self.inner.input(Input::Resume)
    }

    /// Stops and gives the complete recording; immediate, whatever its length. Calling it again, or after it has
    /// stopped by itself, gives the same answer.
    ///
    /// # Errors
    /// What made it break off; what was recorded until then is kept and listed in the library.
    pub async fn stop(&self) -> Result<Recording, Error> {
        let over = self.inner.outcome.borrow().clone();
        if let Some(outcome) = over {
            return outcome;
        }
        let (sender, receiver) = oneshot::channel();
        self.inner.waiting.borrow_mut().push(sender);
        if self.phase().can_stop() {
            self.inner.input(Input::Stop)?;
        }
        receiver.await.map_err(|_| Error::Timeout { doing: "stopping" })?
    }

    /// Where the recorder is.
    #[must_use]
    pub fn phase(&self) -> Phase {
        self.inner.machine.borrow().phase()
    }

    /// Recorded time, pauses left out, in milliseconds.
    #[must_use]
    pub fn elapsed_ms(&self) -> u64 {
        self.inner.elapsed_ms()
    }
}

impl Inner {
    fn tell(&self, event: RecorderEvent) {
        if self.refused.get() {
            return;
        }
        (self.on_event)(event);
    }

    fn elapsed_ms(&self) -> u64 {
        self.machine.borrow().elapsed(monotonic()).0
    }

    /// Feeds the state machine and does what it says.
    fn input(self: &Rc<Self>, input: Input) -> Result<(), Error> {
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
                        self.ended.borrow_mut().clear();
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

    fn happened(self: &Rc<Self>, happening: Happening) {
        match happening {
            // Late or repeated reports don't fit the phase and change nothing.
            Happening::Started => drop(self.input(Input::Started)),
            Happening::Data(blob) => {
                self.data_since_stop.set(true);
                // The writer may have ended after a failure: its error was told.
                let _ = self.items.unbounded_send(Item::Data(blob));
            }
            Happening::Stopped => self.drained(),
            Happening::Broke(error) => self.broke(error),
        }
    }

    /// The browser's recorder has stopped. Its last data has come before, or comes a little later (Firefox).
    fn drained(self: &Rc<Self>) {
        let asked = self.machine.borrow().phase() == Phase::Stopping;
        let wait_ms = if asked && self.data_since_stop.get() { 0 } else { LATE_DATA_MS };
        let inner = Rc::clone(self);
        spawn_local(async move {
            TimeoutFuture::new(wait_ms).await;
            // Refused when it was drained before.
            let _ = inner.input(Input::Drained);
        });
    }

    fn broke(self: &Rc<Self>, error: Error) {
        if self.machine.borrow().phase().is_over() {
            return;
        }
        self.failure.borrow_mut().get_or_insert(error);
        // Checked above: a phase that is not over takes it; an idle one has nothing to break.
        let _ = self.input(Input::Broke);
    }

    /// Bytes have reached the store.
    fn stored(self: &Rc<Self>, bytes: u64) {
        self.bytes.set(bytes);
    }

    /// Space is looked after by the writer, every few seconds.
    async fn check_space(self: &Rc<Self>) {
        if self.in_memory.get() {
            return;
        }
        let Some(estimate) = estimate().await else { return };
        let free = estimate.free();
        self.free_bytes.set(Some(free));
        if free < self.least_free_bytes && self.machine.borrow().phase().can_stop() {
            self.tell(RecorderEvent::Warning(Warning::LowSpace { free_bytes: free }));
            // Checked above.
            let _ = self.input(Input::Stop);
        }
    }

    /// The writer is done: the recording is as complete as it can be.
    fn completed(self: &Rc<Self>, written: Written) {
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
        let waiting = matches!(self.machine.borrow().phase(), Phase::Starting | Phase::Recording);
        if waiting && self.bytes.get() == 0 && waited > FIRST_DATA_MS {
            let reason = format!("nothing was delivered in {} s", FIRST_DATA_MS / 1_000);
            self.broke(Error::RecorderFailed { reason });
        }
    }

    /// Tells progress, and notices a picture that ends.
    fn watch(self: &Rc<Self>, stream: &MediaStream, stop_with_picture: bool) {
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
                    && inner.machine.borrow().phase().can_stop()
                {
                    // Checked above.
                    let _ = inner.input(Input::Stop);
                }
            };
            self.ended.borrow_mut().push(EventListener::new(&track, "ended", on_ended));
        }
    }
}

/// The first type that the browser supports; nothing leaves it to the browser.
fn choose_type(choice: ContainerChoice, wanted: Wanted) -> Result<Option<&'static str>, Error> {
    let supported =
        candidates(choice, wanted).into_iter().find(|mime| MediaRecorder::is_type_supported(mime));
    if supported.is_none() && choice != ContainerChoice::Auto {
        return Err(Error::Unsupported);
    }
    Ok(supported)
}

/// Sorts by time; unique among tabs.
fn new_id() -> String {
    let random = (js_sys::Math::random() * 1e9) as u64;
    format!("{:013}-{random:09}", wall_clock())
}

/// Name of the Web Lock that a recording in progress holds.
pub(crate) fn lock_name(id: &str) -> String {
    format!("hostreel-recording-{id}")
}
