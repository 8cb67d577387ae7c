//! The solo recorder: what is open, what is recorded, what came out of it.

use hostreel_protocol::RecordingKind;

/// Where the solo recorder stands. `R` is a recording.
#[derive(Debug, Clone, PartialEq)]
pub enum Stage<R> {
    /// Nothing is open.
    Choose,
    /// The sources are being opened.
    Opening,
    /// The sources are open; what would be recorded can be seen.
    Ready,
    /// Another device is being opened in place of one that was. Nothing can be recorded until it is there.
    Changing,
    /// The recorder is starting.
    Starting,
    /// It records.
    Recording,
    /// It is paused.
    Paused,
    /// It is completing the file.
    Finishing,
    /// There is a file.
    Done(R),
}

/// Numbers the attempts to open something. What comes of one that was given up is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Attempt(u64);

/// The state of the solo recorder.
#[derive(Debug, Clone, PartialEq)]
pub struct Solo<R> {
    /// Where it stands.
    pub stage: Stage<R>,
    /// What is recorded.
    pub kind: RecordingKind,
    /// A screen is recorded without a microphone.
    pub no_microphone: bool,
    attempt: Attempt,
}

/// What happens to the solo recorder.
#[derive(Debug, Clone, PartialEq)]
pub enum Action<R> {
    /// The person chose what to record: its sources are being opened.
    Open(RecordingKind),
    /// The person chose another device: it is being opened.
    Change,
    /// What was wanted is open.
    Opened {
        /// Of this attempt.
        attempt: Attempt,
        /// A microphone would be recorded, but there is none.
        no_microphone: bool,
    },
    /// It can't be opened.
    NotOpened(Attempt),
    /// The person pressed record: the recorder is starting.
    Start,
    /// The recorder could not start.
    NotStarted,
    /// The recorder runs.
    Running,
    /// The recorder is paused.
    Paused,
    /// The recorder is completing the file.
    Finishing,
    /// The recorder is done, or broke off: with what was recorded.
    Ended(Option<R>),
    /// Back to the choice.
    Reset,
}

impl<R> Default for Solo<R> {
    fn default() -> Self {
        Self {
            stage: Stage::Choose,
            kind: RecordingKind::Video,
            no_microphone: false,
            attempt: Attempt::default(),
        }
    }
}

impl<R: Clone> Solo<R> {
    /// Whether the recorder can be started: what would be recorded is there, and stays as it is.
    #[must_use]
    pub fn can_record(&self) -> bool {
        matches!(self.stage, Stage::Ready)
    }

    /// Whether other devices can be chosen.
    #[must_use]
    pub fn can_choose(&self) -> bool {
        matches!(self.stage, Stage::Ready | Stage::Changing)
    }

    /// Whether something is recorded, or paused.
    #[must_use]
    pub fn is_running(&self) -> bool {
        matches!(self.stage, Stage::Recording | Stage::Paused)
    }

