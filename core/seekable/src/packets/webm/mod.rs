//! Packets of WebM and Matroska. The file is walked through flatly: Segment and Clusters are stepped into whatever sizes
//! they claim, so that clusters inside of clusters, unknown sizes and wrong ones do no harm.

mod block;
mod chapters;
mod kept;
pub(crate) mod track_tags;
mod tracks;

use super::{Packet, PacketTrack, PartsError, Source, Span, Timescale, Window};
use crate::webm::body::lies;
use crate::webm::ebml::{self, Header, NoHeader, big_endian, children};
use crate::webm::ids;
use crate::{Container, Limits};
pub(crate) use block::Group;
pub(crate) use chapters::display;
pub(crate) use kept::Kept;
pub(crate) use tracks::Setup;

/// Chapters and Tags that are read at most.
const SAID_MAX: usize = 16;

/// Blocks that are looked at to find out whether some begin before time zero: so many from the last on that does.
const FIRST_BLOCKS: usize = 32;

/// Where the next element begins, and the cluster that it is in: its place, and its timestamp once that was seen.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cursor {
    at: u64,
    cluster: Option<(u64, Option<i64>)>,
}

#[derive(Debug)]
pub(crate) struct Reader {
    limits: Limits,
    /// The whole EBML header.
    pub(crate) ebml: Vec<u8>,
    /// The payload of Info, and of Tracks without its entries.
    pub(crate) info: Vec<u8>,
    /// Places of Chapters and Tags: those that were passed so far, as payloads, and those that SeekHead tells of, as
    /// elements.
    said: Vec<(u32, Span)>,
    sought: Vec<u64>,
    cursor: Cursor,
    /// Ticks that are added to all times, so that the first is not before zero: nothing can be written there.
    shift: i64,
}

impl Reader {
    /// Reads everything before the first cluster.
    pub(crate) fn open<S: Source>(
        window: &mut Window<S>,
        limits: Limits,
    ) -> Result<(Self, Container, Vec<PacketTrack>), PartsError> {
        let cursor = Cursor { at: 0, cluster: None };
        let mut reader = Self {
            limits,
            ebml: Vec::new(),
            info: Vec::new(),
            said: Vec::new(),
            sought: Vec::new(),
            cursor,
            shift: 0,
        };
        let (header, payload) = reader.small(window)?;
        let container = payload.as_deref().filter(|_| header.id == ids::EBML).and_then(container);
        let container = container.ok_or(PartsError::UnknownContainer(Container::Unknown))?;
        ebml::put_element(&mut reader.ebml, ids::EBML, payload.as_deref().unwrap_or_default());
        while reader.header(window)?.is_some_and(|header| header.id == ids::VOID) && reader.skip(window)? {}
        if reader.header(window)?.is_none_or(|header| header.id != ids::SEGMENT) {
            return Err(reader.malformed("a Segment"));
        }
        reader.step_into(window)?;
        let segment_data_at = reader.cursor.at;
        let mut tracks = None;
        loop {
            let at = reader.cursor.at;
            let header = reader.header(window)?;
            match header.map(|header| header.id) {
                None | Some(ids::CLUSTER | ids::EBML | ids::SEGMENT) => break,
                Some(ids::INFO) => reader.info = reader.small(window)?.1.unwrap_or_default(),
                Some(ids::TRACKS) => tracks = Some((at, reader.small(window)?.1.unwrap_or_default())),
                Some(ids::SEEK_HEAD) => {
                    let payload = reader.small(window)?.1.unwrap_or_default();
                    reader.sought.extend(
                        seeks(&payload).take(SAID_MAX).filter_map(|at| segment_data_at.checked_add(at)),
                    );
                }
                Some(_) => {
                    if !reader.skip(window)? {
                        break;
                    }
                }
            }
        }
        let Some((at, payload)) = tracks else {
            return Err(reader.malformed("Tracks before the first Cluster"));
        };
        let scale = find(&reader.info, ids::TIMESTAMP_SCALE).map_or(1_000_000, big_endian);
        let tracks = tracks::read(&payload, Timescale::nanoseconds_per_tick(scale))
            .ok_or(PartsError::Malformed { offset: at, expected: "readable Tracks" })?;
        reader.shift = reader.before_zero(window, &tracks);
        Ok((reader, container, tracks))
    }

