//! The recording of a meeting: one recorder on a mix of everybody, or one on each person. Carries out what the state
//! machine wants, reports what happens.

use std::cell::RefCell;
use std::rc::Rc;

use hostreel_app::state::kept_chat::{self, Said};
use hostreel_app::state::notes::Notes;
use hostreel_app::state::settings::Settings;
use hostreel_app::state::toasts::Message;
use hostreel_consent::Log;
use hostreel_protocol::RecordingKind;
use hostreel_recorder::{Layout, Mix, MixOptions, Pace, Participant};
use wasm_bindgen_futures::spawn_local;
use web_sys::MediaStream;

use super::each::Each;
use super::keeping;
use super::recorder_slot::{RecorderSlot, preset};
use super::report::Report;
use super::settings::kept;

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
    pub(crate) fn feed(&self, mix: &Mix) {
        mix.add(&self.id, self.stream.as_ref(), self.about.clone());
        mix.set_screen(&self.id, self.screen.as_ref());
    }
}

/// What is recorded.
enum Source {
    /// Everybody in one.
    Mixed(Mix),
    /// Each on their own.
    Each(Each),
}

#[derive(Default)]
struct Inner {
    slot: RecorderSlot<Source>,
    people: RefCell<Vec<Fed>>,
    pace: RefCell<Option<Pace>>,
    room: RefCell<Option<String>>,
    log: RefCell<Option<Log>>,
}

impl Inner {
    /// Draws fewer pictures when the browser can't encode so many: those that wait at the end would be lost.
    fn keep_up(&self, behind_ms: u64) {
        let frame_rate = self.pace.borrow_mut().as_mut().and_then(|pace| pace.observe(behind_ms));
        if let Some(frame_rate) = frame_rate {
            self.slot.with(|source| match source {
                Source::Mixed(mix) => mix.set_frame_rate(frame_rate),
                Source::Each(_) => {}
            });
        }
    }

    fn names(&self) -> Vec<String> {
        self.people.borrow().iter().map(|fed| fed.about.name.clone()).collect()
    }
}

/// A handle to the one recorder of a meeting.
#[derive(Clone, Default)]
pub(crate) struct Driver(Rc<Inner>);

/// The mix of a kind of recording, as it is settled.
pub(crate) fn mix_options(settings: &Settings, picture: bool) -> MixOptions {
    let quality = preset(settings.quality).quality();
    let (width, height) = quality.size.unwrap_or((1280, 720));
    MixOptions { picture, width, height, frame_rate: quality.frame_rate, ..MixOptions::hd() }
}

/// What a kind of recording takes of a meeting. People were told that it is no more than that.
fn meeting_mix(settings: &Settings, kind: RecordingKind, no_screen: &str) -> MixOptions {
    let options = mix_options(settings, kind != RecordingKind::Audio);
    match kind {
        RecordingKind::Screen => MixOptions { layout: Layout::Screens(no_screen.to_owned()), ..options },
        RecordingKind::Video | RecordingKind::Audio | RecordingKind::Tracks => options,
    }
}

impl Driver {
    /// Which room it is about.
    pub(crate) fn set_room(&self, room: &str) {
        self.0.room.replace(Some(room.to_owned()));
    }

    /// Starts to record. Everything that follows is reported. `no_screen`: what stands in a recording of the screen
    /// while nobody shares one.
    pub(crate) fn start(
        &self,
        kind: RecordingKind,
        title: String,
        no_screen: &'static str,
        report: impl Fn(Report) + 'static,
    ) {
        let this = self.clone();
        let report = Rc::new(report);
        let notes = Notes {
            room: self.0.room.borrow().clone(),
            people: self.0.names(),
            consent: self.0.log.borrow().clone(),
            ..Notes::default()
        };
        this.0.slot.begin(notes);
        spawn_local(async move {
            let started = match kind {
                RecordingKind::Tracks => this.try_each(title, &report).await,
                kind => this.try_mixed(meeting_mix(&kept(), kind, no_screen), title, &report).await,
            };
            if let Err(code) = started {
                this.0.slot.empty();
                report(Report::Failed(code, None));
            }
        });
    }

