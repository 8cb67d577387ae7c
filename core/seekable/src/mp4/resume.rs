//! Taking up a file of ours again, where it is.
//!
//! Nothing moves: head, reserves and fragments are where they should be already. All fragments are read once more, for the
//! sample tables; what is left to do is to put durations and index right, to cut off the tail, and to append the `moov`.

use super::body::Body;
use super::boxes::{self, box_header, children, find, free, large_header};
use super::front::Reader;
use super::head::{self, FRONT_BOX, Layout};
use super::movie::{self, Field, Purpose};
use super::old_movie::OldMovie;
use super::plain::Plain;
use super::track::{self, Track};
#[cfg(feature = "mp4-repair")]
use super::whole;
use crate::edit::Outbox;
use crate::resume::Repair;
use crate::{Container, Edit, Error, Metadata, Options, Problem, ProblemKind, Summary};

/// The longest reserves (see [`Options`]).
const RESERVES_MAX: usize = 32 * 1024 * 1024;

/// A file of ours that is read again from behind its head.
#[derive(Debug)]
pub(crate) struct InPlace {
    body: Body,
    outbox: Outbox,
    said: Metadata,
    /// The file up to where it is read on from, as it will be with all edits so far.
    head: Vec<u8>,
    /// The byte of the file to read on from, and where that has come by now.
    pub(crate) offset: u64,
    at: u64,
    length: u64,
    /// Read, but not yet understood.
    held: Vec<u8>,
    /// Where the `mdat` of a finished file ends, and what follows there.
    movie_at: Option<u64>,
    movie: Vec<u8>,
    /// What stands behind the media, but inside of that `mdat`: older movies, from here on.
    old_at: u64,
    old: Vec<u8>,
    limit: u64,
}

impl InPlace {
    /// Takes up the file of `length` bytes whose first ones are `head`.
    pub(crate) fn new(head: &[u8], length: u64, options: &Options) -> Result<Self, Error> {
        let found = read_layout(head, length, options)?;
        let offset = found.end as u64;
        let outbox = Outbox::in_place(offset);
        Ok(Self {
            body: Body::new(found.layout, offset, options, &outbox).in_place(),
            outbox,
            said: Metadata::default(),
            head: head.get(..found.end).unwrap_or_default().to_vec(),
            offset,
            at: offset,
            length,
            held: Vec::new(),
            movie_at: found.movie_at,
            movie: Vec::new(),
            old_at: 0,
            old: Vec::new(),
            limit: options.limits.table_bytes,
        })
    }

    pub(crate) fn set_metadata(&mut self, said: &Metadata) {
        self.said = said.clone();
        self.body.set_metadata(said);
    }

    pub(crate) fn push(&mut self, chunk: &[u8]) {
        let left = self.movie_at.map_or(u64::MAX, |end| end.saturating_sub(self.at));
        let (media, movie) = chunk.split_at(usize::try_from(left).unwrap_or(usize::MAX).min(chunk.len()));
        self.at += chunk.len() as u64;
        if self.body.is_behind_media() {
            self.put_old(media);
        } else {
            self.held.extend_from_slice(media);
            let from = self.outbox.length();
            let mut used = self.body.take(&self.held, &mut self.outbox);
            if self.body.is_behind_media() {
                self.old_at = self.outbox.length();
                let media = usize::try_from(self.old_at - from).unwrap_or(used);
                let old = self.held.split_off(media.min(self.held.len()));
                self.put_old(&old);
                used = media;
            }
            self.held.drain(..used.min(self.held.len()));
        }
        // More than can be a `moov` is not one.
        if (self.movie.len() as u64) < self.limit {
            self.movie.extend_from_slice(movie);
        }
    }

    fn put_old(&mut self, piece: &[u8]) {
        if (self.old.len() as u64) < self.limit {
            self.old.extend_from_slice(piece);
        }
    }

    pub(crate) fn finish(mut self) -> Repair {
        if let Some(at) = self.movie_at
            && let Some(size) = whole_movie(&self.movie)
        {
            let behind = self.movie.split_off(size);
            return self.finish_again(at, &behind);
        }
        self.body.finish(&self.held, &mut self.outbox);
        if !self.body.is_plain() {
            // It may have been finished, and cut off since.
            self.outbox.overwrite(self.body.layout().front_at, &free(FRONT_BOX));
        }
        let mut summary = self.summary();
        self.body.describe(&mut summary);
        self.repair(summary)
    }

