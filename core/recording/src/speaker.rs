//! Who speaks.

use std::collections::BTreeMap;

use crate::Millis;

/// Below this level nobody speaks: breathing, fans. On the scale of [`level`](crate::level); −42 dBFS.
const QUIET: f32 = 0.3;
/// Louder than the speaker by this much: 4 dB.
const MARGIN: f32 = 0.07;
/// So long somebody must be the loudest: a cough is shorter.
const LEAD_MS: u64 = 600;
/// So long a speaker is shown at least, unless they fall silent.
const HOLD_MS: u64 = 2_000;
/// Without a sound for so long, the speaker has finished. Pauses between sentences are shorter.
const SILENT_MS: u64 = 1_200;
/// Time constant of the smoothing: syllables come and go, words stay.
const SMOOTHING_MS: f32 = 250.0;

/// Picks the active speaker from sound levels. The choice does not flicker: who takes over must be clearly louder, for
/// a while, and not too soon after the last change.
///
/// ```
/// use hostreel_recording::{Millis, SpeakerPicker};
/// let mut picker = SpeakerPicker::default();
/// for now in (0..3_000).step_by(100) {
///     picker.observe(Millis(now), &[("mina".into(), 0.1), ("theo".into(), 0.6)]);
/// }
/// assert_eq!(picker.speaker(), Some("theo"));
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SpeakerPicker {
    speaker: Option<String>,
    /// When the speaker took over.
    since: Millis,
    /// When the speaker was last heard.
    heard: Millis,
    smoothed: BTreeMap<String, f32>,
    /// Who is about to take over, and since when.
    lead: Option<(String, Millis)>,
    last: Option<Millis>,
}

impl SpeakerPicker {
    /// Takes in everybody's level at `now`; who is not among them has left. True when the speaker changes. About ten
    /// times a second is enough.
    pub fn observe(&mut self, now: Millis, levels: &[(String, f32)]) -> bool {
        self.smooth(now, levels);
        let before = self.speaker.clone();
        self.speaker.take_if(|speaker| !self.smoothed.contains_key(speaker));
        let current = self.speaker.as_ref().and_then(|speaker| self.smoothed.get(speaker)).copied();
        if current.is_some_and(|level| level >= QUIET) {
            self.heard = now;
        }
        match self.candidate(current) {
            None => self.lead = None,
            Some(candidate) => {
                if self.lead.as_ref().is_none_or(|(leading, _)| *leading != candidate) {
                    self.lead = Some((candidate.clone(), now));
                }
                let led = self.lead.as_ref().map_or(0, |(_, since)| past(*since, now));
                let held = current.is_none() || past(self.since, now) >= HOLD_MS || !self.is_talking(now);
                if led >= LEAD_MS && held {
                    self.speaker = Some(candidate);
                    (self.since, self.heard, self.lead) = (now, now, None);
                }
            }
        }
        before != self.speaker
    }

    /// Who speaks, or spoke last. Nobody before the first word, and when the speaker has left.
    pub fn speaker(&self) -> Option<&str> {
        self.speaker.as_deref()
    }

    /// The speaker has not finished.
    pub fn is_talking(&self, now: Millis) -> bool {
        self.speaker.is_some() && past(self.heard, now) < SILENT_MS
    }

    fn smooth(&mut self, now: Millis, levels: &[(String, f32)]) {
        let passed = self.last.map_or(f32::INFINITY, |last| past(last, now) as f32);
        let weight = if passed.is_finite() { passed / (passed + SMOOTHING_MS) } else { 1.0 };
        self.last = Some(now);
        self.smoothed.retain(|id, _| levels.iter().any(|(other, _)| other == id));
        for (id, level) in levels {
            let level = if level.is_finite() { *level } else { 0.0 };
            let smoothed = self.smoothed.entry(id.clone()).or_insert(0.0);
            *smoothed += (level - *smoothed) * weight;
        }
    }

    /// Whoever is the loudest and may take over from a speaker as loud as `current`.
    fn candidate(&self, current: Option<f32>) -> Option<String> {
        let others = self.smoothed.iter().filter(|(id, _)| Some(*id) != self.speaker.as_ref());
        let (id, level) = others.max_by(|one, other| one.1.total_cmp(other.1))?;
        let needed = current.map_or(QUIET, |current| QUIET.max(current + MARGIN));
        (*level >= needed).then(|| id.clone())
    }
}

