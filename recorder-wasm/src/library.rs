//! The recordings that this browser keeps.

use std::cmp::Reverse;
use std::collections::HashMap;

use hostreel_recording::Sidecar;
use js_sys::{Function, Promise, Uint8Array};
use seekable::{Container, Seekable};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{File, StorageEstimate};

use crate::browser::{held_locks, member, window};
use crate::recorder::{codecs, lock_name, media_type};
use crate::sidecar::from_json;
use crate::store::{MEDIA_SUFFIX, disk_file, list_files, media_name, remembered};
use crate::support::support;
use crate::{Error, Recording};

mod recover;

pub use recover::{discard, recover, unfinished};

/// As much of a file as is looked at to tell its type: more than the head with its reserved index.
const HEAD_BYTES: u64 = 131_072;

/// Space of this origin, in bytes, as the browser estimates it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimate {
    /// Used by this origin.
    pub used: u64,
    /// What it may use at most.
    pub quota: u64,
}

impl Estimate {
    /// What is left.
    #[must_use]
    pub fn free(&self) -> u64 {
        self.quota.saturating_sub(self.used)
    }
}

/// All recordings, newest first; those being recorded right now (in any tab) are left out. Files whose facts were
/// lost are listed as interrupted, with what their first bytes tell.
///
/// # Errors
/// [`Error::WorkerBlocked`] or [`Error::WriteFailed`] when the browser won't list them and there are none in memory.
pub async fn list() -> Result<Vec<Recording>, Error> {
    let mut found: Vec<Recording> = remembered()
        .into_iter()
        .filter_map(|(_, text, file)| {
            let sidecar = from_json(&text)?;
            Some(Recording::from_sidecar(sidecar, file?.size() as u64, true))
        })
        .collect();
    if support().opfs {
        match on_disk().await {
            Ok(recordings) => found.extend(recordings),
            Err(error) if found.is_empty() => return Err(error),
            Err(_) => {}
        }
    }
    found.sort_by_key(|recording| Reverse(recording.started_at_ms));
    Ok(found)
}

async fn on_disk() -> Result<Vec<Recording>, Error> {
    let files = list_files().await?;
    // After the listing: what is begun later is not in it.
    let busy = held_locks().await;
    let sidecars: HashMap<String, Sidecar> = files
        .iter()
        .filter_map(|file| from_json(file.text.as_deref()?))
        .map(|sidecar| (sidecar.id.clone(), sidecar))
        .collect();
    let mut found = Vec::new();
    for file in &files {
        let Some(id) = file.name.strip_suffix(MEDIA_SUFFIX) else { continue };
        if busy.contains(&lock_name(id)) || file.bytes == 0 {
            continue;
        }
        match sidecars.get(id) {
            Some(sidecar) => {
                let mut recording = Recording::from_sidecar(sidecar.clone(), file.bytes, false);
                if !recording.finished {
                    // The facts beside the file are renewed now and then; the file's own head is never behind.
                    let stated = head(id).await.and_then(|head| stated_duration_ms(&head));
                    recording.duration_ms = recording.duration_ms.max(stated.unwrap_or(0));
                }
                found.push(recording);
            }
            None => found.extend(guessed(id, file.bytes).await),
        }
    }
    Ok(found)
}

/// A recording whose facts were lost: its start is in its id, its type in its first bytes.
async fn guessed(id: &str, bytes: u64) -> Option<Recording> {
    let head = head(id).await?;
    let mut seekable = Seekable::default();
    seekable.push(&head).ok()?;
    let summary = seekable.summary();
    // MP4 and Ogg tell their tracks elsewhere: Ogg is sound, MP4 most likely has a picture.
    let video = summary.has_video() || summary.container == Container::Mp4;
    let media = media_type(summary.container, video);
    Some(Recording {
        id: id.to_owned(),
        title: String::new(),
        mime: media.mime().into(),
        codecs: codecs(&summary),
        extension: media.extension().into(),
        bytes,
        // What was read of the media itself is only its beginning.
        duration_ms: stated_duration_ms(&head)
            .or_else(|| Some(summary.duration?.as_millis() as u64))
            .unwrap_or(0),
        started_at_ms: id.split('-').next().and_then(|time| time.parse().ok()).unwrap_or(0),
        has_video: media.has_video(),
        finished: false,
        in_memory: false,
        problem: None,
        part: None,
        group: None,
        report: None,
        picked: None,
    })
}

/// Asks the browser not to clear the recordings when space is short. Firefox asks the user; others decide by
/// themselves. True when it won't.
pub async fn persist() -> bool {
    match asked("persist") {
        Some(answer) => JsFuture::from(answer).await.is_ok_and(|answer| answer.is_truthy()),
        None => false,
    }
}

/// The same where nobody is asked: only Chromium has `userAgentData`, and only there no question is put.
pub(crate) fn persist_silently() {
    let decides_itself =
        window().is_ok_and(|window| member(&window.navigator(), "userAgentData").is_object());
    if decides_itself {
        spawn_local(async {
            // It only makes a bad day less bad: the recording goes on either way.
            let _ = persist().await;
        });
    }
}

fn asked(method: &str) -> Option<Promise> {
    let storage = member(&window().ok()?.navigator(), "storage");
    let ask: Function = member(&storage, method).dyn_into().ok()?;
    ask.call0(&storage).ok()?.dyn_into().ok()
}

