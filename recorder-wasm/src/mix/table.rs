//! The mix at work: people in, sound and picture out, and what is told about it.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use hostreel_recording::{Director, Feed, Frame, Place};
use web_sys::{MediaStream, MediaStreamTrack};

use super::audio::AudioMix;
use super::page::page_delay;
use super::person::Person;
use super::picture::{Picture, Report, Source, Tile};
use super::{MixEvent, MixOptions, MixStats, Participant};
use crate::Error;
use crate::browser::monotonic;
use crate::support::support;

type OnEvent = Rc<dyn Fn(MixEvent)>;

pub(super) struct Table {
    audio: RefCell<AudioMix>,
    picture: RefCell<Option<Picture>>,
    director: RefCell<Director>,
    people: RefCell<Vec<Person>>,
    next_tint: Cell<u32>,
    stats: Cell<MixStats>,
    /// The page that was told last, and the number of pages.
    page: Cell<(usize, usize)>,
    on_event: RefCell<Option<OnEvent>>,
}

impl std::fmt::Debug for Table {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Table").field("stats", &self.stats).finish_non_exhaustive()
    }
}

impl Table {
    pub(super) async fn new(frame: Frame, options: MixOptions) -> Result<Rc<Self>, Error> {
        let mut director = Director::new(frame);
        director.set_layout(options.layout.clone());
        director.set_screen_first(options.screen_first);
        director.set_page_time((options.page_seconds > 0).then(|| u64::from(options.page_seconds) * 1_000));
        // Whoever reports is made first, and reports to nobody until the table is there.
        let place = Rc::new(RefCell::new(Weak::<Self>::new()));
        let there = Rc::clone(&place);
        let table = move || there.borrow().upgrade();
        let on_running = {
            let table = table.clone();
            move |is_running| {
                if let Some(table) = table() {
                    table.tell(if is_running { MixEvent::AudioRunning } else { MixEvent::AudioSuspended });
                }
            }
        };
        let in_worker = support().track_processors;
        let picture_delay = if options.picture && !in_worker { page_delay(options.frame_rate) } else { 0.0 };
        let audio = AudioMix::new(picture_delay, on_running)?;
        let on_report = move |report| {
            if let Some(table) = table() {
                table.take(report);
            }
        };
        let picture =
            if options.picture { Some(Picture::new(&options, in_worker, on_report).await?) } else { None };
        let table = Rc::new(Self {
            audio: RefCell::new(audio),
            picture: RefCell::new(picture),
            director: RefCell::new(director),
            people: RefCell::default(),
            next_tint: Cell::default(),
            stats: Cell::default(),
            page: Cell::new((0, 1)),
            on_event: RefCell::default(),
        });
        *place.borrow_mut() = Rc::downgrade(&table);
        Ok(table)
    }

    pub(super) fn tracks(&self) -> Result<Vec<MediaStreamTrack>, Error> {
        let sound = self.audio.borrow().track()?;
        let picture = self.picture.borrow().as_ref().map(|picture| Clone::clone(picture.track()));
        Ok(std::iter::once(sound).chain(picture).collect())
    }

    pub(super) fn listen(&self, on_event: OnEvent) {
        *self.on_event.borrow_mut() = Some(on_event);
        if !self.audio.borrow().is_running() {
            self.tell(MixEvent::AudioSuspended);
        }
    }

    pub(super) fn add(self: &Rc<Self>, id: &str, stream: Option<&MediaStream>, about: Participant) {
        let is_new = self.people.borrow().iter().all(|person| person.id != id);
        if is_new {
            let tint = self.next_tint.replace(self.next_tint.get().wrapping_add(1));
            self.people.borrow_mut().push(Person::new(id, tint));
            self.director.borrow_mut().join(id);
        }
        self.change(id, |person| {
            person.stream = stream.cloned();
            person.about = about;
        });
    }

    pub(super) fn participant(&self, id: &str) -> Option<Participant> {
        self.people.borrow().iter().find(|person| person.id == id).map(|person| person.about.clone())
    }

    pub(super) fn change(self: &Rc<Self>, id: &str, change: impl FnOnce(&mut Person)) -> bool {
        {
            let mut people = self.people.borrow_mut();
            let Some(person) = people.iter_mut().find(|person| person.id == id) else { return false };
            change(person);
        }
        self.refresh(id);
        true
    }

    pub(super) fn remove(&self, id: &str) -> bool {
        let found = self.people.borrow().iter().any(|person| person.id == id);
        if found {
            self.people.borrow_mut().retain(|person| person.id != id);
            {
                let mut audio = self.audio.borrow_mut();
                audio.set(&face(id), &[], 0.0);
                audio.set(&screen(id), &[], 0.0);
            }
            self.direct(|director| director.leave(id));
        }
        found
    }