fn past(since: Millis, now: Millis) -> u64 {
    now.0.saturating_sub(since.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const STEP: u64 = 100;

    /// Feeds levels for a time; gives who spoke, one for each change.
    fn hear(
        picker: &mut SpeakerPicker,
        clock: &mut u64,
        milliseconds: u64,
        levels: &[(&str, f32)],
    ) -> Vec<String> {
        let levels: Vec<(String, f32)> =
            levels.iter().map(|(id, level)| ((*id).to_owned(), *level)).collect();
        let mut changes = Vec::new();
        for _ in 0..milliseconds / STEP {
            *clock += STEP;
            if picker.observe(Millis(*clock), &levels) {
                changes.push(picker.speaker().unwrap_or("-").to_owned());
            }
        }
        changes
    }

    #[test]
    fn the_loudest_becomes_the_speaker_once() {
        let (mut picker, mut clock) = (SpeakerPicker::default(), 0);
        assert_eq!(hear(&mut picker, &mut clock, 10_000, &[("a", 0.1), ("b", 0.6)]), ["b"]);
        assert_eq!(hear(&mut picker, &mut clock, 10_000, &[("a", 0.7), ("b", 0.2)]), ["a"]);
    }

    #[test]
    fn a_cough_changes_nothing() {
        let (mut picker, mut clock) = (SpeakerPicker::default(), 0);
        hear(&mut picker, &mut clock, 5_000, &[("a", 0.5), ("b", 0.0)]);
        assert!(hear(&mut picker, &mut clock, 400, &[("a", 0.5), ("b", 0.9)]).is_empty());
        assert!(hear(&mut picker, &mut clock, 5_000, &[("a", 0.5), ("b", 0.0)]).is_empty());
    }

    #[test]
    fn two_who_are_equally_loud_do_not_alternate() {
        let (mut picker, mut clock) = (SpeakerPicker::default(), 0);
        hear(&mut picker, &mut clock, 3_000, &[("a", 0.55), ("b", 0.5)]);
        for _ in 0..20 {
            assert!(hear(&mut picker, &mut clock, 500, &[("a", 0.5), ("b", 0.55)]).is_empty());
            assert!(hear(&mut picker, &mut clock, 500, &[("a", 0.55), ("b", 0.5)]).is_empty());
        }
    }

    #[test]
    fn when_all_are_silent_the_last_speaker_stays() {
        let (mut picker, mut clock) = (SpeakerPicker::default(), 0);
        hear(&mut picker, &mut clock, 3_000, &[("a", 0.6), ("b", 0.0)]);
        assert!(hear(&mut picker, &mut clock, 60_000, &[("a", 0.05), ("b", 0.2)]).is_empty());
        assert_eq!(picker.speaker(), Some("a"));
        assert!(!picker.is_talking(Millis(clock)));
    }

    #[test]
    fn who_answers_a_silent_speaker_need_not_wait() {
        let (mut picker, mut clock) = (SpeakerPicker::default(), 0);
        hear(&mut picker, &mut clock, 1_000, &[("a", 0.6), ("b", 0.0)]);
        assert_eq!(hear(&mut picker, &mut clock, 1_500, &[("a", 0.0), ("b", 0.6)]), ["b"]);
    }

    #[test]
    fn a_speaker_who_leaves_is_nobody_until_somebody_speaks() {
        let (mut picker, mut clock) = (SpeakerPicker::default(), 0);
        hear(&mut picker, &mut clock, 3_000, &[("a", 0.6), ("b", 0.1)]);
        assert_eq!(hear(&mut picker, &mut clock, 1_000, &[("b", 0.1)]), ["-"]);
        assert_eq!(hear(&mut picker, &mut clock, 1_000, &[("b", 0.6)]), ["b"]);
    }

    #[test]
    fn seldom_looks_are_enough() {
        let mut picker = SpeakerPicker::default();
        let levels = |a, b| [("a".to_owned(), a), ("b".to_owned(), b)];
        for second in 0..4 {
            picker.observe(Millis(second * 1_000), &levels(0.6, 0.0));
        }
        for second in 4..8 {
            picker.observe(Millis(second * 1_000), &levels(0.0, 0.6));
        }
        assert_eq!(picker.speaker(), Some("b"));
    }

    proptest! {
        #[test]
        fn changes_are_never_close_together(levels in proptest::collection::vec((0f32..1.0, 0f32..1.0, 0f32..1.0), 1..400)) {
            let mut picker = SpeakerPicker::default();
            let mut last: Option<u64> = None;
            for (index, (a, b, c)) in levels.iter().enumerate() {
                let now = index as u64 * STEP;
                let heard = [("a".to_owned(), *a), ("b".to_owned(), *b), ("c".to_owned(), *c)];
                if picker.observe(Millis(now), &heard) {
                    prop_assert!(last.is_none_or(|last| now - last >= LEAD_MS.min(SILENT_MS)));
                    last = Some(now);
                }
            }
        }

        #[test]
        fn nobody_who_is_quiet_becomes_the_speaker(levels in proptest::collection::vec(0f32..QUIET, 1..200)) {
            let mut picker = SpeakerPicker::default();
            for (index, level) in levels.iter().enumerate() {
                picker.observe(Millis(index as u64 * STEP), &[("a".to_owned(), *level)]);
            }
            prop_assert_eq!(picker.speaker(), None);
        }
    }
}
