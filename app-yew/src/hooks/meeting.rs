//! A meeting: joins the mesh, keeps its state, records.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use hostreel_app::state::meeting::{Action, Connection, Effect, Link, Loss, Media, Meeting, Out};
use hostreel_app::state::recording::Input;
use hostreel_app::state::toasts::Message;
use hostreel_mesh::{ConnectionState, Mesh, MeshEvent, PeerLoss, PeerState, Slot};
use hostreel_protocol::{Code, PersonId};
use hostreel_recorder::{Participant, Recording};
use web_sys::MediaStream;
use yew::prelude::*;

use super::begun::Begun;
use super::device_streams::{first_track, joined};
use super::devices::DevicesHandle;
use super::door::{Door, Entry};
use super::language::use_texts;
use super::recording_driver::{Driver, Fed};
use super::report::{Progress, Report};
use super::unsaved::use_unsaved;

/// [`Meeting`] with the browser's streams.
#[derive(Default)]
pub(crate) struct MeetingState(pub(crate) Meeting<MediaStream>);

impl Reducible for MeetingState {
    type Action = Action<MediaStream>;

    fn reduce(self: Rc<Self>, action: Self::Action) -> Rc<Self> {
        Rc::new(Self(self.0.reduce(action)))
    }
}

/// The connection to the room while it lasts.
type SharedMesh = Rc<RefCell<Option<Mesh>>>;

/// A meeting, and what can be done in it.
#[derive(Clone)]
pub(crate) struct MeetingHandle {
    pub(crate) state: UseReducerHandle<MeetingState>,
    /// How far the own recording is.
    pub(crate) progress: Progress,
    /// The last own recording that was completed.
    pub(crate) saved: UseStateHandle<Option<Recording>>,
    mesh: SharedMesh,
    driver: Driver,
}

impl MeetingHandle {
    pub(crate) fn meeting(&self) -> &Meeting<MediaStream> {
        &self.state.0
    }

    pub(crate) fn dispatch(&self, action: Action<MediaStream>) {
        self.state.dispatch(action);
    }

    /// Server time less own time, in milliseconds.
    pub(crate) fn clock_offset_ms(&self) -> f64 {
        self.mesh.borrow().as_ref().map_or(0.0, Mesh::server_clock_offset_ms)
    }

    /// How loud everybody else is, as an amplitude of 0 to 1.
    pub(crate) fn loudness(&self) -> Vec<(PersonId, f64)> {
        self.mesh.borrow().as_ref().map(Mesh::loudness).unwrap_or_default()
    }

    /// Who this page is in the room.
    pub(crate) fn you(&self) -> Option<PersonId> {
        self.mesh.borrow().as_ref().and_then(Mesh::you)
    }

    /// Marks this moment of the own recording, by a name that is made of its number.
    pub(crate) fn mark(&self, name: impl FnOnce(usize) -> String) {
        if let Some(message) = self.driver.mark(name) {
            self.dispatch(Action::Show(message));
        }
    }

    /// Recorded time of the own recording, in milliseconds.
    pub(crate) fn elapsed_ms(&self) -> u64 {
        self.driver.elapsed_ms().unwrap_or(self.progress.elapsed_ms)
    }
}

/// Goes on with what the click on join began, or joins the room now; leaves it with the component.
#[hook]
pub(crate) fn use_meeting(
    entry: &Entry,
    door: Option<Rc<dyn Door>>,
    title: String,
    devices: &DevicesHandle,
) -> MeetingHandle {
    let state = use_reducer(MeetingState::default);
    let mesh: SharedMesh = (*use_memo((), |()| SharedMesh::default())).clone();
    let driver = (*use_memo((), |()| Driver::default())).clone();
    let progress = use_state_eq(Progress::default);
    let saved = use_state(|| None);
    let unsaved = use_unsaved();

    driver.set_room(entry.room.as_str());
    use_mesh(entry, door, &state, &mesh);
    use_sending(&mesh, devices);
    use_feed(entry, &state, devices, &driver);

    let report = {
        let (dispatcher, progress, saved) = (state.dispatcher(), progress.setter(), saved.setter());
        let latest = (*use_memo((), |()| Rc::new(RefCell::new(None::<Recording>)))).clone();
        move |report| match report {
            Report::Running => {
                // The card of the one before would lie there as if it were this one. What only memory holds stays
                // in sight until it is saved.
                if latest.borrow().as_ref().is_some_and(|saved| !saved.in_memory) {
                    latest.take();
                    saved.set(None);
                }
                dispatcher.dispatch(Action::Recording(Input::Started));
            }
            // The server says when it is paused and when it ends; the mix is paced by the driver itself.
            Report::Paused | Report::Finishing | Report::Behind(_) => {}
            Report::Progress(now) => progress.set(now),
            Report::Say(message) => dispatcher.dispatch(Action::Show(message)),
            Report::StorageLow => dispatcher.dispatch(Action::Show(Message::StorageLow)),
            Report::NoStorage => dispatcher.dispatch(Action::Show(Message::Failed("no_storage".into()))),
            Report::Failed(code, kept) => {
                if let Some(kept) = kept {
                    unsaved.made(&kept);
                    latest.replace(Some(kept.clone()));
                    saved.set(Some(kept));
                }
                dispatcher.dispatch(Action::Recording(Input::Failed(code)));
            }
            Report::Finished(recording) => {
                unsaved.made(&recording);
                latest.replace(Some(recording.clone()));
                saved.set(Some(recording));
                dispatcher.dispatch(Action::Recording(Input::Finished));
            }
        }
    };
    use_outbox(&state, &mesh, &driver, &title, report);
    {
        let driver = driver.clone();
        // The page may go in mid-recording, by the browser's own way back: the file is completed all the same.
        use_effect_with((), move |()| move || driver.stop());
    }

    MeetingHandle { state, progress: *progress, saved, mesh, driver }
}

