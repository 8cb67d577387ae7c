//! `--in-place`: a file of ours is completed where it is. Any other is compared with what it should be; few differences
//! are patched, many make a new file.
//!
//! A patch never touches sound or picture. It is written in steps, each of them on the disk before the next begins:
//! what lies behind the old end, lengths in the body, then the head, whose old seek index is void meanwhile and whose new
//! one counts from its last few bytes on. After a crash in between the file can be played, and fixed again.

mod comparison;
mod resumed;

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use seekable::Summary;

use crate::console::{Console, Progress};
use crate::convert::{Job, convert};
use crate::failure::{Cause, Failure};
use crate::output::Output;
use crate::relist;
use crate::source::{Source, open_file};
use comparison::{Comparison, Differences};

/// What became of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// It was right already.
    None,
    /// So many bytes of it were written.
    Patched(u64),
    /// A new file has its name now.
    Replaced,
}

/// Does the job on the file itself.
pub(crate) fn change_in_place(
    path: &Path,
    job: &Job,
    console: &Console,
) -> Result<(Change, Summary), Failure> {
    let (original, before) = open_file(path)?;
    if !before.is_file() {
        return Err(Cause::NotAPlainFile.of(path));
    }
    // Whoever may not write the file may not replace it either, even where the folder would allow that.
    let writer = OpenOptions::new().write(true).open(path);
    let writer = writer.map_err(|error| Cause::io("changed", error).of(path))?;
    if let Some((repair, head_end)) = resumed::repair(path, &original, before.len(), job, console)? {
        unchanged_since(&before, path)?;
        let comparison = Comparison::new(path, original, before.len())?;
        return resumed::apply(path, writer, &repair, head_end, comparison);
    }
    let mut source = Source::open(path)?;
    let progress = console.progress(path, source.length);
    let mut comparison = Comparison::new(path, original, before.len())?;
    let compared = convert(&mut source, &mut comparison, job, &progress);
    drop(progress);
    let differences = compared.and_then(|summary| match relist::is_cut(path, job, &summary, source.length) {
        true => Err(Cause::OtherLayout.of(path)),
        false => Ok((comparison.differences()?, summary)),
    });
    match differences {
        Ok((differences, summary)) => {
            unchanged_since(&before, path)?;
            if differences.is_empty() {
                return Ok((Change::None, summary));
            }
            patch(writer, &differences).map_err(|error| Cause::io("changed", error).of(path))?;
            Ok((Change::Patched(differences.bytes()), summary))
        }
        Err(Failure { cause: Cause::OtherLayout, .. }) => {
            let progress = console.progress(path, source.length);
            let summary = replace(path, &before, job, &progress)?;
            Ok((Change::Replaced, summary))
        }
        Err(failure) => Err(failure),
    }
}

/// Writes the new file beside the old one, then gives it the old one's name.
fn replace(path: &Path, before: &Metadata, job: &Job, progress: &Progress) -> Result<Summary, Failure> {
    #[cfg(unix)]
    {
        let names = std::os::unix::fs::MetadataExt::nlink(before);
        if names > 1 {
            return Err(Cause::HardLinks(names).of(path));
        }
    }
    // A symbolic link stays; what it leads to is replaced.
    let target: PathBuf = fs::canonicalize(path).map_err(|error| Cause::io("read", error).of(path))?;
    let mut source = Source::open(path)?;
    let mut output = Output::beside(path, &target, true)?;
    output.reserve(source.length);
    let mut summary = convert(&mut source, &mut output, job, progress)?;
    if relist::is_cut(path, job, &summary, source.length)
        && let Some(anew) = relist::relist(path, &summary, || Output::beside(path, &target, true), progress)?
    {
        (output, summary) = anew;
    }
    unchanged_since(before, path)?;
    output.finish()?;
    Ok(summary)
}

fn unchanged_since(before: &Metadata, path: &Path) -> Result<(), Failure> {
    let now = fs::metadata(path).map_err(|error| Cause::io("read", error).of(path))?;
    let is_same = now.len() == before.len() && now.modified().ok() == before.modified().ok();
    if is_same { Ok(()) } else { Err(Cause::Changed.of(path)) }
}

fn patch(mut file: File, differences: &Differences) -> io::Result<()> {
    for step in differences.in_safe_order() {
        for (offset, bytes) in step {
            file.seek(SeekFrom::Start(offset))?;
            file.write_all(&bytes)?;
        }
        file.sync_data()?;
    }
    if let Some(length) = differences.shorter {
        file.set_len(length)?;
    }
    file.sync_all()
}
