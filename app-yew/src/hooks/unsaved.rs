//! Recordings that only memory holds. While one of them is not saved, the page is not left without asking.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};
use hostreel_recorder::Recording;
use yew::prelude::*;

use super::guards::ask_before_leaving;
use super::language::use_texts;
use crate::browser::window;

/// The ids of recordings that would be lost with the page.
#[derive(Clone, Default)]
pub(crate) struct Unsaved(Rc<RefCell<BTreeSet<String>>>);

impl PartialEq for Unsaved {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Unsaved {
    /// A recording was made.
    pub(crate) fn made(&self, recording: &Recording) {
        if recording.in_memory {
            self.0.borrow_mut().insert(recording.id.clone());
        }
    }

    /// A recording was saved, or deleted on purpose.
    pub(crate) fn settled(&self, id: &str) {
        self.0.borrow_mut().remove(id);
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) children: Html,
}

/// Watches over unsaved recordings for everything inside.
#[function_component]
pub(crate) fn UnsavedProvider(props: &Props) -> Html {
    let texts = use_texts();
    let unsaved = (*use_memo((), |()| Unsaved::default())).clone();
    {
        let unsaved = unsaved.clone();
        use_effect_with(texts.recording.leaving_unsaved, move |text| {
            let text = *text;
            let listener = window().map(|window| {
                let options = EventListenerOptions::enable_prevent_default();
                EventListener::new_with_options(&window, "beforeunload", options, move |event| {
                    if !unsaved.0.borrow().is_empty() {
                        ask_before_leaving(event, text);
                    }
                })
            });
            move || drop(listener)
        });
    }
    html! { <ContextProvider<Unsaved> context={unsaved}>{ props.children.clone() }</ContextProvider<Unsaved>> }
}

/// The unsaved recordings of this page.
#[hook]
pub(crate) fn use_unsaved() -> Unsaved {
    use_context::<Unsaved>().unwrap_or_default()
}
