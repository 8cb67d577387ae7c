// A page with a mix, sources of known colour and tone, and a plain recorder. The tests call `mixing` from outside.
import init, { MixPage } from "/wasm/mix_page.js";

// Its timer goes on in a hidden tab.
const clock = new Worker(URL.createObjectURL(new Blob(["setInterval(() => postMessage(0), 66)"])));
const ticks = new Set();
clock.onmessage = () => ticks.forEach((tick) => tick());

// A camera of one colour with a white bar that walks along the lower edge, 15 pictures a second.
function camera(colour, width, height) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d", { alpha: false });
  let at = 0;
  const paint = () => {
    context.fillStyle = colour;
    context.fillRect(0, 0, width, height);
    context.fillStyle = "#fff";
    context.fillRect((at += 8) % width, height * 0.9, width / 16, height / 20);
  };
  paint();
  if (!self.MediaStreamTrackGenerator) {
    const [track] = canvas.captureStream(0).getVideoTracks();
    const tick = () => {
      paint();
      track.requestFrame();
    };
    ticks.add(tick);
    return { track, stop: () => ticks.delete(tick) };
  }
  const track = new MediaStreamTrackGenerator({ kind: "video" });
  const writer = track.writable.getWriter();
  const tick = () => {
    if (writer.desiredSize <= 0) return;
    paint();
    writer.write(new VideoFrame(canvas, { timestamp: Math.round(performance.now() * 1000) })).catch(() => {});
  };
  ticks.add(tick);
  const stop = () => {
    ticks.delete(tick);
    writer.close().catch(() => {});
  };
  return { track, stop };
}

const sources = new Map();
let audio;
let mix;
let recorder;
let chunks = [];
let startedAt = 0;
const events = [];

self.mixing = {
  events,

  async start({ width = 640, height = 360, frameRate = 30, pageSeconds = 0 } = {}) {
    await init();
    audio = new AudioContext();
    mix = await MixPage.make("/js/", width, height, frameRate, pageSeconds);
    mix.onEvent((text) => {
      events.push(text);
      console.info(`mix: ${text}`);
    });
    self.mix = mix;
  },

  // A source by name: a camera of a colour, a tone (Hz) of a loudness, or both.
  source(name, { colour, width = 320, height = 180, tone, volume = 0.3 }) {
    const stream = new MediaStream();
    const source = { stream, stops: [] };
    if (colour) {
      const { track, stop } = camera(colour, width, height);
      stream.addTrack(track);
      source.stops.push(stop, () => track.stop());
    }
    if (tone) {
      const oscillator = new OscillatorNode(audio, { frequency: tone });
      source.volume = new GainNode(audio, { gain: volume });
      const destination = new MediaStreamAudioDestinationNode(audio);
      oscillator.connect(source.volume).connect(destination);
      oscillator.start();
      stream.addTrack(destination.stream.getAudioTracks()[0]);
      source.stops.push(() => oscillator.stop(), () => destination.stream.getTracks().forEach((track) => track.stop()));
    }
    sources.set(name, source);
  },

  volume(name, volume) {
    sources.get(name).volume.gain.setTargetAtTime(volume, audio.currentTime, 0.01);
  },

  // The oscillators' own context needs a gesture too.
  resumeSources: () => audio.resume(),

  // What a device does that is unplugged.
  end(name) {
    sources.get(name).stops.forEach((stop) => stop());
    sources.delete(name);
  },

  add(id, { source, name = "", gain = 1, video = true } = {}) {
    mix.add(id, sources.get(source)?.stream, name, gain, video);
  },

  screen(id, source) {
    return mix.setScreen(id, sources.get(source)?.stream);
  },

  switchTo(id, source) {
    return mix.setStream(id, sources.get(source)?.stream);
  },

  async record() {
    chunks = [];
    const mimeType = "video/webm;codecs=vp8,opus";
    recorder = new MediaRecorder(mix.stream(), { mimeType, videoBitsPerSecond: 1_500_000 });
    recorder.ondataavailable = ({ data }) => chunks.push(data);
    const started = new Promise((resolve) => {
      recorder.onstart = resolve;
    });
    recorder.start(500);
    await started;
    startedAt = performance.now();
  },

  // Seconds of recorded time.
  now: () => (performance.now() - startedAt) / 1000,

  async stop() {
    const stopped = new Promise((resolve) => {
      recorder.onstop = resolve;
    });
    recorder.stop();
    await stopped;
    const reader = new FileReader();
    await new Promise((resolve) => {
      reader.onload = resolve;
      reader.readAsDataURL(new Blob(chunks));
    });
    return reader.result.split(",")[1];
  },

  stats() {
    const [due, drawn, forwarded, skipped, milliseconds] = mix.stats();
    return { due, drawn, forwarded, skipped, milliseconds };
  },
};

// To make a mix before a test has touched the page: what tests call counts as a gesture.
if (location.search === "?start") self.mixing.start();
