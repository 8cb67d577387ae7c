//! What stands at the front of an MP4 of ours: where each part is, and whether the end was written.

use super::boxes::{self, Header, NoHeader, children};
use super::head::FRONT_BOX;
#[cfg(feature = "mp4-repair")]
use super::whole::is_whole;
use crate::Error;
#[cfg(feature = "mp4-repair")]
use crate::packets::{PartsError, Source, Span, append_from};

/// The shortest area for an index (see [`crate::Options`]).
const AREA_MIN: usize = 256;
/// Enough to hold all that stands in front of the `moov` of a recording.
#[cfg(feature = "mp4-repair")]
const HEAD: u64 = 4 * 1024;

/// An MP4 that [`crate::Seekable::finish`] made plain, and that has lost its end since. Layout: `docs/RECORDING.md`, *MP4*.
///
/// What it held while it was recorded is still there: with other bytes at the front it is a recording in fragments again, all of
/// whose whole ones can be read.
#[cfg(feature = "mp4-repair")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FinishedMp4 {
    /// Where [`FinishedMp4::REOPENED`] is to be put, in bytes from the start of the file.
    pub front_at: u64,
    /// Where the `moov` began, or would: what is left of it there is no part of the recording. May lie behind the end of the file.
    pub movie_at: u64,
}

#[cfg(feature = "mp4-repair")]
impl FinishedMp4 {
    /// Free space in place of the header of the one large `mdat`.
    pub const REOPENED: [u8; 16] = *b"\0\0\0\x10free\0\0\0\0\0\0\0\0";

    /// Looks at the first bytes of a file, and at its `moov`. `None` for all other files: those that are whole as well.
    ///
    /// # Errors
    /// [`PartsError::Source`].
    pub fn without_end<S: Source>(file: S) -> Result<Option<Self>, PartsError> {
        let mut head = Vec::new();
        append_from(&file, Span { offset: 0, size: HEAD }, &mut head)?;
        let reader = Reader { head: &head, length: u64::MAX, limit: head.len() };
        let Ok((front_at, Some(movie_at))) = reader.front() else { return Ok(None) };
        let found = Self { front_at: front_at as u64, movie_at };
        Ok(if is_whole(file, movie_at)? { None } else { Some(found) })
    }
}

/// The front of a file.
pub(super) struct Reader<'a> {
    pub(super) head: &'a [u8],
    pub(super) length: u64,
    pub(super) limit: usize,
}

impl<'a> Reader<'a> {
    fn header(&self, at: usize) -> Result<Header, Error> {
        match boxes::header(self.head.get(at..).unwrap_or_default()) {
            Ok(header) => Ok(header),
            Err(NoHeader::NeedMore) => Err(self.too_short()),
            Err(NoHeader::Bad) => Err(Error::NotOurs),
        }
    }

    pub(super) fn too_short(&self) -> Error {
        let length = self.head.len() as u64;
        if length < self.length { Error::HeadTooShort { length } } else { Error::NotOurs }
    }

    /// The end of the box at `at`; it lies within the limit.
    fn end(&self, header: &Header, at: usize) -> Result<usize, Error> {
        let size = header.size.and_then(|size| usize::try_from(size).ok());
        size.and_then(|size| at.checked_add(size)).filter(|end| *end <= self.limit).ok_or(Error::NotOurs)
    }

    pub(super) fn whole(&self, at: usize) -> Result<&'a [u8], Error> {
        let header = self.header(at)?;
        let end = self.end(&header, at)?;
        self.head.get(at..end).ok_or_else(|| self.too_short())
    }

    /// Where the box in front of `moov` is, and where the `moov` of a finished file is.
    pub(super) fn front(&self) -> Result<(usize, Option<u64>), Error> {
        let mut at = 0;
        loop {
            let header = self.header(at)?;
            let is_free = &header.kind == b"free";
            // Its name may be torn while it changes.
            let is_name = header.kind.iter().zip(b"free").zip(b"mdat").all(|((is, a), b)| is == a || is == b);
            let is_large = header.length == FRONT_BOX && is_name;
            let is_front = is_large || is_free && header.size == Some(FRONT_BOX as u64);
            if is_front && &self.header(at + FRONT_BOX)?.kind == b"moov" {
                let end = header.size.and_then(|size| size.checked_add(at as u64));
                return Ok((at, end.filter(|_| is_large)));
            }
            if matches!(&header.kind, b"moov" | b"moof" | b"mdat") {
                return Err(Error::NotOurs);
            }
            at = self.end(&header, at)?;
        }
    }

    /// How long the area for the index is that begins at `at`, and which of its places is in use.
    pub(super) fn index(&self, at: usize) -> Result<(usize, Option<usize>), Error> {
        let free = self.header(at)?;
        let first_end = self.end(&free, at)?;
        if &free.kind != b"free" {
            return Err(Error::NotOurs);
        }
        let is_empty = first_end as u64 == self.length;
        let index = if is_empty { Err(Error::NotOurs) } else { self.header(first_end) };
        let index = match index {
            Ok(index) if &index.kind == b"sidx" => index,
            // Nothing is listed yet.
            Ok(_) | Err(Error::NotOurs) if first_end - at >= AREA_MIN => return Ok((first_end - at, None)),
            Ok(_) => return Err(Error::NotOurs),
            Err(error) => return Err(error),
        };
        let index_end = self.end(&index, first_end)?;
        let behind = self.header(index_end)?;
        let end = self.end(&behind, index_end)?;
        let area = end - at;
        let which = usize::from(first_end - at != 8);
        let is_ours = &behind.kind == b"free" && first_end - at == 8 + which * ((area - 8) / 2);
        if is_ours && area >= AREA_MIN { Ok((area, Some(which))) } else { Err(Error::NotOurs) }
    }

    /// Whether an area of this length has an index in one of its places, whatever its first bytes say: they may be torn.
    pub(super) fn has_index(&self, at: usize, area: usize) -> bool {
        [8, 8 + (area - 8) / 2].iter().any(|place| {
            let inside = self.head.get(at + place..at + area).unwrap_or_default();
            let mut boxes = children(inside).filter_map(Result::ok).map(|child| child.kind);
            boxes.next() == Some(*b"sidx") && boxes.next() == Some(*b"free")
        })
    }
}
