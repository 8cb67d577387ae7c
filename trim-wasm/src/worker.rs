//! What the worker is asked, does and answers.
//!
//! First it looks where to cut (that can't be interrupted but by ending the worker: nothing is written yet), then, when
//! the page says so, it writes. It can be stopped at any time then, and closes the file before it says so.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use gloo_events::EventListener;
use gloo_timers::future::TimeoutFuture;
use hostreel_trim::{Blocks, ReadAhead};
use seekable::{Options, PartsError, SourceError, Split, SplitAt};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::File;

use crate::browser::{DiskFile, KeptFile, PickedFile, Scope, Thrown, member, text};

/// Bytes that are written between two looks at what the page says.
const TURN_BYTES: u64 = 4 << 20;

thread_local! {
    /// For as long as the worker lives.
    static LISTENER: RefCell<Option<EventListener>> = const { RefCell::new(None) };
}

/// What the page may say: an object whose `op` is the name.
enum Request {
    /// `plan`: look where to cut `file`, so that all from `from_ms` to `to_ms` is in the part. If it lies in the
    /// origin-private file system, `folder` and `name` say where. Answer: `planned`.
    Plan { file: File, kept: Option<(String, String)>, from_ms: f64, to_ms: f64 },
    /// `write`: write that part into the new file `name` in `folder` of the origin-private file system. Answer: `done`,
    /// or `cancelled`.
    Write { folder: String, name: String },
    /// `cancel`: write no more. What was written is left.
    Cancel,
}

impl Request {
    fn read(message: &JsValue) -> Option<Self> {
        let number = |name: &str| member(message, name).as_f64();
        Some(match text(message, "op").as_str() {
            "plan" => Self::Plan {
                file: member(message, "file").dyn_into().ok()?,
                kept: member(message, "name").as_string().map(|name| (text(message, "folder"), name)),
                from_ms: number("from_ms")?,
                to_ms: number("to_ms")?,
            },
            "write" => Self::Write { folder: text(message, "folder"), name: text(message, "name") },
            "cancel" => Self::Cancel,
            _ => return None,
        })
    }
}

/// What is answered: an object whose `op` is the name.
enum Answer {
    /// `progress`: so far. Times are milliseconds, sizes bytes, here and below.
    Progress { writes: bool, done: u64, total: u64 },
    /// `planned`: where the part really begins and ends, and how large it gets at most.
    Planned { start: Duration, end: Duration, most_bytes: u64 },
    /// `done`: the file is complete and closed.
    Done { bytes: u64, duration: Duration },
    /// `cancelled`: the file is closed, and not complete.
    Cancelled,
    /// `failed`: by what. The file is closed, and not complete. `code` is that of `seekable`, or `storage`.
    Failed { code: &'static str, name: String, message: String },
}

impl Answer {
    fn tell(self, scope: &Scope) {
        // Numbers are exact in a double up to 2^53.
        let number = |value: u64| JsValue::from(value as f64);
        let time = |time: Duration| number(u64::try_from(time.as_millis()).unwrap_or(u64::MAX));
        match self {
            Self::Progress { writes, done, total } => scope.tell(&[
                ("op", "progress".into()),
                ("writes", writes.into()),
                ("done", number(done)),
                ("total", number(total)),
            ]),
            Self::Planned { start, end, most_bytes } => scope.tell(&[
                ("op", "planned".into()),
                ("start_ms", time(start)),
                ("end_ms", time(end)),
                ("most_bytes", number(most_bytes)),
            ]),
            Self::Done { bytes, duration } => scope.tell(&[
                ("op", "done".into()),
                ("bytes", number(bytes)),
                ("duration_ms", time(duration)),
            ]),
            Self::Cancelled => scope.tell(&[("op", "cancelled".into())]),
            Self::Failed { code, name, message } => scope.tell(&[
                ("op", "failed".into()),
                ("code", code.into()),
                ("name", name.into()),
                ("message", message.into()),
            ]),
        }
    }
}

/// Why it did not work.
enum Failure {
    Parts(PartsError),
    Storage(Thrown),
}

impl From<PartsError> for Failure {
    fn from(error: PartsError) -> Self {
        Self::Parts(error)
    }
}

impl From<Thrown> for Failure {
    fn from(thrown: Thrown) -> Self {
        Self::Storage(thrown)
    }
}

impl From<Failure> for Answer {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Parts(error) => {
                let name = match &error {
                    PartsError::Source(source) => source.reason.clone(),
                    _ => String::new(),
                };
                Self::Failed { code: error.code(), name, message: error.to_string() }
            }
            Failure::Storage(Thrown { name, message }) => Self::Failed { code: "storage", name, message },
        }
    }
}

