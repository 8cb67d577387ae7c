//! The own recording of a meeting: what the person wants, what the server decided, what the recorder does.
//!
//! The recorder starts only after the server told everybody, and stops when the server says so. While the server is
//! away the recording goes on; once back, it is announced again, and stopped if that is denied. What everybody believes to
//! be paused never goes on before they are told otherwise.

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
        /// The room was told last that it is paused, or is being told.
        told_paused: bool,
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
    /// The server said that it was stopped, maybe while it could not be heard: it is not announced again.
    Stopped,
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
            (Self::Running { kind, paused, told_paused, announced }, input) => {
                running(kind, Pauses { here: paused, told: told_paused }, announced, input)
            }

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
        (_, Input::Started) => {
            (MyRecording::Running { kind, paused: false, told_paused: false, announced }, vec![])
        }
        (_, Input::Stop) => stopping(told(announced)),
        (Announced::Yes, Input::Room(Seen::None)) | (_, Input::Stopped | Input::Out) => stopping([]),
        (_, Input::Unreachable) => (to(Announced::Unreachable), vec![]),
        (Announced::Unreachable, Input::Room(Seen::None)) => {
            (to(Announced::AskedAgain), vec![announce(kind)])
        }
        (Announced::AskedAgain, Input::Denied(code)) => stopping([Effect::TellDenied(code)]),
        (_, Input::Room(Seen::Mine { .. })) => (to(Announced::Yes), vec![]),
        _ => (to(announced), vec![]),
    }
}

/// Whether the recorder is paused, and whether the room was told so last.
#[derive(Clone, Copy)]
struct Pauses {
    here: bool,
    told: bool,
}

fn running(
    kind: RecordingKind,
    pauses: Pauses,
    announced: Announced,
    input: Input,
) -> (MyRecording, Vec<Effect>) {
    let Pauses { here: paused, told: told_paused } = pauses;
    let to = |paused, told_paused, announced| MyRecording::Running { kind, paused, told_paused, announced };
    let send = |command| vec![Effect::Send(command)];
    match (announced, input) {
        (Announced::Yes, Input::Room(Seen::None)) | (_, Input::Stopped | Input::Out) => stopping([]),
        (_, Input::Room(Seen::Mine { paused: should, .. }))
            if announced != Announced::Yes && paused && !should =>
        {
            // The person had paused while nobody could be told: the room is told now.
            (to(true, false, Announced::Yes), send(Command::PauseRecording))
        }
        (_, Input::Room(Seen::Mine { paused: should, .. })) => {
            let effect = match (paused, should) {
                (false, true) => vec![Effect::PauseRecorder],
                (true, false) => vec![Effect::ResumeRecorder],
                _ => vec![],
            };
            (to(should, should, Announced::Yes), effect)
        }
        (Announced::Unreachable, Input::Room(Seen::None)) => {
            (to(paused, told_paused, Announced::AskedAgain), vec![announce(kind)])
        }
        (Announced::AskedAgain, Input::Denied(code)) => stopping([Effect::TellDenied(code)]),
        (_, Input::Unreachable) => (to(paused, told_paused, Announced::Unreachable), vec![]),
        (_, Input::Stop) => stopping(told(announced)),
        // Should the answer be lost with the server, everybody may believe it is paused.
        (Announced::Yes, Input::Pause) if !paused => {
            (to(paused, true, announced), send(Command::PauseRecording))
        }
        (Announced::Yes, Input::Resume) if paused => {
            (to(paused, told_paused, announced), send(Command::ResumeRecording))
        }
        // Nobody to ask: the person's word is enough to record less, or what everybody believes to be recorded.
        (_, Input::Pause) if !paused => (to(true, told_paused, announced), vec![Effect::PauseRecorder]),
        (_, Input::Resume) if paused && told_paused => {
            (to(true, true, announced), vec![Effect::TellDenied(Code::TryAgain)])
        }
        (_, Input::Resume) if paused => (to(false, false, announced), vec![Effect::ResumeRecorder]),
        _ => (to(paused, told_paused, announced), vec![]),
    }
}

#[cfg(test)]
mod tests;
