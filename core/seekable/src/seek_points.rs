//! Where a file's own index leads: for a check of what lies on the disk.

use crate::container::{FirstBytes, first_bytes};
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
    /// As many bytes from [`Self::offset`] on are enough for [`Self::is_key_frame`].
    pub const BYTES: u64 = 32;

    /// Whether a key frame of the wanted track begins there. `bytes`: those of the file from [`Self::offset`] on.
    pub fn is_key_frame(&self, bytes: &[u8]) -> bool {
        let Ok(header) = ebml::header(bytes) else { return false };
        let payload = bytes.get(usize::from(header.length)..).unwrap_or_default();
        let Some((track, length)) = ebml::vint(payload) else { return false };
        // Two bytes of time, then the flags (RFC 9559, section 10.2).
        let is_key = payload.get(length + 2).is_some_and(|flags| flags & 0x80 != 0);
        header.id == ids::SIMPLE_BLOCK && track == self.track && is_key
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

    fn fixed() -> Vec<u8> {
        let mut seekable = Seekable::default();
        let mut file = MemoryFile::default();
        seekable.push(include_bytes!("../tests/samples/chromium-webm-vp8-opus.webm")).unwrap();
        seekable.finish().unwrap();
        seekable.edits().for_each(|edit| file.apply(&edit).unwrap());
        file.bytes().to_vec()
    }

    #[test]
    fn a_place_beside_a_key_frame_is_none() {
        let file = fixed();
        let points = seek_points(&file);
        assert!(points.len() > 1);
        for point in points {
            let at = usize::try_from(point.offset).unwrap();
            assert!(point.is_key_frame(&file[at..at + SeekPoint::BYTES as usize]));
            assert!(!SeekPoint { track: point.track + 1, ..point }.is_key_frame(&file[at..]));
            assert!(!point.is_key_frame(&file[at + 3..]));
            assert!(!point.is_key_frame(&[]));
        }
    }

    #[test]
    fn a_cut_or_damaged_head_is_no_harm() {
        let file = fixed();
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
