//! Whether a recording still gets what it is made of: data, sound, moving pictures.

use crate::Millis;

/// Something about the sources or the browser's recorder that the user should know, while the recording goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Health {
    /// The browser has delivered no data for so long: nothing is being recorded.
    NoData {
        /// How long by now.
        waited: Millis,
    },
    /// Data comes again.
    DataBack,
    /// The microphone has given nothing but silence for so long: it may be off, or the wrong one.
    Silent {
        /// How long by now.
        waited: Millis,
    },
    /// The browser's sound system says that it runs, and its clock has stood still for so long: what goes through it (a
    /// mix, several sounds, a source that may change) is recorded as silence.
    Stalled {
        /// How long by now.
        waited: Millis,
    },
    /// There is sound again, or the sound system runs again.
    SoundBack,
    /// The camera has given no new picture for so long.
    Frozen {
        /// How long by now.
        waited: Millis,
    },
    /// The picture moves again.
    PictureBack,
    /// The camera's pictures are being thrown away faster than they are recorded: the machine is too slow.
    Dropping {
        /// Pictures thrown away of each hundred, over the last while.
        percent: u8,
    },
}

impl Health {
    /// A stable short name, for programs and translations.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NoData { .. } => "no_data",
            Self::DataBack => "data_back",
            Self::Silent { .. } => "silent",
            Self::Stalled { .. } => "stalled",
            Self::SoundBack => "sound_back",
            Self::Frozen { .. } => "frozen",
            Self::PictureBack => "picture_back",
            Self::Dropping { .. } => "dropping",
        }
    }
}

/// No data for so long, and for two slices, is told.
const NO_DATA: Millis = Millis(5_000);
/// Silence for so long is told. People do listen: that takes longer.
const SILENT: Millis = Millis(10_000);
/// A sound system whose clock stands still for so long is told.
const STALLED: Millis = Millis(3_000);
/// Between two looks at the clock no more than this counts: a page that was held up for long finds an old time first.
const LOOK: Millis = Millis(1_100);
/// A picture that stands still for so long is told.
const FROZEN: Millis = Millis(5_000);
/// Levels below this are what a microphone gives that is switched off (0 is −60 dBFS).
const AUDIBLE: f32 = 0.02;
/// So many pictures are looked at together, and so many of a hundred may be lost.
const PICTURES: u64 = 150;
const LOST_PERCENT: u64 = 20;

/// One thing that should go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pulse {
    after: Millis,
    /// When it was last there. Nothing while it is not watched.
    last: Option<Millis>,
    told: bool,
}

impl Pulse {
    const fn new(after: Millis) -> Self {
        Self { after, last: None, told: false }
    }

    /// It is there. True when it had been missed.
    fn beat(&mut self, now: Millis) -> bool {
        self.last = Some(now);
        std::mem::take(&mut self.told)
    }

    /// Told once, when it has been away too long.
    fn missed(&mut self, now: Millis) -> Option<Millis> {
        let waited = now.0.saturating_sub(self.last?.0);
        if self.told || waited < self.after.0 {
            return None;
        }
        self.told = true;
        Some(Millis(waited))
    }
}

/// The clock of the browser's sound system.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct SoundClock {
    /// In seconds; NaN, which equals nothing, while it is not watched.
    said: f64,
    looked: Millis,
    /// How long it has said that.
    stood: Millis,
    told: bool,
    /// All stalls that were told.
    stalled: Millis,
}

impl SoundClock {
    /// True when it has begun to stand still, false when it runs again.
    fn look(&mut self, now: Millis, seconds: f64) -> Option<bool> {
        let passed = now.0.saturating_sub(std::mem::replace(&mut self.looked, now).0).min(LOOK.0);
        // One that was suspended after it stood still has not begun to run again.
        if seconds != self.said && !(self.told && seconds.is_nan()) {
            (self.said, self.stood) = (seconds, Millis(0));
            return std::mem::take(&mut self.told).then_some(false);
        }
        self.stood.0 += passed;
        if self.stood < STALLED {
            return None;
        }
        let before = std::mem::replace(&mut self.told, true);
        self.stalled.0 += if before { passed } else { self.stood.0 };
        (!before).then_some(true)
    }

