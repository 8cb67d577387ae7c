//! One room with its members' connections, behind its lock.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use hostreel_protocol::{
    Code, Envelope, Event, KnockEnd, LeaveReason, Millis, PersonId, ResumeToken, ServerMessage, SessionId,
    Waiting, Welcome,
};
use hostreel_room::permissions::{Action, may};
use hostreel_room::{Input, Keep, Room, decide, evolve, next_due};
use tokio_tungstenite::tungstenite::Utf8Bytes;

use crate::afterwards::Afterwards;
use crate::hub::keeper::Handle;
use crate::hub::log::Replica;
use crate::hub::{SERVER, Shared, features};
use crate::key::KeyHash;
use crate::queue::{End, Queue};
use crate::ticket::Ticket;
use crate::turn::ice_servers;

/// Events that are kept for who takes a seat back; who missed more gets the snapshot alone.
const HISTORY: usize = 128;

/// A room behind its lock.
pub(crate) struct RoomCell {
    entry: Mutex<Entry>,
    /// In a cluster: who decides for this node. `None`: whoever holds the lock decides.
    pub(crate) keeper: Option<Handle>,
}

impl RoomCell {
    pub(crate) fn new(entry: Entry) -> Self {
        Self { entry: Mutex::new(entry), keeper: None }
    }

