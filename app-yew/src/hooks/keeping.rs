//! What is known of recordings is kept beside them, and all pages of this browser hear of it.

use gloo_events::EventListener;
use hostreel_app::state::notes::Notes;
use hostreel_recorder::{Recording, library};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::BroadcastChannel;
use yew::prelude::*;

use super::file_digest::file_digest;
use super::picture::picture_of;

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
        if let Some(log) = &mut notes.consent
            && let Ok(file) = recording.file().await
            && let Some(digest) = file_digest(&file, |_| {}).await
        {
            log.seal(digest, recording.bytes);
            let _ = library::set_note(&recording.id, &notes.text()).await;
            tell_all();
        }
    });
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
