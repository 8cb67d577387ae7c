//! What of a person's three slots there is to see and hear, and whether the page knows it. Pure: a track is anything
//! that can be told from another one.

use hostreel_negotiation::LiveSlots;

use crate::Slot;

/// The tracks of a person's slots, and those that the page was told of.
#[derive(Debug)]
pub(crate) struct Slots<Track> {
    tracks: [Option<Track>; 3],
    live: LiveSlots,
    muted: bool,
    told: Option<[Option<Track>; 3]>,
}

impl<Track: Clone + PartialEq> Slots<Track> {
    pub(crate) fn new() -> Self {
        Self { tracks: [None, None, None], live: LiveSlots::default(), muted: false, told: None }
    }

    /// What the present connection has for a slot, whether or not anything comes in it.
    pub(crate) fn track(&self, slot: Slot) -> Option<&Track> {
        self.tracks[slot.index()].as_ref()
    }

    /// A connection's track for a slot, or none any more. Gives the one that it replaces, if it is another one.
    pub(crate) fn bind(&mut self, slot: Slot, track: Option<Track>) -> Option<Track> {
        let bound = &mut self.tracks[slot.index()];
        if *bound == track { None } else { std::mem::replace(bound, track) }
    }

    pub(crate) fn set_live(&mut self, live: LiveSlots) {
        self.live = live;
    }

    pub(crate) fn set_muted(&mut self, muted: bool) {
        self.muted = muted;
    }

    pub(crate) fn is_muted(&self) -> bool {
        self.muted
    }

    /// The tracks that there is something to see or hear of.
    pub(crate) fn present(&self) -> [Option<Track>; 3] {
        let [audio, camera, screen] = self.tracks.clone();
        let Self { live, muted, .. } = self;
        [
            audio.filter(|_| live.audio && !muted),
            camera.filter(|_| live.camera),
            screen.filter(|_| live.screen),
        ]
    }

    /// The page has forgotten what it was told: all is news.
    pub(crate) fn forget_told(&mut self) {
        self.told = None;
    }

    /// Those again, when the page has not been told of exactly these tracks: another track in a slot that stays on
    /// is news as well, as whoever plays or records the old one hears nothing more.
    pub(crate) fn news(&mut self) -> Option<[Option<Track>; 3]> {
        let present = self.present();
        if self.told.as_ref() == Some(&present) {
            return None;
        }
        self.told = Some(present.clone());
        Some(present)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIVE: LiveSlots = LiveSlots { audio: true, camera: true, screen: false };

    fn bound(names: [u32; 3]) -> Slots<u32> {
        let mut slots = Slots::new();
        bind(&mut slots, names.map(Some));
        slots
    }

    fn bind(slots: &mut Slots<u32>, tracks: [Option<u32>; 3]) {
        for (slot, track) in Slot::ALL.into_iter().zip(tracks) {
            slots.bind(slot, track);
        }
    }

    #[test]
    fn the_first_time_is_news_and_the_same_again_is_not() {
        let mut slots = bound([1, 2, 3]);
        assert_eq!(slots.news(), Some([None, None, None]));
        assert_eq!(slots.news(), None);
        slots.set_live(LIVE);
        assert_eq!(slots.news(), Some([Some(1), Some(2), None]));
        bind(&mut slots, [Some(1), Some(2), Some(3)]);
        assert_eq!(slots.news(), None);
    }

    #[test]
    fn another_track_in_a_slot_that_stays_on_is_news() {
        let mut slots = bound([1, 2, 3]);
        slots.set_live(LIVE);
        slots.news();
        // A new connection; nobody looked while there was none.
        bind(&mut slots, [None, None, None]);
        bind(&mut slots, [Some(4), Some(5), Some(6)]);
        assert_eq!(slots.news(), Some([Some(4), Some(5), None]));
        assert_eq!(slots.news(), None);
    }

    #[test]
    fn another_track_in_a_slot_that_is_off_is_no_news() {
        let mut slots = bound([1, 2, 3]);
        slots.set_live(LIVE);
        slots.news();
        assert_eq!(slots.bind(Slot::Screen, Some(6)), Some(3));
        assert_eq!(slots.news(), None);
        assert_eq!(slots.track(Slot::Screen), Some(&6));
    }

    #[test]
    fn a_muted_person_is_seen_only() {
        let mut slots = bound([1, 2, 3]);
        slots.set_live(LIVE);
        slots.set_muted(true);
        assert_eq!(slots.news(), Some([None, Some(2), None]));
        assert!(slots.is_muted());
        // A new connection does not unmute.
        bind(&mut slots, [Some(4), Some(5), Some(6)]);
        assert_eq!(slots.news(), Some([None, Some(5), None]));
        slots.set_muted(false);
        assert_eq!(slots.news(), Some([Some(4), Some(5), None]));
    }

    #[test]
    fn the_track_that_is_replaced_comes_back_once() {
        let mut slots = bound([1, 2, 3]);
        assert_eq!(slots.bind(Slot::Camera, Some(2)), None);
        assert_eq!(slots.bind(Slot::Camera, None), Some(2));
        assert_eq!(slots.bind(Slot::Camera, None), None);
    }
}
