//! What can go wrong with a file, said so that the next step is clear.

use std::io;
use std::path::{Path, PathBuf};

use seekable::{Container, PartsError, Source};

/// A file, and why nothing came of it.
#[derive(Debug, thiserror::Error)]
#[error("{}: {cause}", path.display())]
pub(crate) struct Failure {
    /// The file that is to blame, as it was named on the command line.
    pub(crate) path: PathBuf,
    /// Why.
    pub(crate) cause: Cause,
}

/// Why nothing came of a file.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Cause {
    #[error("there is no such file")]
    Missing,
    #[error("is a folder: name the files in it, for instance {}", example.display())]
    Folder { example: PathBuf },
    #[error("is empty: there is nothing to work on")]
    Empty,
    #[error("may not be {0}: permission denied")]
    Denied(&'static str),
    #[error(
        "is no recording: at byte 0 expected an EBML header (1A 45 DF A3: WebM, Matroska), an MP4 box (`ftyp`) or an Ogg page (`OggS`), found {found}"
    )]
    NotARecording { found: String },
    #[error(
        "begins as WebM and Matroska do (1A 45 DF A3), {}: there is no recording in it",
        if *.length < 64 { format!("and ends there, after {length} bytes") } else { "but what follows is no EBML header".into() }
    )]
    OnlyEbml { length: u64 },
    #[error(
        "the head can not be read at byte {offset}: expected Info and Tracks before the first Cluster (WebM), or a readable moov before the first moof and the media it lists (MP4)"
    )]
    UnreadableHead { offset: u64 },
    #[error(
        "ends within its head, at byte {offset}: expected Tracks and a Cluster, so there is no sound or picture in it"
    )]
    OnlyAHead { offset: u64 },
    #[error("ends at byte {offset} without a whole index (`moov`): no sound or picture can be read from it")]
    NoMoov { offset: u64 },
    #[error("{0}. Nothing was changed")]
    NoIndex(PartsError),
    #[error("its head names no track: there is no sound or picture in it")]
    NoTracks,
    #[error("{0:?} can not be changed by this command: it takes WebM, Matroska and MP4")]
    WrongContainer(Container),
    #[error("exists already: choose another name with -o, or replace it with --force")]
    Exists,
    #[error("is the input itself: use --in-place to change it")]
    IsTheInput,
    #[error("is one of the parts: give the result another name")]
    IsAPart,
    #[error("the folder {} does not exist: create it first", .0.display())]
    NoFolder(PathBuf),
    #[error("is a symbolic link that leads nowhere: {0}")]
    Link(io::Error),
    #[error("is not a plain file: it can't be changed in place, use -o")]
    NotAPlainFile,
    #[error(
        "has {0} names (hard links): replacing it would leave the others as they are. Nothing was changed: use -o"
    )]
    HardLinks(u64),
    #[error("is a terminal: {0}")]
    Terminal(&'static str),
    #[error("the disk is full: nothing was changed, free some space and try again")]
    DiskFull,
    #[error(
        "would become larger than a file may be here (see `ulimit -f`, and the limits of the file system): nothing was changed"
    )]
    FileTooLarge,
    #[error("there is no room for all of it: it was changed in part, do the same again when there is room")]
    ChangedInPart,
    #[error("whoever reads the output went away before its end")]
    BrokenPipe,
    #[error("changed while it was read: try again when nobody writes to it")]
    Changed,
    /// Only between comparing and writing anew; nobody sees it.
    #[error("has another layout: it must be written anew")]
    OtherLayout,
    #[error("interrupted: nothing was changed")]
    Interrupted,
    #[error("can't be {doing}: {source}")]
    Io { doing: &'static str, source: io::Error },
    #[error("is no plain file: it is read at many places at once, so save it to a file first")]
    NeedsAFile,
    #[error(transparent)]
    Recording(#[from] seekable::Error),
    #[error(transparent)]
    Parts(#[from] PartsError),
}

impl Cause {
    /// Says what stands at the start instead. `length`: bytes of the file.
    pub(crate) fn not_a_recording(front: &[u8], length: u64) -> Self {
        if front.starts_with(&[0x1A, 0x45, 0xDF, 0xA3]) {
            return Self::OnlyEbml { length };
        }
        let found = front.iter().take(4).map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(" ");
        Self::NotARecording { found }
    }

    /// Why packets of a file can't be read: of what is no recording, what stands at its start.
    pub(crate) fn of_parts(error: PartsError, source: &impl Source) -> Self {
        let mut front = [0; 4];
        let is_unknown = error == PartsError::UnknownContainer(Container::Unknown);
        match source.read_at(0, &mut front) {
            // EBML of another kind is said to be that.
            Ok(read) if is_unknown && front != *b"\x1A\x45\xDF\xA3" => {
                Self::not_a_recording(front.get(..read).unwrap_or_default(), source.length())
            }
            _ => error.into(),
        }
    }

    /// For this file.
    pub(crate) fn of(self, path: &Path) -> Failure {
        Failure { path: path.to_owned(), cause: self }
    }

    /// The cause behind an error of the system; `doing` completes "it can't be …".
    pub(crate) fn io(doing: &'static str, source: io::Error) -> Self {
        use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
        match source.kind() {
            StorageFull | QuotaExceeded | FileTooLarge if doing == "changed" => Self::ChangedInPart,
            io::ErrorKind::NotFound => Self::Missing,
            io::ErrorKind::PermissionDenied => Self::Denied(doing),
            StorageFull | QuotaExceeded => Self::DiskFull,
            FileTooLarge => Self::FileTooLarge,
            io::ErrorKind::BrokenPipe => Self::BrokenPipe,
            io::ErrorKind::Interrupted => Self::Interrupted,
            _ => Self::Io { doing, source },
        }
    }
}
