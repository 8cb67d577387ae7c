//! Packets of MP4: those that are listed in `moov`, then those of fragments.

mod chapters;
mod compare;
mod edits;
mod fragments;
mod moov;
mod tables;

use std::sync::Arc;

use super::{Packet, PacketTrack, PartsError, Setup as AnySetup, Shape, Source, Span, Timescale, Window};
use crate::mp4::boxes::{self, NoHeader, children, find, u32_at};
use crate::mp4::shown::Shown;
use crate::mp4::track::{Defaults, Track, timescale};
use crate::{Limits, TrackKind};
use chapters::chapter_tracks;
pub(crate) use compare::compare;
pub(crate) use edits::check as check_edits;
use fragments::time;
use moov::Moov;
use tables::{Tables, Walk};

/// Longest box header.
const HEADER_MAX: usize = 16;

/// Tracks that are read at most.
const TRACKS_MAX: usize = 32;

/// How MP4 describes a track.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Setup {
    pub(crate) id: u32,
    /// The payload of its `stsd`.
    pub(crate) descriptions: Vec<u8>,
    /// What is shown of it, in the times of its packets; none where that can not be told in order.
    pub(crate) shown: Vec<Shown>,
    /// Then what its edit list does.
    pub(crate) untold: Option<&'static str>,
    /// How exact that is, in ticks.
    pub(crate) tick: i64,
    /// Whether its texts are the chapters of other tracks (QuickTime's way).
    pub(crate) is_chapters: bool,
}

impl Setup {
    /// Whether a time is behind all that is shown, by so many ticks at least.
    pub(crate) fn is_behind_shown(&self, time: i64, slack: i64) -> bool {
        let end = |last: &Shown| last.end.map(|end| last.shown_at(time) >= end.saturating_add(slack));
        self.shown.last().and_then(end).unwrap_or(false)
    }
}

/// The packets of a fragment.
type Samples = Arc<[Packet]>;

/// How far the file was read.
#[derive(Debug, Clone)]
pub(crate) struct Cursor {
    /// For each track: its tables, and the sample that comes next.
    walks: Arc<Vec<(Walk, Option<Packet>)>>,
    /// The box behind the current fragment, its packets, and how many of them were given.
    at: u64,
    given: usize,
    /// Where the box of the current fragment was looked for, and the times of the tracks then.
    from: u64,
    from_times: Arc<Vec<u64>>,
    /// Bytes of samples so far: much more than the file has is a lie.
    claimed: u64,
}

#[derive(Debug)]
pub(crate) struct Reader {
    limits: Limits,
    /// The payload of `ftyp`, if there is one.
    pub(crate) brands: Option<Vec<u8>>,
    /// The payload of `moov`, without tables and user data; and where its user data is.
    pub(crate) moov: Vec<u8>,
    user_data: Option<Span>,
    tracks: Vec<Track>,
    tables: Vec<Tables>,
    is_fragmented: bool,
    /// Where fragments may begin.
    moov_end: u64,
    cursor: Cursor,
    next_times: Vec<u64>,
    fragment: Samples,
}

