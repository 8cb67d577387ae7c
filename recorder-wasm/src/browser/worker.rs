//! A dedicated worker.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_events::EventListener;
use js_sys::{Array, Object};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Worker;

use super::{Signal, member, within, worker_factory};
use crate::Error;

/// Longest time to wait until a script is there, in milliseconds.
const START_MS: u32 = 5_000;

/// A worker that ends when this is dropped.
#[derive(Debug)]
pub(crate) struct WorkerHandle {
    worker: Worker,
    /// It closes itself.
    ends_itself: Cell<bool>,
    _listeners: [EventListener; 2],
}

impl WorkerHandle {
    /// Starts one of the crate's scripts and waits until it says that it is there, by its first message. `on_message`
    /// gets each message after that, `on_error` that the script broke.
    ///
    /// # Errors
    /// [`Error::WorkerBlocked`] when it does not load. A policy may block it without any error.
    pub(crate) fn start(
        name: &str,
        on_message: impl Fn(JsValue) + 'static,
        on_error: impl Fn() + 'static,
    ) -> impl Future<Output = Result<Self, Error>> {
        Self::start_within(START_MS, name, on_message, on_error)
    }

    /// The same, with another longest time to wait, in milliseconds.
    pub(crate) async fn start_within(
        start_ms: u32,
        name: &str,
        on_message: impl Fn(JsValue) + 'static,
        on_error: impl Fn() + 'static,
    ) -> Result<Self, Error> {
        let worker = make(name)?;
        let ready = Rc::new(Signal::new());
        let (there, blocked, is_there) = (Rc::clone(&ready), Rc::clone(&ready), Cell::new(false));
        let message = EventListener::new(&worker, "message", move |event| {
            if is_there.replace(true) {
                on_message(member(event, "data"));
            } else {
                there.tell(&JsValue::TRUE);
            }
        });
        let error = EventListener::new(&worker, "error", move |_| {
            blocked.tell(&JsValue::FALSE);
            on_error();
        });
        let handle = Self { worker, ends_itself: Cell::new(false), _listeners: [message, error] };
        if within(start_ms, &ready.promise()).await.is_ok_and(|ready| ready.is_truthy()) {
            return Ok(handle);
        }
        Err(Error::WorkerBlocked { script: name.to_owned() })
    }

    #[cfg(feature = "mix")]
    /// Says that the script closes itself, by a message it was sent: dropping the handle then does not end it.
    pub(crate) fn leave_running(&self) {
        self.ends_itself.set(true);
    }

    /// Sends a message of these members; those in `transfer` move to the worker instead of being copied.
    #[cfg(any(feature = "mix", feature = "trim"))]
    pub(crate) fn tell(&self, members: &[(&str, JsValue)], transfer: &[&JsValue]) -> Result<(), Error> {
        self.post_transfer(&super::object(members)?.into(), &transfer.iter().copied().collect())
    }

    /// Sends a message whose `transfer` moves to the worker instead of being copied.
    pub(crate) fn post_transfer(&self, message: &JsValue, transfer: &Array) -> Result<(), Error> {
        self.worker.post_message_with_transfer(message, transfer).map_err(Error::from)
    }
}

fn make(name: &str) -> Result<Worker, Error> {
    if let Some(factory) = worker_factory() {
        return factory.call1(&JsValue::UNDEFINED, &name.into())?.dyn_into().map_err(Error::from);
    }
    made_from_base(name)
}

#[cfg(feature = "script-base")]
fn made_from_base(name: &str) -> Result<Worker, Error> {
    let options = web_sys::WorkerOptions::new();
    options.set_type(web_sys::WorkerType::Module);
    Ok(Worker::new_with_options(&super::script(name), &options)?)
}

#[cfg(not(feature = "script-base"))]
fn made_from_base(name: &str) -> Result<Worker, Error> {
    Err(Error::WorkerBlocked { script: name.to_owned() })
}

impl Drop for WorkerHandle {
    fn drop(&mut self) {
        if !self.ends_itself.get() {
            self.worker.terminate();
        }
    }
}

/// Requests that wait for their answers, by `id`.
type Waiting = Rc<RefCell<Vec<(u32, Signal)>>>;

/// Requests to a worker that answers each with its `id`.
#[derive(Debug)]
pub(crate) struct Requests {
    worker: WorkerHandle,
    waiting: Waiting,
    next: Cell<u32>,
}

impl Requests {
    /// Starts the script.
    pub(crate) async fn start(name: &'static str) -> Result<Self, Error> {
        let waiting = Waiting::default();
        let answers = Rc::clone(&waiting);
        let on_message = move |answer: JsValue| {
            let id = member(&answer, "id").as_f64().map_or(0, |id| id as u32);
            let mut waiting = answers.borrow_mut();
            if let Some(at) = waiting.iter().position(|(asked, _)| *asked == id) {
                waiting.swap_remove(at).1.tell(&answer);
            }
        };
        let broken = Rc::clone(&waiting);
        let on_error = move || {
            for (_, asked) in broken.take() {
                asked.fail(&JsValue::UNDEFINED);
            }
        };
        let worker = WorkerHandle::start(name, on_message, on_error).await?;
        Ok(Self { worker, waiting, next: Cell::new(1) })
    }

    /// Asks; what comes is the answer, or an error when the script broke. `request` gets an `id`.
    pub(crate) fn ask(&self, request: &Object, transfer: &Array) -> Result<JsFuture, Error> {
        let id = self.next.replace(self.next.get().wrapping_add(1));
        js_sys::Reflect::set(request, &"id".into(), &id.into())?;
        self.worker.post_transfer(request, transfer)?;
        let asked = Signal::new();
        let answer = JsFuture::from(asked.promise());
        self.waiting.borrow_mut().push((id, asked));
        Ok(answer)
    }
}
