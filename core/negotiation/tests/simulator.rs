//! Two ends over a channel that keeps the order but not the time, with random renegotiations, restarts, failures and
//! candidates at any moment: when the noise ends, both agree and are connected.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests, outside of `#[test]`"
)]

mod common;

use std::collections::VecDeque;

use common::{Browser, End, assert_agree};
use hostreel_negotiation::{
    Candidate, Content, Generation, Input, LiveSlots, Millis, Negotiator, PeerState, Report, Role, Signal,
    TransportState,
};
use proptest::prelude::*;

/// Xorshift: a run is repeated by its seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

struct World {
    now: Millis,
    ends: [End; 2],
    /// To the end of the same index.
    ways: [VecDeque<Signal>; 2],
}

impl World {
    fn new(offerer_polite: bool) -> Self {
        let ends =
            [End::new('a', Role::Offerer, offerer_polite), End::new('b', Role::Answerer, !offerer_polite)];
        Self { now: Millis(1), ends, ways: Default::default() }
    }

    fn post(&mut self) {
        for from in 0..2 {
            let sent = std::mem::take(&mut self.ends[from].sent);
            self.ways[1 - from].extend(sent);
        }
    }

    fn deliver(&mut self, to: usize) {
        if let Some(signal) = self.ways[to].pop_front() {
            self.ends[to].handle(self.now, Input::Signal(signal));
        }
    }

    fn noise(&mut self, chance: &mut Chance) {
        let which = usize::from(chance.below(2) == 1);
        let fits = self.fits();
        let end = &mut self.ends[which];
        match chance.below(16) {
            0 => end.report(self.now, Report::NegotiationNeeded),
            1 => end.transport(self.now, TransportState::Disconnected),
            2 => end.transport(self.now, TransportState::Failed),
            // A connection comes up only where the credentials fit.
            3 | 4 if fits => end.transport(self.now, TransportState::Connected),
            5 => end.fail = chance.below(4) == 0,
            6 | 7 => end.find_candidate(self.now),
            8 if chance.below(2) == 0 => end.handle(self.now, Input::SignalingResumed),
            8 => end.handle(self.now, Input::SignalingBack),
            9 => {
                self.now = Millis(self.now.0 + chance.below(12_000));
                end.handle(self.now, Input::Tick);
            }
            10 | 11 => drop(end.finish(self.now)),
            _ => self.deliver(which),
        }
        self.post();
    }

    /// Each end has the other's credentials.
    fn fits(&self) -> bool {
        let [one, other] = self.ends.each_ref().map(|end| &end.browser);
        let knows = |this: &Browser, that: &Browser| this.remote_ufrag.as_ref() == Some(&that.ufrag);
        one.generation == other.generation && knows(one, other) && knows(other, one)
    }

    /// Everything arrives and finishes; connections that agree come up, others don't.
    fn quiet(&mut self) {
        for _ in 0..400 {
            self.ends.iter_mut().for_each(|end| end.fail = false);
            for _ in 0..100 {
                for which in 0..2 {
                    self.deliver(which);
                    self.ends[which].finish(self.now);
                    self.post();
                }
            }
            let up = self.fits();
            for end in &mut self.ends {
                if up && end.negotiator.state() != PeerState::Connected {
                    end.transport(self.now, TransportState::Connected);
                }
            }
            self.post();
            let calm = self.ends.iter().all(|end| end.negotiator.is_settled() && end.busy.is_none());
            let Some(due) = self.ends.iter().filter_map(|end| end.negotiator.deadline()).min() else {
                if calm && self.ways.iter().all(VecDeque::is_empty) {
                    return;
                }
                continue;
            };
            self.now = self.now.max(due);
            self.ends.iter_mut().for_each(|end| end.handle(self.now, Input::Tick));
            self.post();
        }
        panic!("never calm: {:?}", self.ends);
    }
}

fn run(seed: u64) {
    let mut chance = Chance(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut world = World::new(seed.is_multiple_of(2));
    for end in &mut world.ends {
        end.handle(world.now, Input::Start);
    }
    for _ in 0..chance.below(300) {
        world.noise(&mut chance);
    }
    world.quiet();
    let [one, other] = &world.ends;
    assert_agree(one, other);
    assert_eq!(
        (one.negotiator.state(), other.negotiator.state()),
        (PeerState::Connected, PeerState::Connected)
    );
}

#[test]
fn noise_always_ends_in_agreement() {
    for seed in 0..3_000 {
        if std::panic::catch_unwind(|| run(seed)).is_err() {
            panic!("seed {seed}");
        }
    }
}

fn content() -> impl Strategy<Value = Content> {
    let text =
        prop_oneof![Just(String::new()), "[ -~]{0,40}", Just("a=ice-ufrag:u\r\na=ice-ufrag:\r\n".into())];
    prop_oneof![
        (0..4_u32, text.clone()).prop_map(|(round, sdp)| Content::Offer { round, sdp }),
        (0..4_u32, text.clone()).prop_map(|(round, sdp)| Content::Answer { round, sdp }),
        (text, proptest::option::of("[a-z]{0,3}")).prop_map(|(candidate, ufrag)| {
            Content::Candidate(Candidate { candidate, mid: None, line: None, ufrag })
        }),
        Just(Content::Renew),
        Just(Content::Media(LiveSlots::default())),
    ]
}

fn input() -> impl Strategy<Value = Input> {
    let generation = prop_oneof![4 => 0..4_u32, 1 => Just(u32::MAX)].prop_map(Generation);
    prop_oneof![
        Just(Input::Start),
        Just(Input::Tick),
        Just(Input::SignalingLost),
        Just(Input::SignalingResumed),
        Just(Input::SignalingBack),
        (generation.clone(), content())
            .prop_map(|(generation, content)| Input::Signal(Signal { generation, content })),
        (
            generation,
            prop_oneof![
                Just(Report::NegotiationNeeded),
                Just(Report::RemoteDescription),
                Just(Report::DescriptionFailed),
                Just(Report::Transport(TransportState::Failed)),
                Just(Report::Transport(TransportState::Connected)),
            ]
        )
            .prop_map(|(generation, report)| Input::Report(generation, report)),
    ]
}

proptest! {
    #[test]
    fn no_input_in_any_order_breaks_it(
        offerer: bool,
        polite: bool,
        inputs in proptest::collection::vec((any::<u32>(), input()), 0..80),
    ) {
        let role = if offerer { Role::Offerer } else { Role::Answerer };
        let mut negotiator = Negotiator::new(role, polite);
        for (now, input) in inputs {
            prop_assert!(negotiator.handle(Millis(u64::from(now)), input).len() < 200);
        }
    }

    #[test]
    fn no_text_breaks_the_reading(text in "\\PC*") {
        let _ = Signal::decode(&text);
        let _ = Signal::decode(&format!(r#"{{"generation":1,"kind":"offer",{text}}}"#));
    }
}
