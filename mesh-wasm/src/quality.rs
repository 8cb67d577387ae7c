//! How good a picture each receiver gets. Everybody sends to everybody, so the more people there are, the less each
//! copy may cost. Pure: knows no browser.

use crate::Slot;

/// One step of the ladder: the most that a copy of the camera has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quality {
    /// Height of the picture, in pixels.
    pub(crate) lines: u32,
    /// Pictures per second.
    pub(crate) frame_rate: u32,
    /// Bits per second.
    pub(crate) bits_per_second: u32,
}

/// From the best to the cheapest.
const LADDER: [Quality; 4] = [
    Quality { lines: 720, frame_rate: 30, bits_per_second: 1_700_000 },
    Quality { lines: 480, frame_rate: 20, bits_per_second: 700_000 },
    Quality { lines: 360, frame_rate: 15, bits_per_second: 450_000 },
    Quality { lines: 180, frame_rate: 15, bits_per_second: 200_000 },
];

/// The shared screen: text has to stay sharp, and moves little.
const SCREEN_FRAME_RATE: u32 = 15;
const SCREEN_BITS_PER_SECOND: u32 = 2_500_000;
const AUDIO_BITS_PER_SECOND: u32 = 40_000;

/// What a receiver gets of the camera with this many people in the room, oneself included. The host's copy is one step
/// better than the others': it is the one that is recorded.
pub(crate) fn ladder(people: usize, to_host: bool) -> Quality {
    let step: usize = match people {
        0..=2 => 0,
        3..=4 => 1,
        5..=6 => 2,
        _ => 3,
    };
    LADDER[step.saturating_sub(usize::from(to_host))]
}

/// What both sides of the picture are divided by, so that no more than `lines` are left: 1 or more, nothing is ever
/// blown up. A source of unknown height (0 is one) stays as it is.
pub(crate) fn scale_down_by(source_height: Option<u32>, lines: u32) -> f64 {
    let height = source_height.map_or(0.0, f64::from);
    (height / f64::from(lines.max(1))).max(1.0)
}

/// What is asked of a sender's only encoding (WebRTC §5.2.8); `None` is left to the browser.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Encoding {
    /// `maxBitrate`, in bits per second.
    pub(crate) bits_per_second: u32,
    /// `maxFramerate`, in pictures per second.
    pub(crate) frame_rate: Option<u32>,
    /// `scaleResolutionDownBy`, 1 or more.
    pub(crate) scale_down_by: Option<f64>,
}

/// What a slot sends to a receiver. Sound and screen are the same on every step.
pub(crate) fn encoding(slot: Slot, camera: Quality, source_height: Option<u32>) -> Encoding {
    match slot {
        Slot::Audio => {
            Encoding { bits_per_second: AUDIO_BITS_PER_SECOND, frame_rate: None, scale_down_by: None }
        }
        Slot::Camera => Encoding {
            bits_per_second: camera.bits_per_second,
            frame_rate: Some(camera.frame_rate),
            scale_down_by: Some(scale_down_by(source_height, camera.lines)),
        },
        Slot::Screen => Encoding {
            bits_per_second: SCREEN_BITS_PER_SECOND,
            frame_rate: Some(SCREEN_FRAME_RATE),
            scale_down_by: None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(people: usize, to_host: bool) -> (u32, u32, u32) {
        let Quality { lines, frame_rate, bits_per_second } = ladder(people, to_host);
        (lines, frame_rate, bits_per_second / 1_000)
    }

    #[test]
    fn more_people_get_smaller_copies() {
        let steps: Vec<_> = (1..=9).map(|people| step(people, false)).collect();
        let (first, second, third, last) = ((720, 30, 1_700), (480, 20, 700), (360, 15, 450), (180, 15, 200));
        assert_eq!(steps, [first, first, second, second, third, third, last, last, last]);
        assert_eq!(ladder(0, false), ladder(1, false));
        assert_eq!(ladder(usize::MAX, false), ladder(8, false));
    }

    #[test]
    fn the_hosts_copy_is_one_step_better() {
        assert_eq!(ladder(2, true), ladder(2, false));
        assert_eq!(ladder(3, true), ladder(2, false));
        assert_eq!(ladder(5, true), ladder(4, false));
        assert_eq!(ladder(8, true), ladder(6, false));
        assert_eq!(ladder(usize::MAX, true), ladder(6, false));
    }

    #[test]
    fn what_a_person_sends_stays_bounded_as_the_room_grows() {
        for people in 2..=8 {
            let others = u32::try_from(people - 2).unwrap();
            let sum = ladder(people, true).bits_per_second + others * ladder(people, false).bits_per_second;
            assert!(sum <= 3_200_000, "{people} people: {sum}");
        }
    }

    #[test]
    fn pictures_shrink_to_the_lines_and_never_grow() {
        assert_eq!(scale_down_by(Some(720), 480), 1.5);
        assert_eq!(scale_down_by(Some(1_080), 180), 6.0);
        assert_eq!(scale_down_by(Some(480), 480), 1.0);
        assert_eq!(scale_down_by(Some(360), 720), 1.0);
        for unknown in [None, Some(0)] {
            assert_eq!(scale_down_by(unknown, 180), 1.0);
        }
        assert!(scale_down_by(Some(u32::MAX), 0).is_finite());
    }

    #[test]
    fn only_the_camera_follows_the_ladder() {
        let of = |slot, people| encoding(slot, ladder(people, false), Some(720));
        assert_ne!(of(Slot::Camera, 2), of(Slot::Camera, 3));
        assert_eq!(of(Slot::Camera, 5).scale_down_by, Some(2.0));
        assert_eq!(of(Slot::Camera, 5).frame_rate, Some(15));
        assert_eq!(of(Slot::Screen, 2), of(Slot::Screen, 8));
        assert_eq!((of(Slot::Screen, 8).scale_down_by, of(Slot::Screen, 8).frame_rate), (None, Some(15)));
        assert_eq!(of(Slot::Audio, 2), of(Slot::Audio, 8));
        assert_eq!((of(Slot::Audio, 8).bits_per_second, of(Slot::Audio, 8).frame_rate), (40_000, None));
    }
}
