//! What holds while it is recorded: the screen stays on, and the page is not closed by mistake.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};
use js_sys::Reflect;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use crate::browser::{asked, navigator, window};

/// Keeps the screen on (Screen Wake Lock) until it is dropped. The browser takes the lock away when the page is hidden;
/// it is asked for again when the page comes back.
#[derive(Debug)]
#[must_use]
pub(super) struct WakeLock {
    sentinel: Rc<RefCell<JsValue>>,
    _visible: EventListener,
}

impl WakeLock {
    /// Nothing where the browser has no wake lock.
    pub(super) fn new() -> Option<Self> {
        let document = window().ok()?.document()?;
        if !navigator("wakeLock").is_object() {
            return None;
        }
        let sentinel = Rc::new(RefCell::new(JsValue::UNDEFINED));
        ask(&sentinel);
        let again = Rc::downgrade(&sentinel);
        let visible = EventListener::new(&document, "visibilitychange", move |_| {
            if let Some(sentinel) = again.upgrade() {
                ask(&sentinel);
            }
        });
        Some(Self { sentinel, _visible: visible })
    }
}

impl Drop for WakeLock {
    fn drop(&mut self) {
        release(&self.sentinel.borrow());
    }
}

fn ask(sentinel: &Rc<RefCell<JsValue>>) {
    let weak = Rc::downgrade(sentinel);
    spawn_local(async move {
        // A hidden page, an empty battery or a policy: then the screen goes off as ever.
        let Ok(granted) = asked(&navigator("wakeLock"), "request", &[&"screen".into()]).await else { return };
        match weak.upgrade() {
            Some(sentinel) => {
                let before = sentinel.replace(granted);
                release(&before);
            }
            // It ended meanwhile.
            None => release(&granted),
        }
    });
}

fn release(sentinel: &JsValue) {
    if sentinel.is_object() {
        // One that the browser has taken away needs no release: whatever it answers.
        drop(asked(sentinel, "release", &[]));
    }
}

/// Lets the browser ask before the page is closed, until it is dropped.
#[derive(Debug)]
#[must_use]
pub(super) struct CloseWarning {
    _listener: EventListener,
}

impl CloseWarning {
    pub(super) fn new() -> Option<Self> {
        let options = EventListenerOptions::enable_prevent_default();
        let window = window().ok()?;
        let listener = EventListener::new_with_options(&window, "beforeunload", options, |event| {
            event.prevent_default();
            // Chromium before 119 asks only then.
            let _ = Reflect::set(event, &"returnValue".into(), &JsValue::TRUE);
        });
        Some(Self { _listener: listener })
    }
}
