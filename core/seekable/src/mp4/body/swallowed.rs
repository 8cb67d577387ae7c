//! Bytes that are missing within the media of a fragment: its `mdat` then reaches into the next fragment, and would swallow it.
//! That one is believed only where the box is not what it should be, and the next fragment is the one that should follow.

use super::junk::MOOF_FRONT;
use super::{Body, Lead, Mode};
use crate::edit::Outbox;
use crate::mp4::boxes::{self, Kind, NoHeader, kind_at, saturated, u32_at};
use crate::mp4::fragment::{self, Fragment};
use crate::{Problem, ProblemKind};

/// Bytes that are searched at once: in nearly all of them there is nothing.
const BLOCK: usize = 256;
/// So many are looked at in one box: each takes long, and hardly anything else looks like one.
const TRIES: u32 = 8;
/// Boxes of a fragment that are never right in a file.
const INSIDE: [Kind; 5] = [*b"mfhd", *b"traf", *b"tfhd", *b"tfdt", *b"trun"];

/// The media of the last fragment, while it is copied.
#[derive(Debug)]
pub(super) struct Media {
    /// Where its `mdat` begins in the output, and where it says that it ends.
    at: u64,
    end: u64,
    /// The last bytes of it in the output: fewer than the front of a fragment.
    tail: Vec<u8>,
    /// In front of here no fragment begins, as was found out.
    searched: u64,
    /// How many were no fragments.
    tries: u32,
}

impl Media {
    pub(super) fn new(at: u64, size: u64) -> Self {
        Self { at, end: at.saturating_add(size), tail: Vec::new(), searched: 0, tries: 0 }
    }

    /// How much of `piece`, the front of `rest`, is to be copied, and what is left of the box; or the step that is done in its place.
    pub(super) fn pass<'a, 'b>(
        body: &'b mut Body,
        piece: &'a [u8],
        rest: &[u8],
        outbox: &mut Outbox,
    ) -> Result<(&'a [u8], &'b mut u64), Option<usize>> {
        let Mode::Copy { left } = body.mode else { return Err(Some(0)) };
        let piece = match body.swallowed(rest, left, outbox) {
            Next::Media(length) => super::front_of(piece, length as u64),
            Next::Other => return Err(Some(0)),
            Next::NeedMore => return Err(None),
            Next::Taken(length) => return Err(Some(length)),
        };
        if let Some(media) = &mut body.media {
            let most = MOOF_FRONT - 1;
            media.tail.extend_from_slice(piece.get(piece.len().saturating_sub(most)..).unwrap_or_default());
            media.tail.drain(..media.tail.len().saturating_sub(most));
        }
        let Mode::Copy { left } = &mut body.mode else { return Err(Some(0)) };
        Ok((piece, left))
    }
}

/// What is next in an `mdat`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// So many bytes that no fragment begins in.
    Media(usize),
    /// One that is not to be believed: it is not looked at again.
    Other,
    /// It takes more bytes to tell.
    NeedMore,
    /// A fragment that was swallowed: so many bytes of it that are not in the output yet were taken.
    Taken(usize),
}

impl Body {
    /// Right behind the media, where no box begins: it may have swallowed the front of the next fragment. The error is the step that
    /// is done then.
    pub(super) fn behind_media(&mut self, rest: &[u8], outbox: &mut Outbox) -> Result<(), Option<usize>> {
        let is_box = |header: boxes::Header| !INSIDE.contains(&header.kind);
        if self.media.as_ref().is_none_or(|media| media.end != outbox.length())
            || boxes::header(rest).is_ok_and(is_box)
        {
            return Ok(());
        }
        if rest.len() < MOOF_FRONT && !self.has_all {
            return Err(None);
        }
        loop {
            match self.swallowed(rest, 0, outbox) {
                Next::Media(_) => return Ok(()),
                Next::Other => {}
                Next::NeedMore => return Err(None),
                Next::Taken(length) => return Err(Some(length)),
            }
        }
    }

    /// Inside of an `mdat`, `left` bytes in front of its end, or right behind one (zero).
    fn swallowed(&mut self, rest: &[u8], left: u64, outbox: &mut Outbox) -> Next {
        let here = outbox.length();
        let inside = super::front_of(rest, left).len();
        let (Some(media), Some(fragment)) = (&self.media, &self.fragment) else { return Next::Media(inside) };
        if media.end.checked_sub(here) != Some(left) || media.tries >= TRIES {
            return Next::Media(inside);
        }
        // One that begins in what was written already.
        let tail = media.tail.as_slice();
        let across = [tail, super::front_of(rest, MOOF_FRONT as u64 - 1)].concat();
        let front = MOOF_FRONT as u64;
        let counts = |place: &usize| {
            let at = here - (tail.len() - place) as u64;
            let is_inside = at + front <= fragment.end.min(media.end);
            at >= media.searched && (is_inside || left == 0 && at < fragment.end)
        };
        let fronts = (0..tail.len()).filter(|place| self.next_fragment(&across, *place) == Some(*place));
        let behind = if let Some(place) = { fronts }.find(counts) {
            tail.len() - place
        } else {
            let searched = usize::try_from(media.searched.saturating_sub(here)).unwrap_or(inside);
            let wanted = super::front_of(rest, left.min(fragment.end.saturating_sub(here)));
            match self.front_within(wanted, searched) {
                Some(0) => 0,
                place => return Next::Media(place.unwrap_or(inside)),
            }
        };
        let start = tail.get(tail.len() - behind..).unwrap_or_default().to_vec();
        let at = here - behind as u64;
        match self.is_next(&start, rest, left, at) {
            None => Next::NeedMore,
            Some(true) => Next::Taken(self.take_swallowed(&start, rest, outbox)),
            Some(false) => {
                if let Some(media) = &mut self.media {
                    media.searched = at + 1;
                    media.tries += 1;
                }
                Next::Other
            }
        }
    }

