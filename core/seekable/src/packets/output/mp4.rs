//! Packets as a live MP4 stream: `moov` without samples, then fragments of about a second.

use super::{Placed, Stream};
use crate::edit::Outbox;
use crate::mp4::boxes::{Child, begin, begin_full, children, end, put32, u32_at};
use crate::packets::mp4::Reader;
use crate::packets::{Packet, PacketTrack, PartsError, Shape, Source, Span};
use crate::{Edit, TrackKind};

/// Bytes that a sample takes beside its payload, in its fragment and in the tables at the end.
pub(super) const SAMPLE_COST: u64 = 48;

/// A fragment ends at the first key frame behind this time, in nanoseconds, or at these sizes.
const FRAGMENT: i64 = 1_000_000_000;
const FRAGMENT_MAX: i64 = 4_000_000_000;
const BYTES_MAX: u64 = 4 << 20;
const SAMPLES_MAX: usize = 4_096;

/// Of a sample (section 8.8.3.1): depends on no other, or on others and is no key frame.
const SYNC: u64 = 0x0200_0000;
const NON_SYNC: u64 = 0x0101_0000;

#[derive(Debug)]
pub(super) struct Muxer {
    tracks: Vec<Track>,
    /// The track whose key frames begin fragments.
    main: usize,
    sequence: u64,
    /// Of the fragment that is being gathered.
    bytes: u64,
    samples: usize,
    /// When it begins, in nanoseconds.
    start: Option<i64>,
}

#[derive(Debug)]
struct Track {
    setup: PacketTrack,
    id: u32,
    /// What is added to times, and taken off again by the edit list.
    delay: i64,
    pending: Vec<Sample>,
    /// Decode time of the last sample; never negative.
    last: i64,
    description: u32,
}

#[derive(Debug, Clone, Copy)]
struct Sample {
    data: Span,
    decode_time: i64,
    composition: i64,
    duration: u64,
    is_key: bool,
}

impl Muxer {
    /// # Errors
    /// [`PartsError::Unsupported`]: what is written knows a track by its number only, so no two may have the same. And what
    /// decrypts a sample is not brought along.
    pub(super) fn new(tracks: &[PacketTrack], delays: &[i64]) -> Result<Self, PartsError> {
        let is_video = |track: &PacketTrack| track.track.kind == TrackKind::Video;
        let new = |(track, delay): (&PacketTrack, &i64)| Track {
            setup: track.clone(),
            id: track.setup.mp4().map_or(0, |setup| setup.id),
            delay: *delay,
            pending: Vec::new(),
            last: 0,
            description: 1,
        };
        if tracks.iter().any(|track| matches!(track.track.codec_id.as_str(), "encv" | "enca")) {
            return Err(PartsError::Unsupported { offset: 0, what: "an encrypted MP4" });
        }
        let mut rest = tracks.iter().map(|track| track.track.number);
        while let Some(number) = rest.next() {
            if rest.clone().any(|other| other == number) {
                return Err(PartsError::Unsupported {
                    offset: 0,
                    what: "an MP4 with two tracks of one number",
                });
            }
        }
        Ok(Self {
            tracks: tracks.iter().zip(delays).map(new).collect(),
            main: tracks.iter().position(is_video).unwrap_or(0),
            sequence: 0,
            bytes: 0,
            samples: 0,
            start: None,
        })
    }

    /// `ftyp`, and `moov` with the descriptions of the samples, but without samples; `user_data`: a whole `udta`, or nothing.
    pub(super) fn head(&self, reader: &Reader, user_data: &[u8]) -> Vec<u8> {
        let mut outbox = Outbox::default();
        let brands = begin(&mut outbox, b"ftyp");
        outbox.append(reader.brands.as_deref().unwrap_or(b"isom\0\0\x02\0isomiso6mp41"));
        end(&mut outbox, brands);
        let moov = begin(&mut outbox, b"moov");
        let mut delays = self.tracks.iter().map(|track| track.delay);
        for child in children(&reader.moov).map_while(Result::ok) {
            match &child.kind {
                b"mvex" => {}
                b"mvhd" => without_duration(&child, 16, &mut outbox),
                b"trak" => trak(&child, delays.next().unwrap_or(0), &mut outbox),
                _ => outbox.append(child.whole),
            }
        }
        let mvex = begin(&mut outbox, b"mvex");
        for track in &self.tracks {
            let trex = begin_full(&mut outbox, b"trex", 0);
            for value in [u64::from(track.id), 1, 0, 0, 0] {
                put32(&mut outbox, value);
            }
            end(&mut outbox, trex);
        }
        end(&mut outbox, mvex);
        outbox.append(user_data);
        end(&mut outbox, moov);
        bytes_of(outbox)
    }

