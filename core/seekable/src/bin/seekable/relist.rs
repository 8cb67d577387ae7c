//! A plain MP4 that was cut off: its tables list samples that are not in it any more. It is written anew, from those that are.

use std::path::Path;

use seekable::{
    Container, Gaps, Join, Limits, Options, Packets, PartsError, Problem, ProblemKind, Source, Summary,
};

use crate::console::Progress;
use crate::convert::Job;
use crate::failure::{Cause, Failure};
use crate::output::Output;
use crate::random_access::{RandomAccess, write_all};

/// Sound that is not compressed: silence is zeros.
const PLAIN_SOUND: &[&str] =
    &["sowt", "twos", "lpcm", "ipcm", "fpcm", "in24", "in32", "fl32", "fl64", "raw ", "NONE"];

/// Whether that is so, for an input of this length that was to be recovered: it came out as it is.
pub(crate) fn is_cut(path: &Path, job: &Job, summary: &Summary, length: Option<u64>) -> bool {
    let is_plain = summary.container == Container::Mp4 && length == Some(summary.output_length);
    job.options.trims_tail
        && is_plain
        && match summary.problem {
            None | Some(Problem { kind: ProblemKind::NotAnElement, .. }) => {
                has_zeros_for_media(path).is_ok_and(|has| has)
            }
            Some(problem) => problem.kind == ProblemKind::CutShort,
        }
}

/// Whether samples lie in zeros at the end of the file: room that was made for them in advance, or a power cut.
fn has_zeros_for_media(path: &Path) -> Result<bool, Failure> {
    let wrong = |error| Cause::from(error).of(path);
    let file = RandomAccess::open(path)?;
    let length = file.length();
    let end = file.without_zeros().map_err(|error| wrong(error.into()))?.length();
    if end == length {
        return Ok(false);
    }
    let mut packets = Packets::open(RandomAccess::open(path)?, Limits::default()).map_err(wrong)?;
    let is_plain: Vec<bool> =
        packets.tracks().iter().map(|track| PLAIN_SOUND.contains(&track.track.codec_id.as_str())).collect();
    while let Some(packet) = packets.next_packet().map_err(wrong)? {
        if packet.data.offset >= end && is_plain.get(packet.track) == Some(&false) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Writes all whole samples of a file. `None`: they can't be put together anew, and nothing was written.
pub(crate) fn relist(
    path: &Path,
    before: &Summary,
    open: impl FnOnce() -> Result<Output, Failure>,
    progress: &Progress,
) -> Result<Option<(Output, Summary)>, Failure> {
    let file = RandomAccess::open(path)?.without_zeros();
    let file = file.map_err(|error| Cause::from(PartsError::from(error)).of(path))?;
    let Ok(mut join) = Join::new(vec![file], Gaps::Keep, Options::default()) else { return Ok(None) };
    let mut output = open()?;
    write_all(path, &mut output, progress, || join.next_edit())?;
    let mut summary = join.summary();
    summary.problem = before.problem;
    Ok(Some((output, summary)))
}
