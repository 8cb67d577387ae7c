//! Edit lists (ISO/IEC 14496-12, section 8.6.6), as far as they show one stretch of a track after the other.

use crate::mp4::boxes::{u32_at, u64_at};
use crate::mp4::shown::Shown;
use crate::mp4::track::{is_version_1, to_scale};

/// Stretches that are read at most.
const SHOWN_MAX: usize = 1_000;

/// What the edit list of a track shows, at least one stretch. Ticks are those of the track; `shift`: what is added to the times
/// of its samples before. `None` where it shows something again, goes back, or has too many entries.
///
/// `is_open`: fragments may follow, of which the last entry knows nothing.
pub(super) fn read(
    elst: &[u8],
    (timescale, movie_timescale): (u32, u32),
    shift: i64,
    is_open: bool,
) -> Option<Vec<Shown>> {
    let is_long = is_version_1(elst);
    let count = u32_at(elst, 4).unwrap_or_default() as usize;
    let in_track = |ticks: u64| i64::try_from(to_scale(ticks, movie_timescale, timescale, false));
    let (mut shown, mut at) = (Vec::<Shown>::new(), 0_u64);
    let width = if is_long { 20 } else { 12 };
    for entry in elst.get(8..).unwrap_or_default().chunks_exact(width).take(count) {
        let (duration, media) = if is_long {
            (u64_at(entry, 0)?, u64_at(entry, 8)? as i64)
        } else {
            (u32_at(entry, 0)?.into(), i64::from(u32_at(entry, 4)? as i32))
        };
        let start = in_track(at).ok()?;
        at = at.checked_add(duration)?;
        if media < 0 {
            continue;
        }
        let media = media.saturating_add(shift);
        // What begins where the one before it ends goes on, to a tick of the movie.
        let tick = tick(timescale, movie_timescale);
        let behind = shown.last().map(|last| (last.end, last.media.saturating_add(last.length())));
        match behind {
            Some((Some(end), behind)) if media.abs_diff(behind) <= tick && start.abs_diff(end) <= tick => {
                if let Some(last) = shown.last_mut() {
                    last.end = Some(in_track(at).ok()?);
                }
                continue;
            }
            Some((Some(_), behind)) if media >= behind => {}
            Some(_) => return None,
            None => {}
        }
        if shown.len() >= SHOWN_MAX {
            return None;
        }
        // A duration of zero goes to the end, whenever that is.
        let end = Some(in_track(at).ok()?).filter(|_| duration > 0);
        shown.push(Shown { start, end, media });
    }
    if shown.is_empty() {
        let start = shift.max(0);
        shown.push(Shown { start, end: None, media: start });
    }
    if let Some(last) = shown.last_mut().filter(|_| is_open) {
        last.end = None;
    }
    Some(shown)
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
        assert_eq!(read(&[], 0), Some(all(0)));
        assert_eq!(read(&[(500, -1)], 24_000), Some(all(24_000)));
        assert_eq!(read(&[(0, 1_024)], -1_024), Some(all(0)));
        let first = Shown { start: 24_000, end: Some(72_000), media: 24_000 };
        assert_eq!(read(&[(500, -1), (1_000, 1_024)], 22_976), Some(vec![first]));
        let second = Shown { start: 72_000, end: Some(120_000), media: 96_000 };
        assert_eq!(read(&[(500, -1), (1_000, 1_024), (1_000, 73_024)], 22_976), Some(vec![first, second]));
        // One in two pieces.
        let whole = Shown { start: 0, end: Some(96_000), media: 0 };
        assert_eq!(read(&[(1_000, 0), (1_000, 48_010)], 0), Some(vec![whole]));
        assert_eq!(read(&[(1_000, 0), (1_000, 0)], 0), None);
        assert_eq!(read(&[(0, 0), (1_000, 50_000)], 0), None);
    }

    #[test]
    fn fragments_go_on_behind_the_last_entry() {
        let shown = read(&list(&[(1_000, 0)]), (48_000, 1_000), 0, true);
        assert_eq!(shown, Some(vec![Shown { start: 0, end: None, media: 0 }]));
        assert_eq!(read(&[0; 5], (48_000, 1_000), 7, true).map(|shown| shown[0].start), Some(7));
    }
}
