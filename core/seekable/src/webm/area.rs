//! Areas of fixed length whose content changes as a whole, by one byte.
//!
//! ```text
//! EC 01 00 00 00 00 00 ss 00 | content, then a Void | other content, then a Void |
//! ```
//!
//! An area begins with a Void of its own, the switch. While the size of that Void is zero a reader sees the first
//! content; while it reaches up to the second, that one; while it reaches to the end of the area, nothing. What is
//! hidden can be written in any number of steps. Sizes are chosen so that only one byte of them ever changes: a write
//! that was cut short leaves the old content or the new one, never a mixture.

use super::ebml::void_header;
use crate::edit::Outbox;

/// Bytes of the switch: a Void header whose size field has eight bytes.
pub(crate) const SWITCH: usize = 9;

/// The Void in front of an area.
#[derive(Debug)]
pub(crate) struct Switch {
    at: u64,
    capacity: usize,
    unit: usize,
}

impl Switch {
    /// For an area that begins at `at` and has `capacity` bytes (as [`capacity`] gives them) behind the switch.
    pub(crate) fn new(at: u64, capacity: usize) -> Self {
        Self { at, capacity, unit: unit(capacity) }
    }

    pub(crate) fn capacity(&self) -> usize {
        self.capacity
    }

    /// First byte behind the switch.
    pub(crate) fn data_at(&self) -> u64 {
        self.at + SWITCH as u64
    }

    /// Hides the first `length` bytes: zero, the whole capacity, or a multiple of the unit between them.
    pub(crate) fn hide(&self, length: usize, outbox: &mut Outbox) {
        let place = self.at + (SWITCH - 1) as u64 - u64::from(self.unit.ilog2() / 8);
        outbox.patch(place, &[(length / self.unit) as u8]);
    }

    /// Hides all.
    pub(crate) fn hide_all(&self, outbox: &mut Outbox) {
        self.hide(self.capacity, outbox);
    }
}

/// What the one byte counts: 1, 256 or 65,536 bytes.
fn unit(bytes: usize) -> usize {
    let mut unit = 1;
    while bytes.div_ceil(unit) > 255 {
        unit *= 256;
    }
    unit
}

/// The capacity of an area that has room for `bytes` (at most 255 · 65,536) and can be switched by one byte.
pub(crate) fn capacity(bytes: usize) -> usize {
    bytes.next_multiple_of(unit(bytes))
}

/// Whether `length` bytes of content leave room for the Void behind them.
pub(crate) fn fits(capacity: usize, length: usize) -> bool {
    length == capacity || length.saturating_add(2) <= capacity
}

/// An area that shows nothing: switch and room.
pub(crate) fn hidden(capacity: usize) -> Vec<u8> {
    let mut out = void_header((SWITCH + capacity) as u64);
    out.resize(SWITCH + capacity, 0);
    out
}

/// An area, and what it shows.
#[derive(Debug)]
pub(crate) struct Area {
    switch: Switch,
    /// What is shown; empty: nothing.
    content: Vec<u8>,
    /// Where it begins, behind the switch.
    start: usize,
    /// End of what was ever written.
    dirty: usize,
}

impl Area {
    pub(crate) fn new(at: u64, capacity: usize) -> Self {
        Self { switch: Switch::new(at, capacity), content: Vec::new(), start: 0, dirty: 0 }
    }

    pub(crate) fn capacity(&self) -> usize {
        self.switch.capacity
    }

    /// First byte behind the switch.
    pub(crate) fn data_at(&self) -> u64 {
        self.switch.data_at()
    }

    /// Takes over an area that is in the file already: it shows `content`, `start` bytes behind the switch, and behind
    /// `dirty` bytes there are only zeros.
    pub(crate) fn resume(at: u64, capacity: usize, start: usize, content: &[u8], dirty: usize) -> Self {
        let start = if content.is_empty() { 0 } else { start };
        Self { dirty, start, content: content.to_vec(), ..Self::new(at, capacity) }
    }

    /// Whether `length` bytes of content leave room for the Void behind them.
    pub(crate) fn fits(&self, length: usize) -> bool {
        fits(self.capacity(), length)
    }

    /// Shows other content: whole elements that fit.
    pub(crate) fn replace(&mut self, content: &[u8], outbox: &mut Outbox) {
        if content != self.content {
            self.put(content, outbox);
        }
    }

    fn put(&mut self, content: &[u8], outbox: &mut Outbox) {
        let place = self.place_beside(content.len()).filter(|_| !content.is_empty());
        if place.is_none() && !self.content.is_empty() {
            // Nothing is shown for a moment.
            self.switch.hide_all(outbox);
        }
        let start = place.unwrap_or(0);
        if !content.is_empty() {
            let mut bytes = content.to_vec();
            let rest = self.capacity() - start - content.len();
            if rest > 0 {
                bytes.extend_from_slice(&void_header(rest as u64));
            }
            outbox.patch(self.switch.data_at() + start as u64, &bytes);
            self.dirty = self.dirty.max(start + bytes.len());
            self.switch.hide(start, outbox);
        }
        self.start = start;
        self.content = content.to_vec();
    }

