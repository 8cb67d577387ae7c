//! What lasts while files come and go: the stream, its watch, the limits, and what is told.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use gloo_events::EventListener;
use gloo_timers::callback::Interval;
use hostreel_recording::{HealthWatch, Input, LimitWatch, Limits, Millis, Phase, Waveform};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{MediaStream, MediaStreamTrack};

use super::guards::{CloseWarning, WakeLock};
use super::part::{Outcome, Part, Report};
use super::sound::OneSound;
use super::stream::own_stream;
use super::writer::Item;
use super::{RecorderEvent, Warning};
#[cfg(feature = "countdown")]
use crate::browser::sleep;
use crate::browser::{Signal, monotonic};
use crate::support::support;
use crate::{AtLimit, Error, OnTrackEnd, Options, library};

/// How often progress is told, in milliseconds.
const PROGRESS_MS: u32 = 250;

#[cfg_attr(not(feature = "meter"), path = "session/no_meter.rs")]
mod meter;
#[cfg_attr(not(feature = "split"), path = "session/no_next.rs")]
mod next;
mod watch;

use meter::Meter;

pub(super) struct Session {
    /// Own: what is added to the caller's stream or taken out of it would stop the browser's recorder.
    stream: MediaStream,
    /// What was given, as far as it is recorded: where sounds are added up, their sum does not end with them.
    sources: Vec<MediaStreamTrack>,
    options: Options,
    on_event: Report,
    part: RefCell<Option<Rc<Part>>>,
    #[cfg(feature = "split")]
    others: next::Others,
    /// Of the file that is written now, from 1.
    number: Cell<u32>,
    /// Recorded time of the files before, in milliseconds.
    before_ms: Cell<u64>,
    /// The next file is being begun.
    is_switching: Cell<bool>,
    /// Since when it is to end.
    stop_wanted: Cell<Option<Millis>>,
    limits: RefCell<LimitWatch>,
    health: RefCell<HealthWatch>,
    waveform: RefCell<Waveform>,
    ended: Signal,
    began: Cell<Millis>,
    held: RefCell<Option<Held>>,
}

/// What is given back when it ends.
struct Held {
    _timer: Interval,
    _ends: Vec<EventListener>,
    _meter: Option<Meter>,
    _awake: Option<WakeLock>,
    _warning: Option<CloseWarning>,
    _sound: Option<OneSound>,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Session").field("phase", &self.phase()).finish_non_exhaustive()
    }
}

impl Session {
    pub(super) async fn start(
        given: &MediaStream,
        options: Options,
        on_event: Report,
    ) -> Result<Rc<Self>, Error> {
        options.check()?;
        if !support().media_recorder {
            return Err(Error::NoRecorder);
        }
        if !given.active() {
            return Err(Error::NoDevice);
        }
        #[cfg(feature = "countdown")]
        count_down(options.countdown_ms, &on_event).await;
        let (stream, sound, sources) = own_stream(given)?;
        let slice = Millis(u64::from(options.timeslice_ms));
        let session = Rc::new(Self {
            stream,
            sources,
            limits: RefCell::new(LimitWatch::new(options.limits)),
            options,
            on_event,
            part: RefCell::default(),
            #[cfg(feature = "split")]
            others: next::Others::default(),
            number: Cell::new(1),
            before_ms: Cell::new(0),
            is_switching: Cell::new(false),
            stop_wanted: Cell::new(None),
            health: RefCell::new(HealthWatch::new(slice)),
            waveform: RefCell::default(),
            ended: Signal::new(),
            began: Cell::new(monotonic()),
            held: RefCell::default(),
        });
        let number = (session.options.at_limit == AtLimit::Split).then_some(1);
        let part = session.begin(number).await?;
        *session.part.borrow_mut() = Some(part);
        session.limit_memory();
        session.hold(sound);
        if session.options.persist {
            library::persist_silently();
        }
        Ok(session)
    }

    /// Begins a file; what it reports goes on to the caller as long as it is the one being written.
    async fn begin(self: &Rc<Self>, number: Option<u32>) -> Result<Rc<Part>, Error> {
        let (weak, own) = (Rc::downgrade(self), number.unwrap_or(1));
        let report = move |event| with(&weak, |session| session.heard(own, event));
        Part::start(&self.stream, &self.options, number, Box::new(report)).await
    }

    /// Memory is a limit like any other: the recording ends complete.
    fn limit_memory(&self) {
        let most = self.part.borrow().as_ref().and_then(|part| part.most_in_memory());
        if let Some(most) = most {
            let bytes = self.options.limits.bytes.map_or(most, |bytes| bytes.min(most));
            let limits = Limits { bytes: Some(bytes), ..self.options.limits };
            *self.limits.borrow_mut() = LimitWatch::new(limits);
        }
    }

    fn hold(self: &Rc<Self>, sound: Option<OneSound>) {
        let weak = Rc::downgrade(self);
        let tick = move || with(&weak, Self::tick);
        *self.held.borrow_mut() = Some(Held {
            _timer: Interval::new(PROGRESS_MS, tick),
            _ends: self.watch_tracks(),
            _meter: Meter::new(self),
            _awake: self.options.wake_lock.then(WakeLock::new).flatten(),
            _warning: self.options.warn_on_close.then(CloseWarning::new).flatten(),
            _sound: sound,
        });
    }