    /// Whether leaving now would end a recording.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.is_running() || matches!(self.stage, Stage::Starting | Stage::Finishing)
    }

    /// The attempt to open something that counts now.
    #[must_use]
    pub fn attempt(&self) -> Attempt {
        self.attempt
    }

    /// Whether what comes of an attempt is still wanted.
    #[must_use]
    pub fn awaits(&self, attempt: Attempt) -> bool {
        self.attempt == attempt && matches!(self.stage, Stage::Opening | Stage::Changing)
    }

    /// The recorder after `action`. What does not fit where it stands changes nothing.
    #[must_use]
    pub fn reduce(&self, action: Action<R>) -> Self {
        let mut next = self.clone();
        match (&self.stage, action) {
            (Stage::Choose, Action::Open(kind)) => {
                next.kind = kind;
                next.no_microphone = false;
                next.begin(Stage::Opening);
            }
            (Stage::Ready, Action::Change) => next.begin(Stage::Changing),
            (_, Action::Opened { attempt, no_microphone }) if self.awaits(attempt) => {
                next.no_microphone = no_microphone;
                next.stage = Stage::Ready;
            }
            (_, Action::NotOpened(attempt)) if self.awaits(attempt) => next.stage = Stage::Choose,
            (Stage::Ready, Action::Start) => next.stage = Stage::Starting,
            (Stage::Starting, Action::NotStarted) => next.stage = Stage::Ready,
            (Stage::Starting | Stage::Paused, Action::Running) => next.stage = Stage::Recording,
            (Stage::Starting | Stage::Recording, Action::Paused) => next.stage = Stage::Paused,
            (Stage::Starting | Stage::Recording | Stage::Paused, Action::Finishing) => {
                next.stage = Stage::Finishing;
            }
            (_, Action::Ended(recording)) if self.is_busy() => {
                next.stage = recording.map_or(Stage::Choose, Stage::Done);
            }
            (_, Action::Reset) if !self.is_busy() => next.begin(Stage::Choose),
            _ => {}
        }
        next
    }

    /// What was awaited before is not awaited any more.
    fn begin(&mut self, stage: Stage<R>) {
        self.attempt = Attempt(self.attempt.0.wrapping_add(1));
        self.stage = stage;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Test = Solo<&'static str>;

    fn opened(solo: &Test) -> Test {
        solo.reduce(Action::Opened { attempt: solo.attempt(), no_microphone: false })
    }

    fn ready() -> Test {
        opened(&Test::default().reduce(Action::Open(RecordingKind::Video)))
    }

    #[test]
    fn nothing_is_recorded_while_a_device_is_changed() {
        let changing = ready().reduce(Action::Change);
        assert!(!changing.can_record() && changing.can_choose());
        let pressed = changing.reduce(Action::Start);
        assert_eq!(pressed.stage, Stage::Changing, "the click came before the button was seen to be off");
        assert_eq!(opened(&pressed).reduce(Action::Start).stage, Stage::Starting);
    }

    #[test]
    fn no_device_is_changed_while_it_is_recorded() {
        for stage in [Stage::Starting, Stage::Recording, Stage::Paused, Stage::Finishing] {
            let recording = Test { stage: stage.clone(), ..ready() };
            assert!(!recording.can_choose() && recording.is_busy());
            let changed = recording.reduce(Action::Change);
            assert_eq!((changed.stage, changed.attempt), (stage.clone(), recording.attempt));
            // What was being opened before can't end it either.
            let attempt = recording.attempt();
            assert_eq!(recording.reduce(Action::NotOpened(attempt)).stage, stage);
            assert_eq!(recording.reduce(Action::Reset).stage, stage);
        }
    }

    #[test]
    fn what_was_given_up_is_not_awaited_any_more() {
        let opening = Test::default().reduce(Action::Open(RecordingKind::Screen));
        let given_up = opening.attempt();
        let again = opening.reduce(Action::Reset).reduce(Action::Open(RecordingKind::Audio));
        assert!(opening.awaits(given_up) && !again.awaits(given_up) && again.awaits(again.attempt()));
        let late = again.reduce(Action::Opened { attempt: given_up, no_microphone: true });
        assert_eq!((&late.stage, late.no_microphone), (&Stage::Opening, false));
        assert_eq!(late.reduce(Action::NotOpened(given_up)).stage, Stage::Opening);
        assert_eq!(opened(&late).stage, Stage::Ready);
    }

    #[test]
    fn a_device_that_fails_leads_back_to_the_choice() {
        let changing = ready().reduce(Action::Change);
        assert_eq!(changing.reduce(Action::NotOpened(changing.attempt())).stage, Stage::Choose);
    }

    #[test]
    fn a_recording_begins_pauses_and_ends() {
        let recording = ready().reduce(Action::Start).reduce(Action::Running);
        assert!(recording.is_running());
        let paused = recording.reduce(Action::Paused);
        assert_eq!(paused.stage, Stage::Paused);
        assert_eq!(paused.reduce(Action::Running).stage, Stage::Recording);
        let done = paused.reduce(Action::Finishing).reduce(Action::Ended(Some("file")));
        assert_eq!(done.stage, Stage::Done("file"));
        assert!(!done.is_busy());
        assert_eq!(done.reduce(Action::Reset).stage, Stage::Choose);
        assert_eq!(recording.reduce(Action::Ended(None)).stage, Stage::Choose);
    }

    #[test]
    fn a_recorder_that_can_not_start_can_be_tried_again() {
        let starting = ready().reduce(Action::Start);
        assert!(starting.reduce(Action::NotStarted).can_record());
    }
}
