//! The head: everything before the first cluster. It is read as a whole and written anew once.

mod reader;
mod signature;

use super::area::{self, Area};
use super::ebml::{Malformed, UNKNOWN_SIZE, children, header8};
use super::info::{self, Info};
use super::said::Said;
use super::seek_head::SeekHead;
use super::tracks::{self, TrackState};
use super::{cues, ids};
use crate::Options;
use crate::edit::Outbox;
pub(crate) use reader::{HeadReader, HeadStep};
pub(crate) use signature::Signature;

/// Positions and parts of the head that was written.
#[derive(Debug)]
pub(crate) struct Layout {
    /// Where the size field of the Segment is, and its first byte of payload.
    pub(crate) segment_size_at: u64,
    pub(crate) segment_data_at: u64,
    pub(crate) seek_head: SeekHead,
    pub(crate) info: Info,
    pub(crate) tracks: Vec<TrackState>,
    pub(crate) index: cues::Index,
    /// The area for Chapters and Tags.
    pub(crate) said: Area,
}

/// A version of Matroska that knows all that we write (RFC 9559: CueRelativePosition, CodecDelay, SeekPreRoll).
const DOC_TYPE_VERSION: u64 = 4;

/// Writes the head anew, with an empty index.
pub(crate) fn write(
    reader: &HeadReader,
    data: &[u8],
    options: &Options,
    said: &mut Said,
    outbox: &mut Outbox,
) -> Result<Layout, Malformed> {
    let slice = |range: &std::ops::Range<usize>| data.get(range.clone()).unwrap_or_default();
    // A reserve that is larger than the head is a lie.
    let fits = |areas: &Signature| areas.said.saturating_add(areas.info) <= reader.end_so_far().unwrap_or(0);
    let before = reader.signature.filter(fits).unwrap_or_default();
    let info = info::rewrite(reader.info.as_ref().map(slice), before.info)?;
    let (tracks_whole, tracks_payload) = reader.tracks.as_ref().ok_or(Malformed)?;
    let (tracks, changed) = tracks::read(slice(tracks_payload))?;
    for (id, range) in &reader.said {
        said.keep(*id, slice(range));
    }
    // What has room in an area of ours stays there; else a little more than it needs.
    let kept = said.kept_bytes();
    let needed = if area::fits(before.said, kept) { 0 } else { kept + area::SWITCH };
    let room = options.metadata_area().max(needed);
    let signature = Signature {
        index: cues::Index::capacity(options.index_area()),
        said: area::capacity(room).max(before.said),
        info: info.capacity,
    };

    outbox.append(&ebml_header(slice(&(0..reader.ebml_end))));
    let segment_size_at = outbox.length() + 4;
    outbox.append(&header8(ids::SEGMENT, UNKNOWN_SIZE));
    let segment_data_at = outbox.length();
    let mut seek_head = SeekHead::new(segment_data_at);
    outbox.append(&SeekHead::empty());
    outbox.append(&signature.element());
    seek_head.enter(ids::INFO, outbox.length() - segment_data_at);
    outbox.append(&info.element);
    let info_area_at = outbox.length() - (area::SWITCH + info.capacity) as u64;
    seek_head.enter(ids::TRACKS, outbox.length() - segment_data_at);
    outbox.append(changed.as_deref().unwrap_or(slice(tracks_whole)));
    let last_track = tracks.iter().map(|state| state.track.number).max().unwrap_or(0);
    let index = cues::Index::new(outbox.length(), signature.index, last_track);
    outbox.append(&index.hidden());
    let said_area = Area::new(outbox.length(), signature.said);
    outbox.append(&area::hidden(signature.said));
    for (id, range) in &reader.others {
        if ids::is_worth_finding(*id) {
            seek_head.enter(*id, outbox.length() - segment_data_at);
        }
        outbox.append(slice(range));
    }
    seek_head.write(outbox);
    let mut layout = Layout {
        segment_size_at,
        segment_data_at,
        seek_head,
        info: Info::new(Area::new(info_area_at, info.capacity), info.scale, info.date, info.title),
        tracks,
        index,
        said: said_area,
    };
    #[cfg(feature = "webm-repair")]
    if let Some(info) = &reader.info {
        layout.info.note_stated(slice(info));
    }
    said.write(&mut layout.said, &mut layout.info, outbox);
    layout.info.write(outbox);
    Ok(layout)
}

/// The EBML header as it came, but for what does not hold for the file now: a version that is too old,
/// and lengths of IDs (none is longer than four bytes) and sizes.
fn ebml_header(whole: &[u8]) -> Vec<u8> {
    let mut out = whole.to_vec();
    let Some(Ok(header)) = children(whole).next() else { return out };
    let mut at = header.whole.len() - header.payload.len();
    for child in children(header.payload) {
        let Ok(child) = child else { break };
        at += child.whole.len();
        let value = super::ebml::big_endian(child.payload);
        let wanted = match child.id {
            // Its checksum would no longer hold.
            ids::CRC_32 => break,
            ids::DOC_TYPE_VERSION => value.max(DOC_TYPE_VERSION),
            ids::EBML_MAX_ID_LENGTH => value.min(4),
            ids::EBML_MAX_SIZE_LENGTH => value.max(8),
            _ => continue,
        };
        if let Some((last, others)) =
            out.get_mut(at - child.payload.len()..at).and_then(<[u8]>::split_last_mut)
            && wanted != value
        {
            others.fill(0);
            *last = wanted as u8;
        }
    }
    out
}
