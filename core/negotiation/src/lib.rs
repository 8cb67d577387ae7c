//! Perfect negotiation of one peer connection as a state machine: no I/O, reads no clock, knows no browser.
//!
//! A [`Negotiator`] is one end of one pair. Feed it [`Input`]s, carry out the [`Output`]s in order, and call it again
//! with [`Input::Tick`] when [`Negotiator::deadline`] is reached. The rules are those of "perfect negotiation" (WebRTC
//! §10.7), with three more: every connection of a pair has a [`Generation`], every offer a number that its answer
//! repeats, and only one side ever makes a connection anew.

mod candidates;
mod io;
mod link;
mod negotiator;
mod recovery;
mod signal;

pub use io::{
    Description, DescriptionKind, Input, LossCause, Millis, Output, PeerState, Report, Role, TransportState,
};
pub use negotiator::Negotiator;
pub use signal::{
    Candidate, Content, Generation, LiveSlots, MAX_CANDIDATE_BYTES, MAX_SDP_BYTES, Signal, SignalError,
};
