//! The recorder's state machine, clock, codec choice and picture layout, without a browser.