    /// What it did in a pause is nothing to tell.
    fn run(&mut self, now: Millis) {
        self.looked = now;
        if !self.told {
            self.said = f64::NAN;
        }
    }
}

/// Watches one recording. It reads no clock: each call is told the time (monotonic).
#[derive(Debug, Clone, PartialEq)]
pub struct HealthWatch {
    data: Pulse,
    sound: Pulse,
    sound_clock: SoundClock,
    picture: Pulse,
    pictures: u64,
    /// Delivered and lost pictures when they were last looked at together.
    counted: (u64, u64),
    is_dropping: bool,
}

impl HealthWatch {
    /// `slice`: the time between two deliveries of data.
    #[must_use]
    pub fn new(slice: Millis) -> Self {
        Self {
            data: Pulse::new(NO_DATA.max(Millis(slice.0.saturating_mul(2)))),
            sound: Pulse::new(SILENT),
            sound_clock: SoundClock { said: f64::NAN, ..SoundClock::default() },
            picture: Pulse::new(FROZEN),
            pictures: 0,
            counted: (0, 0),
            is_dropping: false,
        }
    }

    /// It records from now on (again): what was not there while it was paused is not missed.
    pub fn run(&mut self, now: Millis) {
        for pulse in [&mut self.data, &mut self.sound, &mut self.picture] {
            if pulse.last.is_some() {
                pulse.last = Some(now);
            }
        }
        self.data.last = Some(now);
        self.sound_clock.run(now);
    }

    /// Data has come.
    pub fn data(&mut self, now: Millis) -> Option<Health> {
        self.data.beat(now).then_some(Health::DataBack)
    }

    /// What the clock of the browser's sound system says, in seconds; nothing where it does not claim to run.
    pub fn sound_clock(&mut self, now: Millis, seconds: Option<f64>) -> Option<Health> {
        let has_stalled = self.sound_clock.look(now, seconds.unwrap_or(f64::NAN))?;
        // Silence is no news while it stands still, and is looked for anew when it runs again.
        self.sound = Pulse::new(SILENT);
        Some(if has_stalled { Health::Stalled { waited: self.sound_clock.stood } } else { Health::SoundBack })
    }

    /// Whether the sound system stands still, as far as it was told.
    #[must_use]
    pub fn is_stalled(&self) -> bool {
        self.sound_clock.told
    }

    /// How long the sound system stood still in all, stalls that were too short to be told left out.
    #[must_use]
    pub fn stalled(&self) -> Millis {
        self.sound_clock.stalled
    }

    /// The sound's level, from 0 (−60 dBFS or less) to 1. Silence is looked for from the first reading on.
    pub fn level(&mut self, now: Millis, level: f32) -> Option<Health> {
        if self.is_stalled() {
            return None;
        }
        if level < AUDIBLE {
            self.sound.last.get_or_insert(now);
            return None;
        }
        self.sound.beat(now).then_some(Health::SoundBack)
    }

    /// Pictures that the camera has delivered and that were thrown away on the way, since it was opened.
    pub fn pictures(&mut self, now: Millis, delivered: u64, lost: u64) -> Option<Health> {
        let moves = delivered != self.pictures || self.picture.last.is_none();
        self.pictures = delivered;
        if moves && self.picture.beat(now) {
            return Some(Health::PictureBack);
        }
        let seen = delivered.saturating_sub(self.counted.0) + lost.saturating_sub(self.counted.1);
        if seen < PICTURES {
            return None;
        }
        let percent = lost.saturating_sub(self.counted.1) * 100 / seen;
        self.counted = (delivered, lost);
        let before = std::mem::replace(&mut self.is_dropping, percent > LOST_PERCENT);
        (self.is_dropping && !before)
            .then(|| Health::Dropping { percent: u8::try_from(percent).unwrap_or(100) })
    }

