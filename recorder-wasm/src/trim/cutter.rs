//! The worker that cuts, as the page sees it.

use std::cell::Cell;
use std::ops::Range;
use std::rc::Rc;

use gloo_events::EventListener;
use wasm_bindgen::JsValue;
use web_sys::{AbortSignal, File};

use super::{TrimOptions, TrimProgress};
use crate::Error;
use crate::browser::{Queue, WorkerHandle, member, text};
use crate::store::FOLDER;

/// What Trunk calls the script that loads the worker's module.
const SCRIPT: &str = "trim-worker_loader.js";

/// Longest time to wait until the worker is there, in milliseconds: it is loaded over the network only now.
const START_MS: u32 = 30_000;

/// A worker that cuts one recording. It ends when this is dropped; a file that it writes is left then.
#[derive(Debug)]
pub(super) struct Cutter {
    worker: Rc<WorkerHandle>,
    heard: Rc<Queue<Result<Heard, Error>>>,
    is_writing: Rc<Cell<bool>>,
    signal: Option<AbortSignal>,
    _abort: Option<EventListener>,
}

impl Cutter {
    /// # Errors
    /// [`Error::WorkerBlocked`], and [`Error::Cancelled`].
    pub(super) async fn start(options: &TrimOptions) -> Result<Self, Error> {
        let heard = Rc::new(Queue::new());
        let (came, broken, on_progress) = (Rc::clone(&heard), Rc::clone(&heard), options.on_progress.clone());
        let on_message = move |message| match Said::read(&message) {
            Some(Said::Progress(progress)) => {
                if let Some(tell) = &on_progress {
                    tell(progress);
                }
            }
            Some(Said::Came(heard)) => came.put(heard),
            None => {}
        };
        let on_error = move || broken.put(Err(Error::WorkerBlocked { script: SCRIPT.into() }));
        let worker = Rc::new(WorkerHandle::start_within(START_MS, SCRIPT, on_message, on_error).await?);
        let is_writing = Rc::new(Cell::new(false));
        let abort = options.signal.as_ref().map(|signal| {
            let (worker, heard, is_writing) = (Rc::clone(&worker), Rc::clone(&heard), Rc::clone(&is_writing));
            EventListener::new(signal, "abort", move |_| {
                if is_writing.get() {
                    // It answers when the file is closed. A worker that is gone has told that it broke.
                    let _ = worker.tell(&[("op", "cancel".into())], &[]);
                } else {
                    heard.put(Err(Error::Cancelled));
                }
            })
        });
        let cutter = Self { worker, heard, is_writing, signal: options.signal.clone(), _abort: abort };
        cutter.check()?;
        Ok(cutter)
    }

    /// Where it will cut so that the range (milliseconds) is in the part. `kept` is the file's name in the store.
    pub(super) async fn plan(
        &self,
        file: &File,
        kept: Option<String>,
        range: Range<u64>,
    ) -> Result<Planned, Error> {
        // Times are exact in a double up to 2^53.
        self.worker.tell(
            &[
                ("op", "plan".into()),
                ("file", file.into()),
                ("folder", FOLDER.into()),
                ("name", kept.map_or(JsValue::UNDEFINED, JsValue::from)),
                ("from_ms", (range.start as f64).into()),
                ("to_ms", (range.end as f64).into()),
            ],
            &[],
        )?;
        match self.next().await? {
            Heard::Planned(planned) => Ok(planned),
            Heard::Done(_) => Err(Error::Cancelled),
        }
    }

    /// Writes what was planned.
    pub(super) async fn write(&self, name: &str) -> Result<Done, Error> {
        self.check()?;
        self.is_writing.set(true);
        let request = [("op", "write".into()), ("folder", FOLDER.into()), ("name", name.into())];
        self.worker.tell(&request, &[])?;
        let heard = self.next().await?;
        // Whoever cancelled does not want it, even if it was complete by then.
        self.check()?;
        match heard {
            Heard::Done(done) => Ok(done),
            Heard::Planned(_) => Err(Error::Cancelled),
        }
    }

    async fn next(&self) -> Result<Heard, Error> {
        // It is never closed.
        self.heard.next().await.unwrap_or(Err(Error::Cancelled))
    }

    fn check(&self) -> Result<(), Error> {
        let is_cancelled = self.signal.as_ref().is_some_and(AbortSignal::aborted);
        if is_cancelled { Err(Error::Cancelled) } else { Ok(()) }
    }
}

/// Where the worker will cut, in milliseconds, and how large the part gets at most, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Planned {
    pub(super) start_ms: u64,
    pub(super) end_ms: u64,
    pub(super) most_bytes: u64,
}

/// The file is complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Done {
    pub(super) bytes: u64,
    pub(super) duration_ms: u64,
}

/// What the worker came to.
#[derive(Debug)]
enum Heard {
    Planned(Planned),
    Done(Done),
}

/// A message of the worker.
enum Said {
    Progress(TrimProgress),
    Came(Result<Heard, Error>),
}

impl Said {
    /// Nothing when it is none of its messages.
    fn read(message: &JsValue) -> Option<Self> {
        let whole = |name: &str| member(message, name).as_f64().map(|number| number as u64);
        Some(match text(message, "op").as_str() {
            "progress" => Self::Progress(TrimProgress {
                writes: member(message, "writes").is_truthy(),
                done_bytes: whole("done")?,
                total_bytes: whole("total")?,
            }),
            "planned" => Self::Came(Ok(Heard::Planned(Planned {
                start_ms: whole("start_ms")?,
                end_ms: whole("end_ms")?,
                most_bytes: whole("most_bytes")?,
            }))),
            "done" => Self::Came(Ok(Heard::Done(Done {
                bytes: whole("bytes")?,
                duration_ms: whole("duration_ms")?,
            }))),
            "cancelled" => Self::Came(Err(Error::Cancelled)),
            "failed" => {
                let [code, name, message] = ["code", "name", "message"].map(|name| text(message, name));
                Self::Came(Err(failure(&code, &name, message)))
            }
            _ => return None,
        })
    }
}

/// What the worker failed with: by the code of [`seekable::PartsError`], or `storage` with what the browser threw.
fn failure(code: &str, name: &str, message: String) -> Error {
    match code {
        "storage" | "source" => Error::from_storage(name, &message),
        "no_packets" | "bad_request" => Error::NothingThere,
        _ => Error::NotCuttable { reason: message },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_has_its_code() {
        for (code, name, ours) in [
            ("storage", "QuotaExceededError", "storage_full"),
            ("storage", "NoModificationAllowedError", "write_failed"),
            ("source", "NotFoundError", "not_found"),
            ("no_packets", "", "nothing_there"),
            ("malformed", "", "not_cuttable"),
            ("unknown_container", "", "not_cuttable"),
            ("from_the_future", "", "not_cuttable"),
        ] {
            assert_eq!(failure(code, name, String::new()).code(), ours, "{code}");
        }
    }
}
