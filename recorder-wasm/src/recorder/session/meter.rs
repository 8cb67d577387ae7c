//! How loud it is while it is recorded.

use std::rc::Rc;

use hostreel_recording::{Millis, Phase};

use super::super::RecorderEvent;
use super::{Session, with};
use crate::LevelMeter;
use crate::browser::monotonic;
use crate::level::{Reading, measure};

/// Measures until it is dropped.
pub(super) struct Meter {
    _meter: LevelMeter,
}

impl Meter {
    /// Nothing where there is no sound, or it is not wanted.
    pub(super) fn new(session: &Rc<Session>) -> Option<Self> {
        if !session.options.meter {
            return None;
        }
        let weak = Rc::downgrade(session);
        let meter = measure(&session.stream, move |reading| {
            with(&weak, |session| session.heard_sound(reading));
        });
        Some(Self { _meter: meter.ok()? })
    }
}

impl Session {
    fn heard_sound(&self, reading: Option<Reading>) {
        if self.phase() != Phase::Recording {
            return;
        }
        let is_stalled = self.look_at_clock(reading.map(|reading| reading.clock));
        let Some(Reading { level, peak, .. }) = reading else { return };
        // What a graph that stands still shows is old.
        let (level, peak) = if is_stalled { (0.0, 0.0) } else { (level, peak) };
        self.waveform.borrow_mut().add(Millis(self.elapsed_ms()), peak);
        let told = self.health.borrow_mut().level(monotonic(), level);
        self.tell_health(told);
        self.tell(RecorderEvent::Level { level, peak });
    }

    /// Whether the browser's sound system stands still.
    fn look_at_clock(&self, seconds: Option<f64>) -> bool {
        let (told, is_stalled, more_ms) = {
            let mut health = self.health.borrow_mut();
            let before = health.stalled();
            let told = health.sound_clock(monotonic(), seconds);
            (told, health.is_stalled(), health.stalled().0 - before.0)
        };
        if let Some(part) = self.part.borrow().as_ref() {
            part.stalled_for(more_ms);
        }
        self.tell_health(told);
        is_stalled
    }
}
