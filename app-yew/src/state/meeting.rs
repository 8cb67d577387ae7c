//! A meeting as this page knows it: connection, people, their media, the own recording, messages.

use std::collections::BTreeMap;
use std::rc::Rc;

use hostreel_protocol::{
    Code, Command, CommandName, Event, LeaveReason, Person, PersonId, RecordingId, RecordingKind,
    RecordingState, RequestId, Role, RoomState,
};
use hostreel_room::permissions::{Action as Permission, may};

use super::outbox::Outbox;
use super::recording::{self, MyRecording, Seen};
use super::toasts::{Message, Toasts};

/// The connection to the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Connection {
    /// The first attempt.
    #[default]
    Connecting,
    /// In the room.
    Open,
    /// Lost; trying again. Media between people may still flow.
    Reconnecting,
    /// The server is there, but has no seat for this page in the room any more, and said why. Media between people
    /// still flows.
    Adrift(Code),
}

/// The connection to one other person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Link {
    /// Being made.
    #[default]
    Connecting,
    /// Media can flow.
    Connected,
    /// Trouble, may pass.
    Unstable,
    /// No way through.
    Lost(Loss),
}

/// Why there is no connection to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// No way through the network, not even by a relay.
    NoRoute,
    /// No way through the network, and the server offers no relay (TURN).
    NoRelay,
    /// The other side does not answer.
    NoAnswer,
    /// The two browsers don't understand each other.
    Incompatible,
}

/// What comes from one other person. `S` is a media stream.
#[derive(Debug, Clone, PartialEq)]
pub struct Media<S> {
    /// Camera and microphone.
    pub stream: Option<S>,
    /// Their shared screen.
    pub screen: Option<S>,
    /// Their camera sends.
    pub has_camera: bool,
    /// Their microphone sends.
    pub has_audio: bool,
}

/// Why the meeting is over for this page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Out {
    /// The person left.
    Left,
    /// The person ended it for everybody.
    EndedByMe,
    /// The server said so.
    Code(Code),
    /// The connection could not be set up at all.
    NoConnection,
}

/// The state of a meeting.
#[derive(Debug, Clone, PartialEq)]
pub struct Meeting<S> {
    /// To the server.
    pub connection: Connection,
    /// The room, from the first welcome on.
    pub room: Option<Rc<RoomState>>,
    /// Who this page is in the room.
    pub you: Option<PersonId>,
    /// What comes from the others.
    pub media: BTreeMap<PersonId, Media<S>>,
    /// Grows with every change of `media`: tracks come and go inside of a stream that stays the same.
    pub media_version: u64,
    /// The connections to the others.
    pub links: BTreeMap<PersonId, Link>,
    /// The own recording.
    pub recording: MyRecording,
    /// Messages.
    pub toasts: Toasts,
    /// Set when it is over.
    pub out: Option<Out>,
    /// What waits to be done.
    pub outbox: Outbox<Effect>,
    sent: BTreeMap<RequestId, CommandName>,
    /// The person asked to end it for everybody.
    ending: bool,
    /// The last recording that was seen as mine.
    last_recording: Option<RecordingId>,
}

/// What has to be done in the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Send a command.
    Send(Command),
    /// Build the mix and start the recorder.
    StartRecorder(RecordingKind),
    /// Pause the recorder.
    PauseRecorder,
    /// Let the recorder go on.
    ResumeRecorder,
    /// Stop the recorder, complete the file.
    StopRecorder,
    /// Leave the mesh.
    Leave,
}

/// What happens in a meeting.
#[derive(Debug, Clone, PartialEq)]
pub enum Action<S> {
    /// The connection to the server changed.
    Connection(Connection),
    /// The room as it is now, and the event that led to it (none: a welcome).
    Room {
        /// Who this page is.
        you: PersonId,
        /// The room.
        room: Rc<RoomState>,
        /// What happened.
        event: Option<Event>,
    },
    /// The server has no place for this page (any more).
    Out(Out),
    /// Something comes from another person.
    Media(PersonId, Media<S>),
    /// The connection to another person changed.
    Link(PersonId, Link),
    /// The person wants a command sent.
    Command(Command),
    /// A command was sent under this number.
    Sent(RequestId, CommandName),
    /// The server carried it out.
    Done(RequestId),
    /// The server refused it.
    Denied(Option<RequestId>, Code),
    /// Something about the own recording.
    Recording(recording::Input),
    /// The person leaves.
    Leave,
    /// Show a message.
    Show(Message),
    /// A message was shown long enough.
    Dismiss(u64),
    /// Effects before this number were carried out.
    Drained(u64),
}

