//! What all files have in common: the clock, the phase, and what is told.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use futures::future::join_all;
use gloo_timers::callback::Interval;
use hostreel_recording::{Clock, Input, Manifest, Millis, Phase, WrongPhase};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::MediaStream;

use super::made::TracksRecording;
use super::track::{CommonPause, Track};
use super::{TrackSource, TracksEvent, TracksOptions};
use crate::browser::{monotonic, wall_clock};
use crate::options::put_tag;
use crate::{AtLimit, Error, OnTrackEnd, Options, Recorder, RecorderEvent, Recording};

/// How often progress is told, in milliseconds.
const PROGRESS_MS: u32 = 250;

/// Name of the tag that says whose file it is.
const PARTICIPANT_TAG: &str = "HOSTREEL_PARTICIPANT_ID";

pub(super) struct Session {
    options: TracksOptions,
    on_event: Box<dyn Fn(TracksEvent)>,
    /// What the files have in common in the library.
    group: String,
    started_at_ms: u64,
    clock: RefCell<Clock>,
    phase: Cell<Phase>,
    paused_at: Cell<Millis>,
    pauses: RefCell<Vec<CommonPause>>,
    /// All there ever were, in the order in which they came.
    tracks: RefCell<Vec<Rc<Track>>>,
    /// Came while it was paused: begun when it goes on.
    later: RefCell<Vec<TrackSource>>,
    /// Tags of all files, also of those that are begun later.
    tags: RefCell<Vec<(String, String)>>,
    timer: RefCell<Option<Interval>>,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Tracks").field("phase", &self.phase.get()).finish_non_exhaustive()
    }
}

impl Session {
    pub(super) async fn start(
        participants: Vec<TrackSource>,
        options: TracksOptions,
        on_event: Box<dyn Fn(TracksEvent)>,
    ) -> Result<Rc<Self>, Error> {
        let started_at_ms = wall_clock();
        let random = (js_sys::Math::random() * 1e9) as u64;
        let session = Rc::new(Self {
            options,
            on_event,
            group: format!("{started_at_ms:013}-{random:09}"),
            started_at_ms,
            clock: RefCell::default(),
            phase: Cell::new(Phase::Recording),
            paused_at: Cell::default(),
            pauses: RefCell::default(),
            tracks: RefCell::default(),
            later: RefCell::default(),
            tags: RefCell::default(),
            timer: RefCell::default(),
        });
        session.clock.borrow_mut().run(monotonic());
        let countdown_ms = session.options.recorder.countdown_ms;
        let begun = join_all(participants.into_iter().map(|one| session.begin(one, countdown_ms))).await;
        if let (Some(Err(error)), true) = (begun.first(), begun.iter().all(Result::is_err)) {
            return Err(error.clone());
        }
        session.tell(TracksEvent::Phase(Phase::Recording));
        let weak = Rc::downgrade(&session);
        *session.timer.borrow_mut() = Some(Interval::new(PROGRESS_MS, move || {
            if let Some(session) = weak.upgrade() {
                session.tell_progress();
            }
        }));
        Ok(session)
    }

    fn tell(&self, event: TracksEvent) {
        (self.on_event)(event);
    }

    fn tell_progress(&self) {
        let tracks = self.tracks.borrow().clone();
        self.tell(TracksEvent::Progress {
            elapsed_ms: self.elapsed_ms(),
            bytes: tracks.iter().map(|track| track.bytes.get()).sum(),
            open: tracks.iter().filter(|track| track.is_open()).count(),
        });
    }

    pub(super) fn phase(&self) -> Phase {
        self.phase.get()
    }

    pub(super) fn elapsed_ms(&self) -> u64 {
        self.clock.borrow().elapsed(monotonic()).0
    }

    pub(super) fn participants(&self) -> Vec<String> {
        let later = self.later.borrow();
        let here = |track: &Rc<Track>| !track.is_leaving.get();
        let open = self.open().into_iter().filter(here).map(|track| track.id.clone());
        open.chain(later.iter().map(|source| source.id.clone())).collect()
    }

    pub(super) fn being_written(&self) -> Vec<(String, String)> {
        let written = |track: Rc<Track>| Some((track.name.clone(), track.running()?.id()?));
        self.open().into_iter().filter_map(written).collect()
    }

    fn open(&self) -> Vec<Rc<Track>> {
        self.tracks.borrow().iter().filter(|track| track.is_open()).cloned().collect()
    }

    fn refuse(&self, input: Input) -> Error {
        WrongPhase { phase: self.phase.get(), input }.into()
    }

    pub(super) async fn add(self: &Rc<Self>, source: TrackSource) -> Result<(), Error> {
        if !self.phase.get().can_stop() || self.participants().contains(&source.id) {
            return Err(self.refuse(Input::Start));
        }
        if self.phase.get() == Phase::Paused {
            self.later.borrow_mut().push(source);
            return Ok(());
        }
        self.begin(source, 0).await
    }

