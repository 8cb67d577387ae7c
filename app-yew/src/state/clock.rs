//! A recording's running time, the same for everybody in the room.

use hostreel_protocol::{Millis, RecordingState, RunningRecording};

/// How long `recording` has run at `server_now`, pauses left out, in milliseconds.
#[must_use]
pub fn running_time(recording: &RunningRecording, server_now: Millis) -> u64 {
    let end = match recording.state {
        RecordingState::Recording => server_now,
        RecordingState::Paused => recording.changed_at,
    };
    end.since(recording.started_at).0.saturating_sub(recording.paused_ms)
}

/// The server's time, from the own clock (milliseconds since 1970) and the measured difference (server minus own).
#[must_use]
pub fn server_now(own_now_ms: f64, offset_ms: f64) -> Millis {
    let now = own_now_ms + offset_ms;
    // A float to integer cast saturates; a clock before 1970 reads as 1970.
    Millis(if now.is_finite() { now.max(0.0) as u64 } else { 0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use hostreel_protocol::{PersonId, RecordingId, RecordingKind};

    fn recording(state: RecordingState, changed_at: u64, paused_ms: u64) -> RunningRecording {
        let (id, by) = (RecordingId::parse("r").unwrap(), PersonId::parse("p").unwrap());
        let recording = RunningRecording::new(id, by, RecordingKind::Video, Millis(1_000));
        RunningRecording { state, changed_at: Millis(changed_at), paused_ms, ..recording }
    }

    #[test]
    fn pauses_do_not_count() {
        assert_eq!(running_time(&recording(RecordingState::Recording, 1_000, 0), Millis(5_000)), 4_000);
        assert_eq!(running_time(&recording(RecordingState::Paused, 3_000, 0), Millis(9_000)), 2_000);
        assert_eq!(running_time(&recording(RecordingState::Recording, 8_000, 5_000), Millis(9_000)), 3_000);
    }

    #[test]
    fn a_clock_that_is_behind_shows_zero() {
        assert_eq!(running_time(&recording(RecordingState::Recording, 1_000, 0), Millis(10)), 0);
        assert_eq!(server_now(-5.0, f64::NAN), Millis(0));
        assert_eq!(server_now(1_000.0, 3_600_000.0), Millis(3_601_000));
    }
}
