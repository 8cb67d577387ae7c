//! What the person at the terminal sees: results and warnings on standard error, reports on standard output.

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::each::Outcome;
use crate::failure::{Cause, Failure};

/// Files from this size on get a progress bar, in bytes.
const WORTH_A_BAR: u64 = 100_000_000;

/// How to speak.
#[derive(Debug)]
pub(crate) struct Console {
    is_quiet: bool,
}

impl Console {
    pub(crate) fn new(is_quiet: bool) -> Self {
        Self { is_quiet }
    }

    /// A result, or a warning.
    pub(crate) fn say(&self, path: &Path, text: &str) {
        if !self.is_quiet {
            // A closed standard error must not stop the work.
            let _ = writeln!(io::stderr(), "{}: {text}", path.display());
        }
    }

    /// A failure: said even when quiet.
    pub(crate) fn fail(&self, failure: &Failure) {
        let _ = writeln!(io::stderr(), "seekable: {failure}");
    }

    /// Writes a report to standard output. A reader that has seen enough (`| head`) is no failure.
    pub(crate) fn print(&self, report: &[u8]) -> Outcome {
        let mut out = io::stdout().lock();
        self.printed(out.write_all(report).and_then(|()| out.flush()))
    }

    /// What became of writing to standard output.
    pub(crate) fn printed(&self, written: io::Result<()>) -> Outcome {
        match written {
            Ok(()) => Outcome::Fine,
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Outcome::Fine,
            Err(error) => {
                self.fail(&Cause::io("written", error).of(Path::new("standard output")));
                Outcome::Failed
            }
        }
    }

    /// A progress bar for a file of this many bytes, if it is worth one.
    pub(crate) fn progress(&self, path: &Path, length: Option<u64>) -> Progress {
        let length = length.filter(|length| *length > WORTH_A_BAR);
        let Some(length) = length.filter(|_| !self.is_quiet && io::stderr().is_terminal()) else {
            return Progress { bar: None };
        };
        let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::stderr_with_hz(10));
        let template = "{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned());
        Progress { bar: Some(bar) }
    }
}

/// A progress bar that goes away when it is dropped, or none.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
}

impl Progress {
    /// This many more bytes were read.
    pub(crate) fn advance(&self, bytes: u64) {
        if let Some(bar) = &self.bar {
            bar.inc(bytes);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// `1:02:03.4` or `2:03.4`.
pub(crate) fn shown_duration(duration: Duration) -> String {
    let tenths = (duration.as_millis() + 50) / 100;
    let (seconds, minutes, hours) = (tenths / 10 % 60, tenths / 600 % 60, tenths / 36_000);
    let rest = format!("{seconds:02}.{}", tenths % 10);
    if hours > 0 { format!("{hours}:{minutes:02}:{rest}") } else { format!("{minutes}:{rest}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_short() {
        assert_eq!(shown_duration(Duration::from_millis(4_249)), "0:04.2");
        assert_eq!(shown_duration(Duration::from_millis(3_723_960)), "1:02:04.0");
    }
}
