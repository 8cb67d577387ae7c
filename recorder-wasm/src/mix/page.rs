//! The picture drawn on the page from video elements, at the pace of a worker's timer. For browsers without track
//! processors.

use std::cell::OnceCell;
use std::rc::Rc;

use js_sys::{Array, Function, Map, Promise, Reflect};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlCanvasElement, HtmlVideoElement, MediaStream, MediaStreamTrack, MediaStreamTrackState};

use super::MixOptions;
use super::picture::{Report, Source};
use crate::Error;
use crate::browser::{WorkerHandle, member, module_loader, script, window};

#[wasm_bindgen(inline_js = "export function load(url) { return import(url); }")]
extern "C" {
    /// Loads an ES module.
    fn load(url: &str) -> Promise;
}

/// How much later than the sound a picture comes out here, in seconds: it waits for the element to show it and for the
/// next drawing, one and a half pictures on the average (1.2 to 2 were measured in Firefox). At most 0.15.
pub(super) fn page_delay(frame_rate: u32) -> f64 {
    (1.5 / f64::from(frame_rate.max(1))).min(0.15)
}

#[derive(Debug)]
pub(super) struct PagePicture {
    easel: Rc<Easel>,
}

/// What a tick of the worker needs.
#[derive(Debug)]
struct Easel {
    /// Of `mix-draw.js`.
    painter: JsValue,
    draw_elements: Function,
    track: MediaStreamTrack,
    /// Where frames are asked for one by one, and how; nothing where the browser takes them when it likes.
    request: Option<(JsValue, Function)>,
    videos: Map,
    worker: OnceCell<WorkerHandle>,
}

impl PagePicture {
    pub(super) async fn new(
        options: &MixOptions,
        on_report: impl Fn(Report) + 'static,
    ) -> Result<Self, Error> {
        let module = load_module("mix-draw.js").await;
        let module = module.map_err(|_| Error::WorkerBlocked { script: "mix-draw.js".to_owned() })?;
        let document = window()?.document().ok_or(Error::Unsupported)?;
        let canvas: HtmlCanvasElement = document.create_element("canvas")?.unchecked_into();
        canvas.set_width(options.width);
        canvas.set_height(options.height);
        let class: Function = member(&module, "Painter").dyn_into()?;
        let painter = Reflect::construct(&class, &Array::of1(&canvas))?;
        let draw_elements: Function = member(&module, "drawElements").dyn_into()?;
        let (track, request) = capture(&canvas)?;
        let easel = Rc::new(Easel {
            painter,
            draw_elements,
            track,
            request,
            videos: Map::new(),
            worker: OnceCell::new(),
        });

        let weak = Rc::downgrade(&easel);
        let on_report = Rc::new(on_report);
        let broken = Rc::clone(&on_report);
        let on_message = move |message: JsValue| {
            if let Some(report) = Report::read(&message) {
                on_report(report);
            } else if let Some(easel) = weak.upgrade() {
                if easel.track.ready_state() == MediaStreamTrackState::Ended {
                    easel.say(&[("op", "stop".into())]);
                    on_report(Report::Ended);
                } else {
                    easel.draw();
                }
            }
        };
        let worker = WorkerHandle::start("mix-worker.js", on_message, move || broken(Report::Ended)).await?;
        worker.tell(&[("op", "start".into()), ("frameRate", options.frame_rate.into())], &[])?;
        // It was empty until now.
        let _ = easel.worker.set(worker);
        Ok(Self { easel })
    }

    pub(super) fn track(&self) -> &MediaStreamTrack {
        &self.easel.track
    }

    pub(super) fn set_frame_rate(&self, frame_rate: f64) {
        self.easel.say(&[("op", "pace".into()), ("frameRate", frame_rate.into())]);
    }