/// Whether joining again can help after the server said no.
#[must_use]
pub fn is_worth_another_try(code: Code) -> bool {
    !matches!(code, Code::RoomEnded | Code::RoomUnknown | Code::Removed | Code::BadOrigin)
}

impl<S> Default for Meeting<S> {
    fn default() -> Self {
        Self {
            connection: Connection::default(),
            room: None,
            you: None,
            media: BTreeMap::new(),
            media_version: 0,
            links: BTreeMap::new(),
            recording: MyRecording::default(),
            toasts: Toasts::default(),
            out: None,
            outbox: Outbox::default(),
            sent: BTreeMap::new(),
            ending: false,
            last_recording: None,
        }
    }
}

impl<S: Clone> Meeting<S> {
    /// The person that this page is.
    #[must_use]
    pub fn me(&self) -> Option<&Person> {
        self.room.as_ref()?.person(self.you.as_ref()?)
    }

    /// Whether this page's person may do something.
    #[must_use]
    pub fn may(&self, action: Permission) -> bool {
        match (self.me(), &self.room) {
            (Some(me), Some(room)) => may(me, &room.policies, action),
            _ => false,
        }
    }

    /// Whether somebody is muted for everybody by a host.
    #[must_use]
    pub fn is_muted(&self, person: &PersonId) -> bool {
        self.room.as_ref().and_then(|room| room.person(person)).is_some_and(|person| person.muted)
    }

    /// Whether anybody can be heard: a recording without that is silent. `own_microphone`: the own one is on.
    #[must_use]
    pub fn anyone_heard(&self, own_microphone: bool) -> bool {
        let Some(room) = &self.room else { return own_microphone };
        room.people.iter().filter(|person| !person.muted).any(|person| {
            if Some(&person.id) == self.you.as_ref() {
                own_microphone
            } else {
                self.media.get(&person.id).is_some_and(|media| media.has_audio)
            }
        })
    }

    /// Somebody other who shares a screen, with it.
    #[must_use]
    pub fn shared_screen(&self) -> Option<(&Person, &S)> {
        let room = self.room.as_ref()?;
        room.people.iter().find_map(|person| Some((person, self.media.get(&person.id)?.screen.as_ref()?)))
    }

    /// The meeting after `action`.
    #[must_use]
    pub fn reduce(&self, action: Action<S>) -> Self {
        let mut next = self.clone();
        match action {
            Action::Connection(connection) => next.connect(connection),
            Action::Room { you, room, event } => next.enter(you, room, event.as_ref()),
            Action::Out(out) => next.leave_with(out),
            Action::Media(person, media) => {
                next.media.insert(person, media);
                next.media_version += 1;
            }
            Action::Link(person, link) => {
                next.links.insert(person, link);
            }
            Action::Command(command) => {
                next.ending |= command == Command::EndRoom;
                next.outbox.push(Effect::Send(command));
            }
            Action::Sent(id, name) => {
                next.sent.insert(id, name);
            }
            Action::Done(id) => {
                next.sent.remove(&id);
            }
            Action::Denied(id, code) => next.denied(id, code),
            Action::Recording(input) => next.record(input),
            Action::Leave => {
                next.leave_with(Out::Left);
                next.outbox.push(Effect::Leave);
            }
            // The page says so for as long as it lasts, and what becomes of the own recording.
            Action::Show(Message::Refused(Code::ServerStopping)) => {}
            Action::Show(message) => next.toasts.show(message),
            Action::Dismiss(id) => next.toasts.dismiss(id),
            Action::Drained(end) => next.outbox.drained(end),
        }
        next
    }

