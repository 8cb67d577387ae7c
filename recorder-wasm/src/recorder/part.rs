//! One file while it is recorded: the state machine is fed, and what it says is done.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

use hostreel_recording::{Input, Machine, Output, Phase};
use wasm_bindgen_futures::spawn_local;
use web_sys::MediaStream;

use super::writer::{Item, Writer};
use super::{RecorderEvent, Warning, choose_type, lock_name, new_id};
use crate::browser::{Happening, Lock, MediaRecorderHandle, Queue, monotonic, sleep, wall_clock};
use crate::library::estimate;
use crate::store::Store;
use crate::{Error, Options, Recording};
use hostreel_recording::Wanted;

/// Firefox may hand over the last data so much after it says that it has stopped, in milliseconds. Where the last data
/// has come before, as it should, nothing is waited for.
const LATE_DATA_MS: u32 = 1_000;

/// A recorder that does not say that it has stopped is given up after so long, in milliseconds.
const STOP_MS: u32 = 10_000;

/// Who is told what happens.
pub(super) type Report = Box<dyn Fn(RecorderEvent)>;

pub(super) type Outcome = Result<Recording, Error>;

/// What the writer made of the data.
pub(crate) struct Written {
    /// The recording as it lies in the store; nothing when there was no data, or it could not even be noted.
    pub(crate) recording: Option<Recording>,
    /// Why it is not whole.
    pub(crate) error: Option<Error>,
}

pub(crate) struct Part {
    machine: RefCell<Machine>,
    media: RefCell<Option<MediaRecorderHandle>>,
    items: Rc<Queue<Item>>,
    report: Report,
    outcome: RefCell<Option<Outcome>>,
    failure: RefCell<Option<Error>>,
    bytes: Cell<u64>,
    /// What completing the file will add.
    ending_bytes: Cell<u64>,
    free_bytes: Cell<Option<u64>>,
    data_since_stop: Cell<bool>,
    /// The browser's recorder was started and has not yet said that it has stopped. One whose tracks have ended says so
    /// after its last data, and is inactive before.
    says_stopped: Cell<bool>,
    /// How long the browser's sound system stood still meanwhile, in milliseconds.
    stalled_ms: Cell<u64>,
    least_free_bytes: u64,
    /// The recording's id, once it has a store.
    id: OnceCell<String>,
    /// Most bytes that the store takes, where it is memory: the disk's space is not its limit.
    most_in_memory: Cell<Option<u64>>,
    /// It never started: who asked for it has got the error, nobody else is told.
    refused: Cell<bool>,
}

impl std::fmt::Debug for Part {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Recorder").field("phase", &self.phase()).finish_non_exhaustive()
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // The writer completes what has come.
        self.items.close();
    }
}

impl Part {
    /// Begins a file. `number` is its place among the parts of a split recording.
    pub(super) async fn start(
        stream: &MediaStream,
        options: &Options,
        number: Option<u32>,
        report: Report,
    ) -> Result<Rc<Self>, Error> {
        let wanted = Wanted {
            video: stream.get_video_tracks().length() > 0,
            audio: stream.get_audio_tracks().length() > 0,
        };
        let mime = choose_type(options.container, wanted)?;
        let items = Rc::new(Queue::new());
        let part = Rc::new(Self {
            machine: RefCell::default(),
            media: RefCell::default(),
            items: Rc::clone(&items),
            report,
            outcome: RefCell::default(),
            failure: RefCell::default(),
            bytes: Cell::new(0),
            ending_bytes: Cell::new(0),
            free_bytes: Cell::new(None),
            data_since_stop: Cell::new(false),
            says_stopped: Cell::new(false),
            stalled_ms: Cell::new(0),
            least_free_bytes: options.least_free_bytes,
            id: OnceCell::new(),
            most_in_memory: Cell::new(None),
            refused: Cell::new(false),
        });
        let weak = Rc::downgrade(&part);
        let happened = move |happening| {
            if let Some(part) = weak.upgrade() {
                part.happened(happening);
            }
        };
        // What can be refused comes first: after this there is a file.
        *part.media.borrow_mut() = Some(MediaRecorderHandle::new(stream, mime, options, happened)?);
        let id = new_id();
        // It is set once.
        let _ = part.id.set(id.clone());
        let (store, fallback) = Store::open(&id, options).await?;
        let is_full = store.is_on_disk()
            && estimate().await.is_some_and(|space| space.free() < options.least_free_bytes);
        if is_full {
            store.abandon(&id).await;
            return Err(Error::StorageFull);
        }
        if let Some(most_bytes) = store.most_bytes() {
            part.most_in_memory.set(Some(most_bytes));
            if let Some(reason) = fallback {
                part.tell(RecorderEvent::Warning(Warning::InMemory { reason, most_bytes }));
            }
        }
        let weak = Rc::downgrade(&part);
        let lock = Lock::hold(
            &lock_name(&id),
            Box::new(move || {
                if let Some(part) = weak.upgrade().filter(|part| part.phase().takes_data()) {
                    part.tell(RecorderEvent::Warning(Warning::LockLost));
                }
            }),
        )
        .await?;
        let writer = Writer::new(id, wanted, number, options, wall_clock(), store, lock);
        spawn_local(writer.run(items, Rc::downgrade(&part)));
        part.input(Input::Start)?;
        let failure = part.failure.borrow().clone();
        match failure {
            Some(error) => {
                part.refused.set(true);
                Err(error)
            }
            None => Ok(part),
        }
    }

    pub(super) fn phase(&self) -> Phase {
        self.machine.borrow().phase()
    }