    async fn try_mixed(
        &self,
        options: MixOptions,
        title: String,
        report: &Rc<impl Fn(Report) + 'static>,
    ) -> Result<(), &'static str> {
        let settings = kept();
        *self.0.pace.borrow_mut() = Some(Pace::new(options.frame_rate));
        let mix = Mix::new(options).await.map_err(|error| error.code())?;
        for fed in self.0.people.borrow().iter() {
            fed.feed(&mix);
        }
        let stream = mix.stream();
        self.0.slot.put(Source::Mixed(mix));
        let (inner, report) = (Rc::downgrade(&self.0), Rc::clone(report));
        let paced = move |reported| match reported {
            Report::Behind(milliseconds) => {
                if let Some(inner) = inner.upgrade() {
                    inner.keep_up(milliseconds);
                }
            }
            reported => report(reported),
        };
        self.0.slot.start(&stream, title, &settings, paced).await
    }

    async fn try_each(
        &self,
        title: String,
        report: &Rc<impl Fn(Report) + 'static>,
    ) -> Result<(), &'static str> {
        let settings = kept();
        let each = Each::new(mix_options(&settings, true));
        let here = self.0.people.borrow().clone();
        let mut sources = Vec::new();
        for fed in here {
            sources.push(each.source(&fed).await.map_err(|error| error.code())?);
        }
        self.0.slot.put(Source::Each(each.clone()));
        let report = Rc::clone(report);
        let tracks =
            self.0.slot.start_each(sources, title, &settings, move |reported| report(reported)).await?;
        each.record_by(tracks);
        // Who came or went while it started.
        each.feed(&self.0.people.borrow());
        Ok(())
    }

    /// Who is recorded, from now on.
    pub(crate) fn feed(&self, people: Vec<Fed>) {
        self.0.slot.with(|source| match source {
            Source::Mixed(mix) => {
                for gone in self.0.people.borrow().iter() {
                    if people.iter().all(|other| other.id != gone.id) {
                        mix.remove(&gone.id);
                    }
                }
                for fed in &people {
                    fed.feed(mix);
                }
            }
            Source::Each(each) => each.feed(&people),
        });
        self.0.slot.met(people.iter().map(|fed| fed.about.name.as_str()));
        *self.0.people.borrow_mut() = people;
    }

    pub(crate) fn pause(&self) {
        self.0.slot.pause();
    }

    pub(crate) fn resume(&self) {
        self.0.slot.resume();
    }

    /// Marks this moment; gives what to say about it.
    pub(crate) fn mark(&self, name: impl FnOnce(usize) -> String) -> Option<Message> {
        self.0.slot.mark(name)
    }

    /// Who was told, asked and answered: kept beside the recording and in its file.
    pub(crate) fn keep_log(&self, log: &Log) {
        self.0.log.replace(Some(log.clone()));
        keeping::log_is_now(log);
        self.0.slot.tag(hostreel_consent::TAG, &log.tag());
        self.0.slot.note(|notes| notes.consent = Some(log.clone()));
    }

    /// Somebody wrote this at this moment of the recording.
    pub(crate) fn said(&self, name: &str, text: &str) {
        if let Some(at_ms) = self.elapsed_ms() {
            let line = Said { at_ms, name: name.to_owned(), text: text.to_owned() };
            self.0.slot.note(|notes| kept_chat::add(&mut notes.chat, line));
        }
    }

    /// Ends the recording (also one that is just starting); the complete file is reported.
    pub(crate) fn stop(&self) {
        self.0.slot.stop();
    }

    /// Recorded time, in milliseconds, at this moment; nothing when no recorder runs.
    pub(crate) fn elapsed_ms(&self) -> Option<u64> {
        self.0.slot.elapsed_ms()
    }
}
