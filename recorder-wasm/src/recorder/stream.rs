//! The stream that is recorded: one picture, one sound, whatever happens to the one that was given.

use wasm_bindgen::JsValue;
use web_sys::MediaStream;

use super::sound::OneSound;
use crate::Error;
use crate::browser::{call, member, text};
use crate::devices::tracks;

/// A stream of our own from the live tracks of the one given: one picture, one sound.
pub(super) fn own_stream(given: &MediaStream) -> Result<(MediaStream, Option<OneSound>), Error> {
    let stream = MediaStream::new()?;
    let live = tracks(given).into_iter().filter(|track| text(track, "readyState") == "live");
    let (pictures, sounds): (Vec<_>, Vec<_>) = live.partition(|track| track.kind() == "video");
    for picture in pictures.iter().take(1) {
        stream.add_track(picture);
    }
    // Browsers record only the first sound.
    let mixed = if sounds.len() > 1 { Some(OneSound::new(&sounds)?) } else { None };
    match (&mixed, sounds.first()) {
        (Some(mixed), _) => stream.add_track(&mixed.track()?),
        (None, Some(sound)) => stream.add_track(sound),
        (None, None) => {}
    }
    Ok((stream, mixed))
}

/// Pictures that a device has delivered and that were thrown away since it was opened (MediaStreamTrack Statistics).
/// A screen gives no pictures while nothing changes: it is not counted.
pub(super) fn counted(track: &JsValue) -> Option<(u64, u64)> {
    if !member(&call(track, "getSettings", &[]).ok()?, "displaySurface").is_undefined() {
        return None;
    }
    let stats = member(track, "stats");
    let delivered = member(&stats, "deliveredFrames").as_f64()? as u64;
    let discarded = member(&stats, "discardedFrames").as_f64().unwrap_or(0.0) as u64;
    Some((delivered, discarded))
}
