//! Memory, for browsers without an origin-private file system. Recordings are gone with the page.

use std::cell::RefCell;

use hostreel_recording::Sidecar;
use js_sys::{Array, Uint8Array};
use seekable::Edit;
use web_sys::{BlobPropertyBag, File};

use crate::Error;

/// Bytes of one piece; a piece is allocated when it is first written to.
const PIECE: usize = 1 << 20;

/// A recording that lives in memory.
#[derive(Debug, Default)]
struct Remembered {
    id: String,
    file: Option<File>,
    sidecar: Option<Sidecar>,
    /// The page's own note about it.
    #[cfg(feature = "library")]
    note: Option<String>,
}

thread_local! {
    /// There are few: each as large as memory allows.
    static REMEMBERED: RefCell<Vec<Remembered>> = const { RefCell::new(Vec::new()) };
}

/// An open recording in memory.
#[derive(Debug)]
pub(crate) struct MemoryStore {
    id: String,
    pieces: Vec<Vec<u8>>,
    len: u64,
    most_bytes: u64,
}

impl MemoryStore {
    pub(crate) fn new(id: &str, most_bytes: u64) -> Self {
        // From here on notes can be made about it.
        remember(id, |_| ());
        Self { id: id.to_owned(), pieces: Vec::new(), len: 0, most_bytes }
    }

    pub(crate) fn most_bytes(&self) -> u64 {
        self.most_bytes
    }

    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    pub(crate) fn apply(&mut self, edits: &[Edit]) -> Result<(), Error> {
        for edit in edits {
            match edit {
                Edit::Append(bytes) => {
                    if self.len + bytes.len() as u64 > self.most_bytes {
                        return Err(Error::StorageFull);
                    }
                    self.append(bytes);
                }
                Edit::Overwrite { offset, bytes } => self.overwrite(*offset, bytes)?,
            }
        }
        Ok(())
    }

    fn append(&mut self, mut bytes: &[u8]) {
        self.len += bytes.len() as u64;
        while !bytes.is_empty() {
            let room = self.pieces.last().map_or(0, |piece| PIECE - piece.len());
            if room == 0 {
                self.pieces.push(Vec::new());
                continue;
            }
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            if let Some(piece) = self.pieces.last_mut() {
                piece.extend_from_slice(now);
            }
            bytes = later;
        }
    }

    fn overwrite(&mut self, offset: u64, bytes: &[u8]) -> Result<(), Error> {
        for (index, byte) in bytes.iter().enumerate() {
            let at = usize::try_from(offset + index as u64).unwrap_or(usize::MAX);
            let place = self.pieces.get_mut(at / PIECE).and_then(|piece| piece.get_mut(at % PIECE));
            let Some(place) = place else {
                return Err(Error::WriteFailed { reason: "past the end of the file".into() });
            };
            *place = *byte;
        }
        Ok(())
    }

    /// Hands the bytes over to a [`File`], out of this module's memory.
    pub(crate) fn close(&mut self) -> Result<(), Error> {
        let parts = Array::new();
        for piece in self.pieces.drain(..) {
            parts.push(&Uint8Array::from(piece.as_slice()));
        }
        let blob = web_sys::Blob::new_with_u8_array_sequence_and_options(&parts, &BlobPropertyBag::new())?;
        let file = File::new_with_blob_sequence(&Array::of1(&blob), &self.id)?;
        remember(&self.id, |known| known.file = Some(file));
        Ok(())
    }
}

/// Changes what is known of a recording in memory.
fn remember(id: &str, change: impl FnOnce(&mut Remembered)) {
    REMEMBERED.with(|all| {
        let mut all = all.borrow_mut();
        if let Some(known) = all.iter_mut().find(|known| known.id == id) {
            return change(known);
        }
        let mut new = Remembered { id: id.to_owned(), ..Remembered::default() };
        change(&mut new);
        all.push(new);
    });
}

/// Keeps the facts about a recording in memory.
pub(crate) fn remember_sidecar(sidecar: &Sidecar) {
    remember(&sidecar.id, |known| known.sidecar = Some(sidecar.clone()));
}

/// Recordings in memory that have ended: facts and file.
pub(crate) fn remembered() -> Vec<(Sidecar, File)> {
    REMEMBERED.with(|all| {
        let all = all.borrow();
        let known = |one: &Remembered| Some((one.sidecar.clone()?, one.file.clone()?));
        all.iter().filter_map(known).collect()
    })
}

/// The file of a recording in memory that has ended.
pub(crate) fn memory_file(id: &str) -> Option<File> {
    REMEMBERED.with(|all| all.borrow().iter().find(|one| one.id == id)?.file.clone())
}

/// Keeps a note about a recording in memory, also about one that is being recorded. False where there is none.
#[cfg(feature = "library")]
pub(crate) fn remember_note(id: &str, note: &str) -> bool {
    REMEMBERED.with(|all| {
        let mut all = all.borrow_mut();
        let known = all.iter_mut().find(|known| known.id == id);
        known.map(|known| known.note = Some(note.to_owned())).is_some()
    })
}

/// All notes about recordings in memory, with the recordings' ids.
#[cfg(feature = "library")]
pub(crate) fn remembered_notes() -> Vec<(String, String)> {
    REMEMBERED.with(|all| {
        let noted = |one: &Remembered| Some((one.id.clone(), one.note.clone()?));
        all.borrow().iter().filter_map(noted).collect()
    })
}

/// Lets a recording in memory go. True if there was one.
pub(crate) fn forget(id: &str) -> bool {
    REMEMBERED.with(|all| {
        let mut all = all.borrow_mut();
        let at = all.iter().position(|known| known.id == id);
        at.map(|at| all.swap_remove(at)).is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_cross_pieces() {
        let mut store = MemoryStore::new("t", 1 << 30);
        store.apply(&[Edit::Append(vec![1; PIECE - 2]), Edit::Append(vec![2; PIECE])]).unwrap();
        store.apply(&[Edit::Overwrite { offset: PIECE as u64 - 1, bytes: vec![9, 9] }]).unwrap();
        assert_eq!(store.len(), 2 * PIECE as u64 - 2);
        assert_eq!(store.pieces[0][PIECE - 3..], [1, 2, 9]);
        assert_eq!(store.pieces[1][..2], [9, 2]);
    }

    #[test]
    fn writing_past_the_end_is_an_error() {
        let mut store = MemoryStore::new("t", 1 << 30);
        let error = store.apply(&[Edit::Overwrite { offset: 5, bytes: vec![1] }]).unwrap_err();
        assert_eq!(error.code(), "write_failed");
    }
}
