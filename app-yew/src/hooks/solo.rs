//! Recording without a meeting: sources, recorder, what came out of it.

use std::cell::RefCell;
use std::rc::Rc;

use hostreel_app::state::device::Asked;
use hostreel_app::state::toasts::Message;
use hostreel_protocol::RecordingKind;
use hostreel_recorder::devices;
use hostreel_recorder::{Options, Phase, Recorder, RecorderEvent, Recording, Warning};
use wasm_bindgen_futures::spawn_local;
use web_sys::MediaStream;
use yew::prelude::*;

use super::devices::not_shared;
use super::recording_driver::Progress;
pub(crate) use super::solo_sources::Chosen;
use super::solo_sources::{Sources, microphone_only, open_sources};
use super::unsaved::{Unsaved, use_unsaved};

/// Where the solo recorder stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Stage {
    /// Nothing is open.
    Choose,
    /// The sources are being opened.
    Opening,
    /// The sources are open; what would be recorded can be seen.
    Ready,
    /// The recorder is starting.
    Starting,
    /// It records.
    Recording,
    /// It is paused.
    Paused,
    /// It is completing the file.
    Finishing,
    /// There is a file.
    Done(Recording),
}

#[derive(Default)]
struct Held {
    sources: RefCell<Option<Sources>>,
    chosen: RefCell<Chosen>,
    recorder: RefCell<Option<Recorder>>,
}

/// The solo recorder, and what can be done with it.
#[derive(Clone)]
pub(crate) struct SoloHandle {
    pub(crate) stage: UseStateHandle<Stage>,
    pub(crate) kind: UseStateHandle<RecordingKind>,
    pub(crate) progress: UseStateHandle<Progress>,
    /// A screen is recorded without a microphone.
    pub(crate) no_microphone: UseStateHandle<bool>,
    held: Rc<Held>,
    show: Callback<Message>,
    unsaved: Unsaved,
}

/// The solo recorder of a page; ends, its file complete, with the page.
#[hook]
pub(crate) fn use_solo(show: Callback<Message>) -> SoloHandle {
    let held: Rc<Held> = (*use_memo((), |()| Rc::<Held>::default())).clone();
    let handle = SoloHandle {
        stage: use_state(|| Stage::Choose),
        kind: use_state(|| RecordingKind::Video),
        progress: use_state_eq(Progress::default),
        no_microphone: use_state(|| false),
        held: Rc::clone(&held),
        show,
        unsaved: use_unsaved(),
    };
    use_effect_with((), move |()| {
        move || {
            let (recorder, sources) = (held.recorder.take(), held.sources.take());
            spawn_local(async move {
                if let Some(recorder) = recorder {
                    // The page is gone; the file is in the library.
                    let _ = recorder.stop().await;
                }
                drop(sources);
            });
        }
    });
    handle
}

impl SoloHandle {
    /// What is recorded, while it is open.
    pub(crate) fn stream(&self) -> Option<MediaStream> {
        self.held.sources.borrow().as_ref().map(|sources| Clone::clone(&sources.recorded))
    }

    /// Recorded time, in milliseconds.
    pub(crate) fn elapsed_ms(&self) -> u64 {
        self.held.recorder.borrow().as_ref().map_or(self.progress.elapsed_ms, Recorder::elapsed_ms)
    }

    /// Opens the sources of a kind.
    pub(crate) fn open(&self, kind: RecordingKind) {
        let this = self.clone();
        this.kind.set(kind);
        this.stage.set(Stage::Opening);
        spawn_local(async move { this.open_chosen(kind).await });
    }

    /// Which camera and microphone are used.
    pub(crate) fn chosen(&self) -> Chosen {
        self.held.chosen.borrow().clone()
    }

    /// Uses another camera or microphone from now on; not while it records.
    pub(crate) fn choose(&self, chosen: Chosen) {
        if *self.stage != Stage::Ready {
            return;
        }
        *self.held.chosen.borrow_mut() = chosen;
        let (this, kind) = (self.clone(), *self.kind);
        spawn_local(async move {
            if kind == RecordingKind::Screen {
                // The screen stays: asking for it again would be one question too many.
                this.change_microphone().await;
            } else {
                // Some devices can't be opened twice.
                this.held.sources.take();
                this.open_chosen(kind).await;
            }
        });
    }

