//! Takes chunks one after the other: browser blob → seekable → store.

use std::rc::{Rc, Weak};
use std::time::Duration;

use hostreel_recording::{self as recording, MediaType, Report, Sidecar, Wanted};
use js_sys::Uint8Array;
use seekable::{Chapter, Container, Metadata, Seekable, Summary, TrackKind, UnixMillis};
use web_sys::{Blob, FileSystemFileHandle};

use super::part::{Part, Written};
use crate::browser::{Lock, Queue, asked, decimal};
use crate::options::put_tag;
use crate::store::Store;
use crate::{Error, Options, Recording};

/// Facts beside the file are renewed, and free space is looked at, once in so many chunks.
const HOUSEKEEPING_CHUNKS: u64 = 5;

/// What the writer gets.
#[derive(Debug)]
pub(super) enum Item {
    /// A piece of the file. There are as many waiting as the disk is behind: one a second.
    Data {
        /// Its bytes.
        blob: Blob,
        /// Recorded time at its delivery, in milliseconds.
        elapsed_ms: u64,
    },
    /// A chapter begins.
    Mark {
        /// In milliseconds of recorded time.
        at_ms: u64,
        /// What players show.
        title: String,
    },
    /// Something to be said in the file.
    Tag {
        /// What about.
        name: String,
        /// What.
        value: String,
    },
    /// No more comes.
    End {
        /// The browser's recorder broke off: the file is kept, but it is not the whole recording.
        broken: bool,
        /// Recorded time, in milliseconds.
        elapsed_ms: u64,
    },
}

/// Writes one recording.
#[derive(Debug)]
pub(super) struct Writer {
    wanted: Wanted,
    sidecar: Sidecar,
    store: Store,
    seekable: Seekable,
    /// What is in the store.
    written: Summary,
    chunks: u64,
    /// A chapter is in the file with the next data, and must be noted beside it then.
    has_marked: bool,
    elapsed_ms: u64,
    stalled_ms: u64,
    lock: Lock,
}

impl Writer {
    pub(super) fn new(
        id: String,
        wanted: Wanted,
        part: Option<u32>,
        options: &Options,
        started_at_ms: u64,
        store: Store,
        lock: Lock,
    ) -> Self {
        let sidecar = Sidecar {
            id,
            title: options.title.clone(),
            mime: MediaType::Unknown.mime().into(),
            extension: MediaType::Unknown.extension().into(),
            has_video: wanted.video,
            started_at_ms,
            part,
            group: options.group.clone(),
            ..Sidecar::default()
        };
        let mut seekable = Seekable::default();
        // It has just begun: it takes what is said.
        let _ = seekable.set_metadata(Metadata {
            title: Some(options.title.clone()).filter(|title| !title.is_empty()),
            date: Some(UnixMillis(started_at_ms)),
            participants: options.participants.clone(),
            tags: options.tags.clone(),
            chapters: Vec::new(),
        });
        Self {
            wanted,
            sidecar,
            store,
            written: seekable.summary(),
            seekable,
            chunks: 0,
            has_marked: false,
            elapsed_ms: 0,
            stalled_ms: 0,
            lock,
        }
    }

    /// Works until the end. When the recorder itself is dropped, what has come is finished.
    pub(super) async fn run(mut self, items: Rc<Queue<Item>>, owner: Weak<Part>) {
        let mut error = None;
        let mut broken = false;
        while let Some(item) = items.next().await {
            let (blob, elapsed_ms) = match item {
                Item::Data { blob, elapsed_ms } => (blob, elapsed_ms),
                Item::Mark { at_ms, title } => {
                    self.mark(at_ms, title);
                    continue;
                }
                Item::Tag { name, value } => {
                    self.tag(name, value);
                    continue;
                }
                Item::End { broken: by_recorder, elapsed_ms } => {
                    broken = by_recorder;
                    self.elapsed_ms = elapsed_ms;
                    self.stalled_ms = owner.upgrade().map_or(0, |owner| owner.stalled_ms());
                    break;
                }
            };
            // After a failed write the file stays as it was: a gap would be worse.
            if error.is_some() {
                continue;
            }
            if let Err(failed) = self.take(&blob).await {
                if let Some(owner) = owner.upgrade() {
                    owner.broke(failed.clone());
                }
                error = Some(failed);
                continue;
            }
            let picked_failed = self.store.mirror_failure();
            let Some(owner) = owner.upgrade() else { continue };
            owner.stored(
                self.store.len(),
                self.seekable.ending_bytes(),
                duration_ms(&self.written).map(|ended| elapsed_ms.saturating_sub(ended)),
            );
            if let Some(failed) = picked_failed {
                owner.picked_file_failed(failed);
            }
            self.elapsed_ms = owner.elapsed_ms();
            if self.chunks % HOUSEKEEPING_CHUNKS == 1 {
                owner.check_space().await;
            }
        }
        items.close();
        let ended = self.end(error.is_some(), broken).await;
        let picked = self.hand_over(&owner).await;
        let Self { sidecar, store, lock, .. } = self;
        let recording = (store.len() > 0).then(|| {
            let mut recording = Recording::from_sidecar(sidecar, store.len(), !store.is_on_disk());
            recording.in_memory &= picked.is_none();
            recording.picked = picked;
            recording
        });
        lock.release().await;
        if let Some(owner) = owner.upgrade() {
            owner.completed(Written { recording, error: error.or(ended.err()) });
        }
    }

