//! Saving an archive where the user wants it.

use std::future::Future;

use js_sys::Function;
use wasm_bindgen::JsCast;

use super::{Packed, SaveOptions, Saving, ZIP_MIME, as_file, write_to};
use crate::browser::{member, window};
use crate::error::name_and_message;
use crate::save::{download, pick};
use crate::{Error, Saved};
use hostreel_recording::file_name;

/// Asks where to (a file dialog, or the usual folder for downloads), and then for the files.
pub(crate) async fn save(
    files: impl Future<Output = Result<Vec<Packed>, Error>>,
    name: &str,
    options: &SaveOptions,
) -> Result<Saved, Error> {
    let name = [&file_name(name, "recording"), ".zip"].concat();
    let picker = member(&window()?.into(), "showSaveFilePicker").dyn_into::<Function>();
    let picked = match picker {
        Ok(picker) => match pick(&picker, &name, ZIP_MIME, "zip").await {
            Ok(handle) => Some(handle),
            Err(thrown) if name_and_message(&thrown).0 == "AbortError" => return Ok(Saved::Cancelled),
            // No user gesture any more, or a frame that may not: a download is always allowed.
            Err(_) => None,
        },
        Err(_) => None,
    };
    let saved = async {
        let files = files.await?;
        let mut saving = Saving::new(options, files.iter().map(Packed::bytes).sum());
        match picked {
            Some(handle) => write_to(&files, &handle, &mut saving).await.map(|()| Saved::Saved),
            None => download(&as_file(&files, &name, &mut saving).await?, &name),
        }
    };
    match saved.await {
        Err(Error::Cancelled) => Ok(Saved::Cancelled),
        saved => saved,
    }
}
