//! Who is speaking just now, as their tiles show it. Several may. It does not flicker: words and short pauses count as
//! one, a click does not count.

use std::collections::BTreeMap;

/// Whoever is as loud as this begins to speak: −39 dBFS on the recorder's scale of levels, 0 to 1.
const BEGINS: f32 = 0.35;
/// Whoever is quieter than this may have finished: −45 dBFS.
const ENDS: f32 = 0.25;
/// So long somebody must be loud, in milliseconds: a click is shorter.
const BEGINS_MS: u64 = 150;
/// So long somebody must be quiet: pauses between words are shorter.
const ENDS_MS: u64 = 900;

/// A level (see [`Talking::observe`]) of an amplitude, 0 to 1.
#[must_use]
pub fn level_of(amplitude: f64) -> f32 {
    // Far within what an f32 holds.
    ((20.0 * amplitude.max(1e-9).log10() + 60.0) / 60.0).clamp(0.0, 1.0) as f32
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Voice {
    talks: bool,
    /// Since when it has sounded as if that had changed.
    turning: Option<u64>,
}

/// Who is speaking. Reads no clock: it is told the time.
///
/// ```
/// use hostreel_app::state::talking::Talking;
/// let mut talking = Talking::default();
/// for now in [0, 200] {
///     talking.observe(now, &[("mina".into(), 0.7), ("theo".into(), 0.1)]);
/// }
/// assert_eq!(talking.who(), ["mina"]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Talking(BTreeMap<String, Voice>);

impl Talking {
    /// Takes in how loud everybody is at `now_ms`: 0 is −60 dBFS or less, 1 is full scale. Who is not among them is
    /// muted or gone, and does not speak. Five times a second is enough.
    pub fn observe(&mut self, now_ms: u64, levels: &[(String, f32)]) {
        self.0.retain(|id, _| levels.iter().any(|(other, _)| other == id));
        for (id, level) in levels {
            let voice = self.0.entry(id.clone()).or_default();
            let (turns, wait_ms) =
                if voice.talks { (*level < ENDS, ENDS_MS) } else { (*level >= BEGINS, BEGINS_MS) };
            if !turns {
                voice.turning = None;
            } else if now_ms.saturating_sub(*voice.turning.get_or_insert(now_ms)) >= wait_ms {
                *voice = Voice { talks: !voice.talks, turning: None };
            }
        }
    }

    /// Who is speaking, in the order of ids.
    #[must_use]
    pub fn who(&self) -> Vec<String> {
        self.0.iter().filter(|(_, voice)| voice.talks).map(|(id, _)| id.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEP: u64 = 200;

    /// Feeds one voice's levels; gives whether it speaks after each.
    fn hear(levels: &[f32]) -> Vec<bool> {
        let mut talking = Talking::default();
        let told = levels.iter().enumerate().map(|(index, level)| {
            talking.observe(index as u64 * STEP, &[("a".to_owned(), *level)]);
            !talking.who().is_empty()
        });
        told.collect()
    }

    #[test]
    fn a_click_is_no_speech_and_a_word_is() {
        assert_eq!(hear(&[0.9, 0.0, 0.9, 0.0]), [false; 4]);
        assert_eq!(hear(&[0.0, 0.6, 0.6]), [false, false, true]);
        assert_eq!(hear(&[0.3, 0.3, 0.3, f32::NAN]), [false; 4], "breathing");
    }

    #[test]
    fn pauses_between_words_do_not_flicker_and_silence_ends_it() {
        let talks = hear(&[0.6, 0.6, 0.0, 0.0, 0.0, 0.6, 0.0, 0.3, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
        assert_eq!(talks.iter().position(|talks| *talks), Some(1));
        assert_eq!(talks.iter().rposition(|talks| *talks), Some(12));
        assert!(talks[1..=12].iter().all(|talks| *talks));
    }

    #[test]
    fn two_may_speak_and_who_is_muted_stops_at_once() {
        let mut talking = Talking::default();
        let both = [("a".to_owned(), 0.6), ("b".to_owned(), 0.9)];
        for now in [0, 200] {
            talking.observe(now, &both);
        }
        assert_eq!(talking.who(), ["a", "b"]);
        talking.observe(210, &both[..1]);
        assert_eq!(talking.who(), ["a"]);
        talking.observe(220, &both);
        assert_eq!(talking.who(), ["a"], "begins anew");
    }

    #[test]
    fn levels_are_those_of_the_recorder() {
        assert_eq!((level_of(0.0), level_of(1.0), level_of(7.0)), (0.0, 1.0, 1.0));
        assert!((level_of(0.031_62) - 0.5).abs() < 0.01);
    }
}
