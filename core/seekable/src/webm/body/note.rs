//! Counting blocks, and choosing those that get a cue.

use super::Body;
use crate::TrackKind;
use crate::webm::block::Block;
use crate::webm::cues::Cue;

impl Body {
    /// Counts a whole block whose element begins at `at` in the output, and offers a cue for it.
    pub(super) fn note(&mut self, block: Option<&Block<'_>>, at: u64) {
        let scale = self.layout.info.scale;
        let (Some(block), Some(cluster)) = (block, &mut self.cluster) else { return };
        let Some(timestamp) = cluster.timestamp else { return };
        let place = self.places.binary_search_by_key(&block.track, |(number, _)| *number);
        let place = place.ok().and_then(|place| self.places.get(place));
        let Some(state) = place.and_then(|(_, place)| self.layout.tracks.get_mut(*place)) else { return };
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
        if !self.is_in_place || !self.layout.index.holds(&cue) {
            self.layout.index.add(cue);
        }
    }
}
