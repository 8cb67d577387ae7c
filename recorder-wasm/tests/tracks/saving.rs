//! All files together: an archive, a file of the user's choice, a folder.

use std::cell::RefCell;
use std::rc::Rc;

use hostreel_recorder::{Error, Manifest, SaveOptions, TracksEvent, TracksOptions};
use js_sys::Array;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{File, FileSystemDirectoryHandle};

use crate::stage::{folder, get, names_in, remove_folder, source, text_in};
use crate::support::{bytes, pick_file};
use crate::{options, record};

/// Files of an archive, each checked against its checksum by another library than the one that wrote it.
fn unzipped(archive: &[u8]) -> Vec<(String, Vec<u8>)> {
    let archive = rawzip::ZipArchive::from_slice(archive).unwrap();
    let mut entries = archive.entries();
    let mut found = Vec::new();
    while let Some(entry) = entries.next_entry().unwrap() {
        let content = archive.get_entry(entry.wayfinder()).unwrap();
        assert_eq!(rawzip::crc32(content.data()), entry.crc32());
        let name = String::from_utf8(entry.file_path().as_ref().to_vec()).unwrap();
        found.push((name, content.data().to_vec()));
    }
    found
}

#[wasm_bindgen_test]
async fn all_files_are_saved_together() {
    let people = vec![source("1", "민아", 440.0, "").await, source("2", "민아", 660.0, "#00c000").await];
    let (tracks, mut events) = record(people, TracksOptions { title: "주간 회의".into(), ..options() }).await;
    events
        .until(|event| matches!(event, TracksEvent::Progress { bytes, open: 2, .. } if *bytes > 100_000))
        .await;
    let made = tracks.stop().await.unwrap();

    let seen = Rc::new(RefCell::new(Vec::new()));
    let noted = Rc::clone(&seen);
    let watched = SaveOptions {
        on_progress: Some(Rc::new(move |progress| noted.borrow_mut().push(progress))),
        ..SaveOptions::default()
    };
    let zip = made.zip(&watched).await.unwrap();
    assert_eq!((zip.name().as_str(), zip.type_().as_str()), ("주간 회의.zip", "application/zip"));
    let last = *seen.borrow().last().unwrap();
    assert!(last.done_bytes == last.total_bytes && seen.borrow().len() >= 3, "{last:?}");
    let archive = bytes(&zip).await;
    let files = unzipped(&archive);
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["manifest.json", "민아.webm", "민아 2.webm"]);
    let manifest: Manifest = serde_json::from_slice(&files[0].1).unwrap();
    assert_eq!(manifest, made.manifest);
    for (file, (_, content)) in made.files.iter().zip(&files[1..]) {
        assert_eq!(*content, bytes(&file.recording.file().await.unwrap()).await);
    }

    // A file of the user's choice gets the same bytes, in one pass.
    let handle = pick_file("chosen.zip").await;
    made.save_zip_to(&handle, &SaveOptions::default()).await.unwrap();
    let written: File = get(handle.get_file()).await.unchecked_into();
    assert_eq!(bytes(&written).await, archive);

    // Cancelled: what was there stays.
    let controller = web_sys::AbortController::new().unwrap();
    let cancel = controller.clone();
    let cancelled = SaveOptions {
        on_progress: Some(Rc::new(move |_| cancel.abort())),
        signal: Some(controller.signal()),
    };
    assert_eq!(made.save_zip_to(&handle, &cancelled).await, Err(Error::Cancelled));
    assert_eq!(made.zip(&cancelled).await.unwrap_err(), Error::Cancelled);
    let kept: File = get(handle.get_file()).await.unchecked_into();
    assert_eq!(kept.size(), archive.len() as f64);

    // Into a folder: what is there is not touched.
    let place: FileSystemDirectoryHandle = get(folder("place")).await.unchecked_into();
    for expected in ["주간 회의", "주간 회의 2"] {
        let name = made.save_to_folder(&place, "", &SaveOptions::default()).await.unwrap();
        assert_eq!(name, expected);
    }
    let controller = web_sys::AbortController::new().unwrap();
    controller.abort();
    let cancelled = SaveOptions { signal: Some(controller.signal()), ..SaveOptions::default() };
    assert_eq!(made.save_to_folder(&place, "a/b", &cancelled).await, Err(Error::Cancelled));
    let inside: Vec<String> =
        Array::from(&get(names_in(&place)).await).iter().filter_map(|name| name.as_string()).collect();
    assert_eq!(inside, ["주간 회의", "주간 회의 2"]);
    let text = get(text_in(&place, "주간 회의 2", "manifest.json")).await.as_string().unwrap();
    assert_eq!(text, made.manifest_json());
    get(remove_folder("place")).await;

    // A file that is gone is said, not left out.
    made.files[1].recording.clone().delete().await.unwrap();
    assert_eq!(made.zip(&SaveOptions::default()).await.unwrap_err(), Error::NotFound);
    made.files[0].recording.clone().delete().await.unwrap();
}
