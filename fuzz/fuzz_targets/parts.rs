//! Any bytes are inspected, split and joined.
#![no_main]

#[path = "../../core/seekable/tests/simulator/mod.rs"]
mod simulator;
#[path = "../../core/seekable/tests/support/mod.rs"]
mod support;
#[path = "../../core/seekable/tests/mp4_support/mod.rs"]
mod support_mp4;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    simulator::parts::any(input);
});
