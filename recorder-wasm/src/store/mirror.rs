//! The file that the user chose before the start, written along. It shows nothing until it is closed (File System
//! Standard §2.5: a writable stream writes a copy), so it is never the only one.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures::StreamExt;
use futures::channel::{mpsc, oneshot};
use futures::future::{Either, select};
use js_sys::{Function, Promise, Uint8Array};
use seekable::Edit;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::FileSystemFileHandle;

use crate::Error;
use crate::browser::{member, object, sleep};
use crate::error::name_and_message;

/// A place that is slower than the recording by so many bytes is given up: they wait in memory.
const MOST_WAITING: u64 = 64 << 20;

/// A place from which nothing comes back for so long, in milliseconds, is given up at the end: a network share that hangs.
const STALLED_MS: u32 = 30_000;

/// What is to be done with the file, in order.
#[derive(Debug)]
enum Step {
    Write(u64, Vec<u8>),
    /// It is whole.
    Close,
}

/// A file that is written along with the store. As long as it is not closed, what was in the file before stays.
#[derive(Debug)]
pub(crate) struct Mirror {
    handle: FileSystemFileHandle,
    queue: Option<mpsc::UnboundedSender<Step>>,
    waiting: Rc<Cell<u64>>,
    failure: Rc<RefCell<Option<Error>>>,
    closed: Option<oneshot::Receiver<Result<(), Error>>>,
}

impl Mirror {
    /// Begins to write into the file.
    pub(super) fn new(handle: FileSystemFileHandle) -> Option<Self> {
        let (queue, steps) = mpsc::unbounded();
        let (done, closed) = oneshot::channel();
        let (waiting, failure) = (Rc::new(Cell::new(0)), Rc::new(RefCell::new(None)));
        let (file, still, problem) = (Clone::clone(&handle), Rc::clone(&waiting), Rc::clone(&failure));
        spawn_local(async move {
            let written = write(&file, steps, &still).await;
            if let Err(error) = &written {
                *problem.borrow_mut() = Some(error.clone());
            }
            // Whoever began it may be gone.
            let _ = done.send(written);
        });
        Some(Self { handle, queue: Some(queue), waiting, failure, closed: Some(closed) })
    }

    /// Writes the same as the store whose file has `len` bytes so far.
    pub(super) fn apply(&mut self, mut len: u64, edits: &[Edit]) {
        let Some(queue) = &self.queue else { return };
        for edit in edits {
            let (at, bytes) = match edit {
                Edit::Append(bytes) => {
                    len += bytes.len() as u64;
                    (len - bytes.len() as u64, bytes)
                }
                Edit::Overwrite { offset, bytes } => (*offset, bytes),
            };
            self.waiting.set(self.waiting.get() + bytes.len() as u64);
            // A writer that has failed takes no more; that is told by `failed`.
            let _ = queue.unbounded_send(Step::Write(at, bytes.clone()));
        }
        if self.waiting.get() > MOST_WAITING {
            self.queue = None;
            self.failure.borrow_mut().get_or_insert(Error::WriteFailed {
                reason: "the chosen place is slower than the recording".into(),
            });
        }
    }

    /// Why it is not written any more; told once.
    pub(super) fn failed(&mut self) -> Option<Error> {
        // Its writer says so too when it is given up.
        self.closed.as_ref()?;
        let failure = self.failure.borrow_mut().take();
        if failure.is_some() {
            self.queue = None;
            self.closed = None;
        }
        failure
    }

    /// Closes it: from then on the file is whole and where the user wants it. Nothing when it failed before.
    pub(super) async fn close(&mut self) -> Option<Result<FileSystemFileHandle, Error>> {
        if let Some(queue) = self.queue.take() {
            // As above.
            let _ = queue.unbounded_send(Step::Close);
        }
        let mut closed = self.closed.take()?;
        let written = loop {
            let waiting = self.waiting.get();
            match select(closed, sleep(STALLED_MS)).await {
                Either::Left((written, _)) => break written.unwrap_or_else(|_| Err(given_up())),
                Either::Right((_, still)) if self.waiting.get() < waiting => closed = still,
                Either::Right(_) => {
                    break Err(Error::Timeout { doing: "writing into the chosen file" });
                }
            }
        };
        Some(written.map(|()| Clone::clone(&self.handle)))
    }
}

async fn write(
    file: &FileSystemFileHandle,
    mut steps: mpsc::UnboundedReceiver<Step>,
    waiting: &Cell<u64>,
) -> Result<(), Error> {
    let target: JsValue = JsFuture::from(file.create_writable()).await.map_err(|thrown| failed(&thrown))?;
    let written = write_all(&target, &mut steps, waiting).await;
    if written.is_err() {
        // What is there is not the whole: the file stays as it was.
        let _ = call(&target, "abort", &JsValue::UNDEFINED).await;
    }
    written
}

async fn write_all(
    target: &JsValue,
    steps: &mut mpsc::UnboundedReceiver<Step>,
    waiting: &Cell<u64>,
) -> Result<(), Error> {
    loop {
        let (at, bytes) = match steps.next().await {
            Some(Step::Write(at, bytes)) => (at, bytes),
            Some(Step::Close) => return call(target, "close", &JsValue::UNDEFINED).await,
            None => return Err(given_up()),
        };
        let data = Uint8Array::from(bytes.as_slice());
        // File positions are exact in a double up to 2^53.
        let step =
            object(&[("type", "write".into()), ("position", (at as f64).into()), ("data", data.into())])?;
        call(target, "write", &step).await?;
        waiting.set(waiting.get().saturating_sub(bytes.len() as u64));
    }
}

fn given_up() -> Error {
    Error::WriteFailed { reason: "the chosen file was given up".into() }
}

async fn call(target: &JsValue, name: &str, argument: &JsValue) -> Result<(), Error> {
    let function: Function = member(target, name).dyn_into().map_err(|_| Error::Unsupported)?;
    let promise: Promise = function
        .call1(target, argument)
        .map_err(|thrown| failed(&thrown))?
        .dyn_into()
        .map_err(|thrown| failed(&thrown))?;
    JsFuture::from(promise).await.map(drop).map_err(|thrown| failed(&thrown))
}

fn failed(thrown: &JsValue) -> Error {
    let (name, message) = name_and_message(thrown);
    Error::from_target(&name, &message)
}
