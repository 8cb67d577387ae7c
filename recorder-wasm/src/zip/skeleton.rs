//! An archive without what is in its files.

use std::cell::RefCell;
use std::io::{self, Seek, SeekFrom, Write};
use std::rc::Rc;

/// Bytes of an archive that are its own: headers, and the directory at its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Where it stands in the archive.
    pub(crate) at: u64,
    pub(crate) bytes: Vec<u8>,
}

impl Piece {
    /// Where it ends.
    pub(crate) fn end(&self) -> u64 {
        self.at + self.bytes.len() as u64
    }
}

/// What an archive is written to: it keeps the [`Piece`]s. What is in the files only passes by. Clones are the same.
#[derive(Debug, Clone, Default)]
pub(super) struct Skeleton {
    state: Rc<RefCell<State>>,
}

#[derive(Debug, Default)]
struct State {
    pieces: Vec<Piece>,
    position: u64,
    end: u64,
    passes_by: bool,
}

impl Skeleton {
    /// Whether what is written from now on is in a file, and is not kept.
    pub(super) fn let_pass(&self, passes_by: bool) {
        self.state.borrow_mut().passes_by = passes_by;
    }

    /// Where the next byte goes.
    pub(super) fn position(&self) -> u64 {
        self.state.borrow().position
    }

    /// All that was kept, in the order of the archive.
    pub(super) fn into_pieces(self) -> Vec<Piece> {
        std::mem::take(&mut self.state.borrow_mut().pieces)
    }
}

impl State {
    fn keep(&mut self, bytes: &[u8]) -> io::Result<()> {
        let at = self.position;
        if at == self.end {
            match self.pieces.last_mut().filter(|last| last.end() == at) {
                Some(last) => last.bytes.extend_from_slice(bytes),
                None => self.pieces.push(Piece { at, bytes: bytes.to_vec() }),
            }
            return Ok(());
        }
        // A header is completed when what it stands before has passed.
        let place = self.pieces.iter_mut().rev().find(|piece| piece.at <= at).and_then(|piece| {
            let from = usize::try_from(at - piece.at).ok()?;
            piece.bytes.get_mut(from..from.checked_add(bytes.len())?)
        });
        let place = place.ok_or_else(|| io::Error::other("only headers can be written anew"))?;
        place.copy_from_slice(bytes);
        Ok(())
    }
}

impl Write for Skeleton {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let state = &mut *self.state.borrow_mut();
        if !state.passes_by {
            state.keep(bytes)?;
        }
        state.position += bytes.len() as u64;
        state.end = state.end.max(state.position);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Skeleton {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let state = &mut *self.state.borrow_mut();
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::Current(by) => state.position.checked_add_signed(by),
            SeekFrom::End(by) => state.end.checked_add_signed(by),
        };
        state.position = position
            .filter(|position| *position <= state.end)
            .ok_or_else(|| io::Error::other("there is nothing there"))?;
        Ok(state.position)
    }
}
