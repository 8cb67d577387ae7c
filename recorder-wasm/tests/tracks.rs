//! One file per participant, with sources that all see the same flashes and hear the same beeps, each in a colour and
//! beside a tone of its own.
#![cfg(all(target_arch = "wasm32", feature = "tracks"))]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that can not go on has failed")]

mod support;

use std::cell::RefCell;
use std::rc::Rc;

use futures::StreamExt;
use futures::channel::mpsc;
use gloo_timers::future::TimeoutFuture;
use hostreel_recorder::{
    Error, Manifest, Options, Phase, Recording, SaveOptions, TrackFile, TrackSource, Tracks, TracksEvent,
    TracksOptions, TracksRecording, set_worker_base,
};
use js_sys::{Array, Promise, Reflect};
use support::{bytes, contains, heard, pick_file};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{File, FileSystemDirectoryHandle, MediaStream};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(inline_js = r#"
const BEEP = 2500;
let stage;

// Everybody sees a flash and hears a beep each second, at the same moment.
async function open_stage() {
  const context = new AudioContext();
  await context.resume();
  const oscillator = new OscillatorNode(context, { frequency: BEEP });
  const beeps = new GainNode(context, { gain: 0 });
  oscillator.connect(beeps);
  oscillator.start();
  // The page's clock at the audio clock's zero: in each while, the earliest sight of it is the truest. On a busy machine
  // the audio clock stands still now and then.
  const sights = [];
  const sight = () => sights.push([performance.now(), performance.now() - context.currentTime * 1000]);
  sight();
  setInterval(sight, 5);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const first = context.currentTime + 0.5;
  for (let i = 0; i < 120; i += 1) {
    beeps.gain.setValueAtTime(0.5, first + i);
    beeps.gain.setValueAtTime(0, first + i + 0.1);
  }
  const zero_at = (time) => Math.min(...sights.filter(([at]) => Math.abs(at - time) < 800).map(([, zero]) => zero));
  const flash = (i) => sights[0][1] + (first + i) * 1000;
  const beep = (i) => zero_at(flash(i)) + (first + i) * 1000;
  return { context, beeps, flash, beep, zero_at };
}

// When the flashes were until now, or the beeps, by the page's clock.
export async function moments(kind) {
  stage ??= open_stage();
  const at = (await stage)[kind];
  const found = [];
  for (let i = 0; i < 120 && at(i) < performance.now(); i += 1) found.push(at(i));
  return found;
}

// By how much the audio clock stood still since a moment of the page's clock, in milliseconds: sound is missing then,
// and nothing can be measured by it.
export async function stood_still(since) {
  const { zero_at } = await stage;
  const zeros = [];
  for (let at = since; at + 500 < performance.now(); at += 500) zeros.push(zero_at(at));
  return Math.max(0, ...zeros) - Math.min(...zeros);
}

export async function participant(frequency, colour) {
  stage ??= open_stage();
  const { context, beeps, flash } = await stage;
  const destination = context.createMediaStreamDestination();
  const tone = new OscillatorNode(context, { frequency });
  const soft = new GainNode(context, { gain: 0.15 });
  tone.connect(soft).connect(destination);
  beeps.connect(destination);
  tone.start();
  const stream = destination.stream;
  if (!colour) return stream;
  const canvas = Object.assign(document.createElement("canvas"), { width: 160, height: 120 });
  document.body.append(canvas);
  const pen = canvas.getContext("2d", { alpha: false });
  let x = 0;
  setInterval(() => {
    const since = performance.now() - flash(0);
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 160, 120);
    pen.fillStyle = since > 0 && since % 1000 < 150 ? "white" : "black";
    pen.fillRect(0, 0, 160, 50);
    pen.fillStyle = colour;
    x = (x + 3) % 150;
    pen.fillRect(x, 50, 5, 5);
  }, 10);
  for (const track of canvas.captureStream(60).getVideoTracks()) stream.addTrack(track);
  return stream;
}

