//! Who may do what, and what it leads to.

use hostreel_protocol::{
    Code, Command, EndReason, Event, LeaveReason, Limits, Millis, Person, PersonId, Policies, RecordingId,
    RecordingState, Role, RunningRecording, StopReason,
};

use crate::permissions::{Action, allows, may};
use crate::{Room, clean_name};

/// A refusal: nothing changes and nobody else hears of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("denied: {}", code.as_str())]
pub struct Denied {
    /// Why.
    pub code: Code,
}

impl Denied {
    /// The stable code.
    #[must_use]
    pub fn code(self) -> Code {
        self.code
    }
}

/// Somebody comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Join {
    /// The server's fresh id for them.
    pub person: PersonId,
    /// The name they gave; cleaned by [`decide`].
    pub name: String,
    /// They showed the room's host key, and the server found it right.
    pub holds_key: bool,
}

/// What a room is asked to decide. Ids are arguments: the room makes none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// From the server: somebody wants in.
    Join(Join),
    /// From the server: somebody's connection is gone.
    Lost {
        /// Whose.
        person: PersonId,
    },
    /// From a member.
    Command {
        /// Who asks, truly: the server knows whose connection it is.
        by: PersonId,
        /// What they ask.
        command: Command,
        /// A fresh id, used if a recording starts.
        new_recording: RecordingId,
    },
}

/// Decides an input: the events it leads to, in order. None at all means: it is so already.
///
/// # Errors
/// [`Denied`], with the code for who asked. Nothing changes then.
pub fn decide(room: &Room, limits: &Limits, now: Millis, input: &Input) -> Result<Vec<Event>, Denied> {
    if room.state.ended {
        return deny(Code::RoomEnded);
    }
    match input {
        Input::Join(join) => decide_join(room, limits, now, join),
        Input::Lost { person } => match room.state.person(person) {
            Some(person) => Ok(goes(room, person, LeaveReason::Lost)),
            None => deny(Code::NoSuchPerson),
        },
        Input::Command { by, command, new_recording } => {
            let Some(by) = room.state.person(by) else {
                return deny(Code::NotAllowed);
            };
            Asked { room, limits, now, by }.decide(command, new_recording)
        }
    }
}

/// Whether `from` may send a signal to `to`: both have to be members.
///
/// # Errors
/// [`Denied`] with `not_allowed` for a sender who is not in the room, `no_such_person` for such a receiver.
pub fn may_signal(room: &Room, from: &PersonId, to: &PersonId) -> Result<(), Denied> {
    let state = &room.state;
    if !state.person(from).is_some_and(|from| may(from, &state.policies, Action::Signal)) {
        return deny(Code::NotAllowed);
    }
    if from == to || state.person(to).is_none() {
        return deny(Code::NoSuchPerson);
    }
    Ok(())
}

fn deny<T>(code: Code) -> Result<T, Denied> {
    Err(Denied { code })
}

/// The key makes host when nobody else is, and takes the place of its older connection, with that one's role, grant
/// and mute. While somebody else is host (after a hand-over) it opens a locked door and no more.
fn decide_join(room: &Room, limits: &Limits, now: Millis, join: &Join) -> Result<Vec<Event>, Denied> {
    let state = &room.state;
    let Some(name) = clean_name(&join.name, limits.name_chars) else {
        return deny(Code::BadName);
    };
    if state.person(&join.person).is_some() {
        return deny(Code::Internal);
    }
    if state.policies.locked && !join.holds_key {
        return deny(Code::RoomLocked);
    }
    let older = room.key_holder.as_ref().filter(|_| join.holds_key).and_then(|id| state.person(id));
    if state.people.len() - usize::from(older.is_some()) >= limits.people_per_room {
        return deny(Code::RoomFull);
    }
    let other_host = state.host().is_some_and(|host| older.is_none_or(|older| older.id != host.id));
    let role = match older {
        _ if join.holds_key && !other_host => Role::Host,
        Some(older) => older.role,
        None => Role::Guest,
    };
    let mut events = older.map(|older| goes(room, older, LeaveReason::Replaced)).unwrap_or_default();
    events.push(Event::Joined {
        person: Person {
            id: join.person.clone(),
            name,
            role,
            joined_at: now,
            may_record: older.is_some_and(|older| older.may_record),
            muted: older.is_some_and(|older| older.muted),
            hand_raised_at: None,
        },
    });
    Ok(events)
}

