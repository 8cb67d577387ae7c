//! Taking up a file of ours again, from its head alone.
//!
//! Nothing moves: the file is read once more from the cluster of the last cue but one, and everything that is read is
//! where it should be already. What is left to do is to put sizes, duration and index right, and to cut off the tail.

use super::area::{self, Area};
use super::body::Body;
use super::cues::{Cue, Index};
use super::ebml::{self, big_endian, children};
use super::head::{HeadReader, HeadStep, Layout};
use super::info::{self, Info};
use super::said::Said;
use super::seek_head::{self, SeekHead};
use super::{Stage, WebM, ids, tracks};
use crate::edit::Outbox;
use crate::resume::Repair;
use crate::{Container, Edit, Error, Metadata, Options, Summary};

/// A machine that goes on with a file.
#[derive(Debug)]
pub(crate) struct InPlace {
    webm: WebM,
    outbox: Outbox,
    /// The byte of the file to read on from.
    pub(crate) offset: u64,
    /// Read, but not yet understood.
    held: Vec<u8>,
}

impl InPlace {
    /// Takes up the file of `length` bytes whose first ones are `head`.
    pub(crate) fn new(head: &[u8], length: u64, options: &Options) -> Result<Self, Error> {
        if !ebml::header(head).is_ok_and(|header| header.id == ids::EBML) {
            return Err(Error::NotOurs);
        }
        let mut reader = HeadReader::default();
        let end = match reader.advance(head, options.limits.head_bytes as usize) {
            HeadStep::Complete(end) => end,
            // There may be no clusters.
            HeadStep::NeedMore => match reader.end_so_far().filter(|_| head.len() as u64 >= length) {
                Some(end) => end,
                None => return Err(Error::HeadTooShort { length: head.len() as u64 }),
            },
            HeadStep::Unreadable(..) | HeadStep::OtherDocType => return Err(Error::NotOurs),
        };
        let (mut layout, said, written_size) = read_layout(&reader, head, end).ok_or(Error::NotOurs)?;
        layout.index.forget_from(length.saturating_sub(layout.segment_data_at));
        layout.index.keep();
        let offset = layout.index.restart().map_or(end as u64, |cluster| layout.segment_data_at + cluster);
        if offset < end as u64 {
            return Err(Error::NotOurs);
        }
        let outbox = Outbox::in_place(offset);
        let body = Body::new(layout, said, offset, None, options, &outbox).in_place(written_size);
        let webm = WebM {
            options: *options,
            container: reader.container,
            said: Said::default(),
            stage: Stage::Body(Box::new(body)),
            problem: None,
        };
        Ok(Self { webm, outbox, offset, held: Vec::new() })
    }

    pub(crate) fn push(&mut self, chunk: &[u8]) {
        self.held.extend_from_slice(chunk);
        let used = self.webm.take(&self.held, &mut self.outbox);
        self.held.drain(..used.min(self.held.len()));
    }

    pub(crate) fn set_metadata(&mut self, said: &Metadata) {
        self.webm.set_metadata(said);
    }

    pub(crate) fn finish(mut self) -> Repair {
        self.webm.finish(&self.held, &mut self.outbox);
        let output_length = self.outbox.length();
        let edits = self.outbox.into_edits();
        let length = |edit: &Edit| if let Edit::Append(bytes) = edit { bytes.len() as u64 } else { 0 };
        let appended: u64 = edits.iter().map(length).sum();
        let container = self.webm.container().unwrap_or(Container::Unknown);
        let mut summary = Summary::new(container, output_length);
        self.webm.describe(&mut summary);
        Repair { truncate_to: output_length - appended, edits, summary }
    }
}

