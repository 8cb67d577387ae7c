//! Devices that are swapped, unplugged and shared while they are recorded: one file, without a gap.
#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that can not go on has failed")]

mod support;

use std::pin::pin;

use futures::channel::mpsc;
use futures::{FutureExt, StreamExt};
use hostreel_recorder::devices::Capture;
use hostreel_recorder::{
    Error, OnSourceEnd, Options, Phase, Recorder, RecorderEvent, SourceEvent, SourceKind, SourceOptions,
    Sources, set_worker_base,
};
use support::{Events, coloured, heard, seen, tone, unplug};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{MediaStream, MediaStreamTrack};

wasm_bindgen_test_configure!(run_in_browser);

const SMALL: (u32, u32) = (320, 240);

fn options() -> SourceOptions {
    set_worker_base("/js/");
    SourceOptions { width: SMALL.0, height: SMALL.1, ..SourceOptions::default() }
}

/// Sources from streams of known content, and what they tell.
async fn made(
    user: &MediaStream,
    screen: Option<&MediaStream>,
    options: SourceOptions,
) -> (Sources, mpsc::UnboundedReceiver<SourceEvent>) {
    let (sender, events) = mpsc::unbounded();
    let tell = move |event| drop(sender.unbounded_send(event));
    let sources =
        Sources::from_streams(Some(Clone::clone(user)), screen.cloned(), options, tell).await.unwrap();
    (sources, events)
}

async fn record(sources: &Sources) -> (Recorder, Events) {
    let options = Options { timeslice_ms: 200, persist: false, ..Options::default() };
    Events::record(&sources.stream(), options).await
}

/// Waits until so much more was recorded.
async fn go_on(recorder: &Recorder, events: &mut Events, milliseconds: u64) {
    let until = recorder.elapsed_ms() + milliseconds;
    events
        .until(|event| matches!(event, RecorderEvent::Progress { elapsed_ms, .. } if *elapsed_ms >= until))
        .await;
}

fn pictures_of(stream: &MediaStream) -> MediaStream {
    only(stream.get_video_tracks().get(0))
}

fn sounds_of(stream: &MediaStream) -> MediaStream {
    only(stream.get_audio_tracks().get(0))
}

fn only(track: wasm_bindgen::JsValue) -> MediaStream {
    let stream = MediaStream::new().unwrap();
    stream.add_track(&track.unchecked_into::<MediaStreamTrack>());
    stream
}

fn is_like([r, g, b]: [u8; 3], wanted: [u8; 3]) -> bool {
    [(r, wanted[0]), (g, wanted[1]), (b, wanted[2])].iter().all(|(one, other)| one.abs_diff(*other) < 50)
}

const RED: [u8; 3] = [0xd0, 0x10, 0x10];
const BLUE: [u8; 3] = [0x10, 0x10, 0xd0];

#[wasm_bindgen_test]
async fn camera_and_microphone_are_swapped_in_one_file() {
    let (first, second) = (coloured("#d01010", 440.0), coloured("#1010d0", 850.0));
    let (sources, _told) = made(&first.stream, None, options()).await;
    let (recorder, mut events) = record(&sources).await;
    go_on(&recorder, &mut events, 2_500).await;
    sources.replace(SourceKind::Camera, Some(pictures_of(&second.stream)));
    sources.replace(SourceKind::Microphone, Some(sounds_of(&second.stream)));
    let swapped = recorder.elapsed_ms();
    go_on(&recorder, &mut events, 2_500).await;
    let elapsed = recorder.elapsed_ms();
    let recording = recorder.stop().await.unwrap();
    assert!(recording.finished && recording.report.unwrap().is_good(), "{recording:?}");
    assert!(recording.duration_ms + 1_000 > elapsed, "no gap in time: {recording:?}, {elapsed} ms");
    let file = recording.file().await.unwrap();
    let (before, after) = (seen(&file, 0.8).await, seen(&file, (swapped as f64 + 1_500.0) / 1_000.0).await);
    assert!(is_like(before, RED), "{before:?}");
    assert!(is_like(after, BLUE), "{after:?}");
    assert_eq!(heard(&file, &[440.0, 850.0]).await, [true, false], "the first second");
    recording.delete().await.unwrap();
}

#[wasm_bindgen_test]
async fn an_unplugged_camera_is_followed_by_the_default_one() {
    let source = coloured("#d01010", 440.0);
    let (sources, mut told) = made(&source.stream, None, options()).await;
    let (recorder, mut events) = record(&sources).await;
    go_on(&recorder, &mut events, 1_000).await;
    unplug(&source.stream.get_video_tracks().get(0).unchecked_into());
    assert_eq!(told.next().await.unwrap(), SourceEvent::Ended { kind: SourceKind::Camera });
    let SourceEvent::FellBack { kind, label } = told.next().await.unwrap() else { panic!("no other camera") };
    assert!(kind == SourceKind::Camera && !label.is_empty());
    go_on(&recorder, &mut events, 2_000).await;
    assert_eq!(recorder.phase(), Phase::Recording);
    let recording = recorder.stop().await.unwrap();
    let at_the_end =
        seen(&recording.file().await.unwrap(), recording.duration_ms as f64 / 1_000.0 - 0.3).await;
    assert!(!is_like(at_the_end, RED), "another camera: {at_the_end:?}");
    recording.delete().await.unwrap();
}

