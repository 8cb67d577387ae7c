//! Devices that may change while they are recorded.

use hostreel_recorder::devices::Capture;
use hostreel_recorder::{OnSourceEnd, SourceEvent, SourceKind, SourceOptions, Sources};
use js_sys::{Function, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::MediaStream;

use crate::object::{Wanted, object, promise, thrown};

/// Camera, microphone and screen as one stream whose tracks never end. It ends when it is freed.
#[wasm_bindgen]
#[derive(Debug)]
pub struct RawSources(Sources);

/// Takes what JavaScript has opened: camera and microphone, and a screen. They belong to it from now on, also when it
/// fails. `on_event` gets an object of facts.
#[wasm_bindgen(js_name = makeSources)]
pub fn make_sources(
    user: Option<MediaStream>,
    screen: Option<MediaStream>,
    options: &JsValue,
    on_event: Function,
) -> Promise {
    let from = Wanted(options);
    let mut wanted = SourceOptions {
        capture: Capture { camera: false, microphone: false, ..Capture::default() },
        ..SourceOptions::default()
    };
    if from.get("onTrackEnd").as_string().as_deref() == Some("stop") {
        wanted.on_end = OnSourceEnd::End;
    }
    let tell = move |event| {
        // What a listener throws is told by the browser: the face dispatches a real event.
        let _ = on_event.call1(&JsValue::UNDEFINED, &describe(event));
    };
    promise(async move { Ok(RawSources(Sources::from_streams(user, screen, wanted, tell).await?).into()) })
}

#[wasm_bindgen]
impl RawSources {
    /// What is to be recorded.
    pub fn stream(&self) -> MediaStream {
        self.0.stream()
    }

    /// Takes another camera, microphone or screen, or none. False for a kind that is none.
    pub fn replace(&self, kind: &str, stream: Option<MediaStream>) -> bool {
        let kind = SourceKind::ALL.into_iter().find(|known| known.name() == kind);
        if let Some(kind) = kind {
            self.0.replace(kind, stream);
        }
        kind.is_some()
    }
}

fn describe(event: SourceEvent) -> JsValue {
    let facts = |kind: SourceKind, what: &str| [("kind", kind.name().into()), ("what", what.into())];
    match event {
        SourceEvent::Ended { kind } => object(&facts(kind, "ended")),
        SourceEvent::FellBack { kind, label } => {
            let [kind, what] = facts(kind, "fellback");
            object(&[kind, what, ("label", label.into())])
        }
        SourceEvent::Missing { kind, error } => {
            let [kind, what] = facts(kind, "missing");
            object(&[kind, what, ("error", thrown(&error))])
        }
        // The crate may grow; the face is built with it.
        _ => JsValue::UNDEFINED,
    }
}
