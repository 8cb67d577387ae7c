//! What comes from one person.

use hostreel_negotiation::LiveSlots;
use hostreel_protocol::PersonId;
use web_sys::{MediaStream, MediaStreamTrack};

use crate::browser::stream;
use crate::{MeshError, MeshEvent, Slot, StreamKind};

/// A person's two streams. They stay the same objects while connections and tracks come and go.
#[derive(Debug)]
pub(crate) struct RemoteMedia {
    face: MediaStream,
    screen: MediaStream,
    tracks: [Option<MediaStreamTrack>; 3],
    live: LiveSlots,
    muted: bool,
    told: Option<LiveSlots>,
}

impl RemoteMedia {
    pub(crate) fn new() -> Result<Self, MeshError> {
        Ok(Self {
            face: stream::empty()?,
            screen: stream::empty()?,
            tracks: [None, None, None],
            live: LiveSlots::default(),
            muted: false,
            told: None,
        })
    }

    pub(crate) fn stream(&self, kind: StreamKind) -> &MediaStream {
        match kind {
            StreamKind::Face => &self.face,
            StreamKind::Screen => &self.screen,
        }
    }

    /// A new connection's track for this slot, or none any more.
    pub(crate) fn bind(&mut self, slot: Slot, track: Option<MediaStreamTrack>) {
        if self.tracks[slot.index()] != track {
            if let Some(old) = &self.tracks[slot.index()] {
                stream::set_member(self.stream(slot.stream()), old, false);
            }
            self.tracks[slot.index()] = track;
        }
    }

    /// What the person says to be sending.
    pub(crate) fn set_live(&mut self, live: LiveSlots) {
        self.live = live;
    }

    /// Whether the host has muted the person: then their sound is dropped here, whatever they send.
    pub(crate) fn set_muted(&mut self, muted: bool) {
        self.muted = muted;
    }

    /// Makes the streams agree with all that; gives the event when a slot went on or off (or the first time).
    pub(crate) fn settle(&mut self, person: &PersonId) -> Option<MeshEvent> {
        let on = |slot: Slot, live: bool| live && self.tracks[slot.index()].is_some();
        let now = LiveSlots {
            audio: on(Slot::Audio, self.live.audio) && !self.muted,
            camera: on(Slot::Camera, self.live.camera),
            screen: on(Slot::Screen, self.live.screen),
        };
        for (slot, member) in Slot::ALL.into_iter().zip([now.audio, now.camera, now.screen]) {
            if let Some(track) = &self.tracks[slot.index()] {
                track.set_enabled(slot != Slot::Audio || !self.muted);
                stream::set_member(self.stream(slot.stream()), track, member);
            }
        }
        if self.told == Some(now) {
            return None;
        }
        self.told = Some(now);
        Some(MeshEvent::Media {
            person: person.clone(),
            stream: stream::same(&self.face),
            screen: now.screen.then(|| stream::same(&self.screen)),
            has_camera: now.camera,
            has_audio: now.audio,
        })
    }
}