    pub(crate) fn kept(entry: Entry, keeper: Handle) -> Self {
        Self { entry: Mutex::new(entry), keeper: Some(keeper) }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Entry> {
        self.entry.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A member's line to the server.
pub(crate) struct Line {
    /// `None`: away.
    pub(crate) queue: Option<Arc<Queue>>,
    /// Counts the connections that took this seat.
    pub(crate) generation: u64,
    /// The connection that was lost had said something: it had got its resume secret.
    pub(crate) was_heard: bool,
    /// Wants `session` when the resume secret changes.
    pub(crate) follows_session: bool,
    /// What becomes of the seat if the connection is lost.
    pub(crate) keep: Keep,
}

/// A room and what the server keeps beside it. Deciding, applying and queueing happen under one lock, so everybody
/// gets the events in their order.
pub(crate) struct Entry {
    pub(crate) room: Room,
    pub(crate) key: KeyHash,
    /// Of all members; in a cluster, of those whose connection is, or was last, at this node.
    pub(crate) lines: HashMap<PersonId, Line>,
    /// Connections in the lobby: they get nothing of the room.
    pub(crate) waiting: HashMap<PersonId, (Arc<Queue>, bool)>,
    pub(crate) history: VecDeque<Envelope>,
    /// The newest ticket from before a restart that came back.
    pub(crate) restored_at: Millis,
    /// Whose ticket from before a restart has been used.
    pub(crate) restored: BTreeSet<PersonId>,
    /// The network of who made the room, if this process knows.
    pub(crate) maker: Option<IpAddr>,
    pub(crate) empty_since: Instant,
    /// Set: nobody gets in any more, for this reason.
    pub(crate) closed: Option<Code>,
    /// In a cluster: how far the room's log is read, and what is known from it beside the room.
    pub(crate) replica: Option<Box<Replica>>,
}

/// Whose resume secret an event makes out of date.
enum Stale<'a> {
    Nobody,
    People([Option<&'a PersonId>; 2]),
    Everybody,
}

impl Entry {
    pub(crate) fn new(room: Room, key: KeyHash) -> Self {
        Self {
            room,
            key,
            lines: HashMap::new(),
            waiting: HashMap::new(),
            history: VecDeque::new(),
            restored_at: Millis(0),
            restored: BTreeSet::new(),
            maker: None,
            empty_since: Instant::now(),
            closed: None,
            replica: None,
        }
    }

    /// Nobody sits here, not even for the moment.
    pub(crate) fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.waiting.is_empty()
    }

    /// Decides what is due by now.
    pub(crate) fn tick(&mut self, shared: &Shared, now: Millis) {
        let limits = &shared.config.limits;
        if self.closed.is_none()
            && next_due(&self.room, limits).is_some_and(|due| due <= now)
            && let Ok(events) = decide(&self.room, limits, now, &Input::Tick)
        {
            self.tell(shared, now, events).finish();
        }
    }

    /// Applies events and queues them for everybody inside. Who is gone by them gets them too, as the last ones; who is
    /// let in by one gets the `welcome` in its place.
    pub(crate) fn tell(&mut self, shared: &Shared, at: Millis, events: Vec<Event>) -> Afterwards {
        self.tell_of(shared, at, events, true)
    }

    /// As [`Self::tell`]. `ours`: decided here, and so reported from here.
    pub(crate) fn tell_of(
        &mut self,
        shared: &Shared,
        at: Millis,
        events: Vec<Event>,
        ours: bool,
    ) -> Afterwards {
        let mut after = Afterwards::default();
        let mut stale = BTreeSet::new();
        for envelope in self.room.number(at, events) {
            let recorder = self.room.state().recording.as_ref().map(|running| running.by.clone());
            evolve(&mut self.room, &envelope);
            // In a cluster, the log is what outlives a restart.
            if self.replica.is_none() {
                shared.journal.note(&self.room.state().id, at, &envelope.event);
            }
            if ours {
                shared.watch.event(&self.room.state().id, &envelope);
            }
            // One text for all: the queues share it.
            let text = Utf8Bytes::from(ServerMessage::Event(envelope.clone()).encode());
            for queue in self.lines.values().filter_map(|line| line.queue.as_ref()) {
                queue.push(text.clone());
            }
            match stales(&envelope.event, recorder.as_ref()) {
                Stale::Nobody => {}
                Stale::People(people) => stale.extend(people.into_iter().flatten().cloned()),
                Stale::Everybody => stale.extend(self.lines.keys().cloned()),
            }
            self.connect_and_part(shared, at, &envelope.event, &mut after);
            if self.history.len() >= HISTORY {
                self.history.pop_front();
            }
            self.history.push_back(envelope);
        }
        for person in stale {
            if let Some(Line { queue: Some(queue), follows_session: true, .. }) = self.lines.get(&person)
                && let Some(resume) = self.resume_token(shared, at, &person)
            {
                after.session(Arc::clone(queue), resume);
            }
        }
        if self.is_empty() {
            self.empty_since = Instant::now();
            self.shrink();
        }
        after
    }

    /// Keeps only what an empty room still needs: there may be many, for hours. Nobody has a seat to come back to and to
    /// miss events of; in a cluster somebody may have, at another node.
    fn shrink(&mut self) {
        if self.replica.is_none() {
            self.history = VecDeque::new();
        }
        self.lines.shrink_to_fit();
        self.waiting.shrink_to_fit();
    }

    /// Makes the connections agree with the room after an event.
    fn connect_and_part(&mut self, shared: &Shared, at: Millis, event: &Event, after: &mut Afterwards) {
        match event {
            Event::Joined { person } => {
                if let Some((queue, follows_session)) = self.waiting.remove(&person.id) {
                    self.seat(&person.id, Arc::clone(&queue), follows_session);
                    self.welcome(shared, at, &person.id, &queue, None);
                }
            }
            Event::KnockEnded { person, reason } => {
                if let Some((queue, _)) = self.waiting.remove(person) {
                    match reason {
                        KnockEnd::Refused => after.refuse(queue, Code::NotAdmitted),
                        KnockEnd::Banned => after.refuse(queue, Code::Banned),
                        KnockEnd::Left => after.bye(queue, End::Left),
                        // Who is still here and was thought lost (by other nodes) knocks again.
                        KnockEnd::Lost => after.bye(queue, End::Code(Code::TryAgain)),
                    }
                }
            }
            Event::Left { person, reason } => {
                let end = match reason {
                    LeaveReason::Removed => End::Code(Code::Removed),
                    LeaveReason::Banned => End::Code(Code::Banned),
                    LeaveReason::Replaced => End::Code(Code::Replaced),
                    // Who is still here and was thought lost (by other nodes) has to join afresh.
                    LeaveReason::Lost => End::Code(Code::SessionUnknown),
                    LeaveReason::Left => End::Left,
                };
                let queue = self.lines.remove(person).and_then(|line| line.queue);
                if let Some(queue) = queue {
                    after.bye(queue, end);
                }
            }
            Event::Ended { .. } => {
                for line in std::mem::take(&mut self.lines).into_values() {
                    if let Some(queue) = line.queue {
                        after.bye(queue, End::Code(Code::RoomEnded));
                    }
                }
                for (queue, _) in std::mem::take(&mut self.waiting).into_values() {
                    after.refuse(queue, Code::RoomEnded);
                }
            }
            _ => {}
        }
    }

    /// Gives a seat to a connection.
    pub(crate) fn seat(&mut self, person: &PersonId, queue: Arc<Queue>, follows_session: bool) {
        self.seat_after(0, person, queue, follows_session);
    }

    /// As [`Self::seat`], for who shows a ticket of this generation: after a restart, the older ones stay void.
    pub(crate) fn seat_after(
        &mut self,
        generation: u64,
        person: &PersonId,
        queue: Arc<Queue>,
        follows_session: bool,
    ) {
        let agreed = self.replica.as_ref().and_then(|replica| replica.seats.get(person));
        let agreed = agreed.map(|seat| seat.generation);
        let line = self.lines.entry(person.clone());
        let fresh = Line { queue: None, generation: 0, was_heard: false, follows_session, keep: Keep::Usual };
        let line = line.or_insert(fresh);
        line.generation = agreed.unwrap_or_else(|| line.generation.max(generation).saturating_add(1));
        line.was_heard = false;
        line.keep = Keep::Usual;
        line.follows_session = follows_session;
        line.queue = Some(queue);
    }

    /// Connects somebody who has just joined or knocked: queues the `welcome` or the `waiting`.
    pub(crate) fn let_in(
        &mut self,
        shared: &Shared,
        now: Millis,
        person: &PersonId,
        queue: &Arc<Queue>,
        follows: bool,
    ) {
        let Some(waiting) = self.room.state().waiting_person(person) else {
            self.seat(person, Arc::clone(queue), follows);
            self.welcome(shared, now, person, queue, None);
            return;
        };
        let waiting = Waiting {
            you: person.clone(),
            name: waiting.name.clone(),
            host_present: self.has_somebody_to_admit(),
            now,
            limits: shared.config.limits.clone(),
            server: SERVER.into(),
        };
        queue.push(ServerMessage::Waiting(Box::new(waiting)).encode().into());
        self.waiting.insert(person.clone(), (Arc::clone(queue), follows));
    }

    /// Takes the seat from an older connection at this node, which hears of nothing more but this.
    pub(crate) fn unseat(&mut self, person: &PersonId) {
        if let Some(older) = self.lines.get_mut(person).and_then(|line| line.queue.take()) {
            older.finish(Some(&ServerMessage::bye(Code::Replaced, None)), End::Code(Code::Replaced));
        }
    }

    /// Lets nobody in any more, and says goodbye to everybody who is connected here, for this reason.
    pub(crate) fn shut(&mut self, code: Code, retry_after: impl Fn() -> Option<u64>) {
        self.closed = Some(code);
        let lines = std::mem::take(&mut self.lines).into_values().filter_map(|line| line.queue);
        let waiting = std::mem::take(&mut self.waiting).into_values().map(|(queue, _)| queue);
        for queue in lines.chain(waiting) {
            queue.finish(Some(&ServerMessage::bye(code, retry_after())), End::Code(code));
        }
    }

    /// Queues the `welcome`. `after`: the last event that somebody who comes back has.
    pub(crate) fn welcome(
        &self,
        shared: &Shared,
        now: Millis,
        person: &PersonId,
        queue: &Queue,
        resumed: Option<Resumed>,
    ) {
        let (Some(resume), Ok(session)) =
            (self.resume_token(shared, now, person), SessionId::parse(person.as_str()))
        else {
            queue.finish(Some(&ServerMessage::bye(Code::Internal, None)), End::Code(Code::Internal));
            return;
        };
        let welcome = Welcome {
            you: person.clone(),
            session,
            resume,
            resumed: resumed.is_some(),
            rev: self.room.state().rev,
            room: self.room.state().clone(),
            missed: resumed.and_then(|resumed| self.missed(person, resumed.after?)),
            now,
            ice_servers: ice_servers(&shared.config, person.as_str(), now),
            limits: shared.config.limits.clone(),
            server: SERVER.into(),
            features: features(),
        };
        queue.push(ServerMessage::Welcome(Box::new(welcome)).encode().into());
    }

    /// Somebody is connected who may let people in.
    pub(crate) fn has_somebody_to_admit(&self) -> bool {
        let state = self.room.state();
        state.people.iter().any(|person| !person.is_away() && may(person, &state.policies, Action::Admit))
    }

    /// All events after this one that this member may know; `None` when they are not all here any more. What happened
    /// before they came was not for them, whatever number they name.
    fn missed(&self, person: &PersonId, after: u64) -> Option<Vec<Envelope>> {
        let rev = self.room.state().rev;
        // Who came before the history begins is not in it as a newcomer.
        let came = self.history.iter().rev().find(|envelope| matches!(&envelope.event, Event::Joined { person: newcomer } if newcomer.id == *person));
        let after = after.max(came.map_or(0, |envelope| envelope.rev));
        let first = self.history.front().map_or(rev.saturating_add(1), |envelope| envelope.rev);
        let known = after <= rev && first <= after.saturating_add(1);
        known.then(|| self.history.iter().filter(|envelope| envelope.rev > after).cloned().collect())
    }

    /// The secret that takes a member's seat back.
    fn resume_token(&self, shared: &Shared, now: Millis, id: &PersonId) -> Option<ResumeToken> {
        let state = self.room.state();
        let mut ticket = Ticket {
            room: state.id.clone(),
            generation: self.lines.get(id)?.generation,
            at: now,
            person: state.person(id)?.clone(),
            policies: state.policies.clone(),
            recording: state.recording.clone().filter(|running| running.by == *id),
            key: self.key.clone(),
        };
        shared.session_key.sign(&ticket).or_else(|| {
            // Hundreds of consents don't fit: everybody is asked again then.
            ticket.recording.as_mut()?.consents.clear();
            shared.session_key.sign(&ticket)
        })
    }
}

/// How somebody comes back.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Resumed {
    /// The last event that they have, of this same history.
    pub(crate) after: Option<u64>,
}

fn stales<'a>(event: &'a Event, recorder: Option<&'a PersonId>) -> Stale<'a> {
    match event {
        Event::RoleChanged { person, .. }
        | Event::Renamed { person, .. }
        | Event::GrantChanged { person, .. }
        | Event::MuteChanged { person, .. }
        | Event::Succeeded { person } => Stale::People([Some(person), None]),
        Event::HandedOver { from, to } => Stale::People([Some(from), Some(to)]),
        Event::RecordingStarted { recording } => Stale::People([Some(&recording.by), None]),
        Event::RecordingPaused { .. }
        | Event::RecordingResumed { .. }
        | Event::RecordingStopped { .. }
        | Event::ConsentChanged { .. } => Stale::People([recorder, None]),
        Event::PoliciesChanged { .. } => Stale::Everybody,
        _ => Stale::Nobody,
    }
}
