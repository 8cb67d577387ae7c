//! What recorders say, as reports; and what is kept beside their files when they end.

use std::cell::Cell;
use std::rc::Weak;

use hostreel_app::state::notes::{Notes, peaks};
use hostreel_app::state::toasts::Message;
use hostreel_app::state::together;
use hostreel_recorder::{Error, Phase, RecorderEvent, Recording, TracksEvent, TracksRecording, Warning};

use super::{Engine, Inner, RecorderSlot};
use crate::hooks::keeping;
use crate::hooks::report::{Progress, Report, Tell, say, warn};

/// The recorder's events as reports. The slot is not kept alive by it: it holds the recorder that holds this.
pub(super) fn translated<S: 'static>(slot: Weak<Inner<S>>, tell: Tell) -> impl Fn(RecorderEvent) + 'static {
    move |event| {
        let over = |recording: Option<&Recording>| {
            let Some(slot) = slot.upgrade() else { return };
            if let Some(recording) = recording {
                let mut notes = slot.notes.borrow().clone();
                if let Some(Engine::One(recorder)) = slot.engine.borrow().as_ref() {
                    notes.peaks = peaks(&recorder.waveform().0);
                }
                keeping::complete(recording.clone(), notes);
            }
            slot.release_later();
        };
        match event {
            RecorderEvent::Phase(Phase::Recording) => tell(Report::Running),
            RecorderEvent::Phase(Phase::Paused) => tell(Report::Paused),
            RecorderEvent::Phase(Phase::Stopping) => tell(Report::Finishing),
            RecorderEvent::Progress { elapsed_ms, bytes, free_bytes } => {
                tell(Report::Progress(Progress { elapsed_ms, bytes, free_bytes }));
            }
            RecorderEvent::Behind { milliseconds } => tell(Report::Behind(milliseconds)),
            RecorderEvent::Health(health) => say(&tell, health.code()),
            RecorderEvent::Warning(warning) => warn(&tell, &warning),
            RecorderEvent::Failed { error, kept, .. } => {
                over(kept.as_ref());
                tell(Report::Failed(error.code(), kept));
            }
            RecorderEvent::Finished(recording) => {
                over(Some(&recording));
                tell(Report::Finished(recording));
            }
            _ => {}
        }
    }
}

/// The events of several recorders as reports.
pub(super) fn translated_each<S: 'static>(
    slot: Weak<Inner<S>>,
    title: String,
    tell: Tell,
) -> impl Fn(TracksEvent) + 'static {
    let told_memory = Cell::new(false);
    move |event| match event {
        TracksEvent::Phase(Phase::Paused) => tell(Report::Paused),
        TracksEvent::Phase(Phase::Stopping) => tell(Report::Finishing),
        TracksEvent::Progress { elapsed_ms, bytes, .. } => {
            if let Some(slot) = slot.upgrade() {
                slot.keep_notes_of_new();
            }
            tell(Report::Progress(Progress { elapsed_ms, bytes, free_bytes: None }));
        }
        // Who is silent or off is so on purpose; only what ends or threatens the whole is told.
        TracksEvent::Track { event: RecorderEvent::Warning(Warning::InMemory { .. }), .. }
            if !told_memory.replace(true) =>
        {
            tell(Report::NoStorage);
        }
        TracksEvent::Track { event: RecorderEvent::Warning(Warning::LowSpace { .. }), .. } => {
            if let Some(slot) = slot.upgrade().filter(|slot| !slot.stop_wanted.get()) {
                tell(Report::StorageLow);
                RecorderSlot(slot).stop();
            }
        }
        TracksEvent::TrackFinished { recording, .. } => ended_one(&slot, &title, &recording),
        TracksEvent::TrackFailed { error, kept, .. } => {
            if let Some(kept) = kept {
                ended_one(&slot, &title, &kept);
            }
            tell(Report::Say(Message::Failed(error.code().into())));
        }
        _ => {}
    }
}

/// Somebody's file is complete while the others go on: it has its notes from now on, whatever becomes of the rest.
fn ended_one<S: 'static>(slot: &Weak<Inner<S>>, title: &str, recording: &Recording) {
    let Some(slot) = slot.upgrade() else { return };
    let person = together::person_of(&recording.title, title).map(str::to_owned);
    slot.ended.borrow_mut().push((recording.id.clone(), person));
    slot.keep_notes();
}

/// Every file gets its notes; the first also how they belong together.
pub(super) fn ended_each(made: Result<TracksRecording, Error>, notes: &Notes, tell: &Tell) {
    let made = match made {
        Ok(made) => made,
        Err(error) => return tell(Report::Failed(error.code(), None)),
    };
    let mut manifest = Some(made.manifest_json());
    for (file, listed) in made.files.iter().zip(&made.manifest.tracks) {
        let (person, name) = (Some(file.name.clone()), Some(listed.file.clone()));
        let notes = Notes { person, file: name, manifest: manifest.take(), ..notes.clone() };
        keeping::complete(file.recording.clone(), notes);
    }
    match made.files.into_iter().next() {
        Some(first) => tell(Report::Finished(first.recording)),
        None => tell(Report::Failed(Error::NotFound.code(), None)),
    }
}
