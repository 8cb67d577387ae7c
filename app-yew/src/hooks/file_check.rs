//! Whether a file is the one that a consent log was closed with.

use std::cell::Cell;
use std::rc::Rc;

use hostreel_recorder::Recording;
use wasm_bindgen_futures::spawn_local;
use web_sys::File;
use yew::prelude::*;

use super::file_digest::file_digest;

/// Where the file is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Given {
    /// Somebody chose it.
    Chosen(File),
    /// This browser keeps it.
    Kept(Recording),
}

impl Given {
    async fn file(&self) -> Option<File> {
        match self {
            Self::Chosen(file) => Some(file.clone()),
            Self::Kept(recording) => recording.file().await.ok(),
        }
    }
}

/// What is known of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Checked {
    /// It is being read, so far in percent.
    Reading(u64),
    Same,
    /// It is another one, or can't be read.
    Differs,
}

/// Reads the file, once there is one and something to compare it with: its SHA-256 and its length in bytes. Nothing
/// until then.
#[hook]
pub(crate) fn use_file_check(sealed: Option<(String, u64)>, given: Option<Given>) -> Option<Checked> {
    let checked = use_state_eq(|| None);
    let known = checked.setter();
    use_effect_with((sealed, given), move |(sealed, given)| {
        // Another file may be chosen while one is read.
        let wanted = Rc::new(Cell::new(true));
        let reads = Rc::clone(&wanted);
        let known = move |now| {
            if reads.get() {
                known.set(now);
            }
        };
        match sealed.clone().zip(given.clone()) {
            None => known(None),
            Some(((sha256, bytes), given)) => {
                known(Some(Checked::Reading(0)));
                spawn_local(async move {
                    // Where the length differs there is nothing to read.
                    let same = match given.file().await.filter(|file| file.size() == bytes as f64) {
                        Some(file) => {
                            let progress = |percent| known(Some(Checked::Reading(percent)));
                            file_digest(&file, progress).await.as_ref() == Some(&sha256)
                        }
                        None => false,
                    };
                    known(Some(if same { Checked::Same } else { Checked::Differs }));
                });
            }
        }
        move || wanted.set(false)
    });
    *checked
}
