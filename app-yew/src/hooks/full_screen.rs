//! Whether anything fills the whole screen.

use gloo_events::EventListener;
use yew::prelude::*;

use crate::browser::document;

/// Whether the page, or something in it, fills the screen: then the same button leaves it.
#[hook]
pub(crate) fn use_full_screen() -> bool {
    let full = use_state_eq(is_full_screen);
    {
        let full = full.setter();
        use_effect_with((), move |()| {
            let listener = document().map(|document| {
                EventListener::new(&document, "fullscreenchange", move |_| full.set(is_full_screen()))
            });
            move || drop(listener)
        });
    }
    *full
}

fn is_full_screen() -> bool {
    document().is_some_and(|document| document.fullscreen_element().is_some())
}
