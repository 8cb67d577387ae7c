//! The edits that turn an empty file into the recording, and the queue they wait in.

/// One change to the output file. Edits must be applied in the order they come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// Put these bytes at the end of the file.
    Append(Vec<u8>),
    /// Replace bytes that are already in the file. Never reaches past its end.
    Overwrite {
        /// First byte to replace, counted from the start of the file.
        offset: u64,
        /// The new bytes.
        bytes: Vec<u8>,
    },
}

/// The same as [`Edit`], lent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EditRef<'a> {
    /// Put these bytes at the end of the file.
    Append(&'a [u8]),
    /// Replace bytes that are already in the file. Never reaches past its end.
    Overwrite {
        /// First byte to replace, counted from the start of the file.
        offset: u64,
        /// The new bytes.
        bytes: &'a [u8],
    },
}

impl<'a> From<&'a Edit> for EditRef<'a> {
    fn from(edit: &'a Edit) -> Self {
        match edit {
            Edit::Append(bytes) => Self::Append(bytes),
            Edit::Overwrite { offset, bytes } => Self::Overwrite { offset: *offset, bytes },
        }
    }
}

/// Edits that were made but not yet handed out: those that were sealed, then appends, then overwrites.
///
/// An overwrite of bytes that were not handed out yet is done in place, so a cluster that begins and ends within
/// one chunk costs no edit of its own.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    length: u64,
    /// Whether what is appended is in the file already.
    is_in_place: bool,
    /// In the order they must be applied, before all others. Few, so that a queue would only weigh more.
    sealed: Vec<Edit>,
    /// Appends in front of `pending`.
    #[cfg(feature = "mp4")]
    pieces: Vec<Edit>,
    pending: Vec<u8>,
    overwrites: Vec<Edit>,
}

impl Outbox {
    /// Length of the output file once everything queued is applied; also the offset of the next appended byte.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// Appends what is large already, as an edit of its own: nothing is copied.
    #[cfg(feature = "mp4")]
    pub(crate) fn append_piece(&mut self, piece: Vec<u8>) {
        self.length += piece.len() as u64;
        if !self.is_in_place {
            if !self.pending.is_empty() {
                self.pieces.push(Edit::Append(std::mem::take(&mut self.pending)));
            }
            self.pieces.push(Edit::Append(piece));
        }
    }

    /// Whether all that waits is one append of just these bytes.
    #[cfg(feature = "mp4-repair")]
    pub(crate) fn is_all(&self, bytes: &[u8]) -> bool {
        self.length == bytes.len() as u64 && self.pending == bytes
    }

    pub(crate) fn append(&mut self, bytes: &[u8]) {
        if !self.is_in_place {
            self.pending.extend_from_slice(bytes);
        }
        self.length += bytes.len() as u64;
    }

    /// Replaces bytes at `offset`, which must have been appended before, after all that waits already.
    #[cfg(any(feature = "mp4", test))]
    pub(crate) fn overwrite(&mut self, offset: u64, bytes: &[u8]) {
        if !bytes.is_empty() && !self.overwrite_pending(offset, bytes) {
            // A newer value for the same place makes the older one pointless.
            self.overwrites.retain(|old| {
                let (at, length) = place(old);
                at != offset || length != bytes.len() as u64
            });
            self.overwrites.push(Edit::Overwrite { offset, bytes: bytes.to_vec() });
        }
    }

    /// Replaces bytes at `offset`, which must have been appended before, after all that waits already, and keeps older
    /// replacements of the same place: for steps whose order keeps a torn file readable.
    #[cfg(feature = "webm")]
    pub(crate) fn patch(&mut self, offset: u64, bytes: &[u8]) {
        if !self.overwrite_pending(offset, bytes) {
            self.overwrites.push(Edit::Overwrite { offset, bytes: bytes.to_vec() });
        }
    }

    /// Replaces bytes that were not handed out yet; `false` where they were.
    fn overwrite_pending(&mut self, offset: u64, bytes: &[u8]) -> bool {
        let at = self.length - self.pending.len() as u64;
        if offset >= at {
            return overwrite_in(&mut self.pending, at, offset, bytes);
        }
        #[cfg(feature = "mp4")]
        {
            let mut end = at;
            for piece in self.pieces.iter_mut().rev() {
                let Edit::Append(piece) = piece else { continue };
                let at = end - piece.len() as u64;
                if offset >= at {
                    return overwrite_in(piece, at, offset, bytes);
                }
                end = at;
            }
        }
        false
    }

    /// For a file that is mended where it is: its first `length` bytes stay, and what is appended is there already.
    #[cfg(any(feature = "webm", feature = "mp4"))]
    pub(crate) fn in_place(length: u64) -> Self {
        Self { length, is_in_place: true, ..Self::default() }
    }

    /// The file in place is cut off at `length`; from here on appended bytes are new. What was to be changed behind it goes.
    #[cfg(any(feature = "webm", feature = "mp4"))]
    pub(crate) fn end_in_place(&mut self, length: u64) {
        self.overwrites.retain(|edit| {
            let (offset, bytes) = place(edit);
            offset + bytes <= length
        });
        self.length = length;
        self.is_in_place = false;
    }

    /// All that waits is applied before what comes from here on.
    #[cfg(feature = "webm")]
    pub(crate) fn seal(&mut self) {
        while let Some(edit) = self.next_unsealed() {
            self.sealed.push(edit);
        }
    }

    /// All that waits.
    #[cfg(any(feature = "webm", feature = "mp4"))]
    pub(crate) fn into_edits(mut self) -> Vec<Edit> {
        let mut edits = std::mem::take(&mut self.sealed);
        #[cfg(feature = "mp4")]
        edits.append(&mut self.pieces);
        if !self.pending.is_empty() {
            edits.push(Edit::Append(self.pending));
        }
        edits.append(&mut self.overwrites);
        edits
    }

