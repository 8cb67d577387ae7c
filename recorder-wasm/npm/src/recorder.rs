//! One recorder.

use hostreel_recorder::{
    AtLimit, ContainerChoice, Health, Limits, Millis, OnTrackEnd, Options, Phase, Preset, Recorder,
    RecorderEvent, StoreChoice, Warning,
};
use js_sys::{Array, Float32Array, Function, Promise};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::MediaStream;

use crate::object::{Wanted, answered, number, object, promise, thrown};
use crate::recording::{maybe, raw};

/// A recorder. JavaScript keeps it as long as it runs.
#[wasm_bindgen]
#[derive(Debug)]
pub struct RawRecorder(Recorder);

/// Begins to record; `on_event` gets a name and an object of facts.
#[wasm_bindgen]
pub fn start(stream: MediaStream, options: JsValue, on_event: Function) -> Promise {
    let tell = move |event| {
        let (name, facts) = describe(event);
        // What a listener throws is told by the browser: the face dispatches a real event.
        let _ = on_event.call2(&JsValue::UNDEFINED, &name.into(), &facts);
    };
    promise(async move {
        let recorder = Recorder::start(&stream, read(&options), tell).await?;
        Ok(RawRecorder(recorder).into())
    })
}

/// What a stream shows, as a PNG.
#[cfg(feature = "full")]
#[wasm_bindgen]
pub fn snapshot(stream: MediaStream) -> Promise {
    promise(async move { hostreel_recorder::snapshot(&stream).await.map(Into::into) })
}

#[wasm_bindgen]
impl RawRecorder {
    /// Pauses.
    pub fn pause(&self) -> Result<(), JsValue> {
        answered(self.0.pause())
    }

    /// Goes on.
    pub fn resume(&self) -> Result<(), JsValue> {
        answered(self.0.resume())
    }

    /// Stops. How it went is told by an event.
    pub fn stop(&self) -> Promise {
        let recorder = self.0.clone();
        promise(async move {
            // The same outcome goes out as `finished` or `failed`.
            let _ = recorder.stop().await;
            Ok(JsValue::UNDEFINED)
        })
    }

    /// Marks this moment.
    pub fn mark(&self, title: &str) -> Result<(), JsValue> {
        answered(self.0.mark(title))
    }

    /// Says something in the file.
    #[wasm_bindgen(js_name = setTag)]
    pub fn set_tag(&self, name: &str, value: &str) -> Result<(), JsValue> {
        answered(self.0.set_tag(name, value))
    }

    /// Peaks of loudness, and the span of each in milliseconds.
    pub fn waveform(&self) -> JsValue {
        let (peaks, span) = self.0.waveform();
        object(&[("peaks", Float32Array::from(peaks.as_slice()).into()), ("span", number(span))])
    }

    /// Recorded time, in milliseconds.
    pub fn elapsed(&self) -> f64 {
        self.0.elapsed_ms() as f64
    }

    /// Length of the file so far.
    pub fn bytes(&self) -> f64 {
        self.0.bytes() as f64
    }
}

