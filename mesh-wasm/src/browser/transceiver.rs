//! `RTCRtpTransceiver` with its sender and receiver: one media line.

use js_sys::{Array, Promise};
use wasm_bindgen::JsValue;
use web_sys::{MediaStream, MediaStreamTrack, RtcRtpTransceiver, RtcRtpTransceiverDirection};

/// Lets a media line that the other end offered send as well, as part of the stream (so that picture and sound stay
/// in step there).
pub(crate) fn send_too(line: &RtcRtpTransceiver, stream: &MediaStream) {
    line.set_direction(RtcRtpTransceiverDirection::Sendrecv);
    let sender = line.sender();
    if let Some(set_streams) = super::method(&sender, "setStreams") {
        // An older browser without it has lip sync a little off, and nothing worse.
        let _ = set_streams.call1(&sender, stream);
    }
}

/// `replaceTrack`; settles when the change is made.
pub(crate) fn replace_track(line: &RtcRtpTransceiver, track: Option<&MediaStreamTrack>) -> Promise {
    line.sender().replace_track(track)
}

/// The codecs for pictures with VP8 first, H.264 second: what every browser has, and what costs least where it is missing
/// in hardware. Nothing where the browser does not tell.
pub(crate) fn codecs() -> Option<Array> {
    let class = super::property(&js_sys::global(), "RTCRtpReceiver");
    let capabilities = super::method(&class, "getCapabilities")
        .and_then(|method| method.call1(&class, &"video".into()).ok())
        .unwrap_or(JsValue::NULL);
    let codecs = super::property(&capabilities, "codecs");
    let mut codecs = Array::is_array(&codecs).then(|| Array::from(&codecs).to_vec())?;
    codecs.sort_by_key(|codec| match super::property(codec, "mimeType").as_string().as_deref() {
        Some("video/VP8") => 0,
        Some("video/H264") => 1,
        _ => 2,
    });
    Some(codecs.into_iter().collect())
}

/// Prefers codecs in this order.
pub(crate) fn prefer(line: &RtcRtpTransceiver, codecs: &Array) {
    if let Some(set) = super::method(line, "setCodecPreferences") {
        // Refused: the browser's own order then, which works as well.
        let _ = set.call1(line, codecs);
    }
}
