//! Recording without a meeting: opens the sources, records, and keeps the state.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::EventListener;
use hostreel_app::state::device::Asked;
use hostreel_app::state::notes::Notes;
use hostreel_app::state::solo::{Action, Attempt, Solo, Stage};
use hostreel_app::state::toasts::Message;
use hostreel_protocol::RecordingKind;
use hostreel_recorder::{Error, Recording, devices};
use wasm_bindgen_futures::spawn_local;
use web_sys::MediaStream;
use yew::prelude::*;

use super::device_streams::{at_fault, not_shared};
use super::recorder_slot::RecorderSlot;
use super::report::{Progress, Report};
use super::settings::kept;
pub(crate) use super::solo_sources::Chosen;
use super::solo_sources::{Sources, microphone_only, open_sources, with_screen};
use super::unsaved::{Unsaved, use_unsaved};

/// [`Solo`] with the browser's recordings.
#[derive(Default, PartialEq)]
pub(crate) struct SoloState(Solo<Recording>);

impl Reducible for SoloState {
    type Action = Action<Recording>;

    fn reduce(self: Rc<Self>, action: Self::Action) -> Rc<Self> {
        Rc::new(Self(self.0.reduce(action)))
    }
}

/// The solo recorder, and what can be done with it.
#[derive(Clone)]
pub(crate) struct SoloHandle {
    state: UseReducerHandle<SoloState>,
    pub(crate) progress: UseStateHandle<Progress>,
    chosen: Rc<RefCell<Chosen>>,
    slot: RecorderSlot<Sources>,
    show: Callback<Message>,
    unsaved: Unsaved,
}

/// The solo recorder of a page; ends, its file complete, with the page.
#[hook]
pub(crate) fn use_solo(show: Callback<Message>) -> SoloHandle {
    let handle = SoloHandle {
        state: use_reducer_eq(SoloState::default),
        progress: use_state_eq(Progress::default),
        chosen: (*use_memo((), |()| Rc::new(RefCell::new(Chosen::kept())))).clone(),
        slot: (*use_memo((), |()| RecorderSlot::default())).clone(),
        show,
        unsaved: use_unsaved(),
    };
    {
        let handle = handle.clone();
        use_effect_with((), move |()| {
            move || {
                // What is open, or comes later, is closed; what is recorded is completed, and in the library.
                handle.reset();
                handle.stop();
            }
        });
    }
    handle
}

impl SoloHandle {
    /// Where it stands.
    pub(crate) fn solo(&self) -> &Solo<Recording> {
        &self.state.0
    }

    /// What is recorded, while it is open.
    pub(crate) fn stream(&self) -> Option<MediaStream> {
        self.slot.with(|sources| Clone::clone(&sources.recorded))
    }

    /// Recorded time, in milliseconds.
    pub(crate) fn elapsed_ms(&self) -> u64 {
        self.slot.elapsed_ms().unwrap_or(self.progress.elapsed_ms)
    }

    /// Which camera and microphone are used.
    pub(crate) fn chosen(&self) -> Chosen {
        self.chosen.borrow().clone()
    }

    /// Opens the sources of a kind.
    pub(crate) fn open(&self, kind: RecordingKind) {
        self.state.dispatch(Action::Open(kind));
        let (this, attempt) = (self.clone(), self.solo().attempt());
        if this.solo().awaits(attempt) {
            spawn_local(async move { this.open_chosen(kind, attempt).await });
        }
    }

    /// Uses another camera or microphone from now on; not while it records.
    pub(crate) fn choose(&self, chosen: Chosen) {
        if !self.solo().can_choose() {
            return;
        }
        let other_face = chosen.face != self.chosen.replace(chosen).face;
        if *self.stage() == Stage::Changing {
            // Whoever opens the one before sees that another one is wanted now.
            return;
        }
        self.state.dispatch(Action::Change);
        let (this, kind, attempt) = (self.clone(), self.solo().kind, self.solo().attempt());
        spawn_local(async move {
            if kind == RecordingKind::Screen && (other_face || this.chosen().face) {
                this.change_face(attempt).await;
            } else if kind == RecordingKind::Screen {
                // The screen stays: asking for it again would be one question too many.
                this.change_microphone(attempt).await;
            } else {
                // Some devices can't be opened twice.
                this.slot.empty();
                this.open_chosen(kind, attempt).await;
            }
        });
    }

    /// Opens what is chosen, until that is what is open, or it is not wanted any more.
    async fn open_chosen(&self, kind: RecordingKind, attempt: Attempt) {
        loop {
            let chosen = self.chosen();
            let opened = open_sources(kind, &chosen).await;
            if !self.solo().awaits(attempt) {
                return;
            }
            match opened {
                Ok(sources) if chosen != self.chosen() => drop(sources),
                Ok(sources) => {
                    let no_microphone =
                        sources.mixed.as_ref().is_some_and(|mixed| mixed.microphone.is_none());
                    self.put(sources);
                    self.state.dispatch(Action::Opened { attempt, no_microphone });
                    return;
                }
                Err(error) => {
                    self.state.dispatch(Action::NotOpened(attempt));
                    self.show.emit(not_opened(kind, &error).await);
                    return;
                }
            }
        }
    }

    /// What will be recorded. A screen that is shown through a mix ends the recording by its own end.
    fn put(&self, mut sources: Sources) {
        if let Some(track) = sources.mixed_screen().and_then(|screen| picture_track(&screen)) {
            let this = self.clone();
            sources.end = Some(EventListener::new(&track, "ended", move |_| {
                this.stop();
                this.reset();
            }));
        }
        self.slot.put(sources);
    }