// When a file beeps, in milliseconds of its sound.
export async function beeps_of(file) {
  const context = new OfflineAudioContext(1, 48000, 48000);
  const samples = (await context.decodeAudioData(await file.arrayBuffer())).getChannelData(0);
  const [step, found] = [96, []];
  const k = 2 * Math.cos((2 * Math.PI * BEEP) / 48000);
  let loud = true;
  for (let at = 0; at + 2 * step < samples.length; at += step) {
    let [a, b] = [0, 0];
    for (let i = 0; i < 2 * step; i += 1) [a, b] = [samples[at + i] + k * a - b, a];
    const now = (a * a + b * b - k * a * b) / (2 * step) ** 2 > 0.01;
    // The middle of what was looked at.
    if (now && !loud) found.push(((at + step) * 1000) / 48000);
    loud = now;
  }
  return found;
}

// When a file flashes, in milliseconds of its pictures; and the colour below the flash.
export async function flashes_of(file) {
  const video = Object.assign(document.createElement("video"), { muted: true });
  const pen = new OffscreenCanvas(160, 120).getContext("2d", { willReadFrequently: true });
  const [found, colour] = [[], []];
  let white = true;
  await new Promise((resolve, reject) => {
    const look = (_now, { mediaTime }) => {
      pen.drawImage(video, 0, 0, 160, 120);
      const now = pen.getImageData(80, 25, 1, 1).data[0] > 128;
      if (now && !white) found.push(mediaTime * 1000);
      white = now;
      colour.splice(0, 3, ...pen.getImageData(80, 90, 1, 1).data.slice(0, 3));
      video.requestVideoFrameCallback(look);
    };
    video.requestVideoFrameCallback(look);
    video.onended = resolve;
    video.onerror = () => reject(new Error(video.error?.message));
    video.src = URL.createObjectURL(file);
    video.play().catch(reject);
  });
  return { found, colour };
}

export async function folder(name) {
  return (await navigator.storage.getDirectory()).getDirectoryHandle(name, { create: true });
}

export async function names_in(place) {
  const names = [];
  for await (const name of place.keys()) names.push(name);
  return names.sort();
}

export async function remove_folder(name) {
  await (await navigator.storage.getDirectory()).removeEntry(name, { recursive: true });
}

export async function text_in(place, folder, name) {
  const handle = await (await place.getDirectoryHandle(folder)).getFileHandle(name);
  return (await handle.getFile()).text();
}
"#)]
extern "C" {
    fn stood_still(since: f64) -> Promise;
    fn moments(kind: &str) -> Promise;
    fn participant(frequency: f64, colour: &str) -> Promise;
    fn beeps_of(file: &File) -> Promise;
    fn flashes_of(file: &File) -> Promise;
    fn folder(name: &str) -> Promise;
    fn names_in(place: &FileSystemDirectoryHandle) -> Promise;
    fn remove_folder(name: &str) -> Promise;
    fn text_in(place: &FileSystemDirectoryHandle, folder: &str, name: &str) -> Promise;
}

async fn get(promise: Promise) -> JsValue {
    JsFuture::from(promise).await.unwrap()
}

async fn source(id: &str, name: &str, frequency: f64, colour: &str) -> TrackSource {
    let stream: MediaStream = get(participant(frequency, colour)).await.unchecked_into();
    TrackSource { id: id.into(), name: name.into(), stream }
}

fn numbers(list: &JsValue) -> Vec<f64> {
    Array::from(list).iter().filter_map(|number| number.as_f64()).collect()
}

struct Seen {
    flashes: Vec<f64>,
    colour: Vec<f64>,
}

async fn see(file: &File) -> Seen {
    let seen = get(flashes_of(file)).await;
    let member = |name: &str| numbers(&Reflect::get(&seen, &name.into()).unwrap());
    Seen { flashes: member("found"), colour: member("colour") }
}

