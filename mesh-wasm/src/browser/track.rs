//! `MediaStreamTrack`.

use js_sys::Reflect;
use web_sys::MediaStreamTrack;

/// The height of its pictures, in pixels, when the browser tells.
pub(crate) fn height(track: &MediaStreamTrack) -> Option<u32> {
    let settings = super::method(track, "getSettings")?.call0(track).ok()?;
    // Whole and small; what is not becomes 0, which is as good as unknown.
    super::property(&settings, "height").as_f64().map(|height| height as u32)
}

/// Says that sharp text matters more than smooth motion, unless the page has said something about it already.
pub(crate) fn prefer_detail(track: &MediaStreamTrack) {
    let name = "contentHint";
    if super::property(track, name).as_string().is_some_and(|hint| hint.is_empty()) {
        // A setter of the browser's own, and a value that it knows: nothing is thrown.
        let _ = Reflect::set(track, &name.into(), &"detail".into());
    }
}
