//! The picture drawn in a worker: track processors in, a track generator out (mediacapture-transform).

use std::collections::BTreeMap;

use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::MediaStreamTrack;

use super::MixOptions;
use super::picture::Tile;
use crate::Error;
use crate::browser::{WorkerHandle, member, object, window};

#[derive(Debug)]
pub(super) struct WorkerPicture {
    worker: WorkerHandle,
    track: MediaStreamTrack,
    /// Tile → the track that the worker reads for it.
    sources: BTreeMap<String, String>,
}

impl WorkerPicture {
    pub(super) async fn new(options: &MixOptions) -> Result<Self, Error> {
        let generator = construct("MediaStreamTrackGenerator", &object(&[("kind", "video".into())])?)?;
        let writable = member(&generator, "writable");
        let track: MediaStreamTrack = generator.unchecked_into();
        let worker = WorkerHandle::start("mix-worker.js", |_| (), || ()).await?;
        let start = object(&[
            ("op", "start".into()),
            ("width", options.width.into()),
            ("height", options.height.into()),
            ("frameRate", options.frame_rate.into()),
            ("writable", writable.clone()),
        ])?;
        worker.post_transfer(&start, &Array::of1(&writable))?;
        Ok(Self { worker, track, sources: BTreeMap::new() })
    }

    pub(super) fn track(&self) -> &MediaStreamTrack {
        &self.track
    }

    pub(super) fn set_frame_rate(&self, frame_rate: u32) {
        self.post(&[("op", "pace".into()), ("frameRate", frame_rate.into())]);
    }

    pub(super) fn show(&mut self, tiles: &[Tile], scene: &Array) {
        let wanted: BTreeMap<&str, &MediaStreamTrack> =
            tiles.iter().filter_map(|tile| Some((tile.id.as_str(), tile.track.as_ref()?))).collect();
        let gone: Vec<String> =
            self.sources.keys().filter(|id| !wanted.contains_key(id.as_str())).cloned().collect();
        for id in gone {
            self.sources.remove(&id);
            self.post(&[("op", "drop".into()), ("id", id.into())]);
        }
        for (id, track) in wanted {
            if self.sources.get(id) != Some(&track.id()) && self.read(id, track).is_ok() {
                self.sources.insert(id.to_owned(), track.id());
            }
        }
        self.post(&[("op", "scene".into()), ("tiles", scene.clone().into())]);
    }

    /// Lets the worker read a track's frames.
    fn read(&self, id: &str, track: &MediaStreamTrack) -> Result<(), Error> {
        let processor =
            construct("MediaStreamTrackProcessor", &object(&[("track", Clone::clone(track).into())])?)?;
        let readable = member(&processor, "readable");
        let source = object(&[("op", "source".into()), ("id", id.into()), ("readable", readable.clone())])?;
        self.worker.post_transfer(&source, &Array::of1(&readable))
    }

    fn post(&self, members: &[(&str, JsValue)]) {
        if let Ok(message) = object(members) {
            // A plain object of texts and numbers can always be sent.
            let _ = self.worker.post(&message);
        }
    }
}

impl Drop for WorkerPicture {
    fn drop(&mut self) {
        // The worker gives its frames back and closes itself; ending it here would leave them to the garbage collector.
        self.post(&[("op", "stop".into())]);
        self.worker.leave_running();
        self.track.stop();
    }
}

/// Makes an object of a class that `web-sys` does not know.
fn construct(class: &str, options: &Object) -> Result<JsValue, Error> {
    let class: Function =
        Reflect::get(&window()?.into(), &class.into())?.dyn_into().map_err(|_| Error::Unsupported)?;
    Reflect::construct(&class, &Array::of1(options)).map_err(Error::from)
}
