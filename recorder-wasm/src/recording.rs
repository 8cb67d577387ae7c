//! A recording that has been made.

use hostreel_recording::{Chapter, Report, Sidecar, file_name};
use js_sys::Array;
use wasm_bindgen::JsCast;
#[cfg(feature = "library")]
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, FileSystemFileHandle, Url};

use crate::browser::{asked, member, object};
#[cfg(feature = "library")]
use crate::sidecar::from_json;
use crate::sidecar::to_json;
use crate::store::{
    disk_file, forget, media_name, memory_file, notes_name, put_text, remember_sidecar, remove_files,
    sidecar_name,
};
use crate::{Error, Saved, save};

/// A recording kept by this browser (on its disk, or in memory where it has no storage).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recording {
    /// Unique in this browser.
    pub id: String,
    /// What the user calls it. May be empty.
    pub title: String,
    /// MIME type, by what is in the file.
    pub mime: String,
    /// Codecs as in a MIME type's `codecs` parameter (RFC 6381), by what is in the file. Empty where they are not known.
    pub codecs: String,
    /// File name extension without the dot, by what is in the file.
    pub extension: String,
    /// Length of the file, in bytes.
    pub bytes: u64,
    /// Recorded time, in milliseconds.
    pub duration_ms: u64,
    /// When it began, in milliseconds since 1970 (UTC).
    pub started_at_ms: u64,
    /// Whether it has a picture.
    pub has_video: bool,
    /// It came to its end. Otherwise it was interrupted; what there is plays all the same.
    pub finished: bool,
    /// It is kept in memory only: it is lost when the page is closed, unless it is saved.
    pub in_memory: bool,
    /// The first thing in the browser's data that was not as it should be, for developers. All data is in the file.
    pub problem: Option<String>,
    /// Which part it is of a recording that was split while it went on, from 1.
    pub part: Option<u32>,
    /// What it has in common with others that were made together.
    pub group: Option<String>,
    /// Its own check of the file, made when it ended.
    pub report: Option<Report>,
    /// What was marked, in order of time, as it is in the file. Empty for recordings of versions that did not note it.
    pub chapters: Vec<Chapter>,
    /// The file that the user chose before the start, and that now is the recording: nothing else is kept.
    pub picked: Option<FileSystemFileHandle>,
}

impl Recording {
    pub(crate) fn from_sidecar(sidecar: Sidecar, bytes: u64, in_memory: bool) -> Self {
        Self {
            id: sidecar.id,
            title: sidecar.title,
            mime: sidecar.mime,
            codecs: sidecar.codecs,
            extension: sidecar.extension,
            bytes,
            duration_ms: sidecar.duration_ms,
            started_at_ms: sidecar.started_at_ms,
            has_video: sidecar.has_video,
            finished: sidecar.finished,
            in_memory,
            problem: sidecar.problem,
            part: sidecar.part,
            group: sidecar.group,
            report: sidecar.report,
            chapters: sidecar.chapters,
            picked: None,
        }
    }

    pub(crate) fn sidecar(&self) -> Sidecar {
        // By a clone of the whole: there is one function for that anyway.
        let own = self.clone();
        Sidecar {
            id: own.id,
            title: own.title,
            mime: own.mime,
            codecs: own.codecs,
            extension: own.extension,
            has_video: own.has_video,
            started_at_ms: own.started_at_ms,
            duration_ms: own.duration_ms,
            bytes: own.bytes,
            finished: own.finished,
            problem: own.problem,
            part: own.part,
            group: own.group,
            report: own.report,
            chapters: own.chapters,
        }
    }

    /// The file, named and typed truly. It is backed by the disk: nothing is read into memory.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it was deleted meanwhile.
    pub async fn file(&self) -> Result<File, Error> {
        let file: File = if let Some(picked) = &self.picked {
            asked(picked, "getFile", &[]).await.map_err(|_| Error::NotFound)?.unchecked_into()
        } else if self.in_memory {
            memory_file(&self.id).ok_or(Error::NotFound)?
        } else {
            disk_file(&media_name(&self.id)).await?
        };
        let options =
            object(&[("type", (&self.mime).into()), ("lastModified", (self.started_at_ms as f64).into())])?;
        let name = self.file_name(&self.title);
        File::new_with_blob_sequence_and_options(&Array::of1(&file), &name, options.unchecked_ref())
            .map_err(Error::from)
    }