    /// Begins a file.
    async fn begin(self: &Rc<Self>, source: TrackSource, countdown_ms: u32) -> Result<(), Error> {
        let stream = self.stream(&source.stream)?;
        let track = Rc::new(Track::new(source.id.clone(), source.name.clone(), Clone::clone(&stream)));
        self.tracks.borrow_mut().push(Rc::clone(&track));
        let heard = listen(Rc::downgrade(self), Rc::downgrade(&track));
        match Recorder::start(&stream, self.recorder_options(&source, countdown_ms), heard).await {
            Ok(recorder) => {
                *track.recorder.borrow_mut() = Some(recorder.clone());
                if !self.phase.get().can_stop() {
                    // It was stopped meanwhile: what there is was never part of it.
                    self.forget(&track);
                    if let Ok(recording) = recorder.stop().await {
                        recording.delete().await?;
                    }
                    return Err(self.refuse(Input::Start));
                }
                Ok(())
            }
            Err(error) => {
                self.forget(&track);
                self.tell(TracksEvent::TrackFailed { id: source.id, error: error.clone(), kept: None });
                Err(error)
            }
        }
    }

    fn forget(&self, track: &Rc<Track>) {
        self.tracks.borrow_mut().retain(|known| !Rc::ptr_eq(known, track));
    }

    fn stream(&self, given: &MediaStream) -> Result<MediaStream, Error> {
        if !self.options.audio_only {
            // Not `.clone()`: that is the browser's own, which makes another stream of other tracks.
            return Ok(Clone::clone(given));
        }
        let sounds: JsValue = given.get_audio_tracks().into();
        MediaStream::new_with_tracks(&sounds).map_err(Error::from)
    }

    fn recorder_options(&self, source: &TrackSource, countdown_ms: u32) -> Options {
        let title = match (self.options.title.trim(), source.name.trim()) {
            ("", name) => name.to_owned(),
            (title, "") => title.to_owned(),
            (title, name) => format!("{title} - {name}"),
        };
        let mut options = self.options.recorder.clone();
        for (name, value) in self.tags.borrow().iter() {
            put_tag(&mut options.tags, name.clone(), value.clone());
        }
        put_tag(&mut options.tags, PARTICIPANT_TAG.into(), source.id.clone());
        Options {
            title,
            participants: vec![source.name.clone()],
            file: None,
            at_limit: AtLimit::Stop,
            on_track_end: OnTrackEnd::Continue,
            group: Some(self.group.clone()),
            countdown_ms,
            ..options
        }
    }

    fn heard(self: &Rc<Self>, track: &Rc<Track>, event: RecorderEvent) {
        let now = monotonic();
        match &event {
            RecorderEvent::Phase(Phase::Starting) => track.asked(now, self.clock.borrow().elapsed(now)),
            RecorderEvent::Phase(Phase::Recording) => {
                track.started(now);
                if self.phase.get() == Phase::Paused {
                    self.pause_late(track);
                }
            }
            RecorderEvent::Phase(Phase::Paused) => track.paused(),
            RecorderEvent::Behind { milliseconds } => {
                track.behind(*milliseconds);
                if track.wants_head() {
                    let track = Rc::clone(track);
                    spawn_local(async move { track.look_while_it_runs().await });
                }
            }
            RecorderEvent::Progress { bytes, .. } => {
                track.bytes.set(*bytes);
                return;
            }
            RecorderEvent::Finished(recording) => {
                self.ended(track, Ok(recording.clone()));
                self.tell(TracksEvent::TrackFinished { id: track.id.clone(), recording: recording.clone() });
                return;
            }
            RecorderEvent::Failed { error, kept } => {
                *track.kept.borrow_mut() = kept.clone();
                self.ended(track, Err(error.clone()));
                let (error, kept) = (error.clone(), kept.clone());
                self.tell(TracksEvent::TrackFailed { id: track.id.clone(), error, kept });
                return;
            }
            _ => {}
        }
        self.tell(TracksEvent::Track { id: track.id.clone(), event });
    }

    fn ended(&self, track: &Track, outcome: Result<Recording, Error>) {
        let kept = track.kept.borrow().as_ref().map(|recording| recording.bytes);
        track.bytes.set(outcome.as_ref().map_or(kept.unwrap_or(0), |recording| recording.bytes));
        *track.outcome.borrow_mut() = Some(outcome);
    }

    /// It was not yet running when all the others were paused.
    fn pause_late(self: &Rc<Self>, track: &Rc<Track>) {
        let (session, track) = (Rc::downgrade(self), Rc::clone(track));
        // Not within its own report.
        spawn_local(async move {
            let Some(session) = session.upgrade().filter(|session| session.phase.get() == Phase::Paused)
            else {
                return;
            };
            if let Some(recorder) = track.running()
                && recorder.pause().is_ok()
            {
                track.overran(Millis(monotonic().0.saturating_sub(session.paused_at.get().0)));
            }
        });
    }

