//! Somebody in the mix.

use gloo_events::EventListener;
use web_sys::{MediaStream, MediaStreamTrack, MediaStreamTrackState};

use super::Participant;

#[derive(Debug)]
pub(super) struct Person {
    pub(super) id: String,
    /// Colour of the placeholder: theirs as long as they are here.
    pub(super) tint: u32,
    pub(super) about: Participant,
    pub(super) muted: bool,
    pub(super) stream: Option<MediaStream>,
    pub(super) screen: Option<MediaStream>,
    /// Of what the streams tell.
    pub(super) watching: Vec<EventListener>,
}

impl Person {
    pub(super) fn new(id: &str, tint: u32) -> Self {
        Self {
            id: id.to_owned(),
            tint,
            about: Participant::default(),
            muted: false,
            stream: None,
            screen: None,
            watching: Vec::new(),
        }
    }

    /// All sounds of theirs that have not ended: voice, screen.
    pub(super) fn sounds(&self) -> [Vec<MediaStreamTrack>; 2] {
        [&self.stream, &self.screen].map(|stream| live(stream.as_ref(), "audio"))
    }

    pub(super) fn gain(&self) -> f32 {
        if self.about.audio && !self.muted { self.about.gain } else { 0.0 }
    }

    /// The camera that is to be seen.
    pub(super) fn face(&self) -> Option<MediaStreamTrack> {
        let stream = self.stream.as_ref().filter(|_| self.about.video);
        live(stream, "video").into_iter().next()
    }

    /// The screen that is to be seen.
    pub(super) fn shared(&self) -> Option<MediaStreamTrack> {
        live(self.screen.as_ref(), "video").into_iter().next()
    }

    /// Calls `on_change` when the streams get or lose tracks, or a track ends.
    pub(super) fn watch(&mut self, on_change: impl Fn() + Clone + 'static) {
        self.watching.clear();
        for stream in [&self.stream, &self.screen].into_iter().flatten() {
            for name in ["addtrack", "removetrack"] {
                let on_change = on_change.clone();
                self.watching.push(EventListener::new(stream, name, move |_| on_change()));
            }
            for track in crate::devices::tracks(stream) {
                let on_change = on_change.clone();
                self.watching.push(EventListener::new(&track, "ended", move |_| on_change()));
            }
        }
    }
}

fn live(stream: Option<&MediaStream>, kind: &str) -> Vec<MediaStreamTrack> {
    let tracks = stream.map(crate::devices::tracks).into_iter().flatten();
    tracks
        .filter(|track| track.kind() == kind && track.ready_state() == MediaStreamTrackState::Live)
        .collect()
}
