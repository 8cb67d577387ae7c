//! Interrupting: Ctrl-C and termination are noticed between two chunks, so that temporary files are taken away.

use std::sync::atomic::{AtomicBool, Ordering};

static IS_INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Begins to listen. Where that can't be done an interruption ends the program at once, which harms no target either.
pub(crate) fn listen() {
    let _ = ctrlc::set_handler(|| IS_INTERRUPTED.store(true, Ordering::Relaxed));
}

/// Whether it is time to stop.
pub(crate) fn is_interrupted() -> bool {
    IS_INTERRUPTED.load(Ordering::Relaxed)
}