    /// The file is a plain movie already; what is said goes into another `moov`, in the place of one that is not in use
    /// any more, or behind the one that is. `behind`: what follows that one.
    fn finish_again(mut self, at: u64, behind: &[u8]) -> Repair {
        let mut plain = Plain::default();
        plain.take(&self.movie, self.limit, &mut Outbox::default());
        let mut problem = None;
        let front_at = self.body.layout().front_at;
        // All that was to be changed in the fragments is not looked at any more.
        self.outbox = Outbox::in_place(0);
        self.outbox.end_in_place(self.length);
        let mut media_end = at;
        if !self.said.is_empty() {
            let size = self.movie.len() as u64;
            let mut scratch = Outbox::default();
            let old = OldMovie::of(std::mem::take(&mut self.movie));
            match old.replace(&self.said, &mut scratch) {
                // It says so already.
                #[cfg(feature = "mp4-repair")]
                Ok(()) if scratch.is_all(old.bytes()) => {}
                Ok(()) => media_end = self.put_movie(scratch, at, size, behind),
                Err(boxes::Malformed) => problem = Some(Problem { offset: at, kind: ProblemKind::NotMarked }),
            }
        }
        let header = large_header(media_end - front_at, b"mdat");
        let (front, size) = header.split_at(8);
        self.outbox.overwrite(front_at + 8, size);
        self.outbox.overwrite(front_at, front);
        let mut summary = self.summary();
        plain.describe(&mut summary);
        summary.problem = problem;
        self.repair(summary)
    }

    /// Writes another `moov` where nothing is in use; gives where it begins. The one that is in use, `size` bytes at `at`,
    /// stays until the length of `mdat` leads to the other one.
    fn put_movie(&mut self, mut scratch: Outbox, at: u64, size: u64, behind: &[u8]) -> u64 {
        let Some(Edit::Append(mut movie)) = scratch.next_edit() else { return at };
        let end = at + size;
        let length = movie.len() as u64;
        let old_at = self.old_at;
        let is_free_behind = self.length - end == behind.len() as u64 && is_all(behind, &[b"free"]);
        // In front all that follows becomes one free box, so that there are never two movies.
        let in_front = (self.length - old_at).saturating_sub(length);
        let fits_in_front = length + 8 <= self.old.len() as u64 && in_front <= u32::MAX.into();
        let is_old = old_at + self.old.len() as u64 == at && is_all(&self.old, &[b"moov", b"free"]);
        if fits_in_front && is_old && (self.length == end || is_free_behind) {
            movie.extend_from_slice(&box_header(in_front as usize, b"free"));
            self.outbox.overwrite(old_at, &movie);
            return old_at;
        }
        let left = behind.len() as u64;
        if is_free_behind && (left == length || left >= length + 8) {
            if left > length {
                movie.extend_from_slice(&box_header((left - length) as usize, b"free"));
            }
            // Its header last: until then the free box that is there covers it.
            let (header, rest) = movie.split_at(8.min(movie.len()));
            self.outbox.overwrite(end + 8, rest);
            self.outbox.overwrite(end, header);
        } else {
            self.outbox.end_in_place(end);
            self.outbox.append(&movie);
        }
        end
    }

    fn summary(&self) -> Summary {
        Summary::new(Container::Mp4, self.outbox.length())
    }

    /// All edits, but for what is in the head already.
    fn repair(mut self, summary: Summary) -> Repair {
        let mut edits = Vec::new();
        let mut truncate_to = self.outbox.length();
        for edit in std::mem::take(&mut self.outbox).into_edits() {
            match edit {
                Edit::Append(bytes) => {
                    truncate_to -= bytes.len() as u64;
                    edits.push(Edit::Append(bytes));
                }
                Edit::Overwrite { offset, bytes } => edits.extend(self.different(offset, bytes)),
            }
        }
        Repair { truncate_to, edits, summary }
    }

    /// The part of an overwrite that changes something. Behind the head all of it does.
    fn different(&mut self, offset: u64, bytes: Vec<u8>) -> Option<Edit> {
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        let Some(place) = self.head.get_mut(start..start.saturating_add(bytes.len())) else {
            return Some(Edit::Overwrite { offset, bytes });
        };
        let differs = |(old, new): (&u8, &u8)| old != new;
        let first = place.iter().zip(&bytes).position(differs)?;
        let last = place.iter().zip(&bytes).rposition(differs)?;
        place.copy_from_slice(&bytes);
        let bytes = bytes.get(first..=last).unwrap_or_default().to_vec();
        Some(Edit::Overwrite { offset: offset + first as u64, bytes })
    }
}

