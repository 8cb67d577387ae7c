//! A part that is to be cut out of a recording: which, and what is known of it afterwards.

use hostreel_consent::What;

use super::kept_chat::Said;
use super::notes::{Chapter, Notes};

/// A part is at least so long, in milliseconds: less holds hardly a word.
pub const LEAST_MS: u64 = 1_000;

/// Which end of the part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// Where it begins.
    Start,
    /// Where it ends.
    End,
}

/// The part that was chosen, in milliseconds of recorded time. It never leaves the recording, and is never shorter than
/// [`LEAST_MS`] unless the recording is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chosen {
    start_ms: u64,
    end_ms: u64,
    length_ms: u64,
}

impl Chosen {
    /// All of a recording of this length.
    #[must_use]
    pub fn all(length_ms: u64) -> Self {
        Self { start_ms: 0, end_ms: length_ms, length_ms }
    }

    /// With one end elsewhere; as near as the rules allow. The other end stays.
    #[must_use]
    pub fn with(self, edge: Edge, at_ms: u64) -> Self {
        match edge {
            Edge::Start => Self { start_ms: at_ms.min(self.end_ms.saturating_sub(LEAST_MS)), ..self },
            Edge::End => {
                let least = (self.start_ms + LEAST_MS).min(self.length_ms);
                Self { end_ms: at_ms.clamp(least, self.length_ms), ..self }
            }
        }
    }

    /// Where one of the ends is.
    #[must_use]
    pub fn at(self, edge: Edge) -> u64 {
        match edge {
            Edge::Start => self.start_ms,
            Edge::End => self.end_ms,
        }
    }

    /// How long the part is.
    #[must_use]
    pub fn length_ms(self) -> u64 {
        self.end_ms - self.start_ms
    }

    /// How long the recording is.
    #[must_use]
    pub fn of_ms(self) -> u64 {
        self.length_ms
    }

    /// Nothing would be cut off.
    #[must_use]
    pub fn is_all(self) -> bool {
        self.length_ms() == self.length_ms
    }

    /// Where a key moves one of the ends; nothing for keys that do not. Arrows go a second, page keys ten.
    #[must_use]
    pub fn after_key(self, edge: Edge, key: &str) -> Option<Self> {
        let at = self.at(edge);
        Some(self.with(
            edge,
            match key {
                "ArrowRight" | "ArrowUp" => at + 1_000,
                "ArrowLeft" | "ArrowDown" => at.saturating_sub(1_000),
                "PageUp" => at + 10_000,
                "PageDown" => at.saturating_sub(10_000),
                "Home" => 0,
                "End" => self.length_ms,
                _ => return None,
            },
        ))
    }
}

/// How far it is, in percent: looking for places to cut is about a third of the work, writing the rest.
#[must_use]
pub fn percent(writes: bool, done: u64, total: u64) -> u64 {
    let of = |share: u64| {
        u64::try_from(u128::from(share) * u128::from(done.min(total)) / u128::from(total.max(1)))
    };
    if writes { 33 + of(67).unwrap_or(67) } else { of(33).unwrap_or(33) }
}

/// What is known of a part that reaches from `start_ms` to `end_ms` of a recording of `length_ms`: people and room as
/// they were, and what lies in the part at the times it has there. A chapter that began before lasts into it.
///
/// The consent log is that of the whole recording; what closes it, the digest of the whole file, is left out. There is
/// no picture: one is taken of the part.
#[must_use]
pub fn notes_of_part(whole: &Notes, start_ms: u64, end_ms: u64, length_ms: u64) -> Notes {
    let is_within = |at_ms: u64| (start_ms..end_ms).contains(&at_ms);
    let before = whole.chapters.iter().rfind(|chapter| chapter.at_ms < start_ms);
    let within = whole.chapters.iter().filter(|chapter| is_within(chapter.at_ms));
    let mut chapters: Vec<Chapter> =
        within.map(|chapter| Chapter { at_ms: chapter.at_ms - start_ms, ..chapter.clone() }).collect();
    if let Some(before) = before.filter(|_| chapters.first().is_none_or(|first| first.at_ms > 0)) {
        chapters.insert(0, Chapter { at_ms: 0, ..before.clone() });
    }
    let said = whole.chat.iter().filter(|said| is_within(said.at_ms));
    let mut consent = whole.consent.clone();
    if let Some(log) = &mut consent {
        log.entries.retain(|entry| !matches!(entry.what, What::File { .. }));
    }
    Notes {
        room: whole.room.clone(),
        people: whole.people.clone(),
        chapters,
        peaks: peaks_of_part(&whole.peaks, start_ms, end_ms, length_ms),
        picture: None,
        person: whole.person.clone(),
        file: None,
        manifest: None,
        chat: said.map(|said| Said { at_ms: said.at_ms - start_ms, ..said.clone() }).collect(),
        consent,
        is_part: true,
    }
}

