//! `RTCStatsReport`.

use js_sys::Map;
use wasm_bindgen::{JsCast, JsValue};

/// Sums over a connection's media lines.
#[derive(Debug, Default)]
pub(crate) struct Totals {
    pub(crate) bytes_received: u64,
    pub(crate) bytes_sent: u64,
    pub(crate) frames_decoded: u64,
    pub(crate) frames_encoded: u64,
}

/// Adds up a report (webrtc-stats §7.3 and §7.5).
pub(crate) fn totals(report: &JsValue) -> Totals {
    let mut totals = Totals::default();
    // The report is map-like; every method of `Map` that is used works on it.
    let report: &Map = report.unchecked_ref();
    report.for_each(&mut |entry, _| match super::property(&entry, "type").as_string().as_deref() {
        Some("inbound-rtp") => {
            totals.bytes_received += number(&entry, "bytesReceived");
            totals.frames_decoded += number(&entry, "framesDecoded");
        }
        Some("outbound-rtp") => {
            totals.bytes_sent += number(&entry, "bytesSent");
            totals.frames_encoded += number(&entry, "framesEncoded");
        }
        _ => {}
    });
    totals
}

fn number(entry: &JsValue, name: &str) -> u64 {
    // Counters are whole and far below 2⁵³; what is missing or negative becomes 0.
    super::property(entry, name).as_f64().map_or(0, |value| value as u64)
}
