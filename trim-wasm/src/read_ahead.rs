//! A file that is read in large blocks: each read of a browser's file costs up to some milliseconds, however small it is.

use std::cell::RefCell;

use seekable::{Source, SourceError};

/// Bytes of a block.
pub const BLOCK_BYTES: usize = 1 << 20;

/// Blocks that are kept: headers are read through a window, payloads where they lie, and the tracks of an MP4 may lie
/// some way apart.
const KEPT: usize = 4;

/// A file as the browser gives it.
pub trait Blocks {
    /// Bytes in all. It must not change.
    fn length(&self) -> u64;

    /// Puts up to `length` bytes from `offset` on into `block`, which is empty; fewer only where the file ends.
    ///
    /// # Errors
    /// [`SourceError`] where the bytes are there but can not be read.
    fn read(&self, offset: u64, length: usize, block: &mut Vec<u8>) -> Result<(), SourceError>;
}

/// A source that reads whole blocks and keeps the last few.
#[derive(Debug)]
pub struct ReadAhead<B> {
    blocks: B,
    block_bytes: usize,
    /// The one that was used last comes first.
    kept: RefCell<Vec<Block>>,
}

#[derive(Debug)]
struct Block {
    /// A multiple of the size of a block.
    at: u64,
    bytes: Vec<u8>,
}

impl<B: Blocks> ReadAhead<B> {
    /// Reads nothing yet.
    pub fn new(blocks: B) -> Self {
        Self::with_blocks_of(BLOCK_BYTES, blocks)
    }

    fn with_blocks_of(block_bytes: usize, blocks: B) -> Self {
        Self { blocks, block_bytes, kept: RefCell::default() }
    }

    /// Puts the block at `at` in front; its bytes stay in `kept` whether or not they could be read.
    fn bring(&self, kept: &mut Vec<Block>, at: u64) -> Result<(), SourceError> {
        if let Some(index) = kept.iter().position(|block| block.at == at) {
            if let Some(front) = kept.get_mut(..=index) {
                front.rotate_right(1);
            }
            return Ok(());
        }
        // Room that is there already is used again.
        let used = if kept.len() >= KEPT { kept.pop() } else { None };
        let mut bytes = used.map_or_else(Vec::new, |block| block.bytes);
        bytes.clear();
        let left = self.blocks.length().saturating_sub(at);
        let length = usize::try_from(left).unwrap_or(usize::MAX).min(self.block_bytes);
        self.blocks.read(at, length, &mut bytes)?;
        kept.insert(0, Block { at, bytes });
        Ok(())
    }
}

impl<B: Blocks> Source for ReadAhead<B> {
    fn length(&self) -> u64 {
        self.blocks.length()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, SourceError> {
        if offset >= self.length() || buffer.is_empty() {
            return Ok(0);
        }
        let skip = offset % self.block_bytes as u64;
        let mut kept = self.kept.borrow_mut();
        self.bring(&mut kept, offset - skip)?;
        let block = kept.first().map(|block| block.bytes.as_slice()).unwrap_or_default();
        let rest = usize::try_from(skip).ok().and_then(|skip| block.get(skip..)).unwrap_or_default();
        let length = rest.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..length), rest.get(..length)) {
            to.copy_from_slice(from);
        }
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use proptest::prelude::*;

    use super::*;

    /// A file whose every byte tells its place, and that counts how often it is read.
    struct Counted {
        length: u64,
        reads: Cell<usize>,
    }

    fn byte(offset: u64) -> u8 {
        (offset.wrapping_mul(2_654_435_761) >> 13) as u8
    }

    impl Blocks for &Counted {
        fn length(&self) -> u64 {
            self.length
        }

        fn read(&self, offset: u64, length: usize, block: &mut Vec<u8>) -> Result<(), SourceError> {
            assert!(block.is_empty() && offset + length as u64 <= self.length);
            self.reads.set(self.reads.get() + 1);
            block.extend((offset..offset + length as u64).map(byte));
            Ok(())
        }
    }

    const BLOCK: u64 = 4_096;

    fn read_whole(source: &impl Source, offset: u64, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        let mut done = 0;
        while done < length {
            match source.read_at(offset + done as u64, &mut bytes[done..]).unwrap() {
                0 => break,
                read => done += read,
            }
        }
        bytes.truncate(done);
        bytes
    }

    #[test]
    fn small_reads_that_lie_together_are_one() {
        let file = Counted { length: 3 * BLOCK + 5, reads: Cell::new(0) };
        let source = ReadAhead::with_blocks_of(BLOCK as usize, &file);
        for offset in (0..BLOCK).step_by(64) {
            assert_eq!(read_whole(&source, offset, 16)[3], byte(offset + 3));
        }
        assert_eq!(file.reads.get(), 1);
        // Back and forth between as many blocks as are kept.
        for _ in 0..50 {
            for block in 0..4 {
                read_whole(&source, block * BLOCK, 5);
            }
        }
        assert_eq!(file.reads.get(), 4);
    }

    #[test]
    fn the_block_that_was_used_longest_ago_goes() {
        let file = Counted { length: 6 * BLOCK, reads: Cell::new(0) };
        let source = ReadAhead::with_blocks_of(BLOCK as usize, &file);
        for block in [0, 1, 2, 3, 0, 4] {
            read_whole(&source, block * BLOCK, 1);
        }
        assert_eq!(file.reads.get(), 5);
        read_whole(&source, 0, 1);
        assert_eq!(file.reads.get(), 5, "0 was used after 1");
        read_whole(&source, BLOCK, 1);
        assert_eq!(file.reads.get(), 6);
    }

    #[test]
    fn a_failure_is_told_and_the_next_read_tries_again() {
        struct Once(Cell<bool>);
        impl Blocks for Once {
            fn length(&self) -> u64 {
                4
            }
            fn read(&self, offset: u64, _: usize, block: &mut Vec<u8>) -> Result<(), SourceError> {
                if self.0.replace(true) {
                    block.extend(*b"abcd");
                    return Ok(());
                }
                Err(SourceError { offset, reason: "NotReadableError".into() })
            }
        }
        let source = ReadAhead::new(Once(Cell::new(false)));
        assert!(source.read_at(1, &mut [0; 2]).is_err());
        assert_eq!(read_whole(&source, 1, 9), b"bcd");
    }

    proptest! {
        #[test]
        fn reads_give_what_is_there(length in 0..3 * BLOCK, reads in prop::collection::vec((0..4 * BLOCK, 0..3_000_usize), 1..12)) {
            let file = Counted { length, reads: Cell::new(0) };
            let source = ReadAhead::with_blocks_of(BLOCK as usize, &file);
            for (offset, wanted) in reads {
                let expected: Vec<u8> = (offset..(offset + wanted as u64).min(length)).map(byte).collect();
                prop_assert_eq!(read_whole(&source, offset, wanted), expected);
            }
        }
    }
}
