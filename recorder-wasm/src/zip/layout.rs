//! Where everything stands in an archive.

use std::io::Write;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::skeleton::{Piece, Skeleton};
use crate::Error;

/// A file that is to be in an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its name; unique in the archive.
    pub(crate) name: String,
    /// Its length.
    pub(crate) bytes: u64,
    /// When it was changed last.
    pub(crate) modified: Modified,
}

/// A moment, as archives note it: by the clock on the wall (all readers know that one), and in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Modified {
    /// Milliseconds since 1970 (UTC).
    pub(crate) unix_ms: u64,
    /// Year, month and day from 1, hour, minute, second, as the clock on the wall has it.
    pub(crate) local: (u16, u8, u8, u8, u8, u8),
}

/// Lays out an archive of stored (not compressed) files, in one pass over them: they are gone through for their
/// checksums, and never held. Headers are complete, so that an archive can be read from its beginning too. Entries and
/// archives beyond 4 GiB are written as ZIP64 (APPNOTE §4.3.14 and §4.5.3).
pub(crate) struct Layout {
    writer: ZipWriter<Skeleton>,
    skeleton: Skeleton,
}

impl std::fmt::Debug for Layout {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Layout").field("skeleton", &self.skeleton).finish_non_exhaustive()
    }
}

impl Layout {
    pub(crate) fn new() -> Self {
        let skeleton = Skeleton::default();
        Self { writer: ZipWriter::new(skeleton.clone()), skeleton }
    }

    /// The next file begins; gives where in the archive its first byte stands.
    pub(crate) fn begin(&mut self, entry: &Entry) -> Result<u64, Error> {
        let (year, month, day, hour, minute, second) = entry.modified.local;
        // Before 1980 and after 2107 there is no such time.
        let time =
            zip::DateTime::from_date_and_time(year, month, day, hour, minute, second).unwrap_or_default();
        let seconds = u32::try_from(entry.modified.unix_ms / 1_000).ok();
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(time)
            .unix_permissions(0o644)
            // Room for long sizes is taken before they are known to be right: one less, to be on the safe side.
            .large_file(entry.bytes >= u64::from(u32::MAX) - 1)
            .with_extended_timestamp(seconds, None, None)
            .map_err(|error| failed(&error))?;
        self.writer.start_file(entry.name.as_str(), options).map_err(|error| failed(&error))?;
        Ok(self.skeleton.position())
    }

    /// The next bytes of the file that was begun last.
    pub(crate) fn pass(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.skeleton.let_pass(true);
        let passed = self.writer.write_all(bytes);
        self.skeleton.let_pass(false);
        passed.map_err(|error| failed(&error))
    }

    /// All files have passed: what stands before, between and after them, in the order of the archive.
    pub(crate) fn finish(self) -> Result<Vec<Piece>, Error> {
        self.writer.finish().map_err(|error| failed(&error))?;
        Ok(self.skeleton.into_pieces())
    }
}

fn failed(error: &dyn std::error::Error) -> Error {
    Error::WriteFailed { reason: format!("archive: {error}") }
}

#[cfg(test)]
mod tests {
    use std::io;

    use rawzip::{ReaderAt, ZipArchive};

    use super::*;

    const NOON: Modified = Modified { unix_ms: 1_795_532_405_000, local: (2026, 11, 24, 20, 0, 5) };

    fn entry(name: &str, bytes: u64) -> Entry {
        Entry { name: name.into(), bytes, modified: NOON }
    }

    /// An archive whose files are all zeros, read by another library than the one that wrote it.
    struct Archive {
        pieces: Vec<Piece>,
        end: u64,
    }

    impl Archive {
        fn new(pieces: Vec<Piece>) -> Self {
            let end = pieces.last().map_or(0, Piece::end);
            Self { pieces, end }
        }

        fn bytes(&self) -> Vec<u8> {
            let mut bytes = vec![0; usize::try_from(self.end).unwrap()];
            self.read_at(&mut bytes, 0).unwrap();
            bytes
        }

        /// Name, size, checksum and first byte of each file, as the directory has them; each has its local header.
        fn files(&self) -> Vec<(String, u64, u32, u64)> {
            let mut buffer = vec![0; rawzip::RECOMMENDED_BUFFER_SIZE];
            let archive = rawzip::ZipLocator::new()
                .locate_in_reader(self, &mut buffer, self.end)
                .map_err(|(_, error)| error);
            let archive: ZipArchive<_> = archive.unwrap();
            let mut found = Vec::new();
            let mut entries = archive.entries(&mut buffer);
            while let Some(file) = entries.next_entry().unwrap() {
                let name = String::from_utf8(file.file_path().as_ref().to_vec()).unwrap();
                let local = archive.get_entry(file.wayfinder()).unwrap();
                found.push((
                    name,
                    file.uncompressed_size_hint(),
                    file.crc32(),
                    local.compressed_data_range().0,
                ));
            }
            found
        }
    }

