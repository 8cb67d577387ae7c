//! The body: everything behind `moov`, written as it comes, box by box.
//!
//! A fragment is hidden until all of it is there: its `moof` is written under the name `free`, and gets its own name
//! back when the last byte of its media is in the file. So whatever comes in pieces, readers meet whole fragments
//! only, followed by an `mdat` that goes to the end of the file and belongs to nobody yet.

mod checkpoint;
mod fragments;
mod junk;
#[cfg(feature = "mp4-repair")]
mod swallowed;
#[cfg(test)]
mod tests;

use super::boxes::{self, Header, NoHeader, kind_at};
use super::fragment::Fragment;
use super::head::Layout;
use super::notes::user_data;
use super::samples::Samples;
#[cfg(feature = "mp4-repair")]
use super::shown::Shown;
use crate::edit::Outbox;
use crate::{Limits, Metadata, Options, Problem, ProblemKind};
#[cfg(feature = "mp4-repair")]
use swallowed::Media;

/// Zeros at the end of the file that are taken for the mark of a power cut, and not for media.
const ZERO_TAIL: u64 = 64;

#[derive(Debug)]
pub(crate) struct Body {
    layout: Layout,
    /// One for each track.
    samples: Vec<Samples>,
    limits: Limits,
    trims_tail: bool,
    /// The input is the file itself: nothing moves.
    is_in_place: bool,
    /// Position in the input.
    at: u64,
    mode: Mode,
    lead: Lead,
    /// The last fragment, until the next one begins.
    fragment: Option<Fragment>,
    /// Where the last byte that is not zero ends in the output.
    solid_end: u64,
    /// Bytes that were searched for the end of junk already.
    searched: usize,
    /// Nothing follows: what is here is all there is.
    is_last: bool,
    /// The end of the input is known: all that is looked at goes up to it.
    #[cfg(feature = "mp4-repair")]
    has_all: bool,
    #[cfg(feature = "mp4-repair")]
    media: Option<Media>,
    /// Whether the samples can no longer be listed in a plain `moov`.
    is_fragmented: bool,
    is_plain: bool,
    said: Metadata,
    notes_changed: bool,
    /// Bytes of tables so far.
    table_bytes: u64,
    pub(crate) problem: Option<Problem>,
}

#[derive(Debug)]
enum Mode {
    /// At the start of a box.
    Boxes,
    /// Inside of a box that is written as it comes, or left out: bytes to come.
    Copy {
        left: u64,
    },
    Drop {
        left: u64,
    },
    /// In bytes that are no boxes: they are kept in a free box that begins here, until a fragment begins.
    Junk {
        free_at: u64,
    },
    /// Behind the end of the recording.
    Trailing,
}

/// An index that stands right behind `moov` is made anew: how much of it has been met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lead {
    Nothing,
    Free,
    Index,
    Over,
}

impl Body {
    /// Goes on behind the head, at byte `at` of the input.
    pub(crate) fn new(layout: Layout, at: u64, options: &Options, outbox: &Outbox) -> Self {
        // What decrypts a sample stands in its fragment.
        let is_encrypted = layout.tracks.iter().any(|track| matches!(&track.entry.kind, b"encv" | b"enca"));
        Self {
            samples: layout.tracks.iter().map(|_| Samples::default()).collect(),
            layout,
            // The front of a box is always held.
            limits: Limits { held_bytes: options.limits.held_bytes.max(1024), ..options.limits },
            trims_tail: options.trims_tail,
            is_in_place: false,
            at,
            mode: Mode::Boxes,
            lead: Lead::Nothing,
            fragment: None,
            solid_end: outbox.length(),
            searched: 0,
            is_last: false,
            #[cfg(feature = "mp4-repair")]
            has_all: false,
            #[cfg(feature = "mp4-repair")]
            media: None,
            is_fragmented: is_encrypted,
            is_plain: false,
            said: Metadata::default(),
            notes_changed: false,
            table_bytes: 0,
            problem: None,
        }
    }

    /// The same for a file that is mended where it is: nothing moves, and the tail is cut off.
    pub(crate) fn in_place(self) -> Self {
        Self { is_in_place: true, trims_tail: true, lead: Lead::Over, ..self }
    }

