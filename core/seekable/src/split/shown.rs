//! What edit lists of MP4 show of a part.

use crate::mp4::shown::Shown;
use crate::packets::PacketTrack;
use crate::packets::output::Arrival;

/// For each track what is shown of it, one stretch at most. `shifts`: what is taken off its times in the part; `earliest`: the
/// first time of its packets in the whole recording.
pub(super) fn arrivals(tracks: &[PacketTrack], shifts: &[i64], earliest: &[i64]) -> Vec<Option<Arrival>> {
    let arrival = |((track, shift), earliest): ((&PacketTrack, &i64), &i64)| {
        let setup = track.setup.mp4()?;
        let by = shift.saturating_neg();
        let whole = setup.shown.first()?.moved(by, by);
        // It may have begun before the part.
        let start = whole.start.max(0);
        Some(Arrival {
            decode_time: 0,
            time: earliest.saturating_add(by),
            shown: vec![Shown { start, end: whole.end, media: start }],
            tick: setup.tick,
            follows: false,
        })
    };
    tracks.iter().zip(shifts).zip(earliest).map(arrival).collect()
}
