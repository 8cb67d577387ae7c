//! What differs between a file and the recording it should be.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use seekable::{EditRef, Inspector, Report};

use crate::failure::{Cause, Failure};
use crate::output::Sink;

/// With more than this many bytes of differences the layout is another one.
const TOO_MANY: usize = 512 * 1024;
/// A longer difference behind the head is no length of a cluster, but another sound or picture.
const LONGEST_IN_BODY: usize = 16;
/// What differs at the front of a longer run of the head is written last: it may be what brings the rest into use.
const LAST: usize = 12;
/// The ID of Cues.
const CUES_ID: [u8; 4] = [0x1C, 0x53, 0xBB, 0x6B];
/// More than any head.
const HEAD: usize = 2 * 1024 * 1024;
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
    original_head: Report,
    head: Inspector,
}

/// The bytes to write, and where.
#[derive(Debug)]
pub(crate) struct Differences {
    different: BTreeMap<u64, Vec<u8>>,
    original_length: u64,
    head_end: u64,
    /// The Cues in the head of the original: where they are, and the Void that can stand in the place of their ID.
    cues: Option<(u64, [u8; 4])>,
    /// The length of the file afterwards, where it becomes shorter.
    pub(crate) shorter: Option<u64>,
}

impl Comparison {
    pub(crate) fn new(path: &Path, mut original: File, original_length: u64) -> Result<Self, Failure> {
        let mut front = Vec::new();
        original.rewind().map_err(|error| Cause::io("read", error).of(path))?;
        let read = original.by_ref().take(HEAD as u64).read_to_end(&mut front);
        read.map_err(|error| Cause::io("read", error).of(path))?;
        let mut head = Inspector::default();
        head.push(&front);
        Ok(Self {
            path: path.to_owned(),
            original,
            original_length,
            length: 0,
            different: BTreeMap::new(),
            size: 0,
            buffer: Vec::new(),
            original_head: head.finish(),
            head: Inspector::default(),
        })
    }

    /// The output begins with this many bytes of the original.
    pub(crate) fn keep(&mut self, length: u64) {
        self.length = length;
    }

    /// Whether the output is the original.
    pub(crate) fn finds_nothing(mut self) -> Result<bool, Failure> {
        self.trim()?;
        Ok(self.different.is_empty() && self.length == self.original_length)
    }

    /// What was cut out of runs may have left bytes of their gaps, which do not differ.
    fn trim(&mut self) -> Result<(), Failure> {
        for (offset, bytes) in std::mem::take(&mut self.different) {
            self.compare(offset, &bytes).map_err(|error| Cause::io("read", error).of(&self.path))?;
        }
        Ok(())
    }

    /// What is to be written, or [`Cause::OtherLayout`].
    pub(crate) fn differences(mut self) -> Result<Differences, Failure> {
        self.trim()?;
        let cues = self.cues();
        let media = self.head.finish().media_offset;
        let differences = Differences {
            shorter: (self.length < self.original_length).then_some(self.length),
            different: self.different,
            original_length: self.original_length,
            head_end: media.unwrap_or(0),
            cues,
        };
        let is_same_layout = media.is_some() && media == self.original_head.media_offset;
        let touches_media = |(offset, bytes): (&u64, &Vec<u8>)| {
            let is_in_body = *offset >= differences.head_end && *offset < self.original_length;
            is_in_body && bytes.len() > LONGEST_IN_BODY
        };
        if differences.is_empty() || is_same_layout && !differences.different.iter().any(touches_media) {
            Ok(differences)
        } else {
            Err(Cause::OtherLayout.of(&self.path))
        }
    }