/// The size of the whole `moov` that these bytes begin with.
fn whole_movie(bytes: &[u8]) -> Option<usize> {
    let header = boxes::header(bytes).ok().filter(|header| &header.kind == b"moov")?;
    let size = usize::try_from(header.size?).ok()?;
    let inside = bytes.get(header.length..size)?;
    #[cfg(feature = "mp4-repair")]
    if !whole::is_whole(bytes, 0).is_ok_and(|is_whole| is_whole) {
        return None;
    }
    children(inside).all(|child| child.is_ok()).then_some(size)
}

/// Whether these bytes are whole boxes of these kinds.
fn is_all(bytes: &[u8], kinds: &[&[u8; 4]]) -> bool {
    children(bytes).all(|child| child.is_ok_and(|child| kinds.contains(&&child.kind)))
}

/// What was found in a head of ours.
struct Found {
    layout: Layout,
    /// Where it ends, and fragments begin.
    end: usize,
    movie_at: Option<u64>,
}

/// Finds everything where we put it.
fn read_layout(head: &[u8], length: u64, options: &Options) -> Result<Found, Error> {
    let limit = (options.limits.head_bytes as usize).saturating_add(RESERVES_MAX);
    let reader = Reader { head, length, limit };
    let (front_at, movie_at) = reader.front()?;
    let moov_at = front_at + FRONT_BOX;
    let moov = reader.whole(moov_at)?;
    let Movie { fields, notes_at, user_data, timescale, tracks } = movie(moov).ok_or(Error::NotOurs)?;
    let index_at = moov_at + moov.len();
    let asked = options.index_area();
    let torn = |error| if reader.has_index(index_at, asked) { Ok((asked, None)) } else { Err(error) };
    let (area, in_use) = reader.index(index_at).or_else(torn)?;
    if head.len() < index_at + area {
        return Err(reader.too_short());
    }
    let reference = head::reference(&tracks);
    let index = head::index(index_at as u64, area, tracks.get(reference)).resumed(in_use);
    let (front_at, moov_at, moov) = (front_at as u64, moov_at as u64, moov.to_vec());
    let layout =
        Layout { front_at, moov_at, moov, fields, notes_at, user_data, timescale, tracks, reference, index };
    // Less than it says: it was cut off after it was finished.
    let movie_at = movie_at.filter(|end| *end > index_at as u64 && *end <= length);
    Ok(Found { layout, end: index_at + area, movie_at })
}

/// What a `moov` says; see [`Layout`].
struct Movie {
    fields: Vec<Field>,
    notes_at: usize,
    user_data: Vec<u8>,
    timescale: u32,
    tracks: Vec<Track>,
}

/// A whole `moov` as we write it while recording.
fn movie(moov: &[u8]) -> Option<Movie> {
    let payload = moov.get(8..)?;
    let timescale = track::timescale(find(payload, &[b"mvhd"])?).filter(|timescale| *timescale > 0)?;
    let tracks = track::read_all(payload, timescale).ok()?;
    // Written anew it is the same, but for its durations.
    let mut scratch = Outbox::default();
    let start = boxes::begin(&mut scratch, b"moov");
    let fields = movie::write(payload, Purpose::Live, &mut [], &mut scratch).ok()?;
    let notes_at = usize::try_from(scratch.length()).ok()?;
    for field in &fields {
        let at = usize::try_from(field.at).ok()?;
        scratch.overwrite(field.at, moov.get(at..at + 8)?);
    }
    scratch.overwrite(start, moov.get(..8)?);
    let Some(Edit::Append(anew)) = scratch.next_edit() else { return None };
    let mut room = children(moov.get(notes_at..)?);
    let is_room = room.all(|child| child.is_ok_and(|child| matches!(&child.kind, b"udta" | b"free")));
    let user_data = find(payload, &[b"udta"]).unwrap_or_default().to_vec();
    (is_room && moov.starts_with(&anew)).then_some(Movie { fields, notes_at, user_data, timescale, tracks })
}
