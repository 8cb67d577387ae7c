//! Signals: Ctrl-C and termination are noticed between two chunks, and while a pipe is idle, so that temporary files are
//! taken away.

use std::io::{PipeReader, PipeWriter, Write};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

static IS_INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Whoever waits for an input also waits for this pipe. What is written into it is never read: it wakes all.
static WAKE: OnceLock<(PipeReader, PipeWriter)> = OnceLock::new();

/// Begins to listen. Where that can't be done an interruption ends the program at once, which harms no target either.
pub(crate) fn listen() {
    if let Ok(pipe) = std::io::pipe() {
        let _ = WAKE.set(pipe);
    }
    let _ = ctrlc::set_handler(|| {
        IS_INTERRUPTED.store(true, Ordering::Relaxed);
        if let Some(mut writer) = WAKE.get().map(|(_, writer)| writer) {
            let _ = writer.write(&[0]);
        }
    });
    outlive_file_limits();
}

/// Whether it is time to stop.
pub(crate) fn is_interrupted() -> bool {
    IS_INTERRUPTED.load(Ordering::Relaxed)
}

/// Waits until there is something to read, the input has ended, or it is time to stop. Elsewhere than on Unix reading itself
/// waits, and an interruption is noticed when the next bytes come.
#[cfg(unix)]
pub(crate) fn wait_for(input: &impl std::os::fd::AsFd) {
    use rustix::event::{PollFd, PollFlags, poll};
    let mut waited: Vec<PollFd<'_>> = vec![PollFd::new(input, PollFlags::IN)];
    waited.extend(WAKE.get().map(|(reader, _)| PollFd::new(reader, PollFlags::IN)));
    // Whatever else is wrong with the input, reading it tells.
    while !is_interrupted() && poll(&mut waited, None) == Err(rustix::io::Errno::INTR) {}
}

#[cfg(not(unix))]
pub(crate) fn wait_for<T>(_input: &T) {}

/// A file that would become larger than `ulimit -f` allows is an error of writing, told like any other. Without a handler
/// the signal for it ends the program, and temporary files stay.
fn outlive_file_limits() {
    #[cfg(unix)]
    {
        let flag = std::sync::Arc::new(AtomicBool::new(false));
        let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, flag);
    }
}
