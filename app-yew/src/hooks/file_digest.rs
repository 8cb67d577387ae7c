//! The digest of a file, read piece by piece.

use hostreel_consent::FileDigest;
use js_sys::Uint8Array;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

/// Read at once, in bytes.
const PIECE: f64 = 4_194_304.0;

/// SHA-256 of the file, in hexadecimal; nothing when it can't be read. `progress` gets how far it is, in percent.
pub(crate) async fn file_digest(file: &Blob, progress: impl Fn(u64)) -> Option<String> {
    let (mut digest, size, mut from) = (FileDigest::default(), file.size(), 0.0);
    while from < size {
        let to = (from + PIECE).min(size);
        let piece = file.slice_with_f64_and_f64(from, to).ok()?;
        let bytes = JsFuture::from(piece.array_buffer()).await.ok()?;
        digest.update(&Uint8Array::new(&bytes).to_vec());
        from = to;
        // A float to integer cast saturates.
        progress((to / size * 100.0) as u64);
    }
    Some(digest.finish())
}