#[hook]
fn use_mesh(
    entry: &Entry,
    door: Option<Rc<dyn Door>>,
    state: &UseReducerHandle<MeetingState>,
    mesh: &SharedMesh,
) {
    let dispatcher = state.dispatcher();
    let mesh = Rc::clone(mesh);
    use_effect_with(entry.clone(), move |entry| {
        let handler = {
            let (dispatcher, mesh) = (dispatcher.clone(), Rc::clone(&mesh));
            move |event| {
                let you = mesh.borrow().as_ref().and_then(Mesh::you);
                if let Some(action) = translate(event, you) {
                    dispatcher.dispatch(action);
                }
            }
        };
        let begun = door.and_then(|door| door.take()).unwrap_or_else(|| Begun::new(entry, None));
        match begun.mesh {
            Ok(connected) => {
                *mesh.borrow_mut() = Some(connected);
                begun.events.follow(handler);
            }
            Err(_) => dispatcher.dispatch(Action::Out(Out::NoConnection)),
        }
        move || {
            let left = mesh.take();
            if let Some(left) = left {
                left.leave();
            }
        }
    });
}

/// The own tracks go out as they change.
#[hook]
fn use_sending(mesh: &SharedMesh, devices: &DevicesHandle) {
    let devices = devices.devices();
    use_slot(mesh, Slot::Audio, devices.heard().cloned());
    use_slot(mesh, Slot::Camera, devices.seen().cloned());
    use_slot(mesh, Slot::Screen, devices.screen.clone());
}

#[hook]
fn use_slot(mesh: &SharedMesh, slot: Slot, stream: Option<MediaStream>) {
    let mesh = Rc::clone(mesh);
    use_effect_with(stream, move |stream| {
        if let Some(mesh) = mesh.borrow().as_ref() {
            mesh.set_track(slot, stream.as_ref().and_then(first_track));
        }
    });
}

/// The mix hears and sees whoever is there.
#[hook]
fn use_feed(entry: &Entry, state: &UseReducerHandle<MeetingState>, devices: &DevicesHandle, driver: &Driver) {
    let own = devices.devices();
    {
        let driver = driver.clone();
        use_effect_with(state.0.log.clone(), move |log| {
            if let Some(log) = log {
                driver.keep_log(log);
            }
        });
    }
    {
        // From the last line that was there before the recording.
        let driver = driver.clone();
        let seen = (*use_memo((), |()| Rc::new(Cell::new(0_u64)))).clone();
        let lines = state.0.chat.lines().to_vec();
        use_effect_with((lines, state.0.recording.is_active()), move |(lines, active)| {
            let from = seen.replace(lines.iter().map(|line| line.at.0).max().unwrap_or(0).max(seen.get()));
            if *active {
                for line in lines.iter().filter(|line| line.at.0 > from) {
                    driver.said(&line.name, &line.text);
                }
            }
        });
    }
    let key = (
        own.heard().cloned(),
        own.seen().cloned(),
        own.screen.clone(),
        state.0.room.clone(),
        state.0.media_version,
        state.0.recording,
    );
    let (state, driver, name) = (state.clone(), driver.clone(), entry.name.clone());
    use_effect_with(key, move |(heard, seen, screen, ..)| {
        driver.feed(people(&state.0, &name, heard.as_ref(), seen.as_ref(), screen.as_ref()));
    });
}

