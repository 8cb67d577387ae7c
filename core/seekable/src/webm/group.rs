//! A BlockGroup that is too large to be held: read while it passes by.

use crate::webm::block::{Block, BlockGroup, simple_block_front};
use crate::webm::ebml::{self, NoHeader};
use crate::webm::ids;

/// Bytes at the front of a child that tell all about it.
const FRONT: usize = 16;

/// Reads the children of a BlockGroup from pieces cut anywhere; of each only its front is kept.
#[derive(Debug)]
pub(crate) struct GroupReader {
    /// The front of the child that passes by: a header that is not whole yet, or the front of the payload.
    front: [u8; FRONT],
    filled: usize,
    state: State,
    block: Option<[u8; FRONT]>,
    facts: BlockGroup,
}

#[derive(Debug, Clone, Copy)]
enum State {
    Header,
    Payload {
        id: u32,
        left: u64,
    },
    /// No element: nothing is known about this group.
    Broken,
}

impl GroupReader {
    pub(crate) fn new() -> Self {
        Self { front: [0; FRONT], filled: 0, state: State::Header, block: None, facts: BlockGroup::default() }
    }

    /// Takes the next bytes of the payload.
    pub(crate) fn take(&mut self, mut data: &[u8]) {
        while let Some((&byte, rest)) = data.split_first() {
            match self.state {
                State::Broken => return,
                State::Header => {
                    self.put(byte);
                    data = rest;
                    self.header();
                }
                State::Payload { id, left } => {
                    let length = usize::try_from(left).map_or(data.len(), |left| left.min(data.len()));
                    let (piece, rest) = data.split_at_checked(length).unwrap_or((data, &[]));
                    piece.iter().take(FRONT).for_each(|byte| self.put(*byte));
                    data = rest;
                    self.state = State::Payload { id, left: left - piece.len() as u64 };
                    if left == piece.len() as u64 {
                        self.child(id);
                    }
                }
            }
        }
    }

    fn put(&mut self, byte: u8) {
        if let Some(place) = self.front.get_mut(self.filled) {
            *place = byte;
            self.filled += 1;
        }
    }

    fn header(&mut self) {
        match ebml::header(self.front.get(..self.filled).unwrap_or_default()) {
            Ok(header) => match header.size {
                Some(left) => {
                    self.filled = 0;
                    self.state = State::Payload { id: header.id, left };
                    if left == 0 {
                        self.child(header.id);
                    }
                }
                None => self.state = State::Broken,
            },
            Err(NoHeader::NeedMore) => {}
            Err(NoHeader::Bad) => self.state = State::Broken,
        }
    }

    fn child(&mut self, id: u32) {
        if id == ids::BLOCK {
            self.block = Some(self.front);
        } else {
            self.facts.note(id, self.front.get(..self.filled).unwrap_or_default());
        }
        self.filled = 0;
        self.state = State::Header;
    }

    /// What the whole group says, once all has passed by.
    pub(crate) fn block(&self) -> Option<Block<'_>> {
        let is_whole = matches!(self.state, State::Header) && self.filled == 0;
        let block = simple_block_front(self.block.as_ref().filter(|_| is_whole)?)?;
        Some(self.facts.apply(block))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webm::block::block_group;

    #[test]
    fn pieces_say_the_same_as_the_whole() {
        let block = [&[0xA1, 0x40, 0x80, 0x81, 0, 5, 0][..], &[9; 124]].concat();
        let more = [&[0x75, 0xA1, 0x40, 0x90][..], &[0xA1; 144]].concat();
        let tails: [&[u8]; 4] = [
            &[],
            &[0xFB, 0x81, 0xFC],
            &[0x9B, 0x82, 1, 0],
            &[0xFB, 0x80, 0x75, 0xA2, 0x82, 1, 0, 0x9B, 0x81, 7],
        ];
        for tail in tails {
            let group = [&block, &more, tail].concat();
            let whole = block_group(&group).unwrap();
            for size in [1, 2, 7, 50, 1_000] {
                let mut reader = GroupReader::new();
                group.chunks(size).for_each(|piece| reader.take(piece));
                let facts = |block: &Block<'_>| {
                    (block.track, block.relative_time, block.is_key, block.duration, block.discarded)
                };
                assert_eq!(facts(&reader.block().unwrap()), facts(&whole));
                reader.take(&[0xA1]);
                assert!(reader.block().is_none());
            }
        }
        let mut broken = GroupReader::new();
        broken.take(&[0xA1, 0x80, 0, 0]);
        assert!(broken.block().is_none());
    }
}
