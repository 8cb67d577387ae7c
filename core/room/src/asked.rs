//! Commands of members.

use hostreel_protocol::{
    Code, Command, Consent, ConsentAnswer, ConsentPolicy, ConsentState, EndReason, Event, KnockEnd,
    LeaveReason, Millis, Person, PersonId, PolicyChange, RecordingId, RecordingKind, RecordingState, Role,
    RoomState, RunningRecording, StopReason,
};

use crate::draft::Draft;
use crate::input::{Denied, deny};
use crate::permissions::{Action, allows};
use crate::text::{clean_emoji, clean_text};
use crate::{clean_name, door};

/// Most marks that a room keeps banned.
const MOST_BANNED: usize = 1_000;

/// A member's command with all that it is decided by.
pub(crate) struct Asked<'a, 'd> {
    pub(crate) draft: &'a mut Draft<'d>,
    pub(crate) by: &'a Person,
}

impl Asked<'_, '_> {
    pub(crate) fn decide(&mut self, command: &Command, new_recording: &RecordingId) -> Result<(), Denied> {
        match command {
            Command::Admit { person } => self.admit(person),
            Command::Refuse { person } => self.refuse(person),
            Command::Lock { locked } => {
                self.set_policy(&PolicyChange { locked: Some(*locked), ..PolicyChange::default() })
            }
            Command::SetPolicy { change } => self.set_policy(change),
            Command::Mute { person } => self.set_muted(person, true),
            Command::Unmute { person } => self.set_muted(person, false),
            Command::Remove { person } => {
                let person = self.target(person, Action::RemoveGuest, remove_action)?;
                self.draft.goes(&person.id, LeaveReason::Removed);
                Ok(())
            }
            Command::Ban { person } => self.ban(person),
            Command::GrantRecording { person, for_ms } => self.grant(person, *for_ms),
            Command::RevokeRecording { person } => self.revoke(person),
            Command::AppointCohost { person } => self.set_role(person, Role::Cohost),
            Command::DismissCohost { person } => self.set_role(person, Role::Guest),
            Command::HandOver { person } => self.hand_over(person),
            Command::StartRecording { kind } => self.start_recording(*kind, new_recording),
            Command::PauseRecording => {
                let recording = self.own_recording(RecordingState::Recording)?;
                self.draft.add(Event::RecordingPaused { recording });
                Ok(())
            }
            Command::ResumeRecording => {
                let recording = self.own_recording(RecordingState::Paused)?;
                self.draft.add(Event::RecordingResumed { recording });
                Ok(())
            }
            Command::StopRecording => self.stop_recording(),
            Command::Consent { recording, answer } => self.consent(recording.as_ref(), *answer),
            Command::RaiseHand => {
                self.require(Action::RaiseHand)?;
                self.set_hand(&self.by.clone(), true);
                Ok(())
            }
            Command::LowerHand { person } => self.lower_hand(person.as_ref()),
            Command::Chat { text } => self.chat(text),
            Command::React { emoji } => self.react(emoji),
            Command::Rename { name } => self.rename(name),
            Command::Leave => {
                self.require(Action::Leave)?;
                self.draft.goes(&self.by.id, LeaveReason::Left);
                Ok(())
            }
            Command::EndRoom => {
                self.require(Action::EndRoom)?;
                self.draft.ends(EndReason::EndedByHost);
                Ok(())
            }
        }
    }

    fn state(&self) -> &RoomState {
        &self.draft.room.state
    }

    fn may(&self, action: Action) -> bool {
        // A lent right is over at its moment, whenever the tick comes.
        let granted = self.by.may_record && self.by.record_until.is_none_or(|until| self.draft.now < until);
        allows(self.by.role, granted, &self.state().policies, action)
    }

    fn require(&self, action: Action) -> Result<(), Denied> {
        if self.may(action) { Ok(()) } else { deny(Code::NotAllowed) }
    }

    fn present(&self, id: &PersonId) -> Result<Person, Denied> {
        self.state().person(id).cloned().ok_or(Denied { code: Code::NoSuchPerson })
    }

    /// Finds who is meant. The right depends on whom it is about; who lacks it even for guests (`least`) is told so
    /// before whether the person exists.
    fn target(
        &self,
        id: &PersonId,
        least: Action,
        action: impl FnOnce(Role) -> Action,
    ) -> Result<Person, Denied> {
        self.require(least)?;
        let person = self.present(id)?;
        self.require(action(person.role))?;
        Ok(person)
    }

    fn admit(&mut self, id: &PersonId) -> Result<(), Denied> {
        self.require(Action::Admit)?;
        let Some(waiting) = self.state().waiting_person(id).cloned() else {
            return deny(Code::NoSuchPerson);
        };
        door::admit(self.draft, &waiting)
    }

    fn refuse(&mut self, id: &PersonId) -> Result<(), Denied> {
        self.require(Action::Admit)?;
        if self.state().waiting_person(id).is_none() {
            return deny(Code::NoSuchPerson);
        }
        self.draft.add(Event::KnockEnded { person: id.clone(), reason: KnockEnd::Refused });
        Ok(())
    }

