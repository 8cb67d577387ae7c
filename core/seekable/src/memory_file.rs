//! A file in memory that edits can be applied to.

use crate::{Edit, Error};

/// The output file, held in memory: for tests, and where there is no disk to write to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MemoryFile {
    bytes: Vec<u8>,
}

impl MemoryFile {
    /// Applies one edit. The file is unchanged when it can not be applied.
    ///
    /// # Errors
    /// [`Error::OutsideOfFile`] when an overwrite reaches past the end: an edit was left out, or came out of order.
    pub fn apply(&mut self, edit: &Edit) -> Result<(), Error> {
        match edit {
            Edit::Append(bytes) => self.bytes.extend_from_slice(bytes),
            Edit::Overwrite { offset, bytes } => {
                let place = usize::try_from(*offset)
                    .ok()
                    .and_then(|start| Some(start..start.checked_add(bytes.len())?))
                    .and_then(|range| self.bytes.get_mut(range));
                let Some(place) = place else {
                    return Err(Error::OutsideOfFile { offset: *offset, size: bytes.len() as u64 });
                };
                place.copy_from_slice(bytes);
            }
        }
        Ok(())
    }

    /// The file as it stands.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The file as it stands, given away.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

impl From<Vec<u8>> for MemoryFile {
    fn from(bytes: Vec<u8>) -> Self {
        Self { bytes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overwrite_outside_of_the_file_is_refused() {
        let mut file = MemoryFile::default();
        file.apply(&Edit::Append(b"abc".to_vec())).unwrap();
        file.apply(&Edit::Overwrite { offset: 1, bytes: b"XY".to_vec() }).unwrap();
        let outside = Edit::Overwrite { offset: 2, bytes: b"12".to_vec() };
        assert_eq!(file.apply(&outside), Err(Error::OutsideOfFile { offset: 2, size: 2 }));
        let far = Edit::Overwrite { offset: u64::MAX, bytes: b"12".to_vec() };
        assert!(file.apply(&far).is_err());
        assert_eq!(file.bytes(), b"aXY");
    }
}