/// Somebody goes; what they recorded ends first, so that a recording's owner is always present.
fn goes(room: &Room, person: &Person, reason: LeaveReason) -> Vec<Event> {
    let mut events = ends_recording_of(room, person, StopReason::Gone);
    events.push(Event::Left { person: person.id.clone(), reason });
    events
}

fn ends_recording_of(room: &Room, person: &Person, reason: StopReason) -> Vec<Event> {
    let running = room.state.recording.iter().filter(|running| running.by == person.id);
    running.map(|running| Event::RecordingStopped { recording: running.id.clone(), reason }).collect()
}

/// A member's command with all that it is decided by.
struct Asked<'a> {
    room: &'a Room,
    limits: &'a Limits,
    now: Millis,
    by: &'a Person,
}

impl<'a> Asked<'a> {
    fn decide(&self, command: &Command, new_recording: &RecordingId) -> Result<Vec<Event>, Denied> {
        match command {
            Command::StartRecording { kind } => {
                self.require(Action::Record)?;
                if self.room.state.recording.is_some() {
                    return deny(Code::AlreadyRecording);
                }
                let recording = RunningRecording {
                    id: new_recording.clone(),
                    by: self.by.id.clone(),
                    kind: *kind,
                    started_at: self.now,
                    state: RecordingState::Recording,
                    changed_at: self.now,
                    paused_ms: 0,
                };
                Ok(vec![Event::RecordingStarted { recording }])
            }
            Command::PauseRecording => {
                let recording = self.own_recording(RecordingState::Recording)?;
                Ok(vec![Event::RecordingPaused { recording }])
            }
            Command::ResumeRecording => {
                let recording = self.own_recording(RecordingState::Paused)?;
                Ok(vec![Event::RecordingResumed { recording }])
            }
            Command::StopRecording => self.stop_recording(),
            Command::GrantRecording { person } => self.set_grant(person, true),
            Command::RevokeRecording { person } => self.set_grant(person, false),
            Command::Mute { person } => self.set_muted(person, true),
            Command::Unmute { person } => self.set_muted(person, false),
            Command::Remove { person } => {
                let person = self.target(person, Action::RemoveGuest, Self::remove_action)?;
                Ok(goes(self.room, person, LeaveReason::Removed))
            }
            Command::AppointCohost { person } => self.set_role(person, Role::Cohost),
            Command::DismissCohost { person } => self.set_role(person, Role::Guest),
            Command::HandOver { person } => self.hand_over(person),
            Command::SetPolicies { policies } => self.set_policies(policies),
            Command::RaiseHand => {
                self.require(Action::RaiseHand)?;
                Ok(self.set_hand(self.by, true))
            }
            Command::LowerHand { person } => {
                let own = *person == self.by.id;
                self.require(if own { Action::RaiseHand } else { Action::LowerHands })?;
                Ok(self.set_hand(self.present(person)?, false))
            }
            Command::Rename { name } => self.rename(name),
            Command::Leave => {
                self.require(Action::Leave)?;
                Ok(goes(self.room, self.by, LeaveReason::Left))
            }
            Command::EndRoom => {
                self.require(Action::EndRoom)?;
                let running = self.room.state.recording.iter();
                let mut events: Vec<_> = running
                    .map(|running| Event::RecordingStopped {
                        recording: running.id.clone(),
                        reason: StopReason::RoomEnded,
                    })
                    .collect();
                events.push(Event::Ended { reason: EndReason::EndedByHost });
                Ok(events)
            }
        }
    }

    fn may(&self, action: Action) -> bool {
        may(self.by, &self.room.state.policies, action)
    }

    fn require(&self, action: Action) -> Result<(), Denied> {
        if self.may(action) { Ok(()) } else { deny(Code::NotAllowed) }
    }

