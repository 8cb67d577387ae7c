//! The keys of a page: heard wherever the focus is, unless something is typed or a dialog is open.

use gloo_events::{EventListener, EventListenerOptions};
use hostreel_app::state::shortcuts::Shortcut;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};
use yew::prelude::*;

use crate::browser::{document, window};

/// Where a key is text.
const TYPED_IN: &str = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";
/// Where the space bar already does something.
const PRESSED: &str = "button, a, input, select, textarea, summary, video, audio, [contenteditable]";

/// Calls `on_key` with what a key means, and whether it is held (only [`Shortcut::Talk`] is let go of).
#[hook]
pub(crate) fn use_keys(on_key: Callback<(Shortcut, bool)>) {
    use_effect_with(on_key, |on_key| {
        let listeners = window().map(|window| {
            let (down, up, left) = (on_key.clone(), on_key.clone(), on_key.clone());
            let options = EventListenerOptions::enable_prevent_default();
            let pressed = EventListener::new_with_options(&window, "keydown", options, move |event| {
                let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
                if let Some(shortcut) = meant(event) {
                    event.prevent_default();
                    // A key that is held repeats itself.
                    if !event.repeat() {
                        down.emit((shortcut, true));
                    }
                }
            });
            let released = EventListener::new(&window, "keyup", move |event| {
                let is_space = event.dyn_ref::<KeyboardEvent>().is_some_and(|event| event.code() == "Space");
                if is_space {
                    up.emit((Shortcut::Talk, false));
                }
            });
            // Who changes the window lets go of the key there.
            let blurred = EventListener::new(&window, "blur", move |_| left.emit((Shortcut::Talk, false)));
            (pressed, released, blurred)
        });
        move || drop(listeners)
    });
}

fn meant(event: &KeyboardEvent) -> Option<Shortcut> {
    if event.ctrl_key() || event.alt_key() || event.meta_key() || event.is_composing() {
        return None;
    }
    let document = document()?;
    if document.query_selector("dialog[open]").ok()?.is_some() {
        return None;
    }
    let shortcut = Shortcut::read(&event.code(), &event.key())?;
    let taken = if shortcut == Shortcut::Talk { PRESSED } else { TYPED_IN };
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let is_taken = target.is_some_and(|target| target.matches(taken).unwrap_or(false));
    (!is_taken).then_some(shortcut)
}
