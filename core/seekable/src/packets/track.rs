//! What is known of a track, and what of it goes into parts.

use super::{Packet, Timescale};
use crate::{Track, TrackKind};

/// A track, as its packets need it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PacketTrack {
    /// Number, kind and codec.
    pub track: Track,
    /// What the times of its packets count in.
    pub timescale: Timescale,
    /// How the container describes it.
    pub(crate) setup: Setup,
}

impl PacketTrack {
    /// Whether it goes into parts. A chapter track does not: what it says goes with the parts as chapters.
    pub(crate) fn is_copied(&self) -> bool {
        #[cfg(feature = "mp4")]
        return self.setup.mp4().is_none_or(|setup| !setup.is_chapters);
        #[cfg(not(feature = "mp4"))]
        true
    }

    /// Whether a packet of it that lasts over a cut can be told before the cut and again behind it: texts of MP4, but not what
    /// counts time.
    pub(crate) fn is_repeated(&self) -> bool {
        let is_timecode = self.track.codec_id == "tmcd";
        self.tells_durations() && self.track.kind == TrackKind::Other && self.is_copied() && !is_timecode
    }

    /// Whether each packet of it says anew how long it is.
    pub(crate) fn tells_durations(&self) -> bool {
        #[cfg(feature = "mp4")]
        return self.setup.mp4().is_some();
        #[cfg(not(feature = "mp4"))]
        false
    }

    /// Whether this packet of it goes into parts: not where an edit list ends before it, unless it is a picture, which others that
    /// are shown earlier may need.
    pub(crate) fn keeps(&self, packet: &Packet) -> bool {
        #[cfg(feature = "mp4")]
        if let Some(setup) = self.setup.mp4().filter(|_| self.is_copied()) {
            // Edit lists are less exact than sound: what ends a part of a tick too late does no harm.
            let slack = if self.track.kind == TrackKind::Audio { setup.tick } else { 0 };
            return self.track.kind == TrackKind::Video || !setup.is_behind_shown(packet.time, slack);
        }
        let _ = packet;
        self.is_copied()
    }

    /// Whether an edit list ends before this time, in its ticks, or at it.
    pub(crate) fn is_hidden_from(&self, time: i64) -> bool {
        #[cfg(feature = "mp4")]
        if let Some(setup) = self.setup.mp4() {
            return setup.is_behind_shown(time, 0);
        }
        let _ = time;
        false
    }
}

/// A container's own description of a track.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Setup {
    #[cfg(feature = "webm")]
    WebM(super::webm::Setup),
    #[cfg(feature = "mp4")]
    Mp4(Box<super::mp4::Setup>),
}

impl Setup {
    #[cfg(feature = "webm")]
    pub(crate) fn webm(&self) -> Option<&super::webm::Setup> {
        match self {
            Self::WebM(setup) => Some(setup),
            #[cfg(feature = "mp4")]
            Self::Mp4(_) => None,
        }
    }

    #[cfg(feature = "mp4")]
    pub(crate) fn mp4(&self) -> Option<&super::mp4::Setup> {
        match self {
            #[cfg(feature = "webm")]
            Self::WebM(_) => None,
            Self::Mp4(setup) => Some(setup),
        }
    }
}
