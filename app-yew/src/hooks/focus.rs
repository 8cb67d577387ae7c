//! Where the keyboard is: given back when what had it goes.

use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent, Node};
use yew::prelude::*;

use crate::browser::document;

fn focused() -> Option<HtmlElement> {
    document()?.active_element()?.dyn_into().ok()
}

/// Gives the focus back to what had it before, when this goes and had it last.
#[hook]
pub(crate) fn use_focus_back(node: &NodeRef) {
    // While it is drawn for the first time, before anything in it takes the focus.
    let opener = use_memo((), |()| focused());
    let node = node.clone();
    use_effect_with((), move |()| {
        move || {
            // What has gone already has left the focus to the page as a whole.
            let inside = focused().is_none_or(|focused| {
                focused.tag_name().eq_ignore_ascii_case("body")
                    || node.cast::<Node>().is_some_and(|node| node.contains(Some(&focused)))
            });
            if let Some(opener) = (*opener).as_ref().filter(|opener| inside && opener.is_connected()) {
                let _ = opener.focus();
            }
        }
    });
}

/// Escape closes it, unless a dialog in it is meant, or a syllable that is being put together.
#[hook]
pub(crate) fn use_escape(node: &NodeRef, on_close: Callback<()>) {
    use_effect_with((node.clone(), on_close), |(node, on_close)| {
        let on_close = on_close.clone();
        let listener = node.cast::<HtmlElement>().map(|element| {
            EventListener::new(&element, "keydown", move |event| {
                let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
                let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
                let in_dialog = target.and_then(|target| target.closest("dialog").ok().flatten()).is_some();
                if event.key() == "Escape" && !event.is_composing() && !in_dialog {
                    on_close.emit(());
                }
            })
        });
        move || drop(listener)
    });
}
