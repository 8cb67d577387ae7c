//! Any inputs to a room's rules: four bytes are one operation.
#![no_main]

#[path = "../../core/room/tests/common/mod.rs"]
mod common;

use common::world::{ABOUT, Asked, Operation, World};
use hostreel_protocol::{
    Command, ConsentAnswer, ConsentPolicy, PolicyChange, RecordingKind, Role, Succession,
};
use hostreel_room::Keep;
use libfuzzer_sys::fuzz_target;

/// Texts that the rules must make something of.
const TEXTS: &[&str] =
    &["", "a", " b ", "\u{202e}c", "\0", "민아", "A", "a very long one indeed, for a name", "👍"];

fn text(which: u8) -> String {
    TEXTS[usize::from(which) % TEXTS.len()].to_owned()
}

fn policy(which: u8, bits: u8) -> PolicyChange {
    let flag = |bit: u8| (which & (1 << bit) != 0).then_some(bits & (1 << bit) != 0);
    let succession = [Succession::Cohost, Succession::Wait, Succession::End];
    PolicyChange {
        guests_share: flag(0),
        guests_chat: flag(1),
        guests_raise_hand: flag(2),
        locked: flag(3),
        lobby: flag(4),
        consent: flag(5).map(|ask| if ask { ConsentPolicy::Ask } else { ConsentPolicy::Notify }),
        succession: flag(6).map(|_| succession[usize::from(bits) % 3]),
        chat_history: flag(7),
    }
}

fn operation([kind, who, what, more]: [u8; 4]) -> Operation {
    let (who, is_set) = (usize::from(who), more & 1 != 0);
    let kinds = [RecordingKind::Video, RecordingKind::Audio, RecordingKind::Screen, RecordingKind::Tracks];
    let answers = [ConsentAnswer::All, ConsentAnswer::Voice, ConsentAnswer::None, ConsentAnswer::Withdrawn];
    let simple = |command| Operation::Command(who, Asked::Simple(command));
    match kind % 20 {
        0 | 1 => {
            let role = [Role::Guest, Role::Guest, Role::Cohost, Role::Host][usize::from(more >> 1) % 4];
            let identity = (more & 8 != 0).then_some(more >> 6);
            Operation::Join { holds_key: is_set, role, name: text(what), identity }
        }
        2 => Operation::Lost(who, [Keep::No, Keep::Usual, Keep::Briefly, Keep::Usual][usize::from(more) % 4]),
        3 => Operation::Back(who),
        4 => Operation::Restore { of: who, is_newest: is_set },
        // Up to two minutes.
        5 => Operation::Wait(u64::from(what) * 500),
        6 => simple(Command::StartRecording { kind: kinds[usize::from(what) % 4] }),
        7 => simple(if is_set { Command::PauseRecording } else { Command::ResumeRecording }),
        8 => simple(Command::StopRecording),
        9 => simple(Command::SetPolicy { change: policy(what, more) }),
        10 => simple(Command::Lock { locked: is_set }),
        11 => simple(Command::Consent { recording: None, answer: answers[usize::from(what) % 4] }),
        12 => simple(if is_set { Command::RaiseHand } else { Command::LowerHand { person: None } }),
        13 => simple(Command::Chat { text: text(what) }),
        14 => simple(Command::React { emoji: text(what) }),
        15 => simple(Command::Rename { name: text(what) }),
        16 => simple(if more == 255 { Command::EndRoom } else { Command::Leave }),
        _ => Operation::Command(who, Asked::About(ABOUT[usize::from(what) % ABOUT.len()], usize::from(more))),
    }
}

fuzz_target!(|input: &[u8]| {
    let mut world = World::new();
    for four in input.as_chunks::<4>().0 {
        if let Err(breach) = world.step(operation(*four)) {
            panic!("{breach}");
        }
        if world.server.state().ended {
            return;
        }
    }
});
