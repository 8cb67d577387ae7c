//! Who may do what, and what it leads to.

use hostreel_protocol::{Code, Event, Limits, Millis, PersonId};

use crate::asked::Asked;
use crate::draft::Draft;
use crate::input::{Denied, Input, deny};
use crate::permissions::{Action, may};
use crate::{Room, door, time};

/// Decides an input: the events it leads to, in order. None at all means: it is so already.
///
/// Total and deterministic: the same room, limits, time and input give the same answer.
///
/// # Errors
/// [`Denied`], with the code for who asked. Nothing changes then.
pub fn decide(room: &Room, limits: &Limits, now: Millis, input: &Input) -> Result<Vec<Event>, Denied> {
    if room.state.ended {
        return deny(Code::RoomEnded);
    }
    let mut draft = Draft::new(room, limits, now);
    match input {
        Input::Join(join) => door::join(&mut draft, join)?,
        Input::Lost { person, seat } => door::lost(&mut draft, person, *seat)?,
        Input::Back { person } => door::back(&mut draft, person)?,
        Input::Restore(restore) => door::restore(&mut draft, restore)?,
        Input::Tick => time::tick(&mut draft),
        Input::Command { by, command, new_recording } => {
            if let Some(by) = room.state.person(by) {
                Asked { draft: &mut draft, by }.decide(command, new_recording)?;
            } else if room.state.waiting_person(by).is_some() {
                door::command_of_waiting(&mut draft, by, command)?;
            } else {
                return deny(Code::NotAllowed);
            }
        }
    }
    Ok(draft.events)
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
