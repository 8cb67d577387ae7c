//! A dedicated worker.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use futures::channel::oneshot;
use futures::future::{Either, select};
use gloo_events::EventListener;
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Object};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

use super::{member, script, worker_factory};
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
    pub(crate) async fn start(
        name: &str,
        on_message: impl Fn(JsValue) + 'static,
        on_error: impl Fn() + 'static,
    ) -> Result<Self, Error> {
        let worker = make(name)?;
        let (sender, ready) = oneshot::channel();
        let waiting = Rc::new(RefCell::new(Some(sender)));
        let loading = Rc::clone(&waiting);
        let message = EventListener::new(&worker, "message", move |event| {
            let Some(event) = event.dyn_ref::<MessageEvent>() else { return };
            let first = loading.borrow_mut().take();
            match first {
                // Whoever started it may have stopped waiting.
                Some(there) => drop(there.send(())),
                None => on_message(event.data()),
            }
        });
        let error = EventListener::new(&worker, "error", move |_| {
            // Dropping the sender wakes who waits.
            waiting.borrow_mut().take();
            on_error();
        });
        let handle = Self { worker, ends_itself: Cell::new(false), _listeners: [message, error] };
        match select(ready, TimeoutFuture::new(START_MS)).await {
            Either::Left((Ok(()), _)) => Ok(handle),
            _ => Err(Error::WorkerBlocked { script: name.to_owned() }),
        }
    }

    #[cfg(feature = "mix")]
    /// Says that the script closes itself, by a message it was sent: dropping the handle then does not end it.
    pub(crate) fn leave_running(&self) {
        self.ends_itself.set(true);
    }

    /// Sends a message of these members; those in `transfer` move to the worker instead of being copied.
    #[cfg(feature = "mix")]
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
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    Ok(Worker::new_with_options(&script(name), &options)?)
}

impl Drop for WorkerHandle {
    fn drop(&mut self) {
        if !self.ends_itself.get() {
            self.worker.terminate();
        }
    }
}

type Waiting = Rc<RefCell<HashMap<u32, oneshot::Sender<JsValue>>>>;

/// Requests to a worker that answers each with its `id`.
#[derive(Debug)]
pub(crate) struct Requests {
    worker: WorkerHandle,
    script: String,
    waiting: Waiting,
    next: Cell<u32>,
}

impl Requests {
    /// Starts the script.
    pub(crate) async fn start(name: &str) -> Result<Self, Error> {
        let waiting = Waiting::default();
        let answers = Rc::clone(&waiting);
        let on_message = move |data: JsValue| {
            let id = member(&data, "id").as_f64().map_or(0, |id| id as u32);
            let asked = answers.borrow_mut().remove(&id);
            if let Some(sender) = asked {
                // Whoever asked may have stopped waiting.
                let _ = sender.send(data);
            }
        };
        let broken = Rc::clone(&waiting);
        // Dropping the senders wakes all who wait.
        let on_error = move || broken.borrow_mut().clear();
        let worker = WorkerHandle::start(name, on_message, on_error).await?;
        Ok(Self { worker, script: name.to_owned(), waiting, next: Cell::new(1) })
    }

    /// Asks and waits for the answer. `request` gets an `id`.
    pub(crate) async fn ask(&self, request: &Object, transfer: &Array) -> Result<JsValue, Error> {
        let id = self.next.replace(self.next.get().wrapping_add(1));
        js_sys::Reflect::set(request, &"id".into(), &id.into())?;
        let (sender, receiver) = oneshot::channel();
        self.waiting.borrow_mut().insert(id, sender);
        self.worker.post_transfer(request, transfer)?;
        let gone = |_| Error::WorkerBlocked { script: self.script.clone() };
        let answer = receiver.await.map_err(gone)?;
        if let Some(name) = member(&answer, "error").as_string() {
            let message = member(&answer, "message").as_string().unwrap_or_default();
            return Err(Error::from_storage(&name, &message));
        }
        Ok(answer)
    }
}
