//! Where a file's time zero lies on the clock of whoever records.
//!
//! A file begins with the first sound or picture that the browser's recorder took, and that moment is told nowhere. It
//! is worked out from what can be seen from outside. The numbers were measured with beeps and flashes of known time, in
//! Chromium 156 and Firefox 153, from canvases, WebAudio and received tracks (`docs/RECORDING.md`).

/// What was seen of the beginning of one file. All in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Beginning {
    /// Nothing came from any track yet when `start()` was called (they were all `muted`): received tracks whose first
    /// packets are on their way.
    pub was_silent: bool,
    /// From the call of `start()` to the recorder's `start` event. Nothing while there was none.
    pub started_after_ms: Option<u64>,
    /// The least that what was delivered ended before its delivery, counting the file as if it had begun with the call
    /// of `start()`. Nothing while nothing was delivered.
    pub least_behind_ms: Option<u64>,
    /// What the file says when its sound begins. Nothing where there is none, or it is not known yet.
    pub first_sound_ms: Option<u64>,
    /// What the file says when its picture begins. Nothing where there is none, or it is not known yet.
    pub first_picture_ms: Option<u64>,
    /// Length of the first packet of sound, where the container says when packets begin (WebM).
    pub sound_packet_ms: Option<u64>,
}

/// Sound that flows begins so long before the call of `start()`: the block of samples that is being filled then is
/// recorded whole. Measured 4 to 27.
const SOUND_BEFORE_MS: i64 = 12;

/// The first picture comes so long after the call of `start()`: at once from a canvas (measured -21 to 4), within the
/// distance of two pictures from a camera.
const PICTURE_AFTER_MS: i64 = 4;

/// A picture that the file begins later than this came late: it does not say when the file began.
const PROMPT_PICTURE_MS: i64 = 40;

/// Chromium takes blocks of so much sound. It dates a packet by the last block in it: too late by all the others.
const BLOCK_MS: i64 = 10;

/// Packets of this length and more are dated by their last block (Chromium: 60; Firefox has 20 and dates by the first).
const LONG_PACKET_MS: u64 = 40;

/// What comes so much later than the call was not there yet.
const LATE_MS: i64 = 150;

/// What encoding takes until the delivery: sound 65 (its packets are filled first), pictures 40, both together 80.
const ENCODING_MS: i64 = 60;

/// Where the file's time zero lies, in milliseconds from the call of `start()`; negative where it lies before.
///
/// In Chromium, sound lies 50 ms too late beside a picture in WebM. The beginning is then put between the two, so that
/// neither is much more than 25 ms away from where it belongs. Where both came at once, both say when that was, and the
/// middle of what they say counts: the first sound of one source is dated 23 to 51 ms after the first picture, as it
/// happens.
///
/// ```
/// use hostreel_recording::{Beginning, file_zero_ms};
/// // Sound alone, from a microphone that was open already.
/// assert_eq!(file_zero_ms(&Beginning { first_sound_ms: Some(0), ..Beginning::default() }), -12);
/// ```
#[must_use]
pub fn file_zero_ms(seen: &Beginning) -> i64 {
    let late = late_ms(seen);
    if seen.was_silent && late > LATE_MS {
        return late;
    }
    match (seen.first_sound_ms.map(signed), seen.first_picture_ms.map(signed)) {
        (Some(sound), Some(_)) if sound > LATE_MS => PICTURE_AFTER_MS,
        (Some(sound), Some(picture)) => {
            let packet = seen.sound_packet_ms.filter(|length| *length >= LONG_PACKET_MS);
            let dated_late = packet.map_or(0, |length| signed(length) - BLOCK_MS);
            let by_sound = dated_late / 2 - SOUND_BEFORE_MS - sound;
            if picture > PROMPT_PICTURE_MS {
                return by_sound;
            }
            let by_picture = PICTURE_AFTER_MS - picture - dated_late / 2;
            i64::midpoint(by_sound, by_picture)
        }
        (None, Some(_)) => PICTURE_AFTER_MS,
        (_, None) => -SOUND_BEFORE_MS,
    }
}

/// How long after the call media came, as far as both signs of it agree: each of them is also late on a busy machine.
fn late_ms(seen: &Beginning) -> i64 {
    let signs = [seen.started_after_ms, seen.least_behind_ms];
    let late = signs.into_iter().map(|sign| sign.map_or(0, signed)).min();
    late.unwrap_or(0) - ENCODING_MS
}