/// Finds everything where we put it; `None` if anything is not.
fn read_layout(reader: &HeadReader, head: &[u8], end: usize) -> Option<(Layout, Said, Option<u64>)> {
    let signature = reader.signature?;
    let data_at = reader.segment_data_at;
    // The size has eight bytes, so that it can be changed.
    let size = head.get(data_at.checked_sub(8)?..data_at)?;
    if size.first() != Some(&1) || data_at < reader.ebml_end + 12 {
        return None;
    }
    let written_size = reader.segment_end.map(|end| end - data_at as u64);

    let seek_head_at = data_at;
    let (area, content) = shown(head, seek_head_at + seek_head::HEADER, seek_head::CAPACITY)?;
    let mut seek_head = SeekHead::resume(area);
    for child in children(content) {
        let mut fields = children(child.ok()?.payload);
        let (id, position) = (fields.next()?.ok()?, fields.next()?.ok()?);
        seek_head.enter(u32::try_from(big_endian(id.payload)).ok()?, big_endian(position.payload));
    }

    let info_payload = reader.info.clone()?;
    let info_area_at = info_payload.end.checked_sub(area::SWITCH + signature.info)?;
    let (area, _) = shown(head, info_area_at, signature.info)?;
    let info_payload = head.get(info_payload)?;
    let before = info::rewrite(Some(info_payload), 0).ok()?;
    #[cfg_attr(not(feature = "webm-repair"), expect(unused_mut, reason = "nothing is stated then"))]
    let mut info = Info::new(area, before.scale, before.date, before.title);
    #[cfg(feature = "webm-repair")]
    info.note_stated(info_payload);

    let (tracks_whole, tracks_payload) = reader.tracks.clone()?;
    let (tracks, _) = tracks::read(head.get(tracks_payload)?).ok()?;
    let index_at = tracks_whole.end;
    let last_track = tracks.iter().map(|state| state.track.number).max().unwrap_or(0);
    let index = Index::new(index_at as u64, signature.index, last_track);
    let (_, content) = shown(head, index_at, signature.index)?;
    let index = index.resume(cues(content)?)?;

    let said_at = index_at + area::SWITCH + signature.index;
    if said_at + area::SWITCH + signature.said > end {
        return None;
    }
    let (area, content) = shown(head, said_at, signature.said)?;
    let mut said = Said::default();
    for child in children(content) {
        let child = child.ok()?;
        said.keep(child.id, child.whole);
    }
    let layout = Layout {
        segment_size_at: data_at as u64 - 8,
        segment_data_at: data_at as u64,
        seek_head,
        info,
        tracks,
        index,
        said: area,
    };
    Some((layout, said, written_size))
}

/// An area, and what it shows: the elements up to the Void behind them.
fn shown(head: &[u8], at: usize, capacity: usize) -> Option<(Area, &[u8])> {
    let bytes = head.get(at..at.checked_add(area::SWITCH + capacity)?)?;
    let switch = ebml::header(bytes).ok()?;
    let start = usize::try_from(switch.size?).ok()?;
    if switch.id != ids::VOID || usize::from(switch.length) != area::SWITCH || start > capacity {
        return None;
    }
    let content = bytes.get(area::SWITCH + start..)?;
    let mut length = 0;
    for child in children(content) {
        let child = child.ok()?;
        if child.id == ids::VOID {
            break;
        }
        length += child.whole.len();
    }
    let content = content.get(..length)?;
    let used = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    let area = Area::resume(at as u64, capacity, start, content, used.saturating_sub(area::SWITCH));
    Some((area, content))
}

/// The entries of Cues.
fn cues(content: &[u8]) -> Option<Vec<Cue>> {
    let Some(element) = children(content).next() else { return Some(Vec::new()) };
    let mut cues = Vec::new();
    let mut counts = std::collections::BTreeMap::new();
    for point in children(element.ok()?.payload) {
        let point = point.ok()?;
        if point.id != ids::CUE_POINT {
            // Entries stand in front of all Voids.
            break;
        }
        let mut cue = Cue { time: 0, track: 0, cluster: 0, relative: 0, ordinal: 0 };
        for field in children(point.payload) {
            let field = field.ok()?;
            if field.id == ids::CUE_TIME {
                cue.time = big_endian(field.payload);
            }
            if field.id != ids::CUE_TRACK_POSITIONS {
                continue;
            }
            for field in children(field.payload) {
                let field = field.ok()?;
                let value = big_endian(field.payload);
                match field.id {
                    ids::CUE_TRACK => cue.track = value,
                    ids::CUE_CLUSTER_POSITION => cue.cluster = value,
                    ids::CUE_RELATIVE_POSITION => cue.relative = value,
                    _ => {}
                }
            }
        }
        if !cue.has_room(3) {
            return None;
        }
        let count = counts.entry(cue.track).or_insert(0);
        cue.ordinal = *count;
        *count += 1;
        cues.push(cue);
    }
    Some(cues)
}
