//! A recording as it happens, as fast as it goes.

use std::time::Instant;

use anyhow::{Context, Result};
use seekable::{Edit, Options, Seekable};

use crate::grow::Recording;

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    bytes: u64,
    seconds: f64,
    /// Bytes that checkpoints wrote into what was there already.
    overwritten: u64,
    finish_milliseconds: f64,
    /// Bytes of the edits that `finish` made, whether they replace or append.
    finish_bytes: u64,
    cues: u32,
    /// Largest resident set of this process before `finish`, in KiB; 0 where the system does not tell.
    peak_before_finish: u64,
}

impl Outcome {
    pub(crate) fn to_json(&self) -> String {
        let Self { bytes, seconds, overwritten, finish_milliseconds, finish_bytes, cues, peak_before_finish } =
            self;
        format!(
            r#"{{"bytes":{bytes},"seconds":{seconds},"overwritten":{overwritten},"finish_ms":{finish_milliseconds:.3},"finish_bytes":{finish_bytes},"cues":{cues},"peak_before_finish_kib":{peak_before_finish}}}"#
        )
    }
}

/// Feeds `bytes` bytes of the recording in chunks of a second, with a checkpoint after each.
pub(crate) fn feed(recording: &Recording, bytes: u64, nobody: bool) -> Result<Outcome> {
    let mut seekable = Seekable::new(Options::default());
    let mut outcome = Outcome::default();
    let mut round = 0;
    // Chunks end anywhere, as MediaRecorder's do.
    let mut take = |part: &[u8], outcome: &mut Outcome| -> Result<()> {
        for chunk in part.chunks(recording.second_bytes().max(1)) {
            outcome.bytes += chunk.len() as u64;
            if !nobody {
                seekable.push(chunk).context("the machine takes no more")?;
                seekable.checkpoint();
                for edit in seekable.edits() {
                    if let Edit::Overwrite { bytes, .. } = edit {
                        outcome.overwritten += bytes.len() as u64;
                    }
                }
            }
        }
        Ok(())
    };
    take(recording.head(), &mut outcome)?;
    while outcome.bytes < bytes {
        take(&recording.round(round)?, &mut outcome)?;
        round += 1;
    }
    outcome.seconds = round as f64 * recording.seconds();
    outcome.peak_before_finish = peak();
    let begun = Instant::now();
    let summary = seekable.finish()?;
    for edit in seekable.edits() {
        let (Edit::Append(bytes) | Edit::Overwrite { bytes, .. }) = edit;
        outcome.finish_bytes += bytes.len() as u64;
    }
    outcome.finish_milliseconds = begun.elapsed().as_secs_f64() * 1000.0;
    outcome.cues = summary.cues;
    Ok(outcome)
}

/// VmHWM of proc(5).
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().split(' ').next()?.parse().ok()).unwrap_or(0)
}