    pub(super) fn packet<S: Source>(
        &mut self,
        stream: &mut Stream,
        source: &S,
        packet: &Packet,
        placed: Placed,
    ) -> Result<(), PartsError> {
        #[cfg_attr(
            not(feature = "webm"),
            expect(irrefutable_let_patterns, reason = "the only shape there is")
        )]
        let Shape::Sample { description } = packet.shape else { return Ok(()) };
        let Some(track) = self.tracks.get(placed.track) else { return Ok(()) };
        let start = track.setup.timescale.to_nanoseconds(placed.decode_time);
        let is_cut = placed.track == self.main && packet.is_key;
        let age = start.saturating_sub(self.start.unwrap_or(start));
        let is_full = (is_cut && age >= FRAGMENT)
            || age >= FRAGMENT_MAX
            || self.bytes.saturating_add(packet.data.size) > BYTES_MAX
            || self.samples >= SAMPLES_MAX
            || track.description != description;
        if let Some(track) = self.tracks.get_mut(placed.track) {
            track.lead_to(&placed);
        }
        if is_full {
            self.flush(stream, source)?;
        }
        let Some(track) = self.tracks.get_mut(placed.track) else { return Ok(()) };
        track.add(packet, &placed);
        track.description = description;
        self.bytes = self.bytes.saturating_add(packet.data.size);
        self.samples += 1;
        self.start.get_or_insert(start);
        Ok(())
    }

    /// Writes the fragment that was gathered.
    pub(super) fn flush<S: Source>(&mut self, stream: &mut Stream, source: &S) -> Result<(), PartsError> {
        if self.samples > 0 {
            self.sequence += 1;
            stream.put(&self.fragment())?;
            for track in &mut self.tracks {
                let mut spans = track.pending.drain(..).map(|sample| sample.data);
                let mut span = spans.next();
                // Samples that lie behind each other are copied at once.
                while let Some(first) = span {
                    let mut whole = first;
                    span = spans.next();
                    while let Some(next) = span.filter(|next| next.offset == whole.end()) {
                        whole.size = whole.size.saturating_add(next.size);
                        span = spans.next();
                    }
                    stream.copy(source, whole)?;
                }
            }
        }
        (self.bytes, self.samples, self.start) = (0, 0, None);
        Ok(())
    }

    /// `moof`, and the header of `mdat`.
    fn fragment(&self) -> Vec<u8> {
        let mut outbox = Outbox::default();
        let moof = begin(&mut outbox, b"moof");
        let mfhd = begin_full(&mut outbox, b"mfhd", 0);
        put32(&mut outbox, self.sequence);
        end(&mut outbox, mfhd);
        let mut offsets = Vec::new();
        for track in self.tracks.iter().filter(|track| !track.pending.is_empty()) {
            offsets.push((
                track.write(&mut outbox),
                track.pending.iter().map(|sample| sample.data.size).sum::<u64>(),
            ));
        }
        end(&mut outbox, moof);
        let mut data_at = outbox.length() + 8;
        for (offset_at, size) in &offsets {
            outbox.overwrite(*offset_at, &u32::try_from(data_at).unwrap_or(u32::MAX).to_be_bytes());
            data_at += size;
        }
        put32(&mut outbox, 8 + offsets.iter().map(|(_, size)| size).sum::<u64>());
        outbox.append(b"mdat");
        bytes_of(outbox)
    }
}

impl Track {
    /// When the next sample is decoded: never before the last one.
    fn decode_time(&self, placed: &Placed) -> i64 {
        placed.decode_time.saturating_add(self.delay).max(self.last)
    }

    /// The last sample lasts until the next one: whatever lies between them is told by it.
    fn lead_to(&mut self, placed: &Placed) {
        let decode_time = self.decode_time(placed);
        if let Some(last) = self.pending.last_mut() {
            last.duration = decode_time.saturating_sub(last.decode_time).unsigned_abs();
        }
    }

    fn add(&mut self, packet: &Packet, placed: &Placed) {
        let decode_time = self.decode_time(placed);
        let composition = placed.time.saturating_add(self.delay).saturating_sub(decode_time);
        let duration = placed.duration.unwrap_or(0);
        self.pending.push(Sample {
            data: packet.data,
            decode_time,
            composition,
            duration,
            is_key: packet.is_key,
        });
        self.last = decode_time;
    }