/// What is reported, as it comes.
struct Events(mpsc::UnboundedReceiver<TracksEvent>);

impl Events {
    async fn until(&mut self, wanted: impl Fn(&TracksEvent) -> bool) -> TracksEvent {
        loop {
            let event = self.0.next().await.unwrap();
            if wanted(&event) {
                return event;
            }
        }
    }

    /// Waits for so much time on the recording's clock.
    async fn elapsed(&mut self, milliseconds: u64) {
        self.until(
            |event| matches!(event, TracksEvent::Progress { elapsed_ms, .. } if *elapsed_ms >= milliseconds),
        )
        .await;
    }
}

async fn record(participants: Vec<TrackSource>, options: TracksOptions) -> (Tracks, Events) {
    set_worker_base("/js/");
    let (sender, queue) = mpsc::unbounded();
    let tracks =
        Tracks::start(participants, options, move |event| drop(sender.unbounded_send(event))).await.unwrap();
    (tracks, Events(queue))
}

fn options() -> TracksOptions {
    TracksOptions {
        title: "Stand-up".into(),
        recorder: Options { persist: false, ..Options::default() },
        ..TracksOptions::default()
    }
}

/// By how much events of a file lie beside the moments of the stage; the least of them, for what is seen is never
/// early. `zero` is where the file's clock stands at zero, by the page's clock.
fn beside(events: &[f64], zero: f64, moments: &[f64]) -> f64 {
    assert!(events.len() >= 2, "{events:?}");
    let off = |event: &f64| {
        let from = |moment: &f64| event + zero - moment;
        moments.iter().map(from).min_by(|one, other| one.abs().total_cmp(&other.abs())).unwrap()
    };
    events.iter().map(off).fold(f64::INFINITY, f64::min)
}

/// One picture of a film with 30 a second, in milliseconds.
const PICTURE: f64 = 33.0;

/// The page's clock.
fn now() -> f64 {
    web_sys::window().unwrap().performance().unwrap().now()
}

/// Records again where the audio clock stood still meanwhile, as it does on a busy machine; three times at most.
async fn steadily<T, F: Future<Output = (TracksRecording, T)>>(
    record: impl Fn() -> F,
) -> (TracksRecording, T) {
    for _ in 0..2 {
        let since = now();
        let (made, more) = record().await;
        let stood = get(stood_still(since)).await.as_f64().unwrap();
        if stood < 10.0 {
            return (made, more);
        }
        wasm_bindgen_test::console_log!("the audio clock stood still for {stood} ms: once more");
        made.delete().await.unwrap();
    }
    record().await
}

async fn three_people() -> (TracksRecording, Recording) {
    let mina = source("1", "Mina", 440.0, "#c00000").await;
    let jun = source("2", "Jun", 660.0, "").await;
    let (tracks, mut events) = record(vec![mina, jun], options()).await;
    events.elapsed(2_700).await;
    tracks.add(source("3", "Mina", 880.0, "#0000c0").await).await.unwrap();
    assert_eq!(tracks.participants(), ["1", "2", "3"]);
    events.elapsed(4_000).await;
    let left = tracks.remove("2").await.unwrap().unwrap();
    assert_eq!(tracks.participants(), ["1", "3"]);
    assert_eq!(tracks.remove("2").await, Ok(None));
    events.elapsed(7_000).await;
    let made = tracks.stop().await.unwrap();
    assert_eq!(tracks.phase(), Phase::Finished);
    assert_eq!(tracks.stop().await, Ok(made.clone()));
    (made, left)
}

