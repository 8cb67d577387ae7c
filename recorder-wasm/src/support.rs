//! What this browser can do.

use wasm_bindgen::JsValue;

use crate::browser::{member, window};

/// What this browser can do on this page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Support {
    /// The page is a secure context: cameras may be asked for.
    pub secure: bool,
    /// `navigator.mediaDevices` is there.
    pub media_devices: bool,
    /// `MediaRecorder` is there.
    pub media_recorder: bool,
    /// The origin-private file system is there: long recordings stay out of memory.
    pub opfs: bool,
    /// Screens can be recorded.
    pub display_media: bool,
    /// MP4 with a picture can be recorded.
    pub mp4: bool,
    /// The meeting mix goes on at full pace in a hidden tab.
    pub track_processors: bool,
}

/// Asks the browser what it can do.
#[must_use]
pub fn support() -> Support {
    let Ok(window) = window() else {
        return Support {
            secure: false,
            media_devices: false,
            media_recorder: false,
            opfs: false,
            display_media: false,
            mp4: false,
            track_processors: false,
        };
    };
    let navigator = window.navigator();
    let media_devices = member(&navigator, "mediaDevices");
    let storage = member(&navigator, "storage");
    let media_recorder = has(&window, "MediaRecorder");
    Support {
        secure: member(&window, "isSecureContext").is_truthy(),
        media_devices: media_devices.is_object(),
        media_recorder,
        opfs: has(&storage, "getDirectory"),
        display_media: has(&media_devices, "getDisplayMedia"),
        mp4: media_recorder && web_sys::MediaRecorder::is_type_supported("video/mp4"),
        track_processors: has(&window, "MediaStreamTrackProcessor")
            && has(&window, "MediaStreamTrackGenerator"),
    }
}

fn has(object: &JsValue, name: &str) -> bool {
    !member(object, name).is_undefined()
}
