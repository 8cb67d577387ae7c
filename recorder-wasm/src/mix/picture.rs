//! Everybody's picture in one grid.

use hostreel_recording::{Grid, Rect};
use js_sys::{Array, Object};
use web_sys::MediaStreamTrack;

use super::MixOptions;
use super::page::PagePicture;
use super::worker::WorkerPicture;
use crate::Error;
use crate::browser::object;

/// Space between tiles, in pixels.
const GAP: u32 = 8;

/// One tile of the picture.
#[derive(Debug, Clone)]
pub(super) struct Tile {
    pub(super) id: String,
    pub(super) name: String,
    /// Which colour a placeholder has.
    pub(super) tint: u32,
    /// What to show; a placeholder when absent.
    pub(super) track: Option<MediaStreamTrack>,
}

/// Where the picture is drawn.
#[derive(Debug)]
enum Table {
    /// In a worker, from track processors: goes on in a hidden tab.
    Worker(WorkerPicture),
    /// On the page, from video elements, at a worker's pace.
    Page(PagePicture),
}

#[derive(Debug)]
pub(super) struct Picture {
    grid: Grid,
    table: Table,
}

impl Picture {
    pub(super) async fn new(options: &MixOptions, track_processors: bool) -> Result<Self, Error> {
        let table = if track_processors {
            Table::Worker(WorkerPicture::new(options).await?)
        } else {
            Table::Page(PagePicture::new(options).await?)
        };
        Ok(Self { grid: Grid { width: options.width, height: options.height, gap: GAP }, table })
    }

    pub(super) fn track(&self) -> &MediaStreamTrack {
        match &self.table {
            Table::Worker(table) => table.track(),
            Table::Page(table) => table.track(),
        }
    }

    pub(super) fn set_frame_rate(&self, frame_rate: u32) {
        match &self.table {
            Table::Worker(table) => table.set_frame_rate(frame_rate),
            Table::Page(table) => table.set_frame_rate(frame_rate),
        }
    }

    /// Shows these tiles; with `screen`, the first is a shared screen.
    pub(super) fn show(&mut self, tiles: &[Tile], screen: bool) {
        let places = self.grid.tiles(tiles.len(), screen);
        let scene = Array::new();
        for (tile, place) in tiles.iter().zip(&places) {
            // Setting members of a fresh plain object does not fail.
            if let Ok(tile) = describe(tile, place) {
                scene.push(&tile);
            }
        }
        match &mut self.table {
            Table::Worker(table) => table.show(tiles, &scene),
            Table::Page(table) => table.show(tiles, scene),
        }
    }
}

/// The form in which `mix-draw.js` takes a tile.
fn describe(tile: &Tile, place: &Rect) -> Result<Object, Error> {
    object(&[
        ("id", tile.id.as_str().into()),
        ("name", tile.name.as_str().into()),
        ("tint", tile.tint.into()),
        ("x", place.x.into()),
        ("y", place.y.into()),
        ("width", place.width.into()),
        ("height", place.height.into()),
    ])
}
