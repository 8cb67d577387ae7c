//! Seeds for fuzzing: whole recordings with hardly any sound and picture in them, so that a few kilobytes have it all.

use std::path::Path;

use anyhow::{Context, Result};
use seekable::{MemoryFile, Options, Seekable};

use crate::grow::shrink;

/// In front of a recording: what is done to it (see `Operation::decode` in the crate's tests).
const OPERATIONS: &[&[u8]] = &[
    &[0],
    // Second by second: a piece, a checkpoint, its edits.
    &[8, 2, 40, 4, 0, 5, 0, 2, 9, 4, 0, 5, 0, 1, 200, 4, 0],
    // Chapters, a title, a crash.
    &[7, 2, 60, 6, 3, 7, 9, 4, 0, 5, 0, 2, 30, 8, 1],
];

/// Makes three seeds of each sample: as it came, as it is when it is fixed, and cut short.
pub(crate) fn make(samples: &Path, output: &Path) -> Result<usize> {
    let mut made = 0;
    for entry in std::fs::read_dir(samples).with_context(|| samples.display().to_string())? {
        let path = entry?.path();
        let name = path.file_name().context("a name")?.to_string_lossy().into_owned();
        if name.ends_with(".json") || name.ends_with(".md") {
            continue;
        }
        let bytes = std::fs::read(&path)?;
        // What can't be shrunk gives its beginning: Ogg, and files that were finished by the browser.
        let small = shrink(&bytes).unwrap_or_else(|_| bytes.iter().copied().take(6_000).collect());
        let fixed = fix(&small)?;
        let cut: Vec<u8> = small.iter().copied().take(small.len() * 2 / 3).collect();
        for (kind, (bytes, operations)) in [small, fixed, cut].iter().zip(OPERATIONS).enumerate() {
            std::fs::write(output.join(format!("{name}-{kind}")), [operations, bytes.as_slice()].concat())?;
            made += 1;
        }
    }
    Ok(made)
}

fn fix(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut seekable =
        Seekable::new(Options { index_bytes: 1024, metadata_bytes: 512, ..Options::default() });
    let mut file = MemoryFile::default();
    seekable.push(bytes)?;
    seekable.finish()?;
    for edit in seekable.edits() {
        file.apply(&edit)?;
    }
    Ok(file.into_bytes())
}
