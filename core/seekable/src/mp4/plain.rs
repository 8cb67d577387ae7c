//! Files that are left as they are: an MP4 that lists its samples already, or one that can not be read. Every byte
//! passes through; on the way it is noted what the file holds. Only when something is said about the recording, the
//! file gets another `moov`.

use super::boxes::{self, Header, Kind, Malformed, NoHeader, kind_at, u32_at, u64_at};
use super::old_movie::OldMovie;
use super::sample_entry::SampleEntry;
use super::track::{is_version_1, timescale, to_scale, track_kind};
use crate::edit::Outbox;
use crate::{Metadata, Problem, ProblemKind, Summary, TrackKind};

/// What is gone into, each right inside of the one before. Anywhere else a box of such a name may hold anything.
const PATH: [Kind; 5] = [*b"moov", *b"trak", *b"mdia", *b"minf", *b"stbl"];
/// Bytes of a box's payload that tell all that is noted.
const FRONT: usize = 36;
/// The same for an `stsd`: a sample entry with its codec's setup.
const SAMPLE_ENTRY: usize = 1024;
/// Above this, what is left of a box is what it said: to the end of the file.
const NO_END: u64 = 1 << 63;

#[derive(Debug, Default)]
pub(crate) struct Plain {
    /// Position in the input.
    at: u64,
    /// Bytes to come of a box that is being copied.
    left: u64,
    is_lost: bool,
    has_movie: bool,
    movie: OldMovie,
    /// Where each box of [`PATH`] ends that this one is in.
    ends: Vec<u64>,
    /// Where the last box began that is no part of another.
    last_box: u64,
    timescale: u32,
    duration: u64,
    tracks: Vec<Noted>,
    pub(crate) problem: Option<Problem>,
}

#[derive(Debug, Default)]
struct Noted {
    number: u64,
    kind: Option<TrackKind>,
    entry: SampleEntry,
    sync: Option<u32>,
    samples: u32,
    chunks: u32,
}

impl Plain {
    /// `problem`: why the file is left as it is, if it should not be.
    pub(crate) fn new(problem: Option<Problem>) -> Self {
        Self { problem, ..Self::default() }
    }

    /// Consumes the front of `data`; gives back how many bytes. `limit`: the largest `moov` that is held.
    pub(crate) fn take(&mut self, data: &[u8], limit: u64, outbox: &mut Outbox) -> usize {
        let mut used = 0;
        loop {
            let rest = data.get(used..).unwrap_or_default();
            let step = if self.is_lost { rest.len() } else { self.step(rest, limit) };
            let Some(piece) = rest.get(..step).filter(|piece| !piece.is_empty()) else { return used };
            self.movie.pass(piece, outbox);
            used += step;
            self.at += step as u64;
        }
    }

    fn step(&mut self, rest: &[u8], limit: u64) -> usize {
        if self.left > 0 {
            let step = usize::try_from(self.left).map_or(rest.len(), |left| left.min(rest.len()));
            self.left -= step as u64;
            return step;
        }
        while self.ends.pop_if(|end| *end <= self.at).is_some() {}
        match boxes::header(rest) {
            Ok(header) => self.enter(&header, rest, limit),
            Err(NoHeader::NeedMore) => 0,
            Err(NoHeader::Bad) => {
                self.report(ProblemKind::NotAnElement);
                self.is_lost = true;
                rest.len()
            }
        }
    }

    /// Steps into a box, or over it. None reaches beyond the one it is in, whatever its length says.
    fn enter(&mut self, header: &Header, rest: &[u8], limit: u64) -> usize {
        let depth = self.ends.len();
        let room = self.ends.last().map_or(u64::MAX, |end| end - self.at);
        let size = header.size.map_or(room, |size| size.min(room));
        #[cfg(feature = "mp4-repair")]
        if header.size.is_some_and(|size| size > room) {
            self.report(ProblemKind::LongerThanParent);
        }
        // A header may be cut itself.
        let length = header.length.min(usize::try_from(size).unwrap_or(header.length));
        let inside = size - length as u64;
        if depth == 0 {
            self.last_box = self.at;
        }
        match (depth, &header.kind) {
            // Another recording, which no player shows.
            #[cfg(feature = "mp4-repair")]
            (0, b"ftyp") if self.has_movie => {
                self.report(ProblemKind::Trailing);
                self.is_lost = true;
            }
            (0, b"moov") => {
                self.has_movie = true;
                self.movie.begin(header.size, limit);
            }
            // One that fragments follow was not made seekable.
            (1, b"mvex") => {
                self.report(ProblemKind::UnreadableHead);
                self.duration = 0;
            }
            (1, b"trak") if self.tracks.len() < 128 => self.tracks.push(Noted::default()),
            (1, b"mvhd")
            | (2, b"tkhd")
            | (3, b"hdlr")
            | (5, b"stsd" | b"stss" | b"stsz" | b"stco" | b"co64") => {
                let payload = rest.get(length..).unwrap_or_default();
                let most = if &header.kind == b"stsd" { SAMPLE_ENTRY } else { FRONT };
                let wanted = usize::try_from(inside).map_or(most, |inside| inside.min(most));
                let Some(front) = payload.get(..wanted) else { return 0 };
                self.note(&header.kind, front);
            }
            _ => {}
        }
        if PATH.get(depth) == Some(&header.kind) {
            self.ends.push(self.at.saturating_add(size));
        } else {
            self.left = inside;
        }
        length
    }

