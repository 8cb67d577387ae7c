//! The mix in a real browser: what comes out of its stream, without a recorder.
#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that can not go on has failed")]

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use hostreel_recorder::{Error, Layout, Mix, MixEvent, MixOptions, Participant, set_worker_base};
use js_sys::{Array, Promise};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{MediaStream, MediaStreamTrack, MediaStreamTrackState};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(inline_js = r##"
const context = new AudioContext();

// A tone of an amplitude (0: none), and a camera of a colour ("": none), 25 pictures a second.
export function source(frequency, amplitude, colour, width, height) {
  const stream = new MediaStream();
  if (amplitude) {
    const oscillator = new OscillatorNode(context, { frequency });
    const destination = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
    oscillator.connect(new GainNode(context, { gain: amplitude })).connect(destination);
    oscillator.start();
    stream.addTrack(destination.stream.getAudioTracks()[0]);
  }
  if (colour) {
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const pen = canvas.getContext("2d", { alpha: false });
    const [track] = canvas.captureStream(25).getVideoTracks();
    const timer = setInterval(() => {
      if (track.readyState === "ended") clearInterval(timer);
      pen.fillStyle = colour;
      pen.fillRect(0, 0, width, height);
    }, 40);
    stream.addTrack(track);
  }
  return stream;
}

// Root mean square and loudest sample of a stream's sound, over 340 ms.
export async function hear(stream) {
  const listening = new MediaStreamAudioSourceNode(context, { mediaStream: stream });
  const analyser = new AnalyserNode(context, { fftSize: 16384 });
  listening.connect(analyser);
  const begin = context.currentTime;
  while (context.currentTime < begin + 0.6) await new Promise((resolve) => setTimeout(resolve, 20));
  const samples = new Float32Array(analyser.fftSize);
  analyser.getFloatTimeDomainData(samples);
  listening.disconnect();
  const energy = samples.reduce((sum, sample) => sum + sample * sample, 0);
  return [Math.sqrt(energy / samples.length), samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)];
}

