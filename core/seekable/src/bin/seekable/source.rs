//! Where bytes come from: a file or standard input.

use std::fs::{File, Metadata};
use std::io::{self, IsTerminal, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use seekable::FinishedMp4;

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
    /// Of a plain file.
    pub(crate) length: Option<u64>,
    /// Bytes that were read, and what stands for some of them.
    at: u64,
    front: Front,
}

/// A finished MP4 that has lost its end is read as the recording in fragments that it was before.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Front(Option<FinishedMp4>);

impl Front {
    /// Enough to hold all that stands in front of the `moov` of a recording.
    const HEAD: u64 = 4 * 1024;

    /// Looks at the first bytes of a file, and at its `moov`, and goes back to its start.
    pub(crate) fn of(mut file: &File, length: u64) -> io::Result<Self> {
        let mut head = Vec::new();
        file.take(Self::HEAD).read_to_end(&mut head)?;
        let front = match FinishedMp4::of(&head) {
            Some(found) if !has_movie(file, found.movie_at, length)? => Some(found),
            _ => None,
        };
        file.rewind()?;
        Ok(Self(front))
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
        let front = front.map_err(|error| Cause::io("read", error).of(path))?;
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

/// Whether a `moov` is there as a whole: each of its boxes leads to the next, and it does not end in zeros.
fn has_movie(mut file: &File, at: u64, length: u64) -> io::Result<bool> {
    let mut header = |at: u64| -> io::Result<Option<(u64, [u8; 4])>> {
        let mut bytes = [0; 8];
        if at.checked_add(8).is_none_or(|end| end > length) {
            return Ok(None);
        }
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(&mut bytes)?;
        let [a, b, c, d, kind @ ..] = bytes;
        Ok(Some((u32::from_be_bytes([a, b, c, d]).into(), kind)))
    };
    let Some((size, kind)) = header(at)? else { return Ok(false) };
    let Some(end) = at.checked_add(size).filter(|end| *end <= length && size >= 16) else { return Ok(false) };
    let mut child = at + 8;
    while child < end {
        match header(child)? {
            Some((size, _)) if size >= 8 => child = child.saturating_add(size),
            _ => return Ok(false),
        }
    }
    let last = header(end - 8)?;
    Ok(&kind == b"moov" && child == end && last != Some((0, [0; 4])))
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
