//! A recording that is cut off while it is made, and completed where it is.
#![no_main]

#[path = "../../core/seekable/tests/simulator/mod.rs"]
mod simulator;
#[path = "../../core/seekable/tests/support/mod.rs"]
mod support;
#[path = "../../core/seekable/tests/mp4_support/mod.rs"]
mod support_mp4;

use libfuzzer_sys::fuzz_target;
use simulator::Operation;

fuzz_target!(|input: &[u8]| {
    let (operations, recording) = Operation::split_input(input);
    simulator::cut_off(&operations, recording);
});
