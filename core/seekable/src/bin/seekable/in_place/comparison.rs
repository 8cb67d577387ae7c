//! What differs between a file and the recording it should be.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use seekable::Edit;

use crate::failure::{Cause, Failure};
use crate::output::Sink;

/// With more than this many bytes of differences the layout is another one.
const TOO_MANY: usize = 4 * 1024 * 1024;
/// What one difference costs beside its bytes.
const OVERHEAD: usize = 64;
/// Equal bytes between two differences that are not worth two writes.
const SMALL_GAP: usize = 16;
/// Compared at once.
const BLOCK: usize = 4096;

/// Takes edits, and keeps what would differ from the original.
#[derive(Debug)]
pub(crate) struct Comparison {
    path: PathBuf,
    original: File,
    original_length: u64,
    /// Of the output so far.
    length: u64,
    /// Bytes of the output that differ from the original, by offset; they never overlap.
    different: BTreeMap<u64, Vec<u8>>,
    /// What `different` takes in memory.
    size: usize,
    buffer: Vec<u8>,
}

/// The bytes to write, and where.
#[derive(Debug)]
pub(crate) struct Differences {
    different: BTreeMap<u64, Vec<u8>>,
    original_length: u64,
    /// The length of the file afterwards, where it becomes shorter.
    pub(crate) shorter: Option<u64>,
}

impl Comparison {
    pub(crate) fn new(path: &Path, original: File, original_length: u64) -> Self {
        Self {
            path: path.to_owned(),
            original,
            original_length,
            length: 0,
            different: BTreeMap::new(),
            size: 0,
            buffer: Vec::new(),
        }
    }

    pub(crate) fn differences(self) -> Differences {
        Differences {
            shorter: (self.length < self.original_length).then_some(self.length),
            different: self.different,
            original_length: self.original_length,
        }
    }

    /// The output has these bytes at `offset`.
    fn compare(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let in_original = self.original_length.saturating_sub(offset);
        let common = usize::try_from(in_original).map_or(bytes.len(), |rest| rest.min(bytes.len()));
        let (common, beyond) = bytes.split_at_checked(common).unwrap_or((bytes, &[]));
        self.buffer.resize(common.len(), 0);
        self.original.seek(SeekFrom::Start(offset))?;
        self.original.read_exact(&mut self.buffer)?;
        let blocks = common.chunks(BLOCK).zip(self.buffer.chunks(BLOCK));
        let mut found = Vec::new();
        for (index, (new, old)) in blocks.enumerate().filter(|(_, (new, old))| new != old) {
            runs(new, old, offset + (index * BLOCK) as u64, &mut found);
        }
        if !beyond.is_empty() {
            found.push((offset + common.len() as u64, beyond));
        }
        for (offset, bytes) in found {
            self.size += bytes.len() + OVERHEAD;
            self.different.insert(offset, bytes.to_vec());
        }
        Ok(())
    }

    /// Forgets differences from `offset` on, `length` bytes.
    fn forget(&mut self, offset: u64, length: u64) {
        let end = offset + length;
        let mut overlapping: Vec<u64> = self.different.range(offset..end).map(|(at, _)| *at).collect();
        overlapping.extend(self.different.range(..offset).next_back().map(|(at, _)| *at));
        for at in overlapping {
            let Some(bytes) = self.different.remove(&at) else { continue };
            self.size -= bytes.len() + OVERHEAD;
            let before =
                usize::try_from(offset.saturating_sub(at)).map_or(bytes.len(), |n| n.min(bytes.len()));
            let behind = usize::try_from(end.saturating_sub(at)).map_or(bytes.len(), |n| n.min(bytes.len()));
            for (at, kept) in [(at, bytes.get(..before)), (at + behind as u64, bytes.get(behind..))] {
                if let Some(kept) = kept.filter(|kept| !kept.is_empty()) {
                    self.size += kept.len() + OVERHEAD;
                    self.different.insert(at, kept.to_vec());
                }
            }
        }
    }
}

