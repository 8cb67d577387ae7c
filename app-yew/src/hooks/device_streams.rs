//! Streams of devices, taken apart and put together; and what to say when there is none.

use hostreel_app::state::device::{Asked, Source};
use hostreel_app::state::toasts::Message;
use hostreel_recorder::Error;
use hostreel_recorder::devices::{self, DeviceKind};
use js_sys::Array;
use wasm_bindgen::JsCast;
use web_sys::{MediaStream, MediaStreamTrack};

use crate::browser::is_denied;

/// What to say when no screen is shared. Browsers don't tell a closed dialog from a forbidden one.
pub(crate) fn not_shared(error: &Error) -> Message {
    match error {
        Error::Denied | Error::Cancelled => Message::NotShared,
        error => Message::NoDevice(error.code().into(), Asked::Screen),
    }
}

/// Which of camera and microphone it was, when both were asked for at once and that failed.
pub(crate) async fn at_fault(error: &Error) -> Asked {
    let (camera, microphone) = match error {
        Error::NoDevice => {
            let known = devices::list().await.unwrap_or_default();
            let missing = |kind| !known.iter().any(|device| device.kind == kind);
            (missing(DeviceKind::Camera), missing(DeviceKind::Microphone))
        }
        Error::Denied => (is_denied("camera").await, is_denied("microphone").await),
        _ => (true, true),
    };
    Asked::at_fault(camera, microphone)
}

/// Microphone or camera of a stream that may hold both.
pub(crate) fn part_of(source: Source, stream: &MediaStream) -> Option<MediaStream> {
    part(&if source == Source::Camera { stream.get_video_tracks() } else { stream.get_audio_tracks() })
}

fn part(tracks: &Array) -> Option<MediaStream> {
    if tracks.length() == 0 { None } else { MediaStream::new_with_tracks(tracks).ok() }
}

/// The first track of a stream.
pub(crate) fn first_track(stream: &MediaStream) -> Option<MediaStreamTrack> {
    stream.get_tracks().get(0).dyn_into().ok()
}

/// One stream out of the tracks of several; nothing when there are none.
pub(crate) fn joined(streams: &[Option<&MediaStream>]) -> Option<MediaStream> {
    let tracks = Array::new();
    for stream in streams.iter().flatten() {
        for track in stream.get_tracks().iter() {
            tracks.push(&track);
        }
    }
    part(&tracks)
}
