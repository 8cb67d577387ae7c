//! Keeps an audio context running: browsers suspend it until there is a gesture, and phones when a call comes in.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};
use gloo_timers::future::TimeoutFuture;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::AudioContext;

use crate::Error;
use crate::browser::{member, window};

/// Each context begins suspended. Only one that still is after so long, in milliseconds, is held up.
const START_MS: u32 = 500;
/// After these a browser may let sound run.
const GESTURES: [&str; 5] = ["pointerup", "click", "keydown", "touchend", "visibilitychange"];

/// Resumes a context whenever that may help, until it is dropped.
#[derive(Debug)]
pub(crate) struct Awake {
    inner: Rc<Inner>,
    _changed: EventListener,
}

struct Inner {
    context: AudioContext,
    /// What was told last.
    told: Cell<bool>,
    gestures: RefCell<Vec<EventListener>>,
    on_running: Box<dyn Fn(bool)>,
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Inner").field("told", &self.told).finish_non_exhaustive()
    }
}

impl Awake {
    /// `on_running` gets whether the context runs, each time that this changes; it is taken to run at first.
    pub(crate) fn keep(context: &AudioContext, on_running: impl Fn(bool) + 'static) -> Result<Self, Error> {
        let inner = Rc::new(Inner {
            context: Clone::clone(context),
            told: Cell::new(true),
            gestures: RefCell::default(),
            on_running: Box::new(on_running),
        });
        let weak = Rc::downgrade(&inner);
        let changed = EventListener::new(context, "statechange", move |_| {
            // A context that has just been made may say first that it is suspended, then that it runs.
            if let Some(inner) = weak.upgrade().filter(|inner| inner.is_running() || inner.has_started()) {
                inner.look();
            }
        });
        inner.resume();
        let weak = Rc::downgrade(&inner);
        spawn_local(async move {
            TimeoutFuture::new(START_MS).await;
            if let Some(inner) = weak.upgrade() {
                inner.look();
            }
        });
        Ok(Self { inner, _changed: changed })
    }

    /// As it was told last.
    #[cfg_attr(not(feature = "mix"), expect(dead_code, reason = "only a mix asks"))]
    pub(crate) fn is_running(&self) -> bool {
        self.inner.told.get()
    }
}

impl Inner {
    /// Not by the binding: it does not know Safari's `interrupted`.
    fn is_running(&self) -> bool {
        member(&self.context, "state") == JsValue::from_str("running")
    }

    fn has_started(&self) -> bool {
        self.context.current_time() > 0.0
    }

    /// Looks how it stands, and does what can be done.
    fn look(self: &Rc<Self>) {
        let is_running = self.is_running();
        if is_running {
            self.gestures.borrow_mut().clear();
        } else {
            self.resume();
            self.wait_for_gesture();
        }
        if self.told.replace(is_running) != is_running {
            (self.on_running)(is_running);
        }
    }

    fn resume(&self) {
        let Ok(resumed) = self.context.resume() else { return };
        // The promise stays pending until there is a gesture or a sound card: don't wait for it.
        spawn_local(async move {
            // It is rejected when the context is closed before.
            let _ = JsFuture::from(resumed).await;
        });
    }

    fn wait_for_gesture(self: &Rc<Self>) {
        let Some(document) = window().ok().and_then(|window| window.document()) else { return };
        let mut gestures = self.gestures.borrow_mut();
        if !gestures.is_empty() {
            return;
        }
        for name in GESTURES {
            let weak = Rc::downgrade(self);
            // Before the page's own listeners, which may keep it to themselves.
            let options = EventListenerOptions::run_in_capture_phase();
            gestures.push(EventListener::new_with_options(&document, name, options, move |_| {
                if let Some(inner) = weak.upgrade() {
                    inner.resume();
                }
            }));
        }
    }
}
