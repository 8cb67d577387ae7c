//! Whatever a socket sends is read, or refused as unreadable: the fuzz target `messages`, on documented messages that are
//! cut, spliced and changed.

mod messages;

use messages::{documented, read};
use proptest::prelude::*;
use proptest::sample::Index;

/// What happens to a message on its way.
#[derive(Debug, Clone)]
enum Damage {
    Cut(Index),
    Flip(Index, u8),
    /// The end of another one behind its own beginning.
    Splice(Index, Index, Index),
    /// A piece of it, again and again.
    Repeat(Index, Index, u8),
    /// One of its words becomes another value.
    Value(Index, &'static str),
}

fn damage() -> impl Strategy<Value = Damage> {
    let index = any::<Index>;
    let values = vec![
        "null",
        "-1",
        "1e400",
        "18446744073709551616",
        "\"\"",
        "\"\\u0000\\ud800\"",
        "[]",
        "{}",
        "[[[[[[[[]]]]]]]]",
    ];
    prop_oneof![
        index().prop_map(Damage::Cut),
        (index(), any::<u8>()).prop_map(|(at, byte)| Damage::Flip(at, byte)),
        (index(), index(), index()).prop_map(|(at, other, from)| Damage::Splice(at, other, from)),
        (index(), index(), 1u8..100).prop_map(|(at, length, times)| Damage::Repeat(at, length, times)),
        (index(), proptest::sample::select(values)).prop_map(|(which, value)| Damage::Value(which, value)),
    ]
}

fn damaged(mut text: Vec<u8>, damage: &Damage, all: &[String]) -> Vec<u8> {
    if text.is_empty() {
        return text;
    }
    match damage {
        Damage::Cut(at) => text.truncate(at.index(text.len())),
        Damage::Flip(at, byte) => {
            let at = at.index(text.len());
            text[at] ^= byte;
        }
        Damage::Splice(at, other, from) => {
            let other = other.get(all).as_bytes();
            text.truncate(at.index(text.len()));
            text.extend_from_slice(&other[from.index(other.len())..]);
        }
        Damage::Repeat(at, length, times) => {
            let at = at.index(text.len());
            let piece = text[at..at + length.index(text.len() - at)].repeat(usize::from(*times));
            text.splice(at..at, piece);
        }
        Damage::Value(which, value) => {
            let colons: Vec<usize> = (0..text.len()).filter(|at| text[*at] == b':').collect();
            if !colons.is_empty() {
                let from = which.get(&colons) + 1;
                let to = (from..text.len()).find(|at| matches!(text[*at], b',' | b'}')).unwrap_or(text.len());
                text.splice(from..to, value.bytes());
            }
        }
    }
    text
}

#[test]
fn every_documented_message_comes_back_as_it_was() {
    for text in documented() {
        assert!(read(&text).unwrap() > 0, "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_message_is_read_or_refused(
        which in any::<Index>(),
        damages in proptest::collection::vec(damage(), 1..5),
    ) {
        let all = documented();
        let text = damages.iter().fold(which.get(&all).clone().into_bytes(), |text, one| damaged(text, one, &all));
        if let Err(breach) = read(&String::from_utf8_lossy(&text)) {
            return Err(TestCaseError::fail(breach));
        }
    }
}
