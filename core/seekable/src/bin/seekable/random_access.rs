//! Files that are read at any place: what `split` and `join` have in common.

use std::fs::File;
use std::path::Path;

use seekable::{Edit, PartsError, Source, SourceError};

use crate::console::Progress;
use crate::failure::{Cause, Failure};
use crate::interrupt;
use crate::output::{Output, Sink};
use crate::source::{Bytes, Front, open_file};

/// A file of known length.
#[derive(Debug)]
pub(crate) struct RandomAccess {
    file: File,
    /// How much of it is read.
    length: u64,
    front: Front,
}

impl RandomAccess {
    /// Opens a plain file that is not empty.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let (file, metadata) = open_file(path)?;
        if !metadata.is_file() {
            return Err(Cause::NeedsAFile.of(path));
        }
        if metadata.len() == 0 {
            return Err(Cause::Empty.of(path));
        }
        let front = Front::of(&file, metadata.len()).map_err(|cause| cause.of(path))?;
        Ok(Self { file, length: front.readable(metadata.len()), front })
    }

    /// See [`Front`].
    pub(crate) fn has_lost_its_end(&self) -> bool {
        self.front.is_some()
    }
}

impl RandomAccess {
    /// The same without the zeros at its end, if there are so many that a power cut left them.
    pub(crate) fn without_zeros(self) -> Result<Self, SourceError> {
        /// Fewer may belong to the media.
        const FEW: u64 = 64;
        let mut end = self.length;
        let mut buffer = vec![0; 64 * 1024];
        while end > 0 {
            let start = end.saturating_sub(buffer.len() as u64);
            let block = buffer.get_mut(..usize::try_from(end - start).unwrap_or(0)).unwrap_or_default();
            let mut read = 0;
            while let Some(rest) = block.get_mut(read..).filter(|rest| !rest.is_empty()) {
                match self.read_at(start + read as u64, rest)? {
                    0 => break,
                    more => read += more,
                }
            }
            end = start;
            if let Some(last) = block.iter().rposition(|byte| *byte != 0) {
                end += last as u64 + 1;
                break;
            }
        }
        let length = if self.length - end >= FEW { end } else { self.length };
        Ok(Self { length, ..self })
    }
}

impl Source for RandomAccess {
    fn length(&self) -> u64 {
        self.length
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, SourceError> {
        let read = Bytes { file: &self.file, length: self.length }.read_at(offset, buffer)?;
        self.front.put(buffer.get_mut(..read).unwrap_or_default(), offset);
        Ok(read)
    }
}

/// Writes all edits. `path` is to blame where the input can not be read.
pub(crate) fn write_all(
    path: &Path,
    output: &mut Output,
    progress: &Progress,
    mut next: impl FnMut() -> Result<Option<Edit>, PartsError>,
) -> Result<(), Failure> {
    while let Some(edit) = next().map_err(|error| Cause::from(error).of(path))? {
        if interrupt::is_interrupted() {
            return Err(Cause::Interrupted.of(path));
        }
        if let Edit::Append(bytes) = &edit {
            progress.advance(bytes.len() as u64);
        }
        output.apply((&edit).into())?;
    }
    Ok(())
}
