//! The picture drawn in a worker: track processors in, a track generator out (mediacapture-transform).

use std::collections::BTreeMap;

use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::MediaStreamTrack;

use super::MixOptions;
use super::picture::{Report, Source};
use crate::Error;
use crate::browser::{WorkerHandle, member, object, window};

#[derive(Debug)]
pub(super) struct WorkerPicture {
    worker: WorkerHandle,
    track: MediaStreamTrack,
    /// Source → the track that the worker reads for it.
    reading: BTreeMap<String, MediaStreamTrack>,
}

impl WorkerPicture {
    pub(super) async fn new(
        options: &MixOptions,
        on_report: impl Fn(Report) + 'static,
    ) -> Result<Self, Error> {
        let generator = construct("MediaStreamTrackGenerator", &object(&[("kind", "video".into())])?)?;
        let writable = member(&generator, "writable");
        let track: MediaStreamTrack = generator.unchecked_into();
        let on_report = std::rc::Rc::new(on_report);
        let broken = std::rc::Rc::clone(&on_report);
        let on_message = move |message| {
            if let Some(report) = Report::read(&message) {
                on_report(report);
            }
        };
        let worker = WorkerHandle::start("mix-worker.js", on_message, move || broken(Report::Ended)).await?;
        let start = [
            ("op", "start".into()),
            ("width", options.width.into()),
            ("height", options.height.into()),
            ("frameRate", options.frame_rate.into()),
            ("writable", writable.clone()),
        ];
        worker.tell(&start, &[&writable])?;
        Ok(Self { worker, track, reading: BTreeMap::new() })
    }

    pub(super) fn track(&self) -> &MediaStreamTrack {
        &self.track
    }

    pub(super) fn set_frame_rate(&self, frame_rate: f64) {
        self.say(&[("op", "pace".into()), ("frameRate", frame_rate.into())]);
    }

    pub(super) fn show(&mut self, sources: &[Source], scene: &Array) {
        let gone: Vec<String> = self
            .reading
            .keys()
            .filter(|id| sources.iter().all(|source| source.id != **id))
            .cloned()
            .collect();
        for id in gone {
            self.reading.remove(&id);
            self.say(&[("op", "drop".into()), ("id", id.into())]);
        }
        for source in sources {
            if self.reading.get(&source.id) != Some(&source.track) && self.read(source).is_ok() {
                self.reading.insert(source.id.clone(), Clone::clone(&source.track));
            }
        }
        self.say(&[("op", "scene".into()), ("tiles", scene.into())]);
    }

    /// Lets the worker read a track's frames.
    fn read(&self, source: &Source) -> Result<(), Error> {
        let options = object(&[("track", Clone::clone(&source.track).into())])?;
        let readable = member(&construct("MediaStreamTrackProcessor", &options)?, "readable");
        let message =
            [("op", "source".into()), ("id", source.id.as_str().into()), ("readable", readable.clone())];
        self.worker.tell(&message, &[&readable])
    }

    /// Tells the worker what can always be told: texts and numbers.
    fn say(&self, message: &[(&str, JsValue)]) {
        let _ = self.worker.tell(message, &[]);
    }
}

impl Drop for WorkerPicture {
    fn drop(&mut self) {
        // The worker gives its frames back and closes itself; ending it here would leave them to the garbage collector.
        self.say(&[("op", "stop".into())]);
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
