//! A plain MP4 that was cut off: its tables list samples that are not in it any more. It is written anew, from those that are.

use std::path::Path;

use seekable::{Container, Gaps, Join, Options, PartsError, ProblemKind, Summary};

use crate::console::Progress;
use crate::convert::Job;
use crate::failure::{Cause, Failure};
use crate::output::Output;
use crate::random_access::{RandomAccess, write_all};

/// Whether that is so, for an input of this length that was to be recovered: it came out as it is.
pub(crate) fn is_cut(job: &Job, summary: &Summary, length: Option<u64>) -> bool {
    job.options.trims_tail
        && summary.container == Container::Mp4
        && summary.problem.is_some_and(|problem| problem.kind == ProblemKind::CutShort)
        && length == Some(summary.output_length)
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