/// The first bytes of a recording's file.
async fn head(id: &str) -> Option<Vec<u8>> {
    slice(&disk_file(&media_name(id)).await.ok()?, 0, HEAD_BYTES).await.ok()
}

async fn slice(file: &File, from: u64, to: u64) -> Result<Vec<u8>, Error> {
    // File positions are exact in a double up to 2^53.
    let piece = file.slice_with_f64_and_f64(from as f64, to as f64)?;
    Ok(Uint8Array::new(&JsFuture::from(piece.array_buffer()).await?).to_vec())
}

// Element ids of EBML and Matroska (RFC 8794 §11.2, RFC 9559 §5.1).
const SEGMENT: u64 = 0x1853_8067;
const INFO: u64 = 0x1549_A966;
const TIMESTAMP_SCALE: u64 = 0x002A_D7B1;
const DURATION: u64 = 0x4489;
const CLUSTER: u64 = 0x1F43_B675;

/// What the head of a WebM file says its length is, in milliseconds: right up to the last checkpoint of a recording.
/// Nothing for other files and for what is no number of time.
fn stated_duration_ms(head: &[u8]) -> Option<u64> {
    let (mut rest, mut scale, mut duration) = (head, 1_000_000_u64, None);
    while let Some((id, after_id)) = variable_length(rest, true) {
        let (size, body) = variable_length(after_id, false)?;
        match id {
            // What is in these two comes next.
            SEGMENT | INFO => {
                rest = body;
                continue;
            }
            CLUSTER => break,
            _ => {}
        }
        let Some((content, after)) = usize::try_from(size).ok().and_then(|size| body.split_at_checked(size))
        else {
            break;
        };
        match id {
            TIMESTAMP_SCALE if content.len() <= 8 => {
                scale = content.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
            }
            DURATION => {
                duration = match content.len() {
                    4 => content.try_into().ok().map(f32::from_be_bytes).map(f64::from),
                    8 => content.try_into().ok().map(f64::from_be_bytes),
                    _ => None,
                };
            }
            _ => {}
        }
        rest = after;
    }
    // A float to integer cast saturates.
    duration
        .map(|ticks| ticks * scale as f64 / 1e6)
        .filter(|ms| ms.is_finite() && *ms >= 0.0)
        .map(|ms| ms as u64)
}

/// A number of one to eight bytes whose first one tells how many (RFC 8794 §4). Ids keep the mark of their length.
fn variable_length(bytes: &[u8], keep_mark: bool) -> Option<(u64, &[u8])> {
    let first = *bytes.first()?;
    let length = first.leading_zeros() as usize + 1;
    let (number, rest) = bytes.split_at_checked(length)?;
    let number = number.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    let mark = 1_u64.checked_shl(7 * u32::try_from(length).ok()?)?;
    Some((if keep_mark { number } else { number & (mark - 1) }, rest))
}

/// How much space this origin uses and may use; nothing when the browser does not say.
pub async fn estimate() -> Option<Estimate> {
    let promise = window().ok()?.navigator().storage().estimate().ok()?;
    let estimate: StorageEstimate = JsFuture::from(promise).await.ok()?.into();
    Some(Estimate { used: estimate.get_usage()? as u64, quota: estimate.get_quota()? as u64 })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The head that `seekable` writes, with a duration in ticks.
    fn head_with(duration: &[u8]) -> Vec<u8> {
        let mut info =
            vec![0x2A, 0xD7, 0xB1, 0x83, 0x0F, 0x42, 0x40, 0x44, 0x89, 0x80 | duration.len() as u8];
        info.extend(duration);
        let mut bytes = vec![0x1A, 0x45, 0xDF, 0xA3, 0x82, 0x42, 0x86];
        bytes.extend([0x18, 0x53, 0x80, 0x67, 0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]);
        bytes.extend([0xEC, 0x81, 0x00]);
        bytes.extend([0x15, 0x49, 0xA9, 0x66, 0x80 | info.len() as u8]);
        bytes.extend(info);
        bytes.extend([0x16, 0x54, 0xAE, 0x6B, 0x80, 0x1F, 0x43, 0xB6, 0x75, 0x84, 0xE7, 0x82]);
        bytes
    }

    #[test]
    fn the_head_tells_how_long_a_recording_is() {
        assert_eq!(stated_duration_ms(&head_with(&12_345.6_f64.to_be_bytes())), Some(12_345));
        assert_eq!(stated_duration_ms(&head_with(&2_500.0_f32.to_be_bytes())), Some(2_500));
    }

    #[test]
    fn what_is_no_length_is_none() {
        for bytes in [f64::NAN, f64::INFINITY, -1.0].map(f64::to_be_bytes) {
            assert_eq!(stated_duration_ms(&head_with(&bytes)), None);
        }
        assert_eq!(stated_duration_ms(&head_with(&[1, 2, 3])), None);
        assert_eq!(stated_duration_ms(b"\0\0\0\x18ftypmp42"), None);
        assert_eq!(stated_duration_ms(&[]), None);
    }

    #[test]
    fn a_cut_or_broken_head_ends_the_search() {
        let whole = head_with(&1_000.0_f64.to_be_bytes());
        for end in 0..whole.len() {
            let _ = stated_duration_ms(&whole[..end]);
        }
        for at in 0..whole.len() {
            for byte in [0, 1, 0x7F, 0x80, 0xFF] {
                let mut broken = whole.clone();
                broken[at] = byte;
                let _ = stated_duration_ms(&broken);
            }
        }
    }
}
