//! What a recording has to tell.

use std::rc::Rc;

use hostreel_app::state::toasts::{Health, Message};
use hostreel_recorder::{Recording, Warning};

/// What becomes of a recording.
pub(crate) enum Report {
    /// The recorder runs, for the first time or again.
    Running,
    /// It is paused.
    Paused,
    /// It is completing the file.
    Finishing,
    /// How far it is.
    Progress(Progress),
    /// What was delivered last ends so far before its delivery, in milliseconds.
    Behind(u64),
    /// The person should know this; it goes on.
    Say(Message),
    /// The disk is nearly full: it was ended, complete.
    StorageLow,
    /// Kept in memory only.
    NoStorage,
    /// It could not start, or broke; then with what was recorded until then.
    Failed(&'static str, Option<Recording>),
    /// The file is complete; of several that were made together, the first.
    Finished(Recording),
}

/// How far a recording is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Progress {
    /// Recorded time, pauses left out, in milliseconds.
    pub(crate) elapsed_ms: u64,
    /// Size of the file, in bytes.
    pub(crate) bytes: u64,
    /// Free space, in bytes, where the browser tells.
    pub(crate) free_bytes: Option<u64>,
}

/// Takes reports.
pub(super) type Tell = Rc<dyn Fn(Report)>;

/// What the person should know of how it goes.
pub(super) fn say(tell: &Tell, code: &str) {
    if let Some(health) = Health::from_code(code) {
        tell(Report::Say(Message::Health(health)));
    }
}

/// The recorder's warnings.
pub(super) fn warn(tell: &Tell, warning: &Warning) {
    match warning {
        Warning::LowSpace { .. } => tell(Report::StorageLow),
        Warning::InMemory { .. } => tell(Report::NoStorage),
        Warning::TrackEnded { video: false } => tell(Report::Say(Message::Health(Health::SoundEnded))),
        warning => say(tell, warning.code()),
    }
}
