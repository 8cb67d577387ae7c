//! One recorder.

use hostreel_recorder::{ContainerChoice, OnTrackEnd, Options, Phase, Recorder, RecorderEvent, Warning};
use js_sys::Function;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::MediaStream;

use crate::object::{Wanted, object, thrown};
use crate::recording::RawRecording;

/// A recorder. JavaScript keeps it as long as it runs.
#[wasm_bindgen]
#[derive(Debug)]
pub struct RawRecorder(Recorder);

/// Begins to record; `on_event` gets a name and an object of facts.
#[wasm_bindgen]
pub async fn start(
    stream: MediaStream,
    options: JsValue,
    on_event: Function,
) -> Result<RawRecorder, JsValue> {
    let tell = move |event| {
        let (name, facts) = describe(event);
        // What a listener throws is told by the browser: the face dispatches a real event.
        let _ = on_event.call2(&JsValue::UNDEFINED, &name.into(), &facts);
    };
    Recorder::start(&stream, read(&options), tell).await.map(RawRecorder).map_err(|error| thrown(&error))
}

#[wasm_bindgen]
impl RawRecorder {
    /// Pauses.
    pub fn pause(&self) -> Result<(), JsValue> {
        self.0.pause().map_err(|error| thrown(&error))
    }

    /// Goes on.
    pub fn resume(&self) -> Result<(), JsValue> {
        self.0.resume().map_err(|error| thrown(&error))
    }

    /// Stops. How it went is told by an event.
    pub async fn stop(&self) {
        // The same outcome goes out as `finished` or `error`.
        let _ = self.0.stop().await;
    }

    /// Recorded time, in milliseconds.
    pub fn elapsed(&self) -> f64 {
        self.0.elapsed_ms() as f64
    }
}

fn read(options: &JsValue) -> Options {
    let from = Wanted(options);
    let mut read = Options::default();
    from.text("title", &mut read.title);
    read.container = match from.get("container").as_string().as_deref() {
        Some("webm") => ContainerChoice::WebM,
        Some("mp4") => ContainerChoice::Mp4,
        _ => ContainerChoice::Auto,
    };
    from.number("videoBitsPerSecond", &mut read.video_bits_per_second);
    from.number("audioBitsPerSecond", &mut read.audio_bits_per_second);
    from.number("timeslice", &mut read.timeslice_ms);
    from.number("keyFrameInterval", &mut read.key_frame_interval_ms);
    from.bytes("minFreeBytes", &mut read.least_free_bytes);
    read.on_track_end = match from.get("onTrackEnd").as_string().as_deref() {
        Some("stop") => OnTrackEnd::Stop,
        Some("continue") => OnTrackEnd::Continue,
        _ => OnTrackEnd::StopWithPicture,
    };
    read
}

fn describe(event: RecorderEvent) -> (&'static str, JsValue) {
    match event {
        RecorderEvent::Phase(phase) => ("phase", state(phase).into()),
        RecorderEvent::Progress { elapsed_ms, bytes, free_bytes } => (
            "progress",
            object(&[
                ("elapsed", (elapsed_ms as f64).into()),
                ("bytes", (bytes as f64).into()),
                ("freeBytes", free_bytes.map(|free| free as f64).into()),
            ]),
        ),
        RecorderEvent::Warning(Warning::InMemory { reason, most_bytes }) => (
            "warning",
            object(&[
                ("code", "in_memory".into()),
                ("reason", thrown(&reason)),
                ("maxBytes", (most_bytes as f64).into()),
            ]),
        ),
        RecorderEvent::Warning(Warning::LowSpace { free_bytes }) => {
            ("warning", object(&[("code", "low_space".into()), ("freeBytes", (free_bytes as f64).into())]))
        }
        RecorderEvent::Behind { milliseconds } => ("behind", (milliseconds as f64).into()),
        RecorderEvent::Failed { error, kept } => {
            ("failed", object(&[("error", thrown(&error)), ("kept", kept.map(RawRecording).into())]))
        }
        RecorderEvent::Finished(recording) => ("finished", RawRecording(recording).into()),
        // The crate may grow; the face is built with it.
        _ => ("other", JsValue::UNDEFINED),
    }
}

fn state(phase: Phase) -> &'static str {
    match phase {
        Phase::Recording => "recording",
        Phase::Paused => "paused",
        Phase::Stopping => "stopping",
        Phase::Finished => "finished",
        Phase::Failed => "failed",
        _ => "starting",
    }
}
