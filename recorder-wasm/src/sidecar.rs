//! The facts beside a recording's file, as JSON. The browser's own JSON is used: it is there anyway.

#[cfg(feature = "library")]
use hostreel_recording::Chapter;
use hostreel_recording::{Report, SIDECAR_VERSION, Sidecar};
use js_sys::{Array, JSON, Object};
use wasm_bindgen::JsValue;

#[cfg(feature = "library")]
use crate::browser::member;
use crate::browser::object;

/// As JSON text.
pub(crate) fn to_json(sidecar: &Sidecar) -> String {
    let Sidecar { id, title, mime, codecs, extension, problem, group, .. } = sidecar;
    let text = |text: &String| JsValue::from_str(text);
    let optional =
        |text: &Option<String>| text.as_ref().map_or(JsValue::UNDEFINED, |text| JsValue::from_str(text));
    let report = sidecar.report.as_ref().and_then(|report| report_object(report).ok());
    let chapters = Array::new();
    for chapter in &sidecar.chapters {
        // Times and titles, one after the other.
        chapters.push(&number(chapter.at_ms));
        chapters.push(&text(&chapter.title));
    }
    let made = object(&[
        ("version", SIDECAR_VERSION.into()),
        ("id", text(id)),
        ("title", text(title)),
        ("mime", text(mime)),
        ("codecs", text(codecs)),
        ("extension", text(extension)),
        ("has_video", sidecar.has_video.into()),
        ("started_at_ms", number(sidecar.started_at_ms)),
        ("duration_ms", number(sidecar.duration_ms)),
        ("bytes", number(sidecar.bytes)),
        ("finished", sidecar.finished.into()),
        // What is undefined is not written.
        ("problem", optional(problem)),
        ("part", sidecar.part.map_or(JsValue::UNDEFINED, Into::into)),
        ("group", optional(group)),
        ("report", report.map_or(JsValue::UNDEFINED, Into::into)),
        ("chapters", chapters.into()),
    ]);
    // A plain object of texts and numbers can always be written.
    made.ok().and_then(|made| JSON::stringify(&made).ok()).map(String::from).unwrap_or_default()
}

#[cfg(feature = "library")]
/// From JSON text; nothing when it is none of ours. What an older version did not say is empty.
pub(crate) fn from_json(text: &str) -> Option<Sidecar> {
    let read = JSON::parse(text).ok()?;
    let text = |name: &str| member(&read, name).as_string();
    let whole = |name: &str| member(&read, name).as_f64().map(|number| number as u64);
    Some(Sidecar {
        id: text("id")?,
        title: text("title").unwrap_or_default(),
        mime: text("mime")?,
        codecs: text("codecs").unwrap_or_default(),
        extension: text("extension")?,
        has_video: member(&read, "has_video").is_truthy(),
        started_at_ms: whole("started_at_ms").unwrap_or(0),
        duration_ms: whole("duration_ms").unwrap_or(0),
        bytes: whole("bytes").unwrap_or(0),
        finished: member(&read, "finished").is_truthy(),
        problem: text("problem"),
        part: whole("part").and_then(|part| u32::try_from(part).ok()),
        group: text("group"),
        report: report_from(&member(&read, "report")),
        chapters: chapters_from(&member(&read, "chapters")),
    })
}

/// Whole numbers are exact in a double up to 2^53.
fn number(value: u64) -> JsValue {
    (value as f64).into()
}

#[cfg(feature = "library")]
fn chapters_from(read: &JsValue) -> Vec<Chapter> {
    let mut chapters = Vec::new();
    if read.is_object() {
        let read = Array::from(read);
        for index in (1..read.length()).step_by(2) {
            let (at_ms, title) = (read.get(index - 1).as_f64(), read.get(index).as_string());
            chapters.push(Chapter { at_ms: at_ms.unwrap_or(0.0) as u64, title: title.unwrap_or_default() });
        }
    }
    chapters
}

fn report_object(report: &Report) -> Result<Object, crate::Error> {
    object(&[
        ("duration_ms", report.duration_ms.map_or(JsValue::NULL, number)),
        ("clock_ms", number(report.clock_ms)),
        ("index_entries", report.index_entries.into()),
        ("index_checked", report.index_checked.into()),
        ("index_right", report.index_right.into()),
        ("stalled_ms", number(report.stalled_ms)),
    ])
}

#[cfg(feature = "library")]
fn report_from(read: &JsValue) -> Option<Report> {
    let whole = |name: &str| member(read, name).as_f64();
    Some(Report {
        duration_ms: whole("duration_ms").map(|number| number as u64),
        clock_ms: whole("clock_ms")? as u64,
        index_entries: whole("index_entries")? as u32,
        index_checked: whole("index_checked")? as u32,
        index_right: whole("index_right")? as u32,
        // Not said by version 2.
        stalled_ms: whole("stalled_ms").unwrap_or(0.0) as u64,
    })
}
