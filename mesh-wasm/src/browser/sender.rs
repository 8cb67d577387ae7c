//! `RTCRtpSender`: how much its encoding may cost.

use js_sys::{Array, Reflect};
use wasm_bindgen::JsValue;
use web_sys::RtcRtpTransceiver;

use crate::quality::Encoding;

/// `setParameters` on a line's sender: a promise. `None`: it has no encoding yet (none may be there before the first
/// negotiation), or can't be set at all.
pub(crate) fn set_encoding(line: &RtcRtpTransceiver, wanted: &Encoding) -> Option<JsValue> {
    let sender = line.sender();
    // web-sys' `RtcRtpParameters` are of an old draft, whose members browsers refuse.
    let parameters = super::method(&sender, "getParameters")?.call0(&sender).ok()?;
    let encodings = super::property(&parameters, "encodings");
    let encoding = Array::is_array(&encodings).then(|| Array::from(&encodings).get(0))?;
    if !encoding.is_object() {
        return None;
    }
    // Whatever a browser does not know it ignores.
    put(&encoding, "maxBitrate", Some(wanted.bits_per_second));
    put(&encoding, "maxFramerate", wanted.frame_rate);
    put(&encoding, "scaleResolutionDownBy", wanted.scale_down_by);
    // Within the same task as `getParameters`, or they don't count any more (WebRTC §5.2).
    super::method(&sender, "setParameters")?.call1(&sender, &parameters).ok()
}

fn put(object: &JsValue, name: &str, value: Option<impl Into<JsValue>>) {
    if let Some(value) = value {
        // Can't fail on what `getParameters` gives: plain objects.
        let _ = Reflect::set(object, &name.into(), &value.into());
    }
}
