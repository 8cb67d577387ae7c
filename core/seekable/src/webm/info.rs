//! Info (RFC 9559, section 5.1.2): the timestamp scale is read, Duration is written.

use super::ebml::{Malformed, big_endian, children, put_element, void_header};
use super::ids;

/// Nanoseconds in a tick when the file does not say (RFC 9559, section 5.1.2.9).
const DEFAULT_SCALE: u64 = 1_000_000;

/// Bytes kept for Duration at the end of Info: ID, size, a 64-bit float.
pub(crate) const DURATION_LENGTH: u64 = 11;

/// A rewritten Info element. Its last [`DURATION_LENGTH`] bytes are a Void that Duration replaces.
#[derive(Debug)]
pub(crate) struct Info {
    pub(crate) element: Vec<u8>,
    /// Nanoseconds in a tick, never zero.
    pub(crate) scale: u64,
}

/// Rewrites Info: all is kept but Duration (stale), CRC-32 (no longer true) and Void. `None`: the file had no Info.
pub(crate) fn rewrite(payload: Option<&[u8]>) -> Result<Info, Malformed> {
    let mut scale = DEFAULT_SCALE;
    let mut out = Vec::new();
    for child in children(payload.unwrap_or_default()) {
        let child = child?;
        match child.id {
            ids::DURATION | ids::CRC_32 | ids::VOID => continue,
            ids::TIMESTAMP_SCALE => scale = big_endian(child.payload).max(1),
            _ => {}
        }
        out.extend_from_slice(child.whole);
    }
    if payload.is_none() {
        // Both are mandatory.
        put_element(&mut out, ids::MUXING_APP, b"seekable");
        put_element(&mut out, ids::WRITING_APP, b"seekable");
    }
    out.extend_from_slice(&void_header(DURATION_LENGTH));
    out.extend_from_slice(&[0; DURATION_LENGTH as usize - 9]);
    let mut element = Vec::new();
    put_element(&mut element, ids::INFO, &out);
    Ok(Info { element, scale })
}

/// The Duration element, from nanoseconds. It counts in ticks.
pub(crate) fn duration(nanoseconds: u64, scale: u64) -> Vec<u8> {
    let mut out = Vec::with_capacity(DURATION_LENGTH as usize);
    let ticks = nanoseconds as f64 / scale as f64;
    put_element(&mut out, ids::DURATION, &ticks.to_be_bytes());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stale_duration_goes_and_the_rest_stays() {
        let scale = [0x2A, 0xD7, 0xB1, 0x83, 0x0F, 0x42, 0x41];
        let unknown = [0x4F, 0xFE, 0x81, 7];
        let mut payload = vec![0xBF, 0x84, 1, 2, 3, 4];
        payload.extend_from_slice(&scale);
        payload.extend_from_slice(&[0x44, 0x89, 0x84, 0, 0, 0, 0]);
        payload.extend_from_slice(&unknown);
        let info = rewrite(Some(&payload)).unwrap();
        assert_eq!(info.scale, 1_000_001);
        let whole = children(&info.element).next().unwrap().unwrap();
        let kept: Vec<u32> = children(whole.payload).map(|child| child.unwrap().id).collect();
        assert_eq!(kept, [ids::TIMESTAMP_SCALE, 0x4FFE, ids::VOID]);
        assert!(whole.payload.starts_with(&scale));
        assert_eq!(duration(2_000_000_000, 1_000_000).len() as u64, DURATION_LENGTH);
    }

    #[test]
    fn a_missing_info_is_made() {
        let info = rewrite(None).unwrap();
        assert_eq!(info.scale, DEFAULT_SCALE);
        assert!(rewrite(Some(&[0x2A])).is_err());
    }
}
