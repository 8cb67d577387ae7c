//! Recordings that were interrupted are completed.

use std::time::Duration;

use seekable::{Metadata, Options, Resumed};
use web_sys::File;

use super::disk::described;
use crate::browser::Lock;
use crate::recorder::{codecs, lock_name, media_type};
use crate::sidecar::to_json;
use crate::store::{
    HEAD_BYTES, disk_file, list_files, media_name, put_text, repair_file, sidecar_name, slice,
};
use crate::{Error, Recording};

/// As much of a file as is read at once, in bytes.
const PIECE_BYTES: u64 = 1 << 20;

/// Completes an interrupted recording where it lies: cuts off what was half written, states its length and completes
/// its index. What was written until the last second is in it. The file is read once; a few kilobytes are written. One
/// that is complete is given as it is.
///
/// # Errors
/// [`Error::NotFound`] when there is no such recording, or not a single picture or sound in it;
/// [`Error::WriteFailed`] when it can't be written: it is as it was.
pub async fn recover(id: &str) -> Result<Recording, Error> {
    // Another tab may be at it: then this waits, and finds it done.
    let lock = Lock::hold(&lock_name(id), Box::new(|| ())).await?;
    let recovered = repaired(id).await;
    lock.release().await;
    recovered
}

async fn repaired(id: &str) -> Result<Recording, Error> {
    let files = list_files().await?;
    let media = files.iter().find(|file| file.name == media_name(id)).ok_or(Error::NotFound)?;
    let mut recording = described(&files, id, media.bytes).await.ok_or(Error::NotFound)?;
    if recording.finished {
        return Ok(recording);
    }
    let file = disk_file(&media_name(id)).await?;
    // Other containers only pass through: there is nothing to complete.
    if let Some(mut resumed) = resume(&file).await? {
        if !recording.chapters.is_empty() {
            // There was no room for all of them in its head, maybe. What else was said is there.
            let chapters = recording.chapters.iter().map(chapter).collect();
            resumed.set_metadata(&Metadata { chapters, ..Metadata::default() });
        }
        let repair = read_on(&file, resumed).await?.finish();
        if repair.summary.duration.is_none() {
            return Err(Error::NotFound);
        }
        repair_file(&media_name(id), repair.truncate_to, repair.edits).await?;
        recording.bytes = repair.summary.output_length;
        recording.duration_ms = repair.summary.duration.map_or(0, |duration| duration.as_millis() as u64);
        recording.codecs = codecs(&repair.summary);
        let media = media_type(repair.summary.container, repair.summary.has_video());
        (recording.mime, recording.extension) = (media.mime().into(), media.extension().into());
        recording.has_video = media.has_video();
    }
    recording.finished = true;
    put_text(&sidecar_name(id), &to_json(&recording.sidecar())).await?;
    Ok(recording)
}

fn chapter(noted: &hostreel_recording::Chapter) -> seekable::Chapter {
    seekable::Chapter { start: Duration::from_millis(noted.at_ms), title: noted.title.clone() }
}

/// Takes a file of ours up again; nothing when it is of a kind that only passes through.
async fn resume(file: &File) -> Result<Option<Resumed>, Error> {
    let length = file.size() as u64;
    let head = slice(file, 0, HEAD_BYTES).await?;
    match Resumed::new(&head, length, Options::default()) {
        Ok(resumed) => Ok(Some(resumed)),
        Err(seekable::Error::NotOurs) => Ok(None),
        // Cut off in its head: there is no media at all.
        Err(_) => Err(Error::NotFound),
    }
}

async fn read_on(file: &File, mut resumed: Resumed) -> Result<Resumed, Error> {
    let length = file.size() as u64;
    let mut at = resumed.offset();
    while at < length {
        let piece = slice(file, at, (at + PIECE_BYTES).min(length)).await?;
        if piece.is_empty() {
            break;
        }
        resumed.push(&piece);
        at += piece.len() as u64;
    }
    Ok(resumed)
}
