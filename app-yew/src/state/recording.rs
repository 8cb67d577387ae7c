//! The own recording of a meeting: what the person wants, what the server decided, what the recorder does.
//!
//! The recorder starts only after the server told everybody, and stops when the server says so. While the server is
//! away the recording goes on; once back, it is announced again, and stopped if that is denied.

use hostreel_protocol::{Code, Command, RecordingKind};

/// Where the own recording stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MyRecording {
    /// Nothing is recorded here.
    #[default]
    Idle,
    /// The server was asked.
    Asked {
        /// What will be recorded.
        kind: RecordingKind,
    },
    /// The server agreed and everybody was told; the recorder is starting.
    Starting {
        /// What will be recorded.
        kind: RecordingKind,
        /// What the room knows of it.
        announced: Announced,
    },
    /// The recorder runs.
    Running {
        /// What is recorded.
        kind: RecordingKind,
        /// The recorder is paused.
        paused: bool,
        /// What the room knows of it.
        announced: Announced,
    },
    /// The recorder is writing its last bytes.
    Stopping,
}

/// What the room knows of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Announced {
    /// Everybody sees it.
    Yes,
    /// The server can't be reached.
    Unreachable,
    /// The server is back and was asked again.
    AskedAgain,
}

/// What the room's state says about the own recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// No recording of mine.
    None,
    /// Mine, as it should be.
    Mine {
        /// It is paused.
        paused: bool,
        /// It was not there before. Until the server has handled a stop, an ended recording is still seen as mine.
        new: bool,
    },
}

/// What happens to the own recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// The person chose what to record.
    Choose(RecordingKind),
    /// The person pressed pause.
    Pause,
    /// The person pressed resume.
    Resume,
    /// The person pressed stop.
    Stop,
    /// The room's state is here, or changed.
    Room(Seen),
    /// The server denied the start.
    Denied(Code),
    /// The connection to the server is lost.
    Unreachable,
    /// The own seat in the room is gone for good: left, removed or ended.
    Out,
    /// The recorder runs.
    Started,
    /// The recorder could not start or broke; the recorder error code.
    Failed(&'static str),
    /// The recorder is done, the file complete.
    Finished,
}

/// What has to be done about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Send to the server.
    Send(Command),
    /// Build the mix and start the recorder.
    StartRecorder(RecordingKind),
    /// Pause the recorder.
    PauseRecorder,
    /// Let the recorder go on.
    ResumeRecorder,
    /// Stop the recorder (also one that is just starting) and complete the file.
    StopRecorder,
    /// Tell the person why the server said no.
    TellDenied(Code),
    /// Tell the person why the recorder failed.
    TellFailed(&'static str),
}

impl MyRecording {
    /// Whether a recorder runs or is about to: leaving now would end it.
    #[must_use]
    pub fn is_active(self) -> bool {
        !matches!(self, Self::Idle | Self::Asked { .. })
    }

    /// What is recorded, or will be; nothing when there is nothing, or when it is about to end.
    #[must_use]
    pub fn kind(self) -> Option<RecordingKind> {
        match self {
            Self::Asked { kind } | Self::Starting { kind, .. } | Self::Running { kind, .. } => Some(kind),
            Self::Idle | Self::Stopping => None,
        }
    }

    /// Whether a recording can be started from here.
    #[must_use]
    pub fn can_start(self) -> bool {
        self == Self::Idle
    }

    /// The next state, and what to do.
    #[must_use]
    pub fn step(self, input: Input) -> (Self, Vec<Effect>) {
        match (self, input) {
            (Self::Idle, Input::Choose(kind)) => (Self::Asked { kind }, vec![announce(kind)]),

            (Self::Asked { kind }, Input::Room(Seen::Mine { new: true, .. })) => {
                (Self::Starting { kind, announced: Announced::Yes }, vec![Effect::StartRecorder(kind)])
            }
            (Self::Asked { .. }, Input::Denied(code)) => (Self::Idle, vec![Effect::TellDenied(code)]),
            (Self::Asked { .. }, Input::Unreachable | Input::Out | Input::Stop) => (Self::Idle, vec![]),

            (Self::Starting { announced, .. } | Self::Running { announced, .. }, Input::Failed(code)) => {
                (Self::Idle, told(announced).chain([Effect::TellFailed(code)]).collect())
            }
            (Self::Starting { announced, .. } | Self::Running { announced, .. }, Input::Finished) => {
                (Self::Idle, told(announced).collect())
            }
            (Self::Starting { kind, announced }, input) => starting(kind, announced, input),
            (Self::Running { kind, paused, announced }, input) => running(kind, paused, announced, input),

            // It ended while nobody could be told, and the seat was kept. Once too often does no harm.
            (Self::Idle | Self::Stopping, Input::Room(Seen::Mine { .. })) => {
                (self, vec![Effect::Send(Command::StopRecording)])
            }
            (Self::Stopping, Input::Finished) => (Self::Idle, vec![]),
            (Self::Stopping, Input::Failed(code)) => (Self::Idle, vec![Effect::TellFailed(code)]),
            (state, _) => (state, vec![]),
        }
    }
}