    /// Takes the face into the picture, or out of it, or another one. The screen stays.
    async fn change_face(&self, attempt: Attempt) {
        loop {
            let chosen = self.chosen();
            let Some(screen) = self.slot.with(Sources::take_screen).flatten() else {
                self.state.dispatch(Action::NotOpened(attempt));
                return;
            };
            self.slot.empty();
            match with_screen(screen, &chosen).await {
                // Dropped, and so closed.
                Ok(_) if !self.solo().awaits(attempt) => return,
                Ok(sources) => {
                    let no_microphone =
                        sources.mixed.as_ref().is_some_and(|mixed| mixed.microphone.is_none());
                    self.put(sources);
                    if chosen == self.chosen() {
                        self.state.dispatch(Action::Opened { attempt, no_microphone });
                        return;
                    }
                }
                Err(error) => {
                    self.state.dispatch(Action::NotOpened(attempt));
                    self.show.emit(not_opened(RecordingKind::Screen, &error).await);
                    return;
                }
            }
        }
    }

    /// A face is wanted in the picture, but there is no camera.
    pub(crate) fn no_face(&self) -> bool {
        self.chosen.borrow().face
            && self.slot.with(|sources| sources.mixed_screen().is_none()).unwrap_or(false)
    }

    async fn change_microphone(&self, attempt: Attempt) {
        loop {
            let chosen = self.chosen();
            let opened = devices::user_media(&microphone_only(&chosen)).await;
            let wanted = self.solo().awaits(attempt);
            if let Ok(stream) = &opened
                && (!wanted || chosen != self.chosen())
            {
                devices::stop(stream);
            }
            if !wanted {
                return;
            }
            if opened.is_ok() && chosen != self.chosen() {
                continue;
            }
            if let Err(error) = &opened {
                self.show.emit(Message::NoDevice(error.code().into(), Asked::Microphone));
            }
            let no_microphone = opened.is_err();
            self.slot.with(|sources| {
                if let Some(mixed) = &mut sources.mixed {
                    mixed.use_microphone(opened.ok());
                }
            });
            self.state.dispatch(Action::Opened { attempt, no_microphone });
            return;
        }
    }

    /// Begins to record what is open.
    pub(crate) fn start(&self, title: String) {
        // The page may be a moment behind: what was Ready when it was drawn may be changing now.
        let Some(stream) = self.stream().filter(|_| self.solo().can_record()) else { return };
        self.state.dispatch(Action::Start);
        self.progress.set(Progress::default());
        self.slot.begin(Notes::default());
        let this = self.clone();
        spawn_local(async move {
            let report = this.reported();
            if let Err(code) = this.slot.start(&stream, title, &kept(), report).await {
                this.state.dispatch(Action::NotStarted);
                this.show.emit(Message::Failed(code.into()));
            }
        });
    }

    pub(crate) fn pause(&self) {
        self.slot.pause();
    }

    pub(crate) fn resume(&self) {
        self.slot.resume();
    }

    pub(crate) fn stop(&self) {
        self.slot.stop();
    }

    /// Marks this moment, by a name that is made of its number.
    pub(crate) fn mark(&self, name: impl FnOnce(usize) -> String) {
        if let Some(message) = self.slot.mark(name) {
            self.show.emit(message);
        }
    }

    /// Back to the choice; closes what is open. Not while it records.
    pub(crate) fn reset(&self) {
        if !self.solo().is_busy() {
            self.slot.empty();
            self.state.dispatch(Action::Reset);
        }
    }

    fn stage(&self) -> &Stage<Recording> {
        &self.solo().stage
    }

    fn reported(&self) -> impl Fn(Report) + 'static {
        let (dispatcher, progress) = (self.state.dispatcher(), self.progress.setter());
        let (show, unsaved) = (self.show.clone(), self.unsaved.clone());
        move |report| match report {
            Report::Running => dispatcher.dispatch(Action::Running),
            Report::Paused => dispatcher.dispatch(Action::Paused),
            Report::Finishing => dispatcher.dispatch(Action::Finishing),
            Report::Progress(now) => progress.set(now),
            // Nothing is drawn here that could be drawn less often.
            Report::Behind(_) => {}
            Report::Say(message) => show.emit(message),
            Report::StorageLow => show.emit(Message::StorageLow),
            // Where there is never any, the page says so before the start.
            Report::NoStorage if !hostreel_recorder::support().opfs => {}
            Report::NoStorage => show.emit(Message::Failed("no_storage".into())),
            Report::Failed(code, kept) => {
                show.emit(Message::Failed(code.into()));
                if let Some(kept) = &kept {
                    unsaved.made(kept);
                }
                dispatcher.dispatch(Action::Ended(kept));
            }
            Report::Finished(recording) => {
                unsaved.made(&recording);
                dispatcher.dispatch(Action::Ended(Some(recording)));
            }
        }
    }
}

fn picture_track(stream: &MediaStream) -> Option<web_sys::MediaStreamTrack> {
    wasm_bindgen::JsCast::dyn_into(stream.get_video_tracks().get(0)).ok()
}

/// What to say when the sources of a kind can't be opened.
async fn not_opened(kind: RecordingKind, error: &Error) -> Message {
    let code = error.code().to_owned();
    match kind {
        RecordingKind::Screen => not_shared(error),
        RecordingKind::Audio => Message::NoDevice(code, Asked::Microphone),
        RecordingKind::Video | RecordingKind::Tracks => Message::NoDevice(code, at_fault(error).await),
    }
}
