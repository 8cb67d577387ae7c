//! One recorder, and what it records: kept as long as it is recorded, given back afterwards. Serves meetings and the
//! solo recorder.

mod events;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use hostreel_app::state::format;
use hostreel_app::state::notes::{Chapter, Notes};
use hostreel_app::state::settings::{FileKind, Quality, Settings};
use hostreel_app::state::toasts::Message;
use hostreel_recorder::{
    ContainerChoice, Error, Options, Preset, Recorder, TrackSource, Tracks, TracksOptions,
};
use wasm_bindgen_futures::spawn_local;
use web_sys::MediaStream;

use self::events::{ended_each, translated, translated_each};
use super::keeping;
use super::report::{Report, Tell};

/// Which quality a setting stands for.
pub(crate) fn preset(quality: Quality) -> Preset {
    match quality {
        Quality::Small => Preset::Voice,
        Quality::Standard => Preset::Meeting,
        Quality::High => Preset::High,
    }
}

/// How to record, as it is settled.
fn options(settings: &Settings, title: String, notes: &Notes) -> Options {
    let container = match settings.file {
        FileKind::Auto => ContainerChoice::Auto,
        FileKind::Mp4 => ContainerChoice::Mp4,
    };
    Options {
        title,
        participants: notes.people.clone(),
        tags: notes.consent.iter().map(|log| (hostreel_consent::TAG.to_owned(), log.tag())).collect(),
        container,
        ..Options::preset(preset(settings.quality))
    }
}

/// What records.
#[derive(Clone)]
enum Engine {
    /// One file.
    One(Recorder),
    /// A file for each person.
    Each(Tracks, Tell),
}

struct Inner<S> {
    source: RefCell<Option<S>>,
    engine: RefCell<Option<Engine>>,
    /// A recorder that is still being made is stopped as soon as it is there.
    stop_wanted: Cell<bool>,
    notes: RefCell<Notes>,
    /// The files that are being written and have their notes.
    begun: RefCell<Vec<String>>,
    /// Of several files that are made together those that have ended, each by its id and with whose it is.
    ended: RefCell<Vec<(String, Option<String>)>>,
}

