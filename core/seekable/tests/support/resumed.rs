//! Files whose writer died, and their repair in place.

use seekable::{Edit, Error, MemoryFile, Metadata, Options, Repair, Resumed, Seekable};

use super::drain;

/// As a repair in place trims.
pub const TRIMS: Options = Options {
    index_bytes: 64 * 1024,
    metadata_bytes: 16 * 1024,
    trims_tail: true,
    limits: seekable::Limits {
        head_bytes: 1024 * 1024,
        held_bytes: 4 * 1024 * 1024,
        element_bytes: 256 * 1024 * 1024,
        table_bytes: 128 * 1024 * 1024,
    },
};

/// A recording whose writer died after so many bytes; checkpoints after each chunk but the last few.
pub fn cut_off(bytes: &[u8], chunk: usize, unchecked: usize) -> Vec<u8> {
    let mut seekable = Seekable::default();
    let mut file = MemoryFile::default();
    let count = bytes.len().div_ceil(chunk);
    for (number, chunk) in bytes.chunks(chunk).enumerate() {
        seekable.push(chunk).unwrap();
        if number + unchecked < count {
            seekable.checkpoint();
        }
        drain(&mut seekable, &mut file);
    }
    file.into_bytes()
}

pub fn resume(file: &[u8], metadata: Option<&Metadata>) -> Result<(Vec<u8>, Repair, u64), Error> {
    let mut resumed = Resumed::new(&file[..file.len().min(130_000)], file.len() as u64, Options::default())?;
    let offset = resumed.offset();
    for chunk in file[offset as usize..].chunks(10_000) {
        resumed.push(chunk);
    }
    if let Some(metadata) = metadata {
        resumed.set_metadata(metadata);
    }
    let repair = resumed.finish();
    let mut out = MemoryFile::from(file[..repair.truncate_to as usize].to_vec());
    repair.edits.iter().for_each(|edit| out.apply(edit).unwrap());
    assert_eq!(repair.summary.output_length, out.bytes().len() as u64);
    Ok((out.into_bytes(), repair, offset))
}

pub fn written(repair: &Repair) -> usize {
    let length = |edit: &Edit| match edit {
        Edit::Append(bytes) | Edit::Overwrite { bytes, .. } => bytes.len(),
    };
    repair.edits.iter().map(length).sum()
}
