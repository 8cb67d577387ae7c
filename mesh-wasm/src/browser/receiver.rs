//! `RTCRtpReceiver`: how loud what comes in is, without decoding it once more.

use js_sys::Array;
use web_sys::RtcRtpTransceiver;

/// What the newest packet of a sound says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Loudness {
    /// An amplitude, 0 to 1 (webrtc-pc §5.3).
    pub(crate) amplitude: f64,
    /// When it was played, by a clock of the browser's.
    pub(crate) at: f64,
}

/// Nothing where nothing has come within ten seconds, and where the browser does not tell.
pub(crate) fn loudness(line: &RtcRtpTransceiver) -> Option<Loudness> {
    let receiver = line.receiver();
    let sources = super::method(&receiver, "getSynchronizationSources")?.call0(&receiver).ok()?;
    let sources = Array::is_array(&sources).then(|| Array::from(&sources))?;
    let told = sources.iter().filter_map(|source| {
        let number = |name| super::property(&source, name).as_f64();
        Some(Loudness { amplitude: number("audioLevel")?, at: number("timestamp")? })
    });
    told.max_by(|one, other| one.at.total_cmp(&other.at))
}
