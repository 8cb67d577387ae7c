//! Coming and going: joining, the lobby, lost connections, seats taken back.

use hostreel_protocol::{
    Code, Command, Event, KnockEnd, LeaveReason, Person, PersonId, Role, StopReason, WaitingPerson,
};

use crate::clean_name;
use crate::draft::Draft;
use crate::input::{Denied, Join, Keep, Restore, brief_end, deny, grace_ms};
use crate::permissions::{Action, Rule, rule};

/// The key makes host when nobody else is or who is only stands in, and takes the place of its older connection, with
/// that one's role, grant and mute. While somebody else is host (after a hand-over) it opens a locked door and no more.
pub(crate) fn join(draft: &mut Draft<'_>, join: &Join) -> Result<(), Denied> {
    let state = &draft.room.state;
    let Some(name) = clean_name(&join.name, draft.limits.name_chars) else {
        return deny(Code::BadName);
    };
    if state.person(&join.person).is_some() || state.waiting_person(&join.person).is_some() {
        return deny(Code::Internal);
    }
    // Whom to let in is decided here: nobody comes to wait for it.
    if state.is_banned(&join.marks) || join.role == Role::Waiting {
        return deny(Code::Banned);
    }
    let claims_host = join.holds_key || join.role == Role::Host;
    if state.policies.locked && !claims_host {
        return deny(Code::RoomLocked);
    }
    let older = state.people.iter().find(|person| join.holds_key && person.holds_key).cloned();
    if older.is_none() && draft.is_full() {
        return deny(Code::RoomFull);
    }
    let resembles_host = draft.resembles_host(&name);
    if state.policies.lobby && older.is_none() && !claims_host && join.role != Role::Cohost {
        if state.waiting.len() >= draft.limits.waiting_per_room {
            return deny(Code::RoomFull);
        }
        draft.add(Event::Knocked {
            waiting: WaitingPerson {
                id: join.person.clone(),
                name,
                since: draft.now,
                may_record: join.may_record,
                resembles_host,
                marks: join.marks.clone(),
            },
        });
        return Ok(());
    }
    let other_host =
        state.host().filter(|host| older.as_ref().is_none_or(|older| older.id != host.id)).cloned();
    let takes_role_back = claims_host && state.host_stands_in;
    let role = match (&older, &other_host) {
        (_, None) if claims_host => Role::Host,
        _ if takes_role_back => Role::Cohost,
        (Some(older), _) => older.role,
        // A pass for a host while somebody is: the next best.
        (None, _) if join.role == Role::Host => Role::Cohost,
        (None, _) => join.role,
    };
    if let Some(older) = &older {
        draft.goes(&older.id, LeaveReason::Replaced);
    }
    let mut person = Person::new(join.person.clone(), name, role, draft.now);
    person.may_record = join.may_record;
    if let Some(older) = older {
        person.may_record |= older.may_record;
        person.record_until = older.record_until;
        person.muted = older.muted;
    }
    person.muted |= role != Role::Host && draft.room.state.left_muted(&join.marks);
    person.holds_key = join.holds_key;
    person.resembles_host = role != Role::Host && !takes_role_back && resembles_host;
    person.marks.clone_from(&join.marks);
    draft.enters(person);
    if let Some(host) = other_host.filter(|_| takes_role_back) {
        draft.hands_over(&host, &join.person);
    }
    draft.compares_names();
    Ok(())
}

