//! Recordings in one archive, each with its chat and its consent log.

use std::rc::Rc;

use hostreel_app::i18n::{Language, Texts};
use hostreel_app::state::format;
use hostreel_app::state::together::{self, TextFile};
use hostreel_recorder::library::save_zip;
use hostreel_recorder::{Error, MANIFEST_FILE, SaveOptions, Saved};
use yew::prelude::*;

use super::recording_actions::{shared_title, shown_title};
use crate::browser::wall_clock;
use crate::hooks::keeping::with_closed_logs;
use crate::hooks::library::Kept;

/// Saves recordings as one archive, with all that is known of them, and tells how far it is, in percent.
pub(crate) async fn save_together(
    kept: &[Kept],
    name: &str,
    language: Language,
    saving: &UseStateSetter<Option<u64>>,
) -> Result<Saved, Error> {
    let texts = language.texts();
    let kept = with_closed_logs(kept).await;
    let names = names(&kept, texts);
    let files: Vec<_> =
        kept.iter().zip(&names).map(|(kept, name)| (kept.recording.clone(), name.clone())).collect();
    let mut beside = manifests(&kept, &names);
    beside.extend(chats(&kept, &names, texts));
    for (kept, name) in kept.iter().zip(&names) {
        if let Some(log) = &kept.notes.consent {
            beside.extend(together::log_files(name, &shown_title(&kept.recording, texts), log, language));
        }
    }
    let progress = saving.clone();
    let options = SaveOptions {
        on_progress: Some(Rc::new(move |far| {
            progress.set(Some(far.done_bytes * 100 / far.total_bytes.max(1)));
        })),
        ..SaveOptions::default()
    };
    save_zip(&files, &beside, name, &options).await
}

/// What each is called, without extension.
fn names(kept: &[Kept], texts: &Texts) -> Vec<String> {
    let group = kept.first().and_then(|kept| kept.recording.group.as_ref());
    let alone = group.is_some() && kept.iter().all(|kept| kept.recording.group.as_ref() == group);
    // In the archive of one meeting files are called by their people, else by the meeting, too.
    together::distinct(kept.iter().map(|kept| match &kept.notes.file {
        Some(file) if alone => in_files(kept, &together::entry_name(file, None)),
        Some(file) => in_files(kept, &together::entry_name(file, Some(&dated(kept, texts)))),
        None => in_files(kept, &dated(kept, texts)),
    }))
}

/// A name as it stands in a file system, without extension.
fn in_files(kept: &Kept, name: &str) -> String {
    let file = kept.recording.file_name(name);
    file.rsplit_once('.').map_or_else(|| file.clone(), |(name, _)| name.to_owned())
}

fn dated(kept: &Kept, texts: &Texts) -> String {
    format::saved_name(&shared_title(kept, texts), wall_clock(kept.recording.started_at_ms))
}

/// How files that were made together line up.
fn manifests(kept: &[Kept], names: &[String]) -> Vec<TextFile> {
    let called = |of: &Option<String>, file: &str| {
        let mut named = kept.iter().zip(names);
        let (kept, name) = named
            .find(|(kept, _)| kept.recording.group == *of && kept.notes.file.as_deref() == Some(file))?;
        Some(kept.recording.file_name(name))
    };
    let manifests = kept.iter().filter_map(|kept| {
        let manifest = kept.notes.manifest.as_ref()?;
        Some(together::manifest_with(manifest, |file| called(&kept.recording.group, file)))
    });
    let numbered = manifests.enumerate().map(|(index, text)| {
        let name = MANIFEST_FILE.to_owned();
        (if index == 0 { name } else { format!("{}-{name}", index + 1) }, text)
    });
    numbered.collect()
}

/// The chats: of files that were made together one, that of the one that heard it longest.
fn chats(kept: &[Kept], names: &[String], texts: &Texts) -> Vec<TextFile> {
    let mut told = Vec::new();
    let mut files = Vec::new();
    for (one, name) in kept.iter().zip(names) {
        let group = one.recording.group.as_ref();
        if group.is_some() && told.contains(&group) {
            continue;
        }
        told.push(group);
        let same = |other: &&Kept| group.is_some() && other.recording.group.as_ref() == group;
        let together: Vec<&Kept> = kept.iter().filter(same).collect();
        let longest = together.iter().copied().max_by_key(|kept| kept.notes.chat.len()).unwrap_or(one);
        let length_ms = together.iter().map(|kept| kept.recording.duration_ms).max();
        let length_ms = length_ms.unwrap_or(one.recording.duration_ms);
        let name = if together.len() > 1 { in_files(one, &dated(one, texts)) } else { name.clone() };
        files.extend(together::chat_files(&name, &longest.notes.chat, length_ms, texts));
    }
    files
}
