//! Bytes that can be read anywhere, without the crate doing any I/O itself.

use super::PartsError;

/// A file of known length that is read at any place: the caller does the reading.
///
/// Implemented for byte slices. A command line implements it for files, a browser for its sync access handles.
pub trait Source {
    /// Bytes in all. It must not change while packets are read.
    fn length(&self) -> u64;

    /// Reads bytes from `offset` on into the front of `buffer`; gives back how many. Fewer than asked for is fine;
    /// zero means that nothing is there.
    ///
    /// # Errors
    /// [`SourceError`] where the bytes are there but can not be read.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, SourceError>;
}

/// Bytes could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the input can not be read at byte {offset}: {reason}")]
pub struct SourceError {
    /// Where, in bytes from the start of the input.
    pub offset: u64,
    /// Why, in the words of whoever tried.
    pub reason: String,
}

impl Source for [u8] {
    fn length(&self) -> u64 {
        self.len() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, SourceError> {
        let rest = usize::try_from(offset).ok().and_then(|start| self.get(start..)).unwrap_or_default();
        let length = rest.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..length), rest.get(..length)) {
            to.copy_from_slice(from);
        }
        Ok(length)
    }
}

impl<S: Source + ?Sized> Source for &S {
    fn length(&self) -> u64 {
        (**self).length()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, SourceError> {
        (**self).read_at(offset, buffer)
    }
}

/// A place in a source: first byte, and how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// First byte, from the start of the file.
    pub offset: u64,
    /// Bytes.
    pub size: u64,
}

impl Span {
    /// The first byte behind it.
    pub fn end(&self) -> u64 {
        self.offset.saturating_add(self.size)
    }
}

/// Bytes that are read at a time while headers are looked for: many blocks are smaller, so most reads serve several.
const PIECE: usize = 16 * 1024;

/// A piece of a source that is held in memory, for reading what lies close together.
#[derive(Debug, Clone)]
pub(crate) struct Buffer {
    at: u64,
    held: Vec<u8>,
    piece: usize,
}

impl Buffer {
    /// Reads `piece` bytes at a time, or more where more is asked for.
    pub(crate) fn new(piece: usize) -> Self {
        Self { at: 0, held: Vec::new(), piece }
    }

    /// Up to `length` bytes at `offset`; fewer only where the source ends.
    pub(crate) fn up_to<S: Source>(
        &mut self,
        source: &S,
        offset: u64,
        length: usize,
    ) -> Result<&[u8], PartsError> {
        let left = usize::try_from(source.length().saturating_sub(offset)).unwrap_or(usize::MAX);
        let length = length.min(left);
        let is_held = offset.checked_sub(self.at).is_some_and(|skip| {
            skip.checked_add(length as u64).is_some_and(|end| end <= self.held.len() as u64)
        });
        if !is_held {
            self.held.clear();
            self.at = offset;
            let size = length.max(self.piece.min(left)) as u64;
            append_from(source, Span { offset, size }, &mut self.held)?;
        }
        let skip = usize::try_from(offset.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let rest = self.held.get(skip..).unwrap_or_default();
        Ok(rest.get(..length).unwrap_or(rest))
    }
}

/// A source behind a buffer, for reading headers one after the other.
#[derive(Debug)]
pub(crate) struct Window<S> {
    pub(crate) source: S,
    buffer: Buffer,
}

impl<S: Source> Window<S> {
    pub(crate) fn new(source: S) -> Self {
        Self { source, buffer: Buffer::new(PIECE) }
    }

    pub(crate) fn length(&self) -> u64 {
        self.source.length()
    }

    /// Up to `length` bytes at `offset`; fewer only where the source ends.
    pub(crate) fn up_to(&mut self, offset: u64, length: usize) -> Result<&[u8], PartsError> {
        self.buffer.up_to(&self.source, offset, length)
    }

    /// Exactly `length` bytes at `offset`; `None` where the source ends before.
    pub(crate) fn exactly(&mut self, offset: u64, length: usize) -> Result<Option<&[u8]>, PartsError> {
        let bytes = self.up_to(offset, length)?;
        Ok(Some(bytes).filter(|bytes| bytes.len() == length))
    }
}

/// Reads a span to the end of `out`; gives back how many bytes, which are fewer only where the source ends.
/// The caller bounds the span: memory is taken for all of it, but not for more than the source has.
pub(crate) fn append_from<S: Source + ?Sized>(
    source: &S,
    span: Span,
    out: &mut Vec<u8>,
) -> Result<usize, PartsError> {
    let left = source.length().saturating_sub(span.offset).min(span.size);
    let Ok(length) = usize::try_from(left) else {
        return Err(PartsError::TooLarge { offset: span.offset, size: left, max_size: usize::MAX as u64 });
    };
    let begin = out.len();
    out.resize(begin.saturating_add(length), 0);
    let mut done = 0;
    while let Some(rest) = out.get_mut(begin + done..).filter(|rest| !rest.is_empty()) {
        let wanted = rest.len();
        match source.read_at(span.offset + done as u64, rest)?.min(wanted) {
            0 => break,
            read => done += read,
        }
    }
    out.truncate(begin + done);
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time, and claims to have more than it has.
    struct Slow<'a>(&'a [u8], u64);

    impl Source for Slow<'_> {
        fn length(&self) -> u64 {
            self.1
        }

        fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, SourceError> {
            let length = buffer.len().min(1);
            self.0.read_at(offset, &mut buffer[..length])
        }
    }

    #[test]
    fn short_reads_are_completed_and_ends_are_seen() {
        let mut window = Window::new(Slow(b"abcdef", 6));
        assert_eq!(window.exactly(1, 3), Ok(Some(&b"bcd"[..])));
        assert_eq!(window.up_to(4, 9), Ok(&b"ef"[..]));
        assert_eq!(window.exactly(4, 3), Ok(None));
        assert_eq!(window.up_to(u64::MAX, 3), Ok(&b""[..]));
        let mut liar = Window::new(Slow(b"abc", 1_000));
        assert_eq!(liar.exactly(0, 4), Ok(None));
        assert_eq!(liar.up_to(1, 4), Ok(&b"bc"[..]));
    }
}
