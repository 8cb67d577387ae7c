//! One picture of what is recorded.

use futures::channel::oneshot;
use futures::future::{Either, select};
use gloo_events::EventListener;
use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    Blob, CanvasRenderingContext2d, HtmlCanvasElement, HtmlVideoElement, MediaStream, MediaStreamTrack,
};

use crate::Error;
use crate::browser::{call, member, sleep, text, window, within};

/// How long a picture may take, in milliseconds.
const PICTURE_MS: u32 = 5_000;

/// What a stream shows at this moment, as a PNG of the picture's own size.
///
/// # Errors
/// [`Error::NoDevice`] when there is no picture, or its track has ended; [`Error::Timeout`] when none comes for five
/// seconds.
pub async fn snapshot(stream: &MediaStream) -> Result<Blob, Error> {
    let track: MediaStreamTrack = stream.get_video_tracks().get(0).dyn_into().map_err(|_| Error::NoDevice)?;
    if text(&track, "readyState") != "live" {
        return Err(Error::NoDevice);
    }
    let document = window()?.document().ok_or(Error::Unsupported)?;
    let canvas: HtmlCanvasElement = document.create_element("canvas")?.unchecked_into();
    let (picture, width, height) = match grab(&track).await {
        Some(bitmap) => {
            let size = |name: &str| member(&bitmap, name).as_f64().unwrap_or(0.0) as u32;
            let (width, height) = (size("width"), size("height"));
            (bitmap, width, height)
        }
        None => {
            let video = play(&document, &track).await?;
            let (width, height) = (video.video_width(), video.video_height());
            (video.into(), width, height)
        }
    };
    canvas.set_width(width);
    canvas.set_height(height);
    let context: CanvasRenderingContext2d =
        canvas.get_context("2d")?.ok_or(Error::Unsupported)?.unchecked_into();
    // A bitmap or a video element: the function takes both.
    let draw: Function = member(&context, "drawImage").unchecked_into();
    draw.call3(&context, &picture, &0.into(), &0.into())?;
    if let Some(video) = picture.dyn_ref::<HtmlVideoElement>() {
        video.set_src_object(None);
    } else {
        // A bitmap holds memory of the graphics card until it is closed.
        let _ = call(&picture, "close", &[]);
    }
    let png = JsFuture::from(Promise::new(&mut |resolve, reject| {
        if let Err(thrown) = canvas.to_blob(&resolve) {
            // A rejection can't fail.
            let _ = reject.call1(&JsValue::UNDEFINED, &thrown);
        }
    }))
    .await?;
    png.dyn_into().map_err(Error::from)
}

/// The browser's own way (MediaStream Image Capture), which works in a hidden tab too.
async fn grab(track: &MediaStreamTrack) -> Option<JsValue> {
    let class: Function = member(&window().ok()?.into(), "ImageCapture").dyn_into().ok()?;
    let capture = Reflect::construct(&class, &Array::of1(track)).ok()?;
    let grab: Function = member(&capture, "grabFrame").dyn_into().ok()?;
    let promise: Promise = grab.call0(&capture).ok()?.dyn_into().ok()?;
    // A picture is an object: `undefined` says that none came in time.
    within(PICTURE_MS, &promise).await.ok().filter(JsValue::is_object)
}

/// A video element that shows its first picture.
async fn play(document: &web_sys::Document, track: &MediaStreamTrack) -> Result<HtmlVideoElement, Error> {
    let video: HtmlVideoElement = document.create_element("video")?.unchecked_into();
    video.set_muted(true);
    let (sender, loaded) = oneshot::channel();
    let _listener = EventListener::once(&video, "loadeddata", move |_| {
        // It is waited for below.
        let _ = sender.send(());
    });
    video.set_src_object(Some(&MediaStream::new_with_tracks(&Array::of1(track))?));
    let playing = JsFuture::from(video.play()?);
    // What keeps it from playing shows by the picture that does not come.
    spawn_local(async move { drop(playing.await) });
    match select(loaded, sleep(PICTURE_MS)).await {
        Either::Left(_) => Ok(video),
        Either::Right(_) => {
            video.set_src_object(None);
            Err(Error::Timeout { doing: "taking a picture" })
        }
    }
}
