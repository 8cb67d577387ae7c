//! Numbers of a table, kept as the bytes they are written as: at the end nothing is left to do but to copy them.

use super::boxes::{begin_full, end, put32, saturated};
use crate::edit::Outbox;

/// Tables grow block by block, so that what is there is never moved, and little is reserved in vain.
const BLOCK: usize = 32 * 1024;

/// Numbers of 32 bits, big-endian.
#[derive(Debug, Default)]
#[cfg_attr(test, derive(Clone))]
pub(crate) struct Table {
    blocks: Vec<Vec<u8>>,
    last: Vec<u8>,
    /// Numbers that were written.
    written: u64,
}

impl Table {
    pub(crate) fn push(&mut self, number: u32) {
        if self.last.len() >= BLOCK {
            self.blocks.push(std::mem::replace(&mut self.last, Vec::with_capacity(BLOCK)));
        }
        self.last.extend_from_slice(&number.to_be_bytes());
    }

    /// How many numbers there are.
    pub(crate) fn len(&self) -> u64 {
        self.written + (self.blocks.len() * BLOCK + self.last.len()) as u64 / 4
    }

    pub(crate) fn blocks(&self) -> impl Iterator<Item = &[u8]> {
        self.blocks.iter().chain([&self.last]).map(Vec::as_slice)
    }

    /// Appends all numbers; from then on they are only counted.
    pub(crate) fn write(&mut self, outbox: &mut Outbox) {
        self.written = self.len();
        for block in std::mem::take(&mut self.blocks) {
            outbox.append_piece(block);
        }
        outbox.append(&std::mem::take(&mut self.last));
    }

    /// Bytes of memory in use.
    #[cfg(test)]
    pub(crate) fn memory(&self) -> usize {
        self.blocks.iter().chain([&self.last]).map(Vec::capacity).sum()
    }
}

/// Numbers, each with how often it comes in a row: as in `stts` and `ctts` (section 8.6.1).
#[derive(Debug, Default)]
#[cfg_attr(test, derive(Clone))]
pub(crate) struct RunTable {
    /// Pairs of length and number.
    pairs: Table,
    /// The run that may still grow.
    number: u32,
    length: u32,
}

impl RunTable {
    pub(crate) fn push(&mut self, number: u32) {
        if self.length > 0 && (self.number != number || self.length == u32::MAX) {
            self.pairs.push(self.length);
            self.pairs.push(self.number);
            self.length = 0;
        }
        self.number = number;
        self.length += 1;
    }

    /// How many runs there are.
    pub(crate) fn len(&self) -> u64 {
        self.pairs.len() / 2 + u64::from(self.length > 0)
    }

    /// Writes the table as a box.
    pub(crate) fn write(&mut self, kind: &[u8; 4], version: u8, outbox: &mut Outbox) {
        let at = begin_full(outbox, kind, version);
        put32(outbox, self.len());
        self.pairs.write(outbox);
        if self.length > 0 {
            put32(outbox, self.length.into());
            put32(outbox, self.number.into());
        }
        end(outbox, at);
    }

    /// Bytes of memory in use.
    #[cfg(test)]
    pub(crate) fn memory(&self) -> usize {
        self.pairs.memory()
    }
}

/// Positions in the file: in 32 bits as long as that is enough (section 8.7.5).
#[derive(Debug, Default)]
#[cfg_attr(test, derive(Clone))]
pub(crate) struct Places {
    near: Table,
    /// High and low half, from the first on that is not near.
    far: Table,
}

impl Places {
    pub(crate) fn push(&mut self, place: u64) {
        if place > u64::from(u32::MAX) || self.far.len() > 0 {
            self.far.push(saturated(place >> 32));
            self.far.push(place as u32);
        } else {
            self.near.push(place as u32);
        }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> u64 {
        self.near.len() + self.far.len() / 2
    }

    /// Writes `stco`, or `co64`.
    pub(crate) fn write(&mut self, outbox: &mut Outbox) {
        let is_far = self.far.len() > 0;
        let at = begin_full(outbox, if is_far { b"co64" } else { b"stco" }, 0);
        put32(outbox, self.len());
        if is_far {
            for place in self.near.blocks().flat_map(|block| block.chunks_exact(4)) {
                outbox.append(&[0; 4]);
                outbox.append(place);
            }
        } else {
            self.near.write(outbox);
        }
        self.far.write(outbox);
        end(outbox, at);
    }

    /// Bytes of memory in use.
    #[cfg(test)]
    pub(crate) fn memory(&self) -> usize {
        self.near.memory() + self.far.memory()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Edit;

    fn written(write: impl Fn(&mut Outbox)) -> Vec<u8> {
        let mut outbox = Outbox::default();
        write(&mut outbox);
        let edits = std::iter::from_fn(|| outbox.next_edit());
        edits.flat_map(|edit| if let Edit::Append(bytes) = edit { bytes } else { Vec::new() }).collect()
    }

    #[test]
    fn what_goes_in_comes_out() {
        let mut table = Table::default();
        assert_eq!((table.len(), written(|outbox| table.clone().write(outbox))), (0, Vec::new()));
        let numbers = || (0..100_000_u32).map(|number| number.wrapping_mul(77_777));
        numbers().for_each(|number| table.push(number));
        assert_eq!(table.len(), 100_000);
        let expected: Vec<u8> = numbers().flat_map(u32::to_be_bytes).collect();
        assert!(written(|outbox| table.clone().write(outbox)) == expected);
        assert!(table.memory() < expected.len() + 2 * BLOCK);
        table.write(&mut Outbox::default());
        assert_eq!((table.len(), table.memory()), (100_000, 0));
    }

    #[test]
    fn runs() {
        let mut runs = RunTable::default();
        assert_eq!(
            written(|outbox| runs.clone().write(b"stts", 0, outbox)),
            b"\0\0\0\x10stts\0\0\0\0\0\0\0\0"
        );
        [0, 0, 7, 7, 7, 0, u32::MAX].iter().for_each(|number| runs.push(*number));
        let bytes = written(|outbox| runs.clone().write(b"ctts", 1, outbox));
        let numbers: Vec<u32> = [1 << 24, 4, 2, 0, 3, 7, 1, 0, 1, u32::MAX].into();
        assert_eq!(bytes[8..], numbers.iter().flat_map(|number| number.to_be_bytes()).collect::<Vec<_>>());
    }

    #[test]
    fn places_near_and_far() {
        let mut places = Places::default();
        places.push(9);
        places.push(u32::MAX.into());
        assert_eq!(
            written(|outbox| places.clone().write(outbox)),
            b"\0\0\0\x18stco\0\0\0\0\0\0\0\x02\0\0\0\x09\xFF\xFF\xFF\xFF"
        );
        // Near ones may follow.
        places.push(1 << 32);
        places.push(3);
        let bytes = written(|outbox| places.clone().write(outbox));
        assert_eq!(bytes[..16], *b"\0\0\0\x30co64\0\0\0\0\0\0\0\x04");
        let found: Vec<u64> =
            bytes[16..].chunks_exact(8).map(|place| u64::from_be_bytes(place.try_into().unwrap())).collect();
        assert_eq!(found, [9, u64::from(u32::MAX), 1 << 32, 3]);
    }
}
