//! Takes chunks one after the other: browser blob → seekable → store.

use std::rc::Weak;

use futures::StreamExt;
use futures::channel::mpsc::UnboundedReceiver;
use hostreel_recording::{MediaType, SIDECAR_VERSION, Sidecar, Wanted};
use js_sys::Uint8Array;
use seekable::{Container, Seekable, TrackKind};
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

use super::running::{Running, Written};
use crate::browser::Lock;
use crate::recording::json;
use crate::store::Store;
use crate::{Error, Recording};

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
    /// No more comes.
    End {
        /// The browser's recorder broke off: the file is kept, but it is not the whole recording.
        broken: bool,
    },
}

/// Writes one recording.
#[derive(Debug)]
pub(super) struct Writer {
    wanted: Wanted,
    sidecar: Sidecar,
    store: Store,
    seekable: Seekable,
    chunks: u64,
    elapsed_ms: u64,
    lock: Lock,
}

impl Writer {
    pub(super) fn new(
        id: String,
        wanted: Wanted,
        title: String,
        started_at_ms: u64,
        store: Store,
        lock: Lock,
    ) -> Self {
        let sidecar = Sidecar {
            version: SIDECAR_VERSION,
            id,
            title,
            mime: MediaType::Unknown.mime().into(),
            extension: MediaType::Unknown.extension().into(),
            has_video: wanted.video,
            started_at_ms,
            duration_ms: 0,
            bytes: 0,
            finished: false,
            problem: None,
        };
        Self { wanted, sidecar, store, seekable: Seekable::default(), chunks: 0, elapsed_ms: 0, lock }
    }

    /// Works until the end. When the recorder itself is dropped, what has come is finished.
    pub(super) async fn run(mut self, mut items: UnboundedReceiver<Item>, owner: Weak<Running>) {
        let mut error = None;
        let mut broken = false;
        while let Some(item) = items.next().await {
            let (blob, elapsed_ms) = match item {
                Item::Data { blob, elapsed_ms } => (blob, elapsed_ms),
                Item::End { broken: by_recorder } => {
                    broken = by_recorder;
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
            let Some(owner) = owner.upgrade() else { continue };
            let duration =
                self.seekable.summary().duration.and_then(|ended| u64::try_from(ended.as_millis()).ok());
            owner.stored(self.store.len(), duration.map(|ended| elapsed_ms.saturating_sub(ended)));
            self.elapsed_ms = owner.elapsed_ms();
            if self.chunks % HOUSEKEEPING_CHUNKS == 1 {
                owner.check_space().await;
            }
        }
        let ended = self.end(error.is_some(), broken).await;
        let recording = (self.store.len() > 0).then(|| {
            let in_memory = matches!(self.store, Store::Memory(_));
            Recording::from_sidecar(self.sidecar.clone(), self.store.len(), in_memory)
        });
        self.lock.release().await;
        if let Some(owner) = owner.upgrade() {
            owner.completed(Written { recording, error: error.or(ended.err()) });
        }
    }

    async fn take(&mut self, blob: &Blob) -> Result<(), Error> {
        let buffer = JsFuture::from(blob.array_buffer()).await?;
        let bytes = Uint8Array::new(&buffer).to_vec();
        self.seekable.push(&bytes).map_err(|error| unseekable(&error))?;
        self.seekable.checkpoint();
        self.flush().await?;
        self.chunks += 1;
        if self.chunks % HOUSEKEEPING_CHUNKS == 1 {
            self.put_sidecar().await?;
        }
        Ok(())
    }

    async fn flush(&mut self) -> Result<(), Error> {
        let edits = self.seekable.edits().collect();
        self.store.apply(edits).await
    }

    /// Makes the file complete. After a failed write it stays as it was at the last one that went well; a recording
    /// without any data leaves nothing behind.
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
        let noted = self.put_sidecar().await;
        written.and(closed).and(noted)
    }

    /// Writes down what is known by now, from the bytes themselves.
    async fn put_sidecar(&mut self) -> Result<(), Error> {
        let summary = self.seekable.summary();
        let video = if summary.tracks.is_empty() {
            self.wanted.video
        } else {
            summary.tracks.iter().any(|track| track.kind == TrackKind::Video)
        };
        let media = media_type(summary.container, video);
        self.sidecar.mime = media.mime().into();
        self.sidecar.extension = media.extension().into();
        self.sidecar.has_video = media.has_video();
        self.sidecar.bytes = self.store.len();
        self.sidecar.problem =
            summary.problem.map(|problem| format!("{} at byte {}", problem.kind.code(), problem.offset));
        // What only passes through is measured by the clock.
        self.sidecar.duration_ms = summary
            .duration
            .map_or(self.elapsed_ms, |duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX));
        self.store.put_sidecar(&self.sidecar.id, &json(&self.sidecar)).await
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

fn unseekable(error: &seekable::Error) -> Error {
    Error::RecorderFailed { reason: error.to_string() }
}
