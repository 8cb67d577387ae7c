//! A meeting as this page knows it: connection, people, their media, the own recording, messages.

use std::collections::BTreeMap;
use std::rc::Rc;

use hostreel_protocol::{
    Code, Command, CommandName, Envelope, Event, Person, PersonId, RecordingId, RecordingKind,
    RecordingState, RequestId, RoomState, RunningRecording, StopReason,
};
use hostreel_room::permissions::{Action as Permission, may};

use super::chat::Chat;
use super::consent::Allowed;
use super::outbox::Outbox;
use super::recording::{self, MyRecording, Seen};
use super::room_news::news;
use super::toasts::{Message, Toasts};
use hostreel_consent::Log;

mod action;
mod connection;
mod told;

pub use action::{Action, Effect};
pub use connection::{Connection, Link, Loss, Out, is_worth_another_try};
use told::told;

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
    /// Who shares a screen, the newest last.
    screens: Vec<PersonId>,
    /// Grows with every change of `media`: tracks come and go inside of a stream that stays the same.
    pub media_version: u64,
    /// The connections to the others.
    pub links: BTreeMap<PersonId, Link>,
    /// The own recording.
    pub recording: MyRecording,
    /// What was said in writing.
    pub chat: Chat,
    /// Who was told, asked and answered, of the own recording that runs, or ran last.
    pub log: Option<Log>,
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
    /// The own recording as the room knew it last: what everybody said of it holds while the server is away.
    agreed: Option<RunningRecording>,
}

impl<S> Default for Meeting<S> {
    fn default() -> Self {
        Self {
            connection: Connection::default(),
            room: None,
            you: None,
            media: BTreeMap::new(),
            screens: Vec::new(),
            media_version: 0,
            links: BTreeMap::new(),
            recording: MyRecording::default(),
            chat: Chat::default(),
            log: None,
            toasts: Toasts::default(),
            out: None,
            outbox: Outbox::default(),
            sent: BTreeMap::new(),
            ending: false,
            last_recording: None,
            agreed: None,
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

    /// Whether this page's person has a hand up.
    #[must_use]
    pub fn hand_is_up(&self) -> bool {
        self.me().is_some_and(|me| me.hand_raised_at.is_some())
    }

    /// Raises the own hand or lowers it; nothing when that is not possible now.
    #[must_use]
    pub fn hand_command(&self) -> Option<Command> {
        let can = self.connection == Connection::Open;
        match self.hand_is_up() {
            true => can.then_some(Command::LowerHand { person: None }),
            false => (can && self.may(Permission::RaiseHand)).then_some(Command::RaiseHand),
        }
    }

    /// Whether somebody is muted for everybody by a host.
    #[must_use]
    pub fn is_muted(&self, person: &PersonId) -> bool {
        self.room.as_ref().and_then(|room| room.person(person)).is_some_and(|person| person.muted)
    }

    /// What of somebody else may go into the own recording.
    #[must_use]
    pub fn allowed(&self, person: &PersonId) -> Allowed {
        if !self.recording.is_active() || Some(person) == self.you.as_ref() {
            return Allowed::ALL;
        }
        // One that nobody was told of does not run.
        self.agreed.as_ref().map_or(Allowed::ALL, |recording| Allowed::of(recording, person))
    }

    /// What everybody is told to be recorded, and whether it is paused. Of the own recording its recorder knows best.
    #[must_use]
    pub fn recorded(&self) -> Option<(RecordingKind, bool)> {
        if let MyRecording::Running { kind, paused, .. } = self.recording {
            return Some((kind, paused));
        }
        let recording = self.room.as_ref()?.recording.as_ref()?;
        let others = Some(&recording.by) != self.you.as_ref();
        others.then_some((recording.kind, recording.state == RecordingState::Paused))
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

    /// Somebody other who shares a screen, with it. Of several the newest one, as in the recording.
    #[must_use]
    pub fn shared_screen(&self) -> Option<(&Person, &S)> {
        let room = self.room.as_ref()?;
        let shared = room.people.iter().filter_map(|person| {
            let screen = self.media.get(&person.id)?.screen.as_ref()?;
            Some((self.screens.iter().position(|id| *id == person.id), person, screen))
        });
        shared.max_by_key(|(since, ..)| *since).map(|(_, person, screen)| (person, screen))
    }

    /// The meeting after `action`.
    #[must_use]
    pub fn reduce(&self, action: Action<S>) -> Self {
        let mut next = self.clone();
        match action {
            Action::Connection(connection) => next.connect(connection),
            Action::Room { you, room, event } => next.enter(you, &room, event.as_ref()),
            Action::LookAtChat(open) => {
                next.chat.look(open);
                next.toasts.read_chat();
            }
            Action::Fade(rev) => next.chat.fade(rev),
            Action::Out(out) => next.leave_with(out),
            Action::Media(person, media) => {
                next.follow_screen(&person, media.screen.is_some());
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

    fn enter(&mut self, you: PersonId, room: &Rc<RoomState>, envelope: Option<&Envelope>) {
        let before = self.room.take();
        if let (Some(Envelope { at, event, .. }), Some(before)) = (envelope, before.as_deref()) {
            let news = news(&you, before, event, at.0, self.chat.is_open()).map(Message::Room);
            if let Some(message) = news.or_else(|| told(&you, before, event, *at)) {
                self.toasts.show(message);
            }
        }
        self.chat.follow(&you, room, envelope, before.is_none());
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
        self.screens.retain(|person| room.person(person).is_some());
        if let Some(recording) = room.recording.as_ref().filter(|recording| recording.by == you) {
            self.agreed = Some(recording.clone());
        }
        // The file may be complete before the server has said that the recording is over: that belongs into the log, too.
        let was_mine = before.as_ref().and_then(|before| before.recording.as_ref());
        let was_mine = was_mine.is_some_and(|recording| recording.by == you);
        self.you = Some(you);
        self.room = Some(Rc::clone(room));
        let asked = matches!(self.recording, MyRecording::Asked { .. });
        let active = self.recording.is_active();
        let stopped = envelope.is_some_and(|envelope| self.is_stopped_by(&envelope.event));
        self.record(if stopped { recording::Input::Stopped } else { recording::Input::Room(seen) });
        if asked && self.recording.is_active() {
            self.log = Log::begin(room);
        } else if let (true, Some(log), Some(before)) = (active || was_mine, &mut self.log, before) {
            log.follow(&before, room, envelope);
        }
    }

    fn follow_screen(&mut self, person: &PersonId, shares: bool) {
        let known = self.screens.contains(person);
        if shares && !known {
            self.screens.push(person.clone());
        } else if !shares {
            self.screens.retain(|other| other != person);
        }
    }

    /// Whether the own recording was stopped on purpose. That of somebody who is only gone may go on.
    fn is_stopped_by(&self, event: &Event) -> bool {
        matches!(event, Event::RecordingStopped { recording, reason }
            if Some(recording) == self.last_recording.as_ref() && *reason != StopReason::Gone)
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
}

#[cfg(test)]
mod tests;
