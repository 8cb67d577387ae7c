//! One file per participant, all on one clock.

mod head;
mod made;
mod session;
mod track;

use std::rc::Rc;

use hostreel_recording::Phase;
use web_sys::MediaStream;

use crate::{Error, Options, RecorderEvent, Recording};

pub use made::{TrackFile, TracksRecording};
use session::Session;

/// A participant to record.
#[derive(Debug, Clone)]
pub struct TrackSource {
    /// Who it is; no two at the same time.
    pub id: String,
    /// What others see. It names the file.
    pub name: String,
    /// Sound and picture. What is added to it or taken out of it later changes nothing; a sound or picture that ends
    /// is missing from then on.
    pub stream: MediaStream,
}

/// How to record one file per participant.
#[derive(Debug, Clone, Default)]
pub struct TracksOptions {
    /// What the user calls the recording. Default empty.
    pub title: String,
    /// Record sound only, also of those who have a picture. Default false.
    pub audio_only: bool,
    /// How each file is recorded. Its title, participants, group and picked file are set for each one, files are not
    /// split, and one whose picture ends goes on; limits hold for each file.
    pub recorder: Options,
}

/// What is reported while participants are recorded.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum TracksEvent {
    /// All of them entered another phase together.
    Phase(Phase),
    /// How far it is; about four times a second (once a second in a hidden tab).
    Progress {
        /// Time on the recording's clock, pauses left out, in milliseconds.
        elapsed_ms: u64,
        /// Length of all files so far, in bytes.
        bytes: u64,
        /// Files that are being written.
        open: usize,
    },
    /// What one participant's recorder reports: levels, health, warnings, its own phases.
    Track {
        /// [`TrackSource::id`].
        id: String,
        /// What it reports.
        event: RecorderEvent,
    },
    /// One participant's file is complete: somebody left, or all tracks have ended. The others go on.
    TrackFinished {
        /// [`TrackSource::id`].
        id: String,
        /// The file.
        recording: Recording,
    },
    /// One participant's file broke off, or could not be begun. The others go on.
    TrackFailed {
        /// [`TrackSource::id`].
        id: String,
        /// Why.
        error: Error,
        /// What was recorded until then; it is part of the whole all the same.
        kept: Option<Recording>,
    },
}

/// Records participants, each into a file of their own. Clones are handles to the same recording; when the last one is
/// dropped, all files are completed.
///
/// All files count time on one clock. Where each one begins on it is in the [`hostreel_recording::Manifest`], and in
/// the file itself as the tag `HOSTREEL_OFFSET_MS`: so an editor lines them up to within one picture.
#[derive(Debug, Clone)]
pub struct Tracks {
    session: Rc<Session>,
}

impl Tracks {
    /// Begins to record all `participants` at once; there may be none yet. One that can't be recorded is told
    /// ([`TracksEvent::TrackFailed`]) and left out.
    ///
    /// # Errors
    /// That of the first one, when none of them can be recorded: see [`crate::Recorder::start`].
    pub async fn start(
        participants: Vec<TrackSource>,
        options: TracksOptions,
        on_event: impl Fn(TracksEvent) + 'static,
    ) -> Result<Self, Error> {
        Ok(Self { session: Session::start(participants, options, Box::new(on_event)).await? })
    }

    /// Somebody joins: a file of their own begins now, or at the end of the pause. Who is being removed may come back at once.
    ///
    /// # Errors
    /// [`Error::WrongState`] when it is over, or when somebody with this id is being recorded; else as
    /// [`crate::Recorder::start`]. The others go on.
    pub async fn add(&self, participant: TrackSource) -> Result<(), Error> {
        self.session.add(participant).await
    }

    /// Somebody leaves: their file is completed now. It stays part of the whole. Nothing where nobody with this id is
    /// being recorded.
    ///
    /// # Errors
    /// What made the file break off; the others go on.
    pub async fn remove(&self, id: &str) -> Result<Option<Recording>, Error> {
        self.session.remove(id).await
    }

    /// Pauses all of them: the gap does not appear in any file.
    ///
    /// # Errors
    /// [`Error::WrongState`] unless they are being recorded.
    pub fn pause(&self) -> Result<(), Error> {
        self.session.pause()
    }

    /// All of them go on after a pause.
    ///
    /// # Errors
    /// [`Error::WrongState`] unless they are paused.
    pub fn resume(&self) -> Result<(), Error> {
        self.session.resume()
    }

    /// Marks this moment: it becomes a chapter of every file.
    ///
    /// # Errors
    /// [`Error::WrongState`] when it is over.
    pub fn mark(&self, title: &str) -> Result<(), Error> {
        self.session.mark(title)
    }

    /// Says something about the whole: a tag of every file, also of those that are begun later. One of the same name is
    /// replaced.
    ///
    /// # Errors
    /// [`Error::WrongState`] when it is over.
    pub fn set_tag(&self, name: &str, value: &str) -> Result<(), Error> {
        self.session.set_tag(name, value)
    }

    /// Stops all of them together. Calling it again gives the same answer.
    ///
    /// # Errors
    /// Why there is no file at all.
    pub async fn stop(&self) -> Result<TracksRecording, Error> {
        self.session.stop().await
    }

    /// Where the recording is.
    #[must_use]
    pub fn phase(&self) -> Phase {
        self.session.phase()
    }

    /// Time on the recording's clock, pauses left out, in milliseconds.
    #[must_use]
    pub fn elapsed_ms(&self) -> u64 {
        self.session.elapsed_ms()
    }

    /// The files that are being written: for each whose it is ([`TrackSource::name`]), and its id, which is its
    /// [`Recording::id`] once it has ended. One that is only beginning is not among them yet.
    #[must_use]
    pub fn being_written(&self) -> Vec<(String, String)> {
        self.session.being_written()
    }

    /// Who is being recorded: ids, in the order in which they came.
    #[must_use]
    pub fn participants(&self) -> Vec<String> {
        self.session.participants()
    }
}
