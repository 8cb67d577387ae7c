//! Counting blocks, choosing those that get a cue, and key flags of sound.

use super::Body;
use crate::TrackKind;
use crate::edit::Outbox;
use crate::webm::block::{Block, key_flags};
use crate::webm::cues::Cue;

impl Body {
    /// Counts a whole block whose element begins at `at` in the output, and offers a cue for it.
    pub(super) fn note(&mut self, block: Option<&Block<'_>>, at: u64) {
        let scale = self.layout.info.scale;
        let (Some(block), Some(cluster)) = (block, &mut self.cluster) else { return };
        let Some(timestamp) = cluster.timestamp else { return };
        let place = place_of(&self.places, block.track);
        let Some(state) = place.and_then(|place| self.layout.tracks.get_mut(place)) else { return };
        #[cfg(feature = "webm-repair")]
        {
            cluster.last = block.relative_time;
        }
        let time = timestamp.saturating_add_signed(i64::from(block.relative_time));
        state.note(block, time.saturating_mul(scale), scale);
        let is_cue = if self.has_video {
            state.track.kind == TrackKind::Video && block.is_key
        } else {
            self.main_track == Some(block.track) && !cluster.has_offered
        };
        if !is_cue {
            return;
        }
        cluster.has_offered = true;
        let cue = Cue {
            time,
            track: block.track,
            cluster: cluster.at - self.layout.segment_data_at,
            relative: at - cluster.data_at(),
            ordinal: state.cue_candidates,
        };
        state.cue_candidates += 1;
        self.layout.index.add(cue);
    }

    /// Says that a SimpleBlock is a key frame where all of its track are. Firefox doesn't say it of sound, and players
    /// that look for a key frame of each track can then not seek to the start. `payload_at`: its payload in the output.
    pub(super) fn flag_key(
        &mut self,
        block: Option<&Block<'_>>,
        payload: &[u8],
        payload_at: u64,
        outbox: &mut Outbox,
    ) {
        let Some(block) = block.filter(|block| !block.is_key) else { return };
        let place = place_of(&self.places, block.track);
        let state = place.and_then(|place| self.layout.tracks.get(place));
        if let Some((at, flags)) = key_flags(payload)
            && state.is_some_and(|state| state.has_only_key_frames)
        {
            outbox.patch(payload_at + at, &[flags]);
            if let Some(cluster) = &mut self.cluster {
                cluster.is_altered = true;
            }
        }
    }
}

/// The place of a track in the layout.
pub(super) fn place_of(places: &[(u64, usize)], track: u64) -> Option<usize> {
    let place = places.binary_search_by_key(&track, |(number, _)| *number).ok()?;
    places.get(place).map(|(_, place)| *place)
}
