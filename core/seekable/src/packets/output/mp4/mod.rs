//! Packets as a live MP4 stream: `moov` without samples, then fragments of about a second.

mod head;
mod track;

use super::{Arrival, Placed, Stream};
use crate::edit::Outbox;
use crate::mp4::boxes::{begin, begin_full, children, end, put32};
use crate::mp4::shown::Shown;
use crate::packets::mp4::Reader;
use crate::packets::{Packet, PacketTrack, PartsError, Shape, Source};
use crate::{Edit, TrackKind};
use head::{trak, without_duration};
use track::Track;

/// Bytes that a sample takes beside its payload, in its fragment and in the tables at the end.
pub(super) const SAMPLE_COST: u64 = 48;

/// A fragment ends at the first key frame behind this time, in nanoseconds, or at these sizes.
const FRAGMENT: i64 = 1_000_000_000;
const FRAGMENT_MAX: i64 = 4_000_000_000;
const BYTES_MAX: u64 = 4 << 20;
const SAMPLES_MAX: usize = 4_096;

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

impl Muxer {
    /// # Errors
    /// [`PartsError::Unsupported`]: what is written knows a track by its number only, so no two may have the same. And what
    /// decrypts a sample is not brought along.
    pub(super) fn new(tracks: &[PacketTrack], delays: &[i64]) -> Result<Self, PartsError> {
        let is_video = |track: &PacketTrack| track.track.kind == TrackKind::Video;
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
            tracks: tracks.iter().zip(delays).map(|(track, delay)| Track::new(track, *delay)).collect(),
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
        let left_out = self.tracks.iter().filter(|track| !track.setup.is_copied());
        let left_out: Vec<u32> = left_out.map(|track| track.id).collect();
        let mut tracks = self.tracks.iter();
        for child in children(&reader.moov).map_while(Result::ok) {
            match &child.kind {
                b"mvex" => {}
                b"mvhd" => without_duration(&child, 16, &mut outbox),
                b"trak" => {
                    if let Some(track) = tracks.next().filter(|track| track.setup.is_copied()) {
                        trak(&child, track.shift(), &left_out, &mut outbox);
                    }
                }
                _ => outbox.append(child.whole),
            }
        }
        let mvex = begin(&mut outbox, b"mvex");
        for track in self.tracks.iter().filter(|track| track.setup.is_copied()) {
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

    /// Takes note of what the next input brings for each track.
    pub(super) fn begin_input(&mut self, arrivals: &[Option<Arrival>]) {
        for (track, arrival) in self.tracks.iter_mut().zip(arrivals) {
            if let Some(arrival) = arrival {
                track.arrive(arrival);
            }
        }
    }

    /// Whether an edit list is needed, so that nothing is shown that was hidden.
    pub(super) fn hides(&mut self) -> bool {
        self.tracks.iter_mut().any(|track| track.setup.is_copied() && track.hides())
    }

    /// What is shown of each track; nothing at all where all is shown of each.
    pub(super) fn take_shown(&mut self) -> Vec<Vec<Shown>> {
        let copied = self.tracks.iter_mut().filter(|track| track.setup.is_copied());
        let shown: Vec<_> = copied.map(Track::take_shown).collect();
        if shown.iter().all(Vec::is_empty) { Vec::new() } else { shown }
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
        let Some(track) = self.tracks.get(placed.track).filter(|track| track.setup.is_copied()) else {
            return Ok(());
        };
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

fn bytes_of(mut outbox: Outbox) -> Vec<u8> {
    match outbox.next_edit() {
        Some(Edit::Append(bytes)) => bytes,
        _ => Vec::new(),
    }
}
