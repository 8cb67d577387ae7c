//! What is done when a connection breaks, and when.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests, outside of `#[test]`"
)]

mod common;

use common::{End, assert_agree, connected, kinds, settle};
use hostreel_negotiation::{
    Candidate, Content, Generation, Input, LossCause, Millis, PeerState, Report, Role, Signal, TransportState,
};

const NOW: Millis = Millis(1_000);

fn tick(end: &mut End) -> Millis {
    let due = end.negotiator.deadline().expect("something is due");
    end.handle(due, Input::Tick);
    due
}

#[test]
fn a_short_disconnection_is_left_alone() {
    let (mut one, _) = connected(true);
    one.transport(NOW, TransportState::Disconnected);
    assert_eq!(one.negotiator.state(), PeerState::Unstable);
    assert_eq!(one.negotiator.deadline(), Some(Millis(3_000)), "two seconds");
    one.handle(Millis(2_999), Input::Tick);
    one.transport(Millis(2_999), TransportState::Connected);
    assert_eq!((one.restarts, one.negotiator.deadline()), (0, None));
    assert_eq!(
        one.states,
        [PeerState::Connecting, PeerState::Connected, PeerState::Unstable, PeerState::Connected]
    );
}

#[test]
fn a_long_disconnection_and_a_failure_restart_ice() {
    for state in [TransportState::Disconnected, TransportState::Failed] {
        let (mut one, mut other) = connected(true);
        let before = one.browser.ufrag.clone();
        one.transport(NOW, state);
        if state == TransportState::Disconnected {
            tick(&mut one);
        }
        settle(NOW, &mut one, &mut other);
        assert_eq!((one.restarts, other.restarts), (1, 0));
        assert_ne!(one.browser.ufrag, before);
        assert_agree(&one, &other);
    }
}

#[test]
fn the_answering_end_waits_a_little_longer() {
    let (mut one, mut other) = connected(false);
    other.transport(NOW, TransportState::Failed);
    assert_eq!(other.restarts, 0);
    tick(&mut other);
    settle(NOW, &mut one, &mut other);
    assert_eq!(other.restarts, 1);
    assert_agree(&one, &other);
}

#[test]
fn what_a_restart_does_not_mend_is_made_anew_and_then_called_lost() {
    let (mut one, mut other) = connected(true);
    let mut now = NOW;
    one.transport(now, TransportState::Failed);
    for _ in 0..3 {
        settle(now, &mut one, &mut other);
        one.find_candidate(now);
        now = tick(&mut one);
    }
    assert_eq!(one.negotiator.state(), PeerState::Lost(LossCause::NoRoute));
    assert_eq!(one.browser.generation, Generation(2));
    // It goes on trying, and comes back.
    tick(&mut one);
    settle(now, &mut one, &mut other);
    assert_eq!(other.browser.generation, Generation(3));
    assert_agree(&one, &other);
    one.transport(now, TransportState::Connected);
    assert_eq!(one.states.last(), Some(&PeerState::Connected));
}

#[test]
fn a_browser_that_finds_no_addresses_gets_a_new_connection_soon_and_once() {
    for is_offerer in [true, false] {
        let mut one = End::new('a', Role::Offerer, true);
        let mut other = End::new('b', Role::Answerer, false);
        one.handle(NOW, Input::Start);
        other.handle(NOW, Input::Start);
        settle(NOW, &mut one, &mut other);
        let (well, stuck) = if is_offerer { (&mut other, &mut one) } else { (&mut one, &mut other) };
        well.find_candidate(NOW);
        let mut alone = stuck.negotiator.clone();
        alone.handle(NOW, Input::SignalingLost);
        assert_eq!(alone.handle(Millis(5_000), Input::Tick), [], "nobody can be told");
        assert_eq!(alone.deadline(), Some(Millis(7_000)));
        let now = tick(stuck);
        assert_eq!(now, Millis(5_000), "after four seconds");
        settle(now, &mut one, &mut other);
        assert_eq!((one.restarts, other.restarts), (0, 0), "a restart mends nothing");
        assert_eq!((one.browser.generation, other.browser.generation), (Generation(2), Generation(2)));
        assert_agree(&one, &other);
        if is_offerer {
            other.find_candidate(now)
        } else {
            one.find_candidate(now)
        }
        let again = one.negotiator.deadline().min(other.negotiator.deadline()).unwrap();
        assert!(again > Millis(now.0 + 10_000), "without a network nothing is found, however often");
    }
}