impl Reader {
    /// Reads `moov`, wherever it is.
    pub(crate) fn open<S: Source>(
        window: &mut Window<S>,
        limits: Limits,
    ) -> Result<(Self, Vec<PacketTrack>), PartsError> {
        let mut brands = None;
        let mut at = 0;
        let mut has_media = false;
        let (moov_at, payload) = loop {
            let malformed = |expected| PartsError::UnreadableMoov { offset: at, expected };
            let none = PartsError::NoMoov { length: window.length(), has_media };
            let header = match boxes::header(window.up_to(at, HEADER_MAX)?) {
                Ok(header) => header,
                Err(NoHeader::NeedMore) => return Err(none),
                Err(NoHeader::Bad) => return Err(malformed("a box")),
            };
            let end = header.size.map_or(Some(window.length()), |size| at.checked_add(size));
            let end = end.ok_or(malformed("a box"))?;
            let offset = at + header.length as u64;
            let payload = Span { offset, size: end.saturating_sub(offset) };
            match &header.kind {
                b"moov" if end > window.length() && !has_media => return Err(none),
                b"moov" if end > window.length() => return Err(malformed("a whole moov")),
                b"moov" => break (at, payload),
                b"ftyp" if payload.size <= 4096 => {
                    brands = window.exactly(offset, payload.size as usize)?.map(<[u8]>::to_vec);
                }
                _ => {}
            }
            has_media |= &header.kind == b"mdat";
            at = end;
        };
        let moov = Moov::read(window, payload, limits.head_bytes.into())?;
        let malformed = PartsError::UnreadableMoov { offset: moov_at, expected: "a readable moov" };
        let tracks = read_tracks(&moov.payload).ok_or(malformed)?;
        if tracks.len() > TRACKS_MAX {
            return Err(PartsError::Unsupported { offset: moov_at, what: "a moov with more than 32 tracks" });
        }
        let tables: Result<Vec<Tables>, _> =
            moov.tables.iter().map(|spans| Tables::open(window, spans)).collect();
        let movie_timescale = find(&moov.payload, &[b"mvhd"]).and_then(timescale).unwrap_or(1);
        let is_fragmented = find(&moov.payload, &[b"mvex"]).is_some();
        let chapters = chapter_tracks(&moov.payload);
        let describe = |(track, trak): (&Track, &[u8])| {
            let mut setup = setup(track, trak, movie_timescale, is_fragmented);
            setup.is_chapters = track.kind == TrackKind::Other && chapters.contains(&track.id);
            PacketTrack {
                track: track.described(),
                timescale: Timescale::ticks_per_second(track.timescale),
                setup: AnySetup::Mp4(Box::new(setup)),
            }
        };
        let packet_tracks: Vec<PacketTrack> =
            tracks.iter().zip(trak_payloads(&moov.payload)).map(describe).collect();
        let cursor = Cursor {
            walks: Arc::new(Vec::new()),
            at: payload.end(),
            given: 0,
            from: payload.end(),
            from_times: Arc::new(vec![0; tracks.len()]),
            claimed: 0,
        };
        let mut reader = Self {
            limits,
            brands,
            is_fragmented,
            moov: moov.payload,
            user_data: moov.user_data,
            next_times: vec![0; tracks.len()],
            tracks,
            tables: tables?,
            moov_end: payload.end(),
            cursor,
            fragment: Arc::new([]),
        };
        let mut walks = Vec::new();
        for track in 0..reader.tables.len() {
            let mut walk = Walk::default();
            let first = reader.sample(window, track, &mut walk)?;
            walks.push((walk, first));
        }
        reader.cursor.walks = Arc::new(walks);
        Ok((reader, packet_tracks))
    }

    /// Bytes of the head, about.
    pub(crate) fn head_length(&self) -> u64 {
        // Once as it is while fragments are written, and once at the end.
        2 * self.moov.len() as u64 + 1_024
    }

    /// The payload of the user data of the movie; nothing where it is not there or too large.
    pub(crate) fn user_data<S: Source>(&self, window: &mut Window<S>) -> Result<Vec<u8>, PartsError> {
        let span =
            self.user_data.filter(|span| span.size <= self.limits.head_bytes.into()).unwrap_or_default();
        let bytes = window.exactly(span.offset, usize::try_from(span.size).unwrap_or(0))?;
        Ok(bytes.unwrap_or_default().to_vec())
    }

    pub(crate) fn cursor(&self) -> Cursor {
        self.cursor.clone()
    }

    pub(crate) fn seek(&mut self, cursor: &Cursor) {
        self.cursor = cursor.clone();
        // The fragment is read again when it is needed.
        self.fragment = Arc::new([]);
        self.next_times.clone_from(&cursor.from_times);
        self.cursor.at = cursor.from;
    }

    /// The next sample: of those in `moov`, that which is decoded first; then those of the fragments.
    pub(crate) fn next<S: Source>(
        &mut self,
        window: &mut Window<S>,
        tracks: &[PacketTrack],
    ) -> Result<Option<Packet>, PartsError> {
        let decoded = |packet: &Packet| {
            tracks.get(packet.track).map_or(0, |track| track.timescale.to_nanoseconds(packet.decode_time))
        };
        let waiting = self.cursor.walks.iter().filter_map(|(_, next)| next.as_ref());
        let packet = if let Some(first) = waiting.min_by_key(|packet| decoded(packet)).copied() {
            let mut walk = self.cursor.walks.get(first.track).map(|(walk, _)| *walk).unwrap_or_default();
            let next = self.sample(window, first.track, &mut walk)?;
            if let Some(place) = Arc::make_mut(&mut self.cursor.walks).get_mut(first.track) {
                *place = (walk, next);
            }
            if next.is_none()
                && let Some(time) = self.next_times.get_mut(first.track)
            {
                // Fragments that do not say when go on from here.
                *time = walk.decode_time();
                self.cursor.from_times = Arc::new(self.next_times.clone());
            }
            first
        } else {
            let Some(packet) = self.of_fragment(window, tracks)? else { return Ok(None) };
            packet
        };
        let Span { offset, size } = packet.data;
        if size > self.limits.element_bytes {
            return Err(PartsError::TooLarge { offset, size, max_size: self.limits.element_bytes });
        }
        self.cursor.claimed = self.cursor.claimed.saturating_add(packet.data.size.max(1));
        // Samples that share bytes are rare; a table may claim any number of them.
        if self.cursor.claimed / 4 > window.length() {
            return Err(PartsError::Malformed {
                offset: packet.data.offset,
                expected: "samples apart from each other",
            });
        }
        Ok(Some(packet))
    }

