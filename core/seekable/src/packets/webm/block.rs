//! SimpleBlocks and BlockGroups (RFC 9559, sections 5.1.3.4 and 5.1.3.5).

use super::Reader;
use crate::packets::{Packet, PacketTrack, PartsError, Shape, Source, Span, Window};
use crate::webm::block::{Block, simple_block};
use crate::webm::ebml::{self, big_endian, vint};
use crate::webm::ids;

/// Bytes of a block that tell its track, time, flags, and how long an Opus packet is.
const BLOCK_FRONT: usize = 16;

/// A laced block up to this size is looked into for the duration of its frames.
const LACED_MAX: u64 = 64 * 1024;

/// What stands around the Block in a BlockGroup: BlockDuration, references, additions, padding, unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Group {
    pub(crate) before: Span,
    pub(crate) after: Span,
}

impl Reader {
    /// Reads a SimpleBlock or BlockGroup. `None`: of a track that is none.
    pub(super) fn block<S: Source>(
        &self,
        id: u32,
        span: Span,
        window: &mut Window<S>,
        tracks: &[PacketTrack],
    ) -> Result<Option<Packet>, PartsError> {
        let malformed = |expected| PartsError::Malformed { offset: span.offset, expected };
        let Some((cluster, Some(cluster_time))) = self.cursor.cluster else {
            return Err(malformed("a Cluster's Timestamp before its blocks"));
        };
        let mut parts = Parts { block: Some(span), is_key: true, ..Parts::default() };
        if id == ids::BLOCK_GROUP {
            parts = group(span, window)?;
        }
        let block_span = parts.block.ok_or(malformed("a Block in the BlockGroup"))?;
        let front = window
            .up_to(block_span.offset, BLOCK_FRONT.min(usize::try_from(block_span.size).unwrap_or(0)))?;
        let number_length = vint(front).map_or(0, |(_, length)| length);
        let flags = front.get(number_length + 2).copied();
        let (Some(block), Some(flags)) = (simple_block(front), flags) else {
            return Err(malformed("a block"));
        };
        let (number, relative, has_key_flag) = (block.track, i64::from(block.relative_time), block.is_key);
        let Some(index) = tracks.iter().position(|track| track.track.number == number) else {
            return Ok(None);
        };
        let length = self.duration(&parts, block_span, flags, tracks.get(index), window)?;
        let head = number_length as u64 + 3;
        let time = cluster_time + relative + self.shift;
        let is_simple = id == ids::SIMPLE_BLOCK;
        Ok(Some(Packet {
            track: index,
            time,
            decode_time: time,
            duration: length,
            is_key: if is_simple { has_key_flag } else { parts.is_key },
            data: Span { offset: block_span.offset + head, size: block_span.size.saturating_sub(head) },
            shape: Shape::Block { cluster, flags, group: (!is_simple).then_some(parts.around) },
        }))
    }

    /// How long a block lasts, in ticks: as the file says, else as its frames say, without what is discarded of them.
    fn duration<S: Source>(
        &self,
        parts: &Parts,
        block: Span,
        flags: u8,
        track: Option<&PacketTrack>,
        window: &mut Window<S>,
    ) -> Result<Option<u64>, PartsError> {
        let Some((setup, track)) = track.and_then(|track| Some((track.setup.webm()?, track))) else {
            return Ok(None);
        };
        if parts.duration.is_some() {
            return Ok(parts.duration);
        }
        let is_laced = flags & 0b110 != 0;
        let size = block.size;
        let length = if is_laced { block.size.min(LACED_MAX) } else { block.size.min(BLOCK_FRONT as u64) };
        let front = window.up_to(block.offset, usize::try_from(length).unwrap_or(0))?;
        let Some(block) = simple_block(front) else { return Ok(None) };
        let has_sizes = !is_laced || front.len() as u64 == length;
        let by_frames = match (setup.is_opus, setup.flac_rate, setup.byte_rate) {
            (true, ..) if has_sizes => block.opus_duration(),
            (_, Some(rate), _) if has_sizes => block.flac_duration(rate),
            (.., Some(rate)) if !is_laced => {
                let bytes = size.saturating_sub(length).saturating_add(block.frame_bytes.unwrap_or(0));
                Some(bytes.saturating_mul(1_000_000_000) / u64::from(rate.get()))
            }
            _ => None,
        };
        let nanoseconds = by_frames
            .or_else(|| setup.default_duration.map(|frame| frame.saturating_mul(Block::frame_count(&block))));
        let ticks = nanoseconds.map(|length| {
            let length = length.saturating_sub(parts.discarded);
            track.timescale.to_ticks(i64::try_from(length).unwrap_or(i64::MAX))
        });
        Ok(ticks.and_then(|ticks| u64::try_from(ticks).ok()))
    }
}

/// What a BlockGroup is made of.
#[derive(Debug, Default)]
struct Parts {
    block: Option<Span>,
    around: Group,
    duration: Option<u64>,
    /// In nanoseconds; only what is cut from the end.
    discarded: u64,
    is_key: bool,
}

/// Walks through a BlockGroup without reading the Block itself.
fn group<S: Source>(span: Span, window: &mut Window<S>) -> Result<Parts, PartsError> {
    let mut parts = Parts { is_key: true, ..Parts::default() };
    parts.around.before = Span { offset: span.offset, size: 0 };
    let mut at = span.offset;
    while at < span.end() {
        let header = ebml::header(window.up_to(at, ebml::HEADER_MAX)?).ok();
        let payload = header.and_then(|header| {
            let payload = Span { offset: at + u64::from(header.length), size: header.size? };
            (payload.end() <= span.end()).then_some((header.id, payload))
        });
        let Some((id, payload)) = payload else {
            return Err(PartsError::Malformed { offset: at, expected: "a whole element in the BlockGroup" });
        };
        match id {
            ids::BLOCK if parts.block.is_none() => {
                parts.block = Some(payload);
                parts.around.before.size = at - parts.around.before.offset;
                parts.around.after = Span { offset: payload.end(), size: span.end() - payload.end() };
            }
            ids::REFERENCE_BLOCK => parts.is_key = false,
            ids::BLOCK_DURATION => {
                let length = usize::try_from(payload.size.min(8)).unwrap_or(8);
                parts.duration = Some(big_endian(window.up_to(payload.offset, length)?));
            }
            ids::DISCARD_PADDING => {
                let length = usize::try_from(payload.size.min(8)).unwrap_or(8);
                let value = window.up_to(payload.offset, length)?;
                // Signed: see `BlockGroup::note`.
                let is_positive = value.first().is_some_and(|byte| byte & 0x80 == 0);
                parts.discarded = if is_positive { big_endian(value) } else { 0 };
            }
            // It can only be the first, and is true no more once the block's time has changed.
            ids::CRC_32 if at == span.offset => parts.around.before.offset = payload.end(),
            _ => {}
        }
        at = payload.end();
    }
    Ok(parts)
}
