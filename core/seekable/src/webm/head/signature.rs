//! A Void that tells our own files, and how much room their areas have.

use super::super::ebml::put_element;
use super::super::ids;

const MAGIC: [u8; 9] = *b"seekable\x01";

/// Capacities of the areas in the head, in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Signature {
    pub(crate) index: usize,
    pub(crate) said: usize,
    pub(crate) info: usize,
}

/// More than an area ever has is a lie.
const LARGEST: usize = 17 * 1024 * 1024;

impl Signature {
    pub(crate) fn element(&self) -> Vec<u8> {
        let mut payload = MAGIC.to_vec();
        for value in [self.index, self.said, self.info] {
            payload.extend_from_slice(&u32::try_from(value).unwrap_or_default().to_be_bytes());
        }
        let mut out = Vec::new();
        put_element(&mut out, ids::VOID, &payload);
        out
    }

    /// Reads the payload of a Void. `None`: it is an ordinary one.
    pub(crate) fn read(payload: &[u8]) -> Option<Self> {
        let mut values = payload.strip_prefix(&MAGIC)?.chunks_exact(4).map(|bytes| {
            let value = super::super::ebml::big_endian(bytes) as usize;
            // Only what we could have written: one byte switches it.
            (value <= LARGEST && super::super::area::capacity(value) == value).then_some(value)
        });
        let mut next = || values.next().flatten();
        let signature = Self { index: next()?, said: next()?, info: next()? };
        (signature.index >= 256).then_some(signature)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lies_are_not_believed() {
        let signature = Signature { index: 65_536, said: 16_384, info: 512 };
        let element = signature.element();
        assert_eq!(Signature::read(&element[2..]), Some(signature));
        assert_eq!(Signature::read(&element[2..element.len() - 1]), None);
        assert_eq!(Signature::read(b"zeros"), None);
        let lie = Signature { said: 0xFFFF_FFFF, ..signature };
        assert_eq!(Signature::read(&lie.element()[2..]), None);
    }
}
