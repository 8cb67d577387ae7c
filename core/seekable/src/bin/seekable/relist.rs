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

/// Codecs that never write a sample of zeros; plain sound and pictures, and empty subtitles, do.
const NEVER_ZEROS: &[&str] =
    &["avc1", "avc3", "hvc1", "hev1", "vp08", "vp09", "av01", "mp4a", "Opus", "mp4v", "fLaC", "ac-3", "ec-3"];

/// Whether that is so, for an input of this length that was to be recovered: it came out as it is.
pub(crate) fn is_cut(path: &Path, job: &Job, summary: &Summary, length: Option<u64>) -> bool {
    let is_plain = summary.container == Container::Mp4 && length == Some(summary.output_length);
    job.options.trims_tail
        && is_plain
        && match summary.problem {
            None | Some(Problem { kind: ProblemKind::NotAnElement, .. }) => {
                has_zeros_for_media(path, false).is_ok_and(|has| has)
            }
            Some(problem) => problem.kind == ProblemKind::CutShort,
        }
}

/// Whether samples, or parts of them, lie in zeros at the end of the file: room that was made for them in advance, or a power
/// cut.
fn has_zeros_for_media(path: &Path, partly: bool) -> Result<bool, Failure> {
    let wrong = |error| Cause::from(error).of(path);
    let file = RandomAccess::open(path)?;
    let length = file.length();
    let end = file.without_zeros().map_err(|error| wrong(error.into()))?.length();
    if end == length {
        return Ok(false);
    }
    let mut packets = Packets::open(RandomAccess::open(path)?, Limits::default()).map_err(wrong)?;
    let tracks = packets.tracks().iter();
    let is_told: Vec<bool> =
        tracks.map(|track| NEVER_ZEROS.contains(&track.track.codec_id.as_str())).collect();
    while let Some(packet) = packets.next_packet().map_err(wrong)? {
        let reach = packet.data.offset.saturating_add(if partly { packet.data.size } else { 1 });
        if reach > end && is_told.get(packet.track) == Some(&true) {
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
    let mut file = RandomAccess::open(path)?;
    if has_zeros_for_media(path, true).is_ok_and(|has| has) {
        file = file.without_zeros().map_err(|error| Cause::from(PartsError::from(error)).of(path))?;
    }
    let Ok(mut join) = Join::new(vec![file], Gaps::Keep, Options::default()) else { return Ok(None) };
    let mut output = open()?;
    write_all(path, &mut output, progress, || join.next_edit())?;
    let mut summary = join.summary();
    summary.problem = before.problem;
    Ok(Some((output, summary)))
}
