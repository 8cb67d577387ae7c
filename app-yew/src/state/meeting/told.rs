//! Which event of the room becomes a message.

use hostreel_protocol::{Event, LeaveReason, Millis, PersonId, RecordingKind, Role, RoomState, StopReason};

use crate::state::toasts::Message;

/// What this page's person is told of an event; nothing of what does not concern them.
pub(super) fn told(you: &PersonId, before: &RoomState, event: &Event, at: Millis) -> Option<Message> {
    let time_is_over = || before.person(you).and_then(|me| me.record_until).is_some_and(|until| until <= at);
    let name = |id: &PersonId| before.person(id).map(|person| person.name.clone()).unwrap_or_default();
    Some(match event {
        Event::Joined { person } if person.id != *you => Message::Joined(person.name.clone()),
        Event::Left { person, reason } if person != you => match reason {
            LeaveReason::Left | LeaveReason::Replaced => Message::Left(name(person)),
            LeaveReason::Lost => Message::Lost(name(person)),
            LeaveReason::Removed | LeaveReason::Banned => Message::Removed(name(person)),
        },
        Event::RecordingStarted { recording } if recording.by != *you => {
            Message::RecordingStarted(name(&recording.by), recording.kind)
        }
        // What became of it is on the page.
        Event::RecordingStopped { reason: StopReason::Stopped, .. }
            if before.recording.as_ref().is_some_and(|recording| recording.by == *you) =>
        {
            return None;
        }
        Event::RecordingStopped { .. } => {
            let kind = before.recording.as_ref().map_or(RecordingKind::Video, |recording| recording.kind);
            Message::RecordingStopped(kind)
        }
        Event::GrantChanged { person, may_record, .. } if person == you => {
            if *may_record {
                Message::MayRecord
            } else if time_is_over() {
                Message::RecordTimeOver
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
        Event::HandedOver { to, .. } | Event::Succeeded { person: to } if to == you => Message::HostIsMe,
        Event::HandedOver { to, .. } | Event::Succeeded { person: to } => Message::HostIs(name(to)),
        Event::RoleChanged { person, role } if person == you => match role {
            Role::Host => Message::HostIsMe,
            Role::Cohost => Message::CohostIsMe,
            Role::Guest | Role::Waiting => Message::GuestIsMe,
        },
        Event::RoleChanged { person, role: Role::Host } => Message::HostIs(name(person)),
        Event::PoliciesChanged { policies } if policies.locked != before.policies.locked => {
            if policies.locked { Message::Locked } else { Message::Unlocked }
        }
        _ => return None,
    })
}