/// What is cut.
struct Recorded {
    place: Place,
    /// Is told of each read: up to where, in bytes.
    on_read: Box<dyn Fn(u64)>,
}

enum Place {
    Kept(KeptFile),
    Picked(PickedFile),
}

impl Blocks for Recorded {
    fn length(&self) -> u64 {
        match &self.place {
            Place::Kept(file) => file.length(),
            Place::Picked(file) => file.length(),
        }
    }

    fn read(&self, offset: u64, length: usize, block: &mut Vec<u8>) -> Result<(), SourceError> {
        match &self.place {
            Place::Kept(file) => file.read(offset, length, block)?,
            Place::Picked(file) => file.read(offset, length, block)?,
        }
        (self.on_read)(offset.saturating_add(length as u64));
        Ok(())
    }
}

type Recording = Split<ReadAhead<Recorded>>;

struct Worker {
    scope: Scope,
    split: RefCell<Option<Recording>>,
    is_cancelled: Cell<bool>,
}

/// Listens to the page, and says that it does.
pub(crate) fn start() {
    let Some(scope) = Scope::here() else { return };
    let worker =
        Rc::new(Worker { scope: scope.clone(), split: RefCell::default(), is_cancelled: Cell::new(false) });
    let listener = scope.listen(move |message| match Request::read(&message) {
        Some(Request::Plan { file, kept, from_ms, to_ms }) => {
            let worker = Rc::clone(&worker);
            spawn_local(async move {
                let planned = worker.plan(file, kept, from_ms, to_ms).await;
                planned.unwrap_or_else(Answer::from).tell(&worker.scope);
            });
        }
        Some(Request::Write { folder, name }) => {
            let worker = Rc::clone(&worker);
            spawn_local(async move {
                let done = worker.write(&folder, &name).await;
                done.unwrap_or_else(Answer::from).tell(&worker.scope);
            });
        }
        Some(Request::Cancel) => worker.is_cancelled.set(true),
        None => {}
    });
    LISTENER.with(|slot| slot.borrow_mut().replace(listener));
    // The page waits for this: a script that a policy blocks gives no error at all.
    scope.post(&"ready".into());
}

impl Worker {
    async fn plan(
        &self,
        file: File,
        kept: Option<(String, String)>,
        from_ms: f64,
        to_ms: f64,
    ) -> Result<Answer, Failure> {
        let total = file.size() as u64;
        let (scope, told) = (self.scope.clone(), Cell::new(0));
        let on_read: Box<dyn Fn(u64)> = Box::new(move |done| {
            // Only the first pass goes forward through all of it; the second one reads again.
            if done > told.get() {
                told.set(done);
                Answer::Progress { writes: false, done, total }.tell(&scope);
            }
        });
        let opened = match kept {
            Some((folder, name)) => KeptFile::open(&self.scope, &folder, &name).await.ok(),
            None => None,
        };
        // Somebody else may have it open in a way that allows no other.
        let place = match opened {
            Some(kept) => Place::Kept(kept),
            None => Place::Picked(PickedFile::new(file)?),
        };
        let source = ReadAhead::new(Recorded { place, on_read });
        // A float to integer cast saturates.
        let range = Duration::from_millis(from_ms as u64)..Duration::from_millis(to_ms as u64);
        let split = Split::new(source, &SplitAt::Ranges(vec![range]), Options::default())?;
        let part = split.parts().first().copied().ok_or(PartsError::NoPackets("in the range"))?;
        *self.split.borrow_mut() = Some(split);
        Ok(Answer::Planned { start: part.start, end: part.end, most_bytes: part.size_at_most })
    }

    async fn write(&self, folder: &str, name: &str) -> Result<Answer, Failure> {
        let Some(mut split) = self.split.take() else {
            return Err(PartsError::BadRequest("nothing was planned").into());
        };
        let total = split.parts().first().map_or(0, |part| part.size_at_most);
        let mut file = DiskFile::create(&self.scope, folder, name).await?;
        let mut part = split.part(1)?;
        let (mut done, mut turn) = (0_u64, 0_u64);
        while let Some(edit) = part.next_edit()? {
            turn += file.apply(&edit)?;
            if turn >= TURN_BYTES {
                done += std::mem::take(&mut turn);
                Answer::Progress { writes: true, done: done.min(total), total }.tell(&self.scope);
                TimeoutFuture::new(0).await;
                if self.is_cancelled.get() {
                    return Ok(Answer::Cancelled);
                }
            }
        }
        file.flush()?;
        let summary = part.summary();
        let duration = summary.duration.unwrap_or_default();
        Ok(Answer::Done { bytes: summary.output_length, duration })
    }
}
