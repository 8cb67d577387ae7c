//! What breaks in the middle of a recording: each has its code, and what was recorded until then is kept and plays.
#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that can not go on has failed")]

#[path = "../support/mod.rs"]
mod support;
mod trouble;

use hostreel_recorder::{
    ContainerChoice, Error, Options, Recorder, RecorderEvent, Recording, Warning, devices, library,
};
use support::{Events, bytes, pick_file, picture_and_tone, plays, tone};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::MediaStream;

wasm_bindgen_test_configure!(run_in_browser);

fn quick() -> Options {
    trouble::limit_disk();
    support::short()
}

/// Records until so much is on the disk.
async fn recorded(options: Options, least_bytes: u64) -> (support::Source, Recorder, Events) {
    let source = picture_and_tone(440.0);
    let (recorder, mut events) = Events::record(&source.stream, options).await;
    events
        .until(|event| matches!(event, RecorderEvent::Progress { bytes, .. } if *bytes >= least_bytes))
        .await;
    (source, recorder, events)
}

async fn listed(id: &str) -> Option<Recording> {
    library::list().await.unwrap().into_iter().find(|one| one.id == id)
}

/// It is as long as it says, by the browser's own player.
async fn plays_as_told(recording: &Recording) {
    let file = recording.file().await.unwrap();
    assert_eq!(file.size() as u64, recording.bytes);
    let (played, told) = (plays(&file).await, recording.duration_ms as f64 / 1_000.0);
    assert!((played - told).abs() < 0.1, "{played} s, told: {told} s");
}

/// Where the Segment of a WebM of ours ends, as its size says.
fn segment_end(file: &[u8]) -> usize {
    let at = file.windows(4).position(|id| id == [0x18, 0x53, 0x80, 0x67]).unwrap() + 4;
    let size: [u8; 8] = file[at..at + 8].try_into().unwrap();
    at + 8 + (u64::from_be_bytes(size) & ((1 << 56) - 1)) as usize
}

#[wasm_bindgen_test]
async fn a_disk_that_gets_full_ends_it_and_what_was_written_is_whole() {
    for container in [ContainerChoice::WebM, ContainerChoice::Mp4] {
        let (_source, recorder, mut events) =
            recorded(Options { container, title: "Weekly".into(), ..quick() }, 100_000).await;
        let full = trouble::full_in(30_000).await;
        let told = events.until(|event| matches!(event, RecorderEvent::Failed { .. })).await;
        let RecorderEvent::Failed { error, kept } = told else { panic!("{told:?}") };
        assert_eq!(error, Error::StorageFull);
        assert_eq!(recorder.stop().await, Err(Error::StorageFull));
        let kept = kept.unwrap();
        assert!(!kept.finished && kept.bytes >= 100_000, "{kept:?}");
        plays_as_told(&kept).await;
        let file = bytes(&kept.file().await.unwrap()).await;
        if container == ContainerChoice::WebM {
            assert_eq!(segment_end(&file), file.len(), "nothing of what did not fit is left");
        }
        full.free().await;
        let found = listed(&kept.id).await.unwrap();
        assert_eq!((found.bytes, found.title.as_str()), (kept.bytes, "Weekly"));
        // A length is stated in whole milliseconds.
        assert!(found.duration_ms.abs_diff(kept.duration_ms) <= 1, "{found:?} {kept:?}");
        let recovered = library::recover(&kept.id).await.unwrap();
        assert!(recovered.finished && recovered.duration_ms >= kept.duration_ms, "{recovered:?}");
        plays_as_told(&recovered).await;
        recovered.delete().await.unwrap();
    }
}

#[wasm_bindgen_test]
async fn where_space_gets_low_it_stops_complete() {
    let (_source, recorder, mut events) = recorded(quick(), 1).await;
    let free = trouble::only_free(1_000_000);
    let told = events.until(|event| matches!(event, RecorderEvent::Warning(_))).await;
    assert_eq!(told, RecorderEvent::Warning(Warning::LowSpace { free_bytes: 1_000_000 }));
    let recording = recorder.finished().await.unwrap();
    drop(free);
    assert!(recording.finished);
    plays_as_told(&recording).await;
    assert_eq!(listed(&recording.id).await.as_ref(), Some(&recording));
    recording.delete().await.unwrap();
}

