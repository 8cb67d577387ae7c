//! The mix on a page of the browser tests (`e2e/test/mix.test.js`): nothing but names that JavaScript can call.
#![expect(clippy::needless_pass_by_value, reason = "wasm-bindgen ABI")]

use hostreel_recorder::{Layout, Mix, MixEvent, MixOptions, Participant, set_worker_base};
use js_sys::Function;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::MediaStream;

/// A mix.
#[wasm_bindgen]
#[derive(Debug)]
pub struct MixPage {
    mix: Mix,
}

#[wasm_bindgen]
impl MixPage {
    /// Makes one; its scripts are at `base`.
    pub async fn make(
        base: String,
        width: u32,
        height: u32,
        frame_rate: u32,
        page_seconds: u32,
    ) -> Result<Self, JsValue> {
        set_worker_base(&base);
        let options = MixOptions { width, height, frame_rate, page_seconds, ..MixOptions::hd() };
        let mix = Mix::new(options).await.map_err(|error| JsValue::from_str(error.code()))?;
        Ok(Self { mix })
    }

    /// Calls `on_event` with the text of each event.
    #[wasm_bindgen(js_name = onEvent)]
    pub fn on_event(&self, on_event: Function) {
        self.mix.on_event(move |event: MixEvent| {
            let text = JsValue::from_str(&format!("{event:?}"));
            // A listener that throws is the page's own matter.
            let _ = on_event.call1(&JsValue::UNDEFINED, &text);
        });
    }

    /// The mix.
    #[must_use]
    pub fn stream(&self) -> MediaStream {
        self.mix.stream()
    }

    /// Adds or changes somebody.
    pub fn add(&self, id: &str, stream: Option<MediaStream>, name: String, gain: f32, video: bool) {
        self.mix.add(id, stream.as_ref(), Participant { name, gain, video, ..Participant::default() });
    }

    /// Another stream for somebody.
    #[wasm_bindgen(js_name = setStream)]
    pub fn set_stream(&self, id: &str, stream: Option<MediaStream>) -> bool {
        self.mix.set_stream(id, stream.as_ref())
    }

    /// A screen for somebody.
    #[wasm_bindgen(js_name = setScreen)]
    pub fn set_screen(&self, id: &str, stream: Option<MediaStream>) -> bool {
        self.mix.set_screen(id, stream.as_ref())
    }

    /// Mutes somebody.
    pub fn muted(&self, id: &str, muted: bool) -> bool {
        self.mix.muted(id, muted)
    }

    /// Takes somebody out.
    pub fn remove(&self, id: &str) -> bool {
        self.mix.remove(id)
    }

    /// `grid`, `speaker`, `screen`, or the id of a single one.
    #[wasm_bindgen(js_name = setLayout)]
    pub fn set_layout(&self, layout: &str) {
        self.mix.set_layout(match layout {
            "grid" => Layout::Grid,
            "speaker" => Layout::Speaker,
            "screen" => Layout::ScreenWithFaces,
            id => Layout::Single(id.to_owned()),
        });
    }

    /// Pins somebody, or nobody.
    pub fn pin(&self, id: Option<String>) {
        self.mix.pin(id.as_deref());
    }

    /// Shows a page, or lets them turn.
    #[wasm_bindgen(js_name = setPage)]
    pub fn set_page(&self, page: Option<usize>) {
        self.mix.set_page(page);
    }

    /// How loud all is.
    #[wasm_bindgen(js_name = setGain)]
    pub fn set_gain(&self, gain: f32) {
        self.mix.set_gain(gain);
    }

    /// Pictures a second.
    #[wasm_bindgen(js_name = setFrameRate)]
    pub fn set_frame_rate(&self, frame_rate: f64) {
        self.mix.set_frame_rate(frame_rate);
    }

    /// Somebody's level.
    #[must_use]
    pub fn level(&self, id: &str) -> Option<f32> {
        self.mix.levels().into_iter().find(|(other, _)| other == id).map(|(_, level)| level)
    }

    /// Due, drawn, forwarded, skipped, milliseconds for one.
    #[must_use]
    pub fn stats(&self) -> Vec<f64> {
        let stats = self.mix.stats();
        let counts = [stats.due, stats.drawn, stats.forwarded, stats.skipped].map(|count| count as f64);
        [&counts[..], &[stats.draw_ms]].concat()
    }
}