#[wasm_bindgen_test]
async fn each_participant_has_a_file_of_their_own_and_all_line_up() {
    let page_zero = js_sys::Date::now() - now();
    let (made, left) = steadily(three_people).await;

    let TracksRecording { files, manifest } = &made;
    let listed: Vec<(&str, &str)> =
        manifest.tracks.iter().map(|track| (track.id.as_str(), track.file.as_str())).collect();
    assert_eq!(listed[2], ("3", "Mina 2.webm"));
    assert_eq!(manifest.title, "Stand-up");
    let of = |id: &str| files.iter().find(|file| file.id == id).unwrap();
    assert_eq!(of("2").recording, left);
    assert!(files.iter().all(|file| file.recording.group.is_some() && file.recording.finished));
    assert!(files.iter().all(|file| file.recording.group == files[0].recording.group));
    // They ended together, but for the one who left.
    let end = |id: &str| of(id).offset_ms + of(id).recording.duration_ms;
    // What was not yet encoded at the stop is missing.
    assert!(end("1").abs_diff(end("3")) < 500, "{} {}", end("1"), end("3"));
    assert!((3_000..5_000).contains(&end("2")), "{}", end("2"));

    let (true_flashes, true_beeps) =
        (numbers(&get(moments("flash")).await), numbers(&get(moments("beep")).await));
    let tones = [440.0, 660.0, 880.0];
    let mut off = Vec::new();
    // The clock's zero, by the page's clock: the wall clock counts whole milliseconds.
    let zero = manifest.started_at_ms as f64 - page_zero;
    for (id, own_tone) in
        [("1", [true, false, false]), ("2", [false, true, false]), ("3", [false, false, true])]
    {
        let TrackFile { recording, offset_ms, .. } = of(id);
        let file = recording.file().await.unwrap();
        assert_eq!(heard(&file, &tones).await, own_tone, "{id}");
        let whole = bytes(&file).await;
        for said in ["HOSTREEL_OFFSET_MS", &offset_ms.to_string(), "HOSTREEL_PARTICIPANT_ID", &of(id).name] {
            assert!(contains(&whole, said.as_bytes()), "{id}: {said}");
        }
        let begins = zero + *offset_ms as f64;
        if recording.has_video {
            let seen = see(&file).await;
            let [red, _, blue] = seen.colour[..] else { panic!("{:?}", seen.colour) };
            assert_eq!((red > 100.0, blue > 100.0), (id == "1", id == "3"), "{:?}", seen.colour);
            off.push((id, beside(&seen.flashes, begins, &true_flashes)));
        } else {
            let beeps = numbers(&get(beeps_of(&file)).await);
            off.push((id, beside(&beeps, begins, &true_beeps)));
        }
    }
    wasm_bindgen_test::console_log!("beside the truth, in ms: {off:?}");
    for (id, off_by) in &off {
        assert!(off_by.abs() <= PICTURE, "{id}: {off_by}");
    }
    made.delete().await.unwrap();
}

async fn with_a_pause() -> (TracksRecording, u64) {
    let mina = source("1", "Mina", 440.0, "").await;
    let jun = source("2", "Jun", 660.0, "").await;
    let (tracks, mut events) = record(vec![mina], TracksOptions { audio_only: true, ..options() }).await;
    events.elapsed(2_600).await;
    assert_eq!(tracks.resume().unwrap_err().code(), "wrong_state");
    tracks.pause().unwrap();
    assert_eq!(tracks.pause().unwrap_err().code(), "wrong_state");
    tracks.add(jun).await.unwrap();
    assert_eq!(tracks.participants(), ["1", "2"]);
    let stood_at = tracks.elapsed_ms();
    // The pause is what is tested: it has a length.
    TimeoutFuture::new(1_300).await;
    assert_eq!(tracks.elapsed_ms(), stood_at);
    tracks.resume().unwrap();
    events.elapsed(stood_at + 3_500).await;
    (tracks.stop().await.unwrap(), stood_at)
}

