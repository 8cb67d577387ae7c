//! TrackEntries (RFC 9559, section 5.1.4.1).

use std::num::NonZeroU32;

use super::find;
use crate::packets::{PacketTrack, Setup as AnySetup, Timescale};
use crate::webm::ebml::{big_endian, children};
use crate::webm::tracks::{self, TRACKS_MAX};
use crate::webm::{codec, flac, ids};
use crate::{Track, TrackKind};

/// How Matroska describes a track: the payload of its TrackEntry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Setup {
    pub(crate) entry: Vec<u8>,
    pub(super) is_opus: bool,
    /// FLAC: samples in a second.
    pub(super) flac_rate: Option<NonZeroU32>,
    /// PCM: bytes in a second.
    pub(super) byte_rate: Option<NonZeroU32>,
    /// In nanoseconds.
    pub(super) default_duration: Option<u64>,
}

/// Reads the payload of Tracks; `None` where it can not be read, or holds no track.
pub(super) fn read(payload: &[u8], timescale: Timescale) -> Option<Vec<PacketTrack>> {
    let mut tracks = Vec::new();
    for child in children(payload) {
        let child = child.ok()?;
        if child.id == ids::TRACK_ENTRY {
            if tracks.len() >= TRACKS_MAX {
                return None;
            }
            tracks.push(read_entry(child.payload, timescale)?);
        }
    }
    Some(tracks).filter(|tracks| !tracks.is_empty())
}

fn read_entry(entry: &[u8], timescale: Timescale) -> Option<PacketTrack> {
    if children(entry).any(|child| child.is_err()) {
        return None;
    }
    let number = find(entry, ids::TRACK_NUMBER).map_or(0, big_endian);
    let kind = match find(entry, ids::TRACK_TYPE).map_or(0, big_endian) {
        1 => TrackKind::Video,
        2 => TrackKind::Audio,
        _ => TrackKind::Other,
    };
    let codec_id = find(entry, ids::CODEC_ID).unwrap_or_default();
    let codec_id: String = codec_id.iter().take_while(|byte| **byte != 0).map(|byte| *byte as char).collect();
    let audio = find(entry, ids::AUDIO).unwrap_or_default();
    // A cast saturates.
    let byte_rate = tracks::pcm_byte_rate(audio).and_then(|rate| NonZeroU32::new(rate.round() as u32));
    let setup = Setup {
        entry: entry.to_vec(),
        is_opus: codec_id == "A_OPUS",
        flac_rate: flac::rate(audio).filter(|_| codec_id == "A_FLAC"),
        byte_rate: byte_rate.filter(|_| codec_id.starts_with("A_PCM/")),
        default_duration: find(entry, ids::DEFAULT_DURATION).map(big_endian).filter(|length| *length > 0),
    };
    let private = find(entry, ids::CODEC_PRIVATE).unwrap_or_default();
    let picture = find(entry, ids::VIDEO).and_then(tracks::size);
    let track = Track { number, kind, codec: codec::mime(&codec_id, private), codec_id, picture };
    Some(PacketTrack { track, timescale, setup: AnySetup::WebM(setup) })
}