    fn connect(&mut self, connection: Connection) {
        let lost = matches!(self.connection, Connection::Reconnecting | Connection::Adrift(_));
        if lost && connection == Connection::Open {
            self.toasts.show(Message::BackOnline);
        }
        if self.connection == Connection::Open && connection != Connection::Open {
            // Request numbers start afresh with the next connection.
            self.sent.clear();
            self.record(recording::Input::Unreachable);
        }
        self.connection = connection;
    }

    fn enter(&mut self, you: PersonId, room: Rc<RoomState>, event: Option<&Event>) {
        if let (Some(event), Some(before)) = (event, self.room.clone()) {
            self.tell(&you, &before, event);
        }
        let seen = match &room.recording {
            Some(recording) if recording.by == you => {
                let before = self.last_recording.replace(recording.id.clone());
                Seen::Mine {
                    paused: recording.state == RecordingState::Paused,
                    new: before.as_ref() != Some(&recording.id),
                }
            }
            _ => Seen::None,
        };
        // While the server is away people may still be seen and heard; who is gone is known at the next welcome.
        self.media.retain(|person, _| room.person(person).is_some());
        self.links.retain(|person, _| room.person(person).is_some());
        self.you = Some(you);
        self.room = Some(room);
        self.record(recording::Input::Room(seen));
    }

    fn leave_with(&mut self, out: Out) {
        if self.out.is_none() {
            let by_me = self.ending && out == Out::Code(Code::RoomEnded);
            self.out = Some(if by_me { Out::EndedByMe } else { out });
            self.toasts.leave_room();
        }
        self.record(recording::Input::Out);
    }

    fn denied(&mut self, id: Option<RequestId>, code: Code) {
        let name = id.and_then(|id| self.sent.remove(&id));
        if name == Some(CommandName::EndRoom) {
            self.ending = false;
        }
        match name {
            Some(CommandName::StartRecording) => self.record(recording::Input::Denied(code)),
            // The recorder stops first and the server is told after; that it knew already is no news.
            Some(CommandName::StopRecording) if code == Code::NotRecording => {}
            _ => self.toasts.show(Message::Refused(code)),
        }
    }

    fn record(&mut self, input: recording::Input) {
        let (state, effects) = self.recording.step(input);
        self.recording = state;
        for effect in effects {
            match effect {
                recording::Effect::Send(command) => self.outbox.push(Effect::Send(command)),
                recording::Effect::StartRecorder(kind) => self.outbox.push(Effect::StartRecorder(kind)),
                recording::Effect::PauseRecorder => self.outbox.push(Effect::PauseRecorder),
                recording::Effect::ResumeRecorder => self.outbox.push(Effect::ResumeRecorder),
                recording::Effect::StopRecorder => self.outbox.push(Effect::StopRecorder),
                recording::Effect::TellDenied(code) => self.toasts.show(Message::Refused(code)),
                recording::Effect::TellFailed(code) => self.toasts.show(Message::Failed(code.into())),
            }
        }
    }

