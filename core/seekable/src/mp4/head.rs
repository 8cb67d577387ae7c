//! The head: everything up to the end of `moov`. It is held until it is whole, then written anew once.

use super::boxes::{self, Header, Malformed, NoHeader, begin, children, end, find, free};
use super::index::Index;
use super::movie::{self, Field, Purpose};
use super::notes;
use super::track::{self, Track};
use crate::edit::Outbox;
use crate::{Edit, Metadata, Options, ProblemKind, TrackKind};

/// The box in front of `moov`: free space while recording, and at the end the header of the one large `mdat`.
pub(crate) const FRONT_BOX: usize = 16;

/// Positions and parts of the head that was written.
#[derive(Debug)]
pub(crate) struct Layout {
    /// Where the box in front of `moov` is, and `moov` itself.
    pub(crate) front_at: u64,
    pub(crate) moov_at: u64,
    /// `moov` as it was written last.
    pub(crate) moov: Vec<u8>,
    /// Durations in it; their positions count from its start.
    pub(crate) fields: Vec<Field>,
    /// Where in `moov` the room for what is said about the recording begins; it goes to the end.
    pub(crate) notes_at: usize,
    /// User data as it came.
    pub(crate) user_data: Vec<u8>,
    /// Ticks of the movie in a second.
    pub(crate) timescale: u32,
    pub(crate) tracks: Vec<Track>,
    /// The track that the index is made for.
    pub(crate) reference: usize,
    pub(crate) index: Index,
}

/// How far the head was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HeadStep {
    NeedMore,
    /// A `moov` that fragments follow begins here and ends there. With the feature `mp4-repair` it may list samples itself.
    Complete(usize, usize),
    /// The file passes through as it came.
    Plain,
    /// The same, and why, and where that is.
    Unreadable(usize, ProblemKind),
}

/// Reads on from `next`. `data` is the input from its very start; nothing of it is consumed.
pub(crate) fn advance(next: &mut usize, data: &[u8], limit: usize) -> HeadStep {
    loop {
        let at = *next;
        let rest = data.get(at..).unwrap_or_default();
        let header = match boxes::header(rest) {
            Ok(header) => header,
            Err(NoHeader::NeedMore) => return HeadStep::NeedMore,
            Err(NoHeader::Bad) => return HeadStep::Unreadable(at, ProblemKind::NotAnElement),
        };
        match &header.kind {
            b"mdat" => return HeadStep::Plain,
            b"moof" => return HeadStep::Unreadable(at, ProblemKind::UnreadableHead),
            _ => {}
        }
        let Some(end) = end_of(&header, at).filter(|end| *end <= limit) else {
            // A plain file may have a large head.
            return HeadStep::Plain;
        };
        let Some(whole) = data.get(at..end) else { return HeadStep::NeedMore };
        if &header.kind == b"moov" {
            let moov = whole.get(header.length..).unwrap_or_default();
            let is_plain = find(moov, &[b"mvex"]).is_none();
            #[cfg(not(feature = "mp4-repair"))]
            let is_plain = is_plain || movie::has_samples(moov);
            return if is_plain { HeadStep::Plain } else { HeadStep::Complete(at, end) };
        }
        *next = end;
    }
}

fn end_of(header: &Header, at: usize) -> Option<usize> {
    at.checked_add(usize::try_from(header.size?).ok()?)
}

/// Writes the head anew: what came before `moov`, the box in front, `moov` with room, and an empty index.
pub(crate) fn write(
    data: &[u8],
    moov_at: usize,
    moov_end: usize,
    options: &Options,
    outbox: &mut Outbox,
) -> Result<Layout, Malformed> {
    let whole = data.get(moov_at..moov_end).ok_or(Malformed)?;
    let moov = whole.get(boxes::header(whole).map_err(|_| Malformed)?.length..).ok_or(Malformed)?;
    let timescale =
        find(moov, &[b"mvhd"]).and_then(track::timescale).filter(|scale| *scale > 0).ok_or(Malformed)?;
    let tracks = track::read_all(moov, timescale)?;
    let user_data = find(moov, &[b"udta"]).unwrap_or_default().to_vec();

    // Its own writer, so that nothing is in the output when it fails.
    let mut scratch = Outbox::default();
    let start = begin(&mut scratch, b"moov");
    let fields = movie::write(moov, Purpose::Live, &mut [], &mut scratch)?;
    let notes_at = scratch.length() as usize;
    let existing = notes::user_data(&user_data, &Metadata::default());
    let area = options.metadata_area();
    // In a file of ours it stays as long as it was.
    let spare = find(moov, &[b"free"]).map_or(area, |free| free.len() + 8);
    let room = area.max(existing.len() + spare);
    scratch.append(&existing);
    scratch.append(&free(room - existing.len()));
    end(&mut scratch, start);
    let Some(Edit::Append(moov)) = scratch.next_edit() else { return Err(Malformed) };

    let front = free(FRONT_BOX);
    let before = data.get(..moov_at).unwrap_or_default();
    // One of ours is not doubled. The same bytes at the end of another box are no box.
    let last = children(before).filter_map(Result::ok).last();
    let is_ours = last.is_some_and(|last| last.whole == front);
    outbox.append(before.get(..before.len() - if is_ours { FRONT_BOX } else { 0 }).unwrap_or(before));
    let front_at = outbox.length();
    outbox.append(&front);
    let moov_at = outbox.length();
    outbox.append(&moov);
    let area = options.index_area();
    let reference = reference(&tracks);
    let index = index(outbox.length(), area, tracks.get(reference));
    outbox.append(&free(area));
    Ok(Layout { front_at, moov_at, moov, fields, notes_at, user_data, timescale, tracks, reference, index })
}

/// The track that the index is made for: the first that has pictures, or else sound.
pub(super) fn reference(tracks: &[Track]) -> usize {
    let first = |kind| tracks.iter().position(|track| track.kind == kind);
    first(TrackKind::Video).or(first(TrackKind::Audio)).unwrap_or(0)
}

/// An index of that track, in an area of this length.
pub(super) fn index(at: u64, area: usize, track: Option<&Track>) -> Index {
    let (number, ticks) = track.map_or((0, 1), |track| (track.id, track.timescale));
    Index::new(at, area, number, ticks)
}
