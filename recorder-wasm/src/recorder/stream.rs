//! The stream that is recorded: one picture, one sound, whatever happens to the one that was given.

use wasm_bindgen::JsValue;
use web_sys::{MediaStream, MediaStreamTrack};

use super::sound::OneSound;
use crate::Error;
use crate::browser::{call, member, text};
use crate::devices::tracks;

type OwnStream = (MediaStream, Option<OneSound>, Vec<MediaStreamTrack>);

/// A stream of our own from the live tracks of the one given: one picture, one sound. Also what it is made of: the
/// picture and every sound.
pub(super) fn own_stream(given: &MediaStream) -> Result<OwnStream, Error> {
    let stream = MediaStream::new()?;
    let (mut sources, sounds): (Vec<_>, Vec<_>) =
        tracks(given).into_iter().filter(is_live).partition(|track| track.kind() == "video");
    sources.truncate(1);
    for picture in &sources {
        stream.add_track(picture);
    }
    // Browsers record only the first sound.
    let mixed = if sounds.len() > 1 { Some(OneSound::new(&sounds)?) } else { None };
    match (&mixed, sounds.first()) {
        (Some(mixed), _) => stream.add_track(&mixed.track()?),
        (None, Some(sound)) => stream.add_track(sound),
        (None, None) => {}
    }
    sources.extend(sounds);
    Ok((stream, mixed, sources))
}

/// It has not ended.
pub(super) fn is_live(track: &MediaStreamTrack) -> bool {
    text(track, "readyState") == "live"
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