    /// Completes the file that the user chose before. When it is whole, the copy in the browser's storage goes.
    async fn hand_over(&mut self, owner: &Weak<Part>) -> Option<FileSystemFileHandle> {
        match self.store.close_mirror().await? {
            Ok(picked) if self.sidecar.finished => {
                // A copy that stays is in the library: no harm.
                let _ = self.store.remove(&self.sidecar.id).await;
                return Some(picked);
            }
            // What broke off is whole only in the browser's storage.
            Ok(_) => {}
            Err(error) => {
                if let Some(owner) = owner.upgrade() {
                    owner.picked_file_failed(error);
                }
            }
        }
        None
    }

    fn mark(&mut self, at_ms: u64, title: String) {
        // Refused only after the end, which comes after this.
        let _ = self.seekable.mark(Chapter { start: Duration::from_millis(at_ms), title: title.clone() });
        self.sidecar.chapters.push(recording::Chapter { at_ms, title });
        self.has_marked = true;
    }

    fn tag(&mut self, name: String, value: String) {
        let mut said = self.seekable.metadata().clone();
        put_tag(&mut said.tags, name, value);
        // As above.
        let _ = self.seekable.set_metadata(said);
    }

    async fn take(&mut self, blob: &Blob) -> Result<(), Error> {
        let buffer = asked(blob, "arrayBuffer", &[]).await?;
        let bytes = Uint8Array::new(&buffer).to_vec();
        self.seekable.push(&bytes).map_err(|error| unseekable(&error))?;
        self.seekable.checkpoint();
        self.flush().await?;
        self.chunks += 1;
        if std::mem::take(&mut self.has_marked) || self.chunks % HOUSEKEEPING_CHUNKS == 1 {
            self.put_sidecar().await?;
        }
        Ok(())
    }

    async fn flush(&mut self) -> Result<(), Error> {
        let edits = self.seekable.edits().collect();
        self.store.apply(edits).await?;
        self.written = self.seekable.summary();
        Ok(())
    }

    /// Makes the file complete. After a failed write it is as the last one that went well has left it, complete up to there; a
    /// recording without any data leaves nothing behind.
    async fn end(&mut self, write_failed: bool, broken: bool) -> Result<(), Error> {
        let mut written = Ok(());
        if !write_failed {
            written = match self.seekable.finish() {
                Ok(_) => self.flush().await,
                Err(error) => Err(unseekable(&error)),
            };
        }
        let closed = self.store.close().await;
        if self.store.len() == 0 {
            let removed = self.store.remove(&self.sidecar.id).await;
            let nothing = Error::RecorderFailed { reason: "the browser delivered nothing".into() };
            return written.and(closed).and(removed).and(Err(nothing));
        }
        self.sidecar.finished = !write_failed && !broken && written.is_ok();
        let (checked, right) = self.store.check_index(&self.sidecar.id).await.unwrap_or_default();
        self.sidecar.report = Some(Report {
            duration_ms: duration_ms(&self.written),
            clock_ms: self.elapsed_ms,
            index_entries: self.written.cues,
            index_checked: checked,
            index_right: right,
            stalled_ms: self.stalled_ms,
        });
        let noted = self.put_sidecar().await;
        written.and(closed).and(noted)
    }

    /// Writes down what is known by now, from the bytes themselves.
    async fn put_sidecar(&mut self) -> Result<(), Error> {
        let summary = &self.written;
        let video = if summary.tracks.is_empty() {
            self.wanted.video
        } else {
            summary.tracks.iter().any(|track| track.kind == TrackKind::Video)
        };
        let media = media_type(summary.container, video);
        self.sidecar.mime = media.mime().into();
        self.sidecar.codecs = codecs(summary);
        self.sidecar.extension = media.extension().into();
        self.sidecar.has_video = media.has_video();
        self.sidecar.bytes = self.store.len();
        self.sidecar.problem = summary
            .problem
            .map(|problem| [problem.kind.code(), " at byte ", &decimal(problem.offset)].concat());
        // What only passes through is measured by the clock.
        self.sidecar.duration_ms = duration_ms(summary).unwrap_or(self.elapsed_ms);
        self.store.put_sidecar(&self.sidecar).await.map(drop)
    }
}

/// What a file is, from what was found in its bytes.
pub(crate) fn media_type(container: Container, video: bool) -> MediaType {
    match container {
        Container::WebM => MediaType::WebM { video },
        Container::Matroska => MediaType::Matroska { video },
        Container::Mp4 => MediaType::Mp4 { video },
        Container::Ogg => MediaType::Ogg,
        _ => MediaType::Unknown,
    }
}

/// Length by the file, in milliseconds.
fn duration_ms(summary: &Summary) -> Option<u64> {
    summary.duration.map(|duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
}

/// The codecs of a file, as in a MIME type.
pub(crate) fn codecs(summary: &Summary) -> String {
    let names: Vec<&str> = summary.tracks.iter().filter_map(|track| track.codec.as_deref()).collect();
    names.join(", ")
}

/// Only what comes after the end is refused, and nothing does: its name is enough.
fn unseekable(error: &seekable::Error) -> Error {
    Error::RecorderFailed { reason: error.code().into() }
}
