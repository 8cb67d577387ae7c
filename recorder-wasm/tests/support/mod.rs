//! Sources of known content, and looks into what was recorded.
#![allow(dead_code, reason = "not every test file uses all of it")]

use std::cell::RefCell;
use std::rc::Rc;

use futures::StreamExt;
use futures::channel::mpsc;
use hostreel_recorder::{Options, Recorder, RecorderEvent, set_worker_base};
use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, FileSystemFileHandle, MediaStream, MediaStreamTrack};

#[wasm_bindgen(inline_js = r#"
export function make_source(frequency, colour, alpha) {
  const context = new AudioContext();
  const destination = context.createMediaStreamDestination();
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  oscillator.frequency.value = frequency;
  gain.gain.value = 0.3;
  oscillator.connect(gain).connect(destination);
  oscillator.start();
  const stream = destination.stream;
  if (!colour) return stream;
  const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 240 });
  document.body.append(canvas);
  const pen = canvas.getContext("2d", { alpha });
  let x = 0;
  setInterval(() => {
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 320, 240);
    // Noise in the upper part, so that the encoder has something to do and the file grows.
    for (let i = 0; i < 400; i += 1) {
      pen.fillStyle = `hsl(${Math.random() * 360} 90% 50%)`;
      pen.fillRect(Math.random() * 320, Math.random() * 60, 6, 6);
    }
    x = (x + 7) % 320;
    pen.fillStyle = "white";
    pen.fillRect(x, 220, 20, 20);
  }, 40);
  for (const track of canvas.captureStream(25).getVideoTracks()) stream.addTrack(track);
  return stream;
}

export async function hear(file, frequencies) {
  const context = new OfflineAudioContext(1, 48000, 48000);
  const sound = await context.decodeAudioData(await file.arrayBuffer());
  const samples = sound.getChannelData(0).subarray(24000, 24000 + 24000);
  const power = (frequency) => {
    const k = 2 * Math.cos((2 * Math.PI * frequency) / sound.sampleRate);
    let [a, b] = [0, 0];
    for (const sample of samples) [a, b] = [sample + k * a - b, a];
    return (a * a + b * b - k * a * b) / samples.length ** 2;
  };
  return frequencies.map((frequency) => power(frequency) > 1e-4);
}

export async function look(blob) {
  const bitmap = await createImageBitmap(blob);
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const pen = canvas.getContext("2d");
  pen.drawImage(bitmap, 0, 0);
  const [r, g, b] = pen.getImageData(bitmap.width / 2, bitmap.height * 0.7, 1, 1).data;
  return [bitmap.width, bitmap.height, r, g, b];
}

// Seconds that the file says it lasts, once its first picture or sound is there.
export function play(file) {
  return new Promise((resolve, reject) => {
    const video = document.createElement("video");
    video.muted = true;
    video.onloadeddata = () => resolve(video.duration);
    video.onerror = () => reject(new Error(video.error?.message));
    video.src = URL.createObjectURL(file);
  });
}

// The colour below the middle at some seconds of a file.
export async function see(file, seconds) {
  const video = Object.assign(document.createElement("video"), { muted: true, src: URL.createObjectURL(file) });
  const shown = new Promise((resolve, reject) => {
    video.onseeked = resolve;
    video.onerror = () => reject(new Error(video.error?.message));
  });
  video.currentTime = seconds;
  await shown;
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  const pen = canvas.getContext("2d");
  pen.drawImage(video, 0, 0);
  return [...pen.getImageData(video.videoWidth / 2, video.videoHeight * 0.7, 1, 1).data.slice(0, 3)];
}

async function folder() {
  return (await navigator.storage.getDirectory()).getDirectoryHandle("hostreel", { create: true });
}

