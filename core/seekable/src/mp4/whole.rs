//! Whether a `moov` that lists samples (section 8.2) is there as a whole: the end of a file may be lost, or zeros after a power
//! cut.

use super::boxes::{self, Kind, u32_at, u64_at};
use crate::packets::{PartsError, Source, Window};

/// So many zeros at the end of user data, or of what is not known, are those of a power cut.
const TORN: [u8; 8] = [0; 8];
/// Longest box header.
const HEADER: usize = 16;
/// More than 255 chapters with titles of 255 bytes.
const CHAPTERS: u64 = 128 * 1024;

/// Whether a whole `moov` of ours begins at `at`: its boxes lead from one to the next, down to the sample tables, each of which is
/// as long as its count says and leads somewhere. What ends in zeros may be whole: a track without a sample ends so.
///
/// # Errors
/// The source can not be read.
pub(super) fn is_whole<S: Source>(source: S, at: u64) -> Result<bool, PartsError> {
    let mut window = Window::new(source);
    let Ok(header) = boxes::header(window.up_to(at, HEADER)?) else { return Ok(false) };
    let end = header.size.and_then(|size| at.checked_add(size)).filter(|end| *end <= window.length());
    match end {
        Some(end) if &header.kind == b"moov" => {
            Walk { window, end }.level(b"moov", at + header.length as u64, end)
        }
        _ => Ok(false),
    }
}

struct Walk<S> {
    window: Window<S>,
    /// Of the `moov`.
    end: u64,
}

impl<S: Source> Walk<S> {
    /// The children of a box of kind `parent`. It goes down only by steps that exist, so never deep.
    fn level(&mut self, parent: &Kind, mut at: u64, end: u64) -> Result<bool, PartsError> {
        while at < end {
            let Ok(header) = boxes::header(self.window.up_to(at, HEADER)?) else { return Ok(false) };
            let size = header.size.filter(|size| *size <= end - at);
            let Some(next) = size.map(|size| at + size) else { return Ok(false) };
            let inside = at + header.length as u64;
            let is_whole = match (parent, &header.kind) {
                (b"moov", b"trak" | b"udta")
                | (b"trak", b"mdia")
                | (b"mdia", b"minf")
                | (b"minf", b"stbl") => self.level(&header.kind, inside, next)?,
                (b"stbl", kind) => self.table(kind, inside, next)?,
                (_, b"free" | b"skip") => true,
                (b"moov" | b"udta" | b"trak", kind) if next == self.end => {
                    self.window.up_to(next - TORN.len() as u64, TORN.len())? != TORN
                        || kind == b"chpl" && self.ends_at_start(inside, next)?
                }
                _ => true,
            };
            if !is_whole {
                return Ok(false);
            }
            at = next;
        }
        Ok(true)
    }

    /// A table of a track: nothing behind its last entry; a chunk is never at the start of the file.
    fn table(&mut self, kind: &Kind, at: u64, end: u64) -> Result<bool, PartsError> {
        let (count_at, width) = match kind {
            b"stts" | b"ctts" => (4, 8),
            b"stss" | b"stco" => (4, 4),
            b"stsc" => (4, 12),
            b"co64" => (4, 8),
            b"stsz" => (8, 4),
            _ => return Ok(true),
        };
        let front = self.window.up_to(at, 12)?;
        let Some(count) = u32_at(front, count_at) else { return Ok(false) };
        // Of all samples, where they are alike.
        let has_entries = kind != b"stsz" || u32_at(front, 4) == Some(0);
        let entries = if has_entries { u64::from(count) * width } else { 0 };
        if at + count_at as u64 + 4 + entries != end {
            return Ok(false);
        }
        let leads = matches!(kind, b"stco" | b"co64") && count > 0;
        let last = self.window.up_to(end - width, width as usize)?;
        Ok(!leads || last.iter().any(|byte| *byte != 0))
    }

    /// Whether chapters end in zeros because the last one has no title, and is at the very start as all before it.
    fn ends_at_start(&mut self, at: u64, end: u64) -> Result<bool, PartsError> {
        if end - at > CHAPTERS {
            return Ok(false);
        }
        let payload = self.window.up_to(at, (end - at) as usize)?;
        let mut rest = payload.get(9..).unwrap_or_default();
        let mut left = payload.get(8).copied().unwrap_or_default();
        while let Some((start, length)) = u64_at(rest, 0).zip(rest.get(8)) {
            let parts = rest.get(9..).and_then(|rest| rest.split_at_checked((*length).into()));
            let Some(((title, behind), others)) = parts.zip(left.checked_sub(1)) else { return Ok(false) };
            if start != 0 || title.last() == Some(&0) {
                return Ok(false);
            }
            (rest, left) = (behind, others);
        }
        Ok(rest.is_empty() && left == 0)
    }
}
