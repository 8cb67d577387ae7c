//! What holds while a component is there: the tab's title, a screen that stays awake, a clock. What a running recording
//! needs beside that (a screen that stays on, a question before the page is closed) is the recorder's own.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::EventListener;
use gloo_timers::callback::Interval;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::browser;

/// The tab's title.
#[hook]
pub(crate) fn use_title(title: String) {
    use_effect_with(title, |title| browser::set_title(title));
}

/// Answers a `beforeunload` event with: ask first.
pub(crate) fn ask_before_leaving(event: &Event, text: &str) {
    event.prevent_default();
    // Older browsers ask only when the event says so itself.
    if let Some(event) = event.dyn_ref::<web_sys::BeforeUnloadEvent>() {
        event.set_return_value(text);
    }
}

/// Keeps the screen awake, while `active`. Browsers let go of it when the page is hidden, so it is taken again.
#[hook]
pub(crate) fn use_awake(active: bool) {
    use_effect_with(active, |active| {
        let held: Rc<RefCell<Option<JsValue>>> = Rc::default();
        let alive = Rc::new(std::cell::Cell::new(*active));
        let take = {
            let (held, alive) = (Rc::clone(&held), Rc::clone(&alive));
            move || {
                let (held, alive) = (Rc::clone(&held), Rc::clone(&alive));
                spawn_local(async move {
                    let Some(sentinel) = browser::wake_lock().await else { return };
                    if alive.get() {
                        *held.borrow_mut() = Some(sentinel);
                    } else {
                        browser::release_wake_lock(&sentinel);
                    }
                });
            }
        };
        let listener = browser::document().filter(|_| *active).map(|document| {
            take();
            let visible = document.clone();
            EventListener::new(&document, "visibilitychange", move |_| {
                if !visible.hidden() {
                    take();
                }
            })
        });
        move || {
            alive.set(false);
            drop(listener);
            if let Some(sentinel) = held.take() {
                browser::release_wake_lock(&sentinel);
            }
        }
    });
}

/// Draws the component anew twice a second, while `active`: for running clocks.
#[hook]
pub(crate) fn use_ticks(active: bool) {
    let update = use_force_update();
    use_effect_with(active, move |active| {
        let interval = active.then(|| Interval::new(500, move || update.force_update()));
        move || drop(interval)
    });
}