    fn note(&mut self, kind: &Kind, payload: &[u8]) {
        let count = |at| u32_at(payload, at).unwrap_or_default();
        let is_long = is_version_1(payload);
        if kind == b"mvhd" {
            self.timescale = timescale(payload).unwrap_or_default();
            let short = u32_at(payload, 16).map(u64::from);
            self.duration = if is_long { u64_at(payload, 24) } else { short }.unwrap_or_default();
        }
        let Some(track) = self.tracks.last_mut() else { return };
        match kind {
            b"tkhd" => track.number = count(if is_long { 20 } else { 12 }).into(),
            // The handler of the media comes first; others may follow.
            b"hdlr" => track.kind = track.kind.or(kind_at(payload, 8).map(track_kind)),
            b"stsd" => {
                track.entry = SampleEntry::read(payload, track.kind.unwrap_or(TrackKind::Other));
            }
            b"stss" => track.sync = Some(count(4)),
            // Tables of no track may stand behind its own.
            b"stsz" if track.samples == 0 => track.samples = count(8),
            b"stco" | b"co64" if track.chunks == 0 => track.chunks = count(4),
            _ => {}
        }
    }

    fn report(&mut self, kind: ProblemKind) {
        self.problem.get_or_insert(Problem { offset: self.at, kind });
    }

    /// Writes the rest, and what is said.
    pub(crate) fn finish(&mut self, rest: &[u8], said: &Metadata, outbox: &mut Outbox) {
        // A box whose size is not said ends where the file ends.
        if !rest.is_empty() || (1..NO_END).contains(&self.left) || self.movie.is_open() {
            self.at += rest.len() as u64;
            self.report(ProblemKind::CutShort);
        }
        if !self.has_movie {
            self.report(ProblemKind::UnreadableHead);
        }
        let is_marked = self.problem.is_none() && !said.is_empty() && {
            let marked = self.mark(said, outbox);
            if marked.is_err() {
                self.report(ProblemKind::NotMarked);
            }
            marked.is_ok()
        };
        if !is_marked {
            self.movie.write(outbox);
            outbox.append(rest);
        }
    }

    fn mark(&mut self, said: &Metadata, outbox: &mut Outbox) -> Result<(), Malformed> {
        let mut size = None;
        if self.left >= NO_END {
            // What follows a box that goes to the end of the file would be inside of it.
            size = Some(u32::try_from(outbox.length() - self.last_box).map_err(|_| Malformed)?);
        }
        self.movie.replace(said, outbox)?;
        if let Some(size) = size {
            outbox.overwrite(self.last_box, &size.to_be_bytes());
        }
        Ok(())
    }

    /// Fills in what is known.
    pub(crate) fn describe(&self, summary: &mut Summary) {
        summary.problem = self.problem;
        let described =
            |noted: &Noted| noted.entry.described(noted.number, noted.kind.unwrap_or(TrackKind::Other));
        summary.tracks = self.tracks.iter().map(described).collect();
        summary.duration = (self.timescale > 0 && self.duration > 0).then(|| {
            std::time::Duration::from_nanos(to_scale(self.duration, self.timescale, 1_000_000_000, false))
        });
        let of_kind = |kind| self.tracks.iter().find(move |track| track.kind == Some(kind));
        if let Some(video) = of_kind(TrackKind::Video) {
            summary.cues = video.sync.unwrap_or(video.samples);
        } else if let Some(audio) = of_kind(TrackKind::Audio).or(self.tracks.first()) {
            summary.cues = audio.chunks;
        }
    }
}