impl<S: 'static> Inner<S> {
    /// Not from within the recorder's own call: it may be borrowed there.
    fn release_later(self: Rc<Self>) {
        spawn_local(async move {
            self.engine.take();
            self.source.take();
        });
    }

    /// A file that has just been begun has its notes at once.
    fn keep_notes_of_new(&self) {
        let written: Vec<String> = match self.engine.borrow().as_ref() {
            Some(Engine::Each(tracks, _)) => tracks.being_written().into_iter().map(|(_, id)| id).collect(),
            _ => return,
        };
        let before = self.begun.replace(written.clone());
        if written.iter().any(|id| !before.contains(id)) {
            self.keep_notes();
        }
    }

    /// Keeps what is known of the recording beside it, from its beginning on.
    fn keep_notes(&self) {
        match self.engine.borrow().as_ref() {
            Some(Engine::One(recorder)) => {
                if let Some(id) = recorder.id() {
                    keeping::keep(id, self.notes.borrow().clone());
                }
            }
            // Each file comes with all that was said and answered.
            Some(Engine::Each(tracks, _)) => {
                let written = tracks.being_written().into_iter().map(|(name, id)| (id, Some(name)));
                for (id, person) in written.chain(self.ended.borrow().iter().cloned()) {
                    let file = person.as_ref().map(|person| format!("{person}.webm"));
                    let notes = Notes { person, file, ..self.notes.borrow().clone() };
                    keeping::keep(id, notes);
                }
            }
            None => {}
        }
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
            engine: RefCell::default(),
            stop_wanted: Cell::default(),
            notes: RefCell::default(),
            begun: RefCell::default(),
            ended: RefCell::default(),
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
    pub(crate) fn begin(&self, notes: Notes) {
        self.0.stop_wanted.set(false);
        self.0.begun.take();
        self.0.ended.take();
        self.0.notes.replace(notes);
    }

    /// Starts to record `stream`. Everything that follows is reported; when it is over, what was recorded is given back.
    /// Gives the code of what kept it from starting.
    pub(crate) async fn start(
        &self,
        stream: &MediaStream,
        title: String,
        settings: &Settings,
        report: impl Fn(Report) + 'static,
    ) -> Result<(), &'static str> {
        let tell: Tell = Rc::new(report);
        let options = options(settings, title, &self.0.notes.borrow());
        let on_event = || translated(Rc::downgrade(&self.0), Rc::clone(&tell));
        let started = match Recorder::start(stream, options.clone(), on_event()).await {
            // Not every browser has every kind of file for every kind of recording.
            Err(Error::Unsupported) if options.container != ContainerChoice::Auto => {
                let options = Options { container: ContainerChoice::Auto, ..options };
                Recorder::start(stream, options, on_event()).await
            }
            started => started,
        };
        self.made(Engine::One(started.map_err(|error| error.code())?));
        self.0.keep_notes();
        Ok(())
    }

    /// The same with a file for each of several people.
    pub(crate) async fn start_each(
        &self,
        people: Vec<TrackSource>,
        title: String,
        settings: &Settings,
        report: impl Fn(Report) + 'static,
    ) -> Result<Tracks, &'static str> {
        let tell: Tell = Rc::new(report);
        let recorder = Options {
            // Each file's quality is that of one face.
            container: ContainerChoice::Auto,
            ..options(settings, String::new(), &Notes::default())
        };
        let options = TracksOptions { title, recorder, ..TracksOptions::default() };
        let on_event = translated_each(Rc::downgrade(&self.0), options.title.clone(), Rc::clone(&tell));
        let tracks = Tracks::start(people, options, on_event).await.map_err(|error| error.code())?;
        self.made(Engine::Each(tracks.clone(), Rc::clone(&tell)));
        tell(Report::Running);
        Ok(tracks)
    }

    fn made(&self, engine: Engine) {
        *self.0.engine.borrow_mut() = Some(engine);
        if self.0.stop_wanted.get() {
            self.stop();
        }
    }

    pub(crate) fn pause(&self) {
        // Only a recorder that has just ended refuses, and that is reported by itself.
        let _ = match self.0.engine.borrow().as_ref() {
            Some(Engine::One(recorder)) => recorder.pause(),
            Some(Engine::Each(tracks, _)) => tracks.pause(),
            None => Ok(()),
        };
    }

    pub(crate) fn resume(&self) {
        let _ = match self.0.engine.borrow().as_ref() {
            Some(Engine::One(recorder)) => recorder.resume(),
            Some(Engine::Each(tracks, _)) => tracks.resume(),
            None => Ok(()),
        };
    }

    /// Marks this moment, by a name that is made of its number; gives what to say about it.
    pub(crate) fn mark(&self, name: impl FnOnce(usize) -> String) -> Option<Message> {
        let at_ms = self.elapsed_ms()?;
        let title = name(self.0.notes.borrow().chapters.len() + 1);
        match self.0.engine.borrow().as_ref()? {
            Engine::One(recorder) => recorder.mark(&title),
            Engine::Each(tracks, _) => tracks.mark(&title),
        }
        .ok()?;
        self.0.notes.borrow_mut().chapters.push(Chapter { at_ms, title });
        self.0.keep_notes();
        Some(Message::Marked(format::elapsed(at_ms)))
    }

    /// Changes the notes.
    pub(crate) fn note(&self, change: impl FnOnce(&mut Notes)) {
        change(&mut self.0.notes.borrow_mut());
        self.0.keep_notes();
    }

    /// Writes something about the recording into its file.
    pub(crate) fn tag(&self, name: &str, value: &str) {
        // Only a recorder that has just ended refuses.
        let _ = match self.0.engine.borrow().as_ref() {
            Some(Engine::One(recorder)) => recorder.set_tag(name, value),
            Some(Engine::Each(tracks, _)) => tracks.set_tag(name, value),
            None => Ok(()),
        };
    }

    /// Somebody is recorded too.
    pub(crate) fn met<'a>(&self, names: impl Iterator<Item = &'a str>) {
        let before = self.0.notes.borrow().people.len();
        for name in names {
            self.0.notes.borrow_mut().met(name);
        }
        if self.0.notes.borrow().people.len() > before {
            self.0.keep_notes();
        }
    }

    /// Ends the recording (also one that is just starting); the complete file is reported.
    pub(crate) fn stop(&self) {
        self.0.stop_wanted.set(true);
        let Some(engine) = self.0.engine.borrow().clone() else { return };
        let this = self.clone();
        spawn_local(async move {
            match engine {
                Engine::One(recorder) => {
                    // How it ended is reported as an event.
                    let _ = recorder.stop().await;
                }
                Engine::Each(tracks, tell) => {
                    let made = tracks.stop().await;
                    // It may have been asked to stop more than once.
                    if this.0.engine.take().is_some() {
                        this.0.source.take();
                        ended_each(made, &this.0.notes.borrow(), &tell);
                    }
                }
            }
            // What is recorded is needed until then, also when the page that held this is gone.
            drop(this);
        });
    }

    /// Recorded time, in milliseconds, at this moment; nothing when no recorder runs.
    pub(crate) fn elapsed_ms(&self) -> Option<u64> {
        self.0.engine.borrow().as_ref().map(|engine| match engine {
            Engine::One(recorder) => recorder.elapsed_ms(),
            Engine::Each(tracks, _) => tracks.elapsed_ms(),
        })
    }
}