// What a killed browser leaves: a file that is cut off, and facts that say that it goes on.
export async function tear_file(id, length) {
  const place = await folder();
  const media = await place.getFileHandle(`${id}.media`);
  const target = await media.createWritable({ keepExistingData: true });
  await target.truncate(length);
  await target.close();
  const facts = await place.getFileHandle(`${id}.json`);
  const said = JSON.parse(await (await facts.getFile()).text());
  const rewritten = await facts.createWritable();
  await rewritten.write(JSON.stringify({ ...said, finished: false }));
  await rewritten.close();
}

// The facts beside a recording, as they lie on the disk.
export async function read_facts(id) {
  const facts = await (await folder()).getFileHandle(`${id}.json`);
  return (await facts.getFile()).text();
}

// The clocks of all sound systems stand still, or run.
const clock = Object.getOwnPropertyDescriptor(BaseAudioContext.prototype, "currentTime");

export function stop_clocks(stop) {
  const stopped = new WeakMap();
  const get = function () {
    if (!stopped.has(this)) stopped.set(this, clock.get.call(this));
    return stopped.get(this);
  };
  Object.defineProperty(BaseAudioContext.prototype, "currentTime", stop ? { ...clock, get } : clock);
}

const real = MediaDevices.prototype.getUserMedia;

export function take_devices(away) {
  MediaDevices.prototype.getUserMedia = away
    ? () => Promise.reject(new DOMException("Requested device not found", "NotFoundError"))
    : real;
}

export async function picked(name) {
  return (await navigator.storage.getDirectory()).getFileHandle(name, { create: true });
}
"#)]
extern "C" {
    fn make_source(frequency: f64, colour: &str, alpha: bool) -> MediaStream;
    fn hear(file: &File, frequencies: &Array) -> Promise;
    fn look(blob: &web_sys::Blob) -> Promise;
    fn play(file: &File) -> Promise;
    fn see(file: &File, seconds: f64) -> Promise;
    fn tear_file(id: &str, length: f64) -> Promise;
    fn read_facts(id: &str) -> Promise;
    fn picked(name: &str) -> Promise;
    fn take_devices(away: bool);
    fn stop_clocks(stop: bool);
}

/// The browser's sound system says that it runs, and its clock stands still until this is dropped.
pub(crate) struct StoppedSound;

pub(crate) fn stop_sound() -> StoppedSound {
    stop_clocks(true);
    StoppedSound
}

impl Drop for StoppedSound {
    fn drop(&mut self) {
        stop_clocks(false);
    }
}

/// No camera and no microphone is found until it is dropped.
pub(crate) struct WithoutDevices;

pub(crate) fn without_devices() -> WithoutDevices {
    take_devices(true);
    WithoutDevices
}

impl Drop for WithoutDevices {
    fn drop(&mut self) {
        take_devices(false);
    }
}

/// Data comes five times a second, and nobody is asked for storage.
pub(crate) fn short() -> Options {
    Options { timeslice_ms: 200, persist: false, ..Options::default() }
}

/// The same with the workers of the product.
pub(crate) fn quick() -> Options {
    set_worker_base("/js/");
    short()
}

/// A stream whose content is known.
pub(crate) struct Source {
    pub(crate) stream: MediaStream,
}

impl Source {
    /// The sound's device goes away.
    pub(crate) fn end_sound(&self) {
        unplug(&self.stream.get_audio_tracks().get(0).unchecked_into());
    }
}

/// A track's device goes away.
pub(crate) fn unplug(track: &MediaStreamTrack) {
    track.stop();
    // A device that goes away tells it; `stop` does not.
    track.dispatch_event(&web_sys::Event::new("ended").unwrap()).unwrap();
}

/// A red picture of 320×240 with noise on top and a tone.
pub(crate) fn picture_and_tone(frequency: f64) -> Source {
    coloured("#d01010", frequency)
}

/// The same in another colour.
pub(crate) fn coloured(colour: &str, frequency: f64) -> Source {
    Source { stream: make_source(frequency, colour, false) }
}

/// A red one from a canvas as pages make it, with transparency.
pub(crate) fn see_through(frequency: f64) -> Source {
    Source { stream: make_source(frequency, "#d01010", true) }
}

