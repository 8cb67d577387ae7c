//! What holds while a component is there: the tab's title, a warning before leaving, a screen that stays awake, a clock.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};
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

/// Asks before the page is left, while `active`.
#[hook]
pub(crate) fn use_leave_warning(active: bool, text: &'static str) {
    use_effect_with(active, move |active| {
        let listener = browser::window().filter(|_| *active).map(|window| {
            let options = EventListenerOptions::enable_prevent_default();
            EventListener::new_with_options(&window, "beforeunload", options, move |event| {
                ask_before_leaving(event, text);
            })
        });
        move || drop(listener)
    });
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
