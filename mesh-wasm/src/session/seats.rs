//! Who is in the room, and the connections that follow from it.

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use hostreel_negotiation::{Input, Negotiator, Role};
use hostreel_protocol::{Envelope, Event, PersonId, Welcome};
use hostreel_room::{Room, evolve};
use wasm_bindgen_futures::spawn_local;

use super::Session;
use crate::browser::page;
use crate::lines;
use crate::person::{Person, Surroundings};
use crate::quality::ladder;
use crate::{ConnectionState, MeshEvent, PeerLoss, PeerState};

/// Who waits alone has time to spare after this one, in milliseconds.
const REHEARSED_AFTER_MS: u32 = 1_000;

impl Session {
    /// In the room: back on the own seat, so that the connections with the others stay; or as somebody new, so that all
    /// are made anew.
    pub(super) fn welcome(&mut self, welcome: Welcome, events: &mut Vec<MeshEvent>) {
        let Welcome { you, room, now, ice_servers, limits, resume, resumed, missed, .. } = welcome;
        let same_seat = resumed && self.you.as_ref() == Some(&you) && self.room.is_some();
        // The seat is ours, and nothing is known of the connections that belong to it.
        let anew = resumed && !same_seat;
        self.joined = true;
        self.backoff.reset();
        // A server clock beyond 2⁵³ ms is not one.
        self.clock_offset_ms = now.0 as f64 - page::now_ms();
        (self.you, self.limits, self.ice_servers) = (Some(you), limits, ice_servers);
        self.keep(resume);
        events.push(MeshEvent::Connection(ConnectionState::Joined));
        if !same_seat {
            self.people.clear();
            self.expected.clear();
        }
        let other_history = missed.is_none();
        for envelope in missed.filter(|_| same_seat).unwrap_or_default() {
            self.happened(&envelope, events);
        }
        if self.room.as_ref().map(Room::state) != Some(&room) {
            events.push(MeshEvent::Room { state: Rc::new(room.clone()), event: None });
            self.room = Some(Room::from_state(room));
        }
        if same_seat {
            if other_history {
                self.expect_the_missing();
            }
            self.with_everybody(events, |person, around| {
                person.renew(around);
                person.signaling_back(around);
            });
        }
        self.meet_and_part(anew, events);
        if self.people.is_empty() {
            self.rehearsal = Some(Timeout::new(REHEARSED_AFTER_MS, || spawn_local(lines::rehearse())));
        }
    }

    /// Sets aside who is not in the room that we came back to, for as long as their seats are kept.
    fn expect_the_missing(&mut self) {
        let Self { people, expected, room, .. } = self;
        let Some(room) = room else { return };
        let missing: Vec<_> = people.keys().filter(|id| room.state().person(id).is_none()).cloned().collect();
        expected.extend(missing.into_iter().filter_map(|id| people.remove_entry(&id)));
        let wait = u32::try_from(self.limits.guest_grace_ms).unwrap_or(u32::MAX >> 1);
        self.expecting = Some(Timeout::new(wait, self.caller(|session, _| session.expected.clear())));
    }

    pub(super) fn happened(&mut self, envelope: &Envelope, events: &mut Vec<MeshEvent>) {
        let Some(room) = &mut self.room else { return };
        let known = room.state().rev;
        if !self.joined || envelope.rev <= known {
            return;
        }
        if envelope.rev > known + 1 {
            // Something is missing, and only a new snapshot can tell what.
            page::warn("an event is missing: joining afresh");
            self.lost(0, events);
            return;
        }
        evolve(room, envelope);
        let state = Rc::new(room.state().clone());
        events.push(MeshEvent::Room { state, event: Some(envelope.clone()) });
        self.meet_and_part(false, events);
        if let Event::PresenceChanged { person, away, .. } = &envelope.event {
            self.with_person(person, events, |person, around| match away {
                true => person.handle(Input::SignalingLost, around),
                false => person.signaling_back(around),
            });
        }
    }

    /// Makes the connections agree with the room: nobody who is gone, everybody who is there, mutes kept,
    /// and to each a picture as good as so many people can have. `anew`: who is met now may have met an earlier page of ours.
    fn meet_and_part(&mut self, anew: bool, events: &mut Vec<MeshEvent>) {
        let Self { shared, socket, local, ice_servers, people, expected, you, room, rehearsal, .. } = self;
        let (Some(you), Some(room)) = (you, room) else { return };
        if room.state().people.len() > 1 {
            *rehearsal = None;
        }
        people.retain(|id, _| room.state().person(id).is_some());
        let socket = socket.as_ref();
        let mut around = Surroundings { shared, socket, local, ice_servers, events };
        let host = room.state().host().map(|host| &host.id);
        // Everybody stands in the order of joining: who is before us offers, and we offer to those who are after us.
        let mut role = Role::Answerer;
        for present in &room.state().people {
            if present.id == *you {
                role = Role::Offerer;
                continue;
            }
            let quality = ladder(room.state().people.len(), host == Some(&present.id));
            if let Some(person) = people.get_mut(&present.id) {
                person.set_muted(present.muted, &mut around);
                person.set_quality(quality, &around);
                continue;
            }
            if let Some(mut person) = expected.remove(&present.id) {
                person.set_muted(present.muted, &mut around);
                person.set_quality(quality, &around);
                person.returned(&mut around);
                people.insert(present.id.clone(), person);
                continue;
            }
            let met = Person::meet(
                present.id.clone(),
                negotiator(you, &present.id, role, anew),
                role,
                present.muted,
                quality,
                &mut around,
            );
            match met {
                Ok(person) => drop(people.insert(present.id.clone(), person)),
                Err(error) => {
                    page::warn(&error.to_string());
                    let state = PeerState::Lost { cause: PeerLoss::NoConnection };
                    around.events.push(MeshEvent::Peer { person: present.id.clone(), state });
                }
            }
        }
    }
}

/// For the connection with somebody. Of two ids the lesser one gives way.
fn negotiator(you: &PersonId, other: &PersonId, role: Role, anew: bool) -> Negotiator {
    let polite = you < other;
    if anew {
        // Seconds since 1970 fit until 2106.
        Negotiator::anew(role, polite, (page::now_ms() / 1_000.0) as u32)
    } else {
        Negotiator::new(role, polite)
    }
}