    /// How far the first blocks are before time zero, in ticks.
    fn before_zero<S: Source>(&mut self, window: &mut Window<S>, tracks: &[PacketTrack]) -> i64 {
        let (beginning, said) = (self.cursor, self.said.len());
        let (mut first, mut left) = (0, FIRST_BLOCKS);
        // What can not be read is told when its turn comes.
        while left > 0
            && let Ok(Some(packet)) = self.next(window, tracks)
        {
            first = first.min(packet.time);
            left = if packet.time < 0 { FIRST_BLOCKS } else { left - 1 };
        }
        self.cursor = beginning;
        self.said.truncate(said);
        first.saturating_neg()
    }

    /// How far all times are moved, in ticks.
    pub(crate) fn shift(&self) -> i64 {
        self.shift
    }

    /// The payloads of Chapters and Tags, as far as they were passed or SeekHead tells of them.
    pub(crate) fn said<S: Source>(&self, window: &mut Window<S>) -> Result<Vec<(u32, Vec<u8>)>, PartsError> {
        let mut places = self.said.clone();
        for at in &self.sought {
            let header = ebml::header(window.up_to(*at, ebml::HEADER_MAX)?).ok();
            let place = header.and_then(|header| {
                let payload = Span { offset: at + u64::from(header.length), size: header.size? };
                Some((header.id, payload))
            });
            places.extend(
                place.filter(|place| matches!(place.0, ids::CHAPTERS | ids::TAGS) && !places.contains(place)),
            );
        }
        let mut said = Vec::new();
        for (id, payload) in places.into_iter().take(SAID_MAX) {
            if payload.size <= u64::from(self.limits.head_bytes) {
                let bytes = window.exactly(payload.offset, usize::try_from(payload.size).unwrap_or(0))?;
                said.extend(bytes.map(|bytes| (id, bytes.to_vec())));
            }
        }
        Ok(said)
    }

    /// Bytes of the head, about.
    pub(crate) fn head_length(&self, tracks: &[PacketTrack]) -> u64 {
        let entry = |track: &PacketTrack| track.setup.webm().map_or(0, |setup| setup.entry.len() as u64 + 64);
        (self.ebml.len() + self.info.len()) as u64 + tracks.iter().map(entry).sum::<u64>()
    }

    pub(crate) fn cursor(&self) -> Cursor {
        self.cursor
    }

    pub(crate) fn seek(&mut self, cursor: Cursor) {
        self.cursor = cursor;
    }

    /// The next block of a known track.
    pub(crate) fn next<S: Source>(
        &mut self,
        window: &mut Window<S>,
        tracks: &[PacketTrack],
    ) -> Result<Option<Packet>, PartsError> {
        while let Some(header) = self.header(window)? {
            let at = self.cursor.at;
            match header.id {
                ids::EBML | ids::SEGMENT => break,
                ids::CLUSTER => {
                    self.cursor.cluster = Some((at, None));
                    self.step_into(window)?;
                }
                ids::TIMESTAMP => {
                    let value = self.small(window)?.1.map_or(0, |payload| big_endian(&payload));
                    // Far beyond any clock, but such that sums still fit.
                    let value = i64::try_from(value).ok().filter(|value| *value < i64::MAX / 4);
                    let value = value.ok_or(PartsError::Malformed { offset: at, expected: "a timestamp" })?;
                    if let Some((_, time)) = &mut self.cursor.cluster {
                        *time = Some(value);
                    }
                }
                ids::SIMPLE_BLOCK | ids::BLOCK_GROUP => {
                    let payload_at = at + u64::from(header.length);
                    if !self.skip(window)? {
                        break;
                    }
                    let span = Span { offset: payload_at, size: header.size.unwrap_or(0) };
                    if let Some(packet) = self.block(header.id, span, window, tracks)? {
                        return Ok(Some(packet));
                    }
                }
                _ => {
                    if !self.skip(window)? {
                        break;
                    }
                }
            }
        }
        Ok(None)
    }

