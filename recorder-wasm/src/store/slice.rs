//! Pieces of a file.

use js_sys::Uint8Array;
use web_sys::File;

use crate::Error;
use crate::browser::asked;

/// As much of a file as is looked at to tell what it is: more than the head with its reserved index, in bytes.
pub(crate) const HEAD_BYTES: u64 = 131_072;

/// Some bytes of a file; fewer at its end.
pub(crate) async fn slice(file: &File, from: u64, to: u64) -> Result<Vec<u8>, Error> {
    // File positions are exact in a double up to 2^53.
    let piece = file.slice_with_f64_and_f64(from as f64, to as f64)?;
    Ok(Uint8Array::new(&asked(&piece, "arrayBuffer", &[]).await?).to_vec())
}
