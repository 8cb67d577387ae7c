//! Reading and writing EBML (RFC 8794): variable-length integers, element headers, plain values.

use super::ids;

/// Longest element header: four bytes of ID, eight of size.
pub(crate) const HEADER_MAX: usize = 12;

/// The size field of an element of unknown size, eight bytes long.
pub(crate) const UNKNOWN_SIZE: [u8; 8] = [0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];

/// A parsed element header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) id: u32,
    /// Length of the payload; `None` when unknown.
    pub(crate) size: Option<u64>,
    /// Length of this header, 2 to 12 bytes.
    pub(crate) length: u8,
}

/// Why there is no header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoHeader {
    NeedMore,
    Bad,
}

/// Reads an element header at the front of `data`.
pub(crate) fn header(data: &[u8]) -> Result<Header, NoHeader> {
    let first = *data.first().ok_or(NoHeader::NeedMore)?;
    let id_length = first.leading_zeros() as usize + 1;
    if id_length > 4 {
        return Err(NoHeader::Bad);
    }
    let mut id = 0;
    for byte in data.get(..id_length).ok_or(NoHeader::NeedMore)? {
        id = id << 8 | u32::from(*byte);
    }
    // IDs of only zeros or only ones are reserved (RFC 8794, section 5).
    let ones = (1u32 << (7 * id_length)) - 1;
    if id & ones == 0 || id & ones == ones {
        return Err(NoHeader::Bad);
    }
    let after_id = data.get(id_length..).unwrap_or_default();
    if after_id.first() == Some(&0) {
        return Err(NoHeader::Bad);
    }
    let (size, size_length) = size(after_id).ok_or(NoHeader::NeedMore)?;
    Ok(Header { id, size, length: (id_length + size_length) as u8 })
}

/// Reads a variable-length size; gives it (`None` when all ones: unknown) and its length.
fn size(data: &[u8]) -> Option<(Option<u64>, usize)> {
    let length = data.first()?.leading_zeros() as usize + 1;
    let value = big_endian(data.get(..length)?);
    let ones = (1u64 << (7 * length)) - 1;
    let value = value & ones;
    Some(((value != ones).then_some(value), length))
}

/// Reads a variable-length integer that can not be "unknown": a track number, a lace size. Gives its length too.
pub(crate) fn vint(data: &[u8]) -> Option<(u64, usize)> {
    if *data.first()? == 0 {
        return None;
    }
    let (value, length) = size(data)?;
    Some((value.unwrap_or((1u64 << (7 * length)) - 1), length))
}

/// A big-endian unsigned integer of up to eight bytes; of longer data the last eight count.
pub(crate) fn big_endian(data: &[u8]) -> u64 {
    data.iter().fold(0, |value, byte| value << 8 | u64::from(*byte))
}

/// One element inside of a payload.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Child<'a> {
    pub(crate) id: u32,
    /// Header and payload.
    pub(crate) whole: &'a [u8],
    pub(crate) payload: &'a [u8],
}

/// Walks through the children of a payload; ends with an `Err` where the bytes are no whole element.
#[derive(Debug)]
pub(crate) struct Children<'a> {
    rest: &'a [u8],
}

/// The children of `payload`.
pub(crate) fn children(payload: &[u8]) -> Children<'_> {
    Children { rest: payload }
}

/// The children are not whole elements up to the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed;

impl<'a> Iterator for Children<'a> {
    type Item = Result<Child<'a>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        let data = std::mem::take(&mut self.rest);
        if data.is_empty() {
            return None;
        }
        let child = first_child(data);
        if let Some(child) = child {
            self.rest = data.get(child.whole.len()..).unwrap_or_default();
        }
        Some(child.ok_or(Malformed))
    }
}

/// Bytes of the payload of a part of the Segment up to where no child of it begins: all of them, if it is as it should be.
pub(crate) fn parts_end(payload: &[u8]) -> usize {
    let is_part = |child: &Child<'_>| !ids::ends_a_cluster(child.id);
    children(payload).map_while(Result::ok).take_while(is_part).map(|child| child.whole.len()).sum()
}

fn first_child(data: &[u8]) -> Option<Child<'_>> {
    let header = header(data).ok()?;
    let start = usize::from(header.length);
    let end = start.checked_add(usize::try_from(header.size?).ok()?)?;
    Some(Child { id: header.id, whole: data.get(..end)?, payload: data.get(start..end)? })
}

/// Appends an ID.
pub(crate) fn put_id(out: &mut Vec<u8>, id: u32) {
    put_trimmed(out, u64::from(id));
}

/// Appends the big-endian bytes of a value without leading zeros; one byte for zero.
fn put_trimmed(out: &mut Vec<u8>, value: u64) {
    let skip = value.leading_zeros().min(56) as usize / 8;
    out.extend(value.to_be_bytes().iter().skip(skip));
}