#[wasm_bindgen_test]
async fn a_lock_that_is_taken_away_is_told_and_it_goes_on() {
    let (_source, recorder, mut events) = recorded(quick(), 1).await;
    trouble::steal(&recorder.id().unwrap()).await;
    let told = events.until(|event| matches!(event, RecorderEvent::Warning(_))).await;
    assert_eq!(told, RecorderEvent::Warning(Warning::LockLost));
    let before = recorder.bytes();
    events.until(|event| matches!(event, RecorderEvent::Progress { bytes, .. } if *bytes > before)).await;
    let recording = recorder.stop().await.unwrap();
    plays_as_told(&recording).await;
    assert_eq!(listed(&recording.id).await.as_ref(), Some(&recording));
    recording.delete().await.unwrap();
}

#[wasm_bindgen_test]
async fn a_chosen_file_that_breaks_is_told_and_the_recording_is_kept_in_the_browser() {
    let handle = pick_file("pulled-out").await;
    let options = Options { file: Some(Clone::clone(&handle)), ..quick() };
    let (_source, recorder, mut events) = recorded(options, 1).await;
    let broken = trouble::pull_out();
    let told = events.until(|event| matches!(event, RecorderEvent::Warning(_))).await;
    let RecorderEvent::Warning(Warning::PickedFile { error }) = told else { panic!("{told:?}") };
    assert_eq!(error.code(), "write_failed", "what the place says is not said of the recording");
    drop(broken);
    let recording = recorder.stop().await.unwrap();
    assert!(recording.finished && recording.picked.is_none(), "{recording:?}");
    plays_as_told(&recording).await;
    assert_eq!(listed(&recording.id).await.as_ref(), Some(&recording));
    recording.delete().await.unwrap();
}

#[wasm_bindgen_test]
async fn a_folder_that_is_deleted_meanwhile_takes_nothing_of_it_along() {
    let (_source, recorder, mut events) = recorded(quick(), 1).await;
    let said = trouble::delete_all().await;
    let before = recorder.bytes();
    events
        .until(|event| matches!(event, RecorderEvent::Progress { bytes, .. } if *bytes > before + 50_000))
        .await;
    let recording = recorder.stop().await.unwrap();
    assert_eq!(said, "NoModificationAllowedError", "what is open stays, and all beside it");
    plays_as_told(&recording).await;
    assert_eq!(listed(&recording.id).await.as_ref(), Some(&recording));
    recording.delete().await.unwrap();
}

#[wasm_bindgen_test]
async fn a_refused_device_is_told_by_what_refused_it() {
    let capture = devices::Capture { camera: false, ..devices::Capture::default() };
    for (name, message, policy, code) in [
        ("NotAllowedError", "Permission denied", "", "denied"),
        ("NotAllowedError", "Permission denied", "microphone", "policy_blocked"),
        // Nobody asked for a camera.
        ("NotAllowedError", "Permission denied", "camera", "denied"),
        ("NotReadableError", "Could not start audio source", "", "device_in_use"),
        ("AbortError", "Starting audioinput failed", "", "device_in_use"),
    ] {
        let _refused = trouble::refuse(name, message, policy);
        assert_eq!(devices::user_media(&capture).await.unwrap_err().code(), code, "{message}, {policy}");
    }
    devices::stop(&devices::user_media(&capture).await.unwrap());
}

#[wasm_bindgen_test]
async fn several_sounds_run_again_after_the_browser_has_held_them_up() {
    let (low, high) = (tone(440.0), tone(850.0));
    let both = MediaStream::new().unwrap();
    for source in [&low, &high] {
        both.add_track(&source.stream.get_audio_tracks().get(0).unchecked_into());
    }
    trouble::know_next_context();
    let (recorder, mut events) = Events::record(&both, quick()).await;
    events.until(|event| matches!(event, RecorderEvent::Level { level, .. } if *level > 0.5)).await;
    trouble::hold_up().await;
    let before = recorder.elapsed_ms();
    events
        .until(|event| matches!(event, RecorderEvent::Progress { elapsed_ms, .. } if *elapsed_ms > before + 1_000))
        .await;
    assert_eq!(trouble::sound_state(), "running");
    recorder.stop().await.unwrap().delete().await.unwrap();
}