/// Collects the runs of bytes that differ.
fn runs<'a>(new: &'a [u8], old: &[u8], at: u64, found: &mut Vec<(u64, &'a [u8])>) {
    let mut run: Option<(usize, usize)> = None;
    let mut push = |run: Option<(usize, usize)>| {
        if let Some((start, end)) = run {
            found.push((at + start as u64, new.get(start..end).unwrap_or_default()));
        }
    };
    for (index, _) in new.iter().zip(old).enumerate().filter(|(_, (new, old))| new != old) {
        run = match run {
            Some((start, end)) if index < end + SMALL_GAP => Some((start, index + 1)),
            other => {
                push(other);
                Some((index, index + 1))
            }
        };
    }
    push(run);
}

impl Sink for Comparison {
    fn apply(&mut self, edit: Edit) -> Result<(), Failure> {
        let compared = match edit {
            Edit::Append(bytes) => {
                let offset = self.length;
                self.length += bytes.len() as u64;
                self.compare(offset, &bytes)
            }
            Edit::Overwrite { offset, bytes } => {
                self.forget(offset, bytes.len() as u64);
                self.compare(offset, &bytes)
            }
        };
        compared.map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => Cause::Changed.of(&self.path),
            _ => Cause::io("read", error).of(&self.path),
        })?;
        if self.size > TOO_MANY { Err(Cause::OtherLayout.of(&self.path)) } else { Ok(()) }
    }
}

impl Differences {
    /// Whether the file is as it should be.
    pub(crate) fn is_empty(&self) -> bool {
        self.different.is_empty() && self.shorter.is_none()
    }

    /// Bytes to write.
    pub(crate) fn bytes(&self) -> u64 {
        self.different.values().map(|bytes| bytes.len() as u64).sum()
    }

    /// Writes in steps: each must be on the disk before the next begins.
    pub(crate) fn in_safe_order(&self) -> impl Iterator<Item = Vec<(u64, &[u8])>> {
        let (body, appended): (Vec<_>, Vec<_>) = self
            .different
            .iter()
            .map(|(offset, bytes)| (*offset, bytes.as_slice()))
            .partition(|(offset, _)| *offset < self.original_length);
        let (head, body) = body.into_iter().partition(|(offset, _)| *offset < 1024 * 1024);
        [appended, body, head].into_iter().filter(|step| !step.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn comparison(original: &[u8]) -> Comparison {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(original).unwrap();
        Comparison::new(Path::new("x"), file, original.len() as u64)
    }

    fn append(comparison: &mut Comparison, bytes: &[u8]) {
        comparison.apply(Edit::Append(bytes.to_vec())).unwrap();
    }

    fn overwrite(comparison: &mut Comparison, offset: u64, bytes: &[u8]) {
        comparison.apply(Edit::Overwrite { offset, bytes: bytes.to_vec() }).unwrap();
    }

    #[test]
    fn what_is_put_right_later_is_no_difference() {
        let mut same = comparison(b"0123456789");
        append(&mut same, b"01XXXX6789");
        overwrite(&mut same, 2, b"23");
        overwrite(&mut same, 4, b"45");
        assert!(same.differences().is_empty());
    }

    #[test]
    fn differences_are_cut_where_they_are_overwritten() {
        let mut other = comparison(b"0123456789");
        append(&mut other, b"XXXXXXXXXXabc");
        overwrite(&mut other, 3, b"3Y5");
        let differences = other.differences();
        let steps: Vec<Vec<(u64, &[u8])>> = differences.in_safe_order().collect();
        assert_eq!(steps, [vec![(10, &b"abc"[..])], vec![(0, b"XXX"), (4, b"Y"), (6, b"XXXX")]]);
        assert_eq!((differences.bytes(), differences.shorter), (11, None));
    }

    #[test]
    fn another_layout_is_noticed() {
        let mut other = comparison(&[1; TOO_MANY + BLOCK]);
        let result = other.apply(Edit::Append(vec![2; TOO_MANY + BLOCK]));
        assert!(matches!(result, Err(Failure { cause: Cause::OtherLayout, .. })));
        let mut shorter = comparison(b"0123");
        append(&mut shorter, b"01");
        assert_eq!(shorter.differences().shorter, Some(2));
    }
}
