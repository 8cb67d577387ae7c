//! Packets as a live MP4 stream: fragments.

use super::{Placed, Stream};
use crate::packets::mp4::Reader;
use crate::packets::{Packet, PacketTrack, PartsError, Source};

/// Bytes that a sample takes beside its payload, in its fragment and in the tables at the end.
pub(super) const SAMPLE_COST: u64 = 48;

#[derive(Debug)]
pub(super) struct Muxer {}

impl Muxer {
    pub(super) fn new(_reader: &Reader, _tracks: &[PacketTrack], _delays: &[i64]) -> Self {
        Self {}
    }

    pub(super) fn head(&self, _reader: &Reader, _tracks: &[PacketTrack]) -> Vec<u8> {
        Vec::new()
    }

    pub(super) fn packet<S: Source>(
        &mut self,
        _stream: &mut Stream,
        _source: &S,
        _packet: &Packet,
        _placed: Placed,
    ) -> Result<(), PartsError> {
        Ok(())
    }

    pub(super) fn flush<S: Source>(&mut self, _stream: &mut Stream, _source: &S) -> Result<(), PartsError> {
        Ok(())
    }
}
