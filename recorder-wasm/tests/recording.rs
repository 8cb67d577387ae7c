//! Recording for real: fake devices, the browser's own `MediaRecorder` and file system.
#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that can not go on has failed")]

use std::cell::RefCell;
use std::rc::Rc;

use futures::StreamExt;
use futures::channel::mpsc;
use hostreel_recorder::{Error, Options, Phase, Recorder, RecorderEvent, devices, library, set_worker_base};
use js_sys::Uint8Array;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{File, MediaStream};

wasm_bindgen_test_configure!(run_in_browser);

async fn bytes(file: &File) -> Vec<u8> {
    Uint8Array::new(&JsFuture::from(file.array_buffer()).await.unwrap()).to_vec()
}

/// Starts a recorder and waits until so many bytes are on disk.
async fn record(stream: &MediaStream, options: Options, least_bytes: u64) -> Recorder {
    let (sender, mut events) = mpsc::unbounded();
    let recorder =
        Recorder::start(stream, options, move |event| drop(sender.unbounded_send(event))).await.unwrap();
    loop {
        match events.next().await.unwrap() {
            RecorderEvent::Progress { bytes, .. } if bytes >= least_bytes => return recorder,
            RecorderEvent::Failed { error, .. } => panic!("{error}"),
            RecorderEvent::Warning(warning) => panic!("{warning:?}"),
            _ => {}
        }
    }
}

#[wasm_bindgen_test]
async fn camera_and_microphone_become_a_seekable_file_on_disk() {
    set_worker_base("/js/");
    let stream = devices::user_media(&devices::Capture::default()).await.unwrap();
    let recorder = record(&stream, Options { title: "Stand-up".into(), ..Options::default() }, 200_000).await;
    assert_eq!(recorder.phase(), Phase::Recording);
    let recording = recorder.stop().await.unwrap();
    assert_eq!(recorder.phase(), Phase::Finished);
    assert_eq!((recording.extension.as_str(), recording.mime.as_str()), ("webm", "video/webm"));
    assert!(recording.has_video && recording.finished && !recording.in_memory);
    assert!(recording.duration_ms > 500, "{recording:?}");

    let file = recording.file().await.unwrap();
    assert_eq!(file.name(), "Stand-up.webm");
    assert_eq!(file.type_(), "video/webm");
    let bytes = bytes(&file).await;
    assert_eq!(bytes.len() as u64, recording.bytes);
    // Cues (1C 53 BB 6B) stand before the first cluster (1F 43 B6 75).
    let find = |id: [u8; 4]| bytes.windows(4).position(|window| window == id);
    assert!(find([0x1c, 0x53, 0xbb, 0x6b]).unwrap() < find([0x1f, 0x43, 0xb6, 0x75]).unwrap());

    let listed = library::list().await.unwrap();
    assert!(listed.contains(&recording));
    // A second stop gives the same answer.
    assert_eq!(recorder.stop().await, Ok(recording.clone()));
    recording.clone().delete().await.unwrap();
    assert!(!library::list().await.unwrap().contains(&recording));
    assert_eq!(recording.file().await.unwrap_err(), Error::NotFound);
    devices::stop(&stream);
}

