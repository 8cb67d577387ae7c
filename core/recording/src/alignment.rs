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

/// The first picture is seldom older than this at the call of `start()`: what flows is repeated then (measured 0 to 14
/// before it), what has only just begun comes later, by any length on a busy machine.
const PICTURE_BEFORE_MS: i64 = 4;

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
/// In Chromium, sound lies 50 ms too late beside a picture in WebM. The beginning is then put between the two: pictures
/// are at most one picture of 30 a second (33 ms) beside where they belong, and sound is at most 50 ms late, which is not
/// noticed (ITU-R BT.1359). When the first picture was is told by the sound, whose flow is even, and by the call itself;
/// the later of the two counts, for on a busy machine either may come late, and neither comes early.
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
        (Some(sound), Some(picture)) if sound <= LATE_MS => {
            let packet = seen.sound_packet_ms.filter(|length| *length >= LONG_PACKET_MS);
            let dated_late = packet.map_or(0, |length| signed(length) - BLOCK_MS);
            let by_sound = dated_late - SOUND_BEFORE_MS - sound;
            let by_call = -PICTURE_BEFORE_MS - picture;
            // Nearer to the picture: eyes notice sound that is late less than sound that is early.
            by_sound.max(by_call) - dated_late / 10 * 3
        }
        (_, Some(_)) => -PICTURE_BEFORE_MS,
        (_, None) => -SOUND_BEFORE_MS,
    }
}

/// How long after the call media came, as far as both signs of it agree: each of them is also late on a busy machine.
fn late_ms(seen: &Beginning) -> i64 {
    let signs = [seen.started_after_ms, seen.least_behind_ms];
    let late = signs.into_iter().map(|sign| sign.map_or(0, signed)).min();
    late.unwrap_or(0) - ENCODING_MS
}

/// At most 49 days: nothing that is begun takes longer.
fn signed(milliseconds: u64) -> i64 {
    u32::try_from(milliseconds).unwrap_or(u32::MAX).into()
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

    /// From a canvas that was made just before, on a page that is busy.
    fn late_picture(first_sound: u64, first_picture: u64, sound: i64, picture: i64) -> Measured {
        let measured = both(120, 120, first_sound, 60, sound, picture);
        Measured {
            what: "late picture",
            seen: Beginning { first_picture_ms: Some(first_picture), ..measured.seen },
            ..measured
        }
    }

    #[test]
    fn flashes_lie_within_one_picture_of_the_truth_and_beeps_beside_them_are_not_noticed() {
        let measured = [
            // Chromium: canvas and WebAudio.
            sound(68, 59, -12),
            sound(61, 60, -10),
            sound(57, 54, -15),
            picture(5, 22, -5),
            both(79, 82, 47, 60, -59, -2),
            both(62, 80, 40, 60, -52, -4),
            both(57, 80, 36, 60, -51, -6),
            both(54, 60, 34, 60, -48, -4),
            both(44, 60, 26, 60, -49, -4),
            both(45, 60, 25, 60, -50, -10),
            both(71, 60, 49, 60, -56, 1),
            late_picture(32, 0, -47, 2),
            late_picture(25, 0, -35, 6),
            late_picture(15, 0, -26, 13),
            late_picture(8, 0, -26, 16),
            late_picture(0, 5, -13, 23),
            late_picture(0, 18, -15, 44),
            late_picture(0, 41, -9, 41),
            late_picture(0, 75, -12, 47),
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
            let late_sound = if picture.is_some() { 50 } else { 33 };
            for (truth, late) in [(sound, late_sound), (picture, 33)] {
                let Some(truth) = truth else { continue };
                assert!((-33..=late).contains(&(zero - truth)), "{what}: {zero} for {truth}: {seen:?}");
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
        assert_eq!(file_zero_ms(&silent_before(picture(30, 2_000, 0)).seen), -4);
    }

    #[test]
    fn sound_that_comes_long_after_the_picture_says_nothing_about_the_beginning() {
        assert_eq!(file_zero_ms(&both(1_234, 34, 1_145, 60, 0, 0).seen), -4);
    }

    #[test]
    fn a_picture_that_comes_long_after_the_sound_says_nothing_about_the_beginning() {
        let seen = Beginning { first_picture_ms: Some(2_000), ..both(60, 60, 0, 60, 0, 0).seen };
        assert_eq!(file_zero_ms(&seen), 23);
        let seen = Beginning { first_picture_ms: Some(0), ..seen };
        assert_eq!(file_zero_ms(&seen), 23);
    }

    #[test]
    fn sound_that_is_dated_late_does_not_put_the_picture_far_before_the_call() {
        for first_sound in 42..=150 {
            assert_eq!(file_zero_ms(&both(70, 70, first_sound, 60, 0, 0).seen), -19, "{first_sound}");
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
        let longest = i64::from(u32::MAX);
        assert_eq!(file_zero_ms(&seen), longest - 60);
        let seen = Beginning { started_after_ms: None, ..seen };
        assert_eq!(file_zero_ms(&seen), -4);
        let seen = Beginning { first_sound_ms: Some(0), ..seen };
        assert_eq!(file_zero_ms(&seen), longest - 10 - 12 - (longest - 10) / 10 * 3);
    }
}