    /// The header of the next element; `None` where the file ends, or ends in the middle of a header.
    fn header<S: Source>(&self, window: &mut Window<S>) -> Result<Option<Header>, PartsError> {
        match ebml::header(window.up_to(self.cursor.at, ebml::HEADER_MAX)?) {
            Ok(header) => Ok(Some(header)),
            Err(NoHeader::NeedMore) => Ok(None),
            Err(NoHeader::Bad) => Err(self.malformed("an element")),
        }
    }

    fn step_into<S: Source>(&mut self, window: &mut Window<S>) -> Result<(), PartsError> {
        if let Some(header) = self.header(window)? {
            self.cursor.at += u64::from(header.length);
        }
        Ok(())
    }

    /// Goes behind an element; `false` where it is cut short.
    fn skip<S: Source>(&mut self, window: &mut Window<S>) -> Result<bool, PartsError> {
        let Some(header) = self.header(window)? else { return Ok(false) };
        let Some(size) = header.size else { return Err(self.malformed("an element of known size")) };
        let payload = Span { offset: self.cursor.at + u64::from(header.length), size };
        if size > self.limits.element_bytes {
            let (offset, max_size) = (self.cursor.at, self.limits.element_bytes);
            return Err(PartsError::TooLarge { offset, size, max_size });
        }
        if ids::is_worth_finding(header.id) {
            // What is behind its true end would be lost without a word.
            let most = size.min(u64::from(self.limits.head_bytes));
            let front = window.up_to(payload.offset, usize::try_from(most).unwrap_or(0))?;
            if lies(header.id, front) {
                return Err(self.malformed("an element that ends before the next cluster begins"));
            }
        }
        if payload.end() > window.length() {
            return Ok(false);
        }
        if matches!(header.id, ids::CHAPTERS | ids::TAGS)
            && self.said.len() < SAID_MAX
            && !self.said.contains(&(header.id, payload))
        {
            self.said.push((header.id, payload));
        }
        self.cursor.at = payload.end();
        Ok(true)
    }

    /// Reads an element that must be small, and goes behind it. `None`: cut short.
    fn small<S: Source>(&mut self, window: &mut Window<S>) -> Result<(Header, Option<Vec<u8>>), PartsError> {
        let Some(header) = self.header(window)? else { return Err(self.malformed("an element")) };
        let Some(size) = header.size else { return Err(self.malformed("an element of known size")) };
        let (offset, max_size) = (self.cursor.at, u64::from(self.limits.head_bytes));
        if size > max_size {
            return Err(PartsError::TooLarge { offset, size, max_size });
        }
        let length = usize::try_from(size).unwrap_or(usize::MAX);
        let payload = window.exactly(offset + u64::from(header.length), length)?.map(<[u8]>::to_vec);
        self.cursor.at += u64::from(header.length) + size;
        Ok((header, payload))
    }

    fn malformed(&self, expected: &'static str) -> PartsError {
        PartsError::Malformed { offset: self.cursor.at, expected }
    }
}

/// Where SeekHead says that Chapters and Tags are, from the first byte of the Segment's payload.
fn seeks(seek_head: &[u8]) -> impl Iterator<Item = u64> {
    children(seek_head).map_while(Result::ok).filter(|child| child.id == ids::SEEK).filter_map(|seek| {
        let id = find(seek.payload, ids::SEEK_ID).map(big_endian)?;
        let is_said = id == u64::from(ids::CHAPTERS) || id == u64::from(ids::TAGS);
        find(seek.payload, ids::SEEK_POSITION).map(big_endian).filter(|_| is_said)
    })
}

/// The container that an EBML header tells.
fn container(payload: &[u8]) -> Option<Container> {
    // A string may be padded with zeros.
    match find(payload, ids::DOC_TYPE)?.split(|byte| *byte == 0).next()? {
        b"webm" => Some(Container::WebM),
        b"matroska" => Some(Container::Matroska),
        _ => None,
    }
}

/// The payload of the first child with this ID.
pub(crate) fn find(payload: &[u8], id: u32) -> Option<&[u8]> {
    children(payload).map_while(Result::ok).find(|child| child.id == id).map(|child| child.payload)
}
