//! One participant's file while it is recorded.

use std::cell::{Cell, RefCell};

use hostreel_recording::{Beginning, ManifestTrack, Millis, Pause, Phase, file_zero_ms};

use web_sys::{MediaStream, MediaStreamTrack};

use super::{TrackFile, head};
use crate::devices::tracks;
use crate::store::{disk_file, media_name};
use crate::{Error, Recorder, Recording};

/// Name of the tag that says where a file begins on the recording's clock, in milliseconds.
const OFFSET_TAG: &str = "HOSTREEL_OFFSET_MS";

/// A pause of all files.
#[derive(Debug, Clone, Copy)]
pub(super) struct CommonPause {
    /// On the recording's clock.
    pub(super) at: Millis,
    pub(super) length: Millis,
}

/// When the browser's recorder was told to begin.
#[derive(Debug, Clone, Copy)]
struct Asked {
    /// By the page's clock.
    at: Millis,
    /// By the recording's clock.
    on_clock: Millis,
}

#[derive(Debug)]
pub(super) struct Track {
    pub(super) id: String,
    pub(super) name: String,
    stream: MediaStream,
    pub(super) recorder: RefCell<Option<Recorder>>,
    asked: Cell<Option<Asked>>,
    seen: Cell<Beginning>,
    /// Recorded beyond the beginning of a pause, in milliseconds: what follows the pause lies so much earlier.
    overran_ms: Cell<u64>,
    was_paused: Cell<bool>,
    /// It is being completed: whoever it belongs to may come back already.
    pub(super) is_leaving: Cell<bool>,
    pub(super) bytes: Cell<u64>,
    pub(super) outcome: RefCell<Option<Result<Recording, Error>>>,
    /// What is kept of one that broke off.
    pub(super) kept: RefCell<Option<Recording>>,
}

impl Track {
    pub(super) fn new(id: String, name: String, stream: MediaStream) -> Self {
        Self {
            id,
            name,
            stream,
            recorder: RefCell::default(),
            asked: Cell::new(None),
            seen: Cell::default(),
            overran_ms: Cell::new(0),
            was_paused: Cell::new(false),
            is_leaving: Cell::new(false),
            bytes: Cell::new(0),
            outcome: RefCell::default(),
            kept: RefCell::default(),
        }
    }

    /// Its recorder, as long as it has not ended.
    pub(super) fn running(&self) -> Option<Recorder> {
        self.recorder.borrow().clone().filter(|_| self.is_open())
    }

    /// It is being begun, or it is recorded.
    pub(super) fn is_open(&self) -> bool {
        self.outcome.borrow().is_none()
    }

    /// The browser's recorder was told to begin.
    pub(super) fn asked(&self, now: Millis, on_clock: Millis) {
        let was_silent = tracks(&self.stream).iter().all(MediaStreamTrack::muted);
        self.seen.set(Beginning { was_silent, ..self.seen.get() });
        self.asked.set(Some(Asked { at: now, on_clock }));
    }

    /// The browser's recorder says that it runs.
    pub(super) fn started(&self, now: Millis) {
        let mut seen = self.seen.get();
        let after = self.asked.get().map(|asked| now.0.saturating_sub(asked.at.0));
        seen.started_after_ms = seen.started_after_ms.or(after);
        self.seen.set(seen);
    }

    /// It was paused so long after all the others.
    pub(super) fn overran(&self, by: Millis) {
        self.overran_ms.set(self.overran_ms.get() + by.0);
    }

    pub(super) fn paused(&self) {
        self.was_paused.set(true);
    }

    /// Media was delivered that ends so far behind, counted from the recorder's start. After a pause that says nothing
    /// about the beginning any more.
    pub(super) fn behind(&self, milliseconds: u64) {
        let mut seen = self.seen.get();
        let Some(started) = seen.started_after_ms.filter(|_| !self.was_paused.get()) else { return };
        let behind = started.saturating_add(milliseconds);
        seen.least_behind_ms = Some(seen.least_behind_ms.map_or(behind, |least| least.min(behind)));
        self.seen.set(seen);
    }

    /// Whether the file has not yet told when its sound and picture begin.
    pub(super) fn wants_head(&self) -> bool {
        let seen = self.seen.get();
        seen.first_sound_ms.is_none() && seen.first_picture_ms.is_none()
    }

    /// Looks into the file that is being written, and says in it where it begins.
    pub(super) async fn look_while_it_runs(&self) {
        let id = self.running().and_then(|recorder| recorder.id());
        // What is kept in memory can't be looked into before it has ended.
        let Some(id) = id else { return };
        if let Ok(file) = disk_file(&media_name(&id)).await {
            self.look(&file).await;
        }
        self.tell_offset();
    }

    async fn look(&self, file: &web_sys::Blob) {
        let mut found = Beginning::default();
        if head::look(file, &mut found).await {
            let Beginning { first_sound_ms, first_picture_ms, sound_packet_ms, .. } = found;
            self.seen.set(Beginning { first_sound_ms, first_picture_ms, sound_packet_ms, ..self.seen.get() });
        }
    }

    /// Says in the file where it begins, as far as it is known by now.
    pub(super) fn tell_offset(&self) {
        if let Some(recorder) =
            self.running().filter(|recorder| matches!(recorder.phase(), Phase::Recording | Phase::Paused))
        {
            // Checked above.
            let _ = recorder.set_tag(OFFSET_TAG, &self.offset_ms().to_string());
        }
    }

    /// Where the file begins on the recording's clock, in milliseconds.
    pub(super) fn offset_ms(&self) -> u64 {
        let asked = self.asked.get().map_or(0, |asked| asked.on_clock.0);
        let zero = file_zero_ms(&self.seen.get());
        asked.saturating_add_signed(zero).saturating_sub(self.overran_ms.get())
    }

    /// The file, once it has ended, and its place among the others; nothing where nothing was recorded.
    pub(super) async fn made(&self, pauses: &[CommonPause]) -> Option<(TrackFile, ManifestTrack)> {
        let ended = self.outcome.borrow().clone().and_then(Result::ok);
        let recording = ended.or_else(|| self.kept.borrow().clone())?;
        if self.wants_head()
            && let Ok(file) = recording.file().await
        {
            self.look(&file).await;
        }
        let offset_ms = self.offset_ms();
        let begun = self.asked.get().map_or(Millis(0), |asked| asked.on_clock);
        let within = |pause: &CommonPause| {
            // Who came while it was paused began at its end, with the block of sound that was being filled then.
            if pause.at < begun {
                return None;
            }
            let at_ms = pause.at.0.checked_sub(offset_ms)?;
            (at_ms > 0 && at_ms < recording.duration_ms).then_some(Pause { at_ms, length_ms: pause.length.0 })
        };
        let listed = ManifestTrack {
            id: self.id.clone(),
            name: self.name.clone(),
            file: format!("{}.{}", self.name, recording.extension),
            mime: recording.mime.clone(),
            codecs: recording.codecs.clone(),
            offset_ms,
            duration_ms: recording.duration_ms,
            bytes: recording.bytes,
            finished: recording.finished,
            pauses: pauses.iter().filter_map(within).collect(),
        };
        let file = TrackFile { recording, id: self.id.clone(), name: self.name.clone(), offset_ms };
        Some((file, listed))
    }
}