    /// How it ended, if it has.
    pub(super) fn outcome(&self) -> Option<Outcome> {
        self.outcome.borrow().clone()
    }

    pub(super) fn elapsed_ms(&self) -> u64 {
        self.machine.borrow().elapsed(monotonic()).0
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes.get()
    }

    /// Length of the file once it is complete, if nothing more comes.
    pub(super) fn whole_bytes(&self) -> u64 {
        self.bytes.get().saturating_add(self.ending_bytes.get())
    }

    pub(super) fn free_bytes(&self) -> Option<u64> {
        self.free_bytes.get()
    }

    pub(super) fn id(&self) -> Option<&str> {
        self.id.get().map(String::as_str)
    }

    pub(super) fn stalled_ms(&self) -> u64 {
        self.stalled_ms.get()
    }

    #[cfg(feature = "meter")]
    pub(super) fn stalled_for(&self, more_ms: u64) {
        self.stalled_ms.set(self.stalled_ms.get() + more_ms);
    }

    pub(super) fn most_in_memory(&self) -> Option<u64> {
        self.most_in_memory.get()
    }

    fn tell(&self, event: RecorderEvent) {
        if !self.refused.get() {
            (self.report)(event);
        }
    }

    /// Something for the writer, in its turn among the data. One that has ended takes no more: all is on disk then.
    pub(super) fn write(&self, item: Item) {
        self.items.put(item);
    }

    /// Says something in the file.
    pub(super) fn tag(&self, (name, value): (String, String)) {
        self.write(Item::Tag { name, value });
    }

    /// Feeds the state machine and does what it says.
    pub(super) fn input(self: &Rc<Self>, input: Input) -> Result<(), Error> {
        let outputs = self.machine.borrow_mut().handle(input, monotonic())?;
        for output in outputs {
            let done = match output {
                Output::StartRecorder => {
                    let started = self.with_media(MediaRecorderHandle::start);
                    self.says_stopped.set(started.is_ok());
                    started
                }
                Output::PauseRecorder => self.with_media(MediaRecorderHandle::pause),
                Output::ResumeRecorder => self.with_media(MediaRecorderHandle::resume),
                Output::StopRecorder => {
                    self.stop_media();
                    Ok(())
                }
                Output::CloseStore => {
                    let broken = self.machine.borrow().is_broken();
                    self.write(Item::End { broken, elapsed_ms: self.elapsed_ms() });
                    Ok(())
                }
                Output::Enter(phase) => {
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
        // One that broke may say nothing any more.
        let is_ending = self.says_stopped.get() && !self.machine.borrow().is_broken();
        if !running && !is_ending {
            self.drained();
            return;
        }
        self.drain_in(STOP_MS);
    }

    fn drain_in(self: &Rc<Self>, wait_ms: u32) {
        let weak = Rc::downgrade(self);
        // As long as its last data may come. One that does not stop is not kept for it.
        let kept = (wait_ms != STOP_MS).then(|| Rc::clone(self));
        spawn_local(async move {
            let _ = sleep(wait_ms).await;
            if let Some(part) = weak.upgrade() {
                // Refused when it was drained meanwhile, as it should be.
                let _ = part.input(Input::Drained);
            }
            drop(kept);
        });
    }

    fn happened(self: &Rc<Self>, happening: Happening) {
        match happening {
            // Late or repeated reports don't fit the phase and change nothing.
            Happening::Started => drop(self.input(Input::Started)),
            Happening::Data(blob) => {
                self.data_since_stop.set(true);
                if blob.size() > 0.0 {
                    self.write(Item::Data { blob, elapsed_ms: self.elapsed_ms() });
                }
            }
            Happening::Stopped => {
                self.says_stopped.set(false);
                // By itself: its clock stops now.
                if self.input(Input::Stop).is_err() {
                    self.drained();
                }
            }
            Happening::Broke(error) => self.broke(error),
        }
    }

    /// The browser's recorder has stopped. Its last data has come before, or comes a little later (Firefox).
    fn drained(self: &Rc<Self>) {
        let asked = self.phase() == Phase::Stopping;
        self.drain_in(if asked && self.data_since_stop.get() { 0 } else { LATE_DATA_MS });
    }

    pub(super) fn broke(self: &Rc<Self>, error: Error) {
        if self.phase().is_over() {
            return;
        }
        self.failure.borrow_mut().get_or_insert(error);
        // Checked above: a phase that is not over takes it; an idle one has nothing to break.
        let _ = self.input(Input::Broke);
    }

    /// Bytes have reached the store; completing the file will add about `ending_bytes`. What they hold ends so far before their
    /// delivery, where that is known.
    pub(super) fn stored(&self, bytes: u64, ending_bytes: u64, behind_ms: Option<u64>) {
        self.bytes.set(bytes);
        self.ending_bytes.set(ending_bytes);
        // The last deliveries come all at once, and nothing can be done about them.
        if let Some(milliseconds) = behind_ms.filter(|_| self.phase() == Phase::Recording) {
            self.tell(RecorderEvent::Behind { milliseconds });
        }
    }

    /// The file that was chosen before can't be written any more.
    pub(super) fn picked_file_failed(&self, error: Error) {
        self.tell(RecorderEvent::Warning(Warning::PickedFile { error }));
    }

    /// Space is looked after by the writer, every few seconds.
    pub(super) async fn check_space(self: &Rc<Self>) {
        if self.most_in_memory.get().is_some() {
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
        *self.outcome.borrow_mut() = Some(outcome);
        self.tell(event);
    }
}