    /// The Cues in the original's head. A Void of the same length fits into their ID: one byte, and three of size.
    fn cues(&mut self) -> Option<(u64, [u8; 4])> {
        let at = self.original_head.index.offset.filter(|_| self.original_head.index.is_at_front)?;
        let mut header = [0; 12];
        self.original.seek(SeekFrom::Start(at)).ok()?;
        self.original.read_exact(&mut header).ok()?;
        let size = header.strip_prefix(&CUES_ID)?;
        let width = size.first()?.leading_zeros() as usize + 1;
        let value = size.get(..width)?.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
        let length = (value & ((1 << (7 * width)) - 1)) + width as u64;
        let [.., high, middle, low] = length.to_be_bytes();
        (length < (1 << 21) - 1).then_some((at, [0xEC, 0x20 | high, middle, low]))
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
    fn apply(&mut self, edit: EditRef<'_>) -> Result<(), Failure> {
        let compared = match edit {
            EditRef::Append(bytes) => {
                let offset = self.length;
                self.length += bytes.len() as u64;
                if offset < HEAD as u64 {
                    self.head.push(bytes);
                }
                self.compare(offset, bytes)
            }
            EditRef::Overwrite { offset, bytes } => {
                self.forget(offset, bytes.len() as u64);
                self.compare(offset, bytes)
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
    pub(crate) fn in_safe_order(&self) -> impl Iterator<Item = Vec<(u64, Vec<u8>)>> {
        let (mut appended, mut body, mut void) = (Vec::new(), Vec::new(), Vec::new());
        let (mut head, mut last) = (Vec::new(), Vec::new());
        for (&offset, bytes) in &self.different {
            if offset >= self.original_length {
                appended.push((offset, bytes.clone()));
            } else if offset >= self.head_end {
                body.push((offset, bytes.clone()));
            } else if bytes.len() > LONGEST_IN_BODY {
                let (front, rest) = bytes.split_at(LAST);
                head.push((offset + LAST as u64, rest.to_vec()));
                last.push((offset, front.to_vec()));
            } else {
                // Durations, lengths, switches.
                last.push((offset, bytes.clone()));
            }
        }
        if let Some((at, void_id)) = self.cues.filter(|_| !head.is_empty())
            && !self.different.keys().any(|offset| (at..at + 4).contains(offset))
        {
            void.push((at, void_id.to_vec()));
            last.push((at, CUES_ID.to_vec()));
        }
        [appended, body, void, head, last].into_iter().filter(|step| !step.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn comparison(original: &[u8]) -> Comparison {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(original).unwrap();
        file.rewind().unwrap();
        Comparison::new(Path::new("x"), file, original.len() as u64).unwrap()
    }

    fn append(comparison: &mut Comparison, bytes: &[u8]) {
        comparison.apply(EditRef::Append(bytes)).unwrap();
    }

    fn overwrite(comparison: &mut Comparison, offset: u64, bytes: &[u8]) {
        comparison.apply(EditRef::Overwrite { offset, bytes }).unwrap();
    }

    /// A head with Cues, then a cluster with a block.
    fn recording(cue: u8, block: u8) -> Vec<u8> {
        let mut out =
            b"\x1A\x45\xDF\xA3\x87\x42\x82\x84webm\x18\x53\x80\x67\xFF\x15\x49\xA9\x66\x80".to_vec();
        out.extend_from_slice(b"\x16\x54\xAE\x6B\x8F\xAE\x8D\xD7\x81\x01\x83\x81\x01\x86\x85V_VP8");
        out.extend_from_slice(b"\x1C\x53\xBB\x6B\xA0\xEC\x9E");
        out.extend_from_slice(&[cue; 30]);
        out.extend_from_slice(b"\x1F\x43\xB6\x75\xB1\xE7\x81\x00\xA3\xAC\x81\x00\x00\x80");
        out.extend_from_slice(&[block; 40]);
        out
    }

    #[test]
    fn what_is_put_right_later_is_no_difference() {
        let mut same = comparison(b"0123456789");
        append(&mut same, b"01X3456X89");
        overwrite(&mut same, 2, b"2");
        overwrite(&mut same, 6, b"678");
        assert!(same.differences().unwrap().is_empty());
    }

    #[test]
    fn the_old_index_is_void_while_the_new_one_is_written() {
        let mut other = comparison(&recording(1, 1));
        append(&mut other, &recording(2, 1));
        append(&mut other, b"abc");
        overwrite(&mut other, 96, b"Y");
        let differences = other.differences().unwrap();
        let end = recording(1, 1).len() as u64;
        let steps: Vec<Vec<(u64, Vec<u8>)>> = differences.in_safe_order().collect();
        let cues = 42;
        let expected = [
            vec![(end, b"abc".to_vec())],
            vec![(96, b"Y".to_vec())],
            vec![(cues, vec![0xEC, 0x20, 0, 33])],
            vec![(cues + 7 + 12, vec![2; 18])],
            vec![(cues + 7, vec![2; 12]), (cues, CUES_ID.to_vec())],
        ];
        assert_eq!(steps, expected);
        assert_eq!((differences.bytes(), differences.shorter), (34, None));
    }

    #[test]
    fn another_layout_is_noticed() {
        let is_other = |result: Result<_, Failure>| {
            matches!(result.map(|_: Differences| ()), Err(Failure { cause: Cause::OtherLayout, .. }))
        };
        // Other pictures; pictures in another place; no head at all.
        let mut other = comparison(&recording(1, 1));
        append(&mut other, &recording(1, 2));
        assert!(is_other(other.differences()));
        let mut other = comparison(&recording(1, 1));
        append(&mut other, b"\x1A\x45\xDF\xA3\x8C\xEC\x83abc");
        append(&mut other, &recording(1, 1)[5..]);
        assert!(is_other(other.differences()));
        let mut other = comparison(b"0123456789");
        append(&mut other, b"01234567890");
        assert!(is_other(other.differences()));
        let mut other = comparison(&[1; TOO_MANY + BLOCK]);
        let result = other.apply(EditRef::Append(&[2; TOO_MANY + BLOCK]));
        assert!(matches!(result, Err(Failure { cause: Cause::OtherLayout, .. })));
        let mut shorter = comparison(&recording(1, 1));
        append(&mut shorter, &recording(1, 1)[..90]);
        assert_eq!(shorter.differences().unwrap().shorter, Some(90));
    }

    #[test]
    fn differences_are_cut_where_they_are_overwritten() {
        let mut other = comparison(b"0123456789");
        append(&mut other, b"XXXXXXXXXX");
        overwrite(&mut other, 3, b"3Y5");
        let left: Vec<(u64, Vec<u8>)> = other.different.into_iter().collect();
        assert_eq!(left, [(0, b"XXX".to_vec()), (4, b"Y".to_vec()), (6, b"XXXX".to_vec())]);
    }
}
