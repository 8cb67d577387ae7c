//! Whether a page has to wait for the other end before there can be a first picture.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests, outside of `#[test]`"
)]

mod common;

use common::connected;
use hostreel_negotiation::{
    Content, Generation, Input, Millis, Negotiator, Report, Role, Signal, TransportState,
};

const NOW: Millis = Millis(1_000);

fn started(role: Role) -> Negotiator {
    let mut negotiator = Negotiator::new(role, role == Role::Offerer);
    negotiator.handle(NOW, Input::Start);
    negotiator
}

fn offer() -> Input {
    let content = Content::Offer { round: 1, sdp: "v=0\r\n".into() };
    Input::Signal(Signal { generation: Generation::FIRST, content })
}

#[test]
fn the_answering_end_awaits_an_offer_until_it_comes() {
    let mut other = started(Role::Answerer);
    assert!(other.awaits_offer());
    other.handle(NOW, offer());
    assert!(!other.awaits_offer(), "it is being set");
    other.handle(NOW, Input::Report(Generation::FIRST, Report::RemoteDescription));
    assert!(!other.awaits_offer(), "the answer is being made");
}

#[test]
fn the_offering_end_awaits_none() {
    assert!(!started(Role::Offerer).awaits_offer());
}

#[test]
fn an_end_whose_connection_worked_once_awaits_none() {
    let (_, mut other) = connected(true);
    assert!(!other.negotiator.awaits_offer());
    other.transport(NOW, TransportState::Failed);
    assert!(!other.negotiator.awaits_offer());
}