    pub(crate) fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Whether the file is a plain movie by now.
    pub(crate) fn is_plain(&self) -> bool {
        self.is_plain
    }

    /// About how many bytes the `moov` will have that lists all samples: the present one, or as much as what is said needs, and
    /// their tables. Zero where it stays fragmented.
    pub(crate) fn ending_bytes(&self) -> u64 {
        if self.is_fragmented {
            return 0;
        }
        let notes = user_data(&self.layout.user_data, &self.said).len();
        self.layout.moov.len().max(self.layout.notes_at + notes) as u64 + self.table_bytes
    }

    /// Whether nothing that comes belongs to the recording any more.
    pub(crate) fn is_behind_media(&self) -> bool {
        matches!(self.mode, Mode::Trailing)
    }

    /// Says for each track what is shown of it, once it is a plain movie.
    #[cfg(feature = "mp4-repair")]
    pub(crate) fn set_shown(&mut self, shown: Vec<Vec<Shown>>) {
        for (track, shown) in self.layout.tracks.iter_mut().zip(shown) {
            track.shown = shown;
        }
    }

    pub(crate) fn set_metadata(&mut self, said: &Metadata) {
        self.notes_changed = true;
        self.said = said.clone();
    }

    /// Consumes the front of `data`; gives back how many bytes.
    pub(crate) fn take(&mut self, data: &[u8], outbox: &mut Outbox) -> usize {
        let mut used = 0;
        while let Some(step) = self.step(data.get(used..).unwrap_or_default(), outbox) {
            if step > 0 {
                self.searched = 0;
            }
            used += step;
            self.at += step as u64;
        }
        used
    }

    /// One step: bytes consumed, or `None` when more are needed. A step of zero bytes changes the mode.
    fn step(&mut self, rest: &[u8], outbox: &mut Outbox) -> Option<usize> {
        if rest.is_empty() {
            return None;
        }
        // Bytes of media that are still to come; wrapping where there were more.
        let media_end = self.fragment.as_ref().map_or(0, |fragment| fragment.end.min(fragment.limit));
        let media = media_end.wrapping_sub(outbox.length());
        match &mut self.mode {
            Mode::Boxes => self.at_box(rest, media, outbox),
            Mode::Copy { left } => {
                // Behind its media another fragment may begin: then the length of the `mdat` lies.
                match kind_at(rest, 12) {
                    None if media == 0 && !self.is_last => return None,
                    Some(kind) if media == 0 && &kind == b"mfhd" => {
                        self.report(ProblemKind::LengthTooLarge);
                        self.box_ends(outbox);
                        return Some(0);
                    }
                    _ => {}
                }
                let piece = front_of(rest, (*left - 1).min(media.wrapping_sub(1)).wrapping_add(1));
                #[cfg(feature = "mp4-repair")]
                let (piece, left) = match Media::pass(self, piece, rest, outbox) {
                    Ok(passed) => passed,
                    Err(step) => return step,
                };
                *left -= piece.len() as u64;
                let is_over = *left == 0;
                self.put(piece, outbox);
                if is_over {
                    self.box_ends(outbox);
                }
                Some(piece.len())
            }
            Mode::Drop { left } => {
                let piece = front_of(rest, *left);
                *left -= piece.len() as u64;
                if *left == 0 {
                    self.mode = Mode::Boxes;
                }
                Some(piece.len())
            }
            Mode::Junk { .. } => self.junk(rest, outbox),
            Mode::Trailing => {
                if !self.trims_tail {
                    outbox.append(rest);
                }
                Some(rest.len())
            }
        }
    }

    /// Appends bytes of the input.
    fn put(&mut self, piece: &[u8], outbox: &mut Outbox) {
        outbox.append(piece);
        let zeros = piece.iter().rev().take_while(|byte| **byte == 0).count();
        if zeros < piece.len() {
            self.solid_end = outbox.length() - zeros as u64;
        }
    }

