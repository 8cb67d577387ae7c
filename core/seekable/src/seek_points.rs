//! Where a file's own index leads: for a check of what lies on the disk.

use crate::container::{FirstBytes, first_bytes};
use crate::webm::block::{block_group, simple_block};
use crate::webm::ebml::{self, big_endian, children};
use crate::webm::ids;

/// Longest header of a cluster as this crate writes it: four bytes of ID, eight of size.
const CLUSTER_HEADER: u64 = 12;

/// A place that the index of a WebM or Matroska file of ours leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeekPoint {
    /// First byte of the block in the file.
    pub offset: u64,
    track: u64,
}

impl SeekPoint {
    /// As many bytes from [`Self::offset`] on are enough for [`Self::bytes`].
    pub const FRONT_BYTES: u64 = 32;

    /// Most bytes of a group that are asked for: no picture is larger.
    const MOST_BYTES: u64 = 64 << 20;

    /// How many bytes from [`Self::offset`] on [`Self::is_key_frame`] needs. `front`: the first [`Self::FRONT_BYTES`] of them. Whether
    /// a group refers to another picture stands behind its own.
    pub fn bytes(&self, front: &[u8]) -> u64 {
        match ebml::header(front) {
            Ok(ebml::Header { id: ids::BLOCK_GROUP, size: Some(size), length }) => {
                size.saturating_add(u64::from(length)).min(Self::MOST_BYTES)
            }
            _ => Self::FRONT_BYTES,
        }
    }

    /// Whether a key frame of the wanted track begins there. `bytes`: those of the file from [`Self::offset`] on.
    pub fn is_key_frame(&self, bytes: &[u8]) -> bool {
        let Ok(header) = ebml::header(bytes) else { return false };
        let payload = bytes.get(usize::from(header.length)..).unwrap_or_default();
        let size = header.size.and_then(|size| usize::try_from(size).ok());
        let block = match header.id {
            ids::SIMPLE_BLOCK => simple_block(payload),
            // Chromium writes pictures with transparency as groups.
            ids::BLOCK_GROUP => size.and_then(|size| payload.get(..size)).and_then(block_group),
            _ => None,
        };
        block.is_some_and(|block| block.track == self.track && block.is_key)
    }
}

/// The places that the index in a file's front leads to, in its order. `head`: the first 128 KiB, or as much as there is.
/// Nothing for files that have no index there.
///
/// ```
/// # let recording = std::fs::read("tests/samples/chromium-webm-vp8-opus.webm").unwrap();
/// let mut seekable = seekable::Seekable::default();
/// let mut file = seekable::MemoryFile::default();
/// seekable.push(&recording)?;
/// let cues = seekable.finish()?.cues;
/// # for edit in seekable.edits() { file.apply(&edit)?; }
/// // … its edits are applied to the file …
/// let points = seekable::seek_points(file.bytes());
/// assert_eq!(points.len(), cues as usize);
/// for point in points {
///     assert!(point.is_key_frame(&file.bytes()[point.offset as usize..]));
/// }
/// # Ok::<(), seekable::Error>(())
/// ```
pub fn seek_points(head: &[u8]) -> Vec<SeekPoint> {
    if !matches!(first_bytes(head), FirstBytes::Ebml) {
        return Vec::new();
    }
    let (mut at, mut segment) = (0, 0);
    while let Some((header, payload)) = element(head, at) {
        let payload_at = at + usize::from(header.length);
        let size = header.size.and_then(|size| usize::try_from(size).ok());
        match header.id {
            ids::SEGMENT => (at, segment) = (payload_at, payload_at),
            ids::CUES => {
                let cues = size.and_then(|size| payload.get(..size)).unwrap_or(payload);
                return points(cues, segment as u64);
            }
            ids::CLUSTER => break,
            _ => match size.and_then(|size| payload_at.checked_add(size)) {
                Some(next) => at = next,
                None => break,
            },
        }
    }
    Vec::new()
}

fn element(head: &[u8], at: usize) -> Option<(ebml::Header, &[u8])> {
    let rest = head.get(at..)?;
    let header = ebml::header(rest).ok()?;
    Some((header, rest.get(usize::from(header.length)..)?))
}

