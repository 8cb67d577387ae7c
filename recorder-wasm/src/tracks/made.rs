//! What was made of several participants.

use hostreel_recording::{MANIFEST_FILE, Manifest, file_name};
use js_sys::{Array, Function};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, File, FileSystemDirectoryHandle, FileSystemFileHandle};

use crate::browser::{member, object, window};
use crate::error::name_and_message;
use crate::zip::{Packed, SaveOptions, Saving, Target, as_file, save, write_to};
use crate::{Error, Recording, Saved};

/// One participant's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackFile {
    /// The file.
    pub recording: Recording,
    /// [`super::TrackSource::id`].
    pub id: String,
    /// [`super::TrackSource::name`].
    pub name: String,
    /// Where it begins on the recording's clock, in milliseconds.
    pub offset_ms: u64,
}

/// The files of all participants, and how they belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TracksRecording {
    /// In the order in which they began; who left and came back has several.
    pub files: Vec<TrackFile>,
    /// The same files in the same order, as saved beside them ([`MANIFEST_FILE`]).
    pub manifest: Manifest,
}

impl TracksRecording {
    /// The manifest as JSON text.
    #[must_use]
    pub fn manifest_json(&self) -> String {
        // Texts, numbers and booleans always serialize.
        serde_json::to_string_pretty(&self.manifest).unwrap_or_default()
    }

    /// All files and the manifest as one ZIP archive, without a compression that media would not gain from. It is made
    /// of the files as they lie on the disk: they are read once, for their checksums, and nothing is copied. It is
    /// readable for as long as they are there. `stream()` of it gives its bytes.
    ///
    /// # Errors
    /// [`Error::NotFound`] when a file was deleted meanwhile; [`Error::Cancelled`].
    pub async fn zip(&self, options: &SaveOptions) -> Result<File, Error> {
        let files = self.packed().await?;
        let mut saving = Saving::new(options, total(&files));
        as_file(&files, &self.zip_name(&self.manifest.title), &mut saving).await
    }

    /// Saves the archive where the user wants: a file dialog where the browser has one (call it from a click), else a
    /// download. `name` is without extension.
    ///
    /// # Errors
    /// As [`TracksRecording::zip`]; [`Error::StorageFull`] and [`Error::WriteFailed`] when it can't be written to that
    /// place: nothing is left of it there, and the recordings are as they were. One that is cancelled gives
    /// [`Saved::Cancelled`].
    pub async fn save_zip(&self, name: &str, options: &SaveOptions) -> Result<Saved, Error> {
        save(self.packed(), &file_name(name, &self.fallback_name()), options).await
    }

    /// Writes the archive to a file that the user has chosen. It appears whole, or not at all.
    ///
    /// # Errors
    /// As [`TracksRecording::save_zip`]; [`Error::Cancelled`].
    pub async fn save_zip_to(
        &self,
        handle: &FileSystemFileHandle,
        options: &SaveOptions,
    ) -> Result<(), Error> {
        let files = self.packed().await?;
        let mut saving = Saving::new(options, total(&files));
        write_to(&files, handle, &mut saving).await
    }

    /// Asks the user for a folder (call it from a click); nothing when the dialog was closed.
    ///
    /// # Errors
    /// [`Error::Unsupported`] where the browser can't write to folders (Firefox, Safari): save the archive.
    pub async fn pick_folder() -> Result<Option<FileSystemDirectoryHandle>, Error> {
        let picker: Function =
            member(&window()?.into(), "showDirectoryPicker").dyn_into().map_err(|_| Error::Unsupported)?;
        let options = object(&[("mode", "readwrite".into())])?;
        let promise: js_sys::Promise = picker.call1(&JsValue::UNDEFINED, &options)?.dyn_into()?;
        match JsFuture::from(promise).await {
            Ok(handle) => Ok(Some(handle.unchecked_into())),
            Err(thrown) if name_and_message(&thrown).0 == "AbortError" => Ok(None),
            Err(thrown) => Err(thrown.into()),
        }
    }

