//! Movie fragments (ISO/IEC 14496-12, section 8.8), one at a time.

use super::{HEADER_MAX, Samples};
use crate::Limits;
use crate::mp4::boxes::{self, NoHeader};
use crate::mp4::fragment::runs;
use crate::mp4::track::Track;
use crate::packets::{Packet, PacketTrack, PartsError, Shape, Source, Span, Window};

/// Samples of one fragment at most: more than an hour of sound.
const SAMPLES_MAX: u64 = 250_000;

/// Reads on from the box at `at` to the end of the next fragment. Gives its packets in the order of decoding, and where
/// the next box begins. `None` at the end of the file. `next_times`: where each track goes on when nobody says.
pub(super) fn next<S: Source>(
    window: &mut Window<S>,
    mut at: u64,
    setups: &[Track],
    tracks: &[PacketTrack],
    next_times: &mut [u64],
    limits: &Limits,
) -> Result<Option<(Samples, u64)>, PartsError> {
    loop {
        let malformed = PartsError::Malformed { offset: at, expected: "a box" };
        let header = match boxes::header(window.up_to(at, HEADER_MAX)?) {
            Ok(header) => header,
            Err(NoHeader::NeedMore) => return Ok(None),
            Err(NoHeader::Bad) => return Err(malformed),
        };
        let Some(size) = header.size else { return Ok(None) };
        let end = at.checked_add(size).ok_or(malformed.clone())?;
        if &header.kind != b"moof" {
            at = end;
            continue;
        }
        let max_size = u64::from(limits.held_bytes);
        if size > max_size {
            return Err(PartsError::TooLarge { offset: at, size, max_size });
        }
        let length = usize::try_from(size).unwrap_or(usize::MAX);
        let Some(moof) = window.exactly(at, length)?.map(<[u8]>::to_vec) else { return Ok(None) };
        let samples = read(&moof, at, setups, tracks, next_times, window.length())?;
        return Ok(Some((samples, end)));
    }
}

fn read(
    moof: &[u8],
    at: u64,
    setups: &[Track],
    tracks: &[PacketTrack],
    next_times: &mut [u64],
    file_length: u64,
) -> Result<Samples, PartsError> {
    let mut packets: Vec<(i64, Packet)> = Vec::new();
    let mut count: u64 = 0;
    let read = runs(moof, at, setups, &mut |run| {
        count = count.saturating_add(run.count.into());
        let (Some(setup), Some(track), Some(next_time)) =
            (setups.get(run.track), tracks.get(run.track), next_times.get_mut(run.track))
        else {
            return;
        };
        if count > SAMPLES_MAX {
            return;
        }
        let mut decode_time = run.time.unwrap_or(*next_time);
        let mut offset = run.at;
        for place in 0..run.count {
            let sample = run.sample(place);
            let data = Span { offset, size: sample.size.into() };
            offset = data.end();
            let decoded = time(decode_time).saturating_add(setup.shift);
            decode_time = decode_time.saturating_add(sample.duration.into());
            // Cut short: what follows is not there either.
            if data.end() > file_length {
                break;
            }
            let packet = Packet {
                track: run.track,
                time: decoded.saturating_add(sample.composition),
                decode_time: decoded,
                duration: Some(sample.duration.into()),
                is_key: sample.is_sync,
                data,
                shape: Shape::Sample { description: run.defaults.description.max(1) },
            };
            packets.push((track.timescale.to_nanoseconds(decoded), packet));
        }
        *next_time = decode_time;
    });
    if count > SAMPLES_MAX {
        return Err(PartsError::TooLarge { offset: at, size: count, max_size: SAMPLES_MAX });
    }
    read.map_err(|_| PartsError::Malformed { offset: at, expected: "a whole moof" })?;
    packets.sort_by_key(|(time, _)| *time);
    Ok(packets.into_iter().map(|(_, packet)| packet).collect::<Vec<_>>().into())
}

/// Far beyond any clock, but such that sums still fit.
pub(super) fn time(ticks: u64) -> i64 {
    i64::try_from(ticks).unwrap_or(i64::MAX).min(i64::MAX / 4)
}
