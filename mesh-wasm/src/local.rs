//! What this page sends, the same to everybody.

use hostreel_negotiation::LiveSlots;
use web_sys::{MediaStream, MediaStreamTrack, MediaStreamTrackState};

use crate::browser::{stream, track};
use crate::{MeshError, Slot, StreamKind};

/// The tracks in the three slots, and the streams that group them on the wire.
#[derive(Debug)]
pub(crate) struct LocalTracks {
    tracks: [Option<MediaStreamTrack>; 3],
    face: MediaStream,
    screen: MediaStream,
}

impl LocalTracks {
    pub(crate) fn new() -> Result<Self, MeshError> {
        Ok(Self { tracks: [None, None, None], face: stream::empty()?, screen: stream::empty()? })
    }

    /// Whether it is another track than before.
    pub(crate) fn set(&mut self, slot: Slot, track: Option<MediaStreamTrack>) -> bool {
        if let (Slot::Screen, Some(track)) = (slot, &track) {
            track::prefer_detail(track);
        }
        let changed = self.tracks[slot.index()] != track;
        self.tracks[slot.index()] = track;
        changed
    }

    pub(crate) fn get(&self, slot: Slot) -> Option<&MediaStreamTrack> {
        self.tracks[slot.index()].as_ref()
    }

    /// The height of a slot's pictures, in pixels, as far as it is known.
    pub(crate) fn height(&self, slot: Slot) -> Option<u32> {
        self.get(slot).filter(|_| slot != Slot::Audio).and_then(track::height)
    }

    /// The (always empty) stream whose id tells the other end which tracks belong together.
    pub(crate) fn stream(&self, slot: Slot) -> &MediaStream {
        match slot.stream() {
            StreamKind::Face => &self.face,
            StreamKind::Screen => &self.screen,
        }
    }

    pub(crate) fn live(&self) -> LiveSlots {
        let live = |slot| {
            self.get(slot)
                .is_some_and(|track| track.enabled() && track.ready_state() == MediaStreamTrackState::Live)
        };
        LiveSlots { audio: live(Slot::Audio), camera: live(Slot::Camera), screen: live(Slot::Screen) }
    }
}
