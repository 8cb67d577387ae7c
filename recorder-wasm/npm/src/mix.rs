//! Many people in one stream.
#![expect(clippy::needless_pass_by_value, reason = "wasm-bindgen ABI")]

use hostreel_recorder::{Layout, Mix, MixEvent, MixOptions, Participant};
use js_sys::{Array, Function, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::MediaStream;

use crate::object::{Wanted, number, object, promise};

/// A mix. It ends when it is freed.
#[wasm_bindgen]
#[derive(Debug)]
pub struct RawMix(Mix);

/// Makes an empty one.
#[wasm_bindgen(js_name = makeMix)]
pub fn make_mix(options: &JsValue) -> Promise {
    let from = Wanted(options);
    let mut wanted = MixOptions::default();
    from.flag("picture", &mut wanted.picture);
    from.number("width", &mut wanted.width);
    from.number("height", &mut wanted.height);
    from.number("frameRate", &mut wanted.frame_rate);
    from.flag("screenFirst", &mut wanted.screen_first);
    from.number("pageSeconds", &mut wanted.page_seconds);
    wanted.layout = layout(&from.get("layout")).unwrap_or_default();
    promise(async move { Ok(RawMix(Mix::new(wanted).await?).into()) })
}

#[wasm_bindgen]
impl RawMix {
    /// What can be recorded.
    pub fn stream(&self) -> MediaStream {
        self.0.stream()
    }

    /// Calls `on_event` with a name and an object of facts.
    #[wasm_bindgen(js_name = onEvent)]
    pub fn on_event(&self, on_event: Function) {
        self.0.on_event(move |event| {
            let (name, facts) = describe(event);
            // What a listener throws is told by the browser: the face dispatches a real event.
            let _ = on_event.call2(&JsValue::UNDEFINED, &name.into(), &facts);
        });
    }

    /// Adds somebody, or gives whoever is there another stream.
    pub fn add(&self, id: &str, stream: Option<MediaStream>, about: JsValue) {
        self.0.add(id, stream.as_ref(), self.participant(id, &about));
    }

    /// Says what is new about somebody.
    pub fn set(&self, id: &str, about: JsValue) -> bool {
        self.0.set(id, self.participant(id, &about))
    }

    /// Another stream for somebody, or none.
    #[wasm_bindgen(js_name = setStream)]
    pub fn set_stream(&self, id: &str, stream: Option<MediaStream>) -> bool {
        self.0.set_stream(id, stream.as_ref())
    }

    /// Somebody's shared screen, or none.
    #[wasm_bindgen(js_name = setScreen)]
    pub fn set_screen(&self, id: &str, screen: Option<MediaStream>) -> bool {
        self.0.set_screen(id, screen.as_ref())
    }

    /// Keeps somebody's sound out.
    pub fn muted(&self, id: &str, muted: bool) -> bool {
        self.0.muted(id, muted)
    }

    /// Takes somebody out.
    pub fn remove(&self, id: &str) -> bool {
        self.0.remove(id)
    }

    /// Divides the picture in another way. False for a layout that is none.
    #[wasm_bindgen(js_name = setLayout)]
    pub fn set_layout(&self, wanted: JsValue) -> bool {
        let wanted = layout(&wanted);
        let known = wanted.is_some();
        if let Some(wanted) = wanted {
            self.0.set_layout(wanted);
        }
        known
    }

    /// Shows somebody large; nothing for whoever speaks.
    pub fn pin(&self, id: Option<String>) {
        self.0.pin(id.as_deref());
    }

    /// Stays on a page; nothing to let pages turn.
    #[wasm_bindgen(js_name = setPage)]
    pub fn set_page(&self, page: Option<u32>) {
        self.0.set_page(page.map(|page| page as usize));
    }

    /// How loud all of it is.
    #[wasm_bindgen(js_name = setGain)]
    pub fn set_gain(&self, gain: f32) {
        self.0.set_gain(gain);
    }

    /// How many pictures a second.
    #[wasm_bindgen(js_name = setFrameRate)]
    pub fn set_frame_rate(&self, frame_rate: f64) {
        self.0.set_frame_rate(frame_rate);
    }

    /// Pairs of id and level.
    pub fn levels(&self) -> JsValue {
        let pair = |(id, level): (String, f32)| Array::of2(&id.into(), &level.into());
        self.0.levels().into_iter().map(pair).collect::<Array>().into()
    }

    /// Who speaks, or spoke last.
    pub fn speaker(&self) -> Option<String> {
        self.0.speaker()
    }

    /// How well the picture keeps up.
    pub fn stats(&self) -> JsValue {
        let stats = self.0.stats();
        object(&[
            ("due", number(stats.due)),
            ("drawn", number(stats.drawn)),
            ("forwarded", number(stats.forwarded)),
            ("skipped", number(stats.skipped)),
            ("drawTime", stats.draw_ms.into()),
        ])
    }
}

impl RawMix {
    /// What is said about somebody from now on: of what is left out, what was said before. Who is kept out stays out.
    fn participant(&self, id: &str, about: &JsValue) -> Participant {
        let from = Wanted(about);
        let mut read = self.0.participant(id).unwrap_or_default();
        from.text("name", &mut read.name);
        from.flag("audio", &mut read.audio);
        from.flag("video", &mut read.video);
        if let Some(gain) = from.get("gain").as_f64() {
            read.gain = gain as f32;
        }
        read
    }
}

/// A name, or `{ single: id }`.
fn layout(wanted: &JsValue) -> Option<Layout> {
    match wanted.as_string().as_deref() {
        Some("grid") => Some(Layout::Grid),
        Some("speaker") => Some(Layout::Speaker),
        Some("screen") => Some(Layout::ScreenWithFaces),
        Some(_) => None,
        None => Wanted(wanted).get("single").as_string().map(Layout::Single),
    }
}

fn describe(event: MixEvent) -> (&'static str, JsValue) {
    match event {
        MixEvent::AudioSuspended => ("audiosuspended", JsValue::UNDEFINED),
        MixEvent::AudioRunning => ("audiorunning", JsValue::UNDEFINED),
        MixEvent::Speaker { id } => ("speaker", object(&[("id", id.map_or(JsValue::NULL, Into::into))])),
        MixEvent::Page { page, pages } => {
            ("page", object(&[("page", number(page as u64)), ("pages", number(pages as u64))]))
        }
        MixEvent::PictureEnded => ("pictureended", JsValue::UNDEFINED),
        // The crate may grow; the face is built with it.
        _ => ("other", JsValue::UNDEFINED),
    }
}