    fn ban(&mut self, id: &PersonId) -> Result<(), Denied> {
        self.require(Action::RemoveGuest)?;
        let waiting = self.state().waiting_person(id).cloned();
        let marks = match &waiting {
            Some(waiting) => {
                self.require(Action::Admit)?;
                waiting.marks.clone()
            }
            None => self.target(id, Action::RemoveGuest, remove_action)?.marks,
        };
        let state = self.state();
        if state.banned.len().saturating_add(marks.len()) > MOST_BANNED {
            return deny(Code::TooMany);
        }
        // The same marks may sit here twice: on another device. Whom one may not ban is not banned along with somebody who
        // bears the same mark, and keeps it free.
        let (may_go, stay): (Vec<_>, Vec<_>) =
            state.people.iter().partition(|person| self.may(remove_action(person.role)));
        let marks: Vec<_> =
            marks.into_iter().filter(|mark| stay.iter().all(|person| !person.marks.contains(mark))).collect();
        let same = |others: &[hostreel_protocol::Mark]| marks.iter().any(|mark| others.contains(mark));
        let people: Vec<_> = may_go
            .into_iter()
            .filter(|person| person.id == *id || same(&person.marks))
            .map(|person| person.id.clone())
            .collect();
        let knocking: Vec<_> = state
            .waiting
            .iter()
            .filter(|waiting| waiting.id == *id || same(&waiting.marks))
            .map(|waiting| waiting.id.clone())
            .collect();
        for person in people {
            self.draft.goes(&person, LeaveReason::Banned);
        }
        for person in knocking {
            self.draft.add(Event::KnockEnded { person, reason: KnockEnd::Banned });
        }
        if !marks.is_empty() {
            self.draft.add(Event::Banned { marks });
        }
        Ok(())
    }

    fn start_recording(&mut self, kind: RecordingKind, id: &RecordingId) -> Result<(), Denied> {
        self.require(Action::Record)?;
        if self.state().recording.is_some() {
            return deny(Code::AlreadyRecording);
        }
        let mut recording = RunningRecording::new(id.clone(), self.by.id.clone(), kind, self.draft.now);
        recording.consent = self.state().policies.consent;
        ask_everybody(self.state(), &mut recording, self.draft.now);
        self.draft.add(Event::RecordingStarted { recording });
        Ok(())
    }

    fn own_recording(&self, in_state: RecordingState) -> Result<RecordingId, Denied> {
        self.require(Action::Record)?;
        match &self.state().recording {
            None => deny(Code::NotRecording),
            Some(running) if running.by != self.by.id => deny(Code::NotAllowed),
            Some(running) if running.state != in_state => deny(Code::WrongState),
            Some(running) => Ok(running.id.clone()),
        }
    }

    fn stop_recording(&mut self) -> Result<(), Denied> {
        let any = self.may(Action::StopAnyRecording);
        if !any {
            self.require(Action::Record)?;
        }
        let Some(running) = &self.state().recording else {
            return deny(Code::NotRecording);
        };
        let reason = match running.by == self.by.id {
            true => StopReason::Stopped,
            false if any => StopReason::StoppedByHost,
            false => return deny(Code::NotAllowed),
        };
        let recording = running.id.clone();
        self.draft.add(Event::RecordingStopped { recording, reason });
        Ok(())
    }

    fn consent(&mut self, id: Option<&RecordingId>, answer: ConsentAnswer) -> Result<(), Denied> {
        self.require(Action::AnswerConsent)?;
        let Some(running) = &self.state().recording else {
            return deny(Code::NotRecording);
        };
        if id.is_some_and(|id| *id != running.id)
            || running.consent == ConsentPolicy::Notify
            || running.by == self.by.id
        {
            return deny(Code::WrongState);
        }
        let before = running.consent_of(&self.by.id);
        let agreed = before.allows_voice() || before == ConsentState::Withdrawn;
        let state = match answer {
            ConsentAnswer::All => ConsentState::All,
            ConsentAnswer::Voice => ConsentState::Voice,
            ConsentAnswer::None | ConsentAnswer::Withdrawn if agreed => ConsentState::Withdrawn,
            ConsentAnswer::None | ConsentAnswer::Withdrawn => ConsentState::None,
        };
        if state != before {
            let recording = running.id.clone();
            self.draft.add(Event::ConsentChanged { recording, person: self.by.id.clone(), state });
        }
        Ok(())
    }

    fn grant(&mut self, id: &PersonId, for_ms: Option<u64>) -> Result<(), Denied> {
        self.require(Action::GrantRecording)?;
        let person = self.present(id)?;
        if for_ms == Some(0) {
            return deny(Code::WrongState);
        }
        let until = for_ms.map(|milliseconds| self.draft.now.plus(milliseconds));
        if !person.may_record || person.record_until != until {
            self.draft.add(Event::GrantChanged { person: person.id, may_record: true, until });
        }
        Ok(())
    }

