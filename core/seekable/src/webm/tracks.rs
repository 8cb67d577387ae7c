//! Tracks (RFC 9559, section 5.1.4): kept as they are, but for what Opus tracks lack; and where each track ends.

#[cfg(feature = "webm-repair")]
use std::num::NonZeroU32;

use super::block::Block;
use super::ebml::{Malformed, big_endian, children, put_element, put_unsigned};
#[cfg(feature = "webm-repair")]
use super::flac;
use super::{codec, ids, opus};
use crate::{Track, TrackKind};

/// A last frame is never taken to be longer than this, in nanoseconds, unless the file says so.
const LONGEST_GUESS: u64 = 1_000_000_000;

/// More tracks than anybody records: a file with more is taken for a lie.
pub(crate) const TRACKS_MAX: usize = 256;

/// Fronts of the names of codecs that have nothing but key frames (their mappings: RFC 9559 and the codec list beside it).
const KEY_FRAMES_ONLY: [&str; 6] = ["A_OPUS", "A_PCM/", "A_VORBIS", "A_AAC", "A_FLAC", "A_MPEG/"];

/// A track, and how far it has come. Times in nanoseconds.
#[derive(Debug)]
pub(crate) struct TrackState {
    pub(crate) track: Track,
    is_opus: bool,
    /// Sound whose every frame is a key frame.
    pub(crate) has_only_key_frames: bool,
    default_duration: Option<u64>,
    /// PCM: bytes in a second.
    byte_rate: Option<f64>,
    /// FLAC: samples in a second.
    #[cfg(feature = "webm-repair")]
    flac_rate: Option<NonZeroU32>,
    /// The block before: its start, and its distance from the one before it.
    previous: Option<(u64, u64)>,
    /// The block that starts last: its start and its end.
    last: Option<(u64, u64)>,
    /// Whether nothing tells how much of the last frame is sound.
    #[cfg(feature = "webm-repair")]
    is_estimate: bool,
    /// Possible cue points so far.
    pub(crate) cue_candidates: u64,
}

impl TrackState {
    /// Where the last block ends; `None` before the first.
    pub(crate) fn end(&self) -> Option<u64> {
        self.last.map(|(_, end)| end)
    }

    /// When the last block begins, and where it ends if that is an estimate.
    #[cfg(feature = "webm-repair")]
    pub(crate) fn estimated(&self) -> Option<(u64, Option<u64>)> {
        self.last.map(|(start, end)| (start, self.is_estimate.then_some(end)))
    }

    /// What the FLAC frames of a block last, in nanoseconds. No browser records FLAC.
    #[cfg(feature = "webm-repair")]
    fn flac_duration(&self, block: &Block<'_>) -> Option<u64> {
        block.flac_duration(self.flac_rate?)
    }

    #[cfg(not(feature = "webm-repair"))]
    fn flac_duration(&self, _: &Block<'_>) -> Option<u64> {
        None
    }

    /// Takes note of a block of this track.
    pub(crate) fn note(&mut self, block: &Block<'_>, start: u64, scale: u64) {
        // Pauses make single large distances, reordered frames too: the smaller of two is a better guess.
        let mut guess = 0;
        let mut distance = LONGEST_GUESS;
        if let Some((previous, previous_distance)) = self.previous {
            distance = start.abs_diff(previous).min(LONGEST_GUESS);
            guess = distance.min(previous_distance);
        }
        if distance > 0 {
            self.previous = Some((start, distance));
        }
        let flac = self.flac_duration(block);
        let length = if let Some(ticks) = block.duration {
            ticks.saturating_mul(scale)
        } else if let Some(length) = block.opus_duration().filter(|_| self.is_opus) {
            length
        } else if let Some(length) = flac {
            length
        } else if let (Some(rate), Some(bytes)) = (self.byte_rate, block.frame_bytes) {
            (bytes as f64 * 1e9 / rate) as u64
        } else if let Some(frame) = self.default_duration {
            frame.saturating_mul(block.frame_count())
        } else {
            guess
        };
        if self.last.is_none_or(|(last, _)| start >= last) {
            self.last = Some((start, start.saturating_add(length.saturating_sub(block.discarded))));
            #[cfg(feature = "webm-repair")]
            {
                let is_told =
                    block.duration.is_some() || self.is_opus || self.byte_rate.is_some() || flac.is_some();
                self.is_estimate = self.track.kind == TrackKind::Audio && !is_told;
            }
        }
    }
}

