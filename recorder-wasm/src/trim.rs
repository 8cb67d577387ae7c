//! A part of a recording becomes a recording of its own.

use std::ops::Range;
use std::rc::Rc;

use hostreel_recording::chapters_of_part;
use web_sys::{AbortSignal, File};

use crate::browser::Lock;
use crate::recorder::{lock_name, new_id};
use crate::sidecar::to_json;
use crate::store::{media_name, notes_name, put_text, remove_files, sidecar_name};
use crate::support::support;
use crate::{Error, Recording, library};

mod cutter;

use cutter::{Cutter, Planned};

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrimProgress {
    /// It is being written. Before that, the recording is looked through for places where it can be cut.
    pub writes: bool,
    /// Bytes of this step that are done.
    pub done_bytes: u64,
    /// All bytes of this step; those to be written are an upper bound.
    pub total_bytes: u64,
}

/// How to call, watch and cancel it. The default keeps the title, and does neither of the others.
#[derive(Clone, Default)]
pub struct TrimOptions {
    /// What the new recording is called; by default as the old one.
    pub title: Option<String>,
    /// Makes the page's own note about it (see [`library::set_note`]) from where it begins and ends in the old recording,
    /// in milliseconds. It is there as soon as the new recording is listed.
    pub note: Option<Rc<dyn Fn(u64, u64) -> String>>,
    /// Is told how far it is, after each megabyte or some.
    pub on_progress: Option<Rc<dyn Fn(TrimProgress)>>,
    /// Cancels it: nothing is left of what was written.
    pub signal: Option<AbortSignal>,
}

impl std::fmt::Debug for TrimOptions {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { title, signal, .. } = self;
        formatter
            .debug_struct("TrimOptions")
            .field("title", title)
            .field("signal", signal)
            .finish_non_exhaustive()
    }
}

/// A part of a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trimmed {
    /// The new recording.
    pub recording: Recording,
    /// Where it really begins in the old one, in milliseconds: at the key frame before the wanted start.
    pub start_ms: u64,
    /// Where its last picture or sound ends in the old one, in milliseconds: before the first key frame that is not
    /// before the wanted end, or where the old one ends.
    pub end_ms: u64,
}

/// Makes a new recording of the part of a recording that lies in `range` (milliseconds of recorded time, the end
/// exclusive), beside the old one, which stays as it is. Nothing is encoded anew: it is cut at key frames, so that the
/// part may begin and end a few seconds before and after what was asked for. What the file says about itself (title,
/// date, chapters, tags) is in the part too, moved in time.
///
/// The file is read twice and written once, piece by piece, by a worker (`trim-worker_loader.js`, `trim-worker.js`,
/// `trim-worker_bg.wasm`, found like the other scripts; loaded only now): memory stays flat, however long the recording
/// is. While it is written it is not listed; after a crash it is, as interrupted. Don't drop the future: cancel it by
/// [`TrimOptions::signal`].
///
/// # Errors
/// [`Error::NothingThere`] when there is nothing in the range; [`Error::NotCuttable`] when the file is neither WebM nor
/// MP4, or damaged; [`Error::StorageFull`], also when the part will not fit; [`Error::NoStorage`] where the browser keeps
/// no files; [`Error::WorkerBlocked`]; [`Error::NotFound`] when the recording was deleted meanwhile; [`Error::Cancelled`].
/// Then nothing is left of the part.
pub async fn trim(recording: &Recording, range: Range<u64>, options: &TrimOptions) -> Result<Trimmed, Error> {
    let file = recording.file().await?;
    trim_file(recording, &file, range, options).await
}

/// The same where the file is at hand: of a recording that lies in the memory of another module of the page.
///
/// # Errors
/// As [`trim`].
pub async fn trim_file(
    recording: &Recording,
    file: &File,
    range: Range<u64>,
    options: &TrimOptions,
) -> Result<Trimmed, Error> {
    if range.is_empty() {
        return Err(Error::NothingThere);
    }
    if !support().opfs {
        return Err(Error::NoStorage);
    }
    let is_kept = !recording.in_memory && recording.picked.is_none();
    let kept = is_kept.then(|| media_name(&recording.id));
    let cutter = Cutter::start(options).await?;
    let Planned { start_ms, end_ms, most_bytes } = cutter.plan(file, kept, range).await?;
    // Better now than when the disk is full. Where the browser does not tell, it is tried.
    if library::estimate().await.is_some_and(|space| space.free() < most_bytes) {
        return Err(Error::StorageFull);
    }
    let mut made = Recording {
        id: new_id(),
        title: options.title.clone().unwrap_or_else(|| recording.title.clone()),
        bytes: 0,
        duration_ms: 0,
        started_at_ms: recording.started_at_ms + start_ms,
        finished: false,
        in_memory: false,
        problem: None,
        part: None,
        group: None,
        report: None,
        chapters: chapters_of_part(&recording.chapters, start_ms, end_ms),
        picked: None,
        ..recording.clone()
    };
    let names = [media_name(&made.id), sidecar_name(&made.id), notes_name(&made.id)];
    // Until it is complete no tab lists it.
    let lock = Lock::hold(&lock_name(&made.id), Box::new(|| ())).await?;
    let note = options.note.as_ref().map(|note| note(start_ms, end_ms));
    let written = write(&cutter, &mut made, note).await;
    // It ends; what it had open is closed.
    drop(cutter);
    if written.is_err() {
        // What can't be removed is listed as interrupted.
        let _ = remove_files(&names).await;
    }
    lock.release().await;
    written.map(|()| Trimmed { recording: made, start_ms, end_ms })
}

async fn write(cutter: &Cutter, made: &mut Recording, note: Option<String>) -> Result<(), Error> {
    if let Some(note) = note {
        library::put_note(&made.id, &note).await?;
    }
    put_text(&sidecar_name(&made.id), &to_json(&made.sidecar())).await?;
    let done = cutter.write(&media_name(&made.id)).await?;
    (made.bytes, made.duration_ms, made.finished) = (done.bytes, done.duration_ms, true);
    put_text(&sidecar_name(&made.id), &to_json(&made.sidecar())).await.map(drop)
}

/// Whether a recording can be trimmed here: it is complete, WebM or MP4, and this browser keeps files.
#[must_use]
pub fn can_trim(recording: &Recording) -> bool {
    let known = ["webm", "mkv", "mp4", "m4a"].contains(&recording.extension.as_str());
    recording.finished && known && support().opfs
}
