//! Blocks: which track, when, how long, key frame or not (RFC 9559, sections 5.1.3.4, 5.1.3.5 and 10).

use std::num::NonZeroU32;

use super::ebml::{Child, big_endian, children, vint};
use super::{flac, ids, opus};

/// What a SimpleBlock or BlockGroup says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Block<'a> {
    pub(crate) track: u64,
    /// In ticks, relative to the cluster's timestamp.
    pub(crate) relative_time: i16,
    pub(crate) is_key: bool,
    /// BlockDuration, in ticks.
    pub(crate) duration: Option<u64>,
    /// DiscardPadding, in nanoseconds; only what is cut from the end, and zero beside a BlockDuration, which is without it
    /// already: so mkvmerge writes it, and RFC 9559, section 5.1.3.5.7, counts it in no duration. ffmpeg writes none there.
    pub(crate) discarded: u64,
    /// Length of its one frame, in bytes; `None` where several are laced or only the front is known.
    pub(crate) frame_bytes: Option<u64>,
    #[cfg(feature = "webm-repair")]
    flags: u8,
    lacing: Lacing,
    /// Everything after the flags.
    frames: &'a [u8],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lacing {
    None,
    Xiph,
    Fixed,
    Ebml,
}

const KEY_FLAG: u8 = 0x80;

/// Reads the payload of a SimpleBlock. The front of it is enough for all but laced durations.
pub(crate) fn simple_block(payload: &[u8]) -> Option<Block<'_>> {
    let (track, length) = vint(payload)?;
    let rest = payload.get(length..)?;
    let (head, frames) = rest.split_at_checked(3)?;
    let &[high, low, flags] = head else { return None };
    let lacing = match flags >> 1 & 0b11 {
        0 => Lacing::None,
        1 => Lacing::Xiph,
        2 => Lacing::Fixed,
        _ => Lacing::Ebml,
    };
    Some(Block {
        track,
        relative_time: i16::from_be_bytes([high, low]),
        is_key: flags & KEY_FLAG != 0,
        duration: None,
        discarded: 0,
        frame_bytes: (lacing == Lacing::None).then_some(frames.len() as u64),
        #[cfg(feature = "webm-repair")]
        flags,
        lacing,
        frames,
    })
}

/// The same from the front of the payload alone.
pub(crate) fn simple_block_front(front: &[u8]) -> Option<Block<'_>> {
    Some(Block { frame_bytes: None, ..simple_block(front)? })
}

/// The same of a payload of `size` bytes.
pub(crate) fn simple_block_of(front: &[u8], size: u64) -> Option<Block<'_>> {
    let block = simple_block(front)?;
    let rest = size.saturating_sub(front.len() as u64);
    Some(Block { frame_bytes: block.frame_bytes.map(|bytes| bytes + rest), ..block })
}

/// Where the flags are in the payload of a SimpleBlock that is not said to be a key frame, and what says that it is.
pub(crate) fn key_flags(payload: &[u8]) -> Option<(u64, u8)> {
    let (_, length) = vint(payload)?;
    let flags = *payload.get(length + 2)?;
    (flags & KEY_FLAG == 0).then_some((length as u64 + 2, flags | KEY_FLAG))
}

/// Reads the payload of a BlockGroup. It is a key frame when it refers to no other block.
pub(crate) fn block_group(payload: &[u8]) -> Option<Block<'_>> {
    let mut block = None;
    let mut facts = BlockGroup::default();
    for child in children(payload) {
        let Child { id, payload, .. } = child.ok()?;
        if id == ids::BLOCK {
            block = simple_block(payload);
        } else {
            facts.note(id, payload);
        }
    }
    Some(facts.apply(block?))
}

/// What stands beside the block in a BlockGroup.
#[derive(Debug, Default)]
pub(crate) struct BlockGroup {
    refers: bool,
    duration: Option<u64>,
    discarded: u64,
}

impl BlockGroup {
    /// Takes note of a child that is not the block.
    pub(crate) fn note(&mut self, id: u32, payload: &[u8]) {
        match id {
            ids::REFERENCE_BLOCK => self.refers = true,
            ids::BLOCK_DURATION => self.duration = Some(big_endian(payload)),
            // Signed; a negative one adds to the start and does not matter for the end. No browser writes one.
            #[cfg(feature = "webm-repair")]
            ids::DISCARD_PADDING if payload.first().is_some_and(|byte| byte & 0x80 == 0) => {
                self.discarded = big_endian(payload);
            }
            _ => {}
        }
    }

    /// The block, with what is said beside it.
    pub(crate) fn apply<'a>(&self, block: Block<'a>) -> Block<'a> {
        let counts = cfg!(feature = "webm-repair") && self.duration.is_none();
        let discarded = if counts { self.discarded } else { 0 };
        Block { is_key: !self.refers, duration: self.duration, discarded, ..block }
    }
}

