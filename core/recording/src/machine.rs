//! The recorder's states.
//!
//! ```text
//! idle ─► starting ─► recording ⇄ paused ─► stopping ─► finished
//!                                               └─────► failed
//! ```

use crate::{Clock, Millis};

/// Where a recorder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Nothing has been asked for.
    Idle,
    /// The store is being opened and the browser's recorder is starting.
    Starting,
    /// It records.
    Recording,
    /// It is paused.
    Paused,
    /// No more is recorded; the last bytes are on their way to the store.
    Stopping,
    /// The file is complete.
    Finished,
    /// It broke off, and what had been recorded until then is stored.
    Failed,
}

impl Phase {
    /// Whether the browser's recorder may still deliver data.
    #[must_use]
    pub fn takes_data(self) -> bool {
        matches!(self, Self::Starting | Self::Recording | Self::Paused | Self::Stopping)
    }

    /// Whether it can be stopped.
    #[must_use]
    pub fn can_stop(self) -> bool {
        matches!(self, Self::Starting | Self::Recording | Self::Paused)
    }

    /// Whether it is over, well or not.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(self, Self::Finished | Self::Failed)
    }

    /// A stable short name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Starting => "starting",
            Self::Recording => "recording",
            Self::Paused => "paused",
            Self::Stopping => "stopping",
            Self::Finished => "finished",
            Self::Failed => "failed",
        }
    }
}

/// What happens to a recorder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// The user wants to record.
    Start,
    /// The browser's recorder runs.
    Started,
    /// The user wants a pause.
    Pause,
    /// The user wants to go on.
    Resume,
    /// Something is to be said in the file: a chapter, a tag.
    Say,
    /// The user, or low space, or a limit, wants the end.
    Stop,
    /// The browser's recorder has stopped and its last data is here. Also when it stops by itself (all tracks ended).
    Drained,
    /// The store is closed: what there is, is in it.
    Stored,
    /// Something broke: the browser's recorder or the store. The rest still goes the usual way, so that nothing is lost.
    Broke,
}

impl Input {
    /// A stable short name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Started => "started",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Say => "say",
            Self::Stop => "stop",
            Self::Drained => "drained",
            Self::Stored => "stored",
            Self::Broke => "broke",
        }
    }
}

/// What has to be done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// Start the browser's recorder.
    StartRecorder,
    /// Pause it.
    PauseRecorder,
    /// Let it go on.
    ResumeRecorder,
    /// Stop it.
    StopRecorder,
    /// Write the last bytes and close the store.
    CloseStore,
    /// Tell the user.
    Enter(Phase),
}

/// An input that does not fit the phase; nothing has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a recorder that is {} can't take {}", .phase.name(), .input.name())]
pub struct WrongPhase {
    /// Where the recorder is.
    pub phase: Phase,
    /// What did not fit.
    pub input: Input,
}

/// The state machine. Each input is answered by what to do, in order.
#[derive(Debug, Clone)]
pub struct Machine {
    phase: Phase,
    clock: Clock,
    /// `CloseStore` has been said: the last bytes are on their way.
    closing: bool,
    /// Something broke: the end is `Failed`.
    broken: bool,
}

impl Default for Machine {
    fn default() -> Self {
        Self { phase: Phase::Idle, clock: Clock::default(), closing: false, broken: false }
    }
}

