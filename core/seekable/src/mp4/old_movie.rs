//! The `moov` of a file that is a plain MP4 already. It is held as it passes: when something is said about the
//! recording, a new one with other user data takes its place at the end of the file.

#[cfg(feature = "mp4-repair")]
use std::collections::HashSet;

#[cfg(feature = "mp4-repair")]
use super::boxes::u32_at;
use super::boxes::{self, Child, Malformed, begin, children, end, find};
use super::notes;
#[cfg(feature = "mp4-repair")]
use super::track::Track;
use crate::Metadata;
#[cfg(feature = "mp4-repair")]
use crate::TrackKind;
use crate::edit::Outbox;

/// See the first lines of this file.
#[derive(Debug, Default)]
pub(crate) struct OldMovie {
    whole: Vec<u8>,
    /// Bytes to come.
    left: u64,
    /// Where it was written, as soon as something followed it.
    written_at: Option<u64>,
    /// Too large to be held, or not alone.
    is_out_of_reach: bool,
}

impl OldMovie {
    /// One that is here as a whole, and in no file.
    pub(crate) fn of(whole: Vec<u8>) -> Self {
        Self { whole, ..Self::default() }
    }

    /// As much of it as was held.
    #[cfg(feature = "mp4-repair")]
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.whole
    }

    /// Whether it has begun and is not at its end.
    pub(crate) fn is_open(&self) -> bool {
        self.left > 0
    }

    /// It begins here. `limit`: bytes that may be held.
    pub(crate) fn begin(&mut self, size: Option<u64>, limit: u64) {
        match size.filter(|size| *size <= limit && self.whole.is_empty() && !self.is_out_of_reach) {
            Some(size) => self.left = size,
            None => self.is_out_of_reach = true,
        }
    }

    /// Takes the next bytes of the file: holds those that belong to it, and writes all others.
    pub(crate) fn pass(&mut self, piece: &[u8], outbox: &mut Outbox) {
        let held = usize::try_from(self.left).map_or(piece.len(), |left| left.min(piece.len()));
        let (held, others) = piece.split_at(held);
        self.whole.extend_from_slice(held);
        self.left -= held.len() as u64;
        if !others.is_empty() {
            self.write(outbox);
            outbox.append(others);
        }
    }

    /// Writes it as it came, if that was not done yet.
    pub(crate) fn write(&mut self, outbox: &mut Outbox) {
        if self.written_at.is_none() && !self.whole.is_empty() {
            self.written_at = Some(outbox.length());
            outbox.append(&self.whole);
        }
    }

    /// Ends the file with a new one. Nothing is written where that can not be done.
    pub(crate) fn replace(&self, said: &Metadata, outbox: &mut Outbox) -> Result<(), Malformed> {
        let header = boxes::header(&self.whole).map_err(|_| Malformed)?;
        let payload = self.whole.get(header.length..).ok_or(Malformed)?;
        if self.is_out_of_reach || self.is_open() || children(payload).any(|child| child.is_err()) {
            return Err(Malformed);
        }
        #[cfg(feature = "mp4-repair")]
        let pictures = if said.chapters.is_empty() { HashSet::new() } else { pictures(payload) };
        let at = begin(outbox, b"moov");
        for child in children(payload).map_while(Result::ok).filter(|child| &child.kind != b"udta") {
            outbox.append(child.whole);
            if &child.kind == b"trak" && !said.chapters.is_empty() {
                let end = outbox.length();
                for tref in children(child.payload).map_while(Result::ok).filter(|part| &part.kind == b"tref")
                {
                    #[cfg(feature = "mp4-repair")]
                    if names_only(&tref, |number| pictures.contains(&number)) {
                        continue;
                    }
                    let tref_end = tref.payload_at + tref.payload.len();
                    hide_chapters(&tref, end - (child.payload.len() - tref_end) as u64, outbox);
                }
            }
        }
        outbox.append(&notes::user_data(find(payload, &[b"udta"]).unwrap_or_default(), said));
        end(outbox, at);
        if let Some(at) = self.written_at {
            // Positions in the file stay as they are.
            outbox.overwrite(at + 4, b"free");
        }
        Ok(())
    }
}

/// Whether all tracks that a `tref` names as chapters are of some kind.
#[cfg(feature = "mp4-repair")]
pub(super) fn names_only(tref: &Child<'_>, is_of_kind: impl Fn(u32) -> bool) -> bool {
    let chapters = children(tref.payload).map_while(Result::ok).filter(|named| &named.kind == b"chap");
    let numbers = chapters.flat_map(|named| named.payload.chunks(4));
    numbers.map(|number| u32_at(number, 0)).all(|number| number.is_some_and(&is_of_kind))
}

/// The numbers of the tracks that have pictures. These stand beside the titles of chapters.
#[cfg(feature = "mp4-repair")]
fn pictures(moov: &[u8]) -> HashSet<u32> {
    children(moov)
        .map_while(Result::ok)
        .filter(|child| &child.kind == b"trak")
        .filter_map(|trak| Track::read(trak.payload, 1))
        .filter(|track| track.kind == TrackKind::Video)
        .map(|track| track.id)
        .collect()
}

/// A track may name another one as its chapters (QuickTime's way): they would be shown in place of those said now. `tref`
/// was written up to `end`.
pub(super) fn hide_chapters(tref: &Child<'_>, end: u64, outbox: &mut Outbox) {
    for named in children(tref.payload).map_while(Result::ok).filter(|child| &child.kind == b"chap") {
        let behind = tref.payload.len() - named.payload_at + named.whole.len() - named.payload.len();
        outbox.overwrite(end - behind as u64 + 4, b"free");
    }
}