fn announce(kind: RecordingKind) -> Effect {
    Effect::Send(Command::StartRecording { kind })
}

/// Tells the room that the recording is over, unless nobody can be told.
fn told(announced: Announced) -> impl Iterator<Item = Effect> {
    (announced != Announced::Unreachable).then_some(Effect::Send(Command::StopRecording)).into_iter()
}

fn stopping(more: impl IntoIterator<Item = Effect>) -> (MyRecording, Vec<Effect>) {
    (MyRecording::Stopping, [Effect::StopRecorder].into_iter().chain(more).collect())
}

fn starting(kind: RecordingKind, announced: Announced, input: Input) -> (MyRecording, Vec<Effect>) {
    let to = |announced| MyRecording::Starting { kind, announced };
    match (announced, input) {
        (_, Input::Started) => (MyRecording::Running { kind, paused: false, announced }, vec![]),
        (_, Input::Stop) => stopping(told(announced)),
        (Announced::Yes, Input::Room(Seen::None)) | (_, Input::Out) => stopping([]),
        (_, Input::Unreachable) => (to(Announced::Unreachable), vec![]),
        (Announced::Unreachable, Input::Room(Seen::None)) => {
            (to(Announced::AskedAgain), vec![announce(kind)])
        }
        (Announced::AskedAgain, Input::Denied(code)) => stopping([Effect::TellDenied(code)]),
        (_, Input::Room(Seen::Mine { .. })) => (to(Announced::Yes), vec![]),
        _ => (to(announced), vec![]),
    }
}

