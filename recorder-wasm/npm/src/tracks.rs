//! One file per participant.

use std::rc::Rc;

use hostreel_recorder::{
    SaveOptions, SaveProgress, TrackFile, TrackSource, Tracks, TracksEvent, TracksOptions, TracksRecording,
};
use js_sys::{Array, Function, Promise, TypeError};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::FileSystemDirectoryHandle;

use crate::object::{Wanted, answered, number, object, promise, thrown};
use crate::recorder;
use crate::recording::{maybe, raw, saved};

/// What records participants. JavaScript keeps it as long as it runs.
#[wasm_bindgen]
#[derive(Debug)]
pub struct RawTracks(Tracks);

/// Begins to record; `on_event` gets a name, an object of facts, and whose they are.
#[wasm_bindgen(js_name = startTracks)]
pub fn start_tracks(participants: &Array, options: &JsValue, on_event: Function) -> Result<Promise, JsValue> {
    let participants = participants.iter().map(|one| participant(&one)).collect::<Result<Vec<_>, _>>()?;
    let mut wanted = TracksOptions { recorder: recorder::read(options), ..TracksOptions::default() };
    wanted.title = wanted.recorder.title.clone();
    Wanted(options).flag("audioOnly", &mut wanted.audio_only);
    let tell = move |event| {
        let (name, facts, id) = describe(event);
        // What a listener throws is told by the browser: the face dispatches a real event.
        let _ = on_event.call3(&JsValue::UNDEFINED, &name.into(), &facts, &id);
    };
    Ok(promise(async move { Ok(RawTracks(Tracks::start(participants, wanted, tell).await?).into()) }))
}

#[wasm_bindgen]
impl RawTracks {
    /// Somebody joins.
    pub fn add(&self, one: &JsValue) -> Result<Promise, JsValue> {
        let (tracks, source) = (self.0.clone(), participant(one)?);
        Ok(promise(async move { tracks.add(source).await.map(|()| JsValue::UNDEFINED) }))
    }

    /// Somebody leaves; their file, if they were recorded.
    pub fn remove(&self, id: String) -> Promise {
        let tracks = self.0.clone();
        promise(async move { tracks.remove(&id).await.map(maybe) })
    }

    /// Pauses all of them.
    pub fn pause(&self) -> Result<(), JsValue> {
        answered(self.0.pause())
    }

    /// All of them go on.
    pub fn resume(&self) -> Result<(), JsValue> {
        answered(self.0.resume())
    }

    /// Marks this moment in every file.
    pub fn mark(&self, title: &str) -> Result<(), JsValue> {
        answered(self.0.mark(title))
    }

    /// Stops all of them together.
    pub fn stop(&self) -> Promise {
        let tracks = self.0.clone();
        promise(async move { Ok(RawTracksRecording(Rc::new(tracks.stop().await?)).into()) })
    }

    /// Time on the recording's clock, in milliseconds.
    pub fn elapsed(&self) -> f64 {
        self.0.elapsed_ms() as f64
    }

    /// Ids of those who are being recorded.
    pub fn participants(&self) -> Vec<String> {
        self.0.participants()
    }
}

/// The files of all participants.
#[wasm_bindgen]
#[derive(Debug)]
pub struct RawTracksRecording(Rc<TracksRecording>);

#[wasm_bindgen]
impl RawTracksRecording {
    /// The files, with whose they are and where they begin.
    pub fn files(&self) -> JsValue {
        let describe = |file: &TrackFile| {
            object(&[
                ("id", (&file.id).into()),
                ("name", (&file.name).into()),
                ("offset", number(file.offset_ms)),
                ("recording", raw(file.recording.clone())),
            ])
        };
        self.0.files.iter().map(describe).collect::<Array>().into()
    }

    /// The manifest, as JSON text.
    pub fn manifest(&self) -> String {
        self.0.manifest_json()
    }

    /// All of it as one file.
    pub fn zip(&self, options: &JsValue) -> Promise {
        let (made, how) = (Rc::clone(&self.0), saving(options));
        promise(async move { made.zip(&how).await.map(Into::into) })
    }

    /// Saves that; answers `saved`, `downloaded` or `cancelled`.
    #[wasm_bindgen(js_name = saveZip)]
    pub fn save_zip(&self, name: String, options: &JsValue) -> Promise {
        let (made, how) = (Rc::clone(&self.0), saving(options));
        promise(async move { made.save_zip(&name, &how).await.map(|how| saved(how).into()) })
    }

    /// Writes all files into a new folder within `options.folder`, else within one that the user is asked for; what it
    /// is called, or nothing when the user closed the dialog.
    #[wasm_bindgen(js_name = saveToFolder)]
    pub fn save_to_folder(&self, name: String, options: &JsValue) -> Promise {
        let (made, how) = (Rc::clone(&self.0), saving(options));
        let given = Wanted(options).get("folder").dyn_into::<FileSystemDirectoryHandle>().ok();
        promise(async move {
            let folder = match given {
                Some(folder) => Some(folder),
                None => TracksRecording::pick_folder().await?,
            };
            let Some(folder) = folder else { return Ok(JsValue::UNDEFINED) };
            made.save_to_folder(&folder, &name, &how).await.map(Into::into)
        })
    }

    /// Deletes all files.
    pub fn delete(&self) -> Promise {
        let made = TracksRecording::clone(&self.0);
        promise(async move { made.delete().await.map(|()| JsValue::UNDEFINED) })
    }
}

fn participant(one: &JsValue) -> Result<TrackSource, JsValue> {
    let from = Wanted(one);
    let stream = from.get("stream").dyn_into().map_err(|_| TypeError::new("stream is no MediaStream"))?;
    let mut read = TrackSource { id: String::new(), name: String::new(), stream };
    from.text("id", &mut read.id);
    from.text("name", &mut read.name);
    Ok(read)
}

fn saving(options: &JsValue) -> SaveOptions {
    let from = Wanted(options);
    let watch = |on_progress: Function| -> Rc<dyn Fn(SaveProgress)> {
        Rc::new(move |SaveProgress { done_bytes, total_bytes }| {
            let facts = object(&[("done", number(done_bytes)), ("total", number(total_bytes))]);
            // Saving goes on whatever who watches it throws.
            let _ = on_progress.call1(&JsValue::UNDEFINED, &facts);
        })
    };
    SaveOptions {
        on_progress: from.get("onProgress").dyn_into().ok().map(watch),
        signal: from.get("signal").dyn_into().ok(),
    }
}

/// Name, facts, and whose they are: `undefined` for what all have in common.
fn describe(event: TracksEvent) -> (&'static str, JsValue, JsValue) {
    match event {
        TracksEvent::Phase(phase) => ("phase", recorder::state(phase).into(), JsValue::UNDEFINED),
        TracksEvent::Progress { elapsed_ms, bytes, open } => {
            let facts =
                [("elapsed", number(elapsed_ms)), ("bytes", number(bytes)), ("open", number(open as u64))];
            ("progress", object(&facts), JsValue::UNDEFINED)
        }
        TracksEvent::Track { id, event } => {
            let (name, facts) = recorder::describe(event);
            (name, facts, id.into())
        }
        TracksEvent::TrackFinished { id, recording } => ("finished", raw(recording), id.into()),
        TracksEvent::TrackFailed { id, error, kept } => {
            let facts = [("error", thrown(&error)), ("kept", maybe(kept))];
            ("failed", object(&facts), id.into())
        }
        // The crate may grow; the face is built with it.
        _ => ("other", JsValue::UNDEFINED, JsValue::UNDEFINED),
    }
}
