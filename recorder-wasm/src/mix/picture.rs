//! Everybody's picture in one frame.

use hostreel_recording::Rect;
use js_sys::{Array, Object};
use wasm_bindgen::JsValue;
use web_sys::MediaStreamTrack;

use super::page::PagePicture;
use super::worker::WorkerPicture;
use super::{MixOptions, MixStats};
use crate::Error;
use crate::browser::{member, object};

/// One tile of the picture.
#[derive(Debug, Clone)]
pub(super) struct Tile {
    /// Of the picture in it.
    pub(super) id: String,
    pub(super) name: String,
    /// Which colour a placeholder has.
    pub(super) tint: u32,
    pub(super) rect: Rect,
    /// Nothing but the picture.
    pub(super) plain: bool,
    /// The name is a sentence, to be read in the middle; there is no picture.
    pub(super) is_sentence: bool,
}

/// A picture that can be shown in a tile of the same id.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub(super) id: String,
    pub(super) track: MediaStreamTrack,
}

/// What the picture's worker reports.
#[derive(Debug, Clone, Copy)]
pub(super) enum Report {
    /// Ten times a second.
    Stats(MixStats),
    /// It makes no more pictures.
    Ended,
}

impl Report {
    /// Reads a message of `mix-worker.js`.
    pub(super) fn read(message: &JsValue) -> Option<Self> {
        if message.as_string().as_deref() == Some("ended") {
            return Some(Self::Ended);
        }
        let number = |name| member(message, name).as_f64();
        let (due, drawn) = (number("due")? as u64, number("drawn")? as u64);
        Some(Self::Stats(MixStats {
            due,
            drawn,
            forwarded: number("forwarded")? as u64,
            skipped: due.saturating_sub(drawn),
            draw_ms: number("cost")?,
        }))
    }
}

/// Where the picture is drawn.
#[derive(Debug)]
pub(super) enum Picture {
    /// In a worker, from track processors: goes on in a hidden tab.
    Worker(WorkerPicture),
    /// On the page, from video elements, at a worker's pace.
    Page(PagePicture),
}

impl Picture {
    pub(super) async fn new(
        options: &MixOptions,
        track_processors: bool,
        on_report: impl Fn(Report) + 'static,
    ) -> Result<Self, Error> {
        Ok(if track_processors {
            Self::Worker(WorkerPicture::new(options, on_report).await?)
        } else {
            Self::Page(PagePicture::new(options, on_report).await?)
        })
    }

    pub(super) fn track(&self) -> &MediaStreamTrack {
        match self {
            Self::Worker(picture) => picture.track(),
            Self::Page(picture) => picture.track(),
        }
    }

    pub(super) fn set_frame_rate(&self, frame_rate: f64) {
        match self {
            Self::Worker(picture) => picture.set_frame_rate(frame_rate),
            Self::Page(picture) => picture.set_frame_rate(frame_rate),
        }
    }

    /// Shows these tiles. `sources` are all pictures that there are, also those that are on no tile now: a page that
    /// turns finds them ready.
    pub(super) fn show(&mut self, tiles: &[Tile], sources: &[Source]) {
        // Setting members of a fresh plain object does not fail.
        let scene: Array = tiles.iter().filter_map(|tile| describe(tile).ok()).collect();
        match self {
            Self::Worker(picture) => picture.show(sources, &scene),
            Self::Page(picture) => picture.show(sources, &scene),
        }
    }
}

/// The form in which `mix-draw.js` takes a tile.
fn describe(tile: &Tile) -> Result<Object, Error> {
    object(&[
        ("id", tile.id.as_str().into()),
        ("name", tile.name.as_str().into()),
        ("tint", tile.tint.into()),
        ("x", tile.rect.x.into()),
        ("y", tile.rect.y.into()),
        ("width", tile.rect.width.into()),
        ("height", tile.rect.height.into()),
        ("plain", tile.plain.into()),
        ("sentence", tile.is_sentence.into()),
    ])
}