    /// An address to play it from, for as long as the guard lives.
    ///
    /// # Errors
    /// As [`Recording::file`].
    pub async fn object_url(&self) -> Result<ObjectUrl, Error> {
        ObjectUrl::new(&self.file().await?)
    }

    /// Saves it where the user wants: a file dialog where the browser has one, else a download. `name` is without
    /// extension; the right one is added.
    ///
    /// # Errors
    /// As [`Recording::file`]; [`Error::StorageFull`] and [`Error::WriteFailed`] when it can't be written to that place:
    /// the recording itself is as it was.
    pub async fn save(&self, name: &str) -> Result<Saved, Error> {
        let file = self.file().await?;
        save::save(&file, &self.file_name(name), &self.mime, &self.extension).await
    }

    /// Deletes the file for good.
    ///
    /// # Errors
    /// [`Error::WriteFailed`] when the browser won't, for instance because it is still being written;
    /// [`Error::Unsupported`] where it can't delete a file that the user chose.
    pub async fn delete(self) -> Result<(), Error> {
        if let Some(picked) = &self.picked {
            if member(picked, "remove").is_undefined() {
                return Err(Error::Unsupported);
            }
            return asked(picked, "remove", &[]).await.map(drop).map_err(Error::from);
        }
        if forget(&self.id) {
            return Ok(());
        }
        remove_files(&[media_name(&self.id), sidecar_name(&self.id), notes_name(&self.id)]).await.map(drop)
    }

    /// Gives it another title. What else has become of it meanwhile, for instance in another tab, stays and is here
    /// afterwards.
    ///
    /// # Errors
    /// As [`Recording::delete`]; [`Error::NotFound`] when it was deleted meanwhile.
    pub async fn rename(&mut self, title: &str) -> Result<(), Error> {
        let title = title.trim().to_owned();
        if self.picked.is_some() {
            self.title = title;
            return Ok(());
        }
        if self.in_memory {
            memory_file(&self.id).ok_or(Error::NotFound)?;
            self.title = title;
            remember_sidecar(&self.sidecar());
            return Ok(());
        }
        let bytes = disk_file(&media_name(&self.id)).await?.size() as u64;
        if let Some(present) = present_facts(&self.id).await {
            *self = Self::from_sidecar(present, bytes, false);
        }
        self.title = title;
        put_text(&sidecar_name(&self.id), &to_json(&self.sidecar())).await.map(drop)
    }

    /// What a file of it is called that should be called `name`: what no system takes is left out, and its extension
    /// is added.
    #[must_use]
    pub fn file_name(&self, name: &str) -> String {
        [&file_name(name, "recording"), ".", &self.extension].concat()
    }
}

/// What the facts beside a recording say now; nothing where they were lost.
#[cfg(feature = "library")]
async fn present_facts(id: &str) -> Option<Sidecar> {
    let facts = disk_file(&sidecar_name(id)).await.ok()?;
    from_json(&JsFuture::from(facts.text()).await.ok()?.as_string()?)
}

/// This build lists no recordings: it knows only its own, and has written their facts last.
#[cfg(not(feature = "library"))]
async fn present_facts(_: &str) -> Option<Sidecar> {
    None
}

/// An address of a file within this page; it is given back when this is dropped.
#[must_use = "the address ends with this guard"]
#[derive(Debug)]
pub struct ObjectUrl(String);

impl ObjectUrl {
    pub(crate) fn new(file: &File) -> Result<Self, Error> {
        Ok(Self(Url::create_object_url_with_blob(file)?))
    }

    /// The `blob:` address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Drop for ObjectUrl {
    fn drop(&mut self) {
        // An address that is gone already needs no giving back.
        let _ = Url::revoke_object_url(&self.0);
    }
}