#[test]
fn silence_is_told_apart_from_no_route() {
    let mut one = End::new('a', Role::Offerer, true);
    one.handle(NOW, Input::Start);
    let mut now = NOW;
    for _ in 0..30 {
        one.finish(now);
        if one.negotiator.state() == PeerState::Lost(LossCause::NoAnswer) {
            return;
        }
        now = tick(&mut one);
    }
    panic!("{:?}", one.states);
}

#[test]
fn a_description_that_fails_leads_to_a_new_connection_on_both_sides() {
    for failing_is_offerer in [true, false] {
        let mut one = End::new('a', Role::Offerer, true);
        let mut other = End::new('b', Role::Answerer, false);
        one.handle(NOW, Input::Start);
        other.handle(NOW, Input::Start);
        if failing_is_offerer {
            one.fail = true
        } else {
            other.fail = true
        }
        settle(NOW, &mut one, &mut other);
        assert_eq!(one.browser.generation, Generation(2));
        assert_agree(&one, &other);
    }
}

#[test]
fn an_old_answer_never_meets_a_new_connection() {
    let (mut one, mut other) = connected(true);
    one.report(NOW, Report::NegotiationNeeded);
    one.finish(NOW);
    for signal in std::mem::take(&mut one.sent) {
        other.handle(NOW, Input::Signal(signal));
    }
    other.finish(NOW);
    other.finish(NOW);
    let late = std::mem::take(&mut other.sent);
    assert_eq!(kinds(&late), ["answer"]);
    one.handle(NOW, Input::Signal(Signal { generation: Generation(2), content: Content::Renew }));
    one.finish(NOW);
    for signal in late {
        one.handle(NOW, Input::Signal(signal));
    }
    assert!(one.busy.is_none(), "dropped");
    settle(NOW, &mut one, &mut other);
    assert_agree(&one, &other);
}

#[test]
fn a_lost_offer_or_answer_is_made_up_for() {
    for lost in ["offer", "answer"] {
        let (mut one, mut other) = connected(true);
        one.report(NOW, Report::NegotiationNeeded);
        one.finish(NOW);
        for signal in std::mem::take(&mut one.sent) {
            if lost == "answer" {
                other.handle(NOW, Input::Signal(signal));
            }
        }
        other.finish(NOW);
        other.finish(NOW);
        other.sent.clear();
        assert!(!one.negotiator.is_settled());
        assert_eq!(tick(&mut one), Millis(11_000), "ten seconds");
        settle(NOW, &mut one, &mut other);
        assert_agree(&one, &other);
    }
}

#[test]
fn nothing_is_tried_while_nobody_can_be_told_and_everything_after() {
    let (mut one, mut other) = connected(true);
    one.handle(NOW, Input::SignalingLost);
    one.transport(NOW, TransportState::Failed);
    for _ in 0..20 {
        tick(&mut one);
    }
    assert_eq!((one.restarts, one.negotiator.state()), (0, PeerState::Unstable));
    one.handle(NOW, Input::SignalingResumed);
    settle(NOW, &mut one, &mut other);
    assert_eq!(one.restarts, 1);
    assert_agree(&one, &other);
}