    /// Writes all files and the manifest into a new folder within the one that the user has chosen: nothing that is
    /// there is touched. `name` is what the new folder should be called; what it is called is given back.
    ///
    /// # Errors
    /// As [`TracksRecording::save_zip`]; [`Error::Cancelled`]. The new folder goes again then.
    pub async fn save_to_folder(
        &self,
        folder: &FileSystemDirectoryHandle,
        name: &str,
        options: &SaveOptions,
    ) -> Result<String, Error> {
        let files = self.packed().await?;
        let mut saving = Saving::new(options, total(&files));
        let (own, own_name) = new_folder(folder, &file_name(name, &self.fallback_name())).await?;
        if let Err(error) = fill(&own, &files, &mut saving).await {
            let removed = object(&[("recursive", true.into())]).and_then(|recursive| {
                let remove: Function = member(folder, "removeEntry").dyn_into()?;
                Ok(remove
                    .call2(folder, &own_name.as_str().into(), &recursive)?
                    .dyn_into::<js_sys::Promise>()?)
            });
            if let Ok(removed) = removed {
                // What can't be removed stays; what failed is more worth telling.
                let _ = JsFuture::from(removed).await;
            }
            return Err(error);
        }
        Ok(own_name)
    }

    /// Deletes all files for good.
    ///
    /// # Errors
    /// The first of [`Recording::delete`]; the other files are deleted all the same.
    pub async fn delete(self) -> Result<(), Error> {
        let mut deleted = Ok(());
        for file in self.files {
            deleted = deleted.and(file.recording.delete().await);
        }
        deleted
    }

    /// The manifest and all files, as they are called outside.
    async fn packed(&self) -> Result<Vec<Packed>, Error> {
        let ended_ms = self.manifest.started_at_ms + self.manifest.duration_ms;
        let options = BlobPropertyBag::new();
        options.set_type("application/json");
        let manifest =
            Blob::new_with_str_sequence_and_options(&Array::of1(&self.manifest_json().into()), &options)?;
        let mut packed = vec![Packed::new(MANIFEST_FILE, manifest, ended_ms)];
        for (file, listed) in self.files.iter().zip(&self.manifest.tracks) {
            packed.push(Packed::new(&listed.file, file.recording.file().await?.into(), ended_ms));
        }
        Ok(packed)
    }

    fn fallback_name(&self) -> String {
        file_name(&self.manifest.title, "recording")
    }

    fn zip_name(&self, name: &str) -> String {
        format!("{}.zip", file_name(name, &self.fallback_name()))
    }
}

fn total(files: &[Packed]) -> u64 {
    files.iter().map(Packed::bytes).sum()
}

/// Writes files into an empty folder.
async fn fill(
    folder: &FileSystemDirectoryHandle,
    files: &[Packed],
    saving: &mut Saving,
) -> Result<(), Error> {
    for file in files {
        let handle =
            entry(folder, "getFileHandle", file.name(), true).await.map_err(|thrown| refused(&thrown))?;
        let mut target = Target::open(&handle.unchecked_into()).await?;
        let copied = file.copy_to(&mut target, saving).await;
        target.end(copied).await?;
    }
    Ok(())
}

/// Makes a folder that is not there yet: `wanted`, or `wanted 2` and so on.
async fn new_folder(
    within: &FileSystemDirectoryHandle,
    wanted: &str,
) -> Result<(FileSystemDirectoryHandle, String), Error> {
    let mut number = 1_u32;
    loop {
        let name = if number == 1 { wanted.to_owned() } else { format!("{wanted} {number}") };
        match entry(within, "getDirectoryHandle", &name, false).await {
            Err(thrown) if name_and_message(&thrown).0 == "NotFoundError" => {
                let made = entry(within, "getDirectoryHandle", &name, true).await;
                return Ok((made.map_err(|thrown| refused(&thrown))?.unchecked_into(), name));
            }
            // A file of that name is there, or a folder.
            Ok(_) => number += 1,
            Err(thrown) if name_and_message(&thrown).0 == "TypeMismatchError" => number += 1,
            Err(thrown) => return Err(refused(&thrown)),
        }
    }
}

async fn entry(
    folder: &FileSystemDirectoryHandle,
    method: &str,
    name: &str,
    create: bool,
) -> Result<JsValue, JsValue> {
    let options = object(&[("create", create.into())]).map_err(|error| JsValue::from(error.to_string()))?;
    let get: Function = member(folder, method).dyn_into()?;
    let promise: js_sys::Promise = get.call2(folder, &name.into(), &options)?.dyn_into()?;
    JsFuture::from(promise).await
}

fn refused(thrown: &JsValue) -> Error {
    let (name, message) = name_and_message(thrown);
    Error::from_target(&name, &message)
}