    impl ReaderAt for Archive {
        fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
            let length =
                usize::try_from(self.end.saturating_sub(offset)).unwrap_or(usize::MAX).min(buffer.len());
            buffer[..length].fill(0);
            for piece in &self.pieces {
                let from = piece.at.max(offset);
                let to = piece.end().min(offset + length as u64);
                if from < to {
                    let source = (from - piece.at) as usize..(to - piece.at) as usize;
                    buffer[(from - offset) as usize..(to - offset) as usize]
                        .copy_from_slice(&piece.bytes[source]);
                }
            }
            Ok(length)
        }
    }

    fn pass_zeros(layout: &mut Layout, bytes: u64) {
        let zeros = vec![0; 32 << 20];
        let mut left = bytes;
        while left > 0 {
            let now = left.min(zeros.len() as u64);
            layout.pass(&zeros[..now as usize]).unwrap();
            left -= now;
        }
    }

    /// The CRC-32 of so many zeros, by the definition of it.
    fn zeros_checksum(bytes: u64) -> u32 {
        rawzip::crc32(&vec![0; bytes as usize])
    }

    #[test]
    fn another_library_finds_every_file_in_its_place() {
        let files = [("manifest.json", 700_u64), ("민아.webm", 70_000), ("Dr. Kim 2.webm", 0)];
        let mut layout = Layout::new();
        let mut places = Vec::new();
        for (name, bytes) in files {
            let place = layout.begin(&entry(name, bytes)).unwrap();
            // Cut anywhere.
            for part in [bytes / 3, bytes - bytes / 3] {
                pass_zeros(&mut layout, part);
            }
            places.push((name.to_owned(), bytes, zeros_checksum(bytes), place));
        }
        let archive = Archive::new(layout.finish().unwrap());
        assert_eq!(archive.files(), places);
        // One piece before, between and behind the files; two files that touch have one.
        assert_eq!(archive.pieces.len(), 3);
    }

    #[test]
    fn headers_are_complete_and_say_when() {
        let mut layout = Layout::new();
        layout.begin(&entry("민아.webm", 5)).unwrap();
        layout.pass(&[0; 5]).unwrap();
        let bytes = Archive::new(layout.finish().unwrap()).bytes();
        let archive = ZipArchive::from_slice(&bytes).unwrap();
        let mut entries = archive.entries();
        let file = entries.next_entry().unwrap().unwrap();
        let zip_time = |time: rawzip::time::ZipDateTimeKind| {
            (time.year(), time.month(), time.day(), time.hour(), time.minute(), time.second())
        };
        // UTC, from the extended timestamp.
        assert_eq!(zip_time(file.last_modified()), (2026, 11, 24, 15, 0, 5));
        let dos = file.last_modified_dos();
        // The clock on the wall; in steps of two seconds.
        assert_eq!((dos.hour(), dos.minute(), dos.second()), (20, 0, 4));
        let local = archive.get_entry(file.wayfinder()).unwrap();
        assert_eq!(local.data(), [0; 5]);
        // No data descriptor: size and checksum stand in front, for those who read from the beginning.
        assert_eq!(bytes[..4], *b"PK\x03\x04");
        let flags = u16::from_le_bytes([bytes[6], bytes[7]]);
        assert_eq!(flags, 0x0800, "UTF-8 and nothing else");
        assert_eq!(u16::from_le_bytes([bytes[8], bytes[9]]), 0, "stored");
        assert_eq!(bytes[14..18], zeros_checksum(5).to_le_bytes());
        assert_eq!(bytes[18..26], [5, 0, 0, 0, 5, 0, 0, 0]);
    }

    #[test]
    fn an_archive_without_files_is_one() {
        let archive = Archive::new(Layout::new().finish().unwrap());
        assert_eq!(archive.files(), []);
    }

    #[test]
    fn beyond_four_gibibytes() {
        const LARGE: u64 = (1 << 32) + 5;
        let mut layout = Layout::new();
        let first = layout.begin(&entry("large.webm", LARGE)).unwrap();
        pass_zeros(&mut layout, LARGE);
        let second = layout.begin(&entry("small.webm", 3)).unwrap();
        pass_zeros(&mut layout, 3);
        assert!(second > LARGE);
        let archive = Archive::new(layout.finish().unwrap());
        let found = archive.files();
        assert_eq!((found[0].0.as_str(), found[0].1, found[0].3), ("large.webm", LARGE, first));
        assert_eq!((found[1].0.as_str(), found[1].1, found[1].3), ("small.webm", 3, second));
        // The local header has the long sizes too (APPNOTE 4.5.3).
        let header = &archive.pieces[0].bytes;
        assert_eq!(header[18..26], [0xFF; 8]);
        let long = LARGE.to_le_bytes();
        assert!(
            header
                .windows(20)
                .any(|field| field[..4] == [1, 0, 16, 0] && field[4..12] == long && field[12..] == long)
        );
        assert!(archive.pieces.iter().map(|piece| piece.bytes.len()).sum::<usize>() < 1_000);
    }

    #[test]
    fn the_same_name_twice_is_refused() {
        let mut layout = Layout::new();
        layout.begin(&entry("a", 0)).unwrap();
        assert_eq!(layout.begin(&entry("a", 0)).unwrap_err().code(), "write_failed");
    }
}