    fn at_box(&mut self, rest: &[u8], media: u64, outbox: &mut Outbox) -> Option<usize> {
        #[cfg(feature = "mp4-repair")]
        if let Err(step) = self.behind_media(rest, outbox) {
            return step;
        }
        let header = match boxes::header(rest) {
            Ok(header) => header,
            Err(NoHeader::NeedMore) => return None,
            Err(NoHeader::Bad) => return self.begin_junk(ProblemKind::NotAnElement, rest, outbox),
        };
        let Some(size) = header.size else {
            if &header.kind != b"mdat" {
                return self.begin_junk(ProblemKind::NotAnElement, rest, outbox);
            }
            // It goes to the end of the file.
            return Some(self.begin_copy(&header, rest, u64::MAX, outbox));
        };
        if matches!(&header.kind, b"ftyp" | b"moov") {
            self.report(ProblemKind::Trailing);
            self.end_fragment(outbox);
            self.mode = Mode::Trailing;
            return Some(0);
        }
        let is_free = matches!(&header.kind, b"free" | b"skip");
        let is_held = size <= u64::from(self.limits.held_bytes);
        let is_moof = &header.kind == b"moof";
        if is_moof || is_free && is_held && size >= header.length as u64 + 8 {
            // The header of a fragment is its first part; or else it would not be known again under its other name.
            let is_fragment = kind_at(rest, header.length + 4)? == *b"mfhd";
            if is_fragment {
                return self.moof(size, rest, outbox);
            }
            if is_moof {
                return self.begin_junk(ProblemKind::NotAnElement, rest, outbox);
            }
        }
        if is_free && header.length == 16 {
            // What was no box when this file was made: it was not taken for media then.
            self.end_fragment(outbox);
        }
        if self.is_old_index(&header.kind) {
            self.mode = Mode::Drop { left: size };
            return Some(0);
        }
        let is_media = &header.kind == b"mdat" && media as i64 > header.length as i64;
        if size > self.limits.element_bytes && !is_media {
            self.begin_junk(ProblemKind::LengthTooLarge, rest, outbox)?;
            // Nothing begins inside of a header.
            self.put(rest.get(..header.length).unwrap_or_default(), outbox);
            return Some(header.length);
        }
        // Behind its media another fragment may begin, whatever its length says.
        let wanted = if is_media { size.min(media) } else { size };
        if self.trims_tail && is_held && !self.is_last && (rest.len() as u64) < wanted {
            return None;
        }
        #[cfg(feature = "mp4-repair")]
        {
            self.media = is_media.then(|| Media::new(outbox.length(), size));
        }
        Some(self.begin_copy(&header, rest, size, outbox))
    }

    /// Whether a box is part of an index that stands right behind `moov`; it is made anew.
    fn is_old_index(&mut self, kind: &[u8; 4]) -> bool {
        let next = match (self.lead, kind) {
            (Lead::Nothing, b"free" | b"skip") => Lead::Free,
            (Lead::Nothing | Lead::Free, b"sidx") | (Lead::Index, b"ssix") => Lead::Index,
            _ => Lead::Over,
        };
        let is_last_part = self.lead == Lead::Index && matches!(kind, b"free" | b"skip");
        self.lead = next;
        next != Lead::Over || is_last_part
    }

    /// Begins a box that is written as it comes.
    fn begin_copy(&mut self, header: &Header, rest: &[u8], size: u64, outbox: &mut Outbox) -> usize {
        let kind = match &header.kind {
            // Other indexes lead to where things were; and they would name fragments that are not all there.
            b"sidx" | b"ssix" | b"mfra" => b"free",
            kind => kind,
        };
        self.put(rest.get(..header.length).unwrap_or_default(), outbox);
        if *kind != header.kind {
            outbox.overwrite(outbox.length() - header.length as u64 + 4, kind);
        }
        self.lead = Lead::Over;
        let left = size - header.length as u64;
        self.mode = Mode::Copy { left };
        if left == 0 {
            self.box_ends(outbox);
        }
        header.length
    }

    fn report(&mut self, kind: ProblemKind) {
        self.problem.get_or_insert(Problem { offset: self.at, kind });
    }
}

/// At most `left` bytes.
fn front_of(rest: &[u8], left: u64) -> &[u8] {
    rest.get(..usize::try_from(left).map_or(rest.len(), |left| left.min(rest.len()))).unwrap_or(rest)
}
