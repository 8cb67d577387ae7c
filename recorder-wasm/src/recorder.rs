//! The recorder: one stream, one state machine, and one file after the other where it is split.

use std::rc::Rc;

use hostreel_recording::{ContainerChoice, Health, Phase, Reached, Wanted, candidates};
use web_sys::{Blob, MediaRecorder, MediaStream};

use crate::browser::{decimal, wall_clock};
use crate::{Error, Options, Recording};

mod guards;
mod part;
mod session;
#[cfg_attr(not(feature = "snapshot"), path = "recorder/no_snapshot.rs")]
mod snapshot;
#[cfg_attr(not(feature = "several-sounds"), path = "recorder/no_sound.rs")]
mod sound;
mod stream;
mod writer;

use session::Session;
#[cfg(feature = "snapshot")]
pub use snapshot::snapshot;
#[cfg(not(feature = "snapshot"))]
use snapshot::snapshot;
#[cfg(feature = "library")]
pub(crate) use writer::{codecs, media_type};

/// Something the user should know; the recording goes on, or ends by itself, complete.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// There is no storage: the recording is kept in memory and is lost with the page, unless it is saved.
    InMemory {
        /// Why.
        reason: Error,
        /// Most that can be recorded, in bytes; then it stops, complete.
        most_bytes: u64,
    },
    /// The disk is nearly full: the recording was stopped and is complete.
    LowSpace {
        /// What is left, in bytes.
        free_bytes: u64,
    },
    /// A limit of [`Options::limits`] was reached: the recording was stopped and is complete.
    Limit(Reached),
    /// The file that was chosen before the start can't be written (any more). The recording goes on in the browser's
    /// own storage.
    PickedFile {
        /// Why.
        error: Error,
    },
    /// A track has ended: a device was unplugged, or sharing was stopped.
    TrackEnded {
        /// It was a picture; else a sound.
        video: bool,
    },
    /// Another page took the lock that says that this recording is being written. The recording goes on.
    LockLost,
    /// One file of a split recording broke off; the next one goes on.
    PartBroke {
        /// Why.
        error: Error,
        /// What is kept of it.
        kept: Option<Box<Recording>>,
    },
}

impl Warning {
    /// A stable short name, for programs and translations.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::InMemory { .. } => "in_memory",
            Self::LowSpace { .. } => "low_space",
            Self::Limit(Reached::Duration) => "duration_limit",
            Self::Limit(Reached::Bytes) => "bytes_limit",
            Self::PickedFile { .. } => "picked_file",
            Self::TrackEnded { .. } => "track_ended",
            Self::LockLost => "lock_lost",
            Self::PartBroke { .. } => "part_broke",
        }
    }
}

/// What a recorder reports.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum RecorderEvent {
    /// It begins in so long; about four times a second, only with [`Options::countdown_ms`].
    Countdown {
        /// In milliseconds.
        remaining_ms: u64,
    },
    /// It entered another phase.
    Phase(Phase),
    /// How far it is; about four times a second (once a second in a hidden tab).
    Progress {
        /// Recorded time, pauses left out, in milliseconds; over all files where it is split.
        elapsed_ms: u64,
        /// Length of the file so far, in bytes.
        bytes: u64,
        /// Space left, in bytes, where the browser tells.
        free_bytes: Option<u64>,
    },
    /// How loud it is; about 15 times a second (once a second in a hidden tab), only with [`Options::meter`].
    Level {
        /// Root mean square, from 0 (silent, −60 dBFS) to 1 (full).
        level: f32,
        /// The loudest sample, on the same scale.
        peak: f32,
    },
    /// A chapter was set.
    Marked {
        /// In this file, in milliseconds.
        at_ms: u64,
        /// What players show.
        title: String,
    },
    /// Whether data, sound and pictures still come.
    Health(Health),
    /// What was delivered last ends so far before the moment of its delivery; about once a second. What starting up
    /// took is in it. It grows when the browser can't encode as fast as pictures come.
    Behind {
        /// In milliseconds of recorded time.
        milliseconds: u64,
    },
    /// A file of a split recording is complete; the next one is being written already.
    Part(Recording),
    /// Something the user should know.
    Warning(Warning),
    /// It broke off.
    Failed {
        /// Why.
        error: Error,
        /// What was recorded until then; it is listed in the library too. Nothing when there was no data at all.
        kept: Option<Recording>,
    },
    /// It ended and the file is complete.
    Finished(Recording),
}

/// Records one [`MediaStream`]. Clones are handles to the same recorder; when the last one is dropped, it stops.
#[derive(Debug, Clone)]
pub struct Recorder {
    session: Rc<Session>,
}

