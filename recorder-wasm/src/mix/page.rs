//! The picture drawn on the page from video elements, at the pace of a worker's timer. For browsers without track
//! processors; there the picture may stand still while the tab is hidden, the sound goes on.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Function, Map, Promise};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlCanvasElement, HtmlVideoElement, MediaStream, MediaStreamTrack};

use super::MixOptions;
use super::picture::Tile;
use crate::Error;
use crate::browser::{WorkerHandle, member, module_loader, object, script, window};

#[wasm_bindgen(inline_js = "export function load(url) { return import(url); }")]
extern "C" {
    /// Loads an ES module.
    fn load(url: &str) -> Promise;
}

#[derive(Debug)]
pub(super) struct PagePicture {
    worker: WorkerHandle,
    track: MediaStreamTrack,
    scene: Rc<RefCell<Array>>,
    videos: Map,
}

impl PagePicture {
    pub(super) async fn new(options: &MixOptions) -> Result<Self, Error> {
        let module = load_module("mix-draw.js").await?;
        let draw: Function = member(&module, "drawPage").dyn_into()?;
        let document = window()?.document().ok_or(Error::Unsupported)?;
        let canvas: HtmlCanvasElement = document.create_element("canvas")?.unchecked_into();
        canvas.set_width(options.width);
        canvas.set_height(options.height);
        // Opaque: with alpha, the recorder would store a second picture for it.
        let context = canvas
            .get_context_with_context_options("2d", &object(&[("alpha", false.into())])?.into())?
            .ok_or(Error::Unsupported)?;
        let capture: Function =
            member(&canvas, "captureStream").dyn_into().map_err(|_| Error::Unsupported)?;
        let stream: MediaStream = capture.call1(&canvas, &options.frame_rate.into())?.dyn_into()?;
        let track: MediaStreamTrack = stream.get_video_tracks().get(0).dyn_into()?;

        let scene = Rc::new(RefCell::new(Array::new()));
        let videos = Map::new();
        let (tiles, elements) = (Rc::clone(&scene), videos.clone());
        let (width, height) = (options.width, options.height);
        let tick = move |_: JsValue| {
            let tiles = tiles.borrow().clone();
            let arguments: Array =
                [JsValue::from(&context), width.into(), height.into(), tiles.into(), elements.clone().into()]
                    .into_iter()
                    .collect();
            // A tile that can't be drawn this time is drawn the next.
            let _ = draw.apply(&JsValue::UNDEFINED, &arguments);
        };
        let worker = WorkerHandle::start("mix-worker.js", tick, || ()).await?;
        worker.post(&object(&[("op", "start".into()), ("frameRate", options.frame_rate.into())])?.into())?;
        Ok(Self { worker, track, scene, videos })
    }

    pub(super) fn track(&self) -> &MediaStreamTrack {
        &self.track
    }

    pub(super) fn set_frame_rate(&self, frame_rate: u32) {
        if let Ok(message) = object(&[("op", "pace".into()), ("frameRate", frame_rate.into())]) {
            // A plain object of texts and numbers can always be sent.
            let _ = self.worker.post(&message);
        }
    }

    pub(super) fn show(&mut self, tiles: &[Tile], scene: Array) {
        let known: Vec<String> =
            self.videos.keys().into_iter().flatten().filter_map(|id| id.as_string()).collect();
        for id in known {
            if !tiles.iter().any(|tile| tile.id == id && tile.track.is_some()) {
                self.drop_video(&id);
            }
        }
        for tile in tiles {
            if let Some(track) = &tile.track
                && self.playing(&tile.id).as_deref() != Some(track.id().as_str())
            {
                self.drop_video(&tile.id);
                if let Ok(video) = play(track) {
                    self.videos.set(&tile.id.as_str().into(), &video);
                }
            }
        }
        *self.scene.borrow_mut() = scene;
    }

    /// Id of the track that a tile's element plays.
    fn playing(&self, id: &str) -> Option<String> {
        let video: HtmlVideoElement = self.videos.get(&id.into()).dyn_into().ok()?;
        let track: MediaStreamTrack = video.src_object()?.get_video_tracks().get(0).dyn_into().ok()?;
        Some(track.id())
    }

    fn drop_video(&self, id: &str) {
        if let Ok(video) = self.videos.get(&id.into()).dyn_into::<HtmlVideoElement>() {
            video.set_src_object(None);
        }
        self.videos.delete(&id.into());
    }
}

impl Drop for PagePicture {
    fn drop(&mut self) {
        self.show(&[], Array::new());
        self.track.stop();
    }
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
