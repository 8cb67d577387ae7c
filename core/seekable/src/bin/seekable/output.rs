//! Where bytes go: a temporary file that takes its target's name in one step, when it is whole.

use std::fs::{self, File};
use std::io::{self, IsTerminal, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use seekable::EditRef;
use tempfile::TempPath;

use crate::failure::{Cause, Failure};
use crate::places::Place;
use crate::source::is_dash;

/// Takes the edits of a recording.
pub(crate) trait Sink {
    /// Applies one edit, in the order they come.
    fn apply(&mut self, edit: EditRef<'_>) -> Result<(), Failure>;
}

/// An output that is being written.
#[derive(Debug)]
pub(crate) struct Output {
    /// The target, as it was named.
    pub(crate) path: PathBuf,
    file: File,
    /// Where the next write of the file goes, and where it ends.
    at: u64,
    length: u64,
    /// Appended, but not written yet: less than [`BLOCK`].
    tail: Vec<u8>,
    /// Room on the disk that was asked for, in bytes.
    reserved: u64,
    end: End,
}

/// Appended bytes are written so many at once, or more.
const BLOCK: usize = 64 * 1024;

/// Writes end at a multiple of it: whole pages cost the system less.
const PAGE: usize = 4096;

/// Small outputs need no room of their own.
const WORTH_RESERVING: u64 = 1024 * 1024;

/// What happens when all is written.
#[derive(Debug)]
enum End {
    /// The temporary file takes the target's name.
    Rename {
        temporary: TempPath,
        target: PathBuf,
        may_replace: bool,
    },
    /// What can't be rewritten gets a copy: a pipe, a device.
    Pour(File),
    PourToStandardOutput,
}

impl Output {
    /// An output for `place`, which must not be [`Place::Itself`].
    pub(crate) fn create(place: &Place, input: &Path) -> Result<Self, Failure> {
        match place {
            Place::Itself => Self::beside(input, input, true),
            Place::StandardOutput => {
                let path = Path::new("standard output");
                if io::stdout().is_terminal() {
                    return Err(Cause::Terminal("name an output with -o, or redirect it").of(path));
                }
                Self::spool(path, End::PourToStandardOutput)
            }
            Place::File { path, may_replace } => {
                // A pipe that is opened waits for its other side.
                let is_file = |path: &Path| fs::metadata(path).is_ok_and(|found| found.is_file());
                let are_files = !is_dash(input) && is_file(input) && is_file(path);
                if are_files && same_file::is_same_file(input, path).unwrap_or(false) {
                    return Err(Cause::IsTheInput.of(path));
                }
                match fs::metadata(path) {
                    Ok(found) if found.is_dir() => {
                        let example = path.join(input.file_name().unwrap_or("talk.webm".as_ref()));
                        Err(Cause::Folder { example }.of(path))
                    }
                    Ok(found) if !found.is_file() => {
                        let opened = fs::OpenOptions::new().write(true).open(path);
                        let file = opened.map_err(|error| Cause::io("written", error).of(path))?;
                        Self::spool(path, End::Pour(file))
                    }
                    Ok(_) if !may_replace => Err(Cause::Exists.of(path)),
                    // A symbolic link stays; what it leads to is replaced, or created where nothing is there yet.
                    Ok(_) => Self::beside(path, &fs::canonicalize(path).unwrap_or(path.clone()), true),
                    Err(error) if path.is_symlink() => match error.kind() {
                        io::ErrorKind::NotFound => Self::beside(path, &end_of_links(path), *may_replace),
                        _ => Err(Cause::Link(error).of(path)),
                    },
                    Err(_) => Self::beside(path, path, *may_replace),
                }
            }
        }
    }

    /// A temporary file beside `target`, which may exist only where it `may_replace` it.
    pub(crate) fn beside(shown: &Path, target: &Path, may_replace: bool) -> Result<Self, Failure> {
        let folder = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        if !folder.is_dir() {
            return Err(Cause::NoFolder(folder.to_owned()).of(shown));
        }
        let mut prefix = std::ffi::OsString::from(".");
        prefix.push(target.file_name().unwrap_or_default());
        prefix.push(".");
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).suffix(".tmp");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let created = builder.tempfile_in(folder).and_then(|created| {
            if let Ok(old) = fs::metadata(target) {
                keep_access(created.as_file(), &old)?;
            }
            Ok(created)
        });
        let (file, temporary) = created.map_err(|error| Cause::io("created", error).of(shown))?.into_parts();
        let end = End::Rename { temporary, target: target.to_owned(), may_replace };
        Ok(Self { path: shown.to_owned(), file, at: 0, length: 0, tail: Vec::new(), reserved: 0, end })
    }

    fn spool(path: &Path, end: End) -> Result<Self, Failure> {
        let file = tempfile::tempfile().map_err(|error| Cause::io("held back", error).of(path))?;
        Ok(Self { path: path.to_owned(), file, at: 0, length: 0, tail: Vec::new(), reserved: 0, end })
    }

    /// Asks for room on the disk for an output about as long as the input, if that is known: what is then written costs the
    /// system less, and lies together. Where there is no such room, or no such request, writing will tell.
    pub(crate) fn reserve(&mut self, length: Option<u64>) {
        let Some(length) = length.filter(|length| *length >= WORTH_RESERVING) else { return };
        #[cfg(target_os = "linux")]
        {
            use rustix::fs::{FallocateFlags, fallocate};
            if fallocate(&self.file, FallocateFlags::KEEP_SIZE, 0, length).is_ok() {
                self.reserved = length;
            }
        }
        #[cfg(not(target_os = "linux"))]
        let _ = length;
    }

    /// Held back until a block is full; only what is behind the last whole page of it waits on.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.tail.len() + bytes.len() < BLOCK {
            self.tail.extend_from_slice(bytes);
            return Ok(());
        }
        let held_end = self.length as usize % PAGE + self.tail.len();
        let fill = held_end.next_multiple_of(PAGE) - held_end;
        let (fill, rest) = bytes.split_at(fill.min(bytes.len()));
        self.tail.extend_from_slice(fill);
        self.flush()?;
        let (pages, behind) = rest.split_at(rest.len() - rest.len() % PAGE);
        self.file.write_all(pages)?;
        self.length += pages.len() as u64;
        self.at = self.length;
        self.tail.extend_from_slice(behind);
        Ok(())
    }

    fn overwrite(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let place = offset.checked_sub(self.length).and_then(|start| usize::try_from(start).ok());
        let place = place.and_then(|start| self.tail.get_mut(start..start + bytes.len()));
        if let Some(place) = place {
            place.copy_from_slice(bytes);
            return Ok(());
        }
        if offset + bytes.len() as u64 > self.length {
            self.flush()?;
        }
        self.seek(offset)?;
        // After a failed write nothing is known; nobody goes on after that.
        self.file.write_all(bytes)?;
        self.at = offset + bytes.len() as u64;
        Ok(())
    }

    /// Writes what was held back.
    fn flush(&mut self) -> io::Result<()> {
        self.seek(self.length)?;
        self.file.write_all(&self.tail)?;
        self.length += self.tail.len() as u64;
        self.at = self.length;
        self.tail.clear();
        Ok(())
    }

    /// Gives back room that was not needed.
    fn give_back(&mut self) -> io::Result<()> {
        if self.reserved > self.length { self.file.set_len(self.length) } else { Ok(()) }
    }

    fn seek(&mut self, offset: u64) -> io::Result<()> {
        if self.at != offset {
            self.at = self.file.seek(SeekFrom::Start(offset))?;
        }
        Ok(())
    }

    /// Makes the output visible: all of it, at once.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        self.hold()?.show()
    }

    /// All is written. It has its name only when it is shown, and goes away if it is not.
    pub(crate) fn hold(mut self) -> Result<Held, Failure> {
        let flushed = self.flush().and_then(|()| self.give_back());
        let Self { path, file, end, .. } = self;
        match flushed.and_then(|()| end.hold(file)) {
            Ok(whole) => Ok(Held { path, whole }),
            Err(error) => Err(Cause::io("written", error).of(&path)),
        }
    }
}