#[wasm_bindgen_test]
async fn a_pause_is_in_no_file_and_who_comes_meanwhile_begins_after_it() {
    let page_zero = js_sys::Date::now() - now();
    let (made, stood_at) = steadily(with_a_pause).await;

    let [mina, jun] = &made.manifest.tracks[..] else { panic!("{:?}", made.manifest) };
    let [pause] = mina.pauses[..] else { panic!("{:?}", mina.pauses) };
    assert_eq!(pause.at_ms + mina.offset_ms, stood_at);
    assert!((1_290..1_700).contains(&pause.length_ms), "{pause:?}");
    assert!(jun.pauses.is_empty() && jun.offset_ms.abs_diff(stood_at) < 500, "{jun:?}");
    let true_beeps = numbers(&get(moments("beep")).await);
    let zero = made.manifest.started_at_ms as f64 - page_zero;
    let mut off = Vec::new();
    for (file, listed) in made.files.iter().zip(&made.manifest.tracks) {
        let beeps = numbers(&get(beeps_of(&file.recording.file().await.unwrap())).await);
        let cut = pause.at_ms as f64 + mina.offset_ms as f64 - listed.offset_ms as f64;
        // A beep that was cut into begins where it was cut.
        let whole = beeps.into_iter().filter(|beep| (beep - cut).abs() > 200.0);
        let (before, after): (Vec<f64>, Vec<f64>) = whole.partition(|beep| *beep < cut);
        let begins = zero + listed.offset_ms as f64;
        if listed.id == "1" {
            off.push(beside(&before, begins, &true_beeps));
        }
        off.push(beside(&after, begins + pause.length_ms as f64, &true_beeps));
    }
    wasm_bindgen_test::console_log!("beside the truth, in ms: {off:?}");
    assert!(off.iter().all(|off_by| off_by.abs() <= PICTURE), "{off:?}");
    made.delete().await.unwrap();
}

#[wasm_bindgen_test]
async fn one_that_fails_takes_nobody_along() {
    let mina = source("1", "Mina", 440.0, "").await;
    let gone = source("2", "Gone", 660.0, "").await;
    for track in gone.stream.get_tracks() {
        track.unchecked_into::<web_sys::MediaStreamTrack>().stop();
    }
    let alone = Tracks::start(vec![gone.clone()], options(), |_| ()).await;
    assert_eq!(alone.unwrap_err(), Error::NoDevice);

    let (tracks, mut events) = record(vec![gone, mina.clone()], options()).await;
    let failed = events.until(|event| matches!(event, TracksEvent::TrackFailed { .. })).await;
    assert_eq!(failed, TracksEvent::TrackFailed { id: "2".into(), error: Error::NoDevice, kept: None });
    assert_eq!(tracks.add(mina).await.unwrap_err().code(), "wrong_state");
    let jun = source("3", "Jun", 880.0, "").await;
    let sound: web_sys::MediaStreamTrack = jun.stream.get_audio_tracks().get(0).unchecked_into();
    tracks.add(jun).await.unwrap();
    events.elapsed(2_500).await;
    // Everything of one participant ends: their file is complete, the other goes on.
    sound.stop();
    let TracksEvent::TrackFinished { id, recording } =
        events.until(|event| matches!(event, TracksEvent::TrackFinished { .. })).await
    else {
        panic!()
    };
    assert_eq!(id, "3");
    assert_eq!((tracks.participants(), tracks.phase()), (vec!["1".to_owned()], Phase::Recording));
    events.elapsed(3_500).await;
    let made = tracks.stop().await.unwrap();
    let files: Vec<&str> = made.manifest.tracks.iter().map(|track| track.file.as_str()).collect();
    assert_eq!(files, ["Mina.webm", "Jun.webm"]);
    assert_eq!(made.files[1].recording, recording);
    made.delete().await.unwrap();
}

#[wasm_bindgen_test]
async fn nobody_is_a_recording_too_until_it_ends() {
    let (tracks, _events) = record(Vec::new(), options()).await;
    assert_eq!(tracks.phase(), Phase::Recording);
    assert_eq!(tracks.stop().await, Err(Error::NoDevice));
    let late = source("1", "Mina", 440.0, "").await;
    assert_eq!(tracks.add(late).await.unwrap_err().code(), "wrong_state");
}

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
