//! What can go wrong when a mesh is made.

/// Why a mesh can't be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MeshError {
    /// There is no `window`: a mesh lives in a page, not in a worker.
    #[error("a mesh needs a page with a window")]
    NoWindow,
    /// The browser has no `RTCPeerConnection`.
    #[error("this browser has no WebRTC: use a current Chromium, Firefox or Safari")]
    NoWebRtc,
    /// The signaling address is not one (or an insecure one on a secure page).
    #[error("the signaling address can't be used: {reason}")]
    BadUrl {
        /// The browser's own words.
        reason: String,
    },
    /// The browser refused something that it should be able to do.
    #[error("the browser refused: {reason}")]
    Browser {
        /// The browser's own words.
        reason: String,
    },
}

impl MeshError {
    /// A name that stays, for translations and logs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoWindow => "no_window",
            Self::NoWebRtc => "no_webrtc",
            Self::BadUrl { .. } => "bad_url",
            Self::Browser { .. } => "browser",
        }
    }
}
