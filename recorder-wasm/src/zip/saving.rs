//! Watching and cancelling what takes long.

use std::rc::Rc;

use web_sys::AbortSignal;

use crate::Error;

/// How far saving is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SaveProgress {
    /// Bytes that are done.
    pub done_bytes: u64,
    /// All bytes.
    pub total_bytes: u64,
}

/// How to watch and cancel saving. The default does neither.
#[derive(Clone, Default)]
pub struct SaveOptions {
    /// Is told how far it is, after each 2 MiB.
    pub on_progress: Option<Rc<dyn Fn(SaveProgress)>>,
    /// Cancels it: nothing is left of what was written. Dropping the future does the same.
    pub signal: Option<AbortSignal>,
}

impl std::fmt::Debug for SaveOptions {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("SaveOptions").field("signal", &self.signal).finish_non_exhaustive()
    }
}

/// Something that is being saved.
#[derive(Debug)]
pub(crate) struct Saving {
    options: SaveOptions,
    progress: SaveProgress,
}

impl Saving {
    pub(crate) fn new(options: &SaveOptions, total_bytes: u64) -> Self {
        Self { options: options.clone(), progress: SaveProgress { done_bytes: 0, total_bytes } }
    }

    /// # Errors
    /// [`Error::Cancelled`].
    pub(crate) fn check(&self) -> Result<(), Error> {
        let cancelled = self.options.signal.as_ref().is_some_and(AbortSignal::aborted);
        if cancelled { Err(Error::Cancelled) } else { Ok(()) }
    }

    /// So many bytes more.
    pub(crate) fn done(&mut self, bytes: u64) {
        self.progress.done_bytes += bytes;
        if let Some(tell) = &self.options.on_progress {
            tell(self.progress);
        }
    }
}