    fn tell(&mut self, you: &PersonId, before: &RoomState, event: &Event) {
        let name = |id: &PersonId| before.person(id).map(|person| person.name.clone()).unwrap_or_default();
        let message = match event {
            Event::Joined { person } if person.id != *you => Message::Joined(person.name.clone()),
            Event::Left { person, reason } if person != you => match reason {
                LeaveReason::Left | LeaveReason::Replaced => Message::Left(name(person)),
                LeaveReason::Lost => Message::Lost(name(person)),
                LeaveReason::Removed => Message::Removed(name(person)),
            },
            Event::RecordingStarted { recording } if recording.by != *you => {
                Message::RecordingStarted(name(&recording.by), recording.kind)
            }
            Event::RecordingStopped { .. } => {
                let kind = before.recording.as_ref().map_or(RecordingKind::Video, |recording| recording.kind);
                Message::RecordingStopped(kind)
            }
            Event::GrantChanged { person, may_record } if person == you => {
                if *may_record {
                    Message::MayRecord
                } else {
                    Message::MayNotRecord
                }
            }
            Event::MuteChanged { person, muted } if person == you => {
                if *muted {
                    Message::Muted
                } else {
                    Message::Unmuted
                }
            }
            Event::HandedOver { to, .. } if to == you => Message::HostIsMe,
            Event::HandedOver { to, .. } => Message::HostIs(name(to)),
            Event::RoleChanged { person, role } if person == you => match role {
                Role::Host => Message::HostIsMe,
                Role::Cohost => Message::CohostIsMe,
                Role::Guest => Message::GuestIsMe,
            },
            Event::RoleChanged { person, role: Role::Host } => Message::HostIs(name(person)),
            Event::PoliciesChanged { policies } if policies.locked != before.policies.locked => {
                if policies.locked { Message::Locked } else { Message::Unlocked }
            }
            _ => return,
        };
        self.toasts.show(message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hostreel_protocol::{Millis, Policies, RecordingId, RoomId, RunningRecording, StopReason};

    type Test = Meeting<&'static str>;

    fn id(text: &str) -> PersonId {
        PersonId::parse(text).unwrap()
    }

    fn person(name: &str, role: Role) -> Person {
        Person {
            id: id(name),
            name: name.into(),
            role,
            joined_at: Millis(0),
            may_record: false,
            muted: false,
            hand_raised_at: None,
        }
    }

    fn room(recorded_by: Option<&str>, people: &[(&str, Role)]) -> Rc<RoomState> {
        let mut room = RoomState::new(RoomId::from_random(1), Policies::default());
        room.people = people.iter().map(|(name, role)| person(name, *role)).collect();
        room.recording = recorded_by.map(running);
        Rc::new(room)
    }

    fn running(by: &str) -> RunningRecording {
        RunningRecording {
            id: RecordingId::parse("r").unwrap(),
            by: id(by),
            kind: RecordingKind::Video,
            started_at: Millis(0),
            state: RecordingState::Recording,
            changed_at: Millis(0),
            paused_ms: 0,
        }
    }

    const BOTH: &[(&str, Role)] = &[("mina", Role::Host), ("juno", Role::Guest)];

    fn in_room(you: &str) -> Test {
        Test::default().reduce(Action::Connection(Connection::Open)).reduce(Action::Room {
            you: id(you),
            room: room(None, BOTH),
            event: None,
        })
    }

    fn step(meeting: &Test, you: &str, recorded_by: Option<&str>, event: Event) -> Test {
        meeting.reduce(Action::Room { you: id(you), room: room(recorded_by, BOTH), event: Some(event) })
    }

    fn effects(meeting: &Test) -> Vec<Effect> {
        meeting.outbox.since(0).cloned().collect()
    }

    #[test]
    fn rights_come_from_the_table() {
        assert!(in_room("mina").may(Permission::Record));
        assert!(!in_room("juno").may(Permission::Record));
        assert!(!Test::default().may(Permission::SeeRoom));
    }

    #[test]
    fn the_hosts_recorder_starts_with_the_event_and_a_guests_never() {
        let started = Event::RecordingStarted { recording: running("mina") };
        let host = in_room("mina").reduce(Action::Recording(recording::Input::Choose(RecordingKind::Video)));
        let host = step(&host, "mina", Some("mina"), started.clone());
        assert!(effects(&host).contains(&Effect::StartRecorder(RecordingKind::Video)));
        let guest = step(&in_room("juno"), "juno", Some("mina"), started);
        assert_eq!(effects(&guest), []);
        assert_eq!(
            guest.toasts.shown()[0].message,
            Message::RecordingStarted("mina".into(), RecordingKind::Video)
        );
    }

    #[test]
    fn only_a_denied_start_ends_the_own_recording() {
        let asked = in_room("mina").reduce(Action::Recording(recording::Input::Choose(RecordingKind::Audio)));
        let asked = asked
            .reduce(Action::Sent(RequestId(1), CommandName::Mute))
            .reduce(Action::Sent(RequestId(2), CommandName::StartRecording));
        let other = asked.reduce(Action::Denied(Some(RequestId(1)), Code::NoSuchPerson));
        assert_eq!(other.recording, MyRecording::Asked { kind: RecordingKind::Audio });
        let denied = other.reduce(Action::Denied(Some(RequestId(2)), Code::AlreadyRecording));
        assert_eq!(denied.recording, MyRecording::Idle);
        assert_eq!(denied.toasts.shown().len(), 2);
    }

    #[test]
    fn everything_that_ends_the_seat_stops_the_recorder_and_the_first_reason_stays() {
        let recording =
            in_room("mina").reduce(Action::Recording(recording::Input::Choose(RecordingKind::Video)));
        let recording =
            step(&recording, "mina", Some("mina"), Event::RecordingStarted { recording: running("mina") })
                .reduce(Action::Recording(recording::Input::Started));
        for action in
            [Action::Leave, Action::Out(Out::Code(Code::Removed)), Action::Out(Out::Code(Code::RoomEnded))]
        {
            let out = recording.reduce(action);
            assert!(effects(&out).contains(&Effect::StopRecorder));
            let later = out.reduce(Action::Out(Out::Code(Code::Internal)));
            assert_eq!(later.out, out.out);
            assert_eq!(effects(&later), effects(&out));
        }
        let revoked = Event::RecordingStopped {
            recording: RecordingId::parse("r").unwrap(),
            reason: StopReason::Revoked,
        };
        assert!(effects(&step(&recording, "mina", None, revoked)).contains(&Effect::StopRecorder));
    }

    #[test]
    fn a_lost_server_keeps_the_recording_and_a_new_seat_announces_it() {
        let recording =
            in_room("mina").reduce(Action::Recording(recording::Input::Choose(RecordingKind::Video)));
        let recording =
            step(&recording, "mina", Some("mina"), Event::RecordingStarted { recording: running("mina") })
                .reduce(Action::Recording(recording::Input::Started))
                .reduce(Action::Media(
                    id("juno"),
                    Media { stream: Some("s"), screen: None, has_camera: true, has_audio: true },
                ));
        let lost = recording.reduce(Action::Connection(Connection::Reconnecting));
        assert!(lost.recording.is_active());
        assert!(lost.media.contains_key(&id("juno")), "media does not stop with the server");
        let count = effects(&lost).len();
        let back = lost.reduce(Action::Connection(Connection::Open)).reduce(Action::Room {
            you: id("mina2"),
            room: room(None, &[("mina2", Role::Host)]),
            event: None,
        });
        assert_eq!(
            effects(&back)[count..],
            [Effect::Send(Command::StartRecording { kind: RecordingKind::Video })]
        );
        assert!(!back.media.contains_key(&id("juno")));
    }

    #[test]
    fn a_room_without_a_seat_for_me_keeps_people_and_the_recording_that_stop_still_ends() {
        let running = in_room("mina")
            .reduce(Action::Recording(recording::Input::Choose(RecordingKind::Video)))
            .reduce(Action::Room { you: id("mina"), room: room(Some("mina"), BOTH), event: None })
            .reduce(Action::Recording(recording::Input::Started))
            .reduce(Action::Connection(Connection::Reconnecting));
        let adrift = running.reduce(Action::Connection(Connection::Adrift(Code::RoomUnknown)));
        assert_eq!((adrift.out, effects(&adrift)), (None, effects(&running)));
        assert!(adrift.recording.is_active());
        assert_eq!(adrift.room, running.room);
        let stopped = adrift.reduce(Action::Recording(recording::Input::Stop));
        assert_eq!(effects(&stopped)[effects(&adrift).len()..], [Effect::StopRecorder]);
        let back = adrift.reduce(Action::Connection(Connection::Open));
        assert_eq!(back.toasts.shown().last().map(|toast| &toast.message), Some(&Message::BackOnline));
    }

    #[test]
    fn a_recording_that_the_server_has_not_stopped_yet_is_not_taken_for_the_next_one() {
        let seen = |meeting: &Test, recording: &str| {
            let mut state = RoomState::clone(&room(Some("mina"), BOTH));
            state.recording.as_mut().unwrap().id = RecordingId::parse(recording).unwrap();
            meeting.reduce(Action::Room { you: id("mina"), room: Rc::new(state), event: None })
        };
        let choose = Action::Recording(recording::Input::Choose(RecordingKind::Video));
        let again = seen(&in_room("mina").reduce(choose.clone()), "first")
            .reduce(Action::Recording(recording::Input::Started))
            .reduce(Action::Recording(recording::Input::Stop))
            .reduce(Action::Recording(recording::Input::Finished))
            .reduce(choose);
        let starts = |meeting: &Test| {
            effects(meeting).iter().filter(|effect| matches!(effect, Effect::StartRecorder(_))).count()
        };
        // Somebody joined before the server handled the stop.
        let early = seen(&again, "first");
        assert_eq!(starts(&early), 1);
        assert_eq!(starts(&seen(&early, "second")), 2);
    }

    #[test]
    fn who_ended_the_meeting_is_not_told_that_somebody_did() {
        let ended = Action::Out(Out::Code(Code::RoomEnded));
        let asked = in_room("mina").reduce(Action::Command(Command::EndRoom));
        assert_eq!(asked.reduce(ended.clone()).out, Some(Out::EndedByMe));
        assert_eq!(in_room("juno").reduce(ended.clone()).out, Some(Out::Code(Code::RoomEnded)));
        let number = RequestId(7);
        let denied = asked
            .reduce(Action::Sent(number, CommandName::EndRoom))
            .reduce(Action::Denied(Some(number), Code::NotAllowed));
        assert_eq!(denied.reduce(ended).out, Some(Out::Code(Code::RoomEnded)));
    }

    #[test]
    fn what_was_said_about_the_room_goes_with_it() {
        let told = in_room("mina").reduce(Action::Show(Message::Locked));
        assert!(told.reduce(Action::Leave).toasts.shown().is_empty());
        let saved = in_room("mina").reduce(Action::Leave).reduce(Action::Show(Message::Saved));
        assert_eq!(saved.toasts.shown().len(), 1);
    }

    #[test]
    fn a_restarting_server_is_said_once_by_the_page_itself() {
        let stopping = in_room("mina").reduce(Action::Show(Message::Refused(Code::ServerStopping)));
        assert!(stopping.toasts.shown().is_empty());
    }

    #[test]
    fn nobody_is_heard_when_all_microphones_are_off_or_muted() {
        let alone = in_room("mina");
        assert!(alone.anyone_heard(true) && !alone.anyone_heard(false));
        let media = Media { stream: None, screen: None, has_camera: false, has_audio: true };
        assert!(alone.reduce(Action::Media(id("juno"), media)).anyone_heard(false));
    }

    #[test]
    fn a_dead_end_is_not_tried_again() {
        assert!(!is_worth_another_try(Code::RoomUnknown) && !is_worth_another_try(Code::RoomEnded));
        assert!(is_worth_another_try(Code::RoomFull) && is_worth_another_try(Code::RoomLocked));
    }

    #[test]
    fn messages_tell_what_concerns_me() {
        let juno = in_room("juno");
        let say =
            |event| step(&juno, "juno", None, event).toasts.shown().last().map(|toast| toast.message.clone());
        assert_eq!(
            say(Event::GrantChanged { person: id("juno"), may_record: true }),
            Some(Message::MayRecord)
        );
        assert_eq!(say(Event::GrantChanged { person: id("mina"), may_record: true }), None);
        assert_eq!(say(Event::MuteChanged { person: id("juno"), muted: true }), Some(Message::Muted));
        assert_eq!(say(Event::HandedOver { from: id("mina"), to: id("juno") }), Some(Message::HostIsMe));
        let left = Event::Left { person: id("mina"), reason: LeaveReason::Lost };
        assert_eq!(say(left), Some(Message::Lost("mina".into())));
    }

    #[test]
    fn a_shared_screen_is_found() {
        let media = Media { stream: None, screen: Some("screen"), has_camera: false, has_audio: false };
        let meeting = in_room("mina").reduce(Action::Media(id("juno"), media));
        assert_eq!(
            meeting.shared_screen().map(|(person, screen)| (person.name.as_str(), *screen)),
            Some(("juno", "screen"))
        );
    }
}
