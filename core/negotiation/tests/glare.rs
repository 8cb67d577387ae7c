//! Both ends offer at once: whatever the timing, one offer wins, the other is made again, and both agree.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests, outside of `#[test]`"
)]

mod common;

use common::{End, assert_agree, connected, kinds, settle};
use hostreel_negotiation::{Input, Millis, Report};

const NOW: Millis = Millis(1_000);

/// How far each end is when the other's offer arrives.
#[derive(Debug, Clone, Copy)]
enum Progress {
    /// The browser is still making the offer.
    Making,
    /// The offer is out.
    Sent,
}

fn begin(end: &mut End, progress: Progress) {
    end.report(NOW, Report::NegotiationNeeded);
    if matches!(progress, Progress::Sent) {
        end.finish(NOW);
    }
}

#[test]
fn every_collision_ends_in_agreement() {
    for offerer_polite in [true, false] {
        for one_progress in [Progress::Making, Progress::Sent] {
            for other_progress in [Progress::Making, Progress::Sent] {
                for restarts in [false, true] {
                    let (mut one, mut other) = connected(offerer_polite);
                    if restarts {
                        // Both also want new ICE credentials.
                        one.handle(NOW, Input::SignalingResumed);
                        other.handle(NOW, Input::SignalingResumed);
                    }
                    begin(&mut one, one_progress);
                    begin(&mut other, other_progress);
                    settle(NOW, &mut one, &mut other);
                    assert_agree(&one, &other);
                    assert_eq!(one.browser.generation.0, 1, "no new connection is needed");
                }
            }
        }
    }
}

#[test]
fn the_impolite_end_ignores_and_the_polite_end_gives_way() {
    let (mut polite, mut impolite) = connected(true);
    begin(&mut polite, Progress::Sent);
    begin(&mut impolite, Progress::Sent);
    let (from_polite, from_impolite) = (std::mem::take(&mut polite.sent), std::mem::take(&mut impolite.sent));
    assert_eq!((kinds(&from_polite), kinds(&from_impolite)), (vec!["offer"], vec!["offer"]));
    for signal in from_polite {
        impolite.handle(NOW, Input::Signal(signal));
    }
    assert!(impolite.busy.is_none(), "ignored");
    for signal in from_impolite {
        polite.handle(NOW, Input::Signal(signal));
    }
    assert!(polite.finish(NOW) && polite.finish(NOW), "their offer is set, an answer made");
    assert_eq!(kinds(&polite.sent), ["answer"]);
    settle(NOW, &mut polite, &mut impolite);
    assert_agree(&polite, &impolite);
}

#[test]
fn an_offer_while_our_answer_is_being_set_is_no_collision() {
    // isSettingRemoteAnswerPending: the impolite end must not ignore this one.
    let (mut polite, mut impolite) = connected(true);
    begin(&mut impolite, Progress::Sent);
    for signal in std::mem::take(&mut impolite.sent) {
        polite.handle(NOW, Input::Signal(signal));
    }
    polite.finish(NOW);
    polite.report(NOW, Report::NegotiationNeeded);
    polite.finish(NOW);
    polite.finish(NOW);
    assert_eq!(kinds(&polite.sent), ["answer", "offer"]);
    for signal in std::mem::take(&mut polite.sent) {
        impolite.handle(NOW, Input::Signal(signal));
    }
    impolite.finish(NOW);
    impolite.finish(NOW);
    impolite.finish(NOW);
    assert_eq!(kinds(&impolite.sent), ["answer"], "their offer is answered");
    settle(NOW, &mut polite, &mut impolite);
    assert_agree(&polite, &impolite);
}

#[test]
fn candidates_of_an_ignored_offer_reach_nobody() {
    let (mut polite, mut impolite) = connected(true);
    polite.handle(NOW, Input::SignalingResumed);
    polite.finish(NOW);
    polite.find_candidate(NOW);
    assert_eq!(kinds(&polite.sent), ["offer", "candidate"]);
    begin(&mut impolite, Progress::Sent);
    let before = impolite.browser.added.clone();
    for signal in std::mem::take(&mut polite.sent) {
        impolite.handle(NOW, Input::Signal(signal));
    }
    assert_eq!(impolite.browser.added, before);
    settle(NOW, &mut polite, &mut impolite);
    assert_agree(&polite, &impolite);
}

#[test]
fn a_restart_survives_giving_way() {
    let (mut polite, mut impolite) = connected(true);
    let before = polite.browser.ufrag.clone();
    polite.handle(NOW, Input::SignalingResumed);
    polite.finish(NOW);
    begin(&mut impolite, Progress::Sent);
    settle(NOW, &mut polite, &mut impolite);
    assert_agree(&polite, &impolite);
    assert_ne!(polite.browser.ufrag, before, "the credentials are new after all");
}
