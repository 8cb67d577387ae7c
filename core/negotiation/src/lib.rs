//! Perfect negotiation of one peer connection as a state machine.
