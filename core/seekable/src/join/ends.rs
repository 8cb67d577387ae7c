//! How far the joined recording has come.

/// A last frame is never taken to be longer than this, in nanoseconds, unless the file says so.
const LONGEST_GUESS: i64 = 1_000_000_000;

/// Where each track ends, in nanoseconds.
#[derive(Debug)]
pub(super) struct Ends {
    tracks: Vec<End>,
}

#[derive(Debug, Clone, Copy, Default)]
struct End {
    /// The packet before: its start, and its distance from the one before it.
    previous: Option<(i64, i64)>,
    /// The packet that starts last: its start and its end.
    last: Option<(i64, i64)>,
}

impl Ends {
    pub(super) fn new(tracks: usize) -> Self {
        Self { tracks: vec![End::default(); tracks] }
    }

    /// Takes note of a packet. Without a length it is taken to be as long as the smaller of the last two distances:
    /// pauses make single large ones.
    pub(super) fn note(&mut self, track: usize, start: i64, length: Option<i64>) {
        let Some(end) = self.tracks.get_mut(track) else { return };
        let mut guess = 0;
        let mut distance = LONGEST_GUESS;
        if let Some((previous, previous_distance)) = end.previous {
            distance = start.saturating_sub(previous).saturating_abs().min(LONGEST_GUESS);
            guess = distance.min(previous_distance);
        }
        if distance > 0 {
            end.previous = Some((start, distance));
        }
        if end.last.is_none_or(|(last, _)| start >= last) {
            end.last = Some((start, start.saturating_add(length.unwrap_or(guess))));
        }
    }

    /// Where all tracks have ended; zero before the first packet.
    pub(super) fn end(&self) -> i64 {
        self.tracks.iter().filter_map(|end| end.last).map(|(_, end)| end).max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_that_of_the_longest_track() {
        let mut ends = Ends::new(2);
        assert_eq!(ends.end(), 0);
        for start in [0, 40, 80, 5_000, 5_040] {
            ends.note(0, start, None);
        }
        assert_eq!(ends.end(), 5_080);
        ends.note(1, 5_050, Some(60));
        assert_eq!(ends.end(), 5_110);
        ends.note(7, i64::MAX, Some(60));
        assert_eq!(ends.end(), 5_110);
    }
}
