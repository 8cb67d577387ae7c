//! How loud it is while it is recorded.

use std::rc::Rc;

use hostreel_recording::{Millis, Phase};

use super::super::RecorderEvent;
use super::{Session, with};
use crate::LevelMeter;
use crate::browser::monotonic;
use crate::level::measure;

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
        let meter = measure(&session.stream, move |level, peak| {
            with(&weak, |session| session.loud(level, peak));
        });
        Some(Self { _meter: meter.ok()? })
    }
}

impl Session {
    fn loud(&self, level: f32, peak: f32) {
        if self.phase() != Phase::Recording {
            return;
        }
        self.waveform.borrow_mut().add(Millis(self.elapsed_ms()), peak);
        self.tell_health(self.health.borrow_mut().level(monotonic(), level));
        self.tell(RecorderEvent::Level { level, peak });
    }
}