/// The size field in eight bytes: it can be patched to any size later.
pub(crate) fn size8(size: u64) -> [u8; 8] {
    (size & ((1 << 56) - 1) | 1 << 56).to_be_bytes()
}

/// A header whose size field has eight bytes, so that it can be patched later.
pub(crate) fn header8(id: u32, size: [u8; 8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(HEADER_MAX);
    put_id(&mut out, id);
    out.extend_from_slice(&size);
    out
}

/// Appends an element, its size as short as can be.
pub(crate) fn put_element(out: &mut Vec<u8>, id: u32, payload: &[u8]) {
    put_id(out, id);
    let size = payload.len() as u64;
    let mut length = 1;
    while length < 8 && size >= (1 << (7 * length)) - 1 {
        length += 1;
    }
    put_trimmed(out, size | 1 << (7 * length));
    out.extend_from_slice(payload);
}

/// Appends an unsigned integer element.
pub(crate) fn put_unsigned(out: &mut Vec<u8>, id: u32, value: u64) {
    let mut payload = Vec::with_capacity(8);
    put_trimmed(&mut payload, value);
    put_element(out, id, &payload);
}

/// Appends an unsigned integer element of `width` bytes (at most eight), leading zeros and all.
pub(crate) fn put_fixed(out: &mut Vec<u8>, id: u32, value: u64, width: usize) {
    let bytes = value.to_be_bytes();
    put_element(out, id, bytes.get(8 - width.min(8)..).unwrap_or_default());
}

/// The header of a Void element that covers `length` bytes in all (at least two).
pub(crate) fn void_header(length: u64) -> Vec<u8> {
    let mut out = vec![ids::VOID as u8];
    match length.checked_sub(9) {
        Some(rest) => out.extend_from_slice(&size8(rest)),
        None => out.push(0x80 | length.saturating_sub(2) as u8),
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_all_lengths() {
        assert_eq!(header(&[0xA3, 0x81]), Ok(Header { id: 0xA3, size: Some(1), length: 2 }));
        assert_eq!(header(&[0xA3, 0x40, 0x02]), Ok(Header { id: 0xA3, size: Some(2), length: 3 }));
        let cluster = [0x1F, 0x43, 0xB6, 0x75, 0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];
        assert_eq!(header(&cluster), Ok(Header { id: ids::CLUSTER, size: None, length: 12 }));
        for cut in 0..cluster.len() {
            assert_eq!(header(&cluster[..cut]), Err(NoHeader::NeedMore));
        }
        assert_eq!(header(&[0xE7, 0xFF]).map(|header| header.size), Ok(None));
        for bad in [&[0x00][..], &[0x0F], &[0xFF], &[0x80], &[0x40, 0x00], &[0x7F, 0xFF], &[0xA3, 0x00]] {
            assert_eq!(header(bad), Err(NoHeader::Bad), "{bad:?}");
        }
    }

    #[test]
    fn sizes_are_as_short_as_can_be_and_never_unknown() {
        for length in [0, 1, 126, 127, 128, 16_382, 16_383, 16_384] {
            let mut out = Vec::new();
            put_element(&mut out, ids::VOID, &vec![7; length]);
            let child = children(&out).next().unwrap().unwrap();
            assert_eq!((child.payload.len(), child.whole.len()), (length, out.len()));
        }
    }

    #[test]
    fn voids_cover_what_they_should() {
        for length in 2..30 {
            let mut out = void_header(length);
            out.resize(length as usize, 0);
            let child = children(&out).next().unwrap().unwrap();
            assert_eq!((child.id, child.whole.len() as u64), (ids::VOID, length));
        }
    }

    #[test]
    fn a_child_that_lies_ends_the_walk() {
        let mut walk = children(&[0xEC, 0x80, 0xEC, 0x85, 0]);
        assert!(walk.next().unwrap().is_ok());
        assert!(walk.next().unwrap().is_err());
        assert!(walk.next().is_none());
    }

    #[test]
    fn integers() {
        let mut out = Vec::new();
        put_unsigned(&mut out, ids::CUE_TIME, 0);
        put_unsigned(&mut out, ids::CUE_TIME, 0x1_00);
        put_unsigned(&mut out, ids::CUE_TIME, u64::MAX);
        assert_eq!(out[..7], [0xB3, 0x81, 0, 0xB3, 0x82, 1, 0]);
        assert_eq!(big_endian(&out[9..]), u64::MAX);
        assert_eq!(vint(&[0x81]), Some((1, 1)));
        assert_eq!(vint(&[0x40, 0x02, 9]), Some((2, 2)));
        assert_eq!(vint(&[0]), None);
    }
}
