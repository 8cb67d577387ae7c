//! A part of a recording.

use std::rc::Rc;

use hostreel_recorder::{Chapter, Recording, TrimOptions, TrimProgress, trim_file};
use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::File;

use crate::object::{Wanted, number, object, promise};
use crate::recording::raw;

/// Makes a recording of what lies in a part of another. `facts` are the other's own, whichever module made it, and
/// `file` is its file. Answers the new one, and where it begins and ends in the old one, in milliseconds.
#[wasm_bindgen]
pub fn trim(file: File, facts: JsValue, options: JsValue) -> Promise {
    promise(async move {
        let from = Wanted(&options);
        let (mut start, mut end) = (0, u64::MAX);
        from.bytes("from", &mut start);
        from.bytes("to", &mut end);
        let wanted = TrimOptions {
            title: from.get("title").as_string(),
            note: None,
            on_progress: from.get("onProgress").dyn_into().ok().map(watch),
            signal: from.get("signal").dyn_into().ok(),
        };
        let made = trim_file(&recording(&facts), &file, start..end, &wanted).await?;
        Ok(object(&[
            ("recording", raw(made.recording)),
            ("from", number(made.start_ms)),
            ("to", number(made.end_ms)),
        ]))
    })
}

fn watch(on_progress: Function) -> Rc<dyn Fn(TrimProgress)> {
    Rc::new(move |TrimProgress { writes, done_bytes, total_bytes }| {
        let step = if writes { "write" } else { "read" };
        let facts = [("step", step.into()), ("done", number(done_bytes)), ("total", number(total_bytes))];
        // Trimming goes on whatever who watches it throws.
        let _ = on_progress.call1(&JsValue::UNDEFINED, &object(&facts));
    })
}

/// What [`crate::recording::RawRecording::facts`] made of it, the other way.
fn recording(facts: &JsValue) -> Recording {
    let from = Wanted(facts);
    let text = |name: &str| from.get(name).as_string().unwrap_or_default();
    let whole = |name: &str| from.get(name).as_f64().unwrap_or(0.0) as u64;
    let flag = |name: &str| from.get(name).is_truthy();
    Recording {
        id: text("id"),
        title: text("title"),
        mime: text("mimeType"),
        codecs: text("codecs"),
        extension: text("extension"),
        bytes: whole("size"),
        duration_ms: whole("duration"),
        started_at_ms: whole("startedAt"),
        has_video: flag("hasVideo"),
        finished: flag("finished"),
        in_memory: flag("inMemory"),
        problem: None,
        part: None,
        group: None,
        report: None,
        chapters: chapters(&Array::from(&from.get("chapters"))),
        picked: None,
    }
}

/// Times and titles, one after the other.
fn chapters(described: &Array) -> Vec<Chapter> {
    let chapter = |at: u32| {
        let at_ms = described.get(at).as_f64()? as u64;
        Some(Chapter { at_ms, title: described.get(at + 1).as_string()? })
    };
    (0..described.length()).step_by(2).filter_map(chapter).collect()
}