/// Reads the payload of Tracks. The element is given anew only when an Opus track lacked something.
pub(crate) fn read(payload: &[u8]) -> Result<(Vec<TrackState>, Option<Vec<u8>>), Malformed> {
    let mut tracks = Vec::new();
    let mut out = Vec::new();
    let mut is_changed = false;
    for child in children(payload) {
        let child = child?;
        match child.id {
            ids::TRACK_ENTRY => {
                if tracks.len() >= TRACKS_MAX {
                    return Err(Malformed);
                }
                let (track, changed) = read_entry(child.payload)?;
                tracks.push(track);
                is_changed |= changed.is_some();
                match changed {
                    Some(changed) => put_element(&mut out, ids::TRACK_ENTRY, &changed),
                    None => out.extend_from_slice(child.whole),
                }
            }
            ids::CRC_32 => {}
            _ => out.extend_from_slice(child.whole),
        }
    }
    let element = is_changed.then(|| {
        let mut element = Vec::new();
        put_element(&mut element, ids::TRACKS, &out);
        element
    });
    Ok((tracks, element))
}

/// One TrackEntry, and its new payload where something had to be added.
fn read_entry(payload: &[u8]) -> Result<(TrackState, Option<Vec<u8>>), Malformed> {
    let mut number = 0;
    let mut kind = TrackKind::Other;
    let mut codec_id = String::new();
    let mut default_duration = None;
    let mut private: &[u8] = &[];
    let mut picture = None;
    let mut has_codec_delay = false;
    let mut has_seek_pre_roll = false;
    let mut byte_rate = None;
    #[cfg(feature = "webm-repair")]
    let mut flac_rate = None;
    let mut kept = Vec::new();
    for child in children(payload) {
        let child = child?;
        match child.id {
            ids::TRACK_NUMBER => number = big_endian(child.payload),
            ids::TRACK_TYPE => {
                kind = match big_endian(child.payload) {
                    1 => TrackKind::Video,
                    2 => TrackKind::Audio,
                    _ => TrackKind::Other,
                }
            }
            ids::CODEC_ID => {
                codec_id =
                    child.payload.iter().take_while(|byte| **byte != 0).map(|byte| *byte as char).collect();
            }
            ids::DEFAULT_DURATION => {
                default_duration = Some(big_endian(child.payload)).filter(|length| *length > 0);
            }
            ids::AUDIO => {
                byte_rate = pcm_byte_rate(child.payload);
                #[cfg(feature = "webm-repair")]
                {
                    flac_rate = flac::rate(child.payload);
                }
            }
            ids::VIDEO => picture = size(child.payload),
            ids::CODEC_PRIVATE => private = child.payload,
            ids::CODEC_DELAY => has_codec_delay = true,
            ids::SEEK_PRE_ROLL => has_seek_pre_roll = true,
            ids::CRC_32 => continue,
            _ => {}
        }
        kept.extend_from_slice(child.whole);
    }
    let is_opus = codec_id == "A_OPUS";
    let mut is_changed = false;
    if let Some(delay) = opus::codec_delay(private).filter(|_| is_opus && !has_codec_delay) {
        put_unsigned(&mut kept, ids::CODEC_DELAY, delay);
        is_changed = true;
    }
    if is_opus && !has_seek_pre_roll {
        put_unsigned(&mut kept, ids::SEEK_PRE_ROLL, opus::SEEK_PRE_ROLL);
        is_changed = true;
    }
    let state = TrackState {
        is_opus,
        has_only_key_frames: kind == TrackKind::Audio
            && KEY_FRAMES_ONLY.iter().any(|codec| codec_id.starts_with(codec)),
        default_duration,
        byte_rate: byte_rate.filter(|_| codec_id.starts_with("A_PCM/")),
        #[cfg(feature = "webm-repair")]
        flac_rate: flac_rate.filter(|_| codec_id == "A_FLAC"),
        track: Track { number, kind, codec: codec::mime(&codec_id, private), codec_id, picture },
        previous: None,
        last: None,
        #[cfg(feature = "webm-repair")]
        is_estimate: false,
        cue_candidates: 0,
    };
    Ok((state, is_changed.then_some(kept)))
}

