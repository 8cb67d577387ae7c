//! What comes from one person.

use hostreel_negotiation::LiveSlots;
use hostreel_protocol::PersonId;
use web_sys::{MediaStream, MediaStreamTrack};

use crate::browser::stream;
use crate::slots::Slots;
use crate::{MeshError, MeshEvent, Slot, StreamKind};

/// A person's two streams. They stay the same objects while connections and tracks come and go.
#[derive(Debug)]
pub(crate) struct RemoteMedia {
    face: MediaStream,
    screen: MediaStream,
    slots: Slots<MediaStreamTrack>,
}

impl RemoteMedia {
    pub(crate) fn new() -> Result<Self, MeshError> {
        Ok(Self { face: stream::empty()?, screen: stream::empty()?, slots: Slots::new() })
    }

    pub(crate) fn stream(&self, kind: StreamKind) -> &MediaStream {
        match kind {
            StreamKind::Face => &self.face,
            StreamKind::Screen => &self.screen,
        }
    }

    /// A new connection's track for this slot, or none any more.
    pub(crate) fn bind(&mut self, slot: Slot, track: Option<MediaStreamTrack>) {
        if let Some(old) = self.slots.bind(slot, track) {
            stream::set_member(self.stream(slot.stream()), &old, false);
        }
    }

    /// What the person says to be sending.
    pub(crate) fn set_live(&mut self, live: LiveSlots) {
        self.slots.set_live(live);
    }

    /// Whether the host has muted the person: then their sound is dropped here, whatever they send.
    pub(crate) fn set_muted(&mut self, muted: bool) {
        self.slots.set_muted(muted);
    }

    /// There is something to hear of the person: they send it, and are not muted.
    pub(crate) fn is_heard(&self) -> bool {
        self.slots.present()[Slot::Audio.index()].is_some()
    }

    /// The next [`Self::settle`] tells everything, whether or not it is new.
    pub(crate) fn tell_again(&mut self) {
        self.slots.forget_told();
    }

    /// Makes the streams agree with all that; gives the event when a slot went on or off or has another track (or the
    /// first time).
    pub(crate) fn settle(&mut self, person: &PersonId) -> Option<MeshEvent> {
        for (slot, present) in Slot::ALL.into_iter().zip(self.slots.present()) {
            if let Some(track) = self.slots.track(slot) {
                track.set_enabled(slot != Slot::Audio || !self.slots.is_muted());
                stream::set_member(self.stream(slot.stream()), track, present.is_some());
            }
        }
        let [audio, camera, screen] = self.slots.news()?;
        Some(MeshEvent::Media {
            person: person.clone(),
            stream: stream::same(&self.face),
            screen: screen.map(|_| stream::same(&self.screen)),
            has_camera: camera.is_some(),
            has_audio: audio.is_some(),
        })
    }
}
