//! What is known of recordings is kept beside them, and all pages of this browser hear of it.

use std::cell::RefCell;
use std::collections::BTreeSet;

use gloo_events::EventListener;
use hostreel_app::state::notes::Notes;
use hostreel_consent::Log;
use hostreel_recorder::{Recording, library};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::BroadcastChannel;
use yew::prelude::*;

use super::file_digest::file_digest;
use super::library::Kept;
use super::picture::picture_of;
use crate::browser::pause;

const CHANNEL: &str = "hostreel.library";

/// Writes notes. Too long ones lose the chat rather than what was agreed to. Whether they are kept.
async fn write(id: &str, notes: &Notes) -> bool {
    library::set_note(id, &notes.text_within(library::MOST_NOTES_BYTES)).await.is_ok()
}

/// Keeps notes while it is recorded. Missing notes harm nothing: they only make a row plainer.
pub(crate) fn keep(id: String, notes: Notes) {
    spawn_local(async move {
        write(&id, &notes).await;
    });
}

/// Keeps the notes of a recording that has ended, with a picture of it; then tells all pages.
pub(crate) fn complete(recording: Recording, notes: Notes) {
    spawn_local(async move {
        let id = &recording.id;
        write(id, &notes).await;
        tell_all();
        let sealing = notes.consent.is_some().then(|| Sealing::begin(id));
        keep_picture(&recording, &notes).await;
        if let Some(mut log) = notes.consent.clone()
            && let Ok(file) = recording.file().await
            && let Some(digest) = file_digest(&file, |_| {}).await
        {
            ended(&mut log).await;
            log.seal(digest, recording.bytes);
            let sealed = Notes { consent: Some(log), ..as_kept(id, &notes).await };
            write(id, &sealed).await;
        }
        if sealing.is_some() {
            drop(sealing);
            tell_all();
        }
    });
}

/// Makes a picture of a recording that has none and keeps it beside what is known of the recording by then: another page
/// may seal the log while the picture is made. `known`: where nothing is kept.
pub(crate) async fn keep_picture(recording: &Recording, known: &Notes) {
    let Some(picture) = picture_of(recording).await else { return };
    let notes = as_kept(&recording.id, known).await.with_picture(picture);
    if let Some(notes) = notes
        && write(&recording.id, &notes).await
    {
        tell_all();
    }
}

/// The notes as they are kept at this moment; `known` where there are none.
async fn as_kept(id: &str, known: &Notes) -> Notes {
    library::note(id).await.map_or_else(|| known.clone(), |text| Notes::read(&text))
}

/// Recordings with what is kept of them at this moment. Logs that are about to be closed are waited for, but not for
/// long: a browser asks where to save to only soon after a press.
pub(crate) async fn with_closed_logs(kept: &[Kept]) -> Vec<Kept> {
    for _ in 0..40 {
        if !kept.iter().any(|kept| is_sealing(&kept.recording.id)) {
            break;
        }
        pause(50).await;
    }
    let mut now = Vec::new();
    for Kept { recording, notes } in kept {
        now.push(Kept { recording: recording.clone(), notes: as_kept(&recording.id, notes).await });
    }
    now
}

/// This page is about to close the log of a recording with its file.
struct Sealing(String);

impl Sealing {
    fn begin(id: &str) -> Self {
        SEALING.with_borrow_mut(|ids| ids.insert(id.to_owned()));
        Self(id.to_owned())
    }
}

impl Drop for Sealing {
    fn drop(&mut self) {
        SEALING.with_borrow_mut(|ids| ids.remove(&self.0));
    }
}

/// Whether this page is about to close the log of a recording with its file.
pub(crate) fn is_sealing(id: &str) -> bool {
    SEALING.with_borrow(|ids| ids.contains(id))
}

thread_local! {
    static SEALING: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
    /// The log of the recording that this page makes or has made last.
    static NEWEST: RefCell<Option<Log>> = const { RefCell::new(None) };
}

/// The log of the present recording goes on, also when its file is complete already.
pub(crate) fn log_is_now(log: &Log) {
    NEWEST.set(Some(log.clone()));
}

/// The server says that the recording is over when the file may be complete already: waits for that, but not for a server
/// that is gone.
async fn ended(log: &mut Log) {
    for _ in 0..60 {
        if let Some(newest) =
            NEWEST.with_borrow(|newest| newest.clone().filter(|newest| newest.begins_as(log)))
        {
            *log = newest;
        }
        if log.has_ended() {
            return;
        }
        pause(50).await;
    }
}

/// Tells all pages of this browser, this one too, that recordings or their notes have changed.
pub(crate) fn tell_all() {
    if let Ok(channel) = BroadcastChannel::new(CHANNEL) {
        let _ = channel.post_message(&JsValue::NULL);
        channel.close();
    }
}

/// Counts the changes that any page of this browser has told of.
#[hook]
pub(crate) fn use_changes() -> u32 {
    let changes = use_state_eq(|| 0_u32);
    {
        let changes = changes.setter();
        use_effect_with((), move |()| {
            let count = std::cell::Cell::new(0_u32);
            let channel = BroadcastChannel::new(CHANNEL).ok();
            let listener = channel.as_ref().map(|channel| {
                EventListener::new(channel.unchecked_ref(), "message", move |_| {
                    count.set(count.get().wrapping_add(1));
                    changes.set(count.get());
                })
            });
            move || {
                drop(listener);
                if let Some(channel) = channel {
                    channel.close();
                }
            }
        });
    }
    *changes
}

/// The notes of one recording, as they are now.
#[hook]
pub(crate) fn use_notes(id: &str) -> Notes {
    let notes = use_state_eq(Notes::default);
    let changes = use_changes();
    {
        let notes = notes.setter();
        use_effect_with((id.to_owned(), changes), move |(id, _)| {
            let id = id.clone();
            spawn_local(async move {
                if let Some(text) = library::note(&id).await {
                    notes.set(Notes::read(&text));
                }
            });
        });
    }
    (*notes).clone()
}
