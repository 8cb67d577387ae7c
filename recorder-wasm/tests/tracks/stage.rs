//! Where people stand who all see the same flashes and hear the same beeps, and looks into what was recorded of them.

use hostreel_recorder::TrackSource;
use js_sys::{Array, Promise, Reflect};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, FileSystemDirectoryHandle, MediaStream};

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
    pub(crate) fn stood_still(since: f64) -> Promise;
    pub(crate) fn moments(kind: &str) -> Promise;
    pub(crate) fn participant(frequency: f64, colour: &str) -> Promise;
    pub(crate) fn beeps_of(file: &File) -> Promise;
    pub(crate) fn flashes_of(file: &File) -> Promise;
    pub(crate) fn folder(name: &str) -> Promise;
    pub(crate) fn names_in(place: &FileSystemDirectoryHandle) -> Promise;
    pub(crate) fn remove_folder(name: &str) -> Promise;
    pub(crate) fn text_in(place: &FileSystemDirectoryHandle, folder: &str, name: &str) -> Promise;
}

pub(crate) async fn get(promise: Promise) -> JsValue {
    JsFuture::from(promise).await.unwrap()
}

pub(crate) async fn source(id: &str, name: &str, frequency: f64, colour: &str) -> TrackSource {
    let stream: MediaStream = get(participant(frequency, colour)).await.unchecked_into();
    TrackSource { id: id.into(), name: name.into(), stream }
}

pub(crate) fn numbers(list: &JsValue) -> Vec<f64> {
    Array::from(list).iter().filter_map(|number| number.as_f64()).collect()
}

pub(crate) struct Seen {
    pub(crate) flashes: Vec<f64>,
    pub(crate) colour: Vec<f64>,
}

pub(crate) async fn see(file: &File) -> Seen {
    let seen = get(flashes_of(file)).await;
    let member = |name: &str| numbers(&Reflect::get(&seen, &name.into()).unwrap());
    Seen { flashes: member("found"), colour: member("colour") }
}