/// Width and height, from the payload of Video.
pub(crate) fn size(payload: &[u8]) -> Option<(u32, u32)> {
    let value = |id| {
        let found = children(payload).map_while(Result::ok).find(|child| child.id == id);
        found.and_then(|child| u32::try_from(big_endian(child.payload)).ok()).filter(|pixels| *pixels > 0)
    };
    value(ids::PIXEL_WIDTH).zip(value(ids::PIXEL_HEIGHT))
}

/// Bytes in a second of plain samples, from the payload of Audio.
pub(crate) fn pcm_byte_rate(payload: &[u8]) -> Option<f64> {
    let mut frequency = 8_000.0;
    let mut channels = 1;
    let mut bits = 0;
    for child in children(payload) {
        let child = child.ok()?;
        match (child.id, child.payload) {
            (ids::SAMPLING_FREQUENCY, &[a, b, c, d]) => {
                frequency = f64::from(f32::from_be_bytes([a, b, c, d]))
            }
            (ids::SAMPLING_FREQUENCY, payload) => frequency = f64::from_bits(big_endian(payload)),
            (ids::CHANNELS, payload) => channels = big_endian(payload),
            (ids::BIT_DEPTH, payload) => bits = big_endian(payload),
            _ => {}
        }
    }
    let rate = frequency * channels as f64 * bits as f64 / 8.0;
    (rate.is_finite() && rate >= 1.0).then_some(rate)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webm::block::{block_group, simple_block};

    fn entry(children: &[&[u8]]) -> Vec<u8> {
        let mut out = Vec::new();
        put_element(&mut out, ids::TRACK_ENTRY, &children.concat());
        out
    }

    const OPUS: [u8; 8] = *b"\x86\x86A_OPUS";

    #[test]
    fn opus_gets_what_it_lacks() {
        let private = b"\x63\xA2\x8COpusHead\x01\x01\x38\x01";
        let tracks = entry(&[b"\xD7\x81\x02\x83\x81\x02", &OPUS, private]);
        let (states, element) = read(&tracks).unwrap();
        assert_eq!(states[0].track.number, 2);
        assert_eq!(states[0].track.codec_id, "A_OPUS");
        let element = element.unwrap();
        let whole = children(&element).next().unwrap().unwrap();
        let entry = children(whole.payload).next().unwrap().unwrap();
        let values: Vec<(u32, u64)> = children(entry.payload)
            .map(|child| child.unwrap())
            .map(|child| (child.id, big_endian(child.payload)))
            .filter(|(id, _)| matches!(*id, ids::CODEC_DELAY | ids::SEEK_PRE_ROLL))
            .collect();
        assert_eq!(values, [(ids::CODEC_DELAY, 6_500_000), (ids::SEEK_PRE_ROLL, 80_000_000)]);
        // What was added is there now: nothing changes a second time.
        assert!(read(whole.payload).unwrap().1.is_none());
    }

    #[test]
    fn other_tracks_stay_as_they_are() {
        let tracks = entry(&[b"\xBF\x84abcd", b"\xD7\x81\x01\x83\x81\x01", b"\x86\x85V_VP8"]);
        let (states, element) = read(&tracks).unwrap();
        assert_eq!(states[0].track.kind, TrackKind::Video);
        assert!(element.is_none());
        assert!(read(&tracks[..tracks.len() - 1]).is_err());
    }

    #[test]
    fn thousands_of_tracks_are_a_lie() {
        let some = |count: usize| b"\xAE\x80".repeat(count);
        assert_eq!(read(&some(TRACKS_MAX)).unwrap().0.len(), TRACKS_MAX);
        assert!(read(&some(TRACKS_MAX + 1)).is_err());
    }

    #[test]
    fn the_end_is_the_end_of_the_last_block() {
        let (mut states, _) = read(&entry(&[b"\xD7\x81\x01\x83\x81\x01", b"\x86\x85V_VP8"])).unwrap();
        let video = &mut states[0];
        let frame = simple_block(&[0x81, 0, 0, 0, 0]).unwrap();
        let mut ends = Vec::new();
        for milliseconds in [0, 40, 80, 5_000, 5_040] {
            video.note(&frame, milliseconds * 1_000_000, 1_000_000);
            ends.push(video.end().unwrap() / 1_000_000);
        }
        assert_eq!(ends, [0, 80, 120, 5_040, 5_080]);
        let timed = block_group(b"\xA1\x85\x81\0\0\0\0\x9B\x81\x07").unwrap();
        video.note(&timed, 6_000_000_000, 1_000_000);
        assert_eq!(video.end(), Some(6_007_000_000));
    }

    #[test]
    fn plain_samples_tell_their_length() {
        // 48 kHz as a float of four bytes, two channels, 16 bits: 192 bytes in a millisecond.
        let audio: &[u8] = b"\xE1\x8D\xB5\x84\x47\x3B\x80\x00\x9F\x81\x02\x62\x64\x81\x10";
        let codec: &[u8] = b"\x86\x8DA_PCM/INT/LIT";
        let (mut states, _) = read(&entry(&[b"\xD7\x81\x01\x83\x81\x02", codec, audio])).unwrap();
        let block = [&[0x81, 0, 0, 0x80][..], &[0; 1_920]].concat();
        states[0].note(&simple_block(&block).unwrap(), 5_000_000, 1_000_000);
        assert_eq!(states[0].end(), Some(15_000_000));
    }

    #[cfg(feature = "webm-repair")]
    #[test]
    fn what_is_discarded_is_not_in_a_stated_duration() {
        let (mut states, _) = read(&entry(&[b"\xD7\x81\x01\x83\x81\x02", &OPUS])).unwrap();
        // A packet of 20 ms, of which 13.5 ms are discarded: as ffmpeg writes it, and with 6 ms stated, as mkvmerge does.
        let block = b"\xA1\x85\x81\0\0\0\x08\x75\xA2\x84\x00\xCD\xFE\x60";
        states[0].note(&block_group(block).unwrap(), 1_000_000_000, 1_000_000);
        assert_eq!(states[0].end(), Some(1_006_500_000));
        let stated = [&block[..], b"\x9B\x81\x06"].concat();
        states[0].note(&block_group(&stated).unwrap(), 2_000_000_000, 1_000_000);
        assert_eq!(states[0].end(), Some(2_006_000_000));
    }

    #[cfg(feature = "webm-repair")]
    #[test]
    fn the_last_frame_of_flac_tells_its_length() {
        let audio: &[u8] = b"\xE1\x86\xB5\x84\x47\x3B\x80\x00";
        let (mut states, _) = read(&entry(&[b"\xD7\x81\x01\x83\x81\x02", b"\x86\x86A_FLAC", audio])).unwrap();
        let frames: [(u64, &[u8]); 3] =
            [(0, b"\xCA\x18\0"), (96, b"\xCA\x18\x01"), (192, b"\x7A\x18\x02\x02\xFF")];
        for (milliseconds, rest) in frames {
            let block = [&[0x81, 0, 0, 0x80, 0xFF, 0xF8][..], rest].concat();
            states[0].note(&simple_block(&block).unwrap(), milliseconds * 1_000_000, 1_000_000);
        }
        // 768 samples at 48 kHz.
        assert_eq!((states[0].end(), states[0].is_estimate), (Some(208_000_000), false));
    }
}