/// The numbers of a waveform that lie in a part, at least one if there are any.
fn peaks_of_part(peaks: &[u8], start_ms: u64, end_ms: u64, length_ms: u64) -> Vec<u8> {
    let place = |at_ms: u64| {
        let at = peaks.len() as u128 * u128::from(at_ms.min(length_ms)) / u128::from(length_ms.max(1));
        usize::try_from(at).unwrap_or(peaks.len())
    };
    let from = place(start_ms).min(peaks.len().saturating_sub(1));
    let to = place(end_ms).max(from + 1).min(peaks.len());
    peaks.get(from..to).unwrap_or_default().to_vec()
}

/// What a part is called: as the whole, with `mark` behind it. One that has a mark already (`marks`: in any language) is
/// called the same.
#[must_use]
pub fn title_of_part<'a>(title: &str, mark: &str, marks: impl IntoIterator<Item = &'a str>) -> String {
    if marks.into_iter().any(|mark| title.ends_with(mark)) {
        return title.to_owned();
    }
    format!("{title}{mark}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use hostreel_consent::Log;
    use hostreel_protocol::{
        Millis, Person, PersonId, Policies, RecordingId, RecordingKind, Role, RoomId, RoomState,
        RunningRecording,
    };

    #[test]
    fn a_part_never_leaves_the_recording_and_its_ends_never_meet() {
        let all = Chosen::all(10_000);
        assert!(all.is_all());
        assert_eq!(all.with(Edge::Start, 20_000).at(Edge::Start), 9_000);
        assert_eq!(all.with(Edge::End, 0).at(Edge::End), LEAST_MS);
        assert_eq!(all.with(Edge::End, 99_000), all);
        let part = all.with(Edge::Start, 4_000).with(Edge::End, 4_500);
        assert_eq!((part.at(Edge::Start), part.at(Edge::End), part.length_ms()), (4_000, 5_000, 1_000));
        assert!(!part.is_all());
        // Shorter than a part may be: all of it or nothing.
        let short = Chosen::all(400);
        for edge in [Edge::Start, Edge::End] {
            for at_ms in [0, 200, 400, u64::MAX] {
                assert!(short.with(edge, at_ms).is_all());
            }
        }
        assert!(Chosen::all(0).with(Edge::End, 5).is_all());
    }

    #[test]
    fn keys_go_seconds() {
        let part = Chosen::all(60_000).with(Edge::Start, 5_500).with(Edge::End, 30_000);
        for (edge, key, at_ms) in [
            (Edge::Start, "ArrowRight", 6_500),
            (Edge::Start, "ArrowDown", 4_500),
            (Edge::Start, "PageDown", 0),
            (Edge::Start, "End", 29_000),
            (Edge::End, "ArrowUp", 31_000),
            (Edge::End, "PageUp", 40_000),
            (Edge::End, "End", 60_000),
            (Edge::End, "Home", 6_500),
        ] {
            assert_eq!(part.after_key(edge, key).map(|part| part.at(edge)), Some(at_ms), "{key}");
        }
        assert_eq!(part.after_key(Edge::Start, "Tab"), None);
    }

    #[test]
    fn progress_only_grows_and_ends_at_a_hundred() {
        let steps = [(false, 0, 9), (false, 9, 9), (true, 0, 5), (true, 3, 5), (true, 5, 5)];
        let far: Vec<u64> =
            steps.iter().map(|(writes, done, total)| percent(*writes, *done, *total)).collect();
        assert!(far.is_sorted() && far.first() == Some(&0) && far.last() == Some(&100), "{far:?}");
        assert_eq!((percent(false, 5, 0), percent(true, u64::MAX, 1)), (0, 100));
    }

    fn whole() -> Notes {
        let chapter = |at_ms, title: &str| Chapter { at_ms, title: title.into() };
        let said = |at_ms| Said { at_ms, name: "Mina".into(), text: at_ms.to_string() };
        Notes {
            room: Some("abcd-efgh-jkmn".into()),
            people: vec!["Mina".into(), "Juno".into()],
            chapters: vec![chapter(1_000, "a"), chapter(4_000, "b"), chapter(9_000, "c")],
            peaks: (0..100).collect(),
            picture: Some("data:image/jpeg;base64,AAAA".into()),
            manifest: Some("{}".into()),
            chat: vec![said(1_999), said(2_000), said(7_999), said(8_000)],
            ..Notes::default()
        }
    }

    #[test]
    fn what_lies_in_the_part_moves_and_the_rest_goes() {
        let part = notes_of_part(&whole(), 2_000, 8_000, 10_000);
        assert_eq!((part.room, part.people), (whole().room, whole().people));
        let chapters: Vec<_> =
            part.chapters.iter().map(|chapter| (chapter.at_ms, chapter.title.as_str())).collect();
        assert_eq!(chapters, [(0, "a"), (2_000, "b")]);
        let said: Vec<_> = part.chat.iter().map(|said| (said.at_ms, said.text.as_str())).collect();
        assert_eq!(said, [(0, "2000"), (5_999, "7999")]);
        assert_eq!(part.peaks, (20..80).collect::<Vec<u8>>());
        assert_eq!((part.picture, part.manifest, part.is_part), (None, None, true));
        // A chapter that begins with the part is the first.
        assert_eq!(notes_of_part(&whole(), 4_000, 5_000, 10_000).chapters.len(), 1);
        assert!(notes_of_part(&whole(), 0, 900, 10_000).chapters.is_empty());
    }

    #[test]
    fn a_waveform_is_never_cut_to_nothing() {
        assert_eq!(peaks_of_part(&[7, 8], 9_999, 10_000, 10_000), [8]);
        assert_eq!(peaks_of_part(&[7, 8], 10_000, 12_000, 10_000), [8]);
        assert!(peaks_of_part(&[], 0, 10, 10).is_empty());
        assert_eq!(peaks_of_part(&[7, 8], 0, 0, 0), [7]);
    }

    #[test]
    fn the_log_stays_whole_without_the_digest_of_the_other_file() {
        let mina = PersonId::parse("mina").unwrap();
        let mut room = RoomState::new(RoomId::from_random(1), Policies::default());
        room.people = vec![Person::new(mina.clone(), "Mina", Role::Host, Millis(0))];
        let recording = RecordingId::parse("r").unwrap();
        room.recording = Some(RunningRecording::new(recording, mina, RecordingKind::Video, Millis(1_000)));
        let mut log = Log::begin(&room).unwrap();
        log.seal("00".repeat(32), 5);
        let whole = Notes { consent: Some(log.clone()), ..Notes::default() };
        let part = notes_of_part(&whole, 0, 1_000, 2_000).consent.unwrap();
        assert_eq!((part.verify(), part.file()), (Ok(()), None));
        assert_eq!(part.entries, log.entries[..log.entries.len() - 1]);
    }

    #[test]
    fn a_part_of_a_part_is_marked_once() {
        let marks = [" (trimmed)", " (자름)"];
        assert_eq!(title_of_part("Talk", marks[0], marks), "Talk (trimmed)");
        assert_eq!(title_of_part("Talk (자름)", marks[0], marks), "Talk (자름)");
    }
}
