// The meeting mix's clock and, where the browser has track processors, its drawing table. It must be a worker: timers
// of a hidden page fall to one a second, a worker's keep their pace.
//
// From the page: `start { width, height, frameRate, writable? }`, `pace { frameRate }`, `scene { tiles }`, `source { id, readable }`,
// `drop { id }`, `stop`. With a `writable` (of a track generator) the worker draws; without, it only sends `tick`s and
// the page draws.

import { drawScene } from "./mix-draw.js";

const sources = new Map(); // participant → { reader, frame }
const reading = new Set(); // one promise for each reader that has not ended
let tiles = [];
let timer = 0;
let writer = null;

function read(id, readable) {
  const ended = readFrames(id, readable).finally(() => reading.delete(ended));
  reading.add(ended);
}

async function readFrames(id, readable) {
  const source = { reader: readable.getReader(), frame: null };
  drop(id);
  sources.set(id, source);
  try {
    for (;;) {
      const { value, done } = await source.reader.read();
      if (done) break;
      source.frame?.close();
      source.frame = value;
      if (sources.get(id) !== source) break;
    }
  } catch {
    // The track is gone; its tile shows the placeholder.
  }
  source.frame?.close();
  source.frame = null;
  if (sources.get(id) === source) sources.delete(id);
}

function drop(id) {
  const source = sources.get(id);
  if (!source) return;
  sources.delete(id);
  source.frame?.close();
  source.frame = null;
  source.reader.cancel().catch(() => {});
}

function frameOf(id) {
  const frame = sources.get(id)?.frame;
  return frame && { image: frame, width: frame.displayWidth, height: frame.displayHeight };
}

let spacing = 0; // between two pictures, in milliseconds

// Most of the time that drawing may take. A machine that is slower than that gets fewer frames: the encoder has no
// way to say that it is behind, it would only pile frames up and fall back by seconds.
const SHARE = 0.5;

function start({ width, height, frameRate, writable }) {
  const wanted = 1000 / frameRate;
  let due = performance.now();
  spacing = wanted;
  if (!writable) {
    timer = setInterval(() => {
      const began = performance.now();
      if (began < due) return;
      self.postMessage("tick");
      due = began + spacing - wanted / 2;
    }, wanted);
    return;
  }
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { alpha: false, desynchronized: true });
  writer = writable.getWriter();
  let cost = 0; // of one frame, in milliseconds, smoothed
  timer = setInterval(() => {
    const began = performance.now();
    if (began < due || writer.desiredSize <= 0) return;
    drawScene(context, width, height, tiles, frameOf);
    const frame = new VideoFrame(canvas, { timestamp: Math.round(began * 1000) });
    writer.write(frame).catch(() => {
      frame.close();
      stop();
    });
    cost += (performance.now() - began - cost) / 8;
    // Half a step early: the timer's own jitter must not cost a frame.
    due = began + Math.max(spacing, cost / SHARE) - wanted / 2;
  }, wanted);
}

// Nobody looks at the picture any more. Frames are given back, also those on their way: a camera has only a few, and
// the browser minds. A worker that closes takes along what it was about to close.
async function stop() {
  clearInterval(timer);
  for (const id of [...sources.keys()]) drop(id);
  await Promise.allSettled([...reading, writer?.close()]);
  self.close();
}

self.onmessage = ({ data }) => {
  if (data.op === "start") start(data);
  else if (data.op === "pace") spacing = 1000 / data.frameRate;
  else if (data.op === "scene") tiles = data.tiles;
  else if (data.op === "source") read(data.id, data.readable);
  else if (data.op === "drop") drop(data.id);
  else if (data.op === "stop") stop();
};

// The page waits for this: a script that a policy blocks gives no error at all.
self.postMessage("ready");
