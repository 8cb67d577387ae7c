//! How a recording ends where something beside it hangs, goes away or happens meanwhile.
#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that can not go on has failed")]

mod support;

use hostreel_recorder::{
    AtLimit, Error, Limits, Millis, OnTrackEnd, Options, Phase, RecorderEvent, StoreChoice, Warning, library,
};
use support::{Events, facts, pick_file, picture_and_tone, quick, tear, tone, unplug};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{FileSystemFileHandle, MediaStream};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(inline_js = r#"
const start = MediaRecorder.prototype.start;

// The browser's recorders that are made from here on get nothing from their tracks: they do not begin.
export function hold_back(held) {
  MediaRecorder.prototype.start = held ? () => {} : start;
}

// Writes into it never come back, nor does its end; waiting half a minute for that takes a moment.
export function hang(handle) {
  const never = () => new Promise(() => {});
  handle.createWritable = async () => ({ write: never, close: never, abort: never });
}

const wait = globalThis.setTimeout;
export function hurry(hurried) {
  globalThis.setTimeout = hurried ? (call, ms) => wait(call, ms === 30000 ? 50 : ms) : wait;
}
"#)]
extern "C" {
    fn hold_back(held: bool);
    fn hang(handle: &FileSystemFileHandle);
    fn hurry(hurried: bool);
}

#[wasm_bindgen_test]
async fn a_next_part_that_gets_nothing_does_not_hold_the_end_up() {
    let source = picture_and_tone(440.0);
    let limits = Limits { duration: Some(Millis(1_500)), bytes: None };
    let options = Options { limits, at_limit: AtLimit::Split, ..quick() };
    let (recorder, mut events) = Events::record(&source.stream, options).await;
    hold_back(true);
    // The next part is due by now, and asked for.
    events
        .until(|event| matches!(event, RecorderEvent::Progress { elapsed_ms, .. } if *elapsed_ms > 2_500))
        .await;
    let recording = recorder.stop().await;
    hold_back(false);
    let recording = recording.unwrap();
    assert_eq!((recording.part, recording.finished, recorder.phase()), (Some(1), true, Phase::Finished));
    // More than it would be had it ended when the next part was due.
    assert!(recording.duration_ms > 2_000, "{recording:?}");
    assert!(
        !events.seen().iter().any(|event| matches!(event, RecorderEvent::Warning(_))),
        "{:?}",
        events.seen()
    );
    recording.delete().await.unwrap();
}

#[wasm_bindgen_test]
async fn sounds_that_are_added_up_end_with_their_sources() {
    let (low, high) = (tone(440.0), tone(850.0));
    let both = MediaStream::new().unwrap();
    for source in [&low, &high] {
        both.add_track(&source.stream.get_audio_tracks().get(0).unchecked_into());
    }
    let options = Options { on_track_end: OnTrackEnd::Continue, ..quick() };
    let (recorder, mut events) = Events::record(&both, options).await;
    events.until(|event| matches!(event, RecorderEvent::Progress { bytes, .. } if *bytes > 1_000)).await;
    unplug(&low.stream.get_audio_tracks().get(0).unchecked_into());
    events.until(|event| matches!(event, RecorderEvent::Warning(Warning::TrackEnded { video: false }))).await;
    assert_eq!(recorder.phase(), Phase::Recording);
    unplug(&high.stream.get_audio_tracks().get(0).unchecked_into());
    let ended = events.until(|event| matches!(event, RecorderEvent::Finished(_))).await;
    let RecorderEvent::Finished(recording) = ended else { return };
    recording.delete().await.unwrap();
}

#[wasm_bindgen_test]
async fn a_chosen_place_that_hangs_is_given_up_and_the_browsers_own_copy_is_kept() {
    let source = picture_and_tone(440.0);
    let handle = pick_file("hangs").await;
    hang(&handle);
    let options = Options { file: Some(handle), ..quick() };
    let (recorder, mut events) = Events::record(&source.stream, options).await;
    events.until(|event| matches!(event, RecorderEvent::Progress { bytes, .. } if *bytes > 50_000)).await;
    hurry(true);
    let recording = recorder.stop().await;
    hurry(false);
    let recording = recording.unwrap();
    assert!(recording.finished && recording.picked.is_none(), "{recording:?}");
    let given_up = |event: &RecorderEvent| matches!(event, RecorderEvent::Warning(Warning::PickedFile { error }) if error.code() == "timeout");
    assert!(events.seen().iter().any(given_up), "{:?}", events.seen());
    recording.delete().await.unwrap();
}

#[wasm_bindgen_test]
async fn a_new_title_keeps_what_has_become_of_a_recording_meanwhile() {
    let source = picture_and_tone(440.0);
    let (recorder, mut events) = Events::record(&source.stream, quick()).await;
    events.until(|event| matches!(event, RecorderEvent::Progress { bytes, .. } if *bytes > 100_000)).await;
    let mut recording = recorder.stop().await.unwrap();
    tear(&recording.id, recording.bytes - 10).await;
    let listed = library::list().await.unwrap();
    let mut interrupted = listed.into_iter().find(|one| one.id == recording.id && !one.finished).unwrap();
    // Another tab completes it.
    library::recover(&recording.id).await.unwrap();
    interrupted.rename(" Monday ").await.unwrap();
    assert_eq!((interrupted.title.as_str(), interrupted.finished), ("Monday", true));
    assert!(facts(&recording.id).await.contains(r#""finished":true"#));
    interrupted.delete().await.unwrap();
    assert_eq!(recording.rename("Tuesday").await, Err(Error::NotFound));
    assert!(library::list().await.unwrap().iter().all(|one| one.id != recording.id));
}

#[wasm_bindgen_test]
async fn a_note_about_a_recording_in_memory_goes_with_it() {
    let source = tone(440.0);
    let options = Options { store: StoreChoice::Memory, ..quick() };
    let (recorder, mut events) = Events::record(&source.stream, options).await;
    let id = recorder.id().unwrap();
    library::set_note(&id, r#"{"said":1}"#).await.unwrap();
    events.until(|event| matches!(event, RecorderEvent::Progress { bytes, .. } if *bytes > 1_000)).await;
    let recording = recorder.stop().await.unwrap();
    assert_eq!(library::note(&id).await.as_deref(), Some(r#"{"said":1}"#));
    recording.delete().await.unwrap();
    assert_eq!(library::note(&id).await, None);
    assert_eq!(library::set_note(&id, "{}").await, Err(Error::NotFound));
}

#[wasm_bindgen_test]
async fn a_picture_of_a_track_that_has_ended_is_an_error_at_once() {
    let source = picture_and_tone(440.0);
    unplug(&source.stream.get_video_tracks().get(0).unchecked_into());
    assert_eq!(hostreel_recorder::snapshot(&source.stream).await.unwrap_err(), Error::NoDevice);
}