    pub(super) fn pause(&self) -> Result<(), Error> {
        if self.phase.get() != Phase::Recording {
            return Err(self.refuse(Input::Pause));
        }
        let now = monotonic();
        self.clock.borrow_mut().hold(now);
        self.paused_at.set(now);
        self.phase.set(Phase::Paused);
        for recorder in self.open().iter().filter_map(|track| track.running()) {
            // One that is not running yet follows when it is.
            let _ = recorder.pause();
        }
        self.tell(TracksEvent::Phase(Phase::Paused));
        Ok(())
    }

    pub(super) fn resume(self: &Rc<Self>) -> Result<(), Error> {
        if self.phase.get() != Phase::Paused {
            return Err(self.refuse(Input::Resume));
        }
        let now = monotonic();
        let at = self.clock.borrow().elapsed(now);
        let length = Millis(now.0.saturating_sub(self.paused_at.get().0));
        self.pauses.borrow_mut().push(CommonPause { at, length });
        self.clock.borrow_mut().run(now);
        self.phase.set(Phase::Recording);
        for recorder in self.open().iter().filter_map(|track| track.running()) {
            // One that has ended meanwhile stays as it is.
            let _ = recorder.resume();
        }
        for source in self.later.take() {
            let session = Rc::clone(self);
            spawn_local(async move {
                // Told as an event.
                let _ = session.begin(source, 0).await;
            });
        }
        self.tell(TracksEvent::Phase(Phase::Recording));
        Ok(())
    }

    pub(super) fn mark(&self, title: &str) -> Result<(), Error> {
        if !self.phase.get().can_stop() {
            return Err(self.refuse(Input::Stored));
        }
        for recorder in self.open().iter().filter_map(|track| track.running()) {
            // One that is only beginning has no chapters yet.
            let _ = recorder.mark(title);
        }
        Ok(())
    }

    pub(super) fn set_tag(&self, name: &str, value: &str) -> Result<(), Error> {
        if !self.phase.get().can_stop() {
            return Err(self.refuse(Input::Stored));
        }
        put_tag(&mut self.tags.borrow_mut(), name.to_owned(), value.to_owned());
        for recorder in self.open().iter().filter_map(|track| track.running()) {
            // One that has ended meanwhile stays as it is.
            let _ = recorder.set_tag(name, value);
        }
        Ok(())
    }

    pub(super) async fn remove(&self, id: &str) -> Result<Option<Recording>, Error> {
        self.later.borrow_mut().retain(|source| source.id != id);
        let open = self.open().into_iter().rfind(|track| track.id == id);
        let Some((track, recorder)) =
            open.and_then(|track| track.running().map(|recorder| (track, recorder)))
        else {
            return Ok(None);
        };
        track.is_leaving.set(true);
        track.tell_offset();
        recorder.stop().await.map(Some)
    }

    pub(super) async fn stop(&self) -> Result<TracksRecording, Error> {
        self.timer.borrow_mut().take();
        self.later.borrow_mut().clear();
        self.clock.borrow_mut().hold(monotonic());
        if self.phase.get().can_stop() {
            self.phase.set(Phase::Stopping);
            self.tell(TracksEvent::Phase(Phase::Stopping));
        }
        let open = self.open();
        for track in &open {
            track.tell_offset();
        }
        let recorders: Vec<Recorder> = open.iter().filter_map(|track| track.running()).collect();
        // How each of them ended is noted when it reports it.
        join_all(recorders.iter().map(Recorder::stop)).await;
        let made = self.made().await;
        if self.phase.replace(Phase::Finished) != Phase::Finished {
            self.tell(TracksEvent::Phase(Phase::Finished));
        }
        made
    }

    async fn made(&self) -> Result<TracksRecording, Error> {
        let tracks = self.tracks.borrow().clone();
        let pauses = self.pauses.borrow().clone();
        let found = join_all(tracks.iter().map(|track| track.made(&pauses))).await;
        let mut found: Vec<_> = found.into_iter().flatten().collect();
        if found.is_empty() {
            let failed = tracks.iter().find_map(|track| track.outcome.borrow().clone().and_then(Result::err));
            return Err(failed.unwrap_or(Error::NoDevice));
        }
        // As the manifest has them.
        found.sort_by_key(|(file, _)| file.offset_ms);
        let (files, listed) = found.into_iter().unzip();
        let manifest = Manifest::new(&self.options.title, self.started_at_ms, listed);
        Ok(TracksRecording { files, manifest })
    }
}

/// Neither the session nor the track is kept alive by a recorder of theirs.
fn listen(session: Weak<Session>, track: Weak<Track>) -> impl Fn(RecorderEvent) + 'static {
    move |event| {
        if let (Some(session), Some(track)) = (session.upgrade(), track.upgrade()) {
            session.heard(&track, event);
        }
    }
}