    pub(super) fn show(&mut self, sources: &[Source], scene: &Array) {
        let videos = &self.easel.videos;
        let known: Vec<String> =
            videos.keys().into_iter().flatten().filter_map(|id| id.as_string()).collect();
        for id in known.iter().filter(|id| sources.iter().all(|source| source.id != **id)) {
            self.drop_video(id);
        }
        for source in sources {
            if self.playing(&source.id).as_ref() != Some(&source.track) {
                self.drop_video(&source.id);
                if let Ok(video) = play(&source.track) {
                    videos.set(&source.id.as_str().into(), &video);
                }
            }
        }
        if let Ok(set_tiles) = member(&self.easel.painter, "setTiles").dyn_into::<Function>() {
            // A name that can't be painted is left out; there is nothing to be done about it.
            let _ = set_tiles.call1(&self.easel.painter, scene);
        }
    }

    /// The track that a source's element plays.
    fn playing(&self, id: &str) -> Option<MediaStreamTrack> {
        let video: HtmlVideoElement = self.easel.videos.get(&id.into()).dyn_into().ok()?;
        video.src_object()?.get_video_tracks().get(0).dyn_into().ok()
    }

    fn drop_video(&self, id: &str) {
        if let Ok(video) = self.easel.videos.get(&id.into()).dyn_into::<HtmlVideoElement>() {
            video.set_src_object(None);
        }
        self.easel.videos.delete(&id.into());
    }
}

impl Easel {
    fn draw(&self) {
        let began = now();
        // A tile that can't be drawn this time is drawn the next.
        let _ = self.draw_elements.call2(&JsValue::UNDEFINED, &self.painter, &self.videos);
        if let Some((of, request)) = &self.request {
            let _ = request.call0(of);
        }
        self.say(&[("op", "drawn".into()), ("cost", (now() - began).into())]);
    }

    /// Tells the worker what can always be told: texts and numbers.
    fn say(&self, message: &[(&str, JsValue)]) {
        if let Some(worker) = self.worker.get() {
            let _ = worker.tell(message, &[]);
        }
    }
}

impl Drop for PagePicture {
    fn drop(&mut self) {
        self.show(&[], &Array::new());
        self.easel.track.stop();
    }
}

/// The track of a canvas. Where it can be said when a frame is ready, it is: Firefox leaves frames out when it is given
/// a rate, and both ways go on in a hidden tab.
fn capture(canvas: &HtmlCanvasElement) -> Result<(MediaStreamTrack, Option<(JsValue, Function)>), Error> {
    let capture: Function = member(canvas, "captureStream").dyn_into().map_err(|_| Error::Unsupported)?;
    let stream: MediaStream = capture.call1(canvas, &0.into())?.dyn_into()?;
    let track: MediaStreamTrack = stream.get_video_tracks().get(0).dyn_into()?;
    // Older browsers have it at the stream.
    for of in [JsValue::from(&track), JsValue::from(&stream)] {
        if let Ok(request) = member(&of, "requestFrame").dyn_into::<Function>() {
            return Ok((track, Some((of, request))));
        }
    }
    track.stop();
    let stream: MediaStream = capture.call0(canvas)?.dyn_into()?;
    Ok((stream.get_video_tracks().get(0).dyn_into()?, None))
}

fn now() -> f64 {
    window().ok().and_then(|window| window.performance()).map_or(0.0, |clock| clock.now())
}

async fn load_module(name: &str) -> Result<JsValue, Error> {
    let loading = match module_loader() {
        Some(loader) => loader.call1(&JsValue::UNDEFINED, &name.into())?.dyn_into()?,
        None => load(&script(name)),
    };
    Ok(JsFuture::from(loading).await?)
}

fn play(track: &MediaStreamTrack) -> Result<HtmlVideoElement, Error> {
    let document = window()?.document().ok_or(Error::Unsupported)?;
    let video: HtmlVideoElement = document.create_element("video")?.unchecked_into();
    video.set_muted(true);
    let stream = MediaStream::new_with_tracks(&Array::of1(track))?;
    video.set_src_object(Some(&stream));
    if let Ok(playing) = video.play() {
        wasm_bindgen_futures::spawn_local(async move {
            // It is muted: only an element that was dropped meanwhile refuses to play.
            let _ = JsFuture::from(playing).await;
        });
    }
    Ok(video)
}