impl Block<'_> {
    /// The flags as they stand there.
    #[cfg(feature = "webm-repair")]
    pub(crate) fn flags(&self) -> u8 {
        self.flags
    }

    /// Frames in this block: one, or as many as are laced together.
    pub(crate) fn frame_count(&self) -> u64 {
        match self.lacing {
            Lacing::None => 1,
            _ => self.frames.first().map_or(1, |more| u64::from(*more) + 1),
        }
    }

    /// The duration in nanoseconds of the Opus packets in this block. `None` where the block can not be read.
    pub(crate) fn opus_duration(&self) -> Option<u64> {
        self.duration_by(opus::packet_duration)
    }

    /// The same of FLAC frames, at `rate` samples in a second.
    pub(crate) fn flac_duration(&self, rate: NonZeroU32) -> Option<u64> {
        self.duration_by(|frame| flac::frame_duration(frame, rate))
    }

    /// What the frames in this block last together, each as `of_frame` tells.
    fn duration_by(&self, of_frame: impl Fn(&[u8]) -> Option<u64>) -> Option<u64> {
        let Some((&more, mut sizes)) = self.frames.split_first().filter(|_| self.lacing != Lacing::None)
        else {
            return of_frame(self.frames);
        };
        // First the sizes of all but the last, which takes what is left.
        let mut lengths = [0_usize; 256];
        let count = usize::from(more) + 1;
        let explicit = lengths.get_mut(..usize::from(more))?;
        match self.lacing {
            Lacing::Fixed => explicit.fill(sizes.len() / count),
            Lacing::Xiph => {
                for length in explicit {
                    loop {
                        let (&byte, rest) = sizes.split_first()?;
                        sizes = rest;
                        *length += usize::from(byte);
                        if byte != 255 {
                            break;
                        }
                    }
                }
            }
            _ => {
                let mut last: i64 = 0;
                for (index, length) in explicit.iter_mut().enumerate() {
                    let (value, width) = vint(sizes)?;
                    sizes = sizes.get(width..)?;
                    let value = i64::try_from(value).ok()?;
                    // Later sizes are differences, stored with half of their range added.
                    let bias = if index == 0 { 0 } else { (1 << (7 * width - 1)) - 1 };
                    last = last.checked_add(value - bias)?;
                    *length = usize::try_from(last).ok()?;
                }
            }
        }
        let mut packets = sizes;
        let mut total = 0;
        for length in lengths.get(..usize::from(more))? {
            let (packet, rest) = packets.split_at_checked(*length)?;
            total += of_frame(packet)?;
            packets = rest;
        }
        Some(total + of_frame(packets)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_simple_block() {
        let block = simple_block(&[0x82, 0xFF, 0xFE, 0x80, 24]).unwrap();
        assert_eq!((block.track, block.relative_time, block.is_key), (2, -2, true));
        assert_eq!(block.opus_duration(), Some(60_000_000));
        assert!(!simple_block(&[0x81, 0, 0, 0, 24]).unwrap().is_key);
        assert_eq!(simple_block(&[0x81, 0, 0]), None);
        assert_eq!(key_flags(&[0x40, 2, 0, 0, 0x08, 24]), Some((4, 0x88)));
        assert_eq!(key_flags(&[0x82, 0, 0, 0x80, 24]), None);
        assert_eq!(key_flags(&[0x82, 0, 0]), None);
        assert_eq!(simple_block(&[]), None);
    }

    #[test]
    fn a_group_is_a_key_frame_when_it_refers_to_nothing() {
        let key = [0xA1, 0x85, 0x81, 0, 5, 0, 9, 0x9B, 0x81, 40];
        let block = block_group(&key).unwrap();
        assert_eq!((block.is_key, block.duration, block.relative_time), (true, Some(40), 5));
        let other = [0xFB, 0x81, 0xDF, 0xA1, 0x85, 0x81, 0, 5, 0, 9];
        assert!(!block_group(&other).unwrap().is_key);
        assert_eq!(block_group(&[0xA1, 0x85, 0x81]), None);
        let padded = [0xA1, 0x85, 0x81, 0, 5, 0, 9, 0x75, 0xA2, 0x82, 1, 0];
        let expected = if cfg!(feature = "webm-repair") { 256 } else { 0 };
        assert_eq!(block_group(&padded).unwrap().discarded, expected);
    }

    #[test]
    fn laced_durations_add_up() {
        // Three packets of 20, 40 and 60 ms (1, 2 and 3 bytes) in each kind of lacing.
        let packets = [8, 16, 0, 24, 0, 0];
        let with = |flags: u8, sizes: &[u8]| {
            let mut payload = vec![0x81, 0, 0, flags];
            payload.extend_from_slice(sizes);
            payload.extend_from_slice(&packets);
            let block = simple_block(&payload).unwrap();
            (block.frame_count(), block.opus_duration())
        };
        assert_eq!(with(0b010, &[2, 1, 2]), (3, Some(120_000_000)));
        assert_eq!(with(0b110, &[2, 0x81, 0xC0]), (3, Some(120_000_000)));
        assert_eq!(with(0b110, &[2, 0x87, 0xC0]), (3, None));
        // Fixed: two bytes each, so the packets begin at other bytes: 20 ms, 10 ms and 10 ms.
        assert_eq!(with(0b100, &[2]), (3, Some(20_000_000 + 10_000_000 + 10_000_000)));
        assert_eq!(with(0b010, &[200]), (201, None));
    }
}
