//! Edit lists (ISO/IEC 14496-12, section 8.6.6), as far as they show one stretch of a track after the other.

use crate::mp4::boxes::{u32_at, u64_at};
use crate::mp4::shown::Shown;
use crate::mp4::track::{is_version_1, to_scale};
use crate::packets::{PacketTrack, PartsError};

/// Stretches that are read at most.
const SHOWN_MAX: usize = 1_000;
/// The rate of an entry that plays at normal speed.
const NORMAL: u32 = 0x1_0000;

/// What an edit list does that can not be kept.
const REPEATS: &str = "shows something again, or goes back";
const CHANGES_SPEED: &str = "changes the speed";
const IS_TOO_LONG: &str = "has too many entries, or too long ones";
const LEAVES_OUT: &str = "leaves something out in the middle, or pauses there";

/// Whether edit lists show what can be told: one stretch of each track, or several in order, where `may_leave_out` says so.
///
/// # Errors
/// [`PartsError::EditList`].
pub(crate) fn check(tracks: &[PacketTrack], may_leave_out: bool) -> Result<(), PartsError> {
    for track in tracks.iter().filter(|track| track.is_copied()) {
        let Some(setup) = track.setup.mp4() else { continue };
        let leaves_out = (setup.shown.len() > 1 && !may_leave_out).then_some(LEAVES_OUT);
        if let Some(what) = setup.untold.or(leaves_out) {
            return Err(PartsError::EditList { track: track.track.number, what });
        }
    }
    Ok(())
}

/// What the edit list of a track shows, at least one stretch. Ticks are those of the track; `shift`: what is added to the times
/// of its samples before. `is_open`: fragments may follow, of which the last entry knows nothing.
///
/// # Errors
/// What it does that can not be told in order.
pub(super) fn read(
    elst: &[u8],
    (timescale, movie_timescale): (u32, u32),
    shift: i64,
    is_open: bool,
) -> Result<Vec<Shown>, &'static str> {
    let is_long = is_version_1(elst);
    let count = u32_at(elst, 4).unwrap_or_default() as usize;
    let in_track = |ticks: u64| {
        i64::try_from(to_scale(ticks, movie_timescale, timescale, false)).map_err(|_| IS_TOO_LONG)
    };
    let (mut shown, mut at) = (Vec::<Shown>::new(), 0_u64);
    let width = if is_long { 20 } else { 12 };
    for entry in elst.get(8..).unwrap_or_default().chunks_exact(width).take(count) {
        let short = |at| u32_at(entry, at).unwrap_or_default();
        let long = |at| u64_at(entry, at).unwrap_or_default();
        let (duration, media, rate) = if is_long {
            (long(0), long(8) as i64, short(16))
        } else {
            (short(0).into(), i64::from(short(4) as i32), short(8))
        };
        let start = in_track(at)?;
        at = at.checked_add(duration).ok_or(IS_TOO_LONG)?;
        if media < 0 {
            continue;
        }
        if rate != NORMAL {
            return Err(CHANGES_SPEED);
        }
        let media = media.saturating_add(shift);
        // What begins where the one before it ends goes on, to a tick of the movie.
        let tick = tick(timescale, movie_timescale);
        // A duration of zero goes to the end, whenever that is.
        let end = Some(in_track(at)?).filter(|_| duration > 0);
        let behind = shown.last().map(|last| (last.end, last.media.saturating_add(last.length())));
        match behind {
            Some((Some(until), behind))
                if media.abs_diff(behind) <= tick && start.abs_diff(until) <= tick =>
            {
                if let Some(last) = shown.last_mut() {
                    last.end = end;
                }
                continue;
            }
            Some((Some(_), behind)) if media >= behind => {}
            Some(_) => return Err(REPEATS),
            None => {}
        }
        if shown.len() >= SHOWN_MAX {
            return Err(IS_TOO_LONG);
        }
        shown.push(Shown { start, end, media });
    }
    if shown.is_empty() {
        let start = shift.max(0);
        shown.push(Shown { start, end: None, media: start });
    }
    if let Some(last) = shown.last_mut().filter(|_| is_open) {
        last.end = None;
    }
    Ok(shown)
}

/// A tick of the movie in ticks of a track, at least one.
pub(super) fn tick(timescale: u32, movie_timescale: u32) -> u64 {
    to_scale(1, movie_timescale, timescale, true).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(entries: &[(u32, i32)]) -> Vec<u8> {
        let entry = |(duration, media): &(u32, i32)| {
            [&duration.to_be_bytes()[..], &media.to_be_bytes(), &[0, 1, 0, 0]].concat()
        };
        let all: Vec<u8> = entries.iter().flat_map(entry).collect();
        [&[0; 4][..], &(entries.len() as u32).to_be_bytes(), &all].concat()
    }

    #[test]
    fn stretches_follow_each_other() {
        let read = |entries: &[(u32, i32)], shift| read(&list(entries), (48_000, 1_000), shift, false);
        let all = |start| vec![Shown { start, end: None, media: start }];
        assert_eq!(read(&[], 0), Ok(all(0)));
        assert_eq!(read(&[(500, -1)], 24_000), Ok(all(24_000)));
        assert_eq!(read(&[(0, 1_024)], -1_024), Ok(all(0)));
        let first = Shown { start: 24_000, end: Some(72_000), media: 24_000 };
        assert_eq!(read(&[(500, -1), (1_000, 1_024)], 22_976), Ok(vec![first]));
        let second = Shown { start: 72_000, end: Some(120_000), media: 96_000 };
        assert_eq!(read(&[(500, -1), (1_000, 1_024), (1_000, 73_024)], 22_976), Ok(vec![first, second]));
        // One in two pieces.
        let whole = Shown { start: 0, end: Some(96_000), media: 0 };
        assert_eq!(read(&[(1_000, 0), (1_000, 48_010)], 0), Ok(vec![whole]));
        assert_eq!(read(&[(1_000, 0), (0, 48_000)], 0), Ok(all(0)));
        assert_eq!(read(&[(1_000, 0), (1_000, 0)], 0), Err(REPEATS));
        assert_eq!(read(&[(0, 0), (1_000, 50_000)], 0), Err(REPEATS));
    }

    #[test]
    fn only_normal_speed_is_told() {
        let mut fast = list(&[(500, -1), (1_000, 0)]);
        let read = |list: &[u8]| read(list, (48_000, 1_000), 0, false);
        assert!(read(&fast).is_ok());
        // Nothing is as fast as it wants to be.
        fast[16..20].fill(0);
        assert!(read(&fast).is_ok());
        fast[29] = 2;
        assert_eq!(read(&fast), Err(CHANGES_SPEED));
    }

    #[test]
    fn fragments_go_on_behind_the_last_entry() {
        let shown = read(&list(&[(1_000, 0)]), (48_000, 1_000), 0, true);
        assert_eq!(shown, Ok(vec![Shown { start: 0, end: None, media: 0 }]));
        assert_eq!(read(&[0; 5], (48_000, 1_000), 7, true).map(|shown| shown[0].start), Ok(7));
    }
}