    /// The same as `next_fragment`, and quick where there is none.
    fn front_within(&self, rest: &[u8], from: usize) -> Option<usize> {
        let blocks = (from..rest.len()).step_by(BLOCK);
        blocks.into_iter().find_map(|at| {
            let block = rest.get(at..(at + BLOCK + MOOF_FRONT - 1).min(rest.len()))?;
            let pairs = block.iter().zip(block.get(1..)?);
            let may_be = pairs.fold(false, |found, (one, next)| found | ((*one == b'o') & (*next == b'o')));
            may_be.then(|| self.next_fragment(block, 0))?.map(|place| at + place)
        })
    }

    /// Whether a fragment that begins with `start` and `rest` is the one that should follow, and the media is not right.
    /// `left`: bytes of `rest` up to the end that the media claims; `at`: where it would be in the output. `None`: it takes more.
    fn is_next(&self, start: &[u8], rest: &[u8], left: u64, at: u64) -> Option<bool> {
        let (Some(media), Some(last)) = (&self.media, &self.fragment) else { return Some(false) };
        let length = length(start, rest);
        let wanted = left.max(length as u64).saturating_add(16);
        if wanted + start.len() as u64 > u64::from(self.limits.held_bytes) {
            return Some(false);
        }
        if (rest.len() as u64) < wanted && !self.has_all {
            return None;
        }
        // What is right ends where a box begins, or the file.
        let is_right = match rest.get(left as usize..) {
            Some([]) => true,
            Some(behind) => match boxes::header(behind) {
                Ok(header) => !INSIDE.contains(&header.kind),
                Err(NoHeader::NeedMore) => true,
                Err(NoHeader::Bad) => false,
            },
            None => false,
        };
        let Some((others, behind)) = rest.split_at_checked(length) else { return Some(false) };
        let next = boxes::header(behind).ok().filter(|next| &next.kind == b"mdat");
        let Some(next) = next.filter(|_| !is_right && u32::try_from(at - media.at).is_ok()) else {
            return Some(false);
        };
        let moof = [start, others].concat();
        let number = |moof: &[u8]| u32_at(moof, 20).filter(|_| kind_at(moof, 12) == Some(*b"mfhd"));
        if number(&moof) <= number(&last.moof) {
            return Some(false);
        }
        let media_at = at + moof.len() as u64;
        let media_end = next.size.map_or(u64::MAX, |size| media_at.saturating_add(size));
        let media_at = media_at + next.length as u64;
        let moof = fragment::moved(&moof, at.wrapping_sub(self.at - start.len() as u64));
        let (mut is_some, mut is_inside) = (false, true);
        let read = fragment::runs(&moof, at, &self.layout.tracks, &mut |run| {
            is_some = true;
            is_inside &= run.at >= media_at && run.at.saturating_add(run.bytes) <= media_end;
        });
        Some(read.is_ok() && is_some && is_inside)
    }

    /// The media ends here, and the fragment behind it begins: with `start`, which is in the output already. Gives how many bytes
    /// of `rest` are its others.
    fn take_swallowed(&mut self, start: &[u8], rest: &[u8], outbox: &mut Outbox) -> usize {
        let Some(media) = self.media.take() else { return 0 };
        let at = outbox.length() - start.len() as u64;
        let input_at = self.at - start.len() as u64;
        self.problem.get_or_insert(Problem { offset: input_at, kind: ProblemKind::LengthTooLarge });
        self.not_complete();
        self.list_fragment(at, outbox);
        let others = rest.get(..length(start, rest)).unwrap_or_default();
        let mut moof = fragment::moved(&[start, others].concat(), at.wrapping_sub(input_at));
        self.put(moof.get(start.len()..).unwrap_or_default(), outbox);
        outbox.overwrite(media.at, &saturated(at - media.at).to_be_bytes());
        if let Some(name) = moof.get_mut(4..8).filter(|_| !self.is_in_place) {
            name.copy_from_slice(b"free");
            outbox.overwrite(at + 4, b"free");
        }
        let read = Fragment::read(moof, at, &self.layout.tracks, self.layout.reference);
        self.fragment = read.ok().map(|fragment| Fragment { is_shown: self.is_in_place, ..fragment });
        self.lead = Lead::Over;
        self.mode = Mode::Boxes;
        others.len()
    }

    /// The end of the last fragment is not there, though it seemed to be.
    fn not_complete(&mut self) {
        let Some(fragment) = self.fragment.as_mut().filter(|fragment| fragment.is_complete) else { return };
        (fragment.is_complete, fragment.is_shown) = (false, true);
        for (place, reach) in &mut fragment.reaches {
            if let Some(track) = self.layout.tracks.get_mut(*place) {
                std::mem::swap(&mut track.reach, reach);
            }
        }
        self.layout.index.forget(fragment.at);
    }
}

/// How many bytes of `rest` are part of the `moof` that begins with `start`.
fn length(start: &[u8], rest: &[u8]) -> usize {
    let size = [start, super::front_of(rest, 4)].concat();
    (u32_at(&size, 0).unwrap_or_default() as usize).saturating_sub(start.len())
}