    pub(super) fn direct(&self, order: impl FnOnce(&mut Director)) {
        order(&mut self.director.borrow_mut());
        self.redraw();
    }

    pub(super) fn set_gain(&self, gain: f32) {
        self.audio.borrow().set_master(gain);
    }

    pub(super) fn set_frame_rate(&self, frame_rate: f64) {
        if frame_rate.is_finite()
            && frame_rate > 0.0
            && let Some(picture) = self.picture.borrow().as_ref()
        {
            picture.set_frame_rate(frame_rate);
        }
    }

    pub(super) fn levels(&self) -> Vec<(String, f32)> {
        let audio = self.audio.borrow();
        self.people
            .borrow()
            .iter()
            .map(|person| (person.id.clone(), audio.level(&face(&person.id))))
            .collect()
    }

    pub(super) fn speaker(&self) -> Option<String> {
        self.director.borrow().speaker().map(str::to_owned)
    }

    pub(super) fn stats(&self) -> MixStats {
        self.stats.get()
    }

    /// Takes somebody's streams as they are now.
    fn refresh(self: &Rc<Self>, id: &str) {
        {
            let mut people = self.people.borrow_mut();
            let Some(person) = people.iter_mut().find(|person| person.id == id) else { return };
            let (weak, of) = (Rc::downgrade(self), id.to_owned());
            person.watch(move || {
                let (weak, of) = (Weak::clone(&weak), of.clone());
                // Not within the listener, which is dropped by it.
                wasm_bindgen_futures::spawn_local(async move {
                    if let Some(table) = weak.upgrade() {
                        table.refresh(&of);
                    }
                });
            });
            let [voice, screen_sound] = person.sounds();
            let mut audio = self.audio.borrow_mut();
            audio.set(&face(id), &voice, person.gain());
            audio.set(&screen(id), &screen_sound, person.gain());
            self.director.borrow_mut().share(id, person.shared().is_some());
        }
        self.redraw();
    }

    /// A report of the picture's worker, which also is the clock: a hidden page's own timers are too slow.
    fn take(&self, report: Report) {
        let stats = match report {
            Report::Stats(stats) => stats,
            Report::Ended => return self.tell(MixEvent::PictureEnded),
        };
        self.stats.set(stats);
        let before = self.speaker();
        let has_changed = self.director.borrow_mut().hear(monotonic(), &self.levels());
        if has_changed {
            self.redraw();
        }
        let speaker = self.speaker();
        if before != speaker {
            self.tell(MixEvent::Speaker { id: speaker });
        }
    }

    /// Tells the picture who stands where.
    fn redraw(&self) {
        let scene = self.director.borrow().scene();
        if let Some(picture) = self.picture.borrow_mut().as_mut() {
            let people = self.people.borrow();
            let tiles: Vec<Tile> = scene.places.iter().map(|place| tile(&people, place)).collect();
            // What is not to be seen does not even reach the drawing table.
            let faces = self.director.borrow().shows_faces();
            let sources: Vec<Source> = people.iter().flat_map(|person| sources(person, faces)).collect();
            picture.show(&tiles, &sources);
        }
        let page = (scene.page, scene.pages);
        if self.page.replace(page) != page {
            self.tell(MixEvent::Page { page: page.0, pages: page.1 });
        }
    }

    /// Nothing is borrowed here: who is told may call back.
    fn tell(&self, event: MixEvent) {
        let on_event = self.on_event.borrow().clone();
        if let Some(on_event) = on_event {
            on_event(event);
        }
    }
}

fn tile(people: &[Person], place: &Place) -> Tile {
    if place.feed == Feed::Words {
        let (name, rect) = (place.id.clone(), place.rect);
        return Tile { id: String::new(), name, tint: 0, rect, plain: true, is_sentence: true };
    }
    let person = people.iter().find(|person| person.id == place.id);
    // The name would cover what is shown on a screen.
    let name = person.filter(|_| place.feed == Feed::Face).map(|person| person.about.name.clone());
    Tile {
        id: if place.feed == Feed::Face { face(&place.id) } else { screen(&place.id) },
        name: name.unwrap_or_default(),
        tint: person.map_or(0, |person| person.tint),
        rect: place.rect,
        plain: place.plain,
        is_sentence: false,
    }
}

fn sources(person: &Person, faces: bool) -> impl Iterator<Item = Source> {
    let face = person.face().filter(|_| faces).map(|track| Source { id: face(&person.id), track });
    let screen = person.shared().map(|track| Source { id: screen(&person.id), track });
    face.into_iter().chain(screen)
}

/// What somebody's camera and voice are called.
fn face(id: &str) -> String {
    format!("face {id}")
}

/// What somebody's screen and its sound are called.
fn screen(id: &str) -> String {
    format!("screen {id}")
}