    /// Listens for the end of each track.
    fn watch_tracks(self: &Rc<Self>) -> Vec<EventListener> {
        let listen = |track: &MediaStreamTrack| {
            let (weak, video) = (Rc::downgrade(self), track.kind() == "video");
            EventListener::new(track, "ended", move |_| with(&weak, |session| session.track_ended(video)))
        };
        self.sources.iter().map(listen).collect()
    }

    fn track_ended(self: &Rc<Self>, video: bool) {
        if !self.phase().can_stop() {
            return;
        }
        self.tell(RecorderEvent::Warning(Warning::TrackEnded { video }));
        let stops = match self.options.on_track_end {
            OnTrackEnd::Stop => true,
            OnTrackEnd::StopWithPicture => video,
            OnTrackEnd::Continue => false,
        };
        if stops {
            self.end();
        }
    }

    fn tell(&self, event: RecorderEvent) {
        (self.on_event)(event);
    }

    /// A file's own report. One that was followed by the next has only its end to tell.
    fn heard(self: &Rc<Self>, number: u32, event: RecorderEvent) {
        if number != self.number.get() {
            self.heard_beside(number, event);
            return;
        }
        match &event {
            RecorderEvent::Phase(Phase::Recording) => {
                // From here on data is due: a pause is no want of it.
                self.began.set(monotonic());
                self.health.borrow_mut().run(monotonic());
            }
            RecorderEvent::Behind { .. } => {
                let back = self.health.borrow_mut().data(monotonic());
                self.tell_health(back);
                self.check_limits();
            }
            RecorderEvent::Phase(phase) if !phase.takes_data() || *phase == Phase::Stopping => {
                self.held.borrow_mut().take();
            }
            RecorderEvent::Finished(_) | RecorderEvent::Failed { .. } => {
                self.held.borrow_mut().take();
                self.ended.tell(&JsValue::UNDEFINED);
            }
            _ => {}
        }
        self.tell(event);
    }

    fn current(&self) -> Result<Rc<Part>, Error> {
        self.part.borrow().clone().ok_or(Error::NotFound)
    }

    pub(super) fn pause(&self) -> Result<(), Error> {
        self.current()?.input(Input::Pause)
    }

    pub(super) fn resume(&self) -> Result<(), Error> {
        self.current()?.input(Input::Resume)
    }

    /// Ends it. While the next file is being begun, that one is the last, unless nothing comes of it.
    fn end(&self) {
        self.stop_wanted.set(self.stop_wanted.get().or_else(|| Some(monotonic())));
        if let Some(part) = self.part.borrow().clone().filter(|_| !self.is_switching.get()) {
            // Refused when it is ending already.
            let _ = part.input(Input::Stop);
        }
    }

    pub(super) async fn stop(&self) -> Outcome {
        self.end();
        self.finished().await
    }

    pub(super) async fn finished(&self) -> Outcome {
        if let Some(outcome) = self.current()?.outcome() {
            return outcome;
        }
        let _ = JsFuture::from(self.ended.promise()).await;
        self.current()?.outcome().unwrap_or(Err(Error::NotFound))
    }

    pub(super) fn mark(&self, title: &str) -> Result<(), Error> {
        let part = self.current()?;
        part.input(Input::Say)?;
        let at_ms = part.elapsed_ms();
        part.write(Item::Mark { at_ms, title: title.to_owned() });
        self.tell(RecorderEvent::Marked { at_ms, title: title.to_owned() });
        Ok(())
    }

    pub(super) fn set_tag(&self, name: &str, value: &str) -> Result<(), Error> {
        let part = self.current()?;
        part.input(Input::Say)?;
        let tag = (name.to_owned(), value.to_owned());
        self.keep_tag(&tag);
        part.tag(tag);
        Ok(())
    }

    pub(super) fn stream(&self) -> &MediaStream {
        &self.stream
    }

    pub(super) fn waveform(&self) -> (Vec<f32>, u64) {
        let waveform = self.waveform.borrow();
        (waveform.peaks().to_vec(), waveform.span().0)
    }

    pub(super) fn phase(&self) -> Phase {
        self.part.borrow().as_ref().map_or(Phase::Idle, |part| part.phase())
    }

    pub(super) fn elapsed_ms(&self) -> u64 {
        self.before_ms.get() + self.part.borrow().as_ref().map_or(0, |part| part.elapsed_ms())
    }

    pub(super) fn id(&self) -> Option<String> {
        self.part.borrow().as_ref().and_then(|part| part.id().map(String::from))
    }

    pub(super) fn bytes(&self) -> u64 {
        self.part.borrow().as_ref().map_or(0, |part| part.bytes())
    }
}

fn with(session: &Weak<Session>, act: impl FnOnce(&Rc<Session>)) {
    if let Some(session) = session.upgrade() {
        act(&session);
    }
}

#[cfg(feature = "countdown")]
async fn count_down(milliseconds: u32, on_event: &Report) {
    let began = monotonic();
    loop {
        let passed = monotonic().0.saturating_sub(began.0);
        let remaining_ms = u64::from(milliseconds).saturating_sub(passed);
        if remaining_ms == 0 {
            return;
        }
        on_event(RecorderEvent::Countdown { remaining_ms });
        let _ = sleep(u32::try_from(remaining_ms).unwrap_or(PROGRESS_MS).min(PROGRESS_MS)).await;
    }
}