    /// Where so many bytes of content can be written while what is shown stays.
    fn place_beside(&self, length: usize) -> Option<usize> {
        if self.content.is_empty() || length + SWITCH <= self.start {
            return Some(0);
        }
        let behind = (self.start + self.content.len() + SWITCH).next_multiple_of(self.switch.unit);
        (behind.saturating_add(length) + 2 <= self.capacity()).then_some(behind)
    }

    /// Brings the area into a form that depends on nothing but its content: at the start, zeros behind it.
    pub(crate) fn settle(&mut self, outbox: &mut Outbox) {
        // Where it can't go to the start at once it goes further back first.
        while self.start > 0 {
            let content = self.content.clone();
            self.put(&content, outbox);
        }
        let rest = self.capacity() - self.content.len();
        let clean = match self.content.len() {
            0 => 0,
            length if rest > 0 => length + void_header(rest as u64).len(),
            length => length,
        };
        if let Some(stale) = self.dirty.checked_sub(clean).filter(|stale| *stale > 0) {
            outbox.patch(self.switch.data_at() + clean as u64, &vec![0; stale]);
            self.dirty = clean;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webm::ebml::{children, put_element};
    use crate::webm::ids;
    use crate::{Edit, MemoryFile};

    fn tag(length: usize, value: u8) -> Vec<u8> {
        let mut out = Vec::new();
        put_element(&mut out, ids::TAGS, &vec![value; length]);
        out
    }

    /// What a reader sees: the one element that is no Void.
    fn shown(bytes: &[u8]) -> Vec<u8> {
        let mut seen = Vec::new();
        for child in children(bytes) {
            let child = child.unwrap();
            if child.id != ids::VOID {
                seen.extend_from_slice(child.whole);
            }
        }
        seen
    }

    fn apply(file: &mut MemoryFile, outbox: &mut Outbox, allowed: &[&[u8]]) {
        while let Some(edit) = outbox.next_edit() {
            if let Edit::Overwrite { offset, bytes } = &edit {
                for cut in 0..bytes.len() {
                    let mut torn = file.clone();
                    torn.apply(&Edit::Overwrite { offset: *offset, bytes: bytes[..cut].to_vec() }).unwrap();
                    let seen = shown(torn.bytes());
                    assert!(allowed.contains(&&seen[..]), "{seen:?}");
                }
            }
            file.apply(&edit).unwrap();
        }
    }

    #[test]
    fn a_torn_write_shows_the_old_or_the_new() {
        for bytes in [60, 255, 256, 300, 600, 70_000] {
            let size = capacity(bytes);
            assert!(size >= bytes && size < bytes * 2 + 2);
            let (mut area, mut outbox) = (Area::new(0, size), Outbox::default());
            outbox.append(&hidden(size));
            let mut file = MemoryFile::default();
            apply(&mut file, &mut outbox, &[]);
            let mut old = Vec::new();
            for (step, length) in [3, 9, 2, 20, 40, 1, 44, 12, 0, 30].into_iter().enumerate() {
                let new = tag(length, step as u8);
                assert!(area.fits(new.len()));
                area.replace(&new, &mut outbox);
                apply(&mut file, &mut outbox, &[&old, &new, b""]);
                assert_eq!(shown(file.bytes()), new);
                assert_eq!(file.bytes().len(), SWITCH + size);
                old = new;
            }
            area.settle(&mut outbox);
            apply(&mut file, &mut outbox, &[&old, b""]);
            // The same as if it had been written once.
            let (mut once, mut outbox) = (Area::new(0, size), Outbox::default());
            outbox.append(&hidden(size));
            once.replace(&old, &mut outbox);
            once.settle(&mut outbox);
            let mut other = MemoryFile::default();
            apply(&mut other, &mut outbox, &[]);
            assert!(file == other, "{bytes}");
            area.replace(b"", &mut outbox);
            area.settle(&mut outbox);
        }
    }

    #[test]
    fn with_room_for_both_something_is_always_shown() {
        let (mut area, mut outbox) = (Area::new(0, 512), Outbox::default());
        outbox.append(&hidden(512));
        let mut file = MemoryFile::default();
        area.replace(&tag(200, 0), &mut outbox);
        apply(&mut file, &mut outbox, &[]);
        let mut old = tag(200, 0);
        for value in 1..9 {
            let new = tag(200 + usize::from(value), value);
            area.replace(&new, &mut outbox);
            apply(&mut file, &mut outbox, &[&old, &new]);
            old = new;
        }
        area.settle(&mut outbox);
        apply(&mut file, &mut outbox, &[&old]);
    }
}
