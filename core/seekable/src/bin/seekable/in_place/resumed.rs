//! Files that this crate was writing: they are completed where they are, by the library's own edits.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use seekable::{Container, Edit, Error, FindingKind, ProblemKind, Repair, Resumed, Summary};

use super::{Change, comparison::Comparison};
use crate::console::Console;
use crate::convert::Job;
use crate::failure::{Cause, Failure};
use crate::inspect::inspect;
use crate::output::Sink;
use crate::source::Source;

/// Bytes of the front to begin with, and at most: as much as reserves can have.
const HEAD: u64 = 128 * 1024;
const LARGEST_HEAD: u64 = 34 * 1024 * 1024;
/// A torn end of more than this is not dropped without being asked to.
const TORN: u64 = 8 * 1024 * 1024;

/// What is left to do to a file of ours; `None` where it is not ours, or more than its torn end would go.
pub(super) fn repair(
    path: &Path,
    original: &File,
    length: u64,
    job: &Job,
    console: &Console,
) -> Result<Option<(Repair, u64)>, Failure> {
    let wrong = |error| Cause::io("read", error).of(path);
    let mut wanted = HEAD;
    let mut resumed = loop {
        let mut head = Vec::new();
        let mut file = original;
        file.rewind().and_then(|()| file.take(wanted).read_to_end(&mut head)).map_err(wrong)?;
        match Resumed::new(&head, length, job.options) {
            Ok(resumed) => break resumed,
            Err(Error::HeadTooShort { .. }) if wanted < length.min(LARGEST_HEAD) => wanted *= 4,
            Err(_) => return Ok(None),
        }
    };
    if !is_sound(path, console)? {
        return Ok(None);
    }
    if let Some(metadata) = &job.metadata {
        resumed.set_metadata(metadata);
    }
    let offset = resumed.offset();
    let mut source = Source::open(path)?;
    let readable = source.length.unwrap_or(length);
    // A recording without blocks is nothing but its head.
    if offset < readable {
        source.skip(offset)?;
        source.read_all(&console.progress(path, Some(readable - offset)), |chunk| {
            resumed.push(chunk);
            Ok(())
        })?;
    }
    let repair = resumed.finish();
    let goes = length.saturating_sub(repair.truncate_to);
    let is_torn = repair.summary.problem.is_none_or(|problem| problem.kind == ProblemKind::CutShort);
    let may_go = goes == 0 || job.options.trims_tail || goes <= TORN && is_torn;
    // What is cut off and appended anew would be nowhere in between: chapters that stand behind the clusters. MP4's `moov`
    // is new, or not in use.
    let moves = repair.summary.container != Container::Mp4
        && goes > 0
        && repair.edits.iter().any(|edit| matches!(edit, Edit::Append(_)));
    Ok((may_go && !moves).then_some((repair, offset)))
}

/// What is taken up is believed from its last cue back: so all of it is looked at before. Whatever is not just the lack
/// of an end needs more than a repair.
fn is_sound(path: &Path, console: &Console) -> Result<bool, Failure> {
    let report = inspect(path, console)?;
    Ok(report.findings.iter().all(|finding| {
        matches!(
            finding.kind,
            FindingKind::UnknownSizes { .. }
                | FindingKind::NoDuration
                | FindingKind::WrongDuration { .. }
                | FindingKind::NoIndex
                | FindingKind::ZeroTail { .. }
                | FindingKind::EmptyTrack { .. }
                | FindingKind::NoKeyFrame { .. }
                | FindingKind::EndsEarly { .. }
                | FindingKind::Structure(ProblemKind::CutShort | ProblemKind::Trailing)
        )
    }))
}

/// Makes the repair, each step of the head on the disk before the next begins.
pub(super) fn apply(
    path: &Path,
    mut writer: File,
    repair: &Repair,
    head_end: u64,
    mut comparison: Comparison,
) -> Result<(Change, Summary), Failure> {
    comparison.keep(repair.truncate_to);
    repair.edits.iter().try_for_each(|edit| comparison.apply(edit.into()))?;
    if comparison.finds_nothing()? {
        return Ok((Change::None, repair.summary.clone()));
    }
    let written = write(&mut writer, repair, head_end);
    let bytes = written.map_err(|error| Cause::io("changed", error).of(path))?;
    Ok((Change::Patched(bytes), repair.summary.clone()))
}

fn write(file: &mut File, repair: &Repair, head_end: u64) -> io::Result<u64> {
    file.set_len(repair.truncate_to)?;
    let mut written = 0;
    for edit in &repair.edits {
        let bytes = match edit {
            Edit::Append(bytes) => {
                file.seek(SeekFrom::End(0))?;
                bytes
            }
            Edit::Overwrite { offset, bytes } => {
                if *offset < head_end {
                    file.sync_data()?;
                }
                file.seek(SeekFrom::Start(*offset))?;
                bytes
            }
        };
        file.write_all(bytes)?;
        written += bytes.len() as u64;
    }
    file.sync_all()?;
    Ok(written)
}
