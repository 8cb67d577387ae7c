//! What happens because time has passed.

use hostreel_protocol::{
    EndReason, Event, LeaveReason, Limits, Millis, PersonId, RoomState, StopReason, Succession,
};

use crate::Room;
use crate::draft::Draft;
use crate::input::seat_ends_at;
use crate::permissions::successor;

/// When the next [`crate::Input::Tick`] has something to decide; `None`: not before something else happens.
#[must_use]
pub fn next_due(room: &Room, limits: &Limits) -> Option<Millis> {
    let state = &room.state;
    let seats = state.people.iter().filter_map(|person| seat_ends_at(limits, person));
    let grants = state.people.iter().filter_map(|person| person.record_until);
    seats.chain(grants).chain(succession_at(state, limits)).min()
}

pub(crate) fn tick(draft: &mut Draft<'_>) {
    let (limits, now) = (draft.limits, draft.now);
    let people = &draft.room.state.people;
    let over = people.iter().filter(|person| seat_ends_at(limits, person).is_some_and(|end| end <= now));
    let over: Vec<PersonId> = over.map(|person| person.id.clone()).collect();
    for person in over {
        draft.goes(&person, LeaveReason::Lost);
    }
    let people = &draft.room.state.people;
    let expired = people.iter().filter(|person| person.record_until.is_some_and(|until| until <= now));
    let expired: Vec<_> = expired.cloned().collect();
    for person in expired {
        if !crate::permissions::allows(
            person.role,
            false,
            &draft.room.state.policies,
            crate::permissions::Action::Record,
        ) {
            draft.ends_recording_of(&person.id, StopReason::Expired);
        }
        draft.add(Event::GrantChanged { person: person.id, may_record: false, until: None });
    }
    if succession_at(&draft.room.state, limits).is_some_and(|at| at <= now) {
        match draft.room.state.policies.succession {
            Succession::Cohost => {
                if let Some(person) = successor(&draft.room.state).map(|person| person.id.clone()) {
                    draft.add(Event::Succeeded { person });
                    draft.compares_names();
                }
            }
            Succession::Wait => {}
            Succession::End => draft.ends(EndReason::HostGone),
        }
    }
}

/// When the missing host is replaced or the room ends, if it comes to that.
fn succession_at(state: &RoomState, limits: &Limits) -> Option<Millis> {
    let at = state.host_gone_at?.plus(limits.host_grace_ms);
    let acts = match state.policies.succession {
        Succession::Cohost => successor(state).is_some(),
        Succession::Wait => false,
        Succession::End => !state.ended,
    };
    (acts && state.host().is_none()).then_some(at)
}
