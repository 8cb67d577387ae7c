//! Many files, one after the other: what fails does not stop the others.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::console::Console;
use crate::failure::{Cause, Failure};

/// How a command ended. See the exit codes in `--help`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Fine,
    Failed,
    /// The command line makes no sense, and why.
    Usage(String),
    /// Files were read, and problems found.
    Problems,
    Interrupted,
}

impl Outcome {
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Fine => 0,
            Self::Failed => 1,
            Self::Usage(_) => 2,
            Self::Problems => 3,
            Self::Interrupted => 130,
        })
    }

    /// The outcome of both together: the one that is worse.
    pub(crate) fn and(self, other: Self) -> Self {
        let rank = |outcome: &Self| match outcome {
            Self::Fine => 0,
            Self::Problems => 1,
            Self::Failed => 2,
            Self::Interrupted => 3,
            Self::Usage(_) => 4,
        };
        if rank(&other) > rank(&self) { other } else { self }
    }
}

/// Does `work` for each file, tells of failures, and goes on.
pub(crate) fn each(
    inputs: &[PathBuf],
    console: &Console,
    mut work: impl FnMut(&Path) -> Result<Outcome, Failure>,
) -> Outcome {
    let mut all = Outcome::Fine;
    for input in inputs {
        let outcome = match work(input) {
            Ok(outcome) => outcome,
            Err(failure) => {
                console.fail(&failure);
                match failure.cause {
                    Cause::Interrupted => Outcome::Interrupted,
                    _ => Outcome::Failed,
                }
            }
        };
        let is_over = outcome == Outcome::Interrupted;
        all = all.and(outcome);
        if is_over {
            break;
        }
    }
    all
}
