//! A small picture of a recording: the first of a few that is not dark.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use hostreel_recorder::Recording;
use js_sys::Promise;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlVideoElement};

use crate::browser::document;

const WIDTH: u32 = 320;
const HEIGHT: u32 = 180;
/// Parts of the whole at which it is looked.
const PLACES: [f64; 4] = [0.1, 0.35, 0.6, 0.85];
/// Mean of the three colours, 0 to 255, from which on a picture shows something.
const BRIGHT: f64 = 24.0;
/// A browser that does not show a picture in this time is not waited for, in milliseconds.
const PATIENCE_MS: u32 = 8_000;

/// The picture as a `data:` address of a JPEG; nothing for a sound, or where the browser shows none.
pub(crate) async fn picture_of(recording: &Recording) -> Option<String> {
    if !recording.has_video {
        return None;
    }
    let url = recording.object_url().await.ok()?;
    let document = document()?;
    let video: HtmlVideoElement = document.create_element("video").ok()?.unchecked_into();
    let canvas: HtmlCanvasElement = document.create_element("canvas").ok()?.unchecked_into();
    canvas.set_width(WIDTH);
    canvas.set_height(HEIGHT);
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.unchecked_into();
    video.set_muted(true);
    video.set_preload("auto");
    let loaded = event(&video, "loadeddata");
    video.set_src(url.as_str());
    let found =
        if loaded.await { best(&video, &canvas, &context, recording.duration_ms).await } else { None };
    // Lets go of the file.
    let _ = video.remove_attribute("src");
    video.load();
    found
}

async fn best(
    video: &HtmlVideoElement,
    canvas: &HtmlCanvasElement,
    context: &CanvasRenderingContext2d,
    duration_ms: u64,
) -> Option<String> {
    let mut found: Option<(f64, String)> = None;
    for place in PLACES {
        let sought = event(video, "seeked");
        video.set_current_time(duration_ms as f64 / 1000.0 * place);
        if !sought.await {
            break;
        }
        draw(video, context)?;
        let light = brightness(context)?;
        if found.as_ref().is_none_or(|(best, _)| light > *best) {
            let picture =
                canvas.to_data_url_with_type_and_encoder_options("image/jpeg", &0.72.into()).ok()?;
            found = Some((light, picture));
        }
        if light >= BRIGHT {
            break;
        }
    }
    found.map(|(_, picture)| picture)
}

/// Fills the canvas; what does not fit is cut off evenly.
fn draw(video: &HtmlVideoElement, context: &CanvasRenderingContext2d) -> Option<()> {
    let (width, height) = (f64::from(video.video_width()), f64::from(video.video_height()));
    if width < 1.0 || height < 1.0 {
        return None;
    }
    let scale = (f64::from(WIDTH) / width).max(f64::from(HEIGHT) / height);
    let (w, h) = (width * scale, height * scale);
    let (x, y) = ((f64::from(WIDTH) - w) / 2.0, (f64::from(HEIGHT) - h) / 2.0);
    context.draw_image_with_html_video_element_and_dw_and_dh(video, x, y, w, h).ok()
}

/// Mean of the three colours, 0 to 255.
fn brightness(context: &CanvasRenderingContext2d) -> Option<f64> {
    let pixels = context.get_image_data(0.0, 0.0, f64::from(WIDTH), f64::from(HEIGHT)).ok()?.data();
    // Every 37th pixel is enough, and meets all columns.
    let (sum, count) = pixels.chunks_exact(4).step_by(37).fold((0_u64, 0_u64), |(sum, count), pixel| {
        (sum + pixel.iter().take(3).map(|colour| u64::from(*colour)).sum::<u64>(), count + 3)
    });
    Some(sum as f64 / count.max(1) as f64)
}

/// Waits for an event that is listened for from now on; false when it does not come in time.
fn event(video: &HtmlVideoElement, name: &'static str) -> impl Future<Output = bool> + use<> {
    let guards = Rc::new(RefCell::new(None));
    let held = Rc::clone(&guards);
    let video = video.clone();
    let promise = Promise::new(&mut |resolve, _| {
        let (yes, no, broken) = (resolve.clone(), resolve.clone(), resolve);
        let answer = |to: &js_sys::Function, value: bool| {
            // Resolving can't fail.
            let _ = to.call1(&JsValue::UNDEFINED, &value.into());
        };
        let came = EventListener::once(&video, name, move |_| answer(&yes, true));
        let failed = EventListener::once(&video, "error", move |_| answer(&broken, false));
        let late = Timeout::new(PATIENCE_MS, move || answer(&no, false));
        *held.borrow_mut() = Some((came, failed, late));
    });
    async move {
        let answer = JsFuture::from(promise).await;
        guards.take();
        answer.is_ok_and(|answer| answer.is_truthy())
    }
}