impl Machine {
    /// Where the recorder is.
    #[must_use]
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// Whether something broke.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.broken
    }

    /// Recorded time, pauses left out.
    #[must_use]
    pub fn elapsed(&self, now: Millis) -> Millis {
        self.clock.elapsed(now)
    }

    /// Takes an input at the time `now` (monotonic).
    ///
    /// # Errors
    /// [`WrongPhase`] when the input does not fit; nothing has changed then.
    pub fn handle(&mut self, input: Input, now: Millis) -> Result<Vec<Output>, WrongPhase> {
        use Phase::{Failed, Finished, Idle, Paused, Recording, Starting, Stopping};
        let (next, actions): (Phase, &[Output]) = match (self.phase, input) {
            (Idle, Input::Start) => (Starting, &[Output::StartRecorder]),
            (Starting, Input::Started) => (Recording, &[]),
            (Recording, Input::Pause) => (Paused, &[Output::PauseRecorder]),
            (Paused, Input::Resume) => (Recording, &[Output::ResumeRecorder]),
            (phase @ (Starting | Recording | Paused), Input::Say) => (phase, &[]),
            (Starting | Recording | Paused, Input::Stop) => (Stopping, &[Output::StopRecorder]),
            // A recorder whose tracks have all ended stops without being asked.
            (Starting | Recording | Paused | Stopping, Input::Drained) if !self.closing => {
                (Stopping, &[Output::CloseStore])
            }
            (Stopping, Input::Stored) if self.closing && self.broken => (Failed, &[]),
            (Stopping, Input::Stored) if self.closing => (Finished, &[]),
            (Starting | Recording | Paused, Input::Broke) => (Stopping, &[Output::StopRecorder]),
            (Stopping, Input::Broke) => (Stopping, &[]),
            // The browser may report its start late, after a quick stop.
            (Stopping | Finished | Failed, Input::Started) => return Ok(Vec::new()),
            (phase, input) => return Err(WrongPhase { phase, input }),
        };
        if next == Recording {
            self.clock.run(now);
        } else {
            self.clock.hold(now);
        }
        self.closing |= actions.contains(&Output::CloseStore);
        self.broken |= input == Input::Broke;
        let mut outputs = actions.to_vec();
        if next != self.phase {
            outputs.push(Output::Enter(next));
        }
        self.phase = next;
        Ok(outputs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const INPUTS: [Input; 9] = [
        Input::Start,
        Input::Started,
        Input::Pause,
        Input::Resume,
        Input::Stop,
        Input::Drained,
        Input::Stored,
        Input::Broke,
        Input::Say,
    ];

    fn run(inputs: &[Input]) -> Machine {
        let mut machine = Machine::default();
        for (index, input) in inputs.iter().enumerate() {
            machine.handle(*input, Millis(1_000 * index as u64)).unwrap();
        }
        machine
    }

    #[test]
    fn the_plain_way() {
        let mut machine = run(&[Input::Start, Input::Started, Input::Pause, Input::Resume]);
        assert_eq!(machine.phase(), Phase::Recording);
        assert_eq!(
            machine.handle(Input::Stop, Millis(5_000)),
            Ok(vec![Output::StopRecorder, Output::Enter(Phase::Stopping)])
        );
        assert_eq!(machine.handle(Input::Drained, Millis(5_010)), Ok(vec![Output::CloseStore]));
        assert_eq!(machine.handle(Input::Stored, Millis(5_020)), Ok(vec![Output::Enter(Phase::Finished)]));
        // One second up to the pause, two from the resume to the stop.
        assert_eq!(machine.elapsed(Millis(60_000)), Millis(3_000));
    }

    #[test]
    fn tracks_that_end_finish_the_file() {
        let mut machine = run(&[Input::Start, Input::Started]);
        assert_eq!(
            machine.handle(Input::Drained, Millis(9)),
            Ok(vec![Output::CloseStore, Output::Enter(Phase::Stopping)])
        );
    }

    #[test]
    fn what_breaks_still_stores_the_rest_and_then_fails() {
        let mut machine = run(&[Input::Start, Input::Started]);
        assert_eq!(
            machine.handle(Input::Broke, Millis(9)),
            Ok(vec![Output::StopRecorder, Output::Enter(Phase::Stopping)])
        );
        assert_eq!(machine.handle(Input::Drained, Millis(10)), Ok(vec![Output::CloseStore]));
        assert_eq!(machine.handle(Input::Broke, Millis(11)), Ok(vec![]));
        assert_eq!(machine.handle(Input::Stored, Millis(12)), Ok(vec![Output::Enter(Phase::Failed)]));
    }

    #[test]
    fn a_second_start_is_refused_and_changes_nothing() {
        let mut machine = run(&[Input::Start, Input::Started]);
        let error = machine.handle(Input::Start, Millis(9)).unwrap_err();
        assert_eq!(error, WrongPhase { phase: Phase::Recording, input: Input::Start });
        assert_eq!(machine.phase(), Phase::Recording);
    }

    #[test]
    fn something_is_said_only_while_there_is_a_file_to_say_it_in() {
        let said = |inputs: &[Input]| run(inputs).handle(Input::Say, Millis(9_000));
        let begun = [Input::Start, Input::Started, Input::Pause];
        for inputs in [&begun[..1], &begun[..2], &begun] {
            let mut machine = run(inputs);
            let phase = machine.phase();
            assert_eq!(machine.handle(Input::Say, Millis(9_000)), Ok(Vec::new()));
            assert_eq!(machine.phase(), phase);
        }
        assert!(said(&[]).is_err());
        assert!(said(&[Input::Start, Input::Started, Input::Stop]).is_err());
    }

    proptest! {
        #[test]
        fn what_is_over_stays_over_and_closes_once(picks in proptest::collection::vec(0usize..9, 0..40)) {
            let mut machine = Machine::default();
            let mut closed = 0;
            let mut started = 0;
            for (index, pick) in picks.into_iter().enumerate() {
                let before = machine.phase();
                let outputs = machine.handle(INPUTS[pick], Millis(index as u64)).unwrap_or_default();
                closed += outputs.iter().filter(|output| **output == Output::CloseStore).count();
                started += outputs.iter().filter(|output| **output == Output::StartRecorder).count();
                if before.is_over() {
                    prop_assert_eq!(machine.phase(), before);
                }
                if machine.phase().is_over() {
                    prop_assert_eq!(closed, 1);
                }
            }
            prop_assert!(started <= 1);
        }
    }
}