// Width, height, and the colours at these places (shares of both) of what a stream shows, as soon as it shows anything.
export async function look(stream, places) {
  const video = Object.assign(document.createElement("video"), { muted: true, srcObject: new MediaStream(stream.getVideoTracks()) });
  await video.play();
  while (video.videoWidth === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  const { videoWidth: width, videoHeight: height } = video;
  const canvas = new OffscreenCanvas(width, height);
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(video, 0, 0);
  video.srcObject = null;
  const colours = places.map(([x, y]) => [...pen.getImageData(x * width, y * height, 1, 1).data].slice(0, 3).join());
  return [width, height, ...colours];
}

// Takes a class from the window; gives what puts it back.
export function without(name) {
  const before = self[name];
  delete self[name];
  return () => Object.defineProperty(self, name, { value: before, configurable: true, writable: true });
}

export const stop = (stream) => stream.getTracks().forEach((track) => track.stop());
"##)]
extern "C" {
    fn source(frequency: f32, amplitude: f32, colour: &str, width: u32, height: u32) -> MediaStream;
    fn hear(stream: &MediaStream) -> Promise;
    fn look(stream: &MediaStream, places: &Array) -> Promise;
    fn without(name: &str) -> js_sys::Function;
    fn stop(stream: &MediaStream);
}

async fn mix(options: MixOptions) -> Mix {
    set_worker_base("/js/");
    Mix::new(options).await.unwrap()
}

fn named(name: &str) -> Participant {
    Participant { name: name.to_owned(), ..Participant::default() }
}

/// Root mean square and loudest sample, in decibels of full scale.
async fn loudness(stream: &MediaStream) -> (f64, f64) {
    let heard: Array = JsFuture::from(hear(stream)).await.unwrap().unchecked_into();
    let decibels = |index| 20.0 * (heard.get(index).as_f64().unwrap() + 1e-9).log10();
    (decibels(0), decibels(1))
}

/// Width and height, and whether the mix is red, green, blue or none of them at these places (per cent of both).
async fn picture(mix: &Mix, places: &[(u32, u32)]) -> (u32, u32, String) {
    let shares: Array = places
        .iter()
        .map(|(x, y)| Array::of2(&(f64::from(*x) / 100.0).into(), &(f64::from(*y) / 100.0).into()))
        .collect();
    let seen: Array = JsFuture::from(look(&mix.stream(), &shares)).await.unwrap().unchecked_into();
    let number = |index| seen.get(index).as_f64().unwrap() as u32;
    let colours = seen.iter().skip(2).map(|colour| hue(&colour.as_string().unwrap())).collect();
    (number(0), number(1), colours)
}

fn hue(colour: &str) -> char {
    let parts: Vec<i32> = colour.split(',').map(|part| part.parse().unwrap()).collect();
    let strong = |one: usize| (0..3).all(|other| other == one || parts[one] - parts[other] > 100);
    (0..3).find(|index| strong(*index)).map_or('-', |index| ['r', 'g', 'b'][index])
}

/// Waits until the mix looks so.
async fn until(mix: &Mix, places: &[(u32, u32)], wanted: &str) {
    let mut last = String::new();
    for _ in 0..200 {
        last = picture(mix, places).await.2;
        if last == wanted {
            return;
        }
        TimeoutFuture::new(50).await;
    }
    panic!("{wanted} was awaited, {last} is seen");
}

fn close_to(measured: f64, wanted: f64) {
    assert!((measured - wanted).abs() < 0.7, "{measured} dB instead of {wanted} dB");
}

#[wasm_bindgen_test]
async fn it_is_as_large_as_wanted_and_even() {
    for (options, size) in [
        (MixOptions::hd(), (1280, 720)),
        (MixOptions::full_hd(), (1920, 1080)),
        (MixOptions { width: 321, height: 181, ..MixOptions::hd() }, (320, 180)),
    ] {
        let mix = mix(options).await;
        let (width, height, _) = picture(&mix, &[]).await;
        assert_eq!((width, height), size);
        assert_eq!(mix.stream().get_audio_tracks().length(), 1);
    }
    let sound = mix(MixOptions::sound()).await;
    assert_eq!(
        (sound.stream().get_audio_tracks().length(), sound.stream().get_video_tracks().length()),
        (1, 0)
    );
}

#[wasm_bindgen_test]
async fn sound_comes_out_as_loud_as_it_went_in_or_as_its_gain_says() {
    let mix = mix(MixOptions::sound()).await;
    let tone = source(500.0, 0.1, "", 0, 0);
    mix.add("a", Some(&tone), named("A"));
    // A sine's root mean square is 3 dB below its amplitude.
    let alone = -20.0 - 3.01;
    close_to(loudness(&mix.stream()).await.0, alone);
    mix.set("a", Participant { gain: 2.0, ..named("A") });
    close_to(loudness(&mix.stream()).await.0, alone + 6.02);
    mix.set_gain(0.5);
    close_to(loudness(&mix.stream()).await.0, alone);
    mix.set("a", Participant { gain: 100.0, ..named("A") });
    close_to(loudness(&mix.stream()).await.0, alone + 6.02);
}

#[wasm_bindgen_test]
async fn what_is_too_loud_is_limited_not_cut_off() {
    let mix = mix(MixOptions::sound()).await;
    for (id, frequency) in [("a", 310.0), ("b", 470.0), ("c", 730.0)] {
        mix.add(id, Some(&source(frequency, 0.9, "", 0, 0)), Participant { gain: 4.0, ..named(id) });
    }
    let (_, peak) = loudness(&mix.stream()).await;
    assert!(peak <= 0.0 && peak > -9.0, "{peak} dB");
}

#[wasm_bindgen_test]
async fn levels_tell_who_is_heard() {
    let mix = mix(MixOptions::sound()).await;
    let tone = source(500.0, 0.5, "", 0, 0);
    mix.add("a", Some(&tone), named("A"));
    mix.add("b", None, named("B"));
    loudness(&mix.stream()).await;
    let levels = mix.levels();
    assert_eq!(levels.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    // −9 dBFS on a scale of 60 dB.
    assert!((levels[0].1 - 0.85).abs() < 0.02, "{levels:?}");
    assert_eq!(levels[1].1, 0.0);
    assert!(mix.muted("a", true));
    loudness(&mix.stream()).await;
    assert_eq!(mix.levels()[0].1, 0.0);
    mix.muted("a", false);
    mix.set("a", Participant { audio: false, ..named("A") });
    assert!(loudness(&mix.stream()).await.0 < -80.0);
}

#[wasm_bindgen_test]
async fn all_sounds_of_a_stream_are_heard_and_new_ones_too() {
    let mix = mix(MixOptions::sound()).await;
    let both = source(500.0, 0.1, "", 0, 0);
    mix.add("a", Some(&both), named("A"));
    let one = loudness(&mix.stream()).await.0;
    let second: MediaStreamTrack = source(900.0, 0.1, "", 0, 0).get_audio_tracks().get(0).unchecked_into();
    both.add_track(&second);
    assert!(mix.set_stream("a", Some(&both)));
    close_to(loudness(&mix.stream()).await.0, one + 3.01);
    // In and out again, many times, at once: neither doubled nor lost.
    for _ in 0..20 {
        mix.remove("a");
        mix.add("a", Some(&both), named("A"));
    }
    close_to(loudness(&mix.stream()).await.0, one + 3.01);
}

#[wasm_bindgen_test]
async fn nobody_is_no_error() {
    let mix = mix(MixOptions::hd()).await;
    assert!(!mix.set("x", named("X")) && !mix.muted("x", true) && !mix.remove("x"));
    assert!(!mix.set_stream("x", None) && !mix.set_screen("x", None));
    mix.pin(Some("x"));
    mix.set_page(Some(usize::MAX));
    mix.set_frame_rate(f64::NAN);
    mix.set_frame_rate(-1.0);
    mix.set_gain(f32::NAN);
    mix.set_layout(Layout::Single("x".to_owned()));
    picture(&mix, &[]).await;
}

async fn everybody_is_seen(mix: &Mix) {
    let (red, green) = (source(0.0, 0.0, "#ff0000", 320, 180), source(0.0, 0.0, "#00ff00", 320, 180));
    let blue = source(0.0, 0.0, "#0000ff", 640, 360);
    mix.add("red", Some(&red), named("Red"));
    mix.add("green", Some(&green), named("Green"));
    let (left, right) = ((25, 50), (75, 50));
    until(mix, &[left, right], "rg").await;
    mix.set("red", Participant { video: false, ..named("Red") });
    until(mix, &[(10, 50), right], "-g").await;
    mix.set("red", named("Red"));
    mix.set_screen("green", Some(&blue));
    until(mix, &[left, (90, 40), (90, 60)], "brg").await;
    stop(&blue);
    mix.set_screen("green", None);
    until(mix, &[left, right], "rg").await;
    mix.set_layout(Layout::Speaker);
    mix.pin(Some("green"));
    until(mix, &[left, (90, 50)], "gr").await;
    // No face, whether or not a screen is there.
    mix.set_layout(Layout::Screens("nobody shares".to_owned()));
    until(mix, &[left, right, (90, 50)], "---").await;
    let shared = source(0.0, 0.0, "#0000ff", 640, 360);
    mix.set_screen("red", Some(&shared));
    until(mix, &[left, right, (97, 97)], "bbb").await;
    mix.set_screen("red", None);
    until(mix, &[left, right, (90, 50)], "---").await;
    stop(&shared);
    mix.set_layout(Layout::Single("red".to_owned()));
    until(mix, &[left, right], "rr").await;
    assert!(mix.remove("red"));
    until(mix, &[left, right], "--").await;
    stop(&red);
    stop(&green);
}

#[wasm_bindgen_test]
async fn everybody_is_seen_where_the_layout_says() {
    let mix = mix(MixOptions::hd()).await;
    everybody_is_seen(&mix).await;
    let stats = mix.stats();
    assert!(stats.drawn > 0 && stats.drawn <= stats.due, "{stats:?}");
    assert_eq!(stats.skipped, stats.due - stats.drawn);
}

#[wasm_bindgen_test]
async fn without_track_processors_it_looks_the_same() {
    let restore = without("MediaStreamTrackProcessor");
    let mix = mix(MixOptions::hd()).await;
    everybody_is_seen(&mix).await;
    restore.call0(&JsValue::UNDEFINED).unwrap();
    let stats = mix.stats();
    assert!(stats.drawn > 0 && stats.forwarded == 0, "{stats:?}");
}

#[wasm_bindgen_test]
async fn scripts_that_are_blocked_are_an_error() {
    set_worker_base("/nowhere/");
    let refused = Mix::new(MixOptions::hd()).await;
    // Which of its scripts is loaded first depends on where the picture is drawn.
    assert!(matches!(refused, Err(Error::WorkerBlocked { script }) if script.starts_with("mix-")));
    // Sound alone needs none.
    assert!(Mix::new(MixOptions::sound()).await.is_ok());
    set_worker_base("/js/");
}

#[wasm_bindgen_test]
async fn a_picture_that_is_stopped_is_told_and_the_sound_goes_on() {
    let mix = mix(MixOptions::hd()).await;
    let told = Rc::new(RefCell::new(Vec::new()));
    let list = Rc::clone(&told);
    mix.on_event(move |event| list.borrow_mut().push(event));
    picture(&mix, &[]).await;
    let track: MediaStreamTrack = mix.stream().get_video_tracks().get(0).unchecked_into();
    track.stop();
    for _ in 0..200 {
        if !told.borrow().is_empty() {
            break;
        }
        TimeoutFuture::new(50).await;
    }
    assert_eq!(*told.borrow(), [MixEvent::PictureEnded]);
    mix.add("a", Some(&source(500.0, 0.1, "", 0, 0)), named("A"));
    close_to(loudness(&mix.stream()).await.0, -23.01);
}

#[wasm_bindgen_test]
async fn whoever_is_told_may_call_back_and_its_end_ends_the_tracks() {
    let mix = Rc::new(mix(MixOptions::hd()).await);
    let told = Rc::new(RefCell::new(Vec::new()));
    let (list, weak) = (Rc::clone(&told), Rc::downgrade(&mix));
    mix.on_event(move |event| {
        if let (MixEvent::Speaker { id }, Some(mix)) = (&event, weak.upgrade()) {
            mix.pin(id.as_deref());
            mix.remove("b");
            mix.on_event(|_| ());
        }
        list.borrow_mut().push(event);
    });
    mix.add("a", Some(&source(500.0, 0.5, "", 0, 0)), named("A"));
    mix.add("b", None, named("B"));
    for _ in 0..100 {
        if !told.borrow().is_empty() {
            break;
        }
        TimeoutFuture::new(50).await;
    }
    assert_eq!(*told.borrow(), [MixEvent::Speaker { id: Some("a".to_owned()) }]);
    assert_eq!(mix.speaker().as_deref(), Some("a"));
    assert_eq!(mix.levels().len(), 1);

    let picture: MediaStreamTrack = mix.stream().get_video_tracks().get(0).unchecked_into();
    assert_eq!(picture.ready_state(), MediaStreamTrackState::Live);
    drop(mix);
    assert_eq!(picture.ready_state(), MediaStreamTrackState::Ended);
}