    /// What has been missing for too long; each is told once until it is back.
    pub fn check(&mut self, now: Millis) -> Vec<Health> {
        let data = self.data.missed(now).map(|waited| Health::NoData { waited });
        let sound = self.sound.missed(now).map(|waited| Health::Silent { waited });
        let picture = self.picture.missed(now).map(|waited| Health::Frozen { waited });
        [data, sound, picture].into_iter().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_data_is_told_once_and_its_return_too() {
        let mut watch = HealthWatch::new(Millis(1_000));
        watch.run(Millis(0));
        assert_eq!(watch.data(Millis(1_000)), None);
        assert!(watch.check(Millis(5_999)).is_empty());
        assert_eq!(watch.check(Millis(6_000)), [Health::NoData { waited: Millis(5_000) }]);
        assert!(watch.check(Millis(60_000)).is_empty());
        assert_eq!(watch.data(Millis(61_000)), Some(Health::DataBack));
        assert_eq!(watch.data(Millis(62_000)), None);
        assert_eq!(watch.check(Millis(67_000)).len(), 1);
    }

    #[test]
    fn a_pause_is_no_absence() {
        let mut watch = HealthWatch::new(Millis(1_000));
        watch.run(Millis(0));
        watch.level(Millis(0), 0.5);
        watch.pictures(Millis(0), 1, 0);
        watch.run(Millis(3_600_000));
        assert!(watch.check(Millis(3_602_000)).is_empty());
    }

    #[test]
    fn what_is_not_watched_is_not_missed() {
        let mut watch = HealthWatch::new(Millis(1_000));
        assert!(watch.check(Millis(1_000_000)).is_empty());
        watch.run(Millis(1_000_000));
        watch.data(Millis(1_100_000));
        assert!(watch.check(Millis(1_100_001)).is_empty());
    }

    #[test]
    fn silence_from_the_start_is_told_and_speech_ends_it() {
        let mut watch = HealthWatch::new(Millis(1_000));
        assert_eq!(watch.level(Millis(0), 0.0), None);
        watch.level(Millis(9_000), 0.01);
        assert_eq!(watch.check(Millis(10_000)), [Health::Silent { waited: Millis(10_000) }]);
        assert_eq!(watch.level(Millis(11_000), 0.4), Some(Health::SoundBack));
    }

    #[test]
    fn slices_that_are_long_are_no_want_of_data() {
        let mut watch = HealthWatch::new(Millis(20_000));
        watch.run(Millis(0));
        assert_eq!(watch.check(Millis(39_000)), []);
        assert_eq!(watch.check(Millis(41_000)), [Health::NoData { waited: Millis(41_000) }]);
    }

    /// Looks 15 times a second at a clock that stands still or runs; all that is told.
    fn looks(watch: &mut HealthWatch, from: u64, to: u64, stands: bool) -> Vec<Health> {
        let said = |now: u64| if stands { from as f64 } else { now as f64 } / 1_000.0;
        let mut told = Vec::new();
        for now in (from..=to).step_by(66) {
            told.extend(watch.sound_clock(Millis(now), Some(said(now))));
            told.extend(watch.level(Millis(now), if stands { 0.0 } else { 0.5 }));
            told.extend(
                watch.check(Millis(now)).into_iter().filter(|one| matches!(one, Health::Silent { .. })),
            );
        }
        told
    }

    #[test]
    fn a_sound_system_that_stands_still_is_told_and_counted_and_is_no_silence() {
        let mut watch = HealthWatch::new(Millis(1_000));
        watch.run(Millis(0));
        assert!(looks(&mut watch, 0, 60_000, false).is_empty());
        assert!(looks(&mut watch, 60_000, 62_900, true).is_empty(), "a short one is left out");
        assert!(looks(&mut watch, 63_000, 70_000, false).is_empty());
        assert_eq!(watch.stalled(), Millis(0));
        assert!(
            matches!(looks(&mut watch, 70_000, 100_000, true)[..], [Health::Stalled { waited }] if waited.0 < 3_100)
        );
        assert!(watch.is_stalled() && (29_900..=30_000).contains(&watch.stalled().0), "{watch:?}");
        assert_eq!(looks(&mut watch, 100_066, 110_000, false), [Health::SoundBack]);
        assert!(!watch.is_stalled());
        // It runs, and there is nothing to be heard.
        for now in (110_000..120_200).step_by(66) {
            assert_eq!(watch.sound_clock(Millis(now), Some(now as f64)), None);
            watch.level(Millis(now), 0.0);
        }
        assert!(matches!(
            watch.check(Millis(120_200))[..],
            [_, Health::Silent { .. }] | [Health::Silent { .. }]
        ));
    }

    #[test]
    fn a_sound_system_that_is_suspended_a_pause_and_a_page_that_was_held_up_are_no_stall() {
        let mut watch = HealthWatch::new(Millis(1_000));
        for now in (0..60_000).step_by(66) {
            assert_eq!(watch.sound_clock(Millis(now), None), None);
        }
        watch.sound_clock(Millis(60_000), Some(1.0));
        watch.run(Millis(90_000));
        assert!(looks(&mut watch, 90_000, 92_000, true).is_empty());
        // Nobody looked for ten seconds, and the first look finds an old time.
        watch.sound_clock(Millis(100_000), Some(2.0));
        assert_eq!(watch.sound_clock(Millis(110_000), Some(2.0)), None);
        assert_eq!(watch.sound_clock(Millis(110_066), Some(12.0)), None);
        assert_eq!(watch.stalled(), Millis(0));
    }

    #[test]
    fn a_stall_lasts_until_the_clock_runs_and_a_pause_does_not_count() {
        let mut watch = HealthWatch::new(Millis(1_000));
        assert_eq!(looks(&mut watch, 0, 4_000, true).len(), 1);
        let before = watch.stalled();
        watch.run(Millis(60_000));
        assert_eq!(watch.sound_clock(Millis(60_066), Some(0.0)), None);
        assert_eq!(watch.sound_clock(Millis(60_132), None), None, "suspended is no better");
        assert_eq!(watch.stalled(), Millis(before.0 + 132));
        assert_eq!(watch.sound_clock(Millis(60_198), Some(0.1)), Some(Health::SoundBack));
    }

    #[test]
    fn a_picture_that_stands_still_is_told() {
        let mut watch = HealthWatch::new(Millis(1_000));
        watch.pictures(Millis(0), 10, 0);
        watch.pictures(Millis(1_000), 40, 0);
        watch.pictures(Millis(5_900), 40, 0);
        assert!(watch.check(Millis(5_900)).is_empty());
        assert_eq!(watch.check(Millis(6_000)), [Health::Frozen { waited: Millis(5_000) }]);
        assert_eq!(watch.pictures(Millis(7_000), 41, 0), Some(Health::PictureBack));
    }

    #[test]
    fn lost_pictures_are_told_when_they_become_many() {
        let mut watch = HealthWatch::new(Millis(1_000));
        assert_eq!(watch.pictures(Millis(0), 140, 20), None);
        assert_eq!(watch.pictures(Millis(5_000), 240, 80), Some(Health::Dropping { percent: 37 }));
        assert_eq!(watch.pictures(Millis(10_000), 340, 160), None, "still");
        assert_eq!(watch.pictures(Millis(15_000), 500, 160), None, "over");
        assert_eq!(watch.pictures(Millis(20_000), 600, 260), Some(Health::Dropping { percent: 50 }));
    }
}