#[test]
fn a_connection_that_works_is_left_alone_when_the_way_is_back() {
    let (mut one, mut other) = connected(true);
    let before = one.browser.ufrag.clone();
    one.handle(NOW, Input::SignalingLost);
    one.handle(NOW, Input::SignalingBack);
    settle(NOW, &mut one, &mut other);
    assert_eq!((one.restarts, &one.browser.ufrag), (0, &before));
    // One that does not is mended.
    one.handle(NOW, Input::SignalingLost);
    one.transport(NOW, TransportState::Disconnected);
    one.handle(NOW, Input::SignalingBack);
    settle(NOW, &mut one, &mut other);
    assert_ne!(one.browser.ufrag, before);
    assert_agree(&one, &other);
}

#[test]
fn candidates_never_overtake_their_description() {
    let mut one = End::new('a', Role::Offerer, true);
    one.handle(NOW, Input::Start);
    one.find_candidate(NOW);
    assert!(one.sent.is_empty());
    one.finish(NOW);
    one.find_candidate(NOW);
    assert_eq!(kinds(&one.sent), ["offer", "candidate", "candidate"]);
}

#[test]
fn foreign_offers_and_candidates_wait_or_vanish() {
    let mut one = End::new('a', Role::Offerer, true);
    one.handle(NOW, Input::Start);
    one.finish(NOW);
    // An offer to the offering end before anything is paired, from the future, or an answer to nothing.
    for (generation, content) in [
        (1, Content::Offer { round: 1, sdp: "x".into() }),
        (7, Content::Offer { round: 1, sdp: "x".into() }),
        (1, Content::Answer { round: 9, sdp: "x".into() }),
        (u32::MAX, Content::Renew),
    ] {
        one.handle(NOW, Input::Signal(Signal { generation: Generation(generation), content }));
        assert!(one.busy.is_none());
    }
    let candidate = Candidate { candidate: "c".into(), mid: None, line: None, ufrag: None };
    let signal = Signal { generation: Generation(1), content: Content::Candidate(candidate) };
    one.handle(NOW, Input::Signal(signal));
    assert!(one.browser.added.is_empty());
}

/// Both ways round, with the other end at rest or in the middle of mending what the reload broke, and twice.
#[test]
fn a_page_that_is_loaded_anew_gets_a_new_connection_at_once() {
    for (offerer_polite, offerer_reloads, mending) in [
        (true, true, false),
        (false, true, true),
        (true, false, false),
        (false, false, true),
        (true, false, true),
    ] {
        let (mut offerer, mut answerer) = connected(offerer_polite);
        for now_s in [1_790_000_000, 1_790_000_009] {
            let (other, role) = match offerer_reloads {
                true => (&mut answerer, Role::Offerer),
                false => (&mut offerer, Role::Answerer),
            };
            if mending {
                other.transport(NOW, TransportState::Disconnected);
            }
            // Its first words go to the page that knows nothing.
            other.handle(NOW, Input::SignalingLost);
            other.handle(NOW, Input::SignalingBack);
            other.finish(NOW);
            let before = other.browser.generation;
            if offerer_reloads {
                offerer = offerer.reloaded(role, offerer_polite, now_s);
                offerer.handle(NOW, Input::Start);
            } else {
                answerer = answerer.reloaded(role, !offerer_polite, now_s);
                answerer.handle(NOW, Input::Start);
            }
            settle(NOW, &mut offerer, &mut answerer);
            assert_agree(&offerer, &answerer);
            assert!(offerer.browser.generation > before, "{offerer:?}");
            offerer.transport(NOW, TransportState::Connected);
            answerer.transport(NOW, TransportState::Connected);
        }
    }
}

#[test]
fn an_answering_end_that_knows_nothing_asks_again_if_it_is_not_heard() {
    let (mut one, other) = connected(true);
    let mut other = other.reloaded(Role::Answerer, false, 1_790_000_000);
    other.handle(NOW, Input::Start);
    other.sent.clear();
    let mut now = NOW;
    while other.sent.is_empty() {
        now = tick(&mut other);
    }
    settle(now, &mut one, &mut other);
    assert_agree(&one, &other);
    assert_eq!(one.browser.generation, Generation(2));
}