/// Everybody as the mix takes them, oneself first.
fn people(
    meeting: &Meeting<MediaStream>,
    name: &str,
    heard: Option<&MediaStream>,
    seen: Option<&MediaStream>,
    screen: Option<&MediaStream>,
) -> Vec<Fed> {
    let me = meeting.me();
    let about = Participant {
        name: me.map_or(name, |me| me.name.as_str()).to_owned(),
        video: seen.is_some(),
        audio: heard.is_some() && !me.is_some_and(|me| me.muted),
        ..Participant::default()
    };
    // The own server id changes when this page has to join afresh; the recording must not see two of one person.
    let (id, stream) = ("me".to_owned(), joined(&[heard, seen]));
    let mut people = vec![Fed { id, stream, screen: screen.cloned(), about }];
    for person in meeting.room.iter().flat_map(|room| &room.people) {
        if Some(&person.id) == meeting.you.as_ref() {
            continue;
        }
        let media = meeting.media.get(&person.id);
        let allowed = meeting.allowed(&person.id);
        let about = Participant {
            name: person.name.clone(),
            video: media.is_some_and(|media| media.has_camera) && allowed.picture,
            audio: media.is_some_and(|media| media.has_audio) && !person.muted && allowed.voice,
            ..Participant::default()
        };
        people.push(Fed {
            id: person.id.to_string(),
            // Nothing of who did not agree even reaches the mix.
            stream: media.and_then(|media| media.stream.clone()).filter(|_| allowed.voice),
            screen: media.and_then(|media| media.screen.clone()).filter(|_| allowed.picture),
            about,
        });
    }
    people
}

/// Carries out what the reducer wants, each effect once and in order.
#[hook]
fn use_outbox(
    state: &UseReducerHandle<MeetingState>,
    mesh: &SharedMesh,
    driver: &Driver,
    title: &str,
    report: impl Fn(Report) + Clone + 'static,
) {
    let done = (*use_memo((), |()| Rc::new(Cell::new(0_u64)))).clone();
    let no_screen = use_texts().recording.no_screen;
    let (mesh, driver, title) = (Rc::clone(mesh), driver.clone(), title.to_owned());
    let handle = state.clone();
    use_effect_with(state.0.outbox.next(), move |_| {
        // The state may be newer than the one that was drawn: take all there is, once.
        let outbox = handle.0.outbox.clone();
        let from = done.replace(outbox.next());
        for effect in outbox.since(from) {
            match effect {
                Effect::Send(command) => {
                    let name = command.name();
                    let sent = mesh.borrow().as_ref().map(|mesh| mesh.command(command.clone()));
                    if let Some(id) = sent {
                        handle.dispatch(Action::Sent(id, name));
                    }
                }
                Effect::StartRecorder(kind) => driver.start(*kind, title.clone(), no_screen, report.clone()),
                Effect::PauseRecorder => driver.pause(),
                Effect::ResumeRecorder => driver.resume(),
                Effect::StopRecorder => driver.stop(),
                Effect::Leave => {
                    let mesh = mesh.borrow().clone();
                    if let Some(mesh) = mesh {
                        mesh.leave();
                    }
                }
            }
        }
        if outbox.next() != from {
            handle.dispatch(Action::Drained(outbox.next()));
        }
    });
}

fn translate(event: MeshEvent, you: Option<PersonId>) -> Option<Action<MediaStream>> {
    Some(match event {
        MeshEvent::Connection(state) => Action::Connection(match state {
            ConnectionState::Connecting => Connection::Connecting,
            ConnectionState::Waiting { host_present } => Connection::Waiting { host_present },
            ConnectionState::Joined => Connection::Open,
            ConnectionState::Reconnecting { .. } => Connection::Reconnecting,
            ConnectionState::Adrift { code } => Connection::Adrift(code),
            // Why it closed was said before.
            ConnectionState::Closed => return None,
        }),
        MeshEvent::Room { state, event } => Action::Room { you: you?, room: state, event },
        // A page that was loaded anew came back too late.
        MeshEvent::Refused { code: Code::SessionUnknown, .. } => Action::Out(Out::Code(Code::SessionUnknown)),
        MeshEvent::Refused { code, action } | MeshEvent::Bye { code, action } => {
            if action == hostreel_protocol::Action::Stop {
                Action::Out(Out::Code(code))
            } else {
                // It is tried again; until then the person should know what the matter is.
                Action::Show(Message::Refused(code))
            }
        }
        MeshEvent::Done { id } => Action::Done(id),
        MeshEvent::Denied { id, code } => Action::Denied(id, code),
        MeshEvent::Media { person, stream, screen, has_camera, has_audio } => {
            Action::Media(person, Media { stream: Some(stream), screen, has_camera, has_audio })
        }
        MeshEvent::Peer { person, state } => Action::Link(
            person,
            match state {
                PeerState::Connecting => Link::Connecting,
                PeerState::Connected => Link::Connected,
                PeerState::Unstable => Link::Unstable,
                PeerState::Lost { cause } => Link::Lost(match cause {
                    PeerLoss::NoRoute { relay_tried: false } => Loss::NoRelay,
                    PeerLoss::NoAnswer => Loss::NoAnswer,
                    PeerLoss::Incompatible => Loss::Incompatible,
                    _ => Loss::NoRoute,
                }),
            },
        ),
    })
}
