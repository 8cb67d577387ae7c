//! What is known of recordings is kept beside them, and all pages of this browser hear of it.

use std::cell::RefCell;

use gloo_events::EventListener;
use hostreel_app::state::notes::Notes;
use hostreel_consent::Log;
use hostreel_recorder::{Recording, library};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::BroadcastChannel;
use yew::prelude::*;

use super::file_digest::file_digest;
use super::picture::picture_of;
use crate::browser::pause;

const CHANNEL: &str = "hostreel.library";

/// Keeps notes while it is recorded. Missing notes harm nothing: they only make a row plainer.
pub(crate) fn keep(id: String, notes: Notes) {
    spawn_local(async move {
        let _ = library::set_note(&id, &notes.text()).await;
    });
}

/// Keeps the notes of a recording that has ended, with a picture of it; then tells all pages.
pub(crate) fn complete(recording: Recording, mut notes: Notes) {
    spawn_local(async move {
        let _ = library::set_note(&recording.id, &notes.text()).await;
        tell_all();
        if let Some(picture) = picture_of(&recording).await
            && notes.show(picture)
        {
            let _ = library::set_note(&recording.id, &notes.text()).await;
            tell_all();
        }
        if notes.consent.is_some()
            && let Ok(file) = recording.file().await
            && let Some(digest) = file_digest(&file, |_| {}).await
            && let Some(log) = &mut notes.consent
        {
            ended(log).await;
            log.seal(digest, recording.bytes);
            let _ = library::set_note(&recording.id, &notes.text()).await;
            tell_all();
        }
    });
}

thread_local! {
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
