//! Archives of the browser's files.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsValue;
use web_sys::{Blob, File, FilePropertyBag, FileSystemFileHandle};

use super::{Entry, Layout, Modified, Piece, Saving, Slices, Target};
use crate::Error;

/// The MIME type of ZIP archives (APPNOTE; registered with IANA).
pub(crate) const ZIP_MIME: &str = "application/zip";

/// A file, and how it is called in an archive.
#[derive(Debug)]
pub(crate) struct Packed {
    entry: Entry,
    blob: Blob,
}

impl Packed {
    pub(crate) fn new(name: &str, blob: Blob, modified_ms: u64) -> Self {
        // Sizes are exact in a double up to 2^53.
        let entry = Entry { name: name.into(), bytes: blob.size() as u64, modified: modified(modified_ms) };
        Self { entry, blob }
    }

    pub(crate) fn name(&self) -> &str {
        &self.entry.name
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.entry.bytes
    }

    /// Copies the file as it is.
    pub(crate) async fn copy_to(&self, target: &mut Target, saving: &mut Saving) -> Result<(), Error> {
        let mut slices = Slices::new(&self.blob)?;
        while let Some(bytes) = slices.next().await? {
            saving.check()?;
            target.append(&bytes).await?;
            saving.done(u64::from(bytes.length()));
        }
        Ok(())
    }
}

/// An archive as one file of the browser's: headers from memory, and between them the files where they lie. They are
/// read once, for their checksums; nothing is copied.
pub(crate) async fn as_file(files: &[Packed], name: &str, saving: &mut Saving) -> Result<File, Error> {
    let mut layout = Layout::new();
    let mut places = Vec::new();
    for file in files {
        places.push(layout.begin(&file.entry)?);
        pass(&mut layout, file, None, saving).await?;
    }
    let parts = Array::new();
    let mut waiting = files.iter().zip(places).peekable();
    for piece in layout.finish()? {
        // A file that has nothing in it has no place of its own.
        while let Some((file, _)) = waiting.next_if(|(_, place)| *place <= piece.at) {
            parts.push(&file.blob);
        }
        parts.push(&Uint8Array::from(piece.bytes.as_slice()));
    }
    let options = FilePropertyBag::new();
    options.set_type(ZIP_MIME);
    File::new_with_blob_sequence_and_options(&parts, name, &options).map_err(Error::from)
}

/// Writes an archive to a file of the user's choice, in one pass over the files. It appears whole, or not at all.
pub(crate) async fn write_to(
    files: &[Packed],
    handle: &FileSystemFileHandle,
    saving: &mut Saving,
) -> Result<(), Error> {
    let mut target = Target::open(handle).await?;
    let written = write(files, &mut target, saving).await;
    target.end(written).await
}

async fn write(files: &[Packed], target: &mut Target, saving: &mut Saving) -> Result<(), Error> {
    let mut layout = Layout::new();
    for file in files {
        let place = layout.begin(&file.entry)?;
        pass(&mut layout, file, Some((target, place)), saving).await?;
    }
    // Headers need the checksums: they come last.
    for Piece { at, bytes } in layout.finish()? {
        saving.check()?;
        target.write_at(at, &Uint8Array::from(bytes.as_slice())).await?;
    }
    Ok(())
}

/// Reads a file once; on the way it is written to its place.
async fn pass(
    layout: &mut Layout,
    file: &Packed,
    mut to: Option<(&mut Target, u64)>,
    saving: &mut Saving,
) -> Result<(), Error> {
    let mut slices = Slices::new(&file.blob)?;
    let mut held = Vec::new();
    while let Some(bytes) = slices.next().await? {
        saving.check()?;
        let length = bytes.length();
        held.resize(length as usize, 0);
        bytes.copy_to(&mut held);
        layout.pass(&held)?;
        if let Some((target, at)) = &mut to {
            target.write_at(*at, &bytes).await?;
            *at += u64::from(length);
        }
        saving.done(u64::from(length));
    }
    Ok(())
}

/// A moment by this computer's clock and time zone.
fn modified(unix_ms: u64) -> Modified {
    let date = js_sys::Date::new(&JsValue::from_f64(unix_ms as f64));
    let small = |number: u32| u8::try_from(number).unwrap_or(0);
    Modified {
        unix_ms,
        local: (
            u16::try_from(date.get_full_year()).unwrap_or(0),
            small(date.get_month() + 1),
            small(date.get_date()),
            small(date.get_hours()),
            small(date.get_minutes()),
            small(date.get_seconds()),
        ),
    }
}
