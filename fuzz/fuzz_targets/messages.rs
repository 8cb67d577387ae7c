//! Any text is read as a message, and what it says happens to a room.
#![no_main]

#[path = "../../core/protocol/tests/messages/mod.rs"]
mod messages;

use hostreel_protocol::{Policies, RoomId, ServerMessage};
use hostreel_room::{Room, evolve};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Ok(text) = std::str::from_utf8(input) else { return };
    if let Err(breach) = messages::read(text) {
        panic!("{breach}");
    }
    // A server that lies: a client's room takes it, and takes it once.
    let mut room = Room::new(RoomId::from_random(1), Policies::default());
    for line in text.lines() {
        match ServerMessage::decode(line) {
            Ok(ServerMessage::Welcome(welcome)) => room = Room::from_state(welcome.room),
            Ok(ServerMessage::Event(envelope)) => {
                evolve(&mut room, &envelope);
                let once = room.clone();
                evolve(&mut room, &envelope);
                assert_eq!(once, room, "an event counts twice");
            }
            _ => {}
        }
    }
});