impl Recorder {
    /// Opens a store and begins to record `stream`. The first [`RecorderEvent::Phase`] with [`Phase::Recording`] comes
    /// when the browser's recorder runs. To give up during the countdown, drop the future.
    ///
    /// The tracks that the stream has now are recorded, whatever is added to it or taken out of it later. Several
    /// sounds are mixed into one; of several pictures the first is recorded.
    ///
    /// # Errors
    /// [`Error::NoRecorder`], [`Error::Unsupported`] for the wanted container, [`Error::NoDevice`] for a stream
    /// without a live track, [`Error::StorageFull`], with [`crate::StoreChoice::Disk`] what keeps it from the disk,
    /// [`Error::RecorderFailed`].
    pub async fn start(
        stream: &MediaStream,
        options: Options,
        on_event: impl Fn(RecorderEvent) + 'static,
    ) -> Result<Self, Error> {
        Ok(Self { session: Session::start(stream, options.within_limits(), Box::new(on_event)).await? })
    }

    /// Pauses: the gap does not appear in the file.
    ///
    /// # Errors
    /// [`Error::WrongState`] unless it is recording.
    pub fn pause(&self) -> Result<(), Error> {
        self.session.pause()
    }

    /// Goes on after a pause.
    ///
    /// # Errors
    /// [`Error::WrongState`] unless it is paused.
    pub fn resume(&self) -> Result<(), Error> {
        self.session.resume()
    }

    /// Marks this moment: it becomes a chapter of the file.
    ///
    /// # Errors
    /// [`Error::WrongState`] unless it is recording or paused.
    pub fn mark(&self, title: &str) -> Result<(), Error> {
        self.session.mark(title)
    }

    /// Says something in the file, and in those that follow it, beside what [`Options::tags`] said; a name that is there gets
    /// the new value.
    ///
    /// # Errors
    /// [`Error::WrongState`] when it is over.
    pub fn set_tag(&self, name: &str, value: &str) -> Result<(), Error> {
        self.session.set_tag(name, value)
    }

    /// Stops and gives the complete recording (the last file, where it was split); immediate, whatever its length.
    /// Calling it again, or after it has stopped by itself, gives the same answer.
    ///
    /// # Errors
    /// What made it break off; what was recorded until then is kept and listed in the library.
    pub async fn stop(&self) -> Result<Recording, Error> {
        self.session.stop().await
    }

    /// Waits until it ends, by [`Recorder::stop`] or by itself.
    ///
    /// # Errors
    /// As [`Recorder::stop`].
    pub async fn finished(&self) -> Result<Recording, Error> {
        self.session.finished().await
    }

    /// What is seen at this moment, as a PNG of the picture's own size.
    ///
    /// # Errors
    /// [`Error::NoDevice`] when there is no picture.
    pub async fn snapshot(&self) -> Result<Blob, Error> {
        snapshot(self.session.stream()).await
    }

    /// The largest levels (0 to 1) in equal spans of recorded time, and the span's length in milliseconds: the whole
    /// recording, however long, in at most 2,000 numbers. Empty without [`Options::meter`].
    #[must_use]
    pub fn waveform(&self) -> (Vec<f32>, u64) {
        self.session.waveform()
    }

    /// What is recorded.
    #[must_use]
    pub fn stream(&self) -> MediaStream {
        // Not `.clone()`: that is the browser's own, which makes another stream of other tracks.
        Clone::clone(self.session.stream())
    }

    /// Where the recorder is.
    #[must_use]
    pub fn phase(&self) -> Phase {
        self.session.phase()
    }

    /// Recorded time, pauses left out, in milliseconds.
    #[must_use]
    pub fn elapsed_ms(&self) -> u64 {
        self.session.elapsed_ms()
    }

    /// Id of the file that is being written: its [`Recording::id`] once it has ended.
    #[must_use]
    pub fn id(&self) -> Option<String> {
        self.session.id()
    }

    /// Length of the file so far, in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.session.bytes()
    }
}

/// The first type that the browser supports; nothing leaves it to the browser.
fn choose_type(choice: ContainerChoice, wanted: Wanted) -> Result<Option<&'static str>, Error> {
    let supported =
        candidates(choice, wanted).into_iter().find(|mime| MediaRecorder::is_type_supported(mime));
    if supported.is_none() && choice != ContainerChoice::Auto {
        return Err(Error::Unsupported);
    }
    Ok(supported)
}

/// Sorts by time; unique among tabs.
pub(crate) fn new_id() -> String {
    // Nine digits, as the time has thirteen until the year 2286.
    let random = 100_000_000 + (js_sys::Math::random() * 9e8) as u64;
    [&decimal(wall_clock()), "-", &decimal(random)].concat()
}

/// Name of the Web Lock that a recording in progress holds.
pub(crate) fn lock_name(id: &str) -> String {
    ["hostreel-recording-", id].concat()
}
