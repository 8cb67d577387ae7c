//! `moov` (ISO/IEC 14496-12, section 8.2) without its sample tables, which may be large: they are only pointed to.

use super::HEADER_MAX;
use super::tables::Spans;
use crate::mp4::boxes::{self, Kind, box_header};
use crate::packets::{PartsError, Source, Span, Window};

/// Tables that are pointed to, and others of single samples, which are left out.
const TABLES: [&Kind; 14] = [
    b"stts", b"ctts", b"stss", b"stsz", b"stsc", b"stco", b"co64", b"cslg", b"stsh", b"sdtp", b"stdp",
    b"stz2", b"sbgp", b"saiz",
];

/// A `moov` that is small enough to be held.
#[derive(Debug, Default)]
pub(super) struct Moov {
    /// Its payload, without sample tables and user data.
    pub(super) payload: Vec<u8>,
    /// For each `trak`: where its tables are.
    pub(super) tables: Vec<Spans>,
    /// Where the payload of its user data is.
    pub(super) user_data: Option<Span>,
}

impl Moov {
    /// Reads the payload of a `moov`, which becomes at most `limit` bytes.
    pub(super) fn read<S: Source>(
        window: &mut Window<S>,
        span: Span,
        limit: u64,
    ) -> Result<Self, PartsError> {
        let mut moov = Self::default();
        moov.level(window, b"moov", span, limit)?;
        Ok(moov)
    }

    /// Copies the children of a box of kind `parent`. It goes down only by steps that exist, so never deep.
    fn level<S: Source>(
        &mut self,
        window: &mut Window<S>,
        parent: &Kind,
        span: Span,
        limit: u64,
    ) -> Result<(), PartsError> {
        let mut at = span.offset;
        // QuickTime ends some lists with four zero bytes.
        while span.end().saturating_sub(at) >= 8 {
            let malformed = PartsError::UnreadableMoov { offset: at, expected: "a whole box in moov" };
            let header = boxes::header(window.up_to(at, HEADER_MAX)?).map_err(|_| malformed.clone())?;
            let end = header.size.and_then(|size| at.checked_add(size)).filter(|end| *end <= span.end());
            let end = end.ok_or(malformed.clone())?;
            let offset = at + header.length as u64;
            let payload = Span { offset, size: end.saturating_sub(offset) };
            match (parent, &header.kind) {
                (b"moov", b"udta") => self.user_data = Some(payload),
                (_, b"free" | b"skip") => {}
                (b"moov", b"trak") | (b"trak", b"mdia") | (b"mdia", b"minf") | (b"minf", b"stbl") => {
                    if parent == b"moov" {
                        self.tables.push(Spans::default());
                    }
                    let begin = self.payload.len();
                    self.payload.extend_from_slice(&box_header(0, &header.kind));
                    self.level(window, &header.kind, payload, limit)?;
                    let size = self.payload.len() - begin;
                    if let Some(place) = self.payload.get_mut(begin..begin + 8) {
                        place.copy_from_slice(&box_header(size, &header.kind));
                    }
                }
                (b"stbl", kind) if TABLES.contains(&kind) => {
                    if let Some(tables) = self.tables.last_mut() {
                        tables.note(kind, payload);
                    }
                }
                _ => {
                    let size = end - at;
                    if self.payload.len() as u64 + size > limit {
                        return Err(PartsError::TooLarge { offset: at, size, max_size: limit });
                    }
                    let whole = window.exactly(at, usize::try_from(size).unwrap_or(usize::MAX))?;
                    self.payload.extend_from_slice(whole.ok_or(malformed)?);
                }
            }
            at = end;
        }
        Ok(())
    }
}
