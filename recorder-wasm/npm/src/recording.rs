//! A recording that has been made.

use std::rc::Rc;

use hostreel_recorder::{Chapter, Recording, Report, Saved};
use js_sys::{Array, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::object::{number, object, promise};

/// A recording.
#[wasm_bindgen]
#[derive(Debug)]
pub struct RawRecording(Rc<Recording>);

pub(crate) fn raw(recording: Recording) -> JsValue {
    RawRecording(Rc::new(recording)).into()
}

pub(crate) fn maybe(recording: Option<Recording>) -> JsValue {
    recording.map_or(JsValue::UNDEFINED, raw)
}

#[wasm_bindgen]
impl RawRecording {
    /// What is known about it.
    pub fn facts(&self) -> JsValue {
        let Recording { id, title, mime, codecs, extension, bytes, duration_ms, started_at_ms, .. } =
            &*self.0;
        object(&[
            ("id", id.into()),
            ("title", title.into()),
            ("mimeType", mime.into()),
            ("codecs", codecs.into()),
            ("extension", extension.into()),
            ("size", number(*bytes)),
            ("duration", number(*duration_ms)),
            ("startedAt", number(*started_at_ms)),
            ("hasVideo", self.0.has_video.into()),
            ("finished", self.0.finished.into()),
            ("inMemory", self.0.in_memory.into()),
            ("problem", self.0.problem.as_deref().into()),
            ("part", self.0.part.into()),
            ("chapters", describe_chapters(&self.0.chapters).into()),
            ("report", self.0.report.as_ref().map_or(JsValue::NULL, describe_report)),
        ])
    }

    /// The file.
    pub fn file(&self) -> Promise {
        let recording = Rc::clone(&self.0);
        promise(async move { recording.file().await.map(Into::into) })
    }

    /// Saves it; answers `saved`, `downloaded` or `cancelled`.
    pub fn save(&self, name: String) -> Promise {
        let recording = Rc::clone(&self.0);
        promise(async move { recording.save(&name).await.map(|how| saved(how).into()) })
    }

    /// Deletes it for good.
    pub fn delete(&self) -> Promise {
        let recording = Recording::clone(&self.0);
        promise(async move { recording.delete().await.map(|()| JsValue::UNDEFINED) })
    }

    /// Gives it another title; answers what it is then.
    pub fn rename(&self, title: String) -> Promise {
        let mut recording = Recording::clone(&self.0);
        promise(async move { recording.rename(&title).await.map(|()| raw(recording)) })
    }
}

pub(crate) fn saved(how: Saved) -> &'static str {
    match how {
        Saved::Saved => "saved",
        Saved::Downloaded => "downloaded",
        Saved::Cancelled => "cancelled",
    }
}

/// Times and titles, one after the other: the face makes objects of them.
fn describe_chapters(chapters: &[Chapter]) -> Array {
    let described = Array::new();
    for chapter in chapters {
        described.push(&number(chapter.at_ms));
        described.push(&chapter.title.as_str().into());
    }
    described
}

fn describe_report(report: &Report) -> JsValue {
    object(&[
        ("duration", report.duration_ms.map_or(JsValue::NULL, number)),
        ("clock", number(report.clock_ms)),
        ("indexEntries", report.index_entries.into()),
        ("indexChecked", report.index_checked.into()),
        ("stalled", number(report.stalled_ms)),
        ("good", report.is_good().into()),
    ])
}