/// A tone alone.
pub(crate) fn tone(frequency: f64) -> Source {
    Source { stream: make_source(frequency, "", false) }
}

/// A recorder's events as they come.
pub(crate) struct Events {
    queue: mpsc::UnboundedReceiver<RecorderEvent>,
    seen: Rc<RefCell<Vec<RecorderEvent>>>,
}

impl Events {
    pub(crate) async fn record(stream: &MediaStream, options: Options) -> (Recorder, Self) {
        let (sender, queue) = mpsc::unbounded();
        let seen = Rc::new(RefCell::new(Vec::new()));
        let noted = Rc::clone(&seen);
        let recorder = Recorder::start(stream, options, move |event| {
            noted.borrow_mut().push(event.clone());
            drop(sender.unbounded_send(event));
        })
        .await
        .unwrap();
        (recorder, Self { queue, seen })
    }

    /// The first event from here on that is wanted.
    pub(crate) async fn until(&mut self, wanted: impl Fn(&RecorderEvent) -> bool) -> RecorderEvent {
        loop {
            let event = self.queue.next().await.unwrap();
            if wanted(&event) {
                return event;
            }
            if let RecorderEvent::Failed { error, .. } = &event {
                panic!("{error}");
            }
        }
    }

    pub(crate) fn seen(&self) -> Vec<RecorderEvent> {
        self.seen.borrow().clone()
    }
}

pub(crate) async fn bytes(file: &File) -> Vec<u8> {
    Uint8Array::new(&JsFuture::from(file.array_buffer()).await.unwrap()).to_vec()
}

pub(crate) fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

/// Which of the tones (Hz) are in a file.
pub(crate) async fn heard(file: &File, tones: &[f64]) -> Vec<bool> {
    let asked: Array = tones.iter().map(|tone| JsValue::from(*tone)).collect();
    let found = JsFuture::from(hear(file, &asked)).await.unwrap();
    Array::from(&found).iter().map(|one| one.is_truthy()).collect()
}

/// A picture's width, height, and the colour (RGB) below its middle.
pub(crate) async fn looked_at(blob: &web_sys::Blob) -> (u32, u32, [u8; 3]) {
    let found = JsFuture::from(look(blob)).await.unwrap();
    let numbers: Vec<f64> = Array::from(&found).iter().filter_map(|one| one.as_f64()).collect();
    (numbers[0] as u32, numbers[1] as u32, [numbers[2] as u8, numbers[3] as u8, numbers[4] as u8])
}

/// The colour (RGB) below the middle of what a file shows at some seconds.
pub(crate) async fn seen(file: &File, seconds: f64) -> [u8; 3] {
    let found = JsFuture::from(see(file, seconds)).await.unwrap();
    let numbers: Vec<u8> =
        Array::from(&found).iter().filter_map(|one| one.as_f64()).map(|one| one as u8).collect();
    numbers.try_into().unwrap()
}

/// Seconds that a file lasts, by the browser's own player.
pub(crate) async fn plays(file: &File) -> f64 {
    JsFuture::from(play(file)).await.unwrap().as_f64().unwrap()
}

/// Leaves a recording as a killed browser would.
pub(crate) async fn tear(id: &str, length: u64) {
    JsFuture::from(tear_file(id, length as f64)).await.unwrap();
}

/// The facts beside a recording, as JSON text.
pub(crate) async fn facts(id: &str) -> String {
    JsFuture::from(read_facts(id)).await.unwrap().as_string().unwrap()
}

/// A stand-in for a file that the user chose.
pub(crate) async fn pick_file(name: &str) -> FileSystemFileHandle {
    JsFuture::from(picked(name)).await.unwrap().unchecked_into()
}

/// A member of a JavaScript object, called.
pub(crate) fn call(object: &JsValue, name: &str) -> JsValue {
    let function: Function = Reflect::get(object, &name.into()).unwrap().unchecked_into();
    function.call0(object).unwrap()
}
