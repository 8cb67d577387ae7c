//! The parts in front of the clusters that an inspection reads as a whole.

use crate::TrackKind;
use crate::inspect::TrackReport;
use crate::webm::ebml::{Malformed, big_endian, children};
use crate::webm::ids;
use crate::webm::info::float;
use crate::webm::tracks::{self, TrackState};

/// A track, what was counted of it, and when its last key frame was, in nanoseconds.
#[derive(Debug)]
pub(super) struct Counted {
    pub(super) state: TrackState,
    /// TrackUID, which tags refer to.
    pub(super) uid: u64,
    pub(super) report: TrackReport,
    pub(super) last_key: Option<u64>,
    /// The latest start of a block, in nanoseconds.
    pub(super) last_start: u64,
}

/// Tracks, and whether an Opus track lacks something.
pub(super) fn tracks(payload: &[u8]) -> Result<(Vec<Counted>, bool), Malformed> {
    let (states, changed) = tracks::read(payload)?;
    let entries = children(payload).map_while(Result::ok).filter(|child| child.id == ids::TRACK_ENTRY);
    let counted = states.into_iter().zip(entries).map(|(state, entry)| {
        let mut report = TrackReport::new(state.track.clone());
        let mut uid = 0;
        for child in children(entry.payload).map_while(Result::ok) {
            let value = |id| {
                let found = children(child.payload).map_while(Result::ok).find(|part| part.id == id);
                found.map(|part| part.payload)
            };
            if child.id == ids::TRACK_UID {
                uid = big_endian(child.payload);
            }
            if child.id == ids::AUDIO {
                let rate = value(ids::SAMPLING_FREQUENCY).and_then(float);
                report.sample_rate = rate.filter(|rate| *rate >= 1.0).map(|rate| rate.round() as u64);
                report.channels = value(ids::CHANNELS).map(big_endian);
            }
        }
        Counted { state, uid, report, last_key: None, last_start: 0 }
    });
    Ok((counted.collect(), changed.is_some()))
}

impl Counted {
    /// Whether a block of this track can be decoded without others. Some recorders do not flag sound.
    pub(super) fn is_key(&self, is_flagged: bool) -> bool {
        is_flagged || self.state.track.kind != TrackKind::Video
    }
}

/// SeekHead: IDs and positions in the Segment's payload; at most `most` of them.
pub(super) fn seek_head(payload: &[u8], most: usize) -> Vec<(u32, u64)> {
    let entries = children(payload).map_while(Result::ok).filter(|child| child.id == ids::SEEK);
    let entry = |payload| {
        let (mut id, mut position) = (None, None);
        for child in children(payload).map_while(Result::ok) {
            match child.id {
                ids::SEEK_ID => id = u32::try_from(big_endian(child.payload)).ok(),
                ids::SEEK_POSITION => position = Some(big_endian(child.payload)),
                _ => {}
            }
        }
        id.zip(position)
    };
    entries.filter_map(|child| entry(child.payload)).take(most).collect()
}