#[wasm_bindgen_test]
async fn a_note_goes_with_its_recording_and_does_not_come_back() {
    set_worker_base("/js/");
    let stream = devices::user_media(&devices::Capture::default()).await.unwrap();
    let recorder = record(&stream, Options::default(), 1).await;
    let id = recorder.id().unwrap();
    library::set_note(&id, r#"{"said":1}"#).await.unwrap();
    let recording = recorder.stop().await.unwrap();
    library::set_note(&id, r#"{"said":2}"#).await.unwrap();
    assert_eq!(library::note(&id).await.as_deref(), Some(r#"{"said":2}"#));
    recording.delete().await.unwrap();
    assert!(matches!(library::set_note(&id, r#"{"said":3}"#).await, Err(Error::NotFound)));
    assert_eq!(library::note(&id).await, None);
}

#[wasm_bindgen_test]
async fn sound_alone_is_named_truly() {
    set_worker_base("/js/");
    let capture = devices::Capture { camera: false, ..devices::Capture::default() };
    let stream = devices::user_media(&capture).await.unwrap();
    let recording = record(&stream, Options::default(), 5_000).await.stop().await.unwrap();
    assert_eq!((recording.extension.as_str(), recording.has_video), ("webm", false));
    recording.delete().await.unwrap();
    devices::stop(&stream);
}

#[wasm_bindgen_test]
async fn a_pause_leaves_no_gap_and_wrong_calls_change_nothing() {
    set_worker_base("/js/");
    let stream = devices::user_media(&devices::Capture::default()).await.unwrap();
    let recorder = record(&stream, Options::default(), 1).await;
    recorder.pause().unwrap();
    assert_eq!(recorder.phase(), Phase::Paused);
    assert_eq!(recorder.pause().unwrap_err().code(), "wrong_state");
    recorder.resume().unwrap();
    assert_eq!(recorder.resume().unwrap_err().code(), "wrong_state");
    recorder.stop().await.unwrap().delete().await.unwrap();
    devices::stop(&stream);
}

#[wasm_bindgen_test]
async fn a_recording_in_progress_is_not_listed() {
    set_worker_base("/js/");
    let stream = devices::user_media(&devices::Capture::default()).await.unwrap();
    let before = library::list().await.unwrap().len();
    let recorder = record(&stream, Options::default(), 1).await;
    assert_eq!(library::list().await.unwrap().len(), before);
    let recording = recorder.stop().await.unwrap();
    assert_eq!(library::list().await.unwrap().len(), before + 1);
    recording.delete().await.unwrap();
    devices::stop(&stream);
}

#[wasm_bindgen_test]
async fn tracks_that_end_finish_the_recording() {
    set_worker_base("/js/");
    let stream = devices::user_media(&devices::Capture::default()).await.unwrap();
    let finished = Rc::new(RefCell::new(None));
    let (sender, mut done) = mpsc::unbounded();
    let slot = Rc::clone(&finished);
    let recorder = Recorder::start(&stream, Options::default(), move |event| match event {
        RecorderEvent::Progress { bytes, .. } if bytes > 0 => drop(sender.unbounded_send(())),
        RecorderEvent::Finished(recording) => {
            *slot.borrow_mut() = Some(recording);
            drop(sender.unbounded_send(()));
        }
        _ => {}
    })
    .await
    .unwrap();
    done.next().await.unwrap();
    devices::stop(&stream);
    while finished.borrow().is_none() {
        done.next().await.unwrap();
    }
    assert_eq!(recorder.phase(), Phase::Finished);
    let recording = finished.borrow_mut().take().unwrap();
    assert!(recording.finished);
    recording.delete().await.unwrap();
}

#[wasm_bindgen_test]
async fn a_stream_without_live_tracks_is_refused() {
    set_worker_base("/js/");
    let stream = devices::user_media(&devices::Capture::default()).await.unwrap();
    devices::stop(&stream);
    let refused = Recorder::start(&stream, Options::default(), |_| ()).await;
    assert_eq!(refused.unwrap_err(), Error::NoDevice);
}

#[wasm_bindgen_test]
async fn ten_recordings_leave_nothing_behind() {
    set_worker_base("/js/");
    let stream = devices::user_media(&devices::Capture::default()).await.unwrap();
    let before = library::list().await.unwrap().len();
    for _ in 0..10 {
        let told = Rc::new(());
        let held = Rc::clone(&told);
        let (sender, mut data) = mpsc::unbounded();
        let options = Options { timeslice_ms: 100, ..Options::default() };
        let recorder = Recorder::start(&stream, options, move |event| {
            let _ = &held;
            if matches!(event, RecorderEvent::Progress { bytes, .. } if bytes > 0) {
                drop(sender.unbounded_send(()));
            }
        })
        .await
        .unwrap();
        data.next().await.unwrap();
        recorder.stop().await.unwrap().delete().await.unwrap();
        drop(recorder);
        // The callback is gone: so are the recorder, its listeners and its timers.
        assert_eq!(Rc::strong_count(&told), 1);
    }
    assert_eq!(library::list().await.unwrap().len(), before);
    devices::stop(&stream);
}