    fn revoke(&mut self, id: &PersonId) -> Result<(), Denied> {
        self.require(Action::GrantRecording)?;
        let person = self.present(id)?;
        if person.may_record {
            self.draft.ends_recording_without_right(&person, person.role, false);
            self.draft.add(Event::GrantChanged { person: person.id, may_record: false, until: None });
        }
        Ok(())
    }

    fn set_muted(&mut self, id: &PersonId, muted: bool) -> Result<(), Denied> {
        let person = self.target(id, Action::MuteGuest, mute_action)?;
        if person.muted != muted {
            self.draft.add(Event::MuteChanged { person: person.id, muted });
        }
        Ok(())
    }

    fn set_role(&mut self, id: &PersonId, role: Role) -> Result<(), Denied> {
        self.require(Action::AppointCohost)?;
        let person = self.present(id)?;
        if person.role == role {
            return Ok(());
        }
        if person.role == Role::Host {
            // The host role ends by handing over only.
            return deny(Code::WrongState);
        }
        self.draft.ends_recording_without_right(&person, role, person.may_record);
        self.draft.add(Event::RoleChanged { person: person.id, role });
        Ok(())
    }

    fn hand_over(&mut self, id: &PersonId) -> Result<(), Denied> {
        self.require(Action::HandOver)?;
        let person = self.present(id)?;
        // Nobody can take a role who is not there, and who only stands in has none to give: the key takes it back.
        if person.id == self.by.id || person.is_away() || self.state().host_stands_in {
            return deny(Code::WrongState);
        }
        self.draft.hands_over(self.by, &person.id);
        self.draft.compares_names();
        Ok(())
    }

    fn set_policy(&mut self, change: &PolicyChange) -> Result<(), Denied> {
        let present = self.state().policies.clone();
        let policies = change.applied_to(&present);
        // The lock is a smaller right than the rest: co-hosts have it too.
        let others_stay =
            PolicyChange { locked: Some(present.locked), ..change.clone() }.applied_to(&present) == present;
        self.require(if others_stay { Action::Lock } else { Action::SetPolicies })?;
        if policies == present {
            return Ok(());
        }
        let opens_lobby = present.lobby && !policies.lobby;
        self.draft.add(Event::PoliciesChanged { policies });
        if opens_lobby {
            // As many as there is room for; the others wait for a place.
            for waiting in self.state().waiting.clone() {
                if door::admit(self.draft, &waiting).is_err() {
                    break;
                }
            }
        }
        Ok(())
    }

    fn lower_hand(&mut self, id: Option<&PersonId>) -> Result<(), Denied> {
        let id = id.unwrap_or(&self.by.id);
        self.require(if *id == self.by.id { Action::LowerOwnHand } else { Action::LowerHands })?;
        let person = self.present(id)?;
        self.set_hand(&person, false);
        Ok(())
    }

    fn set_hand(&mut self, person: &Person, raised: bool) {
        if person.hand_raised_at.is_some() != raised {
            self.draft.add(Event::HandChanged { person: person.id.clone(), raised });
        }
    }

    fn chat(&mut self, text: &str) -> Result<(), Denied> {
        self.require(Action::Chat)?;
        let Some(text) = clean_text(text, self.draft.limits.chat_chars) else {
            return deny(Code::BadText);
        };
        let Person { id, name, .. } = self.by.clone();
        self.draft.add(Event::Chat { from: id, name, text });
        Ok(())
    }

    fn react(&mut self, emoji: &str) -> Result<(), Denied> {
        self.require(Action::React)?;
        let Some(emoji) = clean_emoji(emoji) else {
            return deny(Code::BadText);
        };
        self.draft.add(Event::Reacted { person: self.by.id.clone(), emoji });
        Ok(())
    }

    fn rename(&mut self, name: &str) -> Result<(), Denied> {
        self.require(Action::Rename)?;
        let Some(name) = clean_name(name, self.draft.limits.name_chars) else {
            return deny(Code::BadName);
        };
        if name != self.by.name {
            let resembles_host = self.by.role != Role::Host && self.draft.resembles_host(&name);
            self.draft.add(Event::Renamed { person: self.by.id.clone(), name, resembles_host });
            self.draft.compares_names();
        }
        Ok(())
    }
}

/// Puts everybody who is there but who records, and has not answered yet, on the list of who is asked.
pub(crate) fn ask_everybody(state: &RoomState, recording: &mut RunningRecording, now: Millis) {
    if recording.consent == ConsentPolicy::Notify {
        return;
    }
    for person in &state.people {
        let known = recording.consents.iter().any(|consent| consent.person == person.id);
        if person.id != recording.by && !known {
            let (person, state) = (person.id.clone(), ConsentState::Asked);
            recording.consents.push(Consent { person, state, at: now });
        }
    }
}

fn remove_action(role: Role) -> Action {
    match role {
        Role::Host => Action::RemoveHost,
        Role::Cohost => Action::RemoveCohost,
        Role::Guest | Role::Waiting => Action::RemoveGuest,
    }
}

fn mute_action(role: Role) -> Action {
    match role {
        Role::Host => Action::MuteHost,
        Role::Cohost => Action::MuteCohost,
        Role::Guest | Role::Waiting => Action::MuteGuest,
    }
}