    pub(crate) fn next_edit(&mut self) -> Option<Edit> {
        pop_front(&mut self.sealed).or_else(|| self.next_unsealed())
    }

    /// Lends all that waits, and keeps the room that appended bytes took. What `apply` refuses waits on.
    pub(crate) fn lend<E>(&mut self, mut apply: impl FnMut(EditRef<'_>) -> Result<(), E>) -> Result<(), E> {
        lend_all(&mut self.sealed, &mut apply)?;
        #[cfg(feature = "mp4")]
        lend_all(&mut self.pieces, &mut apply)?;
        if !self.pending.is_empty() {
            apply(EditRef::Append(&self.pending))?;
            self.pending.clear();
        }
        lend_all(&mut self.overwrites, &mut apply)
    }

    fn next_unsealed(&mut self) -> Option<Edit> {
        #[cfg(feature = "mp4")]
        if let Some(piece) = pop_front(&mut self.pieces) {
            return Some(piece);
        }
        if !self.pending.is_empty() {
            return Some(Edit::Append(std::mem::take(&mut self.pending)));
        }
        pop_front(&mut self.overwrites)
    }

    /// Pretends that `gap` more bytes were written and handed out, to test positions past 4 GiB without them.
    #[cfg(test)]
    pub(crate) fn pretend_written(&mut self, gap: u64) {
        assert!(self.pending.is_empty());
        self.length += gap;
    }
}

/// Overwrites bytes of a buffer that begins at `at` in the file; `false` where they reach out of it.
fn overwrite_in(buffer: &mut [u8], at: u64, offset: u64, bytes: &[u8]) -> bool {
    let start = usize::try_from(offset - at).unwrap_or(usize::MAX);
    let place = buffer.get_mut(start..start.saturating_add(bytes.len()));
    let is_inside = place.is_some();
    if let Some(place) = place {
        place.copy_from_slice(bytes);
    }
    is_inside
}

/// Where an overwrite begins, and how many bytes it has.
#[cfg(any(feature = "webm", feature = "mp4"))]
fn place(edit: &Edit) -> (u64, u64) {
    match edit {
        Edit::Overwrite { offset, bytes } => (*offset, bytes.len() as u64),
        Edit::Append(bytes) => (0, bytes.len() as u64),
    }
}

fn pop_front(edits: &mut Vec<Edit>) -> Option<Edit> {
    (!edits.is_empty()).then(|| edits.remove(0))
}

/// What `apply` refuses, and all behind it, stays.
fn lend_all<E>(edits: &mut Vec<Edit>, apply: &mut impl FnMut(EditRef<'_>) -> Result<(), E>) -> Result<(), E> {
    let mut applied = Ok(());
    let refused = edits.iter().position(|edit| {
        applied = apply(edit.into());
        applied.is_err()
    });
    edits.drain(..refused.unwrap_or(edits.len()));
    applied
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn appends_join_and_go_first() {
        let mut outbox = Outbox::default();
        outbox.append(b"ab");
        assert_eq!(outbox.next_edit(), Some(Edit::Append(b"ab".to_vec())));
        outbox.overwrite(0, b"X");
        outbox.append(b"cd");
        outbox.append(b"ef");
        outbox.overwrite(3, b"Y");
        assert_eq!(outbox.next_edit(), Some(Edit::Append(b"cYef".to_vec())));
        assert_eq!(outbox.next_edit(), Some(Edit::Overwrite { offset: 0, bytes: b"X".to_vec() }));
        assert_eq!(outbox.next_edit(), None);
        assert_eq!(outbox.length(), 6);
    }

    #[cfg(feature = "mp4")]
    #[test]
    fn pieces_are_handed_out_as_they_are() {
        let mut outbox = Outbox::default();
        outbox.append(b"ab");
        outbox.append_piece(b"cdef".to_vec());
        outbox.append_piece(b"gh".to_vec());
        outbox.append(b"ij");
        for (offset, bytes) in [(1, b"B"), (3, b"D"), (7, b"H"), (9, b"J")] {
            outbox.overwrite(offset, bytes);
        }
        // Over the border of two: afterwards.
        outbox.overwrite(5, b"FG");
        assert_eq!(outbox.length(), 10);
        let expected = ["aB", "cDef", "gH", "iJ"].map(|text| Edit::Append(text.into()));
        for edit in expected {
            assert_eq!(outbox.next_edit(), Some(edit));
        }
        assert_eq!(outbox.next_edit(), Some(Edit::Overwrite { offset: 5, bytes: b"FG".to_vec() }));
        assert_eq!(outbox.next_edit(), None);
        outbox.append_piece(b"kl".to_vec());
        outbox.append(b"mn");
        let mut lent = Vec::new();
        let refused = outbox.lend(|edit| match edit {
            EditRef::Append(b"mn") => Err(()),
            edit => {
                lent.push(format!("{edit:?}"));
                Ok(())
            }
        });
        assert!(refused.is_err() && lent.len() == 1);
        assert_eq!(outbox.next_edit(), Some(Edit::Append(b"mn".to_vec())));
    }

    #[test]
    fn a_newer_overwrite_replaces_the_older() {
        let mut outbox = Outbox::default();
        outbox.append(b"abcd");
        assert!(outbox.next_edit().is_some());
        outbox.overwrite(1, b"1");
        outbox.overwrite(2, b"2");
        outbox.overwrite(1, b"3");
        assert_eq!(outbox.next_edit(), Some(Edit::Overwrite { offset: 2, bytes: b"2".to_vec() }));
        assert_eq!(outbox.next_edit(), Some(Edit::Overwrite { offset: 1, bytes: b"3".to_vec() }));
    }
}