/// A lost connection: the seat is kept for a while. A place in the lobby is not. What a page was recording is over when
/// the page is.
pub(crate) fn lost(draft: &mut Draft<'_>, id: &PersonId, seat: Keep) -> Result<(), Denied> {
    let state = &draft.room.state;
    if state.waiting_person(id).is_some() {
        draft.add(Event::KnockEnded { person: id.clone(), reason: KnockEnd::Lost });
        return Ok(());
    }
    let Some(person) = state.person(id).cloned() else { return deny(Code::NoSuchPerson) };
    if seat == Keep::No || grace_ms(draft.limits, &person) == 0 {
        draft.goes(id, LeaveReason::Lost);
        return Ok(());
    }
    if seat == Keep::Briefly {
        draft.ends_recording_of(id, StopReason::Gone);
    }
    if !person.is_away() {
        let until = brief_end(draft.limits, &person, draft.now).filter(|_| seat == Keep::Briefly);
        draft.add(Event::PresenceChanged { person: id.clone(), away: true, until });
    }
    Ok(())
}

/// The seat is taken back.
pub(crate) fn back(draft: &mut Draft<'_>, id: &PersonId) -> Result<(), Denied> {
    match draft.room.state.person(id) {
        None => deny(Code::SessionUnknown),
        Some(person) if person.is_away() => {
            draft.add(Event::PresenceChanged { person: id.clone(), away: false, until: None });
            Ok(())
        }
        Some(_) => Ok(()),
    }
}

/// A seat from before a restart. Whatever the tokens say, there is one host at most.
pub(crate) fn restore(draft: &mut Draft<'_>, restore: &Restore) -> Result<(), Denied> {
    let Restore { person, policies, recording, is_newest } = restore;
    if draft.room.state.person(&person.id).is_some() {
        return back(draft, &person.id);
    }
    if draft.room.state.is_banned(&person.marks) || person.role == Role::Waiting {
        return deny(Code::Banned);
    }
    if draft.is_full() {
        return deny(Code::RoomFull);
    }
    if *is_newest && draft.room.state.policies != *policies {
        draft.add(Event::PoliciesChanged { policies: policies.clone() });
    }
    let other_host = draft.room.state.host().cloned();
    let mut person = Person { away_since: None, away_until: None, ..person.clone() };
    let was_host = person.role == Role::Host;
    if was_host && other_host.is_some() {
        person.role = Role::Cohost;
    }
    let id = person.id.clone();
    draft.enters(person);
    if let Some(host) = other_host.filter(|_| was_host && *is_newest) {
        draft.hands_over(&host, &id);
    }
    let may_record =
        draft.room.state.person(&id).is_some_and(|person| {
            crate::permissions::may(person, &draft.room.state.policies, Action::Record)
        });
    if let Some(recording) = recording.as_ref().filter(|recording| may_record && recording.by == id)
        && draft.room.state.recording.is_none()
    {
        let mut recording = recording.clone();
        // Who came back meanwhile and was not asked before, is asked.
        recording.consents.retain(|consent| draft.room.state.person(&consent.person).is_some());
        crate::asked::ask_everybody(&draft.room.state, &mut recording, draft.now);
        draft.add(Event::RecordingStarted { recording });
    }
    draft.compares_names();
    Ok(())
}

/// Lets somebody in from the lobby.
pub(crate) fn admit(draft: &mut Draft<'_>, waiting: &WaitingPerson) -> Result<(), Denied> {
    if draft.is_full() {
        return deny(Code::RoomFull);
    }
    let mut person = Person::new(waiting.id.clone(), waiting.name.clone(), Role::Guest, draft.now);
    person.may_record = waiting.may_record;
    person.muted = draft.room.state.left_muted(&waiting.marks);
    person.resembles_host = draft.resembles_host(&waiting.name);
    person.marks.clone_from(&waiting.marks);
    draft.enters(person);
    Ok(())
}

/// Somebody in the lobby can leave it, and nothing else.
pub(crate) fn command_of_waiting(
    draft: &mut Draft<'_>,
    by: &PersonId,
    command: &Command,
) -> Result<(), Denied> {
    match command {
        Command::Leave if rule(Role::Waiting, Action::Leave) == Rule::Always => {
            draft.add(Event::KnockEnded { person: by.clone(), reason: KnockEnd::Left });
            Ok(())
        }
        _ => deny(Code::NotAllowed),
    }
}