    /// Writes `traf`; gives where the offset of its data belongs.
    fn write(&self, outbox: &mut Outbox) -> u64 {
        let traf = begin(outbox, b"traf");
        let tfhd = begin(outbox, b"tfhd");
        // Offsets count from `moof`; and which sample entry.
        for value in [0x2_0002, u64::from(self.id), u64::from(self.description)] {
            put32(outbox, value);
        }
        end(outbox, tfhd);
        let tfdt = begin_full(outbox, b"tfdt", 1);
        outbox.append(&self.pending.first().map_or(0, |sample| sample.decode_time).to_be_bytes());
        end(outbox, tfdt);
        let has_composition = self.pending.iter().any(|sample| sample.composition != 0);
        let trun = begin(outbox, b"trun");
        // Version 1: what lies between decoding and showing may be negative.
        put32(outbox, 0x0100_0701 | if has_composition { 0x800 } else { 0 });
        put32(outbox, self.pending.len() as u64);
        let offset_at = outbox.length();
        put32(outbox, 0);
        for sample in &self.pending {
            put32(outbox, sample.duration);
            put32(outbox, sample.data.size);
            put32(outbox, if sample.is_key { SYNC } else { NON_SYNC });
            if has_composition {
                let composition = i32::try_from(sample.composition);
                let nearest = if sample.composition < 0 { i32::MIN } else { i32::MAX };
                outbox.append(&composition.unwrap_or(nearest).to_be_bytes());
            }
        }
        end(outbox, trun);
        end(outbox, traf);
        offset_at
    }
}

/// A `trak` without samples, with an edit list only for what is to be shown earlier than it is written.
fn trak(child: &Child<'_>, delay: i64, outbox: &mut Outbox) {
    let at = begin(outbox, &child.kind);
    for child in children(child.payload).map_while(Result::ok) {
        match &child.kind {
            b"edts" => {}
            b"tkhd" => {
                without_duration(&child, 20, outbox);
                if delay > 0 {
                    edit_list(delay, outbox);
                }
            }
            b"mdia" => media(&child, outbox),
            _ => outbox.append(child.whole),
        }
    }
    end(outbox, at);
}

fn edit_list(delay: i64, outbox: &mut Outbox) {
    let edts = begin(outbox, b"edts");
    let elst = begin_full(outbox, b"elst", 1);
    put32(outbox, 1);
    // To the end, whenever that is; from this time on; at the usual speed.
    outbox.append(&[0; 8]);
    outbox.append(&delay.to_be_bytes());
    outbox.append(&[0, 1, 0, 0]);
    end(outbox, elst);
    end(outbox, edts);
}

/// `mdia`, `minf` or `stbl`: all but its samples.
fn media(child: &Child<'_>, outbox: &mut Outbox) {
    let at = begin(outbox, &child.kind);
    for child in children(child.payload).map_while(Result::ok) {
        match &child.kind {
            b"mdhd" => without_duration(&child, 16, outbox),
            b"minf" | b"stbl" => media(&child, outbox),
            _ => outbox.append(child.whole),
        }
    }
    if &child.kind == b"stbl" {
        for (kind, fields) in [(b"stts", 1), (b"stsc", 1), (b"stsz", 2), (b"stco", 1)] {
            let table = begin_full(outbox, kind, 0);
            (0..fields).for_each(|_| put32(outbox, 0));
            end(outbox, table);
        }
    }
    end(outbox, at);
}

/// A header whose duration follows from the fragments. `at`: where it is in version 0, where dates have 32 bits.
fn without_duration(child: &Child<'_>, at: usize, outbox: &mut Outbox) {
    let is_long = u32_at(child.payload, 0).is_some_and(|word| word >> 24 == 1);
    let (at, width) = if is_long { (at + 8, 8) } else { (at, 4) };
    let mut payload = child.payload.to_vec();
    if let Some(duration) = payload.get_mut(at..at + width) {
        duration.fill(0);
    }
    let begin = begin(outbox, &child.kind);
    outbox.append(&payload);
    end(outbox, begin);
}

fn bytes_of(mut outbox: Outbox) -> Vec<u8> {
    match outbox.next_edit() {
        Some(Edit::Append(bytes)) => bytes,
        _ => Vec::new(),
    }
}