    fn of_fragment<S: Source>(
        &mut self,
        window: &mut Window<S>,
        tracks: &[PacketTrack],
    ) -> Result<Option<Packet>, PartsError> {
        if !self.is_fragmented {
            return Ok(None);
        }
        loop {
            if let Some(packet) = self.fragment.get(self.cursor.given) {
                self.cursor.given += 1;
                return Ok(Some(*packet));
            }
            // What was given of a fragment that is read again.
            let skip = if self.fragment.is_empty() { self.cursor.given } else { 0 };
            let times = self.next_times.clone();
            let next = fragments::next(
                window,
                self.cursor.at,
                &self.tracks,
                tracks,
                &mut self.next_times,
                &self.limits,
            )?;
            let Some((fragment, end)) = next else { return Ok(None) };
            self.cursor.from = self.cursor.at;
            self.cursor.from_times = Arc::new(times);
            self.cursor.at = end;
            // An empty fragment must not be taken for one that is to be read again.
            self.cursor.given = if fragment.is_empty() { 0 } else { skip };
            self.fragment = fragment;
        }
    }

    /// The next sample that the tables of a track tell of.
    fn sample<S: Source>(
        &mut self,
        window: &Window<S>,
        track: usize,
        walk: &mut Walk,
    ) -> Result<Option<Packet>, PartsError> {
        let (Some(tables), Some(setup)) = (self.tables.get_mut(track), self.tracks.get(track)) else {
            return Ok(None);
        };
        let sample = tables.next(&window.source, walk)?;
        // A file that is cut short has the samples up to there.
        let Some(sample) = sample.filter(|sample| sample.data.end() <= window.length()) else {
            return Ok(None);
        };
        let decode_time = time(sample.decode_time).saturating_add(setup.shift);
        Ok(Some(Packet {
            track,
            time: decode_time.saturating_add(sample.composition.into()),
            decode_time,
            duration: Some(sample.duration.into()),
            is_key: sample.is_key,
            data: sample.data,
            shape: Shape::Sample { description: sample.description.max(1) },
        }))
    }
}

/// The payloads of all `trak`.
fn trak_payloads(moov: &[u8]) -> impl Iterator<Item = &[u8]> {
    children(moov).map_while(Result::ok).filter(|child| &child.kind == b"trak").map(|child| child.payload)
}

fn read_tracks(moov: &[u8]) -> Option<Vec<Track>> {
    let movie_timescale = timescale(find(moov, &[b"mvhd"])?).unwrap_or(1);
    let mut tracks: Vec<Track> = trak_payloads(moov)
        .take(TRACKS_MAX + 1)
        .map(|trak| Track::read(trak, movie_timescale))
        .collect::<Option<_>>()?;
    for child in children(find(moov, &[b"mvex"]).unwrap_or_default()).map_while(Result::ok) {
        let value = |at| u32_at(child.payload, at).unwrap_or_default();
        if &child.kind == b"trex"
            && let Some(track) = tracks.iter_mut().find(|track| track.id == value(4))
        {
            track.defaults =
                Defaults { description: value(8), duration: value(12), size: value(16), flags: value(20) };
        }
    }
    Some(tracks).filter(|tracks| !tracks.is_empty())
}

fn setup(track: &Track, trak: &[u8], movie_timescale: u32, is_fragmented: bool) -> Setup {
    let descriptions = find(trak, &[b"mdia", b"minf", b"stbl", b"stsd"]).unwrap_or_default().to_vec();
    let elst = find(trak, &[b"edts", b"elst"]).unwrap_or_default();
    let scales = (track.timescale, movie_timescale);
    let shown = edits::read(elst, scales, track.shift, is_fragmented);
    let untold = shown.as_ref().err().copied();
    let tick = i64::try_from(edits::tick(track.timescale, movie_timescale)).unwrap_or(i64::MAX);
    Setup { id: track.id, descriptions, shown: shown.unwrap_or_default(), untold, tick, is_chapters: false }
}
