//! Packets as a live WebM stream: clusters of unknown size, as in the input.

use super::{Placed, Stream};
use crate::packets::webm::{Group, Reader};
use crate::packets::{Packet, PacketTrack, PartsError, Shape, Source, Span};
use crate::webm::ebml::{UNKNOWN_SIZE, children, header8, put_element, put_id, put_unsigned};
use crate::webm::ids;

/// What is made anew, or would be false in another file.
const NOT_KEPT: [u32; 10] = [
    ids::DURATION,
    ids::CRC_32,
    ids::VOID,
    // DateUTC and Title come from the metadata.
    0x4461,
    0x7BA9,
    // SegmentUUID, SegmentFilename, and those of the files before and behind.
    0x73A4,
    0x7384,
    0x3CB923,
    0x3EB923,
    0x3C83AB,
];

/// The head as a recorder writes it: Segment of unknown size, Info, Tracks.
pub(super) fn head(reader: &Reader, tracks: &[PacketTrack]) -> Vec<u8> {
    let mut out = reader.ebml.clone();
    out.extend_from_slice(&header8(ids::SEGMENT, UNKNOWN_SIZE));
    let mut info = Vec::new();
    for child in children(&reader.info).map_while(Result::ok) {
        if !NOT_KEPT.contains(&child.id) {
            info.extend_from_slice(child.whole);
        }
    }
    put_element(&mut out, ids::INFO, &info);
    let mut entries = Vec::new();
    for track in tracks {
        if let Some(setup) = track.setup.webm() {
            put_element(&mut entries, ids::TRACK_ENTRY, &setup.entry);
        }
    }
    put_element(&mut out, ids::TRACKS, &entries);
    out
}

/// Writes clusters and blocks.
#[derive(Debug)]
pub(super) struct Muxer {
    /// Numbers of the output's tracks, as blocks begin with them.
    numbers: Vec<Vec<u8>>,
    cluster: Option<Open>,
}

/// The cluster that is being written.
#[derive(Debug)]
struct Open {
    /// Which cluster of which input it is made of.
    origin: (usize, u64),
    /// In ticks.
    time: i64,
}

impl Muxer {
    pub(super) fn new(tracks: &[PacketTrack]) -> Self {
        Self { numbers: tracks.iter().map(|track| number(track.track.number)).collect(), cluster: None }
    }

    pub(super) fn packet<S: Source>(
        &mut self,
        stream: &mut Stream,
        source: &S,
        packet: &Packet,
        placed: Placed,
    ) -> Result<(), PartsError> {
        #[cfg_attr(
            not(feature = "mp4"),
            expect(irrefutable_let_patterns, reason = "the only shape there is")
        )]
        let Shape::Block { cluster, flags, group } = packet.shape else { return Ok(()) };
        let origin = (placed.input, cluster);
        let time = placed.time.max(0);
        let open = self.cluster.take().filter(|open| open.origin == origin);
        let relative = open.as_ref().and_then(|open| i16::try_from(time.saturating_sub(open.time)).ok());
        let open = match open {
            Some(open) if relative.is_some() => open,
            _ => {
                let mut head = header8(ids::CLUSTER, UNKNOWN_SIZE);
                put_unsigned(&mut head, ids::TIMESTAMP, time.unsigned_abs());
                stream.put(&head)?;
                Open { origin, time }
            }
        };
        self.cluster = Some(open);

        let mut block = self.numbers.get(placed.track).cloned().unwrap_or_default();
        block.extend_from_slice(&relative.unwrap_or(0).to_be_bytes());
        block.push(flags);
        let size = block.len() as u64 + packet.data.size;
        match group {
            None => {
                stream.put(&header(ids::SIMPLE_BLOCK, size))?;
                stream.put(&block)?;
                stream.copy(source, packet.data)
            }
            Some(Group { before, after }) => {
                let inner = header(ids::BLOCK, size);
                let whole = before.size + inner.len() as u64 + size + after.size;
                stream.put(&header(ids::BLOCK_GROUP, whole))?;
                stream.copy(source, before)?;
                stream.put(&inner)?;
                stream.put(&block)?;
                stream.copy(source, Span { offset: packet.data.offset, size: packet.data.size })?;
                stream.copy(source, after)
            }
        }
    }
}

/// Bytes around the payload of a block.
pub(super) fn cost(size: u64, group: Option<&Group>) -> u64 {
    // Header of at most 9 bytes, track number of one or two, time, flags; a group has a header of its own.
    let around = group.map_or(0, |group| 9 + group.before.size + group.after.size);
    14 + around + if size >= 1 << 21 { 4 } else { 0 }
}

/// An element header with the shortest size field.
fn header(id: u32, size: u64) -> Vec<u8> {
    let mut out = Vec::with_capacity(12);
    put_id(&mut out, id);
    out.extend_from_slice(&variable(size));
    out
}

/// A track number as a variable-length integer.
fn number(value: u64) -> Vec<u8> {
    variable(value)
}

/// A variable-length integer (RFC 8794, section 4), as short as can be, never all ones.
fn variable(value: u64) -> Vec<u8> {
    let mut length = 1;
    while length < 8 && value >= (1 << (7 * length)) - 1 {
        length += 1;
    }
    let marked = value & ((1 << 56) - 1) | 1 << (7 * length);
    marked.to_be_bytes().get(8 - length..).unwrap_or_default().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webm::ebml::vint;

    #[test]
    fn integers_are_read_back() {
        for value in [0, 1, 126, 127, 128, 16_382, 16_383, 16_384, (1 << 55) + 3] {
            let bytes = variable(value);
            assert_eq!(vint(&bytes), Some((value, bytes.len())));
        }
    }
}