    fn present(&self, id: &PersonId) -> Result<&'a Person, Denied> {
        self.room.state.person(id).ok_or(Denied { code: Code::NoSuchPerson })
    }

    /// Finds who is meant. The right depends on whom it is about; who lacks it even for guests (`least`) is told so
    /// before whether the person exists.
    fn target(
        &self,
        id: &PersonId,
        least: Action,
        action: impl FnOnce(Role) -> Action,
    ) -> Result<&'a Person, Denied> {
        self.require(least)?;
        let person = self.present(id)?;
        self.require(action(person.role))?;
        Ok(person)
    }

    fn remove_action(role: Role) -> Action {
        match role {
            Role::Host => Action::RemoveHost,
            Role::Cohost => Action::RemoveCohost,
            Role::Guest => Action::RemoveGuest,
        }
    }

    fn mute_action(role: Role) -> Action {
        match role {
            Role::Host => Action::MuteHost,
            Role::Cohost => Action::MuteCohost,
            Role::Guest => Action::MuteGuest,
        }
    }

    fn own_recording(&self, in_state: RecordingState) -> Result<RecordingId, Denied> {
        self.require(Action::Record)?;
        match &self.room.state.recording {
            None => deny(Code::NotRecording),
            Some(running) if running.by != self.by.id => deny(Code::NotAllowed),
            Some(running) if running.state != in_state => deny(Code::WrongState),
            Some(running) => Ok(running.id.clone()),
        }
    }

    fn stop_recording(&self) -> Result<Vec<Event>, Denied> {
        let any = self.may(Action::StopAnyRecording);
        if !any {
            self.require(Action::Record)?;
        }
        let Some(running) = &self.room.state.recording else {
            return deny(Code::NotRecording);
        };
        let reason = match running.by == self.by.id {
            true => StopReason::Stopped,
            false if any => StopReason::StoppedByHost,
            false => return deny(Code::NotAllowed),
        };
        Ok(vec![Event::RecordingStopped { recording: running.id.clone(), reason }])
    }

    fn set_grant(&self, id: &PersonId, may_record: bool) -> Result<Vec<Event>, Denied> {
        self.require(Action::GrantRecording)?;
        let person = self.present(id)?;
        if person.may_record == may_record {
            return Ok(Vec::new());
        }
        let mut events = self.if_right_lost(person, person.role, may_record);
        events.push(Event::GrantChanged { person: person.id.clone(), may_record });
        Ok(events)
    }

    /// Ends the recording of `person` when they may not record any more with this role and grant.
    fn if_right_lost(&self, person: &Person, role: Role, granted: bool) -> Vec<Event> {
        if allows(role, granted, &self.room.state.policies, Action::Record) {
            return Vec::new();
        }
        ends_recording_of(self.room, person, StopReason::Revoked)
    }

    fn set_muted(&self, id: &PersonId, muted: bool) -> Result<Vec<Event>, Denied> {
        let person = self.target(id, Action::MuteGuest, Self::mute_action)?;
        if person.muted == muted {
            return Ok(Vec::new());
        }
        Ok(vec![Event::MuteChanged { person: person.id.clone(), muted }])
    }

    fn set_role(&self, id: &PersonId, role: Role) -> Result<Vec<Event>, Denied> {
        self.require(Action::AppointCohost)?;
        let person = self.present(id)?;
        if person.role == role {
            return Ok(Vec::new());
        }
        if person.role == Role::Host {
            // The host role ends by handing over only.
            return deny(Code::WrongState);
        }
        let mut events = self.if_right_lost(person, role, person.may_record);
        events.push(Event::RoleChanged { person: person.id.clone(), role });
        Ok(events)
    }

    fn hand_over(&self, id: &PersonId) -> Result<Vec<Event>, Denied> {
        self.require(Action::HandOver)?;
        let person = self.present(id)?;
        if person.id == self.by.id {
            return deny(Code::WrongState);
        }
        let mut events = self.if_right_lost(self.by, Role::Cohost, self.by.may_record);
        events.push(Event::HandedOver { from: self.by.id.clone(), to: person.id.clone() });
        Ok(events)
    }

    fn set_policies(&self, policies: &Policies) -> Result<Vec<Event>, Denied> {
        let present = &self.room.state.policies;
        // The lock is a smaller right than the rest: co-hosts have it too.
        let others_stay = Policies { locked: present.locked, ..policies.clone() } == *present;
        self.require(if others_stay { Action::Lock } else { Action::SetPolicies })?;
        if policies == present {
            return Ok(Vec::new());
        }
        Ok(vec![Event::PoliciesChanged { policies: policies.clone() }])
    }

    fn set_hand(&self, person: &Person, raised: bool) -> Vec<Event> {
        if person.hand_raised_at.is_some() == raised {
            return Vec::new();
        }
        vec![Event::HandChanged { person: person.id.clone(), raised }]
    }

    fn rename(&self, name: &str) -> Result<Vec<Event>, Denied> {
        self.require(Action::Rename)?;
        let Some(name) = clean_name(name, self.limits.name_chars) else {
            return deny(Code::BadName);
        };
        if name == self.by.name {
            return Ok(Vec::new());
        }
        Ok(vec![Event::Renamed { person: self.by.id.clone(), name }])
    }
}