#[wasm_bindgen_test]
async fn a_microphone_that_nobody_replaces_is_silence_and_is_told() {
    let source = coloured("#d01010", 440.0);
    let (sources, mut told) = made(&source.stream, None, options()).await;
    let (recorder, mut events) = record(&sources).await;
    go_on(&recorder, &mut events, 1_000).await;
    let _no_devices = support::without_devices();
    unplug(&source.stream.get_audio_tracks().get(0).unchecked_into());
    assert_eq!(told.next().await.unwrap(), SourceEvent::Ended { kind: SourceKind::Microphone });
    let missing = SourceEvent::Missing { kind: SourceKind::Microphone, error: Error::NoDevice };
    assert_eq!(told.next().await.unwrap(), missing);
    let before = recorder.bytes();
    go_on(&recorder, &mut events, 1_500).await;
    assert!(recorder.bytes() > before && recorder.phase() == Phase::Recording);
    recorder.stop().await.unwrap().delete().await.unwrap();
}

#[wasm_bindgen_test]
async fn where_the_end_of_a_device_is_the_end_the_file_is_complete() {
    let source = coloured("#d01010", 440.0);
    let (sources, mut told) =
        made(&source.stream, None, SourceOptions { on_end: OnSourceEnd::End, ..options() }).await;
    let (recorder, mut events) = record(&sources).await;
    go_on(&recorder, &mut events, 1_000).await;
    unplug(&source.stream.get_video_tracks().get(0).unchecked_into());
    assert_eq!(told.next().await.unwrap(), SourceEvent::Ended { kind: SourceKind::Camera });
    let recording = recorder.finished().await.unwrap();
    assert!(recording.finished);
    recording.delete().await.unwrap();
}

#[wasm_bindgen_test]
async fn a_screen_comes_and_goes() {
    let (face, screen) = (coloured("#d01010", 440.0), coloured("#1010d0", 850.0));
    let (sources, mut told) = made(&face.stream, None, options()).await;
    let (recorder, mut events) = record(&sources).await;
    go_on(&recorder, &mut events, 1_200).await;
    sources.replace(SourceKind::Screen, Some(Clone::clone(&screen.stream)));
    go_on(&recorder, &mut events, 800).await;
    let shared = recorder.elapsed_ms();
    go_on(&recorder, &mut events, 1_200).await;
    // "Stop sharing" of the browser's own bar.
    unplug(&screen.stream.get_video_tracks().get(0).unchecked_into());
    assert_eq!(told.next().await.unwrap(), SourceEvent::Ended { kind: SourceKind::Screen });
    go_on(&recorder, &mut events, 2_000).await;
    let recording = recorder.stop().await.unwrap();
    let file = recording.file().await.unwrap();
    let (first, middle) = (seen(&file, 0.5).await, seen(&file, shared as f64 / 1_000.0 + 0.4).await);
    let last = seen(&file, recording.duration_ms as f64 / 1_000.0 - 0.4).await;
    assert!(
        is_like(first, RED) && is_like(middle, BLUE) && is_like(last, RED),
        "{first:?} {middle:?} {last:?}"
    );
    recording.delete().await.unwrap();
}

#[wasm_bindgen_test]
async fn a_switch_that_fails_changes_nothing() {
    let source = coloured("#d01010", 440.0);
    let (sources, _told) = made(&source.stream, None, options()).await;
    let before = sources.opened(SourceKind::Camera).unwrap().id();
    {
        let _no_devices = support::without_devices();
        let refused = sources.switch_camera(&Capture::default()).await;
        assert_eq!(refused.unwrap_err(), Error::NoDevice);
    }
    assert_eq!(sources.opened(SourceKind::Camera).unwrap().id(), before);
    sources.switch_camera(&Capture::default()).await.unwrap();
    assert_ne!(sources.opened(SourceKind::Camera).unwrap().id(), before);
}

#[wasm_bindgen_test]
async fn a_switch_gives_way_to_a_later_one_that_was_made_and_to_no_other() {
    let source = coloured("#d01010", 440.0);
    let (sources, _told) = made(&source.stream, None, options()).await;
    let camera = || sources.opened(SourceKind::Camera).unwrap().id();
    let (before, any) = (camera(), Capture::default());
    let mut slow = pin!(sources.switch_camera(&any));
    assert!(slow.as_mut().now_or_never().is_none(), "it is being opened");
    {
        let _no_devices = support::without_devices();
        assert_eq!(sources.switch_camera(&any).await, Err(Error::NoDevice));
    }
    slow.await.unwrap();
    assert_ne!(camera(), before);
    let mut late = pin!(sources.switch_camera(&any));
    assert!(late.as_mut().now_or_never().is_none());
    sources.replace(SourceKind::Camera, Some(coloured("#1010d0", 440.0).stream));
    let later = camera();
    assert_eq!(late.await, Err(Error::Cancelled));
    assert_eq!(camera(), later);
}

#[wasm_bindgen_test]
async fn all_devices_are_closed_with_it() {
    let source = tone(440.0);
    let (sources, _told) = made(&source.stream, None, options()).await;
    let stream = sources.stream();
    assert_eq!(stream.get_video_tracks().length(), 0, "it began with sound alone");
    drop(sources);
    assert!(!source.stream.active() && !stream.active());
    let nothing = Sources::from_streams(None, None, options(), |_| ()).await;
    assert_eq!(nothing.unwrap_err(), Error::NoDevice);
}
