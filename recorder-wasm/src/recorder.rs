//! The recorder: one `MediaRecorder`, one store, one state machine.

use std::rc::Rc;

use futures::channel::mpsc;
use hostreel_recording::{ContainerChoice, Input, Phase, Wanted, candidates};
use wasm_bindgen_futures::spawn_local;
use web_sys::{MediaRecorder, MediaStream};

use crate::browser::{Lock, MediaRecorderHandle, wall_clock};
use crate::library::estimate;
use crate::store::Store;
use crate::support::support;
use crate::{Error, Options, Recording};

mod running;
mod writer;

use running::Running;
use writer::Writer;
pub(crate) use writer::media_type;

/// Something the user should know; the recording goes on (or ends by itself, complete).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// There is no storage: the recording is kept in memory and is lost with the page, unless it is saved.
    InMemory {
        /// Why.
        reason: Error,
        /// Most that can be recorded, in bytes.
        most_bytes: u64,
    },
    /// The disk is nearly full: the recording was stopped and is complete.
    LowSpace {
        /// What is left, in bytes.
        free_bytes: u64,
    },
}

/// What a recorder reports.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum RecorderEvent {
    /// It entered another phase.
    Phase(Phase),
    /// How far it is; about four times a second (once a second in a hidden tab).
    Progress {
        /// Recorded time, pauses left out, in milliseconds.
        elapsed_ms: u64,
        /// Length of the file so far, in bytes.
        bytes: u64,
        /// Space left, in bytes, where the browser tells.
        free_bytes: Option<u64>,
    },
    /// What was delivered last ends so far before the moment of its delivery; about once a second. What starting up
    /// took is in it. It grows when the browser can't encode as fast as pictures come.
    Behind {
        /// In milliseconds of recorded time.
        milliseconds: u64,
    },
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
    inner: Rc<Running>,
}

impl Recorder {
    /// Opens a store and begins to record `stream`. The first [`RecorderEvent::Phase`] with [`Phase::Recording`] comes
    /// when the browser's recorder runs.
    ///
    /// # Errors
    /// [`Error::NoRecorder`], [`Error::Unsupported`] for the wanted container, [`Error::NoDevice`] for a stream
    /// without a live track, [`Error::RecorderFailed`].
    pub async fn start(
        stream: &MediaStream,
        options: Options,
        on_event: impl Fn(RecorderEvent) + 'static,
    ) -> Result<Self, Error> {
        if !support().media_recorder {
            return Err(Error::NoRecorder);
        }
        if !stream.active() {
            return Err(Error::NoDevice);
        }
        let wanted = Wanted {
            video: stream.get_video_tracks().length() > 0,
            audio: stream.get_audio_tracks().length() > 0,
        };
        let mime = choose_type(options.container, wanted)?;
        let (items, queue) = mpsc::unbounded();
        let inner = Rc::new(Running::new(items, options.least_free_bytes, on_event));
        let weak = Rc::downgrade(&inner);
        let report = move |happening| {
            if let Some(inner) = weak.upgrade() {
                inner.happened(happening);
            }
        };
        // What can be refused comes first: after this there is a file.
        inner.attach(MediaRecorderHandle::new(stream, mime, &options, report)?);
        if estimate().await.is_some_and(|space| space.free() < options.least_free_bytes) {
            return Err(Error::StorageFull);
        }
        let id = new_id();
        let lock = Lock::hold(&lock_name(&id)).await?;
        let (store, fallback) = Store::open(&id).await;
        if let Some(reason) = fallback {
            inner.kept_in_memory(reason);
        }
        let writer = Writer::new(id, wanted, options.title.clone(), wall_clock(), store, lock);
        spawn_local(writer.run(queue, Rc::downgrade(&inner)));
        inner.input(Input::Start)?;
        if let Some(error) = inner.refusal() {
            return Err(error);
        }
        inner.watch(stream, options.stop_with_picture);
        Ok(Self { inner })
    }

    /// Pauses: the gap does not appear in the file.
    ///
    /// # Errors
    /// [`Error::WrongState`] unless it is recording.
    pub fn pause(&self) -> Result<(), Error> {
        self.inner.input(Input::Pause)
    }

    /// Goes on after a pause.
    ///
    /// # Errors
    /// [`Error::WrongState`] unless it is paused.
    pub fn resume(&self) -> Result<(), Error> {
        self.inner.input(Input::Resume)
    }

    /// Stops and gives the complete recording; immediate, whatever its length. Calling it again, or after it has
    /// stopped by itself, gives the same answer.
    ///
    /// # Errors
    /// What made it break off; what was recorded until then is kept and listed in the library.
    pub async fn stop(&self) -> Result<Recording, Error> {
        if let Some(outcome) = self.inner.outcome() {
            return outcome;
        }
        let ended = self.inner.ended();
        if self.phase().can_stop() {
            self.inner.input(Input::Stop)?;
        }
        ended.await.map_err(|_| Error::Timeout { doing: "stopping" })?
    }

    /// Where the recorder is.
    #[must_use]
    pub fn phase(&self) -> Phase {
        self.inner.phase()
    }

    /// Recorded time, pauses left out, in milliseconds.
    #[must_use]
    pub fn elapsed_ms(&self) -> u64 {
        self.inner.elapsed_ms()
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
fn new_id() -> String {
    let random = (js_sys::Math::random() * 1e9) as u64;
    format!("{:013}-{random:09}", wall_clock())
}

/// Name of the Web Lock that a recording in progress holds.
pub(crate) fn lock_name(id: &str) -> String {
    format!("hostreel-recording-{id}")
}