/// An output that is whole, but not visible yet.
#[derive(Debug)]
#[must_use]
pub(crate) struct Held {
    path: PathBuf,
    whole: Whole,
}

#[derive(Debug)]
enum Whole {
    Temporary { temporary: TempPath, target: PathBuf, may_replace: bool, replaces: bool },
    Spooled { file: File, into: Option<File> },
}

impl End {
    fn hold(self, file: File) -> io::Result<Whole> {
        Ok(match self {
            Self::Rename { temporary, target, may_replace } => {
                // What is replaced must not be gone before its successor is on the disk. A new file has the input to
                // go back to, as with any copy.
                let replaces = target.exists();
                if replaces {
                    file.sync_all()?;
                }
                Whole::Temporary { temporary, target, may_replace, replaces }
            }
            Self::Pour(into) => Whole::Spooled { file, into: Some(into) },
            Self::PourToStandardOutput => Whole::Spooled { file, into: None },
        })
    }
}

impl Held {
    /// It takes its name.
    pub(crate) fn show(self) -> Result<(), Failure> {
        let Self { path, whole } = self;
        whole.show().map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => Cause::Exists.of(&path),
            _ => Cause::io("written", error).of(&path),
        })
    }
}

impl Whole {
    fn show(self) -> io::Result<()> {
        match self {
            Self::Temporary { temporary, target, may_replace, replaces } => {
                let renamed = if may_replace {
                    temporary.persist(&target)
                } else {
                    temporary.persist_noclobber(&target)
                };
                renamed.map_err(|failed| failed.error)?;
                if replaces {
                    sync_folder(&target);
                }
                Ok(())
            }
            Self::Spooled { mut file, into: Some(into) } => pour(&mut file, into),
            Self::Spooled { mut file, into: None } => pour(&mut file, io::stdout().lock()),
        }
    }
}

/// Copies the whole file into something that can't be rewritten.
fn pour(file: &mut File, mut into: impl Write) -> io::Result<()> {
    file.rewind()?;
    io::copy(file, &mut into)?;
    into.flush()
}

impl Sink for Output {
    fn apply(&mut self, edit: EditRef<'_>) -> Result<(), Failure> {
        let written = match edit {
            EditRef::Append(bytes) => self.append(bytes),
            EditRef::Overwrite { offset, bytes } => self.overwrite(offset, bytes),
        };
        written.map_err(|error| Cause::io("written", error).of(&self.path))
    }
}

/// Where a symbolic link that leads to nothing would have it.
fn end_of_links(link: &Path) -> PathBuf {
    /// Where the system gives up, it has told.
    const MOST_LINKS: usize = 40;
    let mut path = link.to_owned();
    for _ in 0..MOST_LINKS {
        let Ok(next) = fs::read_link(&path) else { break };
        path = path.parent().unwrap_or(Path::new("")).join(next);
    }
    path
}

/// Gives a new file the permissions of the old one, and its owner where that is allowed.
fn keep_access(file: &File, old: &fs::Metadata) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        // Only the superuser may give files away; for all others the owner is the same anyhow.
        let _ = std::os::unix::fs::fchown(file, Some(old.uid()), Some(old.gid()));
    }
    file.set_permissions(old.permissions())
}

/// The new name survives a power cut, where the system can promise that.
fn sync_folder(target: &Path) {
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}