fn points(cues: &[u8], segment: u64) -> Vec<SeekPoint> {
    let mut found = Vec::new();
    for cue in children(cues).map_while(Result::ok).filter(|cue| cue.id == ids::CUE_POINT) {
        for positions in children(cue.payload).map_while(Result::ok) {
            if positions.id == ids::CUE_TRACK_POSITIONS {
                found.extend(point(positions.payload, segment));
            }
        }
    }
    found
}

fn point(positions: &[u8], segment: u64) -> Option<SeekPoint> {
    let (mut track, mut cluster, mut relative) = (None, None, None);
    for child in children(positions).map_while(Result::ok) {
        match child.id {
            ids::CUE_TRACK => track = Some(big_endian(child.payload)),
            ids::CUE_CLUSTER_POSITION => cluster = Some(big_endian(child.payload)),
            ids::CUE_RELATIVE_POSITION => relative = Some(big_endian(child.payload)),
            _ => {}
        }
    }
    let offset = segment.checked_add(cluster?)?.checked_add(CLUSTER_HEADER)?.checked_add(relative?)?;
    Some(SeekPoint { offset, track: track? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{MemoryFile, Seekable};

    fn fixed(recording: &[u8]) -> Vec<u8> {
        let mut seekable = Seekable::default();
        let mut file = MemoryFile::default();
        seekable.push(recording).unwrap();
        seekable.finish().unwrap();
        seekable.edits().for_each(|edit| file.apply(&edit).unwrap());
        file.bytes().to_vec()
    }

    fn camera() -> Vec<u8> {
        fixed(include_bytes!("../tests/samples/chromium-webm-vp8-opus.webm"))
    }

    /// As a page reads it: the front first, then as much as it asks for.
    fn is_key_frame(point: SeekPoint, file: &[u8]) -> bool {
        let there = &file[usize::try_from(point.offset).unwrap()..];
        let bytes = point.bytes(&there[..SeekPoint::FRONT_BYTES as usize]);
        point.is_key_frame(&there[..bytes as usize])
    }

    #[test]
    fn a_place_beside_a_key_frame_is_none() {
        let file = camera();
        let points = seek_points(&file);
        assert!(points.len() > 1);
        for point in points {
            assert!(is_key_frame(point, &file));
            assert!(!is_key_frame(SeekPoint { track: point.track + 1, ..point }, &file));
            assert!(!is_key_frame(SeekPoint { offset: point.offset + 3, ..point }, &file));
            assert!(!point.is_key_frame(&[]));
        }
    }

    #[test]
    fn pictures_with_transparency_are_key_frames_too() {
        let samples: [&[u8]; 2] = [
            include_bytes!("../tests/samples/chromium-canvasmix-webm-vp8.webm"),
            include_bytes!("../tests/samples/chromium-resize-webm-vp8.webm"),
        ];
        for sample in samples {
            let file = fixed(sample);
            let points = seek_points(&file);
            assert!(!points.is_empty());
            let mut others = 0;
            for point in points {
                assert!(is_key_frame(point, &file), "{point:?}");
                let there = &file[usize::try_from(point.offset).unwrap()..];
                // What is cut off may yet say that it refers to another.
                assert!(!point.is_key_frame(&there[..point.bytes(there) as usize - 1]));
                // The last one of its cluster has none behind it.
                if let Some(next) = next_group(there) {
                    others += 1;
                    assert!(!is_key_frame(SeekPoint { offset: point.offset + next, ..point }, &file));
                }
            }
            assert!(others > 0);
        }
    }

    /// The next group of the same cluster, from one of its elements on.
    fn next_group(elements: &[u8]) -> Option<u64> {
        let mut at = 0;
        loop {
            let header = ebml::header(elements.get(at..)?).ok()?;
            at += usize::from(header.length) + usize::try_from(header.size?).ok()?;
            if ebml::header(elements.get(at..)?).ok()?.id == ids::BLOCK_GROUP {
                return Some(at as u64);
            }
        }
    }

    #[test]
    fn a_cut_or_damaged_head_is_no_harm() {
        let file = camera();
        let head = &file[..70_000];
        for end in (0..head.len()).step_by(97) {
            let _ = seek_points(&head[..end]);
        }
        for at in 0..1_500 {
            let mut damaged = head.to_vec();
            damaged[at] ^= 0xFF;
            let _ = seek_points(&damaged);
        }
        assert!(seek_points(b"OggS").is_empty());
    }
}