    async fn open_chosen(&self, kind: RecordingKind) {
        match open_sources(kind, &self.chosen()).await {
            Ok(sources) => {
                let no_microphone = sources.mixed.as_ref().is_some_and(|mixed| mixed.microphone.is_none());
                *self.held.sources.borrow_mut() = Some(sources);
                self.no_microphone.set(no_microphone);
                self.stage.set(Stage::Ready);
            }
            Err(error) => {
                self.stage.set(Stage::Choose);
                let code = error.code().to_owned();
                self.show.emit(match kind {
                    RecordingKind::Screen => not_shared(&error),
                    RecordingKind::Audio => Message::NoDevice(code, Asked::Microphone),
                    RecordingKind::Video | RecordingKind::Tracks => Message::NoDevice(code, Asked::Both),
                });
            }
        }
    }

    async fn change_microphone(&self) {
        let opened = devices::user_media(&microphone_only(&self.chosen())).await;
        if let Err(error) = &opened {
            self.show.emit(Message::NoDevice(error.code().into(), Asked::Microphone));
        }
        let opened = opened.ok();
        self.no_microphone.set(opened.is_none());
        if let Some(mixed) =
            self.held.sources.borrow_mut().as_mut().and_then(|sources| sources.mixed.as_mut())
        {
            mixed.use_microphone(opened);
        } else if let Some(opened) = opened {
            devices::stop(&opened);
        }
    }

    /// Begins to record what is open.
    pub(crate) fn start(&self, title: String) {
        let Some(stream) = self.stream() else { return };
        let this = self.clone();
        this.stage.set(Stage::Starting);
        this.progress.set(Progress::default());
        spawn_local(async move {
            let on_event = this.listener();
            match Recorder::start(&stream, Options { title, ..Options::default() }, on_event).await {
                Ok(recorder) => *this.held.recorder.borrow_mut() = Some(recorder),
                Err(error) => {
                    this.stage.set(Stage::Ready);
                    this.show.emit(Message::Failed(error.code().into()));
                }
            }
        });
    }

    pub(crate) fn pause(&self) {
        if let Some(recorder) = self.held.recorder.borrow().as_ref() {
            // Only a recorder that has just ended refuses, and that is reported by itself.
            let _ = recorder.pause();
        }
    }

    pub(crate) fn resume(&self) {
        if let Some(recorder) = self.held.recorder.borrow().as_ref() {
            let _ = recorder.resume();
        }
    }

    pub(crate) fn stop(&self) {
        let Some(recorder) = self.held.recorder.borrow().clone() else { return };
        spawn_local(async move {
            // How it ended is reported as an event.
            let _ = recorder.stop().await;
        });
    }

    /// Back to the choice; closes what is open.
    pub(crate) fn reset(&self) {
        self.held.sources.take();
        self.stage.set(Stage::Choose);
    }

    fn listener(&self) -> impl Fn(RecorderEvent) + 'static {
        let (stage, progress, show) = (self.stage.setter(), self.progress.setter(), self.show.clone());
        let (held, unsaved) = (Rc::downgrade(&self.held), self.unsaved.clone());
        move |event| {
            let over = || {
                let held = held.clone();
                // Later: the recorder is in the middle of its own call now.
                spawn_local(async move {
                    if let Some(held) = held.upgrade() {
                        held.recorder.take();
                        held.sources.take();
                    }
                });
            };
            match event {
                RecorderEvent::Phase(Phase::Recording) => stage.set(Stage::Recording),
                RecorderEvent::Phase(Phase::Paused) => stage.set(Stage::Paused),
                RecorderEvent::Phase(Phase::Stopping) => stage.set(Stage::Finishing),
                RecorderEvent::Progress { elapsed_ms, bytes, free_bytes } => {
                    progress.set(Progress { elapsed_ms, bytes, free_bytes });
                }
                RecorderEvent::Warning(Warning::LowSpace { .. }) => show.emit(Message::StorageLow),
                RecorderEvent::Warning(Warning::InMemory { .. }) => {
                    show.emit(Message::Failed("no_storage".into()));
                }
                RecorderEvent::Failed { error, kept } => {
                    over();
                    show.emit(Message::Failed(error.code().into()));
                    if let Some(kept) = &kept {
                        unsaved.made(kept);
                    }
                    stage.set(kept.map_or(Stage::Choose, Stage::Done));
                }
                RecorderEvent::Finished(recording) => {
                    over();
                    unsaved.made(&recording);
                    stage.set(Stage::Done(recording));
                }
                _ => {}
            }
        }
    }
}