fn signed(milliseconds: u64) -> i64 {
    i64::try_from(milliseconds).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sound and picture of one file, as they were measured: where the beep and the flash of a known moment lie.
    #[derive(Clone, Copy)]
    struct Measured {
        what: &'static str,
        seen: Beginning,
        sound: Option<i64>,
        picture: Option<i64>,
    }

    fn sound(started: u64, behind: u64, truth: i64) -> Measured {
        let seen = Beginning {
            started_after_ms: Some(started),
            least_behind_ms: Some(behind),
            first_sound_ms: Some(0),
            sound_packet_ms: Some(60),
            ..Beginning::default()
        };
        Measured { what: "sound", seen, sound: Some(truth), picture: None }
    }

    fn silent_before(measured: Measured) -> Measured {
        Measured { seen: Beginning { was_silent: true, ..measured.seen }, ..measured }
    }

    fn picture(started: u64, behind: u64, truth: i64) -> Measured {
        let seen = Beginning {
            started_after_ms: Some(started),
            least_behind_ms: Some(behind),
            first_picture_ms: Some(0),
            ..Beginning::default()
        };
        Measured { what: "picture", seen, sound: None, picture: Some(truth) }
    }

    fn both(started: u64, behind: u64, first_sound: u64, packet: u64, sound: i64, picture: i64) -> Measured {
        let seen = Beginning {
            started_after_ms: Some(started),
            least_behind_ms: Some(behind),
            first_sound_ms: Some(first_sound),
            first_picture_ms: Some(0),
            sound_packet_ms: Some(packet),
            ..Beginning::default()
        };
        Measured { what: "both", seen, sound: Some(sound), picture: Some(picture) }
    }

    #[test]
    fn beeps_and_flashes_lie_within_one_picture_of_the_truth() {
        let measured = [
            // Chromium: canvas and WebAudio.
            sound(68, 59, -12),
            sound(61, 60, -10),
            sound(57, 54, -15),
            picture(5, 22, -5),
            both(79, 82, 47, 60, -59, -2),
            both(62, 80, 40, 60, -52, -4),
            both(57, 80, 36, 60, -51, -6),
            // Firefox.
            sound(19, 8, -9),
            sound(3, 0, -27),
            picture(2, 48, -4),
            both(19, 10, 0, 20, -9, 4),
            both(11, 8, 0, 20, -18, -6),
            // Chromium: a received track whose first packet came 1.14 s after the call.
            silent_before(sound(1_205, 1_198, 1_140)),
            // Firefox: it records silence until then.
            silent_before(sound(12, 10, -12)),
        ];
        for Measured { what, seen, sound, picture } in measured {
            let zero = file_zero_ms(&seen);
            for truth in [sound, picture].into_iter().flatten() {
                assert!((zero - truth).abs() <= 33, "{what}: {zero} for {truth}: {seen:?}");
            }
        }
    }

    #[test]
    fn a_busy_machine_is_not_taken_for_late_media() {
        // Sound came already.
        assert_eq!(file_zero_ms(&sound(900, 900, 0).seen), -12);
        // The event waited behind a long task; the deliveries show that sound came at once.
        assert_eq!(file_zero_ms(&silent_before(sound(900, 70, 0)).seen), -12);
        // The encoder is behind; the event shows that pictures came at once.
        assert_eq!(file_zero_ms(&silent_before(picture(30, 2_000, 0)).seen), 4);
    }

    #[test]
    fn sound_that_comes_long_after_the_picture_says_nothing_about_the_beginning() {
        assert_eq!(file_zero_ms(&both(1_234, 34, 1_145, 60, 0, 0).seen), 4);
    }

    #[test]
    fn a_picture_that_comes_long_after_the_sound_says_nothing_about_the_beginning() {
        let seen = Beginning { first_picture_ms: Some(2_000), ..both(60, 60, 0, 60, 0, 0).seen };
        assert_eq!(file_zero_ms(&seen), 13);
        let seen = Beginning { first_picture_ms: Some(0), ..seen };
        assert_eq!(file_zero_ms(&seen), -4);
    }

    #[test]
    fn however_late_the_first_sound_is_dated_the_picture_stays_within_one_picture() {
        // In Chromium, measured 23 to 51 for the same source, in a row.
        for first_sound in 0..=60 {
            let zero = file_zero_ms(&both(70, 70, first_sound, 60, 0, 0).seen);
            // The first picture was measured 2 to 21 ms before the call.
            assert!((-35..=12).contains(&zero), "{first_sound}: {zero}");
        }
    }

    #[test]
    fn what_is_not_known_is_the_call_of_start() {
        assert_eq!(file_zero_ms(&Beginning::default()), -12);
    }

    #[test]
    fn the_largest_numbers_are_taken() {
        let most = Some(u64::MAX);
        let seen = Beginning {
            started_after_ms: most,
            least_behind_ms: most,
            first_sound_ms: most,
            first_picture_ms: most,
            sound_packet_ms: most,
            was_silent: true,
        };
        assert_eq!(file_zero_ms(&seen), i64::MAX - 60);
        let seen = Beginning { started_after_ms: None, ..seen };
        assert_eq!(file_zero_ms(&seen), 4);
        let seen = Beginning { first_sound_ms: Some(0), ..seen };
        assert_eq!(file_zero_ms(&seen), (i64::MAX - 10) / 2 - 12);
    }
}