pub(crate) fn read(options: &JsValue) -> Options {
    let from = Wanted(options);
    let name = |name: &str| from.get(name).as_string().unwrap_or_default();
    let mut read = Options::preset(Preset::from_name(&name("preset")).unwrap_or_default());
    from.text("title", &mut read.title);
    read.participants = texts(&from.get("participants"));
    let tags = texts(&from.get("tags"));
    read.tags = tags.chunks_exact(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect();
    read.container = match name("container").as_str() {
        "webm" => ContainerChoice::WebM,
        "mp4" => ContainerChoice::Mp4,
        _ => ContainerChoice::Auto,
    };
    from.number("videoBitsPerSecond", &mut read.video_bits_per_second);
    from.number("audioBitsPerSecond", &mut read.audio_bits_per_second);
    from.number("timeslice", &mut read.timeslice_ms);
    from.number("keyFrameInterval", &mut read.key_frame_interval_ms);
    read.on_track_end = match name("onTrackEnd").as_str() {
        "stop" => OnTrackEnd::Stop,
        "continue" => OnTrackEnd::Continue,
        _ => OnTrackEnd::StopWithPicture,
    };
    read.store = match name("store").as_str() {
        "disk" => StoreChoice::Disk,
        "memory" => StoreChoice::Memory,
        _ => StoreChoice::Auto,
    };
    from.bytes("maxMemoryBytes", &mut read.most_memory_bytes);
    from.bytes("minFreeBytes", &mut read.least_free_bytes);
    read.file = from.get("file").dyn_into().ok();
    let whole = |name: &str| from.get(name).as_f64().map(|number| number as u64);
    read.limits = Limits { duration: whole("maxDuration").map(Millis), bytes: whole("maxBytes") };
    if name("atLimit") == "split" {
        read.at_limit = AtLimit::Split;
    }
    from.number("countdown", &mut read.countdown_ms);
    from.flag("wakeLock", &mut read.wake_lock);
    from.flag("warnOnClose", &mut read.warn_on_close);
    from.flag("meter", &mut read.meter);
    from.flag("persist", &mut read.persist);
    read
}

fn texts(list: &JsValue) -> Vec<String> {
    Array::from(list).iter().filter_map(|text| text.as_string()).collect()
}

pub(crate) fn describe(event: RecorderEvent) -> (&'static str, JsValue) {
    match event {
        RecorderEvent::Countdown { remaining_ms } => ("countdown", number(remaining_ms)),
        RecorderEvent::Phase(phase) => ("phase", state(phase).into()),
        RecorderEvent::Progress { elapsed_ms, bytes, free_bytes } => (
            "progress",
            object(&[
                ("elapsed", number(elapsed_ms)),
                ("bytes", number(bytes)),
                ("freeBytes", free_bytes.map_or(JsValue::NULL, number)),
            ]),
        ),
        RecorderEvent::Level { level, peak } => {
            ("level", object(&[("level", level.into()), ("peak", peak.into())]))
        }
        RecorderEvent::Marked { at_ms, title } => {
            ("marked", object(&[("at", number(at_ms)), ("title", title.into())]))
        }
        RecorderEvent::Health(health) => ("health", describe_health(health)),
        RecorderEvent::Behind { milliseconds } => ("behind", number(milliseconds)),
        RecorderEvent::Part(recording) => ("part", raw(recording)),
        RecorderEvent::Warning(warning) => ("warning", describe_warning(warning)),
        RecorderEvent::Failed { error, kept } => {
            ("failed", object(&[("error", thrown(&error)), ("kept", maybe(kept))]))
        }
        RecorderEvent::Finished(recording) => ("finished", raw(recording)),
        // The crate may grow; the face is built with it.
        _ => ("other", JsValue::UNDEFINED),
    }
}

fn describe_health(health: Health) -> JsValue {
    let more = match health {
        Health::NoData { waited }
        | Health::Silent { waited }
        | Health::Stalled { waited }
        | Health::Frozen { waited } => ("waited", number(waited.0)),
        Health::Dropping { percent } => ("percent", percent.into()),
        _ => return object(&[("kind", health.code().into())]),
    };
    object(&[("kind", health.code().into()), more])
}

fn describe_warning(warning: Warning) -> JsValue {
    let code = ("code", warning.code().into());
    match warning {
        Warning::InMemory { reason, most_bytes } => {
            object(&[code, ("reason", thrown(&reason)), ("maxBytes", number(most_bytes))])
        }
        Warning::LowSpace { free_bytes } => object(&[code, ("freeBytes", number(free_bytes))]),
        Warning::PickedFile { error } => object(&[code, ("reason", thrown(&error))]),
        Warning::TrackEnded { video } => {
            object(&[code, ("kind", if video { "video" } else { "audio" }.into())])
        }
        Warning::PartBroke { error, kept } => {
            object(&[code, ("reason", thrown(&error)), ("kept", maybe(kept.map(|kept| *kept)))])
        }
        _ => object(&[code]),
    }
}

pub(crate) fn state(phase: Phase) -> &'static str {
    match phase {
        Phase::Recording => "recording",
        Phase::Paused => "paused",
        Phase::Stopping => "stopping",
        Phase::Finished => "finished",
        Phase::Failed => "failed",
        _ => "starting",
    }
}