fn running(
    kind: RecordingKind,
    paused: bool,
    announced: Announced,
    input: Input,
) -> (MyRecording, Vec<Effect>) {
    let to = |paused, announced| MyRecording::Running { kind, paused, announced };
    match (announced, input) {
        (Announced::Yes, Input::Room(Seen::None)) | (_, Input::Out) => stopping([]),
        (_, Input::Room(Seen::Mine { paused: should, .. }))
            if announced != Announced::Yes && paused && !should =>
        {
            // The person had paused while nobody could be told: the room is told now.
            (to(true, Announced::Yes), vec![Effect::Send(Command::PauseRecording)])
        }
        (Announced::Unreachable, Input::Room(Seen::Mine { paused: true, .. })) if !paused => {
            (to(false, Announced::Yes), vec![Effect::Send(Command::ResumeRecording)])
        }
        (_, Input::Room(Seen::Mine { paused: should, .. })) => {
            let effect = match (paused, should) {
                (false, true) => vec![Effect::PauseRecorder],
                (true, false) => vec![Effect::ResumeRecorder],
                _ => vec![],
            };
            (to(should, Announced::Yes), effect)
        }
        (Announced::Unreachable, Input::Room(Seen::None)) => {
            (to(paused, Announced::AskedAgain), vec![announce(kind)])
        }
        (Announced::AskedAgain, Input::Denied(code)) => stopping([Effect::TellDenied(code)]),
        (_, Input::Unreachable) => (to(paused, Announced::Unreachable), vec![]),
        (_, Input::Stop) => stopping(told(announced)),
        (Announced::Yes, Input::Pause) if !paused => {
            (to(paused, announced), vec![Effect::Send(Command::PauseRecording)])
        }
        (Announced::Yes, Input::Resume) if paused => {
            (to(paused, announced), vec![Effect::Send(Command::ResumeRecording)])
        }
        // Nobody to ask: the person's word is enough.
        (Announced::Unreachable, Input::Pause) if !paused => {
            (to(true, announced), vec![Effect::PauseRecorder])
        }
        (Announced::Unreachable, Input::Resume) if paused => {
            (to(false, announced), vec![Effect::ResumeRecorder])
        }
        _ => (to(paused, announced), vec![]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VIDEO: RecordingKind = RecordingKind::Video;
    const MINE: Input = Input::Room(Seen::Mine { paused: false, new: true });
    const OLD: Input = Input::Room(Seen::Mine { paused: false, new: false });
    const NONE: Input = Input::Room(Seen::None);

    fn play(inputs: &[Input]) -> (MyRecording, Vec<Effect>) {
        inputs.iter().fold((MyRecording::Idle, vec![]), |(state, mut effects), input| {
            let (state, more) = state.step(*input);
            effects.extend(more);
            (state, effects)
        })
    }

    fn after(inputs: &[Input], then: Input) -> (MyRecording, Vec<Effect>) {
        play(inputs).0.step(then)
    }

    const RUNNING: &[Input] = &[Input::Choose(VIDEO), MINE, Input::Started];

    #[test]
    fn the_recorder_starts_only_when_the_event_comes_back() {
        let (state, effects) = play(&[Input::Choose(VIDEO), NONE]);
        assert_eq!(state, MyRecording::Asked { kind: VIDEO });
        assert_eq!(effects, [Effect::Send(Command::StartRecording { kind: VIDEO })]);
        let (state, effects) = state.step(MINE);
        assert_eq!(
            (state, effects),
            (
                MyRecording::Starting { kind: VIDEO, announced: Announced::Yes },
                vec![Effect::StartRecorder(VIDEO)]
            )
        );
    }

    #[test]
    fn an_ended_recording_that_is_still_seen_starts_nothing() {
        let mut inputs = RUNNING.to_vec();
        inputs.extend([Input::Stop, Input::Finished, Input::Choose(VIDEO)]);
        let (asked, _) = play(&inputs);
        assert_eq!(asked.step(OLD), (MyRecording::Asked { kind: VIDEO }, vec![]));
        assert_eq!(asked.step(NONE).0.step(MINE).1, [Effect::StartRecorder(VIDEO)]);
    }

    #[test]
    fn a_recorder_that_is_starting_outlives_the_server() {
        let (lost, effects) = after(&RUNNING[..2], Input::Unreachable);
        assert!(lost.is_active() && effects.is_empty());
        // Back before the recorder runs: announced again, and other changes of the room don't matter.
        let (asked, effects) = lost.step(NONE);
        assert_eq!(effects, [Effect::Send(Command::StartRecording { kind: VIDEO })]);
        assert_eq!(asked.step(NONE), (asked, vec![]));
        assert_eq!(asked.step(MINE).0, MyRecording::Starting { kind: VIDEO, announced: Announced::Yes });
        let denied = asked.step(Input::Denied(Code::NotAllowed));
        let told = Effect::TellDenied(Code::NotAllowed);
        assert_eq!(denied, (MyRecording::Stopping, vec![Effect::StopRecorder, told]));
        // Back after it runs: announced then.
        let (running, effects) = lost.step(Input::Started);
        assert!(effects.is_empty());
        assert_eq!(running.step(NONE).1, [Effect::Send(Command::StartRecording { kind: VIDEO })]);
        assert_eq!(asked.step(Input::Started).0.step(NONE).1, []);
        // Nobody to tell that it was stopped.
        assert_eq!(lost.step(Input::Stop), (MyRecording::Stopping, vec![Effect::StopRecorder]));
        let failed = lost.step(Input::Failed("no_recorder"));
        assert_eq!(failed, (MyRecording::Idle, vec![Effect::TellFailed("no_recorder")]));
    }

    #[test]
    fn a_denied_start_records_nothing() {
        let (state, effects) = after(&[Input::Choose(VIDEO)], Input::Denied(Code::NotAllowed));
        assert_eq!((state, effects), (MyRecording::Idle, vec![Effect::TellDenied(Code::NotAllowed)]));
    }

    #[test]
    fn a_recording_that_nobody_makes_is_taken_back() {
        let stop = vec![Effect::Send(Command::StopRecording)];
        assert_eq!(MyRecording::Idle.step(MINE), (MyRecording::Idle, stop.clone()));
        // Stopped while nobody could be told, and the seat was kept.
        let (state, effects) = after(RUNNING, Input::Unreachable);
        assert_eq!(effects, []);
        let (state, effects) = state.step(Input::Stop);
        assert_eq!(effects, [Effect::StopRecorder]);
        let (state, _) = state.step(Input::Finished);
        assert_eq!(state.step(OLD), (MyRecording::Idle, stop));
    }

    #[test]
    fn a_pause_while_nobody_can_be_told_counts_when_the_seat_is_taken_back() {
        let (state, _) = after(RUNNING, Input::Unreachable);
        let (state, effects) = state.step(Input::Pause);
        assert_eq!(effects, [Effect::PauseRecorder]);
        let (state, effects) = state.step(OLD);
        assert_eq!(effects, [Effect::Send(Command::PauseRecording)]);
        let old_paused = Input::Room(Seen::Mine { paused: true, new: false });
        let (state, effects) = state.step(old_paused);
        assert_eq!(effects, []);
        // And the other way round.
        let (state, _) = state.step(Input::Unreachable);
        let (state, effects) = state.step(Input::Resume);
        assert_eq!(effects, [Effect::ResumeRecorder]);
        let (_, effects) = state.step(old_paused);
        assert_eq!(effects, [Effect::Send(Command::ResumeRecording)]);
    }

    #[test]
    fn the_server_stops_it() {
        for end in [NONE, Input::Out] {
            assert_eq!(after(RUNNING, end), (MyRecording::Stopping, vec![Effect::StopRecorder]));
            assert_eq!(after(&RUNNING[..2], end), (MyRecording::Stopping, vec![Effect::StopRecorder]));
        }
    }

    #[test]
    fn a_recorder_that_fails_is_told_to_the_room_and_the_person() {
        for inputs in [&RUNNING[..2], RUNNING] {
            let (state, effects) = after(inputs, Input::Failed("storage_full"));
            assert_eq!(state, MyRecording::Idle);
            assert_eq!(effects, [Effect::Send(Command::StopRecording), Effect::TellFailed("storage_full")]);
        }
    }

    #[test]
    fn pause_is_the_servers_word() {
        let (state, effects) = after(RUNNING, Input::Pause);
        assert_eq!(effects, [Effect::Send(Command::PauseRecording)]);
        let (state, effects) = state.step(Input::Room(Seen::Mine { paused: true, new: false }));
        assert_eq!(effects, [Effect::PauseRecorder]);
        let (_, effects) = state.step(MINE);
        assert_eq!(effects, [Effect::ResumeRecorder]);
    }

    #[test]
    fn it_outlives_the_server_and_is_announced_again() {
        let mut inputs = RUNNING.to_vec();
        inputs.push(Input::Unreachable);
        let (state, effects) = play(&inputs);
        assert!(state.is_active() && !effects.contains(&Effect::StopRecorder));
        let (state, effects) = state.step(NONE);
        assert_eq!(effects, [Effect::Send(Command::StartRecording { kind: VIDEO })]);
        // Other changes of the room before the answer don't matter.
        assert_eq!(state.step(NONE), (state, vec![]));
        let (running, _) = state.step(MINE);
        assert_eq!(running, MyRecording::Running { kind: VIDEO, paused: false, announced: Announced::Yes });
        let (denied, effects) = state.step(Input::Denied(Code::NotAllowed));
        assert_eq!(denied, MyRecording::Stopping);
        assert_eq!(effects, [Effect::StopRecorder, Effect::TellDenied(Code::NotAllowed)]);
    }

    #[test]
    fn without_a_server_the_person_decides_alone() {
        let mut inputs = RUNNING.to_vec();
        inputs.push(Input::Unreachable);
        let (paused, effects) = after(&inputs, Input::Pause);
        assert_eq!(effects, [Effect::PauseRecorder]);
        // Announced again, the room must not see a paused recording as a running one.
        let (asked, _) = paused.step(NONE);
        assert_eq!(asked.step(MINE).1, [Effect::Send(Command::PauseRecording)]);
        assert_eq!(after(&inputs, Input::Stop), (MyRecording::Stopping, vec![Effect::StopRecorder]));
    }

    #[test]
    fn it_ends_once_and_can_start_again() {
        let (state, effects) = after(RUNNING, Input::Stop);
        assert_eq!(effects, [Effect::StopRecorder, Effect::Send(Command::StopRecording)]);
        assert_eq!(state.step(NONE), (MyRecording::Stopping, vec![]));
        assert_eq!(state.step(Input::Stop), (MyRecording::Stopping, vec![]));
        assert!(state.step(Input::Finished).0.can_start());
    }
}
