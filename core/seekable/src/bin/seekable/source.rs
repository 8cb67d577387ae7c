//! Where bytes come from: a file or standard input.

use std::fs::{File, Metadata};
use std::io::{self, IsTerminal, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use seekable::{FinishedMp4, SourceError};

use crate::console::Progress;
use crate::failure::{Cause, Failure};
use crate::interrupt;

/// Bytes that are read at once: few enough to stay in the processor's nearest cache until they are written. With more, each
/// byte is fetched from memory twice, and that costs more than the calls that are saved.
const CHUNK: usize = 32 * 1024;

/// An input that is open for reading.
#[derive(Debug)]
pub(crate) struct Source {
    /// As it was named.
    pub(crate) path: PathBuf,
    reader: Reader,
    /// Of a plain file: how much of it is read.
    pub(crate) length: Option<u64>,
    /// Bytes that were read, and what stands for some of them.
    at: u64,
    front: Front,
}

/// A finished MP4 that has lost its end is read as the recording in fragments that it was before.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Front(Option<FinishedMp4>);

impl Front {
    /// Looks at the first bytes of a file, and at its `moov`, and goes back to its start.
    pub(crate) fn of(mut file: &File, length: u64) -> Result<Self, Cause> {
        let found = FinishedMp4::without_end(Bytes { file, length })?;
        file.rewind().map_err(|error| Cause::io("read", error))?;
        Ok(Self(found))
    }

    pub(crate) fn is_some(self) -> bool {
        self.0.is_some()
    }

    /// How much of a file of this length is worth reading: what is left of a `moov` is not.
    pub(crate) fn readable(self, length: u64) -> u64 {
        self.0.map_or(length, |found| found.movie_at.min(length))
    }

    /// Puts it into bytes that were read from `offset` on.
    pub(crate) fn put(self, bytes: &mut [u8], offset: u64) {
        let Some(found) = self.0 else { return };
        for (place, byte) in (found.front_at..).zip(FinishedMp4::REOPENED) {
            let place = place.checked_sub(offset).and_then(|place| usize::try_from(place).ok());
            if let Some(old) = place.and_then(|place| bytes.get_mut(place)) {
                *old = byte;
            }
        }
    }
}

/// The bytes of a file as they are.
#[derive(Debug)]
pub(crate) struct Bytes<'a> {
    pub(crate) file: &'a File,
    pub(crate) length: u64,
}

impl seekable::Source for Bytes<'_> {
    fn length(&self) -> u64 {
        self.length
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, SourceError> {
        let left = usize::try_from(self.length.saturating_sub(offset)).unwrap_or(usize::MAX);
        let length = left.min(buffer.len());
        let buffer = buffer.get_mut(..length).unwrap_or_default();
        loop {
            #[cfg(unix)]
            let read = std::os::unix::fs::FileExt::read_at(self.file, buffer, offset);
            #[cfg(windows)]
            let read = std::os::windows::fs::FileExt::seek_read(self.file, buffer, offset);
            match read {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(SourceError { offset, reason: error.to_string() }),
                Ok(read) => return Ok(read),
            }
        }
    }
}

#[derive(Debug)]
enum Reader {
    Stdin(io::Stdin),
    File(File),
}

/// Whether the name stands for standard input or output.
pub(crate) fn is_dash(path: &Path) -> bool {
    path.as_os_str() == "-"
}

impl Source {
    /// Opens an input; `-` is standard input.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        if is_dash(path) {
            let stdin = io::stdin();
            if stdin.is_terminal() {
                return Err(
                    Cause::Terminal("pipe a recording in, or name a file").of(Path::new("standard input"))
                );
            }
            return Ok(Self {
                path: PathBuf::from("standard input"),
                reader: Reader::Stdin(stdin),
                length: None,
                at: 0,
                front: Front::default(),
            });
        }
        let (file, metadata) = open_file(path)?;
        let length = metadata.is_file().then_some(metadata.len());
        let front = length.map_or(Ok(Front::default()), |length| Front::of(&file, length));
        let front = front.map_err(|cause| cause.of(path))?;
        let length = length.map(|length| front.readable(length));
        Ok(Self { path: path.to_owned(), reader: Reader::File(file), length, at: 0, front })
    }

    /// Goes on at this byte of a file.
    pub(crate) fn skip(&mut self, offset: u64) -> Result<(), Failure> {
        if let Reader::File(file) = &mut self.reader {
            file.seek(SeekFrom::Start(offset)).map_err(|error| Cause::io("read", error).of(&self.path))?;
            self.at = offset;
        }
        Ok(())
    }

    /// Reads to the end and hands out each chunk; stops early where `each` says so by an error.
    pub(crate) fn read_all(
        &mut self,
        progress: &Progress,
        mut each: impl FnMut(&[u8]) -> Result<(), Failure>,
    ) -> Result<u64, Failure> {
        let mut buffer = vec![0; CHUNK];
        let mut total = 0;
        loop {
            match &self.reader {
                Reader::Stdin(stdin) => interrupt::wait_for(stdin),
                // A pipe that has a name, or a device.
                Reader::File(file) if self.length.is_none() => interrupt::wait_for(file),
                Reader::File(_) => {}
            }
            if interrupt::is_interrupted() {
                return Err(Cause::Interrupted.of(&self.path));
            }
            let read = match &mut self.reader {
                Reader::Stdin(stdin) => stdin.read(&mut buffer),
                Reader::File(file) if self.front.is_some() => {
                    file.take(self.length.unwrap_or(u64::MAX).saturating_sub(self.at)).read(&mut buffer)
                }
                Reader::File(file) => file.read(&mut buffer),
            };
            let length = match read {
                Ok(0) => break,
                Ok(length) => length,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(Cause::io("read", error).of(&self.path)),
            };
            let chunk = buffer.get_mut(..length).unwrap_or_default();
            self.front.put(chunk, self.at);
            self.at += length as u64;
            each(chunk)?;
            total += length as u64;
            progress.advance(length as u64);
        }
        if interrupt::is_interrupted() {
            return Err(Cause::Interrupted.of(&self.path));
        }
        if total == 0 {
            return Err(Cause::Empty.of(&self.path));
        }
        Ok(total)
    }
}

/// Opens a file for reading and says clearly why it can't be.
pub(crate) fn open_file(path: &Path) -> Result<(File, Metadata), Failure> {
    let opened = open(path).and_then(|file| Ok((file.metadata()?, file)));
    let (metadata, file) = opened.map_err(|error| Cause::io("read", error).of(path))?;
    if metadata.is_dir() {
        return Err(Cause::Folder { example: path.join("*.webm") }.of(path));
    }
    Ok((file, metadata))
}

/// A pipe that has a name can be opened only when somebody writes into it, and that may never be: an interruption ends the
/// wait.
#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::FileTypeExt;
    if !path.metadata()?.file_type().is_fifo() {
        return File::open(path);
    }
    let (is_opened, opening) = io::pipe()?;
    let path = path.to_owned();
    let thread = std::thread::spawn(move || {
        let opened = File::open(path);
        drop(opening);
        opened
    });
    interrupt::wait_for(&is_opened);
    if interrupt::is_interrupted() {
        return Err(io::ErrorKind::Interrupted.into());
    }
    thread.join().unwrap_or_else(|_| Err(io::ErrorKind::Other.into()))
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}
