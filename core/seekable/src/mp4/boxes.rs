//! Boxes (ISO/IEC 14496-12, section 4.2): headers, children, fields, and writing them.

use crate::edit::Outbox;

/// The four characters that name a box.
pub(crate) type Kind = [u8; 4];

/// The front of a box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) kind: Kind,
    /// Bytes of the header itself: 8, or 16 with a size of 64 bits.
    pub(crate) length: usize,
    /// Of the whole box, header included; never below `length`. `None`: to the end of the file.
    pub(crate) size: Option<u64>,
}

/// Why there is no header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoHeader {
    NeedMore,
    /// These bytes are no box.
    Bad,
}

/// A box that is not as the standard says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed;

/// Reads the header at the start of `data`.
pub(crate) fn header(data: &[u8]) -> Result<Header, NoHeader> {
    let (Some(size), Some(kind)) = (u32_at(data, 0), kind_at(data, 4)) else {
        return Err(NoHeader::NeedMore);
    };
    // Printable, or one of Apple's names that begin with a copyright sign.
    if !kind.iter().all(|byte| matches!(byte, b' '..=b'~' | 0xA9)) {
        return Err(NoHeader::Bad);
    }
    let (length, size) = match size {
        0 => (8, None),
        1 => (16, Some(u64_at(data, 8).ok_or(NoHeader::NeedMore)?)),
        _ => (8, Some(u64::from(size))),
    };
    if size.is_some_and(|size| size < length as u64) {
        return Err(NoHeader::Bad);
    }
    Ok(Header { kind, length, size })
}

/// A box inside of another, all of it in memory.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Child<'a> {
    pub(crate) kind: Kind,
    pub(crate) whole: &'a [u8],
    pub(crate) payload: &'a [u8],
    /// Where the payload begins in the payload of the parent.
    pub(crate) payload_at: usize,
}

/// The boxes that fill `payload`. After a malformed one it ends.
pub(crate) fn children(payload: &[u8]) -> Children<'_> {
    Children { payload, at: 0 }
}

/// See [`children`].
#[derive(Debug, Clone)]
pub(crate) struct Children<'a> {
    payload: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Children<'a> {
    type Item = Result<Child<'a>, Malformed>;

    #[inline(never)]
    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.payload.get(self.at..).unwrap_or_default();
        // QuickTime ends some lists with four zero bytes.
        if rest.is_empty() || rest == [0; 4] {
            return None;
        }
        let child = split(rest, self.at);
        self.at = child.map_or(self.payload.len(), |child| self.at + child.whole.len());
        Some(child.ok_or(Malformed))
    }
}

/// The box at the front of `rest`, which is at `at`.
fn split(rest: &[u8], at: usize) -> Option<Child<'_>> {
    let header = header(rest).ok()?;
    // Only the last box of a file may have no size: what is written behind this one would be inside of it.
    let size = usize::try_from(header.size?).ok()?;
    let whole = rest.get(..size)?;
    let payload = whole.get(header.length..)?;
    Some(Child { kind: header.kind, whole, payload, payload_at: at + header.length })
}

/// The payload of the box that `path` leads to.
pub(crate) fn find<'a>(payload: &'a [u8], path: &[&Kind]) -> Option<&'a [u8]> {
    path.iter().try_fold(payload, |payload, kind| {
        children(payload).filter_map(Result::ok).find(|child| child.kind == **kind).map(|child| child.payload)
    })
}

fn array_at<const N: usize>(data: &[u8], at: usize) -> Option<[u8; N]> {
    data.get(at..)?.first_chunk().copied()
}

pub(crate) fn kind_at(data: &[u8], at: usize) -> Option<Kind> {
    array_at(data, at)
}

pub(crate) fn u32_at(data: &[u8], at: usize) -> Option<u32> {
    array_at(data, at).map(u32::from_be_bytes)
}

pub(crate) fn u64_at(data: &[u8], at: usize) -> Option<u64> {
    array_at(data, at).map(u64::from_be_bytes)
}

/// Begins a box; its size follows with [`end`]. Gives where it begins.
pub(crate) fn begin(outbox: &mut Outbox, kind: &Kind) -> u64 {
    let at = outbox.length();
    outbox.append(&box_header(0, kind));
    at
}

/// Begins a full box of version and flags.
pub(crate) fn begin_full(outbox: &mut Outbox, kind: &Kind, version: u8) -> u64 {
    let at = begin(outbox, kind);
    outbox.append(&[version, 0, 0, 0]);
    at
}

/// Ends the box that began at `at`.
pub(crate) fn end(outbox: &mut Outbox, at: u64) {
    let size = outbox.length() - at;
    outbox.overwrite(at, &saturated(size).to_be_bytes());
}

/// A header of 8 bytes for a box of `size` bytes, header included.
pub(crate) fn box_header(size: usize, kind: &Kind) -> [u8; 8] {
    let [a, b, c, d] = saturated(size as u64).to_be_bytes();
    let [e, f, g, h] = *kind;
    [a, b, c, d, e, f, g, h]
}

/// Free space of this size, header included.
pub(crate) fn free(size: usize) -> Vec<u8> {
    let mut out = box_header(size, b"free").to_vec();
    out.resize(size, 0);
    out
}

/// A header of 16 bytes for a box of any size, header included.
pub(crate) fn large_header(size: u64, kind: &Kind) -> [u8; 16] {
    let mut out = [0; 16];
    let (front, back) = out.split_at_mut(8);
    front.copy_from_slice(&box_header(1, kind));
    back.copy_from_slice(&size.to_be_bytes());
    out
}

pub(crate) fn put32(outbox: &mut Outbox, value: u64) {
    outbox.append(&saturated(value).to_be_bytes());
}

/// As 32 bits, or as many as there are.
pub(crate) fn saturated(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers() {
        assert_eq!(header(b"\0\0\0\x10moo"), Err(NoHeader::NeedMore));
        assert_eq!(header(b"\0\0\0\x10moof"), Ok(Header { kind: *b"moof", length: 8, size: Some(16) }));
        assert_eq!(header(b"\0\0\0\0mdat"), Ok(Header { kind: *b"mdat", length: 8, size: None }));
        assert_eq!(header(b"\0\0\0\x01mdat\0\0\0\x01\0\0\0"), Err(NoHeader::NeedMore));
        let large = header(&large_header(5 << 30, b"mdat"));
        assert_eq!(large, Ok(Header { kind: *b"mdat", length: 16, size: Some(5 << 30) }));
        for bad in [&b"\0\0\0\x07moof"[..], b"\0\0\0\x10mo\0f", &[0; 8], &large_header(15, b"mdat")] {
            assert_eq!(header(bad), Err(NoHeader::Bad));
        }
    }

    #[test]
    fn children_that_lie_end_the_list() {
        let inside = b"\0\0\0\x08free\0\0\0\x0Cskipabcd\0\0\0\0";
        assert_eq!(children(inside).filter(Result::is_ok).count(), 2);
        assert_eq!(find(inside, &[b"skip"]), Some(&b"abcd"[..]));
        let lies = b"\0\0\0\x08free\0\0\0\x0Dskipabcd";
        let kinds: Vec<bool> = children(lies).map(|child| child.is_ok()).collect();
        assert_eq!(kinds, [true, false]);
    }
}
